// SPDX-License-Identifier: Apache-2.0
/// @file
/// How rows are resampled, and what a statistic may return: shared by bootstrap and
/// bootstrap_weighted.
#pragma once

#include <nps/version.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <span>

namespace nps::inline v0 {

/// Whether the statistic is also computed with each row (or cluster) left out, as bca needs it.
///
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
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A label for each row: rows (or clusters) are resampled within their stratum. Empty: one
    /// stratum.
    std::span<const std::int64_t> strata = {};
    /// A label for each row: whole clusters are resampled. Empty: single rows are.
    std::span<const std::int64_t> clusters = {};
    nps::jackknife jackknife = nps::jackknife::automatic;
    /// The range of the statistic, where it has one: intervals do not leave it.
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
    /// Called some 50 to 100 times by the calling thread, between rounds of replicates, with how
    /// often the statistic has been computed and how often it will be; `false` ends the work.
    std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

} // namespace nps::inline v0
