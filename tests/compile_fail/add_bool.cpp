// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching (member )?function for call to
// EXPECT: integral_score
#include <nps/count.hpp>

#ifdef NPS_WRONG
constexpr auto score = true;
#else
constexpr auto score = 9;
#endif

void add_to(nps::tally& tally);

void add_to(nps::tally& tally) {
    tally.add(score);
}
