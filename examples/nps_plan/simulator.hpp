// SPDX-License-Identifier: Apache-2.0
// The programme that ships with the program: a mobile operator, simulated, the same on every
// platform.
#pragma once

#include <string>

namespace nps_plan {

// 1,150 touchpoints as CSV: 23 occasions, 10 products, 5 regions. Each has between 2,000 and 60,000
// customers to contact in the year, of whom 6 % to 25 % answer; the wanted margins are 5, 6 and 8
// points. Three in four have a pilot of up to 400 answers; how
// much these vary differs by occasion, and chance does the rest. All draws are whole numbers from
// the library's random streams, seed 2025.
[[nodiscard]] std::string simulated_programme();

} // namespace nps_plan
