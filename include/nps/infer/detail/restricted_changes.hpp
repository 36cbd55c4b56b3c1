// SPDX-License-Identifier: Apache-2.0
/// @file
/// Changes of the same people's answers from one wave to the next, and the shares of these changes
/// that fit best while their mean is held at a given value.
#pragma once

#include <nps/core/transition_counts.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace nps::inline v0::detail {

/// How many people changed by -2, -1, 0, 1, 2 on the answers coded -1, 0, 1.
struct answer_changes {
    std::array<std::int64_t, 5> people{};

    explicit constexpr answer_changes(const transition_counts& counts)
        : people{counts.from_promoters.detractors,
                 counts.from_passives.detractors + counts.from_promoters.passives,
                 counts.from_detractors.detractors + counts.from_passives.passives +
                     counts.from_promoters.promoters,
                 counts.from_detractors.passives + counts.from_passives.promoters,
                 counts.from_detractors.promoters} {}

    [[nodiscard]] constexpr std::int64_t n() const {
        return people[0] + people[1] + people[2] + people[3] + people[4];
    }
    /// The sum of the changes.
    [[nodiscard]] constexpr std::int64_t sum() const {
        return 2 * (people[4] - people[0]) + (people[3] - people[1]);
    }
};

/// The changes as distances k = 0, ..., 4 from one end of their range, with a_k people and mean m;
/// held means lie nearer to that end, at m - y.
///
/// By Lagrange the fitted shares are proportional to a_k / (1 + r k), r >= 0. With
/// W(r) = sum a_k / (1 + r k) and Q(r) = sum a_k (k - m)^2 / (1 + r k) the mean gives
/// y = r Q / ((1 + r m) W), the variance of one change is n Q / ((1 + r m) W^2), and so
/// n y^2 / variance = r^2 Q / (1 + r m): no term cancels another. Where nobody is at the end
/// itself y stays below a bound as r grows; beyond it people are placed there, the others in
/// proportion to a_k / k, and the variance is y (m - y). If everybody is at the end, m = 0.
class restricted_changes {
public:
    /// `upper`: distances from the upper end, for held means above the observed one.
    restricted_changes(const answer_changes& changes, bool upper)
        : n_(static_cast<double>(changes.n())) {
        for (std::size_t k = 0; k < people_.size(); ++k) {
            people_[k] = static_cast<double>(changes.people[upper ? 4 - k : k]);
        }
        const std::int64_t sum = changes.sum();
        mean_ = static_cast<double>(2 * changes.n() + (upper ? -sum : sum)) / n_;
    }

    /// Variance of one change as observed.
    [[nodiscard]] double variance() const { return at(0).q / n_; }

    /// Variance of one change with the mean held y > 0 nearer to the end, at a distance m - y > 0:
    /// each is the more exact where it is the smaller.
    [[nodiscard]] double variance(double y, double distance) const {
        const auto excess = [&](double r) {
            const sums s = at(r);
            return y < distance ? r * s.q / ((1 + r * mean_) * s.w) - y : distance - s.k / s.w;
        };
        const double last = beyond(excess, y * n_ / at(0).q);
        if (last == unbounded) {
            return y * distance;
        }
        const double r = find_root(excess, 0.0, last);
        const sums s = at(r);
        return n_ / (1 + r * mean_) * (s.q / s.w / s.w);
    }

    /// The y with n y^2 / variance(y) = z^2, z >= 0.
    [[nodiscard]] double reach(double z) const {
        if (z == 0) {
            return 0;
        }
        const auto excess = [&](double r) { return r * std::sqrt(at(r).q / (1 + r * mean_)) - z; };
        const double last = beyond(excess, z / std::sqrt(at(0).q));
        if (last == unbounded) {
            return mean_ * (z * z / (n_ + z * z));
        }
        const double r = find_root(excess, 0.0, last);
        const sums s = at(r);
        return r * s.q / ((1 + r * mean_) * s.w);
    }

private:
    static constexpr double unbounded = 1e40;

    struct sums {
        double w = 0; ///< of a_k / (1 + r k)
        double k = 0; ///< of these times k
        double q = 0; ///< of these times (k - m)^2
    };

    [[nodiscard]] sums at(double r) const {
        sums result;
        for (std::size_t k = 0; k < people_.size(); ++k) {
            const double distance = static_cast<double>(k);
            const double part = people_[k] / (1 + r * distance);
            result.w += part;
            result.k += part * distance;
            result.q += part * (distance - mean_) * (distance - mean_);
        }
        return result;
    }

    /// An r where `excess`, which grows, is positive, at or above the guess; `unbounded` where none
    /// is: the largest r that counts below 2^53 and a held mean in doubles can need is 1e33.
    template <class Excess>
    [[nodiscard]] static double beyond(const Excess& excess, double guess) {
        double r = guess;
        while (r < unbounded && !(excess(r) > 0)) {
            r *= 4;
        }
        return (std::min)(r, unbounded);
    }

    std::array<double, 5> people_{};
    double n_;
    double mean_ = 0;
};

} // namespace nps::inline v0::detail
