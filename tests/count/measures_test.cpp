// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/count/measures.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

nps::tally published() {
    nps::tally t; // the data set of R's NPS package
    int score = 0;
    for (const int count : {74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235}) {
        t.add(score++, count);
    }
    t.add_missing(50);
    t.add_invalid(5);
    return t;
}

} // namespace

TEST_CASE("shares of the categories and of the top boxes") {
    const nps::tally t = published();
    const nps::dynamic_tally d(t);
    CHECK(nps::share_of(t, nps::category::detractor) == nps::share_counts{362, 1000});
    CHECK(nps::share_of(t, nps::category::passive) == nps::share_counts{176, 1000});
    CHECK(nps::share_of(t, nps::category::promoter) == nps::share_counts{462, 1000});
    CHECK(nps::share_of(d, nps::category::promoter) == nps::share_counts{462, 1000});
    CHECK(nps::share_of({.detractors = 1, .passives = 2, .promoters = 3}, nps::category::passive) ==
          nps::share_counts{2, 6});
    CHECK(nps::top_box(t, 1) == nps::share_counts{235, 1000});
    CHECK(nps::top_box(t, 2) == nps::share_counts{462, 1000});
    CHECK(nps::top_box(d, 3) == nps::share_counts{581, 1000});
    CHECK(nps::top_box(t, 11) == nps::share_counts{1000, 1000});
    CHECK(nps::top_box(nps::tally(), 2) == nps::share_counts{0, 0});
    nps::basic_tally<nps::one_to_five> five;
    five.add(4, 3);
    five.add(5, 2);
    five.add(1);
    CHECK(nps::top_box(five, 2) == nps::share_counts{5, 6});
}

TEST_CASE("shares refuse what makes no sense") {
    CHECK_THROWS_WITH_AS((void)nps::top_box(published(), 0),
                         "nps::top_box: k = 0, must be at least 1 and at most the number of scores "
                         "on the scale",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::top_box(published(), 12), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::top_box(nps::dynamic_tally(), -1), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::share_of(published(), static_cast<nps::category>(9)),
                         "nps::share_of: category = 9, must be detractor, passive or promoter",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_of({.detractors = -1, .passives = 2, .promoters = 3},
                                        nps::category::passive),
                    nps::invalid_input);
}

TEST_CASE("moments of ratings agree with exact fractions") {
    for (const auto& row : nps_test::reference_table("rating_moments.csv")) {
        CAPTURE(row.text("lowest"));
        CAPTURE(row.text("n"));
        std::vector<std::int64_t> counts;
        std::istringstream in(row.text("counts"));
        for (std::int64_t count = 0; in >> count;) {
            counts.push_back(count);
        }
        const int lowest = static_cast<int>(row.integer("lowest"));
        const int highest = lowest + static_cast<int>(counts.size()) - 1;
        nps::dynamic_tally t({.lowest = lowest,
                              .highest = highest,
                              .last_detractor = lowest,
                              .first_promoter = highest});
        for (int score = lowest; score <= highest; ++score) {
            t.add(score, counts[static_cast<std::size_t>(score - lowest)]);
        }
        const nps::moments m = nps::rating_moments(t);
        CHECK(m.n() == row.integer("n"));
        CHECK(nps_test::close(m.mean, row.number("mean"), {.relative = 3e-16}));
        CHECK(nps_test::close(m.squared_deviations, row.number("squared_deviations"),
                              {.relative = 3e-16}));
    }
    CHECK(nps::rating_moments(published()) == nps::rating_moments(nps::dynamic_tally(published())));
    CHECK(nps::rating_moments(published()).n() == 1000);
    CHECK(nps::rating_moments(nps::tally()) == nps::moments{});
}

TEST_CASE("measures are there when compiling") {
    constexpr nps::tally t = [] {
        nps::tally made;
        made.add(9, 2);
        made.add(6);
        return made;
    }();
    static_assert(nps::share_of(t, nps::category::promoter).successes == 2);
    static_assert(nps::top_box(t, 2).trials == 3);
    static_assert(nps::rating_moments(t).mean == 8.0);
    static_assert(nps::rating_moments(t).squared_deviations == 6.0);
    CHECK(nps::rating_moments(t).n() == 3);
}
