// SPDX-License-Identifier: Apache-2.0
/// @file
/// The posterior density of one score, as polynomials, and its tails: what a difference of two
/// scores is made of.
#pragma once

#include <nps/infer/detail/restricted_shares.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numbers>
#include <vector>

namespace nps::inline v0::detail {

/// Interpolation at Chebyshev points of the first kind, and the integral that goes with it (Fejer's
/// first rule).
class chebyshev {
public:
    static constexpr std::size_t size = 24;
    using values = std::array<double, size>;

    /// The points in (-1, 1), and their weights.
    static const values& points() { return tables().points; }
    static const values& weights() { return tables().weights; }

    /// Coefficients of the polynomial through these values.
    static values coefficients(const values& at) {
        values result{};
        for (std::size_t j = 0; j < size; ++j) {
            for (std::size_t k = 0; k < size; ++k) {
                result[j] += at[k] * tables().cosines[j][k];
            }
            result[j] *= (j == 0 ? 1.0 : 2.0) / size;
        }
        return result;
    }

    /// Coefficients of the integral from -1, but for the last power.
    static values antiderivative(const values& c) {
        values result{};
        const auto at = [&](std::size_t j) { return j < size ? c[j] : 0; };
        double sign = 1;
        for (std::size_t j = 1; j < size; ++j) {
            result[j] =
                ((j == 1 ? 2.0 : 1.0) * at(j - 1) - at(j + 1)) / (2 * static_cast<double>(j));
            result[0] += sign * result[j];
            sign = -sign;
        }
        return result;
    }

    static double evaluate(const values& c, double t) {
        double next = 0;
        double after = 0;
        for (std::size_t j = size - 1; j > 0; --j) {
            const double now = 2 * t * next - after + c[j];
            after = next;
            next = now;
        }
        return t * next - after + c[0];
    }

private:
    struct table {
        values points{};
        values weights{};
        std::array<values, size> cosines{};

        table() {
            for (std::size_t k = 0; k < size; ++k) {
                const double angle = std::numbers::pi * (static_cast<double>(k) + 0.5) / size;
                points[k] = std::cos(angle);
                double weight = 1;
                for (std::size_t j = 0; j < size; ++j) {
                    const auto degree = static_cast<double>(j);
                    cosines[j][k] = std::cos(degree * angle);
                    if (j > 0 && j % 2 == 0) {
                        weight += 2 * cosines[j][k] / (1 - degree * degree);
                    }
                }
                weights[k] = 2 * weight / size;
            }
        }
    };
    static const table& tables() {
        static const table all;
        return all;
    }
};

/// Density of |s|, s = p - d > 0, in v = log(s / (1 - s)), but for a factor that the weights give:
/// there it is smooth, however near the score is to 0 or to 1.
class score_shape {
public:
    explicit score_shape(const category_weights& weights) : w_(weights), n_(weights.n()) {}

    /// Given y = 1 - s, the detractors have the part r of their room y / 2. The integral over
    /// w = log(r / (1 - r)) is a trapezoidal sum in t, w = mode + scale sinh(t): it converges
    /// exponentially, and its tails fall twice exponentially.
    [[nodiscard]] double log_at(double v) const {
        const double s = 1 / (1 + std::exp(-v));
        const double y = 1 / (1 + std::exp(v));
        const double e = y / 2;
        const auto inner = [&](double w) {
            const double odds = std::exp((std::max)(w, -700.0));
            const double rest = 1 / (1 + odds); // 1 - r
            const double r = w < 700 ? odds * rest : 1;
            const double p = s + e * r;
            return log_part(w_.detractors, e * r) + log_part(w_.passives, y * rest) +
                   log_part(w_.promoters, p) - std::log(p);
        };
        // Where the logarithm of the integrand is stationary in w, and its curvature there.
        const double square = (n_ - 1) * e;
        const double linear =
            (w_.detractors + w_.promoters - 1) * e - (w_.detractors + w_.passives) * s;
        const double root = std::sqrt(linear * linear + 4 * square * w_.detractors * s);
        const double r = std::clamp(linear > 0 ? (linear + root) / (2 * square)
                                               : 2 * w_.detractors * s / (root - linear),
                                    1e-300, 1 - 1e-16);
        const double p = s + e * r;
        const double bend = (w_.promoters - 1) * (e / p) * ((1 - 2 * r) - e * r * (1 - r) / p);
        const double curvature = r * (1 - r) * (w_.detractors + w_.passives - bend);
        const double scale = curvature > 1 ? 2 / std::sqrt(curvature) : 2;
        const double mode = std::log(r / (1 - r));
        const double top = inner(mode);
        double sum = 1;
        for (const double direction : {-scale, scale}) {
            for (std::size_t k = 0; k < steps; ++k) {
                const double term = std::exp(inner(mode + direction * sinh_table().sinh[k]) - top) *
                                    sinh_table().cosh[k];
                sum += term;
                if (term < 1e-18 * sum) {
                    break;
                }
            }
        }
        return top + std::log(s * scale * step * sum);
    }

private:
    static constexpr double step = 0.07;
    static constexpr std::size_t steps = 130;
    struct hyperbolic {
        std::array<double, steps> sinh{};
        std::array<double, steps> cosh{};
        hyperbolic() {
            for (std::size_t k = 0; k < steps; ++k) {
                sinh[k] = std::sinh(step * static_cast<double>(k + 1));
                cosh[k] = std::cosh(step * static_cast<double>(k + 1));
            }
        }
    };
    static const hyperbolic& sinh_table() {
        static const hyperbolic all;
        return all;
    }

