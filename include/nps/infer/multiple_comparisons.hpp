// SPDX-License-Identifier: Apache-2.0
/// @file
/// Many groups or waves: which of them differ, all comparisons taken together.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/detail/answer_groups.hpp>
#include <nps/infer/detail/joint_critical.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// How the intervals of a family are made wide enough to hold all at once.
enum class simultaneous_method : std::uint8_t {
    joint,     ///< the narrowest that is known to hold: see `simultaneous_method` in the result
    sidak,     ///< by number, for two-sided intervals of normal estimates, however correlated
    bonferroni ///< by number, whatever the comparisons have to do with each other
};

/// Options of compare_all_pairs, compare_with_reference, compare_with_rest and compare_waves.
///
/// Checked:    tests/infer/multiple_comparisons_test.cpp
/// Example:    examples/competitive.cpp
struct multiple_comparisons_options {
    /// Of each comparison; its level is also that of the simultaneous intervals.
    compare_scores_options comparison{};
    /// Comparisons share groups, so that their tests are dependent: holm and benjamini_yekutieli
    /// hold all the same.
    multiplicity adjustment = multiplicity::holm;
    simultaneous_method simultaneous = simultaneous_method::joint;
};

/// One of several comparisons of groups.
///
/// Checked:    tests/infer/multiple_comparisons_test.cpp
/// Example:    examples/competitive.cpp
struct group_comparison {
    /// Positions of the two groups; no `b` where it is all groups but `a` together.
    std::size_t a = 0;
    std::optional<std::size_t> b{};
    /// As if it were the only one.
    nps::comparison comparison{};
    double adjusted_p_value = 1;
    /// Holds its difference together with all other comparisons of the family, at the level of them
    /// all.
    interval simultaneous_interval{};
};

/// A family of comparisons, in the order of `a`, then of `b`.
///
/// Checked:    tests/infer/multiple_comparisons_test.cpp
/// Example:    examples/competitive.cpp
struct multiple_comparisons {
    std::vector<group_comparison> comparisons{};
    /// Static names: how the p values and the intervals were made.
    std::string_view adjustment{};
    std::string_view simultaneous_method{};
};

namespace detail {

/// Whether each comparison looks at both sides and has an interval with two limits.
[[nodiscard]] inline bool is_two_sided(const compare_scores_options& comparison) {
    return comparison.alternative == alternative::two_sided &&
           (comparison.claim == claim::difference || comparison.claim == claim::equivalence);
}

inline void require_simultaneous(const multiple_comparisons_options& options,
                                 std::string_view function) {
    const simultaneous_method method = options.simultaneous;
    require(method == simultaneous_method::joint || method == simultaneous_method::sidak ||
                method == simultaneous_method::bonferroni,
            function, "simultaneous", static_cast<int>(method),
            "must be joint, sidak or bonferroni");
    require(method != simultaneous_method::sidak || is_two_sided(options.comparison), function,
            "simultaneous", static_cast<int>(method),
            "must be joint or bonferroni for one-sided intervals");
}

/// A copy of at least two groups; names the group that has no answers or impossible ones.
template <groups_of<category_counts> Groups>
[[nodiscard]] std::vector<category_counts> require_groups(Groups&& range, std::string_view function,
                                                          std::string_view argument) {
    std::vector<category_counts> groups;
    for (auto&& group : range) {
        groups.emplace_back(group);
    }
    require(groups.size() >= 2, function, std::string(argument) + ".size()", groups.size(),
            "must be at least 2");
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::string name = std::string(argument) + "[" + to_text(i) + "]";
        const category_counts& group = groups[i];
        require_count(group.detractors, function, name + ".detractors");
        require_count(group.passives, function, name + ".passives");
        require_count(group.promoters, function, name + ".promoters");
        require_count(group.n(), function, name + ".n()");
        if (group.n() == 0) {
            throw_undefined(function, "no valid answers in " + name);
        }
    }
    return groups;
}

