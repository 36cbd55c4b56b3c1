// SPDX-License-Identifier: Apache-2.0
/// @file
/// The inner loops of subset_fitter, on blocks of rows of one class that fit into the first cache.
#pragma once

#include <nps/model/detail/logistic_kernel.hpp>
#include <nps/numeric/cpu.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace nps::inline v0::detail {

inline constexpr std::size_t subset_block_rows = 128;

/// Rows of one class, and where their sums go.
struct subset_block {
    std::size_t rows = 0;
    const double* weight = nullptr;
    /// Of the items that are fitted; up to 7 more numbers are read than there are rows.
    std::span<const double* const> x = {};
    /// Cut-points, then a coefficient for each item.
    std::span<const double> at = {};
    /// Whether the class has a cut-point above and one below; places among the cut-points.
    bool has_upper = false;
    bool has_lower = false;
    std::size_t upper = 0;
    std::size_t cuts = 0;
    double* gradient = nullptr;
    /// Negative second derivatives, lower triangle by rows.
    double* information = nullptr;
    double log_likelihood = 0;
};

#if defined(__GNUC__)
/// Four numbers side by side; the compiler makes of them what the machine has.
using subset_lanes [[gnu::vector_size(32)]] = double;
#else
struct subset_lanes {
    double lane[4] = {};
    double operator[](std::size_t i) const { return lane[i]; }
    subset_lanes& operator+=(const subset_lanes& other) {
        for (std::size_t i = 0; i < 4; ++i) {
            lane[i] += other.lane[i];
        }
        return *this;
    }
    friend subset_lanes operator*(subset_lanes a, const subset_lanes& b) {
        for (std::size_t i = 0; i < 4; ++i) {
            a.lane[i] *= b.lane[i];
        }
        return a;
    }
};
#endif

/// Sums of a_i b_i in eight lanes, so that each path gives the same bits; `rows` is a multiple of 8.
[[gnu::always_inline]] inline double subset_dot(const double* a, const double* b,
                                                std::size_t rows) {
    subset_lanes first{};
    subset_lanes second{};
    for (std::size_t i = 0; i < rows; i += 8) {
        subset_lanes a0;
        subset_lanes a4;
        subset_lanes b0;
        subset_lanes b4;
        std::memcpy(&a0, a + i, sizeof a0);
        std::memcpy(&a4, a + i + 4, sizeof a4);
        std::memcpy(&b0, b + i, sizeof b0);
        std::memcpy(&b4, b + i + 4, sizeof b4);
        first += a0 * b0;
        second += a4 * b4;
    }
    first += second;
    return (first[0] + first[2]) + (first[1] + first[3]);
}

/// Without a loop, which would keep the compiler from working on several rows at once.
[[gnu::always_inline]] inline double subset_polynomial(const std::array<double, 10>& c, double x) {
    const double x2 = x * x;
    const double x4 = x2 * x2;
    return ((c[0] + c[1] * x) + x2 * (c[2] + c[3] * x)) +
           x4 * (((c[4] + c[5] * x) + x2 * (c[6] + c[7] * x)) + x4 * (c[8] + c[9] * x));
}

/// `a` where the sign bit of x is set, else `b`; without a branch.
[[gnu::always_inline]] inline double subset_where_negative(double x, double a, double b) {
    const std::uint64_t mask = 0 - (std::bit_cast<std::uint64_t>(x) >> 63);
    return std::bit_cast<double>((std::bit_cast<std::uint64_t>(a) & mask) |
                                 (std::bit_cast<std::uint64_t>(b) & ~mask));
}

/// exp(-a) for a >= 0, as logistic_exp_minus; exp(-708) beyond 708.
[[gnu::always_inline]] inline double subset_exp_minus(double a) {
    const double x = -subset_where_negative(a - logistic_farthest, a, logistic_farthest);
    const double shifted = x * logistic_log2e + logistic_shift;
    const double k = shifted - logistic_shift;
    const double r = (x - k * logistic_ln2_high) - k * logistic_ln2_low;
    const double sum = 1 + (r + (r * r) * subset_polynomial(logistic_exp_terms, r));
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) +
                                 (std::bit_cast<std::uint64_t>(shifted) << 52));
}

