// SPDX-License-Identifier: Apache-2.0
/// @file
/// Distribution functions and quantiles: Boost.Math behind one policy (no promotion to long double;
/// errors are exceptions). The only header that includes Boost.Math.
///
/// Tails are computed from complements, never as 1 - p: use `_upper_tail` and `_upper_quantile`
/// where the upper end is meant.
///
/// Source:     Boost.Math, https://www.boost.org/doc/libs/release/libs/math/
/// Checked:    tests/reference/distributions.csv (mpmath)
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>

#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nps::inline v0 {

namespace detail {

using math_policy = boost::math::policies::policy<boost::math::policies::promote_float<false>,
                                                  boost::math::policies::promote_double<false>>;

constexpr void require_probability(double p, std::string_view function) {
    require(p > 0 && p < 1, function, "p", p, "must be in (0, 1)");
}

} // namespace detail

/// P(Z <= z) of the standard normal distribution.
[[nodiscard]] inline double normal_cdf(double z) {
    detail::require(!std::isnan(z), "normal_cdf", "z", z, "must be a number");
    return 0.5 * boost::math::erfc(-z / std::numbers::sqrt2, detail::math_policy());
}

/// P(Z > z) of the standard normal distribution.
[[nodiscard]] inline double normal_upper_tail(double z) {
    detail::require(!std::isnan(z), "normal_upper_tail", "z", z, "must be a number");
    return 0.5 * boost::math::erfc(z / std::numbers::sqrt2, detail::math_policy());
}

/// The z with P(Z <= z) = p.
[[nodiscard]] inline double normal_quantile(double p) {
    detail::require_probability(p, "normal_quantile");
    return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, detail::math_policy());
}

/// The z with P(Z > z) = p.
[[nodiscard]] inline double normal_upper_quantile(double p) {
    detail::require_probability(p, "normal_upper_quantile");
    return std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, detail::math_policy());
}

/// What lies outside an interval on each side that has a limit: (1 - level) / 2, or 1 - level.
[[nodiscard]] constexpr double tail_probability(double level, bounds sides) {
    return sides == bounds::two_sided ? (1 - level) / 2 : 1 - level;
}

/// The normal critical value Z of an interval: 1.96 for two sides at level 0.95.
[[nodiscard]] inline double normal_critical_value(double level, bounds sides = bounds::two_sided) {
    detail::require_level(level, "normal_critical_value");
    return normal_upper_quantile(tail_probability(level, sides));
}

/// P(X <= x) of the beta distribution: the regularised incomplete beta function I_x(a, b).
[[nodiscard]] inline double beta_cdf(double x, double a, double b) {
    return boost::math::ibeta(a, b, x, detail::math_policy());
}

/// P(X > x) of the beta distribution.
[[nodiscard]] inline double beta_upper_tail(double x, double a, double b) {
    return boost::math::ibetac(a, b, x, detail::math_policy());
}

namespace detail {

/// Above this the Cornish-Fisher expansion of a beta quantile to fourth cumulants is exact to a few
/// 1e-14 relative, and Boost's iterations begin to fail.
inline constexpr double large_beta = 1e7;

/// The quantile of Beta(a, b), both large, whose standard normal counterpart is z.
[[nodiscard]] inline double large_beta_quantile(double z, double a, double b) {
    const double s = a + b;
    const double sd = std::sqrt(a / s * (b / s) / (s + 1));
    const double skewness =
        2 * (b - a) * std::sqrt(s + 1) / ((s + 2) * std::sqrt(a) * std::sqrt(b));
    const double kurtosis =
        6 * ((b - a) / a * ((b - a) / b) * (s + 1) - (s + 2)) / ((s + 2) * (s + 3));
    const double w = z + skewness * (z * z - 1) / 6 + kurtosis * z * (z * z - 3) / 24 -
                     skewness * skewness * z * (2 * z * z - 5) / 36;
    return a / s + sd * w;
}

/// Boost's series for a > b do not end when a is large; 1 - X is Beta(b, a), and x is near 1.
[[nodiscard]] inline bool reflect_beta(double a, double b) {
    return a > b && a > 1e4;
}

} // namespace detail

/// The x with P(X <= x) = p of the beta distribution.
[[nodiscard]] inline double beta_quantile(double p, double a, double b) {
    detail::require_probability(p, "beta_quantile");
    if ((std::min)(a, b) >= detail::large_beta) {
        return detail::large_beta_quantile(normal_quantile(p), a, b);
    }
    return detail::reflect_beta(a, b) ? 1 - boost::math::ibetac_inv(b, a, p, detail::math_policy())
                                      : boost::math::ibeta_inv(a, b, p, detail::math_policy());
}

/// The x with P(X > x) = p of the beta distribution.
[[nodiscard]] inline double beta_upper_quantile(double p, double a, double b) {
    detail::require_probability(p, "beta_upper_quantile");
    if ((std::min)(a, b) >= detail::large_beta) {
        return detail::large_beta_quantile(normal_upper_quantile(p), a, b);
    }
    return detail::reflect_beta(a, b) ? 1 - boost::math::ibeta_inv(b, a, p, detail::math_policy())
                                      : boost::math::ibetac_inv(a, b, p, detail::math_policy());
}

/// The density of the beta distribution.
[[nodiscard]] inline double beta_density(double x, double a, double b) {
    return boost::math::ibeta_derivative(a, b, x, detail::math_policy());
}

/// P(X > x) of the chi-squared distribution.
[[nodiscard]] inline double chi_squared_upper_tail(double x, double df) {
    return boost::math::gamma_q(df / 2, x / 2, detail::math_policy());
}

/// The x with P(X > x) = p of the chi-squared distribution.
[[nodiscard]] inline double chi_squared_upper_quantile(double p, double df) {
    detail::require_probability(p, "chi_squared_upper_quantile");
    return 2 * boost::math::gamma_q_inv(df / 2, p, detail::math_policy());
}

/// The t with P(T > t) = p of Student's distribution with df degrees of freedom (df > 0, not
/// necessarily whole).
[[nodiscard]] inline double student_t_upper_quantile(double p, double df) {
    detail::require_probability(p, "student_t_upper_quantile");
    detail::require(df > 0, "student_t_upper_quantile", "df", df, "must be above 0");
    if (p > 0.5) {
        return -student_t_upper_quantile(1 - p, df);
    }
    if (df >= 1e5) {
        // Abramowitz and Stegun 26.7.5; the next term is below 1e-23 z^9.
        const double z = normal_upper_quantile(p);
        const double y = z * z;
        return z + z *
                       ((y + 1) / 4 + ((5 * y * y + 16 * y + 3) / 96 +
                                       (((3 * y + 19) * y + 17) * y - 15) / (384 * df)) /
                                          df) /
                       df;
    }
    // x = df / (df + t^2) is Beta(df / 2, 1/2), and t^2 = df (1 - x) / x.
    double complement = 0;
    const double x = boost::math::ibeta_inv(df / 2, 0.5, 2 * p, &complement, detail::math_policy());
    return std::sqrt(df * complement / x);
}

} // namespace nps::inline v0
