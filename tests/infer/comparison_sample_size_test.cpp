// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/comparison_sample_size.hpp>

#include "infer/planned_rows.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using nps::alternative;
using nps::category_shares;
using nps::claim;
using nps::planned_correction;
using nps_test::close;

constexpr category_shares last_wave{0.2, 0.3, 0.5};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("sizes, power and detectable difference equal mpmath") {
    for (const auto& row : nps_test::planned_rows("two")) {
        INFO(row.row->text("claim"), " ", row.row->text("side"), " ", row.number("difference"), " ",
             row.number("power"), " ", row.integer("size_a"));
        const double power = nps::comparison_power({.completes_a = row.integer("size_a"),
                                                    .completes_b = row.integer("size_b"),
                                                    .difference = row.number("difference"),
                                                    .level = row.number("level"),
                                                    .a = row.group("a"),
                                                    .b = row.group("b"),
                                                    .alternative = row.side(),
                                                    .claim = row.claim(),
                                                    .equivalence_margin = row.number("margin"),
                                                    .comparisons = row.integer("comparisons"),
                                                    .correction = row.correction()});
        CHECK(nps_test::close_power(power, row.number("power_at")));
        const auto detectable = [&] {
            return nps::comparison_detectable_difference(
                {.completes_a = row.integer("size_a"),
                 .completes_b = row.integer("size_b"),
                 .power = row.number("power"),
                 .level = row.number("level"),
                 .a = row.group("a"),
                 .b = row.group("b"),
                 .alternative = row.side(),
                 .claim = row.claim(),
                 .equivalence_margin = row.number("margin"),
                 .comparisons = row.integer("comparisons"),
                 .correction = row.correction()});
        };
        if (row.has("detectable")) {
            CHECK(close(detectable(), row.number("detectable")));
        } else {
            CHECK_THROWS_AS((void)detectable(), nps::undefined_result);
        }
        const auto planned = [&] {
            return nps::comparison_sample_size({.difference = row.number("difference"),
                                                .power = row.number("power"),
                                                .level = row.number("level"),
                                                .a = row.group("a"),
                                                .b = row.group("b"),
                                                .allocation = row.number("allocation"),
                                                .alternative = row.side(),
                                                .claim = row.claim(),
                                                .equivalence_margin = row.number("margin"),
                                                .comparisons = row.integer("comparisons"),
                                                .correction = row.correction()});
        };
        if (!row.has("n_a")) {
            CHECK_THROWS_AS((void)planned(), nps::invalid_input);
            continue;
        }
        const nps::comparison_plan plan = planned();
        CHECK(close(plan.a.unrounded, row.number("n_a")));
        CHECK(close(plan.b.unrounded, row.number("n_a") * row.number("allocation")));
        CHECK(plan.a.completes == std::max(std::llround(std::ceil(row.number("n_a"))), 1LL));
        CHECK(plan.achieved_power >= plan.power * (1 - 1e-12));
        CHECK(plan.method == "wald");
    }
}

TEST_CASE("a published two-group formula, and sizes that round trip through the margin") {
    // n = (S1^2 + S2^2) Z^2 / d^2, Z = 1.959964 + 0.841621; one side, so that it is exact.
    const double z = 1.9599639845400542 + 0.84162123357291429;
    const auto plan = nps::comparison_sample_size({.difference = 0.1,
                                                   .level = 0.975,
                                                   .a = {.shares = last_wave},
                                                   .b = {.respondent_sd = 0.5},
                                                   .alternative = alternative::greater});
    CHECK(close(plan.a.unrounded, (0.61 + 0.25) * z * z / 0.01));
    CHECK(plan.a.completes == 676);
    CHECK(plan.b.completes == 676);
    CHECK(close(plan.standard_error, std::sqrt(0.86 / 676)));
    CHECK(plan.alpha == 1 - 0.975);
    // Two sides of alpha = 5 %: the same but for the other tail, which is 1e-6 of the power.
    const auto two = nps::comparison_sample_size(
        {.difference = 0.1, .a = {.shares = last_wave}, .b = {.respondent_sd = 0.5}});
    CHECK(two.a.unrounded < plan.a.unrounded);
    CHECK(two.a.unrounded > plan.a.unrounded * (1 - 1e-4));
}

