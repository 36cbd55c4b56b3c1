// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/reliability.hpp>

#include <nps/count/rating_pairs.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace {

using nps::rating_pairs;
using nps::transition_counts;
using nps_test::close;

rating_pairs pairs_of(const std::string& cell) {
    rating_pairs pairs;
    for (const auto& row : nps_test::counts_of(cell)) {
        pairs.add(static_cast<int>(row.at(0)), static_cast<int>(row.at(1)), row.at(2));
    }
    return pairs;
}

transition_counts categories_of(const std::string& cell) {
    transition_counts counts;
    for (const auto& row : nps_test::counts_of(cell)) {
        for (std::int64_t k = 0; k < row.at(2); ++k) {
            counts.add(static_cast<nps::category>(row.at(0)),
                       static_cast<nps::category>(row.at(1)));
        }
    }
    return counts;
}

// The function on the table of a row, as ratings or as categories.
template <class F>
auto on_table(const nps_test::reference_row& row, F f) {
    return row.text("scale") == "rating" ? f(pairs_of(row.text("pairs")))
                                         : f(categories_of(row.text("pairs")));
}

} // namespace

TEST_CASE("test_retest_reliability equals R psych") {
    for (const auto& row : nps_test::reference_table("reliability.csv")) {
        const auto result = on_table(row, [&](const auto& table) {
            return nps::test_retest_reliability(table, {.level = row.number("level")});
        });
        const auto& found =
            row.text("kind") == "consistency" ? result.consistency : result.agreement;
        const nps_test::tolerance digits{.relative = 1e-10,
                                         .reason = "psych takes mean squares from lm"};
        INFO(row.text("pairs"), " ", row.text("kind"));
        CHECK(close(found.value, row.number("value"), digits));
        CHECK(close(found.interval.lower, std::fmax(row.number("lower"), -1), digits));
        CHECK(close(found.interval.upper, row.number("upper"), digits));
        CHECK(found.interval.clipped == (row.number("lower") < -1));
        CHECK(found.interval.n == result.n);
    }
}

TEST_CASE("weighted_kappa equals statsmodels") {
    for (const auto& row : nps_test::reference_table("weighted_kappa.csv")) {
        const auto result = on_table(row, [&](const auto& table) {
            return nps::weighted_kappa(table, {.weights = row.text("weights") == "linear"
                                                              ? nps::kappa_weights::linear
                                                              : nps::kappa_weights::quadratic});
        });
        CHECK(close(result.value, row.number("value")));
        CHECK(close(result.standard_error, row.number("standard_error")));
        CHECK(close(result.null_standard_error, row.number("null_standard_error")));
        CHECK(close(result.interval.lower, row.number("lower")));
        CHECK(close(result.interval.upper, row.number("upper")));
        CHECK(result.method == row.text("weights"));
        CHECK(close((result.observed_agreement - result.chance_agreement) /
                        (1 - result.chance_agreement),
                    result.value));
    }
}

TEST_CASE("quadratic kappa is the concordance correlation, and ICC(A,1) but for 1 / n") {
    for (const auto& row : nps_test::reference_table("weighted_kappa.csv")) {
        double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (const auto& cell : nps_test::counts_of(row.text("pairs"))) {
            const auto a = static_cast<double>(cell[0]);
            const auto b = static_cast<double>(cell[1]);
            const auto k = static_cast<double>(cell[2]);
            n += k;
            x += k * a;
            y += k * b;
            xx += k * a * a;
            yy += k * b * b;
            xy += k * a * b;
        }
        const double shift = y / n - x / n;
        const double concordance =
            2 * (xy / n - x / n * (y / n)) /
            (xx / n - x / n * (x / n) + yy / n - y / n * (y / n) + shift * shift);
        const double kappa =
            on_table(row, [](const auto& table) { return nps::weighted_kappa(table).value; });
        CHECK(close(kappa, concordance));
        const double icc = on_table(row, [](const auto& table) {
            return nps::test_retest_reliability(table).agreement.value;
        });
        CHECK(std::abs(icc - kappa) < 2 / n);
    }
}

