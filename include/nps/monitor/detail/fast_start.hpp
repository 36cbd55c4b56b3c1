// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much narrower the limits of an EWMA are in its first steps.
#pragma once

#include <nps/core/error.hpp>

#include <cmath>
#include <string_view>

namespace nps::inline v0::detail {

/// Below 0.05 there is little to start with, and it would hardly fade.
inline void require_fast_start(double fast_start, std::string_view function) {
    require(fast_start == 0 || (fast_start >= 0.05 && fast_start < 1), function, "fast_start",
            fast_start, "must be 0, or in [0.05, 1)");
}

/// Steiner's factor of the limits in step t, with f = 1 - his: 1 - f^(1 + a (t - 1)), a so that it
/// is 0.99 in step 20.
[[nodiscard]] inline double fast_start_factor(double fast_start, double t) {
    if (fast_start == 0) {
        return 1;
    }
    const double logarithm = std::log(fast_start);
    const double a = (std::log(0.01) / logarithm - 1) / 19;
    return -std::expm1(logarithm * (1 + a * (t - 1)));
}

} // namespace nps::inline v0::detail
