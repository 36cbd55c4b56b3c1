// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows packed once, so that their cross-products can be made again and again with other counts of
/// each row: exact where items and outcome are small whole numbers.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/weighted_products.hpp>
#include <nps/numeric/sums.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// How often each row was drawn: in bytes where they hold it. Padded with zeros.
class product_counts {
public:
    product_counts(std::size_t rows, std::size_t padded) : rows_(rows), bytes_(padded) {}

    [[nodiscard]] bool fit_bytes() const { return wide_.empty(); }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
    [[nodiscard]] std::span<const std::int64_t> wide() const { return wide_; }
    [[nodiscard]] std::int64_t operator[](std::size_t row) const {
        return fit_bytes() ? bytes_[row] : wide_[row];
    }

    /// Counts rows drawn one by one.
    void count(std::span<const std::size_t> drawn) {
        wide_.clear();
        std::ranges::fill(bytes_, std::uint8_t{0});
        std::uint8_t* const bytes = bytes_.data();
        for (const std::size_t row : drawn) {
            ++bytes[row];
        }
        // A byte that ran over has lost 256.
        if (size_of_bytes(bytes_).sum != drawn.size()) {
            wide_.assign(bytes_.size(), 0);
            for (const std::size_t row : drawn) {
                ++wide_[row];
            }
        }
    }

    /// Calls `change(counts)` with the counts as a span of 64-bit numbers.
    template <class Change>
    void change(Change change) {
        if (wide_.empty()) {
            wide_.assign(bytes_.begin(), bytes_.end());
        }
        change(std::span(wide_).first(rows_));
        if (*std::ranges::max_element(wide_) < 256) {
            std::ranges::transform(wide_, bytes_.begin(),
                                   [](std::int64_t c) { return static_cast<std::uint8_t>(c); });
            wide_.clear();
        }
    }

private:
    std::size_t rows_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::int64_t> wide_; // empty where bytes hold all
};

/// Sums and sums of products, as the kernels give them; whole or real.
struct product_sums {
    std::vector<std::int64_t> whole = {};
    std::vector<double> real = {};
};

/// Sizes, means and sums of products of deviations, the outcome last.
struct centred_products {
    double weight = 0;
    Eigen::VectorXd means = {};
    Eigen::MatrixXd centred = {};
};

/// Items, outcome and, last, a column of ones.
class product_rows {
public:
    /// `rows` are complete; `frequencies` say how often each is in the data, empty: once. Counts will
    /// sum to `heaviest` or less.
    product_rows(const model_rows& rows, std::vector<std::int64_t> frequencies,
                 std::vector<double> sampling, double heaviest);

    /// Whether all sums are whole numbers.
    [[nodiscard]] bool exact() const { return exact_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t padded() const { return exact_ ? bytes_.stride : reals_.stride; }
    [[nodiscard]] std::span<const std::int64_t> frequencies() const { return frequencies_; }

    /// Counts times products over all rows.
    void add_up(const product_counts& counts, product_sums& sums,
                instruction_set instructions = best_instruction_set()) const;
    /// Takes the rows `left_out` out of the sums, each `times` over (once each where that is 0, or
    /// as often as it is in the data).
    void take_away(std::span<const std::size_t> left_out, bool all_copies,
                   product_sums& sums) const;
    /// What the sums say. An item that did not vary has sums of exactly 0.
    void centre(const product_sums& sums, centred_products& result) const;

private:
    [[nodiscard]] std::size_t columns() const { return exact_ ? bytes_.columns : reals_.columns; }

    std::size_t rows_;
    std::size_t variables_;
    bool exact_ = true;
    std::int64_t largest_ = 0;
    std::vector<double> origins_; // what was taken from each variable
    product_columns<std::uint8_t> bytes_ = {};
    product_columns<double> reals_ = {};
    std::vector<std::int64_t> frequencies_;
    std::vector<double> sampling_;
};

inline product_rows::product_rows(const model_rows& rows, std::vector<std::int64_t> frequencies,
                                  std::vector<double> sampling, double heaviest)
    : rows_(static_cast<std::size_t>(rows.outcome.size())),
      variables_(static_cast<std::size_t>(rows.items.cols()) + 1), origins_(variables_),
      frequencies_(std::move(frequencies)), sampling_(std::move(sampling)) {
    const auto column = [&](std::size_t j) {
        const double* const first =
            j + 1 < variables_ ? rows.items.data() + j * rows_ : rows.outcome.data();
        return std::span(first, rows_);
    };
    // heaviest^2 largest^2 has to fit in 126 bits, heaviest largest^2 in 63.
    exact_ = sampling_.empty() && heaviest < 0x1p48;
    for (std::size_t j = 0; exact_ && j < variables_ && rows_ > 0; ++j) {
        const auto [least, most] = std::ranges::minmax(column(j));
        exact_ = most - least <= 127 && std::abs(least) <= 0x1p52 &&
                 std::ranges::all_of(column(j), [](double x) {
                     return x == static_cast<double>(static_cast<std::int64_t>(x));
                 });
        origins_[j] = least;
        largest_ = (std::max)(largest_, static_cast<std::int64_t>(exact_ ? most - least : 0));
    }
    if (exact_) {
        largest_ = (std::max)(largest_, std::int64_t{1});
        bytes_ = product_columns<std::uint8_t>(rows_, variables_ + 1);
        for (std::size_t j = 0; j < variables_; ++j) {
            std::ranges::transform(column(j), bytes_.column(j), [&](double x) {
                return static_cast<std::uint8_t>(x - origins_[j]);
            });
        }
        std::fill_n(bytes_.column(variables_), rows_, std::uint8_t{1});
        return;
    }
    reals_ = product_columns<double>(rows_, variables_ + 1);
    double weight = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
        weight += rows.weights[static_cast<Eigen::Index>(i)];
    }
    for (std::size_t j = 0; j < variables_; ++j) {
        // Any origin near the mean will do; that of a constant is the constant itself.
        double mean = 0;
        for (std::size_t i = 0; i < rows_; ++i) {
            mean += column(j)[i] * (rows.weights[static_cast<Eigen::Index>(i)] / weight);
        }
        const auto [least, most] = std::ranges::minmax(column(j));
        origins_[j] = (std::min)((std::max)(mean, least), most);
        std::ranges::transform(column(j), reals_.column(j),
                               [&](double x) { return x - origins_[j]; });
    }
    std::fill_n(reals_.column(variables_), rows_, 1.0);
}

