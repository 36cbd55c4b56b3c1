// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which of two groups answers higher, by ranks, and how often: P(a > b) + P(a = b) / 2.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/exact_rank_sum.hpp>
#include <nps/infer/detail/ordered_counts.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// The rank tests of two groups.
enum class rank_method : std::uint8_t {
    mann_whitney,  ///< Wilcoxon's rank sum, normal with the variance of ties; interval of Newcombe
    exact,         ///< the same over all ways to deal the answers to the groups; small groups
    brunner_munzel ///< for groups of different spread, t with estimated variance and its interval
};

/// Options of mann_whitney_test.
///
/// Checked:    tests/infer/mann_whitney_test_test.cpp
/// Example:    examples/groups.cpp
struct mann_whitney_options {
    rank_method method = rank_method::mann_whitney;
    nps::alternative alternative = nps::alternative::two_sided;
    /// Half a step of U towards the hypothesis; of mann_whitney alone.
    bool continuity_correction = false;
    double level = 0.95;
};

/// Two groups compared by ranks.
///
/// Checked:    tests/infer/mann_whitney_test_test.cpp
/// Example:    examples/groups.cpp
struct rank_comparison {
    /// P(a > b) + P(a = b) / 2, for one answer of each group taken at random: the common-language
    /// effect size, 1/2 where neither group answers higher.
    double superiority = 0.5;
    /// Of `superiority`: under the hypothesis, or as brunner_munzel estimates it.
    double standard_error = 0;
    /// Of `superiority`, on [0, 1]; says its own method.
    nps::interval interval{};
    /// Mann and Whitney's U of a: superiority n_a n_b.
    double u = 0;
    /// What the p value is the tail of; above 0 where a answers higher.
    double statistic = 0;
    /// Of a t statistic.
    std::optional<double> degrees_of_freedom{};
    double p_value = 1;
    nps::alternative alternative = nps::alternative::two_sided;
    std::int64_t n_a = 0;
    std::int64_t n_b = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

namespace detail {

[[nodiscard]] constexpr std::string_view rank_method_name(const mann_whitney_options& options) {
    switch (options.method) {
    case rank_method::mann_whitney:
        return options.continuity_correction ? "mann_whitney_continuity" : "mann_whitney";
    case rank_method::exact:
        return "exact";
    case rank_method::brunner_munzel:
        return "brunner_munzel";
    }
    throw_invalid("mann_whitney_test", "method", static_cast<int>(options.method),
                  "must be mann_whitney, exact or brunner_munzel");
}

/// The two groups, and 2 U - n_a n_b.
struct rank_pair {
    ordered_counts a;
    ordered_counts b;
    ordered_counts pooled;
    wide_integer excess = 0;

    [[nodiscard]] double pairs() const {
        return static_cast<double>(a.n) * static_cast<double>(b.n);
    }
    /// superiority - 1/2
    [[nodiscard]] double lead() const { return static_cast<double>(excess) / pairs() / 2; }
    /// Standard deviation of `excess` where all ways to deal the answers are equally likely.
    [[nodiscard]] double null_deviation() const {
        const auto n = static_cast<double>(pooled.n);
        return std::sqrt(pairs() / n * (untied_triples(pooled) / 3 / (n - 1)));
    }
};

/// Newcombe's method 5: the value whose distance from the observed one is z standard errors, these
/// by Hanley and McNeil at the value itself with both group sizes replaced by their mean. A z
/// below 0 looks below.
[[nodiscard]] inline double newcombe_superiority(double observed, double z, double n_a,
                                                 double n_b) {
    const double end = z < 0 ? 0 : 1;
    if (z == 0 || observed == end) {
        return observed;
    }
    const double size = (n_a + n_b) / 2 - 1;
    const auto excess = [&](double x) {
        if (x == observed) {
            return -z; // also at an end, where the standard error is 0
        }
        const double y = 1 - x;
        return x - observed -
               z * std::sqrt(x * y * (1 + size * (y / (1 + y) + x / (1 + x))) / n_a / n_b);
    };
    return find_root(excess, observed, end);
}

struct newcombe_limits {
    double superiority;
    double n_a;
    double n_b;

