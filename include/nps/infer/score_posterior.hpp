// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a survey and a prior say about the net promoter score: its posterior distribution.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/infer/detail/posterior_quantile.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/quadrature.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace nps::inline v0 {

/// Weight of each category before any answer is seen: Dirichlet(1, 1, 1) is uniform,
/// {.5, .5, .5} is Jeffreys'.
///
/// Assumes:    each in [0.05, 2^53]; below, a double cannot hold how close to 0 a share lies.
/// Checked:    tests/infer/score_posterior_test.cpp
/// Example:    examples/intervals.cpp
struct dirichlet_prior {
    double detractors = 1;
    double passives = 1;
    double promoters = 1;
};

/// Posterior of the score p - d, where (d, q, p) is Dirichlet(prior + counts).
///
/// Formula:    one share, that of the smallest category, is beta; given it, p - d is a beta
///             variable moved and stretched; the distribution function is one integral of beta
///             distribution functions, not a simulation.
/// Scale:      [-1, 1].
/// Degenerate: no answers give the prior.
/// Throws:     invalid_input for a prior weight outside [0.05, 2^53], a probability outside (0, 1)
///             or an x that is NaN.
/// Cost:       mean and standard deviation O(1); a probability 0.1-1 ms, a quantile ten times that,
///             whatever n is.
/// Source:     Gelman et al., Bayesian Data Analysis, ISBN 978-1439840955, section 3.4
/// Checked:    tests/reference/score_posterior.csv, score_interval_bayesian.csv (mpmath)
/// Example:    examples/intervals.cpp
class score_posterior {
public:
    explicit score_posterior(const category_counts& counts, const dirichlet_prior& prior = {});

    [[nodiscard]] double mean() const { return mirrored_ ? -weights_.score() : weights_.score(); }
    [[nodiscard]] double standard_deviation() const {
        return std::sqrt(weights_.variance() / (weights_.n() + 1));
    }
    /// P(score <= x).
    [[nodiscard]] double cdf(double x) const { return mirrored_ ? tail(-x, true) : tail(x, false); }
    /// P(score > x).
    [[nodiscard]] double upper_tail(double x) const {
        return mirrored_ ? tail(-x, false) : tail(x, true);
    }
    /// The x with P(score <= x) = p.
    [[nodiscard]] double quantile(double p) const {
        detail::require_probability(p, "score_posterior::quantile");
        return search(p, false);
    }
    /// The x with P(score > x) = p.
    [[nodiscard]] double upper_quantile(double p) const {
        detail::require_probability(p, "score_posterior::upper_quantile");
        return search(p, true);
    }

private:
    [[nodiscard]] double log_shape(double u, double complement) const;
    [[nodiscard]] double shape(double u, double complement) const {
        return std::exp(log_shape(u, complement)) * (centre_ / u) * ((1 - centre_) / complement);
    }
    [[nodiscard]] double tail(double x, bool upper) const;
    [[nodiscard]] double search(double p, bool upper) const;

    detail::category_weights weights_;
    /// Whether promoters and detractors are swapped in weights_, so that promoters are not the
    /// smallest category.
    bool mirrored_;
    /// The outer variable u is the share of the passives, else of the detractors: Beta(a, b).
    bool passives_outside_;
    double a_;
    double b_;
    double centre_;
    /// u lies outside [from_, to_] with probability below 1e-19.
    double from_ = 0;
    double to_ = 1;
    double total_ = 1;
};

namespace detail {

/// `words` names the bounds, the same for every weight.
inline void require_prior(const dirichlet_prior& prior, double most, std::string_view words,
                          std::string_view function) {
    const auto require_weight = [&](double weight, std::string_view name) {
        require(weight >= 0.05 && weight <= most, function, name, weight, words);
    };
    require_weight(prior.detractors, "prior.detractors");
    require_weight(prior.passives, "prior.passives");
    require_weight(prior.promoters, "prior.promoters");
}

[[nodiscard]] inline category_weights posterior_weights(const category_counts& counts,
                                                        const dirichlet_prior& prior,
                                                        std::string_view self) {
    require_counts(counts, self);
    require_prior(prior, static_cast<double>(largest_count), "must be in [0.05, 2^53]", self);
    return category_weights(counts).plus(prior.detractors, prior.passives, prior.promoters);
}

/// A tail of Beta(a, b) at x, given 1 - x too: the smaller of the two carries the digits.
[[nodiscard]] inline double beta_tail(double x, double complement, double a, double b, bool upper) {
    if (x <= complement) {
        const double at = (std::max)(x, 0.0);
        return upper ? beta_upper_tail(at, a, b) : beta_cdf(at, a, b);
    }
    const double at = (std::max)(complement, 0.0);
    return upper ? beta_cdf(at, b, a) : beta_upper_tail(at, b, a);
}

} // namespace detail

