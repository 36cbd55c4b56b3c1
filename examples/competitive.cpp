// SPDX-License-Identifier: Apache-2.0
// Who is ahead of whom, when many comparisons are made at once.
#include "check.hpp"

#include <nps/count.hpp>
#include <nps/infer.hpp>

#include <optional>
#include <vector>

int main() {
    // Ratings of two brands by the same people, and of a third one from a survey of its own.
    nps::brand_ratings ratings(3);
    const std::vector<std::optional<nps::category>> answers{nps::classify(9), nps::classify(7), {}};
    ratings.add(answers);
    ratings.add_separate(2, {.detractors = 40, .passives = 30, .promoters = 30});
    check(ratings.respondents() == 101 && ratings.counts(0).promoters == 1);

    // Segments against the rest, all at once.
    const std::vector<nps::category_counts> segments{{20, 30, 50}, {40, 30, 30}, {83, 47, 120}};
    const nps::multiple_comparisons rest = nps::compare_with_rest(segments);
    for (const nps::group_comparison& one : rest.comparisons) {
        check(one.adjusted_p_value >= one.comparison.p_value);
    }
    check(rest.comparisons[1].simultaneous_interval.upper < 0); // the second is behind

    // Four tests at once: what is left of each p value.
    const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
    const std::vector<double> holm = nps::adjust_p_values(p, nps::multiplicity::holm);
    check(about(holm[3], 0.02) && about(holm[0], 0.03) && about(holm[2], 0.06));
}
