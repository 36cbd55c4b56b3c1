// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where ordered groups lie on a line.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

class group_positions {
public:
    /// 1, 2, 3, ... where no positions are given.
    group_positions(std::span<const double> given, std::size_t groups, std::string_view function) {
        require(given.empty() || given.size() == groups, function, "number of positions",
                given.size(), "must be that of the groups");
        const auto place = [&](std::size_t i) {
            return given.empty() ? static_cast<double>(i + 1) : given[i];
        };
        for (std::size_t i = 0; i < groups; ++i) {
            require(std::abs(place(i)) <= 1e100, function, "position", place(i),
                    "must be a number, at most 1e100 in size");
            unit_ = (std::max)(unit_, std::abs(place(i) - place(0)));
        }
        require(unit_ >= 1e-100, function, "largest distance of positions", unit_,
                "must be at least 1e-100");
        for (std::size_t i = 0; i < groups; ++i) {
            steps_.push_back((place(i) - place(0)) / unit_);
        }
    }

    /// The weights w (x - m) / sum w (x - m)^2, m the mean of the positions weighted with w: their
    /// sum with any values is the slope of these.
    [[nodiscard]] std::vector<double> slope_weights(std::span<const double> weights) const {
        running_sum total;
        running_sum product;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            total.add(weights[i]);
            product.add(weights[i] * steps_[i]);
        }
        const double mean = product.value() / total.value();
        running_sum spread;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            spread.add(weights[i] * (steps_[i] - mean) * (steps_[i] - mean));
        }
        std::vector<double> slope;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            slope.push_back(weights[i] * (steps_[i] - mean) / spread.value() / unit_);
        }
        return slope;
    }

private:
    std::vector<double> steps_; // in units of the largest distance from the first
    double unit_ = 0;
};

} // namespace nps::inline v0::detail
