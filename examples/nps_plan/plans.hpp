// SPDX-License-Identifier: Apache-2.0
// What the library says of the table.
#pragma once

#include "options.hpp"
#include "programme.hpp"

#include <nps/infer.hpp>

#include <string>
#include <vector>

namespace nps_plan {

// Throw program_error, which names the line of the touchpoint to blame, or invalid_input where it is
// none of them.
[[nodiscard]] nps::planned_programme plan(const programme& p, const options& o);
[[nodiscard]] nps::allocation allocate(const programme& p, const options& o);

// Columns of the table that have no part in what was asked.
[[nodiscard]] std::vector<std::string> unused_columns(const programme& p, const options& o);

} // namespace nps_plan
