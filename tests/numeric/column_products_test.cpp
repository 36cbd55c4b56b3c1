// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/column_products.hpp>

#include <nps/core/error.hpp>
#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

const std::vector<nps::instruction_set> paths{nps::instruction_set::plain,
                                              nps::best_instruction_set()};

// Columns of words below `limit`, and pointers to them.
template <class T>
struct columns {
    std::vector<std::vector<T>> numbers;
    std::vector<const T*> places;

    columns(std::size_t count, std::size_t rows, std::uint64_t limit, std::uint64_t seed) {
        nps::random_stream stream(seed, 0, nps::random_purpose::resample);
        for (std::size_t j = 0; j < count; ++j) {
            numbers.emplace_back(rows);
            for (T& x : numbers.back()) {
                x = static_cast<T>(stream.below(limit));
            }
            if (rows > 0) {
                numbers.back().back() = static_cast<T>(limit - 1);
            }
        }
        for (const std::vector<T>& column : numbers) {
            places.push_back(column.data());
        }
    }
};

} // namespace

TEST_CASE("products of bytes are those of the plain definition, on every path") {
    struct sizes {
        std::uint64_t left, right;
    };
    // 127 x 127 and 255 x 64 fill the 16 bits of a pair of products.
    for (const sizes limit :
         {sizes{2, 2}, sizes{12, 12}, sizes{101, 101}, sizes{128, 128}, sizes{256, 65}}) {
        for (const std::size_t count : {1U, 2U, 3U, 4U, 7U, 13U}) {
            for (const std::size_t rows : {0U, 32U, 2048U, 4128U}) {
                const columns<std::uint8_t> left(count, rows, limit.left, 1);
                const columns<std::uint8_t> right(count, rows, limit.right, 2);
                std::vector<std::int64_t> expected(count * count, 5);
                for (std::size_t i = 0; i < count; ++i) {
                    for (std::size_t j = i; j < count; ++j) {
                        for (std::size_t r = 0; r < rows; ++r) {
                            expected[i * count + j] +=
                                std::int64_t{left.numbers[i][r]} * right.numbers[j][r];
                        }
                    }
                }
                for (const nps::instruction_set path : paths) {
                    std::vector<std::int64_t> sums(count * count, 5); // it adds
                    nps::add_byte_products(left.places, right.places, rows,
                                           static_cast<int>((limit.left - 1) * (limit.right - 1)),
                                           sums, path);
                    CHECK(sums == expected);
                }
            }
        }
    }
}

TEST_CASE("the largest bytes everywhere do not overflow") {
    const std::vector<std::uint8_t> full(1U << 18, 127);
    const std::vector<const std::uint8_t*> places(3, full.data());
    for (const nps::instruction_set path : paths) {
        std::vector<std::int64_t> sums(9);
        nps::add_byte_products(places, places, full.size(), 127 * 127, sums, path);
        CHECK(sums[0] == (std::int64_t{127} * 127) << 18);
        CHECK(sums[5] == (std::int64_t{127} * 127) << 18);
        CHECK(sums[3] == 0); // below the diagonal nothing is touched
    }
}

TEST_CASE("products of doubles: exact while whole, else the same bits on every path") {
    for (const std::size_t count : {1U, 2U, 3U, 5U, 8U}) {
        for (const std::size_t rows : {0U, 4U, 8U, 500U}) {
            columns<double> left(count, rows, 1'000'000, 3);
            columns<double> right(count, rows, 1'000'000, 4);
            std::vector<double> expected(count * count, 1.0);
            for (std::size_t i = 0; i < count; ++i) {
                for (std::size_t j = i; j < count; ++j) {
                    for (std::size_t r = 0; r < rows; ++r) {
                        expected[i * count + j] += left.numbers[i][r] * right.numbers[j][r];
                    }
                }
            }
            for (const nps::instruction_set path : paths) {
                std::vector<double> sums(count * count, 1.0);
                nps::add_column_products(left.places, right.places, rows, sums, path);
                CHECK(sums == expected);
            }
            for (columns<double>* side : {&left, &right}) {
                for (std::vector<double>& column : side->numbers) {
                    for (double& x : column) {
                        x = x / 7 - 1e5;
                    }
                }
            }
            std::vector<double> plain(count * count);
            std::vector<double> fast(count * count);
            nps::add_column_products(left.places, right.places, rows, plain,
                                     nps::instruction_set::plain);
            nps::add_column_products(left.places, right.places, rows, fast);
            CHECK(plain == fast);
        }
    }
}

TEST_CASE("sizes that do not match throw") {
    const std::vector<std::uint8_t> bytes(64);
    const std::vector<const std::uint8_t*> one(1, bytes.data());
    const std::vector<const std::uint8_t*> two(2, bytes.data());
    std::vector<std::int64_t> sums(1);
    CHECK_THROWS_WITH_AS(nps::add_byte_products(one, two, 32, 1, sums),
                         "nps::add_byte_products: right.size() = 2, must be the number of columns "
                         "of left",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::add_byte_products(two, two, 32, 1, sums),
                         "nps::add_byte_products: sums.size() = 1, must be the square of the "
                         "number of columns",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::add_byte_products(one, one, 33, 1, sums),
                         "nps::add_byte_products: rows = 33, must be a multiple of 32: pad with "
                         "zeros",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::add_byte_products(one, one, 32, 16'384, sums),
                         "nps::add_byte_products: largest_product = 16384, must be in [0, 16383]",
                         nps::invalid_input);
    const std::vector<double> numbers(8);
    const std::vector<const double*> column(1, numbers.data());
    std::vector<double> sum(1);
    CHECK_THROWS_WITH_AS(nps::add_column_products(column, column, 6, sum),
                         "nps::add_column_products: rows = 6, must be a multiple of 4: pad with "
                         "zeros",
                         nps::invalid_input);
    CHECK_THROWS_AS(nps::add_column_products(column, {}, 4, sum), nps::invalid_input);
    CHECK_THROWS_AS(nps::add_column_products(column, column, 4, {}), nps::invalid_input);
}