    /// log of share^weight over its value at the mean, but for a term that vanishes in the sum.
    [[nodiscard]] double log_part(double weight, double share) const {
        const double middle = weight / n_;
        const double u = (share - middle) / middle;
        return weight * (u < -0.5 ? std::log(share / middle) - u : log1p_minus(u));
    }

    category_weights w_;
    double n_;
};

/// One side of 0: panels in v, on each of which the density is a polynomial to 15 digits.
class score_half {
public:
    /// Adds panels from v on, in steps of about `step`, upwards or downwards, until the density is
    /// e^-70 of the largest, or to `end`.
    void march(const score_shape& shape, double v, double end, double step, double& top);

    /// Mass below or above v, each to its last digits.
    [[nodiscard]] double below(double v) const { return part(v, false); }
    [[nodiscard]] double above(double v) const { return part(v, true); }
    [[nodiscard]] double mass() const { return mass_; }

    struct panel {
        double from;
        double to;
        chebyshev::values density;
        chebyshev::values integral;
        double mass = 0;
        double mass_below = 0;
        double mass_above = 0;

        [[nodiscard]] double at(const chebyshev::values& c, double v) const {
            return chebyshev::evaluate(c, std::clamp((2 * v - from - to) / (to - from), -1.0, 1.0));
        }
    };
    [[nodiscard]] const std::vector<panel>& panels() const { return panels_; }

    /// Scales the densities by exp(-top) and adds the panels up.
    void finish(double top);

private:
    [[nodiscard]] double part(double v, bool upper) const {
        if (panels_.empty() || v <= panels_.front().from) {
            return upper ? mass_ : 0;
        }
        if (v >= panels_.back().to) {
            return upper ? 0 : mass_;
        }
        const auto after = std::upper_bound(panels_.begin(), panels_.end(), v,
                                            [](double x, const panel& p) { return x < p.from; });
        const panel& p = *std::prev(after);
        const double within = std::clamp(p.at(p.integral, v), 0.0, p.mass);
        return upper ? p.mass_above + (p.mass - within) : p.mass_below + within;
    }

