// SPDX-License-Identifier: Apache-2.0
/// @file
/// Competitive NPS: who leads, how far each brand is from the leader and from the market, and which
/// ranks it may have.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/result.hpp>
#include <nps/count/brand_ratings.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/detail/joint_critical.hpp>
#include <nps/infer/detail/joint_scores.hpp>
#include <nps/infer/multiple_comparisons.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/rank_confidence_set.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of compare_brands.
///
/// Checked:    tests/infer/compare_brands_test.cpp
/// Example:    examples/competitive.cpp
struct compare_brands_options {
    /// adjusted_wald or wald.
    comparison_method method = comparison_method::adjusted_wald;
    /// Of the p values of all pairs, and of those against the average.
    multiplicity adjustment = multiplicity::holm;
    /// What each brand counts in the market's average: any sizes, such as customers. None: all the
    /// same.
    std::vector<double> market_shares{};
    /// Of each interval by itself, of each family of simultaneous intervals, and of all ranks
    /// together.
    double level = 0.95;
};

/// How far a brand is ahead of the best of the others (above 0), or behind it.
///
/// Checked:    tests/infer/compare_brands_test.cpp
/// Example:    examples/competitive.cpp
struct leader_difference {
    /// The brand among the others that the method estimates to be highest; the first of equal ones.
    std::size_t rival = 0;
    /// To that brand, as the method estimates it.
    double difference = 0;
    /// Of the difference to the best of the others, whichever that is. Holds together with those of
    /// all brands.
    nps::interval interval{};
};

/// Where one brand stands.
///
/// Checked:    tests/infer/compare_brands_test.cpp
/// Example:    examples/competitive.cpp
struct brand_position {
    /// Its own score, as net_promoter_score.
    estimate score{};
    rank_confidence_set rank{};
    leader_difference to_leader{};
    /// Against the average of the market, itself included; n_b counts the others' ratings.
    group_comparison to_average{};
};

/// Brands in the order given; pairs in the order of a, then of b > a.
///
/// Checked:    tests/infer/compare_brands_test.cpp
/// Example:    examples/competitive.cpp
struct brand_comparison {
    std::vector<brand_position> brands{};
    std::vector<group_comparison> pairs{};
    /// Static names: how p values were adjusted, and how the intervals of the pairs were made.
    std::string_view adjustment{};
    std::string_view simultaneous_method{};
};

namespace detail {

/// One difference with its own interval and with that which holds together with the others.
[[nodiscard]] inline group_comparison compare_jointly(const normal_comparison& method, double level,
                                                      double tail, const comparison& sizes) {
    constexpr difference_range range{-2, 2};
    const comparison_question ask{alternative::two_sided, claim::difference, 0, 0, level};
    group_comparison result;
    comparison start = sizes;
    start.difference = method.difference;
    result.comparison = answer_comparison(method, ask, range, start);
    interval& wide = result.simultaneous_interval;
    wide = result.comparison.interval;
    const double lower = method.limit(tail, false);
    const double upper = method.limit(tail, true);
    wide.lower = std::clamp(lower, range.lowest, range.highest);
    wide.upper = std::clamp(upper, range.lowest, range.highest);
    wide.clipped = wide.lower != lower || wide.upper != upper;
    return result;
}

inline void adjust(std::span<group_comparison* const> family, multiplicity method) {
    std::vector<double> p;
    for (const group_comparison* one : family) {
        p.push_back(one->comparison.p_value);
    }
    const std::vector<double> adjusted = adjust_p_values(p, method);
    for (std::size_t i = 0; i < p.size(); ++i) {
        family[i]->adjusted_p_value = adjusted[i];
    }
}

/// Each brand's weight in the average.
[[nodiscard]] inline std::vector<double>
market_weights(const std::vector<double>& shares, std::size_t brands, std::string_view function) {
    if (shares.empty()) {
        return std::vector<double>(brands, 1 / static_cast<double>(brands));
    }
    require(shares.size() == brands, function, "market_shares.size()", shares.size(),
            "must be the number of brands, " + to_text(brands));
    double largest = 0;
    for (std::size_t i = 0; i < brands; ++i) {
        require(shares[i] >= 0 && std::isfinite(shares[i]), function,
                "market_shares[" + to_text(i) + "]", shares[i], "must be finite and not negative");
        largest = (std::max)(largest, shares[i]);
    }
    require(largest > 0, function, "market_shares", largest, "must not be 0 for every brand");
    std::vector<double> weights(brands);
    double sum = 0;
    for (std::size_t i = 0; i < brands; ++i) {
        weights[i] = shares[i] / largest; // so that no sum overflows
        sum += weights[i];
    }
    for (double& weight : weights) {
        weight /= sum;
    }
    return weights;
}

} // namespace detail

