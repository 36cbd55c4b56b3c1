// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a gambler has who bets against a score: an average over all sizes of the bet, from counts
/// alone. Internal.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nps::inline v0::detail {

/// The logarithm of a wealth, and its derivative by the score that is bet against.
struct bet_wealth {
    double log = 0;
    double slope = 0;
};

/// A bet of the part c of the largest allowed one multiplies the wealth by 1 - c (x - s) / (1 - s)
/// at the answer x: by 1 - c, 1 + c s / (1 - s) and 1 + c (1 + s) / (1 - s). Its logarithm after all
/// answers, at c = sin^2(angle).
class score_bet {
public:
    /// Bets that the score lies below s.
    score_bet(const category_counts& counts, double s)
        : promoters_(static_cast<double>(counts.promoters)),
          passives_(static_cast<double>(counts.passives)),
          detractors_(static_cast<double>(counts.detractors)), s_(s), room_(1 - s),
          passive_gain_(s / room_), detractor_gain_((1 + s) / room_),
          // Exact differences of whole numbers first: this is what cancels.
          drift_((static_cast<double>(counts.detractors - counts.promoters) +
                  static_cast<double>(counts.n()) * s) /
                 room_) {}

    [[nodiscard]] double log_wealth(double angle) const {
        const double sine = std::sin(angle);
        const double c = sine * sine;
        const double u = c * passive_gain_;
        const double v = c * detractor_gain_;
        if (c < 0.5 && v < 0.5) {
            return c * drift_ + (promoters_ * log1p_minus(-c) + passives_ * log1p_minus(u) +
                                 detractors_ * log1p_minus(v));
        }
        // cos^2 has the digits of 1 - c.
        const double lost = promoters_ > 0 ? 2 * promoters_ * std::log(std::cos(angle)) : 0;
        return lost + passives_ * std::log1p(u) + detractors_ * std::log1p(v);
    }

    /// Its derivative by s.
    [[nodiscard]] double slope(double angle) const {
        const double sine = std::sin(angle);
        const double cosine = std::cos(angle);
        const double c = sine * sine;
        const double kept = cosine * cosine;
        return c / room_ * (passives_ / (1 - kept * s_) + 2 * detractors_ / (1 + c - kept * s_));
    }

    /// The angle of the best bet, to a few digits: the root of a quadratic.
    [[nodiscard]] double best_angle() const {
        if (!(drift_ > 0)) {
            return 0;
        }
        const double n = promoters_ + passives_ + detractors_;
        const double u = passive_gain_;
        const double v = detractor_gain_;
        const double a = -n * u * v;
        const double b =
            -promoters_ * (u + v) + passives_ * u * (v - 1) + detractors_ * v * (u - 1);
        const double root = std::sqrt((std::max)(b * b - 4 * a * drift_, 0.0));
        const double q = -0.5 * (b + (b < 0 ? -root : root));
        double c = 1;
        for (const double candidate : {drift_ / q, q / a}) {
            if (candidate > 0 && candidate < c) {
                c = candidate;
            }
        }
        return std::asin(std::sqrt(c));
    }

    /// How far from the best angle the logarithm has fallen by `drop`, about: by its second
    /// derivative, or where that vanishes, with the best bet near 0, by its fourth.
    [[nodiscard]] double width(double angle, double drop) const {
        const double sine = std::sin(angle);
        const double cosine = std::cos(angle);
        const double c = sine * sine;
        const double lost = (std::max)(cosine * cosine, 1e-300);
        const auto relative = [&](double gain) { return gain / (1 + c * gain); };
        const double u = relative(passive_gain_);
        const double v = relative(detractor_gain_);
        const double first = passives_ * u + detractors_ * v - promoters_ / lost;
        const double second = passives_ * u * u + detractors_ * v * v + promoters_ / lost / lost;
        const double curvature = 4 * c * lost * second - 2 * (lost - c) * first;
        return (std::min)(std::sqrt(2 * drop / (std::max)(curvature, 1.0)),
                          std::sqrt(std::sqrt(2 * drop / (std::max)(second, 1.0))));
    }

private:
    double promoters_;
    double passives_;
    double detractors_;
    double s_;
    double room_;
    double passive_gain_;
    double detractor_gain_;
    double drift_;
};

