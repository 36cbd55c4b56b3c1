// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did it change, who is ahead: the difference of the mean ratings of two separate samples.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/moments.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/mean_interval.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// The t tests of two means.
enum class mean_comparison_method : std::uint8_t {
    welch, ///< each group has its own variance
    pooled ///< Student's: one variance for both groups
};

/// Options of compare_means. `lowest` and `highest` are the ends of the rating scale, which moments
/// do not know; by default there are none.
///
/// Checked:    tests/infer/compare_means_test.cpp
/// Example:    examples/comparing.cpp
struct compare_means_options {
    mean_comparison_method method = mean_comparison_method::welch;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised a - b; 0 with a claim.
    double null_difference = 0;
    /// Of a claim, on the scale of the ratings.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(mean_comparison_method method) {
    switch (method) {
    case mean_comparison_method::welch:
        return "welch";
    case mean_comparison_method::pooled:
        return "pooled";
    }
    throw_invalid("compare_means", "method", static_cast<int>(method), "must be a named method");
}

[[nodiscard]] inline student_comparison mean_comparison(const moments& a, const moments& b,
                                                        mean_comparison_method method) {
    constexpr std::string_view self = "compare_means";
    const auto n_a = static_cast<double>(a.n());
    const auto n_b = static_cast<double>(b.n());
    const double difference = a.mean - b.mean;
    if (method == mean_comparison_method::welch) {
        if (!(a.n() > 1 && b.n() > 1)) {
            throw_undefined(self, "fewer than two values in a group");
        }
        return student_comparison::welch(self, difference, a.variance() / n_a, n_a,
                                         b.variance() / n_b, n_b, "");
    }
    if (!(a.n() > 0 && b.n() > 0 && a.n() + b.n() > 2)) {
        throw_undefined(self, "fewer than three values, or none in a group");
    }
    const double freedom = n_a + n_b - 2;
    const double variance = (a.squared_deviations + b.squared_deviations) / freedom;
    return {self, difference, std::sqrt(variance * (1 / n_a + 1 / n_b)), freedom, ""};
}

} // namespace detail

/// The difference of two mean ratings, with its interval and its t test.
///
/// Formula:    t = (mean_a - mean_b - delta) / se, delta the hypothesis and M the squared
///             deviations of each group. welch: v = M / (n - 1) / n of each group, se^2 = v_a + v_b,
///             (v_a + v_b)^2 / (v_a^2 / (n_a - 1) + v_b^2 / (n_b - 1)) degrees of freedom.
///             pooled: se^2 = (M_a + M_b) / (n_a + n_b - 2) (1 / n_a + 1 / n_b), n_a + n_b - 2
///             degrees of freedom. The interval is the difference -/+ t se. Claims as in
///             compare_scores: equivalence gives the larger p of two one-sided tests, and the
///             interval of level 1 - 2 alpha.
/// Scale:      that of the ratings, clipped to lowest - highest and highest - lowest. A one-sided
///             interval without the ends of the scale is infinite on its open side.
/// Assumes:    two separate simple random samples, and means that are nearly normal: 30 ratings or
///             more in each, or ratings that are not very skewed. pooled: equal variances too;
///             where the smaller group has the larger variance it rejects far too often.
/// Not for:    the net score, see compare_scores; the same people asked twice.
/// Degenerate: where all ratings of a group are equal, in both groups, se is 0: without a
///             difference from the hypothesis t = 0, p = 1 and the interval is a point, else
///             undefined_result.
/// Throws:     invalid_input, also for a mean outside [lowest, highest], a margin without claim, a
///             claim without margin or with an alternative; undefined_result: fewer than two values
///             in a group (welch), fewer than three in both or none in one (pooled), and results
///             that no double holds.
/// Cost:       O(1), 2-5 us of CPU time.
/// Source:     Welch (1947), doi:10.1093/biomet/34.1-2.28; Student (1908), doi:10.1093/biomet/6.1.1
/// Checked:    tests/reference/compare_means.csv (R t.test)
/// Example:    examples/comparing.cpp
[[nodiscard]] inline comparison compare_means(const moments& a, const moments& b,
                                              const compare_means_options& options = {}) {
    constexpr std::string_view self = "compare_means";
    const detail::comparison_question ask{options.alternative, options.claim,
                                          options.null_difference, options.equivalence_margin,
                                          options.level};
    comparison result{.method = detail::method_name(options.method)};
    detail::require_moments(a, self);
    detail::require_moments(b, self);
    detail::require_on_scale(a, options.lowest, options.highest, self);
    detail::require_on_scale(b, options.lowest, options.highest, self);
    detail::require(options.lowest < options.highest, self, "highest", options.highest,
                    "must be above lowest");
    const detail::difference_range range{options.lowest - options.highest,
                                         options.highest - options.lowest};
    detail::require_question(ask, range, self);
    const auto method = detail::mean_comparison(a, b, options.method);
    if (!(std::isfinite(method.difference) && std::isfinite(method.standard_error))) {
        detail::throw_undefined(self, "no double holds the difference or its standard error");
    }
    result.difference = method.difference;
    result.degrees_of_freedom = method.degrees_of_freedom;
    result.n_a = a.n();
    result.n_b = b.n();
    result = detail::answer_comparison(method, ask, range, result);
    const bool lower_asked = result.interval.sides != bounds::upper;
    const bool upper_asked = result.interval.sides != bounds::lower;
    if (!std::isfinite(result.statistic) ||
        (lower_asked && !std::isfinite(result.interval.lower)) ||
        (upper_asked && !std::isfinite(result.interval.upper))) {
        detail::throw_undefined(self, "no double holds the statistic or the interval");
    }
    return result;
}

} // namespace nps::inline v0
