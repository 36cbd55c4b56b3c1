// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much of the fit of a logistic or proportional-odds model each driver is worth.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/subset_increments.hpp>
#include <nps/model/detail/subset_johnson.hpp>
#include <nps/model/detail/subset_model.hpp>
#include <nps/model/detail/subset_plan.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/shapley_values.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of logistic_importance and ordinal_importance.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/drivers.cpp
struct model_importance_options {
    /// shapley, first or last; for logistic models johnson, by Tonidandel and LeBreton's form.
    importance_method method = importance_method::shapley;
    /// Not read by johnson, which has its own.
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
    /// For shapley: how many orders of entry to draw, each second one being the reverse of the one
    /// before. 0: all subsets for up to 12 drivers, and 1,000 drawn orders beyond.
    std::int64_t permutations = 0;
    /// Of the drawn orders.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The values do not depend on it.
    unsigned threads = 1;
};

/// What each driver is worth in a model fitted by likelihood: an importance, r_squared being the
/// pseudo R^2.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/drivers.cpp
struct model_importance : importance {
    /// "mcfadden", "nagelkerke", "tjur"; "squared_correlation" for johnson.
    std::string_view measure = {};
    /// The values of the outcome, ascending.
    std::vector<double> classes = {};
    /// Models fitted; in how many of them items separate the classes; how many did not converge.
    std::int64_t subsets = 0;
    std::int64_t separated = 0;
    std::int64_t iteration_limit = 0;
};

