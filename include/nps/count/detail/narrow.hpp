// SPDX-License-Identifier: Apache-2.0
/// @file
/// Numbers of any type to byte codes, so that one kernel counts them all.
///
/// Code 0 is NaN; code k in 1..254 is the whole number lowest + k - 1; code 255 is anything else,
/// to be looked at again.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/narrow_streams.hpp>
#include <nps/count/detail/narrow_x86.hpp>
#include <nps/numeric/cpu.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace nps::inline v0::detail {

inline constexpr int narrow_codes = 254;
inline constexpr std::uint8_t look_again = 255;

template <integral_score T>
[[nodiscard]] std::uint8_t narrow(T value, int lowest) {
    return std::cmp_greater_equal(value, lowest) && std::cmp_less(value, lowest + narrow_codes)
               ? static_cast<std::uint8_t>(static_cast<int>(value) - lowest + 1)
               : look_again;
}

template <std::floating_point T>
[[nodiscard]] std::uint8_t narrow(T value, int lowest) {
    if (value >= static_cast<T>(lowest) && value < static_cast<T>(lowest + narrow_codes)) {
        const int whole = static_cast<int>(value);
        return static_cast<T>(whole) == value ? static_cast<std::uint8_t>(whole - lowest + 1)
                                              : look_again;
    }
    return value != value ? std::uint8_t{0} : look_again;
}

/// Codes of the values of every stream; `codes` has room for them.
template <class T>
void narrow(const T* values, const narrow_streams& streams, int lowest,
            instruction_set instructions, std::uint8_t* codes) {
    std::size_t done = 0;
#if defined(__x86_64__) && defined(__GNUC__)
    if constexpr (std::same_as<T, double> || std::same_as<T, float> ||
                  std::same_as<T, std::int32_t>) {
        if (instructions == instruction_set::avx512) {
            avx512::narrow(values, streams, lowest, codes);
            done = streams.vector_length();
        } else if (instructions == instruction_set::avx2) {
            avx2::narrow(values, streams, lowest, codes);
            done = streams.vector_length();
        }
    }
#endif
    static_cast<void>(instructions);
    for (std::size_t s = 0; s < streams.number; ++s) {
        for (std::size_t i = done; i < streams.length; ++i) {
            codes[s * streams.length + i] = narrow(values[s * streams.distance + i], lowest);
        }
    }
}

} // namespace nps::inline v0::detail
