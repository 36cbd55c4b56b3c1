// SPDX-License-Identifier: Apache-2.0
/// @file
/// Two waves that share some of their people: the difference of their net promoter scores.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/transition_counts.hpp>
#include <nps/infer/answer_correlation.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace nps::inline v0 {

/// Options of compare_overlapping_scores.
///
/// Checked:    tests/infer/compare_overlapping_scores_test.cpp
/// Example:    examples/panel.cpp
struct compare_overlapping_scores_options {
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised a - b; 0 with a claim.
    double null_difference = 0;
    /// Of a claim: 0.05 is five points.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
};

namespace detail {

/// Refuses an overlap that is not a part of the wave, category by category.
inline void require_part(const category_counts& part, const category_counts& wave,
                         const std::string& part_name, const std::string& wave_name,
                         std::string_view function) {
    const auto check = [&](std::int64_t some, std::int64_t all, const std::string& category) {
        if (some > all) {
            throw_invalid(function, part_name + "." + category, some,
                          "must be at most " + wave_name + "." + category + ", " + to_text(all));
        }
    };
    check(part.detractors, wave.detractors, "detractors");
    check(part.passives, wave.passives, "passives");
    check(part.promoters, wave.promoters, "promoters");
}

/// Standard error of a - b. With x = S_a / sqrt(n_a), y = S_b / sqrt(n_b), mu = m / sqrt(n_a n_b)
/// and rho = r mu the variance is (x - y)^2 + 2 (1 - rho) x y, and 1 - rho is (1 - mu) + mu (1 - r):
/// never negative, and right to its last digits where waves and answers are nearly the same.
[[nodiscard]] inline double overlapping_error(const category_counts& a, const category_counts& b,
                                              const transition_counts& overlap) {
    const category_weights weights_a(a);
    const category_weights weights_b(b);
    const double x = std::sqrt(weights_a.variance() / weights_a.n());
    const double y = std::sqrt(weights_b.variance() / weights_b.n());
    const double m = static_cast<double>(overlap.n());
    const double size = std::sqrt(weights_a.n()) * std::sqrt(weights_b.n());
    const double mu = m / size;
    const double only_a = static_cast<double>(a.n() - overlap.n());
    const double only_b = static_cast<double>(b.n() - overlap.n());
    const double one_minus_mu =
        (only_a / size * weights_b.n() + m / size * only_b) / (size + m); // (n_a n_b - m^2) / ...
    const auto answers = overlap.n() > 0 ? correlate(overlap) : std::nullopt;
    const double one_minus_rho = one_minus_mu + mu * (answers ? answers->one_minus_r : 1.0);
    return std::sqrt((x - y) * (x - y) + 2 * one_minus_rho * x * y);
}

} // namespace detail

/// The difference of two net promoter scores, a - b, where `overlap` holds the people who answered
/// in both waves. As in compare_scores(this_wave, last_wave) the later wave comes first:
/// overlap.after() is a part of a, overlap.before() a part of b.
///
/// Formula:    s = p - d and S^2 = p + d - s^2 of each whole wave, r the correlation of the two
///             answers within the overlap of m people; variance of s_a - s_b:
///             S_a^2 / n_a + S_b^2 / n_b - 2 m r S_a S_b / (n_a n_b). z = (s_a - s_b - delta) / se.
///             Without overlap that is compare_scores with wald; if all answered in both waves
///             compare_paired_scores with wald. Claims: as with compare_scores.
/// Scale:      [-2, 2]. A one-sided test comes with the one-sided interval that agrees with it.
///             `clipped` says that a limit was cut.
/// Assumes:    each wave is a simple random sample, each person answers once in a wave, and those
///             in both waves are like the others. Wald's form: 10 answers or more of each category
///             that matters.
/// Not for:    people who answer several times in a wave (cluster_totals).
/// Degenerate: where one of the two answers is the same for the whole overlap r is undefined and
///             taken as 0. A standard error of 0 gives p = 1 (one-sided 1/2) and a point if the
///             difference is the hypothesised one, else undefined_result.
/// Throws:     invalid_input, also for an overlap that is not a part of both waves, category by
///             category; undefined_result, also for an empty wave.
/// Cost:       O(1), 1.3 us.
/// Source:     Kish (1965), Survey Sampling, ISBN 978-0-471-10949-5, section 12.4 (overlapping
///             samples)
/// Checked:    tests/reference/compare_overlapping_scores.csv (mpmath)
/// Example:    examples/panel.cpp
[[nodiscard]] inline comparison
compare_overlapping_scores(const category_counts& a, const category_counts& b,
                           const transition_counts& overlap,
                           const compare_overlapping_scores_options& options = {}) {
    constexpr std::string_view self = "compare_overlapping_scores";
    constexpr detail::difference_range range{-2, 2};
    const detail::comparison_question ask{options.alternative, options.claim,
                                          options.null_difference, options.equivalence_margin,
                                          options.level};
    detail::require_question(ask, range, self);
    detail::require_respondents(a, self);
    detail::require_respondents(b, self);
    detail::require_counts(overlap, self);
    detail::require_part(overlap.after(), a, "overlap.after()", "a", self);
    detail::require_part(overlap.before(), b, "overlap.before()", "b", self);
    const double difference = detail::ratio_difference(
        static_cast<double>(a.promoters - a.detractors), static_cast<double>(a.n()),
        static_cast<double>(b.promoters - b.detractors), static_cast<double>(b.n()));
    const double error = detail::overlapping_error(a, b, overlap);
    const comparison result{.difference = difference, .n_a = a.n(), .n_b = b.n(), .method = "wald"};
    return detail::answer_comparison(detail::normal_comparison{self, difference, error, error}, ask,
                                     range, result);
}

} // namespace nps::inline v0
