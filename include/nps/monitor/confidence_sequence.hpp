// SPDX-License-Identifier: Apache-2.0
/// @file
/// Intervals for the net score that hold at every look, however often one looks.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/monitor/confidence_boundary.hpp>
#include <nps/monitor/detail/score_bets.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// How a confidence sequence is made.
enum class sequence_method : std::uint8_t {
    betting,                     ///< bets of all sizes averaged: narrow at every n, order-free
    empirical_bernstein,         ///< predictably mixed: one batch after the other
    empirical_bernstein_mixture, ///< gamma-exponential mixture: also for a moving score
    normal_mixture,              ///< sub-Gaussian: widest, order-free, also for a moving score
    asymptotic                   ///< Gaussian limit, no guarantee for few answers; order-free, both
};

/// What a confidence sequence is a statement about.
enum class sequence_target : std::uint8_t {
    constant_score, ///< the score, the same for every answer
    running_average ///< the mean of the scores of all answers so far, each of its own time
};

/// Options of score_confidence_sequence.
///
/// Checked:    tests/monitor/confidence_sequence_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct score_confidence_sequence_options {
    sequence_method method = sequence_method::betting;
    sequence_target target = sequence_target::constant_score;
    double level = 0.95;
    bounds sides = bounds::two_sided;
    /// The number of answers at which the interval is to be tightest; not read by betting and
    /// empirical_bernstein, which need none.
    double best_at = 1000;
    /// Of all intervals so far what is in each: for a constant score alone.
    bool running_intersection = false;
};

/// What predictable methods keep beside the counts, so that a sequence can be carried over.
///
/// Checked:    tests/monitor/confidence_sequence_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct score_confidence_sequence_state {
    category_counts counts{};
    /// Sums over answers x on [0, 1]: squared distance from the mean after the batch; bet; bet times
    /// answer; and psi(bet) times squared distance from the mean before, for the two limits.
    double spread = 0;
    double bets = 0;
    double bet_answers = 0;
    double lower_time = 0;
    double upper_time = 0;
    /// Sum over answers on [-1, 1] of the squared distance from their prediction.
    double predicted_time = 0;
    /// The running intersection, and whether two of the intervals had nothing in common.
    double largest_lower = -1;
    double least_upper = 1;
    bool contradicted = false;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(sequence_method method) {
    switch (method) {
    case sequence_method::betting:
        return "betting";
    case sequence_method::empirical_bernstein:
        return "empirical_bernstein";
    case sequence_method::empirical_bernstein_mixture:
        return "empirical_bernstein_mixture";
    case sequence_method::normal_mixture:
        return "normal_mixture";
    case sequence_method::asymptotic:
        return "asymptotic";
    }
    throw_invalid("score_confidence_sequence", "method", static_cast<int>(method),
                  "must be a named method");
}

/// The sum over the answers of a batch, on [0, 1], of their squared distance from `centre`.
[[nodiscard]] inline double batch_spread(const category_weights& batch, double centre) {
    return batch.detractors * centre * centre + batch.passives * (0.5 - centre) * (0.5 - centre) +
           batch.promoters * (1 - centre) * (1 - centre);
}

} // namespace detail

/// Intervals of which all hold the score with probability `level`, at every look: after each answer,
/// each batch, or whenever somebody is curious.
///
/// Formula:    betting: the scores whose score_e_value is below 1 / alpha; two-sided the mean of the
///             evidence on either side. normal_mixture: score -/+ boundary(n) / n of
///             nps::normal_mixture, an answer on [-1, 1] being sub-Gaussian with variance 1.
///             asymptotic: the same times the standard deviation of an answer, of counts to which 3/4,
///             1 1/2, 3/4 have been added. empirical_bernstein_mixture: boundary(V) / n of
///             gamma_exponential_mixture of scale 2, alpha / 2 a side, V the sum of squared distances
///             of answers from their prediction, the sum of all before divided by their number plus 1.
///             empirical_bernstein: on [0, 1], sum(bet x) / sum(bet) -/+ (log(2 / alpha) + sum((x -
///             m)^2 psi(bet))) / sum(bet), psi(b) = -log(1 - b) - b, m the mean of all before (0 at
///             first), bet = min(1/2, sqrt(2 log(2 / alpha) / (w t log(1 + t)))), t answers with this
///             batch, w their variance so far with one answer of 1/4 added. One-sided: alpha for
///             alpha / 2.
/// Scale:      [-1, 1]; `clipped` says whether a limit of the formula lay beyond.
/// Assumes:    constant_score: the expected next answer, given all before, is the score. The shares
///             may move as long as it does not. running_average: nothing but answers on the scale;
///             allowed for empirical_bernstein_mixture, normal_mixture and asymptotic. A batch is one
///             step: what is predicted of it rests on the batches before, its order does not matter
///             and its size must not depend on its answers. betting, normal_mixture and asymptotic
///             depend on the sum of all batches alone. asymptotic: many answers, and sums of them that
///             a Gaussian walk follows.
/// Not for:    weighted answers; the score at the latest time, of one that moves.
/// Degenerate: without answers [-1, 1]. If a running intersection is empty the score was not
///             constant: contradicted() says so, and interval() is the latest alone from then on.
/// Throws:     invalid_input: a level or a best_at outside, a method that has no running average, a
///             running intersection of one, a state of counts alone for empirical_bernstein and its
///             mixture. From add nothing changes then.
/// Cost:       an interval of betting 0.3 ms, the others 1-10 us; add O(1) a batch, 128 bytes.
/// Source:     Waudby-Smith, Ramdas (2024), doi:10.1093/jrsssb/qkad009 (betting, empirical_bernstein);
///             Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991 (both mixtures);
///             Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024), doi:10.1214/24-AOS2408 (asymptotic)
/// Checked:    tests/reference/confidence_sequence.csv (NumPy after confseq; mpmath); coverage under
///             continuous peeking: tests/monitor/sequential_simulation_test.cpp,
///             docs/sequential_study
/// Example:    examples/monitor_sequential.cpp
class score_confidence_sequence {
public:
    explicit score_confidence_sequence(const score_confidence_sequence_options& options = {},
                                       const score_confidence_sequence_state& state = {});

