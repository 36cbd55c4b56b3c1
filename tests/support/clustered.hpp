// SPDX-License-Identifier: Apache-2.0
// Reads the respondents of compare_clustered.csv.
#pragma once

#include <nps/core/cluster_totals.hpp>

#include <sstream>
#include <string>

namespace nps_test {

// "n_a sum_a n_b sum_b;..."; `one_group` leaves out b, and those who answered there alone.
inline nps::cluster_totals totals_of(const std::string& text, bool one_group = false) {
    nps::cluster_totals result;
    std::istringstream respondents(text);
    for (std::string line; std::getline(respondents, line, ';');) {
        std::istringstream numbers(line);
        nps::respondent_totals one;
        numbers >> one.n_a >> one.sum_a >> one.n_b >> one.sum_b;
        if (one_group) {
            one.n_b = 0;
            one.sum_b = 0;
        }
        if (one.n_a + one.n_b > 0) {
            result.add(one);
        }
    }
    return result;
}

} // namespace nps_test
