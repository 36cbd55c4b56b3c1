// SPDX-License-Identifier: Apache-2.0
/// @file
/// Intervals for the difference of two net scores that hold at every look.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/detail/score_bets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nps::inline v0 {

/// Options of score_difference_confidence_sequence.
///
/// Checked:    tests/monitor/confidence_sequence_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct score_difference_confidence_sequence_options {
    sequence_method method = sequence_method::betting;
    /// Of running averages the difference is that of the two at the time of the look.
    sequence_target target = sequence_target::constant_score;
    double level = 0.95;
    bounds sides = bounds::two_sided;
    /// As in score_confidence_sequence, of answers of each group.
    double best_at = 1000;
};

/// Intervals of which all hold the difference a - b of two scores with probability `level`, at every
/// look.
///
/// Formula:    betting: the differences whose score_difference_e_value is below 1 / alpha, both
///             groups jointly; the others: the differences of two intervals with alpha / 2 each.
/// Scale:      [-2, 2]; `clipped` says whether a limit of either interval was cut.
/// Assumes:    as score_confidence_sequence in each group, the groups independent; their answers may
///             arrive in any order and proportion.
/// Degenerate: without answers in one group the interval is as wide as the other's allows.
/// Throws:     invalid_input, as score_confidence_sequence; nothing changes then.
/// Cost:       an interval of betting 10 ms, the others 1-20 us.
/// Source:     Waudby-Smith, Ramdas (2024), doi:10.1093/jrsssb/qkad009;
///             Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991
/// Checked:    tests/reference/confidence_sequence.csv (mpmath), tests/monitor/confidence_sequence_test.cpp;
///             coverage: tests/monitor/sequential_simulation_test.cpp
/// Example:    examples/monitor_sequential.cpp
class score_difference_confidence_sequence {
public:
    explicit score_difference_confidence_sequence(
        const score_difference_confidence_sequence_options& options = {},
        const score_confidence_sequence_state& state_a = {},
        const score_confidence_sequence_state& state_b = {})
        : options_(options), a_(one_of(options), state_a), b_(one_of(options), state_b) {}

    /// Answers of the one group or the other.
    void add_a(const category_counts& batch) { a_.add_without_interval(batch); }
    void add_b(const category_counts& batch) { b_.add_without_interval(batch); }

    /// The interval for a - b after the answers so far.
    [[nodiscard]] nps::interval interval() const;

    [[nodiscard]] const score_confidence_sequence_state& state_a() const { return a_.state(); }
    [[nodiscard]] const score_confidence_sequence_state& state_b() const { return b_.state(); }

private:
    [[nodiscard]] static score_confidence_sequence_options
    one_of(const score_difference_confidence_sequence_options& options) {
        detail::require(options.level > 0.5 && options.level < 1,
                        "score_difference_confidence_sequence", "level", options.level,
                        "must be in (0.5, 1)");
        return {.method = options.method,
                .target = options.target,
                .level = (1 + options.level) / 2,
                .sides = options.sides,
                .best_at = options.best_at};
    }

    score_difference_confidence_sequence_options options_;
    score_confidence_sequence a_;
    score_confidence_sequence b_;
};

inline nps::interval score_difference_confidence_sequence::interval() const {
    const category_counts& a = a_.state().counts;
    const category_counts& b = b_.state().counts;
    nps::interval result{.lower = -2,
                         .upper = 2,
                         .level = options_.level,
                         .sides = options_.sides,
                         .n = a.n() + b.n(),
                         .method = detail::method_name(options_.method)};
    const bool has_lower = options_.sides != bounds::upper;
    const bool has_upper = options_.sides != bounds::lower;
    if (options_.method != sequence_method::betting) {
        // The upper limit of a difference needs the lower one of b.
        const nps::interval of_a = a_.interval();
        const nps::interval of_b = b_.mirrored_sides().interval();
        result.lower = has_lower ? of_a.lower - of_b.upper : -2;
        result.upper = has_upper ? of_a.upper - of_b.lower : 2;
        result.clipped = of_a.clipped || of_b.clipped;
        return result;
    }
    const double threshold = -std::log(1 - options_.level);
    const bool both = has_lower && has_upper;
    const auto score = [](const category_counts& counts) {
        return counts.n() > 0 ? detail::category_weights(counts).score() : 0;
    };
    const double estimate = score(a) - score(b);
    const auto limit = [&](double end, alternative side) {
        return detail::wealth_limit(
            [&](double difference) {
                return detail::difference_wealth(a, b, difference,
                                                 both ? alternative::two_sided : side)
                    .log;
            },
            estimate, end, threshold);
    };
    result.lower = has_lower ? limit(-2, alternative::greater) : -2;
    result.upper = has_upper ? limit(2, alternative::less) : 2;
    return result;
}

} // namespace nps::inline v0
