// SPDX-License-Identifier: Apache-2.0
/// @file
/// How much of a series' fluctuation is sampling error, how much a change of mix, how much is real.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/between_variance.hpp>
#include <nps/monitor/detail/segment_periods.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of variance_components.
///
/// Checked:    tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct variance_components_options {
    double level = 0.95;
    /// Draws for the intervals of the parts, 0: no intervals; otherwise from 100 to 2^32 - 1, and
    /// 2 / (1 - level) - 1 or more.
    std::int64_t replicates = 1'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The intervals do not depend on it.
    unsigned threads = 1;
};

/// One part of the variance of the period scores.
///
/// Checked:    tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct variance_part {
    /// Unbiased, so that the parts add up: may be below 0, for which sd is 0.
    double variance = 0;
    double sd = 0;
    /// Whether the variance is below 0 and was taken as 0 for sd; that of mix_with_real may be.
    bool truncated = false;
    /// Of the variance over these periods: percentiles of simulated series; none without replicates.
    std::optional<nps::interval> interval = {};
};

/// The parts of a series' fluctuation: sampling + mix + real + mix_with_real = observed.
///
/// Checked:    tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct variance_components_result {
    /// Variance of the scores of the periods, divisor periods - 1.
    double observed = 0;
    /// What independent samples of these sizes would show by chance.
    variance_part sampling = {};
    /// What changing shares of the segments make at constant scores of the segments.
    variance_part mix = {};
    /// What changing scores of the segments make.
    variance_part real = {};
    /// Twice the covariance of the two: above 0 where scores rise as good segments grow.
    variance_part mix_with_real = {};
    /// The real part as the variance of a process whose periods are independent, with its interval
    /// and the test that there is none.
    between_variance_result between = {};
    /// Periods that have answers, and all answers.
    std::int64_t periods = 0;
    std::int64_t n = 0;
};

