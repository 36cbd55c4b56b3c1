// SPDX-License-Identifier: Apache-2.0
/// @file
/// A fitted logistic regression.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/fit_status.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What is added to the log-likelihood of a logistic regression.
enum class logistic_penalty : std::uint8_t {
    none, ///< maximum likelihood
    firth ///< half the logarithm of the determinant of the information: finite under separation
};

/// A fitted logistic regression.
///
/// Checked:    tests/model/logistic_regression_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_fit {
    /// The intercept first, then the items that are not excluded, in their order, on the scale of
    /// the logit. exp of an estimate is an odds ratio; see odds_ratio.
    std::vector<coefficient> coefficients = {};
    /// Constant and collinear items.
    std::vector<excluded_item> excluded = {};
    /// Variances and covariances of `coefficients`.
    Eigen::MatrixXd covariance = {};
    fit_status status = fit_status::iteration_limit;
    /// Newton steps over all rows.
    int iterations = 0;
    /// Without the penalty. With sampling weights: of weights scaled to sum to n.
    double log_likelihood = 0;
    /// Of the intercept alone.
    double null_log_likelihood = 0;
    /// With the penalty; the same as log_likelihood where there is none.
    double penalised_log_likelihood = 0;
    double aic = 0;
    double bic = 0;
    /// 1 - log_likelihood / null_log_likelihood
    double mcfadden_r_squared = 0;
    /// Cox and Snell's R^2 divided by the largest it can be.
    double nagelkerke_r_squared = 0;
    /// Mean fitted probability of the ones less that of the zeros.
    double tjur_r_squared = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// How the standard errors were made.
    std::string_view method = {};
    /// How many items were given, the excluded ones among them.
    std::size_t items = 0;
    /// The 0-based column of each coefficient but the intercept.
    std::vector<std::size_t> columns = {};
    /// A value of each of these columns in the middle of the data; the logit there, and the
    /// covariance with that logit in place of the intercept: predictions lose no digits.
    std::vector<double> centre = {};
    double logit_at_centre = 0;
    Eigen::MatrixXd covariance_at_centre = {};
};

/// An odds ratio with its interval.
///
/// Checked:    tests/model/logistic_regression_test.cpp
/// Example:    examples/drivers.cpp
struct odds_ratio_estimate {
    double value = 1;
    nps::interval interval = {};
};

/// By how much one more point of an item multiplies the odds: exp of its coefficient and of the
/// limits of the coefficient's interval.
///
/// Scale:      [0, infinity)
/// Throws:     undefined_result where a limit is beyond what a double holds: a separated fit.
/// Checked:    tests/model/logistic_regression_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline odds_ratio_estimate odds_ratio(const coefficient& c) {
    odds_ratio_estimate result{.value = std::exp(c.estimate), .interval = c.interval};
    result.interval.lower = std::exp(c.interval.lower);
    result.interval.upper = std::exp(c.interval.upper);
    if (!(result.interval.upper <= (std::numeric_limits<double>::max)() &&
          result.value <= (std::numeric_limits<double>::max)())) {
        detail::throw_undefined("odds_ratio", "no double holds the odds ratio of " + c.name);
    }
    return result;
}

} // namespace nps::inline v0
