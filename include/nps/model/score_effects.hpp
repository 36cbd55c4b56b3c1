// SPDX-License-Identifier: Apache-2.0
/// @file
/// Average marginal effects on the net score: by how much one more point of a rating moves it.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_result.hpp>
#include <nps/model/detail/category_state.hpp>
#include <nps/model/detail/model_rows.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of average_marginal_effects of an ordinal_fit or a multinomial_fit.
///
/// Checked:    tests/model/score_effects_test.cpp
/// Example:    examples/drivers.cpp
struct score_effects_options {
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    double level = 0.95;
};

/// By how much items move the net score.
///
/// Scale:      a score is on [-1, 1]: 0.023 is 2.3 points of 100.
/// Checked:    tests/model/score_effects_test.cpp
/// Example:    examples/drivers.cpp
struct score_effects {
    /// The mean predicted net score of the rows.
    double mean_score = 0;
    /// For each item of the fit that is not excluded, the mean derivative of the predicted score.
    std::vector<coefficient> derivatives = {};
    /// The mean change of the predicted score when everybody's rating of the item is one point
    /// higher and the others stay.
    std::vector<coefficient> changes = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    std::string_view method;
};

namespace detail {

struct score_effect_rows : score_effects_options {
    std::vector<std::string> names = {};
    std::vector<std::int64_t> clusters = {};
};

template <class Fit, class Items>
[[nodiscard]] score_effects category_effects(const Fit& fit, const Eigen::DenseBase<Items>& items,
                                             const score_effects_options& options) {
    constexpr std::string_view self = "average_marginal_effects";
    require_level(options.level, self);
    require(std::cmp_equal(items.cols(), fit.names.size()), self, "items.cols()", items.cols(),
            "must be the number of items of the fit, " + to_text(fit.names.size()));
    const Eigen::VectorXd codes = category_codes(fit, self);
    const model_rows rows = complete_rows(items, Eigen::VectorXd::Zero(items.rows()),
                                          score_effect_rows{options, fit.names, {}}, self);
    if (rows.n == 0) {
        throw_undefined(self, "no complete rows");
    }
    const Eigen::Index p = std::ssize(fit.columns);
    const Eigen::Index size = fit.centred_parameters.size();
    score_effects result{.n = rows.n, .dropped = rows.dropped, .method = fit.method};
    Eigen::VectorXd slopes = Eigen::VectorXd::Zero(p);
    Eigen::VectorXd changes = Eigen::VectorXd::Zero(p);
    Eigen::MatrixXd slope_gradients = Eigen::MatrixXd::Zero(size, p);
    Eigen::MatrixXd change_gradients = Eigen::MatrixXd::Zero(size, p);
    double total = 0;
    for (Eigen::Index i = 0; i < rows.weights.size(); ++i) {
        total += rows.weights[i];
    }
    Eigen::VectorXd x(p);
    for (Eigen::Index i = 0; i < rows.weights.size(); ++i) {
        const double share = rows.weights[i] / total;
        for (Eigen::Index j = 0; j < p; ++j) {
            x[j] = rows.items(i, fit.columns[static_cast<std::size_t>(j)]) - fit.item_means[j];
        }
        const category_slopes of_row = category_slopes_of(fit, codes, x);
        const category_state here = category_state_of(fit, x);
        const Eigen::VectorXd gradient = category_gradient(here, codes);
        result.mean_score += share * category_mean_code(here.probabilities, codes);
        for (Eigen::Index j = 0; j < p; ++j) {
            x[j] += 1;
            const category_state there = category_state_of(fit, x);
            x[j] -= 1;
            const Eigen::VectorXd moved = category_gradient(there, codes);
            slopes[j] += share * of_row.slopes[j];
            for (Eigen::Index k = 0; k < codes.size(); ++k) {
                changes[j] += share * (there.probabilities[k] - here.probabilities[k]) * codes[k];
            }
            for (Eigen::Index k = 0; k < size; ++k) {
                slope_gradients(k, j) += share * of_row.derivatives(k, j);
                change_gradients(k, j) += share * (moved[k] - gradient[k]);
            }
        }
    }
    const auto effect = [&](Eigen::Index j, double value, const Eigen::MatrixXd& gradients) {
        Eigen::VectorXd gradient(size);
        for (Eigen::Index i = 0; i < size; ++i) {
            gradient[i] = gradients(i, j);
        }
        const double error = category_delta(fit, gradient);
        return category_coefficient(
            fit.names[static_cast<std::size_t>(fit.columns[static_cast<std::size_t>(j)])], value,
            error * error, options.level, fit.n, fit.method);
    };
    for (Eigen::Index j = 0; j < p; ++j) {
        result.derivatives.push_back(effect(j, slopes[j], slope_gradients));
        result.changes.push_back(effect(j, changes[j], change_gradients));
    }
    return result;
}

} // namespace detail

/// By how much each item moves the net score, on average over the people in the rows of `items`
/// (their columns as in the fit): "one more point of price rating moves the score by 2.3 points".
///
/// Formula:    mean over rows of d score / d x_j, and of score(x + 1 in item j) - score(x), score =
///             P(promoter) - P(detractor) by the scale of the fit; errors by the delta method from
///             the covariance of the fit, the rows taken as given
/// Assumes:    the model. That people who are given a better rating become like those who have one
///             is more than a regression can say.
/// Degenerate: a change by one point may leave the scale of the rating: the model goes on there.
/// Throws:     invalid_input; undefined_result without a scale, or without rows.
/// Cost:       O(rows items classes parameters).
/// Source:     Agresti (2013), Categorical data analysis, section 16.1, ISBN 978-0470463635;
///             Williams (2012), doi:10.1177/1536867X1201200209
/// Checked:    tests/reference/ordinal_models.csv (mpmath, by numerical differentiation)
/// Example:    examples/drivers.cpp
template <class Items>
[[nodiscard]] score_effects average_marginal_effects(const ordinal_fit& fit,
                                                     const Eigen::DenseBase<Items>& items,
                                                     const score_effects_options& options = {}) {
    return detail::category_effects(fit, items, options);
}

/// The same from a multinomial model.
///
/// Throws:     invalid_input; undefined_result without a scale, or without rows.
/// Checked:    tests/model/score_effects_test.cpp
/// Example:    examples/drivers.cpp
template <class Items>
[[nodiscard]] score_effects average_marginal_effects(const multinomial_fit& fit,
                                                     const Eigen::DenseBase<Items>& items,
                                                     const score_effects_options& options = {}) {
    return detail::category_effects(fit, items, options);
}

} // namespace nps::inline v0
