// SPDX-License-Identifier: Apache-2.0
// The rows of power_scores.csv, and how closely a plan must meet them.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/infer/planned_group.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace nps_test {

struct planned_row {
    const reference_row* row;

    [[nodiscard]] double number(const std::string& column) const { return row->number(column); }
    [[nodiscard]] std::int64_t integer(const std::string& column) const {
        return row->integer(column);
    }
    [[nodiscard]] nps::planned_group group(const std::string& which) const {
        return {.shares = nps::category_shares{number("d_" + which), number("q_" + which),
                                               number("p_" + which)},
                .design_effect = number("deff_" + which)};
    }
    [[nodiscard]] nps::alternative side() const {
        const std::string& name = row->text("side");
        return name == "two_sided" ? nps::alternative::two_sided
               : name == "less"    ? nps::alternative::less
                                   : nps::alternative::greater;
    }
    [[nodiscard]] nps::claim claim() const {
        const std::string& name = row->text("claim");
        return name == "difference"        ? nps::claim::difference
               : name == "equivalence"     ? nps::claim::equivalence
               : name == "non_inferiority" ? nps::claim::non_inferiority
                                           : nps::claim::superiority;
    }
    [[nodiscard]] nps::planned_correction correction() const {
        return row->text("correction") == "sidak" ? nps::planned_correction::sidak
                                                  : nps::planned_correction::bonferroni;
    }
    [[nodiscard]] bool has(const std::string& column) const { return row->text(column) != "none"; }
};

[[nodiscard]] inline std::vector<planned_row> planned_rows(const std::string& family) {
    static const std::vector<reference_row> table = reference_table("power_scores.csv");
    std::vector<planned_row> rows;
    for (const reference_row& row : table) {
        if (row.text("family") == family) {
            rows.push_back({&row});
        }
    }
    REQUIRE(!rows.empty());
    return rows;
}

// A far tail turns an error of z into one z^2 times as large; z reaches 26 in the table.
[[nodiscard]] inline bool close_power(double actual, double expected) {
    if (expected > 1e-3) {
        return close(actual, expected);
    }
    return expected == 0 ? actual == 0 : std::abs(actual / expected - 1) < 1e-12 * 700;
}

} // namespace nps_test
