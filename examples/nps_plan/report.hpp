// SPDX-License-Identifier: Apache-2.0
// A plan and an allocation, each in its two forms.
#pragma once

#include "options.hpp"

#include <nps/infer.hpp>

#include <string>
#include <vector>

namespace nps_plan {

// `source` says where the table is from; `unused` are its columns that had no part.
[[nodiscard]] std::string text_report(const nps::planned_programme& plan, const options& o,
                                      const std::string& source,
                                      const std::vector<std::string>& unused);
[[nodiscard]] std::string text_report(const nps::allocation& made, const options& o,
                                      const std::string& source,
                                      const std::vector<std::string>& unused);

// One JSON object. Margins are on [-1, 1]; what there is not is null.
[[nodiscard]] std::string json_report(const nps::planned_programme& plan, const options& o,
                                      const std::vector<std::string>& unused);
[[nodiscard]] std::string json_report(const nps::allocation& made,
                                      const std::vector<std::string>& unused);

} // namespace nps_plan
