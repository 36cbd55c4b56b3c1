// SPDX-License-Identifier: Apache-2.0
/// @file
/// Many simulated runs, and what they say together.
#pragma once

#include <nps/monitor/run_length.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// Calls `run(r)` for r = 0 ... replicates - 1, in blocks over threads.
template <class Run>
void for_each_run(std::int64_t replicates, unsigned threads, Run run) {
    constexpr std::int64_t block_size = 64;
    for_each_block((replicates + block_size - 1) / block_size, threads, [&](std::int64_t block) {
        const std::int64_t last = (std::min)((block + 1) * block_size, replicates);
        for (std::int64_t r = block * block_size; r < last; ++r) {
            run(r);
        }
    });
}

/// Of simulated runs, two or more.
[[nodiscard]] inline run_length summary_of_runs(std::vector<std::int64_t> lengths,
                                                std::span<const double> probabilities,
                                                std::int64_t unfinished, std::string_view method) {
    std::ranges::sort(lengths);
    const double runs = static_cast<double>(lengths.size());
    running_sum sum;
    for (const std::int64_t length : lengths) {
        sum.add(static_cast<double>(length));
    }
    const double average = sum.value() / runs;
    running_sum squares;
    for (const std::int64_t length : lengths) {
        const double distance = static_cast<double>(length) - average;
        squares.add(distance * distance);
    }
    const double sd = std::sqrt(squares.value() / (runs - 1));
    run_length result{.average = average,
                      .standard_deviation = sd,
                      .standard_error = sd / std::sqrt(runs),
                      .unfinished = unfinished,
                      .method = method};
    for (const double p : probabilities) {
        const double position = std::clamp(std::ceil(p * runs * (1 - 1e-12)), 1.0, runs);
        result.quantiles.push_back(lengths[static_cast<std::size_t>(position) - 1]);
    }
    return result;
}

} // namespace nps::inline v0::detail
