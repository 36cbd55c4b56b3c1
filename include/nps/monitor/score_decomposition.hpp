// SPDX-License-Identifier: Apache-2.0
/// @file
/// Why the score moved: other people (mix) or other answers (rate), segment by segment.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/monitor/detail/mix_cells.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One segment in two periods; no answers in one of them where it was not there.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct segment_counts {
    std::string name = {};
    category_counts before = {};
    category_counts after = {};
};

/// Options of score_decomposition and mix_attribution.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct score_decomposition_options {
    /// Of each interval by itself.
    double level = 0.95;
    /// Share of each segment in the population, in the order of the segments. Empty: its share of
    /// the answers, which in a quota sample is what was ordered, not what was found.
    std::vector<double> weights_before = {};
    std::vector<double> weights_after = {};
};

/// A part of a change.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct change_part {
    double value = 0;
    double standard_error = 0;
    nps::interval interval = {};
};

/// What one segment did to the change.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct segment_change {
    std::string name = {};
    double weight_before = 0;
    double weight_after = 0;
    /// Empty where nobody answered.
    std::optional<double> before = {};
    std::optional<double> after = {};
    /// Through its share: there are more of those who answer better than most, or fewer.
    change_part mix = {};
    /// Through its answers.
    change_part rate = {};
    /// mix + rate
    double total = 0;
};

/// A change split into mix and rate.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct decomposed_change {
    double before = 0;
    double after = 0;
    /// after - before = mix + rate
    change_part change = {};
    change_part mix = {};
    change_part rate = {};
    /// In the order given.
    std::vector<segment_change> segments = {};
};

/// The change of the score, of the share of promoters, and of the share of detractors with its sign
/// turned: the last two add up to the first, in all and part by part.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct score_decomposition_result {
    decomposed_change score = {};
    decomposed_change promoters_won = {};
    /// `before` and `after` are minus the share of detractors.
    decomposed_change detractors_lost = {};
    std::int64_t n_before = 0;
    std::int64_t n_after = 0;
    double level = 0;
    /// "sample_weights" or "population_weights"
    std::string_view method = {};
};

namespace detail {

/// What all intervals of one measure have in common.
struct mix_limits {
    double level;
    double z;
    double range;
    std::int64_t n;
};

/// An interval of a part from its variance, cut at the range.
[[nodiscard]] inline change_part mix_part(double value, double variance, const mix_limits& limits) {
    const double error = std::sqrt((std::max)(variance, 0.0));
    const double lower = value - limits.z * error;
    const double upper = value + limits.z * error;
    return {.value = value,
            .standard_error = error,
            .interval = {.lower = std::clamp(lower, -limits.range, limits.range),
                         .upper = std::clamp(upper, -limits.range, limits.range),
                         .level = limits.level,
                         .n = limits.n,
                         .clipped = lower < -limits.range || upper > limits.range,
                         .method = "delta"}};
}

/// Derivatives of mix, rate and their sum by the weights and the means of one period.
struct mix_derivatives {
    std::vector<double> weight;
    std::vector<double> mean;
};

[[nodiscard]] inline decomposed_change decompose_change(const mix_pair& pair,
                                                        const mix_limits& limits) {
    const mix_period& x = pair.before;
    const mix_period& y = pair.after;
    const std::size_t size = x.weight.size();
    const double reference = (x.overall + y.overall) / 2;
    decomposed_change result{.before = x.overall, .after = y.overall};
    running_sum mix;
    running_sum rate;
    mix_derivatives mix_x, mix_y, rate_x, rate_y;
    for (std::size_t k = 0; k < size; ++k) {
        const double moved = pair.moved(k);
        const double changed = pair.changed(k);
        const double weight = pair.both(k) ? (x.weight[k] + y.weight[k]) / 2 : 0;
        const double above = pair.middle(k) - reference;
        mix_x.weight.push_back(-pair.middle(k));
        mix_y.weight.push_back(pair.middle(k));
        mix_x.mean.push_back(moved * pair.part_before(k));
        mix_y.mean.push_back(moved * pair.part_after(k));
        rate_x.weight.push_back(changed / 2);
        rate_y.weight.push_back(changed / 2);
        rate_x.mean.push_back(-weight);
        rate_y.mean.push_back(weight);

        // Of a share that moved, the reference moves with every mean: half of each overall mean.
        const double half = moved / 2;
        const auto of_mix = [&](const mix_period& p, double sign, double part) {
            const double w = p.weight[k];
            const double own = moved * part - half * w;
            double sum = half * half * (p.mean_sum - w * w * p.error[k]) + own * own * p.error[k];
            if (p.answers > 0) {
                const double a = sign * above;
                sum += (a * a * w * (1 - w) + half * half * p.between -
                        2 * a * half * w * (p.mean[k] - p.overall)) /
                       p.answers;
            }
            return sum;
        };
        const auto of_rate = [&](const mix_period& p) {
            const double w = p.weight[k];
            return weight * weight * p.error[k] +
                   (p.answers > 0 ? changed * changed / 4 * w * (1 - w) / p.answers : 0);
        };
        segment_change one{.weight_before = x.weight[k], .weight_after = y.weight[k]};
        one.mix =
            mix_part(moved * above,
                     of_mix(x, -1, pair.part_before(k)) + of_mix(y, 1, pair.part_after(k)), limits);
        one.rate = mix_part(weight * changed, of_rate(x) + of_rate(y), limits);
        one.total = one.mix.value + one.rate.value;
        mix.add(one.mix.value);
        rate.add(one.rate.value);
        result.segments.push_back(std::move(one));
    }
    result.mix = mix_part(
        mix.value(), x.variance(mix_x.weight, mix_x.mean) + y.variance(mix_y.weight, mix_y.mean),
        limits);
    result.rate = mix_part(
        rate.value(),
        x.variance(rate_x.weight, rate_x.mean) + y.variance(rate_y.weight, rate_y.mean), limits);
    result.change = mix_part(y.overall - x.overall,
                             x.variance(x.mean, x.weight) + y.variance(y.mean, y.weight), limits);
    return result;
}

} // namespace detail

