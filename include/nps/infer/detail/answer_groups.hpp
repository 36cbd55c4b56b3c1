// SPDX-License-Identifier: Apache-2.0
/// @file
/// Several groups as one argument: any range of what converts to a summary, checked and copied.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/share_counts.hpp>

#include <concepts>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// A range of groups, each of which is or converts to a `Summary`.
template <class Groups, class Summary>
concept groups_of = std::ranges::input_range<Groups> &&
    std::convertible_to<std::ranges::range_reference_t<Groups>, Summary>;

inline void require_several(std::int64_t groups, std::string_view function) {
    require(groups >= 2, function, "number of groups", groups, "must be at least 2");
}

/// How an error names a group: by its place, from 0.
[[nodiscard]] inline std::string group_name(std::string_view function, std::int64_t place) {
    return std::string(function) + ": group " + to_text(place);
}

template <class Summary>
struct answer_groups {
    std::vector<Summary> groups;
    std::int64_t n = 0;

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(groups.size()); }
};

/// At least two groups with answers in each, at most 2^53 in all.
template <class Summary, groups_of<Summary> Groups>
[[nodiscard]] answer_groups<Summary> require_groups_of(Groups&& range, std::string_view function) {
    answer_groups<Summary> all;
    for (auto&& group : range) {
        const Summary& summary = all.groups.emplace_back(group);
        require_respondents(summary, group_name(function, all.size() - 1));
        all.n += summary.n();
        require_count(all.n, function, "answers of all groups");
    }
    require_several(all.size(), function);
    return all;
}

} // namespace nps::inline v0::detail
