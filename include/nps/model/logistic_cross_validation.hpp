// SPDX-License-Identifier: Apache-2.0
/// @file
/// How well a logistic regression tells answers it has not seen: k-fold cross-validation.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/auc.hpp>
#include <nps/model/detail/balanced_folds.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/scored_rows.hpp>
#include <nps/model/logistic_prediction.hpp>
#include <nps/model/logistic_regression.hpp>
#include <nps/numeric/parallel.hpp>
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

/// Options of logistic_cross_validation.
///
/// Checked:    tests/model/logistic_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_cross_validation_options {
    /// In [2, number of rows or clusters].
    std::int64_t folds = 10;
    std::uint64_t seed = 1;
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row; rows of one label are in one fold. Empty: each row for itself.
    std::vector<std::int64_t> clusters = {};
    logistic_penalty penalty = logistic_penalty::none;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// The skill of a logistic regression on answers that it was not fitted to.
///
/// Checked:    tests/model/logistic_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
struct logistic_cross_validation_result {
    /// Weighted mean of -log of the probability of what came true.
    double log_loss = 0;
    /// 1 - log_loss / that of the share of ones in the training rows: McFadden's R^2 on new answers,
    /// negative where the model tells less than the share does.
    double log_skill = 0;
    /// Weighted mean of (probability - outcome)^2, and 1 - it / that of the training share.
    double brier = 0;
    double brier_skill = 0;
    /// The chance that of a one and a zero of the same fold the one has the higher probability; 1/2
    /// where no fold has both.
    double auc = 0.5;
    /// For each row that was used, in order: its probability by the model of the other folds.
    std::vector<double> probabilities = {};
    /// Folds whose model has no finite optimum, or did not reach it.
    std::int64_t not_converged = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
};

namespace detail {

[[nodiscard]] inline logistic_cross_validation_result
logistic_validate(const model_rows& rows, const std::vector<std::size_t>& fold_of,
                  std::size_t folds, const logistic_cross_validation_options& options) {
    const auto n = static_cast<std::size_t>(rows.outcome.size());
    logistic_cross_validation_result result{.n = rows.n, .dropped = rows.dropped};
    result.probabilities.assign(n, 0);
    std::vector<double> logits(n);
    std::vector<double> training_share(folds);
    std::vector<fit_status> status(folds);
    for_each_block(static_cast<std::int64_t>(folds), options.threads, [&](std::int64_t block) {
        const auto fold = static_cast<std::size_t>(block);
        const auto training = static_cast<Eigen::Index>(
            n - static_cast<std::size_t>(std::count(fold_of.begin(), fold_of.end(), fold)));
        Eigen::MatrixXd items(training, rows.items.cols());
        Eigen::VectorXd outcome(training);
        logistic_regression_options fit_options{.penalty = options.penalty};
        Eigen::Index count = 0;
        double ones = 0;
        double all = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            if (fold_of[i] != fold) {
                for (Eigen::Index j = 0; j < items.cols(); ++j) {
                    items(count, j) = rows.items(at, j);
                }
                outcome[count++] = rows.outcome[at];
                ones += rows.weights[at] * rows.outcome[at];
                all += rows.weights[at];
                if (!options.sampling_weights.empty()) {
                    fit_options.sampling_weights.push_back(rows.weights[at]);
                }
            }
        }
        training_share[fold] = ones / all;
        const logistic_fit fit = logistic_regression(items, outcome, fit_options);
        status[fold] = fit.status;
        for (std::size_t i = 0; i < n; ++i) {
            if (fold_of[i] == fold) {
                const Eigen::VectorXd x =
                    logistic_distance(fit, rows.items, static_cast<Eigen::Index>(i));
                logits[i] = finite_or_throw(logistic_logit(fit, x), "logistic_cross_validation");
                result.probabilities[i] = logistic_probability(logits[i]);
            }
        }
    });
    running_sum loss;
    running_sum loss_of_share;
    running_sum squares;
    running_sum squares_of_share;
    running_sum weight;
    std::vector<scored_rows> by_fold(folds);
    bool share_failed = false;
    for (std::size_t i = 0; i < n; ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const double w = rows.weights[at];
        const bool one = rows.outcome[at] > 0;
        const double share = training_share[fold_of[i]];
        const double z = one ? logits[i] : -logits[i];
        const double wrong = logistic_probability(-z);
        const double wrong_of_share = one ? 1 - share : share;
        weight.add(w);
        loss.add(w * ((z < 0 ? -z : 0) + std::log1p(std::exp(-std::abs(z)))));
        squares.add(w * wrong * wrong);
        share_failed = share_failed || wrong_of_share >= 1;
        loss_of_share.add(wrong_of_share < 1 ? w * -std::log1p(-wrong_of_share) : 0);
        squares_of_share.add(w * wrong_of_share * wrong_of_share);
        by_fold[fold_of[i]].add(logits[i], one, 1, w);
    }
    result.log_loss = loss.value() / weight.value();
    result.brier = squares.value() / weight.value();
    // Where the share alone is infinitely wrong, any model is infinitely better.
    result.log_skill = share_failed                ? 1
                       : loss_of_share.value() > 0 ? 1 - loss.value() / loss_of_share.value()
                                                   : 0;
    result.brier_skill =
        squares_of_share.value() > 0 ? 1 - squares.value() / squares_of_share.value() : 0;
    double pairs = 0;
    double right = 0;
    for (const scored_rows& fold : by_fold) {
        const double of_fold = fold.weight_of(true) * fold.weight_of(false);
        if (of_fold > 0) {
            pairs += of_fold;
            right += of_fold * auc_of(fold).value;
        }
    }
    result.auc = pairs > 0 ? right / pairs : 0.5;
    result.not_converged = std::count_if(status.begin(), status.end(),
                                         [](fit_status s) { return s != fit_status::converged; });
    return result;
}

} // namespace detail

