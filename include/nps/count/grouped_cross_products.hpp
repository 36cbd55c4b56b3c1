// SPDX-License-Identifier: Apache-2.0
/// @file
/// Cross-products of each segment, shop or person: what segment comparisons and cluster-robust
/// errors are made from.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <ranges>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One cross_products for each label that occurs, in ascending order of the labels:
/// `grouped_cross_products(items, outcome, shops)`. Their sum is that of all rows, to the bit where
/// they are exact.
///
/// Assumes:    a label for each row, of a type with < and == (whole numbers, text).
/// Degenerate: a group of rows that all miss an answer has n() = 0 and counts them in dropped().
/// Throws:     invalid_input, as cross_products, and for another number of labels than rows.
/// Cost:       O(rows items^2 + rows log rows) time; memory for a copy of one group's rows, and
///             about 8 (items + 1)^2 bytes a group.
/// Checked:    tests/count/grouped_cross_products_test.cpp
/// Example:    examples/drivers.cpp
template <class Items, class Outcome, std::ranges::random_access_range Labels>
[[nodiscard]] std::map<std::ranges::range_value_t<Labels>, cross_products>
grouped_cross_products(const Eigen::DenseBase<Items>& items,
                       const Eigen::DenseBase<Outcome>& outcome, const Labels& labels,
                       const cross_product_options& options = {}) {
    constexpr std::string_view self = "grouped_cross_products";
    const auto n = static_cast<std::size_t>(items.rows());
    const auto require_rows = [&](std::size_t size, std::string_view argument, bool optional) {
        detail::require(size == n || (optional && size == 0), self, argument, size,
                        "must be the number of rows, " + detail::to_text(n));
    };
    require_rows(static_cast<std::size_t>(outcome.size()), "outcome.size()", false);
    require_rows(std::ranges::size(labels), "labels.size()", false);
    require_rows(options.frequency_weights.size(), "frequency_weights.size()", true);
    require_rows(options.sampling_weights.size(), "sampling_weights.size()", true);
    auto&& x = detail::stored(items.derived());
    auto&& y = detail::stored(outcome.derived());
    const auto label = [&](std::size_t row) -> decltype(auto) {
        return std::ranges::begin(labels)[static_cast<std::ptrdiff_t>(row)];
    };
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return label(a) < label(b); });

    std::map<std::ranges::range_value_t<Labels>, cross_products> groups;
    cross_product_options own = options;
    for (std::size_t begin = 0; begin < n;) {
        std::size_t end = begin + 1;
        while (end < n && !(label(order[begin]) < label(order[end]))) {
            ++end;
        }
        const auto size = static_cast<Eigen::Index>(end - begin);
        Eigen::Matrix<typename Items::Scalar, Eigen::Dynamic, Eigen::Dynamic> rows(size, x.cols());
        Eigen::Matrix<typename Outcome::Scalar, Eigen::Dynamic, 1> answers(size);
        own.frequency_weights.clear();
        own.sampling_weights.clear();
        for (Eigen::Index k = 0; k < size; ++k) {
            const std::size_t row = order[begin + static_cast<std::size_t>(k)];
            for (Eigen::Index j = 0; j < x.cols(); ++j) {
                rows(k, j) = x.coeff(static_cast<Eigen::Index>(row), j);
            }
            answers[k] = y.coeff(static_cast<Eigen::Index>(row));
            if (!options.frequency_weights.empty()) {
                own.frequency_weights.push_back(options.frequency_weights[row]);
            }
            if (!options.sampling_weights.empty()) {
                own.sampling_weights.push_back(options.sampling_weights[row]);
            }
        }
        groups.emplace_hint(groups.end(), label(order[begin]), cross_products(rows, answers, own));
        begin = end;
    }
    return groups;
}

} // namespace nps::inline v0
