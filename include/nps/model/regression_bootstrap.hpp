// SPDX-License-Identifier: Apache-2.0
/// @file
/// Least squares by the bootstrap: standard errors and intervals of coefficients without a model of
/// the residuals.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/product_replicates.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of regression_bootstrap.
///
/// Checked:    tests/model/regression_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct regression_bootstrap_options {
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 1'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen: equals repeating the row. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for; drawn with its row. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row: whole clusters are drawn. Empty: single rows are.
    std::vector<std::int64_t> clusters = {};
    /// A label for each row: rows (or clusters) are drawn within their stratum. Empty: one stratum.
    std::vector<std::int64_t> strata = {};
    /// What bca needs; `automatic` where rows or clusters are at most as many as replicates.
    nps::jackknife jackknife = nps::jackknife::automatic;
};

/// Replicates of the coefficients of a linear model.
///
/// Checked:    tests/model/regression_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct regression_bootstrap_result {
    /// Of the data themselves, with the classical errors.
    linear_fit fit = {};
    /// For each of `fit.coefficients` its replicates: standard error, bias, intervals. Replicates
    /// at equal places belong together.
    std::vector<bootstrap_result> coefficients = {};
    /// Replicates in which the items do not determine the coefficients (one did not vary, or was
    /// a linear function of others), left out.
    std::int64_t degenerate = 0;
    std::string_view method = {};
};

namespace detail {

/// Intercept and slopes of the items kept, by Cholesky's factor of their correlations.
class regression_statistic {
public:
    explicit regression_statistic(std::vector<Eigen::Index> kept)
        : kept_(std::move(kept)), factor_(kept_.size() * (kept_.size() + 1)), scale_(kept_.size()) {
    }

    [[nodiscard]] std::size_t outputs() const { return kept_.size() + 1; }

    /// False where those before it leave less than 1e-10 of an item's variance.
    bool operator()(const centred_products& products, std::span<double> out) {
        constexpr double tolerance = 1e-10;
        const std::size_t k = kept_.size();
        const Eigen::Index last = products.centred.rows() - 1;
        for (std::size_t j = 0; j < k; ++j) {
            const double square = products.centred(kept_[j], kept_[j]);
            if (!(square > 0)) {
                return false;
            }
            scale_[j] = 1 / std::sqrt(square);
        }
        // Row i of the factor, and behind it the outcome's entry.
        const auto at = [&](std::size_t i, std::size_t j) -> double& {
            return factor_[i * (k + 1) + j];
        };
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                double sum = products.centred(kept_[j], kept_[i]) * scale_[i] * scale_[j];
                for (std::size_t l = 0; l < j; ++l) {
                    sum -= at(i, l) * at(j, l);
                }
                if (i == j && !(sum > tolerance)) {
                    return false;
                }
                at(i, j) = i == j ? std::sqrt(sum) : sum / at(j, j);
            }
            double sum = products.centred(kept_[i], last) * scale_[i];
            for (std::size_t l = 0; l < i; ++l) {
                sum -= at(i, l) * at(l, k);
            }
            at(i, k) = sum / at(i, i);
        }
        out[0] = products.means[last];
        for (std::size_t i = k; i-- > 0;) {
            double sum = at(i, k);
            for (std::size_t l = i + 1; l < k; ++l) {
                sum -= at(l, i) * at(l, k);
            }
            at(i, k) = sum / at(i, i);
            out[i + 1] = at(i, k) * scale_[i];
            out[0] -= out[i + 1] * products.means[kept_[i]];
        }
        return true;
    }

private:
    std::vector<Eigen::Index> kept_;
    std::vector<double> factor_;
    std::vector<double> scale_;
};

[[nodiscard]] inline regression_bootstrap_result
bootstrap_regression(const product_sample& sample, linear_fit fit,
                     const regression_bootstrap_options& options, std::string_view function) {
    const regression_statistic statistic(fit.columns);
    const std::size_t outputs = statistic.outputs();
    product_progress unwatched;
    const replicate_table table = product_replicates(
        sample, options.replicates, options.seed, options.threads, outputs, statistic, unwatched);
    regression_bootstrap_result result{.fit = std::move(fit), .method = function};
    result.degenerate = std::ranges::count(table.usable, 0);
    if (options.replicates - result.degenerate < 2) {
        throw_undefined(function, "fewer than two replicates that determine the coefficients");
    }
    replicate_table left_out;
    std::string_view why = "needs the jackknife: ask for it with .jackknife = "
                           "nps::jackknife::always";
    if (sample.wants_jackknife(options.jackknife, options.replicates)) {
        left_out = product_jackknife(sample, options.threads, outputs, statistic, unwatched);
        if (std::ranges::count(left_out.usable, 0) > 0) {
            left_out = {};
            why = "needs the jackknife, and with some row or cluster left out the coefficients are "
                  "not determined";
        }
    }
    for (std::size_t j = 0; j < outputs; ++j) {
        bootstrap_result one;
        one.estimate = result.fit.coefficients[j].estimate;
        one.n = sample.n;
        one.method = function;
        for (std::size_t r = 0; r < table.usable.size(); ++r) {
            if (table.usable[r] != 0) {
                one.values.push_back(table.row(r)[j]);
            }
        }
        one.why_no_acceleration = why;
        if (left_out.outputs > 0) {
            std::vector<double> values;
            for (std::size_t unit = 0; unit < left_out.usable.size(); ++unit) {
                values.push_back(left_out.row(unit)[j]);
            }
            one.acceleration = product_acceleration(sample, values);
        }
        summarise(one);
        result.coefficients.push_back(std::move(one));
    }
    return result;
}

} // namespace detail

/// Bootstrap of least squares: rows (or clusters) are drawn with replacement, within strata if there
/// are any, and the coefficients are computed anew, each resample from cross-products weighted by
/// how often each row was drawn.
///
/// Formula:    replicates as in importance_bootstrap: one seed gives both the same resamples.
/// Assumes:    rows (or clusters) are independent, identically distributed within their stratum.
///             Items are random, as answers are; nothing is assumed of the residuals.
/// Not for:    few rows for each item: percentile intervals are then too short.
/// Degenerate: constant and collinear items of the data are in `fit.excluded`. A replicate that
///             does not determine the coefficients is counted in `degenerate` and left out.
/// Throws:     invalid_input; undefined_result for fewer than two complete rows, as least_squares,
///             and for fewer than two replicates that determine the coefficients.
/// Cost:       as importance_bootstrap, O(items^3) for each replicate.
/// Source:     Davison and Hinkley (1997), section 6.2.4 (resampling cases), ISBN 9780521574716
/// Checked:    each replicate against least_squares of the copied rows; enumeration of all
///             resamples; R boot (tests/model/regression_bootstrap_test.cpp)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] regression_bootstrap_result
regression_bootstrap(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                     const regression_bootstrap_options& options = {}) {
    constexpr std::string_view self = "regression_bootstrap";
    const detail::product_sample sample =
        detail::make_product_sample(items, outcome, options, self);
    const cross_products xy(items, outcome,
                            {.names = options.names,
                             .frequency_weights = options.frequency_weights,
                             .sampling_weights = options.sampling_weights});
    return detail::bootstrap_regression(sample, least_squares(xy), options, self);
}

} // namespace nps::inline v0
