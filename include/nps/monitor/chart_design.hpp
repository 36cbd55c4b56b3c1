// SPDX-License-Identifier: Apache-2.0
/// @file
/// Limits of charts for a wanted run length in control.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/monitor/score_run_length.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace nps::inline v0 {

/// A limit and the average run length in control that it has.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct chart_design {
    double limit = 0;
    double run_length = 0;
    std::string_view method;
};

namespace detail {

inline void require_wanted_run(double run, double least, std::string_view function) {
    require(run > least && run <= 1e9, function, "run_length", run,
            "must be above " + to_text(least) + ", at most 1e9");
}

/// The limit in (lower, upper) at which the average, which rises with it, reaches the wanted one.
template <class Average>
[[nodiscard]] double limit_for(Average average, double wanted, double lower, double upper,
                               double tolerance, std::string_view function) {
    const auto off = [&](double limit) {
        try {
            return std::log(average(limit) / wanted);
        } catch (const undefined_result&) {
            return std::numeric_limits<double>::infinity(); // above 1e15
        }
    };
    if (off(lower) >= 0) {
        return lower;
    }
    double high = lower;
    bool reached = false;
    while (!reached && high < upper) {
        lower = high;
        high = (std::min)(2 * high, upper);
        reached = off(high) >= 0;
    }
    if (!reached) {
        throw_undefined(function, "a limit of " + to_text(upper) + " does not have the run length");
    }
    return find_root(off, lower, high, {.relative = tolerance});
}

/// On a lattice the average jumps: the limit found is raised until it is at least the wanted one.
template <class Average>
[[nodiscard]] chart_design lattice_design(Average average, double wanted, double upper,
                                          std::string_view function) {
    double limit = limit_for(average, wanted, 1e-3, upper, 1e-4, function);
    double reached = average(limit);
    while (reached < wanted && limit < upper) {
        limit = (std::min)(limit * 1.0005, upper);
        reached = average(limit);
    }
    return {.limit = limit, .run_length = reached, .method = "lattice"};
}

} // namespace detail

/// Options of cusum_limit.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct cusum_limit_options {
    /// Wanted average run length in control, in periods.
    required<double> run_length;
    double reference = 0.5;
    /// Where the sums start, as a part of the limit, in [0, 1).
    double head_start = 0;
    bounds sides = bounds::two_sided;
};

/// The limit of a CUSUM of normal values for a wanted run length in control. With varying n it
/// serves score_cusum as well: its z scores are standard in each period.
///
/// Formula:    the root of cusum_run_length
/// Assumes:    as cusum_run_length.
/// Degenerate: a run length that a limit of 0.001 already has gives 0.001.
/// Throws:     invalid_input for a run length outside (1, 1e9], for two sums (2, 1e9];
///             undefined_result for one that a limit of 100 does not have.
/// Cost:       7 ms.
/// Source:     Brook, Evans (1972), doi:10.1093/biomet/59.3.539
/// Checked:    tests/reference/run_length.csv (R package spc)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline chart_design cusum_limit(const cusum_limit_options& options) {
    constexpr std::string_view self = "cusum_limit";
    detail::require_sides(options.sides, self);
    detail::require_wanted_run(options.run_length, options.sides == bounds::two_sided ? 2 : 1,
                               self);
    detail::require(options.reference >= 0 && options.reference <= 4, self, "reference",
                    options.reference, "must be in [0, 4]");
    detail::require(options.head_start >= 0 && options.head_start < 1, self, "head_start",
                    options.head_start, "must be in [0, 1)");
    const auto average = [&](double limit) {
        return cusum_run_length({.reference = options.reference,
                                 .limit = limit,
                                 .head_start = options.head_start * limit,
                                 .sides = options.sides,
                                 .probabilities = {}})
            .average;
    };
    const double limit = detail::limit_for(average, options.run_length, 1e-3, 100, 1e-13, self);
    return {.limit = limit, .run_length = average(limit), .method = "integral_equation"};
}

/// Options of ewma_limit.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct ewma_limit_options {
    /// Wanted average run length in control, in periods.
    required<double> run_length;
    double weight = 0.1;
    bool exact_limits = true;
    double fast_start = 0;
};

