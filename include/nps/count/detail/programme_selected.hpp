// SPDX-License-Identifier: Apache-2.0
/// @file
/// The cells of a programme tally that a selection names.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/detail/programme_cells.hpp>
#include <nps/count/period.hpp>
#include <nps/count/programme_answer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] inline std::size_t require_programme_attribute(const programme_tally_options& options,
                                                             std::string_view name,
                                                             std::string_view function) {
    const auto found = std::ranges::find(options.attributes, name);
    require(found != options.attributes.end(), function, "attribute", name,
            "must be one of the attributes");
    return static_cast<std::size_t>(found - options.attributes.begin());
}

struct programme_selected {
    std::vector<bool> rows;
    std::int32_t first = 0;
    std::int32_t last = -1;
    std::size_t length = 0;

    [[nodiscard]] bool takes(const auto& cell) const {
        return cell.period >= first && cell.period <= last && rows[cell.row];
    }
    [[nodiscard]] std::size_t place(const auto& cell) const {
        return static_cast<std::size_t>(cell.period - first);
    }
};

/// `series`: how many as long as the selected periods will be made.
template <scale S>
[[nodiscard]] programme_selected select_programme(const programme_cells<S>& cells,
                                                  const programme_tally_options& options,
                                                  const programme_selection& selection,
                                                  std::size_t series, std::string_view function) {
    constexpr std::size_t most = 100'000'000;
    programme_selected some{.rows = std::vector<bool>(cells.rows(), true)};
    for (const auto& [name, value] : selection.where) {
        const std::size_t a = require_programme_attribute(options, name, function);
        const auto& names = cells.names(a);
        const auto found = std::ranges::find(names, value);
        require(found != names.end(), function, name, value, "must be one of its values");
        const auto code = static_cast<std::uint32_t>(found - names.begin());
        for (std::size_t row = 0; row < some.rows.size(); ++row) {
            some.rows[row] = some.rows[row] && cells.code(row, a) == code;
        }
    }
    if (!cells.cells().empty()) {
        std::tie(some.first, some.last) = cells.reach();
    }
    const auto index_of = [&](const period& p) {
        require(p.unit() == options.unit, function, "period", nps::to_text(p),
                "must be of the unit of the tally");
        return p.index();
    };
    some.first = selection.first ? index_of(*selection.first) : some.first;
    some.last = selection.last ? index_of(*selection.last) : some.last;
    if (selection.first && selection.last) {
        require(some.first <= some.last, function, "last", nps::to_text(*selection.last),
                "must not be before the first");
    }
    some.length = some.last < some.first ? 0 : static_cast<std::size_t>(some.last - some.first) + 1;
    require(some.length <= most / (std::max)(series, std::size_t{1}), function, "periods",
            some.length, "would make more than 10^8 counts: give the first and the last period");
    return some;
}

} // namespace nps::inline v0::detail
