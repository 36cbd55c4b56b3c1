// SPDX-License-Identifier: Apache-2.0
// Control charts of a score by day: which day, or which lasting change, is more than chance.
#include "check.hpp"

#include <nps/monitor.hpp>

#include <cstdint>
#include <cstdio>
#include <vector>

int main() {
    // What is usual, and 30 days of about 200 answers; from day 20 on the score is 6 points lower.
    const nps::category_shares usual{.detractors = 0.20, .passives = 0.30, .promoters = 0.50};
    std::vector<nps::category_counts> days;
    for (std::int64_t t = 0; t < 30; ++t) {
        const std::int64_t noise = (t * 7) % 11 - 5;
        const std::int64_t fall = t < 20 ? 0 : 6;
        days.push_back({40 + fall - noise, 60, 100 - fall + noise});
    }
    days[9] = {}; // a day without answers is missing, not zero

    // Shewhart: single days, by exact limits. A lasting fall of 6 points is too small for it.
    const nps::control_chart chart =
        nps::score_chart(days, {.baseline = usual, .limits = nps::chart_limits::exact});
    check(chart.missing == 1 && chart.alarms == 0);
    std::printf("limits of day 0: %.3f to %.3f\n", chart.points[0].lower, chart.points[0].upper);
    std::printf("run rules: %zu signals; a false one every %.0f days\n",
                nps::run_rules(chart).size(), nps::run_rules_run_length().average);

    // CUSUM: lasting shifts, with a limit for a false alarm in 500 days on average.
    const double h = nps::cusum_limit({.run_length = 500}).limit;
    nps::score_cusum cusum({.baseline = usual, .limit = h});
    for (const nps::category_counts& day : days) {
        const nps::cusum_point now = cusum.add(day);
        if (now.alarm) {
            std::printf("cusum: fall since day %d, score since then %.3f\n",
                        static_cast<int>(now.fall.since),
                        nps::net_promoter_score(now.fall.answers).value);
            check(now.fall.alarm && now.fall.since >= 15 && now.fall.since <= 22);
            break;
        }
    }

    // EWMA, and the likelihood-ratio CUSUM of a named alternative.
    const std::vector<nps::ewma_point> ewma = nps::score_ewma_chart(days, {.baseline = usual});
    check(!ewma[19].alarm && ewma[29].alarm);
    const nps::category_shares fallen = nps::shifted_shares(usual, 0.25);
    const auto ratio =
        nps::likelihood_cusum_chart(days, {.baseline = usual, .alternative = fallen, .limit = 3.5});
    check(ratio[29].alarm);

    // How long until an alarm: exact for 200 answers a day, simulated where their number varies.
    const nps::run_length exact = nps::likelihood_cusum_run_length(
        {.n = 200, .baseline = usual, .alternative = fallen, .actual = fallen, .limit = 3.5});
    const std::vector<std::int64_t> sizes{250, 250, 250, 250, 250, 60, 60};
    const nps::run_length simulated = nps::simulated_run_length(
        nps::likelihood_cusum({.baseline = usual, .alternative = fallen, .limit = 3.5}), sizes,
        {.baseline = usual, .changed = fallen, .replicates = 2'000});
    std::printf("days until a fall of 5 points is found: %.1f; with weekends %.1f\n", exact.average,
                simulated.average);
    check(exact.average < 15 && simulated.average < 20);
}
