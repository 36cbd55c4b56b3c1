// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching function for call to .count_scores
// EXPECT: response
#include <nps/count.hpp>

#include <string>
#include <vector>

#ifdef NPS_WRONG
using answer = std::string;
#else
using answer = int;
#endif

nps::tally count(const std::vector<answer>& answers);

nps::tally count(const std::vector<answer>& answers) {
    return nps::count_scores(answers);
}
