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
#include <span>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace nps::inline v0::detail {

inline constexpr std::size_t logistic_block_rows = 128;
/// Columns are worked on three by three: their number in a block is a multiple of three.
inline constexpr std::size_t logistic_tile = 3;

/// On its own lines of the cache: a vector that lies over two of them costs twice.
struct alignas(64) logistic_column : std::array<double, logistic_block_rows> {};

[[nodiscard]] constexpr std::size_t logistic_padded(std::size_t columns) {
    return (columns + logistic_tile - 1) / logistic_tile * logistic_tile;
}

/// A block of rows, and what belongs to each of its rows at some coefficients. Rows past the end of
/// the data have weight 0.
struct logistic_block {
    explicit logistic_block(std::size_t columns)
        : used(columns), memory(logistic_padded(columns) + logistic_padded(columns + 1)),
          x(memory.data(), logistic_padded(columns)),
          weighted(memory.data() + x.size(), logistic_padded(columns + 1)) {}
    logistic_block(const logistic_block&) = delete;
    logistic_block& operator=(const logistic_block&) = delete;

    /// Columns of the model, the intercept among them; those behind are 0.
    std::size_t used;
    /// One piece for x and weighted: apart by a little more than whole pages they would make the
    /// processor wait for a store whose address looks like that of the next load.
    std::vector<logistic_column> memory;
    std::span<logistic_column> x;
    /// The information times each column, and, behind them, the residual: weight * (outcome -
    /// probability). Products of these with x are the second and the first derivatives.
    std::span<logistic_column> weighted;
    /// 1 where the outcome is 1, else -1.
    logistic_column sign = {};
    logistic_column weight = {};
    /// Whether each weight is 0 or 1.
    bool alike = true;
    /// The linear predictor, and e^-|eta|.
    logistic_column eta = {};
    logistic_column odds = {};
    /// weight * probability * (1 - probability)
    logistic_column information = {};
    /// Sums of weight * log-likelihood and of |residual|.
    double value = 0;
    double misfit = 0;

    [[nodiscard]] logistic_column& residual() { return weighted[used]; }
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

// Products are added by std::fma, which rounds once on every path: the vector paths, with the same
// operations in the same order, have the same bits.

[[nodiscard]] inline double logistic_polynomial(const std::array<double, 10>& c, double x) {
    const double square = x * x;
    double even = c[8];
    double odd = c[9];
    for (std::size_t i = 6; i < 10; i -= 2) {
        even = std::fma(even, square, c[i]);
        odd = std::fma(odd, square, c[i + 1]);
    }
    return std::fma(x, odd, even);
}

/// exp(-a) for a >= 0, within 2 units in the last place up to 708; as exp(-708) beyond.
[[nodiscard]] inline double logistic_exp_minus(double a) {
    const double x = -(a < logistic_farthest ? a : logistic_farthest);
    const double shifted = std::fma(x, logistic_log2e, logistic_shift);
    const double k = shifted - logistic_shift;
    const double r = std::fma(-k, logistic_ln2_low, std::fma(-k, logistic_ln2_high, x));
    const double sum = 1 + std::fma(r * r, logistic_polynomial(logistic_exp_terms, r), r);
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) +
                                 (std::bit_cast<std::uint64_t>(shifted) << 52));
}

