// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logistic regression: which items make a promoter (or a detractor, or any yes or no).
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/logistic_rows.hpp>
#include <nps/model/detail/logistic_solve.hpp>
#include <nps/model/logistic_fit.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of logistic_regression.
///
/// Checked:    tests/model/logistic_regression_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_regression_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen: the same as repeating it. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike. Ask for robust
    /// errors with them: the classical ones take them for information.
    std::vector<double> sampling_weights = {};
    /// A label for each row; needed by, and used for, clustered errors.
    std::vector<std::int64_t> clusters = {};
    standard_errors errors = standard_errors::classical;
    logistic_penalty penalty = logistic_penalty::none;
    /// Of the intervals of the coefficients.
    double level = 0.95;
    int iteration_limit = 200;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// Logistic regression of an outcome of zeros and ones (or truth values) on items.
///
/// Items are columns, without an intercept; rows with a missing value (NaN) are left out and counted.
///
/// Formula:    the maximum over b of  sum w [y eta - log(1 + e^eta)], eta = (1, x) b, by Newton
///             steps that are halved where they lower it, until the squared decrement g' I^-1 g is
///             within 1e-26 n; firth: plus log |I| / 2, by its modified score;
///             covariance: I^-1; hc0 to hc4: I^-1 (sum u^2 (1 - h)^-m x x') I^-1, u = w (y - p);
///             clustered: sums of u x by cluster, times G / (G - 1)
/// Scale:      logits; see odds_ratio, and average_marginal_effects for shares.
/// Assumes:    independent rows; clustered: independent clusters.
/// Not for:    three categories at once: the effect on the net score needs a model of all three.
/// Degenerate: constant and collinear items are named in `excluded`. Items that tell the outcome (some
///             of them, or all outcomes equal) have no finite optimum: status separated, decided by
///             a Newton step that still moves a row by 1/4 logit or more when the likelihood gains
///             no more than 5e-11 a row, and moves none towards the other outcome (1e-6 of the
///             largest move); coefficients are then of the last step, finite, large and without
///             meaning, the likelihood its limit to some 1e-10 a row. Firth's are finite.
///             Weight 0 leaves a row out. No rows: undefined_result.
/// Throws:     invalid_input for an outcome other than 0 and 1, infinite items, wrong sizes, weights
///             below 0, and robust errors with the penalty; undefined_result.
/// Cost:       O(rows k^2) a step, four to eight steps; ratings are held in a byte each.
/// Source:     McCullagh, Nelder (1989), ISBN 978-0412317606; Albert, Anderson (1984),
///             doi:10.1093/biomet/71.1.1; Firth (1993), doi:10.1093/biomet/80.1.27; Heinze, Schemper
///             (2002), doi:10.1002/sim.1047; Zeileis, Koll, Graham (2020), doi:10.18637/jss.v095.i01
/// Checked:    tests/reference/logistic.csv (R, 30 digits by mpmath), logistic_firth.csv
///             (tests/model/logistic_regression_test.cpp)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] logistic_fit logistic_regression(const Eigen::DenseBase<Items>& items,
                                               const Eigen::DenseBase<Outcome>& outcome,
                                               const logistic_regression_options& options = {}) {
    constexpr std::string_view self = "logistic_regression";
    detail::require_level(options.level, self);
    detail::require(options.iteration_limit >= 1, self, "iteration_limit", options.iteration_limit,
                    "must be 1 or more");
    const bool firth = options.penalty == logistic_penalty::firth;
    detail::require(firth || options.penalty == logistic_penalty::none, self, "penalty",
                    static_cast<int>(options.penalty), "must be none or firth");
    const std::string_view errors = detail::logistic_error_name(options.errors, self);
    detail::require(!firth || options.errors == standard_errors::classical, self, "errors", errors,
                    "must be classical with the penalty");
    detail::require(options.errors != standard_errors::clustered || !options.clusters.empty(), self,
                    "clusters.size()", options.clusters.size(),
                    "must be the number of rows for clustered errors");
    return detail::logistic_solve(detail::logistic_take(items, outcome, options, self),
                                  {.errors = options.errors,
                                   .penalty = options.penalty,
                                   .iteration_limit = options.iteration_limit,
                                   .level = options.level,
                                   .pass = {.threads = options.threads}},
                                  self);
}

} // namespace nps::inline v0
