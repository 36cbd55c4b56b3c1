// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logarithm, exponential and binomial probabilities whose last bit is the same everywhere.
///
/// Random draws compare such numbers, so libm, whose last bit differs between platforms, is not
/// used. Only operations that IEEE 754 rounds in one way are: + - * / and std::fma; and no product
/// is added except inside std::fma, so that a compiler that contracts changes nothing.
#pragma once

#include <array>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>

static_assert(std::numeric_limits<double>::is_iec559 && FLT_EVAL_METHOD == 0,
              "nps: the same draws everywhere need IEEE 754 doubles without excess precision "
              "(on 32-bit x86: -msse2 -mfpmath=sse)");

namespace nps::inline v0::detail {

/// sum over j >= 0 of z^j / (2 j + 3), for 0 <= z <= 0.03; cut where the rest is below 1e-18.
[[nodiscard]] inline double atanh_tail(double z) {
    double sum = 1.0 / 23;
    for (const double next : {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                              1.0 / 7, 1.0 / 5, 1.0 / 3}) {
        sum = std::fma(sum, z, next);
    }
    return sum;
}

inline constexpr double ln2_high = 0x1.62e42fefa3800p-1; // 11 low bits are zero
inline constexpr double ln2_low = 0x1.ef35793c76730p-45;

/// log x for a positive normal x, within 2 units in the last place.
[[nodiscard]] inline double fixed_log(double x) {
    int exponent = 0;
    double m = std::frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m *= 2;
        --exponent;
    }
    // log m = 2 atanh s = 2 s + 2 s z T(z)
    const double s = (m - 1) / (m + 1);
    const double z = s * s;
    const double e = exponent;
    const double tail = std::fma(2 * s * z, atanh_tail(z), e * ln2_low);
    return std::fma(e, ln2_high, 2 * s + tail);
}

/// exp x for -700 <= x <= 700, within 2 units in the last place.
[[nodiscard]] inline double fixed_exp(double x) {
    const double k = std::floor(std::fma(x, 1.4426950408889634, 0.5));
    const double r = std::fma(-k, ln2_low, std::fma(-k, ln2_high, x));
    double sum = 1.0 / 6227020800;
    for (const double next :
         {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
          1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0}) {
        sum = std::fma(sum, r, next);
    }
    return std::ldexp(sum, static_cast<int>(k));
}

/// log k! - log(sqrt(2 pi k) (k / e)^k) for a whole k >= 0; 0 for k = 0, as `log_size` below asks.
[[nodiscard]] inline double fixed_stirling_error(double k) {
    static constexpr std::array<double, 16> table{
        0,
        0.081061466795327261,
        0.041340695955409297,
        0.027677925684998338,
        0.020790672103765093,
        0.016644691189821193,
        0.013876128823070748,
        0.01189670994589177,
        0.010411265261972096,
        0.0092554621827127329,
        0.0083305634333628708,
        0.0075736754879518406,
        0.0069428401072095299,
        0.0064089941880042071,
        0.0059513701127588475,
        0.0055547335519628011,
    };
    if (k < 16) {
        return table[static_cast<std::size_t>(k)];
    }
    const double w = 1 / (k * k);
    double sum = 1.0 / 1188;
    for (const double next : {-1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12}) {
        sum = std::fma(sum, w, next);
    }
    return sum / k;
}

/// x log(x / (n p)) - x + n p, where `deviation` is x - n p rounded once. Never negative; no
/// cancellation where x is near n p.
[[nodiscard]] inline double fixed_deviance(double x, double n, double p, double deviation) {
    if (!(x > 0)) {
        return -deviation;
    }
    const double s = deviation / std::fma(n, p, x);
    const double z = s * s;
    if (z < 0.03) {
        return std::fma(2 * x * s * z, atanh_tail(z), s * deviation);
    }
    return std::fma(x, fixed_log(x / (n * p)), -deviation);
}

/// What k! adds to a pmf beside its power: 2 pi k, or 1 for k = 0, whose square root goes with
/// fixed_stirling_error.
[[nodiscard]] inline double log_size(double k) {
    return k > 0 ? 6.283185307179586 * k : 1;
}

/// log P(X = k) for X binomial (n, p) but for its constant: without the terms that depend on n
/// alone. For 0 <= k <= n <= 2^53, 0 < p < 1. Absolute error below 1e-14 (1 + |value|).
///
/// Source:     Loader (2000), Fast and accurate computation of binomial probabilities, as cited by
///             https://stat.ethz.ch/R-manual/R-devel/library/stats/html/Binomial.html
[[nodiscard]] inline double log_binomial_shape(double k, double n, double p) {
    const double rest = n - k;
    const double deviation = std::fma(-n, p, k);
    return -(fixed_stirling_error(k) + fixed_stirling_error(rest) + 0.5 * fixed_log(log_size(k)) +
             0.5 * fixed_log(log_size(rest)) + fixed_deviance(k, n, p, deviation) +
             fixed_deviance(rest, n, 1 - p, -deviation));
}

/// log P(X = k) for X binomial (n, p).
[[nodiscard]] inline double log_binomial_pmf(double k, double n, double p) {
    return log_binomial_shape(k, n, p) + fixed_stirling_error(n) + 0.5 * fixed_log(log_size(n));
}

} // namespace nps::inline v0::detail
