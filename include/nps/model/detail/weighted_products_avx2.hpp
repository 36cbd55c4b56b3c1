// SPDX-License-Identifier: Apache-2.0
/// @file
/// The AVX2 paths of weighted_products.hpp: 32 rows of bytes, or four of doubles, side by side.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <nps/version.hpp>

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nps::inline v0::detail::avx2 {

/// Largest and sum of `length` bytes, a multiple of 32.
[[gnu::target("avx2")]] inline void product_size_up(const std::uint8_t* bytes, std::size_t length,
                                                    std::uint8_t& largest, std::uint64_t& sum) {
    __m256i most = _mm256_setzero_si256();
    __m256i sums = most;
    for (std::size_t i = 0; i < length; i += 32) {
        const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
        most = _mm256_max_epu8(most, x);
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(x, _mm256_setzero_si256()));
    }
    std::uint8_t of_most[32];
    std::uint64_t of_sums[4];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(of_most), most);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(of_sums), sums);
    largest = *std::max_element(of_most, of_most + 32);
    sum = of_sums[0] + of_sums[1] + of_sums[2] + of_sums[3];
}

/// weight * value for 32 rows; the products fit in a byte.
[[gnu::target("avx2")]] inline void product_weigh_bytes(const std::uint8_t* weights,
                                                        const std::uint8_t* columns,
                                                        std::size_t stride, std::size_t count,
                                                        std::size_t length, std::uint8_t* weighted,
                                                        std::size_t weighted_stride) {
    const __m256i low = _mm256_set1_epi16(0xFF);
    for (std::size_t i = 0; i < length; i += 32) {
        const __m256i w = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights + i));
        const __m256i even = _mm256_and_si256(w, low);
        const __m256i odd = _mm256_srli_epi16(w, 8);
        for (std::size_t j = 0; j < count; ++j) {
            const __m256i x =
                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns + j * stride + i));
            const __m256i a = _mm256_mullo_epi16(even, _mm256_and_si256(x, low));
            const __m256i b = _mm256_mullo_epi16(odd, _mm256_srli_epi16(x, 8));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(weighted + j * weighted_stride + i),
                                _mm256_or_si256(a, _mm256_slli_epi16(b, 8)));
        }
    }
}

/// Adds pairs of 16-bit sums to the eight 32-bit sums at `to`.
[[gnu::target("avx2"), gnu::always_inline]] inline void product_widen(std::int32_t* to,
                                                                      __m256i sums) {
    auto* const place = reinterpret_cast<__m256i*>(to);
    _mm256_storeu_si256(place, _mm256_add_epi32(_mm256_loadu_si256(place),
                                                _mm256_madd_epi16(sums, _mm256_set1_epi16(1))));
}

