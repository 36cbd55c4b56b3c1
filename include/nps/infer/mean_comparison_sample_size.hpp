// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to find a difference of two means of ratings, the power of given sizes, and
/// the difference that they find.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>
#include <nps/numeric/noncentral.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// Whose power a plan for two means has.
enum class mean_planning_method : std::uint8_t {
    student, ///< Welch's t test at the assumed deviations: the noncentral t distribution
    normal   ///< standard deviations known
};

/// What is assumed of the ratings of one group.
///
/// Checked:    tests/infer/mean_comparison_sample_size_test.cpp
/// Example:    examples/power.cpp
struct planned_ratings {
    /// Standard deviation of one rating.
    required<double> sd;
    double design_effect = 1;
    double response_rate = 1;
};

/// Options of mean_comparison_sample_size.
struct mean_comparison_sample_size_options {
    /// The true a - b that is to be found; with the claim equivalence usually 0.
    required<double> difference;
    planned_ratings a;
    planned_ratings b;
    /// Chance of finding it, in (1 - level, 1).
    double power = 0.8;
    /// 1 - alpha of the test; with several comparisons of all of them together.
    double level = 0.95;
    /// The claim equivalence goes with normal alone.
    mean_planning_method method = mean_planning_method::student;
    /// Ratings of b for each of a.
    double allocation = 1;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    /// Tests among which alpha is shared.
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of mean_comparison_power; those of mean_comparison_sample_size, with sizes for power.
struct mean_comparison_power_options {
    /// Valid ratings.
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    required<double> difference;
    planned_ratings a;
    planned_ratings b;
    double level = 0.95;
    mean_planning_method method = mean_planning_method::student;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of mean_comparison_detectable_difference.
struct mean_comparison_detectable_difference_options {
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    planned_ratings a;
    planned_ratings b;
    double power = 0.8;
    double level = 0.95;
    mean_planning_method method = mean_planning_method::student;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

namespace detail {

/// The test of two means, checked: a planned_test whose statistic may have Student's distribution.
struct planned_means {
    planned_test test;
    settled_group a;
    settled_group b;
    bool student;

