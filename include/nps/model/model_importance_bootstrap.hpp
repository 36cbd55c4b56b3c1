// SPDX-License-Identifier: Apache-2.0
/// @file
/// How sure is the importance of a driver in a logistic or proportional-odds model: by the bootstrap.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/product_replicates.hpp>
#include <nps/model/detail/product_rows.hpp>
#include <nps/model/detail/subset_model.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/model_importance.hpp>
#include <nps/resample/bootstrap_options.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of logistic_importance_bootstrap and ordinal_importance_bootstrap.
///
/// Checked:    tests/model/model_importance_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct model_importance_bootstrap_options {
    /// Which measure, groups and controls; names and weights. Drawn orders of entry are the same in
    /// each replicate. Its `threads` is not read, and its `clusters` must be empty: both are here.
    model_importance_options importance = {};
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 1'000;
    /// Of the resamples.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A label for each row: whole clusters are drawn. Empty: single rows are.
    std::vector<std::int64_t> clusters = {};
    /// A label for each row: rows (or clusters) are drawn within their stratum. Empty: one stratum.
    std::vector<std::int64_t> strata = {};
    /// Called by the calling thread, between rounds, with how many replicates are done and how many
    /// there will be; `false` ends the work. At most 50 times.
    std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

namespace detail {

/// The rows that were drawn, weighted by how often.
[[nodiscard]] inline model_rows rows_drawn(const model_rows& all, const product_counts& counts,
                                           const std::vector<double>& sampling_weights) {
    std::vector<Eigen::Index> drawn;
    model_rows result;
    for (Eigen::Index i = 0; i < all.outcome.size(); ++i) {
        if (counts[static_cast<std::size_t>(i)] > 0) {
            drawn.push_back(i);
        }
    }
    const Eigen::Index rows = std::ssize(drawn);
    result.items.resize(rows, all.items.cols());
    result.outcome.resize(rows);
    result.weights.resize(rows);
    result.names = all.names;
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto from = static_cast<std::size_t>(drawn[static_cast<std::size_t>(i)]);
        const auto given = static_cast<std::size_t>(all.positions[from]);
        result.n += counts[from];
        result.weights[i] = static_cast<double>(counts[from]);
        result.weights[i] *= sampling_weights.empty() ? 1 : sampling_weights[given];
        result.outcome[i] = all.outcome[static_cast<Eigen::Index>(from)];
        for (Eigen::Index j = 0; j < all.items.cols(); ++j) {
            result.items(i, j) = all.items(static_cast<Eigen::Index>(from), j);
        }
    }
    return result;
}

template <class Items, class Outcome>
[[nodiscard]] importance_bootstrap_result bootstrap_model_importance(
    const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
    const model_importance_bootstrap_options& options, bool binary, std::string_view function) {
    model_importance_options importance = options.importance;
    require(importance.clusters.empty(), function, "importance.clusters.size()",
            importance.clusters.size(), "must be 0: say .clusters of the bootstrap");
    importance.clusters = options.clusters;
    importance.threads = options.threads;
    const model_rows rows = subset_model_rows(items, outcome, importance, binary, function);
    const product_sample sample =
        make_product_sample(items, outcome,
                            importance_bootstrap_options{
                                .replicates = options.replicates,
                                .names = importance.names,
                                .frequency_weights = importance.frequency_weights,
                                .sampling_weights = importance.sampling_weights,
                                .clusters = options.clusters,
                                .strata = options.strata,
                                .jackknife = jackknife::never,
                            },
                            function);
    const model_importance of_data = subset_model_importance(rows, importance, function);
    const auto explains = [](const model_importance& found) {
        return std::abs(sum_of_values(found.value)) > subset_model_tie;
    };
    if (!explains(of_data)) {
        throw_undefined(function, "no item explains anything of the outcome");
    }
    // Threads share out the replicates, not the subsets of one.
    importance.threads = 1;
    const std::size_t drivers = of_data.value.size();
    const std::size_t outputs = drivers + 4;
    struct buffers {
        std::vector<std::size_t> drawn;
        product_counts counts;
    };
    product_progress progress{.call = options.progress, .total = options.replicates};
    const replicate_table table = fill_replicates(
        static_cast<std::size_t>(options.replicates), 1, outputs, options.threads,
        buffers{{}, product_counts(sample.rows.rows(), sample.rows.padded())}, progress,
        [&](std::size_t r, buffers& own, std::span<double> values) {
            sample.draw(options.seed, static_cast<std::uint32_t>(r), own.drawn, own.counts);
            const model_rows some = rows_drawn(rows, own.counts, importance.sampling_weights);
            const auto [least, most] = std::ranges::minmax(
                std::span(some.outcome.data(), static_cast<std::size_t>(some.outcome.size())));
            if (least == most) {
                return false;
            }
            const model_importance found = subset_model_importance(some, importance, function);
            std::ranges::copy(found.value, values.begin());
            values[drivers] = found.r_squared;
            values[drivers + 1] = static_cast<double>(found.excluded.size());
            values[drivers + 2] = found.separated > 0 ? 1 : 0;
            values[drivers + 3] = found.iteration_limit > 0 ? 1 : 0;
            return explains(found);
        });
    importance_bootstrap_result result{
        .estimate = static_cast<const nps::importance&>(of_data),
        .dropped = of_data.dropped,
        .cancelled = progress.cancelled(),
        .method = function,
        .measure = of_data.measure,
        .why_no_acceleration = "needs the jackknife, which is not made of these models"};
    take_importance_replicates(table, static_cast<double>(of_data.excluded.size()),
                               subset_model_tie, result);
    for (std::size_t r = 0; r < table.usable.size(); ++r) {
        if (table.usable[r] != 0) {
            result.with_separation += table.row(r)[drivers + 2] > 0 ? 1 : 0;
            result.with_iteration_limit += table.row(r)[drivers + 3] > 0 ? 1 : 0;
        }
    }
    return result;
}

} // namespace detail

