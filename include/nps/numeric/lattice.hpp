// SPDX-License-Identifier: Apache-2.0
/// @file
/// The exact distribution of a sum of independent answers coded -1, 0, 1, for any number of them.
#pragma once

#include <nps/numeric/detail/lattice_spectrum.hpp>
#include <nps/numeric/detail/lattice_tail.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace nps::inline v0 {

/// How often each answer comes. Weights in [0, 2^53] need not add to 1: counts will do.
///
/// Checked:    tests/numeric/lattice_test.cpp
/// Example:    examples/numeric.cpp
struct answer_weights {
    double minus = 0;
    double zero = 0;
    double plus = 0;
};

/// The distribution of S = X_1 + ... + X_n, independent answers with values -1, 0, 1.
///
/// Formula:    P(S <= k) is a sum over lattice points, from the end of a window up to k, of the
///             inverse Fourier transform of phi(t)^n, phi(t) = zero + plus e^{it} + minus e^{-it},
///             the geometric series over the points in closed form. The window reaches 9 standard
///             deviations and 12 or 24 points to each side of the mean. Terms below e^-40 in size
///             are left out: about 25 stay around t = 0 for any n, and as many around t = pi where
///             zeros are rare. Without zeros the lattice has step 2. A tail below 0.01 is computed
///             from answers tilted exponentially until the point asked for is their mean.
/// Scale:      S is a whole number in [-n, n], n up to 2^53.
/// Assumes:    weights are exact where they and their sum are whole numbers up to 2^53; otherwise
///             the rounding of their sum moves the mean by up to n 2^-53. Error of cdf and
///             upper_tail: below 1e-14 absolute; of a tail P below 0.01, and of pmf, below
///             2e-14 + 4e-15 |log P| relative, down to 1e-300, where it fades to 0. Where zeros are
///             rare, the pmf of a sum that needs one is right relative to its neighbours.
/// Degenerate: one certain answer: all probability at one point.
/// Throws:     invalid_input for n outside [1, 2^53], for a weight outside [0, 2^53], for weights
///             that are all 0, and for a p outside (0, 1).
/// Cost:       O(1): 2 us to make, 0.1 us for a probability, 3 us for one below 0.01 or a pmf; a
///             quantile takes 2 to 4 probabilities. At most about 110 terms (S nearly Poisson).
/// Source:     Abate and Whitt (1992), doi:10.1007/BF01158520 (inversion on a lattice); Davison and
///             Hinkley (1997), ISBN 9780521574716 (exponential tilting)
/// Checked:    tests/reference/lattice.csv (mpmath), tests/numeric/lattice_test.cpp (convolution)
/// Example:    examples/numeric.cpp
class lattice_sum {
public:
    lattice_sum(std::int64_t n, const answer_weights& weights);

    /// How many answers are added.
    [[nodiscard]] std::int64_t n() const { return lattice_.n; }
    [[nodiscard]] double mean() const {
        return static_cast<double>(lattice_.origin) +
               static_cast<double>(lattice_.step) * (static_cast<double>(centre_) + fraction_);
    }
    [[nodiscard]] double variance() const {
        return static_cast<double>(lattice_.step * lattice_.step) *
               static_cast<double>(lattice_.n) * lattice_.variance();
    }

    /// P(S <= k).
    [[nodiscard]] double cdf(std::int64_t k) const { return below(to_lattice(k)); }
    /// P(S > k), not from a complement.
    [[nodiscard]] double upper_tail(std::int64_t k) const { return above(to_lattice(k)); }
    /// P(S = k), right relatively.
    [[nodiscard]] double pmf(std::int64_t k) const;

