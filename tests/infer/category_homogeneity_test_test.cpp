// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/category_homogeneity_test.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using nps::category_counts;
using nps::homogeneity_method;
using nps_test::close;
using nps_test::close_tail;
using groups = std::vector<category_counts>;

constexpr std::array methods{homogeneity_method::pearson, homogeneity_method::likelihood_ratio};

} // namespace

TEST_CASE("category_homogeneity_test equals mpmath and SciPy, to 10^12 answers and far tails") {
    for (const auto& row : nps_test::reference_table("category_homogeneity.csv")) {
        const auto surveys = nps_test::surveys_of(row.text("groups"));
        INFO(row.text("method"), " ", row.text("groups"));
        const auto r = nps::category_homogeneity_test(
            surveys,
            {.method = row.text("method") == "pearson" ? homogeneity_method::pearson
                                                       : homogeneity_method::likelihood_ratio});
        CHECK(r.method == row.text("method"));
        CHECK(r.groups == static_cast<std::int64_t>(surveys.size()));
        CHECK(close(r.statistic, row.number("statistic")));
        CHECK(r.degrees_of_freedom == row.number("df"));
        CHECK_FALSE(r.denominator_degrees_of_freedom.has_value());
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(close(r.effect_size.value(), row.number("cramers_v")));
    }
}

TEST_CASE("category_homogeneity_test: R's chisq.test") {
    const auto two = nps::category_homogeneity_test(groups{{20, 30, 50}, {40, 30, 30}});
    CHECK(close(two.statistic, 11.666666666666668));
    CHECK(close(two.p_value, 0.0029282996948181862));
    CHECK(std::abs(two.p_value - .00292829969) < 5e-12);
    const auto three =
        nps::category_homogeneity_test(groups{{20, 30, 50}, {40, 30, 30}, {25, 35, 40}});
    CHECK(close(three.statistic, 13.173374613003096));
    CHECK(close(three.p_value, 0.010459001692636621));
    CHECK(three.degrees_of_freedom == 4);
    CHECK(three.n == 300);
}

TEST_CASE("category_homogeneity_test: neither order of groups nor of categories matters") {
    const groups some{{20, 30, 50}, {40, 30, 30}, {1, 2, 3}, {0, 0, 7}, {9, 1, 90}};
    groups turned;
    for (const category_counts& c : some) {
        turned.insert(turned.begin(), {c.passives, c.promoters, c.detractors});
    }
    for (const auto method : methods) {
        const auto first = nps::category_homogeneity_test(some, {.method = method});
        const auto other = nps::category_homogeneity_test(turned, {.method = method});
        CHECK(close(other.statistic, first.statistic));
        CHECK(close_tail(other.p_value, first.p_value));
        CHECK(close(*other.effect_size, *first.effect_size));
    }
}

TEST_CASE("category_homogeneity_test: splitting the answers to a likelihood") {
    // G of all groups is G within the first two plus G of their sum against the rest.
    const category_counts a{20, 30, 50};
    const category_counts b{40, 30, 30};
    const category_counts c{5, 60, 1};
    const auto g = [](const groups& all) {
        return nps::category_homogeneity_test(all, {.method = homogeneity_method::likelihood_ratio})
            .statistic;
    };
    CHECK(close(g({a, b, c}), g({a, b}) + g({a + b, c})));
}

TEST_CASE("category_homogeneity_test: empty categories, unanimous and separated groups") {
    for (const auto method : methods) {
        const auto one =
            nps::category_homogeneity_test(groups{{0, 0, 5}, {0, 0, 9}}, {.method = method});
        CHECK(one.statistic == 0);
        CHECK(one.degrees_of_freedom == 0);
        CHECK(one.p_value == 1);
        CHECK(one.effect_size.value() == 0);
        const auto same =
            nps::category_homogeneity_test(groups{{7, 14, 21}, {1, 2, 3}}, {.method = method});
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        const auto apart =
            nps::category_homogeneity_test(groups{{4, 0, 0}, {0, 0, 9}}, {.method = method});
        CHECK(apart.degrees_of_freedom == 1);
        CHECK(close(apart.effect_size.value(), 1));
        // A respondent of each.
        const auto single =
            nps::category_homogeneity_test(groups{{1, 0, 0}, {0, 1, 0}}, {.method = method});
        CHECK(single.p_value > 0);
        CHECK(single.p_value < 1);
    }
}

TEST_CASE("category_homogeneity_test: 2^53 answers") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    for (const auto method : methods) {
        const auto same = nps::category_homogeneity_test(
            groups{{most / 8, most / 4, most / 8}, {most / 8, most / 4, most / 8}},
            {.method = method});
        CHECK(same.statistic == 0);
        // One answer of 10^15 moved: a difference that doubles of shares would lose.
        const auto near = nps::category_homogeneity_test(
            groups{{most / 8, most / 4, most / 8}, {most / 8 - 1, most / 4, most / 8 + 1}},
            {.method = method});
        CHECK(close(near.statistic * static_cast<double>(most), 8));
        const auto apart = nps::category_homogeneity_test(
            groups{{most / 2, 0, 0}, {0, most / 4, most / 4}}, {.method = method});
        CHECK(apart.p_value == 0);
        CHECK(close(apart.effect_size.value(), 1));
    }
}

TEST_CASE("category_homogeneity_test refuses what is no set of groups") {
    CHECK_THROWS_WITH_AS((void)nps::category_homogeneity_test(groups{{1, 2, 3}}),
                         "nps::category_homogeneity_test: number of groups = 1, must be at least 2",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::category_homogeneity_test(groups{{1, 2, 3}, {0, 0, 0}}),
                         "nps::category_homogeneity_test: group 1: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::category_homogeneity_test(groups{{1, 2, 3}, {1, 2, 3}},
                                             {.method = static_cast<homogeneity_method>(9)}),
        "nps::category_homogeneity_test: method = 9, must be pearson or likelihood_ratio",
        nps::invalid_input);
}
