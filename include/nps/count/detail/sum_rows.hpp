// SPDX-License-Identifier: Apache-2.0
/// @file
/// All rows to the sums of cross_products, in parts that do not depend on the number of threads.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/detail/cross_columns.hpp>
#include <nps/count/detail/cross_real.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/count/detail/cross_whole.hpp>
#include <nps/numeric/parallel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nps::inline v0::detail {

/// A multiple of both block sizes, for at most 64 parts; few rows are not worth a thread.
[[nodiscard]] inline std::size_t rows_of_part(std::size_t rows) {
    constexpr std::size_t least = 16 * whole_block;
    return (std::max)(least, (rows / 64 + whole_block) / whole_block * whole_block);
}

/// `Reader` reads blocks of `block` rows; `empty` is the sum of none.
template <class Reader, class Sums, class T, class U>
[[nodiscard]] std::vector<Sums> sums_of_parts(const cross_rows<T, U>& from, std::size_t block,
                                              const Sums& empty, unsigned threads) {
    const std::size_t part = rows_of_part(from.rows);
    const std::size_t parts = (from.rows + part - 1) / part;
    std::vector<Sums> sums(parts, empty);
    for_each_block(static_cast<std::int64_t>(parts), threads, [&](std::int64_t index) {
        const auto p = static_cast<std::size_t>(index);
        Reader reader(from);
        const std::size_t end = (std::min)(from.rows, (p + 1) * part);
        for (std::size_t begin = p * part; begin < end; begin += block) {
            reader.add(begin, (std::min)(block, end - begin), sums[p]);
        }
    });
    return sums;
}

template <class T, class U>
void require_weights(const cross_rows<T, U>& from) {
    const auto require_rows = [&](std::size_t size, std::string_view argument) {
        require(size == 0 || size == from.rows, from.function, argument, size,
                "must be the number of rows, " + to_text(from.rows) + ", or 0");
    };
    require_rows(from.frequency.size(), "frequency_weights.size()");
    require_rows(from.sampling.size(), "sampling_weights.size()");
    std::int64_t n = 0;
    for (std::size_t r = 0; r < from.frequency.size(); ++r) {
        const std::int64_t times = from.frequency[r];
        require(times >= 0 && times <= largest_count, from.function,
                "frequency_weights[" + to_text(r) + "]", times, "must be in [0, 2^53]");
        n += times;
        require_count(n, from.function, "sum of frequency_weights");
    }
    for (std::size_t r = 0; r < from.sampling.size(); ++r) {
        const double weight = from.sampling[r];
        require(weight >= 0 && std::isfinite(weight), from.function,
                "sampling_weights[" + to_text(r) + "]", weight, "must be finite and not negative");
    }
}

/// Exact where every number used is whole and small enough; else real-valued.
template <class T, class U>
[[nodiscard]] cross_sums sum_rows(const cross_rows<T, U>& from, unsigned threads) {
    require_weights(from);
    const std::size_t q = from.variables();
    if (from.sampling.empty()) {
        try {
            wide_sums sum(q);
            for (const wide_sums& part :
                 sums_of_parts<whole_reader<T, U>>(from, whole_block, wide_sums(q), threads)) {
                sum.add(part);
            }
            if (sum.fit()) {
                return sum.narrowed();
            }
        } catch (const not_whole&) {
            // fractions, or numbers too large: below
        }
    }
    cross_sums sum = no_real_sums(q);
    for (const cross_sums& part :
         sums_of_parts<real_reader<T, U>>(from, real_block, no_real_sums(q), threads)) {
        add_real_sums(sum, part);
    }
    return sum;
}

} // namespace nps::inline v0::detail
