// SPDX-License-Identifier: Apache-2.0
/// @file
/// Proportional-odds regression: which items move an ordered answer up.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_result.hpp>
#include <nps/model/detail/ordinal_likelihood.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of proportional_odds and proportional_odds_test.
///
/// Checked:    tests/model/proportional_odds_test.cpp
/// Example:    examples/drivers.cpp
struct proportional_odds_options {
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

/// From parameters of centred and scaled items to the caller's: beta_j = b_j / s_j,
/// cut = cut* + sum of m_j beta_j.
[[nodiscard]] inline ordinal_fit ordinal_result(const model_rows& from, const category_rows& rows,
                                                const newton_result& at,
                                                const Eigen::MatrixXd& covariance,
                                                const proportional_odds_options& options,
                                                std::string_view method) {
    ordinal_fit fit;
    const Eigen::Index cuts = rows.class_number() - 1;
    const Eigen::Index p = rows.items();
    category_describe(fit, rows, from, at, options.scale, cuts + p, method);
    Eigen::VectorXd unscale = Eigen::VectorXd::Ones(cuts + p);
    Eigen::MatrixXd shift = Eigen::MatrixXd::Identity(cuts + p, cuts + p);
    for (Eigen::Index j = 0; j < p; ++j) {
        unscale[cuts + j] = 1 / rows.spread[j];
        for (Eigen::Index k = 0; k < cuts; ++k) {
            shift(k, cuts + j) = rows.centre[j];
        }
    }
    const Eigen::VectorXd estimates = category_uncentre(fit, rows, at, covariance, unscale, shift);
    const auto term = [&](std::string name, Eigen::Index i) {
        return category_coefficient(std::move(name), estimates[i], fit.covariance(i, i),
                                    options.level, fit.n, method);
    };
    for (Eigen::Index k = 0; k < cuts; ++k) {
        const auto c = static_cast<std::size_t>(k);
        fit.cut_points.push_back(
            term(to_text(rows.classes[c]) + "|" + to_text(rows.classes[c + 1]), k));
    }
    for (Eigen::Index j = 0; j < p; ++j) {
        fit.coefficients.push_back(
            term(from.names[static_cast<std::size_t>(rows.kept[static_cast<std::size_t>(j)])],
                 cuts + j));
    }
    return fit;
}

[[nodiscard]] inline ordinal_fit fit_proportional_odds(const model_rows& from,
                                                       const proportional_odds_options& options,
                                                       std::string_view function) {
    require_level(options.level, function);
    require(options.iteration_limit >= 1, function, "iteration_limit", options.iteration_limit,
            "must be at least 1");
    const std::string_view method =
        category_errors(options.errors, !options.clusters.empty(), function);
    const category_rows rows = prepare_category_rows(from, options.frequency_weights, options.scale,
                                                     options.threads, function);
    const ordinal_likelihood likelihood(rows);
    const newton_result at =
        category_maximise(likelihood, likelihood.start(), likelihood.null_start(),
                          category_null(rows), rows.total, options.iteration_limit);
    const Eigen::MatrixXd covariance = category_covariance(
        likelihood, at, rows, from, category_plan(from, options.errors, options.frequency_weights),
        function);
    return ordinal_result(from, rows, at, covariance, options, method);
}

} // namespace detail

/// Proportional-odds (cumulative logit) regression by maximum likelihood: of the three categories as
/// -1, 0, 1, of scores 0 to 10, of any ordered answer in whole numbers. The classes are the values
/// that occur. A row with a missing item or answer (NaN) is left out and counted.
///
/// Formula:    logit P(answer <= k) = c_k - sum of b_j x_j, the sign of MASS polr and ordinal clm:
///             a positive b_j moves answers up, e^{b_j} is the odds ratio of a higher answer for one
///             point more. Errors: classical from the inverse observed information; hc0 the sandwich
///             of that and the squared scores of the rows; clustered of the summed scores of the G
///             clusters, times G / (G - 1)
/// Assumes:    the same b_j at each cut-point; proportional_odds_test asks it of the data.
/// Degenerate: constant and collinear items are named in `excluded`. Where an item, or several
///             together, order the answers without contradiction, some b_j is infinite: the status
///             is `separated`, told by a direction along which no row's probability falls, and the
///             numbers are those at which the search stopped. One class only throws
///             undefined_result.
/// Throws:     invalid_input, undefined_result.
/// Cost:       about 5 passes of O(rows items^2); 10^5 rows, 10 items, 11 classes: docs/ordinal.md.
/// Source:     McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x; Newton's method on the
///             logarithm of a log-concave probability: Pratt (1981),
///             doi:10.1080/01621459.1981.10477613
/// Checked:    tests/reference/ordinal_models.csv (mpmath), tests/reference/ordinal_models_r.csv
///             (R ordinal clm, MASS, sandwich)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] ordinal_fit proportional_odds(const Eigen::DenseBase<Items>& items,
                                            const Eigen::DenseBase<Categories>& categories,
                                            const proportional_odds_options& options = {}) {
    constexpr std::string_view self = "proportional_odds";
    return detail::fit_proportional_odds(detail::complete_rows(items, categories, options, self),
                                         options, self);
}

} // namespace nps::inline v0
