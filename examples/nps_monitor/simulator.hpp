// SPDX-License-Identifier: Apache-2.0
// A programme with known changes hidden in it, to see what is found and what is missed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nps_monitor {

struct simulation {
    std::uint64_t seed = 1;
    std::int64_t touchpoints = 50;
    std::int64_t days = 365;
    // Of a touchpoint in a day, on average.
    std::int64_t answers = 8;
    // In points; 0: nothing changes.
    std::int64_t change = 15;
};

// CSV with the columns time, touchpoint, channel and score, one day of 2024 and later after the other,
// each given to `write`. The same for a seed on every platform: all draws are whole numbers.
//
// - Touchpoints are t0000, t0001, ... Each has a number of answers a day from 0 to twice the average,
//   each number as likely, and a score of its own, from 15 points below the usual +30 to 15 above.
// - Channels are app (50 %, 4 points above its touchpoint), web (30 %) and phone (20 %, 10 below).
// - Every tenth touchpoint from t0003 on falls by `change` points after 60 % of the days, every tenth
//   from t0008 on rises by as much: to and from the promoters, to and from the detractors, by halves.
// - After 80 % of the days t0001 has four times its answers. Nothing else changes.
void simulate_programme(const simulation& s, const std::function<void(const std::string&)>& write);

} // namespace nps_monitor
