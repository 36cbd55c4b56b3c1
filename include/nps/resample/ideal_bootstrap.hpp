// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of the score with infinitely many replicates: exact, without a seed.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/detail/ideal_limits.hpp>
#include <nps/resample/detail/score_influence.hpp>
#include <nps/resample/detail/studentised_score.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The exact distribution of the score of a resample; made by ideal_bootstrap.
///
/// Formula:    score* = S / n, S the sum of n answers drawn from the sample (lattice_sum). Closed
///             forms: standard error sqrt((p + d - (p - d)^2) / n); acceleration
///             sum u^3 / (6 (sum u^2)^1.5), u = answer - score.
/// Scale:      [-1, 1].
/// Degenerate: everybody in one category: all probability at the score.
/// Throws:     invalid_input for an x that is NaN or a p outside (0, 1).
/// Cost:       2 us to make for any n; 0.1 us for a probability, 3 us for one below 0.01.
/// Checked:    tests/resample/ideal_bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct ideal_bootstrap_result {
    explicit ideal_bootstrap_result(const category_counts& counts);

    /// The score of the sample.
    double estimate = 0;
    /// Standard deviation of the score of a resample.
    double standard_error = 0;
    /// Valid answers.
    std::int64_t n = 0;
    /// The acceleration of BCa.
    double acceleration = 0;

    /// P(score* <= x), x compared with the doubles nearest to S / n.
    [[nodiscard]] double cdf(double x) const;
    /// P(score* > x), not from a complement.
    [[nodiscard]] double upper_tail(double x) const;
    /// The smallest score s = S / n with P(score* <= s) >= p; probabilities that differ from p by
    /// less than 1e-12 p count as equal to it.
    [[nodiscard]] double quantile(double p) const;
    /// The largest score s with P(score* >= s) >= p: the mirror image of quantile.
    [[nodiscard]] double upper_quantile(double p) const;

    /// A bootstrap interval for the score, without Monte Carlo error.
    ///
    /// Formula:    percentile [quantile(alpha / 2), upper_quantile(alpha / 2)]; basic its mirror
    ///             image about the score; normal score -+ z se; bca the quantiles at the adjusted
    ///             levels, z0 by mid-rank or strict; studentised score - se t, t the exact
    ///             quantiles of T* = (score* - score) / se*. Where se* = 0, T* is -infinity or
    ///             infinity by the sign of score* - score, and 0 where that is 0.
    /// Scale:      [-1, 1]; `clipped` where normal, basic or studentised left it. The limits of
    ///             percentile, basic and bca are the doubles nearest to whole numbers over n.
    ///             Swapping promoters and detractors mirrors every interval, also at a tie, but for
    ///             strict bca.
    /// Assumes:    simple random sample; n up to 1,000,000 for studentised.
    /// Degenerate: everybody in one category gives that score as both limits, by every method.
    /// Throws:     invalid_input, also for studentised beyond 1,000,000 respondents.
    /// Cost:       0.5 us, bca 1 us, for any n; studentised O(sqrt(n)): 1 ms at n = 100, 40 ms at
    ///             n = 10,000, 1 s at n = 1,000,000.
    /// Source:     Davison and Hinkley (1997), chapter 5, ISBN 9780521574716; Efron (1987),
    ///             doi:10.1080/01621459.1987.10478410 (BCa)
    /// Checked:    tests/reference/ideal_bootstrap.csv (exact fractions)
    /// Example:    examples/resampling.cpp
    [[nodiscard]] nps::interval interval(const bootstrap_interval_options& options = {}) const;

private:
    [[nodiscard]] detail::ideal_limits studentised_limits(double tail) const;

    category_counts counts_;
    lattice_sum sum_;
};

/// The exact bootstrap distribution of the score: what score_bootstrap tends to as its replicates
/// grow without end. No simulation, no seed.
///
/// Assumes:    simple random sample. A probability is right to 1e-14 absolutely, below 0.01 also
///             to 1e-12 relatively; quantiles are exact but for ties closer than 1e-12 p.
/// Not for:    another statistic than the score; see bootstrap.
/// Degenerate: everybody in one category: all probability at the score; no respondents throw
///             undefined_result.
/// Throws:     invalid_input, undefined_result.
/// Cost:       2 us for any n up to 2^53; with a percentile or bca interval 3 us.
/// Source:     Davison and Hinkley (1997), chapter 2, ISBN 9780521574716
/// Checked:    tests/reference/ideal_bootstrap.csv (exact fractions), published values
/// Example:    examples/resampling.cpp
[[nodiscard]] inline ideal_bootstrap_result ideal_bootstrap(const category_counts& counts) {
    return ideal_bootstrap_result(counts);
}

inline ideal_bootstrap_result::ideal_bootstrap_result(const category_counts& counts)
    : counts_((detail::require_respondents(counts, "ideal_bootstrap"), counts)),
      sum_(counts.n(),
           {static_cast<double>(counts.detractors), static_cast<double>(counts.passives),
            static_cast<double>(counts.promoters)}) {
    const detail::score_influence influence = detail::influence_of(counts);
    estimate = influence.value;
    standard_error = influence.standard_error;
    n = counts.n();
    acceleration = influence.acceleration;
}

inline double ideal_bootstrap_result::cdf(double x) const {
    return sum_.cdf(detail::largest_point(x, n, 1, "ideal_bootstrap_result::cdf"));
}

inline double ideal_bootstrap_result::upper_tail(double x) const {
    return sum_.upper_tail(detail::largest_point(x, n, 1, "ideal_bootstrap_result::upper_tail"));
}

inline double ideal_bootstrap_result::quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_bootstrap_result::quantile", "p", p,
                    "must be in (0, 1)");
    return detail::over(sum_.quantile(p), n);
}

inline double ideal_bootstrap_result::upper_quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_bootstrap_result::upper_quantile", "p", p,
                    "must be in (0, 1)");
    return detail::over(sum_.upper_quantile(p), n);
}

inline detail::ideal_limits ideal_bootstrap_result::studentised_limits(double tail) const {
    const auto upper = [&](const category_counts& counts, double value) {
        return value - standard_error * detail::studentised_score(counts).quantile(tail);
    };
    // The lower limit is the upper one of the swapped counts: the two mirror each other.
    const category_counts swapped{counts_.promoters, counts_.passives, counts_.detractors};
    return {0 - upper(swapped, -estimate), upper(counts_, estimate)};
}

inline nps::interval
ideal_bootstrap_result::interval(const bootstrap_interval_options& options) const {
    constexpr std::string_view self = "ideal_bootstrap_result::interval";
    const std::string_view method = detail::require_options(options, self);
    const bool studentised = options.method == bootstrap_method::studentised;
    detail::require(!studentised || n <= detail::largest_studentised_n, self, "n", n,
                    "must be at most 1000000 for method studentised");
    detail::ideal_limits limits{estimate, estimate};
    if (standard_error > 0) {
        limits = studentised
                     ? studentised_limits(tail_probability(options.level, options.sides))
                     : detail::limits_of(sum_,
                                         {.point = counts_.promoters - counts_.detractors,
                                          .units = n,
                                          .range = 1,
                                          .influence = {estimate, standard_error, acceleration}},
                                         options);
    }
    return detail::within_range(limits, 1, options, n, method);
}

} // namespace nps::inline v0
