// SPDX-License-Identifier: Apache-2.0
/// @file
/// Answers on an ordered scale as counts, whatever they came in, and what rank tests need of them.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/count/measures.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

template <class T>
concept scored_answers = requires(const T& t) {
    { t.counts() } -> std::convertible_to<std::span<const std::int64_t>>;
    { t.score_scale().lowest } -> std::convertible_to<int>;
};

/// A tally, the three categories, or a count for each class from the lowest upwards.
template <class T>
concept ordered_answers = std::same_as<T, category_counts> || scored_answers<T> ||
    std::convertible_to<const T&, std::span<const std::int64_t>>;

struct ordered_counts {
    std::vector<std::int64_t> counts;
    int lowest = 0;
    std::int64_t n = 0;
};

template <ordered_answers T>
[[nodiscard]] ordered_counts require_ordered(const T& answers, std::string_view function) {
    ordered_counts result;
    const auto copy = [&](std::span<const std::int64_t> counts) {
        result.counts.assign(counts.begin(), counts.end());
    };
    if constexpr (std::same_as<T, category_counts>) {
        copy(std::array{answers.detractors, answers.passives, answers.promoters});
    } else if constexpr (scored_answers<T>) {
        copy(answers.counts());
        result.lowest = answers.score_scale().lowest;
    } else {
        copy(answers);
    }
    for (const std::int64_t count : result.counts) {
        require_count(count, function, "count");
        result.n += count;
        require_count(result.n, function, "sum of counts");
    }
    if (result.n == 0) {
        throw_undefined(function, "no valid answers");
    }
    return result;
}

/// Adds a group to those before it, where it is on their scale.
inline void pool_ordered(ordered_counts& pooled, const ordered_counts& group,
                         std::string_view function) {
    require(group.counts.size() == pooled.counts.size(), function, "number of classes",
            group.counts.size(), "must be that of the first group");
    require(group.lowest == pooled.lowest, function, "lowest score", group.lowest,
            "must be that of the first group");
    for (std::size_t k = 0; k < pooled.counts.size(); ++k) {
        pooled.counts[k] += group.counts[k];
    }
    pooled.n += group.n;
    require_count(pooled.n, function, "answers of all groups");
}

/// N^3 - sum t^3 of the pooled counts t, as a sum of positive terms: 0 where all are tied.
[[nodiscard]] inline double untied_triples(const ordered_counts& pooled) {
    double below = 0;
    double sum = 0;
    for (const std::int64_t count : pooled.counts) {
        const auto t = static_cast<double>(count);
        sum += 3 * below * t * (below + t);
        below += t;
    }
    return sum;
}

/// Twice the rank sum of a group less what it would be by chance: the sum over its answers of how
/// many of all answers lie below less how many lie above. Exact.
[[nodiscard]] inline wide_integer rank_excess(const ordered_counts& group,
                                              const ordered_counts& pooled) {
    wide_integer sum = 0;
    std::int64_t below = 0;
    for (std::size_t k = 0; k < pooled.counts.size(); ++k) {
        const std::int64_t above = pooled.n - below - pooled.counts[k];
        sum += wide_integer{group.counts[k]} * (below - above);
        below += pooled.counts[k];
    }
    return sum;
}

} // namespace nps::inline v0::detail
