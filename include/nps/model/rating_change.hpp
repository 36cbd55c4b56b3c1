// SPDX-License-Identifier: Apache-2.0
/// @file
/// How the ratings of a driver are made to move in a simulation.
#pragma once

#include <nps/core/error.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace nps::inline v0 {

/// What happens to a rating.
enum class rating_rule : std::uint8_t {
    shift, ///< `value` is added; ratings stop at the ends of the scale
    set_to ///< it becomes `value`
};

/// A change of the ratings of one driver. "Half a point more": {.driver = "price", .value = 0.5}; "fix
/// all ratings of 4 and below": {.driver = "price", .rule = rating_rule::set_to, .value = 5,
/// .up_to = 4}.
///
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
struct rating_change {
    /// The name of the item; left out where a function changes each driver in turn.
    std::string driver = {};
    rating_rule rule = rating_rule::shift;
    double value = 0;
    /// Only ratings up to this one change.
    double up_to = std::numeric_limits<double>::infinity();
    /// The ends of the scale. By default the lowest and the highest rating that somebody gave.
    std::optional<double> lowest = {};
    std::optional<double> highest = {};
};

/// What a change did to the ratings of its driver.
///
/// Checked:    tests/model/score_simulation_test.cpp
/// Example:    examples/drivers_action.cpp
struct changed_rating {
    std::string driver = {};
    /// Weighted means of the ratings.
    double mean_before = 0;
    double mean_after = 0;
    /// People whose rating moved.
    std::int64_t changed = 0;
    /// People whose rating would have passed the end of the scale.
    std::int64_t stopped = 0;
};

} // namespace nps::inline v0
