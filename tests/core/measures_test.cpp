// SPDX-License-Identifier: Apache-2.0
// The summaries of a share and of a mean.
#include "support/close.hpp"

#include <nps/core/moments.hpp>
#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

TEST_CASE("shares add and are taken away again; impossible ones are refused") {
    nps::share_counts share{.successes = 30, .trials = 100};
    share += {.successes = 5, .trials = 10};
    CHECK(share == nps::share_counts{35, 110});
    CHECK(share.n() == 110);
    CHECK(share - nps::share_counts{5, 10} == nps::share_counts{30, 100});
    // 35 of 110 less 1 of 90 leaves 34 of 20.
    CHECK_THROWS_WITH_AS(share -= nps::share_counts(1, 90),
                         "nps::share_counts::operator-=: successes = 34, must be in [0, trials]",
                         nps::invalid_input);
    CHECK_THROWS_AS(share -= nps::share_counts(36, 100), nps::invalid_input);
    CHECK_THROWS_AS(share += nps::share_counts(2, 1), nps::invalid_input);
    CHECK_THROWS_AS(share += nps::share_counts(0, std::int64_t{1} << 53), nps::invalid_input);
    CHECK(share == nps::share_counts{35, 110});
    CHECK_THROWS_AS(nps::detail::require_respondents(nps::share_counts{}, "f"),
                    nps::undefined_result);
}

// NIST StRD, univariate: NumAcc3 (1,000,000.2 and 500 pairs of +-.1) has mean 1000000.2 and
// standard deviation 0.1; Michelson-like hardness for one-pass formulas.
// https://www.itl.nist.gov/div898/strd/
TEST_CASE("one pass keeps the digits of a hard case: NIST NumAcc3") {
    nps::moments m;
    m.add(1'000'000.2);
    for (int i = 0; i < 500; ++i) {
        m.add(1'000'000.1);
        m.add(1'000'000.3);
    }
    CHECK(m.n() == 1001);
    CHECK(nps_test::close(m.mean, 1'000'000.2));
    CHECK(nps_test::close(
        m.standard_deviation(), 0.1,
        {.relative = 1e-8, .reason = "inputs near 10^6 hold .1 to 1e-10; NIST expects 8 digits"}));
}

TEST_CASE("merging equals adding, in any order") {
    const std::vector<double> ratings{0, 10, 9, 3, 7, 7, 8, 10, 2, 6};
    // By hand: sum 62, sum of squares 492; 492 - 62^2 / 10 = 107.6.
    nps::moments whole;
    nps::moments first;
    nps::moments second;
    for (std::size_t i = 0; i < ratings.size(); ++i) {
        whole.add(ratings[i]);
        (i < 3 ? first : second).add(ratings[i]);
    }
    for (const nps::moments& m : {whole, first + second, second + first}) {
        CHECK(m.n() == 10);
        CHECK(nps_test::close(m.mean, 6.2));
        CHECK(nps_test::close(m.variance(), 107.6 / 9));
    }
    CHECK(whole + nps::moments{} == whole);
    CHECK(nps::moments{} + whole == whole);
}

TEST_CASE("degenerate moments") {
    nps::moments m;
    CHECK_THROWS_AS((void)m.variance(), nps::undefined_result);
    m.add(7);
    CHECK(m.mean == 7);
    CHECK_THROWS_WITH_AS((void)m.standard_deviation(),
                         "nps::moments::variance: fewer than two values", nps::undefined_result);
    m.add(7);
    CHECK(m.variance() == 0);
    const nps::moments before = m;
    CHECK_THROWS_WITH_AS(m.add(std::numeric_limits<double>::quiet_NaN()),
                         "nps::moments::add: value = nan, must be finite", nps::invalid_input);
    CHECK_THROWS_AS(m.add(std::numeric_limits<double>::infinity()), nps::invalid_input);
    // Two finite values whose squared distance is not.
    CHECK_THROWS_AS(m += nps::moments(1, 1e300, 0), nps::invalid_input);
    CHECK_THROWS_AS(m += nps::moments(-1, 0, 0), nps::invalid_input);
    CHECK_THROWS_AS(m += nps::moments(2, 0, -1), nps::invalid_input);
    CHECK(m == before);
    // One value may be as large as a double gets.
    nps::moments one;
    one.add(1e300);
    CHECK(one == nps::moments(1, 1e300, 0));
}

