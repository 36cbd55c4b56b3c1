// SPDX-License-Identifier: Apache-2.0
/// @file
/// Student's confidence interval for a mean of ratings.
#pragma once

#include <nps/core/moments.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// Options of mean_interval. `lowest` and `highest` are the ends of the rating scale, which moments
/// do not know; by default there are none.
struct mean_interval_options {
    double level = 0.95;
    bounds sides = bounds::two_sided;
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
};

namespace detail {

/// The mean lies on its scale.
inline void require_on_scale(const moments& m, double lowest, double highest,
                             std::string_view function) {
    if (!(lowest <= m.mean)) {
        throw_invalid(function, "lowest", lowest, "must not be above the mean, " + to_text(m.mean));
    }
    if (!(highest >= m.mean)) {
        throw_invalid(function, "highest", highest,
                      "must not be below the mean, " + to_text(m.mean));
    }
}

} // namespace detail

/// Student's t interval for a mean.
///
/// Formula:    mean -/+ t sqrt(variance / n), t with n - 1 degrees of freedom
/// Scale:      that of the ratings, clipped to [lowest, highest]. A one-sided interval without the
///             end of the scale on its open side is infinite there.
/// Assumes:    independent ratings, and a mean that is nearly normal: n of 30 or more, or ratings
///             that are not very skewed.
/// Not for:    the net score; score_interval knows its lattice and its range.
/// Degenerate: equal ratings give the point; n = 0 and n = 1 have no interval: undefined_result.
/// Throws:     invalid_input, also where the mean is outside [lowest, highest]; undefined_result.
/// Cost:       O(1).
/// Source:     Student (1908), doi:10.1093/biomet/6.1.1
/// Checked:    tests/reference/mean_interval.csv (R t.test, mpmath)
/// Example:    examples/intervals.cpp
[[nodiscard]] inline interval mean_interval(const moments& ratings,
                                            const mean_interval_options& options = {}) {
    constexpr std::string_view function = "mean_interval";
    detail::require_level(options.level, function);
    detail::require_sides(options.sides, function);
    detail::require_moments(ratings, function);
    if (ratings.n() < 2) {
        detail::throw_undefined(function, "fewer than two values");
    }
    detail::require_on_scale(ratings, options.lowest, options.highest, function);
    const double t = student_t_upper_quantile(tail_probability(options.level, options.sides),
                                              static_cast<double>(ratings.n() - 1));
    const double reach = t * std::sqrt(ratings.variance() / static_cast<double>(ratings.n()));
    interval result{.lower = options.lowest,
                    .upper = options.highest,
                    .level = options.level,
                    .sides = options.sides,
                    .n = ratings.n(),
                    .method = "student_t"};
    // A one-sided level below 1/2 puts the limit on the other side of the mean.
    const auto inside = [&](double limit) {
        result.clipped = result.clipped || !(limit >= options.lowest && limit <= options.highest);
        return std::clamp(limit, options.lowest, options.highest);
    };
    if (options.sides != bounds::upper) {
        result.lower = inside(ratings.mean - reach);
    }
    if (options.sides != bounds::lower) {
        result.upper = inside(ratings.mean + reach);
    }
    return result;
}

} // namespace nps::inline v0
