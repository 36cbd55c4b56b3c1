// SPDX-License-Identifier: Apache-2.0
/// @file
/// What every Shewhart chart returns, and which limits there are.
#pragma once

#include <nps/version.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The false-alarm rate of limits at 3 standard errors: 2 (1 - Phi(3)).
inline constexpr double three_sigma_rate = 0.0026997960632601891;

/// Which limits a Shewhart chart has.
enum class chart_limits : std::uint8_t {
    normal, ///< normal approximation of the sampling error alone
    exact,  ///< exact distribution of the sampling error alone: never more false alarms than asked
    laney,  ///< normal, widened by what the reference periods vary beyond their sampling error
};

/// How the spread of z scores between periods is found.
enum class chart_spread : std::uint8_t {
    moving_range,       ///< from neighbouring periods: a slow drift does not widen it
    standard_deviation, ///< from all of them
};

/// One period of a Shewhart chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct chart_point {
    std::int64_t n = 0;
    /// The score, share or rate; the centre where it is missing.
    double value = 0;
    /// Of the value in control, from sampling alone; 0 where it is missing.
    double standard_error = 0;
    /// (value - centre) / standard_error.
    double z = 0;
    /// A value on a limit is no alarm.
    double lower = 0;
    double upper = 0;
    /// Nothing was observed.
    bool missing = false;
    bool alarm = false;
};

/// A Shewhart chart.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
struct control_chart {
    std::vector<chart_point> points = {};
    double centre = 0;
    /// Whether the centre was estimated from the reference periods.
    bool estimated = false;
    /// Answers (trials, events) that an estimated baseline rests on; 0 where it was given.
    std::int64_t baseline_n = 0;
    /// Of an estimated centre, from sampling alone; 0 where it was given.
    double baseline_standard_error = 0;
    /// Spread of the z scores of the reference periods: 1 is sampling error alone. In the limits of
    /// laney only; 1 where fewer than 2 reference periods tell it.
    double sigma_z = 1;
    /// Observed reference periods.
    std::size_t reference_periods = 0;
    std::size_t missing = 0;
    std::size_t alarms = 0;
    /// The average run length in control that was asked for, 1 / false-alarm rate; exact limits
    /// have at least that.
    double run_length = 0;
    /// The same where the true centre is one baseline standard error from the estimated one, for a
    /// period of median size, by normal limits: how much an estimated baseline shortens it.
    double run_length_one_error_off = 0;
    std::string_view method;
};

} // namespace nps::inline v0
