// SPDX-License-Identifier: Apache-2.0
/// @file
/// How well a linear model tells answers it has not seen: k-fold cross-validation from cross-products.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/balanced_folds.hpp>
#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_factor.hpp>
#include <nps/model/detail/linear_moments.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of linear_cross_validation from rows.
///
/// Checked:    tests/model/linear_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
struct linear_cross_validation_options {
    /// In [2, number of rows or clusters]; as many as rows leaves one out at a time.
    std::int64_t folds = 10;
    std::uint64_t seed = 1;
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row; rows of one label are in one fold. Empty: each row for itself.
    std::vector<std::int64_t> clusters = {};
    /// As in least_squares_options.
    double tolerance = 1e-10;
};

/// The skill of a linear model on answers that it was not fitted to.
///
/// Checked:    tests/model/linear_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
struct linear_cross_validation_result {
    /// 1 - squared errors by those of the mean of the training rows, each summed over all folds.
    /// Negative where the model tells less than the mean does; 0 where there is no error to explain.
    double r_squared = 0;
    /// Root of the weighted mean of squared errors over all folds.
    double rmse = 0;
    /// The same within each fold that has a row.
    std::vector<double> fold_rmse = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
};

/// Cross-validation from one cross-product for each fold: the rows are not needed again. Folds may be
/// waves, shops or countries: then it tells how well the model travels.
///
/// Formula:    the model of all folds but one, from their cross-products added up (nothing is taken
///             away, so nothing cancels); the squared errors of the other are a quadratic form of
///             its own cross-products.
/// Assumes:    folds independent of each other.
/// Degenerate: items that are constant or collinear in the training rows have no slope there.
/// Throws:     invalid_input where items or names differ; undefined_result for fewer than two folds
///             with a row.
/// Cost:       O(folds items^3).
/// Source:     Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x
/// Checked:    tests/reference/linear_cross_validation.csv (R lm)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline linear_cross_validation_result
linear_cross_validation(std::span<const cross_products> folds,
                        const least_squares_options& options = {}) {
    constexpr std::string_view self = "linear_cross_validation";
    detail::require_tolerance(options.tolerance, 1e-12, self);
    const detail::moments_by_part parts = detail::moments_of(folds, "folds", self);
    const std::size_t count = parts.moments.size();
    if (count < 2) {
        detail::throw_undefined(self, "fewer than two folds with a row");
    }
    // All folds after each one; those before it are added up on the way.
    std::vector<detail::linear_moments> after(count);
    for (std::size_t i = count - 1; i > 0; --i) {
        after[i - 1] = after[i];
        detail::add_moments(after[i - 1], parts.moments[i]);
    }
    detail::linear_moments before;
    linear_cross_validation_result result;
    double squares = 0;
    double squares_of_mean = 0;
    double weight = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const detail::linear_moments& fold = parts.moments[i];
        detail::linear_moments training = before;
        if (after[i].n > 0) {
            detail::add_moments(training, after[i]);
        }
        const detail::linear_factor f =
            detail::factor_of(training, parts.names, options.tolerance, self);
        const Eigen::Index p = std::ssize(parts.names);
        // The error of an answer is -1 times this combination of the fold's variables.
        Eigen::VectorXd slopes;
        slopes.setZero(p + 1);
        slopes[p] = -1;
        const Eigen::VectorXd g = detail::scaled_slopes(f);
        for (Eigen::Index j = 0; j < f.size(); ++j) {
            const Eigen::Index column = f.kept[static_cast<std::size_t>(j)];
            slopes[column] = g[j] / f.scale[column];
        }
        double within = 0;
        double apart = 0;
        for (Eigen::Index j = 0; j <= p; ++j) {
            apart += slopes[j] * (fold.means[j] - training.means[j]);
            for (Eigen::Index t = 0; t <= p; ++t) {
                within += slopes[j] * slopes[t] * fold.centred(j, t);
            }
        }
        // A negative sum is rounding; NaN has to stay.
        const double of_fold = (within < 0 ? 0 : within) + fold.weight * apart * apart;
        const double from_mean = fold.means[p] - training.means[p];
        squares += of_fold;
        squares_of_mean += fold.centred(p, p) + fold.weight * from_mean * from_mean;
        weight += fold.weight;
        result.fold_rmse.push_back(std::sqrt(of_fold / fold.weight));
        result.n += fold.n;
        result.dropped += fold.dropped;
        detail::add_moments(before, fold);
    }
    result.rmse = std::sqrt(squares / weight);
    result.r_squared = squares_of_mean > 0 ? 1 - squares / squares_of_mean : 0;
    if (!std::isfinite(result.rmse) || !std::isfinite(result.r_squared)) {
        detail::throw_undefined(self, "no double holds the squared errors");
    }
    return result;
}

/// Cross-validation from rows: folds of equal size but for one, by chance; a seed gives the same
/// folds on every compiler.
///
/// Formula:    row i, or the i-th cluster label, is in fold i mod folds, then shuffled.
/// Assumes:    rows (or clusters) independent of each other.
/// Not for:    frequency weights: a row that stands for many answers would be in one fold alone.
/// Throws:     invalid_input; undefined_result for no complete row.
/// Cost:       O(rows items^2 + folds items^3); memory for two copies of the rows.
/// Source:     Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x
/// Checked:    tests/model/linear_cross_validation_test.cpp
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] linear_cross_validation_result
linear_cross_validation(const Eigen::DenseBase<Items>& items,
                        const Eigen::DenseBase<Outcome>& outcome,
                        const linear_cross_validation_options& options = {}) {
    constexpr std::string_view self = "linear_cross_validation";
    const least_squares_row_options given{.sampling_weights = options.sampling_weights,
                                          .clusters = options.clusters};
    const detail::model_rows rows = detail::complete_rows(items, outcome, given, self);
    const auto n = static_cast<std::size_t>(rows.outcome.size());
    if (n == 0) {
        detail::throw_undefined(self, "no complete row");
    }
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
    const std::vector<std::size_t> fold_of = detail::balanced_folds(units, folds, options.seed);
    std::vector<std::vector<Eigen::Index>> members(folds);
    for (std::size_t i = 0; i < n; ++i) {
        members[fold_of[unit_of.empty() ? i : unit_of[i]]].push_back(static_cast<Eigen::Index>(i));
    }
    std::vector<cross_products> parts;
    for (const std::vector<Eigen::Index>& fold : members) {
        Eigen::MatrixXd part(std::ssize(fold), rows.items.cols());
        Eigen::VectorXd answers(std::ssize(fold));
        cross_product_options part_options;
        for (std::size_t i = 0; i < fold.size(); ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            for (Eigen::Index j = 0; j < part.cols(); ++j) {
                part(at, j) = rows.items(fold[i], j);
            }
            answers[at] = rows.outcome[fold[i]];
            if (!options.sampling_weights.empty()) {
                part_options.sampling_weights.push_back(rows.weights[fold[i]]);
            }
        }
        parts.emplace_back(part, answers, part_options);
    }
    linear_cross_validation_result result =
        linear_cross_validation(parts, least_squares_options{.tolerance = options.tolerance});
    result.dropped = rows.dropped;
    return result;
}

} // namespace nps::inline v0
