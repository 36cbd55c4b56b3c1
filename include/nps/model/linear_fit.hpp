// SPDX-License-Identifier: Apache-2.0
/// @file
/// A fitted linear model: what least_squares returns.
#pragma once

#include <nps/model/coefficient.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// A linear model fitted by least squares. Items are kept in their order; one that is constant, or a
/// function of the items before it, is in `excluded`, and the others are fitted without it.
///
/// Scale:      of the outcome: a net score coded -1, 0, 1 gives coefficients on [-1, 1].
/// Checked:    tests/reference/least_squares.csv, tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct linear_fit {
    /// The intercept first, then the items that are not excluded, in their order.
    std::vector<coefficient> coefficients = {};
    /// Constant and collinear items.
    std::vector<excluded_item> excluded = {};
    /// Variances and covariances of `coefficients`.
    Eigen::MatrixXd covariance = {};
    /// Coefficients in standard deviations of item and outcome, in the order of `coefficients`; 0
    /// for the intercept, and where the outcome is constant.
    std::vector<double> standardised = {};
    /// Variance inflation: 1 / (1 - R^2 of the item given the other items), in the order of
    /// `coefficients`; 0 for the intercept.
    std::vector<double> variance_inflation = {};
    /// Largest by smallest singular value of the kept items, each centred and scaled to length 1: 1
    /// where they are uncorrelated. Not that of the raw columns with an intercept.
    double condition_number = 1;
    /// The explained part of the outcome's variance; 0 where the outcome is constant.
    double r_squared = 0;
    double adjusted_r_squared = 0;
    /// That all items together explain nothing, by the classical F test whatever the errors. 0 and p
    /// = 1 without items or for a constant outcome; the largest double and p = 0 for a perfect fit.
    double f_statistic = 0;
    double f_p_value = 1;
    /// Weighted sum of squared residuals by n - coefficients, and its root (sigma in R).
    double residual_variance = 0;
    double residual_sd = 0;
    /// Of the t distribution of tests and intervals: n - coefficients, or clusters - 1.
    double degrees_of_freedom = 0;
    /// R's definitions for normal errors; the variance counts as a parameter of aic and bic. None
    /// where every residual is 0. Cross-products do not hold the sum of the logarithms of sampling
    /// weights: then it is left out, which no comparison of models of the same rows notices.
    std::optional<double> log_likelihood = {};
    std::optional<double> aic = {};
    std::optional<double> bic = {};
    /// The 0-based columns of the items that are not excluded.
    std::vector<Eigen::Index> columns = {};
    /// How many items were given.
    Eigen::Index items = 0;
    /// Weighted means of the items that are not excluded, and of the outcome.
    Eigen::VectorXd item_means = {};
    double outcome_mean = 0;
    /// The variance of the fitted value at `item_means`, then its covariances with the coefficients
    /// of the items: predictions from them do not cancel.
    Eigen::VectorXd mean_covariance = {};
    /// Rows, each as often as its frequency weight says.
    std::int64_t n = 0;
    /// Rows left out, because an item or the outcome was missing; each as often as in n.
    std::int64_t dropped = 0;
    /// Clusters with a row; 0 where errors are not clustered.
    std::int64_t clusters = 0;
    /// How the standard errors were made: "classical", "hc0" to "hc4", "clustered".
    std::string_view method = {};
};

} // namespace nps::inline v0