    [[nodiscard]] double limit(double tail, bool upper) const {
        const double z = normal_upper_quantile(tail);
        // The mirror image, which is as exact near 0 as near 1.
        return upper ? newcombe_superiority(superiority, z, n_a, n_b)
                     : 1 - newcombe_superiority(1 - superiority, z, n_a, n_b);
    }
};

/// Sum of squared deviations of a group's placements (how many of the other lie below, ties half)
/// over n - 1.
[[nodiscard]] inline double placement_variance(const ordered_counts& group,
                                               const ordered_counts& other, wide_integer excess) {
    double sum = 0;
    std::int64_t below = 0;
    for (std::size_t k = 0; k < group.counts.size(); ++k) {
        // Twice the placement less its mean, times n: exact.
        const std::int64_t place = 2 * below + other.counts[k] - other.n;
        const auto deviation = static_cast<double>(wide_integer{place} * group.n - excess);
        const double scaled = deviation / static_cast<double>(group.n) / 2;
        sum += static_cast<double>(group.counts[k]) * scaled * scaled;
        below += other.counts[k];
    }
    return sum / static_cast<double>(group.n - 1);
}

/// Brunner and Munzel's t of superiority - 1/2.
[[nodiscard]] inline student_comparison brunner_munzel_comparison(const rank_pair& pair) {
    constexpr std::string_view self = "mann_whitney_test";
    if (pair.a.n < 2 || pair.b.n < 2) {
        throw_undefined(self, "method brunner_munzel with one answer in a group");
    }
    const auto n_a = static_cast<double>(pair.a.n);
    const auto n_b = static_cast<double>(pair.b.n);
    const double variance_a = placement_variance(pair.a, pair.b, pair.excess) / n_b / n_b / n_a;
    const double variance_b = placement_variance(pair.b, pair.a, -pair.excess) / n_a / n_a / n_b;
    if (variance_a + variance_b == 0 && pair.excess != 0) {
        throw_undefined(self, "every answer of one group lies above every one of the other, which "
                              "leaves method brunner_munzel no variance; method mann_whitney has "
                              "an answer");
    }
    return student_comparison::welch(self, pair.lead(), variance_a, n_a, variance_b, n_b);
}

/// The share of all ways to deal the answers that are at least as far out.
[[nodiscard]] inline comparison_test exact_rank_test(const rank_pair& pair) {
    constexpr std::int64_t most = 10'000;
    require(pair.pairs() <= static_cast<double>(most), "mann_whitney_test", "n_a n_b", pair.pairs(),
            "must be at most 10000 for method exact");
    // The smaller group is dealt; the excess of the other is its negative.
    const bool swapped = pair.b.n < pair.a.n;
    const auto observed = static_cast<std::int64_t>(swapped ? -pair.excess : pair.excess);
    const exact_rank_sum dealt(pair.pooled, swapped ? pair.b.n : pair.a.n);
    const double low = dealt.share([=](std::int64_t excess) { return excess <= observed; });
    const double high = dealt.share([=](std::int64_t excess) { return excess >= observed; });
    const double both = dealt.share([far = std::abs(observed)](std::int64_t excess) {
        return excess >= far || excess <= -far;
    });
    const double error = pair.null_deviation();
    return {.statistic = error > 0 ? static_cast<double>(pair.excess) / error : 0,
            .below = swapped ? high : low,
            .above = swapped ? low : high,
            .two_sided = both};
}

/// The normal test. `correction` is a whole step of `excess`, half a step of U, towards 0 or
/// towards the side that is not asked for.
[[nodiscard]] inline comparison_test normal_rank_test(const rank_pair& pair, alternative side,
                                                      bool correction) {
    const int step =
        side == alternative::greater || (side == alternative::two_sided && pair.excess > 0) ? 1
        : side == alternative::less || pair.excess < 0                                      ? -1
                                                                                            : 0;
    const auto distance = static_cast<double>(pair.excess - (correction ? step : 0));
    const double error = pair.null_deviation();
    return normal_test(error > 0 ? distance / error : 0, error);
}

} // namespace detail

/// Rank test of two groups on a whole scale, with ties, and how often the one answers higher. Each
/// group is a tally of one scale, a category_counts (three ordered classes), or counts from the
/// lowest class upwards.
///
/// Formula:    U = sum over pairs of an answer of a and one of b: 1 if a is higher, 1/2 if equal;
///             superiority = U / (n_a n_b). mann_whitney: z = (U - n_a n_b / 2) / sd with
///             sd^2 = n_a n_b (N^3 - sum t^3) / (12 N (N - 1)), t the counts of both groups
///             together; with the continuity correction U moves 1/2 towards the hypothesis. exact:
///             the share of all ways to deal the N answers to the groups with a U at least as far
///             out, two-sided |U - n_a n_b / 2|. brunner_munzel: t = (superiority - 1/2) / se with
///             se^2 = v_a / n_a + v_b / n_b, v_a the variance (divisor n_a - 1) over the answers of
///             a of the share of b below, ties half, and Welch-Satterthwaite degrees of freedom.
///             The interval is Newcombe's method 5 with mann_whitney and exact, superiority +- t se
///             with brunner_munzel, `clipped` at 0 and 1.
/// Scale:      superiority on [0, 1].
/// Assumes:    separate simple random samples. mann_whitney and exact test that the distributions
///             are equal; where only the spread differs mann_whitney rejects up to 0.50 at 5 %.
///             brunner_munzel tests superiority 1/2, and keeps 0.057 also there, but not where a
///             small group is unanimous by chance: 0.24 with shares .02, .05, .93 and n 400, 20.
///             The interval of Newcombe is made for answers without ties, and is wider than need be
///             with many; where the spread differs its 95 % were 74 % at worst (n 20, 400). All from
///             docs/groups/size.csv.
/// Not for:    answers of the same people twice.
/// Degenerate: all answers equal: superiority 1/2, statistic 0, p value 1; the interval of
///             brunner_munzel is then 1/2, that of Newcombe is not. Every answer of a above every
///             one of b: superiority 1; brunner_munzel throws undefined_result, and so it does for
///             a group of one. A group without answers throws undefined_result.
/// Throws:     invalid_input, also for different scales, for exact with n_a n_b above 10^4, and for
///             a continuity correction with another method than mann_whitney; undefined_result.
/// Cost:       O(classes), 2-3 us of CPU time; exact 0.05 s for 100 answers of 0 to 10 in each group,
///             which is the most that it takes.
/// Source:     Mann and Whitney (1947), doi:10.1214/aoms/1177730491; Brunner and Munzel (2000),
///             doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U; Newcombe (2006),
///             doi:10.1002/sim.2324
/// Checked:    tests/reference/mann_whitney.csv (R wilcox.test), tests/reference/rank_exact.csv (all
///             ways, in fractions), tests/reference/rank_tests.csv (mpmath, SciPy brunnermunzel)
/// Example:    examples/groups.cpp
template <detail::ordered_answers Answers = category_counts>
[[nodiscard]] rank_comparison mann_whitney_test(const Answers& a, const Answers& b,
                                                const mann_whitney_options& options = {}) {
    constexpr std::string_view self = "mann_whitney_test";
    const std::string_view name = detail::rank_method_name(options);
    detail::require_alternative(options.alternative, self);
    detail::require_level(options.level, self);
    detail::require(!options.continuity_correction || options.method == rank_method::mann_whitney,
                    self, "continuity_correction", options.continuity_correction,
                    "must be false for method exact and brunner_munzel");
    detail::rank_pair pair;
    pair.a = detail::require_ordered(a, self);
    pair.b = detail::require_ordered(b, self);
    pair.pooled = pair.a;
    detail::pool_ordered(pair.pooled, pair.b, self);
    // Pairs within a cancel.
    pair.excess = detail::rank_excess(pair.a, pair.pooled);

    rank_comparison result{.superiority = 0.5 + pair.lead(),
                           .u = (static_cast<double>(pair.excess) + pair.pairs()) / 2,
                           .alternative = options.alternative,
                           .n_a = pair.a.n,
                           .n_b = pair.b.n,
                           .method = name};
    const bool two_sided = options.alternative == alternative::two_sided;
    const bool greater = options.alternative == alternative::greater;
    const bounds sides = two_sided ? bounds::two_sided : greater ? bounds::lower : bounds::upper;
    const double tail = tail_probability(options.level, sides);
    const auto answer = [&](const detail::comparison_test& test, double error, const auto& limits,
                            double origin, std::string_view interval_method) {
        result.statistic = test.statistic;
        result.standard_error = error;
        result.p_value = two_sided ? test.two_sided : greater ? test.above : test.below;
        const double lower = sides == bounds::upper ? 0 : origin + limits.limit(tail, false);
        const double upper = sides == bounds::lower ? 1 : origin + limits.limit(tail, true);
        result.interval = {.lower = std::clamp(lower, 0.0, 1.0),
                           .upper = std::clamp(upper, 0.0, 1.0),
                           .level = options.level,
                           .sides = sides,
                           .n = pair.pooled.n,
                           .clipped = lower < 0 || upper > 1,
                           .method = interval_method};
        return result;
    };
    if (options.method == rank_method::brunner_munzel) {
        const auto method = detail::brunner_munzel_comparison(pair);
        result.degrees_of_freedom = method.degrees_of_freedom;
        return answer(method.test(0), method.standard_error, method, 0.5, name);
    }
    const auto test =
        options.method == rank_method::exact
            ? detail::exact_rank_test(pair)
            : detail::normal_rank_test(pair, options.alternative, options.continuity_correction);
    const detail::newcombe_limits limits{result.superiority, static_cast<double>(pair.a.n),
                                         static_cast<double>(pair.b.n)};
    return answer(test, pair.null_deviation() / pair.pairs() / 2, limits, 0, "newcombe");
}

} // namespace nps::inline v0
