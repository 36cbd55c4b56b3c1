// SPDX-License-Identifier: Apache-2.0
/// @file
/// A Markov chain that ends in an alarm: how long it runs, how that is spread, where it stays.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Probabilities of going from state to state without alarm, by rows, and of the alarm.
struct chain_steps {
    explicit chain_steps(std::size_t states)
        : size(states), inner(states * states, 0.0), alarm(states, 0.0) {}

    [[nodiscard]] double& at(std::size_t from, std::size_t to) { return inner[from * size + to]; }
    [[nodiscard]] double at(std::size_t from, std::size_t to) const {
        return inner[from * size + to];
    }
    /// One step of a distribution over the states.
    [[nodiscard]] std::vector<double> step(std::span<const double> now) const {
        std::vector<double> next(size, 0.0);
        for (std::size_t i = 0; i < size; ++i) {
            if (now[i] != 0) {
                for (std::size_t j = 0; j < size; ++j) {
                    next[j] += now[i] * at(i, j);
                }
            }
        }
        return next;
    }

    std::size_t size;
    std::vector<double> inner;
    std::vector<double> alarm;
};

/// I - Q factored from the probabilities of alarm, so that nothing is ever subtracted: also a run
/// length of 10^12 has its digits (elimination of Grassmann, Taksar, Heyman).
class chain_solver {
public:
    chain_solver(chain_steps steps, std::string_view function)
        : steps_(std::move(steps)), leave_(steps_.size, 0.0) {
        const std::size_t n = steps_.size;
        std::vector<double> alarm = steps_.alarm;
        for (std::size_t k = 0; k < n; ++k) {
            double leave = alarm[k];
            for (std::size_t j = k + 1; j < n; ++j) {
                leave += steps_.at(k, j);
            }
            if (!(leave > 0) || !std::isfinite(leave)) {
                throw_undefined(function, "no alarm is ever reached, or after no time a double "
                                          "holds");
            }
            leave_[k] = leave;
            for (std::size_t i = k + 1; i < n; ++i) {
                const double factor = steps_.at(i, k) / leave;
                steps_.at(i, k) = factor;
                if (factor != 0) {
                    alarm[i] += factor * alarm[k];
                    for (std::size_t j = k + 1; j < n; ++j) {
                        steps_.at(i, j) += factor * steps_.at(k, j);
                    }
                }
            }
        }
    }

    /// x = b + Q x for b >= 0.
    [[nodiscard]] std::vector<double> solve(std::vector<double> b) const {
        const std::size_t n = steps_.size;
        for (std::size_t i = 1; i < n; ++i) {
            for (std::size_t k = 0; k < i; ++k) {
                b[i] += steps_.at(i, k) * b[k];
            }
        }
        for (std::size_t k = n; k-- > 0;) {
            for (std::size_t j = k + 1; j < n; ++j) {
                b[k] += steps_.at(k, j) * b[j];
            }
            b[k] /= leave_[k];
        }
        return b;
    }

    /// y = b + Q' y for b >= 0: the expected visits to each state from the distribution b.
    [[nodiscard]] std::vector<double> visits(std::vector<double> b) const {
        const std::size_t n = steps_.size;
        for (std::size_t k = 0; k < n; ++k) {
            b[k] /= leave_[k];
            for (std::size_t j = k + 1; j < n; ++j) {
                b[j] += b[k] * steps_.at(k, j);
            }
        }
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t k = 0; k < i; ++k) {
                b[k] += b[i] * steps_.at(i, k);
            }
        }
        return b;
    }

private:
    chain_steps steps_;
    std::vector<double> leave_; // sum of what leaves a state, past states eliminated
};

[[nodiscard]] inline double chain_sum(std::span<const double> values) {
    running_sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum.value();
}

[[nodiscard]] inline double chain_product(std::span<const double> a, std::span<const double> b) {
    running_sum sum;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum.add(a[i] * b[i]);
    }
    return sum.value();
}