[[nodiscard]] inline double logistic_sum(const std::array<double, 4>& lanes) {
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/// Everything of single rows. From z = sign * eta there is no cancellation: the residual is
/// sign / (1 + e^z), the log-likelihood -log(1 + e^-z) = min(z, 0) - log(1 + e^-|z|). With weights of
/// 0 and 1 the logarithm is taken of the product over rows: 32 factors of at most 2 a lane.
inline void logistic_terms_plain(logistic_block& b, const double* coefficients) {
    std::array<double, 4> product{1, 1, 1, 1};
    std::array<double, 4> below{};
    std::array<double, 4> misfit{};
    for (std::size_t i = 0; i < logistic_block_rows; ++i) {
        double eta = 0;
        for (std::size_t j = 0; j < b.used; ++j) {
            eta = std::fma(coefficients[j], b.x[j][i], eta);
        }
        b.eta[i] = eta;
        const double z = b.sign[i] * eta;
        const double t = logistic_exp_minus(std::abs(eta));
        b.odds[i] = t;
        const double q = 1 / (1 + t);
        const double part = t * q;
        const double wrong = b.weight[i] * (z < 0 ? q : part); // the chance of the other outcome
        const double information = b.weight[i] * (part * q);
        misfit[i % 4] += wrong;
        product[i % 4] *= std::fma(t, b.weight[i], 1);
        below[i % 4] = std::fma(b.weight[i], z < 0 ? z : 0.0, below[i % 4]);
        b.information[i] = information;
        b.residual()[i] = b.sign[i] * wrong;
    }
    b.misfit = logistic_sum(misfit);
    b.value = logistic_sum(below) - std::log((product[0] * product[1]) * (product[2] * product[3]));
}

/// The log-likelihood with any weights; log(1 + t) is 2 atanh(t / (2 + t)).
inline double logistic_weighted_value(const logistic_block& b) {
    std::array<double, 4> sum{};
    for (std::size_t i = 0; i < logistic_block_rows; ++i) {
        const double z = b.sign[i] * b.eta[i];
        const double s = b.odds[i] / (2 + b.odds[i]);
        const double square = s * s;
        const double twice = s + s;
        const double log1p =
            std::fma(twice, square * logistic_polynomial(logistic_log_terms, square), twice);
        sum[i % 4] = std::fma(b.weight[i], (z < 0 ? z : 0.0) - log1p, sum[i % 4]);
    }
    return logistic_sum(sum);
}

/// Sums over rows at some coefficients: `products` of each weighted column (by rows, the residual
/// last) with the columns of x; only the lower triangle of the others is filled.
struct logistic_sums {
    explicit logistic_sums(std::size_t columns)
        : stride(logistic_padded(columns)), products(logistic_padded(columns + 1) * stride + 1) {}

    std::size_t stride;
    double value = 0;
    double misfit = 0;
    /// One more than there are, for a vector that ends behind them.
    std::vector<double> products;

    logistic_sums& operator+=(const logistic_sums& other) {
        value += other.value;
        misfit += other.misfit;
        for (std::size_t i = 0; i < products.size(); ++i) {
            products[i] += other.products[i];
        }
        return *this;
    }
};

/// Rows in four interleaved sums, the order of the vector path.
inline double logistic_dot(const double* a, const double* b) {
    std::array<double, 4> s{};
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        for (std::size_t l = 0; l < 4; ++l) {
            s[l] = std::fma(a[i + l], b[i + l], s[l]);
        }
    }
    return logistic_sum(s);
}

/// The information of each row times its columns.
inline void logistic_weigh(logistic_block& b) {
    for (std::size_t j = 0; j < b.used; ++j) {
        for (std::size_t i = 0; i < logistic_block_rows; ++i) {
            b.weighted[j][i] = b.information[i] * b.x[j][i];
        }
    }
}