/// Bootstrap of logistic_importance: rows (or clusters) are drawn with replacement, within strata if
/// there are any, and all subsets are fitted anew to the rows drawn, weighted by how often.
///
/// Formula:    replicates as in importance_bootstrap: one seed gives both the same resamples.
/// Assumes:    rows (or clusters) are independent, identically distributed within their stratum.
/// Not for:    proving that a driver matters at all: as importance_bootstrap. bca, which needs a
///             jackknife. p = 12 with many rows on one thread, unless there is time.
/// Degenerate: a replicate without an answer (all outcomes equal, nothing explained) is counted in
///             `degenerate` and left out; one in which an item does not vary is used, with 0 for
///             it, and counted; one in which items separate the classes has the limit, as
///             logistic_importance, and is counted in `with_separation`.
/// Throws:     as logistic_importance; invalid_input: replicates outside [2, 2^32), clusters in
///             `importance`, sizes; undefined_result: fewer than two complete rows, nothing
///             explained, fewer than two replicates with an answer, or work cancelled before two
///             were made; what `progress` throws.
/// Cost:       a logistic_importance for each replicate, all subsets of it. n = 1,000, one thread, a
///             replicate: p = 5 1.3 ms, p = 8 11 ms, p = 12 0.23 s, so that 1,000 replicates of
///             p = 12 take four minutes: start with 200. Memory: for each thread a copy of the rows
///             and (8 + 8 p) bytes a subset; p + 4 numbers a replicate.
/// Source:     as logistic_importance; Davison and Hinkley (1997), chapter 2, ISBN 9780521574716
/// Checked:    each replicate against logistic_importance of the copied rows
///             (tests/model/model_importance_bootstrap_test.cpp)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] importance_bootstrap_result
logistic_importance_bootstrap(const Eigen::DenseBase<Items>& items,
                              const Eigen::DenseBase<Outcome>& outcome,
                              const model_importance_bootstrap_options& options = {}) {
    return detail::bootstrap_model_importance(items, outcome, options, true,
                                              "logistic_importance_bootstrap");
}

/// Bootstrap of ordinal_importance, as logistic_importance_bootstrap. A class that a replicate has
/// no row of is not in its model.
///
/// Throws:     as logistic_importance_bootstrap and ordinal_importance.
/// Cost:       as logistic_importance_bootstrap; 11 classes, a replicate: p = 5 2.3 ms, p = 8 20 ms,
///             p = 12 0.36 s.
/// Source:     as ordinal_importance; Davison and Hinkley (1997), chapter 2, ISBN 9780521574716
/// Checked:    each replicate against ordinal_importance of the copied rows
///             (tests/model/model_importance_bootstrap_test.cpp)
/// Example:    examples/drivers.cpp
template <class Items, class Categories>
[[nodiscard]] importance_bootstrap_result
ordinal_importance_bootstrap(const Eigen::DenseBase<Items>& items,
                             const Eigen::DenseBase<Categories>& categories,
                             const model_importance_bootstrap_options& options = {}) {
    constexpr std::string_view self = "ordinal_importance_bootstrap";
    detail::require_ordinal_method(options.importance.method, self);
    return detail::bootstrap_model_importance(items, categories, options, false, self);
}

} // namespace nps::inline v0
