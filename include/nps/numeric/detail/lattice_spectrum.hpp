// SPDX-License-Identifier: Apache-2.0
/// @file
/// The characteristic function of a sum of n answers coded -1, 0, 1, at the few Fourier points
/// where it is not negligible. What numeric/lattice.hpp is made of.
///
/// The difficulty is n log phi(t) for n up to 2^53: its linear part is n t times the mean, and must
/// be cancelled by algebra before anything is rounded. So answers are measured from the most
/// frequent one: then every quantity here is a sum over the two rarer answers, and its relative
/// error is a few roundings even when they are as rare as 1 in n.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace nps::inline v0::detail {

/// Probabilities of the answers -1, 0 and 1.
struct answer_shares {
    double minus;
    double zero;
    double plus;
};

/// The lattice of the sum, origin + step u, with the most frequent answer at u = 0 and the other
/// two at u = offset[i]. Without zeros the step is 2.
struct answer_lattice {
    std::int64_t n;
    std::int64_t origin;
    std::int64_t step;
    double modal_share;
    std::array<double, 2> share;
    std::array<double, 2> offset;

    /// The lattice range of the sum.
    [[nodiscard]] std::int64_t lowest() const {
        return n * static_cast<std::int64_t>((std::min)({0.0, reach(0), reach(1)}));
    }
    [[nodiscard]] std::int64_t highest() const {
        return n * static_cast<std::int64_t>((std::max)({0.0, reach(0), reach(1)}));
    }
    [[nodiscard]] double mean_offset() const { return share[0] * offset[0] + share[1] * offset[1]; }
    /// Of one answer, in lattice units, without cancellation: sum of pairs of shares times squared
    /// distance.
    [[nodiscard]] double variance() const {
        const double between = offset[0] - offset[1];
        return modal_share * (share[0] * offset[0] * offset[0] + share[1] * offset[1] * offset[1]) +
               share[0] * share[1] * between * between;
    }
    [[nodiscard]] double third_cumulant() const {
        const double m = mean_offset();
        const auto cube = [](double x) { return x * x * x; };
        return share[0] * cube(offset[0] - m) + share[1] * cube(offset[1] - m) -
               modal_share * cube(m);
    }

private:
    // An answer that never comes does not widen the range.
    [[nodiscard]] double reach(std::size_t i) const { return share[i] > 0 ? offset[i] : 0; }
};

[[nodiscard]] inline answer_lattice make_lattice(std::int64_t n, const answer_shares& s) {
    const std::int64_t step = s.zero > 0 ? 1 : 2;
    const double unit = static_cast<double>(step);
    if (s.zero >= (std::max)(s.minus, s.plus)) {
        return {n, 0, step, s.zero, {s.minus, s.plus}, {-1, 1}};
    }
    if (s.plus >= s.minus) {
        return {n, n, step, s.plus, {s.zero, s.minus}, {-1, -2 / unit}};
    }
    return {n, -n, step, s.minus, {s.zero, s.plus}, {1, 2 / unit}};
}

/// x - sin x for x >= 0, right relatively.
[[nodiscard]] inline double minus_sine(double x, double sine) {
    if (x > 1) {
        return x - sine;
    }
    const double s = x * x;
    double sum = 1;
    for (double k = 19; k >= 5; k -= 2) {
        sum = 1 - s / (k * (k - 1)) * sum;
    }
    return x * s / 6 * sum;
}

/// atan u - u, right relatively.
[[nodiscard]] inline double arctangent_excess(double u) {
    const double s = u * u;
    if (s > 0.0625) {
        return std::atan(u) - u;
    }
    double sum = 0;
    for (double k = 29; k >= 3; k -= 2) {
        sum = 1 / k - s * sum;
    }
    return -u * s * sum;
}

struct complex_number {
    double re;
    double im;

    friend complex_number operator*(const complex_number& a, const complex_number& b) {
        return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
    }
};

/// exp(n (log w(t) - i m t)) with w(t) = 1 + sum_i share_i (e^{i offset_i t} - 1) and m its mean:
/// the characteristic function of the centred sum. Around t = pi shares are signed.
class centred_wave {
public:
    centred_wave(double n, double log_scale, double drift, const answer_lattice& a)
        : n_(n), log_scale_(log_scale), drift_(drift), share_(a.share), offset_(a.offset),
          mean_(a.mean_offset()) {
        // |w|^2 = 1 - 4 sum over pairs of share_i share_j sin^2(distance t / 2).
        const auto add_pair = [&](double product, double distance) {
            (std::abs(distance) > 1.5 ? two_apart_ : one_apart_) += product;
        };
        add_pair(a.modal_share * share_[0], offset_[0]);
        add_pair(a.modal_share * share_[1], offset_[1]);
        add_pair(share_[0] * share_[1], offset_[0] - offset_[1]);
    }

    /// Where |w| is least in (0, pi], for shares that are not signed. It falls before and rises
    /// after.
    [[nodiscard]] double least_at() const {
        return one_apart_ < 4 * two_apart_ ? std::acos(-one_apart_ / (4 * two_apart_))
                                           : std::numbers::pi;
    }

