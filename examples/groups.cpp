// SPDX-License-Identifier: Apache-2.0
// Several groups at once: is there any difference, in what, and in which direction.
#include "check.hpp"

#include <nps/infer.hpp>

#include <cstdio>
#include <vector>

int main() {
    const std::vector<nps::category_counts> channels{
        {.detractors = 20, .passives = 30, .promoters = 50},
        {.detractors = 40, .passives = 30, .promoters = 30},
        {.detractors = 25, .passives = 35, .promoters = 40}};

    // Is any channel's score another than the rest's?
    const nps::omnibus_result scores = nps::equal_scores_test(channels);
    std::printf("F = %.2f, p = %.4f\n", scores.statistic, scores.p_value);
    check(about(scores.p_value, 0.0026));
}
