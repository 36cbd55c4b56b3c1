// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sums of products of all pairs of columns: of bytes, exact, and of doubles in one fixed order.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/detail/column_products_avx2.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nps::inline v0 {

/// Columns of bytes are read 32 rows at a time: pad them with zeros.
inline constexpr std::size_t byte_product_step = 32;
/// The largest product of two bytes that add_byte_products takes: 127 * 127 and a little more.
inline constexpr int largest_byte_product = 16'383;
/// Columns of doubles are read 4 rows at a time: pad them with zeros.
inline constexpr std::size_t column_product_step = 4;
/// Memory that the caller will read next, for instance the following rows of each column: fetched
/// while products are summed, as far as the processor lets itself be asked. Empty: none.
using coming_columns = std::span<const std::span<const std::byte>>;

/// Adds the sum of left[i] * right[j] over the rows to `sums[i * columns + j]`, for i <= j: the
/// columns against each other, or, with weights (bootstrap counts, frequencies) multiplied into
/// `left`, the weighted ones.
///
/// Assumes:    bytes of `right` up to 127; no product of two bytes above `largest_product`, which is
///             at most largest_byte_product; each column has `rows` bytes. Not checked: the caller
///             has made the columns.
/// Throws:     invalid_input, for other numbers of columns in `right` or `sums`, for rows that are
///             no multiple of byte_product_step, for a largest_product outside its range.
/// Cost:       rows columns^2 / 2 products, exact on every path: with AVX2 about 12 bytes a
///             nanosecond for products up to 100 or so, less for large ones.
/// Checked:    tests/numeric/column_products_test.cpp
/// Example:    examples/drivers.cpp
inline void add_byte_products(std::span<const std::uint8_t* const> left,
                              std::span<const std::uint8_t* const> right, std::size_t rows,
                              int largest_product, std::span<std::int64_t> sums,
                              instruction_set instructions = best_instruction_set(),
                              coming_columns coming = {}) {
    constexpr std::string_view self = "add_byte_products";
    const std::size_t columns = left.size();
    detail::require(right.size() == columns, self, "right.size()", right.size(),
                    "must be the number of columns of left");
    detail::require(sums.size() == columns * columns, self, "sums.size()", sums.size(),
                    "must be the square of the number of columns");
    detail::require(rows % byte_product_step == 0, self, "rows", rows,
                    "must be a multiple of 32: pad with zeros");
    detail::require(largest_product >= 0 && largest_product <= largest_byte_product, self,
                    "largest_product", largest_product, "must be in [0, 16383]");
    // Pieces that stay in the nearest cache; 32-bit sums have room for far more.
    constexpr std::size_t piece = 2048;
#if defined(__x86_64__) && defined(__GNUC__)
    detail::avx2::gradual_prefetch prefetch(coming, detail::avx2::number_of_tiles(columns) *
                                                        (std::max)(std::size_t{1}, rows / piece));
#else
    static_cast<void>(coming);
#endif
    for (std::size_t begin = 0; begin < rows; begin += piece) {
        const std::size_t length = (std::min)(piece, rows - begin);
#if defined(__x86_64__) && defined(__GNUC__)
        if (instructions != instruction_set::plain) {
            // Two products of bytes for each sum of 16 bits.
            const auto steps =
                static_cast<std::size_t>(32'767 / (2 * (std::max)(1, largest_product)));
            detail::avx2::for_each_tile<std::uint8_t, std::int64_t>(
                left.data(), right.data(), columns,
                [&](const std::uint8_t* const* l, const std::uint8_t* const* r,
                    std::int64_t* tile) {
                    const std::uint8_t* const from_left[] = {l[0] + begin, l[1] + begin,
                                                             l[2] + begin};
                    const std::uint8_t* const from_right[] = {r[0] + begin, r[1] + begin,
                                                              r[2] + begin};
                    prefetch.some();
                    detail::avx2::byte_tile(from_left, from_right, length, steps, tile);
                },
                [&](std::size_t i, std::size_t j, std::int64_t sum) {
                    sums[i * columns + j] += sum;
                });
            continue;
        }
#else
        static_cast<void>(instructions);
#endif
        for (std::size_t i = 0; i < columns; ++i) {
            for (std::size_t j = i; j < columns; ++j) {
                const std::uint8_t* const l = left[i] + begin;
                const std::uint8_t* const r = right[j] + begin;
                std::int32_t sum = 0;
                for (std::size_t row = 0; row < length; ++row) {
                    sum += l[row] * r[row];
                }
                sums[i * columns + j] += sum;
            }
        }
    }
}

namespace detail {

/// Four sums side by side, added in pairs: the order of the vector path.
inline double product_of_columns(const double* left, const double* right, std::size_t rows) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (std::size_t row = 0; row < rows; row += 4) {
        sum0 = std::fma(left[row], right[row], sum0);
        sum1 = std::fma(left[row + 1], right[row + 1], sum1);
        sum2 = std::fma(left[row + 2], right[row + 2], sum2);
        sum3 = std::fma(left[row + 3], right[row + 3], sum3);
    }
    return (sum0 + sum1) + (sum2 + sum3);
}

} // namespace detail

