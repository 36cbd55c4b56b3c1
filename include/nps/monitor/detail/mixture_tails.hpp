// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tails of the gamma and beta distributions that one-sided mixtures need, also where they are too
/// small for a double. Internal.
#pragma once

#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nps::inline v0::detail {

/// Below this logarithm a tail has too few digits, or none; the functions far_* take over.
inline constexpr double log_far_tail = -640;

/// log(exp(z^2 / 2) Phi(z)); of a z far below 0 by the asymptotic series of Mills' ratio, whose next
/// term is below 1e-12.
[[nodiscard]] inline double log_mills_ratio(double z) {
    if (z > -35) {
        return z * z / 2 + std::log(normal_cdf(z));
    }
    const double q = 1 / (z * z);
    return std::log1p(-q * (1 - 3 * q * (1 - 5 * q * (1 - 7 * q)))) -
           std::log(-z * std::sqrt(2 * std::numbers::pi));
}

/// log P(a, x), or of its complement, x near a or beyond; for large a by the uniform expansion,
/// whose next term is below 1e-13.
[[nodiscard]] inline double log_mixture_gamma(double a, double x, bool upper) {
    if (a <= 4e5 && x < 1e6) {
        return std::log(upper ? chi_squared_upper_tail(2 * x, 2 * a)
                              : chi_squared_cdf(2 * x, 2 * a));
    }
    const double mu = (x - a) / a;
    const double half = -log1p_minus(mu);
    const double eta = std::copysign(std::sqrt(2 * half), mu);
    const double series =
        -1.0 / 3 + eta * (1.0 / 12 - eta * (2.0 / 135 - eta / 864)) - (1.0 / 540 + eta / 288) / a;
    const double rest = std::abs(eta) < 0.1
                            ? std::exp(-a * half) * series / std::sqrt(2 * std::numbers::pi * a)
                            : 0;
    const double z = eta * std::sqrt(a);
    return upper ? std::log(normal_upper_tail(z) + rest) : std::log(normal_cdf(z) - rest);
}

/// b_0 + a_1 / (b_1 + a_2 / (b_2 + ...)) by Lentz's method; far from the mean 3 to 30 terms.
template <class Numerator, class Denominator>
[[nodiscard]] double continued_fraction(Numerator numerator, Denominator denominator) {
    double fraction = denominator(0.0);
    double c = fraction;
    double d = 0;
    for (double k = 1; k < 1000; ++k) {
        d = 1 / (denominator(k) + numerator(k) * d);
        c = denominator(k) + numerator(k) / c;
        fraction *= c * d;
        if (std::abs(c * d - 1) < 4 * std::numeric_limits<double>::epsilon()) {
            break;
        }
    }
    return fraction;
}

/// P(a, x) exp(x) Gamma(a + 1) / x^a, x far below a.
[[nodiscard]] inline double far_lower_gamma(double a, double x) {
    return a / continued_fraction(
                   [=](double k) {
                       const double n = std::ceil(k / 2);
                       return std::fmod(k, 2) == 1 ? -(a + n - 1) * x : n * x;
                   },
                   [=](double k) { return a + k; });
}

/// Q(b, x) exp(x) Gamma(b) / x^b, x far above b.
[[nodiscard]] inline double far_upper_gamma(double b, double x) {
    return 1 / continued_fraction([=](double k) { return k * (b - k); },
                                  [=](double k) { return x - b + 2 * k + 1; });
}

/// I_x(a, b) a B(a, b) / (x^a (1 - x)^b), x far below a / (a + b).
[[nodiscard]] inline double far_beta(double a, double b, double x) {
    return 1 / continued_fraction(
                   [=](double k) {
                       const double m = std::floor(k / 2);
                       return std::fmod(k, 2) == 1
                                  ? -(a + m) / (a + 2 * m) * ((a + b + m) / (a + 2 * m + 1)) * x
                                  : m / (a + 2 * m - 1) * ((b - m) / (a + 2 * m)) * x;
                   },
                   [](double) { return 1.0; });
}

} // namespace nps::inline v0::detail
