// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to find a difference of two scores, the power of given sizes, and the
/// difference that they find.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Options of comparison_sample_size.
struct comparison_sample_size_options {
    /// The true a - b that is to be found; with the claim equivalence usually 0.
    required<double> difference;
    /// Chance of finding it, in (1 - level, 1).
    double power = 0.8;
    /// 1 - alpha of the test; with several comparisons of all of them together.
    double level = 0.95;
    planned_group a{};
    planned_group b{};
    /// Answers of b for each of a.
    double allocation = 1;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// Of a claim: 0.05 is five points.
    double equivalence_margin = 0;
    /// Tests among which alpha is shared: k (k - 1) / 2 for all pairs of k groups.
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of comparison_power; those of comparison_sample_size, with sizes for power.
struct comparison_power_options {
    /// Valid answers.
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    required<double> difference;
    double level = 0.95;
    planned_group a{};
    planned_group b{};
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of comparison_detectable_difference.
struct comparison_detectable_difference_options {
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    double power = 0.8;
    double level = 0.95;
    planned_group a{};
    planned_group b{};
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

namespace detail {

/// Differences of two scores reach from -2 to 2.
inline constexpr double widest_score_difference = 2;

inline void require_score_difference(double difference, std::string_view function) {
    require(std::abs(difference) <= widest_score_difference, function, "difference", difference,
            "must be in [-2, 2]: scores are on [-1, 1], 5 points are 0.05");
}

[[nodiscard]] inline double detectable_score_difference(const planned_test& test, double error,
                                                        double power, std::string_view function) {
    const double difference = test.detectable(error, power, function);
    if (!(std::abs(difference) <= widest_score_difference)) {
        throw_undefined(function, "no difference on the scale is found with this power");
    }
    return difference;
}

/// Standard error of the difference from the sizes in the options, checked.
template <class Options>
[[nodiscard]] double planned_difference_error(const Options& options, std::string_view function) {
    require_completes(options.completes_a, function, "completes_a");
    require_completes(options.completes_b, function, "completes_b");
    return separate_error(
        settle_group(options.a, function), static_cast<double>(options.completes_a),
        settle_group(options.b, function), static_cast<double>(options.completes_b));
}

} // namespace detail

/// The answers that two groups need for a wanted chance of finding a given difference.
///
/// Formula:    n_a = (S_a^2 deff_a + S_b^2 deff_b / r) / se^2, n_b = r n_a, r the allocation. se is
///             the standard error at which the test has the power: for one side, non-inferiority
///             and superiority excess / (Z_alpha + Z_beta), with the excess of the difference over
///             the hypothesis; for two sides the power is Phi(x - Z) + Phi(-x - Z), x = |d| / se,
///             both tails (the second matters for small power alone); for equivalence both
///             one-sided tests must reject: Phi((m - d) / se - Z) + Phi((m + d) / se - Z) - 1.
///             Z belongs to alpha / comparisons (bonferroni) or 1 - (1 - alpha)^(1 / comparisons)
///             (sidak).
/// Scale:      that of the score.
/// Assumes:    the power of the unpooled Wald test, large populations, S as given. What
///             compare_scores has at these sizes where .80 is asked for (docs/power): within .01
///             for usual shares and more than 100 a group; 19 a group, shares (.1, .2, .7) and
///             (.4, .3, .3): wald .81, score .78, adjusted_wald .77. Where a small group with
///             concentrated answers meets a larger one, score and adjusted_wald have far less:
///             38 of (.02, .08, .9) and 150 of (.1, .15, .75) wald .77, score .58, adjusted_wald
///             .52; with sizes changed about, more (.85, .92, .91).
/// Not for:    the same people twice (paired_sample_size); the margin of one score (sample_size).
/// Degenerate: S = 0 in both groups needs one answer a group.
/// Throws:     invalid_input, also where no sample finds the difference (0, or on the other side
///             of the alternative or of the margin) or more than 2^53 people would be needed.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath); conformance values, docs/power/power.csv
/// Example:    examples/power.cpp
[[nodiscard]] inline comparison_plan
comparison_sample_size(const comparison_sample_size_options& options) {
    constexpr std::string_view self = "comparison_sample_size";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    comparison_plan plan = detail::plan_normal(options, test, detail::settle_group(options.a, self),
                                               detail::settle_group(options.b, self),
                                               options.difference, "difference", self);
    plan.method = "wald";
    return plan;
}

/// The chance that two groups of given sizes show a difference, or support a claim.
///
/// Formula:    as comparison_sample_size, with se^2 = S_a^2 deff_a / n_a + S_b^2 deff_b / n_b
/// Scale:      [0, 1].
/// Assumes:    as comparison_sample_size.
/// Degenerate: S = 0 in both groups gives 1 where the claim is true, else 0; a difference of 0
///             gives alpha.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath), docs/power/power.csv
/// Example:    examples/power.cpp
[[nodiscard]] inline double comparison_power(const comparison_power_options& options) {
    constexpr std::string_view self = "comparison_power";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    return test.power(options.difference, detail::planned_difference_error(options, self));
}

/// The difference of two scores that given sizes find with a wanted chance.
///
/// The smallest true difference that is found; its sign is that of the alternative. With
/// non_inferiority the smallest a - b, which may be negative; with superiority the smallest beyond
/// the margin; with equivalence the largest |a - b| that is still shown to be equivalent.
///
/// Formula:    the inverse of comparison_power
/// Scale:      [-2, 2].
/// Assumes:    as comparison_sample_size.
/// Degenerate: S = 0 in both groups gives the hypothesis itself.
/// Throws:     invalid_input; undefined_result where no difference on the scale is found with this
///             power, or, for equivalence, not even 0.
/// Cost:       O(1).
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/reference/power_scores.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double
comparison_detectable_difference(const comparison_detectable_difference_options& options) {
    constexpr std::string_view self = "comparison_detectable_difference";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_power(options.power, options.level, self);
    return detail::detectable_score_difference(
        test, detail::planned_difference_error(options, self), options.power, self);
}

} // namespace nps::inline v0
