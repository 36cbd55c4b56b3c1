// SPDX-License-Identifier: Apache-2.0
/// @file
/// The ABC interval of the score: BCa's second-order accuracy in closed form, without resampling.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/resample/detail/score_influence.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nps::inline v0 {

/// Options of abc_interval.
///
/// Checked:    tests/resample/abc_interval_test.cpp
/// Example:    examples/resampling.cpp
struct abc_interval_options {
    double level = 0.95;
    bounds sides = bounds::two_sided;
};

/// Approximate bootstrap confidence (ABC) interval of the score.
///
/// Formula:    score + se w / (1 - a w)^2, w = a -+ z, a the acceleration. The score is linear in
///             the weights of the respondents, so the bias and the quadratic coefficient of the
///             source are exactly 0, and its z0 is a. R's abc.ci takes finite differences; with its
///             default step their rounding shows from the sixth to ninth digit on and depends on
///             the order of the rows, with a step of 1/2 they are exact for a linear statistic.
///             Beyond a w = -1 the formula turns back; the limit is held there, at -se / (4 a).
/// Scale:      [-1, 1]; `clipped` where a limit lay outside, beyond the pole a w = 1 or the turn.
/// Assumes:    simple random sample.
/// Not for:    a handful of respondents, whose skewness is itself uncertain; see score_interval.
/// Degenerate: everybody in one category gives that score as both limits; no respondents throw
///             undefined_result. Swapping promoters and detractors mirrors the interval.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1), 0.1 us.
/// Source:     DiCiccio and Efron (1996), doi:10.1214/ss/1032280214
/// Checked:    tests/reference/abc_interval.csv (R boot)
/// Example:    examples/resampling.cpp
[[nodiscard]] inline interval abc_interval(const category_counts& counts,
                                           const abc_interval_options& options = {}) {
    detail::require_respondents(counts, "abc_interval");
    detail::require_level(options.level, "abc_interval");
    detail::require_sides(options.sides, "abc_interval");
    const auto [value, standard_error, acceleration] = detail::influence_of(counts);
    const double z = normal_critical_value(options.level, options.sides);
    interval result{.lower = -1,
                    .upper = 1,
                    .level = options.level,
                    .sides = options.sides,
                    .n = counts.n(),
                    .clipped = false,
                    .method = "abc"};
    const auto limit = [&](double normal_deviate) {
        double w = acceleration + normal_deviate;
        if (acceleration * w < -1) {
            w = -1 / acceleration;
            result.clipped = true;
        }
        const double scale = 1 - acceleration * w;
        const double steps = scale > 0 ? w / (scale * scale)
                                       : std::copysign(std::numeric_limits<double>::infinity(), w);
        const double at = standard_error > 0 ? value + standard_error * steps : value;
        result.clipped = result.clipped || !(std::abs(at) <= 1);
        return (std::min)((std::max)(at, -1.0), 1.0);
    };
    if (options.sides != bounds::upper) {
        result.lower = limit(-z);
    }
    if (options.sides != bounds::lower) {
        result.upper = limit(z);
    }
    return result;
}

} // namespace nps::inline v0
