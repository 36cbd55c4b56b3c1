// SPDX-License-Identifier: Apache-2.0
/// @file
/// Quantiles of bootstrap replicates, by the rule that R's boot uses.
#pragma once

#include <nps/numeric/distributions.hpp>
#include <nps/resample/detail/bca.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace nps::inline v0::detail {

struct replicate_limit {
    double value = 0;
    /// The rank asked for lies before the first or behind the last replicate, which was given.
    bool beyond = false;
};

/// The (R + 1) P-th of R replicates in order, interpolated between its neighbours on the scale of
/// the normal quantile. Reorders the replicates.
///
/// Source:     Davison and Hinkley (1997), equation 5.8, ISBN 9780521574716
template <class Before>
[[nodiscard]] replicate_limit nth_replicate(std::vector<double>& replicates, double tail,
                                            Before before) {
    const auto r = static_cast<double>(replicates.size());
    double rank = (r + 1) * tail;
    // 0.025 is not a double: rank 25 of 999 must not be missed by a rounding.
    if (std::abs(rank - std::round(rank)) < 1e-9 * rank) {
        rank = std::round(rank);
    }
    const double k = (std::min)(std::floor(rank), r);
    const auto at = replicates.begin() + static_cast<std::ptrdiff_t>((std::max)(k, 1.0)) - 1;
    std::nth_element(replicates.begin(), at, replicates.end(), before);
    if (k < 1 || k == r || rank == k) {
        return {*at, rank < 1 || rank > r};
    }
    const double next = *std::min_element(at + 1, replicates.end(), before);
    if (next == *at) {
        return {*at, false};
    }
    const double from = normal_quantile(k / (r + 1));
    const double to = normal_quantile((k + 1) / (r + 1));
    const double weight = (normal_quantile(tail) - from) / (to - from);
    // Studentised replicates may be infinite; the product form keeps two infinities apart.
    return {std::isfinite(*at) ? *at + weight * (next - *at) : *at, false};
}

/// The quantile of the replicates at a level, counted from the nearer end so that neither tail
/// loses digits.
[[nodiscard]] inline replicate_limit replicate_quantile(std::vector<double>& replicates,
                                                        split_probability level) {
    return level.below <= level.above ? nth_replicate(replicates, level.below, std::less<>())
                                      : nth_replicate(replicates, level.above, std::greater<>());
}

} // namespace nps::inline v0::detail
