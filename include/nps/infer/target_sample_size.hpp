// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to tell a score from a target, the power of a given size, and the distance
/// from the target that it tells.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/planned_group.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// Options of target_sample_size.
struct target_sample_size_options {
    /// The true score less the target; with the claim equivalence usually 0.
    required<double> difference;
    /// Chance of telling the score from the target, in (1 - level, 1).
    double power = 0.8;
    /// 1 - alpha of the test; with several comparisons of all of them together.
    double level = 0.95;
    planned_group group{};
    /// Customers that the answers stand for, where they are not very many more than the answers.
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// Of a claim: 0.05 is five points.
    double equivalence_margin = 0;
    /// Tests among which alpha is shared.
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of target_power; those of target_sample_size, with the size for the power.
struct target_power_options {
    /// Valid answers.
    required<std::int64_t> completes;
    required<double> difference;
    double level = 0.95;
    planned_group group{};
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of target_detectable_difference.
struct target_detectable_difference_options {
    required<std::int64_t> completes;
    double power = 0.8;
    double level = 0.95;
    planned_group group{};
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// The size for telling a score from a target, with what it rests on.
///
/// Checked:    tests/infer/target_sample_size_test.cpp
/// Example:    examples/power.cpp
struct target_plan {
    planned_size size{};
    /// The true score less the target.
    double difference = 0;
    /// Of the score, from so many completes.
    double standard_error = 0;
    /// The power asked for, and the one that so many completes give.
    double power = 0;
    double achieved_power = 0;
    double level = 0;
    nps::alternative alternative = alternative::two_sided;
    nps::claim claim = claim::difference;
    double equivalence_margin = 0;
    std::optional<std::int64_t> population{};
    std::int64_t comparisons = 1;
    /// What each comparison is tested at.
    double alpha = 0;
    /// Whether there are fewer people than invitations.
    bool exceeds_population = false;
    std::string_view method{};
};

namespace detail {

/// The group and its frame, checked.
struct target_sample {
    settled_group group;
    sampling_frame frame;

    template <class Options>
    target_sample(const Options& options, std::string_view function)
        : group(settle_group(options.group, function)), frame{options.population,
                                                              options.population_form,
                                                              group.design_effect} {
        frame.check(function);
    }
    [[nodiscard]] double error(std::int64_t completes) const {
        const double effective = frame.effective(static_cast<double>(completes));
        return std::isinf(effective) ? 0 : group.respondent_sd / std::sqrt(effective);
    }
};

} // namespace detail

/// The answers that are needed for a wanted chance of telling a score from a target.
///
/// Formula:    n0 = S^2 / se^2 with the se of comparison_sample_size, then the population and the
///             design effect as in sample_size
/// Scale:      that of the score.
/// Assumes:    the power of the Wald test, whose S is that of the true shares, as given. Where .80
///             is asked for (docs/power): shares (.2, .3, .5), 479 answers, target .2: wald .79,
///             the score interval .78. Near an end of the scale they part: (.02, .08, .9), target
///             .78: wald .75, score .56; target .93: .84, .91.
/// Not for:    a target that is itself the score of a survey; see comparison_sample_size.
/// Degenerate: S = 0 needs one answer; a population is never passed by answers.
/// Throws:     invalid_input, also where no sample tells them apart or more than 2^53 people would
///             be needed.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath), docs/power/power.csv
/// Example:    examples/power.cpp
[[nodiscard]] inline target_plan target_sample_size(const target_sample_size_options& options) {
    constexpr std::string_view self = "target_sample_size";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    detail::require_power(options.power, options.level, self);
    const detail::target_sample sample(options, self);
    const double error = test.wanted_error(options.difference, options.power, self, "difference");
    const double ratio = sample.group.respondent_sd / error;
    target_plan plan{
        .size = sample.group.size(sample.frame.actual(ratio * ratio), self, "power", options.power),
        .difference = options.difference,
        .power = options.power,
        .level = options.level,
        .alternative = options.alternative,
        .claim = options.claim,
        .equivalence_margin = options.equivalence_margin,
        .population = options.population,
        .comparisons = options.comparisons,
        .alpha = test.alpha,
        .method = "wald"};
    plan.standard_error = sample.error(plan.size.completes);
    plan.achieved_power = test.power(options.difference, plan.standard_error);
    plan.exceeds_population = plan.population && plan.size.invitations > *plan.population;
    return plan;
}

/// The chance that a score of a given number of answers is told from a target.
///
/// Formula:    as comparison_power, with se = S / sqrt(m), m the effective size of margin_of_error
/// Scale:      [0, 1].
/// Assumes:    as target_sample_size.
/// Degenerate: S = 0 and a census give 1 where the claim is true, else 0.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath); R pwr
/// Example:    examples/power.cpp
[[nodiscard]] inline double target_power(const target_power_options& options) {
    constexpr std::string_view self = "target_power";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    const detail::target_sample sample(options, self);
    sample.frame.check_completes(options.completes, self);
    return test.power(options.difference, sample.error(options.completes));
}

/// The distance from a target that a given number of answers tells with a wanted chance.
///
/// Formula:    the inverse of target_power; which one, see comparison_detectable_difference
/// Scale:      [-2, 2].
/// Assumes:    as target_sample_size.
/// Degenerate: S = 0 and a census give the hypothesis itself.
/// Throws:     invalid_input; undefined_result where no distance on the scale is told, or, for
///             equivalence, not even 0.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double
target_detectable_difference(const target_detectable_difference_options& options) {
    constexpr std::string_view self = "target_detectable_difference";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_power(options.power, options.level, self);
    const detail::target_sample sample(options, self);
    sample.frame.check_completes(options.completes, self);
    return detail::detectable_score_difference(test, sample.error(options.completes), options.power,
                                               self);
}

} // namespace nps::inline v0
