// SPDX-License-Identifier: Apache-2.0
// The artificial survey of tests/reference/driver_survey.csv.
#pragma once

#include "support/reference.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nps_test {

struct driver_survey {
    std::vector<std::string> names = {"price", "network", "service", "app"};
    Eigen::MatrixXi items = {};
    Eigen::VectorXi score = {};
    std::vector<std::int64_t> segments = {};
    std::vector<std::int64_t> clusters = {};
    std::vector<std::int64_t> times = {};
    std::vector<double> weights = {};
};

[[nodiscard]] inline driver_survey read_driver_survey() {
    const auto rows = reference_table("driver_survey.csv");
    driver_survey survey;
    survey.items.resize(std::ssize(rows), 4);
    survey.score.resize(std::ssize(rows));
    for (Eigen::Index i = 0; i < std::ssize(rows); ++i) {
        const reference_row& row = rows[static_cast<std::size_t>(i)];
        for (Eigen::Index j = 0; j < 4; ++j) {
            survey.items(i, j) =
                static_cast<int>(row.integer(survey.names[static_cast<std::size_t>(j)]));
        }
        survey.score[i] = static_cast<int>(row.integer("score"));
        survey.segments.push_back(row.integer("segment"));
        survey.clusters.push_back(row.integer("cluster"));
        survey.times.push_back(row.integer("times"));
        survey.weights.push_back(row.number("weight"));
    }
    return survey;
}

// The rows of one segment.
[[nodiscard]] inline driver_survey only_segment(const driver_survey& all, std::int64_t segment) {
    driver_survey some;
    std::vector<Eigen::Index> rows;
    for (std::size_t i = 0; i < all.segments.size(); ++i) {
        if (all.segments[i] == segment) {
            rows.push_back(static_cast<Eigen::Index>(i));
            some.segments.push_back(segment);
            some.clusters.push_back(all.clusters[i]);
            some.times.push_back(all.times[i]);
            some.weights.push_back(all.weights[i]);
        }
    }
    some.items.resize(std::ssize(rows), all.items.cols());
    some.score.resize(std::ssize(rows));
    for (Eigen::Index i = 0; i < std::ssize(rows); ++i) {
        some.items.row(i) = all.items.row(rows[static_cast<std::size_t>(i)]);
        some.score[i] = all.score[rows[static_cast<std::size_t>(i)]];
    }
    return some;
}

} // namespace nps_test