/// Splits the variance of the scores of periods into sampling error, change of mix and real change.
/// One vector for each segment, all of the same periods; with one segment there is no mix.
///
/// Formula:    of segment s in period t: n_st answers, score y_st, share w_st = n_st / n_t; Y_s the
///             score of the segment over all periods. The score y_t = M_t + R_t is split into
///             M_t = sum w_st Y_s (mix) and R_t = sum w_st (y_st - Y_s) (real).
///             Variance of an answer within a segment: V_s = (sum_t n_st S_st^2 + 1/2) / (sum_t
///             (n_st - 1) + 1); of Y_s between the answers of a period: B = sum n_st (Y_s - M_t)^2 /
///             sum (n_t - 1). h_t = sum n_st V_s / n_t^2; e = sum var(w_s) V_s / N_s, the error of
///             Y_s. observed = var(y), sampling = mean(h) + B mean(1 / n), mix = var(M) -
///             B mean(1 / n) - e, real = var(R) - mean(h) + e, mix_with_real = 2 cov(M, R).
///             `between`: between_variance of R_t with variances h_t.
///             Intervals: percentiles over series drawn with the observed n_t as multinomial counts,
///             from shares and from scores of segments drawn towards their means until the variances
///             of M and of R are the estimates
/// Scale:      squared scores: points of 100 squared are 10,000 times as much.
/// Assumes:    answers are independent; which segment an answer is of is random, not a quota: under
///             quotas the mix is that of the quotas, and `sampling` has B / n too much.
/// Not for:    when a change came; see local_level. Intervals of the parts speak of these periods, that
///             of `between` of the process they come from.
/// Degenerate: a period of no answers is left out; a segment of none in all periods changes nothing.
///             All promoters: all parts are 0 but the sampling of the 1/2, and real is as far below.
/// Throws:     invalid_input, whose text names segment and period; undefined_result for fewer than
///             two periods with answers.
/// Cost:       O(segments periods) for each replicate, about 1.5 us a cell of answers.
/// Source:     Hedges, Vevea (1998), doi:10.1037/1082-989X.3.4.486 (moments);
///             Efron, Tibshirani (1993), ISBN 9780412042317 (parametric bootstrap)
/// Checked:    tests/reference/variance_components.csv (R, metafor); known parts by simulation:
///             docs/series.md
/// Example:    examples/monitor_series.cpp
[[nodiscard]] inline variance_components_result
variance_components(std::span<const std::vector<category_counts>> segments,
                    const variance_components_options& options = {}) {
    constexpr std::string_view self = "variance_components";
    detail::require_level(options.level, self);
    detail::require(options.replicates == 0 ||
                        (options.replicates >= 100 && options.replicates < std::int64_t{1} << 32),
                    self, "replicates", options.replicates, "must be 0 or in [100, 2^32)");
    // The outermost draws bound no more than their rank says.
    const double tail = tail_probability(options.level, bounds::two_sided);
    const double draws = static_cast<double>(options.replicates);
    detail::require(options.replicates == 0 || (draws + 1) * tail >= 1 - 1e-9, self, "replicates",
                    options.replicates, "must be at least 2 / (1 - level) - 1");
    const detail::segment_periods data(segments, self);
    if (data.periods() < 2) {
        detail::throw_undefined(self, "fewer than two periods with answers");
    }
    const detail::segment_split split = detail::split_of(data);

    variance_components_result result;
    result.periods = static_cast<std::int64_t>(data.periods());
    result.n = data.n();
    result.observed = split.observed;
    std::vector<known_estimate> rates;
    for (std::size_t t = 0; t < data.periods(); ++t) {
        rates.push_back({.value = split.rates[t], .variance = split.rate_variances[t]});
    }
    result.between = between_variance(rates, {.level = options.level});
    interval& process = result.between.interval;
    process.n = result.n;
    if (process.upper > 1) { // no score varies by more
        process.lower = (std::min)(process.lower, 1.0);
        process.upper = 1;
        process.clipped = true;
    }
    const std::array<variance_part*, 4> parts{&result.sampling, &result.mix, &result.real,
                                              &result.mix_with_real};
    for (std::size_t k = 0; k < parts.size(); ++k) {
        parts[k]->variance = split.parts[k];
        parts[k]->sd = std::sqrt((std::max)(split.parts[k], 0.0));
        parts[k]->truncated = split.parts[k] < 0;
    }
    if (options.replicates == 0) {
        return result;
    }
    const detail::segment_draw draw(data, split);
    const auto count = static_cast<std::size_t>(options.replicates);
    std::array<std::vector<double>, 4> drawn;
    for (std::vector<double>& values : drawn) {
        values.resize(count);
    }
    constexpr std::int64_t in_block = 16;
    for_each_block(
        (options.replicates + in_block - 1) / in_block, options.threads, [&](std::int64_t block) {
            const std::int64_t end = (std::min)((block + 1) * in_block, options.replicates);
            for (std::int64_t r = block * in_block; r < end; ++r) {
                random_stream stream(options.seed, static_cast<std::uint32_t>(r),
                                     random_purpose::series_parts);
                const detail::segment_split one = detail::split_of(draw(stream));
                for (std::size_t k = 0; k < drawn.size(); ++k) {
                    drawn[k][static_cast<std::size_t>(r)] = one.parts[k];
                }
            }
        });
    const std::size_t outer =
        (std::max)(static_cast<std::size_t>((draws + 1) * tail), std::size_t{1}) - 1;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        std::sort(drawn[k].begin(), drawn[k].end());
        const double least = k == 3 ? -std::numeric_limits<double>::infinity() : 0.0;
        const double lower = drawn[k][outer];
        const double upper = drawn[k][count - 1 - outer];
        parts[k]->interval = {.lower = (std::max)(lower, least),
                              .upper = (std::max)(upper, least),
                              .level = options.level,
                              .n = result.n,
                              .clipped = lower < least,
                              .method = "percentile"};
    }
    return result;
}

/// The same of one series without segments: sampling and real alone.
///
/// Throws:     as above.
/// Checked:    tests/reference/variance_components.csv
/// Example:    examples/monitor_series.cpp
[[nodiscard]] inline variance_components_result
variance_components(std::span<const category_counts> series,
                    const variance_components_options& options = {}) {
    const std::vector<std::vector<category_counts>> one{{series.begin(), series.end()}};
    return variance_components(std::span<const std::vector<category_counts>>(one), options);
}

} // namespace nps::inline v0
