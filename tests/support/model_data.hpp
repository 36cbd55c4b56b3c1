// SPDX-License-Identifier: Apache-2.0
// Made-up ratings that go together, for tests of models.
#pragma once

#include <nps/numeric/philox.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nps_test {

struct model_data {
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
};

// Sum of six uniform numbers, of mean 0 and variance 1/2.
[[nodiscard]] inline double bell(nps::random_stream& random) {
    double sum = -3;
    for (int k = 0; k < 6; ++k) {
        sum += random.uniform();
    }
    return sum;
}

// Items share a part; the outcome weighs them 1, 2, 3 and so on. Ratings on 0-10, or real numbers.
[[nodiscard]] inline model_data made_up_data(std::int64_t rows, std::int64_t items, bool ratings,
                                             std::uint32_t number = 0) {
    nps::random_stream random(20261125, number, nps::random_purpose::simulation);
    const auto rated = [&](double x) {
        return ratings ? (std::min)((std::max)(std::round(x), 0.0), 10.0) : x;
    };
    model_data data{Eigen::MatrixXd(rows, items), Eigen::VectorXd(rows)};
    for (std::int64_t i = 0; i < rows; ++i) {
        const double common = bell(random);
        double sum = 0;
        double weights = 0;
        for (std::int64_t j = 0; j < items; ++j) {
            data.items(i, j) = rated(6 + 1.5 * common + 2 * bell(random));
            sum += static_cast<double>(j + 1) * data.items(i, j);
            weights += static_cast<double>(j + 1);
        }
        data.outcome[i] = rated((items > 0 ? sum / weights : 5) + 1.5 * bell(random));
    }
    return data;
}

// The rows with these numbers, some of them several times.
[[nodiscard]] inline model_data copied_rows(const model_data& data,
                                            std::span<const std::size_t> rows) {
    model_data copy{Eigen::MatrixXd(std::ssize(rows), data.items.cols()),
                    Eigen::VectorXd(std::ssize(rows))};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto to = static_cast<Eigen::Index>(i);
        const auto from = static_cast<Eigen::Index>(rows[i]);
        copy.items.row(to) = data.items.row(from);
        copy.outcome[to] = data.outcome[from];
    }
    return copy;
}

} // namespace nps_test
