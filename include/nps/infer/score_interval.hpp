// SPDX-License-Identifier: Apache-2.0
/// @file
/// Confidence and credible intervals for the net promoter score of one survey.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The intervals for a net promoter score.
enum class score_method : std::uint8_t {
    wald,             ///< estimate -/+ z standard errors
    adjusted_wald,    ///< the same, after adding 3/4, 1 1/2, 3/4 answers
    score,            ///< inverts the score test (Tango)
    bonett_price,     ///< Wald after adding one promoter and one detractor
    newcombe,         ///< square-and-add of the Wilson limits of the two shares
    likelihood_ratio, ///< inverts the profile likelihood ratio
    exact,            ///< unconditional: coverage is at least the level, always
    bayesian          ///< equal tails of the Dirichlet posterior
};

/// Weight of each category before any answer is seen: Dirichlet(1, 1, 1) is uniform,
/// {.5, .5, .5} is Jeffreys'.
///
/// Checked:    tests/infer/score_interval_test.cpp
/// Example:    examples/intervals.cpp
struct dirichlet_prior {
    double detractors = 1;
    double passives = 1;
    double promoters = 1;
};

/// Options of score_interval.
///
/// Checked:    tests/infer/score_interval_test.cpp
/// Example:    examples/intervals.cpp
struct score_interval_options {
    score_method method = score_method::adjusted_wald;
    double level = 0.95;
    bounds sides = bounds::two_sided;
    /// Read by bayesian alone.
    dirichlet_prior prior{};
    /// Read by exact alone: the error spent on a confidence set for p + d, in [0, alpha); 0 takes
    /// the supremum over every p + d.
    double berger_boos = 0;
};

namespace detail {

/// Wald limit on one side after the weights were adjusted; z < 0 asks for the other side.
[[nodiscard]] inline double wald_upper(const category_weights& weights, double z) {
    return weights.score() + z * std::sqrt(weights.variance() / weights.n());
}

} // namespace detail

/// An interval for the net promoter score p - d.
///
/// Scale:      [-1, 1]; never outside.
/// Throws:     invalid_input, undefined_result for an empty survey.
/// Cost:       O(1).
/// Checked:    tests/reference/score_interval.csv
/// Example:    examples/intervals.cpp
[[nodiscard]] inline interval score_interval(const category_counts& counts,
                                             const score_interval_options& options = {}) {
    constexpr std::string_view self = "score_interval";
    detail::require_respondents(counts, self);
    detail::require_level(options.level, self);
    const detail::category_weights weights(counts);
    const double z = normal_critical_value(options.level, options.sides);

    interval result{.lower = -1,
                    .upper = 1,
                    .level = options.level,
                    .sides = options.sides,
                    .clipped = false,
                    .method = {}};
    // Every method is written as an upper limit; the lower one is that of the swapped counts, so
    // that swapping promoters and detractors mirrors the interval exactly.
    const auto upper = [&](const detail::category_weights& w) {
        switch (options.method) {
        case score_method::wald:
            result.method = "wald";
            return detail::wald_upper(w, z);
        case score_method::adjusted_wald:
            result.method = "adjusted_wald";
            return detail::wald_upper({w.detractors + 0.75, w.passives + 1.5, w.promoters + 0.75},
                                      z);
        default:
            detail::throw_invalid(self, "method", static_cast<int>(options.method),
                                  "must be a named method");
        }
    };
    const double low = options.sides == bounds::upper ? -1.0 : 0.0 - upper(weights.swapped());
    const double high = options.sides == bounds::lower ? 1.0 : upper(weights);
    result.lower = std::clamp(low, -1.0, 1.0);
    result.upper = std::clamp(high, -1.0, 1.0);
    result.clipped = result.lower != low || result.upper != high;
    return result;
}

} // namespace nps::inline v0
