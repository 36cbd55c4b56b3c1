// SPDX-License-Identifier: Apache-2.0
/// @file
/// Many touchpoints, day after day: which alarms may be believed when the share of false ones is held.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/monitor/e_value.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of e_bh.
///
/// Checked:    tests/monitor/false_discovery_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct e_bh_options {
    /// The largest expected share of false discoveries among all, in (0, 1).
    double rate = 0.05;
};

/// Which of many hypotheses are rejected.
///
/// Checked:    tests/monitor/false_discovery_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct false_discovery_result {
    /// In the order given: the smallest rate at which each is rejected, at most 1.
    std::vector<double> adjusted = {};
    /// Positions of the rejected, ascending.
    std::vector<std::size_t> rejected = {};
    double rate = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

/// Benjamini and Hochberg's procedure on e-values: of many touchpoints at one time, those whose
/// score has moved. For p values adjust_p_values has benjamini_yekutieli and benjamini_hochberg.
///
/// Formula:    rejects the k largest e-values, k the largest with e_(k) >= m / (k rate): that is
///             benjamini_hochberg on 1 / e, whatever the e-values have to do with each other.
/// Assumes:    each is an e-value of its hypothesis; given as logarithms. They may be looked at at
///             any time, and be of one period or of all time so far. No dependence is excluded.
/// Not for:    one answer to each of many days: the days themselves are then many; see
///             online_false_discovery.
/// Degenerate: no e-values give no rejections.
/// Throws:     invalid_input, which names the position of a value that is not finite, and for a rate
///             outside (0, 1).
/// Cost:       O(m log m).
/// Source:     Wang, Ramdas (2022), doi:10.1111/rssb.12489
/// Checked:    tests/reference/false_discovery.csv (R p.adjust); with 1,150 dependent touchpoints by
///             simulation in tests/monitor/sequential_simulation_test.cpp
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline false_discovery_result e_bh(std::span<const double> log_e,
                                                 const e_bh_options& options = {}) {
    constexpr std::string_view self = "e_bh";
    detail::require(options.rate > 0 && options.rate < 1, self, "rate", options.rate,
                    "must be in (0, 1)");
    detail::require_log_e(log_e, self);
    std::vector<double> p(log_e.size());
    std::transform(log_e.begin(), log_e.end(), p.begin(),
                   [](double value) { return (std::min)(1.0, std::exp(-value)); });
    false_discovery_result result{.adjusted = adjust_p_values(p, multiplicity::benjamini_hochberg),
                                  .rate = options.rate,
                                  .method = "e_bh"};
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (result.adjusted[i] <= options.rate) {
            result.rejected.push_back(i);
        }
    }
    return result;
}

/// How levels are given out over time.
enum class online_method : std::uint8_t {
    e_lond, ///< e-values, whatever they have to do with each other
    lond,   ///< p values, independent or positively dependent
    lord,   ///< LORD++: p values, independent over time
    saffron ///< p values, independent over time; more power where many hypotheses are false
};

/// Options of online_false_discovery.
///
/// Checked:    tests/monitor/false_discovery_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct online_false_discovery_options {
    online_method method = online_method::e_lond;
    /// The largest expected share of false discoveries among all so far, in (0, 1).
    double rate = 0.05;
    /// Read by lord and saffron: the part of the rate that is there at the start, in (0, 1). By
    /// default 1/10 for lord, 1/2 for saffron.
    double initial_wealth = 0;
    /// Read by saffron alone: p values above are taken for true hypotheses, in (0, 1).
    double candidate = 0.5;
};

/// One decision.
///
/// Checked:    tests/monitor/false_discovery_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct online_decision {
    bool rejected = false;
    /// The level of this test; p values at or below it (1 / e for e_lond) are rejected.
    double level = 0;
    /// How many tests there have been, this one among them, and how many rejections.
    std::int64_t tests = 0;
    std::int64_t rejections = 0;
};

namespace detail {

/// The share of the t-th test, t >= 1: all together are 1, or 0.976 where they fall more slowly.
[[nodiscard]] inline double online_share(online_method method, std::int64_t t) {
    const auto x = static_cast<double>(t);
    if (method == online_method::saffron) {
        return 0.4374901658 * std::pow(x, -1.6);
    }
    return 0.07720838 * std::log((std::max)(x, 2.0)) / (x * std::exp(std::sqrt(std::log(x))));
}

} // namespace detail

