// SPDX-License-Identifier: Apache-2.0
/// @file
/// Several changes in a series of counts: the best partition under a penalty, by PELT.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/monitor/change_point.hpp>
#include <nps/monitor/detail/change_series.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What a change has to gain to be kept.
enum class change_penalty : std::uint8_t {
    bic,           ///< 3 log(periods): two shares and a place more, a period being an observation
    null_quantile, ///< the level quantile of the best single change in series without one
    given          ///< as given
};

/// Options of change_points.
///
/// Checked:    tests/monitor/change_point_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_points_options {
    change_penalty rule = change_penalty::bic;
    /// With given: on the scale of twice the log-likelihood.
    double penalty = 0;
    /// How many times larger the variance between periods is than sampling makes it; gains are
    /// divided by it. Laney's sigma_z squared, say.
    double dispersion = 1;
    /// Fewest periods with answers in a segment.
    std::size_t min_length = 1;
    /// Of the scores; with null_quantile also 1 - the chance of a change where there is none.
    double level = 0.95;
    /// Read by null_quantile alone, as by change_point.
    change_null exchange = change_null::answers;
    std::int64_t replicates = 999;
    std::uint64_t seed = 1;
    unsigned threads = 1;
};

/// A stretch without a change.
///
/// Checked:    tests/monitor/change_point_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_segment {
    /// Its first and its last period with answers.
    std::size_t first = 0;
    std::size_t last = 0;
    category_counts counts = {};
    /// As if the stretch had been known.
    nps::interval score = {};
};

/// A series cut into stretches.
///
/// Checked:    tests/monitor/change_point_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_points_result {
    /// The first period of each segment but the first.
    std::vector<std::size_t> places = {};
    std::vector<change_segment> segments = {};
    /// Twice the log-likelihood gained by all changes together, and what each had to gain, both
    /// before division by the dispersion and after it.
    double gain = 0;
    double penalty = 0;
    double dispersion = 1;
    /// Segments whose fit was looked at: how much the pruning left to do.
    std::int64_t evaluations = 0;
    std::size_t periods = 0;
    /// "pelt"
    std::string_view method = {};
};

namespace detail {

/// The starts of the segments but the first, of the partition with the largest gain less penalties.
[[nodiscard]] inline std::vector<std::size_t> pelt(const change_series& series, double penalty,
                                                   std::size_t least, std::int64_t& evaluations) {
    const std::size_t m = series.counts.size();
    const change_pool pool(series.all);
    std::vector<category_counts> sum(m + 1);
    for (std::size_t t = 0; t < m; ++t) {
        sum[t + 1] = sum[t] + series.counts[t];
    }
    const auto gain = [&](std::size_t from, std::size_t to) {
        return pool.gain({sum[to].detractors - sum[from].detractors,
                          sum[to].passives - sum[from].passives,
                          sum[to].promoters - sum[from].promoters});
    };
    struct candidate {
        std::size_t from;
        double best; ///< up to there, with the penalty of the change there
        double now;
        std::size_t until;
    };
    constexpr std::size_t forever = (std::numeric_limits<std::size_t>::max)();
    std::vector<double> best(m + 1, 0);
    std::vector<std::size_t> last(m + 1, 0);
    std::vector<candidate> candidates;
    for (std::size_t t = least; t <= m; ++t) {
        const std::size_t fresh = t - least;
        if (fresh == 0 || fresh >= least) {
            candidates.push_back({fresh, fresh == 0 ? 0 : best[fresh] - penalty, 0, forever});
        }
        std::erase_if(candidates, [t](const candidate& c) { return c.until <= t; });
        best[t] = -(std::numeric_limits<double>::max)();
        for (candidate& c : candidates) {
            c.now = c.best + gain(c.from, t);
            if (c.now > best[t]) {
                best[t] = c.now;
                last[t] = c.from;
            }
        }
        evaluations += static_cast<std::int64_t>(candidates.size());
        // Whoever does not reach best - penalty now is beaten by a change at t for every end from
        // t + least on: two segments fit at least as well as one.
        for (candidate& c : candidates) {
            if (c.until == forever && c.now <= best[t] - penalty) {
                c.until = t + least;
            }
        }
    }
    std::vector<std::size_t> starts;
    for (std::size_t t = last[m]; t > 0; t = last[t]) {
        starts.push_back(t);
    }
    std::reverse(starts.begin(), starts.end());
    return starts;
}

} // namespace detail

