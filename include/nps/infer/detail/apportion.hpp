// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whole numbers in proportion to weights, within bounds, by the largest remainder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nps::inline v0::detail {

/// Whole numbers that add up to `total`, stratum h's in [least[h], most[h]] and as near as whole
/// numbers get to being in proportion to weight[h].
///
/// First the quotas min(max(c weight, least), most) with the c that makes them add up to the total:
/// strata that a bound holds are set aside until it holds no other. Then each quota's whole part,
/// and one more for the largest remainders; equal remainders to the earlier. In whole numbers
/// throughout. Sums of least <= total <= sum of most; weights above 0; all sums up to 2^53.
[[nodiscard]] inline std::vector<std::int64_t> apportion(std::int64_t total,
                                                         const std::vector<std::int64_t>& weight,
                                                         const std::vector<std::int64_t>& least,
                                                         const std::vector<std::int64_t>& most) {
    __extension__ using wide = __int128;
    std::vector<std::int64_t> result(weight.size());
    std::vector<std::size_t> open;
    for (std::size_t h = 0; h < weight.size(); ++h) {
        open.push_back(h);
    }
    wide weights = 0;
    const auto set_aside = [&](auto held, const std::vector<std::int64_t>& bound) {
        std::erase_if(open, [&](std::size_t h) {
            if (!held(h)) {
                return false;
            }
            result[h] = bound[h];
            return true;
        });
    };
    std::int64_t left = total;
    for (;;) {
        left = total;
        for (const std::int64_t value : result) {
            left -= value;
        }
        weights = 0;
        for (const std::size_t h : open) {
            weights += weight[h];
        }
        // Quota and bounds, both times the sum of weights.
        const auto quota = [&](std::size_t h) { return wide{left} * weight[h]; };
        const auto below = [&](std::size_t h) { return quota(h) < least[h] * weights; };
        const auto above = [&](std::size_t h) { return quota(h) > most[h] * weights; };
        wide missing = 0;
        wide surplus = 0;
        bool held = false;
        for (const std::size_t h : open) {
            missing += below(h) ? least[h] * weights - quota(h) : 0;
            surplus += above(h) ? quota(h) - most[h] * weights : 0;
            held = held || below(h) || above(h);
        }
        if (!held) {
            break;
        }
        // Where more is missing, c must fall, and what is below its least stays there.
        const bool fall = missing >= surplus;
        const bool rise = surplus >= missing;
        if (fall) {
            set_aside(below, least);
        }
        if (rise) {
            set_aside(above, most);
        }
    }
    struct part {
        wide remainder;
        std::size_t stratum;
    };
    std::vector<part> parts;
    std::int64_t rest = left;
    for (const std::size_t h : open) {
        const wide quota = wide{left} * weight[h];
        result[h] = static_cast<std::int64_t>(quota / weights);
        rest -= result[h];
        parts.push_back({quota % weights, h});
    }
    std::ranges::stable_sort(
        parts, [](const part& a, const part& b) { return a.remainder > b.remainder; });
    for (std::int64_t i = 0; i < rest; ++i) {
        ++result[parts[static_cast<std::size_t>(i)].stratum];
    }
    return result;
}

} // namespace nps::inline v0::detail
