// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a local level model with given variances says of every period, and the average of several
/// such models.
#pragma once

#include <nps/monitor/detail/augmented_products.hpp>
#include <nps/monitor/detail/level_filter.hpp>

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

struct level_gaussian {
    double mean = 0;
    double variance = 0;
};

struct level_period_prediction {
    level_gaussian smoothed;
    std::optional<level_gaussian> filtered;
    std::optional<level_gaussian> forecast;
    std::optional<level_gaussian> observed_forecast;
    std::optional<double> innovation;
};

struct level_prediction {
    std::vector<level_period_prediction> periods;
    level_gaussian forecast;
    std::optional<level_gaussian> observed_forecast;
    std::vector<level_gaussian> effects;
    double effects_statistic = 0;

    /// Calls f(one of this, the same of other) for each Gaussian; both have the same.
    template <class F>
    void with_each(const level_prediction& other, F f) {
        const auto if_there = [&](std::optional<level_gaussian>& mine,
                                  const std::optional<level_gaussian>& others) {
            if (mine) {
                f(*mine, *others);
            }
        };
        for (std::size_t t = 0; t < periods.size(); ++t) {
            f(periods[t].smoothed, other.periods[t].smoothed);
            if_there(periods[t].filtered, other.periods[t].filtered);
            if_there(periods[t].forecast, other.periods[t].forecast);
            if_there(periods[t].observed_forecast, other.periods[t].observed_forecast);
        }
        f(forecast, other.forecast);
        if_there(observed_forecast, other.observed_forecast);
        for (std::size_t place = 0; place < effects.size(); ++place) {
            f(effects[place], other.effects[place]);
        }
    }
};

class level_predictor {
public:
    level_predictor(const level_filter& filter, const level_variances& variances)
        : filter_(filter), variances_(variances), made_(filter.steps(variances)) {}

    [[nodiscard]] level_prediction predict(std::optional<double> next_variance) const {
        const std::size_t effects = filter_.effects();
        const std::size_t cycle = filter_.cycle();
        level_prediction result;
        result.periods.resize(filter_.size());
        augmented_products products(effects);
        std::vector<double> w(effects + 1);
        std::size_t places = 0;
        std::vector<bool> met(cycle);
        std::optional<augmented_solution> known; // from the periods so far
        for (std::size_t t = filter_.first(); t < filter_.size(); ++t) {
            level_period_prediction& period = result.periods[t];
            const level_step& step = made_.steps[t];
            const bool seen = filter_[t].value.has_value();
            if (t > filter_.first() && known) {
                period.forecast = level_of(*known, step.forecast, step.forecast_variance);
            }
            if (t > filter_.first() && seen) {
                const double total =
                    step.forecast_variance + filter_[t].variance + variances_.extra;
                if (known) {
                    const level_gaussian expected = observed_ahead(*known, t, step.forecast, total);
                    period.observed_forecast = expected;
                    period.innovation =
                        (*filter_[t].value - expected.mean) / std::sqrt(expected.variance);
                }
                filter_.put_regressors(t, w);
                w[effects] = *filter_[t].value;
                for (std::size_t k = 0; k <= effects; ++k) {
                    w[k] -= step.forecast[k];
                }
                products.add(w, 1 / total);
            }
            if (seen && effects > 0 && !met[t % cycle]) {
                met[t % cycle] = true;
                ++places;
            }
            if (seen && places == cycle && (!known || effects > 0)) {
                known.emplace(products);
            }
            if (known) {
                period.filtered = level_of(*known, step.filtered, step.filtered_variance);
            }
        }
        for (std::size_t t = 0; t < filter_.size(); ++t) {
            const level_step& step = made_.steps[t];
            result.periods[t].smoothed = level_of(*known, step.smoothed, step.smoothed_variance);
        }
        const level_step& last = made_.steps.back();
        const double variance = last.filtered_variance + variances_.level;
        result.forecast = level_of(*known, last.filtered, variance);
        if (next_variance) {
            result.observed_forecast = observed_ahead(*known, filter_.size(), last.filtered,
                                                      variance + *next_variance + variances_.extra);
        }
        for (std::size_t place = 0; place < cycle; ++place) {
            filter_.put_regressors(place, w);
            w[effects] = 0;
            result.effects.push_back({0.0 - known->residual(w), known->quadratic(w)});
        }
        result.effects_statistic = known->explained_squares();
        return result;
    }

private:
    [[nodiscard]] static level_gaussian level_of(const augmented_solution& known,
                                                 std::span<const double> level, double variance) {
        return {known.residual(level), variance + known.quadratic(level)};
    }

    /// The observed value of period t from the level's forecast: with its effect, whose error goes
    /// with that of the level.
    [[nodiscard]] level_gaussian observed_ahead(const augmented_solution& known, std::size_t t,
                                                std::span<const double> forecast,
                                                double variance) const {
        std::vector<double> w(filter_.effects() + 1);
        filter_.put_regressors(t, w);
        for (std::size_t k = 0; k <= filter_.effects(); ++k) {
            w[k] -= forecast[k];
        }
        return {0.0 - known.residual(w), variance + known.quadratic(w)};
    }

    const level_filter& filter_;
    level_variances variances_;
    level_steps made_;
};

/// Variances and how likely they are beside the others.
struct weighted_variances {
    level_variances variances;
    double weight = 0;
};

/// Mean and variance of the mixture of all, for each Gaussian; weights sum to 1. What is no
/// Gaussian is left as in `result`.
inline void put_average(level_prediction& result, const level_filter& filter,
                        const std::vector<weighted_variances>& nodes,
                        std::optional<double> next_variance) {
    result.with_each(result, [](level_gaussian& mean, const level_gaussian&) { mean = {}; });
    double weights = 0;
    for (const weighted_variances& node : nodes) {
        if (!(node.weight > 0)) {
            continue;
        }
        // One at a time, each taken into the mean of those before, so that no more are held.
        weights += node.weight;
        const double part = node.weight / weights;
        const level_prediction made =
            level_predictor(filter, node.variances).predict(next_variance);
        result.with_each(made, [&](level_gaussian& mean, const level_gaussian& one) {
            const double apart = one.mean - mean.mean;
            mean.variance = (1 - part) * mean.variance + part * one.variance +
                            part * (1 - part) * apart * apart;
            mean.mean += part * apart;
        });
    }
}

} // namespace nps::inline v0::detail
