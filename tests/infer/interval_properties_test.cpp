// SPDX-License-Identifier: Apache-2.0
// Every interval over random surveys of up to 10^12 answers in a category: inside its range, in
// order, around the estimate, and a number.
#include "support/interval_properties.hpp"

#include <nps/infer/mean_interval.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/share_interval.hpp>

#include <cmath>
#include <cstdint>

using nps_test::any_count;
using nps_test::any_survey;

namespace {

constexpr double always = 0;
constexpr double never = 1;

nps::random_stream random_numbers(std::uint32_t test) {
    return {20261122, test, nps::random_purpose::simulation};
}

struct method_case {
    nps::score_method method;
    int surveys;
    double most;
    double centred_from;
    double highest_level;
};

} // namespace

TEST_CASE("score_interval: every method over random surveys") {
    using enum nps::score_method;
    // Pseudo-answers and priors draw an interval towards 0, away from the estimate.
    const method_case cases[] = {
        {wald, 60, 1e12, always, 1},     {adjusted_wald, 60, 1e12, 0.95, 1},
        {score, 30, 1e12, always, 1},    {bonett_price, 60, 1e12, 0.95, 1},
        {newcombe, 60, 1e12, always, 1}, {likelihood_ratio, 30, 1e12, always, 1},
        {bayesian, 6, 1e12, never, 1},   {exact, 4, 6, always, 1 - 1e-9}};
    for (const method_case& method : cases) {
        nps::random_stream random = random_numbers(1);
        for (int survey = 0; survey < method.surveys; ++survey) {
            const nps::category_counts c = any_survey(random, survey, method.most);
            CAPTURE(static_cast<int>(method.method));
            CAPTURE(c.detractors);
            CAPTURE(c.passives);
            CAPTURE(c.promoters);
            nps_test::check_at_all_levels(
                [&](double level, nps::bounds sides) {
                    return nps::score_interval(
                        c, {.method = method.method, .level = level, .sides = sides});
                },
                {-1, 1}, nps::net_promoter_score(c).value, method.centred_from,
                method.highest_level);
        }
    }
}

TEST_CASE("share_interval: every method over random shares") {
    using enum nps::share_method;
    for (const nps::share_method method : {wilson, jeffreys, clopper_pearson, agresti_coull}) {
        nps::random_stream random = random_numbers(2);
        for (int draw = 0; draw < 60; ++draw) {
            const std::int64_t k = any_count(random);
            std::int64_t n = k + any_count(random);
            n = n == 0 ? 1 : n;
            CAPTURE(static_cast<int>(method));
            CAPTURE(k);
            CAPTURE(n);
            nps_test::check_at_all_levels(
                [&](double level, nps::bounds sides) {
                    return nps::share_interval({k, n},
                                               {.method = method, .level = level, .sides = sides});
                },
                {0, 1}, static_cast<double>(k) / static_cast<double>(n),
                method == wilson || method == clopper_pearson ? always : 0.95);
        }
    }
}

TEST_CASE("simultaneous_share_intervals over random surveys") {
    nps::random_stream random = random_numbers(3);
    for (int survey = 0; survey < 60; ++survey) {
        const nps::category_counts c = any_survey(random, survey);
        for (const double level : {0.01, 0.5, 0.95, 1 - 1e-12}) {
            const auto found = nps::simultaneous_share_intervals(c, {.level = level});
            const auto check = [&](const nps::interval& ci, std::int64_t count) {
                CAPTURE(count);
                CAPTURE(c.n());
                CAPTURE(level);
                CHECK(ci.level == level);
                nps_test::check_interval(
                    ci, {0, 1}, static_cast<double>(count) / static_cast<double>(c.n()), true);
            };
            check(found.detractors, c.detractors);
            check(found.passives, c.passives);
            check(found.promoters, c.promoters);
        }
    }
}

TEST_CASE("mean_interval over random ratings") {
    nps::random_stream random = random_numbers(4);
    for (int draw = 0; draw < 200; ++draw) {
        const std::int64_t n = any_count(random) + 2;
        const double mean = 10 * random.uniform();
        // At most what ratings of 0 and 10 alone have.
        const double spread = mean * (10 - mean) * random.uniform() * (draw % 5 == 0 ? 0 : 1);
        const nps::moments ratings{
            .count = n, .mean = mean, .squared_deviations = spread * static_cast<double>(n)};
        CAPTURE(n);
        CAPTURE(mean);
        CAPTURE(spread);
        nps_test::check_at_all_levels(
            [&](double level, nps::bounds sides) {
                return nps::mean_interval(
                    ratings, {.level = level, .sides = sides, .lowest = 0, .highest = 10});
            },
            {0, 10}, mean, always);
    }
}
