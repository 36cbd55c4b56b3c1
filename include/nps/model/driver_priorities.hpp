// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where to act first: drivers by what a stated improvement would bring, and how sure that order is.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/rank_confidence_set.hpp>
#include <nps/model/detail/simulation_rows.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/model/rating_change.hpp>
#include <nps/model/score_model.hpp>
#include <nps/model/score_simulation.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of driver_priorities.
///
/// Checked:    tests/model/driver_priorities_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_priorities_options {
    /// Of each interval for itself; 1 - level is the error allowed to all ranks together.
    double level = 0.95;
    /// Over the drivers for their gains, over all pairs for the ranks.
    multiplicity adjustment = multiplicity::holm;
    /// The ratings are a sample as well: their error is added to that of the model.
    bool sampled_ratings = false;
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row: people of one cluster are sampled together. Empty: each by itself.
    std::vector<std::int64_t> clusters = {};
};

/// What the improvement of one driver would bring.
///
/// Checked:    tests/model/driver_priorities_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_priority {
    std::string name = {};
    /// The predicted change of the score, not clipped: order, p values and ranks are of it, and
    /// `simulated.standard_error` is its error.
    double gain = 0;
    /// `change` is the gain as far as the scale goes (`clipped` says where it does not reach);
    /// `ratings` says how far the mean rating moved.
    simulated_score simulated = {};
    /// Two-sided, of the hypothesis that nothing is gained.
    double p_value = 1;
    double adjusted_p_value = 1;
    /// Best: 1 + the drivers that surely gain more; worst: their number without those that surely
    /// gain less.
    rank_confidence_set rank = {};
};

/// Drivers, the largest gain first.
///
/// Checked:    tests/model/driver_priorities_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_priorities_result {
    std::vector<driver_priority> drivers = {};
    /// Items that the model has no effect of: constant or collinear ones.
    std::vector<std::string> excluded = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// "fixed_ratings" or "sampled_ratings"
    std::string_view method = {};
    std::string_view adjustment = {};
};

namespace detail {

/// Two-sided; without an error a difference is certain.
[[nodiscard]] inline double priority_p_value(double difference, double variance,
                                             const score_model& model) {
    if (!(variance > 0)) {
        return difference == 0 ? 1 : 0;
    }
    const double size = std::abs(difference) / std::sqrt(variance);
    if (!std::isfinite(size)) {
        return 0;
    }
    return (std::min)(1.0, 2 * (model.degrees_of_freedom
                                    ? student_t_upper_tail(size, *model.degrees_of_freedom)
                                    : normal_upper_tail(size)));
}

/// Ranks that the pairs allow, whose adjusted p values reject at `allowed`.
inline void rank_priorities(std::vector<driver_priority>& drivers,
                            const std::vector<std::vector<double>>& covariance,
                            const score_model& model, multiplicity adjustment, double allowed) {
    std::vector<double> pairs;
    for (std::size_t a = 0; a < drivers.size(); ++a) {
        for (std::size_t b = a + 1; b < drivers.size(); ++b) {
            pairs.push_back(priority_p_value(
                drivers[a].gain - drivers[b].gain,
                covariance[a][a] + covariance[b][b] - 2 * covariance[a][b], model));
        }
    }
    pairs = adjust_p_values(pairs, adjustment);
    std::size_t pair = 0;
    for (driver_priority& driver : drivers) {
        driver.rank.worst = drivers.size();
    }
    for (std::size_t a = 0; a < drivers.size(); ++a) {
        for (std::size_t b = a + 1; b < drivers.size(); ++b) {
            const double ahead = drivers[a].gain - drivers[b].gain;
            rank_confidence_set& higher = drivers[ahead > 0 ? a : b].rank;
            rank_confidence_set& lower = drivers[ahead > 0 ? b : a].rank;
            const bool sure = pairs[pair++] <= allowed;
            lower.estimated += ahead != 0 ? 1 : 0;
            lower.best += sure ? 1 : 0;
            higher.worst -= sure ? 1 : 0;
        }
    }
}

} // namespace detail

