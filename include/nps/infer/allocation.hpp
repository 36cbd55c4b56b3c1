// SPDX-License-Identifier: Apache-2.0
/// @file
/// How a number of answers is shared out over the strata of a population.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/infer/detail/apportion.hpp>
#include <nps/infer/detail/at_position.hpp>
#include <nps/infer/detail/greedy_steps.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// One stratum: a part of the customers that is sampled for itself. S comes from `respondent_sd` or
/// from `shares` (assumed, or of a pilot: `.shares = shares_of(pilot)`), not from both; from neither
/// it is the worst case, S = 1. A pilot of few answers is better shrunken first: shrunken_sd.
struct stratum {
    std::string name{};
    /// Its customers, in [1, 2^53].
    required<std::int64_t> population;
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    /// Of one answer, in any unit. Read by allocate_budget and allocate_margin.
    double cost = 1;
    /// Answers that it gets in any case, at least 1: without any, the score of all is unknown. From
    /// 2 on its variance can be estimated from the answers.
    std::int64_t minimum = 1;
    /// Answers that it never gets more than. The population is always a bound too.
    std::optional<std::int64_t> maximum{};
};

/// How the answers are shared out.
enum class allocation_method : std::uint8_t {
    neyman,       ///< so that the margin of the score of all is the smallest possible
    power,        ///< between that and strata of equal precision: n_h in proportion to N_h^q S_h
    proportional, ///< n_h in proportion to N_h
    equal         ///< the same number each
};

/// Options of allocate.
struct allocation_options {
    /// Answers in all.
    required<std::int64_t> total;
    allocation_method method = allocation_method::neyman;
    /// q of the method power, in [0, 1]: 1 is Neyman's allocation; 0 gives each stratum about the
    /// same margin.
    double exponent = 0.5;
    double level = 0.95;
    population_variance population_form = population_variance::divisor_n;
};

/// What one stratum gets.
///
/// Checked:    tests/infer/allocation_test.cpp
/// Example:    examples/programme_plan.cpp
struct allocated_stratum {
    std::string name;
    std::int64_t completes = 0;
    /// Its customers, and their share of all.
    std::int64_t population = 0;
    double weight = 0;
    /// The S that the allocation rests on.
    double respondent_sd = 0;
    /// Of the score of the stratum.
    double standard_error = 0;
    double margin = 0;
    /// Of its answers together.
    double cost = 0;
};

/// An allocation and what it gives.
///
/// Checked:    tests/infer/allocation_test.cpp
/// Example:    examples/programme_plan.cpp
struct allocation {
    /// In the order given.
    std::vector<allocated_stratum> strata{};
    std::int64_t completes = 0;
    /// Of the answers together.
    double cost = 0;
    /// Of the score of all: the sum of weight_h score_h.
    double standard_error = 0;
    double margin = 0;
    double level = 0;
    /// Of allocate_budget: no allocation within the budget has a smaller margin than this.
    std::optional<double> least_margin{};
    /// Of allocate_margin: no allocation that meets the margin costs less than this.
    std::optional<double> least_cost{};
    std::string_view method{};
};

namespace detail {

/// Checked strata, and what an allocation needs of them.
struct strata_frame {
    std::vector<answer_spread> spread;
    std::vector<sampling_frame> frame;
    std::vector<std::int64_t> population;
    std::vector<std::int64_t> least;
    std::vector<std::int64_t> most;
    std::vector<double> weight;
    std::vector<double> cost;
    std::int64_t all = 0;

    strata_frame(const std::vector<stratum>& strata, population_variance form,
                 std::string_view function) {
        require(!strata.empty(), function, "strata.size()", strata.size(), "must be at least 1");
        for (std::size_t h = 0; h < strata.size(); ++h) {
            at_position("stratum", h, strata[h].name, [&] { add(strata[h], form, function); });
        }
        for (const std::int64_t size : population) {
            weight.push_back(static_cast<double>(size) / static_cast<double>(all));
        }
    }

    /// Variance of the score of all.
    [[nodiscard]] double variance(const std::vector<std::int64_t>& units) const {
        running_sum sum;
        for (std::size_t h = 0; h < units.size(); ++h) {
            const double error = weight[h] * standard_error(h, units[h]);
            sum.add(error * error);
        }
        return sum.value();
    }

