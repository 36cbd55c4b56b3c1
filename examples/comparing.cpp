// SPDX-License-Identifier: Apache-2.0
// Did it change: two separate samples, from the plain question to a claim with a margin.
#include "check.hpp"

#include <nps/infer.hpp>

#include <cstdio>

int main() {
    const nps::category_counts this_month{.detractors = 20, .passives = 30, .promoters = 50};
    const nps::category_counts last_month{.detractors = 40, .passives = 30, .promoters = 30};

    const nps::comparison c = nps::compare_scores(this_month, last_month);
    std::printf("%+.3f (%.3f to %.3f), p = %.5f, %.*s\n", c.difference, c.interval.lower,
                c.interval.upper, c.p_value, static_cast<int>(c.method.size()), c.method.data());
    check(about(c.difference, 0.4) && c.p_value < 0.001);
    check(c.interval.lower > 0); // as the test says: up, more than chance would show

    // One-sided, by a short formula, at another level.
    const nps::comparison up = nps::compare_scores(this_month, last_month,
                                                   {.method = nps::comparison_method::adjusted_wald,
                                                    .alternative = nps::alternative::greater,
                                                    .level = 0.90});
    check(up.interval.upper == 2 && up.interval.lower > 0);

    // "No difference found" is not "the same": that needs a margin, and enough answers.
    const nps::category_counts a{.detractors = 2'000, .passives = 3'000, .promoters = 5'000};
    const nps::category_counts b{.detractors = 2'010, .passives = 3'000, .promoters = 4'990};
    const nps::comparison same =
        nps::compare_scores(a, b, {.claim = nps::claim::equivalence, .equivalence_margin = 0.05});
    check(same.p_value < 0.05 && about(same.interval.level, 0.90));
    const nps::comparison small = nps::compare_scores(
        this_month, this_month, {.claim = nps::claim::equivalence, .equivalence_margin = 0.05});
    check(small.difference == 0 && small.p_value > 0.05);
}
