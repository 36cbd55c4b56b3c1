// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tails, density and first guesses of quantiles of beta distributions with a large parameter, to
/// full precision where general routines lose digits. Internal.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nps::inline v0::detail {

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

/// log Gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2, a > 0.
[[nodiscard]] inline double stirling_error(double a) {
    double from = a;
    double product = 1;
    while (from < 10) {
        product *= from;
        ++from;
    }
    const double square = 1 / (from * from);
    const double series =
        (1.0 / 12 -
         square * (1.0 / 360 -
                   square * (1.0 / 1260 -
                             square * (1.0 / 1680 -
                                       square * (1.0 / 1188 - square * (691.0 / 360360)))))) /
        from;
    return from == a ? series
                     : series + ((from - 0.5) * std::log(from) - from) -
                           ((a - 0.5) * std::log(a) - a) - std::log(product);
}

/// Log of the beta function, to a few digits of a + b: for first guesses.
[[nodiscard]] inline double rough_log_beta(double a, double b) {
    const double s = a + b;
    return 0.5 * std::log(2 * std::numbers::pi) + (a - 0.5) * std::log(a / s) +
           (b - 0.5) * std::log(b / s) - 0.5 * std::log(s) + stirling_error(a) + stirling_error(b) -
           stirling_error(s);
}

/// x - a / (a + b) to full relative precision.
[[nodiscard]] inline double beta_distance(double x, double a, double b) {
    const double s = a + b;
    const double larger = (std::max)(a, b);
    const double lost = (std::min)(a, b) - (s - larger);
    const double mean = a / s;
    return (x - mean) + (std::fma(mean, s, -a) + mean * lost) / s;
}

/// x^a (1 - x)^b / B(a, b) at x = mean + distance, without the cancellation that costs the plain
/// form its digits as a + b grows.
[[nodiscard]] inline double large_beta_power(double x, double distance, double a, double b) {
    const double s = a + b;
    const auto part = [](double weight, double relative, double ratio) {
        return weight * (relative < -0.3 ? std::log(ratio) - relative : log1p_minus(relative));
    };
    const double exponent = part(a, distance * (s / a), x * (s / a)) +
                            part(b, -distance * (s / b), (1 - x) * (s / b)) + stirling_error(s) -
                            stirling_error(a) - stirling_error(b);
    return std::sqrt(a * (b / s) / (2 * std::numbers::pi)) * std::exp(exponent);
}

/// P(X <= x) of Beta(a, b), x = mean + distance, not above the mean, or x (a + b) <= 1: the
/// continued fraction of Didonato and Morris (1992), doi:10.1145/131766.131776, by Lentz's method.
[[nodiscard]] inline double far_beta_tail(double x, double distance, double a, double b) {
    const double s = a + b;
    const double power = x > 0 ? large_beta_power(x, distance, a, b) : 0;
    if (power == 0) {
        return 0;
    }
    const double drift = 1 - s * distance;
    const auto denominator = [&](double m) {
        return m + m * (b - m) * x / (a + 2 * m - 1) +
               (a + m) / (a + 2 * m + 1) * (drift + m * (2 - x));
    };
    double fraction = a / (a + 1) * drift;
    double c = fraction;
    double d = 0;
    // It needs 10-300 terms; near the mean it would need about sqrt(s), were both large.
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

/// P(X <= x) of Beta(a, b), x = mean + distance, where far_beta_tail says.
[[nodiscard]] inline double large_beta_lower_tail(double x, double distance, double a, double b) {
    const double s = a + b;
    const double sd = std::sqrt(a / s * (b / s) / (s + 1));
    if (distance <= -sd || (std::min)(a, b) < 100) {
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
        const double at = a / s + t;
        return large_beta_power(at, t, a, b) / (at * (b / s - t));
    };
    double sum = 0;
    for (int i = 0; i < 5; ++i) {
        sum += weight[i] * (density(middle - half * node[i]) + density(middle + half * node[i]));
    }
    return far_beta_tail(a / s - sd, -sd, a, b) + half * sum;
}

/// Where these functions are more exact than Boost.
[[nodiscard]] constexpr bool use_large_beta(double a, double b) {
    return (std::min)(a, b) >= 0.05 && a + b >= 1e4;
}

/// The tail asked for, from the smaller of the two.
[[nodiscard]] inline double large_beta_tail(double x, double a, double b, bool upper) {
    const double distance = beta_distance(x, a, b);
    // Far above the mean of a small a, and yet below 1 / (a + b), the upper fraction is slow.
    const double s = a + b;
    const bool below = distance <= 0 ? (1 - x) * s > 1 || b >= 1 : x * s <= 1 && a < 1;
    const double direct = below ? large_beta_lower_tail(x, distance, a, b)
                                : large_beta_lower_tail(1 - x, -distance, b, a);
    return below == upper ? 1 - direct : direct;
}

/// A point of (0, 1), and 1 minus it.
struct beta_point {
    double x;
    double complement;
};

/// A guess of where the tail of Beta(a, b) is p, z standard deviations of a normal distribution.
[[nodiscard]] inline beta_point guess_beta_quantile(double p, double z, double a, double b,
                                                    bool upper) {
    const double s = a + b;
    if ((std::min)(a, b) >= 30) {
        // Cornish and Fisher, to fourth cumulants.
        const double sd = std::sqrt(a / s * (b / s) / (s + 1));
        const double skewness =
            2 * (b - a) * std::sqrt(s + 1) / ((s + 2) * std::sqrt(a) * std::sqrt(b));
        const double kurtosis =
            6 * ((b - a) / a * ((b - a) / b) * (s + 1) - (s + 2)) / ((s + 2) * (s + 3));
        const double w = z + skewness * (z * z - 1) / 6 + kurtosis * z * (z * z - 3) / 24 -
                         skewness * skewness * z * (2 * z * z - 5) / 36;
        const beta_point guess{a / s + sd * w, b / s - sd * w};
        if (guess.x > 0 && guess.complement > 0) {
            return guess;
        }
    }
    // The first term of the power series at the end where the tail is.
    const double end = upper ? b : a;
    const double logarithm = (std::log(p * end) + rough_log_beta(a, b)) / end;
    if (!(logarithm < 0)) {
        return {a / s, b / s};
    }
    const double near = std::exp(logarithm);
    const double far = -std::expm1(logarithm);
    return upper ? beta_point{far, near} : beta_point{near, far};
}

} // namespace nps::inline v0::detail
