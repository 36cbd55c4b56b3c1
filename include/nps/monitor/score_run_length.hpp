// SPDX-License-Identifier: Apache-2.0
/// @file
/// How long the charts of a score run with a constant n, from the exact distribution of n answers.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/chart_result.hpp>
#include <nps/monitor/cusum.hpp>
#include <nps/monitor/detail/chart_baseline.hpp>
#include <nps/monitor/detail/lattice_cusum.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of score_shewhart_run_length.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_shewhart_run_length_options {
    /// Answers a period.
    required<std::int64_t> n;
    /// Shares that the limits are made of; they have to be given.
    category_shares baseline{};
    /// Shares as they are; none: the baseline.
    std::optional<category_shares> actual{};
    /// normal or exact.
    chart_limits limits = chart_limits::normal;
    double false_alarm_rate = three_sigma_rate;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

/// Run length of score_chart with a known baseline and a constant n.
///
/// Formula:    geometric; p is the exact probability of a score outside the limits.
/// Assumes:    periods independent, answers independent.
/// Degenerate: undefined_result where no score lies outside the limits, or p is below 1e-15.
/// Throws:     invalid_input, undefined_result.
/// Cost:       12 us.
/// Source:     Montgomery (2013), chapter 7, ISBN 9781118146811
/// Checked:    tests/reference/score_run_length.csv (exact enumeration)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length
score_shewhart_run_length(const score_shewhart_run_length_options& options) {
    constexpr std::string_view self = "score_shewhart_run_length";
    const detail::chart_baseline base(options.baseline, 1, self);
    const category_shares actual = options.actual ? *options.actual : options.baseline;
    detail::require_shares(actual, self);
    const std::int64_t n = options.n;
    detail::require_count(n, self, "n");
    detail::require(n > 0, self, "n", n, "must be above 0");
    detail::require(options.limits == chart_limits::normal || options.limits == chart_limits::exact,
                    self, "limits", static_cast<int>(options.limits), "must be normal or exact");
    detail::require(options.false_alarm_rate >= 1e-12 && options.false_alarm_rate < 1, self,
                    "false_alarm_rate", options.false_alarm_rate, "must be in [1e-12, 1)");
    detail::require_run_probabilities(options.probabilities, self);
    const double tail = options.false_alarm_rate / 2;
    const double size = static_cast<double>(n);
    // The totals that are no alarm.
    std::int64_t lower = -n;
    std::int64_t upper = n;
    if (options.limits == chart_limits::exact) {
        const lattice_sum in_control(n, detail::answer_weights_of(options.baseline));
        lower = in_control.quantile(tail);
        upper = in_control.upper_quantile(tail);
    } else {
        const double margin = normal_upper_quantile(tail) * (base.sd / std::sqrt(size));
        // The same comparison as the chart's, next to the rounded limit.
        const auto score = [&](std::int64_t total) { return static_cast<double>(total) / size; };
        const double low = (std::max)(base.centre - margin, -1.0);
        const double high = (std::min)(base.centre + margin, 1.0);
        lower = static_cast<std::int64_t>(std::ceil(low * size)) - 1;
        upper = static_cast<std::int64_t>(std::floor(high * size)) + 1;
        while (score(lower) < low) {
            ++lower;
        }
        while (score(upper) > high) {
            --upper;
        }
    }
    const lattice_sum now(n, detail::answer_weights_of(actual));
    const double p = (std::min)(1.0, now.cdf(lower - 1) + now.upper_tail(upper));
    if (!(p >= 1e-15)) {
        detail::throw_undefined(self, "no score lies outside the limits, or the average run length "
                                      "is above 1e15");
    }
    run_length result{.average = 1 / p,
                      .standard_deviation = std::sqrt(1 - p) / p,
                      .steady_state = 1 / p,
                      .quantiles = detail::geometric_quantiles(p, options.probabilities),
                      .method = "lattice"};
    return result;
}

/// Options of score_cusum_run_length.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_cusum_run_length_options {
    /// Answers a period.
    required<std::int64_t> n;
    /// Shares that the chart is made of; they have to be given.
    category_shares baseline{};
    /// Shares as they are; none: the baseline.
    std::optional<category_shares> actual{};
    /// As score_cusum: in standard errors of a period.
    double reference = 0.5;
    double limit = 5;
    double head_start = 0;
    double overdispersion = 1;
    bounds sides = bounds::two_sided;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

