// SPDX-License-Identifier: Apache-2.0
/// @file
/// Distribution functions and quantiles: Boost.Math behind one policy (no promotion to long double),
/// and own routines for beta quantiles and for beta tails with large parameters. Arguments outside
/// the domain throw invalid_input, results that no double holds undefined_result. The only header
/// that includes Boost.Math.
///
/// Beta tails and quantiles: 12 digits for parameters from 0.05 on, relative in each tail.
/// Tails are computed from complements, never as 1 - p: use `_upper_tail` and `_upper_quantile`
/// where the upper end is meant.
///
/// Source:     Boost.Math, https://www.boost.org/doc/libs/release/libs/math/
/// Checked:    tests/reference/distributions.csv (mpmath)
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/detail/beta_tail.hpp>

#include <boost/math/policies/error_handling.hpp>
#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string_view>

namespace nps::inline v0 {

namespace detail {

using math_policy = boost::math::policies::policy<boost::math::policies::promote_float<false>,
                                                  boost::math::policies::promote_double<false>>;

/// A finite value, or undefined_result.
[[nodiscard]] inline double finite_or_throw(double value, std::string_view function) {
    if (!std::isfinite(value)) {
        throw_undefined(function, "no double holds the result for these arguments");
    }
    return value;
}

/// What Boost throws leaves as undefined_result: overflow, or a series that does not end.
template <class Call>
[[nodiscard]] double guarded(std::string_view function, Call call) {
    try {
        return finite_or_throw(call(), function);
    } catch (const std::overflow_error&) {
        throw_undefined(function, "no double holds the result for these arguments");
    } catch (const boost::math::evaluation_error&) {
        throw_undefined(function, "the computation does not converge for these arguments");
    }
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

/// P(|Z| <= z) of the standard normal distribution, z >= 0.
[[nodiscard]] inline double normal_central(double z) {
    detail::require(z >= 0, "normal_central", "z", z, "must not be negative");
    return boost::math::erf(z / std::numbers::sqrt2, detail::math_policy());
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
    if (sides != bounds::two_sided) {
        return normal_quantile(level);
    }
    // 1 - level has lost the digits of a small level.
    return level < 0.5 ? std::numbers::sqrt2 * boost::math::erf_inv(level, detail::math_policy())
                       : normal_upper_quantile(tail_probability(level, sides));
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

/// Where P(X <= x) is below 1e-300; Boost overflows on the way to it.
[[nodiscard]] constexpr bool is_beta_end(double x, double a, double b) {
    return a >= 2 && x < 1e-170 && x * b < 1e-170;
}

} // namespace detail

/// P(X <= x) of the beta distribution: the regularised incomplete beta function I_x(a, b).
[[nodiscard]] inline double beta_cdf(double x, double a, double b) {
    detail::require_beta(x, a, b, "beta_cdf");
    if (detail::use_large_beta(a, b)) {
        return detail::finite_or_throw(detail::large_beta_tail(x, a, b, false), "beta_cdf");
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
        return detail::finite_or_throw(detail::large_beta_tail(x, a, b, true), "beta_upper_tail");
    }
    // Boost's arcsine form, for 1/2 and 1/2, rounds 1 - x.
    if (detail::is_beta_end(x, a, b) || (a == 0.5 && b == 0.5 && x < 0.5)) {
        return 1 - beta_cdf(x, a, b);
    }
    return detail::guarded("beta_upper_tail",
                           [&] { return boost::math::ibetac(a, b, x, detail::math_policy()); });
}

/// The density of the beta distribution inside (0, 1).
[[nodiscard]] inline double beta_density(double x, double a, double b) {
    detail::require(x > 0 && x < 1, "beta_density", "x", x, "must be in (0, 1)");
    detail::require_positive(a, "beta_density", "a");
    detail::require_positive(b, "beta_density", "b");
    if (detail::use_large_beta(a, b)) {
        return detail::finite_or_throw(
            detail::large_beta_power(x, detail::beta_distance(x, a, b), a, b) / x / (1 - x),
            "beta_density");
    }
    return detail::guarded("beta_density", [&] {
        return boost::math::ibeta_derivative(a, b, x, detail::math_policy());
    });
}

namespace detail {

/// The x with tail p <= 1/2 of Beta(a, b), from a guess: Newton's steps on the logarithm of the
/// tail, in the logarithm of the distance from its end, kept inside a bracket.
[[nodiscard]] inline double solve_beta_quantile(double x, double p, double a, double b,
                                                bool upper) {
    double low = 0;
    double high = 1;
    for (int step = 0; step < 1100; ++step) {
        const double tail = upper ? beta_upper_tail(x, a, b) : beta_cdf(x, a, b);
        const double excess = std::log(tail / p);
        if (excess == 0) {
            return x;
        }
        ((excess > 0) == upper ? low : high) = x;
        const double move = excess * (tail / beta_density(x, a, b));
        double next = upper ? x - (1 - x) * std::expm1(-move / (1 - x)) : x * std::exp(-move / x);
        // The error that is left is about the square of this one.
        const bool last = std::abs(excess) < 1e-8;
        if (!(next > low && next < high)) {
            if (last) {
                return x;
            }
            next = low > 0 ? std::sqrt(low) * std::sqrt(high) : high / 16;
        }
        if (last || next <= low || next >= high) {
            return next;
        }
        x = next;
    }
    return x;
}

[[nodiscard]] inline double any_beta_quantile(double p, double a, double b, bool upper,
                                              std::string_view function) {
    require_probability(p, function);
    require_positive(a, function, "a");
    require_positive(b, function, "b");
    if (p > 0.5) {
        p = 1 - p;
        upper = !upper;
    }
    const double z = upper ? normal_upper_quantile(p) : normal_quantile(p);
    const beta_point guess = guess_beta_quantile(p, z, a, b, upper);
    // The smaller of x and 1 - x carries the digits.
    if (guess.x > 0.5) {
        return guess.complement < (std::numeric_limits<double>::min)()
                   ? 1
                   : 1 - solve_beta_quantile(guess.complement, p, b, a, !upper);
    }
    if (guess.x < (std::numeric_limits<double>::min)()) {
        throw_undefined(function, "no double holds the result for these arguments");
    }
    return solve_beta_quantile(guess.x, p, a, b, upper);
}

} // namespace detail

/// The x with P(X <= x) = p of the beta distribution.
[[nodiscard]] inline double beta_quantile(double p, double a, double b) {
    return detail::any_beta_quantile(p, a, b, false, "beta_quantile");
}

/// The x with P(X > x) = p of the beta distribution.
[[nodiscard]] inline double beta_upper_quantile(double p, double a, double b) {
    return detail::any_beta_quantile(p, a, b, true, "beta_upper_quantile");
}

namespace detail {

inline void require_df(double df, std::string_view function) {
    require(df > 0 && df <= 1e6, function, "df", df, "must be in (0, 1e6]");
}

/// Where P(X <= x) is below 1e-320, by (x / 2)^a / Gamma(a + 1) with a = df / 2; Boost overflows on
/// the way to it.
[[nodiscard]] inline bool is_chi_squared_end(double x, double df) {
    return df / 2 * (std::log(x / df) + 1) < -740;
}

} // namespace detail

/// P(X <= x) of the chi-squared distribution, df in (0, 1e6].
[[nodiscard]] inline double chi_squared_cdf(double x, double df) {
    detail::require(x >= 0, "chi_squared_cdf", "x", x, "must not be negative");
    detail::require_df(df, "chi_squared_cdf");
    if (std::isinf(x)) {
        return 1;
    }
    if (detail::is_chi_squared_end(x, df)) {
        return 0;
    }
    return detail::guarded("chi_squared_cdf", [&] {
        return boost::math::gamma_p(df / 2, x / 2, detail::math_policy());
    });
}

/// P(X > x) of the chi-squared distribution, df in (0, 1e6].
[[nodiscard]] inline double chi_squared_upper_tail(double x, double df) {
    detail::require(x >= 0, "chi_squared_upper_tail", "x", x, "must not be negative");
    detail::require_df(df, "chi_squared_upper_tail");
    if (std::isinf(x)) {
        return 0;
    }
    if ((df >= 2 && x < 1e-170) || detail::is_chi_squared_end(x, df)) {
        return 1;
    }
    return detail::guarded("chi_squared_upper_tail", [&] {
        return boost::math::gamma_q(df / 2, x / 2, detail::math_policy());
    });
}

/// The x with P(X > x) = p of the chi-squared distribution, df in (0, 1e6].
[[nodiscard]] inline double chi_squared_upper_quantile(double p, double df) {
    detail::require_probability(p, "chi_squared_upper_quantile");
    detail::require_df(df, "chi_squared_upper_quantile");
    const double x = detail::guarded("chi_squared_upper_quantile", [&] {
        return 2 * boost::math::gamma_q_inv(df / 2, p, detail::math_policy());
    });
    if (x == 0) { // too small, as with df = 0.001 and p = 1/2
        detail::throw_undefined("chi_squared_upper_quantile",
                                "no double holds the result for these arguments");
    }
    return x;
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

/// P(T > t) of Student's distribution with df degrees of freedom (df > 0, not necessarily whole).
/// 12 digits down to tails of 1e-20, 9 beyond.
[[nodiscard]] inline double student_t_upper_tail(double t, double df) {
    detail::require(!std::isnan(t), "student_t_upper_tail", "t", t, "must be a number");
    detail::require_positive(df, "student_t_upper_tail", "df");
    if (t < 0) {
        return 1 - student_t_upper_tail(-t, df);
    }
    if (std::isinf(t)) {
        return 0;
    }
    // t^2 / (df + t^2) is Beta(1/2, df / 2): the smaller of it and its complement has the digits.
    const double ratio = t / std::sqrt(df) * (t / std::sqrt(df));
    return ratio < 1 ? beta_upper_tail(ratio / (1 + ratio), 0.5, df / 2) / 2
                     : beta_cdf(1 / (1 + ratio), df / 2, 0.5) / 2;
}

/// P(X > x) of the F distribution with df1 and df2 degrees of freedom (above 0, not necessarily
/// whole). 12 digits down to tails of 1e-20, 9 beyond.
[[nodiscard]] inline double f_upper_tail(double x, double df1, double df2) {
    detail::require(x >= 0, "f_upper_tail", "x", x, "must not be negative");
    detail::require_positive(df1, "f_upper_tail", "df1");
    detail::require_positive(df2, "f_upper_tail", "df2");
    const double ratio = x * (df1 / df2);
    if (std::isinf(ratio)) {
        return 0;
    }
    // df1 X / (df1 X + df2) is Beta(df1 / 2, df2 / 2): the smaller of it and its complement has the
    // digits.
    return ratio < 1 ? beta_upper_tail(ratio / (1 + ratio), df1 / 2, df2 / 2)
                     : beta_cdf(1 / (1 + ratio), df2 / 2, df1 / 2);
}

} // namespace nps::inline v0
