// SPDX-License-Identifier: Apache-2.0
/// @file
/// CUSUM charts of the net score: two-sided of standardised scores, and by likelihood ratio.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/detail/chart_baseline.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One sum of a CUSUM chart after a period.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct cusum_sum {
    /// The sum, 0 or more.
    double value = 0;
    bool alarm = false;
    /// The period (from 0, since the start or the last reset) after the sum was last 0: after an
    /// alarm, the estimate of when the change came. The next period where the sum is 0.
    std::int64_t since = 0;
    /// The answers from then on, whose score is what there is since the change.
    category_counts answers = {};
};

namespace detail {

class cusum_side {
public:
    explicit cusum_side(double head_start = 0) { now_.value = head_start; }

    const cusum_sum& add(double step, double limit, const category_counts& period,
                         std::int64_t next) {
        now_.value = (std::max)(0.0, now_.value + step);
        now_.alarm = now_.value > limit;
        if (now_.value == 0) {
            now_.since = next;
            now_.answers = {};
        } else {
            now_.answers += period;
        }
        return now_;
    }

    const cusum_sum& skip(std::int64_t next) {
        now_.alarm = false;
        if (now_.value == 0) {
            now_.since = next;
        }
        return now_;
    }

private:
    cusum_sum now_ = {};
};

inline void require_cusum_limit(double limit, double head_start, std::string_view function) {
    require(limit > 0 && limit <= 1e6, function, "limit", limit, "must be in (0, 1e6]");
    require(head_start >= 0 && head_start <= limit, function, "head_start", head_start,
            "must be in [0, limit]");
}

} // namespace detail

/// Options of score_cusum and score_cusum_chart. All but the baseline in standard errors of a
/// period.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct score_cusum_options {
    /// Shares in control; they have to be given.
    category_shares baseline{};
    /// The allowance k: half of the shift to be found soonest.
    double reference = 0.5;
    /// The decision interval h: cusum_limit finds the one for a wanted run length.
    double limit = 5;
    /// Where both sums start: limit / 2 finds soon what was there from the start, 0 is none.
    double head_start = 0;
    /// Spread of the periods in units of their sampling error: sigma_z of a control_chart.
    double overdispersion = 1;
};

/// One period of a two-sided CUSUM chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct cusum_point {
    std::int64_t n = 0;
    /// (score - centre) / standard error; 0 where it is missing.
    double z = 0;
    /// The sum that looks for a rise, and the one that looks for a fall.
    cusum_sum rise = {};
    cusum_sum fall = {};
    /// No answers: nothing changed.
    bool missing = false;
    bool alarm = false;
};

/// Two-sided tabular CUSUM of standardised scores, period by period.
///
/// Formula:    z = (s - centre) sqrt(n) / (S c), c the overdispersion;
///             rise = max(0, rise + z - k), fall = max(0, fall - z - k); alarm where one is above h
/// Scale:      standard errors of a period.
/// Assumes:    periods independent, baseline known. A shift of the score is one of more standard
///             errors the more answers a period has: k and h are in standard errors throughout.
/// Degenerate: a baseline of one category has no spread and throws undefined_result. A period
///             without answers changes nothing and gives no alarm.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1) a period, 15 ns.
/// Source:     Page (1954), doi:10.1093/biomet/41.1-2.100; Lucas, Crosier (1982),
///             doi:10.1080/00401706.1982.10487759; Montgomery (2013), section 9.1,
///             ISBN 9781118146811
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
class score_cusum {
public:
    explicit score_cusum(const score_cusum_options& options)
        : options_(options), base_(options.baseline, options.overdispersion, "score_cusum") {
        detail::require(options.reference >= 0 && options.reference <= 1e6, "score_cusum",
                        "reference", options.reference, "must be in [0, 1e6]");
        detail::require_cusum_limit(options.limit, options.head_start, "score_cusum");
        reset();
    }

    cusum_point add(const category_counts& period) {
        detail::require_counts(period, "score_cusum::add");
        const std::int64_t n = period.n();
        ++periods_;
        if (n == 0) {
            return {.rise = rise_.skip(periods_), .fall = fall_.skip(periods_), .missing = true};
        }
        const double z = (detail::category_weights(period).score() - base_.centre) *
                         std::sqrt(static_cast<double>(n)) / base_.sd;
        cusum_point point{.n = n, .z = z};
        point.rise = rise_.add(z - options_.reference, options_.limit, period, periods_);
        point.fall = fall_.add(-z - options_.reference, options_.limit, period, periods_);
        point.alarm = point.rise.alarm || point.fall.alarm;
        return point;
    }

    /// As new, head start included.
    void reset() {
        rise_ = detail::cusum_side(options_.head_start);
        fall_ = detail::cusum_side(options_.head_start);
        periods_ = 0;
    }

private:
    score_cusum_options options_;
    detail::chart_baseline base_;
    detail::cusum_side rise_;
    detail::cusum_side fall_;
    std::int64_t periods_ = 0;
};

/// The CUSUM chart of a series: score_cusum over its periods, without reset.
///
/// Degenerate: an empty series gives no points.
/// Throws:     as score_cusum.
/// Cost:       O(periods).
/// Source:     Page (1954), doi:10.1093/biomet/41.1-2.100
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<cusum_point>
score_cusum_chart(std::span<const category_counts> series, const score_cusum_options& options) {
    score_cusum chart(options);
    std::vector<cusum_point> points;
    points.reserve(series.size());
    for (const category_counts& period : series) {
        points.push_back(chart.add(period));
    }
    return points;
}

