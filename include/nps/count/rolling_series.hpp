// SPDX-License-Identifier: Apache-2.0
/// @file
/// A window that slides over a series of counts.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0 {

/// The counts of the last `window` periods, for each period of a series: the new one is added and
/// the one that leaves is taken away, which is exact in whole numbers.
///
/// Assumes:    one element a period, without gaps; those of programme_tally::series are so.
/// Degenerate: the first windows reach back to the first period only; one longer than the series
///             gives its running sums.
/// Throws:     invalid_input, for a window of 0, and for counts that no survey can have.
/// Cost:       O(periods), whatever the window.
/// Checked:    tests/count/programme_tally_test.cpp (each window summed anew)
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline std::vector<category_counts>
rolling_series(std::span<const category_counts> series, std::size_t window) {
    detail::require(window > 0, "rolling_series", "window", window, "must be at least 1");
    std::vector<category_counts> sums;
    sums.reserve(series.size());
    category_counts sum;
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (i >= window) {
            sum -= series[i - window];
        }
        sum += series[i];
        sums.push_back(sum);
    }
    return sums;
}

} // namespace nps::inline v0
