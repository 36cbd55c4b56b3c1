// SPDX-License-Identifier: Apache-2.0
/// @file
/// Two groups that fit their answers best while the difference of their scores is held at a given
/// value, and the limits of a difference that come from inverting a test.
#pragma once

#include <nps/infer/detail/restricted_shares.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nps::inline v0::detail {

/// Detractors, passives and promoters of one group, their score held.
class held_score_group {
public:
    explicit held_score_group(const category_weights& counts) : counts_(counts) {}

    [[nodiscard]] const category_weights& counts() const { return counts_; }
    [[nodiscard]] double n() const { return counts_.n(); }
    /// From the estimate to the upper end of the scale.
    [[nodiscard]] double to_upper() const {
        return (2 * counts_.detractors + counts_.passives) / n();
    }
    [[nodiscard]] held_score_group mirrored() const { return held_score_group(counts_.swapped()); }
    [[nodiscard]] restricted_shares hold(double to_upper, double from_lower) const {
        return restrict_shares(counts_, held_score{to_upper < 1 ? 1 - to_upper : from_lower - 1,
                                                   from_lower, to_upper});
    }
    /// Whether the log likelihood has a kink at a score of 0: with passives alone it falls on both
    /// sides, with slopes n and -n.
    [[nodiscard]] bool has_kink() const { return counts_.passives == n(); }
    /// Slope of the log likelihood in the held score: the Lagrange multiplier.
    [[nodiscard]] double slope(double to_upper, double from_lower, double below_estimate) const {
        if (counts_.promoters == n()) {
            return n() / from_lower;
        }
        if (counts_.detractors == n()) {
            return -n() / to_upper;
        }
        if (counts_.passives == n()) {
            return to_upper == 1 ? 0 : to_upper < 1 ? -n() / to_upper : n() / from_lower;
        }
        return n() * below_estimate / hold(to_upper, from_lower).variance;
    }

private:
    category_weights counts_;
};

/// Two groups and the fits they have together. Where the scores lie in the lower half of their scale
/// all are mirrored, so that the distances from the upper end keep their digits.
struct restricted_fit {
    held_score_group a;
    held_score_group b;
    restricted_shares fit_a{};
    restricted_shares fit_b{};
};

/// The maximum likelihood fits under a - b = delta. The log likelihoods are concave in the held
/// score, so that the sum of their slopes falls through 0 once, between the two estimates.
[[nodiscard]] inline restricted_fit fit_pair(const held_score_group& a, const held_score_group& b,
                                             double delta) {
    restricted_fit result{.a = a, .b = b};
    if (a.to_upper() + b.to_upper() - delta > 2) {
        result = {.a = a.mirrored(), .b = b.mirrored()};
        delta = -delta;
    }
    const held_score_group& one = result.a;
    const held_score_group& two = result.b;
    // t is how far the held score of a lies below 1; that of b lies t + delta below.
    const double own = one.to_upper();
    const double other = two.to_upper() - delta;
    const double first = (std::max)(0.0, -delta);
    const double last = (std::min)(2.0, 2 - delta);
    const double from = std::clamp((std::min)(own, other), first, last);
    const double to = std::clamp((std::max)(own, other), first, last);
    const auto two_lower = [&](double t) { return (2 - delta) - t; };
    const auto slope_of_one = [&](double t) { return one.slope(t, 2 - t, t - own); };
    const auto slope_of_two = [&](double t) {
        return two.slope(t + delta, two_lower(t), t - other);
    };
    const auto slope = [&](double t) { return slope_of_one(t) + slope_of_two(t); };
    const auto is_inside = [&](double t) { return t >= from && t <= to; };
    const double at = [&] {
        // A kink holds the fit where the slope of the other group does not exceed its own.
        if (one.has_kink() && is_inside(1) && std::abs(slope_of_two(1)) <= one.n()) {
            return 1.0;
        }
        const double kink = 1 - delta;
        if (two.has_kink() && is_inside(kink) && std::abs(slope_of_one(kink)) <= two.n()) {
            return kink;
        }
        if (from == to || slope(from) >= 0) {
            return from;
        }
        return slope(to) <= 0 ? to : find_root(slope, from, to);
    }();
    result.fit_a = one.hold(at, 2 - at);
    result.fit_b = two.hold(at + delta, two_lower(at));
    return result;
}

/// Variance of the difference under a - b = delta.
[[nodiscard]] inline double restricted_variance(const held_score_group& a,
                                                const held_score_group& b, double delta) {
    const restricted_fit fit = fit_pair(a, b, delta);
    return fit.fit_a.variance / a.n() + fit.fit_b.variance / b.n();
}

/// Twice the log likelihood lost by a - b = delta.
[[nodiscard]] inline double restricted_deviance(const held_score_group& a,
                                                const held_score_group& b, double delta) {
    const restricted_fit fit = fit_pair(a, b, delta);
    const double lost =
        score_deviance(fit.a.counts(), fit.fit_a) + score_deviance(fit.b.counts(), fit.fit_b);
    return (std::max)(lost, 0.0); // rounding, at the estimate
}

/// The delta in [-2, 2] where `statistic`, which falls through 0 at the estimate, is `target`; the
/// end of the range where that is observed.
template <class Statistic>
[[nodiscard]] double invert_statistic(Statistic statistic, double target, double estimate) {
    if (target == 0) {
        return estimate;
    }
    const double end = target < 0 ? 2 : -2;
    const auto excess = [&](double delta) {
        // An end is never plausible unless it is observed.
        return delta == estimate ? -target
               : delta == end    ? std::copysign(std::numeric_limits<double>::infinity(), target)
                                 : statistic(delta) - target;
    };
    return end == estimate ? end : find_root(excess, estimate, end);
}

} // namespace nps::inline v0::detail
