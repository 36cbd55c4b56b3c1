// SPDX-License-Identifier: Apache-2.0
/// @file
/// Do several groups have the same shares of detractors, passives and promoters?
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/count/measures.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/omnibus_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The tests of a table of groups by categories.
enum class homogeneity_method : std::uint8_t {
    pearson,         ///< chi-squared: sum of (observed - expected)^2 / expected
    likelihood_ratio ///< G: 2 sum of observed log(observed / expected)
};

/// Options of category_homogeneity_test.
///
/// Checked:    tests/infer/category_homogeneity_test_test.cpp
/// Example:    examples/groups.cpp
struct category_homogeneity_options {
    homogeneity_method method = homogeneity_method::pearson;
};

namespace detail {

[[nodiscard]] constexpr std::array<std::int64_t, 3> categories_of(const category_counts& counts) {
    return {counts.detractors, counts.passives, counts.promoters};
}

/// (1 + u) log(1 + u) - u, u >= -1, without cancellation.
[[nodiscard]] inline double relative_likelihood(double u) {
    if (u <= -1) {
        return 1;
    }
    return u > 0.5 ? (1 + u) * std::log1p(u) - u : u * u + (1 + u) * log1p_minus(u);
}

struct homogeneity_statistics {
    double pearson = 0;
    double likelihood_ratio = 0;
    /// Of the three, those that anybody chose.
    int categories = 0;
};

[[nodiscard]] inline homogeneity_statistics homogeneity(const answer_groups<category_counts>& all) {
    category_counts pooled;
    for (const category_counts& counts : all.groups) {
        pooled += counts;
    }
    const auto n = static_cast<double>(all.n);
    homogeneity_statistics result;
    running_sum squares;
    running_sum logarithms;
    for (std::size_t column = 0; column < 3; ++column) {
        const std::int64_t chosen = categories_of(pooled)[column];
        if (chosen == 0) {
            continue;
        }
        ++result.categories;
        for (const category_counts& counts : all.groups) {
            // n (observed - expected), exact.
            const wide_integer excess = wide_integer{categories_of(counts)[column]} * all.n -
                                        wide_integer{counts.n()} * chosen;
            const double expected =
                static_cast<double>(counts.n()) / n * static_cast<double>(chosen);
            const double difference = static_cast<double>(excess) / n;
            squares.add(difference * difference / expected);
            logarithms.add(expected * relative_likelihood(difference / expected));
        }
    }
    result.pearson = squares.value();
    result.likelihood_ratio = 2 * logarithms.value();
    return result;
}

} // namespace detail

/// Tests whether all groups have the same shares of the three categories. Groups of equal scores
/// that are differently mixed count as different; for the scores alone see equal_scores_test.
///
/// Formula:    expected = row n column n / n. pearson: X^2 = sum (observed - expected)^2 / expected;
///             likelihood_ratio: G = 2 sum observed log(observed / expected). Both chi-squared with
///             (k - 1)(c - 1) degrees of freedom, c the categories that anybody chose.
///             `effect_size` is Cramer's V = sqrt(X^2 / (n min(k - 1, c - 1))), of X^2 with either
///             method.
/// Scale:      the statistic is not negative; V on [0, 1]. By chance alone X^2 is about its degrees
///             of freedom, so that V of small tables is above 0.
/// Assumes:    separate simple random samples; expected counts that are not small (about 5 and more,
///             at the most a fifth of them less). No continuity correction. Largest size of the 5 %
///             test in docs/groups/size.csv, three groups of 10 to 400: pearson 0.063,
///             likelihood_ratio 0.087.
/// Not for:    the order of the categories, see kruskal_wallis_test.
/// Degenerate: everybody in one category: statistic 0, degrees of freedom 0, p value 1, V 0. A
///             group without answers throws undefined_result.
/// Throws:     invalid_input, also for fewer than two groups; undefined_result. Groups are named by
///             their place, from 0.
/// Cost:       O(k). Differences from the expected counts are exact whole numbers.
/// Source:     Cochran (1952), doi:10.1214/aoms/1177729380; Cramer (1946), ISBN 9780691005478
/// Checked:    tests/reference/category_homogeneity.csv (R chisq.test, SciPy chi2_contingency,
///             mpmath)
/// Example:    examples/groups.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] omnibus_result
category_homogeneity_test(Groups&& groups, const category_homogeneity_options& options = {}) {
    constexpr std::string_view self = "category_homogeneity_test";
    const bool pearson = options.method == homogeneity_method::pearson;
    detail::require(pearson || options.method == homogeneity_method::likelihood_ratio, self,
                    "method", static_cast<int>(options.method),
                    "must be pearson or likelihood_ratio");
    const auto all = detail::require_groups_of<category_counts>(groups, self);
    const detail::homogeneity_statistics s = detail::homogeneity(all);
    const auto rows = static_cast<double>(all.size() - 1);
    const double columns = s.categories - 1;
    const double freedom = rows * columns;
    const double statistic = pearson ? s.pearson : s.likelihood_ratio;
    const double largest = static_cast<double>(all.n) * (std::min)(rows, columns);
    return {.statistic = statistic,
            .degrees_of_freedom = freedom,
            .p_value = freedom > 0 ? chi_squared_upper_tail(statistic, freedom) : 1,
            .effect_size = freedom > 0 ? std::sqrt((std::min)(s.pearson / largest, 1.0)) : 0,
            .n = all.n,
            .groups = all.size(),
            .method = pearson ? "pearson" : "likelihood_ratio"};
}

} // namespace nps::inline v0
