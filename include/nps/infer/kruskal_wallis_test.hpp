// SPDX-License-Identifier: Apache-2.0
/// @file
/// Do the answers of several groups lie equally high, by their ranks?
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/detail/ordered_counts.hpp>
#include <nps/infer/omnibus_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nps::inline v0 {

namespace detail {

template <class Groups>
concept ordered_groups = std::ranges::input_range<Groups> &&
    ordered_answers<std::remove_cvref_t<std::ranges::range_reference_t<Groups>>>;

} // namespace detail

/// Kruskal-Wallis test of answers on a whole scale, with ties. Each group is a tally of one scale,
/// a category_counts (three ordered classes), or counts from the lowest class upwards.
///
/// Formula:    D = sum over a group's answers of how many of all N lie below less how many lie
///             above, H = 3 (N - 1) sum D^2 / n / (N^3 - sum t^3), t the counts of all groups
///             together: the usual H, corrected for ties. Chi-squared with k - 1 degrees of freedom.
///             `effect_size` is epsilon squared, H / (N - 1): the share of the variance of ranks
///             that lies between groups.
/// Scale:      H in [0, N - 1], epsilon squared on [0, 1].
/// Assumes:    separate simple random samples. It tests that the distributions are equal; size of
///             the 5 % test then at most 0.052 in docs/groups/size.csv, three groups of 10 to 400.
///             Where only the spread differs it rejects up to 0.45, and so is no test of equal
///             medians or scores.
/// Not for:    the same people in several groups; equal scores, see equal_scores_test.
/// Degenerate: all answers equal: H 0, p value 1. A group without answers throws undefined_result.
/// Throws:     invalid_input, also for fewer than two groups and for different scales;
///             undefined_result. Groups are named by their place, from 0.
/// Cost:       O(k times classes). Rank sums are exact whole numbers, for 2^53 answers.
/// Source:     Kruskal and Wallis (1952), doi:10.1080/01621459.1952.10483441; epsilon squared as in
///             https://easystats.github.io/effectsize/reference/rank_epsilon_squared.html
/// Checked:    tests/reference/kruskal_wallis.csv (R kruskal.test), tests/reference/rank_tests.csv
///             (mpmath)
/// Example:    examples/groups.cpp
template <detail::ordered_groups Groups>
[[nodiscard]] omnibus_result kruskal_wallis_test(Groups&& groups) {
    constexpr std::string_view self = "kruskal_wallis_test";
    std::vector<detail::ordered_counts> all;
    detail::ordered_counts pooled;
    for (auto&& group : groups) {
        const std::string name = detail::group_name(self, static_cast<std::int64_t>(all.size()));
        all.push_back(detail::require_ordered(group, name));
        if (all.size() == 1) {
            pooled = all.front();
        } else {
            detail::pool_ordered(pooled, all.back(), name);
        }
    }
    const auto size = static_cast<std::int64_t>(all.size());
    detail::require_several(size, self);
    running_sum sum;
    for (const detail::ordered_counts& group : all) {
        const auto excess = static_cast<double>(detail::rank_excess(group, pooled));
        sum.add(excess / static_cast<double>(group.n) * excess);
    }
    const double untied = detail::untied_triples(pooled);
    // 3 sum D^2 / n / untied is a share: epsilon squared.
    const double share = untied > 0 ? (std::min)(3 * sum.value() / untied, 1.0) : 0;
    const double statistic = share * static_cast<double>(pooled.n - 1);
    const auto freedom = static_cast<double>(size - 1);
    return {.statistic = statistic,
            .degrees_of_freedom = freedom,
            .p_value = chi_squared_upper_tail(statistic, freedom),
            .effect_size = share,
            .n = pooled.n,
            .groups = size,
            .method = "kruskal_wallis"};
}

} // namespace nps::inline v0
