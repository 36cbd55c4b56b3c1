// SPDX-License-Identifier: Apache-2.0
// How many people to ask, and what a number of answers gives.
#include "check.hpp"

#include <nps/infer.hpp>

#include <cstdio>

int main() {
    // An operator's rule: 2,000 answers a project. At worst (S = 1) that is a margin of 4.4 points
    // ...
    const double margin = nps::margin_of_error({.completes = 2'000});
    check(about(margin, 0.0438));
    // ... and the other way round.
    check(nps::sample_size({.margin = margin}).completes == 2'000);

    // From a pilot: S of the last wave, 80,000 customers, one in five answers.
    const nps::category_counts pilot{.detractors = 20, .passives = 30, .promoters = 50};
    const nps::estimate s = nps::net_promoter_score(pilot);
    const nps::sample_plan plan = nps::sample_size({.margin = 0.03,
                                                    .respondent_sd = s.respondent_sd,
                                                    .population = 80'000,
                                                    .response_rate = 0.20});
    std::printf("n0 %.1f, of 80,000 customers %.1f, with the design %.1f: ask %d, invite %d\n",
                plan.n0, plan.after_population, plan.after_design_effect,
                static_cast<int>(plan.completes), static_cast<int>(plan.invitations));
    check(plan.achieved_margin <= 0.03);

    // From assumed shares; concentrated answers need the careful form.
    const nps::sample_plan careful =
        nps::sample_size({.margin = 0.05,
                          .shares = nps::category_shares{.passives = 0.1, .promoters = 0.9},
                          .method = nps::planning_method::adjusted_wald});
    check(careful.completes == 168);

    // How sure is a margin of 3 points with 1,500 answers?
    const double level = nps::confidence_level(
        {.completes = 1'500, .margin = 0.03, .respondent_sd = s.respondent_sd});
    std::printf("level %.3f\n", level);

    // Two segments, each at its own margin.
    const nps::subgroup_plan segments = nps::sample_size_for_subgroups(
        {{.name = "business", .options = {.margin = 0.05, .response_rate = 0.10}},
         {.name = "private", .options = {.margin = 0.03, .response_rate = 0.25}}});
    check(segments.subgroups.size() == 2 && segments.completes == 1537 + 4269);

    // The chance that 13,000 invitations meet a margin of 3 points, when S and the response rate
    // are known from a pilot only; and the invitations that make it 90 %.
    const nps::share_counts response{.successes = 100, .trials = 480};
    const double chance = nps::assurance(
        {.invitations = 13'000, .margin = 0.03, .pilot = pilot, .response = response});
    const nps::assured_plan assured = nps::assured_sample_size(
        {.margin = 0.03, .assurance = 0.90, .pilot = pilot, .response = response});
    std::printf("13,000 invitations: %.2f; for 0.90: %d\n", chance,
                static_cast<int>(assured.invitations));
    check(assured.assurance >= 0.90);
}