/// Adds the sum of left[i] * right[j] over the rows to `sums[i * columns + j]`, for i <= j. Exact
/// where every sum of products is a whole number of at most 2^53; else rounded in one order, which
/// is the same on every path of one build.
///
/// Assumes:    each column has `rows` finite numbers.
/// Throws:     invalid_input, for other numbers of columns in `right` or `sums`, and for rows that
///             are no multiple of column_product_step.
/// Cost:       rows columns^2 / 2 products: with AVX2 about 12 a nanosecond where the columns are in
///             cache; call it for some hundred rows at a time.
/// Checked:    tests/numeric/column_products_test.cpp
/// Example:    examples/drivers.cpp
inline void add_column_products(std::span<const double* const> left,
                                std::span<const double* const> right, std::size_t rows,
                                std::span<double> sums,
                                instruction_set instructions = best_instruction_set(),
                                coming_columns coming = {}) {
    constexpr std::string_view self = "add_column_products";
    const std::size_t columns = left.size();
    detail::require(right.size() == columns, self, "right.size()", right.size(),
                    "must be the number of columns of left");
    detail::require(sums.size() == columns * columns, self, "sums.size()", sums.size(),
                    "must be the square of the number of columns");
    detail::require(rows % column_product_step == 0, self, "rows", rows,
                    "must be a multiple of 4: pad with zeros");
    // Pieces that stay in the nearest cache.
    constexpr std::size_t piece = 256;
#if defined(__x86_64__) && defined(__GNUC__)
    detail::avx2::gradual_prefetch prefetch(coming, detail::avx2::number_of_tiles(columns) *
                                                        (std::max)(std::size_t{1}, rows / piece));
#else
    static_cast<void>(coming);
#endif
    for (std::size_t begin = 0; begin < rows; begin += piece) {
        const std::size_t length = (std::min)(piece, rows - begin);
#if defined(__x86_64__) && defined(__GNUC__)
        if (instructions != instruction_set::plain) {
            detail::avx2::for_each_tile<double, double>(
                left.data(), right.data(), columns,
                [&](const double* const* l, const double* const* r, double* tile) {
                    const double* const from_left[] = {l[0] + begin, l[1] + begin, l[2] + begin};
                    const double* const from_right[] = {r[0] + begin, r[1] + begin, r[2] + begin};
                    prefetch.some();
                    detail::avx2::double_tile(from_left, from_right, length, tile);
                },
                [&](std::size_t i, std::size_t j, double sum) { sums[i * columns + j] += sum; });
            continue;
        }
#else
        static_cast<void>(instructions);
#endif
        for (std::size_t i = 0; i < columns; ++i) {
            for (std::size_t j = i; j < columns; ++j) {
                sums[i * columns + j] +=
                    detail::product_of_columns(left[i] + begin, right[j] + begin, length);
            }
        }
    }
}

} // namespace nps::inline v0
