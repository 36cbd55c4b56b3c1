// SPDX-License-Identifier: Apache-2.0
// Teams of few answers: whose score is really high or low, and who was only lucky?
#include "check.hpp"

#include <nps/core.hpp>
#include <nps/infer.hpp>
#include <nps/model/category_pooling.hpp>
#include <nps/model/funnel_limits.hpp>
#include <nps/model/pooled_ranks.hpp>
#include <nps/model/pooling.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

int main() {
    // Detractors, passives, promoters of twelve teams; the last is new.
    const std::vector<nps::category_counts> teams{
        {4, 6, 10},   {0, 0, 8},  {30, 40, 80}, {7, 3, 5}, {55, 60, 65}, {2, 5, 13},
        {12, 20, 38}, {9, 6, 10}, {20, 35, 95}, {3, 4, 5}, {16, 15, 19}, {}};
    const nps::pooling_result pooled = nps::pool_scores(teams);
    const nps::pooled_ranks_result ranks = nps::pooled_ranks(pooled, {.seed = 7});
    nps::category_counts all{};
    for (const nps::category_counts& team : teams) {
        all += team;
    }
    std::printf("mean of teams %+.2f, their scores differ by sd %.2f\n", pooled.mean.value,
                pooled.between_sd);
    for (std::size_t i = 0; i < teams.size(); ++i) {
        const nps::pooled_unit& unit = pooled.units[i];
        const nps::pooled_rank& rank = ranks.units[i];
        std::printf("team %2zu: %3lld answers, %+.2f (%+.2f to %+.2f), rank %4.1f (%lld to %lld), "
                    "best %.2f, worst %.2f\n",
                    i, static_cast<long long>(unit.n), unit.shrunken.value,
                    unit.shrunken.interval.lower, unit.shrunken.interval.upper, rank.expected,
                    static_cast<long long>(rank.best), static_cast<long long>(rank.worst),
                    rank.top_probability, rank.bottom_probability);
    }
    // Eight promoters are eight answers: not the score +1, nor surely the best team.
    check(pooled.units[1].observed->value == 1 && pooled.units[1].shrunken.value < 0.8);
    check(ranks.units[1].top_probability < 0.9);
    check(!pooled.units[11].observed && pooled.units[11].own_weight == 0);

    // Where 20 answers fall if the team is like all others, and if teams differ as they seem to.
    const nps::interval chance = nps::funnel_limits(all, 20, {.level = 0.998});
    const nps::interval usual =
        nps::funnel_limits(all, 20, {.level = 0.998, .between_sd = pooled.between_sd});
    std::printf("20 answers: %+.2f to %+.2f by chance, %+.2f to %+.2f with teams that differ\n",
                chance.lower, chance.upper, usual.lower, usual.upper);
    check(chance.lower < 0 && usual.lower >= -1);

    // The three categories, pooled together.
    const nps::category_pooling_result shares = nps::pool_categories(teams);
    std::printf("two answers of one team correlate by %.3f\n", shares.intraclass_correlation);
    check(shares.units[1].passives > 0 && shares.units[1].score < 1);

    // Estimates made elsewhere; another estimator of the variance between.
    const std::vector<nps::known_estimate> regions{{0.31, 0.0009}, {0.36, 0.0012}, {0.22, 0.001}};
    const double between = nps::between_variance(regions).paule_mandel;
    const nps::pooling_result by_region =
        nps::pool_estimates(regions, {.between_sd = std::sqrt(between)});
    check(by_region.units[2].shrunken.value > 0.22);
}
