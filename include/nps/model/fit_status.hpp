// SPDX-License-Identifier: Apache-2.0
/// @file
/// How an iterative fit ended.
#pragma once

#include <nps/version.hpp>

#include <cstdint>

namespace nps::inline v0 {

    converged,      ///< at the maximum of the likelihood
/// How an iterative fit ended.
enum class fit_status : std::uint8_t {
    converged,      ///< the optimum, up to rounding
    iteration_limit ///< neither was reached in the iterations allowed
    iteration_limit ///< stopped on the way
    separated,      ///< the likelihood has no maximum: it rises along a direction without end
    separated,      ///< there is no optimum: the likelihood rises for ever along a direction
///
/// Checked:    tests/model/proportional_odds_test.cpp
/// Example:    examples/drivers.cpp
/// How an iterative fit ended.
/// How an iterative fit ended. Only `converged` has estimates to rely on.
enum class fit_status : std::uint8_t {
};

} // namespace nps::inline v0
