// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much of R^2 each driver of a linear model is worth.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/linear_importance.hpp>
#include <nps/model/importance_method.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// What each driver is worth.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct importance {
    /// Items, or groups at the place of their first item; without the controls.
    std::vector<std::string> names = {};
    /// The part of R^2 that belongs to each driver.
    std::vector<double> value = {};
    /// The same divided by their sum: sums to 1; all 0 where the values sum to 0.
    std::vector<double> share = {};
    /// 1 for the driver of the largest value; values that differ by less than 1e-12 share the mean
    /// of their ranks.
    std::vector<double> rank = {};
    /// Of each value, where orders of entry were drawn; else empty.
    std::vector<double> standard_error = {};
    /// Of all items together, and of the controls alone.
    double r_squared = 0;
    double controls_r_squared = 0;
    /// Whether the values sum to r_squared - controls_r_squared by their definition.
    bool decomposition = true;
    /// Whether a value is below 0 by more than rounding: a suppressor, in Pratt's measure.
    bool negative = false;
    /// Orders of entry drawn; 0 where the values are exact.
    std::int64_t permutations = 0;
    /// Items that are worth nothing: constant ones, and those in the span of the controls.
    std::vector<excluded_item> excluded = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    std::string_view method;
};

/// Correlations as they stand in a published table: items first, the outcome last.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct correlation_matrix {
    Eigen::MatrixXd values = {};
    /// Of the items; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How many rows it is of, where that is known; only passed on to the result.
    std::int64_t n = 0;
};

namespace detail {

[[nodiscard]] inline importance importance_of(const Eigen::MatrixXd& correlations,
                                              const std::vector<std::string>& names,
                                              const importance_options& options,
                                              std::string_view self) {
    importance_drivers drivers = find_drivers(names, options, self);
    importance result{.names = std::move(drivers.names), .method = method_name(options.method)};
    const std::size_t count = result.names.size();
    result.excluded = worthless_items(correlations, drivers.players, names);
    result.value.resize(count);
    linear_importance measure(options.method, std::move(drivers.players), options.permutations,
                              options.seed, options.threads);
    const shapley_totals totals = measure.evaluate(
        {correlations.data(), static_cast<std::size_t>(correlations.size())}, result.value);
    result.standard_error = measure.standard_errors();
    result.permutations = measure.permutations();
    result.r_squared = std::clamp(totals.all, 0.0, 1.0);
    result.controls_r_squared = std::clamp(totals.controls, 0.0, 1.0);
    result.decomposition = options.method == importance_method::shapley ||
                           options.method == importance_method::johnson ||
                           options.method == importance_method::pratt ||
                           options.method == importance_method::car;
    double sum = 0;
    for (double& value : result.value) {
        // What is worth nothing comes out at rounding error, of either sign.
        const double rounding = options.method == importance_method::pratt ? 1e-15 : 1e-12;
        if (value < 1e-15 && value > -rounding) {
            value = 0;
        }
        result.negative = result.negative || value < -1e-12;
        sum += value;
    }
    for (const double value : result.value) {
        result.share.push_back(std::abs(sum) > 1e-14 ? value / sum : 0);
        double rank = 0.5;
        for (const double other : result.value) {
            const double ahead = other - value;
            rank += ahead >= 1e-12 ? 1 : ahead > -1e-12 ? 0.5 : 0;
        }
        result.rank.push_back(rank);
    }
    return result;
}

} // namespace detail

/// What each driver of a linear model is worth, as a part of R^2, by the measure of the options.
///
/// Formula:    shapley: the mean, over all orders in which the drivers may enter the model, of how
///             much each raises R^2. johnson, pratt, car and the others: see importance_method.
///             With controls, the increase of R^2 beyond them is split; items and outcome are
///             freed of the controls first, and the units stay those of R^2.
/// Scale:      parts of R^2, in [0, 1]; those of pratt may be negative, and the result says so.
/// Assumes:    a linear model. Groups: shapley lets them enter as wholes (the Shapley value of the
///             game between groups), first and last take them as wholes; johnson, pratt and car add
///             up the values of their items.
/// Not for:    causes: a driver may be worth much because it goes with what is left out. Nor for
///             p values; see least_squares.
/// Degenerate: a constant item is worth 0 and is named in `excluded`. An item of which 1e-10 or
///             less of its variance is not explained by those that are in adds nothing, so equal
///             items share equally (pratt, standardized_coefficient, johnson and car by the inverse
///             of Moore and Penrose). R^2 = 0 gives values and shares of 0. A constant outcome and
///             fewer than two rows throw undefined_result. No items: empty vectors.
/// Throws:     invalid_input (a name that is not there or there twice, an item in two places,
///             standardized_coefficient of a group), undefined_result.
/// Cost:       shapley O(2^drivers), 0.03 ms for 14, 1.5 ms for 20, 1.8 s for 30 (groups of several
///             items cost more); drawn orders O(items^3) each, 10,000 of 40 items 40 ms; last
///             O(items^4), the others O(items^3).
/// Source:     Groemping (2006), doi:10.18637/jss.v017.i01, and those of importance_method
/// Checked:    tests/reference/importance.csv, importance_subsets.csv
/// Example:    examples/drivers.cpp
[[nodiscard]] inline importance relative_importance(const cross_products& xy,
                                                    const importance_options& options = {}) {
    constexpr std::string_view self = "relative_importance";
    if (xy.n() < 2) {
        detail::throw_undefined(self, "fewer than two rows");
    }
    const Eigen::MatrixXd correlations =
        detail::correlations_of(xy.centred(), xy.means(), xy.weight());
    if (!(correlations(xy.items(), xy.items()) > 0)) {
        detail::throw_undefined(self, "the outcome does not vary");
    }
    importance result = detail::importance_of(correlations, xy.names(), options, self);
    result.n = xy.n();
    result.dropped = xy.dropped();
    return result;
}

/// The same from a table of correlations.
///
/// Assumes:    what relative_importance(const cross_products&) does.
/// Throws:     invalid_input for a matrix that is not one of correlations: not square, not
///             symmetric, a diagonal that is not 1, or an eigenvalue below -1e-10 (a table rounded
///             too much, or correlations of different rows).
/// Cost:       as from cross-products.
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline importance relative_importance(const correlation_matrix& correlations,
                                                    const importance_options& options = {}) {
    constexpr std::string_view self = "relative_importance";
    detail::require_correlations(correlations.values, self);
    detail::require_count(correlations.n, self, "n");
    const std::vector<std::string> names =
        detail::item_names(correlations.names, correlations.values.rows() - 1, self);
    importance result = detail::importance_of(correlations.values, names, options, self);
    result.n = correlations.n;
    return result;
}

/// The part of R^2 that each driver adds, averaged over all orders of entry (Shapley, LMG).
///
/// Throws:     invalid_input where the options name another measure; else as relative_importance.
/// Cost:       as relative_importance.
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline importance shapley_importance(const cross_products& xy,
                                                   const importance_options& options = {}) {
    detail::require(options.method == importance_method::shapley, "shapley_importance", "method",
                    detail::method_name(options.method),
                    "must be shapley; for others see relative_importance");
    return relative_importance(xy, options);
}

} // namespace nps::inline v0
