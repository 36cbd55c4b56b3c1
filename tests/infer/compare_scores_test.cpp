// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_scores.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::claim;
using nps::comparison_method;
using nps_test::close;

constexpr std::array methods{
    comparison_method::wald,  comparison_method::wald_pooled,      comparison_method::adjusted_wald,
    comparison_method::score, comparison_method::likelihood_ratio, comparison_method::welch};
constexpr category_counts ahead{.detractors = 20, .passives = 30, .promoters = 50};
constexpr category_counts behind{.detractors = 40, .passives = 30, .promoters = 30};

comparison_method method_of(const std::string& name) {
    for (const comparison_method method : methods) {
        if (nps::detail::method_name(method) == name) {
            return method;
        }
    }
    throw nps::invalid_input("unknown method " + name);
}

alternative alternative_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

category_counts swapped(const category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

bool near_published(double actual, double expected, double half_of_last_digit) {
    return std::abs(actual - expected) <= half_of_last_digit;
}

} // namespace

TEST_CASE("compare_scores equals mpmath, from one respondent to 10^12") {
    for (const auto& row : nps_test::reference_table("compare_scores.csv")) {
        const category_counts a{row.integer("d_a"), row.integer("q_a"), row.integer("p_a")};
        const category_counts b{row.integer("d_b"), row.integer("q_b"), row.integer("p_b")};
        const auto c = nps::compare_scores(a, b,
                                           {.method = method_of(row.text("method")),
                                            .alternative = alternative_of(row.text("alternative")),
                                            .null_difference = row.number("null_difference"),
                                            .level = row.number("level")});
        INFO(row.text("method"), " (", a.detractors, ",", a.passives, ",", a.promoters, ") (",
             b.detractors, ",", b.passives, ",", b.promoters, ") ", row.text("null_difference"),
             " ", row.text("alternative"));
        CHECK(c.method == row.text("method"));
        CHECK(c.n_a == a.n());
        CHECK(c.n_b == b.n());
        CHECK(close(c.difference, row.number("difference")));
        CHECK(close(c.standard_error, row.number("standard_error")));
        // Beyond a million answers z has the 16 digits of the scores divided by their error; the
        // tail is steeper by z^2.
        const bool huge = (std::max)(a.n(), b.n()) > 1'000'000;
        const double z = row.number("statistic");
        CHECK(close(c.statistic, z,
                    {.relative = huge ? 1e-9 : 1e-12, .reason = "digits of scores at n = 10^12"}));
        if (std::abs(z) < 25) {
            CHECK(close(c.p_value, row.number("p_value"),
                        {.relative = (huge ? 1e-9 : 1e-12) * (1 + z * z),
                         .reason = "the tail turns an error of z into one z^2 times as large"}));
        }
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
        CHECK(c.interval.level == row.number("level"));
        CHECK(c.degrees_of_freedom.has_value() == (row.text("method") == "welch"));
        if (c.degrees_of_freedom) {
            CHECK(close(*c.degrees_of_freedom, row.number("df")));
        }
    }
}

