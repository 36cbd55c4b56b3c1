// SPDX-License-Identifier: Apache-2.0
// What the user asked for on the command line.
#pragma once

#include <nps/infer.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace nps_plan {

struct options {
    // "-" is standard input; empty is the simulated programme.
    std::string file;
    // '\0': found from the header line.
    char separator = '\0';
    // For touchpoints that do not say their own.
    double margin = 0.03;
    double response_rate = 1;
    double level = 0.95;
    // For all invitations; nothing: as much as the margins need.
    std::optional<double> budget;
    nps::pilot_spread spread = nps::pilot_spread::shrunken;
    // One of these asks for an allocation instead of a plan: answers in all, the cost of all
    // answers, or the margin of the score of all.
    std::optional<std::int64_t> total;
    std::optional<double> total_budget;
    std::optional<double> total_margin;
    nps::allocation_method method = nps::allocation_method::neyman;
    double exponent = 0.5;
    bool json = false;
    // Where to write the simulated programme instead of planning; empty: nowhere.
    std::string write_simulated;

    [[nodiscard]] bool allocates() const { return total || total_budget || total_margin; }
};

// Nothing when the user asked for --help or --version, which is then in `text`. Throws
// program_error for whatever cannot be meant.
[[nodiscard]] std::optional<options> parse_options(int argc, const char* const* argv,
                                                   std::string& text);

} // namespace nps_plan
