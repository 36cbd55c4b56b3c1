// SPDX-License-Identifier: Apache-2.0
/// @file
/// The inner loops of logistic regression, on blocks of rows that fit into the first cache.
#pragma once

#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define NPS_DETAIL_LOGISTIC_INLINE [[gnu::always_inline]] inline
#else
#define NPS_DETAIL_LOGISTIC_INLINE inline
#endif

namespace nps::inline v0::detail {

inline constexpr std::size_t logistic_block_rows = 128;
/// Columns are worked on three by three: their number in a block is a multiple of three.
inline constexpr std::size_t logistic_tile = 3;

using logistic_column = std::array<double, logistic_block_rows>;

/// A block of rows, and what belongs to each of its rows at some coefficients. Rows past the end of
/// the data have weight 0.
struct logistic_block {
    explicit logistic_block(std::size_t columns)
        : used(columns), x((columns + logistic_tile - 1) / logistic_tile * logistic_tile),
          weighted(x.size()) {}

    /// Columns of the model, the intercept among them; those behind are 0.
    std::size_t used;
    std::vector<logistic_column> x;
    std::vector<logistic_column> weighted;
    /// 1 where the outcome is 1, else -1.
    logistic_column sign = {};
    logistic_column weight = {};
    /// The linear predictor.
    logistic_column eta = {};
    /// weight * (outcome - probability)
    logistic_column residual = {};
    /// weight * probability * (1 - probability)
    logistic_column information = {};
    /// weight * log-likelihood
    logistic_column value = {};
};

/// exp(-a) for a >= 0, within 2 units in the last place up to 708; as exp(-708) beyond.
NPS_DETAIL_LOGISTIC_INLINE double logistic_exp_minus(double a) {
    constexpr double shift = 0x1.8p52; // leaves the whole number in the low bits
    const double x = -((std::min)(a, 708.0));
    const double shifted = x * 1.4426950408889634 + shift;
    const double k = shifted - shift;
    const double r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    double sum = 1.0 / 6227020800;
    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) +
                                 (std::bit_cast<std::uint64_t>(shifted) << 52));
}

/// log(1 + t) for t in [0, 1], within 2 units in the last place: 2 atanh(t / (2 + t)).
NPS_DETAIL_LOGISTIC_INLINE double logistic_log1p(double t) {
    const double s = t / (2 + t);
    const double z = s * s;
    double sum = 1.0 / 33;
    sum = sum * z + 1.0 / 31;
    sum = sum * z + 1.0 / 29;
    sum = sum * z + 1.0 / 27;
    sum = sum * z + 1.0 / 25;
    sum = sum * z + 1.0 / 23;
    sum = sum * z + 1.0 / 21;
    sum = sum * z + 1.0 / 19;
    sum = sum * z + 1.0 / 17;
    sum = sum * z + 1.0 / 15;
    sum = sum * z + 1.0 / 13;
    sum = sum * z + 1.0 / 11;
    sum = sum * z + 1.0 / 9;
    sum = sum * z + 1.0 / 7;
    sum = sum * z + 1.0 / 5;
    sum = sum * z + 1.0 / 3;
    return 2 * s + 2 * s * (z * sum);
}

/// Everything of single rows. From z = sign * eta there is no cancellation: the residual is
/// sign / (1 + e^z), the log-likelihood -log(1 + e^-z).
NPS_DETAIL_LOGISTIC_INLINE void logistic_terms_body(logistic_block& b, const double* coefficients) {
    for (std::size_t i = 0; i < logistic_block_rows; ++i) {
        b.eta[i] = 0;
    }
    for (std::size_t j = 0; j < b.used; ++j) {
        const double c = coefficients[j];
        const double* const x = b.x[j].data();
        for (std::size_t i = 0; i < logistic_block_rows; ++i) {
            b.eta[i] = b.eta[i] + c * x[i];
        }
    }
    for (std::size_t i = 0; i < logistic_block_rows; ++i) {
        const double z = b.sign[i] * b.eta[i];
        const double t = logistic_exp_minus(std::abs(z));
        const double q = 1 / (1 + t);
        const double part = t * q;
        const double wrong = z > 0 ? part : q; // the chance of the other outcome
        b.residual[i] = b.weight[i] * (b.sign[i] * wrong);
        b.information[i] = b.weight[i] * (part * q);
        b.value[i] = b.weight[i] * ((z < 0 ? z : 0.0) - logistic_log1p(t));
    }
    for (std::size_t j = 0; j < b.used; ++j) {
        const double* const x = b.x[j].data();
        double* const out = b.weighted[j].data();
        for (std::size_t i = 0; i < logistic_block_rows; ++i) {
            out[i] = b.information[i] * x[i];
        }
    }
}

