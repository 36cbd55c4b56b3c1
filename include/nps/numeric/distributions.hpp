// SPDX-License-Identifier: Apache-2.0
/// @file
/// Distribution functions and quantiles: Boost.Math behind one policy (no promotion to long double;
/// arguments outside the domain throw invalid_input, results that no double holds
/// undefined_result). The only header that includes Boost.Math.
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
#include <exception>
#include <numbers>
#include <string_view>

namespace nps::inline v0 {

namespace detail {

using math_policy = boost::math::policies::policy<boost::math::policies::promote_float<false>,
                                                  boost::math::policies::promote_double<false>>;

/// log(1 + u) - u, u >= -1, without cancellation near 0.
[[nodiscard]] inline double log1p_minus(double u) {
    if (u < -0.3 || u > 0.5) {
        return std::log1p(u) - u;
    }
    // log(1 + u) = 2 atanh(r) with r = u / (2 + u), so |r| <= 0.2.
    const double r = u / (2 + u);
    const double square = r * r;
    double sum = 0;
    for (int k = 23; k >= 3; k -= 2) {
        sum = sum * square + 1.0 / k;
    }
    return 2 * r * square * sum - u * r;
}

/// log Gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2, a >= 100.
[[nodiscard]] inline double stirling_error(double a) {
    const double square = 1 / (a * a);
    return (1.0 / 12 - square * (1.0 / 360 - square / 1260)) / a;
}

/// x^a (1 - x)^b / B(a, b) at x = mean + distance, a and b at least 100, without the cancellation
/// that costs the plain form its digits as a + b grows.
[[nodiscard]] inline double large_beta_power(double distance, double a, double b) {
    const double s = a + b;
    const double exponent = a * log1p_minus(distance * (s / a)) +
                            b * log1p_minus(-distance * (s / b)) + stirling_error(s) -
                            stirling_error(a) - stirling_error(b);
    return std::sqrt(a * (b / s) / (2 * std::numbers::pi)) * std::exp(exponent);
}

/// P(X <= x) of Beta(a, b), both at least 100, x = mean + distance, at least one standard deviation
/// below the mean: the continued fraction of Didonato and Morris (1992),
/// doi:10.1145/131766.131776, by Lentz's method.
[[nodiscard]] inline double far_beta_tail(double x, double distance, double a, double b) {
    const double s = a + b;
    const double power = x > 0 ? large_beta_power(distance, a, b) : 0;
    if (power == 0) {
        return 0;
    }
    const double drift = 1 - s * distance;
    const auto denominator = [&](double m) {
        return m + m * (b - m) * x / (a + 2 * m - 1) +
               (a + m) / (a + 2 * m + 1) * (drift + m * (2 - x));
    };
    double fraction = denominator(0);
    double c = fraction;
    double d = 0;
    // It needs 10-300 terms; near the mean it would need about sqrt(s).
    for (double m = 1; m < 10'000; ++m) {
        const double k = a + 2 * m - 1;
        const double numerator = (a + m - 1) / k * ((s + m - 1) / k) * m * (b - m) * x * x;
        const double term = denominator(m);
        d = 1 / (term + numerator * d);
        c = term + numerator / c;
        fraction *= c * d;
        if (std::abs(c * d - 1) < 1e-16) {
            break;
        }
    }
    return power / fraction;
}

/// P(X <= x) of Beta(a, b), both at least 100, x = mean + distance, distance <= 0.
[[nodiscard]] inline double large_beta_lower_tail(double x, double distance, double a, double b) {
    const double s = a + b;
    const double sd = std::sqrt(a / s * (b / s) / (s + 1));
    if (distance <= -sd) {
        return far_beta_tail(x, distance, a, b);
    }
    // The tail to one standard deviation, and the density from there by ten-point Gauss-Legendre.
    constexpr double node[] = {0.14887433898163121088, 0.43339539412924719080,
                               0.67940956829902440623, 0.86506336668898451073,
                               0.97390652851717172008};
    constexpr double weight[] = {0.29552422471475287017, 0.26926671930999635509,
                                 0.21908636251598204400, 0.14945134915058059315,
                                 0.06667134430868813759};
    const double middle = (distance - sd) / 2;
    const double half = (distance + sd) / 2;
    const auto density = [&](double t) {
        return large_beta_power(t, a, b) / ((a / s + t) * (b / s - t));
    };
    double sum = 0;
    for (int i = 0; i < 5; ++i) {
        sum += weight[i] * (density(middle - half * node[i]) + density(middle + half * node[i]));
    }
    return far_beta_tail(a / s - sd, -sd, a, b) + half * sum;
}

/// Boost's exceptions, and results that are no numbers, leave as undefined_result.
template <class Call>
[[nodiscard]] double guarded(std::string_view function, Call call) {
    double value = 0;
    try {
        value = call();
    } catch (const std::exception&) {
        throw_undefined(function, "no double holds the result for these arguments");
    }
    if (!std::isfinite(value)) {
        throw_undefined(function, "no double holds the result for these arguments");
    }
    return value;
}

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

namespace detail {

inline void require_positive(double value, std::string_view function, std::string_view argument) {
    require(value > 0 && std::isfinite(value), function, argument, value,
            "must be positive and finite");
}

inline void require_beta(double x, double a, double b, std::string_view function) {
    require(x >= 0 && x <= 1, function, "x", x, "must be in [0, 1]");
    require_positive(a, function, "a");
    require_positive(b, function, "b");
}

/// Where large_beta_lower_tail is more exact than Boost.
[[nodiscard]] constexpr bool use_large_beta(double a, double b) {
    return a >= 100 && b >= 100 && a + b >= 1e4;
}

/// Where P(X <= x) is below 1e-300; Boost overflows on the way to it.
[[nodiscard]] constexpr bool is_beta_end(double x, double a, double b) {
    return a >= 2 && x < 1e-170 && x * b < 1e-170;
}

/// The tail asked for, from the smaller of the two.
[[nodiscard]] inline double large_beta_tail(double x, double a, double b, bool upper) {
    const double distance = x - a / (a + b);
    const bool below = distance <= 0;
    const double smaller = below ? large_beta_lower_tail(x, distance, a, b)
                                 : large_beta_lower_tail(1 - x, -distance, b, a);
    return below == upper ? 1 - smaller : smaller;
}

} // namespace detail

/// P(X <= x) of the beta distribution: the regularised incomplete beta function I_x(a, b).
[[nodiscard]] inline double beta_cdf(double x, double a, double b) {
    detail::require_beta(x, a, b, "beta_cdf");
    if (detail::use_large_beta(a, b)) {
        return detail::large_beta_tail(x, a, b, false);
    }
    if (detail::is_beta_end(x, a, b)) {
        return 0;
    }
    return detail::guarded("beta_cdf",
                           [&] { return boost::math::ibeta(a, b, x, detail::math_policy()); });
}

/// P(X > x) of the beta distribution.
[[nodiscard]] inline double beta_upper_tail(double x, double a, double b) {
    detail::require_beta(x, a, b, "beta_upper_tail");
    if (detail::use_large_beta(a, b)) {
        return detail::large_beta_tail(x, a, b, true);
    }
    // Boost's arcsine form, for 1/2 and 1/2, rounds 1 - x.
    if (detail::is_beta_end(x, a, b) || (a == 0.5 && b == 0.5 && x < 0.5)) {
        return 1 - beta_cdf(x, a, b);
    }
    return detail::guarded("beta_upper_tail",
                           [&] { return boost::math::ibetac(a, b, x, detail::math_policy()); });
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

/// One Newton step for a quantile that is right but for its last digits.
[[nodiscard]] inline double polish_beta_quantile(double x, double p, double a, double b,
                                                 bool upper) {
    if (!use_large_beta(a, b) || !(x > 0 && x < 1)) {
        return x;
    }
    const double density = large_beta_power(x - a / (a + b), a, b) / (x * (1 - x));
    const double step = (large_beta_tail(x, a, b, upper) - p) / density;
    return density > 0 ? x + (upper ? step : -step) : x;
}

} // namespace detail

/// The x with P(X <= x) = p of the beta distribution.
[[nodiscard]] inline double beta_quantile(double p, double a, double b) {
    detail::require_probability(p, "beta_quantile");
    detail::require_positive(a, "beta_quantile", "a");
    detail::require_positive(b, "beta_quantile", "b");
    if ((std::min)(a, b) >= detail::large_beta) {
        return detail::polish_beta_quantile(detail::large_beta_quantile(normal_quantile(p), a, b),
                                            p, a, b, false);
    }
    return detail::guarded("beta_quantile", [&] {
        const double x = detail::reflect_beta(a, b)
                             ? 1 - boost::math::ibetac_inv(b, a, p, detail::math_policy())
                             : boost::math::ibeta_inv(a, b, p, detail::math_policy());
        return detail::polish_beta_quantile(x, p, a, b, false);
    });
}

/// The x with P(X > x) = p of the beta distribution.
[[nodiscard]] inline double beta_upper_quantile(double p, double a, double b) {
    detail::require_probability(p, "beta_upper_quantile");
    detail::require_positive(a, "beta_upper_quantile", "a");
    detail::require_positive(b, "beta_upper_quantile", "b");
    if ((std::min)(a, b) >= detail::large_beta) {
        return detail::polish_beta_quantile(
            detail::large_beta_quantile(normal_upper_quantile(p), a, b), p, a, b, true);
    }
    return detail::guarded("beta_upper_quantile", [&] {
        const double x = detail::reflect_beta(a, b)
                             ? 1 - boost::math::ibeta_inv(b, a, p, detail::math_policy())
                             : boost::math::ibetac_inv(a, b, p, detail::math_policy());
        return detail::polish_beta_quantile(x, p, a, b, true);
    });
}

/// The density of the beta distribution inside (0, 1).
[[nodiscard]] inline double beta_density(double x, double a, double b) {
    detail::require(x > 0 && x < 1, "beta_density", "x", x, "must be in (0, 1)");
    detail::require_positive(a, "beta_density", "a");
    detail::require_positive(b, "beta_density", "b");
    if (detail::use_large_beta(a, b)) {
        return detail::large_beta_power(x - a / (a + b), a, b) / (x * (1 - x));
    }
    return detail::guarded("beta_density", [&] {
        return boost::math::ibeta_derivative(a, b, x, detail::math_policy());
    });
}

/// P(X > x) of the chi-squared distribution.
[[nodiscard]] inline double chi_squared_upper_tail(double x, double df) {
    detail::require(x >= 0, "chi_squared_upper_tail", "x", x, "must not be negative");
    detail::require_positive(df, "chi_squared_upper_tail", "df");
    if (std::isinf(x)) {
        return 0;
    }
    // Boost overflows on the way to a tail that is 1.
    if (df >= 2 && x < 1e-170) {
        return 1;
    }
    return detail::guarded("chi_squared_upper_tail", [&] {
        return boost::math::gamma_q(df / 2, x / 2, detail::math_policy());
    });
}

/// The x with P(X > x) = p of the chi-squared distribution.
[[nodiscard]] inline double chi_squared_upper_quantile(double p, double df) {
    detail::require_probability(p, "chi_squared_upper_quantile");
    detail::require_positive(df, "chi_squared_upper_quantile", "df");
    return detail::guarded("chi_squared_upper_quantile", [&] {
        return 2 * boost::math::gamma_q_inv(df / 2, p, detail::math_policy());
    });
}

/// The t with P(T > t) = p of Student's distribution with df degrees of freedom (df > 0, not
/// necessarily whole).
[[nodiscard]] inline double student_t_upper_quantile(double p, double df) {
    detail::require_probability(p, "student_t_upper_quantile");
    detail::require_positive(df, "student_t_upper_quantile", "df");
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
    return detail::guarded("student_t_upper_quantile", [&] {
        double complement = 0;
        const double x =
            boost::math::ibeta_inv(df / 2, 0.5, 2 * p, &complement, detail::math_policy());
        return std::sqrt(df * complement / x);
    });
}

} // namespace nps::inline v0