inline void product_rows::add_up(const product_counts& counts, product_sums& sums,
                                 instruction_set instructions) const {
    const std::size_t pairs = columns() * columns();
    if (exact_) {
        sums.whole.resize(pairs);
        if (counts.fit_bytes()) {
            weighted_byte_products(bytes_, counts.bytes(), largest_, sums.whole, instructions);
        } else {
            weighted_byte_products(bytes_, counts.wide(), largest_, sums.whole, instructions);
        }
        return;
    }
    std::vector<double> weights(padded());
    for (std::size_t i = 0; i < rows_; ++i) {
        weights[i] = static_cast<double>(counts[i]);
        weights[i] *= sampling_.empty() ? 1 : sampling_[i];
    }
    sums.real.resize(pairs);
    weighted_real_products(reals_, weights, sums.real, instructions);
}

inline void product_rows::take_away(std::span<const std::size_t> left_out, bool all_copies,
                                    product_sums& sums) const {
    for (const std::size_t row : left_out) {
        const std::int64_t times = all_copies && !frequencies_.empty() ? frequencies_[row] : 1;
        const double weight = static_cast<double>(times) * (sampling_.empty() ? 1 : sampling_[row]);
        for (std::size_t j = 0; j <= variables_; ++j) {
            for (std::size_t k = j; k <= variables_; ++k) {
                if (exact_) {
                    sums.whole[j * columns() + k] -=
                        times * bytes_.column(j)[row] * bytes_.column(k)[row];
                } else {
                    sums.real[j * columns() + k] -=
                        weight * reals_.column(j)[row] * reals_.column(k)[row];
                }
            }
        }
    }
}

inline void product_rows::centre(const product_sums& sums, centred_products& result) const {
    __extension__ using wide = __int128;
    const std::size_t m = variables_;
    const std::size_t width = columns();
    result.means.resize(static_cast<Eigen::Index>(m));
    result.centred.resize(static_cast<Eigen::Index>(m), static_cast<Eigen::Index>(m));
    double* const centred = result.centred.data();
    const std::int64_t n = exact_ ? sums.whole[m * width + m] : 0;
    // n times a sum of products is at most n^2 127^2.
    const bool narrow = n < std::int64_t{1} << 24;
    result.weight = exact_ ? static_cast<double>(n) : sums.real[m * width + m];
    for (std::size_t j = 0; j < m; ++j) {
        double& mean = result.means.data()[j];
        mean =
            (exact_ ? static_cast<double>(sums.whole[j * width + m]) : sums.real[j * width + m]) /
                result.weight +
            origins_[j];
        for (std::size_t k = j; k < m; ++k) {
            double value = 0;
            if (exact_) {
                const std::int64_t product = sums.whole[j * width + k];
                const std::int64_t sum_j = sums.whole[j * width + m];
                const std::int64_t sum_k = sums.whole[k * width + m];
                value = narrow ? static_cast<double>(n * product - sum_j * sum_k)
                               : static_cast<double>(wide{n} * product - wide{sum_j} * sum_k);
                value /= result.weight;
            } else {
                value = sums.real[j * width + k] -
                        sums.real[j * width + m] * sums.real[k * width + m] / result.weight;
            }
            centred[j * m + k] = value;
            centred[k * m + j] = value;
        }
    }
    for (std::size_t j = 0; !exact_ && j < m; ++j) {
        // What rounding leaves of a variable that was the same in all rows drawn.
        if (!(centred[j * m + j] > 1e-12 * sums.real[j * width + j])) {
            for (std::size_t k = 0; k < m; ++k) {
                centred[j * m + k] = 0;
                centred[k * m + j] = 0;
            }
        }
    }
}

} // namespace nps::inline v0::detail
