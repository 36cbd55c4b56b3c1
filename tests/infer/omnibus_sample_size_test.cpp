// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/omnibus_sample_size.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using nps::omnibus_group;
using nps_test::close;

const double sd_of_61 = std::sqrt(0.61);

// R 4.2.2, pchisq(qchisq(1 - alpha, k - 1), k - 1, ncp, lower = FALSE), its uniroot for the inverse.
bool close_to_r(double actual, double expected, double within = 1e-11) {
    return close(actual, expected, {.relative = within, .reason = "R's pchisq and uniroot"});
}

std::vector<omnibus_group> five() {
    const double scores[] = {.1, .2, .15, .3, .05};
    const double variances[] = {.6, .7, .8, .5, .9};
    std::vector<omnibus_group> groups;
    for (int i = 0; i < 5; ++i) {
        groups.push_back({.score = scores[i], .respondent_sd = std::sqrt(variances[i])});
    }
    return groups;
}

TEST_CASE("several groups equal R") {
    const std::vector<omnibus_group> three{
        {.score = .3, .respondent_sd = sd_of_61},
        {.score = .3, .respondent_sd = sd_of_61},
        {.score = .4, .design_effect = 1.5, .response_rate = 0.25, .allocation = 0.5}};
    const auto plan = nps::omnibus_sample_size({.groups = three});
    CHECK(close_to_r(plan.noncentrality, 9.63468886797023));
    CHECK(close_to_r(plan.groups[0].unrounded, 3184.26467086416));
    CHECK(close_to_r(plan.groups[2].unrounded, 3184.26467086416 / 2));
    CHECK(plan.groups[0].completes == 3185);
    CHECK(plan.groups[2].completes == 1593);
    CHECK(plan.groups[2].invitations == 6369);
    CHECK(plan.completes == 3185 + 3185 + 1593);
    CHECK(plan.invitations == 3185 + 3185 + 6369);
    CHECK(plan.degrees_of_freedom == 2);
    CHECK(plan.achieved_power >= 0.8);
    CHECK(plan.achieved_power < 0.8005);
    CHECK(close_to_r(nps::omnibus_power({.groups = three, .completes = {300, 500, 200}}),
                     0.151651538280078));
    CHECK(close_to_r(
        nps::omnibus_power({.groups = three, .completes = {300, 500, 200}, .level = 0.99}),
        0.0485845398881604));
    CHECK(close_to_r(nps::omnibus_power({.groups = five(), .completes = {50, 80, 120, 60, 1000}}),
                     0.663187778173657));
    CHECK(close_to_r(nps::omnibus_detectable_difference(
                         {.groups = five(), .completes = {50, 80, 120, 60, 1000}, .power = 0.9}),
                     0.565380249096138));
    // lambda for 19 degrees of freedom and a power of .3 at 10 %.
    const auto twenty =
        nps::omnibus_sample_size({.groups =
                                      [] {
                                          std::vector<omnibus_group> groups(20, {.score = 0});
                                          groups[7].score = 0.5;
                                          return groups;
                                      }(),
                                  .power = 0.3,
                                  .level = 0.9});
    CHECK(close_to_r(twenty.noncentrality, 4.8585665113146));
}

TEST_CASE("two groups are a comparison with two sides") {
    const auto pair = nps::comparison_sample_size(
        {.difference = 0.1, .a = {.respondent_sd = 0.8}, .allocation = 1.5});
    const auto plan = nps::omnibus_sample_size(
        {.groups = {{.score = 0.5, .respondent_sd = 0.8}, {.score = 0.4, .allocation = 1.5}}});
    CHECK(close(plan.groups[0].unrounded, pair.a.unrounded));
    CHECK(close(plan.achieved_power, pair.achieved_power));
    CHECK(close(nps::omnibus_detectable_difference(
                    {.groups = {{.respondent_sd = 0.8}, {}}, .completes = {200, 300}}),
                nps::comparison_detectable_difference(
                    {.completes_a = 200, .completes_b = 300, .a = {.respondent_sd = 0.8}})));
}

