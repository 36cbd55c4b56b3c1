// SPDX-License-Identifier: Apache-2.0
/// @file
/// Errors that say which row of several is to blame.
#pragma once

#include <nps/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace nps::inline v0::detail {

/// What `work()` gives; an invalid_input of it is thrown on with the 0-based position and the name
/// of the row: `... (stratum 3, "phone")`.
template <class Work>
decltype(auto) at_position(std::string_view what, std::size_t position, std::string_view name,
                           Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (const invalid_input& error) {
        std::string place = " (" + std::string(what) + " " + to_text(position);
        if (!name.empty()) {
            place += ", \"" + std::string(name) + "\"";
        }
        throw invalid_input(error.what() + place + ")");
    }
}

} // namespace nps::inline v0::detail
