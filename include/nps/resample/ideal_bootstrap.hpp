// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of the score with infinitely many replicates: exact, without a seed.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/lattice.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/detail/bca.hpp>
#include <nps/resample/detail/score_influence.hpp>
#include <nps/resample/detail/studentised_score.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
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
    struct limits {
        double lower;
        double upper;
    };
    [[nodiscard]] std::int64_t total() const { return counts_.promoters - counts_.detractors; }
    [[nodiscard]] double score(std::int64_t sum) const {
        return static_cast<double>(sum) / static_cast<double>(n);
    }
    /// The largest sum whose score is at most x, within one of the range.
    [[nodiscard]] std::int64_t sum_at(double x) const;
    [[nodiscard]] double at_level(const detail::split_probability& p) const;
    [[nodiscard]] detail::split_probability below_estimate(median_bias bias) const;
    [[nodiscard]] limits limits_of(const bootstrap_interval_options& options, double tail) const;

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

inline std::int64_t ideal_bootstrap_result::sum_at(double x) const {
    if (!(x >= -1)) {
        return -n - 1;
    }
    if (x >= 1) {
        return n;
    }
    auto sum = static_cast<std::int64_t>(std::floor(x * static_cast<double>(n)));
    // The product is rounded: x may be the double of the next score, or just below this one.
    while (score(sum + 1) <= x) {
        ++sum;
    }
    while (score(sum) > x) {
        --sum;
    }
    return sum;
}

inline double ideal_bootstrap_result::cdf(double x) const {
    detail::require(!std::isnan(x), "ideal_bootstrap_result::cdf", "x", x, "must be a number");
    return sum_.cdf(sum_at(x));
}

inline double ideal_bootstrap_result::upper_tail(double x) const {
    detail::require(!std::isnan(x), "ideal_bootstrap_result::upper_tail", "x", x,
                    "must be a number");
    return sum_.upper_tail(sum_at(x));
}

inline double ideal_bootstrap_result::quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_bootstrap_result::quantile", "p", p,
                    "must be in (0, 1)");
    return score(sum_.quantile(p));
}

inline double ideal_bootstrap_result::upper_quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_bootstrap_result::upper_quantile", "p", p,
                    "must be in (0, 1)");
    return score(sum_.upper_quantile(p));
}

/// By whichever tail is the smaller. A level of 0 or 1 has the least normal double as its tail: the
/// end of the range, or the first score with a probability that a double can hold.
inline double ideal_bootstrap_result::at_level(const detail::split_probability& p) const {
    constexpr double least = (std::numeric_limits<double>::min)();
    return score(p.below <= p.above ? sum_.quantile((std::max)(p.below, least))
                                    : sum_.upper_quantile((std::max)(p.above, least)));
}

inline detail::split_probability ideal_bootstrap_result::below_estimate(median_bias bias) const {
    const std::int64_t k = total();
    switch (bias) {
    case median_bias::mid_rank:
        return {(sum_.cdf(k - 1) + sum_.cdf(k)) / 2,
                (sum_.upper_tail(k - 1) + sum_.upper_tail(k)) / 2};
    case median_bias::strict:
        return {sum_.cdf(k - 1), sum_.upper_tail(k - 1)};
    }
    detail::throw_invalid("ideal_bootstrap_result::interval", "bias", static_cast<int>(bias),
                          "must be mid_rank or strict");
}

inline ideal_bootstrap_result::limits
ideal_bootstrap_result::limits_of(const bootstrap_interval_options& options, double tail) const {
    switch (options.method) {
    case bootstrap_method::normal: {
        const double margin = normal_upper_quantile(tail) * standard_error;
        return {estimate - margin, estimate + margin};
    }
    case bootstrap_method::basic:
        return {score(2 * total() - sum_.upper_quantile(tail)),
                score(2 * total() - sum_.quantile(tail))};
    case bootstrap_method::percentile:
        return {score(sum_.quantile(tail)), score(sum_.upper_quantile(tail))};
    case bootstrap_method::bca: {
        const detail::bca_levels levels = detail::bca_adjusted_levels(
            below_estimate(options.bias), acceleration, options.level, options.sides);
        return {options.sides == bounds::upper ? -1 : at_level(levels.lower),
                options.sides == bounds::lower ? 1 : at_level(levels.upper)};
    }
    case bootstrap_method::studentised: {
        const auto upper = [&](const category_counts& counts, double value) {
            return value - standard_error * detail::studentised_score(counts).quantile(tail);
        };
        // The lower limit is the upper one of the swapped counts: the two mirror each other.
        const category_counts swapped{counts_.promoters, counts_.passives, counts_.detractors};
        return {0 - upper(swapped, -estimate), upper(counts_, estimate)};
    }
    }
    detail::throw_invalid("ideal_bootstrap_result::interval", "method",
                          static_cast<int>(options.method), "must be a named method");
}

inline nps::interval
ideal_bootstrap_result::interval(const bootstrap_interval_options& options) const {
    constexpr std::string_view self = "ideal_bootstrap_result::interval";
    detail::require_level(options.level, self);
    detail::require_sides(options.sides, self);
    const std::string_view method = detail::method_name(options.method, self);
    detail::require(options.method != bootstrap_method::bca ||
                        options.bias == median_bias::mid_rank ||
                        options.bias == median_bias::strict,
                    self, "bias", static_cast<int>(options.bias), "must be mid_rank or strict");
    detail::require(options.method != bootstrap_method::studentised ||
                        n <= detail::largest_studentised_n,
                    self, "n", n, "must be at most 1000000 for method studentised");
    const limits found = standard_error > 0
                             ? limits_of(options, tail_probability(options.level, options.sides))
                             : limits{estimate, estimate};
    const double lower = options.sides == bounds::upper ? -1 : found.lower;
    const double upper = options.sides == bounds::lower ? 1 : found.upper;
    return {.lower = std::clamp(lower, -1.0, 1.0),
            .upper = std::clamp(upper, -1.0, 1.0),
            .level = options.level,
            .sides = options.sides,
            .n = n,
            .clipped = !(std::abs(lower) <= 1 && std::abs(upper) <= 1),
            .method = method};
}

} // namespace nps::inline v0