inline score_posterior::score_posterior(const category_counts& counts, const dirichlet_prior& prior)
    : weights_(detail::posterior_weights(counts, prior, "score_posterior")),
      mirrored_(weights_.promoters < weights_.detractors) {
    if (mirrored_) {
        weights_ = weights_.swapped();
    }
    // With the least certain share inside, the inner probability never falls faster than the outer
    // density, so that one smooth integrand is left.
    passives_outside_ = weights_.passives < weights_.detractors;
    a_ = passives_outside_ ? weights_.passives : weights_.detractors;
    b_ = passives_outside_ ? weights_.promoters + weights_.detractors
                           : weights_.promoters + weights_.passives;
    centre_ = a_ / (a_ + b_);
    // Where a peak is narrow, only its surroundings are integrated over.
    constexpr double depth = 46;
    const auto reach = [&](double direction, double longest) {
        return find_root(
            [&](double distance) {
                const double u = centre_ + direction * distance;
                return log_shape(u, 1 - u) + depth;
            },
            0.0, longest, {.relative = 1e-3});
    };
    if (a_ > 10) {
        from_ = centre_ - reach(-1, centre_);
    }
    if (b_ > 10) {
        to_ = centre_ + reach(1, 1 - centre_);
    }
    total_ = integrate(
                 [&](const quadrature_point& at) {
                     return shape(from_ + at.from_lower, (1 - to_) + at.to_upper);
                 },
                 from_, to_)
                 .value;
}

/// log of u^a (1 - u)^b over its maximum, which is at the centre a / (a + b).
inline double score_posterior::log_shape(double u, double complement) const {
    const auto part = [](double weight, double share, double middle) {
        const double v = (share - middle) / middle;
        return weight * (v < -0.5 ? std::log(share / middle) - v : detail::log1p_minus(v));
    };
    return part(a_, u, centre_) + part(b_, complement, 1 - centre_);
}

inline double score_posterior::tail(double x, bool upper) const {
    detail::require(!std::isnan(x), "score_posterior", "x", x, "must be a number");
    if (!(x > -1 && x < 1)) {
        return (x >= 1) != upper ? 1 : 0;
    }
    // Outside [low, high] the score is surely above x, or surely not.
    const double low = passives_outside_ ? 0 : (std::max)(0.0, -x);
    const double high = passives_outside_ ? 1 - std::abs(x) : (1 - x) / 2;
    const double beyond_high = passives_outside_ ? std::abs(x) : (1 + x) / 2;
    double sure = 0;
    if (upper == (passives_outside_ && x < 0)) {
        sure += detail::beta_tail(high, beyond_high, a_, b_, true);
    }
    if (upper && low > 0) {
        sure += detail::beta_tail(low, 1 - low, a_, b_, false);
    }
    const double from = (std::max)(low, from_);
    const double to = (std::min)(high, to_);
    if (!(from < to)) {
        return sure;
    }
    const double inside =
        integrate(
            [&](const quadrature_point& at) {
                const double to_high = (high - to) + at.to_upper;
                const double u = from + at.from_lower;
                const double rest = beyond_high + to_high;
                double limit = 0;
                double complement = 0;
                double inner_b = 0;
                if (passives_outside_) {
                    // rest = p + d; the promoters' part of it is Beta(promoters, detractors).
                    limit = x < 0 ? to_high / (2 * rest) : (to_high + 2 * x) / (2 * rest);
                    complement = x < 0 ? (to_high - 2 * x) / (2 * rest) : to_high / (2 * rest);
                    inner_b = weights_.detractors;
                } else {
                    // rest = p + q; the promoters' part of it is Beta(promoters, passives).
                    limit = (x < 0 ? (from - low) + at.from_lower : x + u) / rest;
                    complement = 2 * to_high / rest;
                    inner_b = weights_.passives;
                }
                return shape(u, rest) *
                       detail::beta_tail(limit, complement, weights_.promoters, inner_b, upper);
            },
            from, to)
            .value /
        total_;
    return std::clamp(sure + inside, 0.0, 1.0);
}

inline double score_posterior::search(double p, bool upper) const {
    return detail::posterior_quantile(
        [this](double x, bool is_upper) { return is_upper ? upper_tail(x) : cdf(x); }, mean(),
        standard_deviation(), 1, p, upper);
}

} // namespace nps::inline v0
