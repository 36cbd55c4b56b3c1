// SPDX-License-Identifier: Apache-2.0
/// @file
/// Regression to the mean: how far detractors rise when they are asked again and nothing was done.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <string_view>

namespace nps::inline v0 {

/// Options of chance_rise.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct chance_rise_options {
    /// Test-retest reliability of the answer, in [0, 1]: test_retest_reliability of transitions of
    /// people to whom nothing was done.
    required<double> reliability;
};

/// What detractors are expected to answer the second time by chance alone.
///
/// Checked:    tests/monitor/closed_loop_test.cpp
/// Example:    examples/monitor_why.cpp
struct chance_rise_result {
    /// Score of those who were detractors; it was -1.
    double score = -1;
    /// score + 1
    double rise = 0;
    /// Shares of them that are detractors no longer, and that are promoters.
    double recovered = 0;
    double promoters = 0;
    double reliability = 1;
};

/// How far detractors rise by chance alone, from the answers of all and their reliability.
///
/// Who answers low on a day is in part someone with a low opinion and in part someone with a bad
/// day. The second answer has the opinion, and another day.
///
/// Formula:    score: S + r (-1 - S), S the score of all, r the reliability: the regression of the
///             second answer on the first where both waves have one mean and one spread.
///             Shares: (1 - r) (1 - D) and (1 - r) P, D and P the shares of all: with chance r a
///             person repeats the answer, else answers as anybody would. Under that model the
///             correlation of the answers coded -1, 0, 1 and kappa are r, and the score follows.
/// Scale:      score [-1, 1], rise [0, 2], shares [0, 1].
/// Assumes:    nothing happened between the waves; everybody has the same reliability; the
///             population is all who answered the first time, not the detractors.
/// Not for:    ratings of one baseline each: for a normal rating x the expectation is mean + r (x -
///             mean), so that 0 rises more than 6. A control group needs none of these models: see
///             closed_loop.
/// Degenerate: reliability 1 gives no rise, 0 the answers of all.
/// Throws:     invalid_input; undefined_result for no answers.
/// Cost:       O(1).
/// Source:     Barnett, van der Pols, Dobson (2005), doi:10.1093/ije/dyh299
/// Checked:    tests/monitor/closed_loop_test.cpp (by hand; simulation of the model)
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline chance_rise_result chance_rise(const category_counts& population,
                                                    const chance_rise_options& options) {
    constexpr std::string_view self = "chance_rise";
    detail::require_respondents(population, self);
    const double r = options.reliability;
    detail::require(r >= 0 && r <= 1, self, "reliability", r, "must be in [0, 1]");
    const detail::category_weights w(population);
    const double rise = (1 - r) * (2 * w.promoters + w.passives) / w.n();
    return {.score = rise - 1,
            .rise = rise,
            .recovered = (1 - r) * (w.promoters + w.passives) / w.n(),
            .promoters = (1 - r) * w.promoters / w.n(),
            .reliability = r};
}

} // namespace nps::inline v0
