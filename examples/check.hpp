// SPDX-License-Identifier: Apache-2.0
// An example is also a test: what it says must hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

inline void check(bool holds, std::source_location where = std::source_location::current()) {
    if (!holds) {
        std::fprintf(stderr, "%s:%u: does not hold\n", where.file_name(), where.line());
        std::exit(1);
    }
}

// Equal to the digits that a reader sees.
inline bool about(double value, double shown, double within = 5e-5) {
    return value - shown < within && shown - value < within;
}
