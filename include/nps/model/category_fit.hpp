// SPDX-License-Identifier: Apache-2.0
/// @file
/// What models of an answer in classes report: proportional odds, multinomial regression.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/fit_status.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The coding of the three categories as a scale: detractor -1, passive 0, promoter 1.
///
/// Checked:    tests/model/proportional_odds_test.cpp
/// Example:    examples/drivers.cpp
inline constexpr scale three_categories{
    .lowest = -1, .highest = 1, .last_detractor = -1, .first_promoter = 1};

/// The part that ordinal_fit and multinomial_fit have in common.
///
/// Formula:    McFadden 1 - l / l0; Nagelkerke (1 - e^{2 (l0 - l) / n}) / (1 - e^{2 l0 / n}), with
///             l the log-likelihood and l0 that of the model without items;
///             AIC -2 l + 2 k; BIC -2 l + k log n, k parameters
/// Source:     McFadden (1974), Conditional logit analysis, in Frontiers in econometrics,
///             ISBN 978-0127761503; Nagelkerke (1991), doi:10.1093/biomet/78.3.691
/// Checked:    tests/reference/ordinal_models.csv (mpmath)
/// Example:    examples/drivers.cpp
struct category_fit {
    /// The classes that occur, ascending.
    std::vector<int> classes = {};
    /// How many answers each class has.
    std::vector<std::int64_t> class_counts = {};
    /// Classes of the scale that the options gave in which nobody answered. The model is one of the
    /// classes that occur.
    std::vector<int> empty_classes = {};
    /// By which an answer is of a promoter, a passive, a detractor: as given, or three_categories
    /// where all answers are -1, 0 or 1, or zero_to_ten where all are 0 to 10 and not of one
    /// category. Without it there is no net score to predict.
    std::optional<nps::scale> scale = {};
    /// Constant and collinear items.
    std::vector<excluded_item> excluded = {};
    /// The names of all items that were given.
    std::vector<std::string> names = {};
    /// The 0-based positions among `names` of the items that have coefficients.
    std::vector<Eigen::Index> columns = {};
    /// Variances and covariances of the parameters, in the order that the fit says.
    Eigen::MatrixXd covariance = {};
    /// Means of the items that have coefficients, each row counted once.
    Eigen::VectorXd item_means = {};
    /// The parameters of the same model of items less their means, and their covariance: predictions
    /// from them do not cancel.
    Eigen::VectorXd centred_parameters = {};
    Eigen::MatrixXd centred_covariance = {};
    double log_likelihood = 0;
    double null_log_likelihood = 0;
    /// -2 log_likelihood.
    double deviance = 0;
    double aic = 0;
    double bic = 0;
    double mcfadden_r_squared = 0;
    double nagelkerke_r_squared = 0;
    /// That no item matters: twice the rise of the log-likelihood, chi-squared.
    double likelihood_ratio = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    int iterations = 0;
    fit_status status = fit_status::converged;
    /// How the standard errors were made.
    std::string_view method;
};

/// A fitted proportional-odds model: logit P(answer <= class) = cut-point - sum of coefficients
/// times items. A positive coefficient moves answers up. `covariance` has the cut-points first, then
/// the coefficients.
///
/// Checked:    tests/model/proportional_odds_test.cpp
/// Example:    examples/drivers.cpp
struct ordinal_fit : category_fit {
    /// The items that are not excluded, in their order.
    std::vector<coefficient> coefficients = {};
    /// One between each two neighbours among `classes`, named "6|7", ascending.
    std::vector<coefficient> cut_points = {};
};

/// A fitted multinomial model: log P(answer = class) / P(answer = lowest class) = intercept + sum of
/// coefficients times items. `covariance` has the classes one after the other, each with its
/// intercept first.
///
/// Checked:    tests/model/multinomial_regression_test.cpp
/// Example:    examples/drivers.cpp
struct multinomial_fit : category_fit {
    /// For each class but the lowest, the intercept first, then the items that are not excluded.
    std::vector<std::vector<coefficient>> coefficients = {};
};

} // namespace nps::inline v0
