// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every share: how many of how many.
#pragma once

#include <nps/core/error.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// `successes` of `trials`: promoters of respondents, respondents of invitations.
///
/// Assumes:    0 <= successes <= trials <= 2^53.
/// Throws:     invalid_input, from += where a sum would pass 2^53 and from -= where a count would
///             go below zero; nothing changes then.
/// Cost:       O(1).
/// Checked:    tests/core/measures_test.cpp
/// Example:    examples/intervals.cpp
struct share_counts {
    std::int64_t successes = 0;
    std::int64_t trials = 0;

    /// How many answers the share rests on.
    [[nodiscard]] constexpr std::int64_t n() const { return trials; }

    constexpr share_counts& operator+=(const share_counts& other);
    constexpr share_counts& operator-=(const share_counts& other);

    friend constexpr share_counts operator+(share_counts a, const share_counts& b) {
        return a += b;
    }
    friend constexpr share_counts operator-(share_counts a, const share_counts& b) {
        return a -= b;
    }
    friend constexpr bool operator==(const share_counts&, const share_counts&) = default;
};

namespace detail {

constexpr void require_counts(const share_counts& counts, std::string_view function) {
    require_count(counts.trials, function, "trials");
    require(counts.successes >= 0 && counts.successes <= counts.trials, function, "successes",
            counts.successes, "must be in [0, trials]");
}

constexpr void require_respondents(const share_counts& counts, std::string_view function) {
    require_counts(counts, function);
    if (counts.trials == 0) {
        throw_undefined(function, "no valid answers");
    }
}

} // namespace detail

constexpr share_counts& share_counts::operator+=(const share_counts& other) {
    detail::require_counts(*this, "share_counts::operator+=");
    detail::require_counts(other, "share_counts::operator+=");
    const share_counts sum{successes + other.successes, trials + other.trials};
    detail::require_counts(sum, "share_counts::operator+=");
    return *this = sum;
}

constexpr share_counts& share_counts::operator-=(const share_counts& other) {
    detail::require_counts(*this, "share_counts::operator-=");
    detail::require_counts(other, "share_counts::operator-=");
    const share_counts rest{successes - other.successes, trials - other.trials};
    detail::require_counts(rest, "share_counts::operator-=");
    return *this = rest;
}

} // namespace nps::inline v0
