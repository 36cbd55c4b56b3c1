// SPDX-License-Identifier: Apache-2.0
/// @file
/// Counts sixteen byte values with AVX2: a positional population count.
///
/// The scheme of byte_histogram_avx512.hpp with vectors of 32 bytes.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <nps/count/detail/prefetch.hpp>

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nps::inline v0::detail::avx2 {

/// Counts eight of the sixteen values. `one_hot` is the shuffle table: byte v holds the bit of v.
struct eight_values {
    __m256i one_hot;
    __m256i first;
    __m256i ones, twos, fours, eights;
    __m256i sixteens[8];

    [[gnu::always_inline, gnu::target("avx2")]] inline eight_values(std::int64_t low_bits,
                                                                    std::int64_t high_bits,
                                                                    std::uint8_t first_value)
        : one_hot(_mm256_set_epi64x(high_bits, low_bits, high_bits, low_bits)),
          first(_mm256_set1_epi8(static_cast<char>(first_value))), ones(_mm256_setzero_si256()),
          twos(ones), fours(ones), eights(ones) {
        clear();
    }

    [[gnu::always_inline, gnu::target("avx2")]] inline void clear() {
        for (__m256i& sum : sixteens) {
            sum = _mm256_setzero_si256();
        }
    }

    [[gnu::always_inline, gnu::target("avx2")]] static inline __m256i
    add_planes(__m256i& sum, __m256i a, __m256i b) {
        const __m256i differ = _mm256_xor_si256(sum, a);
        const __m256i carry =
            _mm256_or_si256(_mm256_and_si256(sum, a), _mm256_and_si256(differ, b));
        sum = _mm256_xor_si256(differ, b);
        return carry;
    }

    /// The saturating sum sets bit 7 of every value above 15, for which the shuffle gives zero.
    [[gnu::always_inline, gnu::target("avx2")]] inline __m256i
    planes(const std::uint8_t* bytes) const {
        const __m256i value =
            _mm256_sub_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)), first);
        return _mm256_shuffle_epi8(one_hot, _mm256_adds_epu8(value, _mm256_set1_epi8(0x70)));
    }

    [[gnu::always_inline, gnu::target("avx2")]] inline __m256i
    carry_two(const std::uint8_t* bytes) {
        return add_planes(ones, planes(bytes), planes(bytes + 32));
    }
    [[gnu::always_inline, gnu::target("avx2")]] inline __m256i
    carry_four(const std::uint8_t* bytes) {
        const __m256i a = carry_two(bytes);
        return add_planes(twos, a, carry_two(bytes + 64));
    }
    [[gnu::always_inline, gnu::target("avx2")]] inline __m256i
    carry_eight(const std::uint8_t* bytes) {
        const __m256i a = carry_four(bytes);
        return add_planes(fours, a, carry_four(bytes + 128));
    }

    /// Takes in 512 bytes. At most 255 times between two flushes.
    [[gnu::always_inline, gnu::target("avx2")]] inline void add(const std::uint8_t* bytes) {
        const __m256i a = carry_eight(bytes);
        const __m256i carry = add_planes(eights, a, carry_eight(bytes + 256));
        const __m256i bit = _mm256_set1_epi8(1);
#pragma GCC unroll 8
        for (int k = 0; k < 8; ++k) {
            sixteens[k] =
                _mm256_add_epi8(sixteens[k], _mm256_and_si256(_mm256_srli_epi16(carry, k), bit));
        }
    }

    /// Bit k of each byte of `plane`, with the weight of `plane`.
    template <int log_weight>
    [[gnu::always_inline, gnu::target("avx2")]] static inline __m256i weighted(__m256i plane,
                                                                               int k) {
        const __m256i bits = _mm256_and_si256(_mm256_srli_epi16(plane, k), _mm256_set1_epi8(1));
        return _mm256_slli_epi16(bits, log_weight);
    }

    [[gnu::always_inline, gnu::target("avx2")]] static inline void add_lanes(std::uint64_t& count,
                                                                             __m256i sums) {
        std::uint64_t lanes[4];
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), sums);
        for (const std::uint64_t lane : lanes) {
            count += lane;
        }
    }

    /// Moves the carries of weight sixteen into `counts`.
    [[gnu::target("avx2")]] void flush(std::uint64_t* counts) {
        for (int k = 0; k < 8; ++k) {
            const __m256i sums = _mm256_sad_epu8(sixteens[k], _mm256_setzero_si256());
            add_lanes(counts[k], _mm256_slli_epi64(sums, 4));
        }
        clear();
    }

    /// Moves everything into `counts`.
    [[gnu::target("avx2")]] void finish(std::uint64_t* counts) const {
        const __m256i zero = _mm256_setzero_si256();
        for (int k = 0; k < 8; ++k) {
            const __m256i rest =
                _mm256_add_epi8(_mm256_add_epi8(weighted<0>(ones, k), weighted<1>(twos, k)),
                                _mm256_add_epi8(weighted<2>(fours, k), weighted<3>(eights, k)));
            const __m256i sums = _mm256_sad_epu8(sixteens[k], zero);
            add_lanes(counts[k],
                      _mm256_add_epi64(_mm256_slli_epi64(sums, 4), _mm256_sad_epu8(rest, zero)));
        }
    }
};

/// How often first, first + 1, ... first + 15 (modulo 256) occur; other bytes are left out.
[[gnu::target("avx2")]] inline std::array<std::uint64_t, 16>
count_sixteen(const std::uint8_t* bytes, std::size_t n, std::uint8_t first) {
    constexpr std::int64_t bits = static_cast<std::int64_t>(0x8040201008040201);
    constexpr std::size_t step = 512;
    std::array<std::uint64_t, 16> counts{};
    eight_values low(bits, 0, first);
    eight_values high(0, bits, first);
    for (std::size_t steps = 0; n >= step; n -= step, bytes += step) {
        if (steps++ == 254) { // the rest may be the 255th
            low.flush(counts.data());
            high.flush(counts.data() + 8);
            steps = 1;
        }
        prefetch_ahead<8192, step>(bytes);
        low.add(bytes);
        high.add(bytes);
    }
    if (n > 0) {
        // The rest, made up with a value that is not counted.
        std::uint8_t rest[step];
        std::memset(rest, static_cast<std::uint8_t>(first - 1), step);
        std::memcpy(rest, bytes, n);
        low.add(rest);
        high.add(rest);
    }
    low.finish(counts.data());
    high.finish(counts.data() + 8);
    return counts;
}

} // namespace nps::inline v0::detail::avx2

#endif
