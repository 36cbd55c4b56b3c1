// SPDX-License-Identifier: Apache-2.0
/// @file
/// From a triangular factor to a linear_fit: coefficients, errors, and what else is reported.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/linear_factor.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// The inverse of the factor's triangle; its own columns are upper triangular too.
[[nodiscard]] inline Eigen::MatrixXd inverse_root(const linear_factor& f) {
    const Eigen::Index k = f.size();
    Eigen::MatrixXd inverse;
    inverse.setZero(k, k);
    for (Eigen::Index j = 0; j < k; ++j) {
        inverse(j, j) = 1 / f.root(j, j);
        for (Eigen::Index i = j - 1; i >= 0; --i) {
            double sum = 0;
            for (Eigen::Index t = i + 1; t <= j; ++t) {
                sum += f.root(i, t) * inverse(t, j);
            }
            inverse(i, j) = -sum / f.root(i, i);
        }
    }
    return inverse;
}

/// Slopes of the kept items in units of their scale: R g = Q'y.
[[nodiscard]] inline Eigen::VectorXd scaled_slopes(const linear_factor& f) {
    Eigen::VectorXd g(f.size());
    for (Eigen::Index i = f.size() - 1; i >= 0; --i) {
        g[i] = f.projections[i];
        for (Eigen::Index t = i + 1; t < f.size(); ++t) {
            g[i] -= f.root(i, t) * g[t];
        }
        g[i] /= f.root(i, i);
    }
    return g;
}

/// Largest by smallest singular value of the triangle: columns are turned in pairs until all are
/// orthogonal (one-sided Jacobi), which keeps the digits of the small ones.
[[nodiscard]] inline double condition_of(const linear_factor& f) {
    const Eigen::Index k = f.size();
    if (k == 0) {
        return 1;
    }
    Eigen::MatrixXd a(k, k);
    for (Eigen::Index j = 0; j < k; ++j) {
        std::copy_n(linear_column(f.root, j), k, a.data() + j * k);
    }
    const auto dot = [&](Eigen::Index i, Eigen::Index j) {
        return linear_dot(linear_column(a, i), linear_column(a, j), k);
    };
    bool turned = true;
    for (int sweep = 0; turned && sweep < 60; ++sweep) {
        turned = false;
        for (Eigen::Index i = 0; i < k; ++i) {
            for (Eigen::Index j = i + 1; j < k; ++j) {
                const double ii = dot(i, i);
                const double jj = dot(j, j);
                const double ij = dot(i, j);
                if (!(std::abs(ij) > 1e-15 * std::sqrt(ii * jj))) {
                    continue;
                }
                turned = true;
                const double zeta = (jj - ii) / (2 * ij);
                const double t =
                    std::copysign(1.0, zeta) / (std::abs(zeta) + std::hypot(1.0, zeta));
                const double c = 1 / std::hypot(1.0, t);
                for (Eigen::Index row = 0; row < k; ++row) {
                    const double left = a(row, i);
                    a(row, i) = c * (left - t * a(row, j));
                    a(row, j) = c * (t * left + a(row, j));
                }
            }
        }
    }
    double least = dot(0, 0);
    double most = least;
    for (Eigen::Index j = 1; j < k; ++j) {
        least = (std::min)(least, dot(j, j));
        most = (std::max)(most, dot(j, j));
    }
    return std::sqrt(most / least);
}

/// n - 1 - k; a model with as many coefficients as rows has no errors.
[[nodiscard]] inline double residual_degrees(const linear_factor& f, std::string_view function) {
    const auto used = static_cast<std::int64_t>(f.size()) + 1;
    if (f.n <= used) {
        throw_undefined(function, "n = " + to_text(f.n) + " rows for " + to_text(used) +
                                      " coefficients leave nothing to estimate errors from");
    }
    return static_cast<double>(f.n - used);
}

