// SPDX-License-Identifier: Apache-2.0
/// @file
/// Ratings as two columns of 0 and 1: whether they are low, and whether they are high.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/model_rows.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of low_high_coding.
///
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct low_high_options {
    /// Ratings up to this one are low: one number for all items, or one for each. Needed.
    std::vector<double> low = {};
    /// Ratings from this one on are high; above `low`. Needed.
    std::vector<double> high = {};
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
};

/// Two columns for each driver.
///
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct low_high_items {
    /// 0 or 1; NaN where the rating is missing.
    Eigen::MatrixXd items = {};
    /// "X low" and "X high" of each driver X.
    std::vector<std::string> names = {};
    std::vector<std::string> drivers = {};
};

namespace detail {

template <class Items, class Options>
[[nodiscard]] low_high_items code_low_high(const Eigen::DenseBase<Items>& items,
                                           const Options& options, std::string_view function) {
    const auto p = static_cast<std::size_t>(items.cols());
    low_high_items result{.drivers = item_names(options.names, items.cols(), function)};
    result.items.resize(items.rows(), 2 * items.cols());
    const auto limit = [&](const std::vector<double>& given, std::size_t j,
                           std::string_view argument) {
        require(given.size() == 1 || given.size() == p, function, std::string(argument) + ".size()",
                given.size(), "must be 1 or the number of items");
        return given.size() == 1 ? given[0] : given[j];
    };
    for (std::size_t j = 0; j < p; ++j) {
        const double low = limit(options.low, j, "low");
        const double high = limit(options.high, j, "high");
        require(std::isfinite(low), function, "low[" + to_text(j) + "]", low, "must be finite");
        require(high > low && std::isfinite(high), function, "high[" + to_text(j) + "]", high,
                "must be finite and above low, " + to_text(low));
        result.names.push_back(result.drivers[j] + " low");
        result.names.push_back(result.drivers[j] + " high");
        const auto column = static_cast<Eigen::Index>(j);
        for (Eigen::Index i = 0; i < items.rows(); ++i) {
            const auto rating = static_cast<double>(items.derived().coeff(i, column));
            require(!std::isinf(rating), function,
                    "item " + std::to_string(j) + " of row " + std::to_string(i), rating,
                    "must be finite, or NaN where it is missing");
            const bool missing = std::isnan(rating);
            result.items(i, 2 * column) = missing ? rating : rating <= low ? 1 : 0;
            result.items(i, 2 * column + 1) = missing ? rating : rating >= high ? 1 : 0;
        }
    }
    return result;
}

struct low_high_counts {
    std::string name = {};
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Counts of coded columns; refuses what low_high_coding cannot have made.
[[nodiscard]] inline std::vector<low_high_counts> count_low_high(const cross_products& coded,
                                                                 std::string_view function) {
    const Eigen::VectorXd means = coded.means();
    const Eigen::MatrixXd centred = coded.centred();
    const auto n = static_cast<double>(coded.n());
    require(coded.items() % 2 == 0, function, "items()", coded.items(),
            "must be even: a low and a high column for each driver");
    std::vector<low_high_counts> result;
    for (Eigen::Index j = 0; j < coded.items(); j += 2) {
        const std::string& low = coded.names()[static_cast<std::size_t>(j)];
        const std::string& high = coded.names()[static_cast<std::size_t>(j + 1)];
        require(low.ends_with(" low"), function, "name", low, "must end with \" low\"");
        const std::string name = low.substr(0, low.size() - 4);
        require(high == name + " high", function, "name", high, "must be " + name + " high");
        // Of 0 and 1 the sum of squares is the sum; of two that exclude each other it is 0.
        const auto product = [&](Eigen::Index a, Eigen::Index b) {
            return centred(a, b) + n * means[a] * means[b];
        };
        for (const Eigen::Index column : {j, j + 1}) {
            require(std::abs(product(column, column) - n * means[column]) <= 1e-9 * n, function,
                    "column", coded.names()[static_cast<std::size_t>(column)],
                    "must be 0 and 1, from low_high_coding");
        }
        require(std::abs(product(j, j + 1)) <= 1e-9 * n, function, "column", low,
                "must never be 1 together with the high one, from low_high_coding");
        result.push_back({.name = name,
                          .low = static_cast<std::int64_t>(std::llround(n * means[j])),
                          .high = static_cast<std::int64_t>(std::llround(n * means[j + 1]))});
    }
    return result;
}

} // namespace detail

/// Ratings as low and high columns, for the cross-products that penalty_reward reads. Rows keep their
/// places; ratings between are 0 in both columns.
///
/// Formula:    low = [x <= options.low], high = [x >= options.high]
/// Throws:     invalid_input.
/// Cost:       O(rows items).
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
template <class Items>
[[nodiscard]] low_high_items low_high_coding(const Eigen::DenseBase<Items>& items,
                                             const low_high_options& options) {
    return detail::code_low_high(items, options, "low_high_coding");
}

} // namespace nps::inline v0
