// SPDX-License-Identifier: Apache-2.0
/// @file
/// Two scores, shares or means of answers from people who come back: each respondent is a cluster.
#pragma once

#include <nps/core/cluster_totals.hpp>
#include <nps/core/comparison.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/cluster_variance.hpp>

#include <cmath>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// Options of compare_clustered_scores, compare_clustered_shares and compare_clustered_means.
///
/// Checked:    tests/infer/compare_clustered_test.cpp
/// Example:    examples/panel.cpp
struct compare_clustered_options {
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised a - b; 0 with a claim.
    double null_difference = 0;
    /// Of a claim, on the scale of the measure: 0.05 is five points of a score.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
};

namespace detail {

[[nodiscard]] inline comparison
compare_clustered(const cluster_totals& totals, const compare_clustered_options& options,
                  answer_coding coding, const difference_range& range, std::string_view function) {
    const comparison_question ask{options.alternative, options.claim, options.null_difference,
                                  options.equivalence_margin, options.level};
    require_question(ask, range, function);
    require_coding(totals, coding, true, function);
    const double difference =
        ratio_difference(static_cast<double>(totals.sum_a()), static_cast<double>(totals.n_a()),
                         static_cast<double>(totals.sum_b()), static_cast<double>(totals.n_b()));
    const double error = std::sqrt(cluster_variance(totals, function));
    const double df = static_cast<double>(totals.clusters() - 1);
    const comparison result{.difference = difference,
                            .degrees_of_freedom = df,
                            .n_a = totals.n_a(),
                            .n_b = totals.n_b(),
                            .method = "clustered_t"};
    return answer_comparison(student_comparison{function, difference, error, df}, ask, range,
                             result);
}

} // namespace detail

/// The difference of two net promoter scores, a - b, of respondents who may have answered several
/// times, in one group or in both. Answers coded -1, 0, 1.
///
/// Formula:    r = S / N of each group. For each of the G respondents
///             u = (s_a - r_a n_a) / N_a - (s_b - r_b n_b) / N_b; the variance of r_a - r_b is
///             G / (G - 1) sum u^2 (linearised), and the test is Student's t with G - 1 degrees of
///             freedom. With one answer of each the variance is wald's times G / (G - 1); with one
///             answer in both groups of each it is R's paired t test. Claims: as with compare_scores.
/// Scale:      [-2, 2]. A one-sided test comes with the one-sided interval that agrees with it.
///             `clipped` says that a limit was cut.
/// Assumes:    a simple random sample of respondents, all their answers taken; 30 respondents or
///             more in each group, none with most of its answers.
/// Not for:    respondents drawn with unequal chances.
/// Degenerate: a standard error of 0 (each respondent answered on average as the group) gives p = 1
///             (one-sided 1/2) and a point if the difference is the hypothesised one, else
///             undefined_result.
/// Throws:     invalid_input, also for sums that no answers in this coding have; undefined_result:
///             an empty group, one respondent, in all or in a group.
/// Cost:       O(1), 20 us, whatever the number of respondents.
/// Source:     Lumley (2010), Complex Surveys, ISBN 978-0-470-28430-8; Liang, Zeger (1986),
///             doi:10.1093/biomet/73.1.13
/// Checked:    tests/reference/compare_clustered.csv (R survey svyby, svycontrast)
/// Example:    examples/panel.cpp
[[nodiscard]] inline comparison
compare_clustered_scores(const cluster_totals& totals,
                         const compare_clustered_options& options = {}) {
    return detail::compare_clustered(totals, options, detail::answer_coding::score, {-2, 2},
                                     "compare_clustered_scores");
}

/// The difference of two shares of answers, a - b: as compare_clustered_scores, answers coded 0, 1.
///
/// Scale:      [-1, 1].
/// Throws:     as compare_clustered_scores.
/// Checked:    tests/reference/compare_clustered.csv (R survey svyby, svycontrast)
/// Example:    examples/panel.cpp
[[nodiscard]] inline comparison
compare_clustered_shares(const cluster_totals& totals,
                         const compare_clustered_options& options = {}) {
    return detail::compare_clustered(totals, options, detail::answer_coding::share, {-1, 1},
                                     "compare_clustered_shares");
}

/// The difference of two means of whole-number ratings, a - b: as compare_clustered_scores.
///
/// Scale:      that of the ratings, without ends: a one-sided interval is infinite on its open side.
/// Throws:     as compare_clustered_scores.
/// Checked:    tests/reference/compare_clustered.csv (R survey svyby, svycontrast)
/// Example:    examples/panel.cpp
[[nodiscard]] inline comparison
compare_clustered_means(const cluster_totals& totals,
                        const compare_clustered_options& options = {}) {
    constexpr double without_end = std::numeric_limits<double>::infinity();
    return detail::compare_clustered(totals, options, detail::answer_coding::mean,
                                     {-without_end, without_end}, "compare_clustered_means");
}

} // namespace nps::inline v0
