// SPDX-License-Identifier: Apache-2.0
/// @file
/// EWMA chart of the net score: a moving average with limits from what it rests on.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/detail/chart_baseline.hpp>
#include <nps/monitor/detail/fast_start.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of score_ewma and score_ewma_chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_ewma_options {
    /// Shares in control; they have to be given.
    category_shares baseline{};
    /// Weight of the newest period, in (0, 1].
    double weight = 0.1;
    /// Distance of the limits from the centre, in standard errors of the average: ewma_limit finds
    /// the one for a wanted run length; 2.814 has 486 for weight 0.1, and would have 500 with the
    /// limits of an average that has run for long (the tables).
    double limit = 2.814;
    /// Spread of the periods in units of their sampling error: sigma_z of a control_chart.
    double overdispersion = 1;
    /// The part of its limits by which the chart starts narrower, 0.01 in the 20th period: 0, which
    /// is none, or in [0.05, 1); 0.5 is usual.
    double fast_start = 0;
};

/// One period of an EWMA chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct ewma_point {
    std::int64_t n = 0;
    /// The score of the period; the centre where it is missing.
    double value = 0;
    /// The moving average, after this period.
    double average = 0;
    /// Of the average, in control.
    double standard_error = 0;
    double lower = -1;
    double upper = 1;
    /// No answers: nothing changed.
    bool missing = false;
    bool alarm = false;
};

/// EWMA chart of the net score, period by period.
///
/// Formula:    E = (1 - w) E + w s from E = centre, its variance V = (1 - w)^2 V + w^2 S^2 c^2 / n
///             from 0, S^2 of the baseline, c the overdispersion; limits centre -+ limit sqrt(V),
///             times 1 - f^(1 + a (t - 1)) for a fast start f, a so that it is 0.99 for t = 20,
///             t counting periods with answers. A period without answers changes nothing.
/// Scale:      [-1, 1]; limits are cut there, and the alarm is not.
/// Assumes:    periods independent, baseline known. The error of an estimated baseline does not
///             average out: with weight 0.1 it is as large as that of the average itself where the
///             baseline has the answers of 19 periods.
/// Degenerate: a baseline of one category has no spread and throws undefined_result.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1) a period, 10 ns.
/// Source:     Roberts (1959), doi:10.1080/00401706.1959.10489860; Montgomery (2013), section 9.2,
///             ISBN 9781118146811; Steiner (1999), doi:10.1080/00224065.1999.11979899
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
class score_ewma {
public:
    explicit score_ewma(const score_ewma_options& options)
        : options_(options), base_(options.baseline, options.overdispersion, "score_ewma") {
        constexpr std::string_view self = "score_ewma";
        detail::require(options.weight > 0 && options.weight <= 1, self, "weight", options.weight,
                        "must be in (0, 1]");
        detail::require(options.limit > 0 && options.limit <= 100, self, "limit", options.limit,
                        "must be in (0, 100]");
        detail::require_fast_start(options.fast_start, self);
        reset();
    }

    ewma_point add(const category_counts& period) {
        detail::require_counts(period, "score_ewma::add");
        const bool missing = period.n() == 0;
        double value = base_.centre;
        if (!missing) {
            const double n = static_cast<double>(period.n());
            const double keep = 1 - options_.weight;
            value = detail::category_weights(period).score();
            average_ = keep * average_ + options_.weight * value;
            const double part = options_.weight * base_.sd;
            variance_ = keep * keep * variance_ + part * part / n;
            periods_ += 1;
        }
        const double error = std::sqrt(variance_);
        const double distance =
            options_.limit * error *
            detail::fast_start_factor(options_.fast_start, (std::max)(periods_, 1.0));
        return {.n = period.n(),
                .value = value,
                .average = average_,
                .standard_error = error,
                .lower = (std::max)(base_.centre - distance, -1.0),
                .upper = (std::min)(base_.centre + distance, 1.0),
                .missing = missing,
                .alarm = !missing && std::abs(average_ - base_.centre) > distance};
    }

    /// As new.
    void reset() {
        average_ = base_.centre;
        variance_ = 0;
        periods_ = 0;
    }

private:
    score_ewma_options options_;
    detail::chart_baseline base_;
    double average_ = 0;
    double variance_ = 0;
    double periods_ = 0;
};

/// The EWMA chart of a series: score_ewma over its periods, without reset.
///
/// Degenerate: an empty series gives no points.
/// Throws:     as score_ewma.
/// Cost:       O(periods).
/// Source:     Roberts (1959), doi:10.1080/00401706.1959.10489860
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<ewma_point>
score_ewma_chart(std::span<const category_counts> series, const score_ewma_options& options) {
    score_ewma chart(options);
    std::vector<ewma_point> points;
    points.reserve(series.size());
    for (const category_counts& period : series) {
        points.push_back(chart.add(period));
    }
    return points;
}

} // namespace nps::inline v0
