// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did it change, who is ahead: the difference of the net promoter scores of two separate samples.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/restricted_pair.hpp>
#include <nps/infer/detail/score_difference_posterior.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The tests of two net promoter scores, each with its interval.
enum class comparison_method : std::uint8_t {
    wald,             ///< difference over its standard error; rejects too often in small groups
    wald_pooled,      ///< the standard error as if both groups were one; interval of wald
    adjusted_wald,    ///< wald, after adding 3/4, 1 1/2, 3/4 answers to each group; careful
    score,            ///< the standard error under the hypothesis; interval by inversion
    likelihood_ratio, ///< signed root of the likelihood lost under the hypothesis; by inversion
    welch,            ///< Welch's t test of the answers coded -1, 0, 1
    bayesian          ///< posterior of the difference, under a Dirichlet prior for each group
};

/// Options of compare_scores.
///
/// Checked:    tests/infer/compare_scores_test.cpp
/// Example:    examples/comparing.cpp
struct compare_scores_options {
    comparison_method method = comparison_method::score;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised a - b; 0 with a claim.
    double null_difference = 0;
    /// Of a claim: 0.05 is five points.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
    /// Of each group; read by bayesian alone.
    dirichlet_prior prior{};
};

namespace detail {

inline constexpr std::string_view score_advice = "; method score has an answer";

[[nodiscard]] constexpr std::string_view method_name(comparison_method method) {
    switch (method) {
    case comparison_method::wald:
        return "wald";
    case comparison_method::wald_pooled:
        return "wald_pooled";
    case comparison_method::adjusted_wald:
        return "adjusted_wald";
    case comparison_method::score:
        return "score";
    case comparison_method::likelihood_ratio:
        return "likelihood_ratio";
    case comparison_method::welch:
        return "welch";
    case comparison_method::bayesian:
        return "bayesian";
    }
    throw_invalid("compare_scores", "method", static_cast<int>(method), "must be a named method");
}

[[nodiscard]] inline double score_difference(const category_weights& a, const category_weights& b) {
    return ratio_difference(a.promoters - a.detractors, a.n(), b.promoters - b.detractors, b.n());
}

/// wald, adjusted_wald and wald_pooled.
[[nodiscard]] inline normal_comparison wald_comparison(const category_weights& a,
                                                       const category_weights& b, bool pooled) {
    const double error = std::sqrt(a.variance() / a.n() + b.variance() / b.n());
    double null_error = error;
    if (pooled) {
        const category_weights both = a.plus(b.detractors, b.passives, b.promoters);
        null_error = std::sqrt(both.variance() * (1 / a.n() + 1 / b.n()));
    }
    return {"compare_scores", score_difference(a, b), error, null_error, score_advice};
}

[[nodiscard]] inline student_comparison welch_comparison(const category_weights& a,
                                                         const category_weights& b) {
    if (!(a.n() > 1 && b.n() > 1)) {
        throw_undefined("compare_scores", "the unbiased variance of one respondent");
    }
    return student_comparison::welch("compare_scores", score_difference(a, b),
                                     a.variance() / (a.n() - 1), a.n(), b.variance() / (b.n() - 1),
                                     b.n(), score_advice);
}

/// Inverts the score statistic or the signed root of the likelihood ratio.
class restricted_comparison {
public:
    restricted_comparison(const category_weights& a, const category_weights& b,
                          comparison_method method)
        : difference(score_difference(a, b)), a_(a), b_(b), method_(method) {}

    double difference;

    [[nodiscard]] comparison_test test(double delta) const {
        if (method_ == comparison_method::score) {
            const double error = std::sqrt(restricted_variance(a_, b_, delta));
            return normal_test(standardised(difference - delta, error, "compare_scores"), error);
        }
        return normal_test(signed_root(delta),
                           wald_comparison(a_.counts(), b_.counts(), false).standard_error);
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double z = normal_upper_quantile(tail);
        const auto statistic = [this](double delta) {
            return method_ == comparison_method::score
                       ? (difference - delta) / std::sqrt(restricted_variance(a_, b_, delta))
                       : signed_root(delta);
        };
        return invert_statistic(statistic, upper ? -z : z, difference);
    }

private:
    [[nodiscard]] double signed_root(double delta) const {
        const double excess = difference - delta;
        return excess == 0 ? 0
                           : std::copysign(std::sqrt(restricted_deviance(a_, b_, delta)), excess);
    }

