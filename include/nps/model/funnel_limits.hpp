// SPDX-License-Identifier: Apache-2.0
/// @file
/// Funnel limits: where the observed score of a unit of n answers falls by chance alone.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Options of funnel_limits.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct funnel_limits_options {
    /// 0.95 and 0.998 are usual. Of 1,000 units that do not differ, 50 and 2 lie outside.
    double level = 0.95;
    /// Standard deviation of the true scores of units; 0: no unit differs from another.
    double between_sd = 0;
};

/// The range of observed scores to expect of a unit of n answers, from the answers of all units.
///
/// Formula:    between_sd 0: the exact distribution of the sum of n answers with the shares of `all`:
///             the narrowest limits with at most (1 - level) / 2 beyond each. Otherwise score +- z
///             sqrt(between_sd^2 + S^2 / n), S^2 of `all` with half an answer more about the score
/// Scale:      [-1, 1].
/// Assumes:    `all` is so large that its own error does not matter; units are independent.
/// Not for:    which units differ, of many: ask for a false discovery rate, or pooled_ranks. Real
///             units nearly always differ a little, and large ones then lie outside the limits of no
///             difference however well they do: give between_sd.
/// Degenerate: all promoters and between_sd 0: a point.
/// Throws:     invalid_input; undefined_result for no answers in `all`.
/// Cost:       O(1), about 10 us.
/// Source:     Spiegelhalter (2005), doi:10.1002/sim.1970
/// Checked:    tests/reference/funnel_limits.csv (exact convolution)
/// Example:    examples/model_pooling.cpp
[[nodiscard]] inline interval funnel_limits(const category_counts& all, std::int64_t n,
                                            const funnel_limits_options& options = {}) {
    constexpr std::string_view self = "funnel_limits";
    detail::require_respondents(all, self);
    detail::require_count(n, self, "n");
    detail::require(n > 0, self, "n", n, "must be above 0");
    detail::require_level(options.level, self);
    detail::require(options.between_sd >= 0 && options.between_sd <= 1, self, "between_sd",
                    options.between_sd, "must be in [0, 1]");
    const double tail = tail_probability(options.level, bounds::two_sided);
    const detail::category_weights counts(all);
    const auto size = static_cast<double>(n);
    interval result{.level = options.level, .n = n, .method = "exact"};
    if (options.between_sd == 0) {
        const lattice_sum sum(
            n, {.minus = counts.detractors, .zero = counts.passives, .plus = counts.promoters});
        result.lower = static_cast<double>(sum.quantile(tail)) / size;
        result.upper = static_cast<double>(sum.upper_quantile(tail)) / size;
        return result;
    }
    const double squares = (counts.n() * counts.variance() + 0.5) / counts.n();
    const double reach = normal_upper_quantile(tail) *
                         std::sqrt(options.between_sd * options.between_sd + squares / size);
    result.lower = (std::max)(counts.score() - reach, -1.0);
    result.upper = (std::min)(counts.score() + reach, 1.0);
    result.clipped = reach > 1 - std::abs(counts.score());
    result.method = "normal";
    return result;
}

} // namespace nps::inline v0