/// Refuses groups with more than 2^53 answers together, and names the one that passes it.
inline void require_sum(std::span<const category_counts> groups, std::string_view function,
                        std::string_view argument) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        sum += groups[i].n();
        require_count(sum, function,
                      "answers up to " + std::string(argument) + "[" + to_text(i) + "]");
    }
}

/// Variance of a score that is never 0, so that it can weigh groups: that of adjusted_wald.
[[nodiscard]] inline double weighing_variance(const category_counts& group) {
    const category_weights weights = category_weights(group).plus(0.75, 1.5, 0.75);
    return weights.variance() / weights.n();
}

/// What an interval may leave beyond each of its limits so that all hold together, and the name of
/// the way to it.
struct simultaneous_tail {
    double tail;
    std::string_view method;
};

/// By the number of comparisons: sidak where it holds, unless bonferroni is asked for.
[[nodiscard]] inline simultaneous_tail tail_by_number(const multiple_comparisons_options& options,
                                                      double level, bounds sides, std::size_t m) {
    if (sides == bounds::two_sided && options.simultaneous != simultaneous_method::bonferroni) {
        return {sidak_tail(level, m), "sidak"};
    }
    return {bonferroni_tail(level, sides, m), "bonferroni"};
}

/// Adjusts the p values of single comparisons and adds their simultaneous intervals.
/// `tail(level, sides)` gives the simultaneous_tail; `counts(place)` the two groups of a comparison.
template <class Counts, class Tail>
[[nodiscard]] multiple_comparisons
compare_family(std::vector<group_comparison> family, const multiple_comparisons_options& options,
               std::string_view function, Counts counts, Tail tail) {
    multiple_comparisons result{.comparisons = std::move(family),
                                .adjustment = method_name(options.adjustment, function)};
    require_simultaneous(options, function);
    require(options.comparison.method != comparison_method::bayesian, function, "method",
            static_cast<int>(options.comparison.method),
            "must be another than bayesian: no adjustment is known to hold for posterior "
            "probabilities");
    std::vector<double> p;
    for (group_comparison& one : result.comparisons) {
        const auto [a, b] = counts(one);
        one.comparison = compare_scores(a, b, options.comparison);
        p.push_back(one.comparison.p_value);
    }
    const std::vector<double> adjusted = adjust_p_values(p, options.adjustment);
    const interval& single = result.comparisons.front().comparison.interval;
    const simultaneous_tail wide = tail(single.level, single.sides);
    result.simultaneous_method = wide.method;
    compare_scores_options widened = options.comparison;
    // The level at which compare_scores leaves that tail.
    widened.level = single.sides == bounds::two_sided && widened.claim == claim::difference
                        ? 1 - 2 * wide.tail
                        : 1 - wide.tail;
    require(widened.level > 0 && widened.level < 1, function, "level", options.comparison.level,
            "must be further from 0 and 1: no double holds the level that the family needs");
    for (std::size_t i = 0; i < p.size(); ++i) {
        group_comparison& one = result.comparisons[i];
        const auto [a, b] = counts(one);
        one.adjusted_p_value = adjusted[i];
        one.simultaneous_interval = compare_scores(a, b, widened).interval;
        one.simultaneous_interval.level = single.level;
    }
    return result;
}

/// The two groups at the positions of a comparison.
[[nodiscard]] inline auto pair_of(std::span<const category_counts> groups) {
    struct pair {
        category_counts a;
        category_counts b;
    };
    return [groups](const group_comparison& one) { return pair{groups[one.a], groups[*one.b]}; };
}

} // namespace detail

