// SPDX-License-Identifier: Apache-2.0
/// @file
/// A score, a share or a mean of answers from people who come back: each respondent is a cluster.
#pragma once

#include <nps/core/cluster_totals.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/detail/cluster_variance.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// Options of clustered_score, clustered_share and clustered_mean.
///
/// Checked:    tests/infer/clustered_estimate_test.cpp
/// Example:    examples/panel.cpp
struct clustered_estimate_options {
    double level = 0.95;
};

/// An estimate whose uncertainty comes from the differences between respondents.
///
/// Checked:    tests/infer/clustered_estimate_test.cpp
/// Example:    examples/panel.cpp
struct clustered_estimate {
    double value = 0;
    double standard_error = 0;
    nps::interval interval{};
    /// Of Student's t: respondents - 1.
    double degrees_of_freedom = 0;
    /// Respondents, and their answers.
    std::int64_t clusters = 0;
    std::int64_t n = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

namespace detail {

[[nodiscard]] inline clustered_estimate
estimate_clustered(const cluster_totals& totals, const clustered_estimate_options& options,
                   answer_coding coding, double lowest, double highest, std::string_view function) {
    require_level(options.level, function);
    require_coding(totals, coding, false, function);
    const double value = static_cast<double>(totals.sum_a()) / static_cast<double>(totals.n_a());
    const double error = std::sqrt(cluster_variance(totals, function));
    const double df = static_cast<double>(totals.clusters() - 1);
    const double reach =
        student_t_upper_quantile(tail_probability(options.level, bounds::two_sided), df) * error;
    const double lower = std::clamp(value - reach, lowest, highest);
    const double upper = std::clamp(value + reach, lowest, highest);
    return {.value = value,
            .standard_error = error,
            .interval = {.lower = lower,
                         .upper = upper,
                         .level = options.level,
                         .n = totals.n_a(),
                         .clipped = lower != value - reach || upper != value + reach,
                         .method = "clustered_t"},
            .degrees_of_freedom = df,
            .clusters = totals.clusters(),
            .n = totals.n_a(),
            .method = "clustered_t"};
}

} // namespace detail

/// The net promoter score of answers of which some come from the same people, with a standard error
/// that knows it. The answers are those of group a, coded -1, 0, 1; group b is empty.
///
/// Formula:    r = S / N; variance G / (G - 1) sum ((s - r n) / N)^2 over the G respondents;
///             r -/+ t standard errors, t with G - 1 degrees of freedom
/// Scale:      [-1, 1]; `clipped` says that a limit was cut.
/// Assumes:    a simple random sample of respondents, all their answers taken; 30 respondents or
///             more, none with most of the answers.
/// Not for:    a difference (compare_clustered_scores); one answer of each (score_interval has
///             better coverage).
/// Degenerate: where each respondent answered on average as the group: a point.
/// Throws:     invalid_input, also for answers in group b and for sums that no answers in this
///             coding have; undefined_result: no answers, one respondent.
/// Cost:       O(1), 9 us, whatever the number of respondents.
/// Source:     Lumley (2010), Complex Surveys, ISBN 978-0-470-28430-8
/// Checked:    tests/infer/clustered_estimate_test.cpp (R survey svymean, in
///             tests/reference/compare_clustered.csv)
/// Example:    examples/panel.cpp
[[nodiscard]] inline clustered_estimate
clustered_score(const cluster_totals& totals, const clustered_estimate_options& options = {}) {
    return detail::estimate_clustered(totals, options, detail::answer_coding::score, -1, 1,
                                      "clustered_score");
}

/// The same for a share, answers coded 0, 1.
///
/// Scale:      [0, 1]; `clipped` says that a limit was cut.
/// Throws:     as clustered_score.
/// Checked:    tests/infer/clustered_estimate_test.cpp
/// Example:    examples/panel.cpp
[[nodiscard]] inline clustered_estimate
clustered_share(const cluster_totals& totals, const clustered_estimate_options& options = {}) {
    return detail::estimate_clustered(totals, options, detail::answer_coding::share, 0, 1,
                                      "clustered_share");
}

/// The same for a mean of whole-number ratings.
///
/// Scale:      that of the ratings.
/// Throws:     as clustered_score.
/// Checked:    tests/infer/clustered_estimate_test.cpp
/// Example:    examples/panel.cpp
[[nodiscard]] inline clustered_estimate
clustered_mean(const cluster_totals& totals, const clustered_estimate_options& options = {}) {
    constexpr double without_end = std::numeric_limits<double>::infinity();
    return detail::estimate_clustered(totals, options, detail::answer_coding::mean, -without_end,
                                      without_end, "clustered_mean");
}

} // namespace nps::inline v0
