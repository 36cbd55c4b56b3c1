// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which bootstrap interval is asked for: the options shared by every bootstrap of this floor.
#pragma once

#include <nps/core/result.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The bootstrap intervals, as Davison and Hinkley (1997) name them.
///
/// Checked:    tests/resample/bootstrap_result_test.cpp
/// Example:    examples/resampling.cpp
enum class bootstrap_method : std::uint8_t { normal, basic, percentile, studentised, bca };

/// How BCa measures the median bias z0 of replicates that tie with the estimate.
///
/// Checked:    tests/resample/bootstrap_result_test.cpp
/// Example:    examples/resampling.cpp
enum class median_bias : std::uint8_t {
    mid_rank, ///< P(T* < t) + P(T* = t) / 2: symmetric in the sign of the score (SciPy's)
    strict    ///< P(T* < t): R boot's; not symmetric in sign
};

/// Options of every bootstrap interval.
///
/// Checked:    tests/resample/bootstrap_result_test.cpp
/// Example:    examples/resampling.cpp
struct bootstrap_interval_options {
    bootstrap_method method = bootstrap_method::percentile;
    double level = 0.95;
    bounds sides = bounds::two_sided;
    /// Read by bca alone.
    median_bias bias = median_bias::mid_rank;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(bootstrap_method method,
                                                     std::string_view function) {
    switch (method) {
    case bootstrap_method::normal:
        return "normal";
    case bootstrap_method::basic:
        return "basic";
    case bootstrap_method::percentile:
        return "percentile";
    case bootstrap_method::studentised:
        return "studentised";
    case bootstrap_method::bca:
        return "bca";
    }
    throw_invalid(function, "method", static_cast<int>(method), "must be a named method");
}

} // namespace detail
} // namespace nps::inline v0
