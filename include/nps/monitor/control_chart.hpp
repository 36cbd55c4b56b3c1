// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shewhart charts with varying n: of the net score, of a share (p chart), of a rate (u chart).
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/detail/shewhart_chart.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of score_chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_chart_options {
    /// Shares in control; none: estimated from the reference periods.
    std::optional<category_shares> baseline{};
    /// How many of the first periods are the reference (phase I); 0: all.
    std::size_t reference_periods = 0;
    chart_limits limits = chart_limits::normal;
    /// Of a period in control, both sides together.
    double false_alarm_rate = three_sigma_rate;
    /// How laney finds sigma_z.
    chart_spread spread = chart_spread::moving_range;
};

/// Options of share_chart and rate_chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct share_chart_options {
    /// The share or rate in control; none: estimated from the reference periods.
    std::optional<double> baseline{};
    std::size_t reference_periods = 0;
    chart_limits limits = chart_limits::normal;
    double false_alarm_rate = three_sigma_rate;
    chart_spread spread = chart_spread::moving_range;
};

/// Shewhart chart of the net score, each period with its own n.
///
/// Formula:    normal: centre -+ z S / sqrt(n), z of half the false-alarm rate, S of the baseline.
///             exact: of the distribution of the sum of n answers under the baseline the narrowest
///             limits outside of which lies at most half the rate on each side, so that the run
///             length in control is at least 1 / rate whatever n is.
///             laney: normal limits times sigma_z, the spread of the reference periods' z scores:
///             mean |z_t - z_(t-1)| sqrt(pi) / 2, or their standard deviation.
/// Scale:      [-1, 1]; normal and laney limits are cut there.
/// Assumes:    periods independent; the same shares in each for normal and exact, and for laney
///             centres that move at random between periods. A value on a limit is no alarm.
/// Not for:    small lasting shifts: score_cusum and score_ewma find those sooner. Normal and exact
///             limits at 10,000 answers a period: what is no sampling error is an alarm there.
/// Degenerate: a period without answers is missing. A baseline of one category has no spread and
///             throws undefined_result, as does a reference without answers, and for laney one of
///             fewer than 2 periods or without any spread. An empty series with a baseline given
///             gives no points.
/// Throws:     invalid_input, whose text names a period by its 0-based position; undefined_result.
/// Cost:       140 ns a period, exact 22 us.
/// Source:     Laney (2002), doi:10.1081/QEN-120003555; Montgomery (2013), chapters 6 and 7,
///             ISBN 9781118146811
/// Checked:    tests/reference/control_chart.csv (exact enumeration, R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline control_chart score_chart(std::span<const category_counts> series,
                                               const score_chart_options& options = {}) {
    constexpr std::string_view self = "score_chart";
    detail::shewhart_chart chart({options.limits, options.false_alarm_rate, options.spread,
                                  options.reference_periods, options.baseline.has_value()},
                                 -1, 1, series.size(), self);
    category_counts reference;
    for (std::size_t t = 0; t < series.size(); ++t) {
        detail::add_chart_period(reference, series[t], t < chart.reference_periods(), t, self);
    }
    if (!options.baseline && reference.n() == 0) {
        detail::throw_undefined(self, "no answers in the reference periods");
    }
    const category_shares shares = options.baseline ? *options.baseline : shares_of(reference);
    const double sd = respondent_sd(shares);
    if (!(sd > 0)) {
        detail::throw_undefined(self, "a baseline of one category alone has no spread");
    }
    chart.set_centre(shares.promoters - shares.detractors, reference.n(),
                     sd / std::sqrt(static_cast<double>(reference.n())));
    for (const category_counts& period : series) {
        const double n = static_cast<double>(period.n());
        chart.add(period.n(), n, static_cast<double>(period.promoters - period.detractors),
                  sd / std::sqrt(n));
    }
    // Counts are exact as weights, shares are not.
    const answer_weights weights =
        options.baseline ? answer_weights{shares.detractors, shares.passives, shares.promoters}
                         : answer_weights{static_cast<double>(reference.detractors),
                                          static_cast<double>(reference.passives),
                                          static_cast<double>(reference.promoters)};
    return chart.finish([&](const chart_point& point, double tail) -> detail::exact_limits {
        const lattice_sum sum(point.n, weights);
        return {static_cast<double>(sum.quantile(tail)),
                static_cast<double>(sum.upper_quantile(tail))};
    });
}

