// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_means.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using nps::alternative;
using nps::claim;
using nps::mean_comparison_method;
using nps::moments;
using nps_test::close;

constexpr std::array methods{mean_comparison_method::welch, mean_comparison_method::pooled};
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr moments high{.count = 40, .mean = 8.25, .squared_deviations = 90};
constexpr moments low{.count = 50, .mean = 7.5, .squared_deviations = 240};

alternative alternative_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

} // namespace

TEST_CASE("compare_means equals R's t.test") {
    for (const auto& row : nps_test::reference_table("compare_means.csv")) {
        const moments a{row.integer("n_a"), row.number("mean_a"), row.number("m_a")};
        const moments b{row.integer("n_b"), row.number("mean_b"), row.number("m_b")};
        const auto c = nps::compare_means(a, b,
                                          {.method = row.text("method") == "welch"
                                                         ? mean_comparison_method::welch
                                                         : mean_comparison_method::pooled,
                                           .alternative = alternative_of(row.text("alternative")),
                                           .null_difference = row.number("null_difference"),
                                           .level = row.number("level")});
        INFO(row.text("method"), " ", a.count, " ", b.count, " ", row.text("null_difference"), " ",
             row.text("alternative"));
        CHECK(c.method == row.text("method"));
        CHECK(c.n_a == a.n());
        CHECK(c.n_b == b.n());
        CHECK(close(c.difference, row.number("difference")));
        CHECK(close(c.standard_error, row.number("standard_error")));
        CHECK(close(c.statistic, row.number("statistic")));
        CHECK(close(*c.degrees_of_freedom, row.number("df")));
        const double t = row.number("statistic");
        CHECK(close(c.p_value, row.number("p_value"),
                    {.relative = 1e-12 * (1 + t * t / 10),
                     .reason = "the tail turns an error of t into one t^2 times as large"}));
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
    }
}

TEST_CASE("compare_means: Welch on answers coded -1, 0, 1, as published") {
    const auto c = nps::compare_means({100, .3, 61}, {100, -.1, 69});
    CHECK(std::abs(c.statistic - 3.4906468433) < 5e-11);
    CHECK(std::abs(*c.degrees_of_freedom - 197.25300637) < 5e-9);
    CHECK(std::abs(c.p_value - 5.94437519e-4) < 5e-13);
    CHECK(std::abs(c.interval.lower - .174017425546) < 5e-13);
    CHECK(std::abs(c.interval.upper - .625982574454) < 5e-13);
}

TEST_CASE("compare_means: changing places flips the sign, and limits are where p is 1 - level") {
    for (const auto method : methods) {
        const auto c = nps::compare_means(high, low, {.method = method, .level = .9});
        const auto d = nps::compare_means(low, high, {.method = method, .level = .9});
        CHECK(close(d.difference, -c.difference));
        CHECK(close(d.statistic, -c.statistic));
        CHECK(close(d.p_value, c.p_value));
        CHECK(close(d.interval.lower, -c.interval.upper));
        CHECK(close(d.interval.upper, -c.interval.lower));
        for (const double limit : {c.interval.lower, c.interval.upper}) {
            CHECK(close(
                nps::compare_means(high, low, {.method = method, .null_difference = limit}).p_value,
                .1));
        }
    }
}

TEST_CASE("compare_means: claims are one-sided tests against their margin") {
    for (const auto method : methods) {
        const auto with = [&](alternative side, double null) {
            return nps::compare_means(
                high, low, {.method = method, .alternative = side, .null_difference = null});
        };
        const auto claimed = [&](claim what, double margin) {
            return nps::compare_means(
                high, low, {.method = method, .claim = what, .equivalence_margin = margin});
        };
        CHECK(claimed(claim::non_inferiority, .5).p_value ==
              with(alternative::greater, -.5).p_value);
        CHECK(claimed(claim::superiority, .5).p_value == with(alternative::greater, .5).p_value);
        const auto same = claimed(claim::equivalence, 1.5);
        CHECK(same.p_value == with(alternative::less, 1.5).p_value);
        CHECK(same.null_difference == 1.5);
        const auto ninety = nps::compare_means(high, low, {.method = method, .level = .9});
        CHECK(close(same.interval.lower, ninety.interval.lower));
        CHECK(close(same.interval.upper, ninety.interval.upper));
    }
}