/// Hypotheses that arrive one after the other, for ever, each decided at once: one a touchpoint and
/// day, say. Holds the expected share of false discoveries among all that have been made.
///
/// Formula:    share(t) sums to at most 1 over t. e_lond and lond: the level is rate share(t) (D + 1), D
///             rejections so far. lord: w share(t) + (rate - w) share(t - t_1) + rate times the sum of
///             share(t - t_j) over later rejections j. saffron: (1 - candidate) times the same, with
///             t counted without candidates, at most candidate.
///             share: 0.07720838 log max(t, 2) / (t exp(sqrt(log t))); saffron 0.4374901658 t^-1.6.
/// Assumes:    e_lond: each is an e-value of its hypothesis; no dependence is excluded. lond:
///             p values, independent or positively dependent. lord and saffron: p values independent
///             of all before, which those of touchpoints that share a shock are not, and p values of
///             all answers so far are not either: test each period's own answers.
/// Not for:    one hypothesis asked again every day of growing answers: that spends levels on what
///             an e-value does for nothing; use e_bh on the e-values of each day.
/// Throws:     invalid_input, from the constructor, for a rate outside (0, 1), or an initial wealth or
///             a candidate outside; from test, also for an e-value given to a method for p values or
///             the other way round. Nothing changes then.
/// Cost:       O(1) a test for e_lond and lond; O(rejections) time and memory for lord and saffron.
/// Source:     Xu, Ramdas (2024), https://proceedings.mlr.press/v238/xu24a.html (e-LOND);
///             Javanmard, Montanari (2018), doi:10.1214/17-AOS1559 (LOND, LORD);
///             Ramdas, Yang, Wainwright, Jordan (2017), https://arxiv.org/abs/1710.00499 (LORD++);
///             Ramdas, Zrnic, Wainwright, Jordan (2018), https://arxiv.org/abs/1802.09098 (SAFFRON)
/// Checked:    tests/reference/false_discovery.csv (R package onlineFDR)
/// Example:    examples/monitor_sequential.cpp
class online_false_discovery {
public:
    explicit online_false_discovery(const online_false_discovery_options& options = {});

    /// The next hypothesis, by its e-value's logarithm; e_lond alone.
    online_decision test_log_e(double log_e);
    /// The next hypothesis, by its p value; every method but e_lond.
    online_decision test_p_value(double p);

    [[nodiscard]] std::int64_t tests() const { return tests_; }
    [[nodiscard]] std::int64_t rejections() const { return rejections_; }

private:
    /// A rejection: the test, and the candidates since.
    struct start {
        std::int64_t test = 0;
        std::int64_t candidates = 0;
    };

    [[nodiscard]] double next_level() const;
    online_decision decide(bool rejected, double level, bool is_candidate);

    online_false_discovery_options options_;
    std::int64_t tests_ = 0;
    std::int64_t rejections_ = 0;
    std::int64_t candidates_ = 0;
    std::vector<start> starts_{};
};

inline online_false_discovery::online_false_discovery(const online_false_discovery_options& options)
    : options_(options) {
    constexpr std::string_view self = "online_false_discovery";
    const auto method = options.method;
    detail::require(method == online_method::e_lond || method == online_method::lond ||
                        method == online_method::lord || method == online_method::saffron,
                    self, "method", static_cast<int>(method), "must be a named method");
    detail::require(options.rate > 0 && options.rate < 1, self, "rate", options.rate,
                    "must be in (0, 1)");
    detail::require(options.initial_wealth >= 0 && options.initial_wealth < 1, self,
                    "initial_wealth", options.initial_wealth,
                    "must be in [0, 1), 0 for the default");
    detail::require(options.candidate > 0 && options.candidate < 1, self, "candidate",
                    options.candidate, "must be in (0, 1)");
    if (options_.initial_wealth == 0) {
        options_.initial_wealth = method == online_method::saffron ? 0.5 : 0.1;
    }
}

inline double online_false_discovery::next_level() const {
    const auto share = [this](std::int64_t t) { return detail::online_share(options_.method, t); };
    const std::int64_t t = tests_ + 1;
    const double rate = options_.rate;
    if (options_.method == online_method::e_lond || options_.method == online_method::lond) {
        return rate * share(t) * static_cast<double>(rejections_ + 1);
    }
    const bool saffron = options_.method == online_method::saffron;
    const double wealth = rate * options_.initial_wealth;
    double level = wealth * share(t - (saffron ? candidates_ : 0));
    for (std::size_t j = 0; j < starts_.size(); ++j) {
        level += (j == 0 ? rate - wealth : rate) *
                 share(t - starts_[j].test - (saffron ? starts_[j].candidates : 0));
    }
    return saffron ? (std::min)((1 - options_.candidate) * level, options_.candidate) : level;
}

inline online_decision online_false_discovery::decide(bool rejected, double level,
                                                      bool is_candidate) {
    const std::size_t earlier = starts_.size();
    if (rejected &&
        (options_.method == online_method::lord || options_.method == online_method::saffron)) {
        starts_.push_back({.test = tests_ + 1}); // what may throw comes first
    }
    ++tests_;
    rejections_ += rejected ? 1 : 0;
    if (is_candidate) {
        ++candidates_;
        for (std::size_t j = 0; j < earlier; ++j) {
            ++starts_[j].candidates;
        }
    }
    return {.rejected = rejected, .level = level, .tests = tests_, .rejections = rejections_};
}

inline online_decision online_false_discovery::test_log_e(double log_e) {
    constexpr std::string_view self = "online_false_discovery::test_log_e";
    detail::require(options_.method == online_method::e_lond, self, "method",
                    static_cast<int>(options_.method), "must be e_lond: the others take p values");
    detail::require(std::isfinite(log_e), self, "log_e", log_e, "must be finite");
    const double level = next_level();
    return decide(log_e >= -std::log(level), level, false);
}

inline online_decision online_false_discovery::test_p_value(double p) {
    constexpr std::string_view self = "online_false_discovery::test_p_value";
    detail::require(options_.method != online_method::e_lond, self, "method",
                    static_cast<int>(options_.method),
                    "must be lond, lord or saffron: e_lond takes e-values");
    detail::require(p >= 0 && p <= 1, self, "p", p, "must be in [0, 1]");
    const double level = next_level();
    return decide(p <= level, level,
                  options_.method == online_method::saffron && p <= options_.candidate);
}

} // namespace nps::inline v0
