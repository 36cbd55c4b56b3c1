// SPDX-License-Identifier: Apache-2.0
/// @file
/// Critical values of several normal statistics at once: how far out the farthest of them lies.
#pragma once

#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/quadrature.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>

namespace nps::inline v0::detail {

[[nodiscard]] inline double normal_density(double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}

/// What each of `m` intervals may leave beyond each of its limits, whatever they have to do with
/// each other.
[[nodiscard]] inline double bonferroni_tail(double level, bounds sides, std::size_t m) {
    return tail_probability(level, sides) / static_cast<double>(m);
}

/// The same for two-sided intervals of normal estimates with any correlations.
[[nodiscard]] inline double sidak_tail(double level, std::size_t m) {
    return -std::expm1(std::log(level) / static_cast<double>(m)) / 2;
}

/// P(the range of k standard normal numbers > q): over the largest of them, at x, the chance that
/// the others are not all within q below it.
[[nodiscard]] inline double normal_range_upper_tail(double q, std::size_t k) {
    const auto others = static_cast<double>(k - 1);
    const double end = q / 2 + 10;
    const auto chance = [&](const quadrature_point& point) {
        const double all = normal_cdf(point.x);
        const double outside = normal_cdf(point.x - q) / all;
        // all^others - (all - outside all)^others, without cancellation
        return normal_density(point.x) * std::exp(others * std::log(all)) *
               -std::expm1(others * std::log1p(-outside));
    };
    return static_cast<double>(k) * integrate(chance, -end, end).value;
}

/// P(the largest z, or |z|, > c) of normal numbers z whose correlations are products of two
/// `loadings` in [0, 1): z = loading x + rest, with x common to all.
class product_correlation {
public:
    product_correlation(std::span<const double> loadings, std::span<const double> rests,
                        bounds sides)
        : loadings_(loadings), rests_(rests), two_sided_(sides == bounds::two_sided) {}

    [[nodiscard]] double upper_tail(double c) const {
        const auto chance = [&](const quadrature_point& point) {
            double log_none = 0;
            for (std::size_t i = 0; i < loadings_.size(); ++i) {
                const double shift = loadings_[i] * point.x;
                double out = normal_upper_tail((c - shift) / rests_[i]);
                if (two_sided_) {
                    out += normal_upper_tail((c + shift) / rests_[i]);
                }
                log_none += std::log1p(-(std::min)(out, 1.0));
            }
            return normal_density(point.x) * -std::expm1(log_none);
        };
        // With loadings near 1 the chance rises steeply where x passes c: ends of the pieces.
        const double largest = *std::max_element(loadings_.begin(), loadings_.end());
        const double end = std::abs(c) + 10;
        const double turn = largest > 0.5 ? std::clamp(c / largest, -end, end) : 0.0;
        const auto piece = [&](double from, double to) {
            return integrate(chance, from, to).value;
        };
        return two_sided_ ? 2 * (piece(0, turn) + piece(turn, end))
                          : piece(-end, turn) + piece(turn, end);
    }

private:
    std::span<const double> loadings_;
    std::span<const double> rests_;
    bool two_sided_;
};

/// The c where `upper_tail`, of the farthest of m statistics, is 1 - level; it lies between the
/// critical value of one and that of Bonferroni.
template <class UpperTail>
[[nodiscard]] double joint_critical_value(UpperTail upper_tail, double level, bounds sides,
                                          std::size_t m) {
    const double alpha = 1 - level;
    const double one = normal_upper_quantile(tail_probability(level, sides));
    if (m == 1) {
        return one;
    }
    const double most = normal_upper_quantile(bonferroni_tail(level, sides, m));
    const auto excess = [&](double c) { return std::log(upper_tail(c) / alpha); };
    // Rounding must not hide the change of sign where the statistics are nearly one, or nearly apart.
    constexpr double slack = 1e-6;
    const double from = sides == bounds::two_sided ? (std::max)(one - slack, 0.0) : one - slack;
    if (!(excess(from) > 0)) { // a level that 1 - level has lost
        return one;
    }
    return find_root(excess, from, most + slack, {.relative = 1e-14, .absolute = 1e-14});
}

/// Per-side tail of all differences of k independent estimates: conservative where their variances
/// differ (Hayter).
[[nodiscard]] inline double tukey_kramer_tail(double level, std::size_t k) {
    const auto tail = [k](double c) { return normal_range_upper_tail(c * std::numbers::sqrt2, k); };
    return normal_upper_tail(joint_critical_value(tail, level, bounds::two_sided, k * (k - 1) / 2));
}

/// Per-side tail of the differences of independent estimates from one that is independent of them.
[[nodiscard]] inline double dunnett_tail(double level, bounds sides,
                                         std::span<const double> loadings,
                                         std::span<const double> rests) {
    const product_correlation joint(loadings, rests, sides);
    const auto tail = [&](double c) { return joint.upper_tail(c); };
    return normal_upper_tail(joint_critical_value(tail, level, sides, loadings.size()));
}

} // namespace nps::inline v0::detail
