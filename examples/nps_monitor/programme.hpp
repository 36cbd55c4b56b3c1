// SPDX-License-Identifier: Apache-2.0
// One pass over the rows: the tallies of the programme, and what could not be read.
#pragma once

#include "options.hpp"
#include "program/csv.hpp"

#include <nps/count/programme_tally.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace nps_monitor {

struct unread_example {
    std::int64_t line = 0;
    std::string text{};
    std::string reason{};
};

struct programme {
    nps::programme_tally answers;
    // Rows of the file: valid + missing + invalid_scores + invalid_times + malformed + closed.
    std::int64_t rows = 0;
    std::int64_t valid = 0;
    std::int64_t missing = 0;
    std::int64_t invalid_scores = 0;
    std::int64_t invalid_times = 0;
    // Cells that do not fit the header, or a stray quote.
    std::int64_t malformed = 0;
    // Of periods that were closed before: in the state already, or too late.
    std::int64_t closed = 0;
    // The first few of what could not be read.
    std::vector<unread_example> examples{};
};

[[nodiscard]] nps::programme_tally_options tally_options(const options& o);

// Adds the rows to `p.answers`, whose closed periods take none. Throws program_error.
void read_programme(nps_program::csv_reader& reader, const options& o, programme& p);

} // namespace nps_monitor