    /// The smallest k with P(S <= k) >= p. Probabilities within 1e-12 p of p count as equal to it,
    /// so that rounding does not decide a tie.
    [[nodiscard]] std::int64_t quantile(double p) const;
    /// The largest k with P(S >= k) >= p: the mirror image of quantile.
    [[nodiscard]] std::int64_t upper_quantile(double p) const;

private:
    /// Largest lattice index whose point is at most k; just outside the range for a k that is.
    [[nodiscard]] std::int64_t to_lattice(std::int64_t k) const {
        const std::int64_t within = (std::min)((std::max)(k, -lattice_.n - 2), lattice_.n + 2);
        const std::int64_t distance = within - lattice_.origin;
        return lattice_.step == 1 ? distance : distance >> 1; // rounds down
    }
    [[nodiscard]] std::int64_t to_sum(std::int64_t u) const {
        return lattice_.origin + lattice_.step * u;
    }
    /// P(U <= u) less a constant, for u in the window.
    [[nodiscard]] double inverted(std::int64_t u) const;
    [[nodiscard]] double below(std::int64_t u) const;
    [[nodiscard]] double above(std::int64_t u) const;
    [[nodiscard]] double tail_below(std::int64_t u) const;
    [[nodiscard]] double tail_above(std::int64_t u) const;
    /// Distance from the mean in units of the sum.
    [[nodiscard]] double gap(std::int64_t u) const {
        return static_cast<double>(lattice_.step) * (static_cast<double>(centre_ - u) + fraction_);
    }
    /// A normal guess of the quantile, corrected for skewness.
    [[nodiscard]] double guess(double z) const;

    static constexpr double small_tail = 0.01;
    static constexpr double tie = 1e-12;

    detail::answer_shares shares_{};
    detail::answer_lattice lattice_{};
    std::int64_t centre_ = 0; // the mean in lattice units is centre_ + fraction_
    double fraction_ = 0;
    std::int64_t low_ = 0; // the window
    std::int64_t high_ = 0;
    double sum_below_ = 0; // inverted(low_ - 1)
    double sum_above_ = 0; // inverted(high_)
    detail::lattice_spectrum spectrum_;
};

inline lattice_sum::lattice_sum(std::int64_t n, const answer_weights& weights) {
    constexpr std::string_view name = "lattice_sum";
    detail::require_count(n, name, "n");
    detail::require(n > 0, name, "n", n, "must be above 0");
    const auto& [minus, zero, plus] = weights;
    const auto check = [&](double weight, std::string_view what) {
        detail::require(weight >= 0 && weight <= static_cast<double>(detail::largest_count), name,
                        what, weight, "must be in [0, 2^53]");
    };
    check(minus, "minus");
    check(zero, "zero");
    check(plus, "plus");
    const double total = minus + zero + plus;
    detail::require(total > 0, name, "minus + zero + plus", total, "must be above 0");
    shares_ = {minus / total, zero / total, plus / total};
    lattice_ = detail::make_lattice(n, shares_);

    // The mean in lattice units, n times a sum of weights over their total, in twice the precision.
    const bool mostly_zero = lattice_.origin == 0;
    const double offset_weight = mostly_zero           ? plus - minus
                                 : lattice_.origin > 0 ? -(zero + 2 * minus)
                                                       : zero + 2 * plus;
    const double factor = offset_weight / static_cast<double>(lattice_.step);
    const double size = static_cast<double>(n);
    const double product = size * factor;
    const double product_rest = std::fma(size, factor, -product);
    const double whole = std::nearbyint(product / total);
    const double back = whole * total;
    const double back_rest = std::fma(whole, total, -back);
    centre_ = static_cast<std::int64_t>(whole);
    fraction_ = ((product - back) + (product_rest - back_rest)) / total;

    const auto half = static_cast<std::int64_t>(detail::half_window(lattice_));
    low_ = (std::max)(lattice_.lowest(), centre_ - half);
    high_ = (std::min)(lattice_.highest(), centre_ + half);
    high_ += (high_ - low_) % 2; // an odd number of points
    spectrum_ = detail::lattice_spectrum(lattice_, static_cast<double>(high_ - low_ + 1));
    // Summed over the points up to u, the term at t becomes that at u + 1/2 over -2 i sin(t / 2).
    const double points = spectrum_.points;
    for (std::size_t j = 0; j < spectrum_.values.size(); ++j) {
        detail::complex_number& v = spectrum_.values[j];
        if (j < spectrum_.near) {
            const double s =
                points * std::sin(std::numbers::pi * static_cast<double>(j + 1) / points);
            v = {-v.im / s, v.re / s};
        } else {
            const double s =
                points * std::cos(std::numbers::pi *
                                  (static_cast<double>(j - spectrum_.near) + 0.5) / points);
            v = {v.re / s, v.im / s};
        }
    }
    sum_below_ = inverted(low_ - 1);
    sum_above_ = inverted(high_);
}

