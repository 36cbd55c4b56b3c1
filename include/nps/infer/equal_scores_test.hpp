// SPDX-License-Identifier: Apache-2.0
/// @file
/// Do several groups have the same net promoter score?
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/omnibus_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The tests of equal net promoter scores.
enum class equal_scores_method : std::uint8_t {
    adjusted_wald, ///< wald, after adding 3/4, 1 1/2, 3/4 answers to each group; always defined
    wald,          ///< chi-squared, variances as if known; rejects too often in small groups
    welch          ///< Welch's F of the answers coded -1, 0, 1
};

/// Options of equal_scores_test.
///
/// Checked:    tests/infer/equal_scores_test_test.cpp
/// Example:    examples/groups.cpp
struct equal_scores_options {
    equal_scores_method method = equal_scores_method::adjusted_wald;
};

namespace detail {

/// A score as its distance from that of one group, which keeps its digits, and its variance.
struct placed_score {
    double distance = 0;
    double variance = 0;
};

/// Distances are from the most certain group; one without variance before all others.
[[nodiscard]] inline std::vector<placed_score>
placed_scores(const std::vector<category_weights>& groups, bool unbiased) {
    std::vector<placed_score> scores;
    std::size_t first = 0;
    for (const category_weights& weights : groups) {
        scores.push_back({.variance = weights.variance() / (weights.n() - (unbiased ? 1 : 0))});
        if (scores.back().variance < scores[first].variance) {
            first = scores.size() - 1;
        }
    }
    const category_weights& base = groups[first];
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const category_weights& weights = groups[i];
        scores[i].distance = ratio_difference(weights.promoters - weights.detractors, weights.n(),
                                              base.promoters - base.detractors, base.n());
    }
    return scores;
}

/// Weights 1 / variance relative to the largest one. Groups without variance take all weight, as
/// variances do that become 0 together: in proportion to `n`.
[[nodiscard]] inline std::vector<double>
relative_weights(const std::vector<placed_score>& scores,
                 const std::vector<category_weights>& groups) {
    double least = scores.front().variance;
    for (const placed_score& score : scores) {
        least = (std::min)(least, score.variance);
    }
    std::vector<double> weights;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        weights.push_back(least > 0                ? least / scores[i].variance
                          : scores[i].variance > 0 ? 0
                                                   : groups[i].n());
    }
    return weights;
}

/// sum (s - mean)^2 / v around the mean weighted with 1 / v.
[[nodiscard]] inline double weighted_spread(const std::vector<placed_score>& scores,
                                            const std::vector<double>& weights) {
    running_sum product;
    running_sum total;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        product.add(weights[i] * scores[i].distance);
        total.add(weights[i]);
    }
    const double mean = product.value() / total.value();
    running_sum spread;
    for (const placed_score& score : scores) {
        const double from_mean = score.distance - mean;
        if (score.variance > 0) {
            spread.add(from_mean * from_mean / score.variance);
        } else if (score.distance != 0) {
            throw_undefined("equal_scores_test",
                            "two groups without variance have different scores");
        }
    }
    return spread.value();
}

/// sum (1 - w / W)^2 / (n - 1): how uncertain the variances are. The weights of the others are
/// added from both ends, so that nothing cancels.
[[nodiscard]] inline double welch_uncertainty(const std::vector<double>& weights,
                                              const std::vector<category_weights>& groups) {
    const std::size_t size = weights.size();
    std::vector<double> after(size + 1);
    for (std::size_t i = size; i > 0; --i) {
        after[i - 1] = after[i] + weights[i - 1];
    }
    double before = 0;
    running_sum sum;
    for (std::size_t i = 0; i < size; ++i) {
        const double rest = (before + after[i + 1]) / after[0];
        sum.add(rest * rest / (groups[i].n() - 1));
        before += weights[i];
    }
    return sum.value();
}

[[nodiscard]] constexpr std::string_view equal_scores_name(equal_scores_method method) {
    switch (method) {
    case equal_scores_method::welch:
        return "welch";
    case equal_scores_method::wald:
        return "wald";
    case equal_scores_method::adjusted_wald:
        return "adjusted_wald";
    }
    throw_invalid("equal_scores_test", "method", static_cast<int>(method),
                  "must be adjusted_wald, wald or welch");
}

} // namespace detail

