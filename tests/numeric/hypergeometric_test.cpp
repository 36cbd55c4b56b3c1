// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/hypergeometric.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>

namespace {

TEST_CASE("log probabilities, by log factorials of 60 digits") {
    for (const auto& row : nps_test::reference_table("hypergeometric.csv")) {
        const std::int64_t k = row.integer("k");
        const std::int64_t marked = row.integer("marked");
        const std::int64_t unmarked = row.integer("unmarked");
        const std::int64_t drawn = row.integer("drawn");
        const double expected = row.number("log_pmf");
        CAPTURE(k);
        CAPTURE(marked);
        CAPTURE(unmarked);
        CAPTURE(drawn);
        const nps_test::tolerance sum{.relative = 3e-14,
                                      .absolute = 3e-14,
                                      .reason = "the error of a logarithm is that of its terms"};
        CHECK(nps_test::close(nps::log_hypergeometric(k, marked, unmarked, drawn), expected, sum));
        // Those left out, and the unmarked ones, are the same draw.
        CHECK(nps_test::close(
            nps::log_hypergeometric(marked - k, marked, unmarked, marked + unmarked - drawn),
            expected, sum));
        CHECK(nps_test::close(nps::log_hypergeometric(drawn - k, unmarked, marked, drawn), expected,
                              sum));
    }
}

TEST_CASE("probabilities add to 1") {
    double sum = 0;
    for (std::int64_t k = 0; k <= 40; ++k) {
        sum += std::exp(nps::log_hypergeometric(k, 60, 40, 40));
    }
    CHECK(nps_test::close(sum, 1));
    CHECK(nps::log_hypergeometric(0, 0, 0, 0) == 0);
    CHECK(nps::log_hypergeometric(3, 3, 0, 3) == 0);
}

TEST_CASE("what cannot be drawn") {
    CHECK_THROWS_WITH_AS((void)nps::log_hypergeometric(4, 3, 9, 5),
                         "nps::log_hypergeometric: k = 4, must be a number of marked people that "
                         "can be drawn",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::log_hypergeometric(0, 9, 3, 5), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::log_hypergeometric(-1, 9, 3, 3), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::log_hypergeometric(0, 2, 3, 6),
                         "nps::log_hypergeometric: drawn = 6, must be in [0, marked + unmarked]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::log_hypergeometric(0, -1, 3, 1), nps::invalid_input);
    const std::int64_t most = std::int64_t{1} << 53;
    CHECK_THROWS_AS((void)nps::log_hypergeometric(0, most, most, 1), nps::invalid_input);
}

} // namespace
