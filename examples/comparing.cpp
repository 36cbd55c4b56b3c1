// SPDX-License-Identifier: Apache-2.0
// Did it change: two separate samples, from the plain question to a claim with a margin.
#include "check.hpp"

#include <nps/infer.hpp>
#include <nps/numeric.hpp>

#include <cstdio>

int main() {
    const nps::category_counts this_month{.detractors = 20, .passives = 30, .promoters = 50};
    const nps::category_counts last_month{.detractors = 40, .passives = 30, .promoters = 30};

    const nps::comparison c = nps::compare_scores(this_month, last_month);
    std::printf("%+.3f (%.3f to %.3f), p = %.5f, %.*s\n", c.difference, c.interval.lower,
                c.interval.upper, c.p_value, static_cast<int>(c.method.size()), c.method.data());
    check(about(c.difference, 0.4) && c.p_value < 0.001);
    check(c.interval.lower > 0); // as the test says: up, more than chance would show

    // One-sided, by a short formula, at another level.
    const nps::comparison up = nps::compare_scores(this_month, last_month,
                                                   {.method = nps::comparison_method::adjusted_wald,
                                                    .alternative = nps::alternative::greater,
                                                    .level = 0.90});
    check(up.interval.upper == 2 && up.interval.lower > 0);

    // "No difference found" is not "the same": that needs a margin, and enough answers.
    const nps::category_counts a{.detractors = 2'000, .passives = 3'000, .promoters = 5'000};
    const nps::category_counts b{.detractors = 2'010, .passives = 3'000, .promoters = 4'990};
    const nps::comparison same =
        nps::compare_scores(a, b, {.claim = nps::claim::equivalence, .equivalence_margin = 0.05});
    check(same.p_value < 0.05 && about(same.interval.level, 0.90));
    const nps::comparison small = nps::compare_scores(
        this_month, this_month, {.claim = nps::claim::equivalence, .equivalence_margin = 0.05});
    check(small.difference == 0 && small.p_value > 0.05);

    // How likely is it that this month is ahead? Jeffreys' prior for both.
    const nps::comparison posterior =
        nps::compare_scores(this_month, last_month,
                            {.method = nps::comparison_method::bayesian, .prior = {0.5, 0.5, 0.5}});
    std::printf("P(up) = %.5f, %.3f to %.3f\n", *posterior.posterior_probability,
                posterior.interval.lower, posterior.interval.upper);
    check(about(posterior.difference, 40 / 101.5));
    check(*posterior.posterior_probability > 0.999);

    // A share: promoters of this month and of the last.
    const nps::share_counts now{.successes = 56, .trials = 70};
    const nps::share_counts before{.successes = 48, .trials = 80};
    const nps::comparison share = nps::compare_shares(now, before);
    check(about(share.difference, 0.2));
    check(about(share.interval.lower, 0.0528) && about(share.interval.upper, 0.3382));
    const nps::comparison hybrid =
        nps::compare_shares(now, before, {.method = nps::share_comparison_method::newcombe});
    check(about(hybrid.interval.lower, 0.0524) && about(hybrid.interval.upper, 0.3339));
    const nps::comparison exact =
        nps::compare_shares(now, before, {.method = nps::share_comparison_method::fisher});
    std::printf("share %+.3f, exact p = %.5f\n", exact.difference, exact.p_value);
    check(about(exact.p_value, 0.01252));
    // The same tail by hand: 56 or more of the 104 successes among 70 of 150 people.
    const nps::comparison more = nps::compare_shares(
        now, before,
        {.method = nps::share_comparison_method::fisher, .alternative = nps::alternative::greater});
    check(about(more.p_value, nps::hypergeometric_upper_tail(55, 104, 46, 70), 1e-15));

    // A mean rating, from what a published table holds.
    const nps::comparison mean = nps::compare_means(
        nps::published_mean{.n = 100, .mean = 0.3, .standard_deviation = 0.784954},
        nps::published_mean{.n = 100, .mean = -0.1, .standard_deviation = 0.834847});
    std::printf("mean %+.3f, t = %.4f on %.1f degrees of freedom, p = %.6f\n", mean.difference,
                mean.statistic, *mean.degrees_of_freedom, mean.p_value);
    check(about(mean.statistic, 3.49065) && about(mean.p_value, 5.944e-4, 5e-7));
}
