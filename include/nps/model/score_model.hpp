// SPDX-License-Identifier: Apache-2.0
/// @file
/// Any model that predicts the net score of a person from the ratings, as simulations need it.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/linear_fit.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// A model that predicts a net score. Logistic and ordinal models fit in: the predicted score is the
/// probability of a promoter minus that of a detractor.
///
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
struct score_model {
    /// Of all items that `predict` is given.
    std::vector<std::string> names = {};
    /// The score of a person with these ratings, and its derivatives by the parameters written to
    /// `gradient`, which has their number of places.
    std::function<double(const Eigen::VectorXd& ratings, Eigen::VectorXd& gradient)> predict = {};
    /// Of the estimated parameters.
    Eigen::MatrixXd covariance = {};
    /// Of t limits; normal ones without.
    std::optional<double> degrees_of_freedom = {};
    /// Items that the model was given but has no effect of: they cannot be moved.
    std::vector<std::string> excluded = {};
};

/// A linear model of the score coded -1, 0, 1 as a score_model, which keeps a copy of what it needs.
///
/// Throws:     invalid_input, for a fit without coefficients.
/// Cost:       O(p^2).
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline score_model linear_score_model(const linear_fit& fit) {
    constexpr std::string_view self = "linear_score_model";
    const std::size_t size = fit.coefficients.size();
    detail::require(size > 0, self, "coefficients.size()", size, "must be at least 1");
    detail::require(fit.columns.size() + 1 == size, self, "columns.size()", fit.columns.size(),
                    "must be one less than the coefficients");
    detail::require(static_cast<std::size_t>(fit.items) == fit.columns.size() + fit.excluded.size(),
                    self, "items", fit.items, "must be the number of kept and excluded items");
    // Around the means, where the predictions do not cancel.
    Eigen::MatrixXd covariance = fit.covariance;
    for (Eigen::Index j = 0; j < covariance.rows(); ++j) {
        covariance(0, j) = fit.mean_covariance[j];
        covariance(j, 0) = fit.mean_covariance[j];
    }
    score_model model{.covariance = covariance, .degrees_of_freedom = fit.degrees_of_freedom};
    model.names.resize(static_cast<std::size_t>(fit.items));
    std::vector<double> slopes;
    for (std::size_t j = 1; j < size; ++j) {
        model.names[static_cast<std::size_t>(fit.columns[j - 1])] = fit.coefficients[j].name;
        slopes.push_back(fit.coefficients[j].estimate);
    }
    std::size_t excluded = 0; // they fill the gaps in their order
    for (std::size_t j = 0, kept = 0; j < model.names.size(); ++j) {
        if (kept < fit.columns.size() && static_cast<std::size_t>(fit.columns[kept]) == j) {
            ++kept;
        } else {
            model.names[j] = fit.excluded[excluded++].name;
            model.excluded.push_back(model.names[j]);
        }
    }
    model.predict = [slopes, columns = fit.columns, means = fit.item_means,
                     at_means = fit.outcome_mean](const Eigen::VectorXd& ratings,
                                                  Eigen::VectorXd& gradient) {
        double score = at_means;
        gradient[0] = 1;
        for (std::size_t j = 0; j < slopes.size(); ++j) {
            const auto at = static_cast<Eigen::Index>(j);
            const double distance = ratings[columns[j]] - means[at];
            score += slopes[j] * distance;
            gradient[at + 1] = distance;
        }
        return score;
    };
    return model;
}

} // namespace nps::inline v0
