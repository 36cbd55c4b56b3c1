// SPDX-License-Identifier: Apache-2.0
/// @file
/// Upper limits for a score that need no iteration.
#pragma once

#include <nps/infer/net_promoter_score.hpp>

#include <algorithm>
#include <cmath>

namespace nps::inline v0::detail {

/// Estimate plus z standard errors.
[[nodiscard]] inline double wald_upper(const category_weights& counts, double z) {
    return counts.score() + z * std::sqrt(counts.variance() / counts.n());
}

/// How far the upper Wilson limit of the share k / n lies above it; that of 1 - k / n is how far
/// the lower limit lies below.
[[nodiscard]] inline double wilson_distance(double k, double n, double z) {
    const double p = k / n;
    const double q = (n - k) / n;
    const double c = z * z / n;
    const double root = std::sqrt(c * (c + 4 * p * q));
    const double linear = c * (q - p);
    // Positive root of (1 + c) u^2 - c (q - p) u - c p q = 0.
    if (linear >= 0) {
        return (linear + root) / (2 * (1 + c));
    }
    return root == linear ? 0 : 2 * c * p * q / (root - linear);
}

/// Newcombe's square-and-add limit, z >= 0. The correlation is 0 where it is undefined.
[[nodiscard]] inline double newcombe_upper(const category_weights& counts, double z) {
    const double n = counts.n();
    const double b = counts.promoters;
    const double c = counts.detractors;
    const double above = wilson_distance(b, n, z);
    const double below = wilson_distance(n - c, n, z);
    const double margin = (n - b) * (n - c);
    const double correlation = margin > 0 ? -std::sqrt(b * c / margin) : 0;
    return counts.score() +
           std::sqrt(above * above - 2 * correlation * above * below + below * below);
}

} // namespace nps::inline v0::detail