/// Competitive NPS from the ratings of several brands: all pairs, each brand against the best of the
/// others and against the market's average, and a confidence set for each rank. Brands rated by the
/// same people are compared as paired data.
///
/// Formula:    the variance of s_i - s_j is the sum over respondents of
///             ((x_i - s_i) / n_i - (x_j - s_j) / n_j)^2, each term only where they rated that
///             brand: V_i / n_i + V_j / n_j - 2 cov for those who rated both. wald as it is;
///             adjusted_wald with 3/4, 1 1/2, 3/4 answers more for each brand, from people who
///             rated no other. Intervals are differences -+ z standard errors; those of all pairs
///             hold together, with z by tukey_kramer where nobody rated two brands and by sidak
///             where somebody did. From them, with L and U the limits of s_i - s_j:
///             to the best of the others [min_j L, min_j U];
///             best rank 1 + the number of brands j with U < 0, worst the number of brands less
///             those with L > 0. To the average sum_j w_j (s_i - s_j); simultaneous by sidak. Of
///             two brands both differences to the average are one: nothing is adjusted.
/// Scale:      [-2, 2].
/// Assumes:    respondents are a simple random sample, whichever brands they rate. Who rates which
///             brand may have to do with the answers: then each score speaks of those who know that
///             brand. Ranks: where true scores are equal, the set of each holds every rank that it
///             may be given. Coverage of all ranks and pairs at 95 %, simulated for
///             2 to 10 brands with 30 to 300 ratings each (docs/competition.md): adjusted_wald at
///             least 94.5 %, its averages 93.1 %; wald 90.8 %, its averages 76 %.
/// Not for:    one comparison that was named beforehand: compare_scores, for paired data its
///             paired form.
/// Degenerate: adjusted_wald answers wherever each brand has a rating. wald has a standard error of
///             0 where both brands are unanimous or all rated them alike: without a difference
///             p = 1 and the interval is a point, else undefined_result. A brand that is the whole
///             market has difference 0 to its average and p = 1.
/// Throws:     invalid_input: fewer than two brands, another method, market_shares that are not one
///             for each brand or negative, level outside (0, 1), more than 2^53 ratings;
///             undefined_result for a brand without ratings.
/// Cost:       O(brands^3), whatever the number of respondents is: 0.4 ms for 5 brands, 8 ms for
///             100.
/// Source:     Mogstad, Romano, Shaikh, Wilhelm (2024), doi:10.1093/restud/rdad006 (ranks);
///             Hsu (1996), Multiple Comparisons, ISBN 0-412-98281-1, chapter 4 (best of the others);
///             Hayter (1984), doi:10.1214/aos/1176346392;
///             Sidak (1967), doi:10.1080/01621459.1967.10482935;
///             Binder (1983), doi:10.2307/1402588 (variance)
/// Checked:    tests/reference/compare_brands.csv (R survey), docs/competition/rank_coverage.csv
/// Example:    examples/competitive.cpp
[[nodiscard]] inline brand_comparison compare_brands(const brand_ratings& ratings,
                                                     const compare_brands_options& options = {}) {
    constexpr std::string_view self = "compare_brands";
    const std::size_t k = ratings.brands();
    detail::require(k >= 2, self, "brands", k, "must be at least 2");
    detail::require(options.method == comparison_method::wald ||
                        options.method == comparison_method::adjusted_wald,
                    self, "method", static_cast<int>(options.method),
                    "must be wald or adjusted_wald");
    detail::require_level(options.level, self);
    const std::string_view name = detail::method_name(options.method);
    brand_comparison result{.adjustment = detail::method_name(options.adjustment, self)};
    std::int64_t all = 0;
    for (std::size_t i = 0; i < k; ++i) {
        const std::int64_t n = ratings.counts(i).n();
        if (n == 0) {
            detail::throw_undefined(self, "no valid answers for brand " + detail::to_text(i));
        }
        all += n;
        detail::require_count(all, self, "ratings of all brands");
    }
    const std::vector<double> weights = detail::market_weights(options.market_shares, k, self);
    const detail::joint_scores scores(ratings, options.method == comparison_method::adjusted_wald);
    const std::size_t m = k * (k - 1) / 2;
    const double tail = scores.overlap() ? detail::sidak_tail(options.level, m)
                                         : detail::tukey_kramer_tail(options.level, k);
    result.simultaneous_method = scores.overlap() ? "sidak" : "tukey_kramer";
    const auto compare = [&](double difference, double variance, double beyond, std::int64_t n_a,
                             std::int64_t n_b) {
        const double error = std::sqrt(variance);
        return detail::compare_jointly(
            {self, difference, error, error, "; method adjusted_wald has an answer"}, options.level,
            beyond, {.n_a = n_a, .n_b = n_b, .method = name});
    };

    result.brands.resize(k);
    // Of two brands both differences to the average are one, turned around.
    const double average_tail = detail::sidak_tail(options.level, k == 2 ? 1 : k);
    for (std::size_t i = 0; i < k; ++i) {
        brand_position& one = result.brands[i];
        one.score = net_promoter_score(ratings.counts(i));
        one.rank.worst = k;
        one.to_average = compare(scores.difference_to_average(i, weights),
                                 scores.variance_to_average(i, weights), average_tail, one.score.n,
                                 all - one.score.n);
        one.to_average.a = i;
    }
    const auto meet = [&](std::size_t i, std::size_t j, const interval& limits, bool turned) {
        brand_position& one = result.brands[i];
        const double lower = turned ? -limits.upper : limits.lower;
        const double upper = turned ? -limits.lower : limits.upper;
        const double difference = scores.difference(i, j);
        one.rank.best += upper < 0 ? 1 : 0;
        one.rank.worst -= lower > 0 ? 1 : 0;
        one.rank.estimated += difference < 0 ? 1 : 0;
        leader_difference& lead = one.to_leader;
        const bool first = lead.interval.level == 0;
        if (first) {
            lead.interval = limits;
            lead.interval.lower = lower;
            lead.interval.upper = upper;
        }
        lead.interval.lower = (std::min)(lead.interval.lower, lower);
        lead.interval.upper = (std::min)(lead.interval.upper, upper);
        lead.interval.clipped = lead.interval.clipped || limits.clipped;
        lead.interval.n = all;
        if (first || difference < lead.difference ||
            (difference == lead.difference && j < lead.rival)) {
            lead.rival = j;
            lead.difference = difference;
        }
    };
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = i + 1; j < k; ++j) {
            group_comparison pair = compare(scores.difference(i, j), scores.variance(i, j), tail,
                                            result.brands[i].score.n, result.brands[j].score.n);
            pair.a = i;
            pair.b = j;
            meet(i, j, pair.simultaneous_interval, false);
            meet(j, i, pair.simultaneous_interval, true);
            result.pairs.push_back(pair);
        }
    }
    std::vector<group_comparison*> family;
    for (group_comparison& pair : result.pairs) {
        family.push_back(&pair);
    }
    detail::adjust(family, options.adjustment);
    family.clear();
    for (brand_position& one : result.brands) {
        family.push_back(&one.to_average);
    }
    detail::adjust(family, k == 2 ? multiplicity::none : options.adjustment);
    return result;
}

/// The same from tallies of separate samples, one for each brand.
///
/// Throws:     as above; invalid_input and undefined_result name the brand.
/// Cost:       O(brands^3).
/// Checked:    tests/infer/compare_brands_test.cpp
/// Example:    examples/competitive.cpp
template <detail::groups_of<category_counts> Groups>
[[nodiscard]] brand_comparison compare_brands(Groups&& range,
                                              const compare_brands_options& options = {}) {
    const auto tallies = detail::require_groups(range, "compare_brands", "tallies");
    detail::require_sum(tallies, "compare_brands", "tallies");
    brand_ratings ratings(tallies.size());
    for (std::size_t i = 0; i < tallies.size(); ++i) {
        ratings.add_separate(i, tallies[i]);
    }
    return compare_brands(ratings, options);
}

} // namespace nps::inline v0
