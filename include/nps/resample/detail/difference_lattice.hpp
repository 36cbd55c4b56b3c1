// SPDX-License-Identifier: Apache-2.0
/// @file
/// The exact distribution of the difference of the scores of two resamples.
///
/// S_a / n_a - S_b / n_b is a whole number over the least common multiple of the sizes, which may
/// be very fine; each sum alone has but O(sqrt n) points that matter. So the distribution function
/// is a sum over the points of one group of the distribution function of the other.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/resample/detail/score_difference.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Largest group of the ideal bootstrap of a difference: the least common multiple of two such
/// sizes, three times over, fits 64 bits.
inline constexpr std::int64_t largest_difference_n = 1'000'000'000;

/// Probabilities of the sum of n resampled answers at all points that matter, 1e-30 being left out
/// at each end.
class answer_table {
public:
    explicit answer_table(const category_counts& counts) : counts_(counts) {
        const lattice_sum sum(counts.n(), {static_cast<double>(counts.detractors),
                                           static_cast<double>(counts.passives),
                                           static_cast<double>(counts.promoters)});
        constexpr double left_out = 1e-30;
        low_ = sum.quantile(left_out);
        const std::int64_t high = sum.upper_quantile(left_out);
        mass_.resize(static_cast<std::size_t>(high - low_) + 1);
        if (high >= 0) {
            fill(sum, high, (std::max)(low_, std::int64_t{0}));
        }
        if (low_ < 0) {
            fill(sum, low_, (std::min)(high, std::int64_t{-1}));
        }
        const double all = std::accumulate(mass_.begin(), mass_.end(), 0.0);
        for (double& m : mass_) {
            m /= all;
        }
        below_.resize(mass_.size() + 2);
        above_.resize(mass_.size() + 2);
        std::partial_sum(mass_.begin(), mass_.end(), below_.begin() + 1);
        std::partial_sum(mass_.rbegin(), mass_.rend(), above_.rbegin() + 2);
        below_.back() = 1;
        above_.front() = 1;
    }

    [[nodiscard]] std::int64_t low() const { return low_; }
    /// P(S = low + i).
    [[nodiscard]] const std::vector<double>& mass() const { return mass_; }
    /// P(S <= low + i - 1); the first is 0, the last 1.
    [[nodiscard]] const std::vector<double>& below() const { return below_; }
    /// P(S > low + i - 1), not from a complement; the first is 1, the last 0.
    [[nodiscard]] const std::vector<double>& above() const { return above_; }

private:
    /// The points from `first`, an end, to `last`, towards 0: there each follows from the two
    /// before it by a sum of positive terms. From f = (p x^2 + q x + d)^n follows
    /// f' (p x^2 + q x + d) = n (2 p x + q) f, which holds for the coefficient of every power.
    void fill(const lattice_sum& sum, std::int64_t first, std::int64_t last) {
        constexpr std::int64_t refresh = 1024; // products of ratios drift
        const std::int64_t sign = first < 0 ? -1 : 1;
        const auto towards = static_cast<double>(sign > 0 ? counts_.detractors : counts_.promoters);
        const auto away = static_cast<double>(sign > 0 ? counts_.promoters : counts_.detractors);
        const auto passives = static_cast<double>(counts_.passives);
        const auto n = static_cast<double>(counts_.n());
        double beyond = 0;
        double here = 0;
        for (std::int64_t at = sign * first; at >= sign * last; --at) {
            if ((sign * first - at) % refresh == 0) {
                beyond = sum.pmf(sign * (at + 1));
                here = sum.pmf(sign * at);
            }
            mass_[static_cast<std::size_t>(sign * at - low_)] = here;
            const auto s = static_cast<double>(at);
            const double next =
                (towards * (n + s + 1) * beyond + passives * s * here) / (away * (n - s + 1));
            beyond = std::exchange(here, next);
        }
    }

    category_counts counts_;
    std::int64_t low_ = 0;
    std::vector<double> mass_;
    std::vector<double> below_;
    std::vector<double> above_;
};

