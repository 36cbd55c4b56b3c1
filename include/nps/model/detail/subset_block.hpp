// SPDX-License-Identifier: Apache-2.0
/// @file
/// The inner loops of subset_fitter, on blocks of rows of one class that fit into the first cache.
#pragma once

#include <nps/model/detail/logistic_kernel.hpp>
#include <nps/numeric/cpu.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace nps::inline v0::detail {

inline constexpr std::size_t subset_block_rows = 128;

/// Rows of one class, and where their sums go.
struct subset_block {
    std::size_t rows = 0;
    const double* weight = nullptr;
    /// Of the items that are fitted.
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

/// Sums in eight lanes, so that each path gives the same bits.
[[gnu::always_inline]] inline double subset_sum(const double* a, std::size_t rows) {
    std::array<double, 8> sums{};
    std::size_t i = 0;
    for (; i + 8 <= rows; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            sums[lane] += a[i + lane];
        }
    }
    for (std::size_t lane = 0; i < rows; ++i, ++lane) {
        sums[lane] += a[i];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

[[gnu::always_inline]] inline double subset_dot(const double* a, const double* b,
                                                std::size_t rows) {
    std::array<double, 8> sums{};
    std::size_t i = 0;
    for (; i + 8 <= rows; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            sums[lane] += a[i + lane] * b[i + lane];
        }
    }
    for (std::size_t lane = 0; i < rows; ++i, ++lane) {
        sums[lane] += a[i] * b[i];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

using subset_column = std::array<double, subset_block_rows>;

/// What a row has of its place between its cut-points.
struct subset_terms {
    subset_column eta = {};
    subset_column score = {};     // d log P / d eta
    subset_column curvature = {}; // -d^2 log P / d eta^2
    subset_column second = {};    // of one cut-point
    subset_column miss = {};
    subset_column value = {};
};

/// One cut-point: sign is 1 where the class lies below it, -1 where above.
[[gnu::always_inline]] inline void subset_add_cut(subset_block& b, subset_terms& t, std::size_t cut,
                                                  double sign) {
    const double place = b.at[cut];
    for (std::size_t i = 0; i < b.rows; ++i) {
        const double z = sign * (place - t.eta[i]);
        const double e = logistic_exp_minus(std::abs(z));
        const double inverse = 1 / (1 + e);
        const double part = e * inverse;
        const double missed = z < 0 ? inverse : part; // 1 - F(z)
        const double weight = b.weight[i];
        t.value[i] = weight * ((z < 0 ? z : 0.0) - logistic_log1p(e));
        t.second[i] = weight * (part * inverse);
        t.miss[i] = weight * missed;
        t.score[i] -= sign * t.miss[i];
        t.curvature[i] += t.second[i];
    }
    const std::size_t side = b.at.size();
    b.log_likelihood += subset_sum(t.value.data(), b.rows);
    b.gradient[cut] += sign * subset_sum(t.miss.data(), b.rows);
    b.information[cut * side + cut] += subset_sum(t.second.data(), b.rows);
    for (std::size_t j = 0; j < b.x.size(); ++j) {
        b.information[(b.cuts + j) * side + cut] -= subset_dot(t.second.data(), b.x[j], b.rows);
    }
}

/// With u = cut - eta: log P(class) = log F(upper u) + log(1 - F(lower u)) + log(1 - exp(lower cut
/// - upper cut)), so that a row has one or two logistic terms and the rest belongs to its class.
[[gnu::always_inline]] inline void subset_add_block_body(subset_block& b) {
    subset_terms t;
    for (std::size_t j = 0; j < b.x.size(); ++j) {
        const double* x = b.x[j];
        const double slope = b.at[b.cuts + j];
        for (std::size_t i = 0; i < b.rows; ++i) {
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
        b.gradient[b.cuts + j] += subset_dot(t.score.data(), x, b.rows);
        for (std::size_t i = 0; i < b.rows; ++i) {
            t.value[i] = t.curvature[i] * x[i];
        }
        for (std::size_t k = 0; k <= j; ++k) {
            b.information[(b.cuts + j) * side + b.cuts + k] +=
                subset_dot(t.value.data(), b.x[k], b.rows);
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
