// SPDX-License-Identifier: Apache-2.0
// The intervals that need no random numbers, over random surveys: inside [-1, 1], in order, around
// the estimate, and a number.
#include "support/interval_properties.hpp"

#include <nps/infer/net_promoter_score.hpp>
#include <nps/resample/abc_interval.hpp>
#include <nps/resample/ideal_bootstrap.hpp>

#include <cstdint>

namespace {

nps::random_stream random_numbers(std::uint32_t test) {
    return {20261122, test, nps::random_purpose::simulation};
}

} // namespace

TEST_CASE("abc_interval over random surveys") {
    nps::random_stream random = random_numbers(5);
    for (int survey = 0; survey < 200; ++survey) {
        const nps::category_counts c = nps_test::any_survey(random, survey);
        CAPTURE(c.detractors);
        CAPTURE(c.passives);
        CAPTURE(c.promoters);
        // It moves with the skewness, so that a narrow interval can miss the estimate.
        nps_test::check_at_all_levels(
            [&](double level, nps::bounds sides) {
                return nps::abc_interval(c, {.level = level, .sides = sides});
            },
            {-1, 1}, nps::net_promoter_score(c).value, 0.95);
    }
}

TEST_CASE("ideal_bootstrap: every method over random surveys") {
    using enum nps::bootstrap_method;
    nps::random_stream random = random_numbers(6);
    for (int survey = 0; survey < 12; ++survey) {
        const nps::category_counts c = nps_test::any_survey(random, survey, 300);
        const nps::ideal_bootstrap_result bootstrap = nps::ideal_bootstrap(c);
        CAPTURE(c.detractors);
        CAPTURE(c.passives);
        CAPTURE(c.promoters);
        for (const nps::bootstrap_method method : {normal, basic, percentile, bca, studentised}) {
            CAPTURE(static_cast<int>(method));
            // Quantiles of a distribution on few points can lie on one side of the estimate.
            nps_test::check_at_all_levels(
                [&](double level, nps::bounds sides) {
                    return bootstrap.interval({.method = method, .level = level, .sides = sides});
                },
                {-1, 1}, bootstrap.estimate, method == normal ? 0 : 1);
        }
    }
}
