// SPDX-License-Identifier: Apache-2.0
// How sure: intervals for the score, for shares and for means.
#include "check.hpp"

#include <nps/infer.hpp>

#include <cstdio>

int main() {
    const nps::category_counts survey{.detractors = 20, .passives = 30, .promoters = 50};

    for (const nps::score_method method :
         {nps::score_method::wald, nps::score_method::adjusted_wald, nps::score_method::score,
          nps::score_method::bonett_price, nps::score_method::newcombe,
          nps::score_method::likelihood_ratio, nps::score_method::exact,
          nps::score_method::bayesian}) {
        const nps::interval ci = nps::score_interval(survey, {.method = method});
        std::printf("%-17.*s %.4f to %.4f\n", static_cast<int>(ci.method.size()), ci.method.data(),
                    ci.lower, ci.upper);
        check(ci.lower < 0.3 && 0.3 < ci.upper);
    }

    // At another level, and one-sided: "at least".
    const nps::interval ninety =
        nps::score_interval(survey, {.method = nps::score_method::adjusted_wald, .level = 0.90});
    check(about(ninety.lower, 0.1647) && about(ninety.upper, 0.4178));
    const nps::interval at_least = nps::score_interval(survey, {.sides = nps::bounds::lower});
    check(at_least.upper == 1);

    // All promoters: an interval, not a point, and never beyond 1.
    const nps::interval unanimous = nps::score_interval({.promoters = 20});
    check(unanimous.lower < 1 && unanimous.upper == 1);

    // The promoter share alone, and the three shares together.
    const nps::interval promoters =
        nps::share_interval(nps::share_counts{.successes = 50, .trials = 100});
    check(about(promoters.lower, 0.4038));
    const auto shares = nps::simultaneous_share_intervals(survey);
    check(shares.promoters.lower < promoters.lower);

    // A mean as it stands in a published table.
    const nps::interval mean =
        nps::mean_interval(nps::published_mean{.n = 200, .mean = 7.9, .standard_deviation = 2.1});
    check(about(mean.lower, 7.6072));
}
