// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whom to invite day by day: a margin over a window, under a rest rule for customers and a budget;
/// and what a sampling fraction buys.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/programme_plan.hpp>
#include <nps/infer/sample_size.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Customers who are in contact about equally often.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct customer_group {
    required<double> customers;
    /// How often one of them is in contact, as a multiple of any unit: all groups together make the
    /// contacts of the touchpoints.
    double relative_contacts = 1;
};

/// One touchpoint of a schedule.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct daily_touchpoint {
    std::string name{};
    /// Half the width of the interval that is wanted for its score over a window, in (0, 1).
    required<double> margin;
    /// Contacts of a day that could be invited.
    required<double> contacts_per_day;
    /// Share of those invited who give a valid answer.
    double response_rate = 1;
    /// Answers of a pilot; none where there are none.
    category_counts pilot{};
    /// S where it is known better than from pilots.
    std::optional<double> respondent_sd{};
    double design_effect = 1;
    /// Of one invitation, in the unit of the budget.
    double cost = 1;
};

/// Options of sampling_schedule.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct sampling_schedule_options {
    /// Days over which the margins are wanted, in [1, 1000].
    int window_days = 28;
    /// No customer is invited again within so many days, at any touchpoint; in [0, 10000].
    int rest_days = 0;
    /// Whose contacts these are. Read where rest_days > 0; none: so many that nobody comes twice.
    std::vector<customer_group> customers{};
    /// For the invitations of a window, in the unit of their costs; nothing where it is asked what
    /// the margins need.
    std::optional<double> contact_budget{};
    double level = 0.95;
    pilot_spread spread = pilot_spread::shrunken;
};

/// What keeps a touchpoint from its wanted margin.
enum class schedule_limit : std::uint8_t {
    none,     ///< the margin is met
    contacts, ///< too few contacts, were all of them invited
    rest,     ///< enough contacts, but too few with customers who may be asked again
    budget    ///< the budget went where margins would be missed by more
};

/// The schedule of one touchpoint.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct scheduled_touchpoint {
    std::string name{};
    /// What the wanted margin needs, over a window.
    sample_plan wanted{};
    /// Of a window; invitations_on spreads them over its days.
    std::int64_t invitations = 0;
    /// How many fewer than wanted.
    std::int64_t shortfall = 0;
    double invitations_per_day = 0;
    /// Share of the contacts with customers who may be asked that are invited, in [0, 1].
    double fraction = 0;
    double expected_completes = 0;
    /// The margin that so many answers give over a window; nothing without invitations.
    std::optional<double> achieved_margin{};
    double cost = 0;
    schedule_limit limit = schedule_limit::none;
};

/// The schedule of a programme.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct scheduled_programme {
    /// In the order given.
    std::vector<scheduled_touchpoint> touchpoints{};
    int window_days = 0;
    /// Of a window.
    std::int64_t invitations = 0;
    double expected_completes = 0;
    double cost = 0;
    /// Share of contacts whose customers may be asked, once the schedule has run for rest_days.
    double eligible_share = 1;
    std::size_t met = 0;
    std::size_t limited_by_contacts = 0;
    std::size_t limited_by_rest = 0;
    std::size_t limited_by_budget = 0;
    double level = 0;
};

/// Options of sampling_precision.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct sampling_precision_options {
    required<double> contacts_per_day;
    /// Share of the contacts with customers who may be asked that is invited, in (0, 1].
    required<double> fraction;
    /// How long is asked, in [1, 1000000].
    int days = 28;
    double response_rate = 1;
    /// Nothing: the worst case, 1.
    std::optional<double> respondent_sd{};
    double design_effect = 1;
    int rest_days = 0;
    std::vector<customer_group> customers{};
    double level = 0.95;
};

/// What a sampling fraction buys.
///
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
struct sampling_precision_result {
    double eligible_share = 1;
    /// Expected, over all days.
    double invitations = 0;
    double completes = 0;
    double margin = 0;
    double level = 0;
};

