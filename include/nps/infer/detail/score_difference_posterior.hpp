// SPDX-License-Identifier: Apache-2.0
/// @file
/// The posterior of the difference of two scores.
#pragma once

#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/posterior_quantile.hpp>
#include <nps/infer/detail/score_density.hpp>
#include <nps/infer/score_posterior.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nps::inline v0::detail {

/// D = s_a - s_b of two independent Dirichlet posteriors.
class score_difference_posterior {
public:
    score_difference_posterior(const category_weights& a, const category_weights& b)
        : difference(ratio_difference(a.promoters - a.detractors, a.n(), b.promoters - b.detractors,
                                      b.n())),
          a_(a), b_(b), sd_(std::sqrt(a.variance() / (a.n() + 1) + b.variance() / (b.n() + 1))) {}

    /// The posterior mean.
    double difference;

    /// P(D > x).
    [[nodiscard]] double upper_tail(double x) const { return above(a_, b_, x); }
    /// P(D <= x).
    [[nodiscard]] double cdf(double x) const { return above(b_, a_, -x); }

    /// `above` is P(D <= delta): small where the difference is surely greater.
    [[nodiscard]] comparison_test test(double delta) const {
        const double lower = cdf(delta);
        const double upper = upper_tail(delta);
        return {.statistic = (difference - delta) / sd_,
                .standard_error = sd_,
                .below = upper,
                .above = lower,
                .two_sided = (std::min)(2 * (std::min)(lower, upper), 1.0)};
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        return posterior_quantile(
            [this](double x, bool is_upper) { return is_upper ? upper_tail(x) : cdf(x); },
            difference, sd_, 2, tail, upper);
    }

private:
    /// P(s_one - s_two > x): the density of two times the upper tail of one, over the panels of two,
    /// cut where a panel of one begins, so that the integrand is smooth on each piece.
    [[nodiscard]] static double above(const score_density& one, const score_density& two,
                                      double x) {
        const auto side = [&](const score_half& half, bool is_positive) {
            std::vector<double> cuts;
            const auto add_cuts = [&](const score_half& of_one, bool one_is_positive) {
                const auto add = [&](double v) {
                    const held_score s =
                        score_density::shift(score_density::score_at(v, one_is_positive), -x);
                    const double to_end = is_positive ? s.to_upper : s.from_lower;
                    if ((s.value > 0) == is_positive && s.value != 0 && to_end > 0) {
                        cuts.push_back(std::log(std::abs(s.value) / to_end));
                    }
                };
                for (const score_half::panel& p : of_one.panels()) {
                    add(p.from);
                    add(p.to);
                }
            };
            add_cuts(one.positive(), true);
            add_cuts(one.negative(), false);
            std::sort(cuts.begin(), cuts.end());
            double sum = 0;
            for (const score_half::panel& p : half.panels()) {
                double from = p.from;
                const auto piece = [&](double to) {
                    const double reach = (to - from) / 2;
                    double part = 0;
                    for (std::size_t k = 0; k < chebyshev::size; ++k) {
                        const double v = (from + to) / 2 + reach * chebyshev::points()[k];
                        const held_score s = score_density::score_at(v, is_positive);
                        part += chebyshev::weights()[k] * p.at(p.density, v) *
                                one.upper_tail(score_density::shift(s, x));
                    }
                    sum += reach * part;
                    from = to;
                };
                for (auto cut = std::upper_bound(cuts.begin(), cuts.end(), p.from);
                     cut != cuts.end() && *cut < p.to; ++cut) {
                    piece(*cut);
                }
                piece(p.to);
            }
            return sum;
        };
        const double sum = side(two.positive(), true) + side(two.negative(), false);
        return std::clamp(sum / one.total() / two.total(), 0.0, 1.0);
    }

    score_density a_;
    score_density b_;
    double sd_;
};

} // namespace nps::inline v0::detail
