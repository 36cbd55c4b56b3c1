// SPDX-License-Identifier: Apache-2.0
// Numbers as a reader wants them: points, percent, thousands apart.
#pragma once

#include <nps/core.hpp>

#include <cstdint>
#include <string>

namespace nps_program {

// printf into a string of at most 159 characters.
[[gnu::format(printf, 1, 2)]] [[nodiscard]] std::string format(const char* pattern, ...);

// 13612 as "13,612".
[[nodiscard]] std::string grouped(std::int64_t count);

// A score as "+10.9".
[[nodiscard]] std::string points(double score);

[[nodiscard]] std::string percent(double share);

// "+4.4 to +17.1".
[[nodiscard]] std::string range(const nps::interval& i);

// "95 %".
[[nodiscard]] std::string level_name(double level);

// "0.031", "< 0.001".
[[nodiscard]] std::string p_value(double p);

} // namespace nps_program