/// The limit of an EWMA of normal values for a wanted run length in control.
///
/// Formula:    the root of ewma_run_length
/// Assumes:    as ewma_run_length.
/// Degenerate: a run length that a limit of 0.001 already has gives 0.001.
/// Throws:     invalid_input for a run length outside (1, 1e9].
/// Cost:       0.3 s for weight 0.1.
/// Source:     Lucas, Saccucci (1990), doi:10.1080/00401706.1990.10484583
/// Checked:    tests/reference/run_length.csv (R package spc)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline chart_design ewma_limit(const ewma_limit_options& options) {
    constexpr std::string_view self = "ewma_limit";
    detail::require_wanted_run(options.run_length, 1, self);
    const auto average = [&](double limit) {
        return ewma_run_length({.weight = options.weight,
                                .limit = limit,
                                .exact_limits = options.exact_limits,
                                .fast_start = options.fast_start,
                                .probabilities = {}})
            .average;
    };
    const double limit = detail::limit_for(average, options.run_length, 1e-3, 10, 1e-12, self);
    return {.limit = limit, .run_length = average(limit), .method = "integral_equation"};
}

/// Options of score_cusum_limit.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_cusum_limit_options {
    /// Wanted average run length in control, in periods.
    required<double> run_length;
    /// Answers a period.
    required<std::int64_t> n;
    category_shares baseline{};
    double reference = 0.5;
    double overdispersion = 1;
    bounds sides = bounds::two_sided;
};

/// The limit of score_cusum for a constant n whose run length in control is at least the wanted
/// one: for few answers a period, where normal values are no model.
///
/// Formula:    the root of score_cusum_run_length to a relative 1e-4, raised until the run length is
///             reached.
/// Assumes:    as score_cusum_run_length.
/// Throws:     invalid_input, undefined_result.
/// Cost:       1 to 5 s.
/// Source:     Brook, Evans (1972), doi:10.1093/biomet/59.3.539
/// Checked:    tests/monitor/score_run_length_test.cpp (simulation of the chart)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline chart_design score_cusum_limit(const score_cusum_limit_options& options) {
    constexpr std::string_view self = "score_cusum_limit";
    detail::require_sides(options.sides, self);
    detail::require_wanted_run(options.run_length, options.sides == bounds::two_sided ? 2 : 1,
                               self);
    return detail::lattice_design(
        [&](double limit) {
            return score_cusum_run_length({.n = options.n,
                                           .baseline = options.baseline,
                                           .reference = options.reference,
                                           .limit = limit,
                                           .overdispersion = options.overdispersion,
                                           .sides = options.sides,
                                           .probabilities = {}})
                .average;
        },
        options.run_length, 100, self);
}

/// Options of likelihood_cusum_limit.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct likelihood_cusum_limit_options {
    /// Wanted average run length in control, in periods.
    required<double> run_length;
    /// Answers a period.
    required<std::int64_t> n;
    category_shares baseline{};
    category_shares alternative{};
};

/// The limit of likelihood_cusum for a constant n whose run length in control is at least the
/// wanted one; never above log(run_length).
///
/// Formula:    the root of likelihood_cusum_run_length to a relative 1e-4, raised until the run
///             length is reached.
/// Assumes:    as likelihood_cusum_run_length, without overdispersion.
/// Degenerate: a run length that a limit of 0.001 already has gives 0.001.
/// Throws:     invalid_input, undefined_result.
/// Cost:       1 to 5 s.
/// Source:     Lorden (1971), doi:10.1214/aoms/1177693055 (the bound)
/// Checked:    tests/monitor/score_run_length_test.cpp (simulation of the chart)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline chart_design
likelihood_cusum_limit(const likelihood_cusum_limit_options& options) {
    constexpr std::string_view self = "likelihood_cusum_limit";
    detail::require_wanted_run(options.run_length, 1.01, self);
    return detail::lattice_design(
        [&](double limit) {
            return likelihood_cusum_run_length({.n = options.n,
                                                .baseline = options.baseline,
                                                .alternative = options.alternative,
                                                .limit = limit,
                                                .probabilities = {}})
                .average;
        },
        options.run_length, std::log(static_cast<double>(options.run_length)) + 1e-3, self);
}

} // namespace nps::inline v0
