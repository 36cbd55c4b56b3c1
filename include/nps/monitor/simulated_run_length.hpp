// SPDX-License-Identifier: Apache-2.0
/// @file
/// How long any chart runs when n varies, by seeded simulation of its answers.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/detail/simulated_runs.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/monitor/shifted_shares.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// A chart that takes a period and says whether there is an alarm: score_cusum, score_ewma,
/// likelihood_cusum, or one of your own.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
template <class T>
concept online_chart = std::copy_constructible<T> && requires(T chart, category_counts period) {
    { chart.add(period).alarm } -> std::convertible_to<bool>;
};

/// Options of simulated_run_length.
///
/// Checked:    tests/monitor/score_run_length_test.cpp
/// Example:    examples/monitor_charts.cpp
struct simulated_run_length_options {
    /// Shares before the change; they have to be given.
    category_shares baseline{};
    /// Shares after the change; none: no change, the run length in control.
    std::optional<category_shares> changed{};
    /// Periods before the change. The run length is counted from the change on; a run with an
    /// alarm before it is left out.
    std::int64_t periods_before = 0;
    /// Standard deviation of the true score between periods, whose shares shift as shifted_shares.
    double between_sd = 0;
    std::int64_t replicates = 10'000;
    /// A run is stopped here, without alarm.
    std::int64_t longest = 100'000;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
    std::uint64_t seed = 0;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 0;
};

namespace detail {

[[nodiscard]] inline category_counts draw_period(std::int64_t n, const category_shares& shares,
                                                 random_stream& random) {
    const std::int64_t passives = binomial_draw(n, shares.passives)(random);
    const double rest = shares.detractors + shares.promoters;
    const std::int64_t promoters =
        rest > 0 ? binomial_draw(n - passives, (std::min)(1.0, shares.promoters / rest))(random)
                 : 0;
    return {n - passives - promoters, passives, promoters};
}

/// The shares of a period whose true score is drawn too.
[[nodiscard]] inline category_shares draw_shares(const category_shares& mean, double between_sd,
                                                 random_stream& random) {
    if (between_sd == 0) {
        return mean;
    }
    constexpr double end = 1 - 1e-9;
    const double score =
        mean.promoters - mean.detractors + between_sd * normal_quantile(random.uniform());
    return shifted_shares(mean, std::clamp(score, -end, end));
}

} // namespace detail

/// Run length of a chart over periods of the sizes given, again and again from the first.
///
/// Formula:    mean of the simulated runs; standard_error is its Monte Carlo error. With
///             periods_before it is the average of a delay after as many quiet periods.
/// Assumes:    `chart` is copied for each run, and copies are used concurrently. A size of 0 is a
///             missing period, and counts in the run length.
/// Degenerate: a chart that gives no alarm within `longest` periods is counted with these, and in
///             `unfinished`; where no run reaches the change without alarm, undefined_result.
/// Throws:     invalid_input, undefined_result, and what the chart throws.
/// Cost:       about 330 ns a period simulated.
/// Source:     Montgomery (2013), section 9.1, ISBN 9781118146811
/// Checked:    tests/monitor/score_run_length_test.cpp (exact run lengths)
/// Example:    examples/monitor_charts.cpp
template <online_chart Chart>
[[nodiscard]] run_length simulated_run_length(const Chart& chart,
                                              std::span<const std::int64_t> sizes,
                                              const simulated_run_length_options& options) {
    constexpr std::string_view self = "simulated_run_length";
    detail::require_shares(options.baseline, self);
    const category_shares changed = options.changed ? *options.changed : options.baseline;
    detail::require_shares(changed, self);
    detail::require(!sizes.empty(), self, "sizes", sizes.size(), "must be one or more");
    for (const std::int64_t n : sizes) {
        detail::require_count(n, self, "sizes");
    }
    detail::require(std::ranges::any_of(sizes, [](std::int64_t n) { return n > 0; }), self, "sizes",
                    0, "must have one above 0");
    detail::require(options.periods_before >= 0 && options.periods_before <= 1'000'000'000, self,
                    "periods_before", options.periods_before, "must be in [0, 1000000000]");
    detail::require(options.between_sd >= 0 && options.between_sd <= 1, self, "between_sd",
                    options.between_sd, "must be in [0, 1]");
    detail::require(options.replicates >= 2 && options.replicates <= 100'000'000, self,
                    "replicates", options.replicates, "must be in [2, 100000000]");
    detail::require(options.longest >= 1 && options.longest <= 1'000'000'000, self, "longest",
                    options.longest, "must be in [1, 1000000000]");
    detail::require_run_probabilities(options.probabilities, self);
    // 0: an alarm before the change; below 0: none within the longest.
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(options.replicates), 0);
    detail::for_each_run(options.replicates, options.threads, [&](std::int64_t r) {
        Chart own(chart);
        random_stream random(options.seed, static_cast<std::uint32_t>(r),
                             random_purpose::control_chart);
        for (std::int64_t t = 0; t < options.periods_before + options.longest; ++t) {
            const bool before = t < options.periods_before;
            const category_shares shares = detail::draw_shares(before ? options.baseline : changed,
                                                               options.between_sd, random);
            const std::int64_t n = sizes[static_cast<std::size_t>(t) % sizes.size()];
            if (own.add(detail::draw_period(n, shares, random)).alarm) {
                lengths[static_cast<std::size_t>(r)] = before ? 0 : t + 1 - options.periods_before;
                return;
            }
        }
        lengths[static_cast<std::size_t>(r)] = -1;
    });
    std::int64_t unfinished = 0;
    std::vector<std::int64_t> runs;
    for (const std::int64_t length : lengths) {
        if (length != 0) {
            unfinished += length < 0 ? 1 : 0;
            runs.push_back(length < 0 ? options.longest : length);
        }
    }
    if (runs.size() < 2) {
        detail::throw_undefined(self, "fewer than 2 runs reach the change without alarm");
    }
    return detail::summary_of_runs(std::move(runs), options.probabilities, unfinished,
                                   "simulation");
}

} // namespace nps::inline v0
