// SPDX-License-Identifier: Apache-2.0
/// @file
/// The score at a fixed mix of segments, so that a change of mix is not taken for one of the score.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/shrunken_sd.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// What becomes of a segment that has a weight and no answers.
enum class missing_segments : std::uint8_t {
    refuse,     ///< undefined_result, whose text names it
    renormalise ///< the others share its weight, and the result says how much it was
};

/// How the interval of a standardised score is made.
enum class standardised_method : std::uint8_t {
    mover, ///< from the score intervals of the segments, squared and added
    wald   ///< estimate -/+ z standard errors
};

/// Which variance an answer of a segment has in the standard error.
enum class segment_spread : std::uint8_t {
    shrunken, ///< its own, drawn towards that of all segments: shrunken_sd
    own       ///< its own with divisor n - 1; 0 for a unanimous one
};

/// Options of standardised_score and standardised_series.
///
/// Checked:    tests/monitor/standardised_score_test.cpp
/// Example:    examples/monitor_programme.cpp
struct standardised_score_options {
    missing_segments missing = missing_segments::refuse;
    /// The default is chosen by coverage: docs/programme.md.
    standardised_method method = standardised_method::mover;
    segment_spread spread = segment_spread::shrunken;
    double level = 0.95;
};

/// A score at a fixed mix.
///
/// Checked:    tests/monitor/standardised_score_test.cpp
/// Example:    examples/monitor_programme.cpp
struct standardised_result {
    double value = 0;
    double standard_error = 0;
    nps::interval interval{};
    /// The score at the mix of the answers, for comparison.
    double crude = 0;
    /// Segments with a weight and without answers, and their share of the weights.
    std::size_t left_out = 0;
    double left_out_weight = 0;
    /// Answers of the segments that have a weight.
    std::int64_t n = 0;
    std::string_view method{};
};

/// The shares of segments in all answers: the mix of a reference period.
///
/// Formula:    n_k / sum of n_k
/// Scale:      [0, 1], adding up to 1.
/// Throws:     invalid_input; undefined_result, for no answers at all.
/// Cost:       O(segments).
/// Checked:    tests/monitor/standardised_score_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline std::vector<double> mix_of(std::span<const category_counts> segments) {
    category_counts all;
    for (const category_counts& one : segments) {
        detail::require_counts(one, "mix_of");
        all += one;
    }
    detail::require_respondents(all, "mix_of");
    std::vector<double> mix;
    for (const category_counts& one : segments) {
        mix.push_back(static_cast<double>(one.n()) / static_cast<double>(all.n()));
    }
    return mix;
}

namespace detail {

inline void require_standardised_options(const standardised_score_options& options,
                                         std::string_view function) {
    require_level(options.level, function);
    require(options.missing == missing_segments::refuse ||
                options.missing == missing_segments::renormalise,
            function, "missing", static_cast<int>(options.missing),
            "must be refuse or renormalise");
    require(options.method == standardised_method::mover ||
                options.method == standardised_method::wald,
            function, "method", static_cast<int>(options.method), "must be mover or wald");
    require(options.spread == segment_spread::shrunken || options.spread == segment_spread::own,
            function, "spread", static_cast<int>(options.spread), "must be shrunken or own");
}

/// Reference weights with the sum 1.
[[nodiscard]] inline std::vector<double> standardised_weights(std::span<const double> weights,
                                                              std::string_view function) {
    running_sum sum;
    for (const double weight : weights) {
        require(weight >= 0 && weight <= 1e100, function, "weight", weight,
                "must be in [0, 1e100]");
        sum.add(weight);
    }
    const double all = sum.value();
    require(all >= 1e-100, function, "sum of weights", all, "must be at least 1e-100");
    std::vector<double> shares;
    for (const double weight : weights) {
        shares.push_back(weight / all);
    }
    return shares;
}

/// Nothing where no segment with a weight has answers.
[[nodiscard]] inline std::optional<standardised_result>
standardise_score(std::span<const category_counts> segments, std::span<const double> shares,
                  const standardised_score_options& options, std::string_view function) {
    standardised_result result;
    running_sum present;
    running_sum absent;
    std::vector<category_counts> counted;
    std::vector<double> weights;
    category_counts all;
    for (std::size_t k = 0; k < segments.size(); ++k) {
        require_counts(segments[k], function);
        if (shares[k] == 0) {
            continue;
        }
        if (segments[k].n() == 0) {
            if (options.missing == missing_segments::refuse) {
                throw_undefined(function, "segment " + to_text(k) +
                                              " (from 0) has a weight and no answers: leave its "
                                              "weight out, or renormalise");
            }
            ++result.left_out;
            absent.add(shares[k]);
            continue;
        }
        present.add(shares[k]);
        counted.push_back(segments[k]);
        weights.push_back(shares[k]);
        all += segments[k];
    }
    if (counted.empty()) {
        return std::nullopt;
    }
    result.left_out_weight = absent.value();
    result.n = all.n();
    result.crude = category_weights(all).score();

    shrunken_sds sds;
    if (options.spread == segment_spread::shrunken) {
        sds = shrunken_sd(counted);
    }
    running_sum value;
    running_sum variance;
    running_sum below;
    running_sum above;
    for (std::size_t k = 0; k < counted.size(); ++k) {
        const double weight = weights[k] / present.value();
        const category_weights counts(counted[k]);
        double spread = 0;
        if (options.spread == segment_spread::shrunken) {
            spread = sds.groups[k].respondent_sd * sds.groups[k].respondent_sd;
        } else {
            if (counted[k].n() == 1) {
                throw_undefined(function, "a segment of one answer has no variance of its own");
            }
            spread = counts.variance() * counts.n() / (counts.n() - 1);
        }
        value.add(weight * counts.score());
        variance.add(weight * weight * spread / counts.n());
        if (options.method == standardised_method::mover) {
            const interval limits = score_interval(counted[k], {.level = options.level});
            const double down = weight * (counts.score() - limits.lower);
            const double up = weight * (limits.upper - counts.score());
            below.add(down * down);
            above.add(up * up);
        }
    }
    result.value = std::clamp(value.value(), -1.0, 1.0);
    result.standard_error = std::sqrt(variance.value());
    const bool mover = options.method == standardised_method::mover;
    const double z = normal_critical_value(options.level);
    const double lower =
        result.value - (mover ? std::sqrt(below.value()) : z * result.standard_error);
    const double upper =
        result.value + (mover ? std::sqrt(above.value()) : z * result.standard_error);
    result.method = mover ? "mover" : "wald";
    result.interval = {.lower = (std::max)(lower, -1.0),
                       .upper = (std::min)(upper, 1.0),
                       .level = options.level,
                       .n = result.n,
                       // Those of mover pass the ends by rounding alone.
                       .clipped = !mover && (lower < -1 || upper > 1),
                       .method = result.method};
    return result;
}

} // namespace detail

