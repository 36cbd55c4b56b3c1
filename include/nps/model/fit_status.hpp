// SPDX-License-Identifier: Apache-2.0
/// @file
/// How an iterative fit ended.
#pragma once

#include <nps/version.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// How an iterative fit ended. Only `converged` has estimates to rely on.
///
/// Checked:    tests/model/proportional_odds_test.cpp
/// Example:    examples/drivers.cpp
enum class fit_status : std::uint8_t {
    converged,      ///< at the maximum of the likelihood
    separated,      ///< the likelihood has no maximum: it rises along a direction without end
    iteration_limit ///< stopped on the way
};

} // namespace nps::inline v0