TEST_CASE("reliability: turning the scale round or the waves changes nothing") {
    const auto pairs = pairs_of("0 3 2;9 10 4;7 6 5;5 8 3;10 10 9;2 2 2");
    rating_pairs turned;
    rating_pairs reversed;
    for (int i = 0; i <= 10; ++i) {
        for (int j = 0; j <= 10; ++j) {
            turned.add(10 - i, 10 - j, pairs.count(i, j));
            reversed.add(j, i, pairs.count(i, j));
        }
    }
    const auto a = nps::test_retest_reliability(pairs);
    for (const auto& b :
         {nps::test_retest_reliability(turned), nps::test_retest_reliability(reversed)}) {
        CHECK(close(b.agreement.value, a.agreement.value));
        CHECK(close(b.consistency.interval.lower, a.consistency.interval.lower));
        CHECK(close(b.mean_change, -a.mean_change));
        CHECK(close(b.within_sd, a.within_sd));
    }
    CHECK(close(nps::weighted_kappa(turned).standard_error,
                nps::weighted_kappa(pairs).standard_error));
}

TEST_CASE("reliability of unanimous, perfect, opposite and huge tables") {
    const auto perfect = nps::test_retest_reliability(pairs_of("3 3 2;9 9 4"));
    CHECK(perfect.consistency.value == 1);
    CHECK(perfect.agreement.value == 1);
    CHECK(perfect.agreement.interval.lower == 1);
    CHECK(perfect.consistency.interval.lower == 1);
    CHECK(nps::weighted_kappa(pairs_of("3 3 2;9 9 4")).value == 1);
    CHECK(nps::weighted_kappa(pairs_of("3 3 2;9 9 4")).standard_error == 0);
    const auto opposite = nps::test_retest_reliability(pairs_of("0 2 1;2 0 1;1 1 1"));
    CHECK(opposite.consistency.value == -1);
    CHECK(opposite.agreement.interval.lower == -1);
    CHECK(std::isfinite(opposite.agreement.interval.upper));
    CHECK(opposite.agreement.interval.lower <= opposite.agreement.interval.upper);
    const std::int64_t trillion = 1'000'000'000'000;
    const auto large = nps::test_retest_reliability(
        transition_counts{{3 * trillion, trillion, 0}, {}, {0, 0, trillion}});
    CHECK(large.agreement.interval.lower < large.agreement.value);
    CHECK(large.agreement.interval.upper > large.agreement.value);
    CHECK(large.consistency.interval.upper - large.consistency.interval.lower < 1e-5);
}

TEST_CASE("reliability refuses what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::test_retest_reliability(rating_pairs()),
                         "nps::test_retest_reliability: fewer than 3 people answered twice",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::test_retest_reliability(pairs_of("4 5 9")),
                         "nps::test_retest_reliability: everybody gave the same two ratings",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)nps::weighted_kappa(rating_pairs()), nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::weighted_kappa(pairs_of("4 4 9")),
                         "nps::weighted_kappa: everybody gave one and the same rating both times",
                         nps::undefined_result);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((void)nps::weighted_kappa(pairs_of("4 5 9;1 1 1"), {.level = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::weighted_kappa(pairs_of("4 5 9;1 1 1"),
                                              {.weights = static_cast<nps::kappa_weights>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::test_retest_reliability(pairs_of("4 5 9;1 1 1"), {.level = 1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::test_retest_reliability(transition_counts{{-1, 2, 3}, {}, {}}),
                    nps::invalid_input);
}

TEST_CASE("rating_pairs: adding, merging, taking away, categories") {
    rating_pairs a = pairs_of("6 7 3;9 10 2");
    const rating_pairs b = pairs_of("6 7 1;0 0 5");
    const rating_pairs before = a;
    a += b;
    CHECK(a.n() == 11);
    CHECK(a.count(6, 7) == 4);
    CHECK(a.transitions() == transition_counts{{5, 4, 0}, {}, {0, 0, 2}});
    a -= b;
    CHECK(a == before);
    CHECK_THROWS_AS(a -= b, nps::invalid_input);
    CHECK(a == before);
    CHECK_THROWS_AS(a += rating_pairs(nps::one_to_five), nps::invalid_input);
    CHECK_THROWS_WITH_AS(a.add(11, 0), "nps::rating_pairs::add: rating = 11, must be on the scale",
                         nps::invalid_input);
    CHECK_THROWS_AS(a.add(1, 1, -1), nps::invalid_input);
    CHECK_THROWS_AS((void)a.count(-1, 0), nps::invalid_input);
    rating_pairs five(nps::one_to_five);
    five.add(1, 5, 2);
    CHECK(five.transitions().from_detractors.promoters == 2);
}
