// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did the answers change for good, when, and by how much: one change in a series of counts.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/monitor/detail/change_series.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What may change: the shares of the three categories, or only the score.
enum class change_measure : std::uint8_t { categories, score };

/// What is exchanged to see what happens by chance.
enum class change_null : std::uint8_t {
    answers, ///< all answers alike: exact where periods differ by sampling alone
    periods  ///< whole periods alike: where they differ more than by sampling, sizes being similar
};

/// Options of change_point.
///
/// Checked:    tests/monitor/change_point_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_point_options {
    change_measure measure = change_measure::categories;
    change_null exchange = change_null::answers;
    /// Of the set of places and of the two scores.
    double level = 0.95;
    /// Of the p value, and as many for the places. From level / (1 - level) to 2^32 - 1.
    std::int64_t replicates = 999;
    /// Fewest periods with answers on each side.
    std::size_t min_length = 1;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// Where a series most likely changed.
///
/// Checked:    tests/monitor/change_point_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_point_result {
    /// The first period after the change, 0 being the first of the series.
    std::size_t place = 0;
    /// Twice the log-likelihood gained by the change; for the score, the squared score statistic.
    double statistic = 0;
    /// (1 + replicates at least as far out) / (1 + replicates).
    double p_value = 1;
    double p_value_error = 0;
    category_counts before = {};
    category_counts after = {};
    nps::interval score_before = {};
    nps::interval score_after = {};
    /// After less before, as if the place had been known: of a change that was searched for the
    /// difference is too large on average and its p value too small; `p_value` above is right.
    comparison difference = {};
    /// Places that the series does not exclude at the level, if it changed once: in order, and the
    /// first and the last of them.
    std::vector<std::size_t> places = {};
    std::size_t earliest = 0;
    std::size_t latest = 0;
    /// How far below `statistic` the value of a place may lie.
    double place_cutoff = 0;
    /// With answers.
    std::size_t periods = 0;
    double level = 0;
    /// "categories" or "score"
    std::string_view method = {};
};

namespace detail {

[[nodiscard]] inline bool change_by_score(change_measure measure, std::string_view function) {
    require(measure == change_measure::categories || measure == change_measure::score, function,
            "measure", static_cast<int>(measure), "must be categories or score");
    return measure == change_measure::score;
}

/// The best value of each of many series without a change.
[[nodiscard]] inline std::vector<double>
change_null_maxima(const change_series& series, bool by_score, change_null exchange,
                   std::size_t least, std::int64_t replicates, std::uint64_t seed, unsigned threads,
                   std::string_view function) {
    require(exchange == change_null::answers || exchange == change_null::periods, function,
            "exchange", static_cast<int>(exchange), "must be answers or periods");
    const change_pool pool(series.all);
    return change_replicates(
        replicates, threads, seed, random_purpose::change_point, series.counts.size(),
        [&](random_stream& stream, std::vector<category_counts>& dealt) {
            exchange == change_null::answers ? deal_answers(series, stream, dealt)
                                             : deal_periods(series, stream, dealt);
        },
        [&](const std::vector<category_counts>& dealt) {
            return best_change(dealt, pool, series.all, by_score, least, 0).best;
        });
}

inline void require_replicates(std::int64_t replicates, std::string_view function) {
    require(replicates >= 1 && replicates < std::int64_t{1} << 32, function, "replicates",
            replicates, "must be in [1, 2^32)");
}

} // namespace detail

