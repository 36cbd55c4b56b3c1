// SPDX-License-Identifier: Apache-2.0
// The names in the header line, and what to say when one is not there.
#pragma once

#include "program/csv.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nps_program {

class column_names {
public:
    column_names(const csv_row& header, std::string file);

    [[nodiscard]] std::size_t size() const { return names_.size(); }

    [[nodiscard]] const std::string& name(std::size_t place) const { return names_.at(place); }

    // The place of a column. Throws program_error where there is none of that name, with those that
    // are near, or more than one.
    [[nodiscard]] std::size_t find(const std::string& name) const;

private:
    [[nodiscard]] std::string suggestions(const std::string& name) const;

    std::string file_;
    std::vector<std::string> names_;
};

// Whether a row fits a header of so many columns. It may have more cells where these are empty: some
// programs end each line with a separator.
[[nodiscard]] bool fits(const csv_row& row, std::size_t columns);

} // namespace nps_program
