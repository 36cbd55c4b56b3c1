// SPDX-License-Identifier: Apache-2.0
/// @file
/// How well predicted probabilities rank: the area under the ROC curve.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/detail/scored_rows.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of auc.
///
/// Checked:    tests/model/auc_test.cpp
/// Example:    examples/drivers.cpp
struct auc_options {
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    double level = 0.95;
};

/// The area under the ROC curve.
///
/// Checked:    tests/model/auc_test.cpp
/// Example:    examples/drivers.cpp
struct auc_result {
    double value = 0;
    double standard_error = 0;
    nps::interval interval = {};
    std::int64_t positives = 0;
    std::int64_t negatives = 0;
    /// A static name.
    std::string_view method = {};
};

namespace detail {

struct auc_sums {
    double value = 0;
    /// Squared weighted deviations of the placements from the area, over squared weight.
    double of_positives = 0;
    double of_negatives = 0;
};

/// The area of the rows in `rows`, and the sums of DeLong's variance.
[[nodiscard]] inline auc_sums auc_of(const scored_rows& rows) {
    std::vector<std::size_t> order(rows.score.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return rows.score[a] < rows.score[b]; });
    const double ones = rows.weight_of(true);
    const double zeros = rows.weight_of(false);
    // The share of the other outcome that lies on the right side of each row, ties half.
    std::vector<double> placement(order.size());
    running_sum zeros_below;
    running_sum ones_below;
    running_sum area;
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        double tied_ones = 0;
        double tied_zeros = 0;
        while (last < order.size() && rows.score[order[last]] == rows.score[order[first]]) {
            (rows.positive[order[last]] ? tied_ones : tied_zeros) += rows.weight(order[last]);
            ++last;
        }
        const double below = (zeros_below.value() + tied_zeros / 2) / zeros;
        const double above = (ones - ones_below.value() - tied_ones / 2) / ones;
        area.add(tied_ones * below);
        for (std::size_t i = first; i < last; ++i) {
            placement[order[i]] = rows.positive[order[i]] ? below : above;
        }
        zeros_below.add(tied_zeros);
        ones_below.add(tied_ones);
        first = last;
    }
    auc_sums result{.value = std::clamp(area.value() / ones, 0.0, 1.0)};
    running_sum of_ones;
    running_sum of_zeros;
    for (std::size_t i = 0; i < placement.size(); ++i) {
        const double away = rows.sampling[i] * (placement[i] - result.value);
        (rows.positive[i] ? of_ones : of_zeros).add(rows.times[i] * away * away);
    }
    result.of_positives = of_ones.value() / ones / ones;
    result.of_negatives = of_zeros.value() / zeros / zeros;
    return result;
}

} // namespace detail

/// Area under the ROC curve: the chance that of a random one and a random zero the one has the higher
/// score, ties half. Any score will do, not only a probability.
///
/// Formula:    A = Mann and Whitney's U / (m n); DeLong: V = S1 / m + S0 / n from the placements of
///             the rows, S with divisors m - 1 and n - 1; with sampling weights w:
///             V = sum of w^2 (placement - A)^2 / (sum w)^2 m / (m - 1) over the ones, and so for
///             the zeros; interval A +- z sqrt(V)
/// Scale:      [0, 1]; 1/2 is chance. Limits beyond are set to the end, and the interval says so.
/// Assumes:    independent rows; for rows that the model was fitted to it is too high, see
///             logistic_cross_validation.
/// Degenerate: outcomes that the score tells without fault: 1, with no error. Fewer than two ones or
///             zeros: undefined_result.
/// Throws:     invalid_input for scores that are not finite, outcomes other than 0 and 1, wrong sizes
///             and weights; undefined_result.
/// Cost:       O(rows log rows).
/// Source:     DeLong, DeLong, Clarke-Pearson (1988), doi:10.2307/2531595
/// Checked:    tests/reference/classification.csv (pROC)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline auc_result auc(std::span<const double> scores,
                                    std::span<const std::uint8_t> outcome,
                                    const auc_options& options = {}) {
    constexpr std::string_view self = "auc";
    detail::require_level(options.level, self);
    const detail::scored_rows rows = detail::scored_rows_of(
        scores, outcome, options.frequency_weights, options.sampling_weights, self);
    if (rows.positives < 2 || rows.n - rows.positives < 2) {
        detail::throw_undefined(self, "fewer than two of an outcome");
    }
    const detail::auc_sums sums = detail::auc_of(rows);
    const auto m = static_cast<double>(rows.positives);
    const auto n = static_cast<double>(rows.n - rows.positives);
    auc_result result{.value = sums.value,
                      .standard_error = std::sqrt(sums.of_positives * (m / (m - 1)) +
                                                  sums.of_negatives * (n / (n - 1))),
                      .positives = rows.positives,
                      .negatives = rows.n - rows.positives,
                      .method = "delong"};
    const double margin = normal_critical_value(options.level) * result.standard_error;
    result.interval = {.lower = (std::max)(0.0, result.value - margin),
                       .upper = (std::min)(1.0, result.value + margin),
                       .level = options.level,
                       .n = rows.n,
                       .clipped = result.value - margin < 0 || result.value + margin > 1,
                       .method = result.method};
    return result;
}

} // namespace nps::inline v0
