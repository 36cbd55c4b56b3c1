// SPDX-License-Identifier: Apache-2.0
#include "all_headers.hpp"

const char* version_seen_by_the_other_unit();

const char* version_seen_by_the_other_unit() {
    return NPS_VERSION_STRING;
}
