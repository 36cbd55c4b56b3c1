// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much narrower the limits of an EWMA are in its first steps.
#pragma once

#include <algorithm>
#include <cmath>

namespace nps::inline v0::detail {

/// Steiner's factor of the limits in step t: 1 - (1 - f)^(1 + a (t - 1)), 0.99 in step 20.
[[nodiscard]] inline double fast_start_factor(double fast_start, double t) {
    if (fast_start == 0) {
        return 1;
    }
    // a so that (1 - f)^(1 + 19 a) = 0.01; a start that is narrower by less than that has a = 0.
    const double logarithm = std::log1p(-fast_start);
    const double a = (std::max)(0.0, (std::log(0.01) / logarithm - 1) / 19);
    return -std::expm1(logarithm * (1 + a * (t - 1)));
}

} // namespace nps::inline v0::detail
