// SPDX-License-Identifier: Apache-2.0
// EXPECT: first_promoter
// EXPECT: must be in .last_detractor, highest
#include <nps/core.hpp>

#ifdef NPS_WRONG
constexpr int first_promoter = 6; // a detractor already
#else
constexpr int first_promoter = 7;
#endif
constexpr nps::scale scale{
    .lowest = 0, .highest = 10, .last_detractor = 6, .first_promoter = first_promoter};
