// SPDX-License-Identifier: Apache-2.0
/// @file
/// Multinomial regression: what makes each class of answers, without an order among them.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_result.hpp>
#include <nps/model/detail/multinomial_likelihood.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of multinomial_regression.
///
/// Checked:    tests/model/multinomial_regression_test.cpp
/// Example:    examples/drivers.cpp
struct multinomial_regression_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike. Only their ratios
    /// matter: they are scaled to a mean of 1. Ask for hc0 or clustered errors with them.
    std::vector<double> sampling_weights = {};
    /// A label of the cluster (person, shop, team) of each row. Empty: each row is its own.
    std::vector<std::int64_t> clusters = {};
    /// classical, hc0 or clustered.
    standard_errors errors = standard_errors::classical;
    /// The scale of the answers: answers beyond it are refused, and classes in which nobody answered
    /// are reported.
    std::optional<nps::scale> scale = {};
    /// Of the intervals of the coefficients.
    double level = 0.95;
    int iteration_limit = 200;
    /// 0: as many as the machine has. The result does not depend on it.
    unsigned threads = 1;
};

namespace detail {

/// From parameters of centred and scaled items to the caller's: b_j = b*_j / s_j,
/// a = a* - sum of m_j b_j.
[[nodiscard]] inline multinomial_fit
multinomial_result(const model_rows& from, const category_rows& rows, const newton_result& at,
                   const Eigen::MatrixXd& covariance, const multinomial_regression_options& options,
                   std::string_view method) {
    multinomial_fit fit;
    const Eigen::Index terms = rows.items() + 1;
    const Eigen::Index size = at.at.size();
    category_describe(fit, rows, from, at, options.scale, size, method);
    Eigen::VectorXd unscale = Eigen::VectorXd::Ones(size);
    Eigen::MatrixXd shift = Eigen::MatrixXd::Identity(size, size);
    for (Eigen::Index k = 0; k < size; k += terms) {
        for (Eigen::Index j = 0; j + 1 < terms; ++j) {
            unscale[k + j + 1] = 1 / rows.spread[j];
            shift(k, k + j + 1) = -rows.centre[j];
        }
    }
    const Eigen::VectorXd estimates = category_uncentre(fit, rows, at, covariance, unscale, shift);
    for (Eigen::Index i = 0; i < size; ++i) {
        const Eigen::Index j = i % terms;
        if (j == 0) {
            fit.coefficients.emplace_back();
        }
        const std::string name =
            j == 0
                ? "(intercept)"
                : from.names[static_cast<std::size_t>(rows.kept[static_cast<std::size_t>(j - 1)])];
        fit.coefficients.back().push_back(category_coefficient(
            name, estimates[i], fit.covariance(i, i), options.level, fit.n, method));
    }
    return fit;
}

[[nodiscard]] inline multinomial_fit fit_multinomial(const model_rows& from,
                                                     const multinomial_regression_options& options,
                                                     std::string_view function) {
    require_level(options.level, function);
    require(options.iteration_limit >= 1, function, "iteration_limit", options.iteration_limit,
            "must be at least 1");
    const std::string_view method =
        category_errors(options.errors, !options.clusters.empty(), function);
    const category_rows rows = prepare_category_rows(from, options.frequency_weights, options.scale,
                                                     options.threads, function);
    const multinomial_likelihood likelihood(rows);
    const newton_result at = category_maximise(likelihood, likelihood.start(), likelihood.start(),
                                               -std::numeric_limits<double>::infinity(), rows.total,
                                               options.iteration_limit);
    const Eigen::MatrixXd covariance = category_covariance(
        likelihood, at, rows, from, category_plan(from, options.errors, options.frequency_weights),
        function);
    return multinomial_result(from, rows, at, covariance, options, method);
}

} // namespace detail

/// Unconstrained multinomial (baseline-category) logit by maximum likelihood: of the three
/// categories as -1, 0, 1, or any answer in whole numbers. The classes are the values that occur,
/// the lowest is the reference. A row with a missing item or answer (NaN) is left out and counted.
///
/// Formula:    log P(answer = k) / P(answer = lowest) = a_k + sum of b_kj x_j, as nnet multinom.
///             Errors as in proportional_odds
/// Assumes:    no order among the classes, and no common effect: k - 1 coefficients an item. It
///             does not need proportional odds, and pays with wider intervals.
/// Degenerate: as in proportional_odds. A class of few answers is soon `separated`.
/// Throws:     invalid_input, undefined_result.
/// Cost:       about 7 passes of O(rows classes^2 items^2).
/// Source:     Agresti (2013), Categorical data analysis, section 8.1, ISBN 978-0470463635
/// Checked:    tests/reference/ordinal_models.csv (mpmath), tests/reference/ordinal_models_r.csv
///             (R nnet)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] multinomial_fit
multinomial_regression(const Eigen::DenseBase<Items>& items,
                       const Eigen::DenseBase<Categories>& categories,
                       const multinomial_regression_options& options = {}) {
    constexpr std::string_view self = "multinomial_regression";
    return detail::fit_multinomial(detail::complete_rows(items, categories, options, self), options,
                                   self);
}

} // namespace nps::inline v0