/// Each group against each other, a before b. `range` holds what is or converts to
/// category_counts: a vector of tallies, the values of a map of them.
///
/// Formula:    compare_scores of each pair; adjust_p_values over all; each interval is that of
///             compare_scores at the critical value of the family. joint: tukey_kramer, the upper
///             quantile of the range of k normal numbers over sqrt(2), for two-sided intervals of
///             the difference; else bonferroni.
/// Scale:      [-2, 2].
/// Assumes:    separate samples, as compare_scores. tukey_kramer is exact for estimates of one
///             variance and too wide rather than too narrow for others, since the estimates are
///             independent and their variances taken as known (Hayter).
/// Not for:    brands rated by the same people; see compare_brands.
/// Degenerate: as compare_scores. With two groups nothing is adjusted.
/// Throws:     invalid_input: fewer than two groups, one-sided intervals with sidak, the method
///             bayesian, and as compare_scores; undefined_result, which names the group without answers.
/// Cost:       twice compare_scores for each of k (k - 1) / 2 pairs.
/// Source:     Hayter (1984), doi:10.1214/aos/1176346392;
///             Sidak (1967), doi:10.1080/01621459.1967.10482935
/// Checked:    tests/reference/multiple_comparisons.csv (R), tests/reference/joint_critical.csv
///             (mpmath), tests/reference/joint_critical_r.csv (R qtukey)
/// Example:    examples/competitive.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] multiple_comparisons
compare_all_pairs(Groups&& range, const multiple_comparisons_options& options = {}) {
    constexpr std::string_view self = "compare_all_pairs";
    const auto groups = detail::require_groups(range, self, "groups");
    std::vector<group_comparison> pairs;
    for (std::size_t a = 0; a < groups.size(); ++a) {
        for (std::size_t b = a + 1; b < groups.size(); ++b) {
            pairs.push_back({.a = a, .b = b});
        }
    }
    const std::size_t m = pairs.size();
    return detail::compare_family(
        std::move(pairs), options, self, detail::pair_of(groups),
        [&](double level, bounds sides) -> detail::simultaneous_tail {
            if (options.simultaneous == simultaneous_method::joint && sides == bounds::two_sided) {
                return {detail::tukey_kramer_tail(level, groups.size()), "tukey_kramer"};
            }
            return detail::tail_by_number(options, level, sides, m);
        });
}

/// Each group against the one at `reference`, which is b.
///
/// Formula:    as compare_all_pairs; joint: dunnett, the quantile of the largest z, or |z|, of
///             normal numbers with correlations l_i l_j, l_i^2 = v_0 / (v_0 + v_i), v the variances
///             of the scores by adjusted_wald, v_0 that of the reference.
/// Scale:      [-2, 2].
/// Assumes:    as compare_all_pairs.
/// Not for:    brands rated by the same people; see compare_brands.
/// Degenerate: as compare_scores.
/// Throws:     as compare_all_pairs; invalid_input where there is no group at `reference`.
/// Cost:       twice compare_scores for each group but one, and 0.3 ms for each group.
/// Source:     Dunnett (1955), doi:10.1080/01621459.1955.10501294
/// Checked:    tests/reference/multiple_comparisons.csv (R), tests/reference/joint_critical.csv
///             (mpmath), tests/reference/joint_critical_r.csv (R mvtnorm)
/// Example:    examples/competitive.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] multiple_comparisons
compare_with_reference(Groups&& range, std::size_t reference,
                       const multiple_comparisons_options& options = {}) {
    constexpr std::string_view self = "compare_with_reference";
    const auto groups = detail::require_groups(range, self, "groups");
    detail::require(reference < groups.size(), self, "reference", reference,
                    "must be the position of a group, below " + detail::to_text(groups.size()));
    std::vector<group_comparison> others;
    std::vector<double> loadings;
    std::vector<double> rests;
    const double v_reference = detail::weighing_variance(groups[reference]);
    for (std::size_t a = 0; a < groups.size(); ++a) {
        if (a != reference) {
            const double v = detail::weighing_variance(groups[a]);
            loadings.push_back(std::sqrt(v_reference / (v_reference + v)));
            rests.push_back(std::sqrt(v / (v_reference + v)));
            others.push_back({.a = a, .b = reference});
        }
    }
    const std::size_t m = others.size();
    return detail::compare_family(
        std::move(others), options, self, detail::pair_of(groups),
        [&](double level, bounds sides) -> detail::simultaneous_tail {
            if (options.simultaneous == simultaneous_method::joint) {
                return {detail::dunnett_tail(level, sides, loadings, rests), "dunnett"};
            }
            return detail::tail_by_number(options, level, sides, m);
        });
}

