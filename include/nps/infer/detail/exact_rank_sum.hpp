// SPDX-License-Identifier: Apache-2.0
/// @file
/// The distribution of a rank sum with ties over all ways to deal the answers to two groups.
#pragma once

#include <nps/infer/detail/ordered_counts.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace nps::inline v0::detail {

/// How many of the ways to deal `drawn` of the pooled answers to a group give each rank_excess. The
/// counts are doubles: at most 1e59 for n_a n_b up to 10^4, right to some 1e-14.
class exact_rank_sum {
public:
    exact_rank_sum(const ordered_counts& pooled, std::int64_t drawn)
        : drawn_(static_cast<std::size_t>(drawn)) {
        // An answer's rank above the lowest, in steps that divide all such ranks.
        std::vector<std::int64_t> ranks;
        std::vector<std::int64_t> ties;
        std::int64_t below = 0;
        for (const std::int64_t count : pooled.counts) {
            if (count > 0) {
                ranks.push_back(2 * below + count - pooled.n);
                ties.push_back(count);
            }
            below += count;
        }
        lowest_ = ranks.front() * drawn;
        const std::int64_t first = ranks.front();
        std::int64_t divisor = 0;
        for (std::int64_t& rank : ranks) {
            rank -= first;
            divisor = std::gcd(divisor, rank);
        }
        step_ = (std::max)(divisor, std::int64_t{1});
        ways_.assign(drawn_ + 1, {});
        ways_[0] = {1};
        for (std::size_t k = 0; k < ranks.size(); ++k) {
            add_class(static_cast<std::size_t>(ties[k]),
                      static_cast<std::size_t>(ranks[k] / step_));
        }
    }

    /// The share of ways whose excess is one that `counts` takes.
    template <class Counts>
    [[nodiscard]] double share(Counts counts) const {
        double some = 0;
        double all = 0;
        std::int64_t excess = lowest_;
        for (const double ways : ways_[drawn_]) {
            all += ways;
            some += counts(excess) ? ways : 0;
            excess += step_;
        }
        return some / all;
    }

private:
    /// The group may have 0 to `ties` more answers, each with this rank.
    void add_class(std::size_t ties, std::size_t rank) {
        for (std::size_t size = drawn_; size > 0; --size) {
            std::vector<double>& to = ways_[size];
            double choices = 1;
            for (std::size_t j = 1; j <= (std::min)(ties, size); ++j) {
                choices *= static_cast<double>(ties - j + 1) / static_cast<double>(j);
                const std::vector<double>& from = ways_[size - j];
                const std::size_t shift = j * rank;
                if (!from.empty() && to.size() < from.size() + shift) {
                    to.resize(from.size() + shift);
                }
                for (std::size_t x = 0; x < from.size(); ++x) {
                    to[x + shift] += choices * from[x];
                }
            }
        }
    }

    std::size_t drawn_;
    std::int64_t lowest_ = 0;
    std::int64_t step_ = 1;
    std::vector<std::vector<double>> ways_; // by size of the group, by rank sum
};

} // namespace nps::inline v0::detail
