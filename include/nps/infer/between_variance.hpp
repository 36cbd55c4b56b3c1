// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much several estimates with known sampling variances differ beyond sampling.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/known_estimate.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of between_variance.
///
/// Checked:    tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct between_variance_options {
    double level = 0.95;
};

/// The variance of what estimates estimate.
///
/// Checked:    tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct between_variance_result {
    /// Paule-Mandel, DerSimonian-Laird and Hedges (plain moments); each at least 0.
    double paule_mandel = 0;
    double dersimonian_laird = 0;
    double hedges = 0;
    /// By the Q profile; `clipped` where no variance agrees, because the estimates differ less than
    /// sampling would have it: then both limits are 0.
    nps::interval interval = {};
    /// Cochran's Q of no difference beyond sampling.
    double q = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
};

namespace detail {

/// Q where the variance between is t: falls as t grows.
[[nodiscard]] inline double between_q(std::span<const known_estimate> estimates, double t) {
    double least = estimates.front().variance;
    for (const known_estimate& one : estimates) {
        least = (std::min)(least, one.variance);
    }
    running_sum weights;
    running_sum weighted;
    for (const known_estimate& one : estimates) {
        const double weight = (least + t) / (one.variance + t); // at most 1
        weights.add(weight);
        weighted.add(weight * one.value);
    }
    const double mean = weighted.value() / weights.value();
    running_sum q;
    for (const known_estimate& one : estimates) {
        const double apart = one.value - mean;
        q.add(apart * apart / (one.variance + t));
    }
    return q.value();
}

/// The variance between at which Q is `target`; 0 where it is below that from the start.
[[nodiscard]] inline double between_at(std::span<const known_estimate> estimates, double target) {
    const auto excess = [&](double t) { return between_q(estimates, t) - target; };
    if (!(excess(0) > 0)) {
        return 0;
    }
    double above = estimates.front().variance;
    while (excess(above) > 0) {
        above *= 4;
    }
    return find_root(excess, 0, above);
}

/// The x with P(X <= x) = p, not from 1 - p.
[[nodiscard]] inline double lower_chi_squared(double p, double freedom) {
    return find_root([&](double x) { return chi_squared_cdf(x, freedom) - p; }, 0,
                     chi_squared_upper_quantile(0.25, freedom));
}

} // namespace detail

/// The variance between estimates that sampling does not explain: of periods, of touchpoints.
///
/// Formula:    w = 1 / v, m = sum w y / sum w, Q = sum w (y - m)^2. dersimonian_laird:
///             (Q - k + 1) / (sum w - sum w^2 / sum w). paule_mandel: the t with
///             Q(t) = k - 1 where w = 1 / (v + t). hedges: sum (y - mean)^2 / (k - 1) - mean of v.
///             Interval: the t with Q(t) at the quantiles of chi-squared with k - 1 degrees of
///             freedom; Q itself gives the p value
/// Scale:      that of the squared values; at least 0.
/// Assumes:    what is estimated varies normally and independently from one to the next, sampling
///             variances are known.
/// Not for:    a series that drifts: its periods are not independent, see local_level.
/// Degenerate: equal values: 0, p = 1, and an interval from 0.
/// Throws:     invalid_input, whose text names the estimate by its 0-based position; undefined_result
///             for fewer than two estimates, or for a limit that no double holds.
/// Cost:       O(estimates) for each of some 50 values of Q.
/// Source:     DerSimonian, Laird (1986), doi:10.1016/0197-2456(86)90046-2;
///             Paule, Mandel (1982), doi:10.6028/jres.087.022;
///             Viechtbauer (2007), doi:10.1002/sim.2514 (Q profile)
/// Checked:    tests/reference/variance_components.csv (R metafor)
/// Example:    examples/monitor_series.cpp
[[nodiscard]] inline between_variance_result
between_variance(std::span<const known_estimate> estimates,
                 const between_variance_options& options = {}) {
    constexpr std::string_view self = "between_variance";
    detail::require_level(options.level, self);
    std::vector<double> values;
    running_sum variances;
    double least = 0;
    for (std::size_t i = 0; i < estimates.size(); ++i) {
        const auto& [value, variance] = estimates[i];
        const std::string place = "estimates[" + detail::to_text(i) + "]";
        detail::require(std::abs(value) <= 1e100, self, place + ".value", value,
                        "must be in [-1e100, 1e100]");
        detail::require(variance >= 1e-200 && variance <= 1e200, self, place + ".variance",
                        variance, "must be in [1e-200, 1e200]");
        values.push_back(value);
        variances.add(variance);
        least = i == 0 ? variance : (std::min)(least, variance);
    }
    if (estimates.size() < 2) {
        detail::throw_undefined(self, "fewer than two estimates");
    }
    between_variance_result result;
    const double freedom = static_cast<double>(estimates.size() - 1);
    result.degrees_of_freedom = freedom;
    result.q = detail::finite_or_throw(detail::between_q(estimates, 0), self);
    result.p_value = chi_squared_upper_tail(result.q, freedom);
    result.hedges = (std::max)(
        squared_deviations_of(values) / freedom - variances.value() / (freedom + 1), 0.0);
    // sum w - sum w^2 / sum w as twice the sum of all products of two w over sum w, so that nothing
    // cancels; weights relative to the largest.
    running_sum weights;
    running_sum products;
    for (const known_estimate& one : estimates) {
        const double weight = least / one.variance;
        products.add(weight * weights.value());
        weights.add(weight);
    }
    const double scale = 2 * (products.value() / weights.value());
    if (result.q > freedom) {
        result.dersimonian_laird =
            detail::finite_or_throw((result.q - freedom) * (least / scale), self);
    }
    result.paule_mandel = detail::between_at(estimates, freedom);
    const double tail = tail_probability(options.level, bounds::two_sided);
    const double lowest_q = detail::lower_chi_squared(tail, freedom);
    result.interval = {.lower =
                           detail::between_at(estimates, chi_squared_upper_quantile(tail, freedom)),
                       .upper = detail::between_at(estimates, lowest_q),
                       .level = options.level,
                       .clipped = result.q < lowest_q,
                       .method = "q_profile"};
    static_cast<void>(detail::finite_or_throw(result.interval.upper, self));
    return result;
}

} // namespace nps::inline v0
