// SPDX-License-Identifier: Apache-2.0
// Who is ahead of whom, when many comparisons are made at once: segments, waves, rival brands.
#include "check.hpp"

#include <nps/count.hpp>
#include <nps/infer.hpp>

#include <cstdio>
#include <optional>
#include <vector>

namespace {

void segments_and_waves() {
    const std::vector<nps::category_counts> segments{{20, 30, 50}, {40, 30, 30}, {83, 47, 120}};
    // Each against the rest: which one stands out? p values by Holm, intervals that hold together.
    const nps::multiple_comparisons rest = nps::compare_with_rest(segments);
    for (const nps::group_comparison& one : rest.comparisons) {
        std::printf("segment %zu: %+.3f (%.3f to %.3f), p = %.4f\n", one.a,
                    one.comparison.difference, one.simultaneous_interval.lower,
                    one.simultaneous_interval.upper, one.adjusted_p_value);
    }
    check(rest.comparisons[1].adjusted_p_value < 0.01);
    check(rest.comparisons[1].simultaneous_interval.upper < 0); // the second is behind

    // All pairs by another method; against a reference: Dunnett's intervals are narrower.
    const auto pairs = nps::compare_all_pairs(
        segments, {.comparison = {.method = nps::comparison_method::adjusted_wald},
                   .adjustment = nps::multiplicity::hommel});
    check(pairs.comparisons.size() == 3 && pairs.simultaneous_method == "tukey_kramer");
    const auto to_first = nps::compare_with_reference(segments, 0);
    check(to_first.comparisons.size() == 2 && to_first.simultaneous_method == "dunnett");

    // Wave by wave: a is the later one.
    const std::vector<nps::category_counts> waves{{30, 30, 40}, {28, 30, 42}, {15, 25, 60}};
    const auto moves = nps::compare_waves(waves);
    check(about(moves.comparisons[1].comparison.difference, 0.31));
    check(moves.comparisons[0].adjusted_p_value > 0.5);
    check(moves.comparisons[1].adjusted_p_value < 0.05);
}

void competitors() {
    // The own brand and two rivals, rated by the same people as far as they know them, and a third
    // rival from a survey of its own.
    nps::brand_ratings ratings(4);
    const auto all_three = [](int own, int first, int second) {
        return std::vector<std::optional<nps::category>>{
            nps::classify(own), nps::classify(first), nps::classify(second), {}};
    };
    ratings.add(all_three(10, 9, 6), 120);
    ratings.add(all_three(9, 7, 5), 80);
    ratings.add(all_three(8, 8, 8), 90);
    ratings.add(all_three(4, 5, 7), 60);
    ratings.add(std::vector<std::optional<nps::category>>{nps::classify(10), {}, {}, {}}, 50);
    ratings.add_separate(3, {.detractors = 110, .passives = 90, .promoters = 100});
    check(ratings.respondents() == 700);

    const nps::brand_comparison market = nps::compare_brands(ratings);
    for (const nps::brand_position& brand : market.brands) {
        std::printf("%+.3f, rank %zu (%zu to %zu), to the best other %+.3f (%.3f to %.3f), "
                    "to the market %+.3f, p = %.4f\n",
                    brand.score.value, brand.rank.estimated, brand.rank.best, brand.rank.worst,
                    brand.to_leader.difference, brand.to_leader.interval.lower,
                    brand.to_leader.interval.upper, brand.to_average.comparison.difference,
                    brand.to_average.adjusted_p_value);
    }
    check(market.brands[0].rank.best == 1 && market.brands[0].rank.worst == 1); // the leader
    check(market.brands[0].to_leader.interval.lower > 0);
    check(market.brands[2].rank.worst == 4 && market.brands[2].to_average.adjusted_p_value < 0.001);

    // The same tallies as if from separate surveys are less sure: the same people are compared more
    // sharply.
    std::vector<nps::category_counts> tallies;
    for (std::size_t brand = 0; brand < ratings.brands(); ++brand) {
        tallies.push_back(ratings.counts(brand));
    }
    const nps::brand_comparison apart = nps::compare_brands(tallies);
    check(apart.pairs[0].comparison.standard_error > market.pairs[0].comparison.standard_error);
}

} // namespace

int main() {
    segments_and_waves();
    competitors();

    // P values from anywhere: what is left of each when there are four.
    const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
    const std::vector<double> holm = nps::adjust_p_values(p, nps::multiplicity::holm);
    check(about(holm[3], 0.02) && about(holm[0], 0.03) && about(holm[2], 0.06));
}