/// Cross-validation of a logistic regression: folds of equal size but for one, by chance; each is told
/// by the model of the others. A seed gives the same folds on every compiler and number of threads.
///
/// Formula:    row i, or the i-th cluster label, is in fold i mod folds, then shuffled; the area
///             compares rows of one fold only, because models of different folds are not on one scale
/// Assumes:    rows (or clusters) independent of each other.
/// Not for:    frequency weights: a row that stands for many answers would be in one fold alone.
/// Degenerate: a fold whose training rows are separated is told by the last step of its fit, and
///             counted in `not_converged`; with the penalty there are none.
/// Throws:     invalid_input; undefined_result for no complete row.
/// Cost:       O(folds * a fit).
/// Source:     Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x
/// Checked:    tests/reference/classification.csv (R glm, one row left out at a time);
///             tests/model/logistic_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] logistic_cross_validation_result
logistic_cross_validation(const Eigen::DenseBase<Items>& items,
                          const Eigen::DenseBase<Outcome>& outcome,
                          const logistic_cross_validation_options& options = {}) {
    constexpr std::string_view self = "logistic_cross_validation";
    const logistic_regression_options given{.sampling_weights = options.sampling_weights,
                                            .clusters = options.clusters};
    const detail::model_rows rows = detail::complete_rows(items, outcome, given, self);
    const auto n = static_cast<std::size_t>(rows.outcome.size());
    if (n == 0) {
        detail::throw_undefined(self, "no complete row");
    }
    for (std::size_t i = 0; i < n; ++i) {
        const double y = rows.outcome[static_cast<Eigen::Index>(i)];
        detail::require(y == 0 || y == 1, self,
                        "outcome of row " + std::to_string(rows.positions[i]), y, "must be 0 or 1");
    }
    detail::require(options.penalty == logistic_penalty::none ||
                        options.penalty == logistic_penalty::firth,
                    self, "penalty", static_cast<int>(options.penalty), "must be none or firth");
    std::size_t units = n;
    std::vector<std::size_t> unit_of;
    if (!rows.clusters.empty()) {
        unit_of = detail::ranks_of_labels(rows.clusters, units);
    }
    detail::require(options.folds >= 2 && std::cmp_less_equal(options.folds, units), self, "folds",
                    options.folds,
                    "must be in [2, " + detail::to_text(units) +
                        "], the number of rows or clusters");
    const auto folds = static_cast<std::size_t>(options.folds);
    std::vector<std::size_t> fold_of = detail::balanced_folds(units, folds, options.seed);
    if (!unit_of.empty()) {
        std::vector<std::size_t> of_rows;
        for (const std::size_t unit : unit_of) {
            of_rows.push_back(fold_of[unit]);
        }
        fold_of = of_rows;
    }
    return detail::logistic_validate(rows, fold_of, folds, options);
}

} // namespace nps::inline v0
