// SPDX-License-Identifier: Apache-2.0
/// @file
/// The names of the run rules.
#pragma once

#include <nps/version.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// Rules that call a pattern of z scores a signal.
///
/// Checked:    tests/monitor/control_chart_test.cpp
/// Example:    examples/monitor_charts.cpp
enum class run_rule : std::uint8_t {
    beyond_three,            ///< one point beyond 3 standard errors
    two_of_three_beyond_two, ///< of 3 points 2 beyond 2 standard errors on one side
    four_of_five_beyond_one, ///< of 5 points 4 beyond 1 standard error on one side
    eight_on_one_side,       ///< 8 points in a row on one side of the centre
    nine_on_one_side,        ///< 9 points in a row on one side of the centre
    six_trending,            ///< 6 points in a row, each above (or each below) the one before
    fourteen_alternating,    ///< 14 points in a row that go up and down by turns
    fifteen_within_one,      ///< 15 points in a row within 1 standard error of the centre
    eight_beyond_one,        ///< 8 points in a row beyond 1 standard error, on either side
};

} // namespace nps::inline v0
