// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tails of the noncentral t and the noncentral chi-squared distribution: what the power of a test
/// is made of. Sums of positive terms alone, so that both tails keep their digits.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

namespace detail {

/// log P(Z > x), rough beyond 30: for finding a peak, not for a value.
[[nodiscard]] inline double rough_log_normal_tail(double x) {
    return x < 30 ? std::log(normal_upper_tail(x)) : -x * x / 2 - std::log(2.5066282746310002 * x);
}

/// y - (e^(2 y) - 1) / 2 without its cancellation near 0: the log density of log(chi / sqrt(df)),
/// over df.
[[nodiscard]] inline double log_chi_exponent(double y) {
    if (std::abs(y) > 0.05) {
        return y - std::expm1(2 * y) / 2;
    }
    double term = -y * y; // -2^(k-1) y^k / k!
    double sum = 0;
    for (int k = 2; k < 16; ++k) {
        sum += term;
        term *= 2 * y / (k + 1);
    }
    return sum;
}

/// The sum of f(k) over all whole k, f rising to a peak near 0 and falling beyond it.
template <class F>
[[nodiscard]] double sum_outward(F f) {
    double sum = f(std::int64_t{0});
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{-1}}) {
        double last = 0;
        for (std::int64_t k = step;; k += step) {
            const double term = f(k);
            sum += term;
            if (term <= 1e-18 * sum && term <= last) {
                break;
            }
            last = term;
        }
    }
    return sum;
}

} // namespace detail

/// P(T > t) of the noncentral t distribution: T = (Z + ncp) / sqrt(chi^2_df / df).
///
/// Formula:    the mean of P(Z > t s - ncp) over s = chi / sqrt(df), by the trapezoidal rule in
///             log(s) around the peak, over the same rule's integral of the density
/// Scale:      [0, 1]. The lower tail is noncentral_t_upper_tail(-t, df, -ncp).
/// Degenerate: ncp = 0 is Student's distribution; a tail that no double holds is 0.
/// Throws:     invalid_input, also for df outside [1, 1e15]; undefined_result for ncp beyond 1e4
///             where t is as large: steps and lost digits grow with both.
/// Cost:       about 0.1 ms; 0.3 s where t and ncp are near 1e4 and df is 1.
/// Source:     Johnson, Kotz, Balakrishnan (1995), Continuous Univariate Distributions 2,
///             ISBN 0-471-58494-0, chapter 31
/// Checked:    tests/reference/noncentral.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double noncentral_t_upper_tail(double t, double df, double ncp) {
    constexpr std::string_view self = "noncentral_t_upper_tail";
    detail::require(std::isfinite(t), self, "t", t, "must be finite");
    detail::require(df >= 1 && df <= 1e15, self, "df", df, "must be in [1, 1e15]");
    detail::require(std::isfinite(ncp), self, "ncp", ncp, "must be finite");
    // s is beyond this with a probability below exp(-800).
    const double most = 1 + 40 / std::sqrt(df);
    if (ncp - (std::max)(t, 0.0) * most > 40) {
        return 1;
    }
    if ((std::min)(t, 0.0) * most - ncp > 40) {
        return 0;
    }
    if (!(std::abs(ncp) <= 1e4)) {
        detail::throw_undefined(self, "ncp is above 1e4 and t as large");
    }
    const auto density = [df](double y) { return std::exp(df * detail::log_chi_exponent(y)); };
    const auto log_term = [&](double y) {
        return df * detail::log_chi_exponent(y) +
               detail::rough_log_normal_tail(t * std::exp(y) - ncp);
    };
    // The integrand is log-concave in s.
    double low = -350;
    double high = 350;
    for (int step = 0; step < 110; ++step) {
        const double one = low + (high - low) * 0.45;
        const double two = low + (high - low) * 0.55;
        if (log_term(one) < log_term(two)) {
            low = one;
        } else {
            high = two;
        }
    }
    const double peak = (low + high) / 2;
    // Steps that resolve the density and, at s = ncp / t, the normal tail.
    const double slope =
        (std::max)(std::abs(t) * std::exp(peak), (std::min)(std::abs(ncp), std::abs(t) * most));
    const double h = 0.5 / std::sqrt(2 * (df + 12) + slope * slope);
    const double tail = detail::sum_outward([&](std::int64_t k) {
        const double y = peak + h * static_cast<double>(k);
        const double weight = density(y);
        return weight == 0 ? 0 : weight * normal_upper_tail(t * std::exp(y) - ncp);
    });
    const double own = 0.5 / std::sqrt(2 * (df + 12));
    const double whole =
        detail::sum_outward([&](std::int64_t k) { return density(own * static_cast<double>(k)); });
    return (std::min)(tail / whole * (h / own), 1.0);
}

