// SPDX-License-Identifier: Apache-2.0
// The one comparison of floating values in the tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace nps_test {

struct tolerance {
    double relative = 1e-12;
    double absolute = 0;
    // Needed beside any figure looser than the standard one.
    std::string_view reason = {};
};

// |actual - expected| <= max(relative |expected|, absolute); NaN is close to nothing.
[[nodiscard]] inline bool close(double actual, double expected, tolerance t = {}) {
    if ((t.relative > 1e-12 || t.absolute > 1e-14) && t.reason.empty()) {
        FAIL("a tolerance looser than 1e-12 needs a reason");
    }
    // Values at zero: 1e-14 absolute is rounding on the scale of a score.
    const double allowed = std::max({t.relative * std::abs(expected), t.absolute, 1e-14});
    const bool ok = actual == expected || std::abs(actual - expected) <= allowed;
    if (!ok) {
        MESSAGE("actual ", doctest::String(std::to_string(actual).c_str()), " expected ",
                doctest::String(std::to_string(expected).c_str()), " difference ",
                actual - expected, " allowed ", allowed);
    }
    return ok;
}

} // namespace nps_test
