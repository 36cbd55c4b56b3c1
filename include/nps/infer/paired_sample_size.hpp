// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to find a change where the same people answer twice, or some of them: a
/// panel, or waves that overlap. The power of given sizes, and the change that they find.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Options of paired_sample_size.
struct paired_sample_size_options {
    /// The true a - b that is to be found; with the claim equivalence usually 0.
    required<double> difference;
    /// Of the two answers of one person, coded -1, 0, 1.
    required<double> correlation;
    /// Share of the smaller wave that answers in both: 1 is a panel, 0 two separate samples.
    double overlap = 1;
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
    /// Tests among which alpha is shared.
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of paired_power; those of paired_sample_size, with sizes for power.
struct paired_power_options {
    /// Valid answers of each wave, and people who are in both.
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    required<std::int64_t> completes_both;
    required<double> difference;
    required<double> correlation;
    double level = 0.95;
    planned_group a{};
    planned_group b{};
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of paired_detectable_difference.
struct paired_detectable_difference_options {
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    required<std::int64_t> completes_both;
    required<double> correlation;
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

/// The sizes of two waves and of their overlap, with what they rest on.
///
/// Checked:    tests/infer/paired_sample_size_test.cpp
/// Example:    examples/power.cpp
struct paired_plan {
    /// Sizes, difference, power and the rest, as for two separate groups.
    comparison_plan waves{};
    /// People who answer in both: the overlap of the smaller wave, rounded up (down for a negative
    /// correlation).
    std::int64_t completes_both = 0;
    double correlation = 0;
    double overlap = 1;
};

namespace detail {

inline void require_correlation(double correlation, std::string_view function) {
    require(correlation >= -1 && correlation <= 1, function, "correlation", correlation,
            "must be in [-1, 1]");
}

/// Two waves with people in common.
struct overlapping_groups {
    settled_group a;
    settled_group b;
    double correlation;

