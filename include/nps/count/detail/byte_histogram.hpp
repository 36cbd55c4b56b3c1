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

#if defined(__x86_64__) && defined(__GNUC__)

/// Counts windows of sixteen values (the one from `first` on, then those that hold the other bytes
/// near the front) until every byte has been counted; false, and nothing added, if that takes too
/// many. So a missing code in every twentieth place costs one more pass, in cache.
[[nodiscard]] inline bool add_windows(std::span<const std::uint8_t> bytes, std::uint8_t first,
                                      instruction_set instructions, byte_counts& counts) {
    constexpr int most_windows = 4;
    constexpr std::size_t front = 1024;
    const auto window_of = [first](std::uint8_t byte) {
        return static_cast<unsigned>(static_cast<std::uint8_t>(byte - first)) / 16;
    };
    byte_counts found{};
    std::size_t total = 0;
    unsigned done = 0; // a bit for each window
    for (int pass = 0, window = 0; pass < most_windows; ++pass) {
        auto value = static_cast<std::uint8_t>(first + 16 * window);
        const auto sixteen = instructions == instruction_set::avx512
                                 ? avx512::count_sixteen(bytes.data(), bytes.size(), value)
                                 : avx2::count_sixteen(bytes.data(), bytes.size(), value);
        for (const std::uint64_t count : sixteen) {
            found[value++] += static_cast<std::int64_t>(count);
            total += count;
        }
        if (total == bytes.size()) {
            for (std::size_t k = 0; k < counts.size(); ++k) {
                counts[k] += found[k];
            }
            return true;
        }
        done |= 1U << window;
        const auto near = bytes.first((std::min)(front, bytes.size()));
        const auto other = std::ranges::find_if(
            near, [&](std::uint8_t byte) { return (done >> window_of(byte) & 1U) == 0; });
        if (other == near.end()) {
            return false;
        }
        window = static_cast<int>(window_of(*other));
    }
    return false;
}

#endif

/// Adds the bytes up; the vector paths are fast where sixteen values from `first` on (modulo 256)
/// are nearly all there is.
inline void add_bytes(std::span<const std::uint8_t> bytes, std::uint8_t first,
                      instruction_set instructions, byte_counts& counts) {
#if defined(__x86_64__) && defined(__GNUC__)
    constexpr std::size_t block = std::size_t{1} << 18;
    // Below this the set-up costs more than it saves.
    constexpr std::size_t least = 256;
    while (instructions != instruction_set::plain && bytes.size() >= least) {
        const auto part = bytes.first((std::min)(bytes.size(), block));
        bytes = bytes.subspan(part.size());
        if (!add_windows(part, first, instructions, counts)) {
            add_bytes_plain(part, counts);
        }
    }
#else
    static_cast<void>(first);
    static_cast<void>(instructions);
#endif
    add_bytes_plain(bytes, counts);
}

} // namespace nps::inline v0::detail
