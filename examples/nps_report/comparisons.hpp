// SPDX-License-Identifier: Apache-2.0
// Which group differs from which, by more than chance would show.
#pragma once

#include "options.hpp"
#include "survey.hpp"

#include <nps/infer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace nps_report {

// What a group is compared with: all other groups of its column, the wave before, or each other
// group of the column named by --compare.
enum class compared_with : std::uint8_t { rest, before, other };

struct named_comparison {
    std::string column;
    compared_with with = compared_with::rest;
    std::string a;
    std::string b; // empty where that is the rest
    // Its p value is adjusted for all comparisons of this kind in the column.
    nps::group_comparison figures;
};

// Groups without valid answers are left out, and so are answers without a wave or without a group of
// --compare. In the order of the report: segments, waves, groups
// of --compare. Throws program_error where --compare names a column of more than 50 groups.
[[nodiscard]] std::vector<named_comparison> compute_comparisons(const survey& s, const options& o);

} // namespace nps_report
