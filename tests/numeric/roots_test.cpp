// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/roots.hpp>

#include "support/close.hpp"

#include <cmath>
#include <cstdint>
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

TEST_CASE("find_first: the first whole number from which on it holds, from any guess") {
    const std::int64_t most = std::int64_t{1} << 61;
    for (const std::int64_t answer :
         {std::int64_t{-7}, std::int64_t{0}, std::int64_t{1}, std::int64_t{12}, std::int64_t{13}}) {
        for (std::int64_t guess = -30; guess <= 30; ++guess) {
            for (const std::int64_t step : {1, 2, 3, 100}) {
                std::int64_t calls = 0;
                const auto holds = [&](std::int64_t k) {
                    CHECK(k >= -7);
                    CHECK(k < 13);
                    ++calls;
                    return k >= answer;
                };
                CHECK(nps::find_first(holds, -7, 13, guess, step) == answer);
                CHECK(calls <= 10);
            }
        }
    }
    for (const std::int64_t answer : {-most, most - 1, most, std::int64_t{5}}) {
        for (const std::int64_t guess : {-most, std::int64_t{0}, most}) {
            for (const std::int64_t step : {std::int64_t{1}, most, most * 3}) {
                int calls = 0;
                const auto holds = [&](std::int64_t k) {
                    ++calls;
                    return k >= answer;
                };
                CHECK(nps::find_first(holds, -most, most, guess, step) == answer);
                CHECK(calls <= 126);
            }
        }
    }
    int calls = 0;
    const auto counted = [&](std::int64_t k) {
        ++calls;
        return k >= 1'000'000'000;
    };
    CHECK(nps::find_first(counted, -most, most, 1'000'000'000) == 1'000'000'000);
    CHECK(calls == 2);
    // Nothing to ask.
    CHECK(nps::find_first([](std::int64_t) { return false; }, 4, 4, 9) == 4);
}

TEST_CASE("find_first: wrong arguments are named") {
    const std::int64_t most = std::int64_t{1} << 61;
    const auto run = [](std::int64_t lowest, std::int64_t highest, std::int64_t step = 1) {
        (void)nps::find_first([](std::int64_t) { return true; }, lowest, highest, 0, step);
    };
    CHECK_THROWS_WITH_AS(run(3, 2), "nps::find_first: lowest = 3, must be in [-2^61, highest]",
                         nps::invalid_input);
    CHECK_THROWS_AS(run(-most - 1, 2), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(3, most + 1),
                         "nps::find_first: highest = 2305843009213693953, must be 2^61 or less",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(3, 9, 0), "nps::find_first: step = 0, must be 1 or more",
                         nps::invalid_input);
}
