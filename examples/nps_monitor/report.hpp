// SPDX-License-Identifier: Apache-2.0
// The report in its two forms.
#pragma once

#include "figures.hpp"
#include "options.hpp"
#include "programme.hpp"

#include <string>

namespace nps_monitor {

// `source` says where the answers are from.
[[nodiscard]] std::string text_report(const programme& p, const figures& f, const options& o,
                                      const std::string& source);

// One JSON object. Scores are on [-1, 1]; what is not there is null.
[[nodiscard]] std::string json_report(const programme& p, const figures& f, const options& o);

// The period in which an alarm's sum last left 0.
[[nodiscard]] nps::period since_of(const watched& w, const figures& f);

} // namespace nps_monitor
