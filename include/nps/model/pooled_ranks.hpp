// SPDX-License-Identifier: Apache-2.0
/// @file
/// Ranks of pooled units, and how sure they are.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/known_estimate.hpp>
#include <nps/model/detail/between_likelihood.hpp>
#include <nps/model/detail/pooled_normal.hpp>
#include <nps/model/pooling_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of pooled_ranks.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_ranks_options {
    /// Of the range of ranks of each unit.
    double level = 0.95;
    /// What counts as top and bottom, in (0, 1/2].
    double share = 0.1;
    /// Draws of all true values, from 100 to 2^32 - 1.
    std::int64_t replicates = 4'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The ranks do not depend on it.
    unsigned threads = 1;
};

/// The rank of one unit; 1 is the highest value.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_rank {
    double expected = 0;
    /// The rank lies within, with at least about the probability `level`.
    std::int64_t best = 0;
    std::int64_t worst = 0;
    /// That its true value is one of the highest, or of the lowest, `places`.
    double top_probability = 0;
    double bottom_probability = 0;
};

/// Ranks of all units.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_ranks_result {
    /// In the order of the units.
    std::vector<pooled_rank> units = {};
    /// How many units are the top, and as many the bottom: share of all, at least 1.
    std::int64_t places = 0;
    std::int64_t replicates = 0;
};

