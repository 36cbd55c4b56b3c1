// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rows that a fit from rows uses: complete, weighted, with their names and clusters.
#pragma once

#include <nps/core/error.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Complete rows, in their order.
struct model_rows {
    /// Without intercept.
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
    /// Frequency times sampling weight, where it is not 0; rows of weight 0 are left out.
    Eigen::VectorXd weights;
    /// The frequency weights alone: how often each row was seen.
    Eigen::VectorXd frequencies;
    /// Empty, or a label for each row.
    std::vector<std::int64_t> clusters;
    /// The 0-based position of each row among those that were given.
    std::vector<Eigen::Index> positions;
    std::vector<std::string> names = {};
    /// Rows used, each as often as its frequency weight says.
    std::int64_t n = 0;
    /// Rows left out because an item or the outcome was missing; each as often as in n.
    std::int64_t dropped = 0;
};

[[nodiscard]] inline std::vector<std::string>
item_names(const std::vector<std::string>& names, Eigen::Index items, std::string_view function) {
    if (!names.empty()) {
        require(std::ssize(names) == items, function, "names.size()", names.size(),
                "must be the number of items, or 0");
        return names;
    }
    std::vector<std::string> result;
    for (Eigen::Index j = 0; j < items; ++j) {
        result.push_back("item " + std::to_string(j + 1));
    }
    return result;
}

/// Of a column that is a linear function of the k before it: which of them, those with a share of it
/// above 1e-4. `root(i, j)` is the Cholesky factor of their products, row k that of the column.
template <class Root>
[[nodiscard]] std::vector<std::size_t> collinear_with(std::size_t k, Root root) {
    std::vector<double> shares(k);
    std::vector<std::size_t> result;
    for (std::size_t i = k; i-- > 0;) {
        shares[i] = root(k, i);
        for (std::size_t t = i + 1; t < k; ++t) {
            shares[i] -= root(t, i) * shares[t];
        }
        shares[i] /= root(i, i);
    }
    for (std::size_t i = 0; i < k; ++i) {
        if (std::abs(shares[i]) > 1e-4) {
            result.push_back(i);
        }
    }
    return result;
}

/// Options that all fits from rows have: names, frequency_weights, sampling_weights, clusters.
template <class Items, class Outcome, class Options>
[[nodiscard]] model_rows complete_rows(const Eigen::DenseBase<Items>& items,
                                       const Eigen::DenseBase<Outcome>& outcome,
                                       const Options& options, std::string_view function) {
    const Eigen::Index rows = items.rows();
    const Eigen::Index p = items.cols();
    require(outcome.size() == rows, function, "outcome.size()", outcome.size(),
            "must be the number of rows of items, " + std::to_string(rows));
    const auto require_rows = [&](std::size_t size, std::string_view argument) {
        require(size == 0 || std::cmp_equal(size, rows), function, argument, size,
                "must be the number of rows, " + std::to_string(rows) + ", or 0");
    };
    require_rows(options.frequency_weights.size(), "frequency_weights.size()");
    require_rows(options.sampling_weights.size(), "sampling_weights.size()");
    require_rows(options.clusters.size(), "clusters.size()");
    model_rows result;
    result.names = item_names(options.names, p, function);

    std::vector<double> weights;
    std::vector<double> frequencies;
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto answer = static_cast<double>(outcome.derived().coeff(i));
        if (std::isinf(answer)) {
            throw_invalid(function, "outcome of row " + std::to_string(i), answer,
                          "must be finite, or NaN where it is missing");
        }
        bool complete = !std::isnan(answer);
        for (Eigen::Index j = 0; j < p; ++j) {
            const auto value = static_cast<double>(items.derived().coeff(i, j));
            if (std::isinf(value)) { // the text is made for the one value that needs it
                throw_invalid(function,
                              "item " + std::to_string(j) + " of row " + std::to_string(i), value,
                              "must be finite, or NaN where it is missing");
            }
            complete = complete && !std::isnan(value);
        }
        double weight = 1;
        std::int64_t times = 1;
        if (!options.frequency_weights.empty()) {
            times = options.frequency_weights[at];
            if (!(times >= 0 && times <= largest_count)) {
                throw_invalid(function, "frequency_weights[" + std::to_string(i) + "]", times,
                              "must be in [0, 2^53]");
            }
            weight = static_cast<double>(times);
        }
        if (!options.sampling_weights.empty()) {
            const double sampling = options.sampling_weights[at];
            if (!(sampling >= 0 && std::isfinite(sampling))) {
                throw_invalid(function, "sampling_weights[" + std::to_string(i) + "]", sampling,
                              "must be finite and not negative");
            }
            weight *= sampling;
        }
        if (!complete) {
            result.dropped += times;
            require_count(result.dropped, function, "dropped");
        } else if (weight > 0) {
            result.positions.push_back(i);
            weights.push_back(weight);
            frequencies.push_back(static_cast<double>(times));
            result.n += times;
            require_count(result.n, function, "n");
            if (!options.clusters.empty()) {
                result.clusters.push_back(options.clusters[at]);
            }
        }
    }
    const auto used = static_cast<Eigen::Index>(weights.size());
    result.items.resize(used, p);
    result.outcome.resize(used);
    result.weights.resize(used);
    result.frequencies.resize(used);
    std::ranges::copy(weights, result.weights.data());
    std::ranges::copy(frequencies, result.frequencies.data());
    for (Eigen::Index j = 0; j < p; ++j) {
        for (Eigen::Index i = 0; i < used; ++i) {
            result.items(i, j) = static_cast<double>(
                items.derived().coeff(result.positions[static_cast<std::size_t>(i)], j));
        }
    }
    for (Eigen::Index i = 0; i < used; ++i) {
        result.outcome[i] = static_cast<double>(
            outcome.derived().coeff(result.positions[static_cast<std::size_t>(i)]));
    }
    return result;
}

} // namespace nps::inline v0::detail