/// Tests whether all groups have the same net promoter score; their shares may differ.
///
/// Formula:    s = p - d and V = p + d - s^2 of each group, w = n / V, m the mean of the scores
///             weighted with w, Q = sum w (s - m)^2. wald: Q is chi-squared with k - 1 degrees of
///             freedom. adjusted_wald: the same after adding 3/4, 1 1/2, 3/4 to detractors, passives
///             and promoters of each group. welch: w = (n - 1) / V,
///             A = sum (1 - w / sum w)^2 / (n - 1), F = Q / (k - 1) / (1 + 2 A (k - 2) / (k^2 - 1)),
///             with k - 1 and (k^2 - 1) / (3 A) degrees of freedom. With two groups Q is the square
///             of the z, and F of the t, of compare_scores.
/// Scale:      the statistic is not negative; `effect_size` is left out.
/// Assumes:    separate simple random samples from large populations. Size of the 5 % test in
///             docs/groups/size.csv, largest of 20 settings of three groups of 10 to 400:
///             adjusted_wald 0.059; wald and welch 0.30 and 0.29, where a small group is unanimous
///             by chance and so looks certain (shares .02, .05, .93; n 400, 50, 20), else 0.12 and
///             0.061. `n` counts the answers without those added.
/// Not for:    the same people in several groups; which groups differ.
/// Degenerate: adjusted_wald always has an answer. With wald and welch a group without variance
///             (everybody in one category) counts as certain: the common score is its score. Two of
///             them with different scores throw undefined_result; with one score they share the
///             weight in proportion to n. All groups unanimous for one category: statistic 0, p
///             value 1. A group without answers throws undefined_result, and so does a group of one
///             with welch.
/// Throws:     invalid_input, also for fewer than two groups; undefined_result. Groups are named by
///             their place, from 0.
/// Cost:       O(k).
/// Source:     Welch (1951), doi:10.1093/biomet/38.3-4.330; Wald: Rocks (2016),
///             https://arxiv.org/abs/1601.07235, and Cochran (1954), doi:10.2307/3001666
/// Checked:    tests/reference/equal_scores.csv (mpmath); tests/infer/equal_scores_test_test.cpp (R
///             oneway.test)
/// Example:    examples/groups.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] omnibus_result equal_scores_test(Groups&& groups,
                                               const equal_scores_options& options = {}) {
    constexpr std::string_view self = "equal_scores_test";
    const std::string_view name = detail::equal_scores_name(options.method);
    const bool welch = options.method == equal_scores_method::welch;
    const bool adjusted = options.method == equal_scores_method::adjusted_wald;
    const auto all = detail::require_groups_of<category_counts>(groups, self);
    std::vector<detail::category_weights> answers;
    for (const category_counts& counts : all.groups) {
        if (welch && counts.n() == 1) {
            detail::throw_undefined(
                detail::group_name(self, static_cast<std::int64_t>(answers.size())),
                "the unbiased variance of one respondent");
        }
        const detail::category_weights weights(counts);
        answers.push_back(adjusted ? weights.plus(0.75, 1.5, 0.75) : weights);
    }
    const auto scores = detail::placed_scores(answers, welch);
    const auto weights = detail::relative_weights(scores, answers);
    const double spread = detail::weighted_spread(scores, weights);
    const auto k = static_cast<double>(all.size());
    omnibus_result result{.statistic = spread,
                          .degrees_of_freedom = k - 1,
                          .n = all.n,
                          .groups = all.size(),
                          .method = name};
    if (welch) {
        const double uncertainty = detail::welch_uncertainty(weights, answers) / (k * k - 1);
        const double freedom = 1 / (3 * uncertainty);
        result.statistic = spread / (k - 1) / (1 + 2 * (k - 2) * uncertainty);
        result.denominator_degrees_of_freedom = freedom;
        result.p_value = f_upper_tail(result.statistic, k - 1, freedom);
    } else {
        result.p_value = chi_squared_upper_tail(spread, k - 1);
    }
    return result;
}

} // namespace nps::inline v0
