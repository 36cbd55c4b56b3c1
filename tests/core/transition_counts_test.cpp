// SPDX-License-Identifier: Apache-2.0
#include <nps/core/transition_counts.hpp>

#include <doctest/doctest.h>

namespace {

using nps::category;
using nps::category_counts;
using nps::transition_counts;

constexpr std::int64_t most = std::int64_t{1} << 53;
constexpr transition_counts panel{
    .from_detractors = {60, 25, 15}, .from_passives = {10, 50, 20}, .from_promoters = {5, 12, 103}};

} // namespace

static_assert(panel.n() == 300);
static_assert(panel.before() == category_counts{100, 80, 120});
static_assert(panel.after() == category_counts{75, 87, 138});
static_assert(panel.reversed().before() == panel.after());
static_assert(panel.reversed().after() == panel.before());
static_assert(panel.reversed().reversed() == panel);
static_assert(transition_counts{} == transition_counts{.from_passives = {0, 0, 0}});

TEST_CASE("panels add and are taken away again") {
    transition_counts year = panel;
    const transition_counts wave{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
    year += wave;
    CHECK(year == transition_counts{{61, 27, 18}, {14, 55, 26}, {12, 20, 112}});
    CHECK(year - wave == panel);
    CHECK(year - panel == wave);
    CHECK(wave + panel == year);
}

TEST_CASE("one respondent after the other gives the table") {
    transition_counts built;
    built.add(category::detractor, category::promoter);
    built.add(category::detractor, category::promoter);
    built.add(category::passive, category::detractor);
    built.add(category::promoter, category::promoter);
    built.add(category::promoter, category::passive);
    CHECK(built == transition_counts{{0, 0, 2}, {1, 0, 0}, {0, 1, 1}});
    CHECK_THROWS_WITH_AS(built.add(static_cast<category>(7), category::passive),
                         "nps::transition_counts::add: before = 7, must be detractor, passive or "
                         "promoter",
                         nps::invalid_input);
    CHECK_THROWS_AS(built.add(category::passive, static_cast<category>(7)), nps::invalid_input);
    CHECK(built.n() == 5);
}

TEST_CASE("a panel below zero or above 2^53 throws and changes nothing") {
    transition_counts counts = panel;
    CHECK_THROWS_AS(counts -= transition_counts({0, 0, 16}, {}, {}), nps::invalid_input);
    CHECK_THROWS_AS(counts += transition_counts({0, -1, 0}, {}, {}), nps::invalid_input);
    CHECK_THROWS_AS(counts += transition_counts({}, {most, 0, 0}, {}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(counts += transition_counts({}, {}, {0, 0, most - 299}),
                         "nps::transition_counts::operator+=: n = 9007199254740993, must be in "
                         "[0, 2^53]",
                         nps::invalid_input);
    CHECK(counts == panel);
    CHECK((counts += transition_counts({}, {}, {0, 0, most - 300})).n() == most);
    CHECK_THROWS_AS(counts.add(category::passive, category::passive), nps::invalid_input);
}

TEST_CASE("an empty panel is undefined") {
    CHECK_THROWS_WITH_AS(nps::detail::require_respondents(transition_counts{}, "f"),
                         "nps::f: nobody answered twice", nps::undefined_result);
}
