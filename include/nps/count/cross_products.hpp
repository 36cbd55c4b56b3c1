// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every regression: how many, the sums, and the sums of products of items and
/// outcome, from one pass over the rows.
#pragma once

#include <nps/core/error.hpp>

#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of cross_products.
///
/// Checked:    tests/count/cross_products_test.cpp
/// Example:    examples/drivers.cpp
struct cross_product_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
};

/// Sizes, sums and sums of products of items (columns) and one outcome over rows (respondents). The
/// outcome is the last variable of every vector and matrix.
///
/// Checked:    tests/count/cross_products_test.cpp
/// Example:    examples/drivers.cpp
class cross_products {
public:
    cross_products() = default;

    /// Rows with a missing item or outcome (NaN) are left out and counted in dropped().
    template <class Items, class Outcome>
    cross_products(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                   const cross_product_options& options = {});

    /// How many items.
    [[nodiscard]] Eigen::Index items() const { return std::ssize(names_); }
    /// The names of the items.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// Rows used, each as often as its frequency weight says.
    [[nodiscard]] std::int64_t n() const { return n_; }
    /// Rows left out, because an item or the outcome was missing.
    [[nodiscard]] std::int64_t dropped() const { return dropped_; }
    /// The sum of the weights; n() where there are none.
    [[nodiscard]] double weight() const { return exact_ ? static_cast<double>(n_) : weight_; }
    /// Whether everything is held in whole numbers, so that any order gives the same bits.
    [[nodiscard]] bool exact() const { return exact_; }
    /// Means of the items and, last, of the outcome.
    [[nodiscard]] Eigen::VectorXd means() const;
    /// Sums of products of deviations from the means; symmetric.
    [[nodiscard]] Eigen::MatrixXd centred() const;

private:
    std::vector<std::string> names_;
    std::int64_t n_ = 0;
    std::int64_t dropped_ = 0;
    double weight_ = 0;
    bool exact_ = true;
    Eigen::Matrix<std::int64_t, Eigen::Dynamic, 1> sums_;
    Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> products_;
    Eigen::VectorXd means_;
    Eigen::MatrixXd centred_;
};

template <class Items, class Outcome>
cross_products::cross_products(const Eigen::DenseBase<Items>& items,
                               const Eigen::DenseBase<Outcome>& outcome,
                               const cross_product_options& options)
    : names_(options.names) {
    constexpr std::string_view self = "cross_products";
    const Eigen::Index rows = items.rows();
    const Eigen::Index p = items.cols();
    detail::require(outcome.size() == rows, self, "outcome.size()", outcome.size(),
                    "must be the number of rows");
    if (names_.empty()) {
        for (Eigen::Index j = 0; j < p; ++j) {
            names_.push_back("item " + std::to_string(j + 1));
        }
    }
    detail::require(std::ssize(names_) == p, self, "names.size()", names_.size(),
                    "must be the number of items");
    exact_ = std::integral<typename Items::Scalar> && std::integral<typename Outcome::Scalar> &&
             options.sampling_weights.empty();
    sums_.setZero(p + 1);
    products_.setZero(p + 1, p + 1);
    means_.setZero(p + 1);
    centred_.setZero(p + 1, p + 1);
    Eigen::VectorXd row(p + 1);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < p; ++j) {
            row[j] = static_cast<double>(items.derived().coeff(i, j));
        }
        row[p] = static_cast<double>(outcome.derived().coeff(i));
        if (!row.allFinite()) {
            ++dropped_;
            continue;
        }
        const auto at = static_cast<std::size_t>(i);
        const std::int64_t times =
            options.frequency_weights.empty() ? 1 : options.frequency_weights[at];
        n_ += times;
        if (exact_) {
            const Eigen::Matrix<std::int64_t, Eigen::Dynamic, 1> whole = row.cast<std::int64_t>();
            sums_ += times * whole;
            products_ += times * whole * whole.transpose();
        } else {
            const double w = static_cast<double>(times) *
                             (options.sampling_weights.empty() ? 1 : options.sampling_weights[at]);
            if (w > 0) {
                weight_ += w;
                const Eigen::VectorXd before = row - means_;
                means_ += before * (w / weight_);
                centred_ += w * before * (row - means_).transpose();
            }
        }
    }
}

inline Eigen::VectorXd cross_products::means() const {
    if (!exact_) {
        return means_;
    }
    return sums_.cast<double>() / static_cast<double>(n_);
}

inline Eigen::MatrixXd cross_products::centred() const {
    if (!exact_) {
        return centred_;
    }
    __extension__ using int128 = __int128;
    Eigen::MatrixXd result(products_.rows(), products_.cols());
    for (Eigen::Index i = 0; i < result.rows(); ++i) {
        for (Eigen::Index j = 0; j < result.cols(); ++j) {
            result(i, j) =
                static_cast<double>(int128{n_} * products_(i, j) - int128{sums_[i]} * sums_[j]) /
                static_cast<double>(n_);
        }
    }
    return result;
}

} // namespace nps::inline v0
