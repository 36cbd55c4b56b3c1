// SPDX-License-Identifier: Apache-2.0
/// @file
/// The AVX2 path of draw_rows: eight blocks of Philox4x32-10 side by side, a word to a 64-bit lane.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace nps::inline v0::detail::avx2 {

static_assert(sizeof(std::size_t) == 8);

/// Word 0, 1, 2 and 3 of four blocks. The upper half of each lane is not part of the word: 32 x 32
/// bit multiplication does not read it.
struct four_blocks {
    __m256i word0, word1, word2, word3;
};

[[gnu::target("avx2"), gnu::always_inline]] inline void philox_round(four_blocks& b, __m256i key0,
                                                                     __m256i key1) {
    const __m256i product0 = _mm256_mul_epu32(b.word0, _mm256_set1_epi64x(0xD2511F53));
    const __m256i product2 = _mm256_mul_epu32(b.word2, _mm256_set1_epi64x(0xCD9E8D57));
    b.word0 = _mm256_xor_si256(_mm256_srli_epi64(product2, 32), _mm256_xor_si256(b.word1, key0));
    b.word1 = product2;
    b.word2 = _mm256_xor_si256(_mm256_srli_epi64(product0, 32), _mm256_xor_si256(b.word3, key1));
    b.word3 = product0;
}

/// Turns words into row numbers in place; not zero where a draw must be repeated.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i scale(four_blocks& b, std::uint32_t n,
                                                                 std::uint32_t excess) {
    const __m256i wide_n = _mm256_set1_epi64x(n);
    const __m256i wide_excess = _mm256_set1_epi64x(excess);
    const __m256i low_half = _mm256_set1_epi64x(0xFFFFFFFF);
    __m256i repeated = _mm256_setzero_si256();
    for (__m256i* const word : {&b.word0, &b.word1, &b.word2, &b.word3}) {
        const __m256i product = _mm256_mul_epu32(*word, wide_n);
        *word = _mm256_srli_epi64(product, 32);
        repeated = _mm256_or_si256(
            repeated, _mm256_cmpgt_epi64(wide_excess, _mm256_and_si256(product, low_half)));
    }
    return repeated;
}

/// Stores 16 numbers in the order of the stream: all words of a block, then those of the next.
[[gnu::target("avx2"), gnu::always_inline]] inline void store_by_block(const four_blocks& b,
                                                                       std::size_t* out) {
    const __m256i low01 = _mm256_unpacklo_epi64(b.word0, b.word1);
    const __m256i high01 = _mm256_unpackhi_epi64(b.word0, b.word1);
    const __m256i low23 = _mm256_unpacklo_epi64(b.word2, b.word3);
    const __m256i high23 = _mm256_unpackhi_epi64(b.word2, b.word3);
    auto* const place = reinterpret_cast<__m256i*>(out);
    _mm256_storeu_si256(place, _mm256_permute2x128_si256(low01, low23, 0x20));
    _mm256_storeu_si256(place + 1, _mm256_permute2x128_si256(high01, high23, 0x20));
    _mm256_storeu_si256(place + 2, _mm256_permute2x128_si256(low01, low23, 0x31));
    _mm256_storeu_si256(place + 3, _mm256_permute2x128_si256(high01, high23, 0x31));
}

/// 32 row numbers below n < 2^32 from eight blocks, unless one of the draws must be repeated: then
/// `false`, and what was stored is void. `excess` is 2^32 mod n.
[[gnu::target("avx2")]] inline bool draw_batch(std::uint64_t seed, std::uint32_t replicate,
                                               std::uint32_t purpose, std::uint32_t first_block,
                                               std::uint32_t n, std::uint32_t excess,
                                               std::size_t* rows) {
    four_blocks a{_mm256_add_epi64(_mm256_set1_epi64x(first_block), _mm256_set_epi64x(3, 2, 1, 0)),
                  _mm256_setzero_si256(), _mm256_set1_epi64x(replicate),
                  _mm256_set1_epi64x(purpose)};
    four_blocks b = a;
    b.word0 = _mm256_add_epi64(b.word0, _mm256_set1_epi64x(4));
    auto key0 = static_cast<std::uint32_t>(seed);
    auto key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const __m256i wide0 = _mm256_set1_epi64x(key0);
        const __m256i wide1 = _mm256_set1_epi64x(key1);
        philox_round(a, wide0, wide1);
        philox_round(b, wide0, wide1);
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
    const __m256i repeated = _mm256_or_si256(scale(a, n, excess), scale(b, n, excess));
    store_by_block(a, rows);
    store_by_block(b, rows + 16);
    return _mm256_testz_si256(repeated, repeated) != 0;
}

} // namespace nps::inline v0::detail::avx2

#endif
