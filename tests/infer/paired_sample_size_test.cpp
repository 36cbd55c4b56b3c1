// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/paired_sample_size.hpp>

#include "infer/planned_rows.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace {

using nps_test::close;

constexpr nps::category_shares last_wave{0.2, 0.3, 0.5};

TEST_CASE("paired and overlapping waves equal mpmath") {
    for (const auto& row : nps_test::planned_rows("paired")) {
        INFO(row.number("overlap"), " ", row.number("correlation"), " ", row.integer("size_a"));
        const auto plan = nps::paired_sample_size({.difference = row.number("difference"),
                                                   .correlation = row.number("correlation"),
                                                   .overlap = row.number("overlap"),
                                                   .power = row.number("power"),
                                                   .level = row.number("level"),
                                                   .a = row.group("a"),
                                                   .b = row.group("b"),
                                                   .allocation = row.number("allocation"),
                                                   .alternative = row.side(),
                                                   .claim = row.claim(),
                                                   .equivalence_margin = row.number("margin"),
                                                   .comparisons = row.integer("comparisons")});
        CHECK(close(plan.waves.a.unrounded, row.number("n_a")));
        CHECK(plan.waves.a.completes == std::llround(std::ceil(row.number("n_a"))));
        CHECK(plan.waves.achieved_power >= plan.waves.power * (1 - 1e-12));
        const auto power = [&](std::int64_t n_a, std::int64_t n_b, std::int64_t both) {
            return nps::paired_power({.completes_a = n_a,
                                      .completes_b = n_b,
                                      .completes_both = both,
                                      .difference = row.number("difference"),
                                      .correlation = row.number("correlation"),
                                      .level = row.number("level"),
                                      .a = row.group("a"),
                                      .b = row.group("b"),
                                      .alternative = row.side(),
                                      .claim = row.claim(),
                                      .equivalence_margin = row.number("margin"),
                                      .comparisons = row.integer("comparisons")});
        };
        CHECK(power(plan.waves.a.completes, plan.waves.b.completes, plan.completes_both) ==
              plan.waves.achieved_power);
        CHECK(nps_test::close_power(
            power(row.integer("size_a"), row.integer("size_b"), row.integer("both")),
            row.number("power_at")));
        const auto detectable = [&] {
            return nps::paired_detectable_difference({.completes_a = row.integer("size_a"),
                                                      .completes_b = row.integer("size_b"),
                                                      .completes_both = row.integer("both"),
                                                      .correlation = row.number("correlation"),
                                                      .power = row.number("power"),
                                                      .level = row.number("level"),
                                                      .a = row.group("a"),
                                                      .b = row.group("b"),
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

TEST_CASE("without overlap, or without correlation, two separate samples") {
    const auto separate =
        nps::comparison_sample_size({.difference = 0.07, .a = {.shares = last_wave}});
    for (const auto& [overlap, correlation] : {std::pair{0.0, 0.8}, std::pair{1.0, 0.0}}) {
        const auto plan = nps::paired_sample_size({.difference = 0.07,
                                                   .correlation = correlation,
                                                   .overlap = overlap,
                                                   .a = {.shares = last_wave}});
        CHECK(close(plan.waves.a.unrounded, separate.a.unrounded));
        CHECK(plan.waves.a.completes == separate.a.completes);
        CHECK(plan.waves.achieved_power == separate.achieved_power);
    }
    CHECK(nps::paired_power({.completes_a = 300,
                             .completes_b = 200,
                             .completes_both = 0,
                             .difference = 0.1,
                             .correlation = 0.7}) ==
          nps::comparison_power({.completes_a = 300, .completes_b = 200, .difference = 0.1}));
}

TEST_CASE("a panel is the variance of the changes over n") {
    // Before and after in a 3 x 3 table of shares, answers coded -1, 0, 1.
    constexpr double table[3][3] = {{.12, .05, .03}, {.04, .20, .06}, {.04, .05, .41}};
    double mean_a = 0, mean_b = 0, square_a = 0, square_b = 0, product = 0, change = 0;
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            const double p = table[i][j];
            mean_a += p * (i - 1);
            mean_b += p * (j - 1);
            square_a += p * (i - 1) * (i - 1);
            square_b += p * (j - 1) * (j - 1);
            product += p * (i - 1) * (j - 1);
            change += p * (i - j) * (i - j);
        }
    }
    const double sd_a = std::sqrt(square_a - mean_a * mean_a);
    const double sd_b = std::sqrt(square_b - mean_b * mean_b);
    const double variance = change - (mean_a - mean_b) * (mean_a - mean_b);
    const auto plan =
        nps::paired_sample_size({.difference = 0.05,
                                 .correlation = (product - mean_a * mean_b) / sd_a / sd_b,
                                 .a = {.respondent_sd = sd_a},
                                 .b = {.respondent_sd = sd_b}});
    CHECK(close(plan.waves.standard_error,
                std::sqrt(variance / static_cast<double>(plan.waves.a.completes))));
    CHECK(plan.completes_both == plan.waves.a.completes);
    CHECK(plan.waves.b.completes == plan.waves.a.completes);
}

TEST_CASE("whole sizes always have the power") {
    for (const double allocation : {0.3, 0.97, 1.0, 1.003, 4.0}) {
        for (const double correlation : {-0.6, 0.4, 0.9, 1.0}) {
            for (const double overlap : {0.37, 0.9, 1.0}) {
                INFO(allocation, " ", correlation, " ", overlap);
                const auto plan = nps::paired_sample_size({.difference = 0.2,
                                                           .correlation = correlation,
                                                           .overlap = overlap,
                                                           .a = {.shares = last_wave},
                                                           .b = {.shares = last_wave},
                                                           .allocation = allocation});
                CHECK(plan.waves.achieved_power >= 0.8 * (1 - 1e-12));
                CHECK(plan.completes_both <=
                      std::min(plan.waves.a.completes, plan.waves.b.completes));
            }
        }
    }
    // A panel that answers the same twice but for the difference.
    const auto sure = nps::paired_sample_size({.difference = 0.1, .correlation = 1});
    CHECK(sure.waves.a.completes == 1);
    CHECK(sure.waves.achieved_power == 1);
}

TEST_CASE("a panel of which 60 % answer again: all who answered are asked") {
    const auto plan = nps::paired_sample_size(
        {.difference = 0.05, .correlation = 0.6, .b = {.response_rate = 0.6}, .allocation = 0.6});
    // v_a / n + v_b / (0.6 n) - 2 r (0.6 n) / (0.6 n^2)
    const double z = 1.9599639845400542 + 0.84162123357291429;
    const double n = (1 + 1 / 0.6 - 2 * 0.6) * (z / 0.05) * (z / 0.05);
    CHECK(close(plan.waves.a.unrounded, n, {.relative = 1e-5, .reason = "the other tail"}));
    CHECK(plan.completes_both == plan.waves.b.completes);
    CHECK(std::abs(plan.waves.b.invitations - plan.waves.a.completes) <= 1);
}

TEST_CASE("no more answers than whole sizes need") {
    const double z = 1.9599639845400542 + 0.84162123357291429;
    for (const double difference : {0.05, 0.0005}) {
        for (const double allocation : {0.3, 0.97, 1.003, 1.1}) {
            for (const double correlation : {0.7, 0.9, 0.97}) {
                INFO(difference, " ", allocation, " ", correlation);
                const auto plan = nps::paired_sample_size({.difference = difference,
                                                           .correlation = correlation,
                                                           .allocation = allocation});
                const double n =
                    (1 + 1 / allocation - 2 * correlation / std::max(allocation, 1.0)) *
                    (z / difference) * (z / difference);
                CHECK(static_cast<double>(plan.waves.a.completes) < n + 7);
            }
        }
    }
}

TEST_CASE("overlapping waves: what is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)nps::paired_sample_size({.difference = 0.1, .correlation = 1.5}),
                         "nps::paired_sample_size: correlation = 1.5, must be in [-1, 1]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::paired_sample_size({.difference = 0.1, .correlation = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::paired_sample_size({.difference = 0.1, .correlation = 0.5, .overlap = nan}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::paired_sample_size({.difference = 0.1, .correlation = 0.5, .allocation = nan}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::paired_sample_size({.difference = nan, .correlation = 0.5}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::paired_sample_size({.difference = 1e-9, .correlation = 0.5}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::paired_power({.completes_a = 10,
                                                  .completes_b = 20,
                                                  .completes_both = 11,
                                                  .difference = 0.1,
                                                  .correlation = 0.5}),
                         "nps::paired_power: completes_both = 11, must be in [0, the smaller of "
                         "the two waves]",
                         nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::paired_detectable_difference(
            {.completes_a = 1, .completes_b = 1, .completes_both = 0, .correlation = 0.5}),
        nps::undefined_result);
}

} // namespace
