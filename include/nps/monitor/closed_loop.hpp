// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did it help to call detractors back? Contacted against not contacted, within the same first rating.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/infer/share_interval.hpp>
#include <nps/infer/transition_table.hpp>
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

/// Detractors of one first rating: what they answered the second time.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_answers {
    category_counts after = {};
    /// Asked again, and did not answer.
    std::int64_t no_answer = 0;
};

/// Detractors of one first rating, contacted or not.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_rating {
    /// The first answer; a label.
    int rating = 0;
    closed_loop_answers contacted = {};
    closed_loop_answers not_contacted = {};
};

/// Whose mix of first ratings an effect is for.
enum class closed_loop_weights : std::uint8_t {
    contacted,      ///< the contacted ones: what it did for those it was done to
    everybody,      ///< both groups: what it would do for all
    mantel_haenszel ///< n_c n_u / (n_c + n_u): the most precise where the effect is one
};

/// Options of closed_loop.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_options {
    closed_loop_weights weights = closed_loop_weights::contacted;
    double level = 0.95;
};

/// The second answers of one group, all first ratings together.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_group {
    category_counts after = {};
    std::int64_t no_answer = 0;
    /// Where they went, of those who answered.
    transition_row to = {};
    /// Detractors no longer.
    transition_share recovered = {};
    /// Of those who were asked.
    transition_share answered = {};
};

/// Contacted less not contacted, each standardised to the same mix of first ratings.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_effect {
    double contacted = 0;
    double not_contacted = 0;
    double difference = 0;
    double standard_error = 0;
    nps::interval interval = {};
    double p_value = 1;
    /// The difference if all contacted who did not answer are detractors and all others of those
    /// promoters, and the other way round: no answers of the silent ones lie outside.
    double worst_case = 0;
    double best_case = 0;
};

/// One first rating.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_stratum {
    int rating = 0;
    /// Of the effect, summing to 1; 0 where a group has no answers.
    double weight = 0;
    /// Score of contacted less not contacted; empty where a group has no answers.
    std::optional<double> score_difference = {};
};

/// What became of detractors, and what the contact did.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct closed_loop_result {
    closed_loop_group contacted = {};
    closed_loop_group not_contacted = {};
    /// Of the score, of the share that are detractors no longer, and of the share of promoters.
    closed_loop_effect score = {};
    closed_loop_effect recovered = {};
    closed_loop_effect promoters = {};
    std::vector<closed_loop_stratum> ratings = {};
    /// Contacted people who answered, but have nobody to be compared with.
    std::int64_t contacted_without_comparison = 0;
    double level = 0;
    /// "contacted", "everybody" or "mantel_haenszel"
    std::string_view method = {};
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(closed_loop_weights weights) {
    switch (weights) {
    case closed_loop_weights::contacted:
        return "contacted";
    case closed_loop_weights::everybody:
        return "everybody";
    case closed_loop_weights::mantel_haenszel:
        return "mantel_haenszel";
    }
    throw_invalid("closed_loop", "weights", static_cast<int>(weights), "must be a named choice");
}

/// A measure of second answers: its coding, added to `base`; each answer is worth low to high.
struct closed_loop_measure {
    mix_coding coding;
    double base;
    double low;
    double high;
};

[[nodiscard]] inline closed_loop_group closed_loop_totals(const closed_loop_answers& all,
                                                          double level) {
    const auto share = [&](std::int64_t some, std::int64_t of) -> transition_share {
        const share_counts counts{.successes = some, .trials = of};
        if (of == 0) {
            return {.counts = counts};
        }
        return {.counts = counts,
                .share = static_cast<double>(some) / static_cast<double>(of),
                .interval = share_interval(counts, {.level = level})};
    };
    const category_counts& c = all.after;
    return {.after = c,
            .no_answer = all.no_answer,
            .to = {.to_detractors = share(c.detractors, c.n()),
                   .to_passives = share(c.passives, c.n()),
                   .to_promoters = share(c.promoters, c.n())},
            .recovered = share(c.passives + c.promoters, c.n()),
            .answered = share(c.n(), c.n() + all.no_answer)};
}

