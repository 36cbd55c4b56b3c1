// SPDX-License-Identifier: Apache-2.0
/// @file
/// The permutation test of two scores, exact and without simulation, from the counts.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/resample/detail/permutation_boundary.hpp>
#include <nps/resample/detail/permuted_tables.hpp>
#include <nps/resample/detail/score_difference.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// What a permutation test of two groups assumes when it computes its p value.
///
/// Checked:    tests/resample/score_permutation_test_test.cpp
/// Example:    examples/resampling.cpp
enum class permutation_hypothesis : std::uint8_t {
    equal_scores,       ///< the scores are equal, the shares need not be: studentised difference
    equal_distributions ///< the shares of all three categories are equal: plain difference
};

/// Options of score_permutation_test.
///
/// Checked:    tests/resample/score_permutation_test_test.cpp
/// Example:    examples/resampling.cpp
struct score_permutation_options {
    permutation_hypothesis hypothesis = permutation_hypothesis::equal_scores;
    nps::alternative alternative = nps::alternative::two_sided;
    /// Counts half of the probability of what is just as far out as observed. Then the size may
    /// exceed the level also where all shares agree, by little; it is nearer to it on average.
    bool mid_p = false;
    /// Of the interval.
    double level = 0.95;
};

namespace detail {

/// Two groups with a statistic; the first is the one that is looked at.
class score_permutation {
public:
    score_permutation(const category_counts& a, const category_counts& b,
                      permutation_hypothesis hypothesis)
        : a_(a), tables_(a + b, a.n()), hypothesis_(hypothesis) {}

    /// P(statistic >= observed), and where `both_sides` that of <= -observed; the observed one is
    /// not negative then. In units that `log_reference` tells.
    [[nodiscard]] tail_mass tails(bool both_sides, double& log_reference) const {
        const permuted_tables other(mirrored(tables_.pooled()), a_.n());
        if (hypothesis_ == permutation_hypothesis::equal_scores) {
            const studentised_difference statistic(tables_);
            const double t = statistic(a_.passives, a_.promoters);
            return both(studentised_boundary{statistic, tables_, t},
                        studentised_boundary{studentised_difference(other), other, t}, other,
                        both_sides, log_reference);
        }
        // The mirror image of S about n1 T / N is 2 n1 T / N - S, which need not be whole.
        const std::int64_t sum = answer_sum(a_);
        const floored_quotient centre =
            floor_of_product(2 * a_.n(), answer_sum(tables_.pooled()), tables_.pooled().n());
        return both(score_boundary{a_.n(), sum},
                    score_boundary{a_.n(), sum - centre.whole, centre.rest == 0}, other, both_sides,
                    log_reference);
    }

private:
    template <class Boundary>
    [[nodiscard]] tail_mass both(const Boundary& above, const Boundary& below,
                                 const permuted_tables& other, bool both_sides,
                                 double& log_reference) const {
        log_reference = tables_.log_reference(above, a_.passives);
        if (log_reference < -700) {
            return {};
        }
        tail_mass sum = tables_.beyond(above, log_reference);
        if (both_sides) {
            const tail_mass more = other.beyond(below, log_reference);
            sum.beyond += more.beyond;
            sum.on += more.on;
        }
        return sum;
    }

    category_counts a_;
    permuted_tables tables_;
    permutation_hypothesis hypothesis_;
};

[[nodiscard]] inline double permutation_p_value(category_counts a, category_counts b,
                                                const score_permutation_options& options) {
    const double observed = centred_sum(a + b, a.n())(answer_sum(a));
    const bool two_sided = options.alternative == alternative::two_sided;
    if (two_sided ? observed < 0 : options.alternative == alternative::less) {
        a = mirrored(a);
        b = mirrored(b);
    }
    // At equal scores everything is at least as far out, and the two sides overlap.
    const bool everything = two_sided && observed == 0;
    double log_unit = 0;
    const tail_mass tails =
        score_permutation(a, b, options.hypothesis).tails(two_sided && !everything, log_unit);
    const double unit = std::exp(log_unit);
    const double beyond = everything ? 1 : (std::min)(tails.beyond * unit, 1.0);
    return options.mid_p ? (std::max)(beyond - tails.on * unit / 2, 0.0) : beyond;
}

[[nodiscard]] constexpr std::string_view permutation_name(permutation_hypothesis hypothesis,
                                                          bool mid_p, std::string_view function) {
    switch (hypothesis) {
    case permutation_hypothesis::equal_scores:
        return mid_p ? "studentised_permutation_mid_p" : "studentised_permutation";
    case permutation_hypothesis::equal_distributions:
        return mid_p ? "permutation_mid_p" : "permutation";
    }
    throw_invalid(function, "hypothesis", static_cast<int>(hypothesis),
                  "must be equal_scores or equal_distributions");
}

/// The observed difference with what the hypothesis says of its spread.
struct permutation_difference {
    double value = 0;
    double wald_error = 0; ///< sqrt(S1^2 / n1 + S2^2 / n2)
    double error = 0;      ///< the same, or the standard deviation over permutations
    double statistic = 0;
};

[[nodiscard]] inline permutation_difference difference_of(const category_counts& a,
                                                          const category_counts& b,
                                                          permutation_hypothesis hypothesis) {
    const category_counts all = a + b;
    const category_weights pooled(all);
    const double n = pooled.n();
    const double n_a = static_cast<double>(a.n());
    const double n_b = static_cast<double>(b.n());
    permutation_difference d;
    d.value = centred_sum(all, a.n())(answer_sum(a)) / n_a / n_b;
    d.wald_error =
        std::sqrt(category_weights(a).variance() / n_a + category_weights(b).variance() / n_b);
    const bool studentised = hypothesis == permutation_hypothesis::equal_scores;
    d.error =
        studentised ? d.wald_error : std::sqrt(pooled.variance() * (n / n_a) * (n / n_b) / (n - 1));
    if (d.value != 0) {
        d.statistic = d.error > 0 ? d.value / d.error
                                  : std::copysign((std::numeric_limits<double>::max)(), d.value);
    }
    return d;
}

/// Wald's, unpooled, on the side that the alternative leaves open.
[[nodiscard]] inline interval wald_difference_interval(const permutation_difference& d,
                                                       alternative side, double level,
                                                       std::int64_t n) {
    const bounds sides = side == alternative::two_sided ? bounds::two_sided
                         : side == alternative::greater ? bounds::lower
                                                        : bounds::upper;
    const double margin = normal_critical_value(level, sides) * d.wald_error;
    const double lower = sides == bounds::upper ? -2 : d.value - margin;
    const double upper = sides == bounds::lower ? 2 : d.value + margin;
    return {.lower = std::clamp(lower, -2.0, 2.0),
            .upper = std::clamp(upper, -2.0, 2.0),
            .level = level,
            .sides = sides,
            .n = n,
            .clipped = !(lower >= -2 && upper <= 2),
            .method = "wald"};
}

} // namespace detail

