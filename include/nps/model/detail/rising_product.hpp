// SPDX-License-Identifier: Apache-2.0
/// @file
/// Gamma(a + x) / Gamma(a) for whole x, and what it is made of, without cancellation for large a.
#pragma once

#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>

namespace nps::inline v0::detail {

/// From x factors on, and from a on, Stirling's series is used; below, the factors themselves.
inline constexpr double few_factors = 16;

/// sum over 0 <= j < x of log(1 + j / a): log Gamma(a + x) - log Gamma(a) - x log a. Of order
/// x^2 / (2 a) for large a, where the logarithms of the Gammas would leave nothing of it.
[[nodiscard]] inline double log_rising(double a, double x) {
    double sum = 0;
    const double alone =
        x <= few_factors ? x : (std::max)(0.0, (std::min)(std::ceil(few_factors - a), x));
    for (double j = 1; j < alone; ++j) {
        sum += std::log1p(j / a);
    }
    const double rest = x - alone;
    if (rest <= 0) {
        return sum;
    }
    const double from = a + alone;
    const double u = rest / from;
    const double log1p_u = std::log1p(u);
    // (1 + u) log(1 + u) - u
    const double excess = u > 0.5 ? (1 + u) * log1p_u - u : u * u + (1 + u) * log1p_minus(u);
    return sum + rest * std::log1p(alone / a) + from * excess - log1p_u / 2 +
           stirling_error(from + rest) - stirling_error(from);
}

/// Sums over 0 <= j < x.
struct rising_sums {
    double first = 0;  ///< a / (a + j): a (psi(a + x) - psi(a))
    double second = 0; ///< (a / (a + j))^2
    double rest = 0;   ///< j / (a + j): x - first, without the cancellation
};

[[nodiscard]] inline rising_sums rising_sums_of(double a, double x) {
    rising_sums sums;
    const double alone =
        x <= few_factors ? x : (std::max)(0.0, (std::min)(std::ceil(few_factors - a), x));
    for (double j = 0; j < alone; ++j) {
        const double part = a / (a + j);
        sums.first += part;
        sums.second += part * part;
        sums.rest += j / (a + j);
    }
    const double left = x - alone;
    if (left <= 0) {
        return sums;
    }
    const double from = a + alone;
    const double to = from + left;
    const double u = left / from;
    // psi(z) = log z - 1 / (2 z) - s(z), psi'(z) = 1 / z + 1 / (2 z^2) + r(z)
    const auto s = [](double z) {
        const double w = 1 / (z * z);
        return w *
               (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w * (1.0 / 132)))));
    };
    const auto r = [](double z) {
        const double w = 1 / (z * z);
        return w / z * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w * (1.0 / 30))));
    };
    const double series = s(from) - s(to);
    const double harmonic = std::log1p(u) + u / (1 + u) / (2 * from) + series;
    const double squares =
        u / (1 + u) / from + (1 / from + 1 / to) * (u / (1 + u) / from) / 2 + (r(from) - r(to));
    sums.first += a * harmonic;
    sums.second += a * a * squares;
    // sum of (alone + i) / (from + i)
    sums.rest += alone * harmonic + (-from * log1p_minus(u) - u / (1 + u) / 2 - from * series);
    return sums;
}

} // namespace nps::inline v0::detail
