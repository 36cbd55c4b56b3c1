// SPDX-License-Identifier: Apache-2.0
/// @file
/// The importance of drivers as a function of cross-products that is called for every replicate.
#pragma once

#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/linear_importance.hpp>
#include <nps/model/detail/product_rows.hpp>
#include <nps/model/importance_method.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] inline double sum_of_values(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum;
}

/// One for each worker: it keeps its memory.
class importance_statistic {
public:
    importance_statistic(const importance_options& options, const std::vector<std::string>& names,
                         std::string_view function)
        : options_(options), players_(find_drivers(names, options, function).players),
          items_(names.size()), measure_(make_measure()) {}
    importance_statistic(const importance_statistic& other)
        : options_(other.options_), players_(other.players_), items_(other.items_),
          measure_(make_measure()) {}
    importance_statistic(importance_statistic&&) = default;
    importance_statistic& operator=(const importance_statistic&) = delete;
    importance_statistic& operator=(importance_statistic&&) = delete;
    ~importance_statistic() = default;

    [[nodiscard]] std::size_t drivers() const { return players_.items.size(); }
    /// The values of the drivers, R^2, and how many items do not vary.
    [[nodiscard]] std::size_t outputs() const { return drivers() + 2; }

    /// False where nothing is explained, by the bounds of relative_importance.
    bool operator()(const centred_products& products, std::span<double> out) {
        importance_correlations(products.centred, correlations_);
        const std::span<double> values = out.first(drivers());
        const double* const r = correlations_.data();
        const std::size_t variables = items_ + 1;
        out[drivers()] = measure_.evaluate({r, variables * variables}, values).all;
        double constant = 0;
        for (std::size_t j = 0; j < items_; ++j) {
            constant += r[j * variables + j] > 0 ? 0 : 1;
        }
        out[drivers() + 1] = constant;
        for (double& value : values) {
            if (std::abs(value) < 1e-15 ||
                (value < 0 && options_.method != importance_method::pratt)) {
                value = 0;
            }
        }
        return sum_of_values(values) > 1e-14;
    }

private:
    [[nodiscard]] linear_importance make_measure() const {
        return {options_.method, players_, options_.permutations, options_.seed, 1};
    }

    importance_options options_;
    shapley_players players_;
    std::size_t items_;
    linear_importance measure_;
    Eigen::MatrixXd correlations_ = {};
};

} // namespace nps::inline v0::detail
