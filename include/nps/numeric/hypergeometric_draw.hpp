// SPDX-License-Identifier: Apache-2.0
/// @file
/// Hypergeometric random numbers, the same on every platform, in a time that does not grow with the
/// population.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/detail/fixed_math.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nps::inline v0 {

/// Draws how many of `drawn` people, taken without replacement, are among the `marked` ones of a
/// population of marked + unmarked.
///
/// Formula:    reduced by symmetry to marked <= unmarked and drawn <= half; then inversion from 0
///             upwards where the mean is below 10, else the ratio of uniforms (HRUA).
/// Assumes:    52 bits to a uniform number: as exact as binomial_draw.
/// Degenerate: drawn = 0 or marked = 0 gives 0; drawn = everybody gives marked.
/// Throws:     invalid_input for counts outside [0, 2^53], or drawn above marked + unmarked.
/// Cost:       O(1): about 1.4 pairs of uniform numbers above a mean of 10; a division for each
///             step of the inversion below.
/// Source:     Stadlober (1990), doi:10.1016/0377-0427(90)90349-5
/// Checked:    goodness of fit against SciPy: tests/reference/draws.csv; the bound of the hat and
///             committed hashes: tests/numeric/hypergeometric_draw_test.cpp
/// Example:    examples/numeric.cpp
class hypergeometric_draw {
public:
    hypergeometric_draw(std::int64_t marked, std::int64_t unmarked, std::int64_t drawn);

    [[nodiscard]] std::int64_t operator()(random_stream& stream) const {
        // Undo the reductions in the order opposite to the constructor's.
        double k = inverts_ ? invert(stream) : reject(stream);
        k = left_out_ ? marked_ - k : k;
        return static_cast<std::int64_t>(swapped_ ? drawn_ - k : k);
    }

private:
    [[nodiscard]] double invert(random_stream& stream) const;
    [[nodiscard]] double reject(random_stream& stream) const;
    [[nodiscard]] bool accept(double k, double u) const;
    [[nodiscard]] double log_shape(double k) const;
    [[nodiscard]] double rough_log_shape(double k) const;

    bool swapped_;  // marked and unmarked change places
    bool left_out_; // the draw is of those left out
    bool inverts_;
    double drawn_;  // as asked for
    double marked_; // after the swap
    double unmarked_;
    double sample_; // after both reductions
    double share_;  // sample / population
    double mode_;
    double start_ = 0;  // inversion: P(0)
    double centre_ = 0; // rejection: the constants of the source
    double width_ = 0;
    double rough_mode_ = 0; // rough_log_shape(mode)
    double guard_ = 0;      // how far it may be off, as a difference
};

inline hypergeometric_draw::hypergeometric_draw(std::int64_t marked, std::int64_t unmarked,
                                                std::int64_t drawn)
    : swapped_(marked > unmarked), left_out_(false), inverts_(false),
      drawn_(static_cast<double>(drawn)),
      marked_(static_cast<double>((std::min)(marked, unmarked))),
      unmarked_(static_cast<double>((std::max)(marked, unmarked))), sample_(drawn_), share_(0),
      mode_(0) {
    detail::require_count(marked, "hypergeometric_draw", "marked");
    detail::require_count(unmarked, "hypergeometric_draw", "unmarked");
    detail::require_count(marked + unmarked, "hypergeometric_draw", "marked + unmarked");
    detail::require(drawn >= 0 && drawn <= marked + unmarked, "hypergeometric_draw", "drawn", drawn,
                    "must be in [0, marked + unmarked]");
    const double population = marked_ + unmarked_;
    left_out_ = drawn_ > population - drawn_;
    sample_ = left_out_ ? population - drawn_ : drawn_;
    if (!(sample_ > 0) || !(marked_ > 0)) {
        inverts_ = true;
        start_ = 1;
        return;
    }
    share_ = sample_ / population;
    inverts_ = marked_ * share_ < 10;
    if (inverts_) {
        // A product of binomial probabilities over another: true for any share.
        start_ = detail::fixed_exp(detail::log_binomial_pmf(0, marked_, share_) +
                                   detail::log_binomial_pmf(sample_, unmarked_, share_) -
                                   detail::log_binomial_pmf(sample_, population, share_));
        return;
    }
    mode_ = std::floor((sample_ + 1) * ((marked_ + 1) / (population + 2)));
    centre_ = std::fma(marked_, share_, 0.5);
    const double variance =
        marked_ * share_ * (unmarked_ / population) * ((population - sample_) / (population - 1));
    width_ = std::fma(1.7155277699214135, std::sqrt(variance + 0.5), 0.8989161620588988);
    rough_mode_ = rough_log_shape(mode_);
    // Eight terms of at most population * log(population), each right to a few units of 2^-53.
    guard_ = 1e-9 + 4e-15 * population * std::log(population);
}

inline double hypergeometric_draw::invert(random_stream& stream) const {
    double u = stream.uniform();
    double probability = start_;
    double k = 0;
    const double last = (std::min)(marked_, sample_);
    // Past the mean and below 2^-70 only rounding is left in u.
    while (u > probability && k < last && !(probability < 0x1p-70 && k > 10)) {
        u -= probability;
        probability =
            probability * ((marked_ - k) / (k + 1)) * (sample_ - k) / (unmarked_ - sample_ + k + 1);
        ++k;
    }
    return k;
}

inline double hypergeometric_draw::reject(random_stream& stream) const {
    const double last = (std::min)(marked_, sample_);
    for (;;) {
        const double u = stream.uniform();
        const double v = stream.uniform();
        const double k = std::floor(std::fma(width_, (v - 0.5) / u, centre_));
        if (k >= 0 && k <= last && accept(k, u)) {
            return k;
        }
    }
}

/// log P(k) but for terms that do not depend on k.
inline double hypergeometric_draw::log_shape(double k) const {
    return detail::log_binomial_shape(k, marked_, share_) +
           detail::log_binomial_shape(sample_ - k, unmarked_, share_);
}

/// log_shape by libm and plain arithmetic: four log factorials, less their constants.
inline double hypergeometric_draw::rough_log_shape(double k) const {
    const auto log_factorial = [](double x) {
        if (!(x > 0)) {
            return -0.9189385332046727; // -log(2 pi) / 2: the others leave out + log(2 pi) / 2
        }
        if (x < 16) {
            return (x + 0.5) * std::log(x) - x + detail::fixed_stirling_error(x);
        }
        const double w = 1 / (x * x);
        return (x + 0.5) * std::log(x) - x + (1.0 / 12 - w * (1.0 / 360 - w / 1260)) / x;
    };
    return -(log_factorial(k) + log_factorial(marked_ - k) + log_factorial(sample_ - k) +
             log_factorial(unmarked_ - sample_ + k));
}

/// Whether u^2 <= P(k) / P(mode).
inline bool hypergeometric_draw::accept(double k, double u) const {
    const double rough = rough_log_shape(k) - rough_mode_ - 2 * std::log(u);
    if (std::abs(rough) > guard_) {
        return rough > 0;
    }
    return 2 * detail::fixed_log(u) <= log_shape(k) - log_shape(mode_);
}

} // namespace nps::inline v0
