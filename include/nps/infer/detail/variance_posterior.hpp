// SPDX-License-Identifier: Apache-2.0
/// @file
/// Posterior distribution of the variance S^2 of one answer, where the shares are Dirichlet.
#pragma once

#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/quadrature.hpp>

#include <algorithm>
#include <cmath>

namespace nps::inline v0::detail {

/// V = S^2 = e - e^2 (2w - 1)^2, where e = p + d is Beta(p + d, q) and w = p / e is an independent
/// Beta(p, d). Given e > v, V <= v when |2w - 1| is at least t = sqrt(e - v) / e; that is certain
/// for e <= v and impossible where t > 1.
class variance_posterior {
public:
    explicit variance_posterior(const category_weights& weights)
        : p_(weights.promoters), d_(weights.detractors), extremes_(p_ + d_),
          passives_(weights.passives), first_(beta_quantile(negligible, extremes_, passives_)),
          last_(beta_upper_quantile(negligible, extremes_, passives_)) {}

    /// P(V <= v).
    [[nodiscard]] double cdf(double v) const {
        if (!(v > 0)) {
            return 0;
        }
        if (v >= 1) {
            return 1;
        }
        double result = beta_cdf(v, extremes_, passives_);
        if (v >= 0.25) {
            // Cut where e^2 - e + v is least: at v = 1/4 it has a double root there.
            const double middle = (std::max)(v, 0.5);
            const double rest = v - 0.25;
            result += part(v, v, middle, [&](double, double to_middle, double) {
                return to_middle * to_middle + rest;
            });
            result += part(v, middle, 1, [&](double from_middle, double, double) {
                const double off = (middle - 0.5) + from_middle;
                return off * off + rest;
            });
        } else {
            // t > 1 between the roots of e^2 - e + v.
            const double gap = std::sqrt(1 - 4 * v);
            const double high = (1 + gap) / 2;
            const double low = v / high;
            result += part(v, v, low,
                           [&](double, double to_low, double) { return to_low * (to_low + gap); });
            result += part(v, high, 1, [&](double from_high, double, double) {
                return from_high * (from_high + gap);
            });
        }
        return (std::min)(result, 1.0);
    }

private:
    /// e lies outside [first_, last_] with this probability on each side.
    static constexpr double negligible = 1e-18;

    /// Integral over e in [from, to] of its density times P(|2w - 1| >= t). `surplus`, of the
    /// distances from both ends and e, is e^2 - e + v without its cancellation: 1 - t^2 times e^2.
    template <class Surplus>
    [[nodiscard]] double part(double v, double from, double to, Surplus surplus) const {
        const double lower = (std::max)(from, first_);
        const double upper = (std::min)(to, last_);
        if (!(lower < upper)) {
            return 0;
        }
        const auto integrand = [&](const quadrature_point& at) {
            const double e = at.x;
            const double from_end = (lower - from) + at.from_lower;
            const double to_end = (to - upper) + at.to_upper;
            const double above_v = (from - v) + from_end;
            const double t = std::sqrt(above_v) / e;
            const double half_tail = surplus(from_end, to_end, e) / (e * e) / (1 + t) / 2;
            const double tails =
                half_tail >= 0.5 ? 1.0 : beta_cdf(half_tail, p_, d_) + beta_cdf(half_tail, d_, p_);
            const double complement = (1 - to) + to_end;
            return tails * (e < 0.5 ? beta_density(e, extremes_, passives_)
                                    : beta_density(complement, passives_, extremes_));
        };
        return integrate(integrand, lower, upper).value;
    }

    double p_;
    double d_;
    double extremes_;
    double passives_;
    double first_;
    double last_;
};

} // namespace nps::inline v0::detail
