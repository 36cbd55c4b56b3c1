// SPDX-License-Identifier: Apache-2.0
/// @file
/// Counts sixteen byte values with AVX-512: a positional population count.
///
/// A shuffle turns each byte into one bit of eight (one-hot); a vector is then eight bit planes.
/// Carry-save adders sum sixteen such vectors into planes of weight 1, 2, 4, 8 and one carry of
/// weight 16, so that only every sixteenth vector has to be added up bit by bit (the scheme of
/// Harley and Seal; Mula, Kurz and Lemire (2018), doi:10.1093/comjnl/bxx046).
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <nps/count/detail/prefetch.hpp>

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nps::inline v0::detail::avx512 {

/// Counts eight of the sixteen values. `one_hot` is the shuffle table: byte v holds the bit of v.
struct eight_values {
    __m512i one_hot;
    __m512i first;
    __m512i ones, twos, fours, eights;
    __m512i sixteens[8];

    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline eight_values(
        std::int64_t low_bits, std::int64_t high_bits, std::uint8_t first_value)
        : one_hot(_mm512_set_epi64(high_bits, low_bits, high_bits, low_bits, high_bits, low_bits,
                                   high_bits, low_bits)),
          first(_mm512_set1_epi8(static_cast<char>(first_value))), ones(_mm512_setzero_si512()),
          twos(ones), fours(ones), eights(ones) {
        clear();
    }

    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline void clear() {
        for (__m512i& sum : sixteens) {
            sum = _mm512_setzero_si512();
        }
    }

    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] static inline __m512i
    add_planes(__m512i& sum, __m512i a, __m512i b) {
        const __m512i carry = _mm512_ternarylogic_epi64(sum, a, b, 0xE8);
        sum = _mm512_ternarylogic_epi64(sum, a, b, 0x96);
        return carry;
    }

    /// The saturating sum sets bit 7 of every value above 15, for which the shuffle gives zero.
    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline __m512i
    planes(const std::uint8_t* bytes) const {
        const __m512i value = _mm512_sub_epi8(_mm512_loadu_si512(bytes), first);
        return _mm512_shuffle_epi8(one_hot, _mm512_adds_epu8(value, _mm512_set1_epi8(0x70)));
    }

    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline __m512i
    carry_two(const std::uint8_t* bytes) {
        return add_planes(ones, planes(bytes), planes(bytes + 64));
    }
    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline __m512i
    carry_four(const std::uint8_t* bytes) {
        const __m512i a = carry_two(bytes);
        return add_planes(twos, a, carry_two(bytes + 128));
    }
    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline __m512i
    carry_eight(const std::uint8_t* bytes) {
        const __m512i a = carry_four(bytes);
        return add_planes(fours, a, carry_four(bytes + 256));
    }

    /// Takes in 1,024 bytes. At most 255 times between two flushes.
    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] inline void
    add(const std::uint8_t* bytes) {
        const __m512i a = carry_eight(bytes);
        const __m512i carry = add_planes(eights, a, carry_eight(bytes + 512));
        const __m512i bit = _mm512_set1_epi8(1);
#pragma GCC unroll 8
        for (unsigned k = 0; k < 8; ++k) {
            sixteens[k] =
                _mm512_add_epi8(sixteens[k], _mm512_and_si512(_mm512_srli_epi16(carry, k), bit));
        }
    }

    /// Bit k of each byte of `plane`, with the weight of `plane`.
    template <int log_weight>
    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] static inline __m512i
    weighted(__m512i plane, unsigned k) {
        const __m512i bits = _mm512_and_si512(_mm512_srli_epi16(plane, k), _mm512_set1_epi8(1));
        return _mm512_slli_epi16(bits, log_weight);
    }

    [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] static inline void
    add_lanes(std::uint64_t& count, __m512i sums) {
        std::uint64_t lanes[8];
        _mm512_storeu_si512(lanes, sums);
        for (const std::uint64_t lane : lanes) {
            count += lane;
        }
    }

    /// Moves the carries of weight sixteen into `counts`.
    [[gnu::target("avx512f,avx512bw")]] void flush(std::uint64_t* counts) {
        for (unsigned k = 0; k < 8; ++k) {
            const __m512i sums = _mm512_sad_epu8(sixteens[k], _mm512_setzero_si512());
            add_lanes(counts[k], _mm512_maskz_slli_epi64(0xFF, sums, 4));
        }
        clear();
    }

    /// Moves everything into `counts`.
    [[gnu::target("avx512f,avx512bw")]] void finish(std::uint64_t* counts) const {
        const __m512i zero = _mm512_setzero_si512();
        for (unsigned k = 0; k < 8; ++k) {
            const __m512i rest =
                _mm512_add_epi8(_mm512_add_epi8(weighted<0>(ones, k), weighted<1>(twos, k)),
                                _mm512_add_epi8(weighted<2>(fours, k), weighted<3>(eights, k)));
            const __m512i sums = _mm512_sad_epu8(sixteens[k], zero);
            add_lanes(counts[k], _mm512_add_epi64(_mm512_maskz_slli_epi64(0xFF, sums, 4),
                                                  _mm512_sad_epu8(rest, zero)));
        }
    }
};

/// How often first, first + 1, ... first + 15 (modulo 256) occur; other bytes are left out.
[[gnu::target("avx512f,avx512bw")]] inline std::array<std::uint64_t, 16>
count_sixteen(const std::uint8_t* bytes, std::size_t n, std::uint8_t first) {
    constexpr std::int64_t bits = static_cast<std::int64_t>(0x8040201008040201);
    constexpr std::size_t step = 1024;
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

} // namespace nps::inline v0::detail::avx512

#endif