/// Ranks of the true values of pooled units: what a league table may say. Ranks of observed scores
/// put the smallest units at both ends.
///
/// Formula:    draws of the variance between, the mean and all true values from their joint
///             distribution as pool_estimates has it; ranks of each draw, ties in random order.
///             expected is their mean, best and worst the quantiles at (1 - level) / 2 and
///             1 - (1 - level) / 2 of them; places = share of the units, rounded down, at least 1
/// Assumes:    as pool_estimates.
/// Not for:    a statement on all ranks at once without pooling; see rank_confidence_set.
/// Degenerate: units that do not differ: each rank is as likely as another.
/// Throws:     invalid_input; also for a `pooled` that pool_estimates or pool_scores cannot give.
/// Cost:       O(replicates units log units), see docs/pooling.md; memory of 4 bytes for each unit and
///             replicate. A probability p has Monte Carlo error sqrt(p (1 - p) / replicates).
/// Source:     Laird, Louis (1989), doi:10.3102/10769986014001029;
///             Goldstein, Spiegelhalter (1996), doi:10.2307/2983325
/// Checked:    tests/reference/pooling.csv (normal probabilities of pairs)
/// Example:    examples/model_pooling.cpp
[[nodiscard]] inline pooled_ranks_result pooled_ranks(const pooling_result& pooled,
                                                      const pooled_ranks_options& options = {}) {
    constexpr std::string_view self = "pooled_ranks";
    detail::require_level(options.level, self);
    detail::require(options.share > 0 && options.share <= 0.5, self, "share", options.share,
                    "must be in (0, 1/2]");
    detail::require(options.replicates >= 100 && options.replicates < std::int64_t{1} << 32, self,
                    "replicates", options.replicates, "must be in [100, 2^32)");
    const std::size_t size = pooled.units.size();
    std::vector<known_estimate> estimates;
    for (const pooled_unit& unit : pooled.units) {
        if (unit.observed) {
            const auto& [value, variance] = *unit.observed;
            detail::require(std::abs(value) <= 1e50, self, "pooled.units.observed.value", value,
                            "must be in [-1e50, 1e50]");
            detail::require(variance >= 1e-100 && variance <= 1e100, self,
                            "pooled.units.observed.variance", variance,
                            "must be in [1e-100, 1e100]");
            estimates.push_back(*unit.observed);
        }
    }
    detail::require(!estimates.empty(), self, "units with an estimate", estimates.size(),
                    "must be above 0");
    const detail::between_likelihood likelihood(std::move(estimates));
    struct node {
        double up_to; // probability of this and those before
        double between;
        double mean;
        double mean_sd;
    };
    std::vector<node> nodes;
    double up_to = 0;
    for (const likely_between_variance& one : pooled.likely) {
        detail::require(one.variance >= 0 && one.variance <= 1e100, self, "pooled.likely.variance",
                        one.variance, "must be in [0, 1e100]");
        detail::require(one.probability >= 0 && one.probability <= 1, self,
                        "pooled.likely.probability", one.probability, "must be in [0, 1]");
        up_to += one.probability;
        const detail::between_point point = likelihood.at(one.variance);
        nodes.push_back({up_to, one.variance, point.mean, std::sqrt(point.mean_variance)});
    }
    detail::require(std::abs(up_to - 1) < 1e-9, self, "sum of pooled.likely.probability", up_to,
                    "must be 1");

    pooled_ranks_result result;
    result.replicates = options.replicates;
    result.places = (std::max)(
        static_cast<std::int64_t>(options.share * static_cast<double>(size) * (1 + 1e-12)),
        std::int64_t{1});
    const auto count = static_cast<std::size_t>(options.replicates);
    std::vector<std::uint32_t> ranks(size * count); // of a unit: one after another
    constexpr std::int64_t in_block = 64;
    for_each_block(
        (options.replicates + in_block - 1) / in_block, options.threads, [&](std::int64_t block) {
            struct draw {
                double value;
                double tie; // decides between equal values
                std::size_t unit;
            };
            std::vector<draw> draws(size);
            const std::int64_t end = (std::min)((block + 1) * in_block, options.replicates);
            for (std::int64_t r = block * in_block; r < end; ++r) {
                random_stream stream(options.seed, static_cast<std::uint32_t>(r),
                                     random_purpose::pooled_ranks);
                const double place = stream.uniform();
                const auto found = std::find_if(nodes.begin(), nodes.end() - 1,
                                                [&](const node& one) { return place < one.up_to; });
                const double mean =
                    found->mean + found->mean_sd * normal_quantile(stream.uniform());
                for (std::size_t i = 0; i < size; ++i) {
                    const detail::conditional_unit given =
                        detail::conditional(pooled.units[i].observed, found->between);
                    const double z = normal_quantile(stream.uniform());
                    draws[i] = {given.own * given.value + (1 - given.own) * mean +
                                    std::sqrt(given.variance) * z,
                                z, i};
                }
                std::sort(draws.begin(), draws.end(), [](const draw& a, const draw& b) {
                    return a.value != b.value ? a.value > b.value
                           : a.tie != b.tie   ? a.tie > b.tie
                                              : a.unit < b.unit;
                });
                for (std::size_t k = 0; k < size; ++k) {
                    ranks[draws[k].unit * count + static_cast<std::size_t>(r)] =
                        static_cast<std::uint32_t>(k + 1);
                }
            }
        });
    const double tail = tail_probability(options.level, bounds::two_sided);
    const auto outer = static_cast<std::size_t>((static_cast<double>(count) + 1) * tail);
    const std::size_t skipped = (std::max)(outer, std::size_t{1}) - 1;
    const auto last = static_cast<std::int64_t>(size) - result.places;
    for (std::size_t i = 0; i < size; ++i) {
        const auto first = ranks.begin() + static_cast<std::ptrdiff_t>(i * count);
        const auto end = first + static_cast<std::ptrdiff_t>(count);
        const auto share = [&](auto holds) {
            return static_cast<double>(std::count_if(first, end, holds)) /
                   static_cast<double>(count);
        };
        pooled_rank rank;
        rank.expected = static_cast<double>(std::accumulate(first, end, std::uint64_t{0})) /
                        static_cast<double>(count);
        rank.top_probability = share([&](std::uint32_t k) { return k <= result.places; });
        rank.bottom_probability = share([&](std::uint32_t k) { return k > last; });
        const auto nth = [&](std::size_t k) {
            std::nth_element(first, first + static_cast<std::ptrdiff_t>(k), end);
            return static_cast<std::int64_t>(first[static_cast<std::ptrdiff_t>(k)]);
        };
        rank.best = nth(skipped);
        rank.worst = nth(count - 1 - skipped);
        result.units.push_back(rank);
    }
    return result;
}

} // namespace nps::inline v0