/// log(1 + t) for t in [0, 1]: 2 atanh(t / (2 + t)).
[[gnu::always_inline]] inline double subset_log1p(double t) {
    const double s = t / (2 + t);
    const double square = s * s;
    return 2 * (s + s * (square * subset_polynomial(logistic_log_terms, square)));
}

using subset_column = std::array<double, subset_block_rows>;

/// What a row has of its place between its cut-points. Rows up to a multiple of 8 have weight 0.
struct subset_terms {
    std::size_t padded = 0;
    subset_column weight = {};
    subset_column eta = {};
    subset_column score = {};     // d log P / d eta
    subset_column curvature = {}; // -d^2 log P / d eta^2
    subset_column second = {};    // of one cut-point
    subset_column miss = {};
    subset_column value = {};
    subset_column one = {};
};

/// One cut-point: sign is 1 where the class lies below it, -1 where above.
[[gnu::always_inline]] inline void subset_add_cut(subset_block& b, subset_terms& t, std::size_t cut,
                                                  double sign) {
    const double place = b.at[cut];
    for (std::size_t i = 0; i < t.padded; ++i) {
        const double z = sign * (place - t.eta[i]);
        const double e = subset_exp_minus(std::abs(z));
        const double inverse = 1 / (1 + e);
        const double part = e * inverse;
        const double second = t.weight[i] * (part * inverse);
        const double miss = t.weight[i] * subset_where_negative(z, inverse, part); // 1 - F(z)
        t.value[i] = t.weight[i] * (subset_where_negative(z, z, 0.0) - subset_log1p(e));
        t.second[i] = second;
        t.miss[i] = miss;
        t.score[i] -= sign * miss;
        t.curvature[i] += second;
    }
    const std::size_t side = b.at.size();
    b.log_likelihood += subset_dot(t.value.data(), t.one.data(), t.padded);
    b.gradient[cut] += sign * subset_dot(t.miss.data(), t.one.data(), t.padded);
    b.information[cut * side + cut] += subset_dot(t.second.data(), t.one.data(), t.padded);
    for (std::size_t j = 0; j < b.x.size(); ++j) {
        b.information[(b.cuts + j) * side + cut] -= subset_dot(t.second.data(), b.x[j], t.padded);
    }
}

/// With u = cut - eta: log P(class) = log F(upper u) + log(1 - F(lower u)) + log(1 - exp(lower cut
/// - upper cut)), so that a row has one or two logistic terms and the rest belongs to its class.
[[gnu::always_inline]] inline void subset_add_block_body(subset_block& b) {
    subset_terms t;
    t.padded = (b.rows + 7) / 8 * 8;
    t.one.fill(1);
    for (std::size_t i = 0; i < b.rows; ++i) {
        t.weight[i] = b.weight[i];
    }
    for (std::size_t j = 0; j < b.x.size(); ++j) {
        const double* x = b.x[j];
        const double slope = b.at[b.cuts + j];
        for (std::size_t i = 0; i < t.padded; ++i) {
            t.eta[i] += slope * x[i];
        }
    }
    if (b.has_upper) {
        subset_add_cut(b, t, b.upper, 1);
    }
    if (b.has_lower) {
        subset_add_cut(b, t, b.upper - 1, -1);
    }
    const std::size_t side = b.at.size();
    for (std::size_t j = 0; j < b.x.size(); ++j) {
        const double* x = b.x[j];
        b.gradient[b.cuts + j] += subset_dot(t.score.data(), x, t.padded);
        for (std::size_t i = 0; i < t.padded; ++i) {
            t.value[i] = t.curvature[i] * x[i];
        }
        for (std::size_t k = 0; k <= j; ++k) {
            b.information[(b.cuts + j) * side + b.cuts + k] +=
                subset_dot(t.value.data(), b.x[k], t.padded);
        }
    }
}

inline void subset_add_block_plain(subset_block& b) {
    subset_add_block_body(b);
}

#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::target("avx2")]] inline void subset_add_block_avx2(subset_block& b) {
    subset_add_block_body(b);
}
#endif

/// Adds the log-likelihood of the rows and its derivatives, but for what belongs to the class.
inline void subset_add_block(subset_block& b,
                             instruction_set instructions = best_instruction_set()) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        subset_add_block_avx2(b);
        return;
    }
#else
    static_cast<void>(instructions);
#endif
    subset_add_block_plain(b);
}

} // namespace nps::inline v0::detail
