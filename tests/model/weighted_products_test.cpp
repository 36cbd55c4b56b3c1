// SPDX-License-Identifier: Apache-2.0
#include <nps/model/detail/weighted_products.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace {

using nps::detail::byte_products;
using nps::detail::padded_columns;
using nps::detail::real_products;

struct size_of_case {
    std::size_t rows;
    std::size_t columns;
    std::uint64_t largest;
    std::uint64_t most; // the largest weight
};

template <class Weight>
void check_bytes(const size_of_case& size, std::uint32_t number) {
    CAPTURE(size.rows);
    CAPTURE(size.columns);
    CAPTURE(size.largest);
    CAPTURE(size.most);
    nps::random_stream random(3, number, nps::random_purpose::simulation);
    padded_columns<std::uint8_t> x(size.rows, size.columns);
    std::vector<Weight> weights(x.stride);
    for (std::size_t i = 0; i < size.rows; ++i) {
        // A third of the rows as large as can be, so that a sum too narrow would show.
        const bool extreme = i % 3 == 0;
        weights[i] = static_cast<Weight>(extreme ? size.most : random.below(size.most + 1));
        for (std::size_t j = 0; j < size.columns; ++j) {
            x.column(j)[i] =
                static_cast<std::uint8_t>(extreme ? size.largest : random.below(size.largest + 1));
        }
    }
    std::vector<std::int64_t> plain(x.columns * x.columns);
    std::vector<std::int64_t> best(plain.size());
    const auto largest = static_cast<std::int64_t>(size.largest);
    const std::span<const Weight> w = weights;
    byte_products(x, w, largest, plain, nps::instruction_set::plain);
    byte_products(x, w, largest, best);
    for (std::size_t j = 0; j < size.columns; ++j) {
        for (std::size_t k = j; k < size.columns; ++k) {
            std::int64_t expected = 0;
            for (std::size_t i = 0; i < size.rows; ++i) {
                expected += static_cast<std::int64_t>(weights[i]) * x.column(j)[i] * x.column(k)[i];
            }
            CHECK(plain[j * x.columns + k] == expected);
            CHECK(best[j * x.columns + k] == expected);
        }
    }
}

TEST_CASE("sums of products of bytes are exact on every path") {
    std::uint32_t number = 0;
    for (const std::size_t rows : {1U, 31U, 32U, 33U, 1000U, 1024U, 1025U, 3000U}) {
        for (const std::size_t columns : {1U, 2U, 4U, 5U, 12U}) {
            for (const auto& [largest, most] : {std::pair<std::uint64_t, std::uint64_t>{1, 255},
                                                {10, 7},
                                                {10, 25},
                                                {10, 26},
                                                {10, 255},
                                                {31, 8},
                                                {90, 2},
                                                {91, 2},
                                                {127, 1},
                                                {127, 255},
                                                {0, 3},
                                                {4, 0}}) {
                check_bytes<std::uint8_t>({rows, columns, largest, most}, number++);
            }
        }
    }
    check_bytes<std::uint8_t>({600'000, 3, 1, 255}, number++);
    check_bytes<std::uint8_t>({600'000, 3, 63, 4}, number++);
    check_bytes<std::int64_t>({1500, 3, 127, std::uint64_t{1} << 37}, number++);
    check_bytes<std::int64_t>({100, 5, 10, 1'000'000}, number++);
}

TEST_CASE("sums of products of doubles have the same bits on every path, and hold their digits") {
    nps::random_stream random(4, 0, nps::random_purpose::simulation);
    for (const std::size_t rows : {1U, 3U, 32U, 255U, 256U, 257U, 2000U}) {
        for (const std::size_t columns : {1U, 3U, 4U, 7U}) {
            padded_columns<double> x(rows, columns);
            std::vector<double> weights(x.stride);
            for (std::size_t i = 0; i < rows; ++i) {
                weights[i] = static_cast<double>(random.below(4)) * (0.5 + random.uniform());
                for (std::size_t j = 0; j < columns; ++j) {
                    x.column(j)[i] = random.uniform() - 0.5;
                }
            }
            std::vector<double> plain(x.columns * x.columns);
            std::vector<double> best(plain.size());
            real_products(x, weights, plain, nps::instruction_set::plain);
            real_products(x, weights, best);
            for (std::size_t j = 0; j < columns; ++j) {
                for (std::size_t k = j; k < columns; ++k) {
                    long double expected = 0;
                    long double size = 0;
                    for (std::size_t i = 0; i < rows; ++i) {
                        const long double term =
                            static_cast<long double>(weights[i]) * x.column(j)[i] * x.column(k)[i];
                        expected += term;
                        size += term < 0 ? -term : term;
                    }
                    CHECK(best[j * x.columns + k] == plain[j * x.columns + k]);
                    // Rounding is relative to the terms, which may cancel.
                    CHECK(std::abs(plain[j * x.columns + k] - static_cast<double>(expected)) <=
                          1e-14 * static_cast<double>(size));
                }
            }
        }
    }
}

} // namespace
