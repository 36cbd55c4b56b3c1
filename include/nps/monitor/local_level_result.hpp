// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the local level model says of a series: the score of each period, before and after it is
/// known, and how much it moves.
#pragma once

#include <nps/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// A score that the model infers, or an observed one that it expects.
///
/// Scale:      that of the values; a net score is on [-1, 1].
/// Checked:    tests/monitor/local_level_test.cpp
/// Example:    examples/monitor_series.cpp
struct level_estimate {
    double value = 0;
    /// With what is not known of level_sd, unless that was given or taken as known.
    double standard_error = 0;
    nps::interval interval = {};
};

/// One period of a series. What rests on earlier periods alone is there as soon as they tell the
/// level, and each effect of a cycle.
///
/// Checked:    tests/monitor/local_level_test.cpp
/// Example:    examples/monitor_series.cpp
struct local_level_period {
    /// Valid answers; 0 for estimates that came without counts.
    std::int64_t n = 0;
    /// The score as observed; none of a missing period.
    std::optional<double> observed = {};
    /// The sampling variance it was given.
    double sampling_variance = 0;
    /// The level from all periods.
    level_estimate smoothed = {};
    /// The level from this period and those before it.
    std::optional<level_estimate> filtered = {};
    /// The level from the periods before alone, and the observed score to expect from as many
    /// answers as this period has.
    std::optional<level_estimate> forecast = {};
    std::optional<level_estimate> observed_forecast = {};
    /// Observed minus expected, in standard deviations, at the most likely variances: independent
    /// and standard normal where the model holds.
    std::optional<double> innovation = {};
};

/// Whether the effects of a cycle are all zero, at the most likely variances.
///
/// Checked:    tests/reference/local_level.csv
/// Example:    examples/monitor_series.cpp
struct cycle_test {
    /// b' V^-1 b of the effects: chi-squared where there are none.
    double statistic = 0;
    double degrees_of_freedom = 0;
    double p_value = 1;
};

/// The local level model of one series.
///
/// Checked:    tests/monitor/local_level_test.cpp
/// Example:    examples/monitor_series.cpp
struct local_level_result {
    /// In the order given.
    std::vector<local_level_period> periods = {};
    /// Standard deviation of the level's change from one period to the next: estimated, or as given.
    double level_sd = 0;
    /// By profile likelihood; none where level_sd was given. `lower` is 0 where a level that never
    /// moves agrees with the series.
    std::optional<nps::interval> level_sd_interval = {};
    /// Standard deviation of noise beyond sampling; 0 where it was not asked for.
    double overdispersion_sd = 0;
    /// What each place of the cycle adds to the level, from that of the first period on; they sum to
    /// zero. Empty without a cycle.
    std::vector<level_estimate> cycle_effects = {};
    std::optional<nps::cycle_test> cycle_test = {};
    /// The level of the period after the last, and the observed score to expect there: the latter
    /// where next_n or next_variance says how many answers it rests on.
    level_estimate forecast = {};
    std::optional<level_estimate> observed_forecast = {};
    /// Logarithm of the density of the observed scores, integrated over the level of the first
    /// period and the effects with flat priors (diffuse, restricted): m - 1 - effects terms.
    double log_likelihood = 0;
    /// Valid answers, and the periods that have some.
    std::int64_t n = 0;
    std::int64_t observed_periods = 0;
    /// Where the sampling variances came from, the same word as in JSON.
    std::string_view method = {};
};

} // namespace nps::inline v0
