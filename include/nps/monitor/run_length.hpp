// SPDX-License-Identifier: Apache-2.0
/// @file
/// How long a chart of independent normal values runs until its alarm, in and out of control.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/monitor/detail/absorbing_chain.hpp>
#include <nps/monitor/detail/fast_start.hpp>
#include <nps/monitor/detail/gauss_legendre.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// How long a chart runs, in periods: the alarm in the first period is a run of 1.
///
/// Checked:    tests/monitor/run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct run_length {
    /// The average run length (ARL) from the start of the chart.
    double average = 0;
    /// Of one run; none for a chart of two CUSUMs, which simulated_run_length has.
    std::optional<double> standard_deviation = {};
    /// The average from a change that comes after a long time in control without alarm (conditional
    /// steady state); none for a chart of two CUSUMs.
    std::optional<double> steady_state = {};
    /// The smallest t with P(run length <= t) >= p for each of the probabilities asked for; empty
    /// for a chart of two CUSUMs.
    std::vector<std::int64_t> quantiles = {};
    /// Monte Carlo error of the average; 0 where nothing is simulated.
    double standard_error = 0;
    /// Simulated runs that were stopped without alarm: with any, the average is too small.
    std::int64_t unfinished = 0;
    std::string_view method;
};

namespace detail {

inline void require_run_probabilities(const std::vector<double>& probabilities,
                                      std::string_view function) {
    for (const double p : probabilities) {
        require(p > 0 && p < 1, function, "probabilities", p, "must be in (0, 1)");
    }
}

inline void require_shift(double shift, std::string_view function) {
    require(shift >= -50 && shift <= 50, function, "shift", shift, "must be in [-50, 50]");
}

/// The smallest t with 1 - (1 - p)^t >= each of the probabilities, ties within rounding.
[[nodiscard]] inline std::vector<std::int64_t>
geometric_quantiles(double p, const std::vector<double>& probabilities) {
    std::vector<std::int64_t> result;
    for (const double wanted : probabilities) {
        const double t = p < 1 ? std::log1p(-wanted) / std::log1p(-p) : 1.0;
        result.push_back(static_cast<std::int64_t>((std::max)(1.0, std::ceil(t * (1 - 1e-13)))));
    }
    return result;
}

[[nodiscard]] inline double chart_density(double z) {
    if (!(z * z < 180)) {
        return 0; // below 1e-39
    }
    return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

} // namespace detail

/// Options of shewhart_run_length.
///
/// Checked:    tests/monitor/run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct shewhart_run_length_options {
    /// Distance of each limit from the centre, in standard errors.
    double limit = 3;
    /// How far the true value is from the centre, in standard errors of a period.
    double shift = 0;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

/// Run length of a Shewhart chart of normal values: each period signals by itself.
///
/// Formula:    geometric with p = P(|Z + shift| > limit): average 1 / p, sd sqrt(1 - p) / p
/// Assumes:    independent normal values; limits known, not estimated.
/// Throws:     invalid_input; undefined_result for an average above 1e15.
/// Cost:       O(1).
/// Source:     Montgomery (2013), chapter 6, ISBN 9781118146811
/// Checked:    tests/monitor/run_length_test.cpp (370.4, 43.9, 6.3 of the source; R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length
shewhart_run_length(const shewhart_run_length_options& options = {}) {
    constexpr std::string_view self = "shewhart_run_length";
    detail::require(options.limit > 0 && options.limit <= 100, self, "limit", options.limit,
                    "must be in (0, 100]");
    detail::require_shift(options.shift, self);
    detail::require_run_probabilities(options.probabilities, self);
    const double p = normal_upper_tail(options.limit - options.shift) +
                     normal_upper_tail(options.limit + options.shift);
    if (!(p >= 1e-15)) {
        detail::throw_undefined(self, "the average run length is above 1e15");
    }
    run_length result{.average = 1 / p,
                      .standard_deviation = std::sqrt((std::max)(1 - p, 0.0)) / p,
                      .steady_state = 1 / p,
                      .method = "geometric"};
    result.quantiles = detail::geometric_quantiles(p, options.probabilities);
    return result;
}

/// Options of cusum_run_length. All in standard errors of a period.
///
/// Checked:    tests/monitor/run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct cusum_run_length_options {
    /// The allowance k: half of the shift to be found soonest.
    double reference = 0.5;
    /// The decision interval h.
    double limit = 5;
    double shift = 0;
    /// Where the sums start, in [0, limit].
    double head_start = 0;
    /// Both sums, the one that looks for a rise (lower: a lower limit for the change), or the one
    /// that looks for a fall.
    bounds sides = bounds::two_sided;
    /// Of one sum alone.
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

namespace detail {

[[nodiscard]] inline chain_steps cusum_chain(const legendre_rule& rule, double reference,
                                             double limit, double shift) {
    const std::size_t r = rule.points.size();
    chain_steps steps(r + 1); // the last state is the sum of exactly 0
    const double drift = reference - shift;
    for (std::size_t i = 0; i <= r; ++i) {
        const double x = i < r ? rule.points[i] : 0.0;
        for (std::size_t j = 0; j < r; ++j) {
            steps.at(i, j) = rule.weights[j] * chart_density(rule.points[j] - x + drift);
        }
        steps.at(i, r) = normal_cdf(drift - x);
        steps.alarm[i] = normal_upper_tail(limit - x + drift);
    }
    return steps;
}

/// Where the sum is after its first step from `start`, and the probability 1 that it began.
[[nodiscard]] inline chain_start cusum_first_step(const legendre_rule& rule, double start,
                                                  double drift) {
    chain_start first{.survival = {1.0}, .states = std::vector<double>(rule.points.size() + 1)};
    for (std::size_t j = 0; j < rule.points.size(); ++j) {
        first.states[j] = rule.weights[j] * chart_density(rule.points[j] - start + drift);
    }
    first.states.back() = normal_cdf(drift - start);
    return first;
}

struct one_cusum {
    double from_zero = 0;
    double steady_state = 0;
    chain_run_length from_start = {};
};

[[nodiscard]] inline one_cusum one_cusum_run_length(const cusum_run_length_options& options,
                                                    double shift, std::string_view function) {
    const auto points = static_cast<std::size_t>(32 + 6 * options.limit);
    const legendre_rule rule = gauss_legendre(points, 0, options.limit);
    const chain_steps steps = cusum_chain(rule, options.reference, options.limit, shift);
    const chain_solver solver(steps, function);
    const std::vector<double> averages = solver.solve(std::vector<double>(steps.size, 1.0));
    const std::vector<double> steady = chain_steady_state(
        chain_solver(cusum_chain(rule, options.reference, options.limit, 0), function), steps.size);
    return {.from_zero = averages.back(),
            .steady_state = chain_product(steady, averages),
            .from_start =
                chain_summary(steps, solver,
                              cusum_first_step(rule, options.head_start, options.reference - shift),
                              options.probabilities, function)};
}

/// The average of two sums that watch two sides. One that never ends beside one that does takes no
/// part in it.
template <class Up, class Down>
[[nodiscard]] double two_cusums(Up up_side, Down down_side, std::string_view function) {
    const auto finite = [](auto side) -> std::optional<decltype(side())> {
        try {
            return side();
        } catch (const undefined_result&) {
            return std::nullopt;
        }
    };
    const auto up = finite(up_side);
    const auto down = finite(down_side);
    if (!up && !down) {
        throw_undefined(function, "the average run length is above 1e15");
    }
    if (!up || !down) {
        return up ? up->from_start.average : down->from_start.average;
    }
    const double total = up->from_zero + down->from_zero;
    return up->from_start.average * (down->from_zero / total) +
           down->from_start.average * (up->from_zero / total) -
           up->from_zero * (down->from_zero / total);
}

} // namespace detail

/// Run length of a CUSUM of independent normal values Z + shift: S = max(0, S + z - k), alarm where
/// S > h.
///
/// Formula:    L(x) = 1 + L(0) Phi(k - x) + integral over (0, h) of L(y) phi(y - x + k), on 32 + 6 h
///             points of Gauss and Legendre. Two sums, L+ from s and L- from s, without their
///             interaction: (L+(s) L-(0) + L-(s) L+(0) - L+(0) L-(0)) / (L+(0) + L-(0)), exact
///             where they start at 0.
/// Assumes:    independent normal values with known variance and centre.
/// Not for:    few answers a period, whose scores are on a coarse lattice: score_cusum_run_length.
/// Throws:     invalid_input; undefined_result for an average above 1e15.
/// Cost:       0.4 ms for h = 5.
/// Source:     Brook, Evans (1972), doi:10.1093/biomet/59.3.539; Lucas, Crosier (1982),
///             doi:10.1080/00401706.1982.10487759
/// Checked:    tests/reference/run_length.csv (R package spc), tables of Lucas and Crosier
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length cusum_run_length(const cusum_run_length_options& options = {}) {
    constexpr std::string_view self = "cusum_run_length";
    detail::require(options.reference >= 0 && options.reference <= 10, self, "reference",
                    options.reference, "must be in [0, 10]");
    detail::require(options.limit > 0 && options.limit <= 100, self, "limit", options.limit,
                    "must be in (0, 100]");
    detail::require_shift(options.shift, self);
    detail::require(options.head_start >= 0 && options.head_start <= options.limit, self,
                    "head_start", options.head_start, "must be in [0, limit]");
    detail::require_sides(options.sides, self);
    detail::require_run_probabilities(options.probabilities, self);
    if (options.sides != bounds::two_sided) {
        const double shift = options.sides == bounds::lower ? options.shift : -options.shift;
        detail::one_cusum one = detail::one_cusum_run_length(options, shift, self);
        return {.average = one.from_start.average,
                .standard_deviation = one.from_start.standard_deviation,
                .steady_state = one.steady_state,
                .quantiles = std::move(one.from_start.quantiles),
                .method = "integral_equation"};
    }
    cusum_run_length_options sums = options;
    sums.probabilities.clear();
    const auto side = [&](double shift) { return detail::one_cusum_run_length(sums, shift, self); };
    return {.average = detail::two_cusums([&] { return side(options.shift); },
                                          [&] { return side(-options.shift); }, self),
            .method = "integral_equation"};
}

/// Options of ewma_run_length.
///
/// Checked:    tests/monitor/run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct ewma_run_length_options {
    /// Weight of the newest value, in [0.001, 1].
    double weight = 0.1;
    /// Distance of the limits from the centre, in standard deviations of the average.
    double limit = 2.814;
    /// How far the true value is from the centre, in standard errors of a period.
    double shift = 0;
    /// Limits from the variance of the average so far, as score_ewma has them; false: those of an
    /// average that has run for long.
    bool exact_limits = true;
    /// The part of its limits by which the chart starts narrower (score_ewma): 0, or in [0.05, 1).
    double fast_start = 0;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

namespace detail {

/// One step of the average from points of one range to points of another.
struct ewma_kernel {
    double weight;
    double shift;
    [[nodiscard]] double operator()(double from, double to) const {
        return chart_density((to - (1 - weight) * from) / weight - shift) / weight;
    }
    [[nodiscard]] double alarm(double from, double limit) const {
        return normal_upper_tail((limit - (1 - weight) * from) / weight - shift) +
               normal_upper_tail((limit + (1 - weight) * from) / weight + shift);
    }
};

[[nodiscard]] inline chain_steps ewma_chain(const legendre_rule& rule, double limit,
                                            const ewma_kernel& kernel) {
    const std::size_t r = rule.points.size();
    chain_steps steps(r);
    for (std::size_t i = 0; i < r; ++i) {
        for (std::size_t j = 0; j < r; ++j) {
            steps.at(i, j) = rule.weights[j] * kernel(rule.points[i], rule.points[j]);
        }
        steps.alarm[i] = kernel.alarm(rule.points[i], limit);
    }
    return steps;
}

/// From the centre through the steps whose limits still change, onto the points of the last.
[[nodiscard]] inline chain_start ewma_start(const ewma_run_length_options& options,
                                            const legendre_rule& last, const ewma_kernel& kernel) {
    chain_start start;
    std::vector<double> points{0.0};
    std::vector<double> states{1.0};
    for (double t = 1;; ++t) {
        start.survival.push_back(chain_sum(states));
        const double variance =
            options.exact_limits ? -std::expm1(2 * t * std::log1p(-options.weight)) : 1.0;
        const double factor = std::sqrt(variance) * fast_start_factor(options.fast_start, t);
        const bool settled = factor > 1 - 1e-15 || t >= 1e5;
        const double scale = settled ? 1 : factor;
        std::vector<double> reached(last.points.size(), 0.0);
        std::vector<double> next(last.points.size(), 0.0);
        for (std::size_t j = 0; j < next.size(); ++j) {
            reached[j] = scale * last.points[j];
            for (std::size_t i = 0; i < states.size(); ++i) {
                next[j] += states[i] * kernel(points[i], reached[j]);
            }
            next[j] *= scale * last.weights[j];
        }
        points = std::move(reached);
        states = std::move(next);
        if (settled) {
            break;
        }
    }
    start.states = std::move(states);
    return start;
}

} // namespace detail

/// Run length of an EWMA of independent normal values Z + shift that starts at its centre.
///
/// Formula:    L(x) = 1 + integral over the limits of L(y) phi((y - (1 - w) x) / w - shift) / w, on
///             Gauss-Legendre points (32, and 6 for each step's sd within the limits); steps whose
///             limits still change are followed one by one from the start.
/// Assumes:    independent normal values with known variance and centre.
/// Throws:     invalid_input; undefined_result for an average above 1e15.
/// Cost:       25 ms for weight 0.1, 0.7 s for 0.01: as 1 / weight^2.
/// Source:     Crowder (1987), doi:10.1080/00401706.1987.10488267; Lucas, Saccucci (1990),
///             doi:10.1080/00401706.1990.10484583; Steiner (1999),
///             doi:10.1080/00224065.1999.11979899 (fast start)
/// Checked:    tests/reference/run_length.csv (R package spc), tables of Lucas and Saccucci
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length ewma_run_length(const ewma_run_length_options& options = {}) {
    constexpr std::string_view self = "ewma_run_length";
    detail::require(options.weight >= 0.001 && options.weight <= 1, self, "weight", options.weight,
                    "must be in [0.001, 1]");
    detail::require(options.limit > 0 && options.limit <= 10, self, "limit", options.limit,
                    "must be in (0, 10]");
    detail::require_shift(options.shift, self);
    detail::require_fast_start(options.fast_start, self);
    detail::require_run_probabilities(options.probabilities, self);
    const double limit = options.limit * std::sqrt(options.weight / (2 - options.weight));
    const auto points = static_cast<std::size_t>(32 + 12 * limit / options.weight);
    const detail::legendre_rule rule = detail::gauss_legendre(points, -limit, limit);
    const detail::ewma_kernel kernel{options.weight, options.shift};
    const detail::chain_steps steps = detail::ewma_chain(rule, limit, kernel);
    const detail::chain_solver solver(steps, self);
    detail::chain_run_length from_start = detail::chain_summary(
        steps, solver, detail::ewma_start(options, rule, kernel), options.probabilities, self);
    const std::vector<double> averages = solver.solve(std::vector<double>(steps.size, 1.0));
    const std::vector<double> steady = detail::chain_steady_state(
        detail::chain_solver(detail::ewma_chain(rule, limit, {options.weight, 0}), self),
        steps.size);
    return {.average = from_start.average,
            .standard_deviation = from_start.standard_deviation,
            .steady_state = detail::chain_product(steady, averages),
            .quantiles = std::move(from_start.quantiles),
            .method = "integral_equation"};
}

} // namespace nps::inline v0
