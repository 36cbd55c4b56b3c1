// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where to act: touchpoints by what the whole score would gain, and how sure that order is.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/rank_confidence_set.hpp>
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

/// One touchpoint, team or segment of a programme.
///
/// Checked:    tests/monitor/potential_gain_test.cpp
/// Example:    examples/monitor_why.cpp
struct touchpoint_counts {
    std::string name = {};
    category_counts counts = {};
    /// Customers or contacts that it stands for, in any unit. Of all touchpoints or of none: then
    /// its answers.
    std::optional<double> volume = {};
    /// How far the programme score moves with the score of this touchpoint for its customers: 1 where
    /// the programme score is the mean over contacts; a regression effect where it is another question.
    double effect = 1;
    /// Of the effect, where that was estimated.
    double effect_error = 0;
};

/// What is reached for.
enum class gain_target : std::uint8_t {
    best_tenth, ///< the lowest score of the best tenth of the touchpoints: what others do
    given       ///< as given, 1 being all promoters
};

/// Options of potential_gain.
///
/// Checked:    tests/monitor/potential_gain_test.cpp
/// Example:    examples/monitor_why.cpp
struct potential_gain_options {
    gain_target target = gain_target::best_tenth;
    /// With given, a score in [-1, 1].
    double target_score = 1;
    /// Part of the gap that is closed, in (0, 1].
    double closed = 1;
    /// Of each interval for itself; 1 - level is the error allowed to all ranks together.
    double level = 0.95;
    /// Over all pairs for the ranks.
    multiplicity adjustment = multiplicity::holm;
};

/// What one touchpoint could bring.
///
/// Checked:    tests/monitor/potential_gain_test.cpp
/// Example:    examples/monitor_why.cpp
struct touchpoint_gain {
    std::string name = {};
    double score = 0;
    /// Of all touchpoints, summing to 1.
    double share = 0;
    /// Target less score; 0 where the target is reached.
    double room = 0;
    /// Of the programme score.
    double gain = 0;
    double standard_error = 0;
    /// At least 0.
    nps::interval interval = {};
    rank_confidence_set rank = {};
};

/// Touchpoints, the largest gain first.
///
/// Checked:    tests/monitor/potential_gain_test.cpp
/// Example:    examples/monitor_why.cpp
struct potential_gain_result {
    std::vector<touchpoint_gain> touchpoints = {};
    double target_score = 0;
    std::int64_t n = 0;
    double level = 0;
    std::string_view adjustment = {};
    /// "sample_volumes" or "known_volumes"
    std::string_view method = {};
};

namespace detail {

/// A gain before it is held at 0: its derivatives, and the variance of its own score and effect.
struct gain_term {
    double value;    ///< effect x share x closed x (target - score)
    double by_share; ///< derivative by the share
    double own;      ///< variance through its score and its effect
};

/// Ranks that the pairs allow. `between` is the covariance of two gains through their shares.
template <class Covariance>
void rank_gains(const std::vector<gain_term>& terms, std::vector<touchpoint_gain>& gains,
                multiplicity adjustment, double allowed, Covariance covariance) {
    const std::size_t m = terms.size();
    std::vector<double> pairs;
    pairs.reserve(m * (m - 1) / 2);
    for (std::size_t a = 0; a < m; ++a) {
        for (std::size_t b = a + 1; b < m; ++b) {
            const double apart = std::abs(terms[a].value - terms[b].value);
            const double variance = terms[a].own + terms[b].own + covariance(a, a) +
                                    covariance(b, b) - 2 * covariance(a, b);
            pairs.push_back(
                apart == 0     ? 1
                : variance > 0 ? (std::min)(1.0, 2 * normal_upper_tail(apart / std::sqrt(variance)))
                               : 0);
        }
        gains[a].rank.worst = m;
    }
    pairs = adjust_p_values(pairs, adjustment);
    std::size_t pair = 0;
    for (std::size_t a = 0; a < m; ++a) {
        for (std::size_t b = a + 1; b < m; ++b) {
            const double ahead = terms[a].value - terms[b].value;
            rank_confidence_set& higher = gains[ahead > 0 ? a : b].rank;
            rank_confidence_set& lower = gains[ahead > 0 ? b : a].rank;
            const bool sure = pairs[pair++] <= allowed;
            lower.estimated += ahead != 0 ? 1 : 0;
            lower.best += sure ? 1 : 0;
            higher.worst -= sure ? 1 : 0;
        }
    }
}

/// The lowest score of the best tenth, at least one touchpoint.
[[nodiscard]] inline double best_tenth(std::vector<double> scores) {
    const std::size_t tenth = (std::max)(scores.size() / 10, std::size_t{1});
    std::sort(scores.begin(), scores.end());
    return scores[scores.size() - tenth];
}

} // namespace detail

