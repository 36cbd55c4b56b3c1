// SPDX-License-Identifier: Apache-2.0
/// @file
/// How an iterative fit ended.
#pragma once

#include <nps/version.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// How an iterative fit ended.
enum class fit_status : std::uint8_t {
    converged,      ///< the optimum, up to rounding
    separated,      ///< there is no optimum: the likelihood rises for ever along a direction
    iteration_limit ///< neither was reached in the iterations allowed
};

} // namespace nps::inline v0