    [[nodiscard]] double standard_error(std::size_t h, std::int64_t units) const {
        return planned_standard_error(spread[h], frame[h].effective(static_cast<double>(units)));
    }

    /// a in the part a / n_h of the variance that depends on n_h; with N_h^q in place of N_h.
    [[nodiscard]] std::vector<double> coefficients(double exponent) const {
        std::vector<double> result;
        for (std::size_t h = 0; h < weight.size(); ++h) {
            const double size = static_cast<double>(population[h]);
            const double variance = spread[h].respondent_variance;
            // A single customer is always asked, and has no variance. An S below 1e-100 is none:
            // so no gain of a step underflows.
            const bool none = population[h] == 1 || variance < 1e-200;
            result.push_back(none ? 0
                                  : std::pow(weight[h], 2 * exponent) * variance *
                                        (size / frame[h].divisor()));
        }
        return result;
    }

    [[nodiscard]] allocation result(const std::vector<stratum>& strata,
                                    const std::vector<std::int64_t>& units, double level,
                                    std::string_view method) const {
        const double z = normal_critical_value(level);
        allocation made{.level = level, .method = method};
        running_sum costs;
        for (std::size_t h = 0; h < units.size(); ++h) {
            const double error = standard_error(h, units[h]);
            const double price = cost[h] * static_cast<double>(units[h]);
            made.strata.push_back({.name = strata[h].name,
                                   .completes = units[h],
                                   .population = population[h],
                                   .weight = weight[h],
                                   .respondent_sd = std::sqrt(spread[h].respondent_variance),
                                   .standard_error = error,
                                   .margin = z * error,
                                   .cost = price});
            made.completes += units[h];
            costs.add(price);
        }
        made.cost = costs.value();
        made.standard_error = std::sqrt(variance(units));
        made.margin = z * made.standard_error;
        return made;
    }

private:
    void add(const stratum& one, population_variance form, std::string_view function) {
        const std::int64_t size = one.population;
        spread.push_back(spread_of(planning_method::wald, one.respondent_sd, one.shares, function));
        frame.push_back({size, form, 1});
        frame.back().check(function);
        require(one.cost >= 1e-30 && one.cost <= 1e30, function, "cost", one.cost,
                "must be in [1e-30, 1e30]");
        require(one.minimum >= 1 && one.minimum <= size, function, "minimum", one.minimum,
                "must be in [1, population]");
        if (one.maximum) {
            require(*one.maximum >= one.minimum, function, "maximum", *one.maximum,
                    "must not be below the minimum");
        }
        all += size;
        require_count(all, function, "population of all strata so far");
        population.push_back(size);
        least.push_back(one.minimum);
        most.push_back((std::min)(size, one.maximum.value_or(size)));
        cost.push_back(one.cost);
    }
};

/// What the k + 1st answer of a stratum takes off the variance, per unit of its price.
struct variance_steps {
    std::vector<double> coefficient;
    std::vector<double> price;

    [[nodiscard]] double gain(std::size_t h, std::int64_t k) const {
        const double n = static_cast<double>(k);
        return coefficient[h] / (n * (n + 1));
    }
    [[nodiscard]] double worth(std::size_t h, std::int64_t k) const {
        return gain(h, k) / price[h];
    }
    /// The least k with k (k + 1) >= a / (price threshold).
    [[nodiscard]] double guess(std::size_t h, double threshold) const {
        if (coefficient[h] == 0) {
            return 0;
        }
        return std::ceil(std::sqrt(coefficient[h] / price[h] / threshold + 0.25) - 0.5);
    }
};

/// The sums of minimums and maximums.
[[nodiscard]] inline std::int64_t sum_of(const std::vector<std::int64_t>& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) {
        sum += count;
    }
    return sum;
}

/// Wright's allocation: the answers beyond the minimums go one by one to where the next takes most
/// off the sum of a_h / n_h. Answers for which no stratum with a_h > 0 has room are shared out over
/// the others in proportion to their customers.
[[nodiscard]] inline std::vector<std::int64_t>
allocate_by_priority(const strata_frame& frame, std::int64_t total, double exponent) {
    const std::vector<double> price(frame.weight.size(), 1.0);
    const variance_steps steps{frame.coefficients(exponent), price};
    greedy_steps greedy(steps, frame.least, frame.most, price);
    greedy.spend(static_cast<double>(total), [](std::size_t) {});
    std::vector<std::int64_t> units = greedy.units();
    if (sum_of(units) < total) {
        std::vector<std::int64_t> most = frame.most;
        for (std::size_t h = 0; h < units.size(); ++h) {
            most[h] = steps.coefficient[h] > 0 ? units[h] : most[h];
        }
        units = apportion(total, frame.population, units, most);
    }
    return units;
}

} // namespace detail

