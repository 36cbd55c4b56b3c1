// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rows of a logistic or proportional-odds model, prepared once for the fits of many subsets of
/// its items.
#pragma once

#include <nps/model/detail/model_rows.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Rows of an ordered outcome, by class; equal rows are one with the sum of their weights. Two
/// classes are a logistic model: logit P(Y > lowest) = x beta - cut.
struct subset_rows {
    std::size_t columns = 0;
    std::size_t rows = 0;
    /// Column after column, each with mean 0 and variance 1; 0 where it does not vary. Eight numbers
    /// more, because rows are read in lanes.
    std::vector<double> x = {};
    /// They sum to 1.
    std::vector<double> weight = {};
    /// Where each class begins, and the end.
    std::vector<std::size_t> first = {};
    std::vector<double> class_weight = {};
    std::vector<double> classes = {};
    std::vector<double> largest = {};
    std::vector<double> correlation = {};
    /// The sum of the weights before.
    double total = 0;
    /// Of the model without items, divided by `total`.
    double null_log_likelihood = 0;

    [[nodiscard]] std::size_t cuts() const { return classes.size() - 1; }
    [[nodiscard]] bool varies(std::size_t j) const { return correlation[j * columns + j] > 0; }
};

/// At least one row.
[[nodiscard]] inline subset_rows make_subset_rows(const model_rows& data) {
    subset_rows result;
    const auto p = data.items.cols();
    result.columns = static_cast<std::size_t>(p);
    std::vector<Eigen::Index> order(static_cast<std::size_t>(data.outcome.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    const auto compare = [&](Eigen::Index a, Eigen::Index b) {
        if (data.outcome[a] != data.outcome[b]) {
            return data.outcome[a] < data.outcome[b] ? -1 : 1;
        }
        for (Eigen::Index j = 0; j < p; ++j) {
            if (data.items(a, j) != data.items(b, j)) {
                return data.items(a, j) < data.items(b, j) ? -1 : 1;
            }
        }
        return 0;
    };
    std::ranges::sort(order, [&](Eigen::Index a, Eigen::Index b) {
        const int c = compare(a, b);
        return c != 0 ? c < 0 : a < b;
    });
    std::vector<Eigen::Index> kept;
    for (const Eigen::Index i : order) {
        if (kept.empty() || compare(kept.back(), i) != 0) {
            if (kept.empty() || data.outcome[kept.back()] != data.outcome[i]) {
                result.first.push_back(kept.size());
                result.classes.push_back(data.outcome[i]);
            }
            kept.push_back(i);
            result.weight.push_back(0);
        }
        result.weight.back() += data.weights[i];
    }
    result.rows = kept.size();
    result.first.push_back(kept.size());
    result.total = std::accumulate(result.weight.begin(), result.weight.end(), 0.0);
    for (double& w : result.weight) {
        w /= result.total;
    }
    for (std::size_t c = 0; c < result.classes.size(); ++c) {
        double w = 0;
        for (std::size_t i = result.first[c]; i < result.first[c + 1]; ++i) {
            w += result.weight[i];
        }
        result.class_weight.push_back(w);
    }
    for (std::size_t c = 0; c < result.classes.size(); ++c) {
        // From what is missing to 1 where that is little: its digits would be lost.
        double others = 0;
        for (std::size_t d = 0; d < result.classes.size(); ++d) {
            others += d == c ? 0 : result.class_weight[d];
        }
        const double w = result.class_weight[c];
        result.null_log_likelihood += w * (w > 0.5 ? std::log1p(-others) : std::log(w));
    }
    result.x.resize(result.columns * result.rows + 8);
    for (std::size_t j = 0; j < result.columns; ++j) {
        const std::span<double> x = std::span(result.x).subspan(j * result.rows, result.rows);
        double mean = 0;
        bool constant = true;
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = data.items(kept[i], static_cast<Eigen::Index>(j));
            constant = constant && x[i] == x[0];
            mean += result.weight[i] * (x[i] - x[0]);
        }
        const double origin = x[0];
        double farthest = 0;
        for (double& value : x) {
            value = (value - origin) - mean;
            farthest = (std::max)(farthest, std::abs(value));
        }
        // A power of two, so that squares of items in any unit are numbers.
        const int exponent = farthest > 0 ? std::ilogb(farthest) : 0;
        double square = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = std::ldexp(x[i], -exponent);
            square += result.weight[i] * x[i] * x[i];
        }
        double largest = 0;
        for (double& value : x) {
            value = constant || !(square > 0) ? 0 : value / std::sqrt(square);
            largest = (std::max)(largest, std::abs(value));
        }
        result.largest.push_back(largest);
    }
    result.correlation.assign(result.columns * result.columns, 0);
    for (std::size_t j = 0; j < result.columns; ++j) {
        for (std::size_t k = 0; k < result.columns; ++k) {
            double sum = 0;
            for (std::size_t i = 0; i < result.rows; ++i) {
                sum += result.weight[i] * result.x[j * result.rows + i] *
                       result.x[k * result.rows + i];
            }
            result.correlation[j * result.columns + k] = sum;
        }
    }
    return result;
}

} // namespace nps::inline v0::detail
