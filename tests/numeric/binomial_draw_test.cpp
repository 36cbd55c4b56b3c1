// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/binomial_draw.hpp>

#include "numeric/goodness_of_fit.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace {

nps::random_stream stream(std::uint64_t seed) {
    return {seed, 0, nps::random_purpose::simulation};
}

// Drawn or not, probabilities from 0 to n relative to the mode's, by the recurrence.
std::vector<double> relative_pmf(int n, double p) {
    const int mode = static_cast<int>((n + 1) * p);
    std::vector<double> f(static_cast<std::size_t>(n) + 1);
    f[static_cast<std::size_t>(mode)] = 1;
    for (int k = mode; k < n; ++k) {
        f[static_cast<std::size_t>(k) + 1] =
            f[static_cast<std::size_t>(k)] * (n - k) * p / ((k + 1) * (1 - p));
    }
    for (int k = mode; k > 0; --k) {
        f[static_cast<std::size_t>(k) - 1] =
            f[static_cast<std::size_t>(k)] * k * (1 - p) / ((n - k + 1) * p);
    }
    return f;
}

TEST_CASE("binomial draws fit the distribution, around the change of algorithm and far from it") {
    std::uint64_t seed = 100;
    for (const nps_test::draw_case& expected : nps_test::draw_cases("binomial")) {
        CAPTURE(expected.a);
        CAPTURE(expected.c);
        const nps::binomial_draw draw(expected.a, expected.c);
        CHECK(nps_test::misfit(draw, expected, 40'000, ++seed) < expected.critical);
    }
}

TEST_CASE("a misfit would be seen: draws of p = 0.305 do not fit p = 0.3") {
    for (const nps_test::draw_case& expected : nps_test::draw_cases("binomial")) {
        if (expected.a == 1000 && expected.c == 0.3) {
            CHECK(nps_test::misfit(nps::binomial_draw(1000, 0.305), expected, 60'000, 1) >
                  expected.critical);
        }
    }
}

TEST_CASE("moments hold where no table reaches: n up to 2^53") {
    for (const auto& [n, p] : {std::pair{std::int64_t{1} << 53, 0.5},
                               {std::int64_t{1} << 53, 1e-3},
                               {std::int64_t{1} << 53, 4e-16},
                               {1'000'000'000'000, 0.999999},
                               {1'000'000'000'000, 0.1}}) {
        CAPTURE(p);
        const nps::binomial_draw draw(n, p);
        nps::random_stream s = stream(5);
        const double mean = static_cast<double>(n) * p;
        const double sd = std::sqrt(mean * (1 - p));
        double z1 = 0;
        double z2 = 0;
        double z4 = 0;
        int outside = 0;
        const int draws = 20'000;
        for (int i = 0; i < draws; ++i) {
            const std::int64_t k = draw(s);
            outside += k < 0 || k > n;
            const double z = (static_cast<double>(k) - mean) / sd;
            z1 += z / draws;
            z2 += z * z / draws;
            z4 += z * z * z * z / draws;
        }
        CHECK(outside == 0);
        const double kurtosis = 3 + 1 / (sd * sd); // and a little less for p near 1/2
        CHECK(std::abs(z1) < 4 / std::sqrt(draws));
        CHECK(std::abs(z2 - 1) < 4 * std::sqrt((kurtosis - 1) / draws));
        CHECK(std::abs(z4 - kurtosis) < 0.5);
    }
}

TEST_CASE("hat and squeezes bound the probabilities, so that rejection is exact") {
    // The constants of the source, checked for every outcome at a fine grid of u.
    for (const auto& [n, p] : {std::pair{20, 0.5},
                               {21, 0.48},
                               {100, 0.1},
                               {100, 0.3},
                               {1000, 0.0102},
                               {1000, 0.01},
                               {5000, 0.0023},
                               {5000, 0.0078},
                               {3000, 0.4},
                               {20'000, 0.5}}) {
        CAPTURE(n);
        CAPTURE(p);
        const std::vector<double> f = relative_pmf(n, p);
        const double spread = std::sqrt(n * p * (1 - p));
        const double b = 1.15 + 2.53 * spread;
        const double a = -0.0873 + 0.0248 * b + 0.01 * p;
        double hat = 0;
        double squeeze = 1;
        for (int i = 1; i < 4000; ++i) {
            const double u = i / 4000.0 - 0.5;
            const double us = 0.5 - std::abs(u);
            const double k = std::floor((2 * a / us + b) * u + n * p + 0.5);
            if (k >= 0 && k <= n) {
                const double height = f[static_cast<std::size_t>(k)] * (a / (us * us) + b) /
                                      ((2.83 + 5.1 / b) * spread);
                hat = (std::max)(hat, height);
                squeeze = us >= 0.07 ? (std::min)(squeeze, height) : squeeze;
            }
        }
        CHECK(hat <= 1);
        CHECK(hat > 0.9);
        CHECK(squeeze >= 0.92 - 4.2 / b);
        const double variance = spread * spread;
        const int mode = static_cast<int>((n + 1) * p);
        double loosest = 0;
        for (int k = 0; k <= n; ++k) {
            const double distance = std::abs(k - mode);
            const double height = f[static_cast<std::size_t>(k)];
            if (k != mode && distance < variance / 2 - 1 && height > 1e-300) {
                const double rho = distance / variance *
                                   (((distance / 3 + 0.625) * distance + 1.0 / 6) / variance + 0.5);
                const double t = -distance * distance / (2 * variance);
                loosest = (std::max)(loosest, std::abs(std::log(height) - t) / rho);
            }
        }
        CHECK(loosest <= 1);
    }
    // In the limit of large n p q the outcomes are normal.
    double hat = 0;
    double squeeze = 1;
    for (int i = 1; i < 20'000; ++i) {
        const double u = i / 20'000.0 - 0.5;
        const double us = 0.5 - std::abs(u);
        const double a = 0.0248 * 2.53;
        const double z = (2 * a / us + 2.53) * u;
        const double height = std::exp(-z * z / 2) * (a / (us * us) + 2.53) / 2.83;
        hat = (std::max)(hat, height);
        squeeze = us >= 0.07 ? (std::min)(squeeze, height) : squeeze;
    }
    CHECK(hat <= 1);
    CHECK(squeeze >= 0.92);
}

TEST_CASE("the same draws everywhere: committed hashes") {
    nps_test::number_hash hash;
    for (const auto& [n, p] : {std::pair{std::int64_t{20}, 0.45},
                               {40, 0.5},
                               {100, 0.3},
                               {1000, 0.0101},
                               {1000, 0.7},
                               {1'000'000, 0.21},
                               {1'000'000'000'000, 3e-12},
                               {1'000'000'000'000, 0.6},
                               {std::int64_t{1} << 53, 0.5}}) {
        nps::random_stream s = stream(11);
        const nps::binomial_draw draw(n, p);
        for (int i = 0; i < 5000; ++i) {
            hash.add(static_cast<std::uint64_t>(draw(s)));
        }
    }
    CHECK(hash.value() == 5509971447211050450U);
}

TEST_CASE("binomial draws without choice, and errors") {
    nps::random_stream s = stream(1);
    for (int i = 0; i < 100; ++i) {
        CHECK(nps::binomial_draw(0, 0.3)(s) == 0);
        CHECK(nps::binomial_draw(1000, 0)(s) == 0);
        CHECK(nps::binomial_draw(1000, 1)(s) == 1000);
        CHECK(nps::binomial_draw(std::int64_t{1} << 53, 1)(s) == std::int64_t{1} << 53);
        CHECK(nps::binomial_draw(1000, 1e-300)(s) == 0);
        CHECK(nps::binomial_draw(1, 0.5)(s) <= 1);
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(nps::binomial_draw(10, nan),
                         "nps::binomial_draw: p = nan, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::binomial_draw(10, 1.5),
                         "nps::binomial_draw: p = 1.5, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::binomial_draw(-1, 0.5),
                         "nps::binomial_draw: n = -1, must be in [0, 2^53]", nps::invalid_input);
    CHECK_THROWS_AS(nps::binomial_draw((std::int64_t{1} << 53) + 1, 0.5), nps::invalid_input);
}

} // namespace
