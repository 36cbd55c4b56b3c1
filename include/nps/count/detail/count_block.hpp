// SPDX-License-Identifier: Apache-2.0
/// @file
/// Counts responses that lie side by side in memory.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/byte_histogram.hpp>
#include <nps/count/detail/narrow.hpp>
#include <nps/count/detail/response.hpp>
#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// What a part of the responses came to.
struct partial_count {
    std::vector<std::int64_t> counts;
    std::int64_t missing = 0;
    std::int64_t invalid = 0;

    void add(response_meaning meaning, std::int64_t times = 1) {
        (meaning.kind == response_kind::valid     ? counts[meaning.slot]
         : meaning.kind == response_kind::missing ? missing
                                                  : invalid) += times;
    }
};

template <integral_score T>
requires(sizeof(T) == 1) void count_bytes(std::span<const T> responses, const response_reader& read,
                                          instruction_set instructions, partial_count& part) {
    const scale s = read.score_scale();
    // Left alone where it can be, so that small missing codes are counted fast as well.
    const auto first =
        s.lowest >= 0 && s.highest < 16 ? std::uint8_t{0} : static_cast<std::uint8_t>(s.lowest);
    byte_counts counts{};
    add_bytes({reinterpret_cast<const std::uint8_t*>(responses.data()), responses.size()}, first,
              s.size() <= 16 ? instructions : instruction_set::plain, counts);
    for (std::size_t byte = 0; byte < counts.size(); ++byte) {
        if (counts[byte] > 0) {
            part.add(read(static_cast<T>(byte)), counts[byte]);
        }
    }
}

template <class T>
void count_numbers(std::span<const T> responses, const response_reader& read,
                   instruction_set instructions, partial_count& part) {
    const scale s = read.score_scale();
    // The codes of a piece stay in the nearest caches. Few numbers are not worth several streams.
    constexpr std::size_t piece = std::size_t{1} << 15;
    const std::size_t number = responses.size() < 8 * piece ? 1 : 4;
    const std::size_t distance = responses.size() / number;
    std::uint8_t codes[piece];
    byte_counts counts{};
    for (std::size_t begin = 0; begin < distance; begin += piece / number) {
        const narrow_streams streams{number, (std::min)(piece / number, distance - begin),
                                     distance};
        narrow(responses.data() + begin, streams, s.lowest, instructions, codes);
        const std::int64_t before = counts[look_again];
        add_bytes({codes, streams.size()}, 0, s.size() < 16 ? instructions : instruction_set::plain,
                  counts);
        for (std::size_t i = 0; counts[look_again] > before && i < streams.size(); ++i) {
            if (codes[i] == look_again) {
                part.add(read(responses[begin + streams.place_of(i)]));
            }
        }
    }
    for (const T& response : responses.subspan(number * distance)) {
        part.add(read(response));
    }
    part.missing += counts[0];
    for (int k = 1; k <= narrow_codes; ++k) {
        if (const auto times = counts[static_cast<std::size_t>(k)]; times > 0) {
            part.add(read(s.lowest + k - 1), times);
        }
    }
}

template <class T>
void count_block(std::span<const T> responses, const response_reader& read,
                 instruction_set instructions, partial_count& part) {
    if constexpr (integral_score<T> && sizeof(T) == 1) {
        count_bytes(responses, read, instructions, part);
        return;
    } else if constexpr (integral_score<T> || std::floating_point<T>) {
        if (read.score_scale().size() <= static_cast<std::size_t>(narrow_codes)) {
            count_numbers(responses, read, instructions, part);
            return;
        }
    }
    for (const T& response : responses) {
        part.add(read(response));
    }
}

} // namespace nps::inline v0::detail
