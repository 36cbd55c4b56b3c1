// SPDX-License-Identifier: Apache-2.0
/// @file
/// A score that moves, seen period by period through sampling noise of known size: the local level
/// model, its filter, smoother and forecast.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/known_estimate.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/monitor/detail/level_filter.hpp>
#include <nps/monitor/detail/level_fit.hpp>
#include <nps/monitor/detail/level_prediction.hpp>
#include <nps/monitor/local_level_result.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// The variance S^2 / n of a period's score. Never the plug-in alone: that of an all-promoter day is
/// 0 and would give the day infinite weight.
enum class series_variance : std::uint8_t {
    pooled,  ///< S^2 of the answers of all periods together, with 3/4, 1 1/2, 3/4 answers added
    adjusted ///< S^2 of the period's own answers, with as many added
};

/// Options of local_level.
///
/// Checked:    tests/monitor/local_level_test.cpp
/// Example:    examples/monitor_series.cpp
struct local_level_options {
    /// Read with counts. The default is chosen by coverage: docs/series.md.
    series_variance variance = series_variance::pooled;
    /// Confidence of every interval.
    double level = 0.95;
    /// The level's change from period to period where it is known, as from a longer series.
    std::optional<double> level_sd = {};
    /// Whether the estimated level_sd is taken as if it were known: faster, and intervals are too
    /// short where the series does not tell it well.
    bool level_sd_as_known = false;
    /// Whether noise beyond sampling is estimated: what comes and goes within one period.
    bool overdispersion = false;
    /// Length of a cycle, 7 for the day of the week where periods are days; 0: none, 366 at most.
    std::int64_t cycle = 0;
    /// Answers of the period after the last, for observed_forecast; 0: not asked. Read with counts.
    std::int64_t next_n = 0;
    /// Sampling variance of the period after the last. Read with estimates.
    std::optional<double> next_variance = {};
    /// Range of the values. Read with estimates: 0 and 1 for a share.
    double lowest = -1;
    double highest = 1;
};

