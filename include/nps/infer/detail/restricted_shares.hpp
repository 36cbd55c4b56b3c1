// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shares that fit the counts best while their score is held at a given value, and the score and
/// likelihood-ratio limits that rest on them.
#pragma once

#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nps::inline v0::detail {

/// Maximum likelihood shares under p - d = score, and the variance of one answer under them.
struct restricted_shares {
    double detractors = 0;
    double passives = 0;
    double promoters = 0;
    double variance = 0;
};

/// A value x at which a score is held, with its distances from the ends of the scale: near an end
/// they carry the digits.
struct held_score {
    double value;
    double from_lower; ///< 1 + x
    double to_upper;   ///< 1 - x

    [[nodiscard]] static constexpr held_score at(double x) { return {x, 1 + x, 1 - x}; }
    [[nodiscard]] constexpr held_score mirrored() const { return {-value, to_upper, from_lower}; }
};

/// Closed form: the share of the smaller category and that of the passives each solve a quadratic,
/// with one discriminant in common. Each root is written as a sum of terms of one sign where
/// that is possible, so that no share loses its digits near a corner of the triangle.
[[nodiscard]] inline restricted_shares restrict_shares(const category_weights& counts,
                                                       const held_score& score) {
    if (score.value < 0) {
        const restricted_shares mirror = restrict_shares(counts.swapped(), score.mirrored());
        return {mirror.promoters, mirror.passives, mirror.detractors, mirror.variance};
    }
    const double x = score.value;
    const double y = score.to_upper;
    const double c = counts.detractors;
    const double b = counts.promoters;
    const double a = counts.passives;
    const double n = counts.n();
    // 2 n d^2 + linear d - c x y = 0
    const double linear =
        x < 0.5 ? (2 * n - b + c) * x - (b + c) : 2 * (a + c) - (2 * n - b + c) * y;
    const double root = std::hypot(linear, std::sqrt(8 * n * c * x * y));
    const double d = linear > 0 ? 2 * c * x * y / (linear + root) : (root - linear) / (4 * n);
    // n q^2 - (a + n - (b - c) x) q + a (1 - x^2) = 0; n - (b - c) x has no negative term so:
    const double middle = 2 * a + 2 * c + (b - c) * y;
    const double stable_middle = b >= c ? middle : a + n + (c - b) * x;
    const double q = a > 0 ? 2 * a * y * score.from_lower / (stable_middle + root) : 0;
    return {d, q, d + x, 2 * d + x * y};
}

[[nodiscard]] inline restricted_shares restrict_shares(const category_weights& counts,
                                                       double score) {
    return restrict_shares(counts, held_score::at(score));
}

/// Root above the estimate of a function that is negative there, up to rounding, and positive at 1.
template <class F>
[[nodiscard]] double root_above(const category_weights& counts, F excess) {
    const double estimate = counts.score();
    return excess(estimate) < 0 ? find_root(excess, estimate, 1.0, {.absolute = 1e-16 / counts.n()})
                                : estimate;
}

/// The larger root x of (estimate - x)^2 = z^2 V(x) / n, z >= 0.
[[nodiscard]] inline double score_test_upper(const category_weights& counts, double z) {
    const double n = counts.n();
    const double share = z * z / (n + z * z);
    // Unanimous surveys: V vanishes at the estimate too, which would hide the other root.
    if (counts.promoters == n || z == 0) {
        return counts.score();
    }
    if (counts.passives == n) {
        return share;
    }
    if (counts.detractors == n) {
        return 2 * share - 1;
    }
    const double balance = counts.promoters - counts.detractors;
    const auto excess = [&](double x) {
        return n * x - balance - z * std::sqrt(n * restrict_shares(counts, x).variance);
    };
    return root_above(counts, excess);
}

/// observed log(observed / expected) + expected - observed, without cancellation.
[[nodiscard]] inline double deviance_term(double observed, double expected) {
    if (observed == 0) {
        return expected;
    }
    if (!(expected > 0)) {
        return (std::numeric_limits<double>::infinity)();
    }
    const double u = (observed - expected) / expected;
    return expected * (u * u + (1 + u) * log1p_minus(u));
}

/// Twice the log likelihood lost by shares that are not the observed ones.
[[nodiscard]] inline double score_deviance(const category_weights& counts,
                                           const restricted_shares& s) {
    const double n = counts.n();
    return 2 * (deviance_term(counts.detractors, n * s.detractors) +
                deviance_term(counts.passives, n * s.passives) +
                deviance_term(counts.promoters, n * s.promoters));
}

/// The x above the estimate where the profile deviance is z^2, z >= 0.
[[nodiscard]] inline double likelihood_ratio_upper(const category_weights& counts, double z) {
    const double n = counts.n();
    // Closed forms keep the digits of the excess over a limit of -1 or 0.
    if (counts.promoters == n || z == 0) {
        return counts.score();
    }
    if (counts.passives == n) {
        return -std::expm1(-z * z / (2 * n));
    }
    if (counts.detractors == n) {
        return -1 - 2 * std::expm1(-z * z / (2 * n));
    }
    const auto excess = [&](double x) {
        // The deviance is infinite at 1, and rounding may leave it just below 0 at the estimate.
        const double deviance = (std::max)(score_deviance(counts, restrict_shares(counts, x)), 0.0);
        return (std::min)(std::sqrt(deviance), 2 * z) - z;
    };
    return root_above(counts, excess);
}

} // namespace nps::inline v0::detail
