// SPDX-License-Identifier: Apache-2.0
/// @file
/// The AVX2 paths of add_byte_products and add_column_products: three columns with three at a time, so
/// that six loads serve nine products and all sums stay in registers.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace nps::inline v0::detail::avx2 {

inline constexpr int column_tile = 3;

[[gnu::always_inline, gnu::target("avx2,no-fma")]] inline __m256i load_bytes(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

/// Nine sums, each a variable of its own: g++ keeps an array of them in memory.
struct nine_sums {
    __m256i a0, a1, a2, b0, b1, b2, c0, c1, c2;
};

[[gnu::always_inline, gnu::target("avx2,no-fma")]] inline void
add_products(__m256i left, __m256i right0, __m256i right1, __m256i right2, __m256i& sum0,
             __m256i& sum1, __m256i& sum2) {
    sum0 = _mm256_add_epi16(sum0, _mm256_maddubs_epi16(left, right0));
    sum1 = _mm256_add_epi16(sum1, _mm256_maddubs_epi16(left, right1));
    sum2 = _mm256_add_epi16(sum2, _mm256_maddubs_epi16(left, right2));
    // g++ else puts all products before all additions, and runs out of registers.
    asm("" : "+x"(sum0), "+x"(sum1), "+x"(sum2));
}

[[gnu::always_inline, gnu::target("avx2,no-fma")]] inline std::int64_t sum_of_lanes(__m256i sums) {
    std::int32_t lanes[8];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), sums);
    std::int64_t sum = 0;
    for (const std::int32_t lane : lanes) {
        sum += lane;
    }
    return sum;
}

/// Products of three columns with three, rows [0, rows) into nine sums; `rows` a multiple of 32, at
/// most 2^18. Sums of 16 bits are widened every `steps` vectors.
[[gnu::target("avx2,no-fma")]] inline void byte_tile(const std::uint8_t* const* left,
                                                     const std::uint8_t* const* right,
                                                     std::size_t rows, std::size_t steps,
                                                     std::int64_t* sums) {
    const __m256i one = _mm256_set1_epi16(1);
    const __m256i zero = _mm256_setzero_si256();
    nine_sums wide{zero, zero, zero, zero, zero, zero, zero, zero, zero};
    for (std::size_t row = 0; row < rows;) {
        const std::size_t end = (std::min)(rows, row + 32 * steps);
        __m256i a0 = zero;
        __m256i a1 = zero;
        __m256i a2 = zero;
        __m256i b0 = zero;
        __m256i b1 = zero;
        __m256i b2 = zero;
        __m256i c0 = zero;
        __m256i c1 = zero;
        __m256i c2 = zero;
        for (; row < end; row += 32) {
            const __m256i right0 = load_bytes(right[0] + row);
            const __m256i right1 = load_bytes(right[1] + row);
            const __m256i right2 = load_bytes(right[2] + row);
            add_products(load_bytes(left[0] + row), right0, right1, right2, a0, a1, a2);
            add_products(load_bytes(left[1] + row), right0, right1, right2, b0, b1, b2);
            add_products(load_bytes(left[2] + row), right0, right1, right2, c0, c1, c2);
        }
        wide.a0 = _mm256_add_epi32(wide.a0, _mm256_madd_epi16(a0, one));
        wide.a1 = _mm256_add_epi32(wide.a1, _mm256_madd_epi16(a1, one));
        wide.a2 = _mm256_add_epi32(wide.a2, _mm256_madd_epi16(a2, one));
        wide.b0 = _mm256_add_epi32(wide.b0, _mm256_madd_epi16(b0, one));
        wide.b1 = _mm256_add_epi32(wide.b1, _mm256_madd_epi16(b1, one));
        wide.b2 = _mm256_add_epi32(wide.b2, _mm256_madd_epi16(b2, one));
        wide.c0 = _mm256_add_epi32(wide.c0, _mm256_madd_epi16(c0, one));
        wide.c1 = _mm256_add_epi32(wide.c1, _mm256_madd_epi16(c1, one));
        wide.c2 = _mm256_add_epi32(wide.c2, _mm256_madd_epi16(c2, one));
    }
    for (const __m256i& lanes :
         {wide.a0, wide.a1, wide.a2, wide.b0, wide.b1, wide.b2, wide.c0, wide.c1, wide.c2}) {
        *sums++ = sum_of_lanes(lanes);
    }
}

/// The same for doubles; `rows` a multiple of 4. Each product is rounded, then added to the sum of
/// its lane: without fused multiplication, so that the plain path has the same bits.
[[gnu::target("avx2,no-fma")]] inline void
double_tile(const double* const* left, const double* const* right, std::size_t rows, double* sums) {
    __m256d lanes[column_tile * column_tile];
#pragma GCC unroll 9
    for (int k = 0; k < column_tile * column_tile; ++k) {
        lanes[k] = _mm256_setzero_pd();
    }
    for (std::size_t row = 0; row < rows; row += 4) {
        const __m256d right0 = _mm256_loadu_pd(right[0] + row);
        const __m256d right1 = _mm256_loadu_pd(right[1] + row);
        const __m256d right2 = _mm256_loadu_pd(right[2] + row);
#pragma GCC unroll 3
        for (int i = 0; i < column_tile; ++i) {
            const __m256d l = _mm256_loadu_pd(left[i] + row);
            lanes[3 * i] = _mm256_add_pd(lanes[3 * i], _mm256_mul_pd(l, right0));
            lanes[3 * i + 1] = _mm256_add_pd(lanes[3 * i + 1], _mm256_mul_pd(l, right1));
            lanes[3 * i + 2] = _mm256_add_pd(lanes[3 * i + 2], _mm256_mul_pd(l, right2));
        }
    }
    for (int k = 0; k < column_tile * column_tile; ++k) {
        double four[4];
        _mm256_storeu_pd(four, lanes[k]);
        sums[k] = (four[0] + four[1]) + (four[2] + four[3]);
    }
}

/// Calls `of_tile(left3, right3, sums9)` until every pair i <= j of `columns` columns is covered, and
/// `put(i, j, sum)` for each of them.
template <class T, class Sum, class OfTile, class Put>
void for_each_tile(const T* const* left, const T* const* right, std::size_t columns,
                   const OfTile& of_tile, const Put& put) {
    for (std::size_t i = 0; i < columns; i += column_tile) {
        const T* some_left[column_tile];
        for (std::size_t k = 0; k < column_tile; ++k) {
            some_left[k] = left[(std::min)(i + k, columns - 1)];
        }
        for (std::size_t j = i; j < columns; j += column_tile) {
            const T* some_right[column_tile];
            for (std::size_t k = 0; k < column_tile; ++k) {
                some_right[k] = right[(std::min)(j + k, columns - 1)];
            }
            Sum sums[column_tile * column_tile];
            of_tile(some_left, some_right, sums);
            for (std::size_t a = i; a < (std::min)(i + column_tile, columns); ++a) {
                for (std::size_t b = (std::max)(a, j); b < (std::min)(j + column_tile, columns);
                     ++b) {
                    put(a, b, sums[column_tile * (a - i) + b - j]);
                }
            }
        }
    }
}

} // namespace nps::inline v0::detail::avx2

#endif
