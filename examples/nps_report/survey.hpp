// SPDX-License-Identifier: Apache-2.0
// One pass over the rows: what the survey says, in all and by group.
#pragma once

#include "options.hpp"
#include "program/csv.hpp"
#include "ratings.hpp"

#include <nps/count.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_report {

struct invalid_example {
    std::int64_t line = 0;
    std::string text;
    std::string reason;
};

// The answers by the values of one column.
struct grouping {
    std::string column;
    nps::dynamic_grouped_tally<std::string> groups;
};

struct survey {
    nps::dynamic_tally total;
    // Rows whose cells do not fit the header, or with a stray quote: part of the invalid. Their
    // group is unknown, so they are in the total alone.
    std::int64_t malformed = 0;
    // The first few invalid ones.
    std::vector<invalid_example> examples;
    std::vector<grouping> segments;
    std::optional<grouping> waves;
    // Of --compare.
    std::optional<grouping> compared;
    // Of --drivers.
    std::optional<driver_rows> drivers;
};

// Throws program_error, also where there is no valid answer at all.
[[nodiscard]] survey read_survey(nps_program::csv_reader& reader, const options& o);

} // namespace nps_report