TEST_CASE("compare_scores: published Wald, adjusted Wald and Welch") {
    const category_counts apples{83, 47, 120};
    const category_counts oranges{91, 49, 110};
    const auto wald = nps::compare_scores(apples, oranges, {.method = comparison_method::wald});
    CHECK(near_published(wald.difference, .072, 1e-15));
    CHECK(near_published(wald.standard_error, .0797, 5e-5));
    CHECK(near_published(wald.interval.lower, -.0842, 5e-5));
    CHECK(near_published(wald.interval.upper, .2282, 5e-5));
    CHECK(near_published(wald.p_value, .366, 5e-4));
    const auto adjusted =
        nps::compare_scores(apples, oranges, {.method = comparison_method::adjusted_wald});
    CHECK(near_published(adjusted.difference, .0711462450593, 5e-14));
    CHECK(near_published(adjusted.standard_error, .0790673951507, 5e-14));
    CHECK(near_published(adjusted.statistic, .8998177431246, 5e-14));
    CHECK(near_published(adjusted.p_value, .3682172503807, 5e-14));
    const auto other =
        nps::compare_scores(ahead, behind, {.method = comparison_method::adjusted_wald});
    CHECK(near_published(other.difference, .388349514563, 5e-13));
    CHECK(near_published(other.standard_error, .112089160230, 1e-12));
    CHECK(near_published(other.statistic, 3.464648265392, 5e-13));
    CHECK(near_published(other.p_value, .000530925386, 5e-13));
    // R 4.2.2 t.test.
    const auto welch = nps::compare_scores(ahead, behind, {.method = comparison_method::welch});
    CHECK(near_published(welch.statistic, 3.4906468433, 5e-11));
    CHECK(near_published(*welch.degrees_of_freedom, 197.25300637, 5e-9));
    CHECK(near_published(welch.p_value, 5.94437519e-4, 5e-13));
    CHECK(near_published(welch.interval.lower, .174017425546, 5e-13));
    CHECK(near_published(welch.interval.upper, .625982574454, 5e-13));
}

TEST_CASE("compare_scores: a hypothesised difference and both sides, against R's t.test") {
    // t.test(a, b, alternative, mu = .25, conf.level = .9)
    const auto welch = [](alternative side) {
        return nps::compare_scores(ahead, behind,
                                   {.method = comparison_method::welch,
                                    .alternative = side,
                                    .null_difference = .25,
                                    .level = .9});
    };
    const auto both = welch(alternative::two_sided);
    CHECK(close(both.statistic, 1.3089925662361643));
    CHECK(close(both.p_value, 0.19205975445267584));
    CHECK(close(both.interval.lower, 0.2106236147026907));
    CHECK(close(both.interval.upper, 0.58937638529730929));
    const auto less = welch(alternative::less);
    CHECK(close(less.p_value, 0.90397012277366207));
    CHECK(less.interval.lower == -2);
    CHECK(close(less.interval.upper, 0.54734898167705748));
    CHECK(less.interval.sides == nps::bounds::upper);
    const auto greater = welch(alternative::greater);
    CHECK(close(greater.p_value, 0.09602987722633792));
    CHECK(close(greater.interval.lower, 0.25265101832294262));
    CHECK(greater.interval.upper == 2);
    CHECK(greater.interval.sides == nps::bounds::lower);
    CHECK(greater.null_difference == .25);
}

TEST_CASE("compare_scores: changing places and turning the scale flip the sign") {
    const std::vector<category_counts> groups{{1, 2, 3}, {20, 30, 50}, {0, 0, 7},  {0, 5, 0},
                                              {4, 0, 0}, {0, 3, 2},    {9, 1, 90}, {1, 0, 1}};
    for (const comparison_method method : methods) {
        for (const auto& a : groups) {
            for (const auto& b : groups) {
                const auto compare = [&](const category_counts& x, const category_counts& y) {
                    return nps::compare_scores(x, y, {.method = method});
                };
                nps::comparison c;
                try {
                    c = compare(a, b);
                } catch (const nps::undefined_result&) {
                    CHECK(method != comparison_method::score);
                    CHECK(method != comparison_method::likelihood_ratio);
                    CHECK_THROWS_AS((void)compare(b, a), nps::undefined_result);
                    continue;
                }
                for (const auto& other : {compare(b, a), compare(swapped(a), swapped(b))}) {
                    CHECK(close(other.difference, -c.difference));
                    CHECK(close(other.statistic, -c.statistic));
                    CHECK(close(other.p_value, c.p_value));
                    CHECK(close(other.interval.lower, -c.interval.upper));
                    CHECK(close(other.interval.upper, -c.interval.lower));
                }
                CHECK(std::isfinite(c.statistic));
                CHECK(c.p_value >= 0);
                CHECK(c.p_value <= 1);
                CHECK(c.interval.lower >= -2);
                CHECK(c.interval.upper <= 2);
            }
        }
    }
}

