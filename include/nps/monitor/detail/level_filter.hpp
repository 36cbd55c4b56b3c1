// SPDX-License-Identifier: Apache-2.0
/// @file
/// The Kalman filter of a random walk seen with noise of known variance, from a diffuse start: its
/// likelihood with the derivative, and the fixed-interval smoother.
#pragma once

#include <nps/monitor/detail/augmented_products.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// One period: what was seen, and its sampling variance. No value: a missing period.
struct level_observation {
    std::optional<double> value;
    double variance = 0;
};

/// The variance of a change of the level, and what is added to every sampling variance.
struct level_variances {
    double level = 0;
    double extra = 0;
};

struct level_likelihood {
    double value = 0;
    /// Along the direction asked for.
    double slope = 0;
};

/// Vectors hold the effects' regressors first and the observation last: the filter treats each as a
/// series of its own, as all have one gain.
struct level_step {
    std::span<double> forecast;
    std::span<double> filtered;
    std::span<double> smoothed;
    double forecast_variance = 0;
    double filtered_variance = 0;
    double smoothed_variance = 0;
};

struct level_steps {
    std::vector<double> values; // what the spans of the steps lie in
    std::vector<level_step> steps;
};

class level_filter {
public:
    /// `cycle`: 0, or the length of a cycle whose effects add to the level and sum to zero.
    level_filter(std::vector<level_observation> series, std::size_t cycle)
        : series_(std::move(series)), cycle_(cycle), effects_(cycle > 0 ? cycle - 1 : 0) {
        for (std::size_t t = 0; t < series_.size(); ++t) {
            if (series_[t].value) {
                first_ = observed_ == 0 ? t : first_;
                ++observed_;
            }
        }
    }

    [[nodiscard]] std::size_t size() const { return series_.size(); }
    [[nodiscard]] std::size_t first() const { return first_; }
    [[nodiscard]] std::size_t observed() const { return observed_; }
    [[nodiscard]] std::size_t cycle() const { return cycle_; }
    [[nodiscard]] std::size_t effects() const { return effects_; }
    [[nodiscard]] const level_observation& operator[](std::size_t t) const { return series_[t]; }

    /// The regressors of period t, with room for the observation: 1 at its place of the cycle, all
    /// -1 at the last place.
    void put_regressors(std::size_t t, std::span<double> w) const {
        for (std::size_t k = 0; k < effects_; ++k) {
            const std::size_t place = t % cycle_;
            w[k] = place == k ? 1 : place + 1 == cycle_ ? -1 : 0;
        }
    }

    [[nodiscard]] level_likelihood likelihood(const level_variances& at,
                                              const level_variances& direction) const;
    [[nodiscard]] level_steps steps(const level_variances& at) const;

private:
    std::vector<level_observation> series_;
    std::size_t cycle_;
    std::size_t effects_;
    std::size_t first_ = 0;
    std::size_t observed_ = 0;
};

