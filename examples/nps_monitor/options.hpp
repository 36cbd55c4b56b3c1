// SPDX-License-Identifier: Apache-2.0
// What the user asked for on the command line.
#pragma once

#include "simulator.hpp"

#include <nps/count/period.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_monitor {

struct options {
    // "-" is standard input; empty with --merge and --simulate.
    std::string file;
    std::string time;
    std::string score;
    // The first is the touchpoint.
    std::vector<std::string> by;
    nps::period_unit unit = nps::period_unit::day;
    // Of local time, in minutes east of UTC.
    int utc_offset = 0;
    std::vector<std::string> missing_codes;
    // '\0': found from the header line.
    char separator = '\0';
    double level = 0.95;
    // Periods between false alarms of the whole table, on average.
    double run_length = 370;
    // Periods that worst and best are of, the latest one the last.
    std::int64_t window = 30;
    bool json = false;
    // Where the tallies of closed periods are kept; empty: nowhere.
    std::string state;
    // States of several machines, instead of a file.
    std::vector<std::string> merge;
    // Write a simulated programme instead of a report.
    std::optional<simulation> simulated;
};

// Nothing when the user asked for --help or --version, which is then in `text`. Throws
// program_error for whatever cannot be meant.
[[nodiscard]] std::optional<options> parse_options(int argc, const char* const* argv,
                                                   std::string& text);

} // namespace nps_monitor