/// The most likely place of one change in a series of counts by period, whether there is one, where
/// else it may be, and what the answers were before and after.
///
/// Formula:    G(t) = 2 (l(before t) + l(from t on) - l(all)), l the trinomial log-likelihood at its
///             maximum; for the score (s_after - s_before)^2 / (V (1 / n_before + 1 / n_after)), V
///             the variance of all answers. place = arg max G. The p value is by permutation, and
///             not chi-square, since G is searched for: all answers are dealt anew over the periods,
///             each keeping its n, which is the distribution of the series given its total, whatever
///             the shares are; or whole periods change places.
///             places = {t: max G - G(t) <= c}, c the level quantile of that loss at the true place
///             in series drawn with the shares found before and after `place`.
/// Scale:      statistic >= 0; places count periods of the series given, a change into a period
///             with answers.
/// Assumes:    independent answers with one set of shares before and one after. Days that differ
///             more than by sampling make every series significant: exchange periods, and take
///             the set of places as too small.
/// Not for:    several changes, see change_points; a slow drift, see score_trend_test.
/// Degenerate: periods without answers are passed over; equal best places: the first. Everybody of
///             one category: statistic 0, p 1, all places.
/// Throws:     invalid_input: impossible counts, bad options, too few replicates for the level;
///             undefined_result: fewer than 2 min_length periods with answers.
/// Cost:       O(periods replicates), about 1 us each for both; 365 days, 999 replicates: 0.7 s, one thread.
/// Source:     Worsley (1983), doi:10.1093/biomet/70.2.455;
///             Siegmund (1988), doi:10.2307/1403359 (places)
/// Checked:    tests/reference/change_point.csv (exact p values by enumeration); coverage of the
///             places: docs/why_it_moved_study
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline change_point_result change_point(std::span<const category_counts> series,
                                                      const change_point_options& options = {}) {
    constexpr std::string_view self = "change_point";
    detail::require_level(options.level, self);
    detail::require_replicates(options.replicates, self);
    detail::require(options.min_length >= 1, self, "min_length", options.min_length,
                    "must be at least 1");
    const bool by_score = detail::change_by_score(options.measure, self);
    const detail::change_series found = detail::change_series_of(series, self);
    const std::size_t least = options.min_length;
    if (found.counts.size() / 2 < least) {
        detail::throw_undefined(self, "fewer than 2 min_length periods with answers");
    }
    const detail::change_pool pool(found.all);
    std::vector<double> values;
    const detail::change_fit fit =
        detail::best_change(found.counts, pool, found.all, by_score, least, 0, &values);
    change_point_result result{.place = found.period[fit.place],
                               .statistic = fit.best,
                               .periods = found.counts.size(),
                               .level = options.level,
                               .method = by_score ? "score" : "categories"};
    for (std::size_t k = 0; k < found.counts.size(); ++k) {
        (k < fit.place ? result.before : result.after) += found.counts[k];
    }
    result.score_before = score_interval(result.before, {.level = options.level});
    result.score_after = score_interval(result.after, {.level = options.level});
    result.difference = compare_scores(result.after, result.before, {.level = options.level});

    const double tie = detail::change_tie(fit.best);
    const std::vector<double> maxima =
        detail::change_null_maxima(found, by_score, options.exchange, least, options.replicates,
                                   options.seed, options.threads, self);
    const auto far = std::count_if(maxima.begin(), maxima.end(),
                                   [&](double value) { return value >= fit.best - tie; });
    const double all = static_cast<double>(options.replicates) + 1;
    result.p_value = (static_cast<double>(far) + 1) / all;
    result.p_value_error = std::sqrt(result.p_value * (1 - result.p_value) / all);

    const std::vector<double> losses = detail::change_replicates(
        options.replicates, options.threads, options.seed, random_purpose::change_place,
        found.counts.size(),
        [&](random_stream& stream, std::vector<category_counts>& drawn) {
            for (std::size_t k = 0; k < drawn.size(); ++k) {
                drawn[k] = detail::draw_like(k < fit.place ? result.before : result.after,
                                             found.counts[k].n(), stream);
            }
        },
        [&](const std::vector<category_counts>& drawn) {
            category_counts sum;
            for (const category_counts& now : drawn) {
                sum.detractors += now.detractors;
                sum.passives += now.passives;
                sum.promoters += now.promoters;
            }
            const detail::change_fit again = detail::best_change(drawn, detail::change_pool(sum),
                                                                 sum, by_score, least, fit.place);
            return again.best - again.at;
        });
    result.place_cutoff = detail::change_quantile(losses, options.level, self);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (fit.best - values[i] <= result.place_cutoff + tie) {
            result.places.push_back(found.period[least + i]);
        }
    }
    result.earliest = result.places.front();
    result.latest = result.places.back();
    return result;
}

} // namespace nps::inline v0
