// SPDX-License-Identifier: Apache-2.0
/// @file
/// The ranks that one of several may have: brands by their scores, drivers by their gains.
#pragma once

#include <nps/version.hpp>

#include <cstddef>

namespace nps::inline v0 {

/// The ranks that a brand or a driver may have, 1 being the highest.
///
/// Checked:    tests/infer/compare_brands_test.cpp, tests/model/driver_priorities_test.cpp
/// Example:    examples/competitive.cpp
struct rank_confidence_set {
    std::size_t best = 1;
    std::size_t worst = 1;
    /// 1 + the number of those that are estimated to be higher. Of brands by the method of the
    /// comparison: adjusted_wald shrinks the scores of few ratings more, so that it may differ from
    /// the order of brand_position::score.
    std::size_t estimated = 1;
};

} // namespace nps::inline v0
