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
}
