// SPDX-License-Identifier: Apache-2.0
// How a number of answers, a budget or a wanted margin is shared out over strata; and a year's
// invitations over the touchpoints of a programme.
#include "check.hpp"

#include <nps/infer.hpp>

#include <cstdio>
#include <vector>

int main() {
    const std::vector<nps::stratum> strata{
        {.name = "app", .population = 50'000, .respondent_sd = 0.7, .cost = 0.5},
        {.name = "shop",
         .population = 30'000,
         .shares = nps::shares_of({.detractors = 40, .passives = 60, .promoters = 100}),
         .cost = 2},
        {.name = "phone", .population = 2'000, .cost = 12, .minimum = 50}};

    // The best use of 2,000 answers for the score of all, and others' rules beside it.
    const nps::allocation best = nps::allocate(strata, {.total = 2'000});
    const nps::allocation even =
        nps::allocate(strata, {.total = 2'000, .method = nps::allocation_method::proportional});
    for (const nps::allocated_stratum& one : best.strata) {
        std::printf("%s: %d answers, +/- %.3f\n", one.name.c_str(), static_cast<int>(one.completes),
                    one.margin);
    }
    std::printf("all: +/- %.4f, in proportion +/- %.4f\n", best.margin, even.margin);
    check(best.completes == 2'000 && best.margin <= even.margin);

    // What 3,000 of money buys; and the least that a margin of 3 points costs.
    const nps::allocation bought = nps::allocate_budget(strata, {.budget = 3'000});
    const nps::allocation wanted = nps::allocate_margin(strata, {.margin = 0.03});
    check(bought.cost <= 3'000 && wanted.margin <= 0.03);
    std::printf("3,000 buys +/- %.4f; +/- 0.03 costs %.2f\n", bought.margin, wanted.cost);

    // A programme: each touchpoint wants its own margin, all share one budget of invitations.
    const std::vector<nps::touchpoint> touchpoints{
        {.name = "delivery",
         .margin = 0.04,
         .population = 60'000,
         .response_rate = 0.12,
         .pilot = {.detractors = 22, .passives = 31, .promoters = 97}},
        {.name = "hotline",
         .margin = 0.05,
         .population = 8'000,
         .response_rate = 0.20,
         .pilot = {.detractors = 9, .passives = 6, .promoters = 10}},
        {.name = "returns", .margin = 0.05, .population = 1'500, .response_rate = 0.15},
        {.name = "web shop", .margin = 0.03, .response_rate = 0.04, .design_effect = 1.3}};
    const nps::planned_programme need = nps::programme_plan(touchpoints);
    const nps::planned_programme plan =
        nps::programme_plan(touchpoints, {.contact_budget = 50'000});
    for (const nps::planned_touchpoint& one : plan.touchpoints) {
        const char* limit = one.limit == nps::plan_limit::none         ? "met"
                            : one.limit == nps::plan_limit::population ? "too few customers"
                                                                       : "short of budget";
        std::printf("%s: invite %d of %d, +/- %.3f for %.3f, %s\n", one.name.c_str(),
                    static_cast<int>(one.invitations), static_cast<int>(one.wanted.invitations),
                    one.achieved_margin, one.wanted.margin, limit);
    }
    std::printf("needed %.0f, budget 50000: margins up to %.2f times the wanted\n",
                need.wanted_cost, plan.largest_ratio);
    check(plan.cost <= 50'000 && plan.largest_ratio > 1);
    check(plan.touchpoints[2].limit == nps::plan_limit::population);
}