namespace detail {

inline constexpr double most_schedule_contacts = 1e12;

inline void require_schedule_rest(int rest_days, const std::vector<customer_group>& customers,
                                  std::string_view function) {
    require(rest_days >= 0 && rest_days <= 10'000, function, "rest_days", rest_days,
            "must be in [0, 10000]");
    double contacts = 0;
    for (const customer_group& group : customers) {
        require(group.customers > 0 && group.customers <= most_schedule_contacts, function,
                "customers", double{group.customers}, "must be in (0, 1e12]");
        require(group.relative_contacts >= 0 && group.relative_contacts <= 1e6, function,
                "relative_contacts", group.relative_contacts, "must be in [0, 1e6]");
        contacts += group.customers * group.relative_contacts;
    }
    require(customers.empty() || contacts >= 1e-6, function, "relative_contacts", contacts,
            "must not be 0 for everybody");
}

/// Share of contacts that find their customer rested, where `invited` is the share of those that
/// are then invited, over all touchpoints.
[[nodiscard]] inline double schedule_eligible_share(const std::vector<customer_group>& customers,
                                                    int rest_days, double contacts_per_day,
                                                    double invited) {
    if (customers.empty() || rest_days == 0) {
        return 1;
    }
    running_sum unit;
    for (const customer_group& group : customers) {
        unit.add(group.customers * group.relative_contacts);
    }
    running_sum share;
    for (const customer_group& group : customers) {
        const double weight = group.customers * group.relative_contacts / unit.value();
        const double contacts = contacts_per_day * group.relative_contacts / unit.value();
        share.add(weight / (1 + contacts * invited * rest_days));
    }
    return share.value();
}

/// What `work()` gives, its errors in the name of the function that was called.
template <class Work>
auto schedule_call(const Work& work) {
    try {
        return work();
    } catch (const invalid_input& error) {
        const std::string text = error.what();
        throw invalid_input("nps::sampling_schedule" + text.substr(text.find(": ")));
    }
}

/// Invitations of each touchpoint, at most `most`, by programme_plan: who reaches the most stops
/// there, and what is left of the budget goes to the others.
[[nodiscard]] inline std::vector<std::int64_t>
schedule_within(const std::vector<touchpoint>& touchpoints, const planned_programme& wanted,
                const std::vector<std::int64_t>& most, const std::optional<double>& budget,
                const programme_plan_options& options) {
    std::vector<std::int64_t> invitations(touchpoints.size());
    double cost = 0;
    for (std::size_t h = 0; h < touchpoints.size(); ++h) {
        invitations[h] = (std::min)(wanted.touchpoints[h].wanted.invitations, most[h]);
        cost += touchpoints[h].cost * static_cast<double>(invitations[h]);
    }
    if (!budget || cost <= *budget) {
        return invitations;
    }
    std::vector<std::size_t> open(touchpoints.size());
    for (std::size_t h = 0; h < open.size(); ++h) {
        open[h] = h;
    }
    double left = *budget;
    while (!open.empty()) {
        std::vector<touchpoint> rows;
        for (const std::size_t h : open) {
            rows.push_back(touchpoints[h]);
            rows.back().respondent_sd = wanted.touchpoints[h].wanted.respondent_sd;
        }
        programme_plan_options some = options;
        some.contact_budget = left;
        const planned_programme plan = schedule_call([&] { return programme_plan(rows, some); });
        std::vector<std::size_t> still;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const std::size_t h = open[i];
            if (plan.touchpoints[i].invitations <= most[h]) {
                still.push_back(h);
                invitations[h] = plan.touchpoints[i].invitations;
            } else {
                invitations[h] = most[h];
                left -= touchpoints[h].cost * static_cast<double>(most[h]);
            }
        }
        if (still.size() == open.size()) {
            break;
        }
        open = std::move(still);
    }
    return invitations;
}

} // namespace detail

