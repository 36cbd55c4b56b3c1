// SPDX-License-Identifier: Apache-2.0
// The table of touchpoints.
#pragma once

#include "options.hpp"

#include "program/csv.hpp"

#include <nps/core.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_plan {

// One row; what its cells did not say is empty.
struct touchpoint_row {
    std::int64_t line = 0;
    std::string name;
    std::optional<std::int64_t> population;
    std::optional<double> margin;
    std::optional<double> response_rate;
    nps::category_counts pilot;
    std::optional<double> respondent_sd;
    std::optional<double> design_effect;
    std::optional<double> cost;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
};

struct programme {
    std::vector<touchpoint_row> rows;
    std::vector<std::string> columns;
};

// Throws program_error, which names line and column.
[[nodiscard]] programme read_programme(nps_program::csv_reader& reader);

} // namespace nps_plan