    /// Log modulus and phase at t >= 0, given the sine and cosine of t / 2.
    struct polar {
        double log_modulus;
        double phase;
    };
    [[nodiscard]] polar at(double t, double half_sine, double half_cosine) const {
        const double versine = 2 * half_sine * half_sine; // 1 - cos t
        const double sine = 2 * half_sine * half_cosine;
        const double excess = minus_sine(t, sine);
        double x = 0;
        double y = 0;
        double lag = 0; // m t - y
        for (std::size_t i = 0; i < 2; ++i) {
            const double sign = std::copysign(share_[i], share_[i] * offset_[i]);
            if (std::abs(offset_[i]) > 1.5) {
                x -= share_[i] * 2 * sine * sine;
                y += sign * 2 * sine * (1 - versine);
                lag += sign * 2 * (excess + sine * versine);
            } else {
                x -= share_[i] * versine;
                y += sign * sine;
                lag += sign * excess;
            }
        }
        const double loss = 4 * (one_apart_ * half_sine * half_sine + two_apart_ * sine * sine);
        const double real = 1 + x;
        const double log_modulus =
            loss < 0.5 ? std::log1p(-loss) / 2 : std::log(real * real + y * y) / 2;
        double phase = 0;
        if (real > 0.5) {
            // y / real - m t, with the terms of first order in t cancelled
            phase = (-lag - mean_ * t * x) / real + arctangent_excess(y / real);
        } else {
            // Reached by signal only where n is small enough for plain arithmetic.
            phase = std::atan2(y, real) - mean_ * t;
        }
        return {n_ * log_modulus + log_scale_, n_ * phase + drift_ * t};
    }

private:
    double n_;
    double log_scale_;
    double drift_;
    std::array<double, 2> share_;
    std::array<double, 2> offset_;
    double mean_;
    double one_apart_ = 0;
    double two_apart_ = 0;
};

/// The centred characteristic function at the Fourier points of a window of an odd number of
/// lattice points: first the `near` ones t_j = 2 pi j / points, j = 1, 2, ..., then the far ones
/// pi - tau_i, tau_i = pi (2 i + 1) / points, i = 0, 1, ... What is below e^-40 in modulus is left
/// out. The term of a near value at lattice point u is Re(value e^{-i t (u - mean)}); that of a far
/// one is (-1)^u Re(value e^{-i tau (u - mean)}).
struct lattice_spectrum {
    double points = 1;
    std::size_t near = 0;
    std::vector<complex_number> values;

    lattice_spectrum() = default;
    lattice_spectrum(const answer_lattice& a, double window) : points(window) {
        constexpr double negligible = -40;
        // Up to here everything is kept: the rise of |w| towards pi then needs no arm of its own
        // where the rescaling would divide by little.
        constexpr std::int64_t few = 64;
        const double n = static_cast<double>(a.n);
        const centred_wave wave(n, 0, 0, a);
        // Around pi every odd offset changes sign; rescaled to sum 1 that is again such a wave.
        double odd = 0;
        double odd_offset = 0;
        answer_lattice flipped = a;
        for (std::size_t i = 0; i < 2; ++i) {
            if (std::abs(a.offset[i]) < 1.5) {
                odd += a.share[i];
                odd_offset += a.share[i] * a.offset[i];
                flipped.share[i] = -a.share[i];
            }
        }
        const double scale = 1 - 2 * odd;
        const double half = (points - 1) / 2;
        double last = half;
        if (scale > 0.5) {
            last = (std::min)(half, std::floor(wave.least_at() * points / (2 * std::numbers::pi)));
        }
        values.reserve(static_cast<std::size_t>((std::min)(half, 64.0)));
        const auto collect = [&](const centred_wave& w, double first_angle, double count) {
            const auto unit = [](double angle) {
                return complex_number{std::cos(angle), std::sin(angle)};
            };
            const complex_number turn = unit(std::numbers::pi / points);
            complex_number at = unit(std::numbers::pi * first_angle / (2 * points)); // of t / 2
            for (double j = 0; j < count; ++j, at = at * turn) {
                const double t = std::numbers::pi * (first_angle + 2 * j) / points;
                const auto [log_modulus, phase] = w.at(t, at.im, at.re);
                if (log_modulus < negligible && a.n > few) {
                    break;
                }
                const double modulus = std::exp(log_modulus);
                values.push_back({modulus * std::cos(phase), modulus * std::sin(phase)});
            }
        };
        collect(wave, 2, last);
        near = values.size();
        const double log_scale = scale > 0.5 ? n * std::log1p(-2 * odd) : 0;
        if (last < half && (log_scale > negligible || a.n <= few)) {
            flipped.modal_share /= scale;
            flipped.share[0] /= scale;
            flipped.share[1] /= scale;
            // n times the difference of the two means
            const double drift = 2 * n * (odd * a.mean_offset() - odd_offset) / scale;
            collect(centred_wave(n, log_scale, drift, flipped), 1, half - last);
        }
    }
};

/// Lattice points on each side of the mean that hold all but about e^-40 of the distribution; the
/// padding is for rare answers, whose tails are Poisson.
[[nodiscard]] inline double half_window(const answer_lattice& a) {
    const double reach = (std::max)(std::abs(a.offset[0]), std::abs(a.offset[1]));
    return std::ceil(9 * std::sqrt(static_cast<double>(a.n) * a.variance()) + 12 * reach);
}

} // namespace nps::inline v0::detail
