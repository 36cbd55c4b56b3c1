// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did the same people change: the difference of the net promoter scores of a panel asked twice.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/transition_counts.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/restricted_changes.hpp>
#include <nps/numeric/distributions.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The tests of the two net promoter scores of one panel, each with its interval.
enum class paired_method : std::uint8_t {
    wald, ///< difference over its standard error
    score ///< the standard error under the hypothesis (McNemar, Tango); interval by inversion
};

/// Options of compare_paired_scores.
///
/// Checked:    tests/infer/compare_paired_scores_test.cpp
/// Example:    examples/panel.cpp
struct compare_paired_scores_options {
    paired_method method = paired_method::score;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised after - before; 0 with a claim.
    double null_difference = 0;
    /// Of a claim: 0.05 is five points.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(paired_method method) {
    switch (method) {
    case paired_method::wald:
        return "wald";
    case paired_method::score:
        return "score";
    }
    throw_invalid("compare_paired_scores", "method", static_cast<int>(method),
                  "must be a named method");
}

/// Variance of one change with divisor n; turned changes give the same to the last bit.
[[nodiscard]] inline double change_variance(const answer_changes& changes) {
    return restricted_changes(changes, changes.sum() > 0).variance();
}

[[nodiscard]] inline double mean_change(const answer_changes& changes) {
    return static_cast<double>(changes.sum()) / static_cast<double>(changes.n());
}

/// Inverts the score statistic of the mean change.
class paired_score_comparison {
public:
    explicit paired_score_comparison(const answer_changes& changes)
        : difference(mean_change(changes)), n_(static_cast<double>(changes.n())),
          sum_(static_cast<double>(changes.sum())), above_(changes, true), below_(changes, false) {}

    double difference;

    [[nodiscard]] comparison_test test(double delta) const {
        const double excess = std::fma(-delta, n_, sum_) / n_;
        const double variance = excess < 0   ? above_.variance(-excess, 2 - delta)
                                : excess > 0 ? below_.variance(excess, 2 + delta)
                                             : above_.variance();
        const double error = std::sqrt(variance / n_);
        return normal_test(standardised(excess, error, "compare_paired_scores"), error);
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double z = normal_upper_quantile(tail);
        // A tail above 1/2 puts the limit on the other side of the estimate.
        return upper == (z >= 0) ? difference + above_.reach(std::abs(z))
                                 : difference - below_.reach(std::abs(z));
    }

private:
    double n_;
    double sum_;
    restricted_changes above_;
    restricted_changes below_;
};

} // namespace detail

/// The change of the net promoter score of people who answered twice: after - before, with its
/// interval and its test. So `difference`, and each hypothesis, is positive where the score rose.
///
/// Formula:    x = -2, ..., 2 is the change of one answer coded -1, 0, 1; m its mean, V its variance
///             with divisor n; z = (m - delta) / sqrt(V / n), delta the hypothesis. wald: V as
///             observed. score: V under the maximum likelihood shares of the five changes whose mean
///             is delta, so that z^2 is Pearson's chi-squared of the fit; its interval holds the
///             delta that this test does not reject.
///             With b steps up and c down of one class alone z^2 is McNemar's (b - c)^2 / (b + c) if
///             neither is over 3 times the other. Beyond, the fit that needs fewest people places
///             some in the unseen change by two classes, and z^2 = |b - c| / 2 is smaller. With
///             changes by two classes alone the interval is twice score_interval (Tango).
///             Claims: as with compare_scores.
/// Scale:      [-2, 2]. A one-sided test comes with the one-sided interval that agrees with it.
///             `clipped` says that a limit of wald was cut.
/// Assumes:    a simple random sample of people, each asked twice; those who did not answer again
///             are not in the table. n_a, n_b: the pairs, n each; the interval rests on 2 n answers.
///             Largest size of the two-sided 5 % test of no change over all shares in steps of .05,
///             enumerated for n of 5, 10, 20: score .078, .063, .058; wald .213, .174, .097. Both
///             are above 5 % there; where few people change score is far below.
/// Not for:    two separate samples (compare_scores), or waves that share some of their people
///             (compare_overlapping_scores).
/// Degenerate: score answers for any panel of one person or more: if nobody changed, the
///             difference is 0, p = 1 against 0 and the interval -/+ 2 z^2 / (n + z^2). wald has
///             standard error 0 where all changes are equal: p = 1 (one-sided 1/2) and a point if
///             the hypothesis is that change, else undefined_result.
/// Throws:     invalid_input, also for a margin without claim, a claim without margin or with an
///             alternative; undefined_result.
/// Cost:       wald 0.6 us, score 5 us, whatever n is.
/// Source:     Tango (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B;
///             McNemar (1947), doi:10.1007/BF02295996;
///             Owen (1988), doi:10.1093/biomet/75.2.237 (shares under a held mean)
/// Checked:    tests/reference/compare_paired_scores.csv (mpmath, SciPy maximisation); R mcnemar.test,
///             t.test; size: tests/reference/paired_size.csv (NumPy)
/// Example:    examples/panel.cpp
[[nodiscard]] inline comparison
compare_paired_scores(const transition_counts& counts,
                      const compare_paired_scores_options& options = {}) {
    constexpr std::string_view self = "compare_paired_scores";
    constexpr detail::difference_range range{-2, 2};
    const detail::comparison_question ask{options.alternative, options.claim,
                                          options.null_difference, options.equivalence_margin,
                                          options.level};
    const std::string_view name = detail::method_name(options.method);
    detail::require_question(ask, range, self);
    detail::require_respondents(counts, self);
    const detail::answer_changes changes(counts);
    comparison result{.difference = detail::mean_change(changes),
                      .n_a = counts.n(),
                      .n_b = counts.n(),
                      .method = name};
    if (options.method == paired_method::wald) {
        const double error =
            std::sqrt(detail::change_variance(changes) / static_cast<double>(changes.n()));
        return detail::answer_comparison(
            detail::normal_comparison{self, result.difference, error, error}, ask, range, result);
    }
    return detail::answer_comparison(detail::paired_score_comparison(changes), ask, range, result);
}

} // namespace nps::inline v0
