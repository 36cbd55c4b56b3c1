// SPDX-License-Identifier: Apache-2.0
// EXPECT: (no match for|no viable overloaded)
// EXPECT: \+=
#include <nps/count.hpp>

#ifdef NPS_WRONG
using other_tally = nps::basic_tally<nps::one_to_ten>;
#else
using other_tally = nps::tally;
#endif

void merge(nps::tally& all, const other_tally& part);

void merge(nps::tally& all, const other_tally& part) {
    all += part;
}
