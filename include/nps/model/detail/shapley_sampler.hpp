// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shapley shares of R^2 from a matrix of correlations, from drawn orders of entry.
#pragma once

#include <nps/model/detail/shapley_elimination.hpp>
#include <nps/model/detail/shapley_workspace.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Each drawn order is used forwards and backwards (antithetic pairs), eight orders side by side.
class shapley_sampler {
public:
    explicit shapley_sampler(const shapley_players& players,
                             instruction_set instructions = best_instruction_set());

    [[nodiscard]] std::size_t players() const { return widths_.size(); }

    /// Writes each player's mean gain of R^2 over `pairs` (2 to 2^32 - 1) drawn orders and their
    /// reverses, with the standard error of each. The same numbers for any number of threads.
    shapley_totals sampled(std::span<const double> correlations, std::span<double> out,
                           std::span<double> standard_error, std::int64_t pairs, std::uint64_t seed,
                           unsigned threads = 1) const;

private:
    static constexpr std::size_t lanes = shapley_lanes;
    /// Pairs that one thread draws at once.
    static constexpr std::int64_t pairs_of_block = 64;

    shapley_totals run_orders(std::span<const double> correlations,
                              std::span<const std::vector<std::size_t>> orders,
                              std::span<double> memory, double* gains) const;

    std::size_t variables_ = 0;
    shapley_path path_;
    shapley_limits limits_{};
    std::vector<std::size_t> order_;  ///< items: controls, then those of each player
    std::vector<std::size_t> starts_; ///< of each player in this order
    std::vector<std::size_t> widths_; ///< of each player
    std::size_t controls_ = 0;
};

inline shapley_sampler::shapley_sampler(const shapley_players& players,
                                        instruction_set instructions)
    : variables_(players.variables), path_(shapley_path_for(instructions)),
      order_(players.controls), controls_(players.controls.size()) {
    for (const auto& items : players.items) {
        starts_.push_back(order_.size());
        widths_.push_back(items.size());
        order_.insert(order_.end(), items.begin(), items.end());
    }
    for (std::size_t l = 0; l < lanes; ++l) {
        limits_.least[l] = collinear_tolerance;
        limits_.instead[l] = std::numeric_limits<double>::infinity();
    }
}

/// Eight orders of the items side by side; gains[i * lanes + l] is that of item i of order l.
inline shapley_totals shapley_sampler::run_orders(std::span<const double> correlations,
                                                  std::span<const std::vector<std::size_t>> orders,
                                                  std::span<double> memory, double* gains) const {
    const std::size_t items = order_.size();
    double* const root = memory.data();
    double* const other = root + shapley_state_size(items);
    double* out = root;
    for (std::size_t i = 0; i < items; ++i) {
        for (std::size_t k = i; k <= items; ++k) {
            for (std::size_t l = 0; l < lanes; ++l) {
                const std::size_t column = k < items ? orders[l][k] : variables_ - 1;
                *out++ = correlations[orders[l][i] * variables_ + column];
            }
        }
    }
    shapley_totals totals;
    const double* state = root;
    for (std::size_t i = 0; i < items; ++i) {
        shapley_level level;
        level.items = items - i;
        level.taken = i % 2 == 0 ? other : root;
        state = path_.take(level, state, limits_, gains + i * lanes);
        totals.all += gains[i * lanes];
        totals.controls += i < controls_ ? gains[i * lanes] : 0;
    }
    return totals;
}

inline shapley_totals shapley_sampler::sampled(std::span<const double> correlations,
                                               std::span<double> out,
                                               std::span<double> standard_error, std::int64_t pairs,
                                               std::uint64_t seed, unsigned threads) const {
    const std::size_t count = players();
    const std::size_t items = order_.size();
    const std::int64_t blocks = (pairs + pairs_of_block - 1) / pairs_of_block;
    // Of each block: the mean of each player's values over pairs, and their squared deviations.
    std::vector<double> means(static_cast<std::size_t>(blocks) * count);
    std::vector<double> squares(means.size());
    shapley_totals totals;
    for_each_block(blocks, threads, [&](std::int64_t block) {
        const std::int64_t first = block * pairs_of_block;
        const auto here = static_cast<std::size_t>((std::min)(pairs_of_block, pairs - first));
        std::vector<std::vector<std::size_t>> orders(lanes, order_);
        std::vector<std::vector<std::size_t>> turns(lanes, std::vector<std::size_t>(count));
        std::vector<double> gains(items * lanes);
        std::vector<double> memory(2 * shapley_state_size(items));
        std::vector<double> values(here * count, 0.0);
        for (std::size_t batch = 0; batch < here; batch += lanes / 2) {
            for (std::size_t l = 0; l < lanes; ++l) {
                std::vector<std::size_t>& turn = turns[l];
                if (l % 2 == 0) {
                    const auto pair = static_cast<std::uint32_t>(
                        first + static_cast<std::int64_t>(batch + l / 2));
                    random_stream random(seed, pair, random_purpose::importance_order);
                    for (std::size_t k = 0; k < count; ++k) {
                        const auto to = static_cast<std::size_t>(random.below(k + 1));
                        turn[k] = turn[to];
                        turn[to] = k;
                    }
                } else {
                    std::reverse_copy(turns[l - 1].begin(), turns[l - 1].end(), turn.begin());
                }
                std::size_t place = controls_;
                for (const std::size_t player : turn) {
                    for (std::size_t j = 0; j < widths_[player]; ++j) {
                        orders[l][place++] = order_[starts_[player] + j];
                    }
                }
            }
            const shapley_totals found = run_orders(correlations, orders, memory, gains.data());
            if (block == 0 && batch == 0) {
                totals = found;
            }
            for (std::size_t l = 0; l < lanes && batch + l / 2 < here; ++l) {
                std::size_t place = controls_;
                for (const std::size_t player : turns[l]) {
                    double& value = values[(batch + l / 2) * count + player];
                    for (std::size_t j = 0; j < widths_[player]; ++j) {
                        value += gains[place++ * lanes + l] / 2;
                    }
                }
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            double mean = 0;
            for (std::size_t i = 0; i < here; ++i) {
                mean += values[i * count + k];
            }
            mean /= static_cast<double>(here);
            double square = 0;
            for (std::size_t i = 0; i < here; ++i) {
                const double deviation = values[i * count + k] - mean;
                square += deviation * deviation;
            }
            means[static_cast<std::size_t>(block) * count + k] = mean;
            squares[static_cast<std::size_t>(block) * count + k] = square;
        }
    });
    const auto n = static_cast<double>(pairs);
    for (std::size_t k = 0; k < count; ++k) {
        running_sum sum;
        for (std::int64_t b = 0; b < blocks; ++b) {
            const auto here =
                static_cast<double>((std::min)(pairs_of_block, pairs - b * pairs_of_block));
            sum.add(here * means[static_cast<std::size_t>(b) * count + k]);
        }
        const double mean = sum.value() / n;
        running_sum square;
        for (std::int64_t b = 0; b < blocks; ++b) {
            const auto here =
                static_cast<double>((std::min)(pairs_of_block, pairs - b * pairs_of_block));
            const auto at = static_cast<std::size_t>(b) * count + k;
            square.add(squares[at]);
            square.add(here * (means[at] - mean) * (means[at] - mean));
        }
        out[k] = mean;
        standard_error[k] = std::sqrt(square.value() / (n * (n - 1)));
    }
    return totals;
}

} // namespace nps::inline v0::detail