namespace detail {

[[nodiscard]] inline level_estimate level_estimate_of(const level_gaussian& g, double z,
                                                      const local_level_options& options,
                                                      double lowest, double highest,
                                                      std::int64_t n) {
    const double error = finite_or_throw(std::sqrt(g.variance), "local_level");
    const double lower = g.mean - z * error;
    const double upper = g.mean + z * error;
    return {.value = std::clamp(g.mean, lowest, highest),
            .standard_error = error,
            .interval = {.lower = std::clamp(lower, lowest, highest),
                         .upper = std::clamp(upper, lowest, highest),
                         .level = options.level,
                         .n = n,
                         .clipped = lower < lowest || upper > highest,
                         .method = "local_level"}};
}

inline void put_prediction(local_level_result& result, const level_prediction& prediction, double z,
                           const local_level_options& options) {
    const auto made = [&](const level_gaussian& g) {
        return level_estimate_of(g, z, options, options.lowest, options.highest, result.n);
    };
    const auto made_if = [&](const std::optional<level_gaussian>& g) {
        return g ? std::optional(made(*g)) : std::nullopt;
    };
    for (std::size_t t = 0; t < result.periods.size(); ++t) {
        const level_period_prediction& from = prediction.periods[t];
        local_level_period& to = result.periods[t];
        to.smoothed = made(from.smoothed);
        to.filtered = made_if(from.filtered);
        to.forecast = made_if(from.forecast);
        to.observed_forecast = made_if(from.observed_forecast);
        to.innovation = from.innovation;
    }
    result.forecast = made(prediction.forecast);
    result.observed_forecast = made_if(prediction.observed_forecast);
    const double range = options.highest - options.lowest;
    for (const level_gaussian& effect : prediction.effects) {
        result.cycle_effects.push_back(
            level_estimate_of(effect, z, options, -range, range, result.n));
    }
    if (!prediction.effects.empty()) {
        const double freedom = static_cast<double>(prediction.effects.size() - 1);
        result.cycle_test = {.statistic = prediction.effects_statistic,
                             .degrees_of_freedom = freedom,
                             .p_value =
                                 chi_squared_upper_tail(prediction.effects_statistic, freedom)};
    }
}

/// Squares of values over variances, and of these, have to be doubles: values up to this, and
/// variances from its inverse squared to its square.
inline constexpr double largest_level_value = 1e30;

inline void require_level_variance(double variance, std::string_view function,
                                   std::string_view argument) {
    require(variance >= 1e-60 && variance <= 1e60, function, argument, variance,
            "must be in [1e-60, 1e60]");
}

inline void require_level_options(const local_level_options& options, std::size_t periods,
                                  std::string_view function) {
    require_level(options.level, function);
    if (options.level_sd) {
        require(*options.level_sd >= 0 && *options.level_sd <= largest_level_value, function,
                "level_sd", *options.level_sd, "must be in [0, 1e30]");
    }
    require(options.cycle == 0 || (options.cycle >= 2 && options.cycle <= 366 &&
                                   options.cycle <= static_cast<std::int64_t>(periods)),
            function, "cycle", options.cycle,
            "must be 0, or from 2 to the number of periods and to 366");
    require(std::abs(options.lowest) <= largest_level_value, function, "lowest", options.lowest,
            "must be in [-1e30, 1e30]");
    require(options.highest <= largest_level_value && options.highest > options.lowest, function,
            "highest", options.highest, "must be above lowest, at most 1e30");
}

/// Places of the cycle without a period that has answers have no effect to estimate.
inline void require_periods(const level_filter& filter, const local_level_options& options,
                            std::string_view function) {
    if (filter.observed() == 0) {
        throw_undefined(function, "no period has answers");
    }
    std::vector<bool> met(static_cast<std::size_t>(options.cycle));
    for (std::size_t t = 0; t < filter.size() && !met.empty(); ++t) {
        if (filter[t].value) {
            met[t % met.size()] = true;
        }
    }
    const auto gap = std::find(met.begin(), met.end(), false);
    if (gap != met.end()) {
        throw_undefined(function, "no period has answers at place " +
                                      to_text(static_cast<std::int64_t>(gap - met.begin())) +
                                      " of the cycle");
    }
    const bool estimates = !options.level_sd || options.overdispersion;
    if (estimates && filter.observed() < filter.effects() + 2) {
        throw_undefined(function, "too few periods with answers to estimate a variance: give "
                                  "level_sd, without overdispersion");
    }
}

[[nodiscard]] inline local_level_result local_level_of(std::vector<level_observation> series,
                                                       const local_level_options& options,
                                                       std::optional<double> next_variance,
                                                       std::int64_t n, std::string_view method) {
    constexpr std::string_view self = "local_level";
    const level_filter filter(std::move(series), static_cast<std::size_t>(options.cycle));
    require_periods(filter, options, self);
    const level_fit fit(filter, options.overdispersion);

    local_level_result result;
    result.n = n;
    result.observed_periods = static_cast<std::int64_t>(filter.observed());
    result.method = method;
    const double z = normal_critical_value(options.level);
    level_maximum best;
    if (options.level_sd) {
        best.at = *options.level_sd * *options.level_sd;
        result.level_sd = *options.level_sd;
    } else {
        best = fit.best_level();
        result.level_sd = std::sqrt(best.at);
        const level_fit::limits limits = fit.level_limits(best, z * z / 2);
        result.level_sd_interval = {.lower = std::sqrt(limits.lower),
                                    .upper = std::sqrt(limits.upper),
                                    .level = options.level,
                                    .n = n,
                                    .method = "profile_likelihood"};
    }
    const level_maximum extra = fit.extra_at(best.at);
    result.overdispersion_sd = std::sqrt(extra.at);
    result.log_likelihood = finite_or_throw(extra.value, self);
    result.periods.resize(filter.size());
    for (std::size_t t = 0; t < filter.size(); ++t) {
        result.periods[t].observed = filter[t].value;
        result.periods[t].sampling_variance = filter[t].variance;
    }
    level_prediction prediction =
        level_predictor(filter, {.level = best.at, .extra = extra.at}).predict(next_variance);
    if (!options.level_sd && !options.level_sd_as_known) {
        put_average(prediction, filter, fit.likely_levels(best), next_variance);
    }
    put_prediction(result, prediction, z, options);
    return result;
}

} // namespace detail