/// Of D = units (score_a* - score_b*), a whole number. The same members as lattice_sum.
class difference_lattice {
public:
    difference_lattice(const category_counts& a, const category_counts& b)
        : influence_(influence_of_difference(a, b)), a_(a), b_(b),
          b_is_summed_(b_.mass().size() <= a_.mass().size()) {
        const std::int64_t common = std::gcd(a.n(), b.n());
        step_a_ = b.n() / common;
        step_b_ = a.n() / common;
        units_ = a.n() * step_a_;
        observed_ = answer_sum(a) * step_a_ - answer_sum(b) * step_b_;
        // The nearest double, as all limits are.
        influence_.value = static_cast<double>(observed_) / static_cast<double>(units_);
    }

    /// The least common multiple of the sizes.
    [[nodiscard]] std::int64_t units() const { return units_; }
    /// D of the samples themselves.
    [[nodiscard]] std::int64_t observed() const { return observed_; }
    [[nodiscard]] const score_influence& influence() const { return influence_; }

    /// P(D <= k).
    [[nodiscard]] double cdf(std::int64_t k) const {
        return b_is_summed_ ? sum(a_.below(), k) : sum(b_.above(), -k - 1);
    }
    /// P(D > k), not from a complement.
    [[nodiscard]] double upper_tail(std::int64_t k) const {
        return b_is_summed_ ? sum(a_.above(), k) : sum(b_.below(), -k - 1);
    }
    /// The smallest k with P(D <= k) >= p, probabilities within 1e-12 p being equal.
    [[nodiscard]] std::int64_t quantile(double p) const {
        return first(normal_quantile(p), 1,
                     [&, enough = p * (1 - tie)](std::int64_t k) { return cdf(k) >= enough; });
    }
    /// The largest k with P(D >= k) >= p: the mirror image of quantile.
    [[nodiscard]] std::int64_t upper_quantile(double p) const {
        return -first(normal_quantile(p), -1, [&, enough = p * (1 - tie)](std::int64_t k) {
            return upper_tail(-k - 1) >= enough;
        });
    }

private:
    static constexpr double tie = 1e-12;

    /// The sum over the points y of the smaller table of P(y) tail(x), x the largest point of the
    /// other with x step_x - y step_y <= k.
    [[nodiscard]] double sum(const std::vector<double>& tail, std::int64_t k) const {
        const answer_table& x = b_is_summed_ ? a_ : b_;
        const answer_table& y = b_is_summed_ ? b_ : a_;
        const std::int64_t step_x = b_is_summed_ ? step_a_ : step_b_;
        const std::int64_t step_y = b_is_summed_ ? step_b_ : step_a_;
        const std::int64_t start = k + y.low() * step_y;
        std::int64_t whole = start / step_x;
        std::int64_t rest = start % step_x;
        if (rest < 0) {
            rest += step_x;
            --whole;
        }
        whole -= x.low() - 1;
        const std::int64_t more = step_y / step_x;
        const std::int64_t more_rest = step_y % step_x;
        const auto last = static_cast<std::int64_t>(tail.size()) - 1;
        double total = 0;
        for (const double mass : y.mass()) {
            total +=
                mass * tail[static_cast<std::size_t>(std::clamp(whole, std::int64_t{0}, last))];
            whole += more;
            rest += more_rest;
            if (rest >= step_x) {
                rest -= step_x;
                ++whole;
            }
        }
        return total;
    }

    /// The first k that `holds`, of D or where `sign` is -1 of -D, near its normal quantile.
    template <class Holds>
    [[nodiscard]] std::int64_t first(double z, int sign, Holds holds) const {
        const auto units = static_cast<double>(units_);
        const double skew = sign * influence_.acceleration;
        const double guess =
            sign * influence_.value + influence_.standard_error * (z + skew * (z * z - 1));
        const double step = 1e-3 * influence_.standard_error * units;
        return find_first(holds, -2 * units_, 2 * units_,
                          static_cast<std::int64_t>(std::clamp(guess, -2.0, 2.0) * units),
                          (std::max)(static_cast<std::int64_t>(step), std::int64_t{1}));
    }

    score_influence influence_;
    answer_table a_;
    answer_table b_;
    bool b_is_summed_;
    std::int64_t step_a_ = 1; // of D for one more in the sum of a
    std::int64_t step_b_ = 1;
    std::int64_t units_ = 1;
    std::int64_t observed_ = 0;
};

} // namespace nps::inline v0::detail
