// SPDX-License-Identifier: Apache-2.0
/// @file
/// Many random row numbers at once: those that random_stream::below gives one by one.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/detail/row_draws_avx2.hpp>
#include <nps/numeric/philox.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nps::inline v0 {
namespace detail {

/// Fills `rows` from the words of the stream that begin at its block `block`; n is in [1, 2^32).
/// Returns the first block that was not read.
inline std::uint64_t draw_rows_from(std::uint64_t block, std::uint64_t seed,
                                    std::uint32_t replicate, random_purpose purpose,
                                    std::uint64_t n, std::span<std::size_t> rows,
                                    instruction_set instructions = best_instruction_set()) {
    const auto use = static_cast<std::uint32_t>(purpose);
    const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                           static_cast<std::uint32_t>(seed >> 32)};
    const auto excess = static_cast<std::uint32_t>((std::uint64_t{1} << 32) % n);
    std::size_t filled = 0;
    while (filled < rows.size()) {
#if defined(__x86_64__) && defined(__GNUC__)
        // The vector path counts blocks in 32 bits.
        if (instructions != instruction_set::plain && rows.size() - filled >= 32 &&
            block + 8 < std::uint64_t{1} << 32 &&
            avx2::draw_batch(seed, replicate, use, static_cast<std::uint32_t>(block),
                             static_cast<std::uint32_t>(n), excess, &rows[filled])) {
            filled += 32;
            block += 8;
            continue;
        }
#else
        static_cast<void>(instructions);
#endif
        for (const std::uint64_t last = block + 8; block < last && filled < rows.size(); ++block) {
            const std::array<std::uint32_t, 4> words =
                philox4x32_10({static_cast<std::uint32_t>(block),
                               static_cast<std::uint32_t>(block >> 32), replicate, use},
                              key);
            for (const std::uint32_t word : words) {
                const std::uint64_t product = word * n;
                if ((product & 0xFFFFFFFF) >= excess && filled < rows.size()) {
                    rows[filled++] = static_cast<std::size_t>(product >> 32);
                }
            }
        }
    }
    return block;
}

} // namespace detail

/// Fills `rows` with whole numbers in [0, n), each equally likely: a resample of n rows.
///
/// Formula:    rows[i] is the i-th random_stream(seed, replicate, purpose).below(n), on every path.
/// Throws:     invalid_input for n = 0.
/// Cost:       about 0.5 ns a row with AVX2, 2 ns without, for n up to 2^32; memory for the rows.
/// Source:     Salmon, Moraes, Dror, Shaw (2011), doi:10.1145/2063384.2063405; Lemire (2019),
///             doi:10.1145/3230636
/// Checked:    tests/numeric/row_draws_test.cpp
/// Example:    examples/numeric.cpp
inline void draw_rows(std::uint64_t seed, std::uint32_t replicate, random_purpose purpose,
                      std::uint64_t n, std::span<std::size_t> rows,
                      instruction_set instructions = best_instruction_set()) {
    detail::require(n > 0, "draw_rows", "n", n, "must be above 0");
    if (n >= std::uint64_t{1} << 32) {
        random_stream stream(seed, replicate, purpose);
        for (std::size_t& row : rows) {
            row = static_cast<std::size_t>(stream.below(n));
        }
        return;
    }
    detail::draw_rows_from(0, seed, replicate, purpose, n, rows, instructions);
}

} // namespace nps::inline v0