/// Orders touchpoints by what the programme score would gain if each closed a part of its gap to a
/// target: effect x share of volume x room.
///
/// Formula:    gain_k = effect_k w_k closed (target - s_k), 0 where s_k is above the target; w_k =
///             volume_k / sum of volumes. Variance, before that: (w_k closed)^2 (effect_k^2 v_k +
///             room^2 e_k^2 + v_k e_k^2), v the variance of adjusted_wald, e the error of the effect;
///             without volumes that of multinomial shares is added, which makes touchpoints negatively
///             correlated. Ranks: with the adjusted p values of all differences of two gains before
///             they are held at 0, best = 1 + those surely above, worst = touchpoints - those surely
///             below.
/// Scale:      gains are changes of the programme score: 0.01 is a point.
/// Assumes:    separate samples; effects independent of each other and of the counts. The target is
///             taken as known: the best tenth of many small touchpoints is in part luck, so that a
///             shrunken or a given target is safer.
/// Not for:    a promise: the gap says what others reach, not what it costs to reach it.
/// Degenerate: touchpoints at the target have gain 0, and an upper limit of their own; touchpoints
///             whose order is not shown share ranks, all of them if need be.
/// Throws:     invalid_input: impossible counts or options, volumes of some touchpoints alone, an
///             effect that is negative or not finite; undefined_result: no touchpoints, one without
///             answers, volumes that sum to 0.
/// Cost:       O(touchpoints^2) for the ranks; 1,150: 0.5 s.
/// Source:     Mogstad, Romano, Shaikh, Wilhelm (2024), doi:10.1093/restud/rdad006 (ranks)
/// Checked:    tests/reference/potential_gain.csv (R, p.adjust); coverage of ranks and intervals in
///             tests/monitor/potential_gain_test.cpp
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline potential_gain_result
potential_gain(const std::vector<touchpoint_counts>& touchpoints,
               const potential_gain_options& options = {}) {
    constexpr std::string_view self = "potential_gain";
    detail::require_level(options.level, self);
    detail::require(
        options.target == gain_target::best_tenth || options.target == gain_target::given, self,
        "target", static_cast<int>(options.target), "must be best_tenth or given");
    detail::require(options.target_score >= -1 && options.target_score <= 1, self, "target_score",
                    options.target_score, "must be in [-1, 1]");
    detail::require(options.closed > 0 && options.closed <= 1, self, "closed", options.closed,
                    "must be in (0, 1]");
    if (touchpoints.empty()) {
        detail::throw_undefined(self, "no touchpoints");
    }
    potential_gain_result result{.level = options.level,
                                 .adjustment = detail::method_name(options.adjustment, self)};
    const bool known = touchpoints.front().volume.has_value();
    running_sum volumes;
    std::vector<double> scores;
    for (std::size_t k = 0; k < touchpoints.size(); ++k) {
        const touchpoint_counts& one = touchpoints[k];
        const std::string name = "touchpoints[" + detail::to_text(k) + "]";
        detail::require_count(one.counts.detractors, self, name + ".counts.detractors");
        detail::require_count(one.counts.passives, self, name + ".counts.passives");
        detail::require_count(one.counts.promoters, self, name + ".counts.promoters");
        detail::require_count(one.counts.n(), self, name + ".counts.n()");
        if (one.counts.n() == 0) {
            detail::throw_undefined(self, "no valid answers in " + name);
        }
        result.n += one.counts.n();
        detail::require_count(result.n, self, "answers up to " + name);
        detail::require(one.volume.has_value() == known, self, name + ".volume",
                        one.volume.value_or(0), "must be given for all touchpoints or for none");
        const double volume = known ? *one.volume : static_cast<double>(one.counts.n());
        detail::require(volume >= 0 && volume <= 0x1p53, self, name + ".volume", volume,
                        "must be in [0, 2^53]");
        detail::require(one.effect >= 0 && std::isfinite(one.effect), self, name + ".effect",
                        one.effect, "must be at least 0 and finite");
        detail::require(one.effect_error >= 0 && std::isfinite(one.effect_error), self,
                        name + ".effect_error", one.effect_error, "must be at least 0 and finite");
        volumes.add(volume);
        scores.push_back(detail::mix_score.mean(one.counts));
    }
    if (!(volumes.value() > 0)) {
        detail::throw_undefined(self, "volumes that sum to 0");
    }
    result.target_score =
        options.target == gain_target::given ? options.target_score : detail::best_tenth(scores);
    result.method = known ? "known_volumes" : "sample_volumes";
    const double z = normal_critical_value(options.level);
    const double n = static_cast<double>(result.n);
    std::vector<detail::gain_term> terms;
    for (std::size_t k = 0; k < touchpoints.size(); ++k) {
        const touchpoint_counts& one = touchpoints[k];
        const double share =
            (known ? *one.volume : static_cast<double>(one.counts.n())) / volumes.value();
        const double gap = result.target_score - scores[k];
        const double error = detail::mix_score.error(one.counts);
        const double squared = one.effect_error * one.effect_error;
        const double weight = share * options.closed;
        terms.push_back(
            {.value = one.effect * weight * gap,
             .by_share = one.effect * options.closed * gap,
             .own = weight * weight *
                    (one.effect * one.effect * error + gap * gap * squared + error * squared)});
        result.touchpoints.push_back({.name = one.name,
                                      .score = scores[k],
                                      .share = share,
                                      .room = (std::max)(gap, 0.0),
                                      .gain = (std::max)(terms.back().value, 0.0)});
    }
    // Of multinomial shares, the mean taken out of the derivatives.
    const auto covariance = [&](std::size_t a, std::size_t b) {
        if (known) {
            return 0.0;
        }
        const double w_a = result.touchpoints[a].share;
        const double w_b = result.touchpoints[b].share;
        return terms[a].by_share * terms[b].by_share * ((a == b ? w_a : 0) - w_a * w_b) / n;
    };
    for (std::size_t k = 0; k < terms.size(); ++k) {
        touchpoint_gain& one = result.touchpoints[k];
        one.standard_error = std::sqrt((std::max)(terms[k].own + covariance(k, k), 0.0));
        const double lower = terms[k].value - z * one.standard_error;
        one.interval = {.lower = (std::max)(lower, 0.0),
                        .upper = (std::max)(terms[k].value + z * one.standard_error, 0.0),
                        .level = options.level,
                        .n = touchpoints[k].counts.n(),
                        .clipped = lower < 0,
                        .method = "delta"};
        detail::require(std::isfinite(one.interval.upper), self,
                        "touchpoints[" + detail::to_text(k) + "].effect", touchpoints[k].effect,
                        "must be small enough for its square to be finite");
    }
    detail::rank_gains(terms, result.touchpoints, options.adjustment, 1 - options.level,
                       covariance);
    std::stable_sort(
        result.touchpoints.begin(), result.touchpoints.end(),
        [](const touchpoint_gain& a, const touchpoint_gain& b) { return a.gain > b.gain; });
    return result;
}

} // namespace nps::inline v0