/// The density of all but what the start and the effects take up: integrated over both with flat
/// priors. Its derivative is carried forward with the filter.
inline level_likelihood level_filter::likelihood(const level_variances& at,
                                                 const level_variances& direction) const {
    std::vector<double> level(effects_ + 1);
    std::vector<double> d_level(effects_ + 1);
    std::vector<double> w(effects_ + 1);
    std::vector<double> d_w(effects_ + 1);
    augmented_products products(effects_);
    augmented_products d_products(effects_);
    double variance = 0;
    double d_variance = 0;
    double logs = 0;
    double d_logs = 0;
    for (std::size_t t = first_; t < series_.size(); ++t) {
        if (t > first_) {
            variance += at.level;
            d_variance += direction.level;
        }
        if (!series_[t].value) {
            continue;
        }
        const double noise = series_[t].variance + at.extra;
        put_regressors(t, w);
        w[effects_] = *series_[t].value;
        if (t == first_) {
            level = w;
            variance = noise;
            d_variance = direction.extra;
            continue;
        }
        const double precision = 1 / (variance + noise);
        const double d_total = d_variance + direction.extra;
        const double gain = variance * precision;
        const double kept = noise * precision; // 1 - gain
        const double d_gain = (d_variance * kept - gain * direction.extra) * precision;
        for (std::size_t k = 0; k <= effects_; ++k) {
            w[k] -= level[k];
            d_w[k] = -d_level[k];
            level[k] += gain * w[k];
            d_level[k] = kept * d_level[k] + d_gain * w[k];
        }
        products.add(w, precision);
        d_products.add_derivative(w, d_w, precision, -d_total * precision * precision);
        logs -= std::log(precision);
        d_logs += d_total * precision;
        variance *= kept;
        d_variance = kept * kept * d_variance + gain * gain * direction.extra;
    }
    const augmented_solution solved(products);
    const double terms = static_cast<double>(observed_) - 1 - static_cast<double>(effects_);
    return {.value = -0.5 * (terms * std::log(2 * std::numbers::pi) + logs +
                             solved.log_determinant() + solved.residual_squares()),
            .slope = -0.5 * (d_logs + solved.trace_with(d_products) +
                             solved.residual_derivative(d_products))};
}

/// Forecasts and filtered levels hold from the first observation on; smoothed ones everywhere.
inline level_steps level_filter::steps(const level_variances& at) const {
    const std::size_t width = effects_ + 1;
    level_steps made{std::vector<double>(3 * width * series_.size()),
                     std::vector<level_step>(series_.size())};
    std::vector<level_step>& steps = made.steps;
    for (std::size_t t = 0; t < series_.size(); ++t) {
        const std::span<double> all(&made.values[3 * width * t], 3 * width);
        steps[t].forecast = all.first(width);
        steps[t].filtered = all.subspan(width, width);
        steps[t].smoothed = all.last(width);
    }
    const auto copy = [](std::span<const double> from, std::span<double> to) {
        std::copy(from.begin(), from.end(), to.begin());
    };
    std::vector<double> w(effects_ + 1);
    for (std::size_t t = first_; t < series_.size(); ++t) {
        level_step& now = steps[t];
        if (t > first_) {
            copy(steps[t - 1].filtered, now.forecast);
            now.forecast_variance = steps[t - 1].filtered_variance + at.level;
        }
        copy(now.forecast, now.filtered);
        now.filtered_variance = now.forecast_variance;
        if (!series_[t].value) {
            continue;
        }
        const double noise = series_[t].variance + at.extra;
        put_regressors(t, w);
        w[effects_] = *series_[t].value;
        if (t == first_) {
            copy(w, now.filtered);
            now.filtered_variance = noise;
            continue;
        }
        const double total = now.forecast_variance + noise;
        for (std::size_t k = 0; k <= effects_; ++k) {
            now.filtered[k] += now.forecast_variance / total * (w[k] - now.forecast[k]);
        }
        now.filtered_variance = now.forecast_variance / total * noise;
    }
    for (std::size_t t = series_.size(); t-- > 0;) {
        level_step& now = steps[t];
        if (t + 1 == series_.size()) {
            copy(now.filtered, now.smoothed);
            now.smoothed_variance = now.filtered_variance;
            continue;
        }
        const level_step& next = steps[t + 1];
        copy(next.smoothed, now.smoothed);
        if (t < first_) {
            now.smoothed_variance = next.smoothed_variance + at.level;
            continue;
        }
        // Written as sums of positive parts: nothing cancels.
        const double back = now.filtered_variance / (now.filtered_variance + at.level);
        for (std::size_t k = 0; k <= effects_; ++k) {
            now.smoothed[k] = now.filtered[k] + back * (next.smoothed[k] - now.filtered[k]);
        }
        now.smoothed_variance = back * at.level + back * back * next.smoothed_variance;
    }
    return made;
}

} // namespace nps::inline v0::detail
