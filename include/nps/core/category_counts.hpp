// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every net score: how many detractors, passives and promoters.
#pragma once

#include <nps/core/error.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// Detractors, passives and promoters of one group. A published table is as good an input as raw
/// data: `category_counts{.detractors = 342, .passives = 968, .promoters = 1436}`.
///
/// Assumes:    each respondent counted once; counts in [0, 2^53], as their sum.
/// Throws:     invalid_input, from -= where a count would go below zero, and from += where one
///             would pass 2^53; nothing changes then.
/// Cost:       O(1).
/// Checked:    tests/core/category_counts_test.cpp
/// Example:    examples/usage.cpp
struct category_counts {
    std::int64_t detractors = 0;
    std::int64_t passives = 0;
    std::int64_t promoters = 0;

    /// How many respondents gave a valid answer.
    [[nodiscard]] constexpr std::int64_t n() const { return detractors + passives + promoters; }

    constexpr category_counts& operator+=(const category_counts& other);
    constexpr category_counts& operator-=(const category_counts& other);

    friend constexpr category_counts operator+(category_counts a, const category_counts& b) {
        return a += b;
    }
    friend constexpr category_counts operator-(category_counts a, const category_counts& b) {
        return a -= b;
    }
    friend constexpr bool operator==(const category_counts&, const category_counts&) = default;
};

namespace detail {

/// Refuses counts that no survey can have. Each is at most 2^53 first, so the sum cannot overflow.
constexpr void require_counts(const category_counts& counts, std::string_view function) {
    require_count(counts.detractors, function, "detractors");
    require_count(counts.passives, function, "passives");
    require_count(counts.promoters, function, "promoters");
    require_count(counts.n(), function, "detractors + passives + promoters");
}

/// The same, and refuses an empty survey, whose score is undefined.
constexpr void require_respondents(const category_counts& counts, std::string_view function) {
    require_counts(counts, function);
    if (counts.n() == 0) {
        throw_undefined(function, "no valid answers");
    }
}

} // namespace detail

constexpr category_counts& category_counts::operator+=(const category_counts& other) {
    detail::require_counts(*this, "category_counts::operator+=");
    detail::require_counts(other, "category_counts::operator+=");
    const category_counts sum{detractors + other.detractors, passives + other.passives,
                              promoters + other.promoters};
    detail::require_counts(sum, "category_counts::operator+=");
    return *this = sum;
}

constexpr category_counts& category_counts::operator-=(const category_counts& other) {
    detail::require_counts(*this, "category_counts::operator-=");
    detail::require_counts(other, "category_counts::operator-=");
    const category_counts rest{detractors - other.detractors, passives - other.passives,
                               promoters - other.promoters};
    detail::require_counts(rest, "category_counts::operator-=");
    return *this = rest;
}

} // namespace nps::inline v0
