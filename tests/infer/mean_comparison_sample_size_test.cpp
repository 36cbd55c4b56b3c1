// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/mean_comparison_sample_size.hpp>

#include "support/close.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using nps::alternative;
using nps::claim;
using nps::mean_planning_method;
using nps_test::close;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// R 4.2.2, pwr 1.3-0 or pt(ncp) with uniroot.
bool near_r(double actual, double expected, double within = 1e-11) {
    return close(actual, expected, {.relative = within, .reason = "R's pt with a noncentrality"});
}

double power_of(std::int64_t n, double difference, double level,
                alternative side = alternative::two_sided) {
    return nps::mean_comparison_power({.completes_a = n,
                                       .completes_b = n,
                                       .difference = difference,
                                       .a = {.sd = 1},
                                       .b = {.sd = 1},
                                       .level = level,
                                       .alternative = side});
}

TEST_CASE("two means: R pwr and samplics") {
    // pwr.t.test(n = 60, d = .2, sig.level = .10) and others.
    CHECK(near_r(power_of(60, .2, .9), .292340511235881));
    CHECK(near_r(power_of(20, .5, .95, alternative::greater), .463374349296448));
    // R has 10 digits of this tail (.000690946667559755), mpmath all.
    CHECK(close(power_of(20, .5, .95, alternative::less), 0.00069094666752989485));
    CHECK(near_r(power_of(3, 2, .95), .462640811891427));
    // (power = .9, d = .5), (n = 25, power = .8); pwr's search stops at 1e-4 or so.
    const auto plan = nps::mean_comparison_sample_size(
        {.difference = .5, .a = {.sd = 1}, .b = {.sd = 1}, .power = .9});
    CHECK(near_r(plan.a.unrounded, 85.0312849575175, 1e-7));
    CHECK(plan.a.completes == 86);
    CHECK(plan.method == "student");
    CHECK(near_r(nps::mean_comparison_detectable_difference(
                     {.completes_a = 25, .completes_b = 25, .a = {.sd = 1}, .b = {.sd = 1}}),
                 .80871207927245, 1e-5));
    // samplics: .50 against .55, sigma .10, power .8 -> 63 each.
    const auto normal = nps::mean_comparison_sample_size({.difference = .05,
                                                          .a = {.sd = .10},
                                                          .b = {.sd = .10},
                                                          .method = mean_planning_method::normal});
    CHECK(normal.a.completes == 63);
    CHECK(normal.b.completes == 63);
    CHECK(normal.method == "normal");
}

TEST_CASE("unequal sizes and deviations: R's pt with Welch's degrees of freedom") {
    const auto power = [](double difference, alternative side, claim what, double margin,
                          std::int64_t comparisons) {
        return nps::mean_comparison_power({.completes_a = 40,
                                           .completes_b = 90,
                                           .difference = difference,
                                           .a = {.sd = 2.1},
                                           .b = {.sd = 1.4},
                                           .alternative = side,
                                           .claim = what,
                                           .equivalence_margin = margin,
                                           .comparisons = comparisons});
    };
    CHECK(near_r(power(.5, alternative::two_sided, claim::difference, 0, 1), .272093948418081));
    CHECK(near_r(power(.5, alternative::greater, claim::difference, 0, 1), .387540035543126));
    CHECK(near_r(power(-.5, alternative::less, claim::difference, 0, 1), .387540035543126));
    CHECK(near_r(power(-.5, alternative::two_sided, claim::non_inferiority, .8, 3),
                 .0935377272053548));
    const auto plan = nps::mean_comparison_sample_size(
        {.difference = .5, .a = {.sd = 2.1}, .b = {.sd = 1.4}, .allocation = 2});
    CHECK(near_r(plan.a.unrounded, 170.546001471995));
    CHECK(plan.b.completes == 342);
    CHECK(plan.achieved_power >= .8);
    CHECK(near_r(nps::mean_comparison_detectable_difference({.completes_a = 40,
                                                             .completes_b = 90,
                                                             .a = {.sd = 2.1},
                                                             .b = {.sd = 1.4},
                                                             .power = .9}),
                 1.19895537031981));
    const auto few = nps::mean_comparison_sample_size({.difference = 2,
                                                       .a = {.sd = 2.1},
                                                       .b = {.sd = 1.4},
                                                       .power = .9,
                                                       .claim = claim::non_inferiority,
                                                       .equivalence_margin = .3});
    CHECK(near_r(few.a.unrounded, 11.1709046434405));
}

