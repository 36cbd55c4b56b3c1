// SPDX-License-Identifier: Apache-2.0
/// @file
/// Models of an answer in classes as predictors of the net score, for simulation and priorities.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_state.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/score_model.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <string_view>

namespace nps::inline v0 {

namespace detail {

template <class Fit>
[[nodiscard]] score_model score_model_of_categories(const Fit& fit) {
    constexpr std::string_view self = "category_score_model";
    if (fit.classes.empty()) {
        throw_undefined(self, "the fit is empty");
    }
    if (fit.status != fit_status::converged) {
        throw_undefined(self, "the fit has not converged: its errors mean nothing");
    }
    score_model model{.names = fit.names, .covariance = fit.centred_covariance};
    for (const excluded_item& item : fit.excluded) {
        model.excluded.push_back(item.name);
    }
    model.predict = [fit, codes = category_codes(fit, self)](const Eigen::VectorXd& ratings,
                                                             Eigen::VectorXd& gradient) {
        Eigen::VectorXd x(std::ssize(fit.columns));
        for (Eigen::Index j = 0; j < x.size(); ++j) {
            x[j] = ratings[fit.columns[static_cast<std::size_t>(j)]] - fit.item_means[j];
        }
        const category_state state = category_state_of(fit, x);
        gradient = category_gradient(state, codes);
        return category_mean_code(state.probabilities, codes);
    };
    return model;
}

} // namespace detail

/// A proportional-odds model as a score_model: the score of a person is P(promoter) - P(detractor).
/// Unlike a linear model it never predicts beyond -1 and 1.
///
/// Degenerate: a fit without a scale, or one that has not converged, throws undefined_result.
/// Throws:     undefined_result.
/// Cost:       O(parameters^2); each prediction O(classes parameters).
/// Checked:    tests/model/category_score_model_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline score_model category_score_model(const ordinal_fit& fit) {
    return detail::score_model_of_categories(fit);
}

/// The same of a multinomial model.
///
/// Throws:     undefined_result.
/// Checked:    tests/model/category_score_model_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline score_model category_score_model(const multinomial_fit& fit) {
    return detail::score_model_of_categories(fit);
}

} // namespace nps::inline v0
