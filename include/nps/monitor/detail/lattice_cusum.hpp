// SPDX-License-Identifier: Apache-2.0
/// @file
/// The Markov chain of a CUSUM whose increments lie on a lattice.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/monitor/detail/absorbing_chain.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/numeric/lattice.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

inline constexpr std::int64_t most_lattice_states = 600;

[[nodiscard]] inline answer_weights answer_weights_of(const category_shares& shares) {
    return {shares.detractors, shares.passives, shares.promoters};
}

struct lattice_cusum {
    std::int64_t n;
    category_shares baseline;
    category_shares actual;
    double reference; // these three in answers
    double limit;
    double head_start;
};

struct lattice_cusum_result {
    double from_zero = 0;
    double steady_state = 0;
    chain_run_length from_start = {};
};

/// Probabilities of the increments -last .. last, in steps of the chain; what is beyond is in the
/// ends.
struct lattice_increments {
    explicit lattice_increments(std::int64_t states)
        : last(states), probability(static_cast<std::size_t>(2 * states + 1), 0.0) {}

    void add(std::int64_t increment, double p) {
        const std::int64_t within = (std::min)((std::max)(increment, -last), last);
        probability[static_cast<std::size_t>(within + last)] += p;
    }
    /// An increment between two points is split so that its mean stays.
    void split(double increment, double p) {
        const double end = static_cast<double>(last);
        const double within = std::clamp(increment, -end, end);
        double below = std::floor(within);
        double part = within - below;
        if (part > 1 - 1e-7) { // rounding
            below += 1;
            part = 0;
        }
        part = part < 1e-7 ? 0 : part;
        add(static_cast<std::int64_t>(below), p * (1 - part));
        if (part > 0) {
            add(static_cast<std::int64_t>(below) + 1, p * part);
        }
    }
    [[nodiscard]] double of(std::int64_t increment) const {
        return probability[static_cast<std::size_t>(increment + last)];
    }

    std::int64_t last;
    std::vector<double> probability;
};

/// States 0 ... states - 1 are values of the sum; one of `states` or more is the alarm.
[[nodiscard]] inline chain_steps lattice_chain(const lattice_increments& increments,
                                               std::int64_t states) {
    chain_steps steps(static_cast<std::size_t>(states));
    // Sums from each end: never from a complement.
    std::vector<double> at_least(increments.probability.size() + 1, 0.0);
    std::vector<double> at_most(increments.probability.size(), 0.0);
    for (std::size_t i = increments.probability.size(); i-- > 0;) {
        at_least[i] = at_least[i + 1] + increments.probability[i];
    }
    double sum = 0;
    for (std::size_t i = 0; i < at_most.size(); ++i) {
        at_most[i] = sum += increments.probability[i];
    }
    for (std::int64_t i = 0; i < states; ++i) {
        const auto from = static_cast<std::size_t>(i);
        steps.at(from, 0) = at_most[static_cast<std::size_t>(increments.last - i)];
        for (std::int64_t j = 1; j < states; ++j) {
            steps.at(from, static_cast<std::size_t>(j)) = increments.of(j - i);
        }
        steps.alarm[from] = at_least[static_cast<std::size_t>(states - i + increments.last)];
    }
    return steps;
}

[[nodiscard]] inline lattice_cusum_result
run_of_lattice(const lattice_increments& in_control, const lattice_increments& actual,
               std::int64_t states, std::int64_t head_start, std::span<const double> probabilities,
               std::string_view function) {
    const chain_steps steps = lattice_chain(actual, states);
    const chain_solver solver(steps, function);
    const std::vector<double> averages = solver.solve(std::vector<double>(steps.size, 1.0));
    chain_start start{.states = std::vector<double>(steps.size, 0.0)};
    start.states[static_cast<std::size_t>(head_start)] = 1;
    const bool same = in_control.probability == actual.probability;
    const std::vector<double> steady =
        same ? chain_steady_state(solver, steps.size)
             : chain_steady_state(chain_solver(lattice_chain(in_control, states), function),
                                  steps.size);
    return {.from_zero = averages[0],
            .steady_state = chain_product(steady, averages),
            .from_start = chain_summary(steps, solver, start, probabilities, function)};
}

