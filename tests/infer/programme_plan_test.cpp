// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/programme_plan.hpp>

#include "support/close.hpp"

#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::pilot_spread;
using nps::plan_limit;
using nps::programme_plan;
using nps::touchpoint;

using counts = std::vector<std::int64_t>;

counts invitations_of(const nps::planned_programme& plan) {
    counts m;
    for (const auto& one : plan.touchpoints) {
        m.push_back(one.invitations);
    }
    return m;
}

// Achieved over wanted margin, written out: 1 where it is met.
double missed(const touchpoint& one, std::int64_t invitations) {
    const double n = one.response_rate * static_cast<double>(invitations) / one.design_effect;
    double variance = *one.respondent_sd * *one.respondent_sd / n;
    const std::optional<std::int64_t> people = one.population;
    if (people) {
        const double size = static_cast<double>(*people);
        const double asked = one.response_rate * static_cast<double>(invitations);
        variance *= size == asked ? 0 : (size - asked) / (size - 1);
    }
    const double ratio = 1.9599639845400542 * std::sqrt(variance) / one.margin;
    return std::max(ratio, 1.0);
}

// The largest first.
std::vector<double> all_missed(const std::vector<touchpoint>& touchpoints, const counts& m) {
    std::vector<double> ratios;
    for (std::size_t h = 0; h < m.size(); ++h) {
        ratios.push_back(missed(touchpoints[h], m[h]));
    }
    std::ranges::sort(ratios, std::greater<>{});
    return ratios;
}

// -1, 0, 1: `a` misses less than `b`, as much but for rounding, more.
int compare(const std::vector<double>& a, const std::vector<double>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::abs(a[i] - b[i]) > 1e-12 * b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

std::vector<touchpoint> some_touchpoints(std::uint64_t seed, std::size_t size, double easiest,
                                         bool equal_costs) {
    nps::random_stream draws(seed, 0, nps::random_purpose::simulation);
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(draws.below(n)); };
    std::vector<touchpoint> touchpoints;
    for (std::size_t h = 0; h < size; ++h) {
        touchpoint one{.margin = easiest * (0.5 + 0.05 * static_cast<double>(below(10)))};
        one.response_rate = 1 / static_cast<double>(1 + below(4));
        one.respondent_sd = 0.3 + 0.1 * static_cast<double>(below(8));
        one.design_effect = 1 + 0.25 * static_cast<double>(below(3));
        if (below(2) == 0) {
            one.population = 2 + below(static_cast<std::uint64_t>(30 / (easiest * easiest)));
        }
        one.cost = equal_costs ? 1 : 0.5 * static_cast<double>(1 + below(6));
        touchpoints.push_back(one);
    }
    return touchpoints;
}

