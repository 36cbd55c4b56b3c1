// SPDX-License-Identifier: Apache-2.0
/// @file
/// Run rules of Shewhart charts (Western Electric, Nelson), and what they cost in false alarms.
#pragma once

#include <nps/core/error.hpp>
#include <nps/monitor/chart_result.hpp>
#include <nps/monitor/detail/run_rule_chain.hpp>
#include <nps/monitor/detail/run_rule_window.hpp>
#include <nps/monitor/detail/simulated_runs.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/monitor/run_rule.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// The four rules of the Western Electric handbook.
///
/// Source:     Western Electric (1956), Statistical Quality Control Handbook,
///             https://www.itl.nist.gov/div898/handbook/pmc/section3/pmc32.htm
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<run_rule> western_electric_rules() {
    return {run_rule::beyond_three, run_rule::two_of_three_beyond_two,
            run_rule::four_of_five_beyond_one, run_rule::eight_on_one_side};
}

/// The eight tests of Nelson.
///
/// Source:     Nelson (1984), doi:10.1080/00224065.1984.11978921
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<run_rule> nelson_rules() {
    return {run_rule::beyond_three,
            run_rule::nine_on_one_side,
            run_rule::six_trending,
            run_rule::fourteen_alternating,
            run_rule::two_of_three_beyond_two,
            run_rule::four_of_five_beyond_one,
            run_rule::fifteen_within_one,
            run_rule::eight_beyond_one};
}

/// Options of run_rules.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct run_rules_options {
    std::vector<run_rule> rules = western_electric_rules();
};

/// A period in which a rule holds.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct run_signal {
    /// Position in the series, from 0: the last of the periods that the rule looks at.
    std::size_t period = 0;
    run_rule rule = run_rule::beyond_three;
    /// 1 above the centre or rising, -1 below it or falling; 0 for a rule without a side.
    int side = 0;
};

/// Where the rules hold in a series of z scores, in the order of time and then of the rules.
///
/// Formula:    each rule looks at the newest periods; rules about points beyond a line need the
///             newest one beyond it, so that a rule signals when it is met and not after.
/// Assumes:    z scores of independent periods. With fewer than some 50 answers a period zones of
///             a lattice do not have their normal probabilities. Equal neighbours are no trend, a z
///             of 0 is on neither side.
/// Throws:     invalid_input, which names the position of a z that is not finite, or a rule that is
///             not a named one.
/// Cost:       O(periods times rules).
/// Source:     Nelson (1984), doi:10.1080/00224065.1984.11978921
/// Checked:    tests/monitor/control_chart_test.cpp (the handbook's own patterns)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<run_signal> run_rules(std::span<const double> z,
                                                       const run_rules_options& options = {}) {
    constexpr std::string_view self = "run_rules";
    detail::require_rules(options.rules, self);
    detail::run_rule_window window;
    std::vector<run_signal> signals;
    for (std::size_t t = 0; t < z.size(); ++t) {
        detail::require(std::isfinite(z[t]), self, "z[" + detail::to_text(t) + "]", z[t],
                        "must be finite");
        window.add(z[t]);
        for (const run_rule rule : options.rules) {
            const detail::rule_state state = window.holds(rule);
            if (state.holds) {
                signals.push_back({.period = t, .rule = rule, .side = state.side});
            }
        }
    }
    return signals;
}

/// The rules on the points of a chart, its z scores over sigma_z where the limits are laney's; a
/// missing period is passed over, and exact limits stand in no relation to the zones.
///
/// Throws:     invalid_input for a rule that is not a named one.
/// Cost:       O(periods times rules).
/// Source:     Nelson (1984), doi:10.1080/00224065.1984.11978921
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline std::vector<run_signal> run_rules(const control_chart& chart,
                                                       const run_rules_options& options = {}) {
    const double spread = chart.method.starts_with("laney") ? chart.sigma_z : 1;
    std::vector<double> z;
    std::vector<std::size_t> periods;
    for (std::size_t t = 0; t < chart.points.size(); ++t) {
        if (!chart.points[t].missing) {
            z.push_back(chart.points[t].z / spread);
            periods.push_back(t);
        }
    }
    std::vector<run_signal> signals = run_rules(z, options);
    for (run_signal& signal : signals) {
        signal.period = periods[signal.period];
    }
    return signals;
}

/// Options of run_rules_run_length.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct run_rules_run_length_options {
    std::vector<run_rule> rules = western_electric_rules();
    /// How far the true value is from the centre, in standard errors of a period.
    double shift = 0;
    std::vector<double> probabilities{0.05, 0.5, 0.95};
    /// Read where six_trending or fourteen_alternating is among the rules, which are simulated.
    std::int64_t replicates = 20'000;
    std::uint64_t seed = 0;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 0;
};

/// Run length of a chart under all of the rules together: what each rule adds in false alarms.
///
/// Formula:    a Markov chain over the zones of the last periods, exact; with six_trending or
///             fourteen_alternating, whose chain would need the values themselves, simulation
///             (standard_error is its error; no steady_state).
/// Assumes:    independent normal values.
/// Throws:     invalid_input; undefined_result where no alarm is ever reached.
/// Cost:       10 ms for the four rules of Western Electric; simulation 10 us a replicate in
///             control.
/// Source:     Champ, Woodall (1987), doi:10.1080/00401706.1987.10488266
/// Checked:    tests/monitor/control_chart_test.cpp (table of the source; its own simulation)
/// Example:    examples/monitor_charts.cpp
[[nodiscard]] inline run_length
run_rules_run_length(const run_rules_run_length_options& options = {}) {
    constexpr std::string_view self = "run_rules_run_length";
    detail::require_rules(options.rules, self);
    detail::require(!options.rules.empty(), self, "rules", options.rules.size(),
                    "must be one or more");
    detail::require_shift(options.shift, self);
    detail::require_run_probabilities(options.probabilities, self);
    if (!detail::needs_values(options.rules)) {
        return detail::run_rules_by_chain(options.rules, options.shift, options.probabilities,
                                          self);
    }
    detail::require(options.replicates >= 2 && options.replicates <= 100'000'000, self,
                    "replicates", options.replicates, "must be in [2, 100000000]");
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(options.replicates));
    detail::for_each_run(options.replicates, options.threads, [&](std::int64_t r) {
        random_stream random(options.seed, static_cast<std::uint32_t>(r),
                             random_purpose::control_chart);
        detail::run_rule_window window;
        for (std::int64_t t = 1;; ++t) {
            window.add(normal_quantile(random.uniform()) + options.shift);
            if (std::ranges::any_of(options.rules,
                                    [&](run_rule rule) { return window.holds(rule).holds; })) {
                lengths[static_cast<std::size_t>(r)] = t;
                return;
            }
        }
    });
    return detail::summary_of_runs(std::move(lengths), options.probabilities, 0, "simulation");
}

} // namespace nps::inline v0