/// The changes of a series of counts by period: the partition into stretches with the largest
/// likelihood, less a penalty for each change.
///
/// Formula:    maximise sum over segments of 2 (l(segment) at its own shares - l(segment) at those of
///             all) / dispersion - penalty x changes, l the trinomial log-likelihood; exactly, by
///             dynamic programming over the last change, with the pruning of PELT.
///             null_quantile: the level quantile of max G of change_point in series without a change:
///             any change is found there with a chance a little above 1 - level (.078 at .95), since
///             two changes can gain what neither does alone.
/// Assumes:    independent answers with one set of shares in each segment. Where days differ more than
///             by sampling, give their dispersion, or exchange periods.
/// Not for:    the significance of one change, see change_point; alarms while answers arrive.
/// Degenerate: periods without answers are passed over; no change gains enough: one segment.
/// Throws:     invalid_input: impossible counts, bad options, a penalty without rule given;
///             undefined_result: fewer than min_length periods with answers.
/// Cost:       O(periods) times the length of a stretch; O(periods^2) without changes:
///             docs/why_it_moved.md has the times.
/// Source:     Killick, Fearnhead, Eckley (2012), doi:10.1080/01621459.2012.737745;
///             Yao (1988), doi:10.1016/0167-7152(88)90118-6 (bic)
/// Checked:    tests/monitor/change_point_test.cpp (all partitions; dynamic programming without
///             pruning); false alarms: docs/why_it_moved_study
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline change_points_result change_points(std::span<const category_counts> series,
                                                        const change_points_options& options = {}) {
    constexpr std::string_view self = "change_points";
    detail::require_level(options.level, self);
    detail::require_replicates(options.replicates, self);
    detail::require(options.min_length >= 1, self, "min_length", options.min_length,
                    "must be at least 1");
    detail::require(options.dispersion >= 1 && std::isfinite(options.dispersion), self,
                    "dispersion", options.dispersion, "must be at least 1 and finite");
    const bool given = options.rule == change_penalty::given;
    detail::require(options.dispersion == 1 || options.exchange == change_null::answers, self,
                    "dispersion", options.dispersion,
                    "must be left out where periods are exchanged: they have it");
    detail::require(given || options.rule == change_penalty::bic ||
                        options.rule == change_penalty::null_quantile,
                    self, "rule", static_cast<int>(options.rule),
                    "must be bic, null_quantile or given");
    detail::require(given ? options.penalty > 0 && std::isfinite(options.penalty)
                          : options.penalty == 0,
                    self, "penalty", options.penalty,
                    given ? "must be above 0 and finite" : "must be left out unless rule is given");
    const detail::change_series found = detail::change_series_of(series, self);
    const std::size_t m = found.counts.size();
    const std::size_t least = options.min_length;
    if (m < least) {
        detail::throw_undefined(self, "fewer than min_length periods with answers");
    }
    change_points_result result{.penalty = options.penalty,
                                .dispersion = options.dispersion,
                                .periods = m,
                                .method = "pelt"};
    if (options.rule == change_penalty::bic) {
        result.penalty = 3 * std::log(static_cast<double>(m));
    } else if (!given && m / 2 >= least) {
        const double quantile = detail::change_quantile(
            detail::change_null_maxima(found, false, options.exchange, least, options.replicates,
                                       options.seed, options.threads, self),
            options.level, self);
        // A gain that equals it is none: all periods alike have quantile 0.
        result.penalty = quantile + detail::change_tie(quantile);
    }
    const std::vector<std::size_t> starts =
        detail::pelt(found, result.penalty * options.dispersion, least, result.evaluations);
    const detail::change_pool pool(found.all);
    for (std::size_t s = 0; s <= starts.size(); ++s) {
        const std::size_t from = s == 0 ? 0 : starts[s - 1];
        const std::size_t to = s == starts.size() ? m : starts[s];
        change_segment segment{.first = found.period[from], .last = found.period[to - 1]};
        for (std::size_t k = from; k < to; ++k) {
            segment.counts += found.counts[k];
        }
        segment.score = score_interval(segment.counts, {.level = options.level});
        result.gain += pool.gain(segment.counts);
        if (s > 0) {
            result.places.push_back(segment.first);
        }
        result.segments.push_back(segment);
    }
    return result;
}

} // namespace nps::inline v0
