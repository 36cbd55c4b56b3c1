// SPDX-License-Identifier: Apache-2.0
/// @file
/// How far apart the coefficients of independent fits are, in units of their covariances.
#pragma once

#include <nps/model/detail/dense.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace nps::inline v0::detail {

/// What a test between segments needs of each fit.
struct segment_part {
    std::vector<std::string> names = {};
    Eigen::VectorXd estimates = {};
    Eigen::MatrixXd covariance = {};
    /// Infinite where the model has none.
    double degrees_of_freedom = std::numeric_limits<double>::infinity();
    std::int64_t n = 0;

    [[nodiscard]] Eigen::Index find(const std::string& name) const {
        const auto place = std::find(names.begin(), names.end(), name);
        return place == names.end() ? -1 : static_cast<Eigen::Index>(place - names.begin());
    }
};

/// The distance of the segments, and what Welch's correction needs.
struct segment_distance {
    double chi_squared = 0;
    double degrees_of_freedom = 0;
    /// sum (1 - w / W)^2 / df of one coefficient.
    double uncertainty = 0;
};

/// sum (b - m)^2 / v around the mean m weighted with 1 / v; each v above 0.
[[nodiscard]] inline segment_distance segment_distance_of(const std::vector<double>& estimates,
                                                          const std::vector<double>& variances,
                                                          const std::vector<double>& freedom) {
    const double least = *std::min_element(variances.begin(), variances.end());
    double total = 0;
    double mean = 0;
    for (std::size_t g = 0; g < estimates.size(); ++g) {
        const double weight = least / variances[g];
        total += weight;
        mean += weight * (estimates[g] - estimates[0]);
    }
    mean = estimates[0] + mean / total;
    segment_distance result{.degrees_of_freedom = static_cast<double>(estimates.size()) - 1};
    for (std::size_t g = 0; g < estimates.size(); ++g) {
        const double away = estimates[g] - mean;
        const double rest = 1 - least / variances[g] / total;
        result.chi_squared += away * away / variances[g];
        result.uncertainty += rest * rest / freedom[g];
    }
    return result;
}

/// The largest sum of absolute values of a column.
[[nodiscard]] inline double column_norm(const Eigen::MatrixXd& a) {
    double norm = 0;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
        double sum = 0;
        for (Eigen::Index i = 0; i < a.rows(); ++i) {
            sum += std::abs(a(i, j));
        }
        norm = (std::max)(norm, sum);
    }
    return norm;
}

/// The same of several coefficients at once; nothing where a covariance is singular.
[[nodiscard]] inline std::optional<segment_distance>
segment_distance_of(const std::vector<segment_part>& parts, const std::vector<std::string>& names) {
    const std::ptrdiff_t k = std::ssize(names);
    std::vector<double> unit(names.size(), 0); // makes all coefficients of one size
    for (const segment_part& part : parts) {
        for (std::size_t j = 0; j < unit.size(); ++j) {
            const Eigen::Index at = part.find(names[j]);
            unit[j] = (std::max)(unit[j], std::sqrt(part.covariance(at, at)));
        }
    }
    Eigen::MatrixXd total = Eigen::MatrixXd::Zero(k, k);
    Eigen::VectorXd product = Eigen::VectorXd::Zero(k);
    std::vector<Eigen::VectorXd> estimates;
    std::vector<Eigen::MatrixXd> weights;
    for (const segment_part& part : parts) {
        Eigen::VectorXd b(k);
        Eigen::MatrixXd v(k, k);
        for (Eigen::Index j = 0; j < k; ++j) {
            const auto column = static_cast<std::size_t>(j);
            const Eigen::Index at = part.find(names[column]);
            b[j] = part.estimates[at] / unit[column];
            for (Eigen::Index i = 0; i < k; ++i) {
                const auto row = static_cast<std::size_t>(i);
                v(i, j) = part.covariance(part.find(names[row]), at) / unit[row] / unit[column];
            }
        }
        const dense_cholesky factor(v);
        if (!factor.positive()) {
            return std::nullopt;
        }
        weights.push_back(factor.inverse());
        const Eigen::MatrixXd& weight = weights.back();
        if (!(1 / column_norm(v) / column_norm(weight) > 1e-14)) {
            return std::nullopt;
        }
        const Eigen::VectorXd weighted = dense_product(weight, b);
        for (Eigen::Index j = 0; j < k; ++j) {
            product[j] += weighted[j];
            for (Eigen::Index i = 0; i < k; ++i) {
                total(i, j) += weight(i, j);
            }
        }
        estimates.push_back(b);
    }
    const dense_cholesky factor(total);
    if (!factor.positive()) {
        return std::nullopt;
    }
    const Eigen::VectorXd mean = factor.solve(product);
    segment_distance result{.degrees_of_freedom =
                                static_cast<double>(k) * (static_cast<double>(parts.size()) - 1)};
    for (std::size_t g = 0; g < parts.size(); ++g) {
        for (Eigen::Index j = 0; j < k; ++j) {
            estimates[g][j] -= mean[j];
        }
        result.chi_squared += dense_quadratic(weights[g], estimates[g]);
    }
    return result;
}

} // namespace nps::inline v0::detail
