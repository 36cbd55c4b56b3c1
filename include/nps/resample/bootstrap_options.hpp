// SPDX-License-Identifier: Apache-2.0
/// @file
/// How rows are resampled, and what a statistic may return: shared by bootstrap and
/// bootstrap_weighted.
#pragma once

#include <nps/version.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace nps::inline v0 {

/// Whether the statistic is also computed with each row (or cluster) left out, as bca needs it.
///
/// Cost:       `automatic` makes up to twice as many calls of the statistic as there are
///             replicates: say `never` where bca is not wanted. With more rows or clusters than
///             replicates it makes none, and bca is refused: say `always`, a call for each row.
/// Checked:    tests/resample/bootstrap_test.cpp
/// Example:    examples/resampling.cpp
enum class jackknife : std::uint8_t {
    automatic, ///< where that is no more work than the replicates: rows or clusters <= replicates
    always,
    never
};

/// A statistic with its own standard error, for studentised intervals.
///
/// Checked:    tests/resample/bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct studentised_value {
    double value = 0;
    double standard_error = 0;
};

/// Options of bootstrap and bootstrap_weighted.
///
/// Checked:    tests/resample/bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct bootstrap_options {
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 10'000;
    /// Two samples need two seeds: with one they share their draws.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A label for each row: rows (or clusters) are resampled within their stratum. Empty: one
    /// stratum.
    std::vector<std::int64_t> strata = {};
    /// A label for each row: whole clusters are resampled. Empty: single rows are.
    std::vector<std::int64_t> clusters = {};
    nps::jackknife jackknife = nps::jackknife::automatic;
    /// The range of the statistic, where it has one: the estimate must lie in it, and intervals do
    /// not leave it.
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
    /// Called by the calling thread, between rounds, with how often the statistic has been computed
    /// and how often it will be; `false` ends the work. At most 50 times during the replicates, and
    /// at most 50 times during the jackknife.
    std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

} // namespace nps::inline v0
