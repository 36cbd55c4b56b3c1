// SPDX-License-Identifier: Apache-2.0
/// @file
/// Partial pooling: many teams or touchpoints, some of few answers, each drawn towards all.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/known_estimate.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/shrunken_sd.hpp>
#include <nps/model/detail/pooled_normal.hpp>
#include <nps/model/pooling_result.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of pool_estimates.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pool_estimates_options {
    double level = 0.95;
    /// Standard deviation of the true values of units, where it is known or estimated elsewhere
    /// (between_variance has other estimators); otherwise from the estimates.
    std::optional<double> between_sd = {};
    /// Takes the estimated variance between units as known: intervals are then too short.
    bool between_sd_as_known = false;
};

/// The S^2 of an answer that the sampling variance of a unit's score is made of.
enum class unit_variance : std::uint8_t {
    pooled,  ///< of all answers about the scores of their units: the same for each unit
    shrunken ///< of the unit, drawn towards that of all: shrunken_sd
};

/// Options of pool_scores.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pool_scores_options {
    double level = 0.95;
    unit_variance variance = unit_variance::pooled;
    /// As in pool_estimates_options.
    std::optional<double> between_sd = {};
    bool between_sd_as_known = false;
};

/// True values of units from estimates with known sampling variances, by a normal model of random
/// effects: value_i ~ N(true_i, v_i), true_i ~ N(mean, t).
///
/// Formula:    t given: own_i = t / (v_i + t), mean m = sum w y / sum w with w = 1 / (v + t), true_i
///             normal with mean own_i y_i + (1 - own_i) m and variance own_i v_i + (1 - own_i)^2 /
///             sum w. between_variance: the t at which the restricted likelihood -1/2 [sum log
///             (v + t) + log sum w + sum w (y - m)^2] is largest. averaged: over the distribution of t
///             that has this likelihood and a uniform prior on t; limits are quantiles of that
///             mixture, value and standard_error its mean and standard deviation
/// Scale:      that of the values.
/// Assumes:    units are like draws from one normal population; sampling errors are independent and
///             about normal.
/// Not for:    units that are known to differ in kind: pool each kind alone. A unit far from all
///             others is drawn in too far: its interval holds the truth less often than the level,
///             while over all units it does so at least as often.
/// Degenerate: equal values: between_variance 0; averaged, units still keep some weight.
/// Throws:     invalid_input, whose text names the unit by its 0-based position; undefined_result
///             for fewer than 6 units without between_sd, or none with it.
/// Cost:       O(units) for each of some 50 to 200 variances, and as much for a limit.
/// Source:     Morris (1983), doi:10.1080/01621459.1983.10477920; Morris, Tang (2011),
///             doi:10.1214/10-STS349 (uniform prior on t); Viechtbauer (2005),
///             doi:10.3102/10769986030003261 (restricted likelihood)
/// Checked:    tests/reference/pooling.csv (R metafor; quadrature in R), docs/pooling_study
/// Example:    examples/model_pooling.cpp
[[nodiscard]] inline pooling_result pool_estimates(std::span<const known_estimate> units,
                                                   const pool_estimates_options& options = {}) {
    constexpr std::string_view self = "pool_estimates";
    detail::require_level(options.level, self);
    if (options.between_sd) {
        detail::require(*options.between_sd >= 0 && *options.between_sd <= 1e50, self, "between_sd",
                        *options.between_sd, "must be in [0, 1e50]");
    }
    std::vector<std::optional<known_estimate>> estimates;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto& [value, variance] = units[i];
        const std::string place = "units[" + detail::to_text(i) + "]";
        detail::require(std::abs(value) <= 1e50, self, place + ".value", value,
                        "must be in [-1e50, 1e50]");
        detail::require(variance >= 1e-100 && variance <= 1e100, self, place + ".variance",
                        variance, "must be in [1e-100, 1e100]");
        estimates.emplace_back(units[i]);
    }
    return detail::pool(estimates, std::vector<std::int64_t>(units.size()),
                        {.sd = options.between_sd, .as_known = options.between_sd_as_known},
                        options.level, self);
}

