// SPDX-License-Identifier: Apache-2.0
/// @file
/// Numbers to byte codes (see narrow.hpp) with AVX-512 and with AVX2, the first vector_length() values of each
/// stream.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <nps/count/detail/narrow_streams.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace nps::inline v0::detail::avx512 {

[[gnu::always_inline, gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] inline __m512i
code_of(__m512i whole, __m512i lowest) {
    // Unsigned, so that what is below the lowest score is far above it.
    const __m512i distance =
        _mm512_maskz_min_epu32(0xFFFF, _mm512_sub_epi32(whole, lowest), _mm512_set1_epi32(254));
    return _mm512_add_epi32(distance, _mm512_set1_epi32(1));
}

[[gnu::always_inline, gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] inline __m512i
codes(const std::int32_t* values, __m512i lowest) {
    return code_of(_mm512_loadu_si512(values), lowest);
}

[[gnu::always_inline, gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] inline __m512i
codes(const float* values, __m512i lowest) {
    const __m512 value = _mm512_loadu_ps(values);
    const __m512i whole = _mm512_maskz_cvttps_epi32(0xFFFF, value);
    const __mmask16 is_whole =
        _mm512_cmp_ps_mask(_mm512_maskz_cvtepi32_ps(0xFFFF, whole), value, _CMP_EQ_OQ);
    const __mmask16 is_number = _mm512_cmp_ps_mask(value, value, _CMP_ORD_Q);
    return _mm512_maskz_mov_epi32(
        is_number, _mm512_mask_mov_epi32(_mm512_set1_epi32(255), is_whole, code_of(whole, lowest)));
}

[[gnu::always_inline, gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] inline __m512i
codes(const double* values, __m512i lowest) {
    const __m512d a = _mm512_loadu_pd(values);
    const __m512d b = _mm512_loadu_pd(values + 8);
    const __m256i whole_a = _mm512_maskz_cvttpd_epi32(0xFF, a);
    const __m256i whole_b = _mm512_maskz_cvttpd_epi32(0xFF, b);
    const __mmask16 is_whole =
        _mm512_kunpackb(_mm512_cmp_pd_mask(_mm512_maskz_cvtepi32_pd(0xFF, whole_b), b, _CMP_EQ_OQ),
                        _mm512_cmp_pd_mask(_mm512_maskz_cvtepi32_pd(0xFF, whole_a), a, _CMP_EQ_OQ));
    const __mmask16 is_number =
        _mm512_kunpackb(_mm512_cmp_pd_mask(b, b, _CMP_ORD_Q), _mm512_cmp_pd_mask(a, a, _CMP_ORD_Q));
    const __m512i whole =
        _mm512_maskz_inserti64x4(0xFF, _mm512_castsi256_si512(whole_a), whole_b, 1);
    return _mm512_maskz_mov_epi32(
        is_number, _mm512_mask_mov_epi32(_mm512_set1_epi32(255), is_whole, code_of(whole, lowest)));
}

template <class T>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void
narrow(const T* values, narrow_streams streams, int lowest, std::uint8_t* out) {
    const __m512i origin = _mm512_set1_epi32(lowest);
    for (std::size_t i = 0; i < streams.vector_length(); i += 16) {
        for (std::size_t s = 0; s < streams.number; ++s) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + s * streams.length + i),
                             _mm512_maskz_cvtepi32_epi8(
                                 0xFFFF, codes(values + s * streams.distance + i, origin)));
        }
    }
}

} // namespace nps::inline v0::detail::avx512

namespace nps::inline v0::detail::avx2 {

[[gnu::always_inline, gnu::target("avx2")]] inline __m128i code_of(__m128i whole, __m128i lowest) {
    const __m128i distance = _mm_min_epu32(_mm_sub_epi32(whole, lowest), _mm_set1_epi32(254));
    return _mm_add_epi32(distance, _mm_set1_epi32(1));
}

[[gnu::always_inline, gnu::target("avx2")]] inline __m128i codes(const std::int32_t* values,
                                                                 __m128i lowest) {
    return code_of(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values)), lowest);
}

[[gnu::always_inline, gnu::target("avx2")]] inline __m128i codes(const float* values,
                                                                 __m128i lowest) {
    const __m128 value = _mm_loadu_ps(values);
    const __m128i whole = _mm_cvttps_epi32(value);
    const __m128i is_whole = _mm_castps_si128(_mm_cmpeq_ps(_mm_cvtepi32_ps(whole), value));
    const __m128i is_number = _mm_castps_si128(_mm_cmpord_ps(value, value));
    return _mm_and_si128(is_number,
                         _mm_blendv_epi8(_mm_set1_epi32(255), code_of(whole, lowest), is_whole));
}

