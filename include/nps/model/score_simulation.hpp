// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the score would be if the ratings of a driver moved.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/detail/simulation_rows.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/model/rating_change.hpp>
#include <nps/model/score_model.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of score_simulation.
///
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
struct score_simulation_options {
    double level = 0.95;
    /// The ratings are a sample as well: their error is added to that of the model.
    bool sampled_ratings = false;
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row: people of one cluster are sampled together. Empty: each by itself.
    std::vector<std::int64_t> clusters = {};
};

/// The score before and after the ratings moved.
///
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
struct simulated_score {
    /// The mean predicted score with the ratings as they are.
    double before = 0;
    /// The mean predicted score with the changed ratings.
    double after = 0;
    /// Of `after`.
    nps::interval interval = {};
    /// after - before
    double change = 0;
    /// Of `change`, before anything is clipped.
    double standard_error = 0;
    /// Of `change`; says its own method.
    nps::interval change_interval = {};
    /// What each change did, in the order given.
    std::vector<changed_rating> ratings = {};
    /// The model predicts a mean score beyond -1 or 1, which was set to it.
    bool clipped = false;
    /// People whose own predicted score after the change is beyond -1 or 1: the model is used where
    /// it does not hold.
    std::int64_t beyond = 0;
    /// People whose ratings were used.
    std::int64_t n = 0;
    /// Rows left out, because a rating was missing.
    std::int64_t dropped = 0;
    /// "fixed_ratings" or "sampled_ratings"
    std::string_view method = {};
};

namespace detail {

/// The mean predictions with their errors.
[[nodiscard]] inline simulated_score simulated_score_of(const score_model& model,
                                                        const simulation_rows& rows,
                                                        const simulated_rows& moved, double level,
                                                        bool sampled, std::string_view function) {
    simulated_score result{.beyond = moved.beyond,
                           .n = rows.n,
                           .dropped = rows.dropped,
                           .method = sampled ? "sampled_ratings" : "fixed_ratings"};
    double variance = quadratic_form(moved.gradient, model.covariance);
    double change_variance = quadratic_form(moved.gradient_change, model.covariance);
    if (sampled) {
        variance += mean_covariance(rows, moved.after, moved.after, function);
        change_variance += mean_covariance(rows, moved.change, moved.change, function);
    }
    if (!std::isfinite(variance) || !std::isfinite(change_variance)) {
        throw_undefined(function, "no double holds the variance of the predicted score");
    }
    result.standard_error = std::sqrt(change_variance);
    result.before = clipped_score(moved.mean_before, result.clipped);
    result.after = clipped_score(moved.mean_after, result.clipped);
    result.change = result.clipped ? result.after - result.before : moved.mean_change;
    const double critical = simulation_critical(model, level);
    const auto around = [&](double value, double error, double lowest, double highest) {
        interval limits{.lower = value - critical * error,
                        .upper = value + critical * error,
                        .level = level,
                        .n = rows.n,
                        .method = "delta"};
        limits.clipped = limits.lower < lowest || limits.upper > highest;
        limits.lower = std::clamp(limits.lower, lowest, highest);
        limits.upper = std::clamp(limits.upper, lowest, highest);
        return limits;
    };
    result.interval = around(moved.mean_after, std::sqrt(variance), -1, 1);
    result.change_interval =
        around(moved.mean_change, result.standard_error, -1 - result.before, 1 - result.before);
    return result;
}

} // namespace detail

/// Predicts the mean net score of these people after the ratings of one or more drivers moved.
///
/// Formula:    after = mean f(g(x_i), theta), before = mean f(x_i, theta), means weighted; variance
///             by the delta method J V J', J the mean gradient by theta (of the change: the
///             difference of the two), V the covariance of theta; with sampled_ratings plus that of
///             a mean of f(g(x_i)) (of f(g(x_i)) - f(x_i)) over people or clusters. A linear model
///             has change = sum of slope times change of the mean rating. Limits by t where the
///             model has degrees of freedom, else normal.
/// Scale:      `before`, `after` and their interval are clipped to [-1, 1], the change to what is
///             then left of it; the results say so.
/// Assumes:    an outcome coded -1, 0, 1; a sample that is large for its coefficients. With
///             sampled_ratings: rows of the sample that the model was fitted to.
/// Not for:    a promise. It says how people who rate the driver higher score today, all other
///             ratings equal; nobody knows that those whose rating is raised will score like them.
/// Degenerate: without changes the change is 0 -/+ 0; no complete row throws undefined_result.
/// Throws:     invalid_input, also for a driver that the model does not have or left out;
///             undefined_result.
/// Cost:       O(n p), two predictions for each row.
/// Source:     Oehlert (1992), doi:10.1080/00031305.1992.10475842
/// Checked:    tests/reference/score_simulation.csv (R lm, predict, survey)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] simulated_score score_simulation(const score_model& model,
                                               const Eigen::DenseBase<Items>& items,
                                               const std::vector<rating_change>& changes,
                                               const score_simulation_options& options = {}) {
    constexpr std::string_view self = "score_simulation";
    detail::require_level(options.level, self);
    const detail::simulation_rows rows = detail::rows_to_simulate(items, model, options, self);
    detail::simulation_plan plan(model, changes, rows, self);
    const detail::simulated_rows moved = detail::simulate_rows(model, rows, plan, self);
    simulated_score result = detail::simulated_score_of(model, rows, moved, options.level,
                                                        options.sampled_ratings, self);
    result.ratings = plan.ratings();
    return result;
}

/// The same of a linear model of the score coded -1, 0, 1. `items` has the columns that the model was
/// fitted to.
///
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(n p).
/// Checked:    tests/reference/score_simulation.csv (R lm, predict, survey)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] simulated_score score_simulation(const linear_fit& fit,
                                               const Eigen::DenseBase<Items>& items,
                                               const std::vector<rating_change>& changes,
                                               const score_simulation_options& options = {}) {
    return score_simulation(linear_score_model(fit), items, changes, options);
}

} // namespace nps::inline v0
