// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of the difference of two scores with infinitely many replicates: exact, without a
/// seed.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/detail/difference_lattice.hpp>
#include <nps/resample/detail/ideal_limits.hpp>
#include <nps/resample/detail/score_difference.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

namespace detail {

inline void require_ideal_groups(const category_counts& a, const category_counts& b) {
    constexpr std::string_view function = "ideal_difference_bootstrap";
    (void)require_groups(a, b, function);
    for (const std::int64_t n : {a.n(), b.n()}) {
        require(n <= largest_difference_n, function, "answers of a group", n,
                "must be 1000000000 or less");
    }
}

} // namespace detail

/// The exact distribution of the difference of the scores of two resamples, each drawn from its own
/// sample; made by ideal_difference_bootstrap.
///
/// Formula:    difference* = S_a / n_a - S_b / n_b, S the sums of the drawn answers. Standard error
///             sqrt(se_a^2 + se_b^2) with se^2 = (p + d - (p - d)^2) / n; acceleration
///             (k_a - k_b) / (6 se^3), k = n^-3 sum u^3, u = answer - score.
/// Scale:      [-2, 2].
/// Degenerate: both groups in one category each: all probability at the difference.
/// Throws:     invalid_input for an x that is NaN or a p outside (0, 1).
/// Cost:       O(sqrt n): a probability takes 0.3 us with 100 in each group, 4 us with 10^4, 40 us
///             with 10^6; a quantile 2 to 100 of them, most where the sizes have no common divisor.
/// Checked:    tests/resample/ideal_difference_bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct ideal_difference_result {
    ideal_difference_result(const category_counts& a, const category_counts& b);

    /// score_a - score_b of the samples.
    double estimate = 0;
    /// Standard deviation of the difference over resamples.
    double standard_error = 0;
    /// Valid answers of the two groups.
    std::int64_t n_a = 0;
    std::int64_t n_b = 0;
    /// The acceleration of BCa.
    double acceleration = 0;

    /// P(difference* <= x), x compared with the doubles nearest to the differences that can come.
    [[nodiscard]] double cdf(double x) const;
    /// P(difference* > x), not from a complement.
    [[nodiscard]] double upper_tail(double x) const;
    /// The smallest difference x with P(difference* <= x) >= p; probabilities that differ from p by
    /// less than 1e-12 p count as equal to it.
    [[nodiscard]] double quantile(double p) const;
    /// The largest difference x with P(difference* >= x) >= p: the mirror image of quantile.
    [[nodiscard]] double upper_quantile(double p) const;

    /// A bootstrap interval for the difference, without Monte Carlo error.
    ///
    /// Formula:    percentile [quantile(alpha / 2), upper_quantile(alpha / 2)]; basic its mirror
    ///             image about the difference; normal difference -+ z se; bca the quantiles at the
    ///             adjusted levels, z0 by mid-rank or strict.
    /// Scale:      [-2, 2]; `clipped` where normal or basic left it. The limits of the others are
    ///             differences that can come. Swapping the groups, or promoters and detractors,
    ///             mirrors every interval but strict bca.
    /// Assumes:    two independent simple random samples.
    /// Not for:    studentised, which needs score_difference_bootstrap.
    /// Degenerate: both groups in one category each give the difference as both limits.
    /// Throws:     invalid_input, also for studentised.
    /// Cost:       two quantiles.
    /// Source:     Davison and Hinkley (1997), chapter 5, ISBN 9780521574716; Efron (1987),
    ///             doi:10.1080/01621459.1987.10478410 (BCa)
    /// Checked:    tests/reference/ideal_difference_bootstrap.csv (exact fractions)
    /// Example:    examples/resampling.cpp
    [[nodiscard]] nps::interval interval(const bootstrap_interval_options& options = {}) const;

private:
    detail::difference_lattice lattice_;
};

/// The exact bootstrap distribution of the difference of two scores, a - b: what
/// score_difference_bootstrap tends to as its replicates grow without end. No simulation, no seed.
///
/// Assumes:    two independent simple random samples. A probability is right to 1e-12 relatively,
///             down to 1e-16, and below to 1e-28; quantiles are exact but for ties closer than 1e-12
///             p.
/// Not for:    the same people asked twice, or in part the same.
/// Degenerate: both groups in one category each: all probability at the difference; no respondents
///             in a group throw undefined_result.
/// Throws:     invalid_input, also for more than 10^9 answers in a group; undefined_result.
/// Cost:       O(sqrt n): 0.4 ms for up to 10^4 answers in each group, 5 ms for 10^6, 0.15 s for
///             10^9; 24 bytes for each point within 11.5 standard deviations of the two sums.
/// Source:     Davison and Hinkley (1997), chapter 2, ISBN 9780521574716
/// Checked:    tests/reference/ideal_difference_bootstrap.csv (exact fractions),
///             tests/reference/ideal_difference_large.csv (mpmath, up to 10^9 answers)
/// Example:    examples/resampling.cpp
[[nodiscard]] inline ideal_difference_result ideal_difference_bootstrap(const category_counts& a,
                                                                        const category_counts& b) {
    return ideal_difference_result(a, b);
}

inline ideal_difference_result::ideal_difference_result(const category_counts& a,
                                                        const category_counts& b)
    : lattice_((detail::require_ideal_groups(a, b), a), b) {
    n_a = a.n();
    n_b = b.n();
    estimate = lattice_.influence().value;
    standard_error = lattice_.influence().standard_error;
    acceleration = lattice_.influence().acceleration;
}

inline double ideal_difference_result::cdf(double x) const {
    return lattice_.cdf(
        detail::largest_point(x, lattice_.units(), 2, "ideal_difference_result::cdf"));
}

inline double ideal_difference_result::upper_tail(double x) const {
    return lattice_.upper_tail(
        detail::largest_point(x, lattice_.units(), 2, "ideal_difference_result::upper_tail"));
}

inline double ideal_difference_result::quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_difference_result::quantile", "p", p,
                    "must be in (0, 1)");
    return detail::over(lattice_.quantile(p), lattice_.units());
}

inline double ideal_difference_result::upper_quantile(double p) const {
    detail::require(p > 0 && p < 1, "ideal_difference_result::upper_quantile", "p", p,
                    "must be in (0, 1)");
    return detail::over(lattice_.upper_quantile(p), lattice_.units());
}

inline nps::interval
ideal_difference_result::interval(const bootstrap_interval_options& options) const {
    constexpr std::string_view self = "ideal_difference_result::interval";
    const std::string_view method = detail::require_options(options, self);
    detail::require(options.method != bootstrap_method::studentised, self, "method", method,
                    "must be normal, basic, percentile or bca; see score_difference_bootstrap");
    detail::ideal_limits limits{estimate, estimate};
    if (standard_error > 0) {
        limits = detail::limits_of(lattice_,
                                   {.point = lattice_.observed(),
                                    .units = lattice_.units(),
                                    .range = 2,
                                    .influence = lattice_.influence()},
                                   options);
    }
    return detail::within_range(limits, 2, options, n_a + n_b, method);
}

} // namespace nps::inline v0
