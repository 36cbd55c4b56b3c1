// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shares that have another score: the alternative that a chart looks for.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>

#include <cmath>
#include <string_view>

namespace nps::inline v0 {

/// The shares with a wanted score that are nearest to others in likelihood: the odds of promoter to
/// passive and of passive to detractor both change by one factor.
///
/// Formula:    (d / t, q, p t) / their sum, where t solves p (1 - s) t^2 - q s t - d (1 + s) = 0
/// Scale:      score in (-1, 1).
/// Assumes:    one odds ratio between neighbouring categories (adjacent-categories logit).
/// Throws:     invalid_input for a score outside (-1, 1), shares that do not add up to 1, or a
///             share of promoters or detractors below 1e-100: no factor moves a score without them.
/// Cost:       O(1).
/// Source:     Agresti (2010), section 4.1, ISBN 9780470082898
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline category_shares shifted_shares(const category_shares& shares, double score) {
    constexpr std::string_view self = "shifted_shares";
    detail::require_shares(shares, self);
    detail::require(score > -1 && score < 1, self, "score", score, "must be in (-1, 1)");
    const auto [d, q, p] = shares;
    detail::require(d >= 1e-100, self, "detractors", d, "must be 1e-100 or more");
    detail::require(p >= 1e-100, self, "promoters", p, "must be 1e-100 or more");
    // The root without cancellation, by the sign of the middle term.
    const double root = std::hypot(q * score, 2 * std::sqrt(p * d * (1 - score) * (1 + score)));
    const double t = score >= 0 ? (q * score + root) / (2 * p * (1 - score))
                                : 2 * d * (1 + score) / (root - q * score);
    const double sum = d / t + q + p * t;
    return {.detractors = d / t / sum, .passives = q / sum, .promoters = p * t / sum};
}

} // namespace nps::inline v0
