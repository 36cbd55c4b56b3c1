// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much of R^2 each driver of a linear model is worth.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Measures of relative importance in a linear model.
enum class importance_method : std::uint8_t {
    shapley,                    ///< mean increase of R^2 over all orders of entry
    lmg = shapley,              ///< its name in relaimpo
    general_dominance = shapley ///< its name in dominance analysis
};

/// Options of relative_importance and shapley_importance.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct importance_options {
    importance_method method = importance_method::shapley;
};

/// What each driver is worth.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct importance {
    std::vector<std::string> names = {};
    /// The part of R^2 that belongs to each driver; they sum to r_squared where the method is a
    /// decomposition.
    std::vector<double> value = {};
    /// The same divided by their sum: sums to 1.
    std::vector<double> share = {};
    /// 1 for the driver of the largest value; equal values share the mean of their ranks.
    std::vector<double> rank = {};
    double r_squared = 0;
    std::int64_t n = 0;
    std::string_view method;
};

/// Shares of R^2, by the method of the options.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline importance relative_importance(const cross_products& xy,
                                                    const importance_options& = {}) {
    const auto p = static_cast<std::size_t>(xy.items());
    const Eigen::MatrixXd centred = xy.centred();
    const auto last = xy.items();
    std::vector<double> r2(std::size_t{1} << p, 0.0);
    for (std::size_t set = 1; set < r2.size(); ++set) {
        std::vector<Eigen::Index> in;
        for (std::size_t j = 0; j < p; ++j) {
            if ((set >> j & 1U) != 0) {
                in.push_back(static_cast<Eigen::Index>(j));
            }
        }
        const Eigen::MatrixXd sxx = centred(in, in);
        const Eigen::VectorXd sxy = centred(in, std::vector<Eigen::Index>{last});
        r2[set] = sxy.dot(sxx.ldlt().solve(sxy)) / centred(last, last);
    }
    importance result{
        .names = xy.names(), .r_squared = r2.back(), .n = xy.n(), .method = "shapley"};
    result.value.assign(p, 0);
    for (std::size_t set = 0; set < r2.size(); ++set) {
        int size = 0;
        for (std::size_t j = 0; j < p; ++j) {
            size += static_cast<int>(set >> j & 1U);
        }
        const double weight =
            std::exp(std::lgamma(size + 1.0) + std::lgamma(static_cast<double>(p) - size) -
                     std::lgamma(static_cast<double>(p) + 1.0));
        for (std::size_t j = 0; j < p; ++j) {
            if ((set >> j & 1U) == 0) {
                result.value[j] += weight * (r2[set | std::size_t{1} << j] - r2[set]);
            }
        }
    }
    for (std::size_t j = 0; j < p; ++j) {
        result.share.push_back(result.value[j] / result.r_squared);
        double rank = 1;
        for (std::size_t i = 0; i < p; ++i) {
            rank += i == j                               ? 0
                    : result.value[i] > result.value[j]  ? 1
                    : result.value[i] == result.value[j] ? 0.5
                                                         : 0;
        }
        result.rank.push_back(rank);
    }
    return result;
}

/// The part of R^2 that each driver adds, averaged over all orders of entry (Shapley, LMG).
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline importance shapley_importance(const cross_products& xy,
                                                   const importance_options& options = {}) {
    return relative_importance(xy, options);
}

} // namespace nps::inline v0
