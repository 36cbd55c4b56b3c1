// SPDX-License-Identifier: Apache-2.0
// The report in its two forms.
#pragma once

#include "figures.hpp"
#include "options.hpp"
#include "survey.hpp"

#include <string>

namespace nps_report {

// `source` says where the answers are from.
[[nodiscard]] std::string text_report(const survey& s, const figures& f, const options& o,
                                      const std::string& source);

// One JSON object. Scores are on [-1, 1]; what an empty group does not have is null.
[[nodiscard]] std::string json_report(const survey& s, const figures& f, const options& o);

} // namespace nps_report
