// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sixteen numbers to sixteen byte codes (see narrow.hpp) with AVX-512 and with AVX2.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <nps/count/detail/prefetch.hpp>

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

/// `n` is a multiple of 16.
template <class T>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void narrow(const T* values, std::size_t n,
                                                                  int lowest, std::uint8_t* out) {
    const __m512i origin = _mm512_set1_epi32(lowest);
    for (std::size_t i = 0; i < n; i += 16) {
        prefetch_ahead<12288, 16 * sizeof(T)>(values + i);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i),
                         _mm512_maskz_cvtepi32_epi8(0xFFFF, codes(values + i, origin)));
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

/// Four masks of 64 bits to four of 32.
[[gnu::always_inline, gnu::target("avx2")]] inline __m128i half_width(__m256d mask) {
    return _mm_castps_si128(_mm_shuffle_ps(_mm_castpd_ps(_mm256_castpd256_pd128(mask)),
                                           _mm_castpd_ps(_mm256_extractf128_pd(mask, 1)), 0x88));
}

[[gnu::always_inline, gnu::target("avx2")]] inline __m128i codes(const double* values,
                                                                 __m128i lowest) {
    const __m256d value = _mm256_loadu_pd(values);
    const __m128i whole = _mm256_cvttpd_epi32(value);
    const __m128i is_whole =
        half_width(_mm256_cmp_pd(_mm256_cvtepi32_pd(whole), value, _CMP_EQ_OQ));
    const __m128i is_number = half_width(_mm256_cmp_pd(value, value, _CMP_ORD_Q));
    return _mm_and_si128(is_number,
                         _mm_blendv_epi8(_mm_set1_epi32(255), code_of(whole, lowest), is_whole));
}

/// `n` is a multiple of 16.
template <class T>
[[gnu::target("avx2")]] void narrow(const T* values, std::size_t n, int lowest, std::uint8_t* out) {
    const __m128i origin = _mm_set1_epi32(lowest);
    for (std::size_t i = 0; i < n; i += 16) {
        prefetch_ahead<12288, 16 * sizeof(T)>(values + i);
        const __m128i low =
            _mm_packus_epi32(codes(values + i, origin), codes(values + i + 4, origin));
        const __m128i high =
            _mm_packus_epi32(codes(values + i + 8, origin), codes(values + i + 12, origin));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_packus_epi16(low, high));
    }
}

} // namespace nps::inline v0::detail::avx2

#endif
