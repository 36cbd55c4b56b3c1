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

// Polynomials by interpolation at Chebyshev points with 60 digits: (e^r - 1 - r) / r^2 for |r| up to
// log(2) / 2, error 1.3e-17 of e^r, and (atanh(s) / s - 1) / s^2 in s^2 for s up to 1/3, error
// 5e-18. Even and odd powers are two chains, which run side by side.
inline constexpr std::array<double, 10> logistic_exp_terms{
    0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d63p-5,  0x1.11111111109b3p-7,
    0x1.6c16c1788bd90p-10, 0x1.a01a01a7c41d5p-13, 0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19,
    0x1.289185613a3d6p-22, 0x1.af38a9b0ec855p-26};
inline constexpr std::array<double, 10> logistic_log_terms{
    0x1.5555555555555p-2, 0x1.999999999a3ddp-3, 0x1.24924923d44c6p-3, 0x1.c71c727143318p-4,
    0x1.745cf0b0e03bdp-4, 0x1.3b18b294bebf9p-4, 0x1.10ac75dc602b1p-4, 0x1.eb905e8575054p-5,
    0x1.687a6e7c95176p-5, 0x1.4b0a26c5f2aefp-4};
inline constexpr double logistic_shift = 0x1.8p52; // leaves a whole number in the low bits
inline constexpr double logistic_log2e = 1.4426950408889634;
inline constexpr double logistic_ln2_high = 0x1.62e42fefa3800p-1; // 11 low bits are zero
inline constexpr double logistic_ln2_low = 0x1.ef35793c76730p-45;
inline constexpr double logistic_farthest = 708;

[[nodiscard]] inline double logistic_polynomial(const std::array<double, 10>& c, double x) {
    const double square = x * x;
    double even = c[8];
    double odd = c[9];
    for (std::size_t i = 6; i < 10; i -= 2) {
        even = even * square + c[i];
        odd = odd * square + c[i + 1];
    }
    return even + x * odd;
}

/// exp(-a) for a >= 0, within 2 units in the last place up to 708; as exp(-708) beyond.
[[nodiscard]] inline double logistic_exp_minus(double a) {
    const double x = -(a < logistic_farthest ? a : logistic_farthest);
    const double shifted = x * logistic_log2e + logistic_shift;
    const double k = shifted - logistic_shift;
    const double r = (x - k * logistic_ln2_high) - k * logistic_ln2_low;
    const double sum = 1 + (r + (r * r) * logistic_polynomial(logistic_exp_terms, r));
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) +
                                 (std::bit_cast<std::uint64_t>(shifted) << 52));
}

