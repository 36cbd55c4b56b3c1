// SPDX-License-Identifier: Apache-2.0
// The data sets of least_squares_data.csv and nist_strd_data.csv.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/least_squares_rows.hpp>

#include "support/reference.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace nps_test {

[[nodiscard]] inline std::vector<double> numbers_of(const std::string& cell) {
    std::vector<double> numbers;
    std::istringstream in(cell);
    for (std::string word; in >> word;) {
        numbers.push_back(std::stod(word));
    }
    return numbers;
}

struct linear_data {
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
    std::vector<std::int64_t> frequency;
    std::vector<double> sampling;
    std::vector<double> extreme;
    std::vector<std::int64_t> cluster;

    // As least_squares.R names its weights.
    [[nodiscard]] nps::least_squares_row_options options(const std::string& weights) const {
        nps::least_squares_row_options result;
        if (weights == "frequency" || weights == "both") {
            result.frequency_weights = frequency;
        }
        if (weights == "sampling" || weights == "both") {
            result.sampling_weights = sampling;
        }
        if (weights == "extreme") {
            result.sampling_weights = extreme;
        }
        return result;
    }
};

[[nodiscard]] inline std::map<std::string, linear_data> linear_data_of(const std::string& file) {
    std::map<std::string, std::vector<reference_row>> rows;
    for (const reference_row& row : reference_table(file)) {
        rows[row.text("data")].push_back(row);
    }
    const bool weighted = file == "least_squares_data.csv";
    std::map<std::string, linear_data> sets;
    for (const auto& [name, lines] : rows) {
        linear_data& data = sets[name];
        const auto p = numbers_of(lines.front().text("items")).size();
        data.items.resize(std::ssize(lines), static_cast<Eigen::Index>(p));
        data.outcome.resize(std::ssize(lines));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            const std::vector<double> values = numbers_of(lines[i].text("items"));
            for (std::size_t j = 0; j < p; ++j) {
                data.items(at, static_cast<Eigen::Index>(j)) = values.at(j);
            }
            data.outcome[at] = lines[i].number("y");
            if (weighted) {
                data.frequency.push_back(lines[i].integer("frequency"));
                data.sampling.push_back(lines[i].number("sampling"));
                data.extreme.push_back(lines[i].number("extreme"));
                data.cluster.push_back(lines[i].integer("cluster"));
            }
        }
    }
    return sets;
}

// One cross-product for each cluster, or one of all rows.
[[nodiscard]] inline std::vector<nps::cross_products>
products_of(const linear_data& data, const std::string& weights, bool by_cluster) {
    std::map<std::int64_t, std::vector<Eigen::Index>> members;
    for (Eigen::Index i = 0; i < data.outcome.size(); ++i) {
        members[by_cluster ? data.cluster.at(static_cast<std::size_t>(i)) : 0].push_back(i);
    }
    const nps::least_squares_row_options all = data.options(weights);
    std::vector<nps::cross_products> result;
    for (const auto& [label, rows] : members) {
        Eigen::MatrixXd items(std::ssize(rows), data.items.cols());
        Eigen::VectorXd outcome(std::ssize(rows));
        nps::cross_product_options options;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            const auto from = static_cast<std::size_t>(rows[i]);
            items.row(at) = data.items.row(rows[i]);
            outcome[at] = data.outcome[rows[i]];
            if (!all.frequency_weights.empty()) {
                options.frequency_weights.push_back(all.frequency_weights[from]);
            }
            if (!all.sampling_weights.empty()) {
                options.sampling_weights.push_back(all.sampling_weights[from]);
            }
        }
        result.emplace_back(items, outcome, options);
    }
    return result;
}

} // namespace nps_test
