// SPDX-License-Identifier: Apache-2.0
/// @file
/// Items with missing answers, each with a column that says so: keeps all rows, at the price of
/// bias.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of biased_missing_indicators.
///
/// Checked:    tests/count/missing_indicators_test.cpp
/// Example:    examples/drivers.cpp
struct missing_indicator_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// Whole numbers that stand for "no answer", such as 99.
    std::vector<std::int64_t> missing_codes = {};
};

/// Items without gaps, and which of them are missing.
///
/// Checked:    tests/count/missing_indicators_test.cpp
/// Example:    examples/drivers.cpp
struct indicated_items {
    /// The items, then a column of 0 and 1 for each that has missing answers.
    Eigen::MatrixXd items = {};
    /// The names of the items, then "NAME missing".
    std::vector<std::string> names = {};
};

/// Fills each missing answer with the mean of those given (rounded to a whole number where these are
/// whole, so that sums stay exact) and adds a column that is 1 where it was missing. For
/// cross_products and every fit from rows: `cross_products(m.items, outcome, {.names = m.names})`.
///
/// Assumes:    nothing: the coefficients of the other items are biased whenever items are
///             correlated, also where answers are missing completely at random, because the filled
///             item no longer controls for itself. Prefer leaving rows out while few are lost.
/// Not for:    estimates that are to be read as effects; a missing outcome, whose rows are left out.
/// Degenerate: an item without answers is 0, and its indicator 1, everywhere: both are constant.
/// Throws:     invalid_input, for infinite answers and for another number of names than of items.
/// Cost:       O(rows items); a copy of the items.
/// Source:     Jones (1996), doi:10.1080/01621459.1996.10476680
/// Checked:    tests/count/missing_indicators_test.cpp
/// Example:    examples/drivers.cpp
template <class Items>
[[nodiscard]] indicated_items
biased_missing_indicators(const Eigen::DenseBase<Items>& items,
                          const missing_indicator_options& options = {}) {
    constexpr std::string_view self = "biased_missing_indicators";
    auto&& x = detail::stored(items.derived());
    const Eigen::Index rows = x.rows();
    const Eigen::Index p = x.cols();
    detail::require(options.names.empty() || std::ssize(options.names) == p, self, "names.size()",
                    options.names.size(),
                    "must be the number of items, " + detail::to_text(p) + ", or 0");
    indicated_items result;
    result.names = options.names;
    for (Eigen::Index j = std::ssize(result.names); j < p; ++j) {
        result.names.push_back("item " + detail::to_text(j + 1));
    }
    result.items.resize(rows, p);
    std::vector<std::vector<Eigen::Index>> gaps;
    for (Eigen::Index j = 0; j < p; ++j) {
        std::vector<Eigen::Index> missing;
        double mean = 0;
        double answers = 0;
        bool whole = true;
        for (Eigen::Index i = 0; i < rows; ++i) {
            const auto value = x.coeff(i, j);
            if (detail::is_missing(value, std::span<const std::int64_t>(options.missing_codes))) {
                missing.push_back(i);
                continue;
            }
            const auto number = static_cast<double>(value);
            detail::require(std::isfinite(number), self,
                            "item " + detail::to_text(j) + " of row " + detail::to_text(i), number,
                            "must be finite, or NaN where it is missing");
            result.items(i, j) = number;
            answers += 1;
            mean += (number - mean) / answers;
            whole = whole && std::trunc(number) == number;
        }
        for (const Eigen::Index i : missing) {
            result.items(i, j) = whole ? std::round(mean) : mean;
        }
        if (!missing.empty()) {
            result.names.push_back(result.names[static_cast<std::size_t>(j)] + " missing");
            gaps.push_back(std::move(missing));
        }
    }
    result.items.conservativeResize(rows, p + std::ssize(gaps));
    std::fill(result.items.data() + rows * p, result.items.data() + result.items.size(), 0.0);
    for (Eigen::Index k = 0; k < std::ssize(gaps); ++k) {
        for (const Eigen::Index i : gaps[static_cast<std::size_t>(k)]) {
            result.items(i, p + k) = 1;
        }
    }
    return result;
}

} // namespace nps::inline v0
