// SPDX-License-Identifier: Apache-2.0
// Several groups of counts, as the cells of reference tables hold them.
#pragma once

#include <nps/core/category_counts.hpp>

#include "support/close.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace nps_test {

// "1 2 3;4 5 6": two groups of three counts.
[[nodiscard]] inline std::vector<std::vector<std::int64_t>> counts_of(const std::string& cell) {
    std::vector<std::vector<std::int64_t>> groups;
    std::istringstream in(cell);
    for (std::string group; std::getline(in, group, ';');) {
        std::istringstream counts(group);
        groups.emplace_back();
        for (std::int64_t count = 0; counts >> count;) {
            groups.back().push_back(count);
        }
    }
    return groups;
}

[[nodiscard]] inline std::vector<nps::category_counts> surveys_of(const std::string& cell) {
    std::vector<nps::category_counts> groups;
    for (const auto& counts : counts_of(cell)) {
        groups.push_back({counts.at(0), counts.at(1), counts.at(2)});
    }
    return groups;
}

// A tail compared relatively; a reference of 0 stands for one below 1e-300.
[[nodiscard]] inline bool close_tail(double actual, double expected, tolerance t = {}) {
    return expected == 0 ? actual >= 0 && actual < 1e-299 : close(actual / expected, 1, t);
}

} // namespace nps_test
