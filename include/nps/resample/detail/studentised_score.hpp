// SPDX-License-Identifier: Apache-2.0
/// @file
/// The exact distribution of the studentised score of a resample, T* = (score* - score) / se*.
///
/// Given M resampled answers that are not passive, the score* and se* depend on one binomial count,
/// and T* rises with it. So P(T* <= t) is a sum over M of binomial probabilities.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace nps::inline v0::detail {

/// Largest n of the exact studentised bootstrap: its cost grows with the square root of n.
inline constexpr std::int64_t largest_studentised_n = 1'000'000;

class studentised_score {
public:
    explicit studentised_score(const category_counts& counts)
        : n_(static_cast<double>(counts.n())),
          total_(static_cast<double>(counts.promoters - counts.detractors)),
          detractor_share_(static_cast<double>(counts.detractors) /
                           static_cast<double>(counts.promoters + counts.detractors)) {
        const double passives = static_cast<double>(counts.passives);
        const double others = n_ - passives;
        if (passives == 0) {
            first_ = n_;
            weights_ = {1};
            return;
        }
        // Binomial probabilities of M by their ratios from the mode out, then scaled to sum 1.
        const double odds = others / passives;
        const double half = std::ceil(9 * std::sqrt(others * (passives / n_))) + 12;
        first_ = (std::max)(0.0, others - half);
        const double last = (std::min)(n_, others + half);
        weights_.assign(static_cast<std::size_t>(last - first_) + 1, 1);
        const auto mode = static_cast<std::size_t>(others - first_);
        for (std::size_t i = mode + 1; i < weights_.size(); ++i) {
            const double m = first_ + static_cast<double>(i);
            weights_[i] = weights_[i - 1] * (n_ - m + 1) / m * odds;
        }
        for (std::size_t i = mode; i-- > 0;) {
            const double m = first_ + static_cast<double>(i) + 1;
            weights_[i] = weights_[i + 1] * m / (n_ - m + 1) / odds;
        }
        double sum = 0;
        for (const double weight : weights_) {
            sum += weight;
        }
        for (double& weight : weights_) {
            weight /= sum;
        }
    }

    /// P(T* <= t). With se* = 0, T* is -infinity or infinity by the sign of score* - score, and 0
    /// where that is 0.
    [[nodiscard]] double cdf(double t) const {
        double sum = 0;
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            sum += weights_[i] * given(first_ + static_cast<double>(i), t);
        }
        return sum;
    }

    /// The smallest t with P(T* <= t) >= p; probabilities within 1e-12 p count as equal.
    [[nodiscard]] double quantile(double p) const {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const auto excess = [&](double t) { return cdf(t) - p * (1 - 1e-12); };
        const double beyond = 4 * n_; // every finite T* is within
        double reach = 8;
        while (reach < beyond && !(excess(-reach) < 0 && excess(reach) >= 0)) {
            reach *= 4;
        }
        if (excess(-reach) >= 0) {
            return -infinity;
        }
        if (excess(reach) < 0) {
            return infinity;
        }
        return find_root(excess, -reach, reach, {.relative = 1e-15, .absolute = 1e-15});
    }

private:
    /// P(T* <= t) given m answers that are not passive.
    [[nodiscard]] double given(double m, double t) const {
        if (m == 0 && total_ == 0) {
            return t >= 0 ? 1 : 0;
        }
        // The largest sum of m answers -1, 1 with T* <= t: the root of a quadratic on the side of
        // t.
        const double inside = (n_ + t * t) * m - total_ * total_;
        if (inside < 0) {
            return total_ > 0 ? 1 : 0;
        }
        const double sum = (n_ * total_ + t * std::sqrt(n_ * inside)) / (n_ + t * t);
        const double promoters = std::floor((sum + m) / 2 * (1 + 1e-15));
        if (promoters < 0) {
            return 0;
        }
        if (promoters >= m) {
            return 1;
        }
        return beta_cdf(detractor_share_, m - promoters, promoters + 1);
    }

    double n_;
    double total_;
    double detractor_share_;
    double first_ = 0;
    std::vector<double> weights_;
};

} // namespace nps::inline v0::detail