namespace detail {

/// S^2 of each unit, above 0 whatever the answers.
[[nodiscard]] inline std::vector<double> unit_variances(std::span<const category_counts> units,
                                                        unit_variance variance) {
    running_sum squares;
    running_sum freedom;
    double n = 0;
    for (const category_counts& unit : units) {
        if (unit.n() > 0) {
            const category_weights counts(unit);
            squares.add(counts.n() * counts.variance());
            freedom.add(counts.n() - 1);
            n += counts.n();
        }
    }
    const double pooled = (squares.value() + 0.5) / (freedom.value() + 1);
    std::vector<double> result(units.size(), pooled);
    if (variance == unit_variance::shrunken) {
        const shrunken_sds own = shrunken_sd({units.begin(), units.end()});
        for (std::size_t i = 0; i < units.size(); ++i) {
            const double sd = own.groups[i].respondent_sd;
            result[i] = (std::max)(sd * sd, 0.5 / (n + 1));
        }
    }
    return result;
}

} // namespace detail

/// The net scores of units, as pool_estimates has it. The variance S^2 / n of a unanimous unit is 0,
/// and would give it all weight: S^2 is pooled over units, or each drawn towards that.
///
/// Formula:    y = p - d; v = S^2 / n. pooled: S^2 = (sum n_i S_i^2 + 1/2) / (sum (n_i - 1) + 1).
///             shrunken: that of shrunken_sd, at least 1/2 over all answers and 1. Then as
///             pool_estimates; limits beyond [-1, 1] are set to its ends
/// Scale:      [-1, 1].
/// Assumes:    answers are independent within units; as pool_estimates.
/// Not for:    the mean score of all answers: `mean` counts each unit once.
/// Degenerate: a unit of no answers has the distribution of a new one; unanimous units are drawn in
///             like others.
/// Throws:     invalid_input, whose text names the unit by its 0-based position; undefined_result
///             for fewer than 6 units with answers without between_sd, or none with it.
/// Cost:       as pool_estimates: see docs/pooling.md.
/// Source:     Morris (1983), doi:10.1080/01621459.1983.10477920
/// Checked:    tests/reference/pooling.csv, docs/pooling_study
/// Example:    examples/model_pooling.cpp
[[nodiscard]] inline pooling_result pool_scores(std::span<const category_counts> units,
                                                const pool_scores_options& options = {}) {
    constexpr std::string_view self = "pool_scores";
    detail::require_level(options.level, self);
    if (options.between_sd) {
        detail::require(*options.between_sd >= 0 && *options.between_sd <= 1, self, "between_sd",
                        *options.between_sd, "must be in [0, 1]");
    }
    detail::require(
        options.variance == unit_variance::pooled || options.variance == unit_variance::shrunken,
        self, "variance", static_cast<int>(options.variance), "must be pooled or shrunken");
    category_counts all{};
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::string place = std::string(self) + ": unit " + detail::to_text(i);
        detail::require_counts(units[i], place);
        sizes.push_back(units[i].n());
        all += units[i];
    }
    const std::vector<double> variances = detail::unit_variances(units, options.variance);
    std::vector<std::optional<known_estimate>> estimates;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (sizes[i] == 0) {
            estimates.emplace_back();
            continue;
        }
        const detail::category_weights counts(units[i]);
        estimates.emplace_back(
            known_estimate{.value = counts.score(), .variance = variances[i] / counts.n()});
    }
    pooling_result result = detail::pool(
        estimates, sizes, {.sd = options.between_sd, .as_known = options.between_sd_as_known},
        options.level, self);
    const auto clip = [](pooled_value& value) {
        interval& ci = value.interval;
        ci.clipped = ci.lower < -1 || ci.upper > 1;
        ci.lower = std::clamp(ci.lower, -1.0, 1.0);
        ci.upper = std::clamp(ci.upper, -1.0, 1.0);
        value.value = std::clamp(value.value, -1.0, 1.0);
    };
    clip(result.mean);
    for (pooled_unit& unit : result.units) {
        clip(unit.shrunken);
    }
    return result;
}

} // namespace nps::inline v0
