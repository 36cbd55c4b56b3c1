// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/share_comparison_sample_size.hpp>

#include "support/close.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using nps::alternative;
using nps::claim;
using nps::share_planning_method;
using nps_test::close;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// R pwr 1.3-0; its root search stops at 1e-4 or so.
bool near_pwr(double actual, double expected, double within = 1e-12) {
    return std::abs(actual - expected) <= within;
}

// The share whose arcsine lies h above that of one half.
double share_at(double h) {
    return (1 + std::sin(h)) / 2;
}

TEST_CASE("two shares: R pwr and samplics") {
    constexpr auto arcsine = share_planning_method::arcsine;
    // pwr.2p.test(h = .3, n = 80, alternative = "greater").
    CHECK(near_pwr(nps::share_comparison_power({.completes_a = 80,
                                                .completes_b = 80,
                                                .a = {.share = share_at(0.3)},
                                                .b = {.share = 0.5},
                                                .method = arcsine,
                                                .alternative = alternative::greater}),
                   .599677704546438));
    // pwr.2p.test(h = ES.h(.65, .85), n = 50) and (power = .8).
    CHECK(near_pwr(nps::share_comparison_power({.completes_a = 50,
                                                .completes_b = 50,
                                                .a = {.share = .65},
                                                .b = {.share = .85},
                                                .method = arcsine}),
                   .653055160287351));
    const auto arc = nps::share_comparison_sample_size(
        {.a = {.share = .65}, .b = {.share = .85}, .method = arcsine});
    CHECK(near_pwr(arc.a.unrounded, 70.8499052500734, 1e-3));
    CHECK(arc.a.completes == 71);
    CHECK(arc.method == "arcsine");
    CHECK(close(arc.difference, -0.2));
    CHECK(close(arc.standard_error, std::sqrt((.65 * .35 + .85 * .15) / 71)));
    // pwr.2p2n.test(h = ES.h(.1, .04), n1 = 300, n2 = 120).
    CHECK(near_pwr(nps::share_comparison_power({.completes_a = 300,
                                                .completes_b = 120,
                                                .a = {.share = .1},
                                                .b = {.share = .04},
                                                .method = arcsine}),
                   .606154737874596));
    // pwr.2p.test(h = ES.h(.5, .45), n = 100, alternative = "less"): the wrong side.
    CHECK(near_pwr(nps::share_comparison_power({.completes_a = 100,
                                                .completes_b = 100,
                                                .a = {.share = .5},
                                                .b = {.share = .45},
                                                .method = arcsine,
                                                .alternative = alternative::less}),
                   .00930770538857877));
    // pwr.2p.test(n = 200, power = .8)$h, from one half.
    const double d = nps::share_comparison_detectable_difference(
        {.completes_a = 200, .completes_b = 200, .share_b = 0.5, .method = arcsine});
    CHECK(near_pwr(d, share_at(.28014914966401) - 0.5, 1e-4));
    // samplics: .65 against .85, power .8 -> 70 each, unpooled.
    const auto wald = nps::share_comparison_sample_size({.a = {.share = .65}, .b = {.share = .85}});
    CHECK(wald.a.completes == 70);
    CHECK(wald.b.completes == 70);
    CHECK(wald.method == "wald");
    const double z = 1.9599639845400542 + 0.84162123357291429;
    const auto side = nps::share_comparison_sample_size({.a = {.share = .65},
                                                         .b = {.share = .85},
                                                         .level = .975,
                                                         .alternative = alternative::less});
    CHECK(close(side.a.unrounded, (.65 * .35 + .85 * .15) * z * z / .04));
}

TEST_CASE("two shares: both tails, swapped and mirrored") {
    const auto power = [](double a, double b, alternative side, share_planning_method method) {
        return nps::share_comparison_power({.completes_a = 60,
                                            .completes_b = 40,
                                            .a = {.share = a},
                                            .b = {.share = b},
                                            .method = method,
                                            .alternative = side});
    };
    for (const auto method : {share_planning_method::wald, share_planning_method::arcsine}) {
        CHECK(close(power(.3, .5, alternative::less, method),
                    power(.7, .5, alternative::greater, method)));
        CHECK(close(power(.3, .5, alternative::two_sided, method),
                    power(.3, .5, alternative::less, method),
                    {.relative = .2, .reason = "another level"}));
        CHECK(power(.3, .5, alternative::greater, method) < 1e-3);
        CHECK(close(power(.4, .4, alternative::two_sided, method), 0.05));
        CHECK(close(power(.4, .4, alternative::greater, method), 0.05));
    }
}

