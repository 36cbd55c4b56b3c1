// SPDX-License-Identifier: Apache-2.0
/// @file
/// A plan for many touchpoints at once, each with its own margin, under one budget of contacts.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/detail/at_position.hpp>
#include <nps/infer/detail/greedy_steps.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/sample_size.hpp>
#include <nps/infer/shrunken_sd.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One touchpoint of a programme: a row of its table.
struct touchpoint {
    std::string name{};
    /// Half the width of the interval that is wanted for its score, in (0, 1): 5 points are 0.05.
    required<double> margin;
    /// Customers that can be contacted in the year; nothing where there are always enough.
    population_size population{};
    /// Share of those invited who give a valid answer.
    double response_rate = 1;
    /// Answers of a pilot or of the last year; none where there are none.
    category_counts pilot{};
    /// S where it is known better than from pilots.
    std::optional<double> respondent_sd{};
    /// Variance under the design over that of a simple random sample of the same size, both without
    /// replacement.
    double design_effect = 1;
    /// Of one invitation, in the unit of the budget. Where all are 1, the budget counts invitations.
    double cost = 1;
};

/// Which S a touchpoint is planned with that does not give its own.
enum class pilot_spread : std::uint8_t {
    shrunken, ///< that of its pilot, drawn towards that of all pilots: shrunken_sd
    own       ///< that of its pilot as it is; without a pilot the worst case, 1
};

/// Options of programme_plan.
struct programme_plan_options {
    /// For the invitations of a year, in the unit of their costs; nothing where it is asked what the
    /// wanted margins need.
    std::optional<double> contact_budget{};
    double level = 0.95;
    pilot_spread spread = pilot_spread::shrunken;
    population_variance population_form = population_variance::divisor_n;
};

/// What keeps a touchpoint from its wanted margin.
enum class plan_limit : std::uint8_t {
    none,       ///< the margin is met
    population, ///< everybody is invited, and too few will answer
    budget      ///< the budget went where margins would be missed by more
};

/// The plan of one touchpoint.
///
/// Checked:    tests/infer/programme_plan_test.cpp
/// Example:    examples/programme_plan.cpp
struct planned_touchpoint {
    std::string name;
    /// What the wanted margin needs, with each step on the way to it.
    sample_plan wanted;
    /// What it gets: invitations, and the answers to expect from them.
    std::int64_t invitations = 0;
    double expected_completes = 0;
    /// The margin that so many answers give.
    double achieved_margin = 0;
    /// Of its invitations together.
    double cost = 0;
    plan_limit limit = plan_limit::none;
};

/// The plan of a programme.
///
/// Checked:    tests/infer/programme_plan_test.cpp
/// Example:    examples/programme_plan.cpp
struct planned_programme {
    /// In the order given.
    std::vector<planned_touchpoint> touchpoints;
    std::int64_t invitations = 0;
    double expected_completes = 0;
    /// Of the invitations of this plan, and what the budget has left over them.
    double cost = 0;
    std::optional<double> left_over{};
    /// Of the invitations that all wanted margins need, as far as there are people to invite.
    double wanted_cost = 0;
    /// Touchpoints that meet their margin, and that the population or the budget keeps from it.
    std::size_t met = 0;
    std::size_t limited_by_population = 0;
    std::size_t limited_by_budget = 0;
    /// The largest achieved / wanted margin of those that the budget limits; 1 where it limits none.
    double largest_ratio = 1;
    /// S of a touchpoint without a pilot; not with pilot_spread::own.
    std::optional<double> pooled_sd{};
    double level = 0;
};

namespace detail {

/// Invitations as steps: each is worth the ratio of achieved to wanted margin before it, so that
/// the touchpoint that is furthest from its margin comes first.
struct margin_ratio_steps {
    struct line {
        answer_spread spread;
        sampling_frame frame;
        double response_rate;
        /// Wanted margin / z.
        double wanted_error;
    };
    std::vector<line> lines;