    /// Covariance that one person in both waves brings.
    [[nodiscard]] double covariance() const {
        return correlation * std::sqrt(a.unit_variance() * b.unit_variance());
    }
    [[nodiscard]] double error(double n_a, double n_b, double both) const {
        const double variance = a.unit_variance() / n_a + b.unit_variance() / n_b -
                                2 * covariance() * (both / n_a / n_b);
        return std::sqrt((std::max)(variance, 0.0));
    }
    /// n_a times the variance, for n_b = allocation n_a.
    [[nodiscard]] double unit_variance(double allocation, double overlap) const {
        return (std::max)(a.unit_variance() + b.unit_variance() / allocation -
                              2 * covariance() * overlap / (std::max)(allocation, 1.0),
                          0.0);
    }
};

template <class Options>
[[nodiscard]] overlapping_groups overlapping_groups_of(const Options& options,
                                                       std::string_view function) {
    require_correlation(options.correlation, function);
    return {settle_group(options.a, function), settle_group(options.b, function),
            options.correlation};
}

template <class Options>
[[nodiscard]] double overlapping_error(const Options& options, std::string_view function) {
    require_completes(options.completes_a, function, "completes_a");
    require_completes(options.completes_b, function, "completes_b");
    const std::int64_t both = options.completes_both;
    require(both >= 0 && both <= options.completes_a && both <= options.completes_b, function,
            "completes_both", both, "must be in [0, the smaller of the two waves]");
    return overlapping_groups_of(options, function)
        .error(static_cast<double>(options.completes_a), static_cast<double>(options.completes_b),
               static_cast<double>(both));
}

} // namespace detail

/// The answers that two waves with people in common need for a wanted chance of finding a change.
///
/// Formula:    variance of the difference v_a / n_a + v_b / n_b - 2 m c / (n_a n_b), v = S^2 deff,
///             c = r sqrt(v_a v_b), m people in both; set equal to the se^2 of
///             comparison_sample_size. For a panel n = (v_a + v_b - 2 c) / se^2.
/// Scale:      that of the score.
/// Assumes:    the power of the Wald test of that variance, for .80 asked (docs/power): .80 with a
///             panel of 254, .82 with 26; .94 with 54 where nearly all changes go one way. S and
///             correlation as given; one that the shares do not allow is not noticed.
/// Not for:    choosing the shares of change in a 3 x 3 table: it enters by the correlation alone.
/// Degenerate: no variance (correlation 1 in a panel with equal S) needs one answer.
/// Throws:     invalid_input, also where no sample finds the difference or more than 2^53 people
///             would be needed.
/// Cost:       O(1).
/// Source:     Kish (1965), Survey Sampling, ISBN 0-471-10949-5, section 12.4
/// Checked:    tests/reference/power_scores.csv (mpmath), docs/power/power.csv
/// Example:    examples/power.cpp
[[nodiscard]] inline paired_plan paired_sample_size(const paired_sample_size_options& options) {
    constexpr std::string_view self = "paired_sample_size";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    detail::require_power(options.power, options.level, self);
    detail::require_allocation(options.allocation, self);
    detail::require(options.overlap >= 0 && options.overlap <= 1, self, "overlap", options.overlap,
                    "must be in [0, 1]");
    const auto groups = detail::overlapping_groups_of(options, self);
    const double error = test.wanted_error(options.difference, options.power, self, "difference");
    paired_plan plan{.correlation = options.correlation, .overlap = options.overlap};
    const auto error_of = [&](double size_a, double size_b) {
        const double both = options.overlap * (std::min)(size_a, size_b);
        const double whole = options.correlation > 0 ? std::ceil(both * (1 - 1e-15))
                                                     : std::floor(both * (1 + 1e-15));
        plan.completes_both =
            static_cast<std::int64_t>(std::clamp(whole, 0.0, (std::min)(size_a, size_b)));
        return groups.error(size_a, size_b, static_cast<double>(plan.completes_both));
    };
    // Whole sizes can lie a little under the power where the larger wave, rounded up, has more
    // answers that are not paired: one answer more, again and again. Where that does not end soon
    // (correlation 1, waves of nearly the same size) in steps of a thousandth.
    int steps = 0;
    for (double n_a = groups.unit_variance(options.allocation, options.overlap) / error / error;;
         n_a += ++steps < 1000 ? 1 : n_a / 1000) {
        plan.waves = detail::plan_two_groups(
            options, test, groups.a, groups.b, n_a,
            [&](double size_a, double size_b) {
                return test.power(options.difference, error_of(size_a, size_b));
            },
            self);
        if (plan.waves.achieved_power >= options.power * (1 - 1e-12)) {
            break;
        }
    }
    plan.waves.standard_error = error_of(static_cast<double>(plan.waves.a.completes),
                                         static_cast<double>(plan.waves.b.completes));
    plan.waves.difference = options.difference;
    plan.waves.method = "wald";
    return plan;
}

/// The chance that two waves with people in common show a change, or support a claim.
///
/// Formula:    as comparison_power, with the variance of paired_sample_size
/// Scale:      [0, 1].
/// Assumes:    as paired_sample_size.
/// Degenerate: no variance gives 1 where the claim is true, else 0.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Kish (1965), Survey Sampling, ISBN 0-471-10949-5, section 12.4
/// Checked:    tests/reference/power_scores.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double paired_power(const paired_power_options& options) {
    constexpr std::string_view self = "paired_power";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_score_difference(options.difference, self);
    return test.power(options.difference, detail::overlapping_error(options, self));
}

/// The change that two waves with people in common find with a wanted chance.
///
/// Formula:    the inverse of paired_power; which one, see comparison_detectable_difference
/// Scale:      [-2, 2].
/// Assumes:    as paired_sample_size.
/// Degenerate: no variance gives the hypothesis itself.
/// Throws:     invalid_input; undefined_result where no difference on the scale is found with this
///             power, or, for equivalence, not even 0.
/// Cost:       O(1).
/// Source:     Kish (1965), Survey Sampling, ISBN 0-471-10949-5, section 12.4
/// Checked:    tests/reference/power_scores.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double
paired_detectable_difference(const paired_detectable_difference_options& options) {
    constexpr std::string_view self = "paired_detectable_difference";
    const detail::planned_test test =
        detail::planned_test_of(options, detail::widest_score_difference, self);
    detail::require_power(options.power, options.level, self);
    return detail::detectable_score_difference(test, detail::overlapping_error(options, self),
                                               options.power, self);
}

} // namespace nps::inline v0