/// Invitations for each touchpoint, over a window and day by day, so that each meets its margin over
/// every window, as far as contacts, the rest rule and the budget allow; who falls short is named
/// with the reason.
///
/// The rest rule by renewal theory. A customer of a group comes into contact at random, a times a
/// day, and of the contacts that find him rested a share F is invited. Invitations are then apart
/// by rest_days plus an exponential time of mean 1 / (a F), so a share 1 / (1 + a F D) of his
/// contacts finds him rested: a counter with a dead time D. The schedule is the largest rested share
/// for which the invitations keep it up. Under a budget programme_plan shares out, so that the
/// largest multiple of a wanted margin is as small as can be.
///
/// Formula:    need: sample_size over the window; E = sum of c_g / (1 + a_g F D), c_g the share of
///             contacts of group g, F = invitations / (contacts E); one group of N: E = 1 - D I / N
///             with I invitations a day; invitations of touchpoint h <= E x its contacts
/// Scale:      margins on the scale of the score; budget and costs in one unit.
/// Assumes:    contacts of a customer at random times (Poisson), each group in the same proportions
///             at each touchpoint; the schedule has run for rest_days (before that more are rested).
///             Contacts in bursts find fewer rested. Margins for the score of the flow of contacts:
///             no correction for having asked many of them.
/// Not for:    a year's plan without days: programme_plan.
/// Degenerate: a touchpoint without contacts has no invitations and no margin. With rest_days = 0 or
///             without customers all contacts are rested.
/// Throws:     invalid_input, whose text names the touchpoint by its 0-based position and name; also
///             for a budget below the cost of one expected answer each.
/// Cost:       O(k log k) for k touchpoints; with a budget and a rest rule that of 40 to 100
///             programme_plan.
/// Source:     Cox (1962), Renewal Theory, ISBN 0-412-20570-X
/// Checked:    tests/monitor/sampling_schedule_test.cpp (a simulation of customers; programme_plan)
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline scheduled_programme
sampling_schedule(const std::vector<daily_touchpoint>& touchpoints,
                  const sampling_schedule_options& options = {}) {
    constexpr std::string_view self = "sampling_schedule";
    detail::require(options.window_days >= 1 && options.window_days <= 1000, self, "window_days",
                    options.window_days, "must be in [1, 1000]");
    detail::require_schedule_rest(options.rest_days, options.customers, self);
    std::vector<touchpoint> rows;
    double contacts = 0;
    for (const daily_touchpoint& one : touchpoints) {
        const double each = one.contacts_per_day;
        detail::require(each >= 0 && each <= detail::most_schedule_contacts, self,
                        "contacts_per_day of \"" + one.name + "\"", each, "must be in [0, 1e12]");
        contacts += each;
        rows.push_back({.name = one.name,
                        .margin = double{one.margin},
                        .response_rate = one.response_rate,
                        .pilot = one.pilot,
                        .respondent_sd = one.respondent_sd,
                        .design_effect = one.design_effect,
                        .cost = one.cost});
    }
    if (options.contact_budget) {
        detail::require(*options.contact_budget > 0 && *options.contact_budget <= 1e200, self,
                        "contact_budget", *options.contact_budget, "must be in (0, 1e200]");
    }
    const programme_plan_options plan_options{.level = options.level, .spread = options.spread};
    const planned_programme wanted =
        detail::schedule_call([&] { return programme_plan(rows, plan_options); });

    const double window = options.window_days;
    const auto at_most = [&](double eligible) {
        std::vector<std::int64_t> most;
        for (const daily_touchpoint& one : touchpoints) {
            most.push_back(
                static_cast<std::int64_t>(one.contacts_per_day * window * eligible * (1 + 1e-12)));
        }
        return most;
    };
    const auto invited = [&](double eligible) {
        return detail::schedule_within(rows, wanted, at_most(eligible), options.contact_budget,
                                       plan_options);
    };
    // Whether so large a share stays rested under the invitations that it allows: true up to some
    // share, and false above.
    const auto keeps_up = [&](double eligible) {
        double sum = 0;
        for (const std::int64_t one : invited(eligible)) {
            sum += static_cast<double>(one);
        }
        const double share = contacts > 0 ? sum / (window * contacts * eligible) : 0;
        return detail::schedule_eligible_share(options.customers, options.rest_days, contacts,
                                               share) >= eligible;
    };
    double eligible = 1;
    if (!keeps_up(1)) {
        double above = 1;
        eligible = 0;
        for (int i = 0; i < 40; ++i) {
            const double middle = (eligible + above) / 2;
            (keeps_up(middle) ? eligible : above) = middle;
        }
    }
    const std::vector<std::int64_t> most = at_most(eligible);
    const std::vector<std::int64_t> invitations = invited(eligible);

    scheduled_programme schedule{
        .window_days = options.window_days, .eligible_share = eligible, .level = options.level};
    running_sum cost;
    running_sum completes;
    const double z = normal_critical_value(options.level);
    for (std::size_t h = 0; h < touchpoints.size(); ++h) {
        const daily_touchpoint& from = touchpoints[h];
        const double count = static_cast<double>(invitations[h]);
        const double available = from.contacts_per_day * window;
        scheduled_touchpoint one{.name = from.name, .wanted = wanted.touchpoints[h].wanted};
        one.invitations = invitations[h];
        one.shortfall = one.wanted.invitations - one.invitations;
        one.invitations_per_day = count / window;
        one.fraction = count == 0 ? 0 : (std::min)(count / (available * eligible), 1.0);
        one.expected_completes = from.response_rate * count;
        one.cost = from.cost * count;
        if (count > 0) {
            one.achieved_margin = z * one.wanted.respondent_sd *
                                  std::sqrt(from.design_effect / one.expected_completes);
        }
        if (one.shortfall == 0) {
            ++schedule.met;
        } else if (one.invitations < most[h]) {
            one.limit = schedule_limit::budget;
            ++schedule.limited_by_budget;
        } else if (static_cast<double>(one.wanted.invitations) > available * (1 + 1e-12)) {
            one.limit = schedule_limit::contacts;
            ++schedule.limited_by_contacts;
        } else {
            one.limit = schedule_limit::rest;
            ++schedule.limited_by_rest;
        }
        schedule.invitations += one.invitations;
        detail::require_count(schedule.invitations, self, "invitations in all");
        cost.add(one.cost);
        completes.add(one.expected_completes);
        schedule.touchpoints.push_back(std::move(one));
    }
    schedule.cost = cost.value();
    schedule.expected_completes = completes.value();
    return schedule;
}