    held_score_group a_;
    held_score_group b_;
    comparison_method method_;
};

/// p values of a posterior are probabilities that the alternative, or the claim, does not hold.
[[nodiscard]] inline comparison answer_by_posterior(const score_difference_posterior& posterior,
                                                    const comparison_question& ask,
                                                    const difference_range& range,
                                                    comparison result) {
    result.difference = posterior.difference;
    result = answer_comparison(posterior, ask, range, result);
    if (ask.claim == claim::equivalence) {
        const double margin = ask.equivalence_margin;
        const double below = posterior.cdf(-margin);
        const double above = posterior.upper_tail(margin);
        result.p_value = (std::min)(below + above, 1.0);
        // From the side with less beyond the margin: 1 - p has no digits of a small probability.
        const double inside =
            below < above ? posterior.cdf(margin) - below : posterior.upper_tail(-margin) - above;
        result.posterior_probability = (std::max)(inside, 0.0);
    } else {
        result.posterior_probability = posterior.upper_tail(result.null_difference);
    }
    return result;
}

} // namespace detail

/// The difference of two net promoter scores, with its interval and its test.
///
/// Formula:    s = p - d and V = p + d - s^2 of each group; z = (s_a - s_b - delta) / se, with
///             delta the hypothesis and for se^2: wald V_a / n_a + V_b / n_b; wald_pooled
///             V (1 / n_a + 1 / n_b) with V of both groups as one; adjusted_wald as wald after
///             adding 3/4, 1 1/2, 3/4 to detractors, passives, promoters of each group; score
///             as wald with V under the maximum likelihood shares that have s_a - s_b = delta;
///             welch as wald with n - 1 for n, and t with Welch-Satterthwaite degrees of freedom.
///             likelihood_ratio: z^2 is the deviance of those shares, z has the sign of
///             s_a - s_b - delta. The interval of score and likelihood_ratio holds the delta that
///             their own test does not reject; wald_pooled shows that of wald.
///             bayesian: s_a - s_b where the shares of each group are Dirichlet(prior + counts):
///             posterior mean and standard deviation, equal-tailed credible interval, and
///             posterior_probability = P(s_a - s_b > delta), by a convolution of the two densities
///             and not by simulation. Its p value is the posterior probability that the alternative
///             does not hold, P(s_a - s_b <= delta) for greater; two-sided twice the smaller tail;
///             for a claim, that the claim does not hold: equivalence adds both tails.
///             Claims of the others: equivalence tests s_a - s_b > -margin and < margin, one side
///             each; p value and statistic are those of the larger p, and the interval has level
///             1 - 2 alpha. non_inferiority and superiority test > -margin and > margin.
/// Scale:      [-2, 2]. A one-sided test comes with the one-sided interval that agrees with it,
///             like R's t.test. `clipped` says that a limit of a Wald form or of welch was cut.
/// Assumes:    two separate simple random samples from large populations. Size: every method calls
///             equal scores different more often than its level says somewhere; score, the default,
///             least. Largest size at 5 %, two-sided / one-sided, groups of 5 to 100 answers, all
///             shares but where everybody agrees (docs/size): score .079 / .120, adjusted_wald
///             .088 / .150, likelihood_ratio .129 / .165; wald_pooled .55 / .32, wald .60 / .69 and
///             welch .59 / .69 where sizes differ much, and more beyond (.80 at 20 and 1,000); with
///             20 to 40 in each group .086, .089 and .086 two-sided. At 5 and 1,000 answers without
///             passives score has .12 / .16, as miettinen_nurminen of compare_shares. bayesian:
///             absolute error below 1e-12 + 1e-16 sqrt(n) and relative error of a tail below
///             1e-10 + 1e-15 sqrt(n), down to tails of 1e-18, for n up to 10^12.
/// Not for:    the same people asked twice or in part the same; weighted or clustered answers.
/// Degenerate: score and likelihood_ratio answer for any two groups of one respondent or more; two
///             groups that agree in one category have statistic 0, p = 1. Where both groups are
///             unanimous the standard error of wald and welch is 0: without a difference from the
///             hypothesis p = 1 and the interval is a point, else undefined_result; wald_pooled
///             the same where all answers are equal.
/// Throws:     invalid_input, also for wald_pooled with a hypothesis that is not equality, a
///             margin without claim, a claim without margin or with an alternative;
///             for bayesian a prior weight outside [0.05, 2^53]; undefined_result: an empty group,
///             or one respondent with welch.
/// Cost:       CPU time: closed forms 1 us, welch 1-3 us, score 10-20 us, likelihood_ratio 15-45 us,
///             bayesian 25-50 ms, whatever n is; 90 ms for one answer with a prior weight of 0.05.
/// Source:     Rocks (2016), https://arxiv.org/abs/1601.07235 (adjusted_wald);
///             Miettinen, Nurminen (1985), doi:10.1002/sim.4780040211 (inversion of the restricted
///             score test); Welch (1947), doi:10.1093/biomet/34.1-2.28;
///             Schuirmann (1987), doi:10.1007/BF01068419 (equivalence);
///             Gelman et al., Bayesian Data Analysis, ISBN 978-1439840955, section 3.4 (bayesian)
/// Checked:    tests/reference/compare_scores.csv, compare_scores_bayesian.csv (exact
///             rationals, mpmath; tests/infer/compare_scores_bayesian_test.cpp); conformance values,
///             R t.test; size by enumeration: docs/size, tests/infer/size_test.cpp
/// Example:    examples/comparing.cpp
[[nodiscard]] inline comparison compare_scores(const category_counts& a, const category_counts& b,
                                               const compare_scores_options& options = {}) {
    constexpr std::string_view self = "compare_scores";
    constexpr detail::difference_range range{-2, 2};
    const detail::comparison_question ask{options.alternative, options.claim,
                                          options.null_difference, options.equivalence_margin,
                                          options.level};
    const std::string_view name = detail::method_name(options.method);
    detail::require_question(ask, range, self);
    detail::require_respondents(a, self);
    detail::require_respondents(b, self);
    comparison result{.n_a = a.n(), .n_b = b.n(), .method = name};
    const detail::category_weights weights_a(a);
    const detail::category_weights weights_b(b);
    const auto answer = [&](const auto& method) {
        result.difference = method.difference;
        return detail::answer_comparison(method, ask, range, result);
    };
    switch (options.method) {
    case comparison_method::wald:
        return answer(detail::wald_comparison(weights_a, weights_b, false));
    case comparison_method::wald_pooled:
        detail::require_equality(ask, self, name);
        result.interval.method = "wald";
        return answer(detail::wald_comparison(weights_a, weights_b, true));
    case comparison_method::adjusted_wald:
        return answer(detail::wald_comparison(weights_a.plus(0.75, 1.5, 0.75),
                                              weights_b.plus(0.75, 1.5, 0.75), false));
    case comparison_method::score:
    case comparison_method::likelihood_ratio:
        return answer(detail::restricted_comparison(weights_a, weights_b, options.method));
    case comparison_method::welch: {
        const auto method = detail::welch_comparison(weights_a, weights_b);
        result.degrees_of_freedom = method.degrees_of_freedom;
        return answer(method);
    }
    case comparison_method::bayesian:
        return detail::answer_by_posterior({detail::posterior_weights(a, options.prior, self),
                                            detail::posterior_weights(b, options.prior, self)},
                                           ask, range, result);
    }
    return result; // method_name refuses any other
}

} // namespace nps::inline v0
