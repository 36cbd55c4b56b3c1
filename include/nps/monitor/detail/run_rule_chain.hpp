// SPDX-License-Identifier: Apache-2.0
/// @file
/// The Markov chain of the run rules that are about zones.
#pragma once

#include <nps/monitor/detail/absorbing_chain.hpp>
#include <nps/monitor/detail/run_rule_window.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] inline bool has_rule(std::span<const run_rule> rules, run_rule rule) {
    return std::ranges::find(rules, rule) != rules.end();
}

[[nodiscard]] inline bool needs_values(std::span<const run_rule> rules) {
    return has_rule(rules, run_rule::six_trending) ||
           has_rule(rules, run_rule::fourteen_alternating);
}

/// What of the past can still matter. Bit 0 is the newest period.
struct rule_memory {
    std::array<unsigned, 2> beyond_two = {}; // above, below: the last 2
    std::array<unsigned, 2> beyond_one = {}; // the last 4
    int side_run = 0;                        // points in a row above (positive) or below
    int within_run = 0;
    int outside_run = 0;
    friend auto operator<=>(const rule_memory&, const rule_memory&) = default;
};

struct rule_step {
    bool alarm = false;
    rule_memory next = {};
};

/// A zone is the whole number of standard errors from the centre, 0 to 3, on a side.
[[nodiscard]] inline rule_step after_zone(std::span<const run_rule> rules,
                                          const rule_memory& before, std::size_t side, int zone) {
    const auto bits = [](unsigned word, int count) {
        int found = 0;
        for (int i = 0; i < count; ++i) {
            found += static_cast<int>(word >> i & 1U);
        }
        return found;
    };
    rule_step step;
    rule_memory& next = step.next;
    step.alarm = has_rule(rules, run_rule::beyond_three) && zone >= 3;
    for (const std::size_t s : {std::size_t{0}, std::size_t{1}}) {
        if (has_rule(rules, run_rule::two_of_three_beyond_two)) {
            const unsigned word = (before.beyond_two[s] << 1U) | (s == side && zone >= 2 ? 1U : 0U);
            step.alarm |= (word & 1U) != 0 && bits(word, 3) >= 2;
            next.beyond_two[s] = word & 3U;
        }
        if (has_rule(rules, run_rule::four_of_five_beyond_one)) {
            const unsigned word = (before.beyond_one[s] << 1U) | (s == side && zone >= 1 ? 1U : 0U);
            step.alarm |= (word & 1U) != 0 && bits(word, 5) >= 4;
            unsigned kept = word & 15U;
            // The oldest matter only where the next points can still complete four with them.
            kept = bits(kept, 4) < 3 ? kept & 7U : kept;
            kept = bits(kept, 3) < 2 ? kept & 11U : kept;
            next.beyond_one[s] = kept;
        }
    }
    const bool eight = has_rule(rules, run_rule::eight_on_one_side);
    const bool nine = has_rule(rules, run_rule::nine_on_one_side);
    if (eight || nine) {
        const int sign = side == 0 ? 1 : -1;
        const int run = before.side_run * sign > 0 ? before.side_run + sign : sign;
        next.side_run = run;
        step.alarm |= run * sign >= (eight ? 8 : 9);
    }
    if (has_rule(rules, run_rule::fifteen_within_one)) {
        next.within_run = zone == 0 ? before.within_run + 1 : 0;
        step.alarm |= next.within_run >= 15;
    }
    if (has_rule(rules, run_rule::eight_beyond_one)) {
        next.outside_run = zone > 0 ? before.outside_run + 1 : 0;
        step.alarm |= next.outside_run >= 8;
    }
    return step;
}

[[nodiscard]] inline std::vector<double> zone_probabilities(double shift) {
    std::vector<double> probability; // 0 to 3 above, then below
    for (const double sign : {1.0, -1.0}) {
        const double move = -sign * shift;
        for (double zone = 0; zone < 3; ++zone) {
            // The tails that are small, for their digits.
            const double from = zone + move;
            probability.push_back(from > 0 ? normal_upper_tail(from) - normal_upper_tail(from + 1)
                                           : normal_cdf(from + 1) - normal_cdf(from));
        }
        probability.push_back(normal_upper_tail(3 + move));
    }
    return probability;
}

[[nodiscard]] inline run_length run_rules_by_chain(std::span<const run_rule> rules, double shift,
                                                   std::span<const double> probabilities,
                                                   std::string_view function) {
    std::map<rule_memory, std::size_t> number{{rule_memory{}, 0}};
    std::vector<rule_memory> states{rule_memory{}};
    std::vector<std::array<std::size_t, 8>> to;
    constexpr std::size_t none = (std::numeric_limits<std::size_t>::max)();
    for (std::size_t i = 0; i < states.size(); ++i) {
        std::array<std::size_t, 8> row{};
        for (std::size_t zone = 0; zone < row.size(); ++zone) {
            const rule_step step =
                after_zone(rules, states[i], zone / 4, static_cast<int>(zone % 4));
            row[zone] = none;
            if (!step.alarm) {
                const auto [found, is_new] = number.try_emplace(step.next, states.size());
                row[zone] = found->second;
                if (is_new) {
                    states.push_back(step.next);
                }
            }
        }
        to.push_back(row);
    }
    const auto chain = [&](double at) {
        const std::vector<double> probability = zone_probabilities(at);
        chain_steps steps(states.size());
        for (std::size_t i = 0; i < states.size(); ++i) {
            for (std::size_t zone = 0; zone < probability.size(); ++zone) {
                (to[i][zone] == none ? steps.alarm[i] : steps.at(i, to[i][zone])) +=
                    probability[zone];
            }
        }
        return steps;
    };
    const chain_steps steps = chain(shift);
    const chain_solver solver(steps, function);
    chain_start start{.states = std::vector<double>(states.size(), 0.0)};
    start.states[0] = 1;
    chain_run_length run = chain_summary(steps, solver, start, probabilities, function);
    return {.average = run.average,
            .standard_deviation = run.standard_deviation,
            .steady_state =
                chain_product(chain_steady_state(chain_solver(chain(0), function), states.size()),
                              solver.solve(std::vector<double>(states.size(), 1.0))),
            .quantiles = std::move(run.quantiles),
            .method = "markov_chain"};
}

} // namespace nps::inline v0::detail
