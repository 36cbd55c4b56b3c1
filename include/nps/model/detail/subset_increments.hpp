// SPDX-License-Identifier: Apache-2.0
/// @file
/// What each driver adds to the subsets of the others, from a table of all subsets or from orders
/// of entry.
#pragma once

#include <nps/model/detail/subset_plan.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Mean increments by size: row i, column s is what driver i adds to subsets of s others.
/// `values` holds all 2^drivers subsets by mask.
[[nodiscard]] inline std::vector<double> subset_mean_increments(std::span<const double> values,
                                                                std::size_t drivers) {
    std::vector<double> means(drivers * drivers, 0.0);
    for (std::size_t i = 0; i < drivers; ++i) {
        const std::span<double> row = std::span(means).subspan(i * drivers, drivers);
        std::vector<double> lost(drivers, 0.0);
        const std::size_t bit = std::size_t{1} << i;
        for (std::size_t high = 0; high < values.size(); high += 2 * bit) {
            for (std::size_t set = high; set < high + bit; ++set) {
                const auto size = static_cast<std::size_t>(std::popcount(set));
                // A subset of 19 others is one of up to 92,378 of a kind: Kahan's sum.
                const double more = values[set | bit] - values[set] - lost[size];
                const double sum = row[size] + more;
                lost[size] = (sum - row[size]) - more;
                row[size] = sum;
            }
        }
        double subsets = 1;
        for (std::size_t size = 0; size < drivers; ++size) {
            row[size] /= subsets;
            subsets =
                subsets * static_cast<double>(drivers - 1 - size) / static_cast<double>(size + 1);
        }
    }
    return means;
}

/// In how many subsets of the others one driver adds more than another, and in how many less.
struct subset_wins {
    std::uint64_t more = 0;
    std::uint64_t less = 0;
};

/// Of drivers i < j, differences up to `tie` being none.
[[nodiscard]] inline subset_wins subset_compare(std::span<const double> values, std::size_t i,
                                                std::size_t j, double tie) {
    const std::size_t low = std::size_t{1} << i;
    const std::size_t high = std::size_t{1} << j;
    subset_wins wins;
    for (std::size_t outer = 0; outer < values.size(); outer += 2 * high) {
        for (std::size_t middle = outer; middle < outer + high; middle += 2 * low) {
            for (std::size_t set = middle; set < middle + low; ++set) {
                const double difference = values[set + low] - values[set + high];
                wins.more += difference > tie ? 1U : 0U;
                wins.less += difference < -tie ? 1U : 0U;
            }
        }
    }
    return wins;
}

/// Mean increments over orders of entry with their standard errors.
struct subset_order_means {
    std::vector<double> value = {};
    std::vector<double> standard_error = {};
};

/// Orders in antithetic pairs; a pair is one draw.
[[nodiscard]] inline subset_order_means
subset_means_of_orders(std::span<const std::vector<std::uint8_t>> orders, const subset_plan& plan,
                       std::span<const double> values, std::size_t drivers) {
    subset_order_means result{.value = std::vector<double>(drivers, 0.0),
                              .standard_error = std::vector<double>(drivers, 0.0)};
    std::vector<double> pair(drivers);
    for (std::size_t r = 0; r < orders.size(); ++r) {
        if (r % 2 == 0) {
            pair.assign(drivers, 0.0);
        }
        std::uint64_t set = 0;
        double before = values[0];
        for (const std::uint8_t driver : orders[r]) {
            set |= std::uint64_t{1} << driver;
            const double after = values[plan.place(set)];
            pair[driver] += (after - before) / 2;
            before = after;
        }
        if (r % 2 == 1) {
            // Welford's running mean and sum of squares.
            for (std::size_t i = 0; i < drivers; ++i) {
                const double deviation = pair[i] - result.value[i];
                result.value[i] += deviation / static_cast<double>(r / 2 + 1);
                result.standard_error[i] += deviation * (pair[i] - result.value[i]);
            }
        }
    }
    const auto pairs = static_cast<double>(orders.size() / 2);
    for (double& s : result.standard_error) {
        s = std::sqrt(s / (pairs - 1) / pairs);
    }
    return result;
}

/// Parts of the sum, and ranks with ties within `tie`.
inline void subset_share_and_rank(std::span<const double> value, double tie,
                                  std::vector<double>& share, std::vector<double>& rank) {
    const double sum = std::accumulate(value.begin(), value.end(), 0.0);
    for (const double v : value) {
        share.push_back(std::abs(sum) > tie ? v / sum : 0);
        double place = 0.5;
        for (const double other : value) {
            place += other - v > tie ? 1 : std::abs(other - v) <= tie ? 0.5 : 0;
        }
        rank.push_back(place);
    }
}

} // namespace nps::inline v0::detail
