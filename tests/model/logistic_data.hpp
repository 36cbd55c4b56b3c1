// SPDX-License-Identifier: Apache-2.0
// The made-up surveys of tests/reference/logistic_data.csv.
#pragma once

#include "support/reference.hpp"

#include <nps/model/logistic_regression.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps_test {

struct logistic_survey {
    Eigen::MatrixXd items = {};
    Eigen::VectorXd outcome = {};
    std::vector<std::int64_t> times = {};
    std::vector<double> weights = {};
    std::vector<std::int64_t> clusters = {};

    // With the weights named in the reference tables.
    [[nodiscard]] nps::logistic_regression_options options(std::string_view which) const {
        nps::logistic_regression_options result;
        if (which == "times" || which == "both") {
            result.frequency_weights = times;
        }
        if (which == "weight" || which == "both") {
            result.sampling_weights = weights;
        }
        return result;
    }
};

[[nodiscard]] inline logistic_survey logistic_survey_of(const std::string& name) {
    logistic_survey result;
    const Eigen::Index p = name == "ratings" ? 4 : name == "numbers" ? 3 : 2;
    std::vector<reference_row> rows;
    for (const reference_row& row : reference_table("logistic_data.csv")) {
        if (row.text("data") == name) {
            rows.push_back(row);
        }
    }
    const auto n = static_cast<Eigen::Index>(rows.size());
    result.items.resize(n, p);
    result.outcome.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const reference_row& row = rows[static_cast<std::size_t>(i)];
        for (Eigen::Index j = 0; j < p; ++j) {
            result.items(i, j) = row.number("x" + std::to_string(j + 1));
        }
        result.outcome[i] = row.number("y");
        result.times.push_back(row.integer("times"));
        result.weights.push_back(row.number("weight"));
        result.clusters.push_back(row.integer("cluster"));
    }
    return result;
}

} // namespace nps_test