    /// Takes a batch of answers and gives the interval now.
    nps::interval add(const category_counts& batch);
    /// Takes a batch at which nobody looks: no interval is made, and none joins the intersection.
    void add_without_interval(const category_counts& batch) { state_ = after(batch); }

    /// The interval after the answers so far.
    [[nodiscard]] nps::interval interval() const;
    /// Whether the running intersection came out empty: the score has moved.
    [[nodiscard]] bool contradicted() const { return state_.contradicted; }
    /// The same with a lower limit for an upper one and the other way round.
    [[nodiscard]] score_confidence_sequence mirrored_sides() const;
    /// All that is kept, to carry on with later: give it to the constructor, with the same options.
    [[nodiscard]] const score_confidence_sequence_state& state() const { return state_; }

private:
    [[nodiscard]] double tail() const {
        return (1 - options_.level) / (options_.sides == bounds::two_sided ? 2 : 1);
    }
    [[nodiscard]] score_confidence_sequence_state after(const category_counts& batch) const;
    [[nodiscard]] nps::interval latest(const score_confidence_sequence_state& state) const;

    score_confidence_sequence_options options_;
    score_confidence_sequence_state state_;
};

inline score_confidence_sequence::score_confidence_sequence(
    const score_confidence_sequence_options& options, const score_confidence_sequence_state& state)
    : options_(options), state_(state) {
    constexpr std::string_view self = "score_confidence_sequence";
    static_cast<void>(detail::method_name(options.method));
    detail::require_level(options.level, self);
    detail::require(options.level > 0.5, self, "level", options.level, "must be in (0.5, 1)");
    detail::require_sides(options.sides, self);
    detail::require(options.best_at >= 1 && std::isfinite(options.best_at), self, "best_at",
                    options.best_at, "must be 1 or more, and finite");
    const auto target = options.target;
    detail::require(target == sequence_target::constant_score ||
                        target == sequence_target::running_average,
                    self, "target", static_cast<int>(target), "must be a named target");
    const bool moving = target == sequence_target::running_average;
    detail::require(!moving || (options.method != sequence_method::betting &&
                                options.method != sequence_method::empirical_bernstein),
                    self, "method", detail::method_name(options.method),
                    "must be empirical_bernstein_mixture, normal_mixture or asymptotic for the "
                    "running average");
    detail::require(!(moving && options.running_intersection), self, "running_intersection",
                    options.running_intersection, "must be false for the running average");
    detail::require_counts(state.counts, self);
    for (const double sum : {state.spread, state.bets, state.bet_answers, state.lower_time,
                             state.upper_time, state.predicted_time}) {
        detail::require(sum >= 0 && std::isfinite(sum), self, "state", sum,
                        "must hold finite sums, none below 0");
    }
    const bool predictable = options.method == sequence_method::empirical_bernstein ||
                             options.method == sequence_method::empirical_bernstein_mixture;
    detail::require(!predictable || (state.bets > 0) == (state.counts.n() > 0), self, "state.bets",
                    state.bets, "must be above 0 where there are answers, and only there");
    detail::require(state.largest_lower >= -1 && state.largest_lower <= 1 &&
                        state.least_upper >= -1 && state.least_upper <= 1,
                    self, "state", state.largest_lower, "must hold limits in [-1, 1]");
}