/// The score of several segments at a fixed mix: each segment counts by its share in a reference
/// population, such as the mix of last year (mix_of) or the shares of the customer base, and not by
/// how many of it happened to answer.
///
/// Formula:    T = sum w s / sum w with s = p - d of each segment; se^2 = sum w^2 S^2 / n with
///             sum w = 1 and S in segment_spread; wald: T -/+ z se; mover: T - sqrt(sum w^2 (s -
///             l)^2) to T + sqrt(sum w^2 (u - s)^2), (l, u) the score_interval of each segment
/// Scale:      [-1, 1]; weights any shares or sizes, divided by their sum.
/// Assumes:    weights that are known; within a segment a simple random sample from many customers.
/// Not for:    the change between two mixes; a mix that is itself estimated from these answers: its
///             own sampling error is not in here.
/// Degenerate: unanimous segments have an interval by mover; their standard error is 0 where all
///             segments are unanimous (shrunken), or for each one (own). Segments of weight 0 do
///             not count, empty ones least of all.
/// Throws:     invalid_input, also where the weights are not one for each segment; undefined_result,
///             for a segment without answers (refuse), for no answers at all, and for one answer in
///             a segment (own).
/// Cost:       O(segments), about 1 us each with mover.
/// Source:     Keiding and Clayton (2014), doi:10.1214/13-STS453 (direct standardisation); Zou,
///             Huang and Zhang (2009), doi:10.1016/j.csda.2008.09.033 (mover)
/// Checked:    tests/reference/standardised_score.csv (R survey, actuar; mpmath)
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline standardised_result
standardised_score(std::span<const category_counts> segments, std::span<const double> weights,
                   const standardised_score_options& options = {}) {
    constexpr std::string_view self = "standardised_score";
    detail::require_standardised_options(options, self);
    detail::require(weights.size() == segments.size(), self, "number of weights", weights.size(),
                    "must be that of the segments");
    const std::vector<double> shares = detail::standardised_weights(weights, self);
    const auto result = detail::standardise_score(segments, shares, options, self);
    if (!result) {
        detail::throw_undefined(self, "no valid answers");
    }
    return *result;
}

/// The same for each period: `segments[k]` is the series of segment k, all of one length. A period
/// in which no segment with a weight has answers has no score.
///
/// Throws:     as standardised_score, but for no answers at all; invalid_input, where the series
///             differ in length.
/// Cost:       O(segments x periods).
/// Checked:    tests/monitor/standardised_score_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline std::vector<std::optional<standardised_result>>
standardised_series(std::span<const std::vector<category_counts>> segments,
                    std::span<const double> weights,
                    const standardised_score_options& options = {}) {
    constexpr std::string_view self = "standardised_series";
    detail::require_standardised_options(options, self);
    detail::require(weights.size() == segments.size(), self, "number of weights", weights.size(),
                    "must be that of the segments");
    const std::vector<double> shares = detail::standardised_weights(weights, self);
    const std::size_t length = segments.front().size();
    for (const std::vector<category_counts>& one : segments) {
        detail::require(one.size() == length, self, "length of a series", one.size(),
                        "must be that of the first");
    }
    std::vector<std::optional<standardised_result>> results;
    std::vector<category_counts> period(segments.size());
    for (std::size_t i = 0; i < length; ++i) {
        std::int64_t n = 0;
        for (std::size_t k = 0; k < segments.size(); ++k) {
            period[k] = segments[k][i];
            detail::require_counts(period[k], self);
            n += shares[k] > 0 ? (period[k].n() > 0 ? 1 : 0) : 0;
        }
        results.push_back(n == 0 ? std::nullopt
                                 : detail::standardise_score(period, shares, options, self));
    }
    return results;
}

} // namespace nps::inline v0
