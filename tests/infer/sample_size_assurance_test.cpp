// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/sample_size_assurance.hpp>

#include <nps/infer/sample_size.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace {

using nps::category_counts;
using nps::share_counts;

TEST_CASE("assurance equals SciPy's quadrature and agrees with simulation") {
    for (const auto& row : nps_test::reference_table("assurance.csv")) {
        const auto people = row.integer("population");
        const double found = nps::assurance(
            {.invitations = row.integer("invitations"),
             .margin = row.number("margin"),
             .pilot = {row.integer("detractors"), row.integer("passives"),
                       row.integer("promoters")},
             .response = {row.integer("successes"), row.integer("trials")},
             .level = row.number("level"),
             .prior = {row.number("prior_d"), row.number("prior_q"), row.number("prior_p")},
             .population = people == 0 ? std::nullopt : std::optional<std::int64_t>(people),
             .population_form = row.text("form") == "divisor_n"
                                    ? nps::population_variance::divisor_n
                                    : nps::population_variance::divisor_n_minus_1,
             .design_effect = row.number("design_effect")});
        CAPTURE(row.text("invitations"));
        CHECK(nps_test::close(
            found, row.number("assurance"),
            {.relative = 1e-9, .reason = "QUADPACK's error, and interpolation to 1e-12"}));
        CHECK(std::abs(found - row.number("simulated")) < 4.5 * row.number("standard_error"));
    }
}

