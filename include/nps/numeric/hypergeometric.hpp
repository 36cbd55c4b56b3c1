// SPDX-License-Identifier: Apache-2.0
/// @file
/// Probabilities of the hypergeometric distribution: draws without replacement.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/detail/fixed_math.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Log of the probability that `k` of `drawn` people, taken without replacement, are among the
/// `marked` ones of a population of marked + unmarked.
///
/// Formula:    b(k; marked, s) b(drawn - k; unmarked, s) / b(drawn; marked + unmarked, s) with
///             binomial probabilities b and s = drawn / population, for which each is near its
///             mode and nothing large cancels.
/// Assumes:    absolute error below 3e-14 (1 + |value|).
/// Throws:     invalid_input for counts outside [0, 2^53], as their sum, for drawn above it, and
///             for a k that cannot come.
/// Cost:       O(1), 0.2 us.
/// Source:     Loader (2000), Fast and accurate computation of binomial probabilities, as cited by
///             https://stat.ethz.ch/R-manual/R-devel/library/stats/html/Hypergeometric.html
/// Checked:    tests/reference/hypergeometric.csv (mpmath)
/// Example:    examples/resampling.cpp
[[nodiscard]] inline double log_hypergeometric(std::int64_t k, std::int64_t marked,
                                               std::int64_t unmarked, std::int64_t drawn) {
    constexpr std::string_view self = "log_hypergeometric";
    detail::require_count(marked, self, "marked");
    detail::require_count(unmarked, self, "unmarked");
    detail::require_count(marked + unmarked, self, "marked + unmarked");
    const std::int64_t all = marked + unmarked;
    detail::require(drawn >= 0 && drawn <= all, self, "drawn", drawn,
                    "must be in [0, marked + unmarked]");
    detail::require(k >= (std::max)(std::int64_t{0}, drawn - unmarked) &&
                        k <= (std::min)(marked, drawn),
                    self, "k", k, "must be a number of marked people that can be drawn");
    // Those left out are a draw as well; a share of at most 1/2 keeps its digits.
    const bool left_out = drawn > all - drawn;
    const auto size = static_cast<double>(left_out ? all - drawn : drawn);
    const auto of_marked = static_cast<double>(left_out ? marked - k : k);
    const double share = size / static_cast<double>(all);
    if (!(share > 0)) {
        return 0;
    }
    return detail::log_binomial_pmf(of_marked, static_cast<double>(marked), share) +
           detail::log_binomial_pmf(size - of_marked, static_cast<double>(unmarked), share) -
           detail::log_binomial_pmf(size, static_cast<double>(all), share);
}

} // namespace nps::inline v0