namespace detail {

/// The mean of tail(df + 2 J) over J of the Poisson distribution with mean ncp / 2.
template <class Tail>
[[nodiscard]] double poisson_mixture(double df, double ncp, Tail tail) {
    const double mean = ncp / 2;
    const double mode = std::floor(mean);
    double sum = tail(df + 2 * mode);
    double whole = 1;
    double last = sum;
    double weight = 1;
    // A tail that underflows at the mode may not do so further on.
    const auto goes_on = [&](double term) {
        return weight > 1e-19 * whole || (term > 1e-18 * sum || term > last) ||
               (sum == 0 && weight > 0);
    };
    for (double j = mode + 1;; ++j) {
        weight *= mean / j;
        const double term = weight * tail(df + 2 * j);
        sum += term;
        whole += weight;
        if (!goes_on(term)) {
            break;
        }
        last = term;
    }
    weight = 1;
    last = tail(df + 2 * mode);
    for (double j = mode; j > 0; --j) {
        weight *= j / mean;
        const double term = weight * tail(df + 2 * (j - 1));
        sum += term;
        whole += weight;
        if (!goes_on(term)) {
            break;
        }
        last = term;
    }
    return (std::min)(sum / whole, 1.0);
}

inline void require_noncentral(double x, double df, double ncp, std::string_view function) {
    require(x >= 0 && x <= 4e5, function, "x", x, "must be in [0, 4e5]");
    require(df > 0 && df <= 4e5, function, "df", df, "must be in (0, 4e5]");
    require(ncp >= 0 && std::isfinite(ncp), function, "ncp", ncp,
            "must be finite and not negative");
}

/// Whether P(X <= x) is below 1e-347: X is at least (Z + sqrt(ncp))^2.
[[nodiscard]] inline bool is_far_above(double x, double ncp) {
    return std::sqrt(ncp) - std::sqrt(x) > 40;
}

} // namespace detail

/// P(X > x) of the noncentral chi-squared distribution: the sum of the squares of df normal
/// variables whose means have squares that add up to ncp.
///
/// Formula:    the mean of the chi-squared tail with df + 2 J degrees of freedom, J Poisson with
///             mean ncp / 2
/// Scale:      [0, 1].
/// Degenerate: ncp = 0 is the chi-squared distribution.
/// Throws:     invalid_input, also for x or df above 4e5.
/// Cost:       about 20 sqrt(ncp) tails of the chi-squared distribution.
/// Source:     Johnson, Kotz, Balakrishnan (1995), Continuous Univariate Distributions 2,
///             ISBN 0-471-58494-0, chapter 29
/// Checked:    tests/reference/noncentral.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double noncentral_chi_squared_upper_tail(double x, double df, double ncp) {
    detail::require_noncentral(x, df, ncp, "noncentral_chi_squared_upper_tail");
    if (detail::is_far_above(x, ncp)) {
        return 1;
    }
    return detail::poisson_mixture(df, ncp, [x](double k) { return chi_squared_upper_tail(x, k); });
}

/// P(X <= x) of the noncentral chi-squared distribution; see noncentral_chi_squared_upper_tail.
///
/// Scale:      [0, 1]; 0 where it is below 1e-300.
/// Throws:     invalid_input, also for x or df above 4e5.
/// Cost:       as the upper tail.
/// Source:     Johnson, Kotz, Balakrishnan (1995), Continuous Univariate Distributions 2,
///             ISBN 0-471-58494-0, chapter 29
/// Checked:    tests/reference/noncentral.csv (mpmath)
/// Example:    examples/power.cpp
[[nodiscard]] inline double noncentral_chi_squared_cdf(double x, double df, double ncp) {
    detail::require_noncentral(x, df, ncp, "noncentral_chi_squared_cdf");
    if (detail::is_far_above(x, ncp)) {
        return 0;
    }
    return detail::poisson_mixture(df, ncp, [x](double k) { return chi_squared_cdf(x, k); });
}

} // namespace nps::inline v0