inline constexpr int lower_half = 0x88;
inline constexpr int upper_half = 0xDD;

/// One half of the bits of each of eight doubles, in the order 0 1 4 5, 2 3 6 7.
template <int half>
[[gnu::always_inline, gnu::target("avx2")]] inline __m256i halves(__m256d a, __m256d b) {
    return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castpd_ps(a), _mm256_castpd_ps(b), half));
}

/// Eight doubles to codes of 32 bits, in the order 0 1 4 5, 2 3 6 7. `origin` is 1.5 * 2^52 less the
/// lowest score: added to a whole number near it, it leaves the distance in the lower half of the
/// sum's bits and 0x43380000 in the upper half; from any other number it does not come back.
[[gnu::always_inline, gnu::target("avx2")]] inline __m256i codes(const double* values,
                                                                 __m256d origin) {
    const __m256d a = _mm256_loadu_pd(values);
    const __m256d b = _mm256_loadu_pd(values + 4);
    const __m256d sum_a = _mm256_add_pd(a, origin);
    const __m256d sum_b = _mm256_add_pd(b, origin);
    const __m256i distance = halves<lower_half>(sum_a, sum_b);
    const __m256i is_near =
        _mm256_cmpeq_epi32(halves<upper_half>(sum_a, sum_b), _mm256_set1_epi32(0x43380000));
    const __m256i is_whole =
        halves<lower_half>(_mm256_cmp_pd(_mm256_sub_pd(sum_a, origin), a, _CMP_EQ_OQ),
                           _mm256_cmp_pd(_mm256_sub_pd(sum_b, origin), b, _CMP_EQ_OQ));
    const __m256i is_number =
        halves<lower_half>(_mm256_cmp_pd(a, a, _CMP_ORD_Q), _mm256_cmp_pd(b, b, _CMP_ORD_Q));
    const __m256i code =
        _mm256_add_epi32(_mm256_min_epu32(distance, _mm256_set1_epi32(254)), _mm256_set1_epi32(1));
    return _mm256_and_si256(is_number, _mm256_blendv_epi8(_mm256_set1_epi32(255), code,
                                                          _mm256_and_si256(is_near, is_whole)));
}

/// Thirty-two numbers to byte codes.
template <class T>
[[gnu::always_inline, gnu::target("avx2")]] inline void narrow_step_of(const T* values, int lowest,
                                                                       std::uint8_t* out) {
    const __m128i origin = _mm_set1_epi32(lowest);
    for (std::size_t i = 0; i < narrow_step; i += 16) {
        const __m128i low =
            _mm_packus_epi32(codes(values + i, origin), codes(values + i + 4, origin));
        const __m128i high =
            _mm_packus_epi32(codes(values + i + 8, origin), codes(values + i + 12, origin));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_packus_epi16(low, high));
    }
}

[[gnu::always_inline, gnu::target("avx2")]] inline void
narrow_step_of(const double* values, int lowest, std::uint8_t* out) {
    const __m256d origin = _mm256_set1_pd(6755399441055744.0 - lowest);
    const __m256i low = _mm256_packus_epi32(codes(values, origin), codes(values + 8, origin));
    const __m256i high =
        _mm256_packus_epi32(codes(values + 16, origin), codes(values + 24, origin));
    // Pairs of codes: the even pairs in the lower half, the odd ones in the upper.
    const __m256i pairs = _mm256_packus_epi16(low, high);
    const __m128i even = _mm256_castsi256_si128(pairs);
    const __m128i odd = _mm256_extracti128_si256(pairs, 1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_unpacklo_epi16(even, odd));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 16), _mm_unpackhi_epi16(even, odd));
}

template <class T>
[[gnu::target("avx2")]] void narrow(const T* values, narrow_streams streams, int lowest,
                                    std::uint8_t* out) {
    for (std::size_t i = 0; i < streams.vector_length(); i += narrow_step) {
        for (std::size_t s = 0; s < streams.number; ++s) {
            narrow_step_of(values + s * streams.distance + i, lowest, out + s * streams.length + i);
        }
    }
}

} // namespace nps::inline v0::detail::avx2

#endif
