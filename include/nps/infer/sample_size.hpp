// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many people must be asked for a wanted margin of error.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// Options of sample_size. S comes from `respondent_sd` or from `shares` (assumed, or of a pilot:
/// `.shares = shares_of(pilot)`), not from both; from neither it is the worst case, S = 1.
struct sample_size_options {
    /// Half the width of the interval, in (0, 1): 5 points are 0.05.
    required<double> margin;
    double level = 0.95;
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    planning_method method = planning_method::wald;
    /// Customers that the answers stand for, where they are not very many more than the answers.
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    /// Variance under the design over that of a simple random sample of the same size, both without
    /// replacement.
    double design_effect = 1;
    /// Share of those invited who give a valid answer.
    double response_rate = 1;
};

/// A sample size with each step on the way to it. Only completes and invitations are rounded, up.
///
/// Checked:    tests/infer/sample_size_test.cpp
/// Example:    examples/sample_plan.cpp
struct sample_plan {
    /// Answers of a simple random sample from an endless population.
    double n0 = 0;
    /// Answers of a simple random sample from the population.
    double after_population = 0;
    /// Answers under the design, from the population.
    double after_design_effect = 0;
    /// Valid answers needed: the step before, rounded up, at least 1.
    std::int64_t completes = 0;
    /// People to invite: after_design_effect (at least 1) / response_rate, rounded up.
    std::int64_t invitations = 0;
    /// The margin asked for, and the one that `completes` answers give.
    double margin = 0;
    double achieved_margin = 0;
    double level = 0;
    /// What the plan rests on, so that each step can be worked out again: S and, as given, the
    /// population, the design effect and the response rate.
    double respondent_sd = 0;
    std::optional<std::int64_t> population{};
    double design_effect = 1;
    double response_rate = 1;
    /// Whether there are fewer people than invitations: then this response rate cannot give this
    /// margin.
    bool exceeds_population = false;
    std::string_view method;
};

namespace detail {

/// n such that the variance of the score is `variance`; 0 where fewer than any answer will do.
[[nodiscard]] inline double size_for_variance(const answer_spread& spread, double variance) {
    if (spread.method == planning_method::wald) {
        return spread.respondent_variance / variance;
    }
    // The adjusted variance falls as n grows: (n + 3)^4 times its derivative is
    // -S^2 n^2 - (6 s^2 + 3) n - (9 - 9 e), s the score. It is at most 1 / (n + 3).
    const auto excess = [&](double n) { return spread.score_variance(n) - variance; };
    return excess(0) <= 0 ? 0 : find_root(excess, 0, 2 / variance);
}

/// Rounds up, but takes a whole number that arithmetic has missed by a few units in the last place
/// for that number. `argument` is the one to blame for a number that is too large.
[[nodiscard]] inline std::int64_t round_up(double n, std::string_view function,
                                           std::string_view argument, double value) {
    require(n <= static_cast<double>(largest_count), function, argument, value,
            "would need more than 2^53 people");
    const double nearest = std::round(n);
    const bool whole = std::abs(n - nearest) <= 16 * std::numeric_limits<double>::epsilon() * n;
    return (std::max)(static_cast<std::int64_t>(whole ? nearest : std::ceil(n)), std::int64_t{1});
}

} // namespace detail

/// The number of answers and of invitations that a wanted margin of error needs.
///
/// Steps. n0 = Z^2 S^2 / d^2 for a simple random sample from an endless population (adjusted_wald:
/// the n whose adjusted Wald margin at the expected counts is d). `after_population`: from N
/// customers, n0 N / (N - 1 + n0). `after_design_effect`: the same with deff n0 in place of n0,
/// which is deff n0 for an endless population. So a census is never passed; multiplying the
/// corrected size by deff, as is done elsewhere, can ask for more people than there are, and is not
/// what a design effect against sampling without replacement means. Invitations divide by the
/// response rate.
///
/// Formula:    Z^2 S^2 / d^2; with N in place of N - 1 for divisor_n_minus_1
/// Scale:      margin and S on the scale of the score. For a share p use S = sqrt(p (1 - p)), at
///             worst 1/2.
/// Assumes:    those who answer are like those who do not; the shares will be those assumed.
/// Not for:    finding a difference between two groups: a margin is not a power.
/// Degenerate: S = 0 needs one answer by wald; adjusted_wald stays careful (0, 0.1, 0.9 at d = 0.05
///             needs 168, where Z^2 S^2 / d^2 - 3 says 136).
/// Throws:     invalid_input, also where more than 2^53 people would be needed.
/// Cost:       O(1).
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 4;
///             Kish (1965), Survey Sampling, ISBN 0-471-10949-5, section 8.2
/// Checked:    tests/reference/sample_size.csv (mpmath)
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline sample_plan sample_size(const sample_size_options& options) {
    constexpr std::string_view function = "sample_size";
    const double margin = options.margin;
    detail::require_margin(margin, function);
    detail::require_level(options.level, function);
    detail::require(options.response_rate > 0 && options.response_rate <= 1, function,
                    "response_rate", options.response_rate, "must be in (0, 1]");
    const auto spread =
        detail::spread_of(options.method, options.respondent_sd, options.shares, function);
    const detail::sampling_frame frame{options.population, options.population_form,
                                       options.design_effect};
    frame.check(function);
    const double z = normal_critical_value(options.level);
    detail::require(margin >= 1e-150, function, "margin", margin, "must be at least 1e-150");

    sample_plan plan{.margin = margin,
                     .level = options.level,
                     .respondent_sd = std::sqrt(spread.respondent_variance),
                     .population = options.population,
                     .design_effect = options.design_effect,
                     .response_rate = options.response_rate,
                     .method = detail::method_name(options.method, function)};
    plan.n0 = detail::size_for_variance(spread, margin / z * (margin / z));
    plan.after_population =
        detail::sampling_frame{options.population, options.population_form, 1}.actual(plan.n0);
    plan.after_design_effect = frame.actual(plan.n0);
    plan.completes = detail::round_up(plan.after_design_effect, function, "margin", margin);
    plan.invitations =
        detail::round_up((std::max)(plan.after_design_effect, 1.0) / options.response_rate,
                         function, "response_rate", options.response_rate);
    plan.achieved_margin = z * detail::planned_standard_error(
                                   spread, frame.effective(static_cast<double>(plan.completes)));
    plan.exceeds_population = plan.population && plan.invitations > *plan.population;
    return plan;
}

} // namespace nps::inline v0