/// Shares out a number of answers over strata, in whole numbers that add up to it exactly.
///
/// neyman: the allocation with the smallest margin for the score of all of which there is no better
/// in whole numbers, bounds included (Wright): beyond the minimums each answer goes where the
/// priority N_h S_h / sqrt(k (k + 1)), k the answers that the stratum has, is the largest. Rounding
/// Neyman's formula instead misses the total, or the optimum. power: the same with N_h^q in place of
/// N_h, which is the best for the sum of (N_h^q se_h)^2 (Bankier). proportional and equal: quotas
/// within the bounds, their whole parts, and one more for the largest remainders. Ties: the stratum
/// with fewer answers, then the earlier; of equal remainders the earlier.
///
/// Formula:    V = sum of W_h^2 S_h^2 (N_h - n_h) / (n_h (N_h - 1)), W_h = N_h / N; the priorities
///             carry sqrt(N_h / (N_h - 1)) too. With N_h in place of N_h - 1 for divisor_n_minus_1,
///             which is the form in the sources.
/// Scale:      margins on the scale of the score.
/// Assumes:    strata do not overlap; a simple random sample in each; the S_h are the true ones.
/// Not for:    margins wanted for each stratum, response rates: see programme_plan,
///             sample_size_for_subgroups.
/// Degenerate: strata with S = 0 get their minimum, and more only where the others have no room,
///             then in proportion to their customers. A census has margin 0. Steps whose gains
///             differ by less than rounding, 1e-16, may be taken in either order.
/// Throws:     invalid_input, whose text names the stratum; also where the total is below the sum
///             of the minimums or above that of the maximums.
/// Cost:       O(64 k + k log k) for k strata, whatever the total. proportional and equal: O(k log k),
///             and k more for each time that a bound moves the others.
/// Source:     Wright (2012), doi:10.1080/00031305.2012.733679; Wright (2017),
///             doi:10.1016/j.spl.2017.04.026; Bankier (1988), doi:10.1080/00031305.1988.10475556;
///             Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 5
/// Checked:    tests/reference/allocation.csv (R allocation and stratallo),
///             tests/infer/allocation_test.cpp (every allocation of small cases, plain greedy)
/// Example:    examples/programme_plan.cpp
[[nodiscard]] inline allocation allocate(const std::vector<stratum>& strata,
                                         const allocation_options& options) {
    constexpr std::string_view function = "allocate";
    detail::require_level(options.level, function);
    const detail::strata_frame frame(strata, options.population_form, function);
    const std::int64_t total = options.total;
    const std::int64_t least = detail::sum_of(frame.least);
    const std::int64_t most = detail::sum_of(frame.most);
    detail::require(total >= least, function, "total", total,
                    "must be at least " + detail::to_text(least) + ", the sum of the minimums");
    detail::require(total <= most, function, "total", total,
                    "must be at most " + detail::to_text(most) +
                        ", the sum of the maximums and populations");
    switch (options.method) {
    case allocation_method::neyman:
        return frame.result(strata, detail::allocate_by_priority(frame, total, 1), options.level,
                            "neyman");
    case allocation_method::power:
        detail::require(options.exponent >= 0 && options.exponent <= 1, function, "exponent",
                        options.exponent, "must be in [0, 1]");
        return frame.result(strata, detail::allocate_by_priority(frame, total, options.exponent),
                            options.level, "power");
    case allocation_method::proportional:
        return frame.result(strata,
                            detail::apportion(total, frame.population, frame.least, frame.most),
                            options.level, "proportional");
    case allocation_method::equal:
        return frame.result(strata,
                            detail::apportion(total, std::vector<std::int64_t>(strata.size(), 1),
                                              frame.least, frame.most),
                            options.level, "equal");
    }
    detail::throw_invalid(function, "method", static_cast<int>(options.method),
                          "must be a named method");
}

} // namespace nps::inline v0