TEST_CASE("compare_scores: a method rejects just where its own interval excludes") {
    for (const comparison_method method :
         {comparison_method::wald, comparison_method::adjusted_wald, comparison_method::score,
          comparison_method::likelihood_ratio, comparison_method::welch}) {
        CAPTURE(nps::detail::method_name(method));
        const auto c = nps::compare_scores(ahead, behind, {.method = method, .level = .9});
        for (const double limit : {c.interval.lower, c.interval.upper}) {
            const auto at =
                nps::compare_scores(ahead, behind, {.method = method, .null_difference = limit});
            CHECK(close(at.p_value, .1));
        }
        const auto greater = nps::compare_scores(
            ahead, behind, {.method = method, .alternative = alternative::greater, .level = .9});
        const auto at_lower = nps::compare_scores(ahead, behind,
                                                  {.method = method,
                                                   .alternative = alternative::greater,
                                                   .null_difference = greater.interval.lower});
        CHECK(close(at_lower.p_value, .1));
    }
}

TEST_CASE("compare_scores: claims are one-sided tests against their margin") {
    const category_counts last{22, 31, 47};
    for (const comparison_method method :
         {comparison_method::wald, comparison_method::adjusted_wald, comparison_method::score,
          comparison_method::likelihood_ratio, comparison_method::welch}) {
        CAPTURE(nps::detail::method_name(method));
        const auto with = [&](alternative side, double null) {
            return nps::compare_scores(
                ahead, last, {.method = method, .alternative = side, .null_difference = null});
        };
        const auto claimed = [&](claim what, double margin) {
            return nps::compare_scores(
                ahead, last, {.method = method, .claim = what, .equivalence_margin = margin});
        };
        const auto safe = claimed(claim::non_inferiority, .1);
        CHECK(safe.p_value == with(alternative::greater, -.1).p_value);
        CHECK(safe.interval.lower == with(alternative::greater, 0).interval.lower);
        CHECK(safe.interval.sides == nps::bounds::lower);
        CHECK(safe.null_difference == -.1);
        const auto better = claimed(claim::superiority, .1);
        CHECK(better.p_value == with(alternative::greater, .1).p_value);
        CHECK(better.p_value > .5);
        // a lies above b, so that the upper margin is the harder one; with a and b swapped the
        // lower.
        const auto same = claimed(claim::equivalence, .3);
        CHECK(same.p_value == with(alternative::less, .3).p_value);
        CHECK(same.alternative == alternative::less);
        CHECK(same.null_difference == .3);
        CHECK(same.claim == claim::equivalence);
        CHECK(close(same.interval.level, .9));
        CHECK(same.interval.sides == nps::bounds::two_sided);
        const auto ninety = nps::compare_scores(ahead, last, {.method = method, .level = .9});
        CHECK(close(same.interval.lower, ninety.interval.lower));
        CHECK(close(same.interval.upper, ninety.interval.upper));
        const auto turned = nps::compare_scores(
            last, ahead, {.method = method, .claim = claim::equivalence, .equivalence_margin = .3});
        CHECK(close(turned.p_value, same.p_value));
        CHECK(turned.null_difference == -.3);
        CHECK((same.p_value < .05) == (same.interval.lower > -.3 && same.interval.upper < .3));
    }
}

TEST_CASE("compare_scores: the pooled test shows the interval of wald") {
    const auto pooled =
        nps::compare_scores(ahead, behind, {.method = comparison_method::wald_pooled});
    const auto wald = nps::compare_scores(ahead, behind, {.method = comparison_method::wald});
    CHECK(pooled.method == "wald_pooled");
    CHECK(pooled.interval.method == "wald");
    CHECK(pooled.interval.lower == wald.interval.lower);
    CHECK(pooled.interval.upper == wald.interval.upper);
    CHECK(pooled.standard_error != wald.standard_error);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_scores(
            ahead, behind, {.method = comparison_method::wald_pooled, .null_difference = .1}),
        "nps::compare_scores: null_difference = 0.1, must be 0 for method wald_pooled",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_scores(ahead, behind,
                                              {.method = comparison_method::wald_pooled,
                                               .claim = claim::superiority,
                                               .equivalence_margin = .1}),
                    nps::invalid_input);
}

