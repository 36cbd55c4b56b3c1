// SPDX-License-Identifier: Apache-2.0
#include <nps/core/category_counts.hpp>

#include <doctest/doctest.h>

namespace {

constexpr std::int64_t most = std::int64_t{1} << 53;

} // namespace

static_assert(nps::category_counts{20, 30, 50}.n() == 100);
static_assert(nps::category_counts{} == nps::category_counts{0, 0, 0});
static_assert((nps::category_counts{1, 2, 3} + nps::category_counts{4, 5, 6}) ==
              nps::category_counts{5, 7, 9});

TEST_CASE("counts add and are taken away again") {
    nps::category_counts year{.detractors = 342, .passives = 968, .promoters = 1436};
    const nps::category_counts january{.detractors = 2, .passives = 8, .promoters = 36};
    year -= january;
    CHECK(year == nps::category_counts{340, 960, 1400});
    year += january;
    CHECK(year == nps::category_counts{342, 968, 1436});
    CHECK(year - year == nps::category_counts{});
}

TEST_CASE("a sum does not depend on its order") {
    const nps::category_counts a{1, 0, most / 2};
    const nps::category_counts b{7, 11, 13};
    const nps::category_counts c{0, 5, 2};
    CHECK((a + b) + c == a + (b + c));
    CHECK(a + b == b + a);
}

TEST_CASE("below zero and above 2^53 throw and change nothing") {
    nps::category_counts counts{1, 2, 3};
    CHECK_THROWS_WITH_AS(counts -= nps::category_counts(2, 0, 0),
                         "nps::category_counts::operator-=: detractors = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS(counts -= nps::category_counts(0, 0, 4), nps::invalid_input);
    CHECK_THROWS_AS(counts += nps::category_counts(0, -1, 0), nps::invalid_input);
    CHECK_THROWS_AS(counts += nps::category_counts(most, 0, 0), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        counts += nps::category_counts(0, 0, most - 3),
        "nps::category_counts::operator+=: detractors + passives + promoters = 9007199254740995, "
        "must be in [0, 2^53]",
        nps::invalid_input);
    CHECK(counts == nps::category_counts{1, 2, 3});
    nps::category_counts large{0, 0, most - 6};
    CHECK((large += counts).n() == most);
}

TEST_CASE("an empty survey is undefined, not zero") {
    CHECK_THROWS_WITH_AS(nps::detail::require_respondents(nps::category_counts{}, "f"),
                         "nps::f: no valid answers", nps::undefined_result);
    CHECK_NOTHROW(nps::detail::require_respondents(nps::category_counts{0, 1, 0}, "f"));
}