namespace detail {

/// Only differences beyond this are differences: values are right to some 1e-13.
inline constexpr double subset_model_tie = 1e-11;

inline void subset_first_or_last(subset_model& model, bool first, unsigned threads,
                                 model_importance& result) {
    const std::size_t drivers = model.players().items.size();
    const std::uint64_t all = (std::uint64_t{1} << drivers) - 1;
    std::vector<std::uint64_t> sets{0, all};
    for (std::size_t i = 0; i < drivers; ++i) {
        const std::uint64_t one = std::uint64_t{1} << i;
        sets.push_back(first ? one : all ^ one);
    }
    const subset_plan plan = some_subsets(std::move(sets), drivers);
    model.prepare(plan, threads);
    const std::vector<double> values = subset_values(plan, threads, model);
    result.controls_r_squared = values.front();
    result.r_squared = values.back();
    for (std::size_t i = 0; i < drivers; ++i) {
        const std::uint64_t one = std::uint64_t{1} << i;
        result.value.push_back(first ? values[plan.place(one)] - result.controls_r_squared
                                     : result.r_squared - values[plan.place(all ^ one)]);
    }
    result.subsets = std::ssize(values);
    result.method = first ? "first" : "last";
}

inline void subset_shapley_of_model(subset_model& model, const model_importance_options& options,
                                    std::string_view function, model_importance& result) {
    const std::size_t drivers = model.players().items.size();
    const std::size_t pairs = subset_pairs(drivers, options.permutations, 12, 1'000, function);
    shapley_result shapley =
        subset_shapley(drivers, pairs, {.seed = options.seed, .threads = options.threads},
                       [&](const subset_plan& plan) {
                           model.prepare(plan, options.threads);
                           return std::ref(model);
                       });
    result.value = std::move(shapley.value);
    result.standard_error = std::move(shapley.standard_error);
    result.controls_r_squared = shapley.empty;
    result.r_squared = shapley.full;
    result.subsets = shapley.subsets;
    result.permutations = shapley.permutations;
    result.method = "shapley";
}

/// The weights of the items, each group the sum of its own.
inline void subset_johnson_of_model(subset_model& model, model_importance& result) {
    const std::size_t drivers = model.players().items.size();
    const subset_plan plan = some_subsets({0, (std::uint64_t{1} << drivers) - 1}, drivers);
    model.prepare(plan, 1);
    static_cast<void>(subset_values(plan, 1, model));
    const std::vector<double> weights =
        tonidandel_lebreton_weights(model.rows(), model.fitted(plan.sets.size() - 1));
    for (const std::vector<std::size_t>& items : model.players().items) {
        double sum = 0;
        for (const std::size_t item : items) {
            sum += weights[item];
        }
        result.value.push_back(sum);
        result.r_squared += sum;
    }
    result.subsets = std::ssize(plan.sets);
    result.measure = "squared_correlation";
    result.method = "tonidandel_lebreton";
}

inline void require_ordinal_method(importance_method method, std::string_view function) {
    require(method != importance_method::johnson, function, "method", "johnson",
            "must be shapley, first or last");
}

[[nodiscard]] inline model_importance
subset_model_importance(const model_rows& data, const model_importance_options& options,
                        std::string_view function) {
    using enum importance_method;
    importance_drivers drivers = find_drivers(data.names,
                                              {.method = options.method,
                                               .groups = options.groups,
                                               .controls = options.controls,
                                               .permutations = options.permutations},
                                              function);
    subset_model model(data, std::move(drivers.players), options.measure, function);
    require(drivers.names.size() <= most_drivers, function, "drivers", drivers.names.size(),
            "must be at most 63");
    model_importance result;
    result.names = std::move(drivers.names);
    result.measure = measure_name(options.measure, function);
    result.classes = model.rows().classes;
    switch (options.method) {
    case shapley:
        subset_shapley_of_model(model, options, function, result);
        break;
    case first:
    case last:
        subset_first_or_last(model, options.method == first, options.threads, result);
        result.decomposition = false;
        break;
    case johnson:
        require(options.controls.empty(), function, "controls.size()", options.controls.size(),
                "must be 0 for johnson");
        subset_johnson_of_model(model, result);
        break;
    case pratt:
    case standardized_coefficient:
    case car:
        throw_invalid(function, "method", method_name(options.method),
                      "must be shapley, johnson, first or last: it is of linear models alone");
    }
    result.excluded = model.constant_items(data);
    result.separated = model.count(fit_status::separated);
    result.iteration_limit = model.count(fit_status::iteration_limit);
    result.n = data.n;
    result.dropped = data.dropped;
    subset_share_and_rank(result.value, subset_model_tie, result.share, result.rank);
    result.negative =
        std::ranges::any_of(result.value, [](double v) { return v < -subset_model_tie; });
    return result;
}

} // namespace detail

/// Importance of the drivers of a logistic model: of being a promoter or not, a detractor or not.
///
/// Formula:    of m(S), the pseudo R^2 of the logistic regression on the controls and S. shapley:
///             the mean over orders of entry of m(S + i) - m(S), S being those before i. first:
///             m(i) - m(none); last: m(all) - m(all but i). johnson: with R the correlations of the
///             items, B = R^(1/2) (symmetric), beta the logistic coefficients of the standardised
///             items, b = B beta: sum over j of B_ij^2 b_j^2 r^2 / (b'b), r being the correlation
///             of fitted probability and outcome.
/// Scale:      mcfadden, nagelkerke: in [0, 1], and shapley values are not negative. tjur: can
///             fall when a driver comes in, so that a value MAY BE NEGATIVE; `negative` says so.
/// Assumes:    the model of logistic_regression; sampling weights make the likelihood a weighted
///             one. The Shapley value over groups is meant, not Owen's.
/// Not for:    causes. Values of different measures, or of models of different outcomes, against
///             each other.
/// Degenerate: a constant item has value 0 and is named in `excluded`; equal items share equally. A
///             subset that separates the classes has the limit of its likelihood: its mcfadden is
///             1 where the separation is complete, below 1 where it is not; `separated` counts
///             such subsets. No items: no values.
/// Throws:     invalid_input: outcome not 0 or 1, unknown names, sizes, bad options;
///             undefined_result: no complete rows, or all outcomes equal.
/// Cost:       2^p fits, or up to permutations (p - 1), each some 4 passes over the distinct rows;
///             n = 1,000, p = 12 (4,096 fits): 0.3 s. (8 + 8 p) bytes a fit.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754; Tonidandel, LeBreton (2010),
///             doi:10.1177/1094428109341993; Tjur (2009), doi:10.1198/tast.2009.08210; Nagelkerke
///             (1991), doi:10.1093/biomet/78.3.691
/// Checked:    tests/model/model_importance_test.cpp (R glm, domir)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] model_importance logistic_importance(const Eigen::DenseBase<Items>& items,
                                                   const Eigen::DenseBase<Outcome>& outcome,
                                                   const model_importance_options& options = {}) {
    constexpr std::string_view self = "logistic_importance";
    return detail::subset_model_importance(
        detail::subset_model_rows(items, outcome, options, true, self), options, self);
}

/// Importance of the drivers of a proportional-odds model: of detractor, passive, promoter, or of
/// the answers 0 to 10. The classes are the values that occur.
///
/// Formula:    as logistic_importance, of the model logit P(Y <= j) = cut_j - x beta; no johnson.
/// Scale:      [0, 1]; shapley values of mcfadden and nagelkerke are not negative. tjur wants two
///             classes.
/// Assumes:    the model of proportional_odds.
/// Not for:    causes; classes without order.
/// Degenerate: as logistic_importance.
/// Throws:     invalid_input: outcome not whole numbers, johnson, unknown names, sizes, bad
///             options; undefined_result: no complete rows, or all outcomes equal.
/// Cost:       as logistic_importance, more for more classes; n = 1,000, p = 12, 10 classes: 0.5 s.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754; McCullagh (1980),
///             doi:10.1111/j.2517-6161.1980.tb01109.x
/// Checked:    tests/model/model_importance_test.cpp (R ordinal, domir)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] model_importance ordinal_importance(const Eigen::DenseBase<Items>& items,
                                                  const Eigen::DenseBase<Categories>& categories,
                                                  const model_importance_options& options = {}) {
    constexpr std::string_view self = "ordinal_importance";
    detail::require_ordinal_method(options.method, self);
    return detail::subset_model_importance(
        detail::subset_model_rows(items, categories, options, false, self), options, self);
}

} // namespace nps::inline v0
