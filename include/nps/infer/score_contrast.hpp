// SPDX-License-Identifier: Apache-2.0
/// @file
/// A weighted difference of the scores of several groups, and their trend over ordered groups.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/contrast_result.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/group_positions.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/sums.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of score_contrast.
///
/// Checked:    tests/infer/score_contrast_test.cpp
/// Example:    examples/groups.cpp
struct score_contrast_options {
    nps::alternative alternative = nps::alternative::two_sided;
    double level = 0.95;
};

/// Options of score_trend_test.
///
/// Checked:    tests/infer/score_contrast_test.cpp
/// Example:    examples/groups.cpp
struct score_trend_options {
    /// Where each group lies, such as its month or the middle of its age class; 1, 2, 3, ... where
    /// it is empty.
    std::vector<double> positions{};
    nps::alternative alternative = nps::alternative::two_sided;
    double level = 0.95;
};

namespace detail {

/// sum c s with Wald's standard error; the weights c add up to 0 but for rounding.
[[nodiscard]] inline contrast_result wald_score_contrast(const answer_groups<category_counts>& all,
                                                         std::span<const double> weights,
                                                         alternative side, double level,
                                                         std::string_view function) {
    // Scores as distances from one of them: where they are nearly equal their digits stay.
    const category_weights base(all.groups.front());
    running_sum estimate;
    running_sum variance;
    running_sum size;
    for (std::size_t i = 0; i < all.groups.size(); ++i) {
        const category_weights counts(all.groups[i]);
        const double c = weights[i];
        estimate.add(c * ratio_difference(counts.promoters - counts.detractors, counts.n(),
                                          base.promoters - base.detractors, base.n()));
        variance.add(c * c * (counts.variance() / counts.n()));
        size.add(std::abs(c));
    }
    const double error = std::sqrt(variance.value());
    if (error == 0 && estimate.value() != 0) {
        throw_undefined(function, "no group varies and the scores differ: the standard error is 0");
    }
    contrast_result result{.estimate = estimate.value(),
                           .standard_error = error,
                           .alternative = side,
                           .n = all.n,
                           .groups = all.size(),
                           .method = "wald"};
    test_contrast(result, error > 0 ? result.estimate / error : 0);
    result.interval = contrast_interval(result, error, level, size.value());
    return result;
}

} // namespace detail

/// A contrast of the net promoter scores of several groups: a weighted sum of them whose weights add
/// up to 0, such as one against the mean of two others with weights 1, -1/2, -1/2.
///
/// Formula:    L = sum c s, se^2 = sum c^2 V / n with s = p - d and V = p + d - s^2 of each group,
///             z = L / se; the interval is L +- z se.
/// Scale:      [-sum |c|, sum |c|], where the interval is cut.
/// Assumes:    separate simple random samples from large populations, and weights that are fixed
///             before the data are seen. As Wald's test of two scores it rejects too often in small
///             groups: a trend over three groups at 5 % 0.082 with 10 in each, and 0.24 where a
///             small group is unanimous by chance (shares .02, .05, .93; n 400, 50, 20).
/// Not for:    the same people in several groups.
/// Degenerate: no group varies: estimate 0 has statistic 0, p value 1 and an interval of one point,
///             any other throws undefined_result. A group without answers throws undefined_result.
/// Throws:     invalid_input, also where the weights are all 0 or add up to more than 1e-9 of their
///             sizes, and where their number is not that of the groups; undefined_result.
/// Cost:       O(k).
/// Source:     Rosenthal and Rosnow (1985), ISBN 9780521317986; variance as in Rocks (2016),
///             https://arxiv.org/abs/1601.07235
/// Checked:    tests/reference/score_contrast.csv (mpmath)
/// Example:    examples/groups.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] contrast_result score_contrast(Groups&& groups, std::span<const double> weights,
                                             const score_contrast_options& options = {}) {
    constexpr std::string_view self = "score_contrast";
    detail::require_alternative(options.alternative, self);
    detail::require_level(options.level, self);
    const auto all = detail::require_groups_of<category_counts>(groups, self);
    detail::require(weights.size() == all.groups.size(), self, "number of weights", weights.size(),
                    "must be that of the groups");
    running_sum sum;
    running_sum size;
    for (const double weight : weights) {
        detail::require(std::abs(weight) <= 1e100, self, "weight", weight,
                        "must be a number, at most 1e100 in size");
        sum.add(weight);
        size.add(std::abs(weight));
    }
    detail::require(size.value() >= 1e-100, self, "sum of the sizes of weights", size.value(),
                    "must be at least 1e-100");
    detail::require(std::abs(sum.value()) <= 1e-9 * size.value(), self, "sum of weights",
                    sum.value(), "must be 0");
    return detail::wald_score_contrast(all, weights, options.alternative, options.level, self);
}

/// Trend of the net promoter score over ordered groups: by how much it rises from one position to
/// the next.
///
/// Formula:    the contrast with weights c = (x - m) / sum (x - m)^2, m the mean of the positions x:
///             the slope of the line through the scores, each group weighing the same.
/// Scale:      score per unit of the positions; a slope is at most sum |c|, where the interval is
///             cut.
/// Assumes:    as score_contrast. It looks for a steady rise or fall; scores that rise and fall again
///             have a trend of 0, see equal_scores_test.
/// Not for:    waves that ask the same people.
/// Degenerate: as score_contrast.
/// Throws:     invalid_input, also where the number of positions is not that of the groups, and
///             where they do not differ (by 1e-100 to 1e100); undefined_result.
/// Cost:       O(k).
/// Source:     Rosenthal and Rosnow (1985), ISBN 9780521317986
/// Checked:    tests/reference/score_contrast.csv (mpmath)
/// Example:    examples/groups.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] contrast_result score_trend_test(Groups&& groups,
                                               const score_trend_options& options = {}) {
    constexpr std::string_view self = "score_trend_test";
    detail::require_alternative(options.alternative, self);
    detail::require_level(options.level, self);
    const auto all = detail::require_groups_of<category_counts>(groups, self);
    const detail::group_positions at(options.positions, all.groups.size(), self);
    const std::vector<double> equal(all.groups.size(), 1);
    return detail::wald_score_contrast(all, at.slope_weights(equal), options.alternative,
                                       options.level, self);
}

} // namespace nps::inline v0
