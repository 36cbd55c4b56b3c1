// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a bootstrap by simulation returns: the replicates and the five intervals they give.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/detail/bca.hpp>
#include <nps/resample/detail/replicate_quantile.hpp>
#include <nps/resample/detail/ties.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Replicates of one statistic, with what its intervals need.
///
/// Scale:      that of the statistic; intervals stay within [lowest, highest].
/// Checked:    tests/resample/bootstrap_result_test.cpp
/// Example:    examples/resampling.cpp
struct bootstrap_result {
    /// The statistic of the data themselves.
    double estimate = 0;
    /// Mean of the replicates minus the estimate.
    double bias = 0;
    /// Standard deviation of the replicates, divisor R - 1.
    double standard_error = 0;
    /// Respondents or rows.
    std::int64_t n = 0;
    /// Whether the progress callback stopped the work; the replicates are then the first of those
    /// asked for.
    bool cancelled = false;
    /// Which function made the replicates.
    std::string_view method;

    /// The replicates in the order of their streams, not sorted.
    std::vector<double> values;
    /// The standard error of each replicate and of the estimate, where the statistic gives them.
    std::vector<double> value_standard_errors;
    std::optional<double> estimate_standard_error;
    /// The acceleration of BCa, where a jackknife was made: sum l^3 / (6 (sum l^2)^1.5) with l the
    /// mean of the left-out values minus each of them. R's boot.ci does not centre its influence
    /// values: for a statistic that is not linear its own acceleration differs from this one.
    std::optional<double> acceleration;
    /// Where there is no acceleration: what to say to somebody who asks for bca.
    std::string_view why_no_acceleration =
        "needs the jackknife: ask for it with .jackknife = nps::jackknife::always";
    /// The range of the parameter; infinite where it is not known.
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();

    [[nodiscard]] std::span<const double> replicates() const { return values; }

    /// A bootstrap interval.
    ///
    /// Formula:    with t the estimate, b the bias, s the standard error, q(P) the quantile of the
    ///             replicates and z that of the normal distribution, at P = (1 -+ level) / 2:
    ///             normal t - b + z s; basic 2 t - q(1 - P); percentile q(P); studentised
    ///             t - s_t q'(1 - P) with q' of (t* - t) / s_t*; bca q(Phi(z0 + (z0 + z) /
    ///             (1 - a (z0 + z)))). q(P) is the (R + 1) P-th replicate in order, interpolated on
    ///             the normal scale.
    ///             A replicate within 1e-12 of the estimate, relative to the larger or to the
    ///             distance that nine tenths of the replicates keep, ties with it (in z0 and in
    ///             studentised): the order of a sum does not decide a limit, also around 0.
    /// Scale:      that of the statistic; a limit outside [lowest, highest] becomes its end, and so
    ///             does the limit that a one-sided interval does not have.
    /// Assumes:    enough replicates: where (R + 1) P < 1 the limit is the extreme replicate and
    ///             `clipped` says so; 10,000 leave 250 beyond each 95 % limit.
    /// Degenerate: replicates all equal to the estimate give it as both limits. A replicate whose
    ///             own standard error is 0 counts as 0 where it equals the estimate and as infinite
    ///             elsewhere; an estimate whose own standard error is 0 gives itself. Replicates
    ///             all on one side of the estimate give bca an infinite z0: both limits become the
    ///             replicate nearest to the estimate, and `clipped` says so.
    /// Throws:     invalid_input for a level outside (0, 1), a method whose ingredient is not there
    ///             (bca: acceleration; studentised: standard errors), fewer than two replicates, or
    ///             an estimate or a replicate that is not finite; undefined_result for an infinite
    ///             studentised limit without a range to end in.
    /// Cost:       O(R).
    /// Source:     Davison and Hinkley (1997), chapter 5, ISBN 9780521574716
    /// Checked:    tests/reference/bootstrap_interval.csv (R boot, given its replicates and its
    ///             acceleration)
    /// Example:    examples/resampling.cpp
    [[nodiscard]] nps::interval interval(const bootstrap_interval_options& options = {}) const;
};

namespace detail {

/// Fills in what follows from the replicates.
inline void summarise(bootstrap_result& result) {
    const auto r = static_cast<double>(result.values.size());
    result.bias = mean_of(result.values) - result.estimate;
    result.standard_error = std::sqrt(squared_deviations_of(result.values) / (r - 1));
}

/// (t* - t) / s* of each replicate.
[[nodiscard]] inline std::vector<double> studentised_replicates(const bootstrap_result& result) {
    const double near = tie_distance(result.values, result.estimate);
    std::vector<double> z(result.values.size());
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double error = result.value_standard_errors[i];
        require(error >= 0, "bootstrap_result::interval",
                "standard error of replicate " + std::to_string(i), error, "must not be negative");
        z[i] = are_tied(result.values[i], result.estimate, near)
                   ? 0.0
                   : (result.values[i] - result.estimate) / error;
    }
    return z;
}