    std::vector<panel> panels_;
    double mass_ = 0;
};

inline void score_half::march(const score_shape& shape, double v, double end, double step,
                              double& top) {
    constexpr double depth = 70;
    const double direction = end < v ? -1 : 1;
    double here = shape.log_at(v);
    top = (std::max)(top, here);
    while ((end - v) * direction > 0) {
        // Upwards s does not fall any more, and the density over s bounds all that is to come.
        const double bound = direction > 0 ? here + std::log1p(std::exp(-v)) : here;
        if (bound < top - depth) {
            break;
        }
        // Far from 0 and 1 the density is an exponential in v.
        step = (std::min)({step, 1 + std::abs(v) / 8, std::abs(end - v)});
        double there = 0;
        for (;; step /= 2) {
            const double middle = shape.log_at(v + direction * step / 2);
            there = shape.log_at(v + direction * step);
            if (std::abs(there - here) <= 5 && std::abs(there - 2 * middle + here) <= 1.5) {
                break;
            }
        }
        panel next{.from = direction > 0 ? v : v - step,
                   .to = direction > 0 ? v + step : v,
                   .density = {},
                   .integral = {}};
        for (std::size_t k = 0; k < chebyshev::size; ++k) {
            next.density[k] =
                shape.log_at((next.from + next.to) / 2 + step / 2 * chebyshev::points()[k]);
            top = (std::max)(top, next.density[k]);
        }
        panels_.push_back(next);
        v = direction > 0 ? next.to : next.from;
        here = there;
        step *= 2;
    }
}

inline void score_half::finish(double top) {
    std::sort(panels_.begin(), panels_.end(),
              [](const panel& a, const panel& b) { return a.from < b.from; });
    for (panel& p : panels_) {
        const double half = (p.to - p.from) / 2;
        for (std::size_t k = 0; k < chebyshev::size; ++k) {
            p.density[k] = std::exp(p.density[k] - top);
            p.mass += half * chebyshev::weights()[k] * p.density[k];
        }
        p.density = chebyshev::coefficients(p.density);
        p.integral = chebyshev::antiderivative(p.density);
        for (double& c : p.integral) {
            c *= half;
        }
        p.mass_below = mass_;
        mass_ += p.mass;
    }
    double above = 0;
    for (auto p = panels_.rbegin(); p != panels_.rend(); ++p) {
        p->mass_above = above;
        above += p->mass;
    }
}

/// Both sides.
class score_density {
public:
    explicit score_density(const category_weights& weights) {
        const bool mirrored = weights.promoters < weights.detractors;
        const category_weights main = mirrored ? weights.swapped() : weights;
        const double sd = std::sqrt(main.variance() / (main.n() + 1));
        // The mean, or one standard deviation where it is nearer to 0.
        const double mean = main.score();
        const double s = (std::max)(mean, sd);
        const double y = mean > sd ? (2 * main.detractors + main.passives) / main.n() : 1 - sd;
        const double start = std::log(s / y);
        // Below, next to nothing is left of a density like s^(promoters + detractors - 1).
        const double first = std::log(sd) - 42 / (std::min)(1.0, main.promoters + main.detractors);
        constexpr double last = 690;
        const double step = (std::min)(1.0, sd / (s * y) / 2);
        double top = -std::numeric_limits<double>::infinity();
        score_half& major = mirrored ? negative_ : positive_;
        score_half& minor = mirrored ? positive_ : negative_;
        major.march(score_shape(main), start, last, step, top);
        major.march(score_shape(main), start, first, step, top);
        minor.march(score_shape(main.swapped()), first, last, 1, top);
        positive_.finish(top);
        negative_.finish(top);
    }

    [[nodiscard]] const score_half& positive() const { return positive_; }
    [[nodiscard]] const score_half& negative() const { return negative_; }
    [[nodiscard]] double total() const { return positive_.mass() + negative_.mass(); }

    /// Mass above a score.
    [[nodiscard]] double upper_tail(const held_score& s) const {
        if (!(s.to_upper > 0)) {
            return 0;
        }
        if (!(s.from_lower > 0)) {
            return total();
        }
        return s.value > 0
                   ? positive_.above(std::log(s.value / s.to_upper))
                   : positive_.mass() +
                         (s.value < 0 ? negative_.below(std::log(-s.value / s.from_lower)) : 0);
    }

    /// The score at v of one side.
    [[nodiscard]] static held_score score_at(double v, bool is_positive) {
        const double s = 1 / (1 + std::exp(-v));
        const double y = 1 / (1 + std::exp(v));
        return is_positive ? held_score{s, 1 + s, y} : held_score{-s, y, 1 + s};
    }

    /// s + x, from what is exact of s: its value near 0, its distance from an end near that.
    [[nodiscard]] static held_score shift(const held_score& s, double x) {
        if (std::abs(s.value) <= 0.5) {
            return {x + s.value, (1 + x) + s.value, (1 - x) - s.value};
        }
        return s.value > 0
                   ? held_score{(x + 1) - s.to_upper, (x + 2) - s.to_upper, s.to_upper - x}
                   : held_score{(x - 1) + s.from_lower, s.from_lower + x, (2 - x) - s.from_lower};
    }

private:
    score_half positive_;
    score_half negative_;
};

} // namespace nps::inline v0::detail