/// Adds the rows of products from `begin` on: 0, or the tile that ends with the residual.
inline void logistic_add_products(const logistic_block& b, std::size_t begin, logistic_sums& to) {
    for (std::size_t j = begin; j < b.weighted.size(); ++j) {
        for (std::size_t k = 0; k < (std::min)((j / logistic_tile + 1) * logistic_tile, to.stride);
             ++k) {
            to.products[j * to.stride + k] += logistic_dot(b.weighted[j].data(), b.x[k].data());
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)

[[gnu::target("avx2,fma"), gnu::always_inline]] inline __m256d
logistic_polynomial_avx2(const std::array<double, 10>& c, __m256d x) {
    const __m256d square = _mm256_mul_pd(x, x);
    __m256d even = _mm256_set1_pd(c[8]);
    __m256d odd = _mm256_set1_pd(c[9]);
    for (std::size_t i = 6; i < 10; i -= 2) {
        even = _mm256_fmadd_pd(even, square, _mm256_set1_pd(c[i]));
        odd = _mm256_fmadd_pd(odd, square, _mm256_set1_pd(c[i + 1]));
    }
    return _mm256_fmadd_pd(x, odd, even);
}

/// The linear predictors of a block, and e^-|eta|.
[[gnu::target("avx2,fma")]] inline void logistic_predict_avx2(logistic_block& b,
                                                              const double* coefficients) {
    const __m256d sign_bit = _mm256_set1_pd(-0.0);
    const __m256d shift = _mm256_set1_pd(logistic_shift);
    for (std::size_t i = 0; i < logistic_block_rows; i += 16) {
        __m256d eta0 = _mm256_setzero_pd();
        __m256d eta1 = eta0;
        __m256d eta2 = eta0;
        __m256d eta3 = eta0;
        for (std::size_t j = 0; j < b.used; ++j) {
            const double* const x = b.x[j].data() + i;
            const __m256d c = _mm256_set1_pd(coefficients[j]);
            eta0 = _mm256_fmadd_pd(c, _mm256_loadu_pd(x), eta0);
            eta1 = _mm256_fmadd_pd(c, _mm256_loadu_pd(x + 4), eta1);
            eta2 = _mm256_fmadd_pd(c, _mm256_loadu_pd(x + 8), eta2);
            eta3 = _mm256_fmadd_pd(c, _mm256_loadu_pd(x + 12), eta3);
        }
        double* const eta = b.eta.data() + i;
        _mm256_storeu_pd(eta, eta0);
        _mm256_storeu_pd(eta + 4, eta1);
        _mm256_storeu_pd(eta + 8, eta2);
        _mm256_storeu_pd(eta + 12, eta3);
    }
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        const __m256d distance = _mm256_andnot_pd(sign_bit, _mm256_loadu_pd(b.eta.data() + i));
        const __m256d x =
            _mm256_xor_pd(sign_bit, _mm256_min_pd(distance, _mm256_set1_pd(logistic_farthest)));
        const __m256d shifted = _mm256_fmadd_pd(x, _mm256_set1_pd(logistic_log2e), shift);
        const __m256d k = _mm256_sub_pd(shifted, shift);
        const __m256d r =
            _mm256_fnmadd_pd(k, _mm256_set1_pd(logistic_ln2_low),
                             _mm256_fnmadd_pd(k, _mm256_set1_pd(logistic_ln2_high), x));
        const __m256d sum = _mm256_add_pd(
            _mm256_set1_pd(1), _mm256_fmadd_pd(_mm256_mul_pd(r, r),
                                               logistic_polynomial_avx2(logistic_exp_terms, r), r));
        _mm256_storeu_pd(
            b.odds.data() + i,
            _mm256_castsi256_pd(_mm256_add_epi64(
                _mm256_castpd_si256(sum), _mm256_slli_epi64(_mm256_castpd_si256(shifted), 52))));
    }
}

/// logistic_terms_plain, operation by operation, four rows at a time; in short loops, so that the
/// processor works on several rows at once.
[[gnu::target("avx2,fma")]] inline void logistic_terms_avx2(logistic_block& b,
                                                            const double* coefficients) {
    logistic_predict_avx2(b, coefficients);
    const __m256d zero = _mm256_setzero_pd();
    const __m256d one = _mm256_set1_pd(1);
    __m256d product = one;
    __m256d below = zero;
    __m256d misfit = zero;
    double* const residual = b.residual().data();
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        const __m256d sign = _mm256_loadu_pd(b.sign.data() + i);
        const __m256d weight = _mm256_loadu_pd(b.weight.data() + i);
        const __m256d z = _mm256_mul_pd(sign, _mm256_loadu_pd(b.eta.data() + i));
        const __m256d t = _mm256_loadu_pd(b.odds.data() + i);
        const __m256d q = _mm256_div_pd(one, _mm256_add_pd(one, t));
        const __m256d part = _mm256_mul_pd(t, q);
        const __m256d other = _mm256_blendv_pd(part, q, _mm256_cmp_pd(z, zero, _CMP_LT_OQ));
        const __m256d wrong = _mm256_mul_pd(weight, other);
        const __m256d information = _mm256_mul_pd(weight, _mm256_mul_pd(part, q));
        misfit = _mm256_add_pd(misfit, wrong);
        product = _mm256_mul_pd(product, _mm256_fmadd_pd(t, weight, one));
        below = _mm256_fmadd_pd(weight, _mm256_min_pd(z, zero), below);
        _mm256_storeu_pd(b.information.data() + i, information);
        _mm256_storeu_pd(residual + i, _mm256_mul_pd(sign, wrong));
    }
    std::array<double, 4> lanes;
    _mm256_storeu_pd(lanes.data(), misfit);
    b.misfit = logistic_sum(lanes);
    _mm256_storeu_pd(lanes.data(), below);
    b.value = logistic_sum(lanes);
    _mm256_storeu_pd(lanes.data(), product);
    b.value -= std::log((lanes[0] * lanes[1]) * (lanes[2] * lanes[3]));
}

[[gnu::target("avx2,fma")]] inline double logistic_weighted_value_avx2(const logistic_block& b) {
    const __m256d zero = _mm256_setzero_pd();
    __m256d sum = zero;
    for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
        const __m256d z =
            _mm256_mul_pd(_mm256_loadu_pd(b.sign.data() + i), _mm256_loadu_pd(b.eta.data() + i));
        const __m256d t = _mm256_loadu_pd(b.odds.data() + i);
        const __m256d s = _mm256_div_pd(t, _mm256_add_pd(_mm256_set1_pd(2), t));
        const __m256d square = _mm256_mul_pd(s, s);
        const __m256d twice = _mm256_add_pd(s, s);
        const __m256d log1p = _mm256_fmadd_pd(
            twice, _mm256_mul_pd(square, logistic_polynomial_avx2(logistic_log_terms, square)),
            twice);
        sum = _mm256_fmadd_pd(_mm256_loadu_pd(b.weight.data() + i),
                              _mm256_sub_pd(_mm256_min_pd(z, zero), log1p), sum);
    }
    std::array<double, 4> lanes;
    _mm256_storeu_pd(lanes.data(), sum);
    return logistic_sum(lanes);
}