/// Weight of a rating among those that count.
[[nodiscard]] inline double closed_loop_weight(double contacted, double others,
                                               closed_loop_weights weights) {
    switch (weights) {
    case closed_loop_weights::everybody:
        return contacted + others;
    case closed_loop_weights::mantel_haenszel:
        return contacted * others / (contacted + others);
    default:
        return contacted;
    }
}

[[nodiscard]] inline closed_loop_effect
closed_loop_compare(const std::vector<closed_loop_rating>& ratings,
                    const std::vector<double>& weight, const std::vector<double>& bound_weight,
                    const closed_loop_measure& measure, double level) {
    const double range = measure.high - measure.low;
    running_sum contacted;
    running_sum others;
    running_sum variance;
    running_sum worst;
    running_sum best;
    std::int64_t n = 0;
    for (std::size_t h = 0; h < ratings.size(); ++h) {
        const closed_loop_answers& c = ratings[h].contacted;
        const closed_loop_answers& u = ratings[h].not_contacted;
        if (weight[h] > 0) {
            contacted.add(weight[h] * (measure.base + measure.coding.mean(c.after)));
            others.add(weight[h] * (measure.base + measure.coding.mean(u.after)));
            variance.add(weight[h] * weight[h] *
                         (measure.coding.error(c.after) + measure.coding.error(u.after)));
            n += c.after.n() + u.after.n();
        }
        if (bound_weight[h] > 0) {
            const auto mean_if = [&](const closed_loop_answers& group, double silent) {
                const double answers = static_cast<double>(group.after.n());
                const double asked = answers + static_cast<double>(group.no_answer);
                const double sum =
                    answers > 0 ? answers * (measure.base + measure.coding.mean(group.after)) : 0;
                return (sum + static_cast<double>(group.no_answer) * silent) / asked;
            };
            worst.add(bound_weight[h] * (mean_if(c, measure.low) - mean_if(u, measure.high)));
            best.add(bound_weight[h] * (mean_if(c, measure.high) - mean_if(u, measure.low)));
        }
    }
    closed_loop_effect effect{.contacted = contacted.value(),
                              .not_contacted = others.value(),
                              .difference = contacted.value() - others.value(),
                              .standard_error = std::sqrt(variance.value()),
                              .worst_case = worst.value(),
                              .best_case = best.value()};
    const double reach = normal_critical_value(level) * effect.standard_error;
    effect.interval = {.lower = std::clamp(effect.difference - reach, -range, range),
                       .upper = std::clamp(effect.difference + reach, -range, range),
                       .level = level,
                       .n = n,
                       .clipped =
                           effect.difference - reach < -range || effect.difference + reach > range,
                       .method = "stratified"};
    effect.p_value =
        (std::min)(1.0, 2 * normal_upper_tail(std::abs(effect.difference) / effect.standard_error));
    return effect;
}

} // namespace detail