TEST_CASE("plan, power and detectable difference are inverses of one another") {
    for (const double difference : {0.02, 0.1, 0.7}) {
        for (const double power : {0.06, 0.5, 0.8, 0.99, 1 - 1e-9}) {
            for (const auto side : {alternative::two_sided, alternative::greater}) {
                const auto plan = nps::comparison_sample_size({.difference = difference,
                                                               .power = power,
                                                               .a = {.shares = last_wave},
                                                               .allocation = 1.7,
                                                               .alternative = side});
                const auto power_of = [&](std::int64_t less) {
                    return nps::comparison_power({.completes_a = plan.a.completes - less,
                                                  .completes_b = plan.b.completes - less,
                                                  .difference = difference,
                                                  .a = {.shares = last_wave},
                                                  .alternative = side});
                };
                CHECK(power_of(0) == plan.achieved_power);
                CHECK(plan.achieved_power >= power * (1 - 1e-12));
                if (plan.a.completes > 1) {
                    CHECK(power_of(1) < power);
                }
                const double found =
                    nps::comparison_detectable_difference({.completes_a = plan.a.completes,
                                                           .completes_b = plan.b.completes,
                                                           .power = plan.achieved_power,
                                                           .a = {.shares = last_wave},
                                                           .alternative = side});
                CHECK(close(found, difference,
                            {.relative = 1e-6,
                             .reason = "a power close to 1 has few digits of what is missed"}));
            }
        }
    }
}

TEST_CASE(
    "swapping groups, or promoters and detractors, changes the sign of the difference alone") {
    const auto power = [](double difference, std::int64_t n_a, std::int64_t n_b, category_shares a,
                          category_shares b, alternative side) {
        return nps::comparison_power({.completes_a = n_a,
                                      .completes_b = n_b,
                                      .difference = difference,
                                      .a = {.shares = a},
                                      .b = {.shares = b},
                                      .alternative = side});
    };
    const category_shares other{0.1, 0.1, 0.8};
    const category_shares mirrored{0.5, 0.3, 0.2};
    CHECK(power(0.2, 80, 120, last_wave, other, alternative::greater) ==
          power(-0.2, 120, 80, other, last_wave, alternative::less));
    CHECK(power(0.2, 80, 120, last_wave, other, alternative::two_sided) ==
          power(-0.2, 80, 120, last_wave, other, alternative::two_sided));
    CHECK(close(power(0.2, 80, 120, last_wave, other, alternative::two_sided),
                power(0.2, 80, 120, mirrored, other, alternative::two_sided)));
}

TEST_CASE("invitations, design effects and several comparisons") {
    const auto plain = nps::comparison_sample_size({.difference = 0.05});
    const auto designed =
        nps::comparison_sample_size({.difference = 0.05,
                                     .a = {.design_effect = 1.5, .response_rate = 0.2},
                                     .b = {.design_effect = 1.5, .response_rate = 0.5}});
    CHECK(close(designed.a.unrounded, 1.5 * plain.a.unrounded));
    CHECK(designed.a.invitations == std::llround(std::ceil(designed.a.unrounded / 0.2)));
    CHECK(designed.b.invitations == std::llround(std::ceil(designed.b.unrounded / 0.5)));
    // All pairs of five groups: alpha / 10.
    const auto pairs = nps::comparison_sample_size({.difference = 0.05, .comparisons = 10});
    const auto strict = nps::comparison_sample_size({.difference = 0.05, .level = 0.995});
    CHECK(close(pairs.a.unrounded, strict.a.unrounded));
    CHECK(close(pairs.alpha, 0.005));
    const auto sidak = nps::comparison_sample_size(
        {.difference = 0.05, .comparisons = 10, .correction = planned_correction::sidak});
    CHECK(close(sidak.alpha, 1 - std::pow(0.95, 0.1), {.absolute = 1e-16}));
    CHECK(sidak.a.unrounded < pairs.a.unrounded);
    CHECK(sidak.a.unrounded > plain.a.unrounded);
}

