// SPDX-License-Identifier: Apache-2.0
/// @file
/// The best allocation over strata for a budget, and the cheapest for a wanted margin.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/allocation.hpp>
#include <nps/infer/detail/greedy_steps.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of allocate_budget.
struct allocate_budget_options {
    /// For the answers of all strata, in the unit of their costs.
    required<double> budget;
    double level = 0.95;
    population_variance population_form = population_variance::divisor_n;
};

/// Options of allocate_margin.
struct allocate_margin_options {
    /// Wanted for the score of all, in (0, 1): 5 points are 0.05.
    required<double> margin;
    double level = 0.95;
    population_variance population_form = population_variance::divisor_n;
};

/// The allocation that a budget buys.
///
/// Beyond the minimums each answer goes where it takes most off the variance per unit of cost, until
/// that answer is not affordable; what is left buys, in the same order, what still fits. With equal
/// costs that is the best allocation there is. With unequal costs the best is a knapsack problem;
/// this one never exceeds the budget (but for a few units in the last place of a sum), and
/// `least_margin` says how much there is to gain at most.
///
/// Formula:    n_h about in proportion to N_h S_h / sqrt(c_h); the variance in allocate
/// Scale:      margins on the scale of the score; the budget in the unit of the costs.
/// Assumes:    as allocate.
/// Degenerate: what buys no precision is not bought: with S = 0 everywhere the minimums remain.
/// Throws:     invalid_input, whose text names the stratum; also for a budget below the cost of the
///             minimums.
/// Cost:       O(64 k + k log k) for k strata with costs of the same order, whatever the budget;
///             O(64 k^2) at worst.
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, section 5.5; Everett
///             (1963), doi:10.1287/opre.11.3.399 (the bound)
/// Checked:    tests/reference/allocation_cost.csv (R PracTools formulas),
///             tests/infer/allocation_cost_test.cpp (every allocation of small cases)
/// Example:    examples/programme_plan.cpp
[[nodiscard]] inline allocation allocate_budget(const std::vector<stratum>& strata,
                                                const allocate_budget_options& options) {
    constexpr std::string_view function = "allocate_budget";
    detail::require_level(options.level, function);
    const detail::strata_frame frame(strata, options.population_form, function);
    const double budget = options.budget;
    detail::require(budget > 0 && budget <= 1e200, function, "budget", budget,
                    "must be in (0, 1e200]");
    const detail::variance_steps steps{frame.coefficients(1), frame.cost};
    detail::greedy_steps greedy(steps, frame.least, frame.most, frame.cost);
    const double limit = budget * detail::within_rounding;
    const double fixed = greedy.cost(frame.least);
    detail::require(fixed <= limit, function, "budget", budget,
                    "must be at least " + detail::to_text(fixed) + ", the cost of the minimums");
    // V + worth (cost - budget) is least at the units that hold the steps worth more than `worth`.
    std::optional<double> bound;
    greedy.spend(limit, [&](std::size_t h) {
        const double worth = steps.worth(h, greedy.units()[h]);
        const double unspent = (std::max)(limit - greedy.cost(greedy.units()), 0.0);
        bound = frame.variance(greedy.units()) - worth * unspent;
    });
    allocation made = frame.result(strata, greedy.units(), options.level, "budget");
    const double variance = made.standard_error * made.standard_error;
    made.least_margin = normal_critical_value(options.level) *
                        std::sqrt((std::min)((std::max)(bound.value_or(variance), 0.0), variance));
    return made;
}

