// SPDX-License-Identifier: Apache-2.0
// Every number of the report, so that its text and its JSON cannot differ.
#pragma once

#include "comparisons.hpp"
#include "drivers.hpp"
#include "options.hpp"
#include "survey.hpp"

#include <nps/infer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_report {

struct group_figures {
    // Column and value of the group; both empty for the whole survey.
    std::string column{};
    std::string value{};
    std::int64_t responses = 0;
    std::int64_t missing = 0;
    std::int64_t invalid = 0;
    nps::category_counts counts{};
    // Nothing where there is no valid answer.
    std::optional<nps::estimate> score{};
    std::optional<nps::interval> interval{};
    std::optional<nps::interval> ideal_bootstrap{};
};

struct figures {
    group_figures total;
    std::vector<group_figures> segments{};
    std::vector<group_figures> waves{};
    std::vector<named_comparison> comparisons{};
    // With --drivers.
    std::optional<driver_figures> drivers{};
    // For the wanted margin: with the spread of these data, and with the widest there is.
    nps::sample_plan plan{};
    nps::sample_plan worst_case{};
    // The same spread, planned for the adjusted Wald interval: where nearly all answer alike,
    // Z S / sqrt(n) promises too much.
    nps::sample_plan careful{};
    // What these data have, by either form.
    double margin_of_error = 0;
    double careful_margin = 0;
};

[[nodiscard]] figures compute_figures(const survey& s, const options& o);

} // namespace nps_report