/// Run length of score_cusum for a constant n, from the distribution of the sum of n answers.
///
/// Formula:    in answers the sum is max(0, C + S - K), S the whole-number sum of n answers and K =
///             n centre + k S_1 sqrt(n). Exact where K is a fraction whose denominator keeps the
///             chain within 600 states; else the limit is cut into 599.5 steps and each increment
///             split between two of them so that its mean stays (no difference from simulations of 1.6 %).
///             Two sums are combined as in cusum_run_length.
/// Assumes:    periods independent, answers independent.
/// Throws:     invalid_input, undefined_result.
/// Cost:       0.1 to 0.2 s at 600 states a side, 600^3 / 3 multiplications.
/// Source:     Brook, Evans (1972), doi:10.1093/biomet/59.3.539
/// Checked:    tests/reference/score_run_length.csv (exact enumeration; simulation of the chart)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length
score_cusum_run_length(const score_cusum_run_length_options& options) {
    constexpr std::string_view self = "score_cusum_run_length";
    const detail::chart_baseline base(options.baseline, options.overdispersion, self);
    const category_shares actual = options.actual ? *options.actual : options.baseline;
    detail::require_shares(actual, self);
    detail::require_cusum_limit(options.limit, options.head_start, self);
    detail::require(options.reference >= 0 && options.reference <= 1e6, self, "reference",
                    options.reference, "must be in [0, 1e6]");
    detail::require_sides(options.sides, self);
    detail::require_run_probabilities(options.probabilities, self);
    const std::int64_t n = options.n;
    detail::require(n >= 1 && n <= 1'000'000'000, self, "n", n, "must be in [1, 1000000000]");
    const double unit = base.sd * std::sqrt(static_cast<double>(n));
    const double centre = static_cast<double>(n) * base.centre;
    const auto side = [&](double sign) {
        const auto turned = [&](const category_shares& shares) {
            return sign > 0 ? shares
                            : category_shares{shares.promoters, shares.passives, shares.detractors};
        };
        return detail::lattice_cusum_run({.n = n,
                                          .baseline = turned(options.baseline),
                                          .actual = turned(actual),
                                          .reference = sign * centre + options.reference * unit,
                                          .limit = options.limit * unit,
                                          .head_start = options.head_start * unit},
                                         options.probabilities, self);
    };
    if (options.sides != bounds::two_sided) {
        return detail::one_sided_result(side(options.sides == bounds::lower ? 1 : -1));
    }
    return {.average = detail::two_cusums([&] { return side(1); }, [&] { return side(-1); }, self),
            .method = "lattice"};
}

/// Options of likelihood_cusum_run_length.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct likelihood_cusum_run_length_options {
    /// Answers a period.
    required<std::int64_t> n;
    /// As likelihood_cusum.
    category_shares baseline{};
    category_shares alternative{};
    /// Shares as they are; none: the baseline.
    std::optional<category_shares> actual{};
    double limit = 5;
    double head_start = 0;
    double overdispersion = 1;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
};

/// Run length of likelihood_cusum for a constant n.
///
/// Formula:    with an alternative of shifted_shares the log ratio is a whole-number sum of answers
///             less a constant, and the chain is that of score_cusum_run_length. With another
///             alternative all outcomes of n answers are enumerated, and their log ratios split
///             between steps in the same way.
/// Assumes:    periods independent, answers independent.
/// Throws:     invalid_input, also for more than 400 answers with an alternative that is not one of
///             shifted_shares (of the same odds within 1e-9); undefined_result.
/// Cost:       0.1 to 0.3 s.
/// Source:     Brook, Evans (1972), doi:10.1093/biomet/59.3.539
/// Checked:    tests/reference/score_run_length.csv (exact enumeration; simulation of the chart)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length
likelihood_cusum_run_length(const likelihood_cusum_run_length_options& options) {
    constexpr std::string_view self = "likelihood_cusum_run_length";
    const detail::category_weights ratios = detail::answer_log_ratios(
        options.baseline, options.alternative, options.overdispersion, self);
    const category_shares actual = options.actual ? *options.actual : options.baseline;
    detail::require_shares(actual, self);
    detail::require_cusum_limit(options.limit, options.head_start, self);
    detail::require_run_probabilities(options.probabilities, self);
    const std::int64_t n = options.n;
    detail::require(n >= 1 && n <= 1'000'000'000, self, "n", n, "must be in [1, 1000000000]");
    const double up = ratios.promoters - ratios.passives;
    const double down = ratios.passives - ratios.detractors;
    const double step = (up + down) / 2;
    if (std::abs(up - down) <= 1e-9 * std::abs(step)) {
        // W = step S + n passives, S the sum of answers.
        const bool falls = step < 0;
        const auto turned = [&](const category_shares& shares) {
            return falls ? category_shares{shares.promoters, shares.passives, shares.detractors}
                         : shares;
        };
        const double size = std::abs(step);
        return detail::one_sided_result(detail::lattice_cusum_run(
            {.n = n,
             .baseline = turned(options.baseline),
             .actual = turned(actual),
             .reference = -static_cast<double>(n) * ratios.passives / size,
             .limit = options.limit / size,
             .head_start = options.head_start / size},
            options.probabilities, self));
    }
    detail::require(n <= 400, self, "n", n,
                    "must be at most 400 for an alternative that is not one of shifted_shares");
    return detail::one_sided_result(
        detail::enumerated_cusum_run(n, ratios, {options.baseline, actual}, options.limit,
                                     options.head_start, options.probabilities, self));
}

} // namespace nps::inline v0
