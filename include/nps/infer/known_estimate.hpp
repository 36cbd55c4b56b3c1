// SPDX-License-Identifier: Apache-2.0
/// @file
/// An estimate that was made elsewhere.
#pragma once

#include <nps/version.hpp>

namespace nps::inline v0 {

/// An estimate of one period or touchpoint, weighted, clustered or of any other make, and the
/// variance of its sampling error, which is taken as known.
///
/// Checked:    tests/monitor/local_level_test.cpp, tests/monitor/variance_components_test.cpp
/// Example:    examples/monitor_series.cpp
struct known_estimate {
    double value = 0;
    double variance = 0;
};

} // namespace nps::inline v0