/// Each group against all others together: which segment stands out.
///
/// Formula:    compare_scores of each group and the sum of the others; adjust_p_values over all;
///             joint: sidak for two-sided intervals, which the small negative correlations of these
///             comparisons hardly change; else bonferroni.
/// Scale:      [-2, 2].
/// Assumes:    as compare_all_pairs; the others count by their answers.
/// Not for:    parts of one market with weights of their own; see compare_brands.
/// Degenerate: as compare_scores. Of two groups both comparisons are one, turned around: two-sided,
///             nothing is adjusted.
/// Throws:     as compare_all_pairs; invalid_input where the answers pass 2^53 together.
/// Cost:       twice compare_scores for each group.
/// Source:     Sidak (1967), doi:10.1080/01621459.1967.10482935
/// Checked:    tests/reference/multiple_comparisons.csv (R)
/// Example:    examples/competitive.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] multiple_comparisons
compare_with_rest(Groups&& range, const multiple_comparisons_options& options = {}) {
    constexpr std::string_view self = "compare_with_rest";
    const auto groups = detail::require_groups(range, self, "groups");
    detail::require_sum(groups, self, "groups");
    category_counts all;
    std::vector<group_comparison> family;
    for (std::size_t a = 0; a < groups.size(); ++a) {
        all += groups[a];
        family.push_back({.a = a});
    }
    struct pair {
        category_counts a;
        category_counts b;
    };
    const auto compare = [&](std::vector<group_comparison> some) {
        const std::size_t m = some.size();
        return detail::compare_family(
            std::move(some), options, self,
            [&](const group_comparison& one) {
                return pair{groups[one.a], all - groups[one.a]};
            },
            [&](double level, bounds sides) {
                return detail::tail_by_number(options, level, sides, m);
            });
    };
    if (groups.size() == 2 && detail::is_two_sided(options.comparison)) {
        // Both hypotheses are one; those of two differences other than 0 are never true together.
        multiple_comparisons result = compare({family[0]});
        result.comparisons.push_back(compare({family[1]}).comparisons[0]);
        return result;
    }
    return compare(std::move(family));
}

/// Each wave against the one before: did it move, wave by wave. `a` is the later one.
///
/// Formula:    as compare_with_rest, of wave t and wave t - 1. Each wave but the ends is in two
///             comparisons, which makes neighbours negatively correlated: hochberg, hommel and
///             benjamini_hochberg assume what does not hold there.
/// Scale:      [-2, 2].
/// Assumes:    a separate sample in each wave.
/// Not for:    a panel, or waves that share respondents.
/// Degenerate: as compare_scores.
/// Throws:     as compare_all_pairs.
/// Cost:       twice compare_scores for each wave but one.
/// Source:     Sidak (1967), doi:10.1080/01621459.1967.10482935
/// Checked:    tests/reference/multiple_comparisons.csv (R)
/// Example:    examples/competitive.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] multiple_comparisons compare_waves(Groups&& range,
                                                 const multiple_comparisons_options& options = {}) {
    constexpr std::string_view self = "compare_waves";
    const auto waves = detail::require_groups(range, self, "waves");
    std::vector<group_comparison> steps;
    for (std::size_t later = 1; later < waves.size(); ++later) {
        steps.push_back({.a = later, .b = later - 1});
    }
    const std::size_t m = steps.size();
    return detail::compare_family(std::move(steps), options, self, detail::pair_of(waves),
                                  [&](double level, bounds sides) {
                                      return detail::tail_by_number(options, level, sides, m);
                                  });
}

} // namespace nps::inline v0
