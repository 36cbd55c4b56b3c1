// SPDX-License-Identifier: Apache-2.0
#include "all_headers.hpp"

const char* version_seen_by_the_other_unit();

int main() {
    return std::string_view(version_seen_by_the_other_unit()) == NPS_VERSION_STRING ? 0 : 1;
}
