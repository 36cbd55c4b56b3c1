// SPDX-License-Identifier: Apache-2.0
/// @file
/// Who takes part in an analysis over subsets: single items, groups of items that count as one, and
/// controls that are always in.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// Columns by their places among the items.
struct subset_players {
    std::vector<std::string> names = {};
    std::vector<std::vector<std::size_t>> columns = {};
    std::vector<std::size_t> controls = {};

    [[nodiscard]] std::size_t size() const { return names.size(); }

    /// The columns of a set of players and the controls, ascending.
    void columns_of(std::uint64_t set, std::vector<std::size_t>& result) const {
        result = controls;
        for (std::size_t player = 0; player < size(); ++player) {
            if ((set >> player & 1U) != 0) {
                result.insert(result.end(), columns[player].begin(), columns[player].end());
            }
        }
        std::ranges::sort(result);
    }
};

/// A group stands where its first item stands, under the names of its items joined by " + ".
[[nodiscard]] inline subset_players
make_subset_players(const std::vector<std::string>& items,
                    const std::vector<std::vector<std::string>>& groups,
                    const std::vector<std::string>& controls, std::string_view function) {
    constexpr std::size_t single = static_cast<std::size_t>(-1);
    constexpr std::size_t control = single - 1;
    std::vector<std::size_t> role(items.size(), single);
    const auto take = [&](const std::string& name, std::size_t as, std::string_view argument) {
        const auto found = std::ranges::find(items, name);
        require(found != items.end(), function, argument, name, "must be the name of an item");
        std::size_t& r = role[static_cast<std::size_t>(found - items.begin())];
        require(r == single, function, argument, name, "must be in one group or control alone");
        r = as;
    };
    for (const std::string& name : controls) {
        take(name, control, "controls");
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        require(!groups[g].empty(), function, "groups[" + std::to_string(g) + "].size()",
                groups[g].size(), "must be at least 1");
        for (const std::string& name : groups[g]) {
            take(name, g, "groups");
        }
    }
    subset_players players;
    std::vector<std::size_t> player_of_group(groups.size(), single);
    for (std::size_t j = 0; j < items.size(); ++j) {
        if (role[j] == control) {
            players.controls.push_back(j);
        } else if (role[j] == single || player_of_group[role[j]] == single) {
            if (role[j] != single) {
                player_of_group[role[j]] = players.size();
            }
            players.names.push_back(items[j]);
            players.columns.push_back({j});
        } else {
            const std::size_t player = player_of_group[role[j]];
            players.names[player] += " + " + items[j];
            players.columns[player].push_back(j);
        }
    }
    return players;
}

} // namespace nps::inline v0::detail