/// Adds the lanes of three sums, each in pairs, to three numbers.
[[gnu::target("avx2,fma"), gnu::always_inline]] inline void
logistic_add_lanes(double* to, __m256d a, __m256d b, __m256d c) {
    const __m256d ab = _mm256_hadd_pd(a, b);
    const __m256d c0 = _mm256_hadd_pd(c, _mm256_setzero_pd());
    const __m256d sums =
        _mm256_add_pd(_mm256_permute2f128_pd(ab, c0, 0x20), _mm256_permute2f128_pd(ab, c0, 0x31));
    _mm256_storeu_pd(to, _mm256_add_pd(_mm256_loadu_pd(to), sums));
}

[[gnu::target("avx2,fma")]] inline void logistic_weigh_avx2(logistic_block& b) {
    for (std::size_t j = 0; j < b.used; ++j) {
        const double* const x = b.x[j].data();
        double* const out = b.weighted[j].data();
        for (std::size_t i = 0; i < logistic_block_rows; i += 4) {
            _mm256_storeu_pd(out + i, _mm256_mul_pd(_mm256_loadu_pd(b.information.data() + i),
                                                    _mm256_loadu_pd(x + i)));
        }
    }
}

[[gnu::target("avx2,fma")]] inline void
logistic_add_products_avx2(const logistic_block& b, std::size_t begin, logistic_sums& to) {
    for (std::size_t j = begin; j < b.weighted.size(); j += 3) {
        const double* const w0 = b.weighted[j].data();
        const double* const w1 = b.weighted[j + 1].data();
        const double* const w2 = b.weighted[j + 2].data();
        for (std::size_t k = 0; k <= j && k < to.stride; k += 3) {
            const double* const x0 = b.x[k].data();
            const double* const x1 = b.x[k + 1].data();
            const double* const x2 = b.x[k + 2].data();
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
                __m256d x = _mm256_loadu_pd(x0 + i);
                s00 = _mm256_fmadd_pd(a0, x, s00);
                s10 = _mm256_fmadd_pd(a1, x, s10);
                s20 = _mm256_fmadd_pd(a2, x, s20);
                x = _mm256_loadu_pd(x1 + i);
                s01 = _mm256_fmadd_pd(a0, x, s01);
                s11 = _mm256_fmadd_pd(a1, x, s11);
                s21 = _mm256_fmadd_pd(a2, x, s21);
                x = _mm256_loadu_pd(x2 + i);
                s02 = _mm256_fmadd_pd(a0, x, s02);
                s12 = _mm256_fmadd_pd(a1, x, s12);
                s22 = _mm256_fmadd_pd(a2, x, s22);
            }
            double* const out = to.products.data() + j * to.stride + k;
            logistic_add_lanes(out, s00, s01, s02);
            logistic_add_lanes(out + to.stride, s10, s11, s12);
            logistic_add_lanes(out + 2 * to.stride, s20, s21, s22);
        }
    }
}

/// (from - centre) * scale of a whole block of bytes.
[[gnu::target("avx2")]] inline void logistic_load_avx2(const std::int8_t* from, double centre,
                                                       double scale, logistic_column& to) {
    const __m256d c = _mm256_set1_pd(centre);
    const __m256d s = _mm256_set1_pd(scale);
    // A column is two lines of the cache a block: too little for the processor to see it coming.
    __builtin_prefetch(from + 4 * logistic_block_rows);
    __builtin_prefetch(from + 4 * logistic_block_rows + 64);
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
    for (std::size_t i = 0; i < logistic_block_rows; i += 8) {
        __builtin_prefetch(from + i + logistic_block_rows);
        _mm256_storeu_pd(to.data() + i,
                         _mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(from + i), c), s));
        _mm256_storeu_pd(to.data() + i + 4,
                         _mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(from + i + 4), c), s));
    }
}

#endif

/// Fills what belongs to each row at the coefficients.
inline void logistic_terms(logistic_block& b, const double* coefficients,
                           instruction_set instructions) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        logistic_terms_avx2(b, coefficients);
        if (!b.alike) {
            b.value = logistic_weighted_value_avx2(b);
        }
        return;
    }
#else
    static_cast<void>(instructions);
#endif
    logistic_terms_plain(b, coefficients);
    if (!b.alike) {
        b.value = logistic_weighted_value(b);
    }
}

/// Adds a block that has its terms to the sums, the second derivatives only where they are asked for.
inline void logistic_add(logistic_block& b, bool second, logistic_sums& to,
                         instruction_set instructions) {
    to.value += b.value;
    to.misfit += b.misfit;
    const std::size_t begin = second ? 0 : b.used / logistic_tile * logistic_tile;
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        if (second) {
            logistic_weigh_avx2(b);
        }
        return logistic_add_products_avx2(b, begin, to);
    }
#else
    static_cast<void>(instructions);
#endif
    if (second) {
        logistic_weigh(b);
    }
    logistic_add_products(b, begin, to);
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
