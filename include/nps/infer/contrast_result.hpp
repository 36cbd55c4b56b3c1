// SPDX-License-Identifier: Apache-2.0
/// @file
/// The result of a contrast of several groups, or of a trend over them.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// A weighted difference of several groups, how sure it is, and how surprising by chance.
///
/// Checked:    tests/infer/score_contrast_test.cpp
/// Example:    examples/groups.cpp
struct contrast_result {
    /// The contrast, or the slope per unit of the positions.
    double estimate = 0;
    /// Of `estimate`, as the test has it.
    double standard_error = 0;
    /// Of `estimate`; says its own method.
    nps::interval interval{};
    /// Normal; above 0 for a contrast above 0 or a rise.
    double statistic = 0;
    double p_value = 1;
    nps::alternative alternative = nps::alternative::two_sided;
    /// Valid answers of all groups.
    std::int64_t n = 0;
    std::int64_t groups = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

namespace detail {

/// Fills in the normal test of the side that `result` names.
inline void test_contrast(contrast_result& result, double statistic) {
    const comparison_test test = normal_test(statistic, result.standard_error);
    result.statistic = statistic;
    result.p_value = result.alternative == alternative::two_sided ? test.two_sided
                     : result.alternative == alternative::greater ? test.above
                                                                  : test.below;
}

/// Estimate +- z error, cut at -farthest and farthest.
[[nodiscard]] inline interval contrast_interval(const contrast_result& result, double error,
                                                double level, double farthest) {
    const bounds sides = result.alternative == alternative::two_sided ? bounds::two_sided
                         : result.alternative == alternative::greater ? bounds::lower
                                                                      : bounds::upper;
    const double reach = normal_upper_quantile(tail_probability(level, sides)) * error;
    const double lower = sides == bounds::upper ? -farthest : result.estimate - reach;
    const double upper = sides == bounds::lower ? farthest : result.estimate + reach;
    return {.lower = std::clamp(lower, -farthest, farthest),
            .upper = std::clamp(upper, -farthest, farthest),
            .level = level,
            .sides = sides,
            .n = result.n,
            .clipped = lower < -farthest || upper > farthest,
            .method = "wald"};
}

} // namespace detail
} // namespace nps::inline v0