/// Where the chain is after a long time without alarm: the left eigenvector of Q, by inverse
/// iteration, which closes in by a factor of some hundreds a step where alarms are rare.
[[nodiscard]] inline std::vector<double> chain_steady_state(const chain_solver& solver,
                                                            std::size_t states) {
    std::vector<double> now(states, 1 / static_cast<double>(states));
    constexpr int most_steps = 2'000;
    for (int t = 0; t < most_steps; ++t) {
        std::vector<double> next = solver.visits(now);
        const double all = chain_sum(next);
        double change = 0;
        for (std::size_t i = 0; i < states; ++i) {
            next[i] /= all;
            change += std::abs(next[i] - now[i]);
        }
        now = std::move(next);
        if (change < 1e-14) {
            break;
        }
    }
    return now;
}

/// A run: the probabilities of no alarm before step 1, 2, ... T (the first is 1), and where the
/// chain is after step T.
struct chain_start {
    std::vector<double> survival = {};
    std::vector<double> states = {};
};

struct chain_run_length {
    double average = 0;
    double standard_deviation = 0;
    std::vector<std::int64_t> quantiles = {};
};

/// The smallest t with P(run length <= t) >= p, for each p.
[[nodiscard]] inline std::vector<std::int64_t>
chain_quantiles(const chain_steps& steps, const chain_start& start,
                std::span<const double> probabilities) {
    std::vector<std::int64_t> result(probabilities.size(), 0);
    std::size_t open = probabilities.size();
    // A survival within rounding of 1 - p counts as equal to it.
    const auto reached = [](double survival, double p) {
        return survival <= (1 - p) * (1 + 1e-13);
    };
    const auto look = [&](std::int64_t t, double survival) {
        for (std::size_t i = 0; i < probabilities.size(); ++i) {
            if (result[i] == 0 && t > 0 && reached(survival, probabilities[i])) {
                result[i] = t;
                --open;
            }
        }
    };
    for (std::size_t t = 0; t < start.survival.size(); ++t) {
        look(static_cast<std::int64_t>(t), start.survival[t]);
    }
    std::vector<double> now = start.states;
    auto t = static_cast<std::int64_t>(start.survival.size());
    double survival = chain_sum(now);
    double ratio = 0;
    look(t, survival);
    int settled = 0;
    while (open > 0 && survival > 0 && settled < 20) {
        now = steps.step(now);
        const double left = chain_sum(now);
        const double alarm = chain_product(now, steps.alarm) / left;
        settled = std::abs(alarm - ratio) <= 1e-12 * alarm ? settled + 1 : 0;
        ratio = alarm;
        survival = left;
        look(++t, survival);
    }
    // From here on the run length is geometric.
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        if (result[i] == 0) {
            const double steps_left =
                std::log((1 - probabilities[i]) / survival) / std::log1p(-ratio);
            result[i] = t + static_cast<std::int64_t>(std::ceil(steps_left - 1e-9));
        }
    }
    return result;
}

[[nodiscard]] inline chain_run_length
chain_summary(const chain_steps& steps, const chain_solver& solver, const chain_start& start,
              std::span<const double> probabilities, std::string_view function) {
    const std::vector<double> average = solver.solve(std::vector<double>(steps.size, 1.0));
    const std::vector<double> second = solver.solve(average);
    // E T = sum of survivals; E T (T + 1) / 2 = sum of (t + 1) times the survival.
    running_sum mean;
    running_sum triangle;
    for (std::size_t t = 0; t < start.survival.size(); ++t) {
        mean.add(start.survival[t]);
        triangle.add(static_cast<double>(t + 1) * start.survival[t]);
    }
    const double rest = chain_product(start.states, average);
    mean.add(rest);
    triangle.add(static_cast<double>(start.survival.size()) * rest);
    triangle.add(chain_product(start.states, second));
    const double m = mean.value();
    if (!(m <= 1e15)) {
        throw_undefined(function, "the average run length is above 1e15");
    }
    const double variance = 2 * triangle.value() - m - m * m;
    return {.average = m,
            .standard_deviation = std::sqrt((std::max)(variance, 0.0)),
            .quantiles = chain_quantiles(steps, start, probabilities)};
}

} // namespace nps::inline v0::detail