/// How errors are made: `meat` is the middle of the sandwich in the orthonormal basis (the constant
/// first), so that the covariance of Q'y is the meat itself.
struct linear_errors {
    Eigen::MatrixXd meat = {};
    double degrees_of_freedom = 0;
    std::int64_t clusters = 0;
    std::string_view method = {};
    double level = 0.95;
    /// Of the rows' sampling weights; 0 where it is not known.
    double sum_of_logarithms = 0;
};

[[nodiscard]] inline coefficient t_coefficient(const std::string& name, double estimate,
                                               double variance, const linear_fit& fit, double t,
                                               double level) {
    coefficient c{.name = name, .estimate = estimate};
    c.standard_error = std::sqrt((std::max)(0.0, variance));
    constexpr double largest = (std::numeric_limits<double>::max)();
    if (estimate != 0) {
        // A quotient that overflows is the largest double, too.
        c.statistic = std::clamp(estimate / c.standard_error, -largest, largest);
        c.p_value = (std::min)(
            1.0, 2 * student_t_upper_tail(std::abs(c.statistic), fit.degrees_of_freedom));
    }
    c.interval = {.lower = estimate - t * c.standard_error,
                  .upper = estimate + t * c.standard_error,
                  .level = level,
                  .n = fit.n,
                  .method = fit.method};
    return c;
}

inline void add_likelihood(linear_fit& fit, const linear_factor& f, double sum_of_logarithms) {
    if (!(f.residual > 0)) {
        return;
    }
    const auto n = static_cast<double>(f.n);
    const double twice =
        sum_of_logarithms - n * (std::log(2 * std::numbers::pi) + 1 + std::log(f.residual / n));
    const auto parameters = static_cast<double>(f.size() + 2);
    fit.log_likelihood = twice / 2;
    fit.aic = 2 * parameters - twice;
    fit.bic = std::log(n) * parameters - twice;
}

inline void add_r_squared(linear_fit& fit, const linear_factor& f, double df) {
    const auto k = static_cast<double>(f.size());
    const double length = f.scale[std::ssize(f.scale) - 1];
    if (length == 0 || k == 0) {
        return;
    }
    // A small R^2 has its digits in the projections, one near 1 in the residuals.
    const double explained = linear_dot(f.projections.data(), f.projections.data(), f.size());
    const double unexplained = (std::min)(1.0, f.residual / length / length);
    fit.r_squared = explained < f.residual ? explained / length / length : 1 - unexplained;
    fit.adjusted_r_squared = 1 - unexplained * (static_cast<double>(f.n - 1) / df);
    fit.f_statistic =
        (std::min)(explained / k / (f.residual / df), (std::numeric_limits<double>::max)());
    fit.f_p_value = f_upper_tail(fit.f_statistic, k, df);
}

