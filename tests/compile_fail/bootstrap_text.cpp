// SPDX-License-Identifier: Apache-2.0
// EXPECT: no matching function for call to .bootstrap
// EXPECT: row_statistic
#include <nps/resample.hpp>

#include <cstddef>
#include <span>
#include <string>

#ifdef NPS_WRONG
using answer = std::string;
#else
using answer = double;
#endif

nps::bootstrap_result run();

nps::bootstrap_result run() {
    return nps::bootstrap(10, [](std::span<const std::size_t>) { return answer(); });
}