/// Shewhart chart of a share (p chart): of detractors, say, or of answers to invitations.
///
/// Formula:    as score_chart, with S^2 = p (1 - p); exact: the binomial distribution.
/// Scale:      [0, 1]; normal and laney limits are cut there.
/// Assumes:    as score_chart.
/// Degenerate: as score_chart; a baseline of 0 or 1 throws undefined_result.
/// Throws:     invalid_input, whose text names a period by its 0-based position; undefined_result.
/// Cost:       140 ns a period, exact 1 us.
/// Source:     Laney (2002), doi:10.1081/QEN-120003555; Montgomery (2013), section 7.2,
///             ISBN 9781118146811
/// Checked:    tests/reference/control_chart.csv (R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline control_chart share_chart(std::span<const share_counts> series,
                                               const share_chart_options& options = {}) {
    constexpr std::string_view self = "share_chart";
    detail::shewhart_chart chart({options.limits, options.false_alarm_rate, options.spread,
                                  options.reference_periods, options.baseline.has_value()},
                                 0, 1, series.size(), self);
    share_counts reference;
    for (std::size_t t = 0; t < series.size(); ++t) {
        detail::add_chart_period(reference, series[t], t < chart.reference_periods(), t, self);
    }
    if (!options.baseline && reference.trials == 0) {
        detail::throw_undefined(self, "no trials in the reference periods");
    }
    const double p = options.baseline ? *options.baseline
                                      : static_cast<double>(reference.successes) /
                                            static_cast<double>(reference.trials);
    detail::require(p >= 0 && p <= 1, self, "baseline", p, "must be in [0, 1]");
    if (!(p > 0 && p < 1)) {
        detail::throw_undefined(self, "a baseline of 0 or 1 has no spread");
    }
    const double sd = std::sqrt(p * (1 - p));
    chart.set_centre(p, reference.trials, sd / std::sqrt(static_cast<double>(reference.trials)));
    for (const share_counts& period : series) {
        const double n = static_cast<double>(period.trials);
        chart.add(period.trials, n, static_cast<double>(period.successes), sd / std::sqrt(n));
    }
    return chart.finish([&](const chart_point& point, double tail) {
        const double n = static_cast<double>(point.n);
        return detail::exact_count_limits(
            tail, point.n, n * p, sd * std::sqrt(n),
            [&](double k) { return k >= n ? 1.0 : beta_upper_tail(p, k + 1, n - k); },
            [&](double k) { return k >= n ? 0.0 : beta_cdf(p, k + 1, n - k); });
    });
}

/// Events in a stretch of exposure: complaints in answers, calls in contacts.
///
/// Assumes:    events up to 2^53; exposure finite, 0 where nothing was observed.
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct rate_counts {
    std::int64_t events = 0;
    double exposure = 0;
};

/// Shewhart chart of a rate (u chart): events for a unit of exposure, of which one unit can have
/// several.
///
/// Formula:    as score_chart, with S^2 = u and the exposure as n; exact: the Poisson distribution.
/// Scale:      0 and above; normal and laney lower limits are cut there.
/// Assumes:    as score_chart; events independent. `n` of a point is its events.
/// Degenerate: as score_chart; a baseline of 0 throws undefined_result.
/// Throws:     invalid_input, also for events without exposure, and for exact limits where more than
///             400,000 events are expected in a period; undefined_result.
/// Cost:       O(1) a period.
/// Source:     Laney (2002), doi:10.1081/QEN-120003555; Montgomery (2013), section 7.3,
///             ISBN 9781118146811
/// Checked:    tests/reference/control_chart.csv (R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline control_chart rate_chart(std::span<const rate_counts> series,
                                              const share_chart_options& options = {}) {
    constexpr std::string_view self = "rate_chart";
    detail::shewhart_chart chart({options.limits, options.false_alarm_rate, options.spread,
                                  options.reference_periods, options.baseline.has_value()},
                                 0, std::nullopt, series.size(), self);
    std::int64_t events = 0;
    double exposure = 0;
    for (std::size_t t = 0; t < series.size(); ++t) {
        const rate_counts& period = series[t];
        const std::string place = detail::chart_place(self, t);
        detail::require_count(period.events, place, "events");
        detail::require(period.exposure >= 0 && period.exposure <= 1e15, place, "exposure",
                        period.exposure, "must be in [0, 1e15]");
        detail::require(period.exposure >= 1e-15 || (period.events == 0 && period.exposure == 0),
                        place, "exposure", period.exposure,
                        "must be 1e-15 or more, or 0 where there are no events");
        if (t < chart.reference_periods()) {
            events += period.events;
            detail::require_count(events, place, "sum of events");
            exposure += period.exposure;
        }
    }
    if (!options.baseline && !(exposure > 0)) {
        detail::throw_undefined(self, "no exposure in the reference periods");
    }
    const double rate =
        options.baseline ? *options.baseline : static_cast<double>(events) / exposure;
    detail::require(rate >= 0 && rate <= 1e15, self, "baseline", rate, "must be in [0, 1e15]");
    if (!(rate >= 1e-15)) {
        detail::throw_undefined(self, "a baseline of 0 has no spread");
    }
    chart.set_centre(rate, events, std::sqrt(rate / exposure));
    for (const rate_counts& period : series) {
        chart.add(period.events, period.exposure, static_cast<double>(period.events),
                  std::sqrt(rate / period.exposure));
    }
    return chart.finish([&](const chart_point& point, double tail) {
        // The standard error has the exposure in it.
        const double expected = rate * (rate / (point.standard_error * point.standard_error));
        detail::require(expected <= 4e5, self, "expected events of a period", expected,
                        "must be at most 400000 for exact limits");
        return detail::exact_count_limits(
            tail, 499'000, expected, std::sqrt(expected),
            [&](double k) { return chi_squared_upper_tail(2 * expected, 2 * (k + 1)); },
            [&](double k) { return chi_squared_cdf(2 * expected, 2 * (k + 1)); });
    });
}

} // namespace nps::inline v0
