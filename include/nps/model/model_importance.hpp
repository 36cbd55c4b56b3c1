// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much of the fit of a logistic or proportional-odds model each driver is worth.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/subset_johnson.hpp>
#include <nps/model/detail/subset_model.hpp>
#include <nps/model/detail/subset_plan.hpp>
#include <nps/model/detail/subset_players.hpp>
#include <nps/model/dominance.hpp>
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

/// Measures of relative importance in a model fitted by likelihood.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/subsets.cpp
enum class model_importance_method : std::uint8_t {
    shapley, ///< mean increase of the pseudo R^2 over all orders of entry: general dominance
    first,   ///< pseudo R^2 of the driver alone (with the controls)
    last,    ///< what the pseudo R^2 loses without the driver
    johnson  ///< relative weights of Tonidandel and LeBreton (2010); logistic alone
};

/// Options of logistic_importance and ordinal_importance.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/subsets.cpp
struct model_importance_options {
    model_importance_method method = model_importance_method::shapley;
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
    /// Items that count as one driver, by name.
    std::vector<std::vector<std::string>> groups = {};
    /// Items that are in every model, by name; values are what the drivers add to them.
    std::vector<std::string> controls = {};
    /// Read by shapley: all subsets up to 12 drivers, sampled orders beyond; by choice up to 16.
    shapley_method subsets = shapley_method::automatic;
    /// Orders of entry, an even number from 4 up, where they are sampled.
    std::int64_t permutations = 1'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// What each driver is worth in a model fitted by likelihood.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/subsets.cpp
struct model_importance {
    std::vector<std::string> names = {};
    /// The part of the pseudo R^2 that belongs to each driver. shapley: they sum to r_squared -
    /// base; johnson: to r_squared; first and last: to nothing in particular.
    std::vector<double> value = {};
    /// Of sampling orders of entry, not of sampling respondents; 0 where all subsets were fitted.
    std::vector<double> standard_error = {};
    /// value divided by the sum of the values; all 0 where that is 0.
    std::vector<double> share = {};
    /// 1 for the driver of the largest value; equal values share the mean of their ranks.
    std::vector<double> rank = {};
    /// Whether a value is below 0: then shares are no parts of a whole.
    bool negative = false;
    /// The measure of the controls alone, and of all items.
    double base = 0;
    double r_squared = 0;
    /// The values of the outcome, ascending.
    std::vector<double> classes = {};
    /// Items that can add nothing, because they do not vary.
    std::vector<excluded_item> excluded = {};
    /// Models that were fitted; in how many of them classes are separated; how many did not
    /// converge.
    std::int64_t subsets = 0;
    std::int64_t separated = 0;
    std::int64_t iteration_limit = 0;
    /// Orders of entry that were drawn; 0 where none were.
    std::int64_t permutations = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// "mcfadden", "nagelkerke", "tjur"; "squared_correlation" for johnson.
    std::string_view measure = {};
    /// "shapley", "shapley_permutations", "first", "last" or "tonidandel_lebreton".
    std::string_view method = {};
};

namespace detail {

/// Only differences beyond this are differences: values are right to some 1e-13.
inline constexpr double subset_model_tie = 1e-11;

inline void subset_first_or_last(subset_model& model, bool first, unsigned threads,
                                 model_importance& result) {
    const std::size_t drivers = model.players().size();
    const std::uint64_t all = (std::uint64_t{1} << drivers) - 1;
    std::vector<std::uint64_t> sets{0, all};
    for (std::size_t i = 0; i < drivers; ++i) {
        const std::uint64_t one = std::uint64_t{1} << i;
        sets.push_back(first ? one : all ^ one);
    }
    const subset_plan plan = some_subsets(std::move(sets), drivers);
    model.prepare(plan, threads);
    const std::vector<double> values = subset_values(plan, threads, model);
    result.base = values.front();
    result.r_squared = values.back();
    for (std::size_t i = 0; i < drivers; ++i) {
        const std::uint64_t one = std::uint64_t{1} << i;
        result.value.push_back(first ? values[plan.place(one)] - result.base
                                     : result.r_squared - values[plan.place(all ^ one)]);
    }
    result.subsets = std::ssize(values);
}

inline void subset_shapley_of_model(subset_model& model, const shapley_options& options,
                                    std::string_view function, model_importance& result) {
    const std::size_t drivers = model.players().size();
    require(options.method != shapley_method::exact || drivers <= 16, function, "drivers", drivers,
            "must be at most 16 for all subsets");
    shapley_result shapley =
        subset_shapley(drivers, options, function, [&](const subset_plan& plan) {
            model.prepare(plan, options.threads);
            return std::ref(model);
        });
    result.value = std::move(shapley.value);
    result.standard_error = std::move(shapley.standard_error);
    result.base = shapley.empty;
    result.r_squared = shapley.full;
    result.subsets = shapley.subsets;
    result.permutations = shapley.permutations;
}

/// The weights of the items, each group the sum of its own.
inline void subset_johnson_of_model(subset_model& model, model_importance& result) {
    const subset_players& players = model.players();
    const subset_plan plan =
        some_subsets({0, (std::uint64_t{1} << players.size()) - 1}, players.size());
    model.prepare(plan, 1);
    static_cast<void>(subset_values(plan, 1, model));
    const std::vector<double> weights =
        tonidandel_lebreton_weights(model.rows(), model.fitted(plan.sets.size() - 1));
    for (const std::vector<std::size_t>& columns : players.columns) {
        double sum = 0;
        for (const std::size_t column : columns) {
            sum += weights[column];
        }
        result.value.push_back(sum);
        result.r_squared += sum;
    }
    result.subsets = std::ssize(plan.sets);
}

[[nodiscard]] inline model_importance
subset_model_importance(const model_rows& data, const model_importance_options& options,
                        std::string_view function) {
    using enum model_importance_method;
    require(options.method == shapley || options.method == first || options.method == last ||
                options.method == johnson,
            function, "method", static_cast<int>(options.method), "must be a named method");
    subset_model model(data,
                       make_subset_players(data.names, options.groups, options.controls, function),
                       options.measure, function);
    const std::size_t drivers = model.players().size();
    require(drivers <= 63, function, "drivers", drivers, "must be at most 63");
    model_importance result{.names = model.players().names,
                            .classes = model.rows().classes,
                            .excluded = model.constant_items(data),
                            .n = data.n,
                            .dropped = data.dropped,
                            .measure = measure_name(options.measure, function)};
    if (options.method == shapley) {
        subset_shapley_of_model(model,
                                {.method = options.subsets,
                                 .permutations = options.permutations,
                                 .seed = options.seed,
                                 .threads = options.threads},
                                function, result);
        result.method = result.permutations > 0 ? "shapley_permutations" : "shapley";
    } else if (options.method == johnson) {
        require(options.controls.empty(), function, "controls.size()", options.controls.size(),
                "must be 0 for johnson");
        subset_johnson_of_model(model, result);
        result.measure = "squared_correlation";
        result.method = "tonidandel_lebreton";
    } else {
        subset_first_or_last(model, options.method == first, options.threads, result);
        result.method = options.method == first ? "first" : "last";
    }
    result.standard_error.resize(drivers, 0.0);
    result.separated = model.count(subset_status::separated);
    result.iteration_limit = model.count(subset_status::iteration_limit);
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
///             n = 1,000, p = 12 (4,096 fits): 0.5 s. (8 + 8 p) bytes a fit.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754; Tonidandel, LeBreton (2010),
///             doi:10.1177/1094428109341993; Tjur (2009), doi:10.1198/tast.2009.08210; Nagelkerke
///             (1991), doi:10.1093/biomet/78.3.691
/// Checked:    tests/model/model_importance_test.cpp (R glm, domir)
/// Example:    examples/subsets.cpp
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
/// Cost:       as logistic_importance, twice the time; n = 1,000, p = 12, 11 classes: 1 s.
/// Source:     Azen, Traxel (2009), doi:10.3102/1076998609332754; McCullagh (1980),
///             doi:10.1111/j.2517-6161.1980.tb01109.x
/// Checked:    tests/model/model_importance_test.cpp (R ordinal, domir)
/// Example:    examples/subsets.cpp
template <class Items, class Categories>
[[nodiscard]] model_importance ordinal_importance(const Eigen::DenseBase<Items>& items,
                                                  const Eigen::DenseBase<Categories>& categories,
                                                  const model_importance_options& options = {}) {
    constexpr std::string_view self = "ordinal_importance";
    detail::require(options.method != model_importance_method::johnson, self, "method", "johnson",
                    "must be shapley, first or last");
    return detail::subset_model_importance(
        detail::subset_model_rows(items, categories, options, false, self), options, self);
}

} // namespace nps::inline v0
