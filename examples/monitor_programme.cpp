// SPDX-License-Identifier: Apache-2.0
// A programme: answers by touchpoint, channel and day; its series and roll-ups; the score at a fixed
// mix; and whom to invite.
#include "check.hpp"

#include <nps/count/period.hpp>
#include <nps/count/programme_tally.hpp>
#include <nps/count/programme_tally_bytes.hpp>
#include <nps/count/rolling_series.hpp>
#include <nps/monitor/sampling_schedule.hpp>
#include <nps/monitor/standardised_score.hpp>

#include <cstdio>
#include <vector>

int main() {
    nps::programme_tally t({.attributes = {"touchpoint", "channel"}, .utc_offset = 60});
    t.take({"shop", "app"}, "2026-11-24T09:12:00+01:00", 9, nps::answer_id("survey 1"));
    t.take({"shop", "web"}, "2026-11-24 18:40", 7, nps::answer_id("survey 2"));
    t.take({"hotline", "web"}, "2026-11-24T23:30Z", 3, nps::answer_id("survey 3"));
    t.take({"shop", "app"}, "2026-11-24T09:12:00+01:00", 9, nps::answer_id("survey 1"));
    t.take({"hotline", "app"}, "2026-02-30", 10);
    check(t.total().n() == 3 && t.duplicates() == 1 && t.invalid_times() == 1);

    // Half past eleven at night in UTC is the next day an hour to the east.
    const nps::period day = nps::period_of(nps::parse_time("2026-11-25"), nps::period_unit::day);
    check(t.at({"hotline", "web"}, day).count(3) == 1);
    check(to_text(t.by_unit(nps::period_unit::week).periods().front()) == "2026-W48");

    // What comes for a closed period is late.
    t.close_before(nps::parse_period("2026-11-25"));
    check(t.take({"shop", "app"}, "2026-11-24", 10) == nps::answer_outcome::late);

    // Series, windows, one level up; kept as bytes.
    const auto shop = t.series({.where = {{"touchpoint", "shop"}}});
    check(shop.size() == 2 && shop[0].n() == 2 && shop[1].n() == 0);
    check(nps::rolling_series(shop, 28).back().n() == 2);
    const auto lines =
        t.roll_up("touchpoint", "line", {{"shop", "retail"}, {"hotline", "service"}});
    check(lines.marginal({"line"}).series_by("line").at("service")[1].detractors == 1);
    check(nps::from_bytes<nps::programme_tally>(to_bytes(t)) == t);

    // The app grew from a third of the answers to two thirds; neither channel changed.
    const std::vector<nps::category_counts> before{{50, 50, 100}, {160, 160, 80}};
    const std::vector<nps::category_counts> after{{100, 100, 200}, {80, 80, 40}};
    const auto fixed = nps::standardised_score(after, nps::mix_of(before));
    std::printf("crude %.3f, at the old mix %.3f (%.3f to %.3f)\n", fixed.crude, fixed.value,
                fixed.interval.lower, fixed.interval.upper);
    check(about(fixed.crude, 0.1) && about(fixed.value, -0.05));

    // 3 points over 28 days at the shop; nobody is asked twice in 90 days.
    const std::vector<nps::customer_group> customers{{.customers = 200'000},
                                                     {.customers = 20'000, .relative_contacts = 5}};
    const auto plan = nps::sampling_schedule({{.name = "shop",
                                               .margin = 0.03,
                                               .contacts_per_day = 5'000,
                                               .response_rate = 0.2,
                                               .respondent_sd = 0.7}},
                                             {.rest_days = 90, .customers = customers});
    const auto& one = plan.touchpoints.front();
    std::printf("%d invitations today, %.1f %% of the rested contacts (%.1f %% are rested)\n",
                static_cast<int>(nps::invitations_on(0, one, plan.window_days)), 100 * one.fraction,
                100 * plan.eligible_share);
    check(one.limit == nps::schedule_limit::none && *one.achieved_margin <= 0.03);
    const auto bought = nps::sampling_precision({.contacts_per_day = 5'000,
                                                 .fraction = 0.05,
                                                 .response_rate = 0.2,
                                                 .respondent_sd = 0.7,
                                                 .rest_days = 90,
                                                 .customers = customers});
    std::printf("5 %% over 28 days: +/- %.4f\n", bought.margin);
}
