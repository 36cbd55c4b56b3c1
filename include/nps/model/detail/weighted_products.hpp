// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sums over rows of weight * column j * column k, for all pairs of columns: exact for bytes, in
/// one fixed order for doubles.
///
/// Columns lie one after the other, `stride` values apart; their number is a multiple of 4 and the
/// rows are padded with zeros to a multiple of 32 (weights too). Only pairs j <= k are made.
#pragma once

#include <nps/model/detail/weighted_products_avx2.hpp>
#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Columns of one table, as many as a multiple of 4.
template <class T>
struct product_columns {
    std::size_t columns = 0;
    std::size_t stride = 0;
    std::vector<T> values = {};

    product_columns() = default;
    product_columns(std::size_t rows, std::size_t wanted)
        : columns((wanted + 3) / 4 * 4), stride((rows + 31) / 32 * 32), values(columns * stride) {}

    [[nodiscard]] T* column(std::size_t j) { return values.data() + j * stride; }
    [[nodiscard]] const T* column(std::size_t j) const { return values.data() + j * stride; }
};

/// Rows worked on at once, so that their columns stay in the nearest cache.
inline constexpr std::size_t product_tile = 1024;

/// Sum has to hold the sum of a tile.
template <class Sum, class Weight>
void weighted_plain_products(const product_columns<std::uint8_t>& x,
                             std::span<const Weight> weights, std::span<std::int64_t> products) {
    std::vector<Sum> weighted(product_tile);
    for (std::size_t from = 0; from < weights.size(); from += product_tile) {
        const std::size_t length = (std::min)(product_tile, weights.size() - from);
        for (std::size_t j = 0; j < x.columns; ++j) {
            const std::uint8_t* const of_j = x.column(j) + from;
            for (std::size_t i = 0; i < length; ++i) {
                weighted[i] = static_cast<Sum>(static_cast<Sum>(weights[from + i]) * of_j[i]);
            }
            for (std::size_t k = j; k < x.columns; ++k) {
                const std::uint8_t* const of_k = x.column(k) + from;
                Sum sum = 0;
                for (std::size_t i = 0; i < length; ++i) {
                    sum += weighted[i] * of_k[i];
                }
                products[j * x.columns + k] += static_cast<std::int64_t>(sum);
            }
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
/// `most` is the largest weight, `largest` the largest value: most * largest^2 < 2^14.
inline void weighted_avx2_products(const product_columns<std::uint8_t>& x,
                                   std::span<const std::uint8_t> weights, std::int64_t most,
                                   std::int64_t largest, std::span<std::int64_t> products) {
    const std::size_t columns = x.columns;
    const auto steps =
        static_cast<std::size_t>(32767 / (std::max)(std::int64_t{1}, 2 * most * largest * largest));
    std::vector<std::uint8_t> weighted(columns * product_tile);
    std::vector<std::int32_t> sums(8 * columns * columns);
    const auto flush = [&] {
        for (std::size_t pair = 0; pair < columns * columns; ++pair) {
            for (std::size_t lane = 0; lane < 8; ++lane) {
                products[pair] += sums[8 * pair + lane];
            }
        }
        std::ranges::fill(sums, 0);
    };
    // A lane takes four products of less than 2^14 from each 32 rows.
    constexpr std::size_t flushed_after = std::size_t{1} << 18;
    for (std::size_t from = 0; from < weights.size(); from += product_tile) {
        const std::size_t length = (std::min)(product_tile, weights.size() - from);
        avx2::product_weigh_bytes(weights.data() + from, x.column(0) + from, x.stride, columns,
                                  length, weighted.data(), product_tile);
        for (std::size_t j = 0; j < columns; j += 4) {
            for (std::size_t k = j; k < columns; k += 2) {
                avx2::product_multiply_bytes(weighted.data() + j * product_tile, product_tile,
                                             x.column(k) + from, x.stride, length, steps,
                                             sums.data() + 8 * (j * columns + k), columns);
            }
        }
        if ((from + product_tile) % flushed_after == 0) {
            flush();
        }
    }
    flush();
}
#endif

struct bytes_size {
    std::uint8_t largest = 0;
    std::uint64_t sum = 0;
};

/// Largest and sum of bytes padded with zeros to a multiple of 32.
[[nodiscard]] inline bytes_size
size_of_bytes(std::span<const std::uint8_t> bytes,
              instruction_set instructions = best_instruction_set()) {
    bytes_size result;
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        avx2::product_size_up(bytes.data(), bytes.size(), result.largest, result.sum);
        return result;
    }
#endif
    static_cast<void>(instructions);
    for (const std::uint8_t byte : bytes) {
        result.largest = (std::max)(result.largest, byte);
        result.sum += byte;
    }
    return result;
}

/// Exact. `products` has columns^2 entries; those of pairs j <= k are set, the others are void.
/// `largest` is the largest value of the columns, at most 127.
///
/// Assumes:    the sum of the weights times largest^2 is below 2^63.
template <class Weight>
void weighted_byte_products(const product_columns<std::uint8_t>& x, std::span<const Weight> weights,
                            std::int64_t largest, std::span<std::int64_t> products,
                            instruction_set instructions = best_instruction_set()) {
    std::ranges::fill(products, 0);
    if constexpr (sizeof(Weight) == 1) {
        const std::int64_t most = size_of_bytes(weights, instructions).largest;
#if defined(__x86_64__) && defined(__GNUC__)
        // The products of weight and value fit in a byte, two of their products in 15 bits.
        if (instructions != instruction_set::plain && most * largest < 256 &&
            most * largest * largest < 1 << 14) {
            weighted_avx2_products(x, weights, most, largest, products);
            return;
        }
#endif
        if (most * largest * largest * static_cast<std::int64_t>(product_tile) < std::int64_t{1}
                                                                                     << 32) {
            weighted_plain_products<std::uint32_t>(x, weights, products);
            return;
        }
    }
    static_cast<void>(instructions);
    weighted_plain_products<std::uint64_t>(x, weights, products);
}

/// In blocks of a fixed order, the same bits on every path. `products` as for bytes.
inline void weighted_real_products(const product_columns<double>& x,
                                   std::span<const double> weights, std::span<double> products,
                                   instruction_set instructions = best_instruction_set()) {
    constexpr std::size_t tile = product_tile / 4;
    const std::size_t columns = x.columns;
    std::ranges::fill(products, 0);
    std::vector<double> weighted(columns * tile);
    std::vector<double> sums(4 * columns * columns);
    for (std::size_t from = 0; from < weights.size(); from += tile) {
        const std::size_t length = (std::min)(tile, weights.size() - from);
        for (std::size_t j = 0; j < columns; ++j) {
            for (std::size_t i = 0; i < length; ++i) {
                weighted[j * tile + i] = weights[from + i] * x.column(j)[from + i];
            }
        }
        for (std::size_t j = 0; j < columns; j += 4) {
            for (std::size_t k = j; k < columns; k += 2) {
                const double* const left = weighted.data() + j * tile;
                const double* const right = x.column(k) + from;
                double* const into = sums.data() + 4 * (j * columns + k);
#if defined(__x86_64__) && defined(__GNUC__)
                if (instructions != instruction_set::plain) {
                    avx2::product_multiply_reals(left, tile, right, x.stride, length, into,
                                                 columns);
                    continue;
                }
#endif
                for (std::size_t pair = 0; pair < 8; ++pair) {
                    const double* const w = left + pair / 2 * tile;
                    const double* const z = right + pair % 2 * x.stride;
                    double lanes[4] = {0, 0, 0, 0};
                    for (std::size_t i = 0; i < length; i += 4) {
                        for (std::size_t lane = 0; lane < 4; ++lane) {
                            lanes[lane] += w[i + lane] * z[i + lane];
                        }
                    }
                    std::copy_n(lanes, 4, into + 4 * (pair / 2 * columns + pair % 2));
                }
            }
        }
        for (std::size_t j = 0; j < columns; ++j) {
            for (std::size_t k = j; k < columns; ++k) {
                const double* const lanes = sums.data() + 4 * (j * columns + k);
                products[j * columns + k] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
            }
        }
    }
    static_cast<void>(instructions);
}

} // namespace nps::inline v0::detail
