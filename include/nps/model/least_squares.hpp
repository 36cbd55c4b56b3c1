// SPDX-License-Identifier: Apache-2.0
/// @file
/// Linear regression by least squares from cross-products: of all rows, or one for each cluster.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_factor.hpp>
#include <nps/model/detail/linear_moments.hpp>
#include <nps/model/linear_fit.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace nps::inline v0 {

/// Options of least_squares from cross-products.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct least_squares_options {
    /// Of the intervals of the coefficients.
    double level = 0.95;
    /// No item's variance inflation, 1 / (1 - R^2 of the item given the others), may be above 1 /
    /// tolerance; an item that would make it so is collinear. From 1e-12 on: a coefficient keeps
    /// about 15 digits less those of the inflation.
    double tolerance = 1e-10;
    /// Of clustered errors: G / (G - 1) times (n - 1) / (n - coefficients), as Stata and sandwich
    /// have it (CR1); false: none (CR0).
    bool cluster_correction = true;
};

/// Least squares with intercept, from the cross-products of all rows: the rows are not needed again.
///
/// Formula:    Cholesky's factor of the correlations, item by item in their order; classical errors.
/// Assumes:    answers independent of each other and equally spread round the model; see
///             least_squares(items, outcome, options) for errors that do without the second, and
///             for clusters below without the first. Sampling weights count as the weights of R's
///             lm: n stays the number of rows, and the errors take the weights for precision.
/// Not for:    items that differ by their last digits only: from rows twice as many digits are kept.
/// Degenerate: constant and collinear items are in `excluded`; an item is constant when its standard
///             deviation is below 1.5e-14 of its mean. A constant outcome: slopes, errors and R^2
///             are 0. From cross-products a perfect fit leaves residuals of about 1e-8 of the
///             outcome's spread.
/// Throws:     invalid_input; undefined_result for no rows, no weight, or not more rows than
///             coefficients.
/// Cost:       O(items^3).
/// Source:     Golub, Van Loan (2013), Matrix Computations, ISBN 978-1-4214-0794-4, 4.2 and 5.3
/// Checked:    tests/reference/least_squares.csv (R lm), tests/reference/nist_strd.csv
/// Example:    examples/drivers.cpp
[[nodiscard]] inline linear_fit least_squares(const cross_products& xy,
                                              const least_squares_options& options = {}) {
    constexpr std::string_view self = "least_squares";
    detail::require_level(options.level, self);
    detail::require_tolerance(options.tolerance, 1e-12, self);
    const detail::linear_factor f =
        detail::factor_of(detail::moments_of(xy, self), xy.names(), options.tolerance, self);
    return detail::finish_linear(f, xy.names(), detail::classical_errors(f, options.level, self),
                                 self);
}

/// Least squares with errors that hold when the answers of one cluster (a person, a shop, a team)
/// are alike, from one cross-product for each cluster.
///
/// Formula:    (X'X)^-1 (sum over clusters of s s') (X'X)^-1, s = X'e of the cluster; t with
///             clusters - 1 degrees of freedom.
/// Assumes:    independent clusters, and many of them: below about 40 the errors come out small.
/// Degenerate: clusters without a row do not count.
/// Throws:     invalid_input, also where items or names of clusters differ; undefined_result as for
///             one cross-product, and for fewer than two clusters.
/// Cost:       O(clusters items^2 + items^3).
/// Source:     Liang, Zeger (1986), doi:10.1093/biomet/73.1.13; Cameron, Miller (2015),
///             doi:10.3368/jhr.50.2.317
/// Checked:    tests/reference/least_squares.csv (R sandwich vcovCL)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline linear_fit least_squares(std::span<const cross_products> clusters,
                                              const least_squares_options& options = {}) {
    constexpr std::string_view self = "least_squares";
    detail::require_level(options.level, self);
    detail::require_tolerance(options.tolerance, 1e-12, self);
    const detail::moments_by_part parts = detail::moments_of(clusters, "clusters", self);
    const detail::linear_moments all = detail::pooled_moments(parts.moments);
    const detail::linear_factor f = detail::factor_of(all, parts.names, options.tolerance, self);
    const auto used = std::ssize(parts.moments);
    const double factor = detail::cluster_factor(f, used, options.cluster_correction, self);
    const Eigen::Index k = f.size();
    const Eigen::Index p = std::ssize(parts.names);
    const Eigen::MatrixXd inverse = detail::inverse_root(f);
    const Eigen::VectorXd slopes = detail::scaled_slopes(f);
    Eigen::MatrixXd meat;
    meat.setZero(k + 1, k + 1);
    Eigen::VectorXd raw(k);
    Eigen::VectorXd scores(k + 1);
    for (const detail::linear_moments& part : parts.moments) {
        const auto distance = [&](Eigen::Index column) {
            return f.scale[column] > 0 ? (part.means[column] - all.means[column]) / f.scale[column]
                                       : 0;
        };
        const auto product = [&](Eigen::Index i, Eigen::Index j) {
            const double inside = f.scale[j] > 0 ? part.centred(i, j) / f.scale[i] / f.scale[j] : 0;
            return inside + part.weight * distance(i) * distance(j);
        };
        double total = distance(p) * f.scale[p];
        for (Eigen::Index j = 0; j < k; ++j) {
            total -= slopes[j] * distance(f.kept[static_cast<std::size_t>(j)]);
        }
        scores[0] = part.weight * total / std::sqrt(f.weight);
        for (Eigen::Index i = 0; i < k; ++i) {
            const Eigen::Index column = f.kept[static_cast<std::size_t>(i)];
            raw[i] = product(column, p) * f.scale[p];
            for (Eigen::Index j = 0; j < k; ++j) {
                raw[i] -= slopes[j] * product(column, f.kept[static_cast<std::size_t>(j)]);
            }
        }
        for (Eigen::Index i = 0; i < k; ++i) {
            scores[i + 1] = detail::linear_dot(detail::linear_column(inverse, i), raw.data(), k);
        }
        detail::add_square(scores, meat);
    }
    meat *= factor;
    return detail::finish_linear(f, parts.names,
                                 {.meat = std::move(meat),
                                  .degrees_of_freedom = static_cast<double>(used - 1),
                                  .clusters = used,
                                  .method = "clustered",
                                  .level = options.level},
                                 self);
}

} // namespace nps::inline v0
