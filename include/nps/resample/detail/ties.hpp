// SPDX-License-Identifier: Apache-2.0
/// @file
/// When two values of a statistic are the same but for rounding: the rule of bootstrap intervals
/// and permutation tests.
#pragma once

#include <nps/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Whether two values of a statistic differ by no more than the rounding of their sums, or than
/// `near`.
[[nodiscard]] inline bool are_tied(double a, double b, double near = 0) {
    return a == b ||
           std::abs(a - b) < (std::max)(near, 1e-12 * (std::max)(std::abs(a), std::abs(b)));
}

/// How far a replicate may lie from an observed value near 0 and yet tie with it: 1e-12 of the
/// distance within which nine tenths lie, which a few wild replicates do not move.
[[nodiscard]] inline double tie_distance(std::span<const double> replicates, double observed) {
    if (replicates.empty()) {
        return 0;
    }
    std::vector<double> distance;
    distance.reserve(replicates.size());
    for (const double value : replicates) {
        distance.push_back(std::abs(value - observed));
    }
    const auto at = distance.begin() + static_cast<std::ptrdiff_t>((distance.size() - 1) * 9 / 10);
    std::nth_element(distance.begin(), at, distance.end());
    return 1e-12 * *at;
}

} // namespace nps::inline v0::detail
