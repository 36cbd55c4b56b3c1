// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which subsets of the drivers are to be valued, in an order in which each has a smaller one
/// before it.
#pragma once

#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Subsets as bit masks, by size and then by mask. The empty one is the first.
struct subset_plan {
    std::vector<std::uint64_t> sets = {};
    /// The place of a subset that lacks one member; of the empty one, 0.
    std::vector<std::size_t> parents = {};
    /// Where each size begins, and the end.
    std::vector<std::size_t> first = {};

    /// The place of a subset that is in the plan.
    [[nodiscard]] std::size_t place(std::uint64_t set) const {
        const auto size = static_cast<std::size_t>(std::popcount(set));
        const auto begin = sets.begin();
        return static_cast<std::size_t>(
            std::lower_bound(begin + static_cast<std::ptrdiff_t>(first[size]),
                             begin + static_cast<std::ptrdiff_t>(first[size + 1]), set) -
            begin);
    }
};

/// All 2^drivers of them; the parent lacks the highest member.
[[nodiscard]] inline subset_plan all_subsets(std::size_t drivers) {
    const std::uint64_t count = std::uint64_t{1} << drivers;
    subset_plan plan;
    plan.sets.resize(count);
    plan.parents.resize(count);
    plan.first.assign(drivers + 2, 0);
    for (std::uint64_t set = 0; set < count; ++set) {
        ++plan.first[static_cast<std::size_t>(std::popcount(set)) + 1];
    }
    std::partial_sum(plan.first.begin(), plan.first.end(), plan.first.begin());
    std::vector<std::size_t> next(plan.first.begin(), plan.first.end() - 1);
    std::vector<std::size_t> places(count);
    for (std::uint64_t set = 0; set < count; ++set) {
        const std::size_t place = next[static_cast<std::size_t>(std::popcount(set))]++;
        places[set] = place;
        plan.sets[place] = set;
        plan.parents[place] = set == 0 ? 0 : places[set ^ std::bit_floor(set)];
    }
    return plan;
}

/// The given ones, among them the empty one, which is the parent of all.
[[nodiscard]] inline subset_plan some_subsets(std::vector<std::uint64_t> sets,
                                              std::size_t drivers) {
    std::ranges::sort(sets, [](std::uint64_t a, std::uint64_t b) {
        return std::popcount(a) != std::popcount(b) ? std::popcount(a) < std::popcount(b) : a < b;
    });
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    subset_plan plan{.sets = std::move(sets)};
    plan.parents.assign(plan.sets.size(), 0);
    plan.first.assign(drivers + 2, 0);
    for (const std::uint64_t set : plan.sets) {
        ++plan.first[static_cast<std::size_t>(std::popcount(set)) + 1];
    }
    std::partial_sum(plan.first.begin(), plan.first.end(), plan.first.begin());
    return plan;
}

/// Those that orders of entry pass through.
[[nodiscard]] inline subset_plan
subsets_of_orders(std::span<const std::vector<std::uint8_t>> orders, std::size_t drivers) {
    std::vector<std::vector<std::pair<std::uint64_t, std::uint64_t>>> met(drivers + 1);
    met[0].emplace_back(0, 0);
    for (const auto& order : orders) {
        std::uint64_t set = 0;
        for (std::size_t size = 0; size < drivers; ++size) {
            const std::uint64_t before = std::exchange(set, set | std::uint64_t{1} << order[size]);
            met[size + 1].emplace_back(set, before);
        }
    }
    subset_plan plan{.first = {0}};
    for (auto& layer : met) {
        std::ranges::sort(layer);
        for (std::size_t i = 0; i < layer.size(); ++i) {
            if (i == 0 || layer[i].first != layer[i - 1].first) {
                plan.parents.push_back(layer[i].first == 0 ? 0 : plan.place(layer[i].second));
                plan.sets.push_back(layer[i].first);
            }
        }
        plan.first.push_back(plan.sets.size());
    }
    return plan;
}

/// Pairs of a random order of entry and its reverse: their errors cancel in part. The orders that
/// relative_importance draws with the same seed.
[[nodiscard]] inline std::vector<std::vector<std::uint8_t>>
antithetic_orders(std::size_t drivers, std::size_t pairs, std::uint64_t seed) {
    std::vector<std::vector<std::uint8_t>> orders;
    orders.reserve(2 * pairs);
    for (std::size_t r = 0; r < pairs; ++r) {
        random_stream random(seed, static_cast<std::uint32_t>(r), random_purpose::importance_order);
        std::vector<std::uint8_t> order(drivers);
        for (std::size_t k = 0; k < drivers; ++k) {
            const auto to = static_cast<std::size_t>(random.below(k + 1));
            order[k] = order[to];
            order[to] = static_cast<std::uint8_t>(k);
        }
        orders.push_back(order);
        std::ranges::reverse(order);
        orders.push_back(std::move(order));
    }
    return orders;
}

/// The values of all subsets of a plan: fit(place, worker) is called once for each, concurrently,
/// after the one of its parent has returned.
template <class Fit>
[[nodiscard]] std::vector<double> subset_values(const subset_plan& plan, unsigned threads,
                                                Fit&& fit) {
    std::vector<double> values(plan.sets.size());
    for (std::size_t size = 0; size + 1 < plan.first.size(); ++size) {
        const std::size_t begin = plan.first[size];
        // Blocks of a few: a subset may be cheap, and handing out is not free.
        const std::size_t per_block = 16;
        const std::size_t count = plan.first[size + 1] - begin;
        for_each_block(static_cast<std::int64_t>((count + per_block - 1) / per_block), threads,
                       [&](std::int64_t block, std::size_t worker) {
                           const std::size_t from =
                               begin + static_cast<std::size_t>(block) * per_block;
                           const std::size_t to = (std::min)(from + per_block, begin + count);
                           for (std::size_t place = from; place < to; ++place) {
                               values[place] = fit(place, worker);
                           }
                       });
    }
    return values;
}

/// Values by mask instead of by place; of a plan of all subsets.
[[nodiscard]] inline std::vector<double> values_by_mask(const subset_plan& plan,
                                                        std::span<const double> values) {
    std::vector<double> result(values.size());
    for (std::size_t place = 0; place < values.size(); ++place) {
        result[plan.sets[place]] = values[place];
    }
    return result;
}

} // namespace nps::inline v0::detail
