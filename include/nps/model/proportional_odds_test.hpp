// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whether odds are proportional: has an item the same effect at each cut-point?
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/proportional_odds_wald.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Whether one item has the same effect at each cut-point.
///
/// Checked:    tests/model/proportional_odds_test_test.cpp
/// Example:    examples/drivers.cpp
struct item_odds_test {
    std::string name;
    double statistic = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
    /// The effect at each cut-point, from the lowest to the highest: of the logit of an answer above
    /// it. Under proportional odds they are one.
    std::vector<double> slopes = {};
    std::vector<double> standard_errors = {};
};

/// Whether all items have the same effect at each cut-point.
///
/// Checked:    tests/model/proportional_odds_test_test.cpp
/// Example:    examples/drivers.cpp
struct odds_test_result {
    double statistic = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
    std::vector<item_odds_test> items = {};
    std::vector<excluded_item> excluded = {};
    /// The classes that occur; between neighbours lies a cut-point.
    std::vector<int> classes = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// `separated` where the answers above some cut-point are: then there is no test, statistics are
    /// 0 and p values 1. Join rare classes.
    fit_status status = fit_status::converged;
    /// "brant", or "brant_hc0" or "brant_clustered" by the errors of the options.
    std::string_view method;
};

/// Brant's test of proportional odds: logistic regressions of the answers above each cut-point,
/// and the Wald test that their slopes are equal.
///
/// Formula:    slopes b_1 ... b_{K-1}, joint covariance with blocks
///             (X'W_k X)^-1 X'W_kl X (X'W_l X)^-1, W_kl = pi_l - pi_k pi_l for l above k, pi_k the
///             probability of an answer above cut-point k; with hc0 or clustered errors
///             that of the stacked scores instead. Chi-squared of (K - 2) items degrees of freedom,
///             for one item K - 2
/// Assumes:    answers enough in each class: as for any Wald test, and each cut-point needs both
///             sides. With sampling weights ask for hc0 or clustered errors.
/// Degenerate: two classes, or no items, have nothing to test: undefined_result; so do clusters no
///             more than the degrees of freedom, whose covariance has no inverse. See `status` for
///             separation.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(rows classes^2 items^2).
/// Source:     Brant (1990), doi:10.2307/2532457
/// Checked:    tests/reference/ordinal_models.csv (mpmath), tests/reference/ordinal_models_r.csv
///             (R brant)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] odds_test_result
proportional_odds_test(const Eigen::DenseBase<Items>& items,
                       const Eigen::DenseBase<Categories>& categories,
                       const proportional_odds_options& options = {}) {
    constexpr std::string_view self = "proportional_odds_test";
    const detail::model_rows from = detail::complete_rows(items, categories, options, self);
    detail::require_level(options.level, self);
    detail::require(options.iteration_limit >= 1, self, "iteration_limit", options.iteration_limit,
                    "must be at least 1");
    const std::string_view errors =
        detail::category_errors(options.errors, !options.clusters.empty(), self);
    const detail::category_rows rows = detail::prepare_category_rows(
        from, options.frequency_weights, options.scale, options.threads, self);
    if (rows.class_number() < 3 || rows.items() == 0) {
        detail::throw_undefined(self, rows.items() == 0 ? "no items that vary"
                                                        : "two classes have one cut-point");
    }
    odds_test_result result{.excluded = rows.excluded,
                            .classes = rows.classes,
                            .n = from.n,
                            .dropped = from.dropped,
                            .method = errors == "hc0"         ? "brant_hc0"
                                      : errors == "clustered" ? "brant_clustered"
                                                              : "brant"};
    const detail::binary_fits fits = detail::fit_above_cuts(
        rows, from, options.iteration_limit,
        detail::category_plan(from, options.errors, options.frequency_weights), self);
    result.status = fits.status;
    const Eigen::Index p = rows.items();
    const Eigen::Index cuts = rows.class_number() - 1;
    std::vector<Eigen::Index> all;
    for (Eigen::Index j = 0; j < p; ++j) {
        all.push_back(j);
        item_odds_test one;
        one.name = from.names[static_cast<std::size_t>(rows.kept[static_cast<std::size_t>(j)])];
        one.degrees_of_freedom = static_cast<double>(cuts - 1);
        for (Eigen::Index k = 0; k < cuts; ++k) {
            const Eigen::Index at = k * p + j;
            one.slopes.push_back(fits.slopes[at] / rows.spread[j]);
            one.standard_errors.push_back(std::sqrt(fits.covariance(at, at)) / rows.spread[j]);
        }
        if (result.status == fit_status::converged) {
            one.statistic = detail::equal_slopes(fits, {j}, p, cuts, self);
            one.p_value = chi_squared_upper_tail(one.statistic, one.degrees_of_freedom);
        }
        result.items.push_back(one);
    }
    result.degrees_of_freedom = static_cast<double>((cuts - 1) * p);
    if (result.status == fit_status::converged) {
        result.statistic = detail::equal_slopes(fits, all, p, cuts, self);
        result.p_value = chi_squared_upper_tail(result.statistic, result.degrees_of_freedom);
    }
    return result;
}

} // namespace nps::inline v0
