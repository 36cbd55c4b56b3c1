// SPDX-License-Identifier: Apache-2.0
/// @file
/// Confidence and credible intervals for the net promoter score of one survey.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/detail/closed_limits.hpp>
#include <nps/infer/detail/exact_limit.hpp>
#include <nps/infer/detail/restricted_shares.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

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

/// Options of score_interval.
///
/// Checked:    tests/infer/score_interval_test.cpp
/// Example:    examples/intervals.cpp
struct score_interval_options {
    /// The default is chosen by coverage: docs/coverage/README.md.
    score_method method = score_method::score;
    double level = 0.95;
    bounds sides = bounds::two_sided;
    /// Read by bayesian alone.
    dirichlet_prior prior{};
    /// Read by exact alone: the part of each tail probability that is spent on a confidence set for
    /// p + d (Berger and Boos); 0 takes the largest p value over every p + d.
    double berger_boos = 0;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(score_method method) {
    switch (method) {
    case score_method::wald:
        return "wald";
    case score_method::adjusted_wald:
        return "adjusted_wald";
    case score_method::score:
        return "score";
    case score_method::bonett_price:
        return "bonett_price";
    case score_method::newcombe:
        return "newcombe";
    case score_method::likelihood_ratio:
        return "likelihood_ratio";
    case score_method::exact:
        return "exact";
    case score_method::bayesian:
        return "bayesian";
    }
    throw_invalid("score_interval", "method", static_cast<int>(method), "must be a named method");
}

/// The limit that leaves a nominal `tail` above it.
[[nodiscard]] inline double score_upper_limit(const category_counts& counts,
                                              const score_interval_options& options, double tail) {
    const category_weights weights(counts);
    const double z = normal_upper_quantile(tail);
    // A tail above 1/2 puts the limit on the other side of the estimate.
    const auto on_either_side = [&](auto limit) {
        return z < 0 ? -limit(weights.swapped(), -z) : limit(weights, z);
    };
    switch (options.method) {
    case score_method::wald:
        return wald_upper(weights, z);
    case score_method::adjusted_wald:
        return wald_upper(weights.plus(0.75, 1.5, 0.75), z);
    case score_method::bonett_price:
        return wald_upper(weights.plus(1, 0, 1), z);
    case score_method::score:
        return on_either_side(score_test_upper);
    case score_method::newcombe:
        return on_either_side(newcombe_upper);
    case score_method::likelihood_ratio:
        return on_either_side(likelihood_ratio_upper);
    case score_method::exact:
        return -exact_lower({counts.promoters, counts.passives, counts.detractors}, tail,
                            options.berger_boos);
    case score_method::bayesian:
        return score_posterior(counts, options.prior).upper_quantile(tail);
    }
    throw_invalid("score_interval", "method", static_cast<int>(options.method),
                  "must be a named method");
}

inline void require_score_options(const category_counts& counts,
                                  const score_interval_options& options, double tail) {
    constexpr std::string_view self = "score_interval";
    if (options.method == score_method::exact) {
        require(counts.n() <= largest_exact_n, self, "n", counts.n(),
                "must be at most 1000 for method exact");
        // Probabilities are summed to about 1e-14.
        require(tail >= 1e-10, self, "level", options.level,
                "must leave a tail of at least 1e-10 for method exact");
        require(options.berger_boos >= 0 && tail - options.berger_boos >= 1e-10, self,
                "berger_boos", options.berger_boos, "must be in [0, tail probability - 1e-10]");
    }
    if (options.method == score_method::bayesian) {
        (void)posterior_weights(counts, options.prior, self);
    }
}

} // namespace detail

/// An interval for the net promoter score p - d of one survey.
///
/// Formula:    z is the normal critical value, S^2 = p + d - (p - d)^2.
///             wald: p - d -/+ z S / sqrt(n). adjusted_wald: the same after adding 3/4, 1 1/2, 3/4
///             to detractors, passives, promoters; bonett_price: after adding 1, 0, 1.
///             score: the x with (p - d - x)^2 = z^2 V(x) / n, V(x) the variance under the maximum
///             likelihood shares that have p - d = x.
///             likelihood_ratio: the x whose profile deviance is z^2; one-sided by its signed root.
///             newcombe: Wilson limits of p and of d, squared and added with their correlation
///             -sqrt(p d / ((1 - p)(1 - d))), taken as 0 where it is undefined.
///             exact: the x that the one-sided score tests do not reject, their p value being the
///             largest over the nuisance p + d; the hull, so that each tail keeps its level.
///             bayesian: equal tails of score_posterior.
/// Scale:      [-1, 1]; `clipped` says whether a limit of wald, adjusted_wald or bonett_price was
///             cut. A one-sided interval ends at the end of the scale, which is not a cut.
/// Assumes:    simple random sample from a large population.
/// Not for:    a difference between two surveys; weighted answers.
/// Degenerate: every survey of one respondent or more has finite limits. A unanimous one has width
///             0 with wald, and with no other method; all promoters give an upper limit of 1 with
///             every method but bayesian (adjusted_wald: for z of 2 or more; bonett_price: 1.23).
/// Throws:     invalid_input, also for exact beyond 1,000 respondents or with a tail probability
///             below 1e-10; undefined_result for an empty survey.
/// Cost:       closed forms O(1), 0.1 us; score and likelihood_ratio 1-3 us; bayesian 1-2 ms; exact
///             3 ms at n = 50, 6 ms at 100, 0.1 s at 1,000. Exact limits are followed to 1e-10
///             and rounded outwards by as much; the nuisance is searched in steps of 0.15 of its
///             standard error, and each maximum is then followed to rounding.
/// Source:     Rocks (2016), https://arxiv.org/abs/1601.07235 (adjusted_wald and score);
///             Tango (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B;
///             Fagerland, Lydersen, Laake (2014), doi:10.1002/sim.6148 (bonett_price, newcombe);
///             Berger, Boos (1994), doi:10.1080/01621459.1994.10476836
/// Checked:    tests/reference/score_interval.csv, score_interval_exact.csv,
///             score_interval_bayesian.csv; coverage: tests/infer/coverage_test.cpp
/// Example:    examples/intervals.cpp
[[nodiscard]] inline interval score_interval(const category_counts& counts,
                                             const score_interval_options& options = {}) {
    constexpr std::string_view self = "score_interval";
    detail::require_respondents(counts, self);
    detail::require_level(options.level, self);
    const std::string_view method = detail::method_name(options.method);
    detail::require_sides(options.sides, self);
    const double tail = tail_probability(options.level, options.sides);
    detail::require_score_options(counts, options, tail);
    // Every method is written as an upper limit; the lower one is that of the swapped counts, so
    // that swapping promoters and detractors mirrors the interval to the last bit.
    const category_counts swapped{counts.promoters, counts.passives, counts.detractors};
    score_interval_options swapped_options = options;
    std::swap(swapped_options.prior.detractors, swapped_options.prior.promoters);
    double lower = options.sides == bounds::upper
                       ? -1.0
                       : 0.0 - detail::score_upper_limit(swapped, swapped_options, tail);
    double upper =
        options.sides == bounds::lower ? 1.0 : detail::score_upper_limit(counts, options, tail);
    if (lower > upper) {
        // Rounding, where next to nothing lies between them.
        std::swap(lower, upper);
    }
    return {.lower = std::clamp(lower, -1.0, 1.0),
            .upper = std::clamp(upper, -1.0, 1.0),
            .level = options.level,
            .sides = options.sides,
            .n = counts.n(),
            .clipped = lower < -1 || upper > 1 || lower > 1 || upper < -1,
            .method = method};
}

} // namespace nps::inline v0
