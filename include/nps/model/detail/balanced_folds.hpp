// SPDX-License-Identifier: Apache-2.0
/// @file
/// Folds of cross-validation: of equal size but for one, by chance, the same for a seed everywhere.
#pragma once

#include <nps/numeric/philox.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// A fold in [0, folds) for each of `count`: i mod folds, shuffled (Fisher, Yates).
[[nodiscard]] inline std::vector<std::size_t> balanced_folds(std::size_t count, std::size_t folds,
                                                             std::uint64_t seed) {
    std::vector<std::size_t> result(count);
    for (std::size_t i = 0; i < count; ++i) {
        result[i] = i % folds;
    }
    random_stream random(seed, 0, random_purpose::cross_validation);
    for (std::size_t i = count; i > 1; --i) {
        std::swap(result[i - 1], result[static_cast<std::size_t>(random.below(i))]);
    }
    return result;
}

/// 0, 1, 2 ... for the labels in ascending order, so that rows of one label go together.
[[nodiscard]] inline std::vector<std::size_t>
ranks_of_labels(const std::vector<std::int64_t>& labels, std::size_t& count) {
    std::map<std::int64_t, std::size_t> ranks;
    for (const std::int64_t label : labels) {
        ranks[label] = 0;
    }
    count = 0;
    for (auto& [label, rank] : ranks) {
        rank = count++;
    }
    std::vector<std::size_t> result;
    for (const std::int64_t label : labels) {
        result.push_back(ranks[label]);
    }
    return result;
}

} // namespace nps::inline v0::detail