/// The cheapest allocation for a wanted margin of the score of all.
///
/// Beyond the minimums each answer goes where it takes most off the variance per unit of cost; the
/// last is the cheapest that suffices. With equal costs no allocation has fewer answers. With
/// unequal costs the least is a knapsack problem; this one never misses the margin, costs less than
/// one answer more than `least_cost`, and that bound is what no allocation undercuts.
///
/// Formula:    n_h about in proportion to N_h S_h / sqrt(c_h); the variance in allocate
/// Scale:      margin on the scale of the score; costs in their own unit.
/// Assumes:    as allocate.
/// Degenerate: where the minimums meet the margin, they are the answer. A margin missed by a few
///             units in the last place counts as met.
/// Throws:     invalid_input, whose text names the stratum; also where every stratum at its maximum
///             does not meet the margin.
/// Cost:       O(64 k + k log k) for k strata, whatever the sizes.
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, section 5.5; Wright (2017),
///             doi:10.1016/j.spl.2017.04.026 (equal costs); Everett (1963),
///             doi:10.1287/opre.11.3.399 (the bound)
/// Checked:    tests/reference/allocation_cost.csv (R allocation, PracTools formulas),
///             tests/infer/allocation_cost_test.cpp (every allocation of small cases)
/// Example:    examples/programme_plan.cpp
[[nodiscard]] inline allocation allocate_margin(const std::vector<stratum>& strata,
                                                const allocate_margin_options& options) {
    constexpr std::string_view function = "allocate_margin";
    const double margin = options.margin;
    detail::require_margin(margin, function);
    detail::require(margin >= 1e-90, function, "margin", margin, "must be at least 1e-90");
    detail::require_level(options.level, function);
    const detail::strata_frame frame(strata, options.population_form, function);
    const double z = normal_critical_value(options.level);
    const double wanted = margin / z * (margin / z) * detail::within_rounding;
    const double best = frame.variance(frame.most);
    detail::require(best <= wanted, function, "margin", margin,
                    "must be at least " + detail::to_text(z * std::sqrt(best)) +
                        ", the margin with every stratum at its maximum");
    const detail::variance_steps steps{frame.coefficients(1), frame.cost};
    detail::greedy_steps greedy(steps, frame.least, frame.most, frame.cost);
    const auto made = [&](const std::vector<std::int64_t>& units, double least_cost) {
        allocation result = frame.result(strata, units, options.level, "margin");
        result.least_cost = (std::min)(least_cost, result.cost);
        return result;
    };
    double variance = frame.variance(frame.least);
    if (variance <= wanted) {
        return made(frame.least, greedy.cost(frame.least));
    }
    greedy.leap(
        [&](const std::vector<std::int64_t>& units) { return frame.variance(units) > wanted; });
    const double start = frame.variance(greedy.units());
    running_sum tracked;
    tracked.add(start);
    for (;;) {
        const std::size_t h = greedy.next().value();
        const double gain = steps.gain(h, greedy.units()[h]);
        std::vector<std::int64_t> units;
        // Only near the end is the sum over all strata made anew.
        if (!(tracked.value() - gain > wanted + 1e-9 * start)) {
            units = greedy.units();
            variance = frame.variance(units);
            ++units[h];
            if (frame.variance(units) <= wanted) {
                --units[h];
                break;
            }
        }
        greedy.take();
        tracked.add(-gain);
    }
    // One more answer suffices: the cheapest of those that do, of these the one that gains most.
    const std::vector<std::int64_t>& before = greedy.units();
    const std::size_t next = greedy.next().value();
    const double missing = (std::max)(variance - wanted, 0.0);
    const double bound = greedy.cost(before) + missing / steps.worth(next, before[next]);
    std::vector<std::size_t> candidates{next};
    for (std::size_t h = 0; h < before.size(); ++h) {
        if (h != next && before[h] < frame.most[h] && steps.gain(h, before[h]) >= missing) {
            candidates.push_back(h);
        }
    }
    std::ranges::stable_sort(candidates, [&](std::size_t a, std::size_t b) {
        return frame.cost[a] != frame.cost[b] ? frame.cost[a] < frame.cost[b]
                                              : steps.gain(a, before[a]) > steps.gain(b, before[b]);
    });
    std::vector<std::int64_t> units = before;
    for (const std::size_t h : candidates) {
        ++units[h];
        if (h == next || frame.variance(units) <= wanted) {
            break;
        }
        --units[h]; // missing and its gain differ by rounding alone
    }
    return made(units, bound);
}

} // namespace nps::inline v0