TEST_CASE("student tends to normal, and units do not matter") {
    const auto size = [](double unit, mean_planning_method method) {
        return nps::mean_comparison_sample_size({.difference = .001 * unit,
                                                 .a = {.sd = unit, .design_effect = 1.5},
                                                 .b = {.sd = unit},
                                                 .method = method,
                                                 .allocation = .8})
            .a.unrounded;
    };
    const double normal = size(1, mean_planning_method::normal);
    CHECK(close(size(1, mean_planning_method::student), normal,
                {.relative = 1e-6, .reason = "they differ by about one answer"}));
    CHECK(size(1, mean_planning_method::student) > normal);
    CHECK(close(size(1e60, mean_planning_method::normal), normal));
    CHECK(
        close(size(1e-60, mean_planning_method::student), size(1, mean_planning_method::student)));
    // Equivalence, both one-sided tests: Z = 1.6449, and Z of half the missing power.
    const double z = 1.6448536269514729 + 1.2815515655446004;
    CHECK(close(nps::mean_comparison_sample_size({.difference = 0,
                                                  .a = {.sd = 1},
                                                  .b = {.sd = 1},
                                                  .method = mean_planning_method::normal,
                                                  .claim = claim::equivalence,
                                                  .equivalence_margin = .1})
                    .a.unrounded,
                2 * z * z / .01));
}

TEST_CASE("ratings without spread, few ratings, and what is refused") {
    const auto sure =
        nps::mean_comparison_sample_size({.difference = 1, .a = {.sd = 0}, .b = {.sd = 0}});
    CHECK(sure.a.completes == 2);
    CHECK(sure.achieved_power == 1);
    const auto huge =
        nps::mean_comparison_sample_size({.difference = 1e50, .a = {.sd = 1}, .b = {.sd = 1}});
    CHECK(huge.a.completes == 2);
    CHECK(huge.achieved_power == 1);
    // A power a rounding above alpha.
    for (const auto side : {alternative::two_sided, alternative::greater}) {
        CHECK(nps::mean_comparison_detectable_difference({.completes_a = 50,
                                                          .completes_b = 50,
                                                          .a = {.sd = 1},
                                                          .b = {.sd = 1},
                                                          .power = std::nextafter(1 - .95, 1.0),
                                                          .alternative = side}) < 1e-6);
    }
    CHECK(close(power_of(2, 0, .95), 0.05));
    CHECK(close(power_of(1'000'000'000'000, 0, .95), 0.05,
                {.relative = 1e-9, .reason = "digits of t at 2e12 degrees of freedom"}));
    CHECK_THROWS_AS((void)power_of(1, 1, .95), nps::invalid_input);
    CHECK_THROWS_AS((void)power_of(5, nan, .95), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::mean_comparison_sample_size({.difference = 1, .a = {.sd = -1}, .b = {.sd = 1}}),
        "nps::mean_comparison_sample_size: sd = -1, must be 0 or in [1e-100, 1e100]",
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::mean_comparison_sample_size({.difference = 0, .a = {.sd = 1}, .b = {.sd = 1}}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::mean_comparison_sample_size({.difference = 1, .a = {.sd = nan}, .b = {.sd = 1}}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mean_comparison_sample_size(
                        {.difference = 1e-9, .a = {.sd = 1}, .b = {.sd = 1}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mean_comparison_sample_size({.difference = 0,
                                                            .a = {.sd = 1},
                                                            .b = {.sd = 1},
                                                            .claim = claim::equivalence,
                                                            .equivalence_margin = .1}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::mean_comparison_detectable_difference(
            {.completes_a = 5, .completes_b = 5, .a = {.sd = 1}, .b = {.sd = 1}, .power = 1}),
        nps::invalid_input);
}

} // namespace
