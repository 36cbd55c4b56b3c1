// SPDX-License-Identifier: Apache-2.0
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>
#include <nps/infer/kruskal_wallis_test.hpp>
#include <nps/infer/mann_whitney_test.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <ranges>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::close_tail;
using counts = std::vector<std::int64_t>;
using groups = std::vector<counts>;

} // namespace

TEST_CASE("kruskal_wallis_test equals R's kruskal.test") {
    for (const auto& row : nps_test::reference_table("kruskal_wallis.csv")) {
        INFO(row.text("groups"));
        const groups all = nps_test::counts_of(row.text("groups"));
        const auto r = nps::kruskal_wallis_test(all);
        CHECK(close(r.statistic, row.number("statistic")));
        CHECK(r.degrees_of_freedom == row.number("df"));
        const double h = row.number("statistic");
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(close(r.effect_size.value(), h / static_cast<double>(r.n - 1)));
        CHECK(r.groups == static_cast<std::int64_t>(all.size()));
        CHECK(r.method == "kruskal_wallis");
    }
}

TEST_CASE("kruskal_wallis_test of two groups is the square of Mann and Whitney's z") {
    // rank_tests.csv has z at 60 digits, up to 10^12 answers.
    for (const auto& row : nps_test::reference_table("rank_tests.csv")) {
        if (row.text("method") != "mann_whitney" || row.text("alternative") != "two_sided") {
            continue;
        }
        INFO(row.text("a"), " | ", row.text("b"));
        const double z = row.number("statistic");
        const auto r =
            nps::kruskal_wallis_test(nps_test::counts_of(row.text("a") + ";" + row.text("b")));
        CHECK(close(r.statistic, z * z));
        CHECK(close_tail(r.p_value, row.number("p_value")));
    }
}

TEST_CASE("kruskal_wallis_test: order, direction and empty classes do not matter") {
    const groups some{{20, 3, 5, 0}, {4, 3, 30, 0}, {1, 2, 3, 9}, {0, 0, 7, 1}};
    const auto first = nps::kruskal_wallis_test(some);
    groups turned;
    for (const counts& c : some) {
        turned.insert(turned.begin(), counts{c[3], 0, c[2], c[1], 0, c[0], 0});
    }
    const auto other = nps::kruskal_wallis_test(turned);
    CHECK(close(other.statistic, first.statistic));
    CHECK(close(other.p_value, first.p_value));
}

TEST_CASE("kruskal_wallis_test takes tallies, maps of them, and categories") {
    std::map<std::string, nps::tally> segments;
    groups same;
    for (int g = 0; g < 4; ++g) {
        nps::tally& t = segments[std::to_string(g)];
        for (int i = 0; i < 30; ++i) {
            t.add((i * i + g * i) % (11 - g));
        }
        same.emplace_back(t.counts().begin(), t.counts().end());
    }
    const double h = nps::kruskal_wallis_test(same).statistic;
    CHECK(h > 0);
    CHECK(nps::kruskal_wallis_test(segments | std::views::values).statistic == h);
    const std::vector<nps::category_counts> three{{20, 30, 50}, {40, 30, 30}, {25, 35, 40}};
    // R 4.2.2 kruskal.test
    CHECK(close(nps::kruskal_wallis_test(three).statistic, 11.964145711224543));
}

TEST_CASE("kruskal_wallis_test: equal answers, separated groups, one answer each") {
    const auto same = nps::kruskal_wallis_test(groups{{0, 0, 5}, {0, 0, 9}, {0, 0, 1}});
    CHECK(same.statistic == 0);
    CHECK(same.p_value == 1);
    CHECK(same.effect_size.value() == 0);
    const auto apart = nps::kruskal_wallis_test(groups{{4, 0, 0}, {0, 9, 0}, {0, 0, 1}});
    CHECK(close(apart.effect_size.value(), 1));
    CHECK(close(apart.statistic, 13));
    const auto two = nps::kruskal_wallis_test(groups{{1, 0}, {0, 1}});
    CHECK(close(two.statistic, 1));
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto huge = nps::kruskal_wallis_test(groups{{most / 2, 0, 0}, {0, 0, most / 2}});
    CHECK(close(huge.effect_size.value(), 1));
    CHECK(huge.p_value == 0);
}

TEST_CASE("kruskal_wallis_test refuses what is no set of groups") {
    CHECK_THROWS_WITH_AS((void)nps::kruskal_wallis_test(groups{{1, 2, 3}}),
                         "nps::kruskal_wallis_test: number of groups = 1, must be at least 2",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::kruskal_wallis_test(groups{{1, 2, 3}, {0, 0, 0}}),
                         "nps::kruskal_wallis_test: group 1: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::kruskal_wallis_test(groups{{1, 2, 3}, {1, 2}}),
                         "nps::kruskal_wallis_test: group 1: number of classes = 2, must be that "
                         "of the first group",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::kruskal_wallis_test(groups{}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::kruskal_wallis_test(groups{{1, -2, 3}, {1, 2, 3}}),
                    nps::invalid_input);
}
