// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a logistic regression says of given ratings, and by how much one more point moves a share.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/logistic_fit.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of predict from a logistic regression.
///
/// Checked:    tests/model/logistic_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_prediction_options {
    double level = 0.95;
};

/// The probability of the outcome for people with given ratings.
///
/// Scale:      [0, 1]
/// Checked:    tests/model/logistic_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_prediction {
    double probability = 0;
    /// Of the probability, by the delta method.
    double standard_error = 0;
    nps::interval interval = {};
    /// The linear predictor, and its standard error.
    double logit = 0;
    double logit_standard_error = 0;
};

namespace detail {

/// 1 / (1 + e^-eta)
[[nodiscard]] inline double logistic_probability(double eta) {
    const double t = std::exp(-std::abs(eta));
    return eta >= 0 ? 1 / (1 + t) : t / (1 + t);
}

/// p (1 - p)
[[nodiscard]] inline double logistic_density(double eta) {
    const double t = std::exp(-std::abs(eta));
    return t / ((1 + t) * (1 + t));
}

inline void require_logistic_fit(const logistic_fit& fit, Eigen::Index items,
                                 std::string_view function, std::string_view argument) {
    if (fit.coefficients.empty()) {
        throw_undefined(function, "the fit is empty");
    }
    require(std::cmp_equal(items, fit.items), function, argument, items,
            "must be the number of items of the fit, " + to_text(fit.items));
}

/// 1 and the distances of a row from the centre of the fit.
[[nodiscard]] inline Eigen::VectorXd
logistic_distance(const logistic_fit& fit, const Eigen::MatrixXd& rows, Eigen::Index row) {
    Eigen::VectorXd x(std::ssize(fit.coefficients));
    x[0] = 1;
    for (std::size_t j = 0; j < fit.columns.size(); ++j) {
        x[static_cast<Eigen::Index>(j + 1)] =
            rows(row, static_cast<Eigen::Index>(fit.columns[j])) - fit.centre[j];
    }
    return x;
}

[[nodiscard]] inline double logistic_logit(const logistic_fit& fit, const Eigen::VectorXd& x) {
    double eta = fit.logit_at_centre;
    for (std::size_t j = 1; j < fit.coefficients.size(); ++j) {
        eta += fit.coefficients[j].estimate * x[static_cast<Eigen::Index>(j)];
    }
    return eta;
}

[[nodiscard]] inline logistic_prediction
logistic_predict(const logistic_fit& fit, const Eigen::MatrixXd& values, double level) {
    constexpr std::string_view self = "predict";
    require_level(level, self);
    require_logistic_fit(fit, values.size(), self, "item_values.size()");
    for (const std::size_t column : fit.columns) {
        const double value = values(0, static_cast<Eigen::Index>(column));
        require(std::isfinite(value), self, "item_values[" + to_text(column) + "]", value,
                "must be finite");
    }
    const Eigen::VectorXd x = logistic_distance(fit, values, 0);
    const double eta = finite_or_throw(logistic_logit(fit, x), self);
    const double variance = finite_or_throw(dense_quadratic(fit.covariance_at_centre, x), self);
    const double error = std::sqrt((std::max)(0.0, variance));
    const double z = normal_critical_value(level);
    return {.probability = logistic_probability(eta),
            .standard_error = logistic_density(eta) * error,
            .interval = {.lower = logistic_probability(eta - z * error),
                         .upper = logistic_probability(eta + z * error),
                         .level = level,
                         .n = fit.n,
                         .method = fit.method},
            .logit = eta,
            .logit_standard_error = error};
}

} // namespace detail

/// The probability of the outcome for people with these ratings: one for each item of the fit, in
/// the order of its columns, also of those that were excluded (they are not looked at).
///
/// Formula:    p = 1 / (1 + e^-eta), eta = (1, x) b; limits: those of eta +- z sqrt((1, x) V (1, x)')
/// Scale:      [0, 1]; never outside.
/// Not for:    ratings far from those that were fitted; one person's answer, which is 0 or 1.
/// Throws:     invalid_input; undefined_result for an empty fit.
/// Cost:       O(k^2).
/// Source:     Agresti (2013), Categorical data analysis, section 5.1, ISBN 978-0470463635
/// Checked:    tests/reference/logistic_r.csv (R predict.glm)
/// Example:    examples/drivers.cpp
template <class Values>
[[nodiscard]] logistic_prediction predict(const logistic_fit& fit,
                                          const Eigen::DenseBase<Values>& item_values,
                                          const logistic_prediction_options& options = {}) {
    Eigen::MatrixXd values(1, item_values.size());
    for (Eigen::Index j = 0; j < values.size(); ++j) {
        values(0, j) = static_cast<double>(item_values.derived().coeff(j));
    }
    return detail::logistic_predict(fit, values, options.level);
}

/// Options of average_marginal_effects.
///
/// Checked:    tests/model/logistic_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct marginal_effect_options {
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    double level = 0.95;
    /// How much an item is moved for `changes`.
    double step = 1;
};

/// By how much items move the share of an outcome.
///
/// Checked:    tests/model/logistic_prediction_test.cpp
/// Example:    examples/drivers.cpp
struct marginal_effects {
    /// Mean of the derivatives of the probability, by item: a share for one unit.
    std::vector<coefficient> derivatives = {};
    /// Mean of the change of the probability when everybody's rating is moved by `step`.
    std::vector<coefficient> changes = {};
    double step = 1;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
};

