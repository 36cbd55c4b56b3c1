// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whether predicted probabilities come true: observed beside predicted shares by group, Hosmer and
/// Lemeshow's test, Brier score and logarithmic loss.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/infer/share_interval.hpp>
#include <nps/model/detail/scored_rows.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of calibration_table.
///
/// Checked:    tests/model/calibration_table_test.cpp
/// Example:    examples/drivers.cpp
struct calibration_options {
    /// How many groups of about equal size; in [3, 1000].
    std::int64_t groups = 10;
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// Of the intervals of the observed shares.
    double level = 0.95;
};

/// Rows of about one predicted probability.
///
/// Checked:    tests/model/calibration_table_test.cpp
/// Example:    examples/drivers.cpp
struct calibration_group {
    double lowest = 0;
    double highest = 0;
    double mean_predicted = 0;
    double observed = 0;
    /// Of the observed share (Wilson).
    nps::interval interval = {};
    share_counts counts = {};
};

/// Predicted probabilities beside what came true.
///
/// Checked:    tests/model/calibration_table_test.cpp
/// Example:    examples/drivers.cpp
struct calibration_result {
    /// In ascending order of predicted probability; groups that ties left empty are not among them.
    std::vector<calibration_group> groups = {};
    /// Hosmer and Lemeshow's chi-squared with groups - 2 degrees of freedom.
    double statistic = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
    /// Mean of (probability - outcome)^2.
    double brier = 0;
    /// 1 - brier / that of the overall share for everybody; 0 where all outcomes are equal.
    double brier_skill = 0;
    /// Mean of -log of the probability of what came true.
    double log_loss = 0;
    std::int64_t n = 0;
};

/// Calibration of predicted probabilities: rows are sorted by them and cut into groups of about equal
/// size.
///
/// Formula:    a row is in group floor(groups * r / n), r the rows with a lower probability; equal
///             probabilities are in one group. X^2 = sum (O - E)^2 / (E (1 - E / n_g)), E the sum of
///             probabilities of the n_g rows of a group, O its ones
/// Assumes:    the model was fitted to the same rows: for other rows X^2 has `groups`, not groups - 2,
///             degrees of freedom.
/// Not for:    sampling weights; saying that a model is right: groups are a matter of choice, and the
///             power of the test grows with n.
/// Degenerate: fewer than three groups after ties: no test, p value 1 with 0 degrees of freedom.
/// Throws:     invalid_input for probabilities outside [0, 1], outcomes other than 0 and 1, wrong
///             sizes; undefined_result for no rows, and where a probability of 0 or 1 did not come
///             true, whose loss is infinite.
/// Cost:       O(rows log rows).
/// Source:     Hosmer, Lemeshow (1980), doi:10.1080/03610928008827941; Brier (1950),
///             doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
/// Checked:    tests/reference/classification.csv (R)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline calibration_result calibration_table(std::span<const double> probabilities,
                                                          std::span<const std::uint8_t> outcome,
                                                          const calibration_options& options = {}) {
    constexpr std::string_view self = "calibration_table";
    detail::require_level(options.level, self);
    detail::require(options.groups >= 3 && options.groups <= 1000, self, "groups", options.groups,
                    "must be in [3, 1000]");
    const detail::scored_rows rows =
        detail::scored_rows_of(probabilities, outcome, options.frequency_weights, {}, self);
    if (rows.n == 0) {
        detail::throw_undefined(self, "no rows");
    }
    const auto n = static_cast<double>(rows.n);
    std::vector<std::size_t> order(rows.score.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
        const double p = rows.score[i];
        detail::require(p >= 0 && p <= 1, self, "probabilities", p, "must be in [0, 1]");
        if (p == (rows.positive[i] ? 0 : 1)) {
            detail::throw_undefined(self, "a probability of 0 or 1 did not come true");
        }
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return rows.score[a] < rows.score[b]; });
    calibration_result result{.n = rows.n};
    running_sum squares;
    running_sum losses;
    running_sum expected;
    double below = 0;
    double group_of_last = -1;
    const auto finish = [&] {
        if (result.groups.empty()) {
            return;
        }
        calibration_group& g = result.groups.back();
        const auto size = static_cast<double>(g.counts.trials);
        const auto ones = static_cast<double>(g.counts.successes);
        g.mean_predicted = std::clamp(expected.value() / size, g.lowest, g.highest);
        g.observed = ones / size;
        g.interval = share_interval(g.counts, {.level = options.level});
        const double spread = size * g.mean_predicted * (1 - g.mean_predicted);
        const double away = ones - size * g.mean_predicted;
        result.statistic += spread > 0 ? away * away / spread : 0;
    };
    for (std::size_t at = 0; at < order.size(); ++at) {
        const std::size_t i = order[at];
        const double p = rows.score[i];
        const bool tied = at > 0 && rows.score[order[at - 1]] == p;
        const double group =
            tied ? group_of_last : std::floor(static_cast<double>(options.groups) * below / n);
        if (group != group_of_last) {
            finish();
            result.groups.push_back({.lowest = p});
            expected = {};
            group_of_last = group;
        }
        calibration_group& g = result.groups.back();
        const auto times = static_cast<std::int64_t>(rows.times[i]);
        g.highest = p;
        g.counts += {rows.positive[i] ? times : 0, times};
        expected.add(rows.times[i] * p);
        const double away = rows.positive[i] ? 1 - p : p;
        squares.add(rows.times[i] * away * away);
        losses.add(rows.times[i] * -std::log1p(-away));
        below += rows.times[i];
    }
    finish();
    const double share = static_cast<double>(rows.positives) / n;
    result.brier = squares.value() / n;
    result.brier_skill = share > 0 && share < 1 ? 1 - result.brier / (share * (1 - share)) : 0;
    result.log_loss = losses.value() / n;
    result.degrees_of_freedom = (std::max)(0.0, static_cast<double>(result.groups.size()) - 2);
    result.p_value = result.degrees_of_freedom > 0
                         ? chi_squared_upper_tail(detail::finite_or_throw(result.statistic, self),
                                                  result.degrees_of_freedom)
                         : 1;
    return result;
}

} // namespace nps::inline v0
