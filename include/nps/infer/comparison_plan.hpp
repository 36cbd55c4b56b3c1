// SPDX-License-Identifier: Apache-2.0
/// @file
/// The plan of a comparison of two groups, and the way to it that scores, shares and means share.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The sizes of two groups for a wanted power, with what they rest on.
///
/// Scale:      that of the measure.
/// Checked:    tests/infer/comparison_sample_size_test.cpp
/// Example:    examples/power.cpp
struct comparison_plan {
    planned_size a{};
    planned_size b{};
    /// The true a - b that is to be found.
    double difference = 0;
    /// Of the estimated difference, from so many completes.
    double standard_error = 0;
    /// The power asked for, and the one that so many completes give.
    double power = 0;
    double achieved_power = 0;
    double level = 0;
    nps::alternative alternative = alternative::two_sided;
    nps::claim claim = claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    /// What each comparison is tested at: 1 - level, shared among them.
    double alpha = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

namespace detail {

inline void require_allocation(double allocation, std::string_view function) {
    require(allocation >= 1e-6 && allocation <= 1e6, function, "allocation", allocation,
            "must be in [1e-6, 1e6]");
}

/// Standard error of the difference of two separate groups.
[[nodiscard]] inline double separate_error(const settled_group& a, double n_a,
                                           const settled_group& b, double n_b) {
    return std::sqrt(a.unit_variance() / n_a + b.unit_variance() / n_b);
}

/// Fills a plan from the unrounded size of a; `power_of(n_a, n_b)` is the power of whole sizes.
template <class Options, class Power>
[[nodiscard]] comparison_plan
plan_two_groups(const Options& options, const planned_test& test, const settled_group& a,
                const settled_group& b, double n_a, Power power_of, std::string_view function) {
    comparison_plan plan{.a = a.size(n_a, function, "power", options.power),
                         .b = b.size(n_a * options.allocation, function, "power", options.power),
                         .power = options.power,
                         .level = options.level,
                         .alternative = options.alternative,
                         .claim = options.claim,
                         .equivalence_margin = options.equivalence_margin,
                         .comparisons = options.comparisons,
                         .alpha = test.alpha};
    const double whole_a = static_cast<double>(plan.a.completes);
    const double whole_b = static_cast<double>(plan.b.completes);
    plan.standard_error = separate_error(a, whole_a, b, whole_b);
    plan.achieved_power = power_of(whole_a, whole_b);
    return plan;
}

/// The same where the estimate is taken as normal.
template <class Options>
[[nodiscard]] comparison_plan plan_normal(const Options& options, const planned_test& test,
                                          const settled_group& a, const settled_group& b,
                                          double difference, std::string_view argument,
                                          std::string_view function) {
    require_power(options.power, options.level, function);
    require_allocation(options.allocation, function);
    const double error = test.wanted_error(difference, options.power, function, argument);
    const double n_a = (a.unit_variance() + b.unit_variance() / options.allocation) / error / error;
    comparison_plan plan = plan_two_groups(
        options, test, a, b, n_a,
        [&](double size_a, double size_b) {
            return test.power(difference, separate_error(a, size_a, b, size_b));
        },
        function);
    plan.difference = difference;
    return plan;
}

} // namespace detail
} // namespace nps::inline v0