/// Exact permutation test of the difference of two net promoter scores: the p value that a shuffle
/// of the answers over the two groups tends to as its replicates grow without end. No simulation,
/// no seed.
///
/// Formula:    P(a table dealt at random from the pooled answers is at least as far out as the
///             observed one). Far out by the hypothesis: equal_scores (Chung and Romano) uses
///             t = (s_a - s_b) / sqrt(S_a^2 / n_a + S_b^2 / n_b) with S^2 = p + d - (p - d)^2;
///             equal_distributions the difference itself, compared in whole numbers as
///             N S - n_a T (S, T sums of the answers -1, 0, 1 of a and of all N). Two-sided is
///             |.| at least the observed one. The sum runs over the passives of a,
///             hypergeometric, of the tail of its promoters, hypergeometric given those; each tail
///             follows from its neighbour's.
///             `standard_error` is that of Wald, or for equal_distributions the standard deviation
///             over permutations; `statistic` the difference over it. `interval` is Wald's, of the
///             difference, and not the inversion of this test.
/// Scale:      the difference on [-2, 2].
/// Assumes:    independent answers. Where all three shares agree both forms are exact: the size is
///             at most the level, with mid_p at most .057 at 5 % (docs/size, groups of 5 to 100).
///             Where only the scores agree, equal_distributions can reject several times as often
///             as its level says, at any size: up to .42 at 5 % there, and 0.24 for shares
///             (.05, .9, .05), n 400 against (.5, 0, .5), n 100. equal_scores is right for large
///             groups then (0.053 in that case), and not where a small group meets a larger one: up
///             to .21 at 5/30 and .16 at 10/100, with mid_p .21 at both and .23 at 5/10. With two
///             groups of one size both forms order the tables alike and agree. A t within 1e-12 of
///             the observed one, relatively, ties with it. p values are right to 1e-12 relatively
///             for up to 10^9 answers in a group, and to 1e-11 for 10^12, also in far tails, down to
///             1e-290; below they fade to 0.
/// Not for:    answers of the same people twice, or clusters of answers.
/// Degenerate: everybody in one category gives p value 1. Where neither group varies and the scores
///             differ, t is infinite: `statistic` is then the largest double with its sign, and the
///             p value that of tables without variation. A group without respondents throws
///             undefined_result.
/// Throws:     invalid_input, also for more than 2^53 answers in all; undefined_result.
/// Cost:       O(sqrt(n)): equal_distributions 15 us with 100 in each group, 0.1 ms with 10^5,
///             0.3 ms with 10^6, 27 ms with 10^10; equal_scores up to 4 times, and a p value of
///             1e-100 twice as much.
/// Source:     Chung and Romano (2013), doi:10.1214/13-AOS1090; Good (2005), ISBN 9780387202792
/// Checked:    tests/reference/score_permutation.csv (all tables, in fractions),
///             tests/reference/score_permutation_coin.csv (R coin),
///             tests/reference/score_permutation_large.csv (up to 10^12, by inversion of the
///             characteristic function in two dimensions); size by enumeration: docs/size,
///             tests/resample/size_test.cpp
/// Example:    examples/resampling.cpp
[[nodiscard]] inline comparison
score_permutation_test(const category_counts& a, const category_counts& b,
                       const score_permutation_options& options = {}) {
    constexpr std::string_view self = "score_permutation_test";
    const category_counts pooled = detail::require_groups(a, b, self);
    detail::require_alternative(options.alternative, self);
    detail::require_level(options.level, self);
    const std::string_view method =
        detail::permutation_name(options.hypothesis, options.mid_p, self);
    const detail::permutation_difference d = detail::difference_of(a, b, options.hypothesis);
    return {.difference = d.value,
            .standard_error = d.error,
            .interval =
                detail::wald_difference_interval(d, options.alternative, options.level, pooled.n()),
            .statistic = d.statistic,
            .p_value = detail::permutation_p_value(a, b, options),
            .alternative = options.alternative,
            .n_a = a.n(),
            .n_b = b.n(),
            .method = method};
}

} // namespace nps::inline v0
