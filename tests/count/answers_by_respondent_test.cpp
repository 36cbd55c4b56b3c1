// SPDX-License-Identifier: Apache-2.0
#include <nps/count/answers_by_respondent.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using nps::answers_by_respondent;
using nps::category;
using nps::comparison_group;

constexpr auto a = comparison_group::a;
constexpr auto b = comparison_group::b;

} // namespace

TEST_CASE("answers of one person become one line, in any order and over several machines") {
    answers_by_respondent<std::string> all;
    all.add("x", a, category::promoter);
    all.add("y", a, category::detractor);
    all.add("x", b, category::passive);
    all.add("x", a, category::promoter);
    all.add("z", b, category::detractor);
    nps::cluster_totals expected;
    expected.add({2, 2, 1, 0});
    expected.add({1, -1, 0, 0});
    expected.add({0, 0, 1, -1});
    CHECK(all.size() == 3);
    CHECK(all.totals() == expected);

    answers_by_respondent<std::string> here;
    here.add("z", b, -1);
    here.add("x", a, 1);
    answers_by_respondent<std::string> there;
    there.add("x", b, 0);
    there.add("x", a, 1);
    there.add("y", a, -1);
    here += there;
    CHECK(here == all);
    CHECK(here.totals() == expected);
    here += here;
    CHECK(here.totals().n_a() == 6);
    CHECK(here.size() == 3);
}

TEST_CASE("answers_by_respondent refuses what is no answer, and changes nothing") {
    answers_by_respondent<int> by;
    by.add(7, a, std::int64_t{1} << 53);
    CHECK_THROWS_WITH_AS(by.add(7, static_cast<comparison_group>(9), 1),
                         "nps::answers_by_respondent::add: group = 9, must be a or b",
                         nps::invalid_input);
    CHECK_THROWS_AS(by.add(7, a, static_cast<category>(9)), nps::invalid_input);
    CHECK_THROWS_AS(by.add(7, a, 1), nps::invalid_input); // the sum passes 2^53
    CHECK_THROWS_AS(by.add(8, a, INT64_MIN), nps::invalid_input);
    CHECK_THROWS_AS(by.add(8, a, UINT64_MAX), nps::invalid_input);
    CHECK(by.size() == 1);
    CHECK(by.totals().n_a() == 1);
    CHECK(answers_by_respondent<int>{}.totals() == nps::cluster_totals{});
}
