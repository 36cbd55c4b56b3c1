// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tails and single probabilities of a sum of answers, right relatively: by tilting the answers
/// exponentially until the point in question is their mean.
#pragma once

#include <nps/numeric/detail/lattice_spectrum.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace nps::inline v0::detail {

/// (1 + u) log(1 + u) - u for u >= -1, right relatively: the terms of a relative entropy.
[[nodiscard]] inline double entropy_excess(double u) {
    if (u > 0.5) {
        return (1 + u) * std::log1p(u) - u;
    }
    return u > -1 ? u * u + (1 + u) * log1p_minus(u) : 1;
}

/// The answers tilted so that their sum has mean k, and what the tilt costs.
struct tilted_answers {
    answer_shares shares;
    double decay;   ///< -log of the tilt, of one unit of the sum
    double entropy; ///< n times the relative entropy: P(S = k) = e^-entropy P(tilted S = k)
};

/// For k strictly inside the range of the sum and below its mean by gap > 0.
[[nodiscard]] inline tilted_answers tilt(double n, double k, double gap, const answer_shares& s) {
    const auto& [d, q, p] = s;
    const double x = k / n;
    const double rest = (n - k) / n * ((n + k) / n); // 1 - x^2
    const double root = std::sqrt(q * q * x * x + 4 * p * d * rest);
    // The tilt z > 0 solves p (1 - x) z^2 - q x z - d (1 + x) = 0; zeta = z - 1 without
    // cancellation.
    const double fall = x > 0 ? 4 * p * d * rest / (root + q * x) : root - q * x;
    const double zeta = -2 * (gap / n) / (2 * p * ((n - k) / n) + fall);
    double z = 1 + zeta;
    if (zeta < -0.5) {
        z = x < 0 ? 2 * d * ((n + k) / n) / (root - q * x)
                  : (q * x + root) / (2 * p * ((n - k) / n));
    }
    const double lifted = d / z;
    const double total = lifted + q + p * z;
    const auto term = [](double share, double change) {
        return share > 0 ? share * entropy_excess(change) : 0;
    };
    // Relative changes of the shares, each a product of one-signed sums.
    const double entropy = term(d, -zeta / z * (p + q + p * z) / total) +
                           term(q, -zeta * (p - lifted) / total) +
                           term(p, zeta * (q + d + lifted) / total);
    return {{lifted / total, q / total, p * z / total},
            zeta < -0.5 ? -std::log(z) : -std::log1p(zeta),
            n * entropy};
}

/// log P(every answer is the least one that can come).
[[nodiscard]] inline double log_all_least(double n, const answer_shares& s) {
    const double least = s.minus > 0 ? s.minus : s.zero > 0 ? s.zero : s.plus;
    const double others = s.minus > 0 ? s.zero + s.plus : s.zero > 0 ? s.plus : 0;
    return n * (least > 0.5 ? std::log1p(-others) : std::log(least));
}

struct tail_probabilities {
    double at;          ///< P(S = k)
    double at_or_below; ///< P(S <= k)
};

/// For k on the lattice of the sum and below its mean by gap > 0.
[[nodiscard]] inline tail_probabilities lower_tail(std::int64_t n, std::int64_t k, double gap,
                                                   const answer_shares& s) {
    const std::int64_t least = s.minus > 0 ? -n : s.zero > 0 ? 0 : n;
    if (k <= least) {
        const double p = k == least ? std::exp(log_all_least(static_cast<double>(n), s)) : 0;
        return {p, p};
    }
    const tilted_answers t = tilt(static_cast<double>(n), static_cast<double>(k), gap, s);
    const answer_lattice a = make_lattice(n, t.shares);
    const std::int64_t u = (k - a.origin) / a.step;
    const double half = half_window(a);
    const double below = (std::min)(half, static_cast<double>(u - a.lowest()));
    const double above = (std::min)(half, static_cast<double>(a.highest() - u));
    const double points = below + above + 1;
    const lattice_spectrum spectrum(a, points + (std::fmod(points, 2) == 0 ? 1 : 0));

    // P(S <= k) = e^-entropy sum_i e^(-decay i) P(tilted S = k - i), i = 0 ... below, and the sum
    // over i of the Fourier term at t is the geometric series (1 - e^((it - decay) (below + 1))) /
    // (1 - e^(it - decay)).
    const double decay = t.decay * static_cast<double>(a.step);
    const double shrink = std::exp(-decay);
    const double last = std::exp(-decay * (below + 1));
    double at = 0;
    double sum = 0;
    for (std::size_t j = 0; j < spectrum.values.size(); ++j) {
        const bool far = j >= spectrum.near;
        const double angle =
            far ? std::numbers::pi * static_cast<double>(2 * (j - spectrum.near) + 1) /
                      spectrum.points
                : 2 * std::numbers::pi * static_cast<double>(j + 1) / spectrum.points;
        const complex_number& v = spectrum.values[j];
        // At pi - tau every second point changes sign: (-1)^u at k, and -e^{-i tau} for each step.
        const double sign = far && u % 2 != 0 ? -1 : 1;
        const double turned = far && std::fmod(below, 2) == 0 ? -1 : 1; // (-1)^(below + 1)
        const double half_sine = std::sin(angle / 2);
        const complex_number top{1 - turned * last * std::cos(angle * (below + 1)),
                                 -turned * last * std::sin(angle * (below + 1))};
        const complex_number bottom =
            far ? complex_number{1 + shrink * std::cos(angle), shrink * std::sin(angle)}
                : complex_number{-std::expm1(-decay) + 2 * shrink * half_sine * half_sine,
                                 -shrink * std::sin(angle)};
        const double size = bottom.re * bottom.re + bottom.im * bottom.im;
        const complex_number series = top * complex_number{bottom.re / size, -bottom.im / size};
        at += sign * v.re;
        sum += sign * (v.re * series.re - v.im * series.im);
    }
    const double scale = std::exp(-t.entropy) / spectrum.points;
    return {scale * (1 + 2 * at),
            scale * (std::expm1(-decay * (below + 1)) / std::expm1(-decay) + 2 * sum)};
}

} // namespace nps::inline v0::detail