/// Options of likelihood_cusum and likelihood_cusum_chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct likelihood_cusum_options {
    /// Shares in control, each above 0; they have to be given.
    category_shares baseline{};
    /// Shares out of control, each above 0: as known, or of shifted_shares. They have to be given.
    category_shares alternative{};
    /// Alarm above it: likelihood_cusum_limit finds the one for a wanted run length. Without head
    /// start and overdispersion the average run length in control is at least exp(limit).
    double limit = 5;
    /// Where the sum starts.
    double head_start = 0;
    /// Spread of the periods in units of their sampling error; the log likelihood is divided by its
    /// square.
    double overdispersion = 1;
};

/// One period of a likelihood-ratio CUSUM.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct likelihood_cusum_point {
    std::int64_t n = 0;
    /// Log likelihood ratio of the answers of this period; above 0 it speaks for the alternative.
    double log_ratio = 0;
    cusum_sum sum = {};
    /// No answers: nothing changed.
    bool missing = false;
    bool alarm = false;
};

namespace detail {

/// log(alternative / baseline) of one answer of each category.
[[nodiscard]] inline category_weights answer_log_ratios(const category_shares& baseline,
                                                        const category_shares& alternative,
                                                        double overdispersion,
                                                        std::string_view function) {
    require_shares(baseline, function);
    require_shares(alternative, function);
    require_overdispersion(overdispersion, function);
    const auto one = [&](double before, double after, std::string_view name) {
        require(before > 0 && after > 0, function, name, (std::min)(before, after),
                "must be above 0 in baseline and alternative");
        return std::log(after / before) / (overdispersion * overdispersion);
    };
    const category_weights ratios{one(baseline.detractors, alternative.detractors, "detractors"),
                                  one(baseline.passives, alternative.passives, "passives"),
                                  one(baseline.promoters, alternative.promoters, "promoters")};
    const double most = (std::max)({ratios.detractors, ratios.passives, ratios.promoters});
    require(most > 0, function, "alternative.promoters", alternative.promoters,
            "must differ from the baseline, or another share must");
    return ratios;
}

} // namespace detail

/// CUSUM of the log likelihood ratio of one alternative to the baseline: of all charts with its run
/// length in control the one that finds this alternative soonest in the worst case. Any number of
/// answers a period; two of them watch two directions.
///
/// Formula:    W = sum over categories of count * log(alternative / baseline) / c^2;
///             sum = max(0, sum + W); alarm where it is above the limit
/// Assumes:    answers independent, baseline known, the alternative named beforehand. It also finds
///             other changes in its direction, less soon.
/// Degenerate: a share of 0 in baseline or alternative is refused, since one answer would decide
///             all: add half an answer to each category. A period without answers changes nothing
///             and gives no alarm.
/// Throws:     invalid_input.
/// Cost:       O(1) a period, 10 ns.
/// Source:     Page (1954), doi:10.1093/biomet/41.1-2.100; Moustakides (1986),
///             doi:10.1214/aos/1176350164 (soonest); Lorden (1971), doi:10.1214/aoms/1177693055
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
class likelihood_cusum {
public:
    explicit likelihood_cusum(const likelihood_cusum_options& options)
        : options_(options),
          ratios_(detail::answer_log_ratios(options.baseline, options.alternative,
                                            options.overdispersion, "likelihood_cusum")) {
        detail::require_cusum_limit(options.limit, options.head_start, "likelihood_cusum");
        reset();
    }

    likelihood_cusum_point add(const category_counts& period) {
        detail::require_counts(period, "likelihood_cusum::add");
        ++periods_;
        if (period.n() == 0) {
            return {.sum = side_.skip(periods_), .missing = true};
        }
        const double ratio = static_cast<double>(period.detractors) * ratios_.detractors +
                             static_cast<double>(period.passives) * ratios_.passives +
                             static_cast<double>(period.promoters) * ratios_.promoters;
        likelihood_cusum_point point{.n = period.n(), .log_ratio = ratio};
        point.sum = side_.add(ratio, options_.limit, period, periods_);
        point.alarm = point.sum.alarm;
        return point;
    }

    /// As new, head start included.
    void reset() {
        side_ = detail::cusum_side(options_.head_start);
        periods_ = 0;
    }

private:
    likelihood_cusum_options options_;
    detail::category_weights ratios_;
    detail::cusum_side side_;
    std::int64_t periods_ = 0;
};

/// The likelihood-ratio CUSUM of a series: likelihood_cusum over its periods, without reset.
///
/// Degenerate: an empty series gives no points.
/// Throws:     as likelihood_cusum.
/// Cost:       O(periods).
/// Source:     Moustakides (1986), doi:10.1214/aos/1176350164
/// Checked:    tests/reference/score_charts.csv (R)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<likelihood_cusum_point>
likelihood_cusum_chart(std::span<const category_counts> series,
                       const likelihood_cusum_options& options) {
    likelihood_cusum chart(options);
    std::vector<likelihood_cusum_point> points;
    points.reserve(series.size());
    for (const category_counts& period : series) {
        points.push_back(chart.add(period));
    }
    return points;
}

} // namespace nps::inline v0
