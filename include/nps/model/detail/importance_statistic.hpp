// SPDX-License-Identifier: Apache-2.0
/// @file
/// The importance of drivers as a function of cross-products that is called for every replicate.
#pragma once

#include <nps/model/detail/product_rows.hpp>
#include <nps/model/detail/shapley_workspace.hpp>
#include <nps/model/importance.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] inline double sum_of_values(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum;
}

/// Correlations from sums of products of deviations; a variable that does not vary has zeros.
inline void correlations_of(const Eigen::MatrixXd& centred, std::vector<double>& result) {
    const auto m = static_cast<std::size_t>(centred.rows());
    const double* const products = centred.data();
    result.resize(m * m);
    std::vector<double> scale(m);
    for (std::size_t j = 0; j < m; ++j) {
        const double square = products[j * m + j];
        scale[j] = square > 0 ? 1 / std::sqrt(square) : 0;
    }
    for (std::size_t j = 0; j < m; ++j) {
        for (std::size_t k = 0; k < m; ++k) {
            result[j * m + k] = products[j * m + k] * scale[j] * scale[k];
        }
        result[j * m + j] = scale[j] > 0 ? 1 : 0;
    }
}

/// One for each worker: it keeps its memory.
class importance_statistic {
public:
    importance_statistic(const importance_options& options, std::size_t items)
        : options_(options), items_(items), workspace_(single_items(items)) {}
    importance_statistic(const importance_statistic& other)
        : importance_statistic(other.options_, other.items_) {}

    [[nodiscard]] std::size_t drivers() const { return workspace_.players(); }
    /// The values of the drivers, R^2, and how many items do not vary.
    [[nodiscard]] std::size_t outputs() const { return drivers() + 2; }

    bool operator()(const centred_products& products, std::span<double> out) {
        correlations_of(products.centred, correlations_);
        const std::span<double> values = out.first(drivers());
        out[drivers()] = workspace_.exact(correlations_, values).all;
        double constant = 0;
        for (std::size_t j = 0; j < items_; ++j) {
            constant += correlations_[j * (items_ + 1) + j] > 0 ? 0 : 1;
        }
        out[drivers() + 1] = constant;
        // Correlations that are 0 but for rounding, squared, explain nothing.
        return sum_of_values(values) > 1e-24;
    }

private:
    importance_options options_;
    std::size_t items_;
    shapley_workspace workspace_;
    std::vector<double> correlations_ = {};
};

} // namespace nps::inline v0::detail
