// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/hypergeometric_draw.hpp>

#include "numeric/goodness_of_fit.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace {

nps::random_stream stream(std::uint64_t seed) {
    return {seed, 0, nps::random_purpose::simulation};
}

TEST_CASE("hypergeometric draws fit the distribution, with each reduction by symmetry") {
    std::uint64_t seed = 200;
    for (const nps_test::draw_case& expected : nps_test::draw_cases("hypergeometric")) {
        CAPTURE(expected.a);
        CAPTURE(expected.b);
        CAPTURE(expected.c);
        const nps::hypergeometric_draw draw(expected.a, expected.b,
                                            static_cast<std::int64_t>(expected.c));
        CHECK(nps_test::misfit(draw, expected, 40'000, ++seed) < expected.critical);
    }
}

TEST_CASE("a misfit would be seen: drawing 41 does not fit drawing 39") {
    for (const nps_test::draw_case& expected : nps_test::draw_cases("hypergeometric")) {
        if (expected.a == 1000 && expected.c == 39) {
            CHECK(nps_test::misfit(nps::hypergeometric_draw(1000, 3000, 41), expected, 60'000, 1) >
                  expected.critical);
        }
    }
}

TEST_CASE("moments hold where no table reaches: populations up to 2^53") {
    const std::int64_t trillion = 1'000'000'000'000;
    for (const auto& [marked, unmarked, drawn] :
         {std::array{trillion, 3 * trillion, 2 * trillion},
          {trillion, trillion, std::int64_t{30}},
          {std::int64_t{1} << 52, std::int64_t{1} << 52, std::int64_t{1} << 40},
          {std::int64_t{50}, trillion, trillion / 4},
          {3 * trillion, trillion, 4 * trillion - 50}}) {
        CAPTURE(marked);
        CAPTURE(drawn);
        const nps::hypergeometric_draw draw(marked, unmarked, drawn);
        nps::random_stream s = stream(5);
        const double population = static_cast<double>(marked + unmarked);
        const double share = static_cast<double>(marked) / population;
        const double mean = static_cast<double>(drawn) * share;
        const double variance =
            mean * (1 - share) * static_cast<double>(marked + unmarked - drawn) / (population - 1);
        double z1 = 0;
        double z2 = 0;
        int outside = 0;
        const int draws = 20'000;
        for (int i = 0; i < draws; ++i) {
            const std::int64_t k = draw(s);
            outside +=
                k < (std::max)(std::int64_t{0}, drawn - unmarked) || k > (std::min)(drawn, marked);
            const double z = (static_cast<double>(k) - mean) / std::sqrt(variance);
            z1 += z / draws;
            z2 += z * z / draws;
        }
        CHECK(outside == 0);
        CHECK(std::abs(z1) < 4 / std::sqrt(draws));
        CHECK(std::abs(z2 - 1) < 4 * std::sqrt((2 + 1 / variance) / draws));
    }
}

TEST_CASE("the hat bounds the probabilities, so that rejection is exact") {
    for (const auto& [marked, unmarked, drawn] : {std::array{20, 20, 20},
                                                  {40, 60, 26},
                                                  {50, 100, 70},
                                                  {1000, 3000, 41},
                                                  {25, 4000, 1700},
                                                  {2000, 2000, 2000},
                                                  {3000, 9000, 5000}}) {
        CAPTURE(marked);
        CAPTURE(drawn);
        const double n = marked + unmarked;
        const int mode = static_cast<int>((drawn + 1.0) * (marked + 1.0) / (n + 2));
        const double variance = drawn * (marked / n) * (unmarked / n) * ((n - drawn) / (n - 1));
        const double centre = drawn * (marked / n) + 0.5;
        const double width = 1.7155277699214135 * std::sqrt(variance + 0.5) + 0.8989161620588988;
        // (x - centre) sqrt(P(floor x) / P(mode)) must stay within half the width.
        double widest = 0;
        for (const int step : {1, -1}) {
            double f = 1;
            for (int k = mode; k >= 0 && k <= (std::min)(marked, drawn); k += step) {
                widest = (std::max)({widest, std::abs(k - centre) * std::sqrt(f),
                                     std::abs(k + 1 - centre) * std::sqrt(f)});
                f *= step > 0 ? (marked - k) * double(drawn - k) /
                                    ((k + 1) * double(unmarked - drawn + k + 1))
                              : k * double(unmarked - drawn + k) /
                                    ((marked - k + 1) * double(drawn - k + 1));
            }
        }
        CHECK(widest <= width / 2);
        CHECK(widest > 0.8 * width / 2);
    }
}

TEST_CASE("the same draws everywhere: committed hashes") {
    nps_test::number_hash hash;
    for (const auto& [marked, unmarked, drawn] :
         {std::array<std::int64_t, 3>{5, 7, 6},
          {20, 20, 20},
          {100, 50, 80},
          {30, 1'000'000, 9000},
          {3000, 1000, 2000},
          {1'000'000, 2'000'000, 1'500'000},
          {1'000'000'000'000, 2'000'000'000'000, 1'000'000'000'000}}) {
        nps::random_stream s = stream(11);
        const nps::hypergeometric_draw draw(marked, unmarked, drawn);
        for (int i = 0; i < 3000; ++i) {
            hash.add(static_cast<std::uint64_t>(draw(s)));
        }
    }
    CHECK(hash.value() == 17381270742358467537U);
}

TEST_CASE("hypergeometric draws without choice, and errors") {
    nps::random_stream s = stream(1);
    for (int i = 0; i < 20; ++i) {
        CHECK(nps::hypergeometric_draw(0, 0, 0)(s) == 0);
        CHECK(nps::hypergeometric_draw(5, 7, 0)(s) == 0);
        CHECK(nps::hypergeometric_draw(5, 7, 12)(s) == 5);
        CHECK(nps::hypergeometric_draw(7, 5, 12)(s) == 7);
        CHECK(nps::hypergeometric_draw(0, 9, 4)(s) == 0);
        CHECK(nps::hypergeometric_draw(9, 0, 4)(s) == 4);
        const std::int64_t k = nps::hypergeometric_draw(9, 2, 10)(s);
        CHECK(k >= 8);
        CHECK(k <= 9);
    }
    CHECK_THROWS_WITH_AS(nps::hypergeometric_draw(5, 7, 13),
                         "nps::hypergeometric_draw: drawn = 13, must be in [0, marked + unmarked]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::hypergeometric_draw(-5, 7, 1),
                         "nps::hypergeometric_draw: marked = -5, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS(nps::hypergeometric_draw(5, 7, -1), nps::invalid_input);
    CHECK_THROWS_AS(nps::hypergeometric_draw(std::int64_t{1} << 53, 1, 1), nps::invalid_input);
}

} // namespace
