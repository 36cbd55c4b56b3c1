// SPDX-License-Identifier: Apache-2.0
// The survey that ships with the program: a mobile operator, simulated, the same on every platform.
#pragma once

#include "options.hpp"

#include <string>

namespace nps_report {

// 2,000 respondents as CSV with the columns respondent, wave, region, channel, touchpoint,
// recommend and four drivers. How they answer:
//
// - 500 a quarter in four waves; region, channel and touchpoint are drawn by fixed weights.
// - A respondent is content with a probability of 62 % plus or minus a few points for each of wave
//   (the network was rebuilt: every quarter is better), region (islands below), channel (shop
//   above, telephone below) and touchpoint (complaints far below).
// - A content respondent answers mostly 8 to 10, any other mostly 3 to 8, by fixed weights.
// - 3 % give no answer and 0.5 % an answer that is none: the file then has an empty cell, or "11",
//   "8.5" or "don't know".
// - Four drivers are rated from 0 to 10: network, price, service, app. A rating is the answer and a
//   chance rating, mixed: four tenths of the answer for network, three for service, two for price,
//   one for the app; then one point less for network and price, one more for service and app. 2 %
//   are missing.
// - The web form writes the ends of the scale with their labels: "10 - Extremely likely".
//
// All draws are whole numbers from the library's random streams, seed 2024.
[[nodiscard]] std::string simulated_survey();

// Which of its columns hold the answers, the segments and the waves.
void name_simulated_columns(options& o);

} // namespace nps_report
