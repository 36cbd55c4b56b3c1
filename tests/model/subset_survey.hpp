// SPDX-License-Identifier: Apache-2.0
// The survey of subset_survey.csv, and what R found for all subsets of its five ratings.
#pragma once

#include "support/reference.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nps_test {

struct subset_survey {
    std::vector<std::string> names{"a", "b", "d", "e", "f"};
    Eigen::MatrixXd items;
    Eigen::VectorXd answer;
    Eigen::VectorXd promoter;
    Eigen::VectorXd class3;
    std::vector<std::int64_t> times;
    std::vector<double> weight;
};

inline const subset_survey& the_survey() {
    static const subset_survey survey = [] {
        const auto rows = reference_table("subset_survey.csv");
        subset_survey s;
        const auto n = static_cast<Eigen::Index>(rows.size());
        s.items.resize(n, 5);
        s.answer.resize(n);
        s.promoter.resize(n);
        s.class3.resize(n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const auto& row = rows[static_cast<std::size_t>(i)];
            for (Eigen::Index j = 0; j < 5; ++j) {
                s.items(i, j) = row.number(s.names[static_cast<std::size_t>(j)]);
            }
            const double y = row.number("answer");
            s.answer[i] = y;
            s.promoter[i] = y >= 9 ? 1 : 0;
            s.class3[i] = y >= 9 ? 2 : y >= 7 ? 1 : 0;
            s.times.push_back(row.integer("times"));
            s.weight.push_back(row.number("weight"));
        }
        return s;
    }();
    return survey;
}

// Of one case and measure: R^2 by bit mask.
inline std::vector<double> subset_reference(const std::string& name, const std::string& measure) {
    std::vector<double> values;
    for (const auto& row : reference_table("subset_values.csv")) {
        if (row.text("case") == name && row.text("measure") == measure) {
            REQUIRE(row.integer("set") == static_cast<std::int64_t>(values.size()));
            values.push_back(row.number("value"));
        }
    }
    REQUIRE(values.size() == 32);
    return values;
}

// domir's "general", "conditional" or "complete", by row and column; NA left out.
inline std::map<std::pair<Eigen::Index, Eigen::Index>, double>
domir_reference(const std::string& name, const std::string& measure, const std::string& quantity) {
    std::map<std::pair<Eigen::Index, Eigen::Index>, double> cells;
    for (const auto& row : reference_table("subset_dominance.csv")) {
        if (row.text("case") == name && row.text("measure") == measure &&
            row.text("quantity") == quantity && row.text("value") != "NA") {
            cells[{row.integer("row"), row.integer("column")}] = row.number("value");
        }
    }
    REQUIRE(!cells.empty());
    return cells;
}

} // namespace nps_test
