// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/hypergeometric_tail.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cstdint>

using nps::hypergeometric_cdf;
using nps::hypergeometric_upper_tail;

TEST_CASE("hypergeometric tails equal mpmath, relatively, down to 1e-280") {
    for (const auto& row : nps_test::reference_table("hypergeometric_tail.csv")) {
        const std::int64_t k = row.integer("k");
        const std::int64_t marked = row.integer("marked");
        const std::int64_t unmarked = row.integer("unmarked");
        const std::int64_t drawn = row.integer("drawn");
        CAPTURE(k);
        CAPTURE(marked);
        CAPTURE(unmarked);
        CAPTURE(drawn);
        const double cdf = row.number("cdf");
        const double above = row.number("upper_tail");
        CHECK(std::abs(hypergeometric_cdf(k, marked, unmarked, drawn) - cdf) <= 1e-12 * cdf);
        CHECK(std::abs(hypergeometric_upper_tail(k, marked, unmarked, drawn) - above) <=
              1e-12 * above);
    }
}

TEST_CASE("hypergeometric tails: beyond the counts that can come") {
    CHECK(hypergeometric_cdf(INT64_MIN, 5, 5, 3) == 0);
    CHECK(hypergeometric_cdf(INT64_MAX, 5, 5, 3) == 1);
    CHECK(hypergeometric_upper_tail(INT64_MIN, 5, 5, 3) == 1);
    CHECK(hypergeometric_upper_tail(INT64_MAX, 5, 5, 3) == 0);
    CHECK(hypergeometric_cdf(0, 0, 0, 0) == 1);
    CHECK(hypergeometric_upper_tail(0, 0, 0, 0) == 0);
    CHECK(hypergeometric_cdf(2, 5, 1, 4) == 0);
    CHECK(hypergeometric_upper_tail(2, 5, 1, 4) == 1);
}

TEST_CASE("hypergeometric tails: 2^53 people, far out") {
    constexpr std::int64_t half = std::int64_t{1} << 52;
    // Few marked: nearly binomial (3, 1/2).
    CHECK(nps_test::close(hypergeometric_upper_tail(2, 3, 2 * half - 3, half), 1.0 / 8));
    CHECK(hypergeometric_upper_tail(half / 2 + half / 4, half, half, half) == 0);
}

TEST_CASE("hypergeometric tails refuse impossible populations") {
    CHECK_THROWS_AS((void)hypergeometric_cdf(1, -1, 5, 3), nps::invalid_input);
    CHECK_THROWS_AS((void)hypergeometric_upper_tail(1, 5, -5, 3), nps::invalid_input);
    CHECK_THROWS_AS((void)hypergeometric_upper_tail(1, INT64_MAX, INT64_MAX, 3),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)hypergeometric_cdf(1, 2, 3, 6),
                         "nps::hypergeometric_cdf: drawn = 6, must be in [0, marked + unmarked]",
                         nps::invalid_input);
}