TEST_CASE("without a budget each plan is sample_size's") {
    const std::vector<touchpoint> touchpoints{{.name = "app",
                                               .margin = 0.05,
                                               .population = 80'000,
                                               .response_rate = 0.2,
                                               .respondent_sd = 0.8},
                                              {.name = "shop",
                                               .margin = 0.03,
                                               .response_rate = 0.07,
                                               .respondent_sd = 0.7,
                                               .design_effect = 1.4},
                                              {.name = "phone",
                                               .margin = 0.05,
                                               .population = 900,
                                               .response_rate = 0.3,
                                               .respondent_sd = 1}};
    for (const double level : {0.9, 0.95}) {
        const auto plan = programme_plan(touchpoints, {.level = level});
        for (std::size_t h = 0; h < 3; ++h) {
            const auto& one = plan.touchpoints[h];
            const auto wanted = nps::sample_size({.margin = touchpoints[h].margin,
                                                  .level = level,
                                                  .respondent_sd = touchpoints[h].respondent_sd,
                                                  .population = touchpoints[h].population,
                                                  .design_effect = touchpoints[h].design_effect,
                                                  .response_rate = touchpoints[h].response_rate});
            CHECK(one.name == touchpoints[h].name);
            CHECK(one.wanted.invitations == wanted.invitations);
            CHECK(one.wanted.completes == wanted.completes);
            CHECK(one.invitations ==
                  std::min<std::int64_t>(wanted.invitations, wanted.population.value_or(1 << 30)));
            CHECK(
                nps_test::close(one.expected_completes, touchpoints[h].response_rate *
                                                            static_cast<double>(one.invitations)));
        }
        CHECK(plan.touchpoints[0].limit == plan_limit::none);
        CHECK(plan.touchpoints[0].achieved_margin <= 0.05);
        CHECK(plan.touchpoints[1].limit == plan_limit::none);
        CHECK(plan.touchpoints[2].limit == plan_limit::population);
        CHECK(plan.touchpoints[2].invitations == 900);
        // 270 answers of 900.
        CHECK(nps_test::close(
            plan.touchpoints[2].achieved_margin,
            nps::margin_of_error({.completes = 270, .level = level, .population = 900})));
        CHECK(plan.met == 2);
        CHECK(plan.limited_by_population == 1);
        CHECK(plan.limited_by_budget == 0);
        CHECK(plan.largest_ratio == 1);
        CHECK_FALSE(plan.left_over.has_value());
        CHECK(plan.cost == plan.wanted_cost);
        CHECK(plan.cost == static_cast<double>(plan.invitations));
        // A budget that suffices changes nothing but says what is left.
        const auto rich =
            programme_plan(touchpoints, {.contact_budget = plan.cost + 1'000, .level = level});
        CHECK(invitations_of(rich) == invitations_of(plan));
        CHECK(rich.left_over.value() == 1'000);
        const auto just =
            programme_plan(touchpoints, {.contact_budget = plan.cost, .level = level});
        CHECK(invitations_of(just) == invitations_of(plan));
        CHECK(just.left_over.value() == 0);
        const auto short_of =
            programme_plan(touchpoints, {.contact_budget = plan.cost - 1, .level = level});
        CHECK(short_of.invitations == plan.invitations - 1);
        CHECK(short_of.limited_by_budget == 1);
        CHECK(short_of.left_over.value() == 0);
        CHECK(short_of.wanted_cost == plan.cost);
    }
}

TEST_CASE("no plan misses less: all of them, for small cases") {
    std::size_t looked = 0;
    std::size_t limited = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const bool equal = seed % 3 != 0;
        const auto touchpoints = some_touchpoints(seed, 1 + seed % 3, 0.95, equal);
        const auto free = programme_plan(touchpoints);
        double least = 0;
        for (const touchpoint& one : touchpoints) {
            const std::optional<std::int64_t> people = one.population;
            least += one.cost * static_cast<double>(std::min<std::int64_t>(
                                    people.value_or(1'000), std::llround(1 / one.response_rate)));
        }
        for (const double part : {0.0, 0.2, 0.5, 0.8, 1.0}) {
            const double budget = std::round(2 * (least + part * (free.wanted_cost - least))) / 2;
            const auto plan = programme_plan(touchpoints, {.contact_budget = budget});
            const counts m = invitations_of(plan);
            CHECK(plan.cost <= budget);
            CHECK(plan.cost + plan.left_over.value() == budget);
            const auto got = all_missed(touchpoints, m);
            limited += plan.limited_by_budget;
            for (std::size_t h = 0; h < m.size(); ++h) {
                CHECK(nps_test::close(
                    std::max(plan.touchpoints[h].achieved_margin / touchpoints[h].margin, 1.0),
                    missed(touchpoints[h], m[h])));
            }
            counts other(m.size());
            const std::function<void(std::size_t, double)> fill = [&](std::size_t h, double left) {
                if (h == m.size()) {
                    ++looked;
                    const auto theirs = all_missed(touchpoints, other);
                    if (equal) {
                        CHECK(compare(got, theirs) <= 0);
                    } else {
                        CHECK(got[0] <= theirs[0] * (1 + 1e-12));
                    }
                    return;
                }
                const std::optional<std::int64_t> people = touchpoints[h].population;
                const std::int64_t most = std::min<std::int64_t>(
                    people.value_or(1'000), free.touchpoints[h].wanted.invitations);
                other[h] =
                    std::min<std::int64_t>(most, std::llround(1 / touchpoints[h].response_rate));
                for (; other[h] <= most; ++other[h]) {
                    const double price = touchpoints[h].cost * static_cast<double>(other[h]);
                    if (price > left) {
                        break;
                    }
                    fill(h + 1, left - price);
                }
            };
            fill(0, budget);
        }
    }
    CHECK(looked > 100'000);
    CHECK(limited > 100);
}

TEST_CASE("the leap arrives where raising the furthest one by one does") {
    for (std::uint64_t seed = 300; seed < 320; ++seed) {
        const auto touchpoints = some_touchpoints(seed, 2 + seed % 50, 0.3, true);
        const auto free = programme_plan(touchpoints);
        counts m;
        double spent = 0;
        for (std::size_t h = 0; h < touchpoints.size(); ++h) {
            m.push_back(std::min<std::int64_t>(free.touchpoints[h].invitations,
                                               std::llround(1 / touchpoints[h].response_rate)));
            spent += static_cast<double>(m[h]);
        }
        const double budget = std::floor(spent + 0.6 * (free.wanted_cost - spent));
        for (; spent < budget; ++spent) {
            std::size_t worst = m.size();
            double largest = 1;
            for (std::size_t h = 0; h < m.size(); ++h) {
                if (m[h] < free.touchpoints[h].invitations &&
                    missed(touchpoints[h], m[h]) > largest) {
                    worst = h;
                    largest = missed(touchpoints[h], m[h]);
                }
            }
            REQUIRE(worst < m.size());
            ++m[worst];
        }
        const auto plan = programme_plan(touchpoints, {.contact_budget = budget});
        CHECK(plan.cost == budget);
        // Of two that are equally far, told apart by rounding here, either may come first.
        const auto ours = all_missed(touchpoints, invitations_of(plan));
        const auto theirs = all_missed(touchpoints, m);
        CHECK(compare(ours, theirs) <= 0);
        CHECK(nps_test::close(ours[0], theirs[0]));
    }
}

TEST_CASE("a short budget misses each margin by about the same factor") {
    std::vector<touchpoint> touchpoints;
    for (int h = 0; h < 1'150; ++h) {
        touchpoints.push_back({.name = "t" + std::to_string(h),
                               .margin = 0.03 + 0.0001 * (h % 300),
                               .response_rate = 0.05 + 0.002 * (h % 100),
                               .pilot = {h % 7, h % 11, 5 + h % 23}});
        if (h % 10 == 0) {
            touchpoints.back().population = 500 + 40 * h;
        }
    }
    const auto free = programme_plan(touchpoints);
    CHECK(free.pooled_sd.value() > 0.5);
    const double budget = std::floor(free.wanted_cost / 2);
    const auto plan = programme_plan(touchpoints, {.contact_budget = budget});
    CHECK(plan.cost == budget);
    CHECK(plan.left_over.value() == 0);
    CHECK(plan.met + plan.limited_by_population + plan.limited_by_budget == 1'150);
    CHECK(plan.limited_by_budget > 1'000);
    double smallest = 100;
    double completes = 0;
    for (const auto& one : plan.touchpoints) {
        if (one.limit == plan_limit::budget) {
            smallest = std::min(smallest, one.achieved_margin / one.wanted.margin);
        }
        completes += one.expected_completes;
    }
    CHECK(nps_test::close(plan.expected_completes, completes));
    // Half the contacts: about sqrt(2) times the margin, and for all within an invitation.
    CHECK(plan.largest_ratio > 1.35);
    CHECK(plan.largest_ratio < 1.45);
    CHECK(smallest > plan.largest_ratio * 0.998);
    // More contacts never make it worse.
    double last = plan.largest_ratio;
    for (const double more : {1.2, 1.5, 1.8, 2.0}) {
        const double ratio =
            programme_plan(touchpoints, {.contact_budget = budget * more}).largest_ratio;
        CHECK(ratio <= last);
        last = ratio;
    }
    CHECK(programme_plan(touchpoints, {.contact_budget = budget * 2 + 1}).largest_ratio == 1);
}

TEST_CASE("dear and cheap invitations") {
    const std::vector<touchpoint> touchpoints{
        {.name = "mail", .margin = 0.05, .response_rate = 0.1, .cost = 0.1},
        {.name = "phone", .margin = 0.05, .response_rate = 0.4, .cost = 12.3}};
    const auto plan = programme_plan(touchpoints, {.contact_budget = 20'000});
    CHECK(plan.cost <= 20'000);
    CHECK(plan.left_over.value() < 12.3);
    CHECK(plan.limited_by_budget >= 1);
    // The plan without whole numbers: both margins r times the wanted.
    const double need = 1536.5835282776;
    const double r = std::sqrt((need / 0.1 * 0.1 + need / 0.4 * 12.3) / 20'000);
    CHECK(std::abs(plan.largest_ratio / r - 1) < 1e-3);
    // What the dear one leaves goes a long way for the cheap one.
    const auto left = programme_plan(
        {{.margin = 0.001, .cost = 1e-6}, {.margin = 0.9, .cost = 1e6}}, {.contact_budget = 1.5e6});
    CHECK(left.touchpoints[1].invitations == 1);
    CHECK(left.touchpoints[0].limit == plan_limit::none);
}

TEST_CASE("S of the pilots, shrunken or as they are") {
    const std::vector<touchpoint> touchpoints{
        {.margin = 0.1, .pilot = {2, 3, 5}},
        {.margin = 0.1, .pilot = {0, 0, 4}},
        {.margin = 0.1},
        {.margin = 0.1, .pilot = {20, 30, 50}, .respondent_sd = 0.5}};
    const auto shrunken = programme_plan(touchpoints);
    const auto sds = nps::shrunken_sd({{2, 3, 5}, {0, 0, 4}, {}, {20, 30, 50}});
    for (std::size_t h = 0; h < 3; ++h) {
        CHECK(nps_test::close(shrunken.touchpoints[h].wanted.respondent_sd,
                              sds.groups[h].respondent_sd));
    }
    CHECK(shrunken.touchpoints[2].wanted.respondent_sd == shrunken.pooled_sd.value());
    CHECK(shrunken.touchpoints[3].wanted.respondent_sd == 0.5);
    const auto own = programme_plan(touchpoints, {.spread = pilot_spread::own});
    CHECK(nps_test::close(own.touchpoints[0].wanted.respondent_sd, std::sqrt(0.61)));
    CHECK(own.touchpoints[1].wanted.respondent_sd == 0);
    CHECK(own.touchpoints[1].invitations == 1);
    CHECK(own.touchpoints[2].wanted.respondent_sd == 1);
    CHECK_FALSE(own.pooled_sd.has_value());
    // No pilot at all: the worst case.
    CHECK(programme_plan({{.margin = 0.1}}).touchpoints[0].wanted.respondent_sd == 1);
    // Swapping promoters and detractors changes nothing.
    auto swapped = touchpoints;
    for (touchpoint& one : swapped) {
        std::swap(one.pilot.detractors, one.pilot.promoters);
    }
    CHECK(invitations_of(programme_plan(swapped)) == invitations_of(shrunken));
}

TEST_CASE("tiny populations, censuses, and numbers near 2^53") {
    const auto tiny =
        programme_plan({{.name = "a", .margin = 0.05, .population = 1},
                        {.name = "b", .margin = 0.05, .population = 3},
                        {.name = "c", .margin = 0.05, .population = 2, .response_rate = 0.1}},
                       {.contact_budget = 6});
    CHECK(invitations_of(tiny) == counts{1, 3, 2});
    CHECK(tiny.touchpoints[0].limit == plan_limit::none);
    CHECK(tiny.touchpoints[0].achieved_margin == 0);
    CHECK(tiny.touchpoints[1].achieved_margin == 0);
    CHECK(tiny.touchpoints[2].limit == plan_limit::population);
    CHECK(tiny.touchpoints[2].expected_completes == 0.2);
    CHECK(tiny.touchpoints[2].achieved_margin > 1);

    // Half an answer of the only customer: z S / sqrt(1 / 2), and not 1 / 0 or 0 / 0.
    for (const double sd : {1.0, 0.3, 0.0}) {
        const auto one = programme_plan(
            {{.margin = 0.05, .population = 1, .response_rate = 0.5, .respondent_sd = sd}});
        CHECK(one.touchpoints[0].limit == plan_limit::population);
        CHECK(nps_test::close(one.touchpoints[0].achieved_margin,
                              1.959963984540054 * sd * std::sqrt(2.0)));
    }

    const std::int64_t vast = std::int64_t{1} << 53;
    const auto large = programme_plan({{.margin = 1e-7, .population = vast}, {.margin = 2e-7}},
                                      {.contact_budget = 1e14});
    CHECK(large.cost <= 1e14);
    CHECK(large.cost > 1e14 - 3);
    CHECK(nps_test::close(large.touchpoints[0].achieved_margin * 2,
                          large.touchpoints[1].achieved_margin,
                          {.relative = 1e-9, .reason = "the first has a population, of 2^53"}));
    CHECK_THROWS_AS((void)programme_plan({{.margin = 3e-8}, {.margin = 3e-8}, {.margin = 3e-8}}),
                    nps::invalid_input);
}

TEST_CASE("errors name the touchpoint") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](const touchpoint& one, const std::string& text) {
        CHECK_THROWS_WITH_AS((void)programme_plan({{.margin = 0.1}, one}),
                             (text + " (touchpoint 1, \"x\")").c_str(), nps::invalid_input);
    };
    refuses({.name = "x", .margin = 5},
            "nps::sample_size: margin = 5, must be in (0, 1): scores are on [-1, 1], 5 points are "
            "0.05");
    refuses({.name = "x", .margin = nan},
            "nps::sample_size: margin = nan, must be in (0, 1): scores are on [-1, 1], 5 points "
            "are 0.05");
    refuses({.name = "x", .margin = 0.1, .population = 0},
            "nps::sample_size: population = 0, must be in [1, 2^53]");
    refuses({.name = "x", .margin = 0.1, .response_rate = 0},
            "nps::sample_size: response_rate = 0, must be in (0, 1]");
    refuses({.name = "x", .margin = 0.1, .pilot = {-1, 0, 0}},
            "nps::programme_plan: detractors = -1, must be in [0, 2^53]");
    refuses({.name = "x", .margin = 0.1, .respondent_sd = nan},
            "nps::sample_size: respondent_sd = nan, must be in [0, 1]: it is the standard "
            "deviation of one answer coded -1, 0, 1");
    refuses({.name = "x", .margin = 0.1, .design_effect = 0},
            "nps::sample_size: design_effect = 0, must be in [1e-6, 1e6]");
    refuses({.name = "x", .margin = 0.1, .cost = -1},
            "nps::programme_plan: cost = -1, must be in [1e-30, 1e30]");
    refuses({.name = "x", .margin = 1e-12},
            "nps::sample_size: margin = 1e-12, would need more than 2^53 people");
    CHECK_THROWS_WITH_AS((void)programme_plan({}),
                         "nps::programme_plan: touchpoints.size() = 0, must be at least 1",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)programme_plan({{.margin = 0.1, .response_rate = 0.1}, {.margin = 0.1}},
                             {.contact_budget = 10}),
        "nps::programme_plan: contact_budget = 10, must be at least 11, the cost "
        "of one expected answer of each touchpoint",
        nps::invalid_input);
    for (const double bad : {nan, 0.0, -1.0, std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS((void)programme_plan({{.margin = 0.1}}, {.contact_budget = bad}),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)programme_plan({{.margin = 0.1}}, {.level = bad}),
                        nps::invalid_input);
    }
    CHECK_THROWS_AS(
        (void)programme_plan({{.margin = 0.1}}, {.spread = static_cast<pilot_spread>(7)}),
        nps::invalid_input);
}

} // namespace