    [[nodiscard]] double standard_error(std::size_t h, std::int64_t invitations) const {
        const line& one = lines[h];
        return planned_standard_error(
            one.spread, one.frame.effective(one.response_rate * static_cast<double>(invitations)));
    }
    /// Rounded to 43 bits: ratios that are equal, and only by rounding are not, must tie, since the
    /// order of equal ones decides how good the next largest can become.
    [[nodiscard]] double worth(std::size_t h, std::int64_t invitations) const {
        const double ratio = standard_error(h, invitations) / lines[h].wanted_error;
        constexpr std::uint64_t unit = 1 << 10;
        return std::bit_cast<double>((std::bit_cast<std::uint64_t>(ratio) + unit / 2) / unit *
                                     unit);
    }
    [[nodiscard]] double guess(std::size_t h, double ratio) const {
        const line& one = lines[h];
        const double error = ratio * one.wanted_error;
        const double variance = error * error;
        return variance == 0 ? std::numeric_limits<double>::infinity()
                             : std::ceil(one.frame.actual(size_for_variance(one.spread, variance)) /
                                         one.response_rate);
    }
};

} // namespace detail

/// How many to invite at each touchpoint of a programme, so that each meets its margin, or, where
/// the budget does not suffice, so that none misses it by more than it must.
///
/// Needs are those of sample_size, at most the population. Where the budget does not pay for all of
/// them, each touchpoint is invited for one expected answer, and every further invitation goes to
/// the touchpoint whose achieved margin is the largest multiple of its wanted margin, up to its
/// need. That makes the largest multiple as small as the budget allows, in whole invitations and for
/// any costs. Where all costs are equal, the second largest too, given the largest, and so on (the
/// lexicographic optimum). What is left when an invitation is too dear buys those that are not, in
/// the same order. Ties: the touchpoint that is better off after the step, then the earlier.
///
/// Formula:    minimise the largest of margin_h(r_h m_h) / wanted_h, m_h invitations and r_h the
///             response rate; margin_h(n) in margin_of_error
/// Scale:      margins on the scale of the score; budget and costs in one unit, invitations where
///             all costs are 1.
/// Assumes:    as many answer as the response rate says (assurance gives the chance of that);
///             touchpoints do not share contacts.
/// Not for:    the margin of the programme's own score: see allocate.
/// Degenerate: S = 0 needs one expected answer. With too few customers for one answer all are
///             invited. A single customer who may not answer has the margin of as many answers from
///             an endless population. Ratios that are equal to 12 digits count as equal. A touchpoint
///             that both limit is limited by the budget until everybody is invited.
/// Throws:     invalid_input, whose text names the touchpoint by its 0-based position and name; also
///             for a budget below the cost of one expected answer each.
/// Cost:       O(64 k + k log k) for k touchpoints, whatever the budget; with costs of very different
///             size O(64 k^2) at worst.
/// Source:     Luss (1999), doi:10.1287/opre.47.3.361 (the objective and its greedy solution);
///             Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 4
/// Checked:    tests/infer/programme_plan_test.cpp (every plan of small cases; sample_size)
/// Example:    examples/programme_plan.cpp
[[nodiscard]] inline planned_programme programme_plan(const std::vector<touchpoint>& touchpoints,
                                                      const programme_plan_options& options = {}) {
    constexpr std::string_view function = "programme_plan";
    detail::require(!touchpoints.empty(), function, "touchpoints.size()", touchpoints.size(),
                    "must be at least 1");
    detail::require_level(options.level, function);
    detail::require(options.spread == pilot_spread::shrunken || options.spread == pilot_spread::own,
                    function, "spread", static_cast<int>(options.spread),
                    "must be shrunken or own");
    planned_programme plan;
    plan.level = options.level;
    std::vector<category_counts> pilots;
    for (std::size_t h = 0; h < touchpoints.size(); ++h) {
        detail::at_position("touchpoint", h, touchpoints[h].name, [&] {
            detail::require_counts(touchpoints[h].pilot, function);
            const double cost = touchpoints[h].cost;
            detail::require(cost >= 1e-30 && cost <= 1e30, function, "cost", cost,
                            "must be in [1e-30, 1e30]");
        });
        pilots.push_back(touchpoints[h].pilot);
    }
    shrunken_sds sds;
    if (options.spread == pilot_spread::shrunken) {
        sds = shrunken_sd(pilots);
        plan.pooled_sd = sds.pooled_sd;
    }
    const auto sd_of = [&](std::size_t h) {
        if (touchpoints[h].respondent_sd) {
            return *touchpoints[h].respondent_sd;
        }
        if (options.spread == pilot_spread::shrunken) {
            return sds.groups[h].respondent_sd;
        }
        return pilots[h].n() == 0 ? 1.0 : net_promoter_score(pilots[h]).respondent_sd;
    };

    const double z = normal_critical_value(options.level);
    detail::margin_ratio_steps steps;
    std::vector<std::int64_t> least;
    std::vector<std::int64_t> most;
    std::vector<double> price;
    for (std::size_t h = 0; h < touchpoints.size(); ++h) {
        const touchpoint& one = touchpoints[h];
        const sample_plan wanted = detail::at_position("touchpoint", h, one.name, [&] {
            return sample_size({.margin = one.margin,
                                .level = options.level,
                                .respondent_sd = sd_of(h),
                                .population = one.population,
                                .population_form = options.population_form,
                                .design_effect = one.design_effect,
                                .response_rate = one.response_rate});
        });
        detail::sampling_frame frame{wanted.population, options.population_form, one.design_effect};
        if (frame.population && frame.divisor() == 0 && one.response_rate < 1) {
            frame.population.reset(); // half an answer of one customer: the correction is 0 / 0
        }
        steps.lines.push_back(
            {.spread = {.respondent_variance = wanted.respondent_sd * wanted.respondent_sd},
             .frame = frame,
             .response_rate = one.response_rate,
             .wanted_error = one.margin / z});
        const std::int64_t people = wanted.population.value_or(detail::largest_count);
        most.push_back((std::min)(wanted.invitations, people));
        least.push_back(
            (std::min)(most.back(), detail::round_up(1 / one.response_rate, function,
                                                     "response_rate", one.response_rate)));
        price.push_back(one.cost);
        plan.touchpoints.push_back({.name = one.name, .wanted = wanted});
    }

    detail::greedy_steps greedy(steps, least, most, price);
    plan.wanted_cost = greedy.cost(most);
    std::vector<std::int64_t> invitations = most;
    if (options.contact_budget) {
        const double budget = *options.contact_budget;
        detail::require(budget > 0 && budget <= 1e200, function, "contact_budget", budget,
                        "must be in (0, 1e200]");
        const double limit = budget * detail::within_rounding;
        const double fixed = greedy.cost(least);
        detail::require(fixed <= limit, function, "contact_budget", budget,
                        "must be at least " + detail::to_text(fixed) +
                            ", the cost of one expected answer of each touchpoint");
        greedy.spend(limit, [](std::size_t) {});
        invitations = greedy.units();
    }
    running_sum cost;
    running_sum completes;
    for (std::size_t h = 0; h < touchpoints.size(); ++h) {
        planned_touchpoint& one = plan.touchpoints[h];
        one.invitations = invitations[h];
        one.expected_completes = touchpoints[h].response_rate * static_cast<double>(invitations[h]);
        one.achieved_margin = z * steps.standard_error(h, invitations[h]);
        one.cost = price[h] * static_cast<double>(invitations[h]);
        if (one.invitations >= one.wanted.invitations) {
            ++plan.met;
        } else if (one.invitations == most[h]) {
            one.limit = plan_limit::population;
            ++plan.limited_by_population;
        } else {
            one.limit = plan_limit::budget;
            ++plan.limited_by_budget;
            plan.largest_ratio =
                (std::max)(plan.largest_ratio, one.achieved_margin / touchpoints[h].margin);
        }
        plan.invitations += one.invitations;
        detail::require_count(plan.invitations, function, "invitations in all");
        cost.add(one.cost);
        completes.add(one.expected_completes);
    }
    plan.cost = cost.value();
    plan.expected_completes = completes.value();
    if (options.contact_budget) {
        plan.left_over = (std::max)(*options.contact_budget - plan.cost, 0.0);
    }
    return plan;
}

} // namespace nps::inline v0
