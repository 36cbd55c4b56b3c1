// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of any statistic of weighted rows.
#pragma once

#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/detail/run_bootstrap.hpp>
#include <nps/resample/resample_plan.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// A statistic of weighted rows: called with a weight for each row (how often it was drawn), it
/// returns a number, a studentised_value, or a range of either for several outputs at once.
template <class T>
concept weight_statistic = std::invocable<T&, std::span<const double>> &&
    detail::statistic_output<std::invoke_result_t<T&, std::span<const double>>>;

namespace detail {

/// Weights of all rows, as bootstrap_weighted() gives them to the statistic.
struct sampled_weights {
    std::vector<std::size_t> rows;
    std::vector<double> weights;

    [[nodiscard]] std::span<const double> original(const resample_plan& plan) {
        weights.assign(plan.rows(), 1.0);
        return weights;
    }
    [[nodiscard]] std::span<const double> resample(const resample_plan& plan, std::uint64_t seed,
                                                   std::uint32_t replicate) {
        plan.draw(seed, replicate, rows);
        return weights_of_rows(plan);
    }
    [[nodiscard]] std::span<const double> leave_out(const resample_plan& plan, std::size_t unit) {
        plan.leave_out(unit, rows);
        return weights_of_rows(plan);
    }

private:
    [[nodiscard]] std::span<const double> weights_of_rows(const resample_plan& plan) {
        weights.assign(plan.rows(), 0.0);
        for (const std::size_t row : rows) {
            ++weights[row];
        }
        return weights;
    }
};

} // namespace detail

/// Bootstrap replicates of any statistic of n weighted rows: the resamples of bootstrap() with the
/// same options, each as how often every row was drawn.
///
/// Fits a statistic that is a pass over all rows, such as a weighted regression: rows are read in
/// order, and each once. The weights of the data are all 1; those of a resample are whole numbers.
///
/// Assumes:    as bootstrap(); a weight counts as that many equal rows.
/// Not for:    sampling weights: resample those with their rows, in bootstrap(); comparing two
///             samples under one seed, as bootstrap().
/// Degenerate: as bootstrap().
/// Throws:     as bootstrap().
/// Cost:       as bootstrap(), the jackknife's calls too, and a buffer of n weights more a thread.
/// Source:     Davison and Hinkley (1997), chapters 2, 3 and 5, ISBN 9780521574716
/// Checked:    against bootstrap() in tests/resample/bootstrap_weighted_test.cpp
/// Example:    examples/resampling.cpp
template <weight_statistic Statistic>
[[nodiscard]] auto bootstrap_weighted(std::size_t n, Statistic&& statistic,
                                      const bootstrap_options& options = {}) {
    auto results =
        detail::run_bootstrap<detail::sampled_weights>("bootstrap_weighted", n, statistic, options);
    if constexpr (detail::single_output<
                      std::invoke_result_t<Statistic&, std::span<const double>>>) {
        return bootstrap_result(std::move(results.front()));
    } else {
        return results;
    }
}

} // namespace nps::inline v0