/// Splits the change of a score between two periods exactly into what segments did through their
/// share (mix) and through their answers (rate): Kitagawa's symmetric form.
///
/// Formula:    w share, s score of segment k in periods 0 and 1, S_t = sum w_t s_t, R = (S_0 + S_1)
///             / 2. rate_k = (w_0 + w_1) / 2 (s_1 - s_0); mix_k = (w_1 - w_0) ((s_0 + s_1) / 2 - R).
///             A segment that has no share in one period takes its score of the other: it is pure
///             mix. R makes mix_k positive for a segment that grows and is better than most; their
///             sum is the same for any R. Standard errors: delta method; shares multinomial, or
///             known, and scores of segments independent given these, each with the variance of
///             adjusted_wald (shares: one answer more on each side), so that a small unanimous
///             segment is not taken as certain.
/// Scale:      [-2, 2], shares [-1, 1]; `clipped` says that a limit was cut.
/// Assumes:    a simple random sample in each period; with population weights one in each segment.
/// Not for:    causes: a segment is what the table has, and another table splits otherwise.
/// Degenerate: one segment is pure rate, without answers in both a part of 0. A segment absent from
///             one period is treated as known to be absent.
/// Throws:     invalid_input: impossible counts, weights of one period alone, weights that are
///             outside [0, 1], do not sum to 1 or are above 0 where nobody answered; undefined_result:
///             no answers in a period.
/// Cost:       O(segments), some 10 us each.
/// Source:     Kitagawa (1955), doi:10.1080/01621459.1955.10501299
/// Checked:    tests/reference/score_decomposition.csv (exact fractions, mpmath); bootstrap and
///             coverage in tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline score_decomposition_result
score_decomposition(const std::vector<segment_counts>& segments,
                    const score_decomposition_options& options = {}) {
    constexpr std::string_view self = "score_decomposition";
    detail::require_level(options.level, self);
    std::vector<category_counts> before;
    std::vector<category_counts> after;
    for (const segment_counts& segment : segments) {
        before.push_back(segment.before);
        after.push_back(segment.after);
    }
    score_decomposition_result result{
        .n_before = detail::mix_answers(before, "segments", "before", self),
        .n_after = detail::mix_answers(after, "segments", "after", self),
        .level = options.level,
        .method = options.weights_before.empty() ? "sample_weights" : "population_weights"};
    detail::require(options.weights_before.empty() == options.weights_after.empty(), self,
                    "weights_after.size()", options.weights_after.size(),
                    "must be given where weights_before is, and only there");
    const auto known_before =
        detail::mix_weights(options.weights_before, before, "weights_before", self);
    const auto known_after =
        detail::mix_weights(options.weights_after, after, "weights_after", self);
    const auto split = [&](const detail::mix_coding& coding, double range) {
        const detail::mix_pair pair{
            detail::mix_period(before, known_before, coding, result.n_before),
            detail::mix_period(after, known_after, coding, result.n_after)};
        decomposed_change one =
            detail::decompose_change(pair, {options.level, normal_critical_value(options.level),
                                            range, result.n_before + result.n_after});
        for (std::size_t k = 0; k < segments.size(); ++k) {
            one.segments[k].name = segments[k].name;
            if (before[k].n() > 0) {
                one.segments[k].before = pair.before.mean[k];
            }
            if (after[k].n() > 0) {
                one.segments[k].after = pair.after.mean[k];
            }
        }
        return one;
    };
    result.score = split(detail::mix_score, 2);
    result.promoters_won = split(detail::mix_promoters, 1);
    result.detractors_lost = split(detail::mix_detractors, 1);
    return result;
}

} // namespace nps::inline v0