/// P(T* < t) and its complement; ties halved or counted above.
[[nodiscard]] inline split_probability below_estimate(const bootstrap_result& result,
                                                      median_bias bias) {
    const double near = tie_distance(result.values, result.estimate);
    double below = 0;
    double tied = 0;
    for (const double value : result.values) {
        const bool ties = are_tied(value, result.estimate, near);
        below += !ties && value < result.estimate;
        tied += ties;
    }
    const auto r = static_cast<double>(result.values.size());
    switch (bias) {
    case median_bias::mid_rank:
        return {(below + tied / 2) / r, (r - below - tied / 2) / r};
    case median_bias::strict:
        return {below / r, (r - below) / r};
    }
    throw_invalid("bootstrap_result::interval", "bias", static_cast<int>(bias),
                  "must be mid_rank or strict");
}

struct replicate_limits {
    replicate_limit lower;
    replicate_limit upper;
};

[[nodiscard]] inline replicate_limits limits_of(const bootstrap_result& result,
                                                const bootstrap_interval_options& options) {
    const std::string_view function = "bootstrap_result::interval";
    const double t = result.estimate;
    const double tail = tail_probability(options.level, options.sides);
    const bca_levels plain{{tail, 1 - tail}, {1 - tail, tail}};
    std::vector<double> values = result.values;
    const auto limits_at = [&values](const bca_levels& levels) -> replicate_limits {
        return {replicate_quantile(values, levels.lower), replicate_quantile(values, levels.upper)};
    };
    switch (options.method) {
    case bootstrap_method::normal: {
        const double margin = normal_upper_quantile(tail) * result.standard_error;
        return {{t - result.bias - margin}, {t - result.bias + margin}};
    }
    case bootstrap_method::basic: {
        const replicate_limits q = limits_at(plain);
        return {{2 * t - q.upper.value, q.upper.beyond}, {2 * t - q.lower.value, q.lower.beyond}};
    }
    case bootstrap_method::percentile:
        return limits_at(plain);
    case bootstrap_method::studentised: {
        require(result.estimate_standard_error.has_value() &&
                    result.value_standard_errors.size() == result.values.size(),
                function, "method", method_name(options.method, function),
                "needs a statistic that returns a studentised_value");
        const double error = *result.estimate_standard_error;
        if (!(error > 0)) {
            return {{t}, {t}};
        }
        values = studentised_replicates(result);
        const replicate_limits z = limits_at(plain);
        return {{t - error * z.upper.value, z.upper.beyond},
                {t - error * z.lower.value, z.lower.beyond}};
    }
    case bootstrap_method::bca:
        require(result.acceleration.has_value(), function, "method",
                method_name(options.method, function), result.why_no_acceleration);
        return limits_at(bca_adjusted_levels(below_estimate(result, options.bias),
                                             *result.acceleration, options.level, options.sides));
    }
    throw_invalid(function, "method", static_cast<int>(options.method), "must be a named method");
}

} // namespace detail

inline nps::interval bootstrap_result::interval(const bootstrap_interval_options& options) const {
    const std::string_view function = "bootstrap_result::interval";
    detail::require_level(options.level, function);
    detail::require(options.sides <= bounds::upper, function, "sides",
                    static_cast<int>(options.sides), "must be two_sided, lower or upper");
    detail::require(values.size() >= 2, function, "replicates", values.size(), "must be 2 or more");
    detail::require(std::isfinite(estimate), function, "estimate", estimate, "must be finite");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            detail::throw_invalid(function, "replicate " + std::to_string(i), values[i],
                                  "must be finite");
        }
    }
    const detail::replicate_limits limits = detail::limits_of(*this, options);
    nps::interval result{.lower = lowest,
                         .upper = highest,
                         .level = options.level,
                         .sides = options.sides,
                         .n = n,
                         .method = detail::method_name(options.method, function)};
    const auto put = [&](double& end, const detail::replicate_limit& limit) {
        end = (std::min)((std::max)(limit.value, lowest), highest);
        if (!std::isfinite(end)) {
            const bool studentised = options.method == bootstrap_method::studentised;
            detail::throw_undefined(
                function,
                "the " + std::string(result.method) + " limit is not finite" +
                    (studentised ? ": too many replicates have a standard error of 0" : ""));
        }
        result.clipped = result.clipped || limit.beyond || end != limit.value;
    };
    if (options.sides != bounds::upper) {
        put(result.lower, limits.lower);
    }
    if (options.sides != bounds::lower) {
        put(result.upper, limits.upper);
    }
    return result;
}

} // namespace nps::inline v0
