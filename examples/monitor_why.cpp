// SPDX-License-Identifier: Apache-2.0
// The score fell: which part is mix, when it began, where to act, and did calling back help.
#include <nps/monitor.hpp>

#include <nps/count/rating_pairs.hpp>
#include <nps/infer.hpp>

#include "check.hpp"

#include <cstdio>
#include <vector>

int main() {
    // Mix and rate. The shop grew, and the app answers worse than it did.
    const std::vector<nps::segment_counts> channels{
        {"app", {.detractors = 20, .passives = 30, .promoters = 150}, {30, 40, 130}},
        {"shop", {40, 30, 30}, {80, 60, 60}}};
    const auto why = nps::score_decomposition(channels);
    std::printf("change %+.3f = mix %+.3f + rate %+.3f (%.3f to %.3f)\n", why.score.change.value,
                why.score.mix.value, why.score.rate.value, why.score.rate.interval.lower,
                why.score.rate.interval.upper);
    check(about(why.score.mix.value + why.score.rate.value, why.score.change.value));
    check(about(why.score.rate.value, -0.0875) && about(why.score.segments[1].rate.value, 0));
    // With region as well: how much of the mix each attribute has.
    const auto both = nps::mix_attribution({"channel", "region"},
                                           {{{"app", "north"}, {10, 20, 80}, {10, 15, 65}},
                                            {{"app", "south"}, {10, 10, 70}, {20, 25, 65}},
                                            {{"shop", "north"}, {10, 10, 10}, {20, 20, 15}},
                                            {{"shop", "south"}, {30, 20, 20}, {60, 40, 45}}});
    std::printf("mix: channel %+.3f, region %+.3f\n", both.attributes[0].mix.value,
                both.attributes[1].mix.value);
    check(both.attributes[0].mix.value < both.attributes[1].mix.value);

    // When it began.
    std::vector<nps::category_counts> weeks(9, {10, 15, 35});
    weeks.insert(weeks.end(), 6, {20, 15, 25});
    const auto change = nps::change_point(weeks, {.replicates = 199});
    std::printf("week %zu (%zu to %zu), p = %.3f\n", change.place, change.earliest, change.latest,
                change.p_value);
    check(change.place == 9 && change.p_value < 0.01);
    check(nps::change_points(weeks).places == std::vector<std::size_t>{9});

    // Where to act: a quarter of the gap to all promoters.
    const auto act =
        nps::potential_gain({{.name = "billing", .counts = {120, 100, 80}, .volume = 2e5},
                             {.name = "delivery", .counts = {60, 80, 160}, .volume = 9e5},
                             {.name = "returns", .counts = {30, 20, 15}, .volume = 1e4}},
                            {.target = nps::gain_target::given, .closed = 0.25});
    for (const auto& one : act.touchpoints) {
        std::printf("%s %+.3f, rank %zu to %zu\n", one.name.c_str(), one.gain, one.rank.best,
                    one.rank.worst);
    }
    check(act.touchpoints[0].name == "delivery" && act.touchpoints[0].rank.worst == 1);

    // Did it help: detractors called back and not, by first rating.
    const auto loop = nps::closed_loop(
        {{.rating = 3, .contacted = {{20, 12, 8}, 20}, .not_contacted = {{60, 15, 5}, 40}},
         {.rating = 6, .contacted = {{10, 15, 15}, 10}, .not_contacted = {{30, 30, 20}, 30}}});
    std::printf("recovered %+.3f (%.3f to %.3f), with the silent ones %.3f to %.3f\n",
                loop.recovered.difference, loop.recovered.interval.lower,
                loop.recovered.interval.upper, loop.recovered.worst_case, loop.recovered.best_case);
    check(loop.recovered.p_value < 0.05 && loop.recovered.worst_case < 0);
    // What chance alone does, from people to whom nothing was done.
    nps::rating_pairs twice;
    twice.add(3, 3, 8);
    twice.add(6, 7, 5);
    twice.add(9, 9, 20);
    twice.add(9, 6, 4);
    const double r = nps::test_retest_reliability(twice.transitions()).agreement.value;
    const auto chance = nps::chance_rise(twice.transitions().before(), {.reliability = r});
    std::printf("reliability %.2f, kappa %.2f: detractors rise by %.2f alone\n", r,
                nps::weighted_kappa(twice).value, chance.rise);
    check(chance.rise > 0.2);
}
