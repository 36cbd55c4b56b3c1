// SPDX-License-Identifier: Apache-2.0
#include <nps/core/cluster_totals.hpp>

#include <doctest/doctest.h>

#include <cstdint>

namespace {

using nps::cluster_totals;
using nps::respondent_totals;

constexpr std::int64_t most = std::int64_t{1} << 53;

cluster_totals of(std::initializer_list<respondent_totals> respondents) {
    cluster_totals result;
    for (const auto& one : respondents) {
        result.add(one);
    }
    return result;
}

} // namespace

TEST_CASE("cluster totals add up, merge in any order and are taken away again") {
    const auto x = of({{1, 1, 2, -1}, {3, -2, 0, 0}});
    const auto y = of({{0, 0, 1, 1}});
    CHECK(x.clusters() == 2);
    CHECK(x.n_a() == 4);
    CHECK(x.sum_a() == -1);
    CHECK(x.n_b() == 2);
    CHECK(x.sum_b() == -1);
    CHECK(static_cast<int>(x.products().nn_a) == 10);
    CHECK(static_cast<int>(x.products().ns_a) == -5);
    CHECK(static_cast<int>(x.products().ss_a) == 5);
    CHECK(static_cast<int>(x.products().na_nb) == 2);
    CHECK(static_cast<int>(x.products().sa_sb) == -1);
    CHECK(x + y == y + x);
    CHECK(x + y == of({{0, 0, 1, 1}, {3, -2, 0, 0}, {1, 1, 2, -1}}));
    CHECK((x + y) - y == x);
    CHECK(x - x == cluster_totals{});
}

TEST_CASE("the same answers by other people are another summary") {
    CHECK_FALSE(of({{2, 0, 0, 0}}) == of({{1, 1, 0, 0}, {1, -1, 0, 0}}));
}

TEST_CASE("cluster totals refuse what no respondent gives, and change nothing") {
    auto t = of({{1, 1, 0, 0}});
    const auto before = t;
    CHECK_THROWS_WITH_AS(t.add({0, 0, 0, 0}),
                         "nps::cluster_totals::add: n_a + n_b = 0, must be positive: a respondent "
                         "has an answer",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(t.add({0, 3, 1, 0}),
                         "nps::cluster_totals::add: sum_a = 3, must be 0 without answers",
                         nps::invalid_input);
    CHECK_THROWS_AS(t.add({1, 0, 0, 3}), nps::invalid_input);
    CHECK_THROWS_AS(t.add({-1, 0, 2, 0}), nps::invalid_input);
    CHECK_THROWS_AS(t.add({1, most + 1, 0, 0}), nps::invalid_input);
    CHECK_THROWS_AS(t.add({most, 0, 0, 0}), nps::invalid_input); // n_a passes 2^53
    CHECK_THROWS_AS(t.add({1, INT64_MIN, 0, 0}), nps::invalid_input);
    CHECK_THROWS_AS(t -= of({{2, 0, 0, 0}}), nps::invalid_input);
    CHECK_THROWS_AS(t -= of({{1, 1, 0, 0}, {1, 0, 0, 0}}), nps::invalid_input);
    CHECK(t == before);
    CHECK(of({{most, most, most, -most}}).n_b() == most);
}

TEST_CASE("products stay within 2^120 where others are taken away than were added") {
    cluster_totals alike = of({{1, most, 1, most}, {1, -most, 1, -most}});
    cluster_totals opposite = of({{1, most, 1, -most}, {1, -most, 1, most}});
    for (int i = 0; i < 13; ++i) {
        alike += alike;
        opposite += opposite;
    }
    CHECK_THROWS_AS(alike -= opposite, nps::invalid_input);
    CHECK(alike.clusters() == 1 << 14);
}

TEST_CASE("squares of sums stay below 2^120") {
    // 2^14 respondents whose sums are 2^53 and -2^53 in turn; one more is refused.
    cluster_totals pair = of({{1, most, 0, 0}, {1, -most, 0, 0}});
    for (int i = 0; i < 13; ++i) {
        pair += pair;
    }
    CHECK(pair.clusters() == 1 << 14);
    CHECK_THROWS_AS(pair.add({1, -most, 0, 0}), nps::invalid_input);
    CHECK(pair.clusters() == 1 << 14);
}
