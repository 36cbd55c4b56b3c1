// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a linear model says of given ratings, with intervals for the mean and for one new answer.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of predict from a linear model.
///
/// Checked:    tests/model/linear_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct linear_prediction_options {
    double level = 0.95;
};

/// The mean outcome of people with given ratings.
///
/// Scale:      of the outcome; not held inside its range, as the model is not.
/// Checked:    tests/model/linear_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct linear_prediction {
    double mean = 0;
    /// Of the mean.
    double standard_error = 0;
    /// For the mean.
    nps::interval interval = {};
    /// For the answer of one more person, of sampling weight 1.
    nps::interval new_answer = {};
};

namespace detail {

[[nodiscard]] inline linear_prediction predict_linear(const linear_fit& fit,
                                                      std::span<const double> values,
                                                      const linear_prediction_options& options) {
    constexpr std::string_view self = "predict";
    require_level(options.level, self);
    require(std::cmp_equal(values.size(), fit.items), self, "item_values.size()", values.size(),
            "must be the number of items of the fit, " + to_text(fit.items));
    if (fit.coefficients.empty()) {
        throw_undefined(self, "the fit is empty");
    }
    const auto k = std::ssize(fit.columns);
    Eigen::VectorXd distance(k);
    for (Eigen::Index j = 0; j < k; ++j) {
        const auto column = static_cast<std::size_t>(fit.columns[static_cast<std::size_t>(j)]);
        require(std::isfinite(values[column]), self, "item_values[" + to_text(column) + "]",
                values[column], "must be finite");
        distance[j] = values[column] - fit.item_means[j];
    }
    linear_prediction result{.mean = fit.outcome_mean};
    double variance = fit.mean_covariance[0];
    for (Eigen::Index j = 0; j < k; ++j) {
        result.mean += fit.coefficients[static_cast<std::size_t>(j + 1)].estimate * distance[j];
        variance += 2 * fit.mean_covariance[j + 1] * distance[j];
        for (Eigen::Index i = 0; i < k; ++i) {
            variance += fit.covariance(i + 1, j + 1) * distance[i] * distance[j];
        }
    }
    variance = (std::max)(0.0, finite_or_throw(variance, self));
    result.standard_error = std::sqrt(variance);
    const double t = student_t_upper_quantile((1 - options.level) / 2, fit.degrees_of_freedom);
    const auto around = [&](double sd) {
        return nps::interval{.lower = finite_or_throw(result.mean - t * sd, self),
                             .upper = finite_or_throw(result.mean + t * sd, self),
                             .level = options.level,
                             .n = fit.n,
                             .method = fit.method};
    };
    result.interval = around(result.standard_error);
    result.new_answer = around(std::sqrt(variance + fit.residual_variance));
    return result;
}

} // namespace detail

/// The mean outcome of people who gave these ratings: one for each item of the fit, in the order of
/// its columns, also of those that were excluded (they are not looked at).
///
/// Formula:    the errors of the fit carried to the prediction; a new answer adds the residual
///             variance. t with the degrees of freedom of the fit.
/// Assumes:    new_answer: normal residuals of one variance, whatever the errors of the fit: of
///             answers -1, 0, 1 it is a rough guide only.
/// Not for:    ratings far from those that were fitted.
/// Throws:     invalid_input; undefined_result for an empty fit.
/// Cost:       O(items^2).
/// Source:     Seber, Lee (2003), Linear Regression Analysis, ISBN 978-0-471-41540-4, chapter 5
/// Checked:    tests/reference/linear_prediction.csv (R predict)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline linear_prediction predict(const linear_fit& fit,
                                               const std::vector<double>& item_values,
                                               const linear_prediction_options& options = {}) {
    return detail::predict_linear(fit, item_values, options);
}

/// The same for a row or a column of an Eigen matrix.
///
/// Throws:     invalid_input; undefined_result for an empty fit.
/// Checked:    tests/model/linear_prediction_test.cpp
/// Example:    examples/drivers.cpp
template <class Values>
[[nodiscard]] linear_prediction predict(const linear_fit& fit,
                                        const Eigen::DenseBase<Values>& item_values,
                                        const linear_prediction_options& options = {}) {
    std::vector<double> values(static_cast<std::size_t>(item_values.size()));
    for (Eigen::Index j = 0; j < item_values.size(); ++j) {
        values[static_cast<std::size_t>(j)] = static_cast<double>(item_values.derived().coeff(j));
    }
    return detail::predict_linear(fit, values, options);
}

} // namespace nps::inline v0