/// Products of four weighted columns with two plain ones over `length` rows, added to the sums of
/// row j and column k at sums + 8 (j columns + k). 16-bit sums of `steps` vectors do not overflow.
[[gnu::target("avx2")]] inline void
product_multiply_bytes(const std::uint8_t* weighted, std::size_t weighted_stride,
                       const std::uint8_t* plain, std::size_t stride, std::size_t length,
                       std::size_t steps, std::int32_t* sums, std::size_t columns) {
    const std::size_t chunk = 32 * steps;
    for (std::size_t from = 0; from < length; from += chunk) {
        const std::size_t to = (std::min)(from + chunk, length);
        __m256i a0 = _mm256_setzero_si256();
        __m256i a1 = a0;
        __m256i b0 = a0;
        __m256i b1 = a0;
        __m256i c0 = a0;
        __m256i c1 = a0;
        __m256i d0 = a0;
        __m256i d1 = a0;
        for (std::size_t i = from; i < to; i += 32) {
            const auto* const w = reinterpret_cast<const __m256i*>(weighted + i);
            const std::size_t next = weighted_stride / 32;
            const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(plain + i));
            const __m256i y =
                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(plain + stride + i));
            const __m256i a = _mm256_loadu_si256(w);
            const __m256i b = _mm256_loadu_si256(w + next);
            const __m256i c = _mm256_loadu_si256(w + 2 * next);
            const __m256i d = _mm256_loadu_si256(w + 3 * next);
            a0 = _mm256_add_epi16(a0, _mm256_maddubs_epi16(a, x));
            a1 = _mm256_add_epi16(a1, _mm256_maddubs_epi16(a, y));
            b0 = _mm256_add_epi16(b0, _mm256_maddubs_epi16(b, x));
            b1 = _mm256_add_epi16(b1, _mm256_maddubs_epi16(b, y));
            c0 = _mm256_add_epi16(c0, _mm256_maddubs_epi16(c, x));
            c1 = _mm256_add_epi16(c1, _mm256_maddubs_epi16(c, y));
            d0 = _mm256_add_epi16(d0, _mm256_maddubs_epi16(d, x));
            d1 = _mm256_add_epi16(d1, _mm256_maddubs_epi16(d, y));
        }
        const std::size_t row = 8 * columns;
        product_widen(sums, a0);
        product_widen(sums + 8, a1);
        product_widen(sums + row, b0);
        product_widen(sums + row + 8, b1);
        product_widen(sums + 2 * row, c0);
        product_widen(sums + 2 * row + 8, c1);
        product_widen(sums + 3 * row, d0);
        product_widen(sums + 3 * row + 8, d1);
    }
}

/// Products of four weighted columns with two plain ones over `length` rows, a multiple of four:
/// four sums each (of every fourth row), to sums + 4 (j columns + k).
[[gnu::target("avx2")]] inline void
product_multiply_reals(const double* weighted, std::size_t weighted_stride, const double* plain,
                       std::size_t stride, std::size_t length, double* sums, std::size_t columns) {
    __m256d a0 = _mm256_setzero_pd();
    __m256d a1 = a0;
    __m256d b0 = a0;
    __m256d b1 = a0;
    __m256d c0 = a0;
    __m256d c1 = a0;
    __m256d d0 = a0;
    __m256d d1 = a0;
    for (std::size_t i = 0; i < length; i += 4) {
        const __m256d x = _mm256_loadu_pd(plain + i);
        const __m256d y = _mm256_loadu_pd(plain + stride + i);
        const __m256d a = _mm256_loadu_pd(weighted + i);
        const __m256d b = _mm256_loadu_pd(weighted + weighted_stride + i);
        const __m256d c = _mm256_loadu_pd(weighted + 2 * weighted_stride + i);
        const __m256d d = _mm256_loadu_pd(weighted + 3 * weighted_stride + i);
        a0 = _mm256_add_pd(a0, _mm256_mul_pd(a, x));
        a1 = _mm256_add_pd(a1, _mm256_mul_pd(a, y));
        b0 = _mm256_add_pd(b0, _mm256_mul_pd(b, x));
        b1 = _mm256_add_pd(b1, _mm256_mul_pd(b, y));
        c0 = _mm256_add_pd(c0, _mm256_mul_pd(c, x));
        c1 = _mm256_add_pd(c1, _mm256_mul_pd(c, y));
        d0 = _mm256_add_pd(d0, _mm256_mul_pd(d, x));
        d1 = _mm256_add_pd(d1, _mm256_mul_pd(d, y));
    }
    const std::size_t row = 4 * columns;
    _mm256_storeu_pd(sums, a0);
    _mm256_storeu_pd(sums + 4, a1);
    _mm256_storeu_pd(sums + row, b0);
    _mm256_storeu_pd(sums + row + 4, b1);
    _mm256_storeu_pd(sums + 2 * row, c0);
    _mm256_storeu_pd(sums + 2 * row + 4, c1);
    _mm256_storeu_pd(sums + 3 * row, d0);
    _mm256_storeu_pd(sums + 3 * row + 4, d1);
}

} // namespace nps::inline v0::detail::avx2

#endif