/// What became of detractors who were contacted and of those who were not, and the effect of the
/// contact within the same first rating.
///
/// Every baseline is a detractor, so a difference in differences is only the difference after.
/// Detractors rise by chance when asked again (chance_rise); the comparison takes that away, since
/// it happens to both groups alike.
///
/// Formula:    difference = sum W_h (y_c,h - y_u,h), y the mean second answer of rating h, W_h
///             summing to 1: the people asked of the contacted, of everybody, or Mantel-Haenszel n_c
///             n_u / (n_c + n_u) of those who answered; variance sum W_h^2 (v_c,h + v_u,h), v that
///             of adjusted_wald for scores, with one answer more on each side for shares; p value by
///             the normal distribution.
///             Bounds: each group's silent ones all detractors or all promoters, the ratings that
///             have people in both groups, weighted by the people asked.
/// Scale:      score [-2, 2], shares [-1, 1]; `clipped` says that a limit was cut.
/// Assumes:    within a first rating contact is as good as drawn by lot, and those who answered the
///             second time are like the silent ones. The first is true only where it was drawn; the
///             bounds do without the second.
/// Not for:    comparing contacted detractors with their own first answers.
/// Degenerate: a rating without answers in one group has weight 0; the others carry it, and the
///             number of contacted left out is reported.
/// Throws:     invalid_input: impossible counts, a rating twice; undefined_result where no rating has
///             answers in both groups.
/// Cost:       O(ratings), some 20 us.
/// Source:     Greenland, Robins (1985), doi:10.2307/2530643 (Mantel-Haenszel);
///             Manski (1990), https://www.jstor.org/stable/2006592 (bounds)
/// Checked:    tests/reference/closed_loop.csv (mpmath); coverage by simulation in
///             tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline closed_loop_result closed_loop(const std::vector<closed_loop_rating>& ratings,
                                                    const closed_loop_options& options = {}) {
    constexpr std::string_view self = "closed_loop";
    detail::require_level(options.level, self);
    closed_loop_result result{.level = options.level,
                              .method = detail::method_name(options.weights)};
    closed_loop_answers contacted;
    closed_loop_answers others;
    std::vector<double> weight;
    std::vector<double> bound_weight;
    running_sum sum;
    running_sum bound_sum;
    for (std::size_t h = 0; h < ratings.size(); ++h) {
        const std::string name = "ratings[" + detail::to_text(h) + "]";
        for (std::size_t i = 0; i < h; ++i) {
            detail::require(ratings[i].rating != ratings[h].rating, self, name + ".rating",
                            ratings[h].rating, "must differ from those before it");
        }
        const auto take = [&](const closed_loop_answers& group, closed_loop_answers& all,
                              const std::string& which) {
            detail::require_count(group.after.detractors, self, which + ".after.detractors");
            detail::require_count(group.after.passives, self, which + ".after.passives");
            detail::require_count(group.after.promoters, self, which + ".after.promoters");
            detail::require_count(group.after.n(), self, which + ".after.n()");
            detail::require_count(group.no_answer, self, which + ".no_answer");
            detail::require_count(all.after.n() + group.after.n(), self, "answers up to " + which);
            detail::require_count(all.after.n() + group.after.n() + all.no_answer + group.no_answer,
                                  self, "people asked up to " + which);
            all.after += group.after;
            all.no_answer += group.no_answer;
        };
        const closed_loop_answers& c = ratings[h].contacted;
        const closed_loop_answers& u = ratings[h].not_contacted;
        take(c, contacted, name + ".contacted");
        take(u, others, name + ".not_contacted");
        const bool compared = c.after.n() > 0 && u.after.n() > 0;
        const double n_c = static_cast<double>(c.after.n());
        const double n_u = static_cast<double>(u.after.n());
        const double asked_c = n_c + static_cast<double>(c.no_answer);
        const double asked_u = n_u + static_cast<double>(u.no_answer);
        const bool by_answers = options.weights == closed_loop_weights::mantel_haenszel;
        weight.push_back(compared ? detail::closed_loop_weight(by_answers ? n_c : asked_c,
                                                               by_answers ? n_u : asked_u,
                                                               options.weights)
                                  : 0);
        bound_weight.push_back(asked_c > 0 && asked_u > 0
                                   ? detail::closed_loop_weight(asked_c, asked_u, options.weights)
                                   : 0);
        sum.add(weight.back());
        bound_sum.add(bound_weight.back());
        result.contacted_without_comparison += compared ? 0 : c.after.n();
        result.ratings.push_back({.rating = ratings[h].rating});
        if (compared) {
            result.ratings.back().score_difference =
                detail::mix_score.mean(c.after) - detail::mix_score.mean(u.after);
        }
    }
    if (!(sum.value() > 0)) {
        detail::throw_undefined(self, "no first rating has answers in both groups");
    }
    for (std::size_t h = 0; h < ratings.size(); ++h) {
        weight[h] /= sum.value();
        bound_weight[h] /= bound_sum.value();
        result.ratings[h].weight = weight[h];
    }
    result.contacted = detail::closed_loop_totals(contacted, options.level);
    result.not_contacted = detail::closed_loop_totals(others, options.level);
    const auto effect = [&](const detail::closed_loop_measure& measure) {
        return detail::closed_loop_compare(ratings, weight, bound_weight, measure, options.level);
    };
    result.score = effect({detail::mix_score, 0, -1, 1});
    // Detractors no longer: 1 - the share of detractors.
    result.recovered = effect({detail::mix_detractors, 1, 0, 1});
    result.promoters = effect({detail::mix_promoters, 0, 0, 1});
    return result;
}

} // namespace nps::inline v0
