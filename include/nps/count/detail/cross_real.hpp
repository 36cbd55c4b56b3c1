// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows of any numbers to means and sums of products of deviations: blocks of fixed size, centred
/// before anything is multiplied, on the means of the block before where these are near, else on
/// their own.
#pragma once

#include <nps/count/detail/cross_columns.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/numeric/column_products.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace nps::inline v0::detail {

inline constexpr std::size_t real_block = 512;

// Sixteen sums side by side, so that a compiler may use vectors of any length with the same bits.
inline constexpr std::size_t real_lanes = 16;

[[nodiscard]] inline double sum_of_lanes(const double* lanes) {
    double sum = 0;
    for (std::size_t k = 0; k < real_lanes; k += 4) {
        sum += (lanes[k] + lanes[k + 1]) + (lanes[k + 2] + lanes[k + 3]);
    }
    return sum;
}

/// The sum of w (x - origin); weights all 1 where there are none.
#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::target("no-fma")]]
#endif
[[nodiscard]] inline double
sum_of_distances(const double* x, const double* weights, std::size_t rows, double origin) {
    double lanes[real_lanes] = {};
    std::size_t r = 0;
    if (weights == nullptr) {
        for (; r + real_lanes <= rows; r += real_lanes) {
            for (std::size_t k = 0; k < real_lanes; ++k) {
                lanes[k] += x[r + k] - origin;
            }
        }
    } else {
        for (; r + real_lanes <= rows; r += real_lanes) {
            for (std::size_t k = 0; k < real_lanes; ++k) {
                lanes[k] += weights[r + k] * (x[r + k] - origin);
            }
        }
    }
    for (std::size_t k = 0; r + k < rows; ++k) {
        lanes[k] += (weights == nullptr ? 1.0 : weights[r + k]) * (x[r + k] - origin);
    }
    return sum_of_lanes(lanes);
}

/// out = x - mean; returns the sum of it, which rounding leaves.
#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::always_inline]]
#endif
inline double
subtract(const double* x, std::size_t rows, double mean, double* out) {
    double lanes[real_lanes] = {};
    std::size_t r = 0;
    for (; r + real_lanes <= rows; r += real_lanes) {
        for (std::size_t k = 0; k < real_lanes; ++k) {
            const double d = x[r + k] - mean;
            out[r + k] = d;
            lanes[k] += d;
        }
    }
    for (std::size_t k = 0; r + k < rows; ++k) {
        out[r + k] = x[r + k] - mean;
        lanes[k] += out[r + k];
    }
    return sum_of_lanes(lanes);
}

#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::target("avx2")]] inline double subtract_avx2(const double* x, std::size_t rows, double mean,
                                                    double* out) {
    __m256d lanes[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(),
                        _mm256_setzero_pd()};
    const __m256d centre = _mm256_set1_pd(mean);
    std::size_t r = 0;
    for (; r + real_lanes <= rows; r += real_lanes) {
#pragma GCC unroll 4
        for (std::size_t k = 0; k < 4; ++k) {
            const __m256d d = _mm256_sub_pd(_mm256_loadu_pd(x + r + 4 * k), centre);
            _mm256_storeu_pd(out + r + 4 * k, d);
            lanes[k] = _mm256_add_pd(lanes[k], d);
        }
    }
    double all[real_lanes];
    for (std::size_t k = 0; k < 4; ++k) {
        _mm256_storeu_pd(all + 4 * k, lanes[k]);
    }
    for (std::size_t k = 0; r + k < rows; ++k) {
        out[r + k] = x[r + k] - mean;
        all[k] += out[r + k];
    }
    return sum_of_lanes(all);
}
#endif

/// out = x - mean, weighted = w (x - mean); returns the sum of `weighted`, which rounding leaves.
[[nodiscard]] inline double centre(const double* x, const double* weights, std::size_t rows,
                                   double mean, double* out, double* weighted,
                                   instruction_set instructions) {
#if defined(__x86_64__) && defined(__GNUC__)
    const double rest = instructions == instruction_set::plain ? subtract(x, rows, mean, out)
                                                               : subtract_avx2(x, rows, mean, out);
#else
    static_cast<void>(instructions);
    const double rest = subtract(x, rows, mean, out);
#endif
    if (weights == nullptr) {
        return rest;
    }
    for (std::size_t k = 0; k < rows; ++k) {
        weighted[k] = weights[k] * out[k];
    }
    return sum_of_distances(weighted, nullptr, rows, 0);
}

/// Reads one block of rows after the other; the buffers of one thread.
template <class T, class U>
class real_reader {
public:
    explicit real_reader(const cross_rows<T, U>& from)
        : from_(from), q_(from.variables()),
          room_(((std::min)(real_block, from.rows) + 23) / 8 * 8),
          weighs_(!from.frequency.empty() || !from.sampling.empty()), centred_(q_ * room_ + 8),
          weighted_(weighs_ ? q_ * room_ + 8 : 0), source_(q_), left_(q_), right_(q_), means_(q_),
          rest_(q_) {
        for (std::size_t j = 0; j < q_; ++j) {
            right_[j] = on_line(centred_) + j * room_;
            left_[j] = weighs_ ? on_line(weighted_) + j * room_ : right_[j];
        }
    }

