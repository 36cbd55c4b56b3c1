// SPDX-License-Identifier: Apache-2.0
// EXPECT: group_key
#include <nps/count.hpp>

#include <string>
#include <string_view>

#ifdef NPS_WRONG
using key = std::string_view;
#else
using key = std::string;
#endif

nps::grouped_tally<key> groups();

nps::grouped_tally<key> groups() {
    return {};
}
