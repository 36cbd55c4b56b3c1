// SPDX-License-Identifier: Apache-2.0
// Reads ordinal_data.csv and the tables of fits to it.
#pragma once

#include "support/reference.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace nps_test {

struct category_data {
    Eigen::MatrixXd items;
    Eigen::VectorXd answers;
    std::vector<std::int64_t> frequency = {};
    std::vector<double> sampling = {};
    std::vector<std::int64_t> clusters = {};
};

inline category_data category_data_of(const std::string& name) {
    category_data result;
    std::vector<std::vector<double>> rows;
    std::vector<double> answers;
    for (const reference_row& row : reference_table("ordinal_data.csv")) {
        if (row.text("data") != name) {
            continue;
        }
        std::istringstream numbers(row.text("items"));
        rows.emplace_back();
        for (double x = 0; numbers >> x;) {
            rows.back().push_back(x);
        }
        answers.push_back(row.number("answer"));
        result.frequency.push_back(row.integer("frequency"));
        result.sampling.push_back(row.number("sampling"));
        result.clusters.push_back(row.integer("cluster"));
    }
    REQUIRE(!rows.empty());
    const std::size_t items = rows.front().size();
    result.items.resize(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(items));
    result.answers.resize(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        result.answers[static_cast<Eigen::Index>(i)] = answers[i];
        for (std::size_t j = 0; j < items; ++j) {
            result.items(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
        }
    }
    return result;
}

// The values of one quantity, in their order; none where the table has none.
inline std::vector<double> category_reference(const std::string& table, const std::string& data,
                                              const std::string& model,
                                              const std::string& quantity) {
    std::vector<double> values;
    for (const reference_row& row : reference_table(table)) {
        if (row.text("data") == data && row.text("model") == model &&
            row.text("quantity") == quantity) {
            values.push_back(row.number("value"));
        }
    }
    return values;
}

} // namespace nps_test
