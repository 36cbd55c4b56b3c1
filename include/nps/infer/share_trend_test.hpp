// SPDX-License-Identifier: Apache-2.0
/// @file
/// Does a share rise or fall over ordered groups?
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/count/measures.hpp>
#include <nps/infer/contrast_result.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/detail/group_positions.hpp>
#include <nps/numeric/sums.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of share_trend_test.
///
/// Checked:    tests/infer/share_trend_test_test.cpp
/// Example:    examples/groups.cpp
struct share_trend_options {
    /// Where each group lies; 1, 2, 3, ... where it is empty.
    std::vector<double> positions{};
    nps::alternative alternative = nps::alternative::two_sided;
    double level = 0.95;
};

/// Cochran-Armitage test of a trend of shares over ordered groups, with the slope.
///
/// Formula:    slope b = sum n (x - m)(r / n - P) / S, S = sum n (x - m)^2, with r of n successes,
///             P of all together, positions x and their mean m over all answers;
///             z = b / sqrt(P (1 - P) / S). The interval is Wald's: b +- z se with
///             se^2 = sum n^2 (x - m)^2 (r / n)(1 - r / n) / n / S^2, the shares not held equal.
/// Scale:      share per unit of the positions; a slope is at most half the sum of the sizes of its
///             weights n (x - m) / S, where the interval is cut.
/// Assumes:    separate simple random samples. Size of the 5 % test at most 0.054 in
///             docs/groups/size.csv, three groups of 10 to 400. It looks for a steady rise or fall,
///             see category_homogeneity_test for any difference.
/// Not for:    the same people in several groups.
/// Degenerate: all or none successes: slope 0, statistic 0, p value 1. The interval is one point
///             where each group has all or none. A group without answers throws undefined_result.
/// Throws:     invalid_input, also where the number of positions is not that of the groups, and
///             where they do not differ (by 1e-100 to 1e100); undefined_result.
/// Cost:       O(k). Differences from the common share are exact whole numbers.
/// Source:     Armitage (1955), doi:10.2307/3001775; Cochran (1954), doi:10.2307/3001616
/// Checked:    tests/reference/share_trend.csv (mpmath), tests/infer/share_trend_test_test.cpp (R
///             prop.trend.test)
/// Example:    examples/groups.cpp
template <detail::groups_of<share_counts> Groups>
[[nodiscard]] contrast_result share_trend_test(Groups&& groups,
                                               const share_trend_options& options = {}) {
    constexpr std::string_view self = "share_trend_test";
    detail::require_alternative(options.alternative, self);
    detail::require_level(options.level, self);
    const auto all = detail::require_groups_of<share_counts>(groups, self);
    const detail::group_positions at(options.positions, all.groups.size(), self);
    std::int64_t successes = 0;
    std::vector<double> sizes;
    for (const share_counts& group : all.groups) {
        successes += group.successes;
        sizes.push_back(static_cast<double>(group.trials));
    }
    const std::vector<double> weights = at.slope_weights(sizes);
    const auto n = static_cast<double>(all.n);
    running_sum slope;
    running_sum own;    // variance with each group's own share
    running_sum common; // sum c^2 / n
    running_sum size;
    for (std::size_t i = 0; i < all.groups.size(); ++i) {
        const auto [r, trials] = all.groups[i];
        // n trials (share - common share), exact.
        const auto excess = static_cast<double>(detail::wide_integer{r} * all.n -
                                                detail::wide_integer{successes} * trials);
        const double c = weights[i];
        slope.add(c * (excess / n / sizes[i]));
        own.add(c * c * (static_cast<double>(r) / sizes[i]) *
                (static_cast<double>(trials - r) / sizes[i]) / sizes[i]);
        common.add(c * c / sizes[i]);
        size.add(std::abs(c));
    }
    const double share = static_cast<double>(successes) / n;
    const double rest = static_cast<double>(all.n - successes) / n;
    const double error = std::sqrt(share * rest * common.value());
    contrast_result result{.estimate = slope.value(),
                           .standard_error = error,
                           .alternative = options.alternative,
                           .n = all.n,
                           .groups = all.size(),
                           .method = "cochran_armitage"};
    detail::test_contrast(result, error > 0 ? result.estimate / error : 0);
    result.interval =
        detail::contrast_interval(result, std::sqrt(own.value()), options.level, size.value() / 2);
    return result;
}

} // namespace nps::inline v0
