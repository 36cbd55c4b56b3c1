// SPDX-License-Identifier: Apache-2.0
/// @file
/// Predictions from a model of classes: what people with given ratings will answer.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_state.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of predict from an ordinal_fit or a multinomial_fit.
///
/// Checked:    tests/model/category_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct category_prediction_options {
    double level = 0.95;
};

/// The probability of one class of answers.
///
/// Checked:    tests/model/category_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct category_probability {
    int category = 0;
    double value = 0;
    double standard_error = 0;
    nps::interval interval = {};
};

/// A predicted mean.
///
/// Checked:    tests/model/category_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct predicted_mean {
    double value = 0;
    double standard_error = 0;
    nps::interval interval = {};
};

/// What people with given ratings will answer.
///
/// Checked:    tests/model/category_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct category_prediction {
    /// One for each class of the fit; they sum to 1.
    std::vector<category_probability> categories = {};
    /// The mean answer.
    predicted_mean mean = {};
    /// The net score, on [-1, 1]; none where the fit has no scale.
    std::optional<predicted_mean> score = {};
};

namespace detail {

/// value +- z error, held in [lowest, highest].
[[nodiscard]] inline predicted_mean category_mean(const category_fit& fit, double value,
                                                  double error, double lowest, double highest,
                                                  double level) {
    const double z = normal_critical_value(level);
    const double lower = value - z * error;
    const double upper = value + z * error;
    return {.value = value,
            .standard_error = error,
            .interval = {.lower = (std::max)(lowest, lower),
                         .upper = (std::min)(highest, upper),
                         .level = level,
                         .n = fit.n,
                         .clipped = lower < lowest || upper > highest,
                         .method = fit.method}};
}

template <class Fit, class Values>
[[nodiscard]] category_prediction predict_category(const Fit& fit,
                                                   const Eigen::DenseBase<Values>& item_values,
                                                   const category_prediction_options& options) {
    constexpr std::string_view self = "predict";
    require_level(options.level, self);
    require(std::cmp_equal(item_values.size(), fit.names.size()), self, "item_values.size()",
            item_values.size(),
            "must be the number of items of the fit, " + to_text(fit.names.size()));
    if (fit.classes.empty()) {
        throw_undefined(self, "the fit is empty");
    }
    Eigen::VectorXd x(std::ssize(fit.columns));
    for (Eigen::Index j = 0; j < x.size(); ++j) {
        const Eigen::Index column = fit.columns[static_cast<std::size_t>(j)];
        const auto value = static_cast<double>(item_values.derived().coeff(column));
        require(std::isfinite(value), self, "item_values[" + to_text(column) + "]", value,
                "must be finite");
        x[j] = value - fit.item_means[j];
    }
    const category_state state = category_state_of(fit, x);
    category_prediction result;
    Eigen::VectorXd answers(state.probabilities.size());
    for (Eigen::Index k = 0; k < answers.size(); ++k) {
        const int category = fit.classes[static_cast<std::size_t>(k)];
        answers[k] = category;
        const double value = state.probabilities[k];
        Eigen::VectorXd gradient(state.derivatives.cols());
        for (Eigen::Index i = 0; i < gradient.size(); ++i) {
            gradient[i] = state.derivatives(k, i);
        }
        const double error = category_delta(fit, gradient);
        // On the logit, where the limits stay inside.
        const double odds = value / (1 - value);
        const double margin = normal_critical_value(options.level) * error / (value * (1 - value));
        const bool inner = value > 0 && value < 1 && std::isfinite(margin);
        result.categories.push_back(
            {.category = category,
             .value = value,
             .standard_error = error,
             .interval = {.lower = inner       ? 1 / (1 + std::exp(margin) / odds)
                                   : error > 0 ? 0
                                               : value,
                          .upper = inner       ? 1 / (1 + std::exp(-margin) / odds)
                                   : error > 0 ? 1
                                               : value,
                          .level = options.level,
                          .n = fit.n,
                          .method = fit.method}});
    }
    const auto mean_of_codes = [&](const Eigen::VectorXd& codes, double lowest, double highest) {
        const double value = category_mean_code(state.probabilities, codes);
        const double error = category_delta(fit, category_gradient(state, codes));
        return category_mean(fit, (std::min)((std::max)(value, lowest), highest), error, lowest,
                             highest, options.level);
    };
    result.mean = mean_of_codes(answers, fit.classes.front(), fit.classes.back());
    if (fit.scale) {
        result.score = mean_of_codes(category_codes(fit, self), -1, 1);
    }
    return result;
}

} // namespace detail

/// What people who gave these ratings will answer: one rating for each item of the fit, in the order
/// of its columns, also of those that were excluded (they are not looked at).
///
/// Formula:    probabilities of the model; errors by the delta method from the covariance of the
///             fit; limits of a probability on its logit, those of the means symmetric. The net
///             score is P(promoter) - P(detractor) by the scale of the fit
/// Scale:      probabilities in [0, 1]; the mean between the lowest and the highest class; the score
///             on [-1, 1]. Limits beyond are set to the end, and the interval says so.
/// Not for:    ratings far from those that were fitted.
/// Throws:     invalid_input; undefined_result for an empty fit.
/// Cost:       O(classes parameters^2).
/// Source:     Agresti (2013), Categorical data analysis, sections 8.2 and 16.1, ISBN 978-0470463635
/// Checked:    tests/reference/ordinal_models.csv (mpmath)
/// Example:    examples/drivers.cpp
template <class Values>
[[nodiscard]] category_prediction predict(const ordinal_fit& fit,
                                          const Eigen::DenseBase<Values>& item_values,
                                          const category_prediction_options& options = {}) {
    return detail::predict_category(fit, item_values, options);
}

/// The same from a multinomial model.
///
/// Throws:     invalid_input; undefined_result for an empty fit.
/// Checked:    tests/model/category_prediction_test.cpp
/// Example:    examples/drivers.cpp
template <class Values>
[[nodiscard]] category_prediction predict(const multinomial_fit& fit,
                                          const Eigen::DenseBase<Values>& item_values,
                                          const category_prediction_options& options = {}) {
    return detail::predict_category(fit, item_values, options);
}

} // namespace nps::inline v0
