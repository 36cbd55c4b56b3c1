// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/programme_plan.hpp>
#include <nps/monitor/sampling_schedule.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using nps_test::close;

namespace {

std::string message(const auto& work) {
    try {
        work();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "";
}

// Customers in contact at random times; of those rested a share is invited. The share of contacts
// that find their customer rested, after a while.
double simulated_share(const std::vector<nps::customer_group>& groups, double contacts_per_day,
                       double fraction, int rest_days, int days, std::uint64_t seed) {
    nps::random_stream random(seed, 0, nps::random_purpose::simulation);
    double unit = 0;
    for (const auto& g : groups) {
        unit += g.customers * g.relative_contacts;
    }
    std::int64_t contacts = 0;
    std::int64_t rested = 0;
    for (const auto& g : groups) {
        const double rate = contacts_per_day * g.relative_contacts / unit;
        for (int c = 0; c < static_cast<int>(double{g.customers}); ++c) {
            double free_from = 0;
            double t = -std::log(random.uniform()) / rate;
            while (t < days) {
                const bool counts = t > 5.0 * rest_days;
                contacts += counts ? 1 : 0;
                if (t >= free_from) {
                    rested += counts ? 1 : 0;
                    if (random.uniform() < fraction) {
                        free_from = t + rest_days;
                    }
                }
                t += -std::log(random.uniform()) / rate;
            }
        }
    }
    return static_cast<double>(rested) / static_cast<double>(contacts);
}

} // namespace

TEST_CASE("Without rest and budget it is the sample size over the window") {
    const auto schedule = nps::sampling_schedule({{.name = "shop",
                                                   .margin = 0.03,
                                                   .contacts_per_day = 5'000,
                                                   .response_rate = 0.2,
                                                   .respondent_sd = 0.7}});
    // 1.959964^2 0.49 / 0.0009 = 2091.45; / 0.2 = 10457.2
    const auto& shop = schedule.touchpoints[0];
    CHECK(shop.wanted.completes == 2'092);
    CHECK(shop.invitations == 10'458);
    CHECK(shop.limit == nps::schedule_limit::none);
    CHECK(shop.shortfall == 0);
    CHECK(close(shop.fraction, 10'458.0 / 140'000));
    CHECK(close(shop.invitations_per_day, 373.5));
    CHECK(*shop.achieved_margin <= 0.03);
    CHECK(schedule.met == 1);
    CHECK(schedule.eligible_share == 1);
    std::int64_t sum = 0;
    for (std::int64_t start : {0, 5, 27, 100}) {
        sum = 0;
        for (std::int64_t day = start; day < start + 28; ++day) {
            const std::int64_t n = nps::invitations_on(day, shop, 28);
            CHECK((n == 373 || n == 374));
            sum += n;
        }
        CHECK(sum == 10'458);
    }
}

TEST_CASE("One group of customers: the rested share is 1 - D I / N") {
    const auto schedule = nps::sampling_schedule(
        {{.name = "shop", .margin = 0.03, .contacts_per_day = 2'000, .respondent_sd = 0.7},
         {.name = "app", .margin = 0.05, .contacts_per_day = 1'000, .respondent_sd = 0.7}},
        {.window_days = 7, .rest_days = 90, .customers = {{.customers = 100'000}}});
    const double per_day = static_cast<double>(schedule.invitations) / 7;
    CHECK(schedule.met == 2);
    CHECK(close(schedule.eligible_share, 1 - 90 * per_day / 100'000,
                {.relative = 1e-11, .reason = "bisection of 40 steps"}));
    for (const auto& one : schedule.touchpoints) {
        CHECK(one.fraction <= 1);
        const double contacts = one.name == "shop" ? 2'000 : 1'000;
        CHECK(close(one.fraction * contacts * schedule.eligible_share * 7,
                    static_cast<double>(one.invitations)));
    }
}

TEST_CASE("A simulation of customers finds the rested share of the model") {
    const std::vector<nps::customer_group> one{{.customers = 3'000}};
    const std::vector<nps::customer_group> three{{.customers = 2'000, .relative_contacts = 1},
                                                 {.customers = 900, .relative_contacts = 4},
                                                 {.customers = 100, .relative_contacts = 30}};
    struct plan {
        const std::vector<nps::customer_group>& groups;
        double contacts;
        double fraction;
        int rest;
    };
    std::uint64_t seed = 1;
    for (const plan& p : {plan{one, 100, 0.3, 30}, plan{one, 300, 1.0, 30},
                          plan{three, 200, 0.5, 60}, plan{three, 600, 0.2, 14}}) {
        const auto model = nps::sampling_precision({.contacts_per_day = p.contacts,
                                                    .fraction = p.fraction,
                                                    .rest_days = p.rest,
                                                    .customers = p.groups});
        const double found =
            simulated_share(p.groups, p.contacts, p.fraction, p.rest, 20 * p.rest, seed++);
        CAPTURE(model.eligible_share);
        CAPTURE(found);
        // The share moves with that of customers at rest: about 4 standard errors.
        CHECK(std::abs(found - model.eligible_share) < 0.01);
        CHECK(model.eligible_share < 0.85);
    }
}

TEST_CASE("The schedule and its converse agree") {
    const std::vector<nps::customer_group> customers{{.customers = 20'000},
                                                     {.customers = 4'000, .relative_contacts = 6}};
    const auto schedule = nps::sampling_schedule({{.name = "shop",
                                                   .margin = 0.06,
                                                   .contacts_per_day = 900,
                                                   .response_rate = 0.15,
                                                   .respondent_sd = 0.8,
                                                   .design_effect = 1.2}},
                                                 {.rest_days = 45, .customers = customers});
    const auto& shop = schedule.touchpoints[0];
    REQUIRE(shop.limit == nps::schedule_limit::none);
    const auto bought = nps::sampling_precision({.contacts_per_day = 900,
                                                 .fraction = shop.fraction,
                                                 .response_rate = 0.15,
                                                 .respondent_sd = 0.8,
                                                 .design_effect = 1.2,
                                                 .rest_days = 45,
                                                 .customers = customers});
    const nps_test::tolerance bisection{.relative = 1e-10, .reason = "bisection of 40 steps"};
    CHECK(close(bought.eligible_share, schedule.eligible_share, bisection));
    CHECK(close(bought.invitations, static_cast<double>(shop.invitations), bisection));
    CHECK(close(bought.margin, *shop.achieved_margin, bisection));
    CHECK(bought.margin <= 0.06 * (1 + 1e-10));
    // At whole completes it is margin_of_error.
    const auto plain = nps::sampling_precision(
        {.contacts_per_day = 100, .fraction = 0.5, .days = 10, .respondent_sd = 0.6});
    CHECK(plain.completes == 500);
    CHECK(close(plain.margin, nps::margin_of_error({.completes = 500, .respondent_sd = 0.6})));
}

TEST_CASE("Who falls short is named with the reason") {
    const std::vector<nps::daily_touchpoint> touchpoints{
        {.name = "few", .margin = 0.02, .contacts_per_day = 10, .respondent_sd = 0.7},
        {.name = "rest", .margin = 0.03, .contacts_per_day = 80, .respondent_sd = 0.7},
        {.name = "fine", .margin = 0.1, .contacts_per_day = 900, .respondent_sd = 0.7},
        {.name = "none", .margin = 0.1, .contacts_per_day = 0, .respondent_sd = 0.7}};
    const auto schedule = nps::sampling_schedule(
        touchpoints, {.rest_days = 60, .customers = {{.customers = 10'000}}});
    using enum nps::schedule_limit;
    CHECK(schedule.touchpoints[0].limit == contacts);
    CHECK(schedule.touchpoints[1].limit == rest); // 2,092 of 2,240 contacts, too few of them rested
    CHECK(schedule.touchpoints[2].limit == none);
    CHECK(schedule.touchpoints[3].limit == contacts);
    CHECK(schedule.touchpoints[3].invitations == 0);
    CHECK(!schedule.touchpoints[3].achieved_margin);
    CHECK(schedule.touchpoints[1].shortfall ==
          schedule.touchpoints[1].wanted.invitations - schedule.touchpoints[1].invitations);
    CHECK(*schedule.touchpoints[1].achieved_margin > 0.03);
    CHECK(schedule.met == 1);
    CHECK(schedule.limited_by_contacts == 2);
    CHECK(schedule.limited_by_rest == 1);
    CHECK(schedule.touchpoints[1].fraction > 0.999);
    // The share is the one that these invitations leave, but for the whole numbers.
    const double per_day = static_cast<double>(schedule.invitations) / 28;
    CHECK(1 - 60 * per_day / 10'000 >= schedule.eligible_share);
    CHECK(1 - 60 * per_day / 10'000 < schedule.eligible_share + 60.0 * 3 / 28 / 10'000);
    // Without the rule the second has enough.
    CHECK(nps::sampling_schedule(touchpoints).touchpoints[1].limit == none);
}

TEST_CASE("A budget is shared out as programme_plan does; who is full leaves the rest to others") {
    std::vector<nps::daily_touchpoint> touchpoints;
    std::vector<nps::touchpoint> rows;
    for (int h = 0; h < 12; ++h) {
        const double margin = 0.03 + 0.005 * (h % 5);
        const double rate = 0.1 + 0.05 * (h % 3);
        const nps::category_counts pilot{3 + h, 5 + h % 4, 10 + 2 * h};
        touchpoints.push_back({.margin = margin,
                               .contacts_per_day = 1e6,
                               .response_rate = rate,
                               .pilot = pilot,
                               .cost = 1.0 + h % 2});
        rows.push_back(
            {.margin = margin, .response_rate = rate, .pilot = pilot, .cost = 1.0 + h % 2});
    }
    const double budget = 50'000;
    const auto plan = nps::programme_plan(rows, {.contact_budget = budget});
    const auto schedule = nps::sampling_schedule(touchpoints, {.contact_budget = budget});
    REQUIRE(plan.limited_by_budget > 5);
    for (std::size_t h = 0; h < 12; ++h) {
        CHECK(schedule.touchpoints[h].invitations == plan.touchpoints[h].invitations);
        CHECK(close(*schedule.touchpoints[h].achieved_margin, plan.touchpoints[h].achieved_margin));
    }
    CHECK(schedule.limited_by_budget == plan.limited_by_budget);
    CHECK(close(schedule.cost, plan.cost));

    touchpoints[3].contacts_per_day = 20;
    const auto full = nps::sampling_schedule(touchpoints, {.contact_budget = budget});
    CHECK(full.touchpoints[3].invitations == 560);
    CHECK(full.touchpoints[3].limit == nps::schedule_limit::contacts);
    CHECK(full.cost <= budget);
    CHECK(full.cost > budget - 3); // an invitation costs up to 2
    double ratio = 0;
    double before = 0;
    for (std::size_t h = 0; h < 12; ++h) {
        if (h != 3) {
            CHECK(full.touchpoints[h].invitations >= schedule.touchpoints[h].invitations);
            ratio = std::max(ratio, *full.touchpoints[h].achieved_margin / touchpoints[h].margin);
            before =
                std::max(before, *schedule.touchpoints[h].achieved_margin / touchpoints[h].margin);
        }
    }
    CHECK(ratio < before);
    // With rest as well, everything stays within its limits.
    const auto both = nps::sampling_schedule(
        touchpoints,
        {.rest_days = 90, .customers = {{.customers = 300'000}}, .contact_budget = budget});
    CHECK(both.cost <= budget);
    CHECK(both.eligible_share < 1);
    CHECK(1 - 90 * static_cast<double>(both.invitations) / 28 / 300'000 >=
          both.eligible_share * (1 - 1e-12));
}

TEST_CASE("Bad arguments are named") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(static_cast<void>(nps::sampling_schedule({})), nps::invalid_input);
    const std::vector<nps::daily_touchpoint> ok{{.margin = 0.05, .contacts_per_day = 100}};
    for (const double bad : {nan, inf, -1.0}) {
        CHECK_THROWS_AS(
            static_cast<void>(nps::sampling_schedule({{.margin = 0.05, .contacts_per_day = bad}})),
            nps::invalid_input);
        CHECK_THROWS_AS(
            static_cast<void>(nps::sampling_schedule({{.margin = bad, .contacts_per_day = 10}})),
            nps::invalid_input);
        CHECK_THROWS_AS(static_cast<void>(nps::sampling_schedule(ok, {.contact_budget = bad})),
                        nps::invalid_input);
        CHECK_THROWS_AS(static_cast<void>(nps::sampling_schedule(
                            ok, {.rest_days = 3, .customers = {{.customers = bad}}})),
                        nps::invalid_input);
        CHECK_THROWS_AS(
            static_cast<void>(nps::sampling_precision({.contacts_per_day = bad, .fraction = 0.5})),
            nps::invalid_input);
        CHECK_THROWS_AS(
            static_cast<void>(nps::sampling_precision({.contacts_per_day = 10, .fraction = bad})),
            nps::invalid_input);
    }
    CHECK_THROWS_AS(static_cast<void>(nps::sampling_schedule(ok, {.window_days = 0})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::sampling_schedule(ok, {.rest_days = -1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::sampling_schedule(
            ok, {.rest_days = 1, .customers = {{.customers = 5, .relative_contacts = 0}}})),
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::invitations_on(-1, {}, 28)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::invitations_on(1, {}, 0)), nps::invalid_input);
    CHECK(message([] {
              static_cast<void>(nps::sampling_schedule(
                  {{.name = "shop", .margin = 0.05, .contacts_per_day = 9, .response_rate = 2}}));
          }) == "nps::sampling_schedule: response_rate = 2, must be in (0, 1] (touchpoint 0, "
                "\"shop\")");
    // Large numbers stay numbers; unanimous pilots need one answer.
    const auto large = nps::sampling_schedule(
        {{.margin = 1e-5, .contacts_per_day = 1e12},
         {.margin = 0.05, .contacts_per_day = 1, .pilot = {0, 0, 40}, .respondent_sd = {}}},
        {.window_days = 1'000, .rest_days = 10'000, .customers = {{.customers = 1e12}}});
    CHECK(std::isfinite(large.eligible_share));
    CHECK(large.touchpoints[1].wanted.completes == 1);
}
