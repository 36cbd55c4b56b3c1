// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows of any numbers to means and sums of products of deviations: blocks of fixed size, each
/// centred on its own means before anything is multiplied.
#pragma once

#include <nps/count/detail/cross_columns.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/count/detail/prefetch.hpp>
#include <nps/numeric/column_products.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

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
            prefetch_ahead<real_block * sizeof(double), real_lanes * sizeof(double)>(x + r);
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

/// out = x - mean, weighted = w (x - mean); returns the sum of `weighted`, which rounding leaves.
#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::target("no-fma")]]
#endif
[[nodiscard]] inline double
centre(const double* x, const double* weights, std::size_t rows, double mean, double* out,
       double* weighted) {
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
    if (weights == nullptr) {
        return sum_of_lanes(lanes);
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
        : from_(from), q_(from.variables()), room_((std::min)(real_block, from.rows) + 16),
          weighs_(!from.frequency.empty() || !from.sampling.empty()), centred_(q_ * room_),
          weighted_(weighs_ ? q_ * room_ : 0), source_(q_), left_(q_), right_(q_), means_(q_),
          rest_(q_) {
        for (std::size_t j = 0; j < q_; ++j) {
            right_[j] = centred_.data() + j * room_;
            left_[j] = weighs_ ? weighted_.data() + j * room_ : right_[j];
        }
    }

    /// Adds rows [begin, begin + length), at most real_block.
    void add(std::size_t begin, std::size_t length, cross_sums& to) {
        cross_sums block = no_real_sums(q_);
        std::size_t rows = length;
        bool all = !weighs_;
        if (all) {
            for (std::size_t j = 0; j < q_; ++j) {
                all = all && in_place(j, begin);
            }
            all = all && take_means(nullptr, rows, static_cast<double>(rows));
        }
        if (!all) {
            read_doubles(from_, begin, length, block_);
            rows = block_.rows;
            for (std::size_t j = 0; j < q_; ++j) {
                source_[j] = block_.column(j);
            }
        }
        block.dropped = all ? 0 : block_.dropped;
        block.n = static_cast<std::int64_t>(rows);
        block.weight = static_cast<double>(rows);
        if (weighs_) {
            take_weights(begin, block);
        }
        if (rows == 0) {
            to.dropped += block.dropped;
            return;
        }
        const double* const weights = weighs_ ? weights_.data() : nullptr;
        if (!all) {
            take_means(weights, rows, block.weight);
        }
        centre_columns(weights, rows);
        const std::size_t padded = (rows + 3) / 4 * 4;
        add_column_products(left_, right_, padded, block.centred, from_.instructions);
        for (std::size_t i = 0; i < q_; ++i) {
            block.means[i] = means_[i];
            block.mean_rests[i] = rest_[i] / block.weight;
            for (std::size_t j = i; j < q_; ++j) {
                block.centred[i * q_ + j] -= rest_[i] * (rest_[j] / block.weight);
            }
            block.centred[i * q_ + i] = (std::max)(0.0, block.centred[i * q_ + i]);
        }
        add_real_sums(to, block);
    }

private:
    /// Whether variable j can be read where it is: doubles side by side without missing codes.
    bool in_place(std::size_t j, std::size_t begin) {
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

    void centre_columns(const double* weights, std::size_t rows) {
        for (std::size_t j = 0; j < q_; ++j) {
            double* const out = centred_.data() + j * room_;
            double* const weighted = weighs_ ? weighted_.data() + j * room_ : out;
            rest_[j] = centre(source_[j], weights, rows, means_[j], out, weighted);
            for (std::size_t k = rows; k < rows + 4; ++k) {
                out[k] = 0;
                weighted[k] = 0;
            }
        }
    }

    const cross_rows<T, U>& from_;
    std::size_t q_;
    std::size_t room_;
    bool weighs_;
    std::vector<double> centred_;
    std::vector<double> weighted_;
    std::vector<const double*> source_;
    std::vector<const double*> left_;
    std::vector<const double*> right_;
    std::vector<double> means_;
    /// What is left of the sums of deviations.
    std::vector<double> rest_;
    std::vector<double> weights_;
    double_block block_;
};

} // namespace nps::inline v0::detail
