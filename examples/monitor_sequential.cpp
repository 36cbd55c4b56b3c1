// SPDX-License-Identifier: Apache-2.0
// Looking at a score every day without fooling oneself.
#include "check.hpp"

#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/difference_confidence_sequence.hpp>
#include <nps/monitor/e_value.hpp>
#include <nps/monitor/false_discovery.hpp>
#include <nps/monitor/group_sequential.hpp>

#include <array>
#include <cstdio>
#include <vector>

int main() {
    // Three days. The interval holds at each of them together, not only at one.
    nps::score_confidence_sequence sequence;
    nps::score_e_process alarm({.score = 0.3, .alternative = nps::alternative::less});
    for (const nps::category_counts& day :
         {nps::category_counts{20, 30, 50}, nps::category_counts{45, 30, 25},
          nps::category_counts{60, 25, 15}}) {
        const nps::interval now = sequence.add(day);
        const nps::e_value_result evidence = alarm.add(day);
        std::printf("%.3f to %.3f, e-value against 0.3 or more: %.3g\n", now.lower, now.upper,
                    evidence.e_value);
    }
    check(alarm.evidence().p_value < 0.001);

    // Two groups, looked at as they grow.
    nps::score_difference_confidence_sequence difference;
    difference.add_a({20, 30, 50});
    difference.add_b({60, 25, 15});
    check(difference.interval().lower > 0);
    check(nps::score_difference_e_value({20, 30, 50}, {60, 25, 15}).p_value < 0.01);

    // Many touchpoints on one day, of any dependence: the first and the third have fallen.
    const std::vector<double> log_e{9.2, 0.3, 8.1, -1.0};
    const nps::false_discovery_result fallen = nps::e_bh(log_e);
    check(fallen.rejected == std::vector<std::size_t>{0, 2});
    check(nps::merge_log_e_values(log_e) > 7);

    // One after the other, for ever.
    nps::online_false_discovery online;
    for (const double one : log_e) {
        const nps::online_decision decision = online.test_log_e(one);
        std::printf("level %.5f: %s\n", decision.level, decision.rejected ? "fallen" : "-");
    }
    check(online.rejections() == 2);

    // Three planned looks, and what they cost in answers at a power of 0.8.
    const nps::group_sequential_design_result design =
        nps::group_sequential_design(std::array{0.5, 0.75, 1.0});
    std::printf("z at the looks: %.3f %.3f %.3f\n", design.critical_value[0],
                design.critical_value[1], design.critical_value[2]);
    const double drift = nps::group_sequential_drift(design, 0.8);
    check(nps::group_sequential_power(design, drift).expected_information < 0.9);
    check(drift / 2.8016 > 1 && drift / 2.8016 < 1.05);

    // The curves beneath.
    check(about(nps::normal_mixture({.best_at = 100}).boundary(100), 30.3521));
}
