// SPDX-License-Identifier: Apache-2.0
// Which group differs from which, by more than chance would show.
#pragma once

#include "options.hpp"
#include "survey.hpp"

#include <nps/infer.hpp>

#include <string>
#include <vector>

namespace nps_report {

// What a group is compared with: all other groups of its column, the wave before, or another group
// of the column named by --compare.
enum class compared_with : unsigned char { rest, before, other };

struct group_comparison {
    std::string column;
    std::string a;
    std::string b; // empty where that is the rest
    compared_with kind = compared_with::rest;
    nps::comparison result;
    // For the number of comparisons in `column` of the same kind.
    double adjusted_p_value = 1;
};

// Groups without valid answers are left out. In the order of the report: segments, waves, groups
// of --compare. Throws program_error where --compare names a column of more than 50 groups.
[[nodiscard]] std::vector<group_comparison> compute_comparisons(const survey& s, const options& o);

} // namespace nps_report
