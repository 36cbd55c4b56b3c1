// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching function for call to .classify
// EXPECT: integral_score
#include <nps/core.hpp>

#ifdef NPS_WRONG
constexpr auto answer = nps::classify(8.5);
#else
constexpr auto answer = nps::classify(8);
#endif
static_assert(answer == nps::category::passive);
