// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/quadrature.hpp>

#include "support/close.hpp"

#include <cmath>
#include <limits>
#include <numbers>

using nps::integrate;
using nps::quadrature_point;
using nps_test::close;

TEST_CASE("integrate: smooth functions") {
    CHECK(close(integrate([](quadrature_point at) { return std::exp(at.x); }, 0, 1).value,
                std::numbers::e - 1));
    CHECK(close(integrate([](quadrature_point at) { return 1 / (1 + at.x * at.x); }, -1, 1).value,
                std::numbers::pi / 2));
    // A normal peak inside a window of 9.5 standard deviations; beyond it lies 2e-21.
    CHECK(close(
        integrate([](quadrature_point at) { return std::exp(-at.x * at.x / 2); }, -9.5, 9.5).value,
        std::sqrt(2 * std::numbers::pi)));
    // A step as steep as the peak: the integral of the normal density times its cdf is 1/2.
    CHECK(close(integrate(
                    [](quadrature_point at) {
                        return std::exp(-at.x * at.x / 2) * std::erfc(-at.x / std::numbers::sqrt2);
                    },
                    -9.5, 9.5)
                    .value,
                std::sqrt(2 * std::numbers::pi)));
}

TEST_CASE("integrate: singular ends, written in the distances from them") {
    CHECK(close(
        integrate([](quadrature_point at) { return 1 / std::sqrt(at.from_lower); }, 3, 4).value,
        2));
    CHECK(close(
        integrate([](quadrature_point at) { return 1 / std::sqrt(at.from_lower * at.to_upper); }, 1,
                  2)
            .value,
        std::numbers::pi));
    CHECK(close(integrate([](quadrature_point at) { return std::log(at.from_lower); }, 0, 1).value,
                -1));
    // x^-0.9: 10.
    CHECK(close(
        integrate([](quadrature_point at) { return std::pow(at.from_lower, -0.9); }, 0, 1).value,
        10));
}

TEST_CASE("integrate: a tiny range keeps relative precision") {
    const double value = integrate([](quadrature_point at) { return at.x; }, 0, 1e-150).value;
    CHECK(std::abs(value / 0.5e-300 - 1) < 1e-13);
}

TEST_CASE("integrate: says how far its last two results lay apart") {
    CHECK(integrate([](quadrature_point at) { return std::exp(at.x); }, 0, 1).last_change < 1e-9);
    // A kink is not resolved, and that shows.
    CHECK(integrate([](quadrature_point at) { return std::abs(at.x - 0.3); }, 0, 1).last_change >
          1e-9);
}

TEST_CASE("integrate: number of calls") {
    const auto calls = [](auto f) {
        int count = 0;
        (void)integrate(
            [&](quadrature_point at) {
                ++count;
                return f(at);
            },
            0, 1);
        return count;
    };
    CHECK(calls([](quadrature_point at) { return std::exp(at.x); }) < 400);
    // An integral of 0 settles too.
    CHECK(calls([](quadrature_point at) { return at.x - 0.5; }) < 400);
    CHECK(calls([](quadrature_point at) { return std::sin(1e6 * at.x); }) <= 13'000);
    CHECK(std::abs(integrate([](quadrature_point at) { return at.x - 0.5; }, 0, 1).value) < 1e-15);
}

TEST_CASE("integrate: a singular end beyond what doubles reach shows in the last change") {
    const auto result =
        integrate([](quadrature_point at) { return std::pow(at.from_lower, -0.99); }, 0, 1);
    CHECK(std::abs(result.value - 100) < 0.1);
    CHECK(result.last_change > 1e-5);
}

TEST_CASE("integrate: an empty range, and what it refuses") {
    const auto one = [](quadrature_point) { return 1.0; };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(integrate(one, 2, 2).value == 0);
    CHECK(integrate([](quadrature_point) { return 0.0; }, 0, 1).value == 0);
    CHECK_THROWS_WITH_AS((void)integrate(one, 1, 0),
                         "nps::integrate: upper = 0, must not be below lower", nps::invalid_input);
    CHECK_THROWS_AS((void)integrate(one, nan, 0), nps::invalid_input);
    CHECK_THROWS_AS((void)integrate(one, 0, std::numeric_limits<double>::infinity()),
                    nps::invalid_input);
    const double most = std::numeric_limits<double>::max();
    CHECK_THROWS_WITH_AS((void)integrate(one, -most, most),
                         "nps::integrate: upper - lower = inf, must be finite", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)integrate([](quadrature_point) { return 1e300; }, 0, 1e10),
                         "nps::integrate: no double holds the result", nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)integrate([&](quadrature_point) { return nan; }, 0, 1),
                         "nps::integrate: f(x) = nan, must be finite", nps::invalid_input);
}
