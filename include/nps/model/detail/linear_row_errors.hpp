// SPDX-License-Identifier: Apache-2.0
/// @file
/// Errors of a linear fit from its rows: classical, robust to unequal variances, clustered.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_factor.hpp>
#include <nps/model/detail/model_rows.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// How much of a row's own answer is in its fitted value; of one of the answers it stands for.
[[nodiscard]] inline double linear_leverage(const linear_row_factor& fit, const model_rows& rows,
                                            Eigen::Index row) {
    double sum = 0;
    for (Eigen::Index j = 0; j < fit.basis.cols(); ++j) {
        sum += fit.basis(row, j) * fit.basis(row, j);
    }
    return (std::min)(1.0, sum / rows.frequencies[row]);
}

/// A row that alone decides a coefficient has leverage 1 and residual 0, whatever its answer.
[[nodiscard]] constexpr bool decides_alone(double leverage) {
    return leverage > 1 - 1e-10;
}

[[nodiscard]] inline Eigen::MatrixXd robust_meat(const linear_row_factor& fit,
                                                 const model_rows& rows, standard_errors errors,
                                                 std::string_view function) {
    const double df = residual_degrees(fit.factor, function);
    const Eigen::Index size = fit.basis.cols();
    const auto n = static_cast<double>(rows.n);
    Eigen::MatrixXd scaled = fit.basis;
    for (Eigen::Index i = 0; i < scaled.rows(); ++i) {
        double variance = fit.residuals[i] * fit.residuals[i] / rows.frequencies[i];
        if (errors == standard_errors::hc1) {
            variance *= n / df;
        } else if (errors != standard_errors::hc0) {
            const double h = linear_leverage(fit, rows, i);
            if (decides_alone(h)) {
                throw_undefined(function,
                                "row " + to_text(rows.positions[static_cast<std::size_t>(i)]) +
                                    " has leverage 1, so hc2, hc3 and hc4 divide 0 by 0; hc0 and "
                                    "hc1 do not");
            }
            const double power = errors == standard_errors::hc2 ? 1
                                 : errors == standard_errors::hc3
                                     ? 2
                                     : (std::min)(4.0, n * h / static_cast<double>(size));
            variance /= std::pow(1 - h, power);
        }
        for (Eigen::Index j = 0; j < size; ++j) {
            scaled(i, j) *= std::sqrt(variance);
        }
    }
    Eigen::MatrixXd meat(size, size);
    for (Eigen::Index j = 0; j < size; ++j) {
        for (Eigen::Index i = 0; i <= j; ++i) {
            meat(i, j) =
                linear_dot(linear_column(scaled, i), linear_column(scaled, j), scaled.rows());
            meat(j, i) = meat(i, j);
        }
    }
    return meat;
}

struct clustered_meat {
    Eigen::MatrixXd meat = {};
    std::int64_t clusters = 0;
};

[[nodiscard]] inline clustered_meat meat_by_cluster(const linear_row_factor& fit,
                                                    const model_rows& rows) {
    std::vector<std::size_t> order(rows.clusters.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return rows.clusters[a] < rows.clusters[b];
    });
    const Eigen::Index size = fit.basis.cols();
    clustered_meat result;
    result.meat.setZero(size, size);
    Eigen::VectorXd scores;
    scores.setZero(size);
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto row = static_cast<Eigen::Index>(order[at]);
        for (Eigen::Index j = 0; j < size; ++j) {
            scores[j] += fit.basis(row, j) * fit.residuals[row];
        }
        if (at + 1 == order.size() || rows.clusters[order[at + 1]] != rows.clusters[order[at]]) {
            add_square(scores, result.meat);
            scores.setZero();
            ++result.clusters;
        }
    }
    return result;
}

template <class Options>
[[nodiscard]] linear_errors errors_of_rows(const linear_row_factor& fit, const model_rows& rows,
                                           const Options& options, std::string_view function) {
    const linear_factor& f = fit.factor;
    linear_errors errors = classical_errors(f, options.level, function);
    for (Eigen::Index i = 0; i < rows.weights.size(); ++i) {
        errors.sum_of_logarithms +=
            rows.frequencies[i] * std::log(rows.weights[i] / rows.frequencies[i]);
    }
    switch (options.errors) {
    case standard_errors::classical:
        return errors;
    case standard_errors::hc0:
        errors.method = "hc0";
        break;
    case standard_errors::hc1:
        errors.method = "hc1";
        break;
    case standard_errors::hc2:
        errors.method = "hc2";
        break;
    case standard_errors::hc3:
        errors.method = "hc3";
        break;
    case standard_errors::hc4:
        errors.method = "hc4";
        break;
    case standard_errors::clustered: {
        const clustered_meat sum = meat_by_cluster(fit, rows);
        errors.meat = sum.meat;
        errors.meat *= cluster_factor(f, sum.clusters, options.cluster_correction, function);
        errors.clusters = sum.clusters;
        errors.degrees_of_freedom = static_cast<double>(sum.clusters - 1);
        errors.method = "clustered";
        return errors;
    }
    }
    errors.meat = robust_meat(fit, rows, options.errors, function);
    return errors;
}

/// Complete rows under checked options, and their factor.
struct linear_row_fit {
    model_rows rows = {};
    linear_row_factor fit = {};
    linear_errors errors = {};
};

template <class Items, class Outcome, class Options>
[[nodiscard]] linear_row_fit fit_linear_rows(const Eigen::DenseBase<Items>& items,
                                             const Eigen::DenseBase<Outcome>& outcome,
                                             const Options& options, std::string_view function) {
    require_level(options.level, function);
    require_tolerance(options.tolerance, 1e-28, function);
    require(options.errors >= standard_errors::classical &&
                options.errors <= standard_errors::clustered,
            function, "errors", static_cast<int>(options.errors), "must be a named kind");
    const bool clustered = options.errors == standard_errors::clustered;
    require(clustered || options.clusters.empty(), function, "clusters.size()",
            options.clusters.size(), "needs errors = standard_errors::clustered");
    linear_row_fit result{.rows = complete_rows(items, outcome, options, function)};
    if (result.rows.n == 0) {
        throw_undefined(function, "no complete row");
    }
    require(!clustered || !result.rows.clusters.empty(), function, "clusters.size()", 0,
            "must be the number of rows where errors = standard_errors::clustered");
    result.fit = factor_of(result.rows, options.tolerance, function);
    result.errors = errors_of_rows(result.fit, result.rows, options, function);
    return result;
}

} // namespace nps::inline v0::detail
