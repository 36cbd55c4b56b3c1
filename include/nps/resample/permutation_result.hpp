// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a permutation test by simulation returns: the replicates and the p value they give.
#pragma once

#include <nps/core/comparison.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Replicates of one statistic under the hypothesis that answers are exchangeable.
///
/// Scale:      that of the statistic.
/// Checked:    tests/resample/permutation_test_test.cpp
/// Example:    examples/resampling.cpp
struct permutation_result {
    /// The statistic of the data themselves.
    double statistic = 0;
    /// (1 + replicates at least as far out) / (1 + replicates): never 0, and of the right size for
    /// any number of replicates. Two-sided as the function that made it says.
    double p_value = 1;
    /// Monte Carlo standard error of `p_value`.
    double p_value_error = 0;
    nps::alternative alternative = nps::alternative::two_sided;
    /// Respondents or rows.
    std::int64_t n = 0;
    /// Whether the progress callback stopped the work; the replicates are then the first of those
    /// asked for.
    bool cancelled = false;
    /// Which function made the replicates.
    std::string_view method;
    /// The replicates in the order of their streams, not sorted.
    std::vector<double> values;

    [[nodiscard]] std::span<const double> replicates() const { return values; }
};

namespace detail {

/// Fills in the p value from how many replicates are at least as far out on one side, or on the
/// nearer of two.
inline void set_p_value(permutation_result& result, std::int64_t as_far, int sides = 1) {
    const auto all = static_cast<double>(result.values.size()) + 1;
    const double one_side = (static_cast<double>(as_far) + 1) / all;
    result.p_value = (std::min)(sides * one_side, 1.0);
    result.p_value_error = sides * std::sqrt(one_side * (1 - one_side) / all);
}

} // namespace detail
} // namespace nps::inline v0