TEST_CASE("groups without spread, and no difference") {
    const nps::planned_group constant{.respondent_sd = 0.0};
    const auto plan =
        nps::comparison_sample_size({.difference = 0.1, .a = constant, .b = constant});
    CHECK(plan.a.completes == 1);
    CHECK(plan.achieved_power == 1);
    const auto power = [&](double difference, claim what, double margin) {
        return nps::comparison_power({.completes_a = 1,
                                      .completes_b = 1,
                                      .difference = difference,
                                      .a = constant,
                                      .b = constant,
                                      .claim = what,
                                      .equivalence_margin = margin});
    };
    CHECK(power(0.1, claim::difference, 0) == 1);
    CHECK(power(0, claim::difference, 0) == 0);
    CHECK(power(0.04, claim::equivalence, 0.05) == 1);
    CHECK(power(0.06, claim::equivalence, 0.05) == 0);
    CHECK(nps::comparison_detectable_difference({.completes_a = 1,
                                                 .completes_b = 1,
                                                 .a = constant,
                                                 .b = constant,
                                                 .claim = claim::equivalence,
                                                 .equivalence_margin = 0.05}) == 0.05);
    CHECK(nps::comparison_detectable_difference(
              {.completes_a = 1, .completes_b = 1, .a = constant, .b = constant}) == 0);
    // Without a difference the power is alpha.
    CHECK(close(nps::comparison_power({.completes_a = 50, .completes_b = 20, .difference = 0}),
                0.05));
    CHECK(close(nps::comparison_power({.completes_a = 50,
                                       .completes_b = 20,
                                       .difference = 0,
                                       .alternative = alternative::less}),
                0.05));
    // A power of 1e-300 is no 0.
    CHECK(nps::comparison_power({.completes_a = 100'000,
                                 .completes_b = 100'000,
                                 .difference = -0.15,
                                 .alternative = alternative::greater}) > 0);
    CHECK(nps::comparison_power({.completes_a = std::int64_t{1} << 53,
                                 .completes_b = std::int64_t{1} << 53,
                                 .difference = 2}) == 1);
}

TEST_CASE("a power a rounding above alpha is there without any difference") {
    for (const double level : {0.95, 0.999, 0.3}) {
        const double power = std::nextafter(1 - level, 1.0);
        INFO(level);
        const auto plan =
            nps::comparison_sample_size({.difference = 0.05, .power = power, .level = level});
        CHECK(plan.a.completes == 1);
        for (const auto side : {alternative::two_sided, alternative::greater}) {
            CHECK(nps::comparison_detectable_difference({.completes_a = 100,
                                                         .completes_b = 100,
                                                         .power = power,
                                                         .level = level,
                                                         .alternative = side}) < 1e-6);
        }
    }
}

TEST_CASE("plans of two scores refuse nonsense") {
    CHECK_THROWS_WITH_AS((void)nps::comparison_power({.completes_a = 10,
                                                      .completes_b = 10,
                                                      .difference = 0.1,
                                                      .level = 1e-17,
                                                      .alternative = alternative::greater}),
                         "nps::comparison_power: level = 1e-17, must be above 1e-16, for 1 - level "
                         "is 1",
                         nps::invalid_input);
    const auto size = [](nps::comparison_sample_size_options o) {
        return nps::comparison_sample_size(o);
    };
    CHECK_THROWS_WITH_AS((void)size({.difference = 5}),
                         "nps::comparison_sample_size: difference = 5, must be in [-2, 2]: scores "
                         "are on [-1, 1], 5 points are 0.05",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)size({.difference = 0}),
                         "nps::comparison_sample_size: difference = 0, must be on the side of the "
                         "alternative, and not 0",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)size({.difference = 0.05, .claim = claim::equivalence, .equivalence_margin = 0.05}),
        "nps::comparison_sample_size: difference = 0.05, must be inside the claim, apart from its "
        "margin",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)size({.difference = 0.1, .power = 0.05}),
                         "nps::comparison_sample_size: power = 0.05, must be in (1 - level, 1)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)size({.difference = 1e-9}),
                         "nps::comparison_sample_size: power = 0.8, would need more than 2^53 "
                         "people",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .power = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .power = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .level = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .level = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .allocation = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .allocation = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .equivalence_margin = 0.1}), nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .claim = claim::superiority}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1,
                                .alternative = alternative::greater,
                                .claim = claim::superiority,
                                .equivalence_margin = 0.05}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .comparisons = 0}), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)size({.difference = 0.1, .correction = static_cast<planned_correction>(7)}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .a = {.respondent_sd = nan}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .b = {.design_effect = nan}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)size({.difference = 0.1, .b = {.response_rate = 20}}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)size({.difference = 0.1, .a = {.shares = category_shares{0.5, 0.5, 0.5}}}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::comparison_power({.completes_a = 0, .completes_b = 5, .difference = 0.1}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::comparison_power({.completes_a = 5, .completes_b = 5, .difference = nan}),
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::comparison_detectable_difference({.completes_a = 2, .completes_b = 2}),
        "nps::comparison_detectable_difference: no difference on the scale is found with this "
        "power",
        nps::undefined_result);
}

} // namespace