/// The invitations of a touchpoint on a day, counted from 0: whole numbers that differ by at most
/// one and add up to those of the window, over any window.
///
/// Formula:    floor((t + 1) m / W) - floor(t m / W), t the day of the window
/// Throws:     invalid_input, for a day before 0 and for a window that no schedule has.
/// Cost:       O(1).
/// Checked:    tests/monitor/sampling_schedule_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] constexpr std::int64_t
invitations_on(std::int64_t day, const scheduled_touchpoint& touchpoint, int window_days) {
    constexpr std::string_view self = "invitations_on";
    detail::require(day >= 0, self, "day", day, "must be at least 0");
    detail::require(window_days >= 1 && window_days <= 1000, self, "window_days", window_days,
                    "must be in [1, 1000]");
    detail::require_count(touchpoint.invitations, self, "invitations");
    const std::int64_t whole = touchpoint.invitations / window_days;
    const std::int64_t rest = touchpoint.invitations % window_days;
    const std::int64_t at = day % window_days;
    return whole + (at + 1) * rest / window_days - at * rest / window_days;
}

/// The converse: what a sampling fraction over some days buys.
///
/// Formula:    n = contacts x E x fraction x response rate x days, margin Z S sqrt(deff / n); E as
///             in sampling_schedule
/// Scale:      that of the score; above 1 where hardly anybody is asked.
/// Assumes:    as sampling_schedule.
/// Throws:     invalid_input.
/// Cost:       O(groups).
/// Source:     Cox (1962), Renewal Theory, ISBN 0-412-20570-X
/// Checked:    tests/monitor/sampling_schedule_test.cpp (a simulation of customers)
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline sampling_precision_result
sampling_precision(const sampling_precision_options& options) {
    constexpr std::string_view self = "sampling_precision";
    const double contacts = options.contacts_per_day;
    const double fraction = options.fraction;
    detail::require(contacts > 0 && contacts <= detail::most_schedule_contacts, self,
                    "contacts_per_day", contacts, "must be in (0, 1e12]");
    detail::require(fraction >= 1e-12 && fraction <= 1, self, "fraction", fraction,
                    "must be in [1e-12, 1]");
    detail::require(options.days >= 1 && options.days <= 1'000'000, self, "days", options.days,
                    "must be in [1, 1000000]");
    detail::require(options.response_rate > 0 && options.response_rate <= 1, self, "response_rate",
                    options.response_rate, "must be in (0, 1]");
    const double sd = options.respondent_sd.value_or(1);
    detail::require(sd >= 0 && sd <= 1, self, "respondent_sd", sd, "must be in [0, 1]");
    detail::require(options.design_effect >= 1e-6 && options.design_effect <= 1e6, self,
                    "design_effect", options.design_effect, "must be in [1e-6, 1e6]");
    detail::require_level(options.level, self);
    detail::require_schedule_rest(options.rest_days, options.customers, self);
    sampling_precision_result result{.level = options.level};
    result.eligible_share =
        detail::schedule_eligible_share(options.customers, options.rest_days, contacts, fraction);
    result.invitations = contacts * result.eligible_share * fraction * options.days;
    result.completes = result.invitations * options.response_rate;
    detail::require(result.completes >= 1e-100, self, "expected completes", result.completes,
                    "must be at least 1e-100");
    result.margin = normal_critical_value(options.level) * sd *
                    std::sqrt(options.design_effect / result.completes);
    return result;
}

} // namespace nps::inline v0
