// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did it change, who is ahead: the difference of the shares of two separate samples.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/detail/share_comparison.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The tests of two shares, each with its interval.
enum class share_comparison_method : std::uint8_t {
    wald,               ///< difference over its standard error; rejects too often in small groups
    wald_pooled,        ///< the z test, as if both groups were one; interval of wald
    newcombe,           ///< hybrid of two Wilson intervals, and the test that agrees with it
    miettinen_nurminen, ///< the standard error under the hypothesis; interval by inversion
    fisher              ///< exact, given the successes of both groups together; interval of
                        ///< miettinen_nurminen
};

/// Options of compare_shares.
///
/// Checked:    tests/infer/compare_shares_test.cpp
/// Example:    examples/comparing.cpp
struct compare_shares_options {
    share_comparison_method method = share_comparison_method::miettinen_nurminen;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    /// The hypothesised a - b; 0 with a claim.
    double null_difference = 0;
    /// Of a claim: 0.05 is five percentage points.
    double equivalence_margin = 0;
    /// 1 - alpha of the test, and the level of the interval: 1 - 2 alpha for equivalence.
    double level = 0.95;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(share_comparison_method method) {
    switch (method) {
    case share_comparison_method::wald:
        return "wald";
    case share_comparison_method::wald_pooled:
        return "wald_pooled";
    case share_comparison_method::newcombe:
        return "newcombe";
    case share_comparison_method::miettinen_nurminen:
        return "miettinen_nurminen";
    case share_comparison_method::fisher:
        return "fisher";
    }
    throw_invalid("compare_shares", "method", static_cast<int>(method), "must be a named method");
}

} // namespace detail

/// The difference of two shares (of promoters, of a top box, of responses), with its interval and
/// its test.
///
/// Formula:    p = successes / trials of each group, delta the hypothesis, z = (p_a - p_b - delta)
///             / se. wald: se^2 = p_a (1 - p_a) / n_a + p_b (1 - p_b) / n_b. wald_pooled:
///             p (1 - p) (1 / n_a + 1 / n_b) with p of both groups as one. miettinen_nurminen: as
///             wald with the maximum likelihood shares that have p_a - p_b = delta, times
///             N / (N - 1), N = n_a + n_b; the interval holds the delta that are not rejected.
///             newcombe (his method 10): p_a - p_b - sqrt((p_a - l_a)^2 + (u_b - p_b)^2) to
///             p_a - p_b + sqrt((u_a - p_a)^2 + (p_b - l_b)^2), l and u the Wilson limits; its z is
///             that whose limit is delta, and its standard error that of wald.
///             fisher: one-sided, the tail of the hypergeometric distribution of the successes of a
///             given those of both; two-sided, all tables that are not more probable than the one
///             observed (up to 1e-7 relative, as R does); the statistic is the z of
///             miettinen_nurminen, and so is the interval, since the exact test speaks of the odds
///             ratio and not of a difference. Claims as in compare_scores.
/// Scale:      [-1, 1]. A one-sided test comes with the one-sided interval. `clipped` says that a
///             limit of wald was cut.
/// Assumes:    two separate simple random samples from large populations. Largest size of the 5 % test
///             of equal shares, two-sided / one-sided, enumerated for groups of 5 to 100 answers and
///             shares of .005 to .995 (docs/size): newcombe .063 / .083, miettinen_nurminen and
///             wald_pooled .083 / .121, wald .46 / .53 where sizes differ much and .11 / .09 where they
///             are equal: each is above 5 % somewhere, and more where sizes differ more and the share
///             is near 0 or 1 (.12 / .16 at 5 and 1,000, all but wald). fisher .040 / .031: never
///             above, at a loss of power.
/// Not for:    the same people asked twice; weighted or clustered answers; the share of promoters
///             minus that of detractors, see compare_scores.
/// Degenerate: miettinen_nurminen and fisher answer for any two groups of one or more. Two groups
///             without any success, or without any failure, have z = 0, p = 1. With each share 0 or
///             1 the standard error of wald is 0: without a difference from the hypothesis p = 1 and
///             the interval is a point, else undefined_result; wald_pooled the same where all
///             answers are equal. newcombe: a hypothesis that no level's interval reaches (never
///             equality) throws undefined_result.
/// Throws:     invalid_input, also for wald_pooled and fisher with a hypothesis that is not
///             equality, for fisher with more than 2^53 answers in both groups, a margin without
///             claim, a claim without margin or with an alternative; undefined_result.
/// Cost:       CPU time: closed forms 1 us, newcombe 2 us, miettinen_nurminen 20 us, whatever n is;
///             fisher proportional to sqrt(n) besides: 0.07 ms at 10^6 answers, 0.8 ms at 10^9, 25 ms
///             at 10^12.
/// Source:     Miettinen, Nurminen (1985), doi:10.1002/sim.4780040211; Newcombe (1998),
///             doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I;
///             Fisher (1935), doi:10.2307/2342435
/// Checked:    tests/reference/compare_shares.csv (mpmath), compare_shares_r.csv (R prop.test,
///             fisher.test), compare_shares_size.csv (NumPy); Newcombe's published examples
/// Example:    examples/comparing.cpp
[[nodiscard]] inline comparison compare_shares(const share_counts& a, const share_counts& b,
                                               const compare_shares_options& options = {}) {
    constexpr std::string_view self = "compare_shares";
    constexpr detail::difference_range range{-1, 1};
    const detail::comparison_question ask{options.alternative, options.claim,
                                          options.null_difference, options.equivalence_margin,
                                          options.level};
    const std::string_view name = detail::method_name(options.method);
    detail::require_question(ask, range, self);
    detail::require_respondents(a, self);
    detail::require_respondents(b, self);
    comparison result{.n_a = a.n(), .n_b = b.n(), .method = name};
    const detail::share_group group_a(a);
    const detail::share_group group_b(b);
    const auto answer = [&](const auto& method) {
        result.difference = method.difference;
        return detail::answer_comparison(method, ask, range, result);
    };
    switch (options.method) {
    case share_comparison_method::wald:
        return answer(detail::wald_share_comparison(group_a, group_b, false));
    case share_comparison_method::wald_pooled:
        detail::require_equality(ask, self, name);
        result.interval.method = "wald";
        return answer(detail::wald_share_comparison(group_a, group_b, true));
    case share_comparison_method::newcombe:
        return answer(detail::newcombe_comparison(group_a, group_b));
    case share_comparison_method::miettinen_nurminen:
        return answer(detail::miettinen_nurminen_comparison(group_a, group_b));
    case share_comparison_method::fisher:
        detail::require_equality(ask, self, name);
        detail::require_count(a.trials + b.trials, self, "trials of both groups");
        result.interval.method = "miettinen_nurminen";
        return answer(detail::fisher_comparison(a, b));
    }
    return result; // method_name refuses any other
}

} // namespace nps::inline v0