/// Sums over rows at some coefficients. Matrices are by rows of `columns` padded to the tile; only
/// the lower triangle is filled.
struct logistic_sums {
    explicit logistic_sums(std::size_t columns)
        : padded((columns + logistic_tile - 1) / logistic_tile * logistic_tile), gradient(padded),
          information(padded * padded) {}

    std::size_t padded;
    double value = 0;
    /// Sum of |weight * (outcome - probability)|
    double misfit = 0;
    std::vector<double> gradient;
    std::vector<double> information;

    logistic_sums& operator+=(const logistic_sums& other) {
        value += other.value;
        misfit += other.misfit;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            gradient[i] += other.gradient[i];
        }
        for (std::size_t i = 0; i < information.size(); ++i) {
            information[i] += other.information[i];
        }
        return *this;
    }
};

/// Rows in four interleaved sums, the order of the vector path.
inline double logistic_dot(const double* a, const double* b) {
    std::array<double, 4> s{};
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        for (std::size_t l = 0; l < 4; ++l) {
            s[l] += a[i + l] * b[i + l];
        }
    }
    return (s[0] + s[1]) + (s[2] + s[3]);
}

inline void logistic_add_products(const logistic_block& b, logistic_sums& to) {
    for (std::size_t j = 0; j < to.padded; ++j) {
        to.gradient[j] += logistic_dot(b.residual.data(), b.x[j].data());
        for (std::size_t k = 0; k < (j / logistic_tile + 1) * logistic_tile; ++k) {
            to.information[j * to.padded + k] +=
                logistic_dot(b.weighted[j].data(), b.x[k].data());
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)

[[gnu::target("avx2")]] inline void logistic_terms_avx2(logistic_block& b,
                                                        const double* coefficients) {
    logistic_terms_body(b, coefficients);
}

[[gnu::target("avx2"), gnu::always_inline]] inline double logistic_lanes(__m256d v) {
    const __m128d low = _mm256_castpd256_pd128(v);
    const __m128d high = _mm256_extractf128_pd(v, 1);
    return (_mm_cvtsd_f64(low) + _mm_cvtsd_f64(_mm_unpackhi_pd(low, low))) +
           (_mm_cvtsd_f64(high) + _mm_cvtsd_f64(_mm_unpackhi_pd(high, high)));
}

[[gnu::target("avx2")]] inline void logistic_add_products_avx2(const logistic_block& b,
                                                               logistic_sums& to) {
    for (std::size_t j = 0; j < to.padded; j += 3) {
        const double* const x0 = b.x[j].data();
        const double* const x1 = b.x[j + 1].data();
        const double* const x2 = b.x[j + 2].data();
        __m256d g0 = _mm256_setzero_pd();
        __m256d g1 = g0;
        __m256d g2 = g0;
        for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
            const __m256d r = _mm256_loadu_pd(b.residual.data() + i);
            g0 = _mm256_add_pd(g0, _mm256_mul_pd(r, _mm256_loadu_pd(x0 + i)));
            g1 = _mm256_add_pd(g1, _mm256_mul_pd(r, _mm256_loadu_pd(x1 + i)));
            g2 = _mm256_add_pd(g2, _mm256_mul_pd(r, _mm256_loadu_pd(x2 + i)));
        }
        to.gradient[j] += logistic_lanes(g0);
        to.gradient[j + 1] += logistic_lanes(g1);
        to.gradient[j + 2] += logistic_lanes(g2);
        const double* const w0 = b.weighted[j].data();
        const double* const w1 = b.weighted[j + 1].data();
        const double* const w2 = b.weighted[j + 2].data();
        for (std::size_t k = 0; k <= j; k += 3) {
            const double* const y0 = b.x[k].data();
            const double* const y1 = b.x[k + 1].data();
            const double* const y2 = b.x[k + 2].data();
            __m256d s00 = _mm256_setzero_pd();
            __m256d s01 = s00;
            __m256d s02 = s00;
            __m256d s10 = s00;
            __m256d s11 = s00;
            __m256d s12 = s00;
            __m256d s20 = s00;
            __m256d s21 = s00;
            __m256d s22 = s00;
            for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
                const __m256d a0 = _mm256_loadu_pd(w0 + i);
                const __m256d a1 = _mm256_loadu_pd(w1 + i);
                const __m256d a2 = _mm256_loadu_pd(w2 + i);
                __m256d y = _mm256_loadu_pd(y0 + i);
                s00 = _mm256_add_pd(s00, _mm256_mul_pd(a0, y));
                s10 = _mm256_add_pd(s10, _mm256_mul_pd(a1, y));
                s20 = _mm256_add_pd(s20, _mm256_mul_pd(a2, y));
                y = _mm256_loadu_pd(y1 + i);
                s01 = _mm256_add_pd(s01, _mm256_mul_pd(a0, y));
                s11 = _mm256_add_pd(s11, _mm256_mul_pd(a1, y));
                s21 = _mm256_add_pd(s21, _mm256_mul_pd(a2, y));
                y = _mm256_loadu_pd(y2 + i);
                s02 = _mm256_add_pd(s02, _mm256_mul_pd(a0, y));
                s12 = _mm256_add_pd(s12, _mm256_mul_pd(a1, y));
                s22 = _mm256_add_pd(s22, _mm256_mul_pd(a2, y));
            }
            double* const out = to.information.data() + j * to.padded + k;
            out[0] += logistic_lanes(s00);
            out[1] += logistic_lanes(s01);
            out[2] += logistic_lanes(s02);
            double* const out1 = out + to.padded;
            out1[0] += logistic_lanes(s10);
            out1[1] += logistic_lanes(s11);
            out1[2] += logistic_lanes(s12);
            double* const out2 = out1 + to.padded;
            out2[0] += logistic_lanes(s20);
            out2[1] += logistic_lanes(s21);
            out2[2] += logistic_lanes(s22);
        }
    }
}

#endif

/// Fills what belongs to each row at the coefficients.
inline void logistic_terms(logistic_block& b, const double* coefficients,
                           instruction_set instructions) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        return logistic_terms_avx2(b, coefficients);
    }
#else
    static_cast<void>(instructions);
#endif
    logistic_terms_body(b, coefficients);
}

/// Adds a block that has its terms to the sums. Without contraction of products and sums by the
/// compiler both paths give the same bits.
inline void logistic_add(const logistic_block& b, logistic_sums& to, instruction_set instructions) {
    std::array<double, 4> value{};
    std::array<double, 4> misfit{};
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        for (std::size_t l = 0; l < 4; ++l) {
            value[l] += b.value[i + l];
            misfit[l] += std::abs(b.residual[i + l]);
        }
    }
    to.value += (value[0] + value[1]) + (value[2] + value[3]);
    to.misfit += (misfit[0] + misfit[1]) + (misfit[2] + misfit[3]);
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        return logistic_add_products_avx2(b, to);
    }
#else
    static_cast<void>(instructions);
#endif
    logistic_add_products(b, to);
}

} // namespace nps::inline v0::detail

#undef NPS_DETAIL_LOGISTIC_INLINE
