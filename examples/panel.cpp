// SPDX-License-Identifier: Apache-2.0
// The same people asked twice: did they change, who was won back, who was lost.
#include "check.hpp"

#include <nps/count.hpp>
#include <nps/infer.hpp>

#include <cstdio>

int main() {
    // Rows: who they were before the programme. Columns: who they are now.
    const nps::transition_counts panel{
        .from_detractors = {.detractors = 60, .passives = 25, .promoters = 15},
        .from_passives = {.detractors = 10, .passives = 50, .promoters = 20},
        .from_promoters = {.detractors = 5, .passives = 12, .promoters = 103}};

    // After - before: up, more than chance would show.
    const nps::comparison change = nps::compare_paired_scores(panel);
    std::printf("score %+.3f (%.3f to %.3f), p = %.5f\n", change.difference, change.interval.lower,
                change.interval.upper, change.p_value);
    check(about(change.difference, 0.1433) && change.interval.lower > 0);

    const nps::transition_table_result moves = nps::transition_table(panel);
    std::printf("won back %.3f (%.3f to %.3f), lost %.3f\n", *moves.won_back.share,
                moves.won_back.interval->lower, moves.won_back.interval->upper, *moves.lost.share);
    check(about(*moves.won_back.share, 0.40) && about(moves.won_back.interval->lower, 0.3094));
    check(about(*moves.lost.share, 0.1417));

    // Anything at all, be the score the same or not.
    const nps::marginal_homogeneity_result shares = nps::marginal_homogeneity(panel);
    check(about(shares.statistic, 13.1382) && shares.degrees_of_freedom == 2);
    check(about(shares.p_value, 0.0014));

    // Waves that share some people: the later one first, as in compare_scores(this, last).
    const nps::category_counts this_wave{.detractors = 200, .passives = 180, .promoters = 300};
    const nps::category_counts last_wave{.detractors = 250, .passives = 170, .promoters = 260};
    const nps::comparison in_part = nps::compare_overlapping_scores(this_wave, last_wave, panel);
    const nps::comparison apart = nps::compare_scores(this_wave, last_wave);
    std::printf("waves %+.3f, p = %.4f; as if no one were in both p = %.4f\n", in_part.difference,
                in_part.p_value, apart.p_value);
    check(in_part.p_value < apart.p_value);
    check(about(nps::answer_correlation(panel), 0.6641));

    // People who answer at several touchpoints and in both months: each is a cluster.
    nps::answers_by_respondent<int> answers;
    for (int person = 0; person < 40; ++person) {
        const nps::category usual =
            person % 4 == 0 ? nps::category::detractor : nps::category::promoter;
        answers.add(person, nps::comparison_group::a, nps::category::promoter);
        answers.add(person, nps::comparison_group::a, usual);
        answers.add(person, nps::comparison_group::b, usual);
        if (person % 2 == 0) {
            answers.add(person, nps::comparison_group::b, nps::category::passive);
        }
    }
    const nps::comparison months = nps::compare_clustered_scores(answers.totals());
    std::printf("a - b %+.3f (%.3f to %.3f) from %lld answers of %zu people\n", months.difference,
                months.interval.lower, months.interval.upper,
                static_cast<long long>(months.n_a + months.n_b), answers.size());
    check(about(months.difference, 0.75 - 20 / 60.0));
    check(months.n_a == 80 && months.n_b == 60 && *months.degrees_of_freedom == 39);

    // One group alone, by lines made elsewhere: answers and their sum for each person.
    nps::cluster_totals month;
    month.add({.n_a = 3, .sum_a = 3});
    month.add({.n_a = 1, .sum_a = -1});
    month.add({.n_a = 2, .sum_a = 1});
    const nps::clustered_estimate score = nps::clustered_score(month);
    check(about(score.value, 0.5) && score.clusters == 3 && score.n == 6);
}