/// Whole-number sums S of n answers less a reference, in steps of 1 / parts answers: exact where the
/// reference is a whole number of steps.
[[nodiscard]] inline lattice_cusum_result lattice_cusum_run(const lattice_cusum& chart,
                                                            std::span<const double> probabilities,
                                                            std::string_view function) {
    // The limit lies half a step above the last state, where splitting favours neither side.
    double parts = (static_cast<double>(most_lattice_states) - 0.5) / chart.limit;
    std::int64_t states = most_lattice_states;
    for (double m = 1; m <= (std::min)(parts, 1000.0); ++m) {
        const double scaled = m * chart.reference;
        if (std::abs(scaled - std::round(scaled)) < 1e-9) {
            parts = m;
            // A sum equal to the limit is no alarm, as far as doubles tell.
            states = static_cast<std::int64_t>(std::floor(chart.limit * m * (1 + 1e-12))) + 1;
            break;
        }
    }
    const auto increments = [&](const category_shares& shares) {
        const lattice_sum sum(chart.n, answer_weights_of(shares));
        lattice_increments result(states);
        // What matters: sums that do not end in an alarm or in 0 from every state.
        const double reach = static_cast<double>(states) / parts + 1;
        const double n = static_cast<double>(chart.n);
        // Beyond 12 standard deviations lies less than any run length can tell.
        const double spread = 12 * std::sqrt(sum.variance()) + 60;
        const double least = (std::max)(chart.reference - reach, sum.mean() - spread);
        const double most = (std::min)(chart.reference + reach, sum.mean() + spread);
        const auto from = static_cast<std::int64_t>(std::clamp(std::floor(least), -n - 1, n));
        const auto to = static_cast<std::int64_t>(std::clamp(std::ceil(most), -n - 1, n));
        result.add(-states, sum.cdf(from));
        result.add(states, sum.upper_tail(to));
        for (std::int64_t k = from + 1; k <= to; ++k) {
            result.split((static_cast<double>(k) - chart.reference) * parts, sum.pmf(k));
        }
        return result;
    };
    // A start between two states runs as the one from which as many steps lead to the limit; so do
    // all values it comes to before it is at 0.
    const double room = (chart.limit - chart.head_start + chart.limit * 1e-12) * parts;
    const std::int64_t head = states - 1 - static_cast<std::int64_t>(std::floor(room));
    return run_of_lattice(increments(chart.baseline), increments(chart.actual), states,
                          std::clamp(head, std::int64_t{0}, states - 1), probabilities, function);
}

/// Any log ratios, by all outcomes of n answers.
[[nodiscard]] inline lattice_cusum_result
enumerated_cusum_run(std::int64_t n, const category_weights& ratios,
                     const std::array<category_shares, 2>& shares, double limit, double head_start,
                     std::span<const double> probabilities, std::string_view function) {
    const std::int64_t states = most_lattice_states;
    const double parts = (static_cast<double>(states) - 0.5) / limit;
    std::array<lattice_increments, 2> increments{lattice_increments(states),
                                                 lattice_increments(states)};
    const double size = static_cast<double>(n);
    std::vector<double> log_factorials{0.0};
    for (std::int64_t k = 1; k <= n; ++k) {
        log_factorials.push_back(log_factorials.back() + std::log(static_cast<double>(k)));
    }
    for (std::size_t which = 0; which < 2; ++which) {
        const auto [d, q, p] = shares[which];
        const auto term = [](std::int64_t count, double share) {
            return count == 0 ? 0.0 : static_cast<double>(count) * std::log(share);
        };
        for (std::int64_t i = 0; i <= n; ++i) {
            for (std::int64_t j = 0; i + j <= n; ++j) {
                const std::int64_t k = n - i - j;
                const double probability = std::exp(log_factorials[static_cast<std::size_t>(n)] -
                                                    log_factorials[static_cast<std::size_t>(i)] -
                                                    log_factorials[static_cast<std::size_t>(j)] -
                                                    log_factorials[static_cast<std::size_t>(k)] +
                                                    term(i, d) + term(j, p) + term(k, q));
                const double ratio =
                    size * ratios.passives +
                    static_cast<double>(i) * (ratios.detractors - ratios.passives) +
                    static_cast<double>(j) * (ratios.promoters - ratios.passives);
                increments[which].split(ratio * parts, probability);
            }
        }
    }
    const auto head = static_cast<std::int64_t>(std::round(head_start * parts));
    return run_of_lattice(increments[0], increments[1], states, (std::min)(head, states - 1),
                          probabilities, function);
}

[[nodiscard]] inline run_length one_sided_result(lattice_cusum_result one) {
    return {.average = one.from_start.average,
            .standard_deviation = one.from_start.standard_deviation,
            .steady_state = one.steady_state,
            .quantiles = std::move(one.from_start.quantiles),
            .method = "lattice"};
}

} // namespace nps::inline v0::detail