    template <class Options>
    planned_means(const Options& options, std::string_view function)
        : test(planned_test_of(options, std::numeric_limits<double>::infinity(), function)),
          a(settle(options.a, function)), b(settle(options.b, function)),
          student(options.method == mean_planning_method::student) {
        require(student || options.method == mean_planning_method::normal, function, "method",
                static_cast<int>(options.method), "must be student or normal");
        require(!student || options.claim != claim::equivalence, function, "claim",
                static_cast<int>(options.claim),
                "must not be equivalence, which needs method normal");
    }
    [[nodiscard]] double error(double n_a, double n_b) const {
        return separate_error(a, n_a, b, n_b);
    }
    /// Fewest answers of a that leave a degree of freedom in both groups.
    [[nodiscard]] double least(double allocation) const {
        return 2 * (std::max)(a.design_effect, b.design_effect / allocation);
    }
    /// Of Welch's test, from effective sizes of at least 2.
    [[nodiscard]] double df(double n_a, double n_b) const {
        const double found =
            student_comparison::welch({}, 0, a.unit_variance() / n_a, n_a / a.design_effect,
                                      b.unit_variance() / n_b, n_b / b.design_effect, {})
                .degrees_of_freedom;
        return std::clamp(found, 1.0, 1e15);
    }
    /// Power for an excess of x standard errors.
    [[nodiscard]] double student_power(double x, double df) const {
        const double t = student_t_upper_quantile(test.tail(), df);
        const double one = noncentral_t_upper_tail(t, df, x);
        return test.has_two_sides() ? (std::min)(one + noncentral_t_upper_tail(t, df, -x), 1.0)
                                    : one;
    }
    [[nodiscard]] double power(double difference, double n_a, double n_b) const {
        const double standard_error = error(n_a, n_b);
        if (!student || standard_error == 0) {
            return test.power(difference, standard_error);
        }
        return student_power(test.excess(difference) / standard_error, df(n_a, n_b));
    }
    void require_sizes(std::int64_t completes_a, std::int64_t completes_b,
                       std::string_view function) const {
        require_completes(completes_a, function, "completes_a");
        require_completes(completes_b, function, "completes_b");
        constexpr std::string_view least = "must be at least twice the design effect for method "
                                           "student";
        require(!student || static_cast<double>(completes_a) >= 2 * a.design_effect, function,
                "completes_a", completes_a, least);
        require(!student || static_cast<double>(completes_b) >= 2 * b.design_effect, function,
                "completes_b", completes_b, least);
    }

private:
    [[nodiscard]] static settled_group settle(const planned_ratings& ratings,
                                              std::string_view function) {
        const double sd = ratings.sd;
        require(sd >= 0 && sd <= 1e100 && (sd == 0 || sd >= 1e-100), function, "sd", sd,
                "must be 0 or in [1e-100, 1e100]");
        const settled_group result{sd, ratings.design_effect, ratings.response_rate};
        result.check(function);
        return result;
    }
};

inline void require_mean_difference(double difference, std::string_view function) {
    require(std::abs(difference) <= 1e100, function, "difference", difference,
            "must be in [-1e100, 1e100]");
}

} // namespace detail

/// The ratings that two groups need for a wanted chance of finding a difference of their means.
///
/// Formula:    normal: as comparison_sample_size, S the standard deviation. student: the power is
///             P(T > t) + P(T < -t) (one side: P(T > t)), T noncentral t with noncentrality
///             excess / se and the Welch-Satterthwaite degrees of freedom at the assumed deviations
///             and n / deff for n, t its critical value; solved for n_a, n_b = r n_a
/// Scale:      that of the ratings.
/// Assumes:    ratings that are nearly normal or not few; large populations; sd as given. For
///             equal sizes and deviations the degrees of freedom are 2 n - 2, as of the pooled test.
/// Not for:    fewer than two (effective) ratings a group.
/// Degenerate: student needs at least two (effective) ratings a group; sd = 0 needs no more.
/// Throws:     invalid_input, also where no sample finds the difference or more than 2^53 people
///             would be needed; undefined_result as mean_comparison_power.
/// Cost:       normal O(1); student about 1 ms.
/// Source:     Cohen (1988), Statistical Power Analysis, ISBN 0-8058-0283-5, chapter 2
/// Checked:    tests/infer/mean_comparison_sample_size_test.cpp (R pwr, samplics)
/// Example:    examples/power.cpp
[[nodiscard]] inline comparison_plan
mean_comparison_sample_size(const mean_comparison_sample_size_options& options) {
    constexpr std::string_view self = "mean_comparison_sample_size";
    const detail::planned_means means(options, self);
    const double difference = options.difference;
    detail::require_mean_difference(difference, self);
    const double r = options.allocation;
    comparison_plan plan =
        detail::plan_normal(options, means.test, means.a, means.b, difference, "difference", self);
    plan.method = "normal";
    if (!means.student) {
        return plan;
    }
    // Student's test needs more than the normal one, whose size the plan now has.
    const auto lacking = [&](double n) {
        return means.power(difference, n, r * n) - options.power;
    };
    const double least = means.least(r);
    double n_a = least;
    if (lacking(least) < 0) {
        double high = (std::max)(2 * least, plan.a.unrounded + least);
        while (lacking(high) < 0) {
            high *= 2;
        }
        n_a = find_root(lacking, least, high);
    }
    plan = detail::plan_two_groups(
        options, means.test, means.a, means.b, n_a,
        [&](double size_a, double size_b) { return means.power(difference, size_a, size_b); },
        self);
    plan.difference = difference;
    plan.method = "student";
    return plan;
}

/// The chance that two groups of given sizes show a difference of their means, or support a claim.
///
/// Formula:    as mean_comparison_sample_size
/// Scale:      [0, 1].
/// Assumes:    as mean_comparison_sample_size.
/// Degenerate: sd = 0 in both groups gives 1 where the claim is true, else 0.
/// Throws:     invalid_input; undefined_result by student for an excess above 1e4 standard errors
///             where the critical value is as large: two or three ratings a group, alpha below 1e-7.
/// Cost:       normal O(1); student 0.1 ms.
/// Source:     Cohen (1988), Statistical Power Analysis, ISBN 0-8058-0283-5, chapter 2
/// Checked:    tests/infer/mean_comparison_sample_size_test.cpp (R pwr)
/// Example:    examples/power.cpp
[[nodiscard]] inline double mean_comparison_power(const mean_comparison_power_options& options) {
    constexpr std::string_view self = "mean_comparison_power";
    const detail::planned_means means(options, self);
    detail::require_mean_difference(options.difference, self);
    means.require_sizes(options.completes_a, options.completes_b, self);
    return means.power(options.difference, static_cast<double>(options.completes_a),
                       static_cast<double>(options.completes_b));
}

/// The difference of two means that given sizes find with a wanted chance.
///
/// Formula:    the inverse of mean_comparison_power; which one, see
///             comparison_detectable_difference
/// Scale:      that of the ratings.
/// Assumes:    as mean_comparison_sample_size.
/// Degenerate: sd = 0 in both groups gives the hypothesis itself.
/// Throws:     invalid_input; undefined_result, for equivalence, where not even 0 is found, and as
///             mean_comparison_power.
/// Cost:       normal O(1); student about 1 ms.
/// Source:     Cohen (1988), Statistical Power Analysis, ISBN 0-8058-0283-5, chapter 2
/// Checked:    tests/infer/mean_comparison_sample_size_test.cpp (R pwr)
/// Example:    examples/power.cpp
[[nodiscard]] inline double mean_comparison_detectable_difference(
    const mean_comparison_detectable_difference_options& options) {
    constexpr std::string_view self = "mean_comparison_detectable_difference";
    const detail::planned_means means(options, self);
    detail::require_power(options.power, options.level, self);
    means.require_sizes(options.completes_a, options.completes_b, self);
    const double n_a = static_cast<double>(options.completes_a);
    const double n_b = static_cast<double>(options.completes_b);
    const double error = means.error(n_a, n_b);
    if (!means.student) {
        return means.test.detectable(error, options.power, self);
    }
    const double df = means.df(n_a, n_b);
    const auto lacking = [&](double x) { return means.student_power(x, df) - options.power; };
    double high = 2 * means.test.wanted_excess(options.power) + 1;
    while (lacking(high) < 0) {
        high *= 2;
    }
    const double x = lacking(0) >= 0 ? 0 : find_root(lacking, 0, high);
    return means.test.difference_of(x * error);
}

} // namespace nps::inline v0
