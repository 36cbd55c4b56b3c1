// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching (member )?function for call to
// EXPECT: sizeof...\(? ?\(?Keys
#include <nps/count.hpp>

#include <cstddef>

#ifdef NPS_WRONG
constexpr std::size_t place = 5;
#else
constexpr std::size_t place = 1;
#endif

nps::grouped_tally<int> by_wave(const nps::grouped_tally<int, int>& groups);

nps::grouped_tally<int> by_wave(const nps::grouped_tally<int, int>& groups) {
    return groups.marginal<place>();
}
