// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/roots.hpp>

#include "support/close.hpp"

#include <cmath>
#include <limits>
#include <string>

using nps::find_root;
using nps_test::close;

TEST_CASE("find_root: roots known in closed form or from mpmath") {
    CHECK(close(find_root([](double x) { return x * x - 2; }, 0, 2), 1.4142135623730951));
    // cos x = x and x e^x = 1: mpmath 1.2.1 at 30 digits.
    CHECK(close(find_root([](double x) { return std::cos(x) - x; }, 0, 1), 0.73908513321516064));
    CHECK(
        close(find_root([](double x) { return x * std::exp(x) - 1; }, -1, 1), 0.56714329040978387));
    // Ends in either order of sign and of size.
    CHECK(close(find_root([](double x) { return 2 - x * x; }, 2, 0), 1.4142135623730951));
}

TEST_CASE("find_root: relative precision for tiny roots, and flat or steep functions") {
    const auto relative_error = [](double root, double expected) {
        return std::abs(root / expected - 1);
    };
    CHECK(relative_error(find_root([](double x) { return x - 1e-200; }, 0, 1), 1e-200) < 1e-15);
    CHECK(relative_error(find_root([](double x) { return std::log(x / 1e-12); }, 0, 1), 1e-12) <
          1e-15);
    CHECK(close(find_root([](double x) { return std::pow(x - 0.25, 9); }, -1, 1), 0.25,
                {.absolute = 1e-12, .reason = "a ninth power vanishes around its root"}));
    CHECK(close(find_root([](double x) { return x < 1.0 / 3 ? -1.0 : 5.0; }, 0, 1), 1.0 / 3));
    // 1 / (x - 1/3) jumps through infinity; the place is found.
    CHECK(close(find_root([](double x) { return 1 / (x - 1.0 / 3); }, 0, 1), 1.0 / 3));
}

TEST_CASE("find_root: few calls for a smooth function, a bounded number for any") {
    int calls = 0;
    const auto counted = [&](auto f) {
        return [&calls, f](double x) {
            ++calls;
            return f(x);
        };
    };
    (void)find_root(counted([](double x) { return std::exp(x) - 3; }), 0, 4);
    CHECK(calls < 16);
    calls = 0;
    (void)find_root(counted([](double x) { return x < 1e-300 ? -1.0 : 1.0; }), -1, 1);
    CHECK(calls < 2110);
}

TEST_CASE("find_root: a wide tolerance stops early, and the root is within it") {
    const double root =
        find_root([](double x) { return x * x * x - 5; }, 0, 4, {.relative = 0, .absolute = 1e-3});
    CHECK(std::abs(root - std::cbrt(5.0)) <= 1e-3);
}

TEST_CASE("find_root: an end that is a root") {
    CHECK(find_root([](double x) { return x; }, 0, 1) == 0);
    CHECK(find_root([](double x) { return x - 1; }, 0, 1) == 1);
}

TEST_CASE("find_root: refuses what has no bracket") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto identity = [](double x) { return x; };
    CHECK_THROWS_WITH_AS((void)find_root(identity, 1, 2),
                         "nps::find_root: f(upper) = 2, must differ in sign from f(lower)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)find_root(identity, nan, 2),
                         "nps::find_root: lower = nan, must be finite", nps::invalid_input);
    CHECK_THROWS_AS((void)find_root(identity, -1, std::numeric_limits<double>::infinity()),
                    nps::invalid_input);
    const double most = std::numeric_limits<double>::max();
    CHECK_THROWS_WITH_AS((void)find_root([](double x) { return x < 1 ? -1.0 : 1.0; }, -most, most),
                         "nps::find_root: upper - lower = inf, must be finite", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)find_root([&](double) { return nan; }, -1, 2),
                         "nps::find_root: f(x) = nan, must be a number", nps::invalid_input);
    CHECK_THROWS_AS((void)find_root(identity, -1, 2, {.relative = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)find_root(identity, -1, 2, {.absolute = -1}), nps::invalid_input);
}
