// SPDX-License-Identifier: Apache-2.0
/// @file
/// How far apart the coefficients of independent fits are, in units of their covariances.
#pragma once

#include <nps/core/error.hpp>

#include <Eigen/Cholesky>
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

/// The same of several coefficients at once; nothing where a covariance is singular.
[[nodiscard]] inline std::optional<segment_distance>
segment_distance_of(const std::vector<segment_part>& parts, const std::vector<std::string>& names) {
    const std::ptrdiff_t k = std::ssize(names);
    Eigen::VectorXd unit = Eigen::VectorXd::Zero(k); // makes all coefficients of one size
    for (const segment_part& part : parts) {
        for (Eigen::Index j = 0; j < k; ++j) {
            const Eigen::Index at = part.find(names[static_cast<std::size_t>(j)]);
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
            const Eigen::Index row = part.find(names[static_cast<std::size_t>(j)]);
            b[j] = part.estimates[row] / unit[j];
            for (Eigen::Index i = 0; i < k; ++i) {
                v(i, j) = part.covariance(part.find(names[static_cast<std::size_t>(i)]), row) /
                          unit[i] / unit[j];
            }
        }
        const Eigen::LLT<Eigen::MatrixXd> factor(v);
        if (factor.info() != Eigen::Success || !(factor.rcond() > 1e-14)) {
            return std::nullopt;
        }
        const Eigen::MatrixXd weight = factor.solve(Eigen::MatrixXd::Identity(k, k));
        total += weight;
        product += weight * b;
        estimates.push_back(b);
        weights.push_back(weight);
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(total);
    if (factor.info() != Eigen::Success) {
        return std::nullopt;
    }
    const Eigen::VectorXd mean = factor.solve(product);
    segment_distance result{.degrees_of_freedom =
                                static_cast<double>(k) * (static_cast<double>(parts.size()) - 1)};
    for (std::size_t g = 0; g < parts.size(); ++g) {
        const Eigen::VectorXd away = estimates[g] - mean;
        result.chi_squared += away.dot(Eigen::VectorXd(weights[g] * away));
    }
    return result;
}

} // namespace nps::inline v0::detail