TEST_CASE("moments that no values have are refused, on either side of += and by the variance") {
    const nps::moments good{.count = 2, .mean = 1, .squared_deviations = 2};
    const auto add = [&](nps::moments a, const nps::moments& b) { a += b; };
    for (const nps::moments bad : {nps::moments{0, 5, 7}, {0, 5, 0}, {0, 0, 7}, {1, 5, 7}}) {
        CHECK_THROWS_AS(add(bad, good), nps::invalid_input);
        CHECK_THROWS_AS(add(good, bad), nps::invalid_input);
        CHECK_THROWS_AS((void)bad.variance(), nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)nps::moments(5, 1, -2).standard_deviation(),
                         "nps::moments::variance: squared_deviations = -2, must be finite and not "
                         "negative",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::moments(5, 1, std::numeric_limits<double>::quiet_NaN()).variance(),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(add({0, 5, 0}, good),
                         "nps::moments::operator+=: mean = 5, must be 0 without values",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(add(good, {1, 5, 7}),
                         "nps::moments::operator+=: squared_deviations = 7, must be 0 for fewer "
                         "than two values",
                         nps::invalid_input);
}

TEST_CASE("a published mean is the same summary") {
    const nps::moments m = nps::published_mean{.n = 200, .mean = 7.9, .standard_deviation = 2.1};
    CHECK(m.n() == 200);
    CHECK(m.mean == 7.9);
    CHECK(nps_test::close(m.standard_deviation(), 2.1));
    const auto convert = [](nps::published_mean p) { return static_cast<nps::moments>(p); };
    CHECK_THROWS_WITH_AS(convert({.n = 5, .mean = 1, .standard_deviation = -1}),
                         "nps::published_mean: standard_deviation = -1, must be finite and not "
                         "negative",
                         nps::invalid_input);
    CHECK_THROWS_AS(convert({.n = -5, .mean = 1, .standard_deviation = 1}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(convert({.n = 1, .mean = 8, .standard_deviation = 3}),
                         "nps::published_mean: standard_deviation = 3, must be 0 for fewer than "
                         "two values",
                         nps::invalid_input);
    CHECK(convert({.n = 1, .mean = 8}) == nps::moments(1, 8, 0));
    CHECK(convert({}) == nps::moments{});
    CHECK_THROWS_AS(convert({.mean = 8}), nps::invalid_input);
    CHECK_THROWS_AS(
        convert(
            {.n = 5, .mean = std::numeric_limits<double>::quiet_NaN(), .standard_deviation = 1}),
        nps::invalid_input);
}

TEST_CASE("a required option holds its value") {
    struct options {
        nps::required<double> margin;
        double level = 0.95;
    };
    const options o{.margin = 0.03};
    CHECK(o.margin == 0.03);
    CHECK_FALSE(std::is_default_constructible_v<nps::required<double>>);
}

TEST_CASE("a required whole number takes whole numbers that fit, and no others") {
    using whole = nps::required<std::int64_t>;
    const std::vector<int> answers(3);
    CHECK(whole(answers.size()) == 3);
    CHECK(whole(7) == 7);
    CHECK(whole(std::uint8_t{200}) == 200);
    CHECK(whole(-9'000'000'000L) == -9'000'000'000);
    CHECK(nps::required<double>(1) == 1.0);
    CHECK(nps::required<double>(0.5F) == 0.5);
    CHECK_THROWS_WITH_AS((void)whole(std::numeric_limits<std::uint64_t>::max()),
                         "nps::required: value = 18446744073709551615, must be a number that the "
                         "option can hold",
                         nps::invalid_input);
    CHECK_FALSE(std::is_constructible_v<whole, double>);
    CHECK_FALSE(std::is_constructible_v<whole, float>);
    CHECK_FALSE(std::is_constructible_v<whole, bool>);
    CHECK_FALSE(std::is_constructible_v<nps::required<double>, bool>);
}
