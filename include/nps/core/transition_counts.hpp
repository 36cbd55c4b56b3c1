// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every panel: the same people asked twice, who they were and who they are now.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// The 3 x 3 table of before and after: for those who were detractors, passives and promoters, how
/// many of them are detractors, passives and promoters now.
///
/// Assumes:    each respondent counted once; counts in [0, 2^53], as their sum.
/// Throws:     invalid_input, from -= where a count would go below zero, from += and add where the
///             sum would pass 2^53, and from add for a category without name; nothing changes then.
/// Cost:       O(1).
/// Checked:    tests/core/transition_counts_test.cpp
/// Example:    examples/panel.cpp
struct transition_counts {
    category_counts from_detractors{};
    category_counts from_passives{};
    category_counts from_promoters{};

    /// How many respondents answered both times.
    [[nodiscard]] constexpr std::int64_t n() const {
        return from_detractors.n() + from_passives.n() + from_promoters.n();
    }
    /// Who they were the first time.
    [[nodiscard]] constexpr category_counts before() const {
        return {from_detractors.n(), from_passives.n(), from_promoters.n()};
    }
    /// Who they are now.
    [[nodiscard]] constexpr category_counts after() const {
        return {from_detractors.detractors + from_passives.detractors + from_promoters.detractors,
                from_detractors.passives + from_passives.passives + from_promoters.passives,
                from_detractors.promoters + from_passives.promoters + from_promoters.promoters};
    }
    /// The same people with the order of time turned: before() and after() change places.
    [[nodiscard]] constexpr transition_counts reversed() const {
        return {.from_detractors = {from_detractors.detractors, from_passives.detractors,
                                    from_promoters.detractors},
                .from_passives = {from_detractors.passives, from_passives.passives,
                                  from_promoters.passives},
                .from_promoters = {from_detractors.promoters, from_passives.promoters,
                                   from_promoters.promoters}};
    }

    /// One respondent more.
    constexpr void add(category before, category after);

    constexpr transition_counts& operator+=(const transition_counts& other);
    constexpr transition_counts& operator-=(const transition_counts& other);

    friend constexpr transition_counts operator+(transition_counts a, const transition_counts& b) {
        return a += b;
    }
    friend constexpr transition_counts operator-(transition_counts a, const transition_counts& b) {
        return a -= b;
    }
    friend constexpr bool operator==(const transition_counts&, const transition_counts&) = default;
};

namespace detail {

/// Refuses tables that no panel can have. Each row is at most 2^53 first, so that no sum overflows.
constexpr void require_counts(const transition_counts& counts, std::string_view function) {
    require_counts(counts.from_detractors, function);
    require_counts(counts.from_passives, function);
    require_counts(counts.from_promoters, function);
    require_count(counts.n(), function, "n");
}

/// The same, and refuses an empty panel.
constexpr void require_respondents(const transition_counts& counts, std::string_view function) {
    require_counts(counts, function);
    if (counts.n() == 0) {
        throw_undefined(function, "nobody answered twice");
    }
}

} // namespace detail

constexpr transition_counts& transition_counts::operator+=(const transition_counts& other) {
    const transition_counts sum{from_detractors + other.from_detractors,
                                from_passives + other.from_passives,
                                from_promoters + other.from_promoters};
    detail::require_counts(sum, "transition_counts::operator+=");
    return *this = sum;
}

constexpr transition_counts& transition_counts::operator-=(const transition_counts& other) {
    const transition_counts rest{from_detractors - other.from_detractors,
                                 from_passives - other.from_passives,
                                 from_promoters - other.from_promoters};
    return *this = rest;
}

constexpr void transition_counts::add(category before, category after) {
    constexpr std::string_view self = "transition_counts::add";
    const auto one = [&](category which, std::string_view argument) -> category_counts {
        switch (which) {
        case category::detractor:
            return {1, 0, 0};
        case category::passive:
            return {0, 1, 0};
        case category::promoter:
            return {0, 0, 1};
        }
        detail::throw_invalid(self, argument, static_cast<int>(which),
                              "must be detractor, passive or promoter");
    };
    const category_counts was = one(before, "before");
    const category_counts is = one(after, "after");
    *this += {.from_detractors = was.detractors == 1 ? is : category_counts{},
              .from_passives = was.passives == 1 ? is : category_counts{},
              .from_promoters = was.promoters == 1 ? is : category_counts{}};
}

} // namespace nps::inline v0