/// The score of each period of a moving series, drawn from all periods together: the fewer answers
/// a period has and the less the score moves, the more it leans on its neighbours.
///
/// Formula:    y_t = m_t + c_t + e_t, e_t ~ N(0, h_t + o); m_{t+1} = m_t + u_t, u_t ~ N(0, q): y_t
///             the observed score of period t, m_t its true one, h_t = S^2 / n_t its sampling
///             variance taken as known, o overdispersion (0 unless asked for), c_t the effect of the
///             place in the cycle (none unless asked for; they sum to zero). Kalman filter and
///             fixed-interval smoother from an exact diffuse start; q and o where the diffuse
///             likelihood is largest, 0 included, and the interval of sqrt(q) by profile likelihood.
///             Estimates are then averaged over sqrt(q) with the likelihood as weight (a flat
///             prior; o at its best for each q), 16 nodes of Gauss-Legendre: mean and standard
///             deviation of the mixture; interval: mean -/+ z of these
/// Scale:      [-1, 1]; `clipped` says whether a limit was cut. Values are kept inside as well.
/// Assumes:    answers of different periods are independent (other people, or few the same), changes
///             of the score are normal and alike; a cycle starts with the first period, and its
///             effects stay. How often intervals hold the truth: docs/series.md.
/// Not for:    a jump, which the smoother spreads over its neighbours; a moving average, whose
///             periods share answers.
/// Degenerate: a period of no answers is missing: its level is inferred from the others. Missing
///             periods at the end are forecasts. A unanimous period has the variance of the method,
///             never 0; in a series of one score throughout q is 0. With level_sd given one period
///             is enough.
/// Throws:     invalid_input, whose text names a period by its 0-based position; undefined_result
///             where no period has answers, where a place of the cycle has none, and where there are
///             fewer than 2 periods (or effects + 2) to estimate from.
/// Cost:       O(periods) times some 100 passes: 365 periods 3 ms, with level_sd_as_known 0.6 ms, with
///             level_sd given 0.1 ms; docs/series.md has the other cases. With a cycle the time grows with
///             the third power of its length.
/// Source:     Durbin, Koopman (2012), ISBN 9780199641178, chapters 2, 5 and 7;
///             de Jong (1991), doi:10.1214/aos/1176348139 (effects by an augmented filter)
/// Checked:    tests/reference/local_level.csv (mpmath: dense covariance matrices),
///             local_level_average.csv (SciPy: adaptive quadrature), local_level_r.csv (R arima,
///             StructTS, KalmanSmooth)
/// Example:    examples/monitor_series.cpp
[[nodiscard]] inline local_level_result local_level(std::span<const category_counts> series,
                                                    const local_level_options& options = {}) {
    constexpr std::string_view self = "local_level";
    detail::require_level_options(options, series.size(), self);
    detail::require(options.variance == series_variance::pooled ||
                        options.variance == series_variance::adjusted,
                    self, "variance", static_cast<int>(options.variance),
                    "must be pooled or adjusted");
    detail::require(options.lowest == -1, self, "lowest", options.lowest, "must be -1 with counts");
    detail::require(options.highest == 1, self, "highest", options.highest,
                    "must be 1 with counts");
    detail::require(!options.next_variance, self, "next_variance",
                    options.next_variance.value_or(0), "is for estimates: give next_n");
    detail::require_count(options.next_n, self, "next_n");
    category_counts all;
    for (std::size_t t = 0; t < series.size(); ++t) {
        const std::string place = std::string(self) + ": period " + detail::to_text(t);
        detail::require_counts(series[t], place);
        all.detractors += series[t].detractors;
        all.passives += series[t].passives;
        all.promoters += series[t].promoters;
        detail::require_counts(all, place + " and those before");
    }
    const auto spread = [](const category_counts& counts) {
        return detail::category_weights(counts).plus(0.75, 1.5, 0.75).variance();
    };
    const bool pooled = options.variance == series_variance::pooled;
    const double of_all = spread(all);
    std::vector<detail::level_observation> observations;
    for (const category_counts& counts : series) {
        const double n = static_cast<double>(counts.n());
        if (counts.n() == 0) {
            observations.push_back({});
        } else {
            observations.push_back({.value = detail::category_weights(counts).score(),
                                    .variance = (pooled ? of_all : spread(counts)) / n});
        }
    }
    std::optional<double> next_variance;
    if (options.next_n > 0) {
        next_variance = of_all / static_cast<double>(options.next_n);
    }
    local_level_result result = detail::local_level_of(
        std::move(observations), options, next_variance, all.n(), pooled ? "pooled" : "adjusted");
    for (std::size_t t = 0; t < series.size(); ++t) {
        result.periods[t].n = series[t].n();
    }
    return result;
}

/// The same of estimates with known sampling variances, on any finite range: of weighted or
/// clustered surveys, of shares or means. An empty optional is a missing period.
///
/// Throws:     as above; invalid_input for a value outside [lowest, highest] and for a variance
///             outside [1e-60, 1e60].
/// Checked:    tests/reference/local_level.csv, local_level_r.csv
/// Example:    examples/monitor_series.cpp
[[nodiscard]] inline local_level_result
local_level(std::span<const std::optional<known_estimate>> series,
            const local_level_options& options = {}) {
    constexpr std::string_view self = "local_level";
    detail::require_level_options(options, series.size(), self);
    detail::require(options.next_n == 0, self, "next_n", options.next_n,
                    "is for counts: give next_variance");
    if (options.next_variance) {
        detail::require_level_variance(*options.next_variance, self, "next_variance");
    }
    std::vector<detail::level_observation> observations;
    for (std::size_t t = 0; t < series.size(); ++t) {
        if (!series[t]) {
            observations.push_back({});
            continue;
        }
        const std::string place = "series[" + detail::to_text(t) + "]";
        const auto [value, variance] = *series[t];
        detail::require(value >= options.lowest && value <= options.highest, self, place + ".value",
                        value, "must be in [lowest, highest]");
        detail::require_level_variance(variance, self, place + ".variance");
        observations.push_back({.value = value, .variance = variance});
    }
    return detail::local_level_of(std::move(observations), options, options.next_variance, 0,
                                  "given");
}

} // namespace nps::inline v0