TEST_CASE("claims about shares, and detectable differences that come back") {
    const auto plan = nps::share_comparison_sample_size({.a = {.share = .5},
                                                         .b = {.share = .5},
                                                         .claim = claim::non_inferiority,
                                                         .equivalence_margin = .1});
    const double z = 1.6448536269514729 + 0.84162123357291429;
    CHECK(close(plan.a.unrounded, .5 * z * z / .01));
    for (const auto method : {share_planning_method::wald, share_planning_method::arcsine}) {
        for (const auto side : {alternative::two_sided, alternative::less, alternative::greater}) {
            for (const double share_b : {.05, .5, .93}) {
                const auto detectable = [&](std::int64_t n) {
                    return nps::share_comparison_detectable_difference({.completes_a = n,
                                                                        .completes_b = 2 * n,
                                                                        .share_b = share_b,
                                                                        .method = method,
                                                                        .design_effect_a = 1.3,
                                                                        .alternative = side});
                };
                const double d = detectable(900);
                CHECK((d < 0) == (side == alternative::less));
                CHECK(close(
                    nps::share_comparison_power({.completes_a = 900,
                                                 .completes_b = 1'800,
                                                 .a = {.share = share_b + d, .design_effect = 1.3},
                                                 .b = {.share = share_b},
                                                 .method = method,
                                                 .alternative = side}),
                    0.8));
            }
        }
    }
}

TEST_CASE("from a share of 0 or 1 there is a way to go") {
    // d = z sqrt(d (1 - d) / n) by wald, z = 1.6449 + 0.8416; with arcsine sin^2(z sqrt(2 / n) / 2).
    const double z = 1.6448536269514729 + 0.84162123357291429;
    const auto from = [](double share_b, alternative side, share_planning_method method) {
        return nps::share_comparison_detectable_difference({.completes_a = 100,
                                                            .completes_b = 100,
                                                            .share_b = share_b,
                                                            .method = method,
                                                            .alternative = side});
    };
    const double wald = z * z / (100 + z * z);
    CHECK(close(from(0, alternative::greater, share_planning_method::wald), wald));
    CHECK(close(from(1, alternative::less, share_planning_method::wald), -wald));
    const double sine = std::sin(z * std::sqrt(0.02) / 2);
    CHECK(close(from(0, alternative::greater, share_planning_method::arcsine), sine * sine));
    CHECK(close(from(1, alternative::less, share_planning_method::arcsine), -sine * sine));
    // A design effect of 1e6, and 2^53 answers.
    CHECK(close(nps::share_comparison_detectable_difference({.completes_a = 10'000'000,
                                                             .completes_b = 5,
                                                             .share_b = 0,
                                                             .design_effect_a = 1e6,
                                                             .alternative = alternative::greater}),
                z * z / (10 + z * z)));
    const double most = 9007199254740992;
    CHECK(close(nps::share_comparison_detectable_difference({.completes_a = std::int64_t{1} << 53,
                                                             .completes_b = 1,
                                                             .share_b = 1,
                                                             .alternative = alternative::less}),
                -z * z / (most + z * z)));
}

TEST_CASE("shares at the ends, and what is refused") {
    CHECK_THROWS_WITH_AS(
        (void)nps::share_comparison_sample_size({.a = {.share = 0.75},
                                                 .b = {.share = 0.5},
                                                 .method = share_planning_method::arcsine,
                                                 .alternative = alternative::less}),
        "nps::share_comparison_sample_size: share_a - share_b = 0.25, must be on the side of the "
        "alternative, and not 0",
        nps::invalid_input);
    const auto sure = nps::share_comparison_sample_size({.a = {.share = 1}, .b = {.share = 0}});
    CHECK(sure.a.completes == 1);
    CHECK(sure.achieved_power == 1);
    CHECK_THROWS_AS((void)nps::share_comparison_sample_size({.a = {.share = 0}, .b = {.share = 0}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::share_comparison_sample_size({.a = {.share = 40}, .b = {.share = 0.5}}),
        "nps::share_comparison_sample_size: share = 40, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::share_comparison_sample_size({.a = {.share = nan}, .b = {.share = 0.5}}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::share_comparison_sample_size({.a = {.share = .5},
                                                 .b = {.share = .5},
                                                 .method = share_planning_method::arcsine,
                                                 .claim = claim::equivalence,
                                                 .equivalence_margin = .1}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::share_comparison_sample_size({.a = {.share = .5},
                                                 .b = {.share = .6},
                                                 .method = static_cast<share_planning_method>(9)}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::share_comparison_power(
            {.completes_a = 0, .completes_b = 1, .a = {.share = .5}, .b = {.share = .6}}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_comparison_detectable_difference(
                        {.completes_a = 10, .completes_b = 10, .share_b = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_comparison_detectable_difference(
                        {.completes_a = 10, .completes_b = 10, .share_b = 1}),
                    nps::undefined_result);
    CHECK_THROWS_AS(
        (void)nps::share_comparison_detectable_difference({.completes_a = 10,
                                                           .completes_b = 10,
                                                           .share_b = 0.1,
                                                           .alternative = alternative::less}),
        nps::undefined_result);
}

} // namespace
