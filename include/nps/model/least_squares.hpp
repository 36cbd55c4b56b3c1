// SPDX-License-Identifier: Apache-2.0
/// @file
/// Linear regression by least squares, from cross-products alone.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of least_squares.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct least_squares_options {
    /// Of the intervals of the coefficients.
    double level = 0.95;
};

/// A fitted linear model.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct linear_fit {
    /// The intercept first, then the items that are not excluded, in their order.
    std::vector<coefficient> coefficients = {};
    /// Constant and collinear items.
    std::vector<excluded_item> excluded = {};
    /// Variances and covariances of `coefficients`.
    Eigen::MatrixXd covariance = {};
    double r_squared = 0;
    double adjusted_r_squared = 0;
    double residual_variance = 0;
    double degrees_of_freedom = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// How the standard errors were made.
    std::string_view method;
};

/// Least squares from cross-products.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline linear_fit least_squares(const cross_products& xy,
                                              const least_squares_options& options = {}) {
    constexpr std::string_view self = "least_squares";
    detail::require_level(options.level, self);
    if (xy.n() < 2) {
        detail::throw_undefined(self, "fewer than two rows");
    }
    const Eigen::Index p = xy.items();
    const Eigen::VectorXd means = xy.means();
    const Eigen::MatrixXd centred = xy.centred();
    linear_fit fit{.n = xy.n(), .dropped = xy.dropped(), .method = "classical"};
    std::vector<Eigen::Index> kept;
    for (Eigen::Index j = 0; j < p; ++j) {
        if (!(centred(j, j) > 0)) {
            fit.excluded.push_back({xy.names()[static_cast<std::size_t>(j)], exclusion::constant});
            continue;
        }
        std::vector<Eigen::Index> with = kept;
        with.push_back(j);
        const Eigen::MatrixXd block = centred(with, with);
        const Eigen::VectorXd scale = block.diagonal().cwiseSqrt().cwiseInverse();
        const Eigen::MatrixXd r = scale.asDiagonal() * block * scale.asDiagonal();
        const Eigen::LLT<Eigen::MatrixXd> factor(r);
        const auto last = std::ssize(with) - 1;
        if (factor.info() != Eigen::Success || std::pow(factor.matrixL()(last, last), 2) < 1e-10) {
            fit.excluded.push_back({xy.names()[static_cast<std::size_t>(j)], exclusion::collinear});
            continue;
        }
        kept = with;
    }
    const auto k = static_cast<Eigen::Index>(kept.size());
    fit.degrees_of_freedom = static_cast<double>(xy.n() - 1 - k);
    if (!(fit.degrees_of_freedom > 0)) {
        detail::throw_undefined(self, "no more rows than coefficients");
    }
    const Eigen::MatrixXd sxx = centred(kept, kept);
    const Eigen::VectorXd sxy = centred(kept, std::vector<Eigen::Index>{p});
    const Eigen::MatrixXd inverse =
        k > 0 ? Eigen::MatrixXd(sxx.llt().solve(Eigen::MatrixXd::Identity(k, k)))
              : Eigen::MatrixXd(0, 0);
    const Eigen::VectorXd beta = inverse * sxy;
    const Eigen::VectorXd kept_means = means(kept);
    const double total = centred(p, p);
    const double explained = beta.dot(sxy);
    fit.r_squared = total > 0 ? explained / total : 0;
    fit.residual_variance = (std::max)(0.0, total - explained) / fit.degrees_of_freedom;
    fit.adjusted_r_squared =
        1 - (1 - fit.r_squared) * static_cast<double>(xy.n() - 1) / fit.degrees_of_freedom;
    fit.covariance.resize(k + 1, k + 1);
    const Eigen::VectorXd cross = -inverse * kept_means;
    fit.covariance(0, 0) = 1 / xy.weight() - kept_means.dot(cross);
    fit.covariance.col(0).tail(k) = cross;
    fit.covariance.row(0).tail(k) = cross.transpose();
    fit.covariance.bottomRightCorner(k, k) = inverse;
    fit.covariance *= fit.residual_variance;
    const double t = student_t_upper_quantile((1 - options.level) / 2, fit.degrees_of_freedom);
    for (Eigen::Index j = 0; j <= k; ++j) {
        coefficient c;
        c.name = j == 0
                     ? "(intercept)"
                     : xy.names()[static_cast<std::size_t>(kept[static_cast<std::size_t>(j - 1)])];
        c.estimate = j == 0 ? means[p] - beta.dot(kept_means) : beta[j - 1];
        c.standard_error = std::sqrt(fit.covariance(j, j));
        c.statistic = c.standard_error > 0 ? c.estimate / c.standard_error : 0;
        c.p_value = 2 * student_t_upper_tail(std::abs(c.statistic), fit.degrees_of_freedom);
        c.interval = {.lower = c.estimate - t * c.standard_error,
                      .upper = c.estimate + t * c.standard_error,
                      .level = options.level,
                      .n = xy.n(),
                      .method = fit.method};
        fit.coefficients.push_back(c);
    }
    return fit;
}

} // namespace nps::inline v0
