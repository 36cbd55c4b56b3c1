// SPDX-License-Identifier: Apache-2.0
// Several groups at once: is there any difference, in what, and in which direction.
#include "check.hpp"

#include <nps/count.hpp>
#include <nps/infer.hpp>

#include <array>
#include <cstdio>
#include <vector>

int main() {
    const std::vector<nps::category_counts> channels{
        {.detractors = 20, .passives = 30, .promoters = 50},
        {.detractors = 40, .passives = 30, .promoters = 30},
        {.detractors = 25, .passives = 35, .promoters = 40}};

    // Is any channel's score another than the rest's?
    const nps::omnibus_result scores = nps::equal_scores_test(channels);
    std::printf("chi-squared %.2f, p = %.4f\n", scores.statistic, scores.p_value);
    check(scores.p_value < 0.005 && scores.degrees_of_freedom == 2);
    const nps::omnibus_result welch =
        nps::equal_scores_test(channels, {.method = nps::equal_scores_method::welch});
    check(about(welch.statistic, 6.1455) && about(welch.p_value, 0.0026));

    // Does the mix of detractors, passives and promoters differ, and how much?
    const nps::omnibus_result mix = nps::category_homogeneity_test(channels);
    check(about(mix.p_value, 0.0105) && about(mix.effect_size.value(), 0.1482));

    // The first against the mean of the two others.
    const nps::contrast_result first = nps::score_contrast(channels, std::array{1.0, -0.5, -0.5});
    check(about(first.estimate, 0.275) && first.interval.lower > 0);

    // Four months: a steady rise? Then of the share of promoters alone, one-sided.
    const std::vector<nps::category_counts> months{
        {30, 40, 30}, {28, 40, 32}, {25, 38, 37}, {20, 38, 42}};
    const nps::contrast_result trend = nps::score_trend_test(months);
    check(about(trend.estimate, 0.074) && trend.p_value < 0.05);
    std::vector<nps::share_counts> promoters;
    for (const nps::category_counts& month : months) {
        promoters.push_back(nps::share_of(month, nps::category::promoter));
    }
    check(nps::share_trend_test(promoters, {.alternative = nps::alternative::greater}).p_value <
          0.05);

    // On the whole scale, by ranks: how often does one channel answer higher than the other?
    nps::tally app;
    nps::tally shop;
    for (const int score : {10, 9, 9, 8, 10, 7, 9, 10, 6, 9}) {
        app.add(score);
    }
    for (const int score : {5, 8, 7, 9, 3, 6, 8, 10, 7, 6}) {
        shop.add(score);
    }
    const nps::rank_comparison ranks =
        nps::mann_whitney_test(app, shop, {.method = nps::rank_method::exact});
    std::printf("app answers higher: %.2f (%.2f to %.2f), p = %.3f\n", ranks.superiority,
                ranks.interval.lower, ranks.interval.upper, ranks.p_value);
    check(about(ranks.superiority, 0.775));
    check(nps::kruskal_wallis_test(std::array{app, shop}).p_value < 0.05);
}
