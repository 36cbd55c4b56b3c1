// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/target_sample_size.hpp>

#include "infer/planned_rows.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace {

using nps::alternative;
using nps_test::close;

constexpr nps::category_shares last_wave{0.2, 0.3, 0.5};

TEST_CASE("a score against a target equals mpmath") {
    for (const auto& row : nps_test::planned_rows("target")) {
        INFO(row.row->text("claim"), " ", row.number("difference"), " ", row.integer("population"));
        const std::int64_t people = row.integer("population");
        const std::optional<std::int64_t> population =
            people == 0 ? std::nullopt : std::optional<std::int64_t>(people);
        if (!(people != 0 && row.number("deff_a") != 1)) { // the design enters in another way there
            const auto plan = nps::target_sample_size({.difference = row.number("difference"),
                                                       .power = row.number("power"),
                                                       .level = row.number("level"),
                                                       .group = row.group("a"),
                                                       .population = population,
                                                       .alternative = row.side(),
                                                       .claim = row.claim(),
                                                       .equivalence_margin = row.number("margin"),
                                                       .comparisons = row.integer("comparisons")});
            CHECK(close(plan.size.unrounded, row.number("n_a")));
            CHECK(plan.size.completes == std::llround(std::ceil(row.number("n_a"))));
            CHECK(plan.achieved_power >= plan.power * (1 - 1e-12));
            CHECK(plan.method == "wald");
        }
        CHECK(nps_test::close_power(nps::target_power({.completes = row.integer("size_a"),
                                                       .difference = row.number("difference"),
                                                       .level = row.number("level"),
                                                       .group = row.group("a"),
                                                       .population = population,
                                                       .alternative = row.side(),
                                                       .claim = row.claim(),
                                                       .equivalence_margin = row.number("margin"),
                                                       .comparisons = row.integer("comparisons")}),
                                    row.number("power_at")));
        const auto detectable = [&] {
            return nps::target_detectable_difference({.completes = row.integer("size_a"),
                                                      .power = row.number("power"),
                                                      .level = row.number("level"),
                                                      .group = row.group("a"),
                                                      .population = population,
                                                      .alternative = row.side(),
                                                      .claim = row.claim(),
                                                      .equivalence_margin = row.number("margin"),
                                                      .comparisons = row.integer("comparisons")});
        };
        if (row.has("detectable")) {
            CHECK(close(detectable(), row.number("detectable")));
        } else {
            CHECK_THROWS_AS((void)detectable(), nps::undefined_result);
        }
    }
}

TEST_CASE("one sample: R pwr") {
    // pwr.norm.test(d = 1/3, n = 20, sig.level = .05, alternative = "greater" | "two.sided").
    CHECK(std::abs(
              nps::target_power(
                  {.completes = 20, .difference = 1.0 / 3, .alternative = alternative::greater}) -
              .438749027541) < 5e-13);
    CHECK(std::abs(nps::target_power({.completes = 20, .difference = 1.0 / 3}) - .319724352688023) <
          5e-13);
    // pwr.norm.test(d = .2, power = .9)$n
    CHECK(std::abs(nps::target_sample_size({.difference = 0.2, .power = 0.9}).size.unrounded -
                   262.685485242079) < 1e-3); // its root search stops there
}

TEST_CASE("a population is never passed, and a census has no error") {
    const auto plan = nps::target_sample_size({.difference = 0.001,
                                               .group = {.shares = last_wave, .response_rate = 0.5},
                                               .population = 2'000});
    CHECK(plan.size.completes <= 2'000);
    CHECK(plan.achieved_power >= 0.8);
    CHECK(plan.exceeds_population);
    CHECK(nps::target_power({.completes = 2'000, .difference = 0.001, .population = 2'000}) == 1);
    CHECK(nps::target_power({.completes = 2'000, .difference = 0, .population = 2'000}) == 0);
    CHECK(nps::target_detectable_difference({.completes = 2'000, .population = 2'000}) == 0);
    const auto constant = nps::target_sample_size(
        {.difference = 0.1, .group = {.respondent_sd = 0.0, .response_rate = 0.1}});
    CHECK(constant.size.completes == 1);
    CHECK(constant.size.invitations == 10);
    CHECK(constant.achieved_power == 1);
}

TEST_CASE("a target: what is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((void)nps::target_sample_size({.difference = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_sample_size({.difference = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_sample_size({.difference = 0.1, .power = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_sample_size({.difference = 0.1, .population = 0}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::target_sample_size({.difference = -0.1, .alternative = alternative::greater}),
        "nps::target_sample_size: difference = -0.1, must be on the side of the alternative, and "
        "not 0",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_power({.completes = 0, .difference = 0.1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_power({.completes = 11, .difference = 0.1, .population = 10}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::target_detectable_difference({.completes = 1}),
                    nps::undefined_result);
}

} // namespace
