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
#include <span>

namespace nps::inline v0::detail::avx2 {

inline constexpr int column_tile = 3;

[[gnu::always_inline, gnu::target("avx2,no-fma")]] inline __m256i load_bytes(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

/// Asks for memory that will be read soon, a little at each of `calls` calls: the requests of all of
/// it at once would wait for each other, and the caller for them.
class gradual_prefetch {
public:
    gradual_prefetch(std::span<const std::span<const std::byte>> coming, std::size_t calls)
        : coming_(coming) {
        std::size_t lines = 0;
        for (const std::span<const std::byte> part : coming) {
            lines += part.size() / line;
        }
        lines_ = (lines + calls - 1) / calls;
    }

    void some() {
        for (std::size_t k = 0; k < lines_ && part_ < coming_.size();) {
            if (at_ + line > coming_[part_].size()) {
                ++part_;
                at_ = 0;
                continue;
            }
            _mm_prefetch(reinterpret_cast<const char*>(coming_[part_].data()) + at_, _MM_HINT_T0);
            at_ += line;
            ++k;
        }
    }

private:
    static constexpr std::size_t line = 64;
    std::span<const std::span<const std::byte>> coming_;
    std::size_t lines_;
    std::size_t part_ = 0;
    std::size_t at_ = 0;
};

[[nodiscard]] constexpr std::size_t number_of_tiles(std::size_t columns) {
    const std::size_t side = (columns + column_tile - 1) / column_tile;
    return side * (side + 1) / 2;
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

/// The sums of the eight lanes of each of four vectors.
[[gnu::always_inline, gnu::target("avx2,no-fma")]] inline void
sum_lanes(__m256i a, __m256i b, __m256i c, __m256i d, std::int64_t* to) {
    const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    const __m128i sums =
        _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepi32_epi64(sums));
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
    sum_lanes(wide.a0, wide.a1, wide.a2, wide.b0, sums);
    sum_lanes(wide.b1, wide.b2, wide.c0, wide.c1, sums + 4);
    std::int64_t four[4];
    sum_lanes(wide.c2, zero, zero, zero, four);
    sums[8] = four[0];
}

/// (lane 0 + lane 1) + (lane 2 + lane 3) of four vectors.
[[gnu::always_inline, gnu::target("avx2,fma")]] inline void
sum_lanes(__m256d a, __m256d b, __m256d c, __m256d d, double* to) {
    const __m256d ab = _mm256_hadd_pd(a, b);
    const __m256d cd = _mm256_hadd_pd(c, d);
    _mm256_storeu_pd(to, _mm256_add_pd(_mm256_permute2f128_pd(ab, cd, 0x20),
                                       _mm256_permute2f128_pd(ab, cd, 0x31)));
}

/// The same for doubles; `rows` a multiple of 4. Each product is added to the sum of its lane with one
/// rounding, as std::fma does on the plain path.
[[gnu::target("avx2,fma")]] inline void
double_tile(const double* const* left, const double* const* right, std::size_t rows, double* sums) {
    const double* const l0 = left[0];
    const double* const l1 = left[1];
    const double* const l2 = left[2];
    const double* const r0 = right[0];
    const double* const r1 = right[1];
    const double* const r2 = right[2];
    __m256d s00 = _mm256_setzero_pd();
    __m256d s01 = s00;
    __m256d s02 = s00;
    __m256d s10 = s00;
    __m256d s11 = s00;
    __m256d s12 = s00;
    __m256d s20 = s00;
    __m256d s21 = s00;
    __m256d s22 = s00;
    for (std::size_t row = 0; row < rows; row += 4) {
        const __m256d x0 = _mm256_loadu_pd(r0 + row);
        const __m256d x1 = _mm256_loadu_pd(r1 + row);
        const __m256d x2 = _mm256_loadu_pd(r2 + row);
        __m256d l = _mm256_loadu_pd(l0 + row);
        s00 = _mm256_fmadd_pd(l, x0, s00);
        s01 = _mm256_fmadd_pd(l, x1, s01);
        s02 = _mm256_fmadd_pd(l, x2, s02);
        l = _mm256_loadu_pd(l1 + row);
        s10 = _mm256_fmadd_pd(l, x0, s10);
        s11 = _mm256_fmadd_pd(l, x1, s11);
        s12 = _mm256_fmadd_pd(l, x2, s12);
        l = _mm256_loadu_pd(l2 + row);
        s20 = _mm256_fmadd_pd(l, x0, s20);
        s21 = _mm256_fmadd_pd(l, x1, s21);
        s22 = _mm256_fmadd_pd(l, x2, s22);
    }
    sum_lanes(s00, s01, s02, s10, sums);
    sum_lanes(s11, s12, s20, s21, sums + 4);
    double four[4];
    sum_lanes(s22, s22, s22, s22, four);
    sums[8] = four[0];
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
