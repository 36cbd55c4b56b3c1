// SPDX-License-Identifier: Apache-2.0
// How many to ask to find a difference, the chance that given sizes find it, and what they can find.
#include "check.hpp"

#include <nps/infer.hpp>
#include <nps/numeric/noncentral.hpp>

#include <cstdio>

int main() {
    const nps::category_shares last_wave = nps::shares_of({20, 30, 50});

    // Two waves: 5 points, found 8 times in 10, from the spread of the last wave.
    const nps::comparison_plan plan =
        nps::comparison_sample_size({.difference = 0.05,
                                     .a = {.shares = last_wave, .response_rate = 0.25},
                                     .b = {.shares = last_wave, .response_rate = 0.25}});
    std::printf("5 points: %d answers a wave, %d invitations, power %.4f\n",
                static_cast<int>(plan.a.completes), static_cast<int>(plan.a.invitations),
                plan.achieved_power);
    check(plan.a.completes == 3831 && plan.a.invitations == 15321);

    // We can afford 1,000 a wave. What is that worth?
    const double power = nps::comparison_power({.completes_a = 1'000,
                                                .completes_b = 1'000,
                                                .difference = 0.05,
                                                .a = {.shares = last_wave},
                                                .b = {.shares = last_wave}});
    const double found = nps::comparison_detectable_difference({.completes_a = 1'000,
                                                                .completes_b = 1'000,
                                                                .a = {.shares = last_wave},
                                                                .b = {.shares = last_wave}});
    std::printf("1,000 a wave: 5 points with power %.2f; with power 0.80 %.3f\n", power, found);
    check(about(power, 0.2989) && about(found, 0.0979));

    // Asked as a panel, the same people twice, correlation 0.6: fewer do it.
    const nps::paired_plan panel = nps::paired_sample_size({.difference = 0.05,
                                                            .correlation = 0.6,
                                                            .a = {.shares = last_wave},
                                                            .b = {.shares = last_wave}});
    check(panel.waves.a.completes < plan.a.completes / 2);

    // Not worse than the rival by 5 points; the same within 5 points.
    const nps::comparison_plan not_worse =
        nps::comparison_sample_size({.difference = 0,
                                     .a = {.shares = last_wave},
                                     .b = {.shares = last_wave},
                                     .claim = nps::claim::non_inferiority,
                                     .equivalence_margin = 0.05});
    const nps::comparison_plan same = nps::comparison_sample_size({.difference = 0,
                                                                   .a = {.shares = last_wave},
                                                                   .b = {.shares = last_wave},
                                                                   .claim = nps::claim::equivalence,
                                                                   .equivalence_margin = 0.05});
    check(not_worse.a.completes < same.a.completes);

    // A score of 30 expected, a target of 25, 5,000 customers.
    const nps::target_plan target =
        nps::target_sample_size({.difference = 0.05,
                                 .group = {.shares = last_wave},
                                 .population = 5'000,
                                 .alternative = nps::alternative::greater});
    std::printf("above the target: %d of 5,000\n", static_cast<int>(target.size.completes));
    check(nps::target_power({.completes = target.size.completes,
                             .difference = 0.05,
                             .group = {.shares = last_wave},
                             .population = 5'000,
                             .alternative = nps::alternative::greater}) >= 0.8);

    // Four channels: are they all alike? And which pairs differ, six comparisons at once?
    const nps::omnibus_plan channels = nps::omnibus_sample_size(
        {.groups = {{.score = 0.30}, {.score = 0.30}, {.score = 0.25}, {.score = 0.20}}});
    const nps::comparison_plan pairs =
        nps::comparison_sample_size({.difference = 0.10, .comparisons = 6});
    std::printf("channels: %d each; each pair: %d each\n",
                static_cast<int>(channels.groups[0].completes),
                static_cast<int>(pairs.a.completes));
    check(channels.groups[0].completes < pairs.a.completes);

    // Shares of promoters, and mean ratings.
    const nps::comparison_plan promoters =
        nps::share_comparison_sample_size({.a = {.share = 0.65}, .b = {.share = 0.85}});
    check(promoters.a.completes == 70);
    const nps::comparison_plan ratings =
        nps::mean_comparison_sample_size({.difference = 0.5, .a = {.sd = 2.4}, .b = {.sd = 2.4}});
    std::printf("half a rating: %d each\n", static_cast<int>(ratings.a.completes));
    check(ratings.achieved_power >= 0.8);

    // What stands behind them.
    check(about(nps::noncentral_t_upper_tail(1.98, 118, 3), 0.8451));
    check(about(nps::noncentral_chi_squared_upper_tail(5.99, 2, 9.635), 0.8001));
}