[[nodiscard]] inline linear_fit finish_linear(const linear_factor& f,
                                              const std::vector<std::string>& names,
                                              const linear_errors& errors,
                                              std::string_view function) {
    const Eigen::Index k = f.size();
    const auto p = static_cast<Eigen::Index>(names.size());
    const double df = residual_degrees(f, function);
    linear_fit fit{.excluded = f.excluded,
                   .residual_variance = f.residual / df,
                   .degrees_of_freedom = errors.degrees_of_freedom,
                   .columns = f.kept,
                   .items = p,
                   .outcome_mean = f.means[p],
                   .n = f.n,
                   .dropped = f.dropped,
                   .clusters = errors.clusters,
                   .method = errors.method};
    fit.residual_sd = std::sqrt(fit.residual_variance);
    fit.condition_number = condition_of(f);
    add_r_squared(fit, f, df);
    add_likelihood(fit, f, errors.sum_of_logarithms);

    // Rows of `to_mean` give the fitted value at the means and the slopes from (constant, Q'y).
    const Eigen::MatrixXd inverse = inverse_root(f);
    Eigen::MatrixXd to_mean;
    to_mean.setZero(k + 1, k + 1);
    to_mean(0, 0) = 1 / std::sqrt(f.weight);
    const Eigen::VectorXd g = scaled_slopes(f);
    Eigen::VectorXd slopes(k);
    fit.item_means.resize(k);
    fit.standardised.assign(1, 0);
    fit.variance_inflation.assign(1, 0);
    for (Eigen::Index j = 0; j < k; ++j) {
        const Eigen::Index column = f.kept[static_cast<std::size_t>(j)];
        fit.item_means[j] = f.means[column];
        slopes[j] = g[j] / f.scale[column];
        fit.standardised.push_back(f.scale[p] > 0 ? g[j] / f.scale[p] : 0);
        for (Eigen::Index t = j; t < k; ++t) {
            to_mean(j + 1, t + 1) = inverse(j, t) / f.scale[column];
        }
        fit.variance_inflation.push_back(f.inflation[j]);
    }
    Eigen::MatrixXd to_intercept = to_mean;
    double intercept = fit.outcome_mean;
    for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index t = 0; t <= k; ++t) {
            to_intercept(0, t) -= fit.item_means[j] * to_mean(j + 1, t);
        }
        intercept -= fit.item_means[j] * slopes[j];
    }
    fit.covariance = dense_sandwich(to_intercept, errors.meat);
    Eigen::VectorXd of_mean(k + 1); // 0 but for the first, which is all that to_mean(0, .) has
    for (Eigen::Index t = 0; t <= k; ++t) {
        of_mean[t] = errors.meat(t, 0) * to_mean(0, 0);
    }
    fit.mean_covariance = dense_product(to_mean, of_mean);

    const double t = student_t_upper_quantile((1 - errors.level) / 2, fit.degrees_of_freedom);
    for (Eigen::Index j = 0; j <= k; ++j) {
        const std::string& name =
            j == 0 ? "(intercept)"
                   : names[static_cast<std::size_t>(f.kept[static_cast<std::size_t>(j - 1)])];
        fit.coefficients.push_back(t_coefficient(name, j == 0 ? intercept : slopes[j - 1],
                                                 fit.covariance(j, j), fit, t, errors.level));
    }
    const bool finite =
        std::all_of(fit.covariance.data(), fit.covariance.data() + fit.covariance.size(),
                    [](double x) { return std::isfinite(x); });
    for (const coefficient& c : fit.coefficients) {
        if (!finite || !std::isfinite(c.estimate) || !std::isfinite(c.interval.lower) ||
            !std::isfinite(c.interval.upper)) {
            throw_undefined(function, "no double holds the coefficient of " + c.name);
        }
    }
    return fit;
}

/// The residual variance times the identity.
[[nodiscard]] inline linear_errors classical_errors(const linear_factor& f, double level,
                                                    std::string_view function) {
    const double df = residual_degrees(f, function);
    const Eigen::Index size = f.size() + 1;
    Eigen::MatrixXd meat;
    meat.setZero(size, size);
    for (Eigen::Index j = 0; j < size; ++j) {
        meat(j, j) = f.residual / df;
    }
    return {
        .meat = std::move(meat), .degrees_of_freedom = df, .method = "classical", .level = level};
}

/// Clusters / (clusters - 1), times (n - 1) / (n - coefficients): 1 where no correction is asked for.
[[nodiscard]] inline double cluster_factor(const linear_factor& f, std::int64_t clusters,
                                           bool corrected, std::string_view function) {
    const double df = residual_degrees(f, function);
    if (clusters < 2) {
        throw_undefined(function,
                        "clusters = " + to_text(clusters) + ": clustered errors need at least two");
    }
    const auto g = static_cast<double>(clusters);
    return corrected ? g / (g - 1) * (static_cast<double>(f.n - 1) / df) : 1;
}

inline void require_tolerance(double tolerance, double lowest, std::string_view function) {
    require(tolerance >= lowest && tolerance < 1, function, "tolerance", tolerance,
            "must be in [" + to_text(lowest) + ", 1)");
}

} // namespace nps::inline v0::detail
