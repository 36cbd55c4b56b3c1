// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/sample_size_subgroups.hpp>

#include "support/close.hpp"

#include <limits>

namespace {

using nps::category_shares;
using nps::planning_method;

TEST_CASE("each subgroup at its own margin, and the sums") {
    const auto plan = nps::sample_size_for_subgroups(
        {{.name = "app",
          .options = {.margin = 0.05,
                      .shares = category_shares{0.2, 0.3, 0.5},
                      .response_rate = 0.2}},
         {.name = "shop",
          .options = {.margin = 0.05,
                      .shares = category_shares{0, 0.1, 0.9},
                      .method = planning_method::adjusted_wald}},
         {.name = "phone",
          .options = {.margin = 0.05, .respondent_sd = 0.7810249675906654, .population = 1'000}}});
    // 938, 168 and 485 are published; 937.3159522 / .2 = 4686.58.
    REQUIRE(plan.subgroups.size() == 3);
    CHECK(plan.subgroups[0].name == "app");
    CHECK(plan.subgroups[0].plan.completes == 938);
    CHECK(plan.subgroups[0].plan.invitations == 4687);
    CHECK(plan.subgroups[1].plan.completes == 168);
    CHECK(plan.subgroups[2].name == "phone");
    CHECK(plan.subgroups[2].plan.completes == 485);
    CHECK(plan.completes == 938 + 168 + 485);
    CHECK(plan.invitations == 4687 + 168 + 485);
    CHECK_FALSE(plan.blind_invitations.has_value());
}

TEST_CASE("one list for all subgroups") {
    // Worst case at .05: n0 = 1536.58352827765; at .1: 384.145882069412.
    const auto plan = nps::sample_size_for_subgroups(
        {{.name = "large", .options = {.margin = 0.05, .response_rate = 0.5}, .incidence = 0.9},
         {.name = "small", .options = {.margin = 0.1, .response_rate = 0.25}, .incidence = 0.1}});
    REQUIRE(plan.blind_invitations.has_value());
    // 1536.58 / .45 = 3414.6 and 384.1459 / .025 = 15365.8.
    CHECK(*plan.blind_invitations == 15'366);
    CHECK(plan.invitations == 3'074 + 1'537);
    CHECK(plan.completes == 1'537 + 385);
}

TEST_CASE("errors name the subgroup") {
    // Neither the first subgroup nor its margin is to blame.
    CHECK_THROWS_WITH_AS(
        (void)nps::sample_size_for_subgroups(
            {{.name = "app", .options = {.margin = 0.1}, .incidence = 0.5},
             {.name = "rare", .options = {.margin = 0.1}, .incidence = 1e-14}}),
        "nps::sample_size_for_subgroups: incidence = 1e-14, would need more than 2^53 people "
        "(subgroup \"rare\")",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::sample_size_for_subgroups({}),
                         "nps::sample_size_for_subgroups: subgroups.size() = 0, must be at least 1",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::sample_size_for_subgroups({{.name = "app", .options = {.margin = 0.1}},
                                              {.name = "web", .options = {.margin = 3}}}),
        "nps::sample_size: margin = 3, must be in (0, 1): scores are on [-1, 1], 5 points are 0.05 "
        "(subgroup \"web\")",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::sample_size_for_subgroups({{.name = "app", .options = {.margin = 0.1}},
                                              {.name = "app", .options = {.margin = 0.2}}}),
        "nps::sample_size_for_subgroups: name = app, must differ between subgroups",
        nps::invalid_input);
    for (const double incidence : {0.0, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS((void)nps::sample_size_for_subgroups(
                            {{.name = "a", .options = {.margin = 0.1}, .incidence = incidence}}),
                        nps::invalid_input);
    }
}

} // namespace
