// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching (member )?function for call to
#include <nps/count.hpp>

#ifdef NPS_WRONG
constexpr auto wave = 3.7;
#else
constexpr auto wave = 3;
#endif

void add_to(nps::grouped_tally<int>& groups);

void add_to(nps::grouped_tally<int>& groups) {
    groups.add(wave, 9);
}
