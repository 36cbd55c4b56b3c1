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
        throw invalid_input(std::string(error.what()) + " (" + std::string(what) + " " +
                            to_text(position) + ", \"" + std::string(name) + "\")");
    }
}

} // namespace nps::inline v0::detail
