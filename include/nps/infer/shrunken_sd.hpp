// SPDX-License-Identifier: Apache-2.0
/// @file
/// The spread of answers in many groups of few answers each, each drawn towards that of all.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/detail/at_position.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The S of one group.
struct shrunken_group {
    /// Drawn towards the pooled one; in [0, 1].
    double respondent_sd = 1;
    /// How much of its square is the group's own, in [0, 1]; the rest is the pooled one.
    double own_weight = 0;
};

/// The S of many groups.
///
/// Checked:    tests/infer/shrunken_sd_test.cpp
/// Example:    examples/programme_plan.cpp
struct shrunken_sds {
    /// In the order given.
    std::vector<shrunken_group> groups;
    /// That of a group of which nothing is known.
    double pooled_sd = 1;
    /// Variance of S^2 between groups, and of one squared deviation within them. A group of n
    /// answers has own weight between / (between + within / n).
    double between_variance = 0;
    double within_variance = 0;
    /// Groups of at least 2 answers: the others say nothing of a spread.
    std::size_t informative = 0;
};

/// S of many groups from small pilots: the squared S of each group, drawn towards that of all the
/// more the fewer answers it has and the less the groups differ.
///
/// The Buehlmann-Straub estimator of credibility theory, where the observations are the squared
/// deviations (y - mean)^2 n / (n - 1) of the answers of a group, whose mean is its unbiased
/// variance X. Pilots of ten answers give an S anywhere between 0 and 1; planned with as they are,
/// groups that are called unanimous by chance get hardly any answers.
///
/// Formula:    S^2 = B X + (1 - B) X0, B = t / (t + s / n), X0 = sum B X / sum B; s and t by
///             moments: s = sum of (n_h - 1) s_h / sum of (n_h - 1), t = [sum n_h (X_h - X.)^2 -
///             (I - 1) s] / (n. - sum n_h^2 / n.), X. = sum n_h X_h / n., at least 0; at most 1
/// Scale:      [0, 1].
/// Assumes:    groups are like draws from one programme; a squared deviation varies about as much in
///             each.
/// Not for:    the interval of a score: this is a figure to plan with.
/// Degenerate: t = 0 (also one group alone): B = 0 and X0 = X., each group has the S of all. A group
///             of 0 or 1 answers has the pooled S; if all have, it is the worst case, 1. Where every
///             pilot is unanimous S is 0.
/// Throws:     invalid_input, whose text names the group by its 0-based position.
/// Cost:       O(groups).
/// Source:     Buehlmann and Gisler (2005), A Course in Credibility Theory and its Applications,
///             ISBN 3-540-25753-5, chapter 4
/// Checked:    tests/reference/shrunken_sd.csv (R actuar)
/// Example:    examples/programme_plan.cpp
[[nodiscard]] inline shrunken_sds shrunken_sd(const std::vector<category_counts>& pilots) {
    struct group {
        double n;
        double variance;
    };
    std::vector<group> groups;
    running_sum n;
    running_sum mean;
    running_sum within;
    running_sum within_df;
    shrunken_sds result;
    for (std::size_t h = 0; h < pilots.size(); ++h) {
        const category_counts& pilot = pilots[h];
        detail::at_position("group", h, "", [&] { detail::require_counts(pilot, "shrunken_sd"); });
        if (pilot.n() < 2) {
            groups.push_back({0, 0});
            continue;
        }
        const detail::category_weights counts(pilot);
        const double size = counts.n();
        const double unbiased = size / (size - 1);
        const double plain = counts.variance();
        // Squared deviations d^2 of the three answers from the score, and of these from their mean.
        const double score = counts.score();
        const auto apart = [&](double answer) {
            const double deviation = answer - score;
            return (deviation * deviation - plain) * (deviation * deviation - plain);
        };
        groups.push_back({size, unbiased * plain});
        n.add(size);
        mean.add(size * unbiased * plain);
        within.add(unbiased * unbiased *
                   (counts.detractors * apart(-1) + counts.passives * apart(0) +
                    counts.promoters * apart(1)));
        within_df.add(size - 1);
        ++result.informative;
    }
    if (result.informative == 0) {
        result.groups.resize(pilots.size());
        return result;
    }
    const double all = n.value();
    const double overall = mean.value() / all;
    result.within_variance = within.value() / within_df.value();
    if (result.informative > 1) {
        running_sum spread;
        running_sum unevenness; // n. - sum n_h^2 / n., without the cancellation
        for (const group& one : groups) {
            spread.add(one.n * (one.variance - overall) * (one.variance - overall));
            unevenness.add(one.n * ((all - one.n) / all));
        }
        const double excess =
            spread.value() - static_cast<double>(result.informative - 1) * result.within_variance;
        result.between_variance = (std::max)(excess / unevenness.value(), 0.0);
    }
    const auto own_weight = [&](const group& one) {
        return one.n == 0 || result.between_variance == 0
                   ? 0
                   : result.between_variance /
                         (result.between_variance + result.within_variance / one.n);
    };
    double pooled = overall;
    if (result.between_variance > 0) {
        running_sum weights;
        running_sum weighted;
        for (const group& one : groups) {
            weights.add(own_weight(one));
            weighted.add(own_weight(one) * one.variance);
        }
        pooled = weighted.value() / weights.value();
    }
    const auto sd = [](double variance) { return std::sqrt((std::min)(variance, 1.0)); };
    result.pooled_sd = sd(pooled);
    for (const group& one : groups) {
        const double own = own_weight(one);
        result.groups.push_back(
            {.respondent_sd = sd(own * one.variance + (1 - own) * pooled), .own_weight = own});
    }
    return result;
}

} // namespace nps::inline v0