TEST_CASE("when S and the response are all but known, assurance is a binomial tail") {
    // 10^8 answers at S^2 = .61 and 10^9 invitations at rate 1/2: n0 = 234.33 at d = .1; SciPy:
    // binom.sf(234, m, .5) for m = 485 and m = 405.
    const category_counts pilot{20'000'000, 30'000'000, 50'000'000};
    const share_counts response{500'000'000'000, 1'000'000'000'000};
    CHECK(nps_test::close(
        nps::assurance({.invitations = 485, .margin = 0.1, .pilot = pilot, .response = response}),
        0.7662225888,
        {.relative = 1e-5, .reason = "the pilot leaves S and the rate uncertain by 1e-4"}));
    CHECK(nps_test::close(
        nps::assurance({.invitations = 405, .margin = 0.1, .pilot = pilot, .response = response}),
        0.0007207673276,
        {.relative = 1e-4, .reason = "the pilot leaves S and the rate uncertain by 1e-4"}));
}

TEST_CASE("the fewest invitations for an assurance") {
    const nps::assured_sample_size_options wanted{
        .margin = 0.05, .assurance = 0.9, .pilot = {20, 30, 50}, .response = {40, 200}};
    const nps::assured_plan plan = nps::assured_sample_size(wanted);
    const auto chance = [&](std::int64_t invitations) {
        return nps::assurance({.invitations = invitations,
                               .margin = 0.05,
                               .pilot = {20, 30, 50},
                               .response = {40, 200}});
    };
    CHECK(plan.assurance == chance(plan.invitations));
    CHECK(plan.assurance >= 0.9);
    CHECK(chance(plan.invitations - 1) < 0.9);
    CHECK(nps_test::close(plan.expected_completes,
                          static_cast<double>(plan.invitations) * 41.0 / 202.0));
    CHECK(plan.method == "wald");
    // A plan with S and the rate at their estimates meets its margin about every second time.
    const auto bare = nps::sample_size(
        {.margin = 0.05, .shares = nps::shares_of({20, 30, 50}), .response_rate = 0.2});
    CHECK(bare.invitations < plan.invitations);
    CHECK(std::abs(chance(bare.invitations) - 0.5) < 0.1);
}

TEST_CASE("assurance rises with invitations and margin, and mirrors promoters and detractors") {
    double last = -1;
    for (const std::int64_t m : {1, 40, 90, 200}) {
        const double chance = nps::assurance(
            {.invitations = m, .margin = 0.25, .pilot = {10, 20, 70}, .response = {1, 1}});
        CHECK(chance >= last);
        last = chance;
        CHECK(nps_test::close(
            nps::assurance(
                {.invitations = m, .margin = 0.25, .pilot = {70, 20, 10}, .response = {1, 1}}),
            chance));
    }
    CHECK(nps::assurance({.invitations = 80, .margin = 0.26, .pilot = {10, 20, 70}}) >
          nps::assurance({.invitations = 80, .margin = 0.25, .pilot = {10, 20, 70}}));
}

TEST_CASE("assurance at the ends") {
    // Invitations without end are enough, whoever answers.
    CHECK(nps::assurance({.invitations = std::int64_t{1} << 53,
                          .margin = 0.1,
                          .pilot = {1, 1, 1},
                          .response = {5, 100}}) == 1);
    // One invitation gives one answer at best, which meets .9 only for a small S.
    const double one = nps::assurance({.invitations = 1, .margin = 0.9, .pilot = {0, 0, 40}});
    CHECK(one > 0.4);
    CHECK(one <= 0.5); // half of those invited answer, as far as is known
    // Everybody was a promoter, a passive, one of each end.
    for (const category_counts& pilot :
         {category_counts{0, 0, 50}, category_counts{0, 50, 0}, category_counts{25, 0, 25}}) {
        const double chance = nps::assurance(
            {.invitations = 300, .margin = 0.1, .pilot = pilot, .response = {90, 100}});
        CHECK(chance >= 0);
        CHECK(chance <= 1);
    }
    // A census of those who answer cannot do what the response does not give.
    CHECK_THROWS_WITH_AS(
        (void)nps::assured_sample_size({.margin = 0.02,
                                        .assurance = 0.9,
                                        .pilot = {20, 30, 50},
                                        .response = {20, 100},
                                        .population = 1'000}),
        "nps::assured_sample_size: inviting everybody does not reach the assurance",
        nps::undefined_result);
}

TEST_CASE("assurance with prior weights of 0.05, and where everybody answers") {
    // mpmath at 30 digits: one answer with chance 1/2, times P(S^2 <= (d / Z)^2) by quadrature over
    // y = w^0.05, w = p / (p + d).
    const auto one = [](double margin) {
        return nps::assurance({.invitations = 1, .margin = margin, .prior = {0.05, 0.05, 0.05}});
    };
    CHECK(nps_test::close(one(0.9), 0.431393764108241663));
    CHECK(nps_test::close(one(0.5), 0.369805355328081776));
    // A response rate that is 1, or 0, to every digit.
    const std::int64_t most = std::int64_t{1} << 53;
    CHECK(nps_test::close(
        nps::assurance(
            {.invitations = 300, .margin = 0.1, .pilot = {20, 30, 50}, .response = {most, most}}),
        nps::assurance({.invitations = 300,
                        .margin = 0.1,
                        .pilot = {20, 30, 50},
                        .response = {most - 1, most - 1}})));
    CHECK(
        nps::assurance(
            {.invitations = 500, .margin = 0.1, .pilot = {20, 30, 50}, .response = {most, most}}) ==
        1);
    CHECK(nps::assurance(
              {.invitations = 500, .margin = 0.1, .pilot = {20, 30, 50}, .response = {0, most}}) <
          1e-10);
}

TEST_CASE("assurance refuses nonsense") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 0, .margin = 0.1}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 10, .margin = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 10, .margin = 0.1, .level = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 10, .margin = 0.1, .pilot = {-1, 0, 0}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 10, .margin = 0.1, .response = {3, 2}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 10, .margin = 0.1, .prior = {1, nan, 1}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::assurance({.invitations = 10, .margin = 0.001}),
        "nps::assurance: margin = 0.001, can need more than 2^20 answers, the bound of this "
        "function",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assurance({.invitations = 11, .margin = 0.1, .population = 10}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::assured_sample_size({.margin = 0.1, .assurance = 1e-300}),
                         "nps::assured_sample_size: assurance = 1e-300, must be in [1e-9, 1 - "
                         "1e-9]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::assurance({.invitations = 10, .margin = 0.1, .prior = {1, 1, 0.01}}),
        "nps::assurance: prior.promoters = 0.01, must be in [0.05, 10^8]", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assured_sample_size({.margin = 0.1, .assurance = 1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assured_sample_size({.margin = 0.1, .assurance = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::assured_sample_size({.margin = 5}), nps::invalid_input);
}

} // namespace
