// SPDX-License-Identifier: Apache-2.0
// How a number of answers, a budget or a wanted margin is shared out over strata.
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
}