    /// Adds rows [begin, begin + length), at most real_block.
    void add(std::size_t begin, std::size_t length, cross_sums& to) {
        cross_sums block = no_real_sums(q_);
        std::size_t rows = length;
        bool in_place = !weighs_;
        for (std::size_t j = 0; in_place && j < q_; ++j) {
            in_place = point(j, begin);
        }
        from_.stretches(sizeof(double), begin + length,
                        (std::min)(begin + length + real_block, from_.rows), coming_);
        if (!in_place) {
            rows = read(begin, length, block);
        }
        block.n = static_cast<std::int64_t>(rows);
        block.weight = static_cast<double>(rows);
        // The block before has told about where complete rows lie: one reading less.
        const bool guessed = !weighs_ && rows == length && means_known_ &&
                             multiply(nullptr, rows, block) && near_means(block);
        if (!guessed) {
            if (in_place && !take_means(nullptr, rows, block.weight)) {
                rows = read(begin, length, block); // something is missing
                block.n = static_cast<std::int64_t>(rows);
                block.weight = static_cast<double>(rows);
            }
            if (weighs_) {
                take_weights(begin, block);
            }
            if (rows == 0) {
                to.dropped += block.dropped;
                return;
            }
            const double* const weights = weighs_ ? weights_.data() : nullptr;
            take_means(weights, rows, block.weight);
            multiply(weights, rows, block);
        }
        for (std::size_t i = 0; i < q_; ++i) {
            block.means[i] = means_[i];
            block.mean_rests[i] = rest_[i] / block.weight;
            for (std::size_t j = i; j < q_; ++j) {
                block.centred[i * q_ + j] -= rest_[i] * (rest_[j] / block.weight);
            }
            block.centred[i * q_ + i] = (std::max)(0.0, block.centred[i * q_ + i]);
            means_[i] += block.mean_rests[i];
        }
        means_known_ = true;
        add_real_sums(to, block);
    }

private:
    /// The first of its doubles that begins a line of the cache.
    static double* on_line(std::vector<double>& doubles) {
        void* place = doubles.data();
        std::size_t room = doubles.size() * sizeof(double);
        return static_cast<double*>(std::align(64, sizeof(double), place, room));
    }

    /// Reads the complete rows of positive weight; returns how many.
    std::size_t read(std::size_t begin, std::size_t length, cross_sums& block) {
        read_doubles(from_, begin, length, block_);
        for (std::size_t j = 0; j < q_; ++j) {
            source_[j] = block_.column(j);
        }
        block.dropped = block_.dropped;
        return block_.rows;
    }

    /// Whether variable j can be read where it is: doubles side by side without missing codes.
    bool point(std::size_t j, std::size_t begin) {
        return from_.with(j, begin, [&](const auto* numbers, std::ptrdiff_t step, auto missing) {
            if constexpr (std::same_as<decltype(numbers), const double*>) {
                source_[j] = numbers;
                return step == 1 && missing.empty();
            } else {
                return false;
            }
        });
    }

    void take_weights(std::size_t begin, cross_sums& block) {
        weights_.assign(block_.rows, 1);
        if (!from_.frequency.empty()) {
            block.n = 0;
        }
        for (std::size_t k = 0; k < block_.rows; ++k) {
            const std::size_t row = begin + block_.kept[k];
            if (!from_.frequency.empty()) {
                block.n += from_.frequency[row];
                weights_[k] = static_cast<double>(from_.frequency[row]);
            }
            if (!from_.sampling.empty()) {
                weights_[k] *= from_.sampling[row];
            }
        }
        block.weight = sum_of_distances(weights_.data(), nullptr, block_.rows, 0);
    }

    /// Rounded means of the columns, equal to their numbers where these are all alike; `false` where
    /// something is no finite number.
    bool take_means(const double* weights, std::size_t rows, double weight) {
        bool finite = true;
        for (std::size_t j = 0; j < q_; ++j) {
            const double first = source_[j][0];
            means_[j] = first + sum_of_distances(source_[j], weights, rows, first) / weight;
            finite = finite && std::isfinite(means_[j]);
        }
        return finite;
    }

    /// Sums of products about means_; `false` where something is no finite number.
    bool multiply(const double* weights, std::size_t rows, cross_sums& block) {
        bool finite = true;
        for (std::size_t j = 0; j < q_; ++j) {
            double* const out = on_line(centred_) + j * room_;
            double* const weighted = weighs_ ? on_line(weighted_) + j * room_ : out;
            rest_[j] =
                centre(source_[j], weights, rows, means_[j], out, weighted, from_.instructions);
            finite = finite && std::isfinite(rest_[j]);
            for (std::size_t k = rows; k < rows + 4; ++k) {
                out[k] = 0;
                weighted[k] = 0;
            }
        }
        std::ranges::fill(block.centred, 0.0);
        add_column_products(left_, right_, (rows + 3) / 4 * 4, block.centred, from_.instructions,
                            coming_);
        return finite;
    }

    /// Whether means_ are so near to the means of the rows that nothing is lost in the difference.
    [[nodiscard]] bool near_means(const cross_sums& block) const {
        for (std::size_t j = 0; j < q_; ++j) {
            if (!(rest_[j] * (rest_[j] / block.weight) <= block.centred[j * q_ + j] / 8)) {
                return false;
            }
        }
        return true;
    }

    const cross_rows<T, U>& from_;
    std::size_t q_;
    std::size_t room_;
    bool weighs_;
    bool means_known_ = false;
    std::vector<double> centred_;
    std::vector<double> weighted_;
    std::vector<const double*> source_;
    std::vector<const double*> left_;
    std::vector<const double*> right_;
    std::vector<double> means_;
    /// What is left of the sums of deviations.
    std::vector<double> rest_;
    std::vector<double> weights_;
    std::vector<std::span<const std::byte>> coming_;
    double_block block_;
};

} // namespace nps::inline v0::detail
