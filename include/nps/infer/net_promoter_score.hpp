// SPDX-License-Identifier: Apache-2.0
/// @file
/// The net promoter score of one survey, with its standard error.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Which variance of one respondent's answer the standard error rests on.
enum class score_variance : std::uint8_t {
    population, ///< divisor n: p + d - (p - d)^2
    unbiased    ///< divisor n - 1
};

/// Options of net_promoter_score.
///
/// Checked:    tests/infer/net_promoter_score_test.cpp
/// Example:    examples/usage.cpp
struct net_promoter_score_options {
    score_variance variance = score_variance::population;
};

namespace detail {

/// Counts that need not be whole: with pseudo-counts added, or a Dirichlet posterior.
struct category_weights {
    double detractors = 0;
    double passives = 0;
    double promoters = 0;

    explicit constexpr category_weights(const category_counts& counts)
        : category_weights(static_cast<double>(counts.detractors),
                           static_cast<double>(counts.passives),
                           static_cast<double>(counts.promoters)) {}
    constexpr category_weights(double d, double q, double p)
        : detractors(d), passives(q), promoters(p) {}

    [[nodiscard]] constexpr double n() const { return detractors + passives + promoters; }
    [[nodiscard]] constexpr double score() const { return (promoters - detractors) / n(); }

    /// p + d - (p - d)^2 as q (p + d) + 4 p d: a sum of positive terms, so nothing cancels and a
    /// unanimous survey gives exactly 0.
    [[nodiscard]] constexpr double variance() const {
        const double p = promoters / n();
        const double d = detractors / n();
        return passives / n() * (p + d) + 4 * p * d;
    }

    [[nodiscard]] constexpr category_weights swapped() const {
        return {promoters, passives, detractors};
    }

    [[nodiscard]] constexpr category_weights plus(double d, double q, double p) const {
        return {detractors + d, passives + q, promoters + p};
    }
};

} // namespace detail

/// The net promoter score: the share of promoters minus the share of detractors.
///
/// Formula:    p - d;  S^2 = p + d - (p - d)^2, times n / (n - 1) where the unbiased form is asked
///             for;  standard error S / sqrt(n)
/// Scale:      [-1, 1].
/// Assumes:    simple random sample from a large population.
/// Degenerate: a unanimous survey has standard error exactly 0; an empty one throws
///             undefined_result, and so does one respondent with the unbiased form.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1).
/// Source:     Rocks (2016), https://arxiv.org/abs/1601.07235
/// Checked:    tests/infer/net_promoter_score_test.cpp (R package NPS; exact rational arithmetic)
/// Example:    examples/usage.cpp
[[nodiscard]] inline estimate net_promoter_score(const category_counts& counts,
                                                 const net_promoter_score_options& options = {}) {
    detail::require_respondents(counts, "net_promoter_score");
    const detail::category_weights weights(counts);
    const double n = weights.n();
    double variance = weights.variance();
    std::string_view method = "population";
    switch (options.variance) {
    case score_variance::population:
        break;
    case score_variance::unbiased:
        if (counts.n() == 1) {
            detail::throw_undefined("net_promoter_score",
                                    "the unbiased variance of one respondent");
        }
        variance *= n / (n - 1);
        method = "unbiased";
        break;
    default:
        detail::throw_invalid("net_promoter_score", "variance", static_cast<int>(options.variance),
                              "must be a named variance");
    }
    return {.value = weights.score(),
            .standard_error = std::sqrt(variance / n),
            .respondent_sd = std::sqrt(variance),
            .n = counts.n(),
            .method = method};
}

} // namespace nps::inline v0
