// SPDX-License-Identifier: Apache-2.0
// A score day by day: which of its movement is real, and where it stands now.
#include "check.hpp"

#include <nps/core.hpp>
#include <nps/monitor.hpp>

#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

int main() {
    // Detractors, passives, promoters of two weeks; nobody was asked on the seventh day, and
    // everybody was a promoter on the tenth.
    const std::vector<nps::category_counts> days{
        {12, 20, 31}, {9, 18, 25},  {14, 15, 30}, {8, 22, 33},  {11, 17, 24},
        {13, 21, 28}, {},           {15, 19, 22}, {18, 20, 21}, {0, 0, 3},
        {16, 18, 20}, {21, 17, 23}, {17, 22, 19}, {20, 16, 21}};
    const nps::local_level_result series = nps::local_level(days, {.next_n = 60});
    for (const nps::local_level_period& day : series.periods) {
        std::printf("%3lld answers, smoothed %+.3f (%+.3f to %+.3f)\n",
                    static_cast<long long>(day.n), day.smoothed.value, day.smoothed.interval.lower,
                    day.smoothed.interval.upper);
    }
    // Three promoters are three answers, not a score of +1.
    check(*series.periods[9].observed == 1 && series.periods[9].smoothed.value < 0.2);
    check(!series.periods[6].observed && series.periods[6].smoothed.standard_error > 0);

    // How much the score itself moves from day to day, and whether it moves at all.
    const nps::interval sd = *series.level_sd_interval;
    std::printf("moves by %.4f a day (%.4f to %.4f)\n", series.level_sd, sd.lower, sd.upper);

    // Tomorrow: the score, and what 60 answers may show of it.
    const nps::level_estimate& seen = *series.observed_forecast;
    std::printf("tomorrow %+.3f (%+.3f to %+.3f), of 60 answers %+.3f to %+.3f\n",
                series.forecast.value, series.forecast.interval.lower,
                series.forecast.interval.upper, seen.interval.lower, seen.interval.upper);
    check(seen.standard_error > series.forecast.standard_error);

    // Estimates made elsewhere, weighted or clustered, with their sampling variances.
    const std::vector<std::optional<nps::known_estimate>> waves{
        {{.value = 0.31, .variance = 0.0009}}, std::nullopt, {{.value = 0.36, .variance = 0.0012}}};
    const nps::local_level_result panel = nps::local_level(waves, {.level_sd = 0.02});
    check(panel.periods[1].smoothed.value > 0.31 && panel.periods[1].smoothed.value < 0.36);

    // Two channels in four months: how much of the movement is chance, mix and real?
    const std::vector<std::vector<nps::category_counts>> channels{
        {{40, 60, 180}, {50, 70, 210}, {90, 130, 370}, {110, 150, 450}},
        {{150, 90, 140}, {140, 95, 120}, {60, 40, 55}, {30, 18, 28}}};
    const nps::variance_components_result parts = nps::variance_components(channels);
    std::printf("sd of scores %.3f: sampling %.3f, mix %.3f, real %.3f (p = %.2f)\n",
                std::sqrt(parts.observed), parts.sampling.sd, parts.mix.sd, parts.real.sd,
                parts.between.p_value);
    check(parts.mix.sd > 3 * parts.sampling.sd && parts.between.p_value > 0.05);

    // Do the waves of a panel differ by more than sampling?
    const std::vector<nps::known_estimate> estimates{{0.31, 0.0009}, {0.36, 0.0012}, {0.28, 0.001}};
    check(nps::between_variance(estimates).p_value > 0.05);
}
