// SPDX-License-Identifier: Apache-2.0
#include <nps/count/tally.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/equal_scores_test.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <list>
#include <map>
#include <ranges>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::equal_scores_method;
using nps_test::close;
using nps_test::close_tail;
using groups = std::vector<category_counts>;

constexpr std::array methods{equal_scores_method::welch, equal_scores_method::wald};
constexpr std::array all_methods{equal_scores_method::adjusted_wald, equal_scores_method::welch,
                                 equal_scores_method::wald};

} // namespace

TEST_CASE("equal_scores_test equals mpmath, to 10^12 answers and tails of 1e-141") {
    for (const auto& row : nps_test::reference_table("equal_scores.csv")) {
        const auto surveys = nps_test::surveys_of(row.text("groups"));
        const bool welch = row.text("method") == "welch";
        INFO(row.text("method"), " ", row.text("groups"));
        const auto r =
            nps::equal_scores_test(surveys, {.method = welch ? equal_scores_method::welch
                                                       : row.text("method") == "wald"
                                                           ? equal_scores_method::wald
                                                           : equal_scores_method::adjusted_wald});
        CHECK(r.method == row.text("method"));
        CHECK(r.groups == static_cast<std::int64_t>(surveys.size()));
        CHECK(close_tail(r.statistic + 1, row.number("statistic") + 1));
        CHECK(close(r.statistic, row.number("statistic")));
        CHECK(r.degrees_of_freedom == row.number("df1"));
        CHECK(r.denominator_degrees_of_freedom.has_value() == welch);
        if (welch) {
            CHECK(close(*r.denominator_degrees_of_freedom, row.number("df2")));
        }
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK_FALSE(r.effect_size.has_value());
    }
}

TEST_CASE("equal_scores_test: R's oneway.test") {
    // R 4.2.2, x of rep(-1:1, counts).
    const auto three = nps::equal_scores_test(groups{{20, 30, 50}, {40, 30, 30}, {25, 35, 40}},
                                              {.method = equal_scores_method::welch});
    CHECK(close(three.statistic, 6.1455294415792698));
    CHECK(close(*three.denominator_degrees_of_freedom, 197.86675555352619));
    CHECK(close(three.p_value, 0.002574218040550697));
    const auto small = nps::equal_scores_test(groups{{3, 7, 10}, {1, 2, 3}, {4, 4, 4}, {0, 1, 1}},
                                              {.method = equal_scores_method::welch});
    CHECK(close(small.statistic, 0.43395336350007441));
    CHECK(close(*small.denominator_degrees_of_freedom, 4.578715873367627));
    CHECK(close(small.p_value, 0.73910696848162338));
    CHECK(small.n == 40);
    CHECK(small.method == "welch");
}

TEST_CASE("equal_scores_test of two groups is compare_scores") {
    const groups some{{20, 30, 50}, {40, 30, 30}, {1, 2, 3}, {0, 0, 7}, {9, 1, 90}, {0, 5, 2}};
    for (const category_counts& a : some) {
        for (const category_counts& b : some) {
            for (const bool welch : {true, false}) {
                const auto two =
                    nps::compare_scores(a, b,
                                        {.method = welch ? nps::comparison_method::welch
                                                         : nps::comparison_method::wald});
                const auto all = nps::equal_scores_test(
                    groups{a, b},
                    {.method = welch ? equal_scores_method::welch : equal_scores_method::wald});
                CHECK(close(all.statistic, two.statistic * two.statistic));
                CHECK(close(all.p_value, two.p_value));
                if (welch && a != b) { // two unanimous groups leave the split of the weight open
                    CHECK(close(*all.denominator_degrees_of_freedom, *two.degrees_of_freedom));
                }
            }
        }
    }
}

TEST_CASE("equal_scores_test: adjusted_wald of two groups, and where wald has no answer") {
    const category_counts a{0, 0, 5};
    for (const category_counts& b : groups{{0, 9, 0}, {1, 0, 0}, {0, 0, 5}, {3, 7, 10}}) {
        const auto two =
            nps::compare_scores(a, b, {.method = nps::comparison_method::adjusted_wald});
        const auto all = nps::equal_scores_test(groups{a, b});
        CHECK(all.method == "adjusted_wald");
        CHECK(close(all.statistic, two.statistic * two.statistic));
        CHECK(close(all.p_value, two.p_value));
        CHECK(all.n == a.n() + b.n());
    }
}

