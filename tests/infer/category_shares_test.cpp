// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/category_shares.hpp>

#include "support/close.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace {

TEST_CASE("shares and S of a pilot") {
    const auto shares = nps::shares_of({.detractors = 362, .passives = 176, .promoters = 462});
    CHECK(shares.detractors == 0.362);
    CHECK(shares.passives == 0.176);
    CHECK(shares.promoters == 0.462);
    // R package NPS: variance 0.814.
    CHECK(nps_test::close(nps::respondent_sd(shares), std::sqrt(0.814)));
    CHECK(nps_test::close(
        nps::respondent_sd({.detractors = 1.0 / 6, .passives = 1.0 / 3, .promoters = 0.5}),
        std::sqrt(5.0 / 9)));
}

TEST_CASE("S at the ends") {
    CHECK(nps::respondent_sd({.promoters = 1}) == 0);
    CHECK(nps::respondent_sd({.passives = 1}) == 0);
    CHECK(nps::respondent_sd({.detractors = 0.5, .promoters = 0.5}) == 1);
    // One detractor among 10^12: S^2 = 4 p d, which p + d - (p - d)^2 would lose.
    CHECK(nps_test::close(nps::respondent_sd(nps::shares_of({1, 0, 999'999'999'999})), 2e-6));
}

TEST_CASE("shares that are none are refused") {
    CHECK_THROWS_WITH_AS((void)nps::shares_of({}), "nps::shares_of: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::respondent_sd({.detractors = 20, .passives = 30, .promoters = 50}),
        "nps::respondent_sd: detractors = 20, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::respondent_sd({.detractors = 0.25, .passives = 0.25, .promoters = 0.25}),
        "nps::respondent_sd: detractors + passives + promoters = 0.75, must be 1",
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::respondent_sd({.promoters = std::numeric_limits<double>::quiet_NaN()}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::shares_of({-1, 2, 3}), nps::invalid_input);
}

} // namespace