namespace detail {

[[nodiscard]] inline marginal_effects
logistic_effects(const logistic_fit& fit, const model_rows& rows, double level, double step) {
    constexpr std::string_view self = "average_marginal_effects";
    const auto k = std::ssize(fit.coefficients);
    const Eigen::Index n = rows.items.rows();
    double weight = 0;
    running_sum density;
    std::vector<running_sum> change(static_cast<std::size_t>(k));
    // Derivatives of the means by the coefficients: of density, and of every change.
    Eigen::VectorXd slope = Eigen::VectorXd::Zero(k);
    Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::VectorXd x = logistic_distance(fit, rows.items, i);
        const double eta = logistic_logit(fit, x);
        const double w = rows.weights[i];
        const double d = logistic_density(eta);
        weight += w;
        density.add(w * d);
        const double bend = w * d * -std::tanh(eta / 2); // 1 - 2 p
        for (Eigen::Index j = 0; j < k; ++j) {
            slope[j] += bend * x[j];
        }
        for (Eigen::Index j = 1; j < k; ++j) {
            const double move = step * fit.coefficients[static_cast<std::size_t>(j)].estimate;
            // p(eta + m) - p(eta) = p(eta + m) (1 - p(eta)) (1 - e^-m), without cancellation.
            const double to = move >= 0 ? logistic_probability(eta + move) *
                                              logistic_probability(-eta) * -std::expm1(-move)
                                        : logistic_probability(-eta - move) *
                                              logistic_probability(eta) * std::expm1(move);
            change[static_cast<std::size_t>(j)].add(w * to);
            const double moved = logistic_density(eta + move);
            for (Eigen::Index l = 0; l < k; ++l) {
                slopes(l, j) += w * (moved - d) * x[l];
            }
            slopes(j, j) += w * moved * step;
        }
    }
    marginal_effects result{.step = step, .n = rows.n, .dropped = rows.dropped};
    const double z = normal_critical_value(level);
    const auto effect = [&](Eigen::Index j, double value, const Eigen::VectorXd& gradient) {
        coefficient c;
        c.name = fit.coefficients[static_cast<std::size_t>(j)].name;
        c.estimate = finite_or_throw(value, self);
        const double variance =
            finite_or_throw(dense_quadratic(fit.covariance_at_centre, gradient), self);
        c.standard_error = std::sqrt((std::max)(0.0, variance));
        c.statistic = c.standard_error > 0 ? c.estimate / c.standard_error : 0;
        c.p_value = (std::min)(1.0, 2 * normal_upper_tail(std::abs(c.statistic)));
        c.interval = {.lower = c.estimate - z * c.standard_error,
                      .upper = c.estimate + z * c.standard_error,
                      .level = level,
                      .n = rows.n,
                      .method = fit.method};
        return c;
    };
    for (Eigen::Index j = 1; j < k; ++j) {
        const double b = fit.coefficients[static_cast<std::size_t>(j)].estimate;
        Eigen::VectorXd gradient(k);
        Eigen::VectorXd of_change(k);
        for (Eigen::Index l = 0; l < k; ++l) {
            gradient[l] = (b * slope[l] + (l == j ? density.value() : 0)) / weight;
            of_change[l] = slopes(l, j) / weight;
        }
        result.derivatives.push_back(effect(j, b * density.value() / weight, gradient));
        result.changes.push_back(
            effect(j, change[static_cast<std::size_t>(j)].value() / weight, of_change));
    }
    return result;
}

} // namespace detail

/// Average marginal effects: "one more point of price rating moves the share of promoters by ...".
///
/// `items` are the rows to average over, usually those of the fit. Effects of fits of promoters and
/// of detractors subtract to that on the net score, but their errors do not: use a model of the
/// three categories for those.
///
/// Formula:    derivative: b_j mean(p (1 - p)); change: mean(p(eta + step b_j) - p(eta)); errors by
///             the delta method from the covariance of the fit (robust where that is)
/// Scale:      [-1, 1] for the change; a share for one unit for the derivative.
/// Assumes:    the rows as given: their own sampling is not part of the error.
/// Degenerate: excluded items have no effect and are left out.
/// Throws:     invalid_input; undefined_result for an empty fit or no complete rows.
/// Cost:       O(rows k^2).
/// Source:     Bartus (2005), doi:10.1177/1536867X0500500303
/// Checked:    tests/reference/logistic.csv (mpmath, numerical differentiation)
/// Example:    examples/drivers.cpp
template <class Items>
[[nodiscard]] marginal_effects
average_marginal_effects(const logistic_fit& fit, const Eigen::DenseBase<Items>& items,
                         const marginal_effect_options& options = {}) {
    constexpr std::string_view self = "average_marginal_effects";
    detail::require_level(options.level, self);
    detail::require(std::isfinite(options.step) && options.step != 0, self, "step", options.step,
                    "must be finite and not 0");
    detail::require_logistic_fit(fit, items.cols(), self, "items.cols()");
    struct {
        std::vector<std::string> names = {};
        std::vector<std::int64_t> frequency_weights = {};
        std::vector<double> sampling_weights = {};
        std::vector<std::int64_t> clusters = {};
    } taken{.frequency_weights = options.frequency_weights,
            .sampling_weights = options.sampling_weights};
    const detail::model_rows rows =
        detail::complete_rows(items, Eigen::VectorXd::Zero(items.rows()), taken, self);
    if (rows.positions.empty()) {
        detail::throw_undefined(self, "no complete rows");
    }
    return detail::logistic_effects(fit, rows, options.level, options.step);
}

} // namespace nps::inline v0