inline score_confidence_sequence_state
score_confidence_sequence::after(const category_counts& batch) const {
    score_confidence_sequence_state next = state_;
    next.counts += batch;
    if (batch.n() > 0) {
        using detail::batch_spread;
        const detail::category_weights some(batch);
        const detail::category_weights before(state_.counts);
        const detail::category_weights all(next.counts);
        // On [0, 1], with one answer of 1/2 and variance 1/4 added.
        const double t = all.n();
        const double variance = (0.25 + state_.spread) / (before.n() + 1);
        const double log_tail = -std::log(tail());
        const double bet =
            (std::min)(0.5, std::sqrt(2 * log_tail / (t * std::log1p(t) * variance)));
        const double sum = some.promoters + some.passives / 2;
        const double sum_before = before.promoters + before.passives / 2;
        next.spread += batch_spread(some, (0.5 + sum_before + sum) / (t + 1));
        next.bets += some.n() * bet;
        next.bet_answers += sum * bet;
        const double psi = -detail::log1p_minus(-bet);
        const double mean = before.n() > 0 ? sum_before / before.n() : 0;
        const double mirrored = before.n() > 0 ? 1 - mean : 0;
        next.lower_time += psi * batch_spread(some, mean);
        next.upper_time += psi * batch_spread(some.swapped(), mirrored);
        const double prediction =
            static_cast<double>(state_.counts.promoters - state_.counts.detractors) /
            (before.n() + 1);
        next.predicted_time += 4 * batch_spread(some, (1 + prediction) / 2);
    }
    return next;
}

inline nps::interval score_confidence_sequence::add(const category_counts& batch) {
    score_confidence_sequence_state next = after(batch);
    const nps::interval now = latest(next);
    next.largest_lower = (std::max)(next.largest_lower, now.lower);
    next.least_upper = (std::min)(next.least_upper, now.upper);
    next.contradicted = next.contradicted || next.largest_lower > next.least_upper;
    state_ = next;
    return interval();
}

inline score_confidence_sequence score_confidence_sequence::mirrored_sides() const {
    score_confidence_sequence other = *this;
    if (options_.sides != bounds::two_sided) {
        other.options_.sides = options_.sides == bounds::lower ? bounds::upper : bounds::lower;
    }
    return other;
}

inline nps::interval score_confidence_sequence::interval() const {
    nps::interval result = latest(state_);
    if (options_.running_intersection && !state_.contradicted) {
        result.lower = (std::max)(result.lower, state_.largest_lower);
        result.upper = (std::min)(result.upper, state_.least_upper);
    }
    return result;
}

inline nps::interval
score_confidence_sequence::latest(const score_confidence_sequence_state& state) const {
    const category_counts& counts = state.counts;
    nps::interval result{.lower = -1,
                         .upper = 1,
                         .level = options_.level,
                         .sides = options_.sides,
                         .n = counts.n(),
                         .method = detail::method_name(options_.method)};
    if (counts.n() == 0) {
        return result;
    }
    const detail::category_weights weights(counts);
    const double n = weights.n();
    const double estimate = weights.score();
    const bool has_lower = options_.sides != bounds::upper;
    const bool has_upper = options_.sides != bounds::lower;
    if (options_.method == sequence_method::betting) {
        const double threshold = -std::log(1 - options_.level);
        const bool both = has_lower && has_upper;
        const auto limit = [&](double end, alternative side) {
            return detail::wealth_limit(
                [&](double s) {
                    return detail::score_wealth(counts, s, both ? alternative::two_sided : side)
                        .log;
                },
                estimate, end, threshold);
        };
        result.lower = has_lower ? limit(-1, alternative::greater) : -1;
        result.upper = has_upper ? limit(1, alternative::less) : 1;
        return result;
    }
    double lower = 0;
    double upper = 0;
    if (options_.method == sequence_method::empirical_bernstein) {
        const double log_tail = -std::log(tail());
        const double centre = state.bet_answers / state.bets;
        lower = 2 * (centre - (log_tail + state.lower_time) / state.bets) - 1;
        upper = 2 * (centre + (log_tail + state.upper_time) / state.bets) - 1;
    } else {
        double boundary = 0;
        if (options_.method == sequence_method::empirical_bernstein_mixture) {
            // Half the worst variance of an answer, about that of surveys.
            boundary = gamma_exponential_mixture(
                           {.best_at = options_.best_at / 2, .scale = 2, .alpha = tail()})
                           .boundary(state.predicted_time);
        } else {
            boundary = nps::normal_mixture({.best_at = options_.best_at,
                                            .alpha = 1 - options_.level,
                                            .sides = options_.sides})
                           .boundary(n);
            if (options_.method == sequence_method::asymptotic) {
                boundary *= std::sqrt(weights.plus(0.75, 1.5, 0.75).variance());
            }
        }
        lower = estimate - boundary / n;
        upper = estimate + boundary / n;
    }
    result.clipped = (has_lower && lower < -1) || (has_upper && upper > 1);
    result.lower = has_lower ? std::clamp(lower, -1.0, 1.0) : -1;
    result.upper = has_upper ? std::clamp(upper, -1.0, 1.0) : 1;
    return result;
}

} // namespace nps::inline v0