TEST_CASE("compare_scores: unanimous groups") {
    for (const comparison_method method : methods) {
        const auto equal = nps::compare_scores({0, 0, 5}, {0, 0, 8}, {.method = method});
        const double shrunken = 5 / 8.0 - 8 / 11.0; // (5.75 - .75) / 8 and (8.75 - .75) / 11
        CHECK(close(equal.difference, method == comparison_method::adjusted_wald ? shrunken : 0));
        CHECK(equal.interval.lower <= equal.interval.upper);
    }
    for (const comparison_method method : {comparison_method::wald, comparison_method::welch}) {
        CHECK_THROWS_AS((void)nps::compare_scores({0, 0, 5}, {0, 8, 0}, {.method = method}),
                        nps::undefined_result);
        const auto point = nps::compare_scores({0, 0, 5}, {0, 0, 8}, {.method = method});
        CHECK(point.p_value == 1);
        CHECK(point.interval.lower == 0);
        CHECK(point.interval.upper == 0);
    }
    CHECK_THROWS_AS(
        (void)nps::compare_scores({0, 0, 1}, {0, 3, 8}, {.method = comparison_method::welch}),
        nps::undefined_result);
    const auto apart = nps::compare_scores({0, 0, 5}, {8, 0, 0});
    CHECK(apart.difference == 2);
    CHECK(apart.interval.upper == 2);
    CHECK(apart.interval.lower < 2);
}

TEST_CASE("compare_scores: 2^53 answers") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    for (const comparison_method method : methods) {
        const auto same = nps::compare_scores({0, most / 2, most / 2}, {0, most / 4, most / 4},
                                              {.method = method});
        CHECK(std::abs(same.statistic) < 1e-6);
        CHECK(same.interval.lower < 0);
        CHECK(same.interval.upper > 0);
        CHECK(same.interval.upper < 1e-7);
    }
}

TEST_CASE("compare_scores refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](const nps::compare_scores_options& options) {
        CHECK_THROWS_AS((void)nps::compare_scores(ahead, behind, options), nps::invalid_input);
    };
    CHECK_THROWS_WITH_AS((void)nps::compare_scores(ahead, {}),
                         "nps::compare_scores: no valid answers", nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_scores({}, behind), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_scores({-1, 2, 3}, behind), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_scores({INT64_MAX, INT64_MAX, 3}, behind),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::compare_scores(ahead, behind, {.level = nan}),
                         "nps::compare_scores: level = nan, must be in (0, 1)", nps::invalid_input);
    refuses({.level = 95});
    refuses({.null_difference = nan});
    refuses({.null_difference = 2});
    refuses({.null_difference = -2});
    refuses({.method = static_cast<comparison_method>(99)});
    refuses({.alternative = static_cast<alternative>(99)});
    refuses({.claim = static_cast<claim>(99), .equivalence_margin = .1});
    refuses({.equivalence_margin = .05});
    refuses({.claim = claim::equivalence});
    for (const double margin : {nan, -.1, 0.0, 2.0, std::numeric_limits<double>::infinity()}) {
        refuses({.claim = claim::equivalence, .equivalence_margin = margin});
        refuses({.claim = claim::superiority, .equivalence_margin = margin});
    }
    refuses({.claim = claim::equivalence, .equivalence_margin = .1, .level = .5});
    refuses({.claim = claim::equivalence, .null_difference = .1, .equivalence_margin = .1});
    refuses({.alternative = alternative::less,
             .claim = claim::non_inferiority,
             .equivalence_margin = .1});
}
