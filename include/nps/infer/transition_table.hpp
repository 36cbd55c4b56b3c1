// SPDX-License-Identifier: Apache-2.0
/// @file
/// Who was won back and who was lost: where the detractors, passives and promoters of a panel went,
/// each share with its interval.
#pragma once

#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/core/transition_counts.hpp>
#include <nps/infer/share_interval.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// Options of transition_table.
///
/// Checked:    tests/infer/transition_table_test.cpp
/// Example:    examples/panel.cpp
struct transition_table_options {
    share_method method = share_method::wilson;
    /// Of each interval by itself.
    double level = 0.95;
};

/// People of one category before, and how many of them made one move.
///
/// Checked:    tests/infer/transition_table_test.cpp
/// Example:    examples/panel.cpp
struct transition_share {
    share_counts counts{};
    /// Empty where nobody started there: such a share is not 0.
    std::optional<double> share{};
    std::optional<nps::interval> interval{};
};

/// Where the people of one category went: three shares that add up to 1.
///
/// Checked:    tests/infer/transition_table_test.cpp
/// Example:    examples/panel.cpp
struct transition_row {
    transition_share to_detractors;
    transition_share to_passives;
    transition_share to_promoters;
};

/// The moves of a panel as shares of those who could make them.
///
/// Checked:    tests/infer/transition_table_test.cpp
/// Example:    examples/panel.cpp
struct transition_table_result {
    transition_row from_detractors;
    transition_row from_passives;
    transition_row from_promoters;
    /// Detractors who are passives or promoters now, of all who were detractors.
    transition_share won_back;
    /// Promoters who are passives or detractors now, of all who were promoters.
    transition_share lost;
    /// Who came up by one class or two, and who went down, of the whole panel.
    transition_share improved;
    transition_share worsened;
    /// People who answered twice.
    std::int64_t n = 0;
    double level = 0;
    std::string_view method{};
};

/// The shares of a panel that made each move, with their intervals.
///
/// Formula:    n_ij / n_i.; won_back: 1 - the share of detractors who stayed detractors; lost: 1 -
///             the share of promoters who stayed promoters. Intervals: share_interval.
/// Scale:      [0, 1].
/// Assumes:    a simple random sample of people, each asked twice; each interval holds by itself.
/// Not for:    the effect of a programme without those it did not reach: people move back to the
///             middle by chance as well. Compare won_back.counts of both groups.
/// Degenerate: a category that nobody came from has counts of 0 of 0, no share and no interval.
/// Throws:     invalid_input; undefined_result for an empty panel.
/// Cost:       O(1), 3 us with wilson.
/// Source:     Wilson (1927), doi:10.2307/2276774
/// Checked:    tests/infer/transition_table_test.cpp (R prop.test)
/// Example:    examples/panel.cpp
[[nodiscard]] inline transition_table_result
transition_table(const transition_counts& counts, const transition_table_options& options = {}) {
    constexpr std::string_view self = "transition_table";
    detail::require_level(options.level, self);
    const std::string_view name = detail::method_name(options.method, self);
    detail::require_respondents(counts, self);
    const auto share = [&](std::int64_t moved, std::int64_t of) -> transition_share {
        const share_counts made{.successes = moved, .trials = of};
        if (of == 0) {
            return {.counts = made};
        }
        return {.counts = made,
                .share = static_cast<double>(moved) / static_cast<double>(of),
                .interval =
                    share_interval(made, {.method = options.method, .level = options.level})};
    };
    const auto row = [&](const category_counts& now) -> transition_row {
        return {.to_detractors = share(now.detractors, now.n()),
                .to_passives = share(now.passives, now.n()),
                .to_promoters = share(now.promoters, now.n())};
    };
    const auto& d = counts.from_detractors;
    const auto& q = counts.from_passives;
    const auto& p = counts.from_promoters;
    return {.from_detractors = row(d),
            .from_passives = row(q),
            .from_promoters = row(p),
            .won_back = share(d.passives + d.promoters, d.n()),
            .lost = share(p.passives + p.detractors, p.n()),
            .improved = share(d.passives + d.promoters + q.promoters, counts.n()),
            .worsened = share(p.passives + p.detractors + q.detractors, counts.n()),
            .n = counts.n(),
            .level = options.level,
            .method = name};
}

} // namespace nps::inline v0
