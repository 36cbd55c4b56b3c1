// SPDX-License-Identifier: Apache-2.0
/// @file
/// How often each byte value occurs, fastest where at most sixteen values do.
#pragma once

#include <nps/count/detail/byte_histogram_avx2.hpp>
#include <nps/count/detail/byte_histogram_avx512.hpp>
#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nps::inline v0::detail {

using byte_counts = std::array<std::int64_t, 256>;

/// Adds the bytes up in four tables, so that equal neighbours do not wait for one another.
inline void add_bytes_plain(std::span<const std::uint8_t> bytes, byte_counts& counts) {
    constexpr std::size_t block = std::size_t{1} << 30;
    for (; bytes.size() > block; bytes = bytes.subspan(block)) {
        add_bytes_plain(bytes.first(block), counts);
    }
    std::array<std::array<std::uint32_t, 256>, 4> tables{};
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        ++tables[0][bytes[i]];
        ++tables[1][bytes[i + 1]];
        ++tables[2][bytes[i + 2]];
        ++tables[3][bytes[i + 3]];
    }
    for (; i < bytes.size(); ++i) {
        ++tables[0][bytes[i]];
    }
    for (std::size_t value = 0; value < counts.size(); ++value) {
        for (const auto& table : tables) {
            counts[value] += table[value];
        }
    }
}

/// Adds the bytes up; the vector paths are fast for the sixteen values from `first` on (modulo
/// 256). A block with any other value in it is read again, in cache, by the plain path.
inline void add_bytes(std::span<const std::uint8_t> bytes, std::uint8_t first,
                      instruction_set instructions, byte_counts& counts) {
#if defined(__x86_64__) && defined(__GNUC__)
    constexpr std::size_t block = std::size_t{1} << 18;
    // Below this the set-up costs more than it saves.
    constexpr std::size_t least = 256;
    while (instructions != instruction_set::plain && bytes.size() >= least) {
        const auto part = bytes.first((std::min)(bytes.size(), block));
        bytes = bytes.subspan(part.size());
        const auto sixteen = instructions == instruction_set::avx512
                                 ? avx512::count_sixteen(part.data(), part.size(), first)
                                 : avx2::count_sixteen(part.data(), part.size(), first);
        std::uint64_t found = 0;
        for (const std::uint64_t count : sixteen) {
            found += count;
        }
        if (found != part.size()) {
            add_bytes_plain(part, counts);
            continue;
        }
        std::uint8_t value = first;
        for (const std::uint64_t count : sixteen) {
            counts[value++] += static_cast<std::int64_t>(count);
        }
    }
#else
    static_cast<void>(first);
    static_cast<void>(instructions);
#endif
    add_bytes_plain(bytes, counts);
}

} // namespace nps::inline v0::detail