/// The wealth of bets that the score lies below s, s in (-1, 1), averaged over c ~ Beta(1/2, 1/2),
/// that is over angles spread evenly: of an even periodic function the trapezoidal rule has the
/// integral to all digits once its step is below the width of the peak.
[[nodiscard]] inline bet_wealth wealth_below(const category_counts& counts, double s) {
    if (counts.n() == 0) {
        return {};
    }
    constexpr double end = std::numbers::pi / 2;
    constexpr double negligible = 45;
    const score_bet bet(counts, s);
    const double best = bet.best_angle();
    const double largest = bet.log_wealth(best);
    const double width = bet.width(best, negligible);
    const auto edge = [&](double direction) {
        double distance = 1.05 * width;
        for (;; distance *= 1.5) {
            const double at = std::clamp(best + direction * distance, 0.0, end);
            if (at == 0 || at == end || !(bet.log_wealth(at) >= largest - negligible)) {
                return at;
            }
        }
    };
    const double lower = edge(-1);
    const double upper = edge(1);
    double sum = 0;
    double slopes = 0;
    const auto add = [&](double angle, double weight) {
        const double share = weight * std::exp(bet.log_wealth(angle) - largest);
        if (share > 0) {
            sum += share;
            slopes += share * bet.slope(angle);
        }
    };
    constexpr int coarse = 24;
    double step = (upper - lower) / coarse;
    add(lower, 0.5);
    add(upper, 0.5);
    for (int k = 1; k < coarse; ++k) {
        add(lower + k * step, 1);
    }
    // Digits double with each halving, down to the rounding of the logarithm.
    const double settled = 1e-8 + 1e-15 * std::abs(largest);
    for (int nodes = coarse; nodes <= coarse << 8; nodes *= 2) {
        const double before = sum * step;
        for (int k = 0; k < nodes; ++k) {
            add(lower + (k + 0.5) * step, 1);
        }
        step /= 2;
        if (std::abs(sum * step - before) <= settled * before) {
            break;
        }
    }
    return {largest + std::log(sum * step / end), slopes / sum};
}

/// The wealth of bets that the score lies above s.
[[nodiscard]] inline bet_wealth wealth_above(const category_counts& counts, double s) {
    const bet_wealth mirrored =
        wealth_below({counts.promoters, counts.passives, counts.detractors}, -s);
    return {mirrored.log, -mirrored.slope};
}

/// Half the wealth on either side.
[[nodiscard]] inline bet_wealth halves(const bet_wealth& a, const bet_wealth& b) {
    const double larger = (std::max)(a.log, b.log);
    const double share_a = std::exp(a.log - larger);
    const double share_b = std::exp(b.log - larger);
    return {larger + std::log((share_a + share_b) / 2),
            (share_a * a.slope + share_b * b.slope) / (share_a + share_b)};
}

/// The wealth of bets on `side` of s. Log-convex in s, as each bet is.
[[nodiscard]] inline bet_wealth score_wealth(const category_counts& counts, double s,
                                             alternative side) {
    switch (side) {
    case alternative::less:
        return wealth_below(counts, s);
    case alternative::greater:
        return wealth_above(counts, s);
    default:
        return halves(wealth_below(counts, s), wealth_above(counts, s));
    }
}

/// Scores so close to the ends that no double lies beyond.
inline constexpr double largest_bet_score = 1 - 0x1p-53;

/// The least wealth, over the score m of b, of bets that a - b lies on `side` of `difference`. The
/// product of two wealths at a's score m + difference and b's score m; log-convex in both.
[[nodiscard]] inline bet_wealth difference_wealth(const category_counts& a,
                                                  const category_counts& b, double difference,
                                                  alternative side) {
    const auto held = [](double s) { return std::clamp(s, -largest_bet_score, largest_bet_score); };
    const auto at = [&](double m) {
        const double s_a = held(m + difference);
        const double s_b = held(m);
        const auto both = [](const bet_wealth& x, const bet_wealth& y) {
            return bet_wealth{x.log + y.log, x.slope + y.slope};
        };
        if (side == alternative::less) {
            return both(wealth_below(a, s_a), wealth_above(b, s_b));
        }
        const bet_wealth greater = both(wealth_above(a, s_a), wealth_below(b, s_b));
        return side == alternative::greater
                   ? greater
                   : halves(greater, both(wealth_below(a, s_a), wealth_above(b, s_b)));
    };
    const double lowest = held((std::max)(-1.0, -1 - difference));
    const double highest = held((std::min)(1.0, 1 - difference));
    if (!(lowest < highest)) {
        return at(lowest);
    }
    const bet_wealth low = at(lowest);
    if (low.slope >= 0) {
        return low;
    }
    const bet_wealth high = at(highest);
    if (high.slope <= 0) {
        return high;
    }
    const double m = find_root([&](double x) { return at(x).slope; }, lowest, highest,
                               {.relative = 1e-13, .absolute = 1e-14});
    return at(m);
}

/// Where a wealth that grows from `estimate` to `end` passes `log_threshold`; `end` where it does
/// not.
template <class LogWealth>
[[nodiscard]] double wealth_limit(LogWealth log_wealth, double estimate, double end,
                                  double log_threshold) {
    const double last = end * largest_bet_score;
    const double from = std::clamp(estimate, -std::abs(last), std::abs(last));
    if (from == last || log_wealth(last) < log_threshold) {
        return end;
    }
    const auto excess = [&](double s) { return log_wealth(s) - log_threshold; };
    return excess(from) < 0 ? find_root(excess, from, last, {.absolute = 1e-16}) : from;
}

} // namespace nps::inline v0::detail