/// Orders drivers by what their improvement would bring to the score: effect times room. Each
/// improvement is simulated by itself, all other ratings as they are.
///
/// Formula:    gain_j = change of score_simulation(model, items, {improvement_j}) before it is
///             clipped; covariance of gains D_j V D_k' of the mean gradients' changes D, with sampled_ratings plus that of
///             two means. Ranks: with the adjusted p values of all differences of two gains, best =
///             1 + those surely above, worst = drivers - those surely below.
/// Scale:      gains are changes of the score: 0.05 are 5 points.
/// Assumes:    as score_simulation. Improvements that cost about the same: the gain knows no costs.
/// Not for:    a promise: see score_simulation.
/// Degenerate: where nobody's rating moves the gain is 0 -/+ 0; drivers whose order is not shown
///             share ranks, all of them if need be. Beyond a score of 1 gains are still ordered and
///             tested as predicted; `simulated` is clipped and says so.
/// Throws:     invalid_input; undefined_result for no complete row.
/// Cost:       O(drivers n p + drivers^2 p^2), with sampled_ratings O(drivers^2 n) more.
/// Source:     Mogstad, Romano, Shaikh, Wilhelm (2024), doi:10.1093/restud/rdad006
/// Checked:    tests/reference/driver_priorities.csv (R lm, p.adjust)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] driver_priorities_result
driver_priorities(const score_model& model, const Eigen::DenseBase<Items>& items,
                  const std::vector<rating_change>& improvements,
                  const driver_priorities_options& options = {}) {
    constexpr std::string_view self = "driver_priorities";
    detail::require_level(options.level, self);
    const detail::simulation_rows rows = detail::rows_to_simulate(items, model, options, self);
    driver_priorities_result result{.excluded = model.excluded,
                                    .n = rows.n,
                                    .dropped = rows.dropped,
                                    .method = options.sampled_ratings ? "sampled_ratings"
                                                                      : "fixed_ratings",
                                    .adjustment = detail::method_name(options.adjustment, self)};
    std::vector<detail::simulated_rows> moved;
    for (const rating_change& improvement : improvements) {
        detail::simulation_plan plan(model, {improvement}, rows, self);
        moved.push_back(detail::simulate_rows(model, rows, plan, self));
        driver_priority driver{
            .name = improvement.driver,
            .gain = moved.back().mean_change,
            .simulated = detail::simulated_score_of(model, rows, moved.back(), options.level,
                                                    options.sampled_ratings, self)};
        driver.simulated.ratings = plan.ratings();
        result.drivers.push_back(std::move(driver));
    }
    const std::size_t m = result.drivers.size();
    std::vector<std::vector<double>> covariance(m, std::vector<double>(m));
    std::vector<double> p_values;
    for (std::size_t a = 0; a < m; ++a) {
        for (std::size_t b = a; b < m; ++b) {
            double sum = detail::bilinear_form(moved[a].gradient_change, model.covariance,
                                               moved[b].gradient_change);
            if (options.sampled_ratings) {
                sum += detail::mean_covariance(rows, moved[a].change, moved[b].change, self);
            }
            covariance[a][b] = covariance[b][a] = sum;
        }
        driver_priority& driver = result.drivers[a];
        driver.p_value = detail::priority_p_value(driver.gain, covariance[a][a], model);
        p_values.push_back(driver.p_value);
    }
    p_values = adjust_p_values(p_values, options.adjustment);
    for (std::size_t a = 0; a < m; ++a) {
        result.drivers[a].adjusted_p_value = p_values[a];
    }
    detail::rank_priorities(result.drivers, covariance, model, options.adjustment,
                            1 - options.level);
    std::stable_sort(result.drivers.begin(), result.drivers.end(),
                     [](const auto& a, const auto& b) { return a.gain > b.gain; });
    return result;
}

/// The same improvement of each item that the model has an effect of; its `driver` is left out.
///
/// Throws:     invalid_input, also where the improvement names a driver; undefined_result.
/// Cost:       O(n p^2).
/// Checked:    tests/reference/driver_priorities.csv (R lm, p.adjust)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] driver_priorities_result
driver_priorities(const score_model& model, const Eigen::DenseBase<Items>& items,
                  const rating_change& improvement, const driver_priorities_options& options = {}) {
    detail::require(improvement.driver.empty(), "driver_priorities", "driver", improvement.driver,
                    "must be left out: each is improved in turn");
    std::vector<rating_change> improvements;
    for (const std::string& name : model.names) {
        if (std::find(model.excluded.begin(), model.excluded.end(), name) == model.excluded.end()) {
            improvements.push_back(improvement);
            improvements.back().driver = name;
        }
    }
    return driver_priorities(model, items, improvements, options);
}

/// The same of a linear model of the score coded -1, 0, 1.
///
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(n p^2).
/// Checked:    tests/reference/driver_priorities.csv (R lm, p.adjust)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] driver_priorities_result
driver_priorities(const linear_fit& fit, const Eigen::DenseBase<Items>& items,
                  const rating_change& improvement, const driver_priorities_options& options = {}) {
    return driver_priorities(linear_score_model(fit), items, improvement, options);
}

/// The same of a linear model, an improvement for each driver.
///
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(n p^2).
/// Checked:    tests/reference/driver_priorities.csv (R lm, p.adjust)
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] driver_priorities_result
driver_priorities(const linear_fit& fit, const Eigen::DenseBase<Items>& items,
                  const std::vector<rating_change>& improvements,
                  const driver_priorities_options& options = {}) {
    return driver_priorities(linear_score_model(fit), items, improvements, options);
}

} // namespace nps::inline v0
