// SPDX-License-Identifier: Apache-2.0
/// @file
/// Dominance analysis of the drivers of a logistic or proportional-odds model.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/subset_model.hpp>
#include <nps/model/detail/subset_plan.hpp>
#include <nps/model/dominance.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/importance_method.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of logistic_dominance and ordinal_dominance.
///
/// Checked:    tests/model/model_dominance_test.cpp
/// Example:    examples/drivers.cpp
struct model_dominance_options {
    pseudo_r_squared measure = pseudo_r_squared::mcfadden;
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// Not read: the values do not depend on clusters, their uncertainty does.
    std::vector<std::int64_t> clusters = {};
    /// An item that is in no group is a driver of its own.
    std::vector<item_group> groups = {};
    /// Items, by name, that are in every model. Values are what the drivers add to them.
    std::vector<std::string> controls = {};
    /// Increments that differ by no more than this part of the largest |value| count as equal.
    double tie = 1e-10;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// Who dominates whom in a model fitted by likelihood.
///
/// Checked:    tests/model/model_dominance_test.cpp
/// Example:    examples/drivers.cpp
struct model_dominance : dominance {
    /// The values of the outcome, ascending.
    std::vector<double> classes = {};
    /// Models in which items separate the classes, and models that did not converge.
    std::int64_t separated = 0;
    std::int64_t iteration_limit = 0;
};

namespace detail {

[[nodiscard]] inline model_dominance subset_model_dominance(const model_rows& data,
                                                            const model_dominance_options& options,
                                                            std::string_view function) {
    require_tie(options.tie, function);
    importance_drivers drivers = find_drivers(
        data.names, {.groups = options.groups, .controls = options.controls}, function);
    const std::size_t count = drivers.names.size();
    require(count <= 16, function, "drivers", count, "must be at most 16");
    subset_model model(data, std::move(drivers.players), options.measure, function);
    const subset_plan plan = all_subsets(count);
    model.prepare(plan, options.threads);
    const std::vector<double> values = subset_values(plan, options.threads, model);
    model_dominance result{{dominance_of_values(
        std::move(drivers.names), values_by_mask(plan, values), options.tie, options.threads)}};
    result.excluded = model.constant_items(data);
    result.classes = model.rows().classes;
    result.separated = model.count(fit_status::separated);
    result.iteration_limit = model.count(fit_status::iteration_limit);
    result.n = data.n;
    result.dropped = data.dropped;
    result.method = measure_name(options.measure, function);
    return result;
}

} // namespace detail

/// Dominance among the drivers of a logistic model.
///
/// Formula:    as dominance_analysis, with a pseudo R^2 of the logistic regression on each subset.
/// Scale:      that of the measure. tjur can fall when a driver comes in; `negative` says so.
/// Assumes:    the model of logistic_regression.
/// Not for:    causes.
/// Degenerate: as logistic_importance: constant and equal items, separation.
/// Throws:     invalid_input: outcome not 0 or 1, more than 16 drivers, unknown names, sizes, bad
///             options; undefined_result: no complete rows, or all outcomes equal.
/// Cost:       2^p fits, as logistic_importance.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754
/// Checked:    tests/model/model_dominance_test.cpp (R glm, domir)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] model_dominance logistic_dominance(const Eigen::DenseBase<Items>& items,
                                                 const Eigen::DenseBase<Outcome>& outcome,
                                                 const model_dominance_options& options = {}) {
    constexpr std::string_view self = "logistic_dominance";
    return detail::subset_model_dominance(
        detail::subset_model_rows(items, outcome, options, true, self), options, self);
}

/// Dominance among the drivers of a proportional-odds model.
///
/// Formula:    as logistic_dominance, of the model logit P(Y <= j) = cut_j - x beta.
/// Assumes:    the model of proportional_odds.
/// Not for:    causes; classes without order.
/// Degenerate: as logistic_importance.
/// Throws:     invalid_input: outcome not whole numbers, more than 16 drivers, unknown names,
///             sizes, bad options; undefined_result: no complete rows, or all outcomes equal.
/// Cost:       2^p fits, as ordinal_importance.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754
/// Checked:    tests/model/model_dominance_test.cpp (R ordinal, domir)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] model_dominance ordinal_dominance(const Eigen::DenseBase<Items>& items,
                                                const Eigen::DenseBase<Categories>& categories,
                                                const model_dominance_options& options = {}) {
    constexpr std::string_view self = "ordinal_dominance";
    return detail::subset_model_dominance(
        detail::subset_model_rows(items, categories, options, false, self), options, self);
}

} // namespace nps::inline v0
