// SPDX-License-Identifier: Apache-2.0
/// @file
/// R^2 of the linear models on all subsets of the items.
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Depth first: the first of the items left either stays out, or goes in and is eliminated from
/// the rest. `rest` is the lower triangle of the correlations of the items left and the outcome,
/// by rows.
inline void subset_r_squared_walk(std::span<double> buffer, std::span<const double> rest,
                                  std::size_t left, std::size_t set, std::size_t bit,
                                  std::span<double> r_squared) {
    const std::size_t side = left + 1;
    if (left == 0) {
        r_squared[set] = (std::min)(1.0, (std::max)(0.0, 1 - rest[0]));
        return;
    }
    const std::span<double> next = buffer.first(left * left);
    const std::span<double> deeper = buffer.subspan(left * left);
    for (const bool in : {false, true}) {
        const double pivot = rest[0];
        // An item that the others explain but for 1e-10 of its variance adds nothing.
        const bool eliminate = in && pivot > 1e-10;
        for (std::size_t i = 1; i < side; ++i) {
            const double factor = eliminate ? rest[i * side] / pivot : 0;
            for (std::size_t j = 1; j <= i; ++j) {
                next[(i - 1) * left + j - 1] = rest[i * side + j] - factor * rest[j * side];
            }
        }
        subset_r_squared_walk(deeper, next, left - 1, in ? set | bit : set, bit << 1U, r_squared);
    }
}

/// By bit mask, from the centred cross-products of the items and, last, the outcome, which varies.
[[nodiscard]] inline std::vector<double> subset_r_squared(const Eigen::MatrixXd& centred) {
    const auto side = static_cast<std::size_t>(centred.rows());
    std::vector<double> correlations(side * side);
    for (std::size_t i = 0; i < side; ++i) {
        for (std::size_t j = 0; j < side; ++j) {
            const auto row = static_cast<Eigen::Index>(i);
            const auto column = static_cast<Eigen::Index>(j);
            const double scale = std::sqrt(centred(row, row)) * std::sqrt(centred(column, column));
            correlations[i * side + j] = !(scale > 0) ? 0
                                         : i == j     ? 1
                                                      : centred(row, column) / scale;
        }
    }
    std::vector<double> buffer(side * side * side);
    std::vector<double> r_squared(std::size_t{1} << (side - 1));
    subset_r_squared_walk(buffer, correlations, side - 1, 0, 1, r_squared);
    return r_squared;
}

} // namespace nps::inline v0::detail
