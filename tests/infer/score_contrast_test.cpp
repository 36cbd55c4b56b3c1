// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/score_contrast.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;
using nps_test::close;
using nps_test::close_tail;
using groups = std::vector<category_counts>;

alternative side_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

std::vector<double> numbers_of(const std::string& cell) {
    std::vector<double> numbers;
    std::istringstream in(cell);
    for (double number = 0; in >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

bool same(double actual, double expected) {
    return expected == 0 ? close(actual, 0) : close(actual / expected, 1);
}

} // namespace

TEST_CASE("score_contrast and score_trend_test equal mpmath, to 10^12 answers, on all sides") {
    for (const auto& row : nps_test::reference_table("score_contrast.csv")) {
        INFO(row.text("function"), " ", row.text("groups"), " | ", row.text("numbers"), " ",
             row.text("alternative"));
        const groups all = nps_test::surveys_of(row.text("groups"));
        const auto numbers = numbers_of(row.text("numbers"));
        const alternative side = side_of(row.text("alternative"));
        const double level = row.number("level");
        const auto r =
            row.text("function") == "contrast"
                ? nps::score_contrast(all, numbers, {.alternative = side, .level = level})
                : nps::score_trend_test(
                      all, {.positions = numbers, .alternative = side, .level = level});
        CHECK(same(r.estimate, row.number("estimate")));
        CHECK(same(r.standard_error, row.number("standard_error")));
        CHECK(same(r.statistic, row.number("statistic")));
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(same(r.interval.lower, row.number("lower")));
        CHECK(same(r.interval.upper, row.number("upper")));
        CHECK(r.interval.level == level);
        CHECK(r.alternative == side);
        CHECK(r.groups == static_cast<std::int64_t>(all.size()));
        CHECK(r.method == "wald");
    }
}

TEST_CASE("score_contrast of two groups is Wald's comparison") {
    const category_counts a{20, 30, 50};
    const category_counts b{40, 30, 30};
    for (const alternative side :
         {alternative::two_sided, alternative::less, alternative::greater}) {
        const auto two = nps::compare_scores(
            a, b, {.method = nps::comparison_method::wald, .alternative = side});
        const auto r =
            nps::score_contrast(groups{a, b}, std::array{1.0, -1.0}, {.alternative = side});
        CHECK(close(r.estimate, two.difference));
        CHECK(close(r.statistic, two.statistic));
        CHECK(close(r.p_value, two.p_value));
        CHECK(close(r.interval.lower, two.interval.lower));
        CHECK(close(r.interval.upper, two.interval.upper));
        CHECK(r.interval.sides == two.interval.sides);
        // The trend of two groups is the second less the first.
        const auto trend = nps::score_trend_test(groups{b, a}, {.alternative = side});
        CHECK(close(trend.estimate, two.difference));
        CHECK(close(trend.p_value, two.p_value));
    }
}

TEST_CASE("score_trend_test: order, direction, and units of the positions") {
    const groups some{{3, 7, 10}, {1, 2, 3}, {4, 4, 4}, {0, 1, 1}};
    const auto first = nps::score_trend_test(some, {.positions = {1, 2, 4, 8}});
    groups turned;
    for (const category_counts& c : some) {
        turned.insert(turned.begin(), {c.promoters, c.passives, c.detractors});
    }
    // Both turned, both signs change.
    const auto other = nps::score_trend_test(turned, {.positions = {8, 4, 2, 1}});
    CHECK(close(other.estimate, -first.estimate));
    CHECK(close(other.p_value, first.p_value));
    const auto months = nps::score_trend_test(some, {.positions = {312, 324, 348, 396}});
    CHECK(close(months.estimate * 12, first.estimate));
    CHECK(close(months.p_value, first.p_value));
    for (const double unit : {1e-90, 1e90}) {
        const auto scaled =
            nps::score_trend_test(some, {.positions = {0, unit, 3 * unit, 7 * unit}});
        CHECK(same(scaled.estimate * unit, first.estimate));
        CHECK(same(scaled.p_value, first.p_value));
    }
    const groups hill{{50, 30, 20}, {20, 30, 50}, {50, 30, 20}};
    CHECK(std::abs(nps::score_trend_test(hill).statistic) < 1e-14);
}

TEST_CASE("score_contrast: groups without variance, intervals at the end of the range") {
    const auto none = nps::score_trend_test(groups{{0, 0, 5}, {0, 0, 9}, {0, 0, 1}});
    CHECK(none.estimate == 0);
    CHECK(none.statistic == 0);
    CHECK(none.p_value == 1);
    CHECK(none.interval.lower == 0);
    CHECK(none.interval.upper == 0);
    CHECK_THROWS_WITH_AS((void)nps::score_trend_test(groups{{0, 0, 5}, {0, 9, 0}}),
                         "nps::score_trend_test: no group varies and the scores differ: the "
                         "standard error is 0",
                         nps::undefined_result);
    const auto wide = nps::score_contrast(groups{{1, 0, 1}, {0, 1, 1}}, std::array{1.0, -1.0});
    CHECK(wide.interval.lower == -2);
    CHECK(wide.interval.clipped);
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto huge =
        nps::score_trend_test(groups{{most / 4, 0, 0}, {most / 8, 0, most / 8}, {0, 1, most / 4}});
    CHECK(close(huge.estimate, 1));
    CHECK(huge.p_value == 0);
}

TEST_CASE("score_contrast and score_trend_test refuse impossible weights and positions") {
    const groups some{{3, 7, 10}, {1, 2, 3}, {4, 4, 4}};
    const auto contrast = [&](std::vector<double> weights) {
        return nps::score_contrast(some, weights);
    };
    CHECK_THROWS_WITH_AS((void)contrast({1, -1}),
                         "nps::score_contrast: number of weights = 2, must be that of the groups",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)contrast({1, -1, .5}),
                         "nps::score_contrast: sum of weights = 0.5, must be 0",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)contrast({0, 0, 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)contrast({1, -1, std::nan("")}), nps::invalid_input);
    CHECK_THROWS_AS((void)contrast({1, -HUGE_VAL, HUGE_VAL}), nps::invalid_input);
    // A third is no double.
    CHECK(contrast({1, -1 / 3.0, -2 / 3.0}).groups == 3);
    const auto trend = [&](std::vector<double> positions) {
        return nps::score_trend_test(some, {.positions = positions});
    };
    CHECK_THROWS_WITH_AS((void)trend({1, 2}),
                         "nps::score_trend_test: number of positions = 2, must be that of the "
                         "groups",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)trend({4, 4, 4}),
                         "nps::score_trend_test: largest distance of positions = 0, must be at "
                         "least 1e-100",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)trend({1, 2, std::nan("")}), nps::invalid_input);
    CHECK_THROWS_AS((void)trend({1, 2, HUGE_VAL}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_trend_test(some, {.level = std::nan("")}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_trend_test(some, {.alternative = static_cast<alternative>(7)}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_trend_test(groups{{1, 2, 3}}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_trend_test(groups{{1, 2, 3}, {0, 0, 0}}),
                    nps::undefined_result);
}