/// Everything of single rows. From z = sign * eta there is no cancellation: the residual is
/// sign / (1 + e^z), the log-likelihood -log(1 + e^-z), which is 2 atanh(t / (2 + t)) with
/// t = e^-|z|. One division serves both.
inline void logistic_terms_plain(logistic_block& b, const double* coefficients) {
    for (std::size_t i = 0; i < logistic_block_rows; ++i) {
        double eta = 0;
        for (std::size_t j = 0; j < b.used; ++j) {
            eta = eta + coefficients[j] * b.x[j][i];
        }
        b.eta[i] = eta;
        const double z = b.sign[i] * eta;
        const double t = logistic_exp_minus(std::abs(z));
        const double over = 1 / ((1 + t) * (2 + t));
        const double q = over * (2 + t);
        const double part = t * q;
        const double wrong = z > 0 ? part : q; // the chance of the other outcome
        b.residual[i] = b.weight[i] * (b.sign[i] * wrong);
        b.information[i] = b.weight[i] * (part * q);
        const double s = t * (over * (1 + t));
        const double square = s * s;
        const double twice = s + s;
        const double log1p =
            twice + twice * (square * logistic_polynomial(logistic_log_terms, square));
        b.value[i] = b.weight[i] * ((z < 0 ? z : 0.0) - log1p);
        for (std::size_t j = 0; j < b.used; ++j) {
            b.weighted[j][i] = b.information[i] * b.x[j][i];
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
            to.information[j * to.padded + k] += logistic_dot(b.weighted[j].data(), b.x[k].data());
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)

[[gnu::target("avx2"), gnu::always_inline]] inline __m256d
logistic_polynomial_avx2(const std::array<double, 10>& c, __m256d x) {
    const __m256d square = _mm256_mul_pd(x, x);
    __m256d even = _mm256_set1_pd(c[8]);
    __m256d odd = _mm256_set1_pd(c[9]);
    for (std::size_t i = 6; i < 10; i -= 2) {
        even = _mm256_add_pd(_mm256_mul_pd(even, square), _mm256_set1_pd(c[i]));
        odd = _mm256_add_pd(_mm256_mul_pd(odd, square), _mm256_set1_pd(c[i + 1]));
    }
    return _mm256_add_pd(even, _mm256_mul_pd(x, odd));
}

/// logistic_terms_plain, operation by operation, four rows at a time; in short loops, so that the
/// processor works on several rows at once.
[[gnu::target("avx2")]] inline void logistic_terms_avx2(logistic_block& b,
                                                        const double* coefficients) {
    const __m256d zero = _mm256_setzero_pd();
    const __m256d one = _mm256_set1_pd(1);
    const __m256d sign_bit = _mm256_set1_pd(-0.0);
    const __m256d shift = _mm256_set1_pd(logistic_shift);
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        __m256d eta = zero;
        for (std::size_t j = 0; j < b.used; ++j) {
            eta = _mm256_add_pd(eta, _mm256_mul_pd(_mm256_set1_pd(coefficients[j]),
                                                   _mm256_loadu_pd(b.x[j].data() + i)));
        }
        _mm256_storeu_pd(b.eta.data() + i, eta);
    }
    logistic_column exponential;
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        const __m256d distance = _mm256_andnot_pd(sign_bit, _mm256_loadu_pd(b.eta.data() + i));
        const __m256d x =
            _mm256_xor_pd(sign_bit, _mm256_min_pd(distance, _mm256_set1_pd(logistic_farthest)));
        const __m256d shifted =
            _mm256_add_pd(_mm256_mul_pd(x, _mm256_set1_pd(logistic_log2e)), shift);
        const __m256d k = _mm256_sub_pd(shifted, shift);
        const __m256d r =
            _mm256_sub_pd(_mm256_sub_pd(x, _mm256_mul_pd(k, _mm256_set1_pd(logistic_ln2_high))),
                          _mm256_mul_pd(k, _mm256_set1_pd(logistic_ln2_low)));
        const __m256d sum = _mm256_add_pd(
            one, _mm256_add_pd(r, _mm256_mul_pd(_mm256_mul_pd(r, r),
                                                logistic_polynomial_avx2(logistic_exp_terms, r))));
        _mm256_storeu_pd(
            exponential.data() + i,
            _mm256_castsi256_pd(_mm256_add_epi64(
                _mm256_castpd_si256(sum), _mm256_slli_epi64(_mm256_castpd_si256(shifted), 52))));
    }
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        const __m256d sign = _mm256_loadu_pd(b.sign.data() + i);
        const __m256d weight = _mm256_loadu_pd(b.weight.data() + i);
        const __m256d z = _mm256_mul_pd(sign, _mm256_loadu_pd(b.eta.data() + i));
        const __m256d t = _mm256_loadu_pd(exponential.data() + i);
        const __m256d t1 = _mm256_add_pd(one, t);
        const __m256d t2 = _mm256_add_pd(_mm256_set1_pd(2), t);
        const __m256d over = _mm256_div_pd(one, _mm256_mul_pd(t1, t2));
        const __m256d q = _mm256_mul_pd(over, t2);
        const __m256d part = _mm256_mul_pd(t, q);
        const __m256d wrong = _mm256_blendv_pd(q, part, _mm256_cmp_pd(z, zero, _CMP_GT_OQ));
        _mm256_storeu_pd(b.residual.data() + i, _mm256_mul_pd(weight, _mm256_mul_pd(sign, wrong)));
        _mm256_storeu_pd(b.information.data() + i, _mm256_mul_pd(weight, _mm256_mul_pd(part, q)));
        const __m256d s = _mm256_mul_pd(t, _mm256_mul_pd(over, t1));
        const __m256d square = _mm256_mul_pd(s, s);
        const __m256d twice = _mm256_add_pd(s, s);
        const __m256d log1p = _mm256_add_pd(
            twice, _mm256_mul_pd(twice, _mm256_mul_pd(square, logistic_polynomial_avx2(
                                                                  logistic_log_terms, square))));
        _mm256_storeu_pd(b.value.data() + i,
                         _mm256_mul_pd(weight, _mm256_sub_pd(_mm256_min_pd(z, zero), log1p)));
    }
    for (std::size_t j = 0; j < b.used; ++j) {
        const double* const x = b.x[j].data();
        double* const out = b.weighted[j].data();
        for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
            _mm256_storeu_pd(out + i, _mm256_mul_pd(_mm256_loadu_pd(b.information.data() + i),
                                                    _mm256_loadu_pd(x + i)));
        }
    }
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

/// (from - centre) * scale of a whole block of bytes.
[[gnu::target("avx2")]] inline void logistic_load_avx2(const std::int8_t* from, double centre,
                                                       double scale, logistic_column& to) {
    const __m256d c = _mm256_set1_pd(centre);
    const __m256d s = _mm256_set1_pd(scale);
    for (std::size_t i = 0; i < logistic_block_rows; i += 8) {
        const __m256i wide =
            _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + i)));
        const __m256d low = _mm256_cvtepi32_pd(_mm256_castsi256_si128(wide));
        const __m256d high = _mm256_cvtepi32_pd(_mm256_extracti128_si256(wide, 1));
        _mm256_storeu_pd(to.data() + i, _mm256_mul_pd(_mm256_sub_pd(low, c), s));
        _mm256_storeu_pd(to.data() + i + 4, _mm256_mul_pd(_mm256_sub_pd(high, c), s));
    }
}

/// The same of doubles.
[[gnu::target("avx2")]] inline void logistic_load_avx2(const double* from, double centre,
                                                       double scale, logistic_column& to) {
    const __m256d c = _mm256_set1_pd(centre);
    const __m256d s = _mm256_set1_pd(scale);
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        _mm256_storeu_pd(to.data() + i,
                         _mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(from + i), c), s));
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
    logistic_terms_plain(b, coefficients);
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

/// A column of a block from its first `count` rows, standardised; 0 behind them.
template <class T>
void logistic_load_column(const T* from, std::size_t count, double centre, double scale,
                          logistic_column& to, instruction_set instructions) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain && count == logistic_block_rows) {
        return logistic_load_avx2(from, centre, scale, to);
    }
#else
    static_cast<void>(instructions);
#endif
    to.fill(0);
    for (std::size_t i = 0; i < count; ++i) {
        to[i] = (static_cast<double>(from[i]) - centre) * scale;
    }
}

} // namespace nps::inline v0::detail