TEST_CASE("the detectable difference is that of the least favourable scores") {
    const std::vector<std::int64_t> completes{50, 80, 120, 60, 1000};
    const double d = nps::omnibus_detectable_difference({.groups = five(), .completes = completes});
    double least = 1;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
            for (int step = 0; step <= 100 && i != j; ++step) {
                auto groups = five();
                for (auto& group : groups) {
                    group.score = d * step / 100;
                }
                groups[i].score = 0;
                groups[j].score = d;
                const double power = nps::omnibus_power({.groups = groups, .completes = completes});
                CHECK(power >= 0.8 * (1 - 1e-9));
                least = std::min(least, power);
            }
        }
    }
    CHECK(least < 0.8005); // nearly met: the others lie on a grid
}

TEST_CASE("equal scores have a power of alpha, many answers one of 1") {
    const std::vector<omnibus_group> equal{{.score = .1}, {.score = .1}, {.score = .1}};
    CHECK(close(nps::omnibus_power({.groups = equal, .completes = {7, 100, 3}}), 0.05));
    const std::int64_t most = std::int64_t{1} << 53;
    CHECK(nps::omnibus_power({.groups = five(), .completes = {most, most, most, most, most}}) == 1);
    const std::vector<omnibus_group> many(1'000, {.score = .1});
    CHECK(close(
        nps::omnibus_power({.groups = many, .completes = std::vector<std::int64_t>(1'000, 40)}),
        0.05));
}

TEST_CASE("a score left out is that of the shares, and never 0 unsaid") {
    const nps::category_shares usual{.2, .3, .5};
    const nps::category_shares below{.3, .3, .4};
    const auto said = nps::omnibus_sample_size(
        {.groups = {{.score = .5 - .2, .shares = usual}, {.score = .4 - .3, .shares = below}}});
    const auto left_out =
        nps::omnibus_sample_size({.groups = {{.shares = usual}, {.shares = below}}});
    CHECK(left_out.groups[0].unrounded == said.groups[0].unrounded);
    CHECK(nps::omnibus_power(
              {.groups = {{.shares = usual}, {.shares = below}}, .completes = {200, 300}}) ==
          nps::omnibus_power(
              {.groups = {{.score = .5 - .2, .shares = usual}, {.score = .4 - .3, .shares = below}},
               .completes = {200, 300}}));
    CHECK_THROWS_WITH_AS((void)nps::omnibus_sample_size({.groups = {{.score = .3}, {}}}),
                         "nps::omnibus_sample_size: score = none, must be given where shares are "
                         "not",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::omnibus_power({.groups = {{}, {}}, .completes = {3, 3}}),
                    nps::invalid_input);
}

TEST_CASE("several groups: what is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)nps::omnibus_sample_size({.groups = {{.score = .2}}}),
                         "nps::omnibus_sample_size: groups.size() = 1, must be in [2, 10^5]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::omnibus_sample_size({.groups = {{.score = .2}, {.score = .2}}}),
                         "nps::omnibus_sample_size: score = 0.2, must not be the score of every "
                         "group",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::omnibus_sample_size({.groups = {{.score = nan}, {.score = .2}}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::omnibus_sample_size(
                        {.groups = {{.score = .1, .allocation = nan}, {.score = 0}}}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::omnibus_sample_size({.groups = {{.score = .1}, {.score = 0}}, .power = nan}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::omnibus_sample_size({.groups = {{.score = .1}, {.score = 0}}, .level = nan}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::omnibus_sample_size({.groups = {{.score = 1e-9}, {.score = 0}}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::omnibus_sample_size(
                        {.groups = {{.score = .1, .respondent_sd = 0.0}, {.score = 0}}}),
                    nps::undefined_result);
    CHECK_THROWS_AS(
        (void)nps::omnibus_power({.groups = {{.score = 0}, {.score = 0}}, .completes = {3}}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::omnibus_power({.groups = {{.score = 0}, {.score = 0}}, .completes = {3, 0}}),
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::omnibus_detectable_difference(
                             {.groups = {{}, {}}, .completes = {30, 10}, .level = 1e-17}),
                         "nps::omnibus_detectable_difference: level = 1e-17, must be above 1e-16, "
                         "for 1 - level is 1",
                         nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::omnibus_detectable_difference({.groups = {{}, {}}, .completes = {3, 1}}),
        nps::undefined_result);
}

} // namespace
