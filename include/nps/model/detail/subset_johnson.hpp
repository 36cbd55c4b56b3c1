// SPDX-License-Identifier: Apache-2.0
/// @file
/// Relative weights of a logistic model by Tonidandel and LeBreton.
#pragma once

#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/subset_fitter.hpp>
#include <nps/model/detail/subset_rows.hpp>
#include <nps/model/detail/tridiagonal_eigen.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Squared correlation of fitted probability and outcome.
[[nodiscard]] inline double subset_squared_correlation(const subset_rows& rows,
                                                       std::span<const double> parameters) {
    std::vector<double> eta;
    subset_fitter(rows).predictors(parameters, eta);
    double mean = 0;
    for (std::size_t i = 0; i < rows.rows; ++i) {
        eta[i] = 1 / (1 + std::exp(parameters[0] - eta[i]));
        mean += rows.weight[i] * eta[i];
    }
    double variance = 0;
    double covariance = 0;
    for (std::size_t i = 0; i < rows.rows; ++i) {
        const double deviation = eta[i] - mean;
        variance += rows.weight[i] * deviation * deviation;
        covariance += i < rows.first[1] ? 0 : rows.weight[i] * deviation;
    }
    const double outcome = rows.class_weight[0] * rows.class_weight[1];
    return variance > 0 ? (std::min)(1.0, covariance * covariance / (variance * outcome)) : 0;
}

/// The source regresses on the closest orthogonal variables Z = X R^(-1/2). Their coefficients are
/// R^(1/2) beta, so that no second fit is needed, and a singular R does no harm.
[[nodiscard]] inline std::vector<double>
tonidandel_lebreton_weights(const subset_rows& rows, std::span<const double> parameters) {
    const auto p = static_cast<Eigen::Index>(rows.columns);
    std::vector<double> result(rows.columns, 0.0);
    if (p == 0) {
        return result;
    }
    Eigen::MatrixXd correlation(p, p);
    Eigen::VectorXd beta(p);
    for (Eigen::Index i = 0; i < p; ++i) {
        beta[i] = parameters[rows.cuts() + static_cast<std::size_t>(i)];
        for (Eigen::Index j = 0; j < p; ++j) {
            correlation(i, j) = rows.correlation[static_cast<std::size_t>(i * p + j)];
        }
    }
    tridiagonal_eigen solver;
    solver.compute(correlation);
    Eigen::MatrixXd roots(p, p);
    for (Eigen::Index j = 0; j < p; ++j) {
        for (Eigen::Index i = 0; i < p; ++i) {
            roots(i, j) = i == j ? std::sqrt((std::max)(0.0, solver.values()[j])) : 0;
        }
    }
    const Eigen::MatrixXd root = dense_sandwich(solver.vectors(), roots);
    const Eigen::VectorXd b = dense_product(root, beta);
    double total = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        total += b[j] * b[j];
    }
    const double scale = total > 0 ? subset_squared_correlation(rows, parameters) / total : 0;
    for (Eigen::Index i = 0; i < p; ++i) {
        double sum = 0;
        for (Eigen::Index j = 0; j < p; ++j) {
            sum += root(i, j) * root(i, j) * b[j] * b[j];
        }
        result[static_cast<std::size_t>(i)] = sum * scale;
    }
    return result;
}

} // namespace nps::inline v0::detail