TEST_CASE("compare_means: the ends of the scale") {
    const moments few{2, 9.5, .5};
    const auto open = nps::compare_means(few, low, {.alternative = alternative::greater});
    CHECK(open.interval.upper == infinity);
    const auto closed = nps::compare_means(few, {3, .5, .5}, {.lowest = 0, .highest = 10});
    CHECK(closed.interval.upper == 10);
    CHECK(closed.interval.clipped);
    CHECK(
        nps::compare_means(few, low, {.alternative = alternative::less, .lowest = 0, .highest = 10})
            .interval.lower == -10);
    CHECK_THROWS_WITH_AS((void)nps::compare_means(few, low, {.highest = 9}),
                         "nps::compare_means: highest = 9, must not be below the mean, 9.5",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_means(few, low, {.lowest = 8}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_means({2, 5, 0}, {2, 5, 0}, {.lowest = 5, .highest = 5}),
                    nps::invalid_input);
}

TEST_CASE("compare_means: constant ratings, single ratings, huge groups") {
    const moments nine{5, 9, 0};
    for (const auto method : methods) {
        const auto same = nps::compare_means(nine, {8, 9, 0}, {.method = method});
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        CHECK(same.interval.lower == 0);
        CHECK(same.interval.upper == 0);
        CHECK_THROWS_WITH_AS((void)nps::compare_means(nine, {8, 7, 0}, {.method = method}),
                             "nps::compare_means: the standard error is 0 and the difference is "
                             "not the hypothesised one",
                             nps::undefined_result);
        CHECK_THROWS_AS((void)nps::compare_means(nine, {}, {.method = method}),
                        nps::undefined_result);
        CHECK_THROWS_AS((void)nps::compare_means({1, 9, 0}, {1, 8, 0}, {.method = method}),
                        nps::undefined_result);
        CHECK_THROWS_AS((void)nps::compare_means({5, 1e308, 1}, {5, -1e308, 1}, {.method = method}),
                        nps::undefined_result);
        CHECK_THROWS_AS((void)nps::compare_means({2, 1e308, 1e307}, {2, -5e307, 1e307},
                                                 {.method = method, .null_difference = -1e308}),
                        nps::undefined_result);
        constexpr std::int64_t most = std::int64_t{1} << 53;
        const auto n = static_cast<double>(most);
        const auto huge =
            nps::compare_means({most, 7, 4 * n}, {most, 7 + 3e-8, 4 * n}, {.method = method});
        // By hand: se = sqrt(8 / n).
        CHECK(close(huge.standard_error, std::sqrt(8 / n)));
        CHECK(std::abs(huge.statistic + 3e-8 / std::sqrt(8 / n)) < 1e-6);
        CHECK(huge.p_value < .32);
        CHECK(huge.p_value > .31);
    }
    CHECK_THROWS_AS((void)nps::compare_means({1, 9, 0}, low), nps::undefined_result);
}

TEST_CASE("compare_means refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](const nps::compare_means_options& options) {
        CHECK_THROWS_AS((void)nps::compare_means(high, low, options), nps::invalid_input);
    };
    refuses({.level = nan});
    refuses({.level = 95});
    refuses({.null_difference = nan});
    refuses({.null_difference = infinity});
    refuses({.null_difference = 10, .lowest = 0, .highest = 10});
    refuses({.lowest = nan});
    refuses({.highest = nan});
    refuses({.method = static_cast<mean_comparison_method>(99)});
    refuses({.alternative = static_cast<alternative>(99)});
    refuses({.claim = claim::equivalence});
    refuses({.equivalence_margin = .5});
    refuses({.claim = claim::superiority, .equivalence_margin = nan});
    CHECK_THROWS_AS((void)nps::compare_means({-1, 0, 0}, low), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_means({4, nan, 0}, low), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_means({4, 2, -1}, low), nps::invalid_input);
}
