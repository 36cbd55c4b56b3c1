// SPDX-License-Identifier: Apache-2.0
/// @file
/// Binomial random numbers, the same on every platform, in a time that does not grow with n.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/detail/fixed_math.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nps::inline v0 {

/// Draws from the binomial distribution of n trials of probability p.
///
/// The decisions rest on arithmetic that IEEE 754 fixes, so a stream gives the same draws
/// everywhere. libm's logarithm is used only where a guard bound keeps its last bits from
/// mattering.
///
/// Formula:    with q = min(p, 1 - p): for n q < 10 inversion from 0 upwards; else transformed
///             rejection with squeezes (BTRD).
/// Assumes:    p is the double given, not the ratio it was made from. A uniform number has 52 bits:
///             within 3 standard deviations s a probability is met to about 1e-13 + 1e-15 s
///             relatively, a cumulative one to 1e-14.
/// Degenerate: n = 0 or p = 0 gives 0, p = 1 gives n.
/// Throws:     invalid_input for n outside [0, 2^53] or p outside [0, 1].
/// Cost:       O(1): about 1.2 pairs of uniform numbers above n q = 10; about n q divisions below.
/// Source:     Hormann (1993), doi:10.1080/00949659308811496
/// Checked:    goodness of fit against SciPy: tests/reference/draws.csv; the bounds of hat and
///             squeezes and committed hashes: tests/numeric/binomial_draw_test.cpp
/// Example:    examples/resampling.cpp
class binomial_draw {
public:
    binomial_draw(std::int64_t n, double p);

    [[nodiscard]] std::int64_t operator()(random_stream& stream) const {
        const double k = inverts_ ? invert(stream) : reject(stream);
        return static_cast<std::int64_t>(mirrored_ ? n_ - k : k);
    }

private:
    [[nodiscard]] double invert(random_stream& stream) const;
    [[nodiscard]] double reject(random_stream& stream) const;
    [[nodiscard]] bool accept(double k, double v) const;

    double n_;
    double p_; // at most 1/2
    bool mirrored_;
    bool inverts_;
    // Inversion: P(0) is in a_. Rejection: the constants of the source.
    double spread_ = 0; // sqrt(n p q)
    double a_ = 0;
    double b_ = 0;
    double centre_ = 0;
    double squeeze_ = 0;
};

inline binomial_draw::binomial_draw(std::int64_t n, double p)
    : n_(static_cast<double>(n)), p_(p <= 0.5 ? p : 1 - p), mirrored_(p > 0.5),
      inverts_(n_ * p_ < 10) {
    detail::require_count(n, "binomial_draw", "n");
    detail::require(p >= 0 && p <= 1, "binomial_draw", "p", p, "must be in [0, 1]");
    if (inverts_) {
        // n log(1 - p) without its cancellation; see fixed_deviance()
        const double mean = n_ * p_;
        a_ =
            n_ > 0 && p_ > 0
                ? detail::fixed_exp(-std::fma(n_, p_, detail::fixed_deviance(n_, n_, 1 - p_, mean)))
                : 1.0;
        return;
    }
    spread_ = std::sqrt(n_ * p_ * (1 - p_));
    b_ = std::fma(2.53, spread_, 1.15);
    a_ = std::fma(0.0248, b_, std::fma(0.01, p_, -0.0873));
    centre_ = std::fma(n_, p_, 0.5);
    squeeze_ = 0.92 - 4.2 / b_;
}

inline double binomial_draw::invert(random_stream& stream) const {
    const double odds = p_ / (1 - p_);
    double u = stream.uniform();
    double probability = a_;
    double k = 0;
    // Past the mean and below 2^-70 only rounding is left in u.
    while (u > probability && k < n_ && !(probability < 0x1p-70 && k > 10)) {
        u -= probability;
        probability = probability * ((n_ - k) * odds) / (k + 1);
        ++k;
    }
    return k;
}

inline double binomial_draw::reject(random_stream& stream) const {
    for (;;) {
        double v = stream.uniform();
        double u = 0;
        if (v <= 0.86 * squeeze_) {
            u = v / squeeze_ - 0.43;
            return std::floor(std::fma(2 * a_ / (0.5 - std::abs(u)) + b_, u, centre_));
        }
        if (v >= squeeze_) {
            u = stream.uniform() - 0.5;
        } else {
            u = v / squeeze_ - 0.93;
            u = (u < 0 ? -0.5 : 0.5) - u;
            v = stream.uniform() * squeeze_;
        }
        const double us = 0.5 - std::abs(u);
        if (!(us > 0)) {
            continue;
        }
        const double k = std::floor(std::fma(2 * a_ / us + b_, u, centre_));
        if (k >= 0 && k <= n_ &&
            accept(k, v * (2.83 + 5.1 / b_) * spread_ / (a_ / (us * us) + b_))) {
            return k;
        }
    }
}

/// Whether v <= P(k) / P(mode).
inline bool binomial_draw::accept(double k, double v) const {
    const double mode = std::floor((n_ + 1) * p_);
    const double distance = std::abs(k - mode);
    if (distance <= 15) {
        // P(high) / P(low) is a product of few factors, each within [2^-53, 2^54].
        const double odds = p_ / (1 - p_);
        double up = 1;
        double down = 1;
        for (double i = (std::min)(k, mode) + 1; i <= (std::max)(k, mode); ++i) {
            up *= (n_ + 1 - i) * odds;
            down *= i;
        }
        return k > mode ? v * down <= up : v * up <= down;
    }
    const double variance = spread_ * spread_;
    if (distance < variance / 2 - 1) {
        // |log ratio - t| <= rho for these distances; the guard is far above what libm's last bits
        // or a contraction can change.
        const double guard = 1e-9;
        const double rho = (distance / variance) *
                           (((distance / 3 + 0.625) * distance + 1.0 / 6) / variance + 0.5);
        const double t = -distance * distance / (2 * variance);
        const double log_v = std::log(v);
        if (log_v < t - rho - guard) {
            return true;
        }
        if (log_v > t + rho + guard) {
            return false;
        }
    }
    return detail::fixed_log(v) <=
           detail::log_binomial_shape(k, n_, p_) - detail::log_binomial_shape(mode, n_, p_);
}

} // namespace nps::inline v0