TEST_CASE("equal_scores_test: order of the groups and direction of the scale do not matter") {
    groups some{{20, 30, 50}, {40, 30, 30}, {1, 2, 3}, {0, 0, 7}, {9, 1, 90}};
    for (const auto method : all_methods) {
        const auto first = nps::equal_scores_test(some, {.method = method});
        groups turned(some.rbegin(), some.rend());
        const auto other = nps::equal_scores_test(turned, {.method = method});
        CHECK(close(other.statistic, first.statistic));
        CHECK(close_tail(other.p_value, first.p_value));
        for (category_counts& c : turned) {
            std::swap(c.detractors, c.promoters);
        }
        const auto mirrored = nps::equal_scores_test(turned, {.method = method});
        CHECK(close(mirrored.statistic, first.statistic));
        CHECK(close_tail(mirrored.p_value, first.p_value));
    }
}

TEST_CASE("equal_scores_test takes any range of what converts to category_counts") {
    const groups some{{20, 30, 50}, {40, 30, 30}, {25, 35, 40}};
    const double p = nps::equal_scores_test(some).p_value;
    CHECK(nps::equal_scores_test(std::list<category_counts>(some.begin(), some.end())).p_value ==
          p);
    std::map<std::string, nps::tally> segments;
    for (int i = 0; const category_counts& c : some) {
        nps::tally& t = segments[std::to_string(i++)];
        t.add(3, c.detractors);
        t.add(8, c.passives);
        t.add(10, c.promoters);
    }
    CHECK(nps::equal_scores_test(segments | std::views::values).p_value == p);
}

TEST_CASE("equal_scores_test: groups without variance") {
    for (const auto method : methods) {
        const auto same =
            nps::equal_scores_test(groups{{0, 0, 5}, {0, 0, 9}, {0, 0, 2}}, {.method = method});
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        CHECK_THROWS_WITH_AS(
            (void)nps::equal_scores_test(groups{{0, 0, 5}, {1, 1, 1}, {0, 9, 0}},
                                         {.method = method}),
            "nps::equal_scores_test: two groups without variance have different scores",
            nps::undefined_result);
        // An equal mixture has the certain score.
        const auto equal =
            nps::equal_scores_test(groups{{0, 5, 0}, {2, 3, 2}, {7, 0, 7}}, {.method = method});
        CHECK(equal.statistic == 0);
        CHECK(equal.p_value == 1);
        // A unanimous group is the limit of nearly unanimous ones.
        const auto limit = nps::equal_scores_test(
            groups{{0, 0, 1'000'000'000'000}, {1, 3, 16}, {2, 3, 9}}, {.method = method});
        const auto near = nps::equal_scores_test(
            groups{{0, 1, 999'999'999'999}, {1, 3, 16}, {2, 3, 9}}, {.method = method});
        CHECK(std::abs(near.statistic / limit.statistic - 1) < 1e-9);
        CHECK(std::abs(near.p_value / limit.p_value - 1) < 1e-9);
    }
    CHECK_THROWS_WITH_AS((void)nps::equal_scores_test(groups{{1, 1, 1}, {0, 0, 1}},
                                                      {.method = equal_scores_method::welch}),
                         "nps::equal_scores_test: group 1: the unbiased variance of one respondent",
                         nps::undefined_result);
    CHECK(
        nps::equal_scores_test(groups{{0, 1, 1}, {0, 0, 1}}, {.method = equal_scores_method::wald})
            .statistic == 2);
}

TEST_CASE("equal_scores_test: 2^53 answers") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    for (const auto method : methods) {
        const auto same = nps::equal_scores_test(groups{{most / 8, 0, most / 8},
                                                        {most / 8, most / 4, most / 8},
                                                        {most / 16, 1, most / 16}},
                                                 {.method = method});
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        const auto apart = nps::equal_scores_test(
            groups{{most / 4, 0, 1}, {1, 0, most / 4}, {0, most / 4, 1}}, {.method = method});
        CHECK(std::isfinite(apart.statistic));
        CHECK(apart.p_value == 0);
    }
}

TEST_CASE("equal_scores_test refuses what is no set of groups") {
    CHECK_THROWS_WITH_AS((void)nps::equal_scores_test(groups{}),
                         "nps::equal_scores_test: number of groups = 0, must be at least 2",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::equal_scores_test(groups{{1, 2, 3}}), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::equal_scores_test(groups{{1, 2, 3}, {1, -2, 3}}),
                         "nps::equal_scores_test: group 1: passives = -2, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::equal_scores_test(groups{{0, 0, 0}, {1, 2, 3}}),
                         "nps::equal_scores_test: group 0: no valid answers",
                         nps::undefined_result);
    constexpr std::int64_t most = std::int64_t{1} << 53;
    CHECK_THROWS_AS((void)nps::equal_scores_test(groups{{0, 0, most}, {0, 1, 0}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::equal_scores_test(groups{{1, 2, 3}, {1, 2, 3}},
                                     {.method = static_cast<equal_scores_method>(9)}),
        "nps::equal_scores_test: method = 9, must be adjusted_wald, wald or welch",
        nps::invalid_input);
}