inline double lattice_sum::inverted(std::int64_t u) const {
    const double c = static_cast<double>(u - centre_) + 0.5 - fraction_;
    const double angle = std::numbers::pi * c / spectrum_.points;
    const detail::complex_number half_turn{std::cos(angle), -std::sin(angle)};
    const detail::complex_number turn = half_turn * half_turn;
    const auto add = [&](detail::complex_number at, std::size_t from, std::size_t to) {
        double sum = 0;
        for (std::size_t j = from; j < to; ++j, at = at * turn) {
            const detail::complex_number& v = spectrum_.values[j];
            sum += v.re * at.re - v.im * at.im;
        }
        return sum;
    };
    const std::size_t near = spectrum_.near;
    const std::size_t all = spectrum_.values.size();
    const double far = all > near ? add(half_turn, near, all) : 0;
    return c / spectrum_.points + add(turn, 0, near) + (u % 2 != 0 ? -far : far);
}

inline double lattice_sum::tail_below(std::int64_t u) const {
    return detail::lower_tail(lattice_.n, to_sum(u), gap(u), shares_).at_or_below;
}

inline double lattice_sum::tail_above(std::int64_t u) const {
    const detail::answer_shares mirrored{shares_.plus, shares_.zero, shares_.minus};
    return detail::lower_tail(lattice_.n, -to_sum(u + 1), -gap(u + 1), mirrored).at_or_below;
}

inline double lattice_sum::below(std::int64_t u) const {
    if (u < lattice_.lowest() || u >= lattice_.highest()) {
        return u < lattice_.lowest() ? 0 : 1;
    }
    const double p = u < low_ ? 0 : u >= high_ ? 1 : inverted(u) - sum_below_;
    return p < small_tail && gap(u) > 0 ? tail_below(u) : (std::min)(p, 1.0);
}

inline double lattice_sum::above(std::int64_t u) const {
    if (u < lattice_.lowest() || u >= lattice_.highest()) {
        return u < lattice_.lowest() ? 1 : 0;
    }
    const double p = u < low_ ? 1 : u >= high_ ? 0 : sum_above_ - inverted(u);
    return p < small_tail && gap(u + 1) < 0 ? tail_above(u) : (std::min)(p, 1.0);
}

inline double lattice_sum::pmf(std::int64_t k) const {
    const std::int64_t u = to_lattice(k);
    if (k != to_sum(u) || u < lattice_.lowest() || u > lattice_.highest()) {
        return 0;
    }
    if (lattice_.lowest() == lattice_.highest()) {
        return 1;
    }
    const bool lower = gap(u) >= 0;
    const detail::answer_shares mirrored{shares_.plus, shares_.zero, shares_.minus};
    return detail::lower_tail(lattice_.n, lower ? k : -k, std::abs(gap(u)),
                              lower ? shares_ : mirrored)
        .at;
}

inline double lattice_sum::guess(double z) const {
    const double size = static_cast<double>(lattice_.n);
    const double variance = lattice_.variance();
    const double skew = variance > 0 ? lattice_.third_cumulant() / (6 * variance) : 0;
    return fraction_ + std::sqrt(size * variance) * z + skew * (z * z - 1) - 0.5;
}

inline std::int64_t lattice_sum::quantile(double p) const {
    detail::require(p > 0 && p < 1, "lattice_sum::quantile", "p", p, "must be in (0, 1)");
    const double enough = p * (1 - tie);
    const double start = std::ceil(guess(normal_quantile(p)));
    return to_sum(find_first([&](std::int64_t u) { return below(u) >= enough; }, lattice_.lowest(),
                             lattice_.highest(), centre_ + static_cast<std::int64_t>(start)));
}

inline std::int64_t lattice_sum::upper_quantile(double p) const {
    detail::require(p > 0 && p < 1, "lattice_sum::upper_quantile", "p", p, "must be in (0, 1)");
    const double enough = p * (1 - tie);
    const double start = std::floor(guess(normal_upper_quantile(p)) + 1);
    // The search runs on -u.
    return to_sum(-find_first([&](std::int64_t v) { return above(-v - 1) >= enough; },
                              -lattice_.highest(), -lattice_.lowest(),
                              -centre_ - static_cast<std::int64_t>(start)));
}

} // namespace nps::inline v0
