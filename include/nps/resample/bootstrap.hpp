// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of any statistic of rows.
#pragma once

#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/detail/run_bootstrap.hpp>
#include <nps/resample/resample_plan.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// A statistic of rows: called with row numbers, some of them several times, it returns a number, a
/// studentised_value, or a range of either for several outputs at once.
template <class T>
concept row_statistic = std::invocable<T&, std::span<const std::size_t>> &&
    detail::statistic_output<std::invoke_result_t<T&, std::span<const std::size_t>>>;

namespace detail {

/// Row numbers, as bootstrap() gives them to the statistic.
struct sampled_rows {
    std::vector<std::size_t> rows;

    [[nodiscard]] std::span<const std::size_t> original(const resample_plan& plan) {
        rows.resize(plan.rows());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        return rows;
    }
    [[nodiscard]] std::span<const std::size_t>
    resample(const resample_plan& plan, std::uint64_t seed, std::uint32_t replicate) {
        plan.draw(seed, replicate, rows);
        return rows;
    }
    [[nodiscard]] std::span<const std::size_t> leave_out(const resample_plan& plan,
                                                         std::size_t unit) {
        plan.leave_out(unit, rows);
        return rows;
    }
};

} // namespace detail

/// Bootstrap replicates of any statistic of n rows.
///
/// `statistic` is called with the row numbers of the data, then with those of each resample: n rows
/// drawn with replacement, within strata if there are any; or whole clusters, as many as there are,
/// each with all its rows. It returns a number, a studentised_value, or a range of either: then
/// there is a result for each output, with replicates that belong together at equal places.
///
/// Formula:    replicate r draws with random_stream(seed, r, random_purpose::resample); rows of
///             strata and clusters in ascending order of their labels.
/// Assumes:    rows (or clusters) are independent, identically distributed within their stratum.
///             `statistic` may be called concurrently where threads is not 1, and gives one value
///             for one sample.
/// Not for:    the score of one survey (score_bootstrap, ideal_bootstrap: exact or O(1) a
///             replicate); strata of few rows, whose bootstrap variance is too small by the factor
///             (m - 1) / m; comparing two samples resampled under one seed: they share their
///             draws, and the spread of the differences is far from right. Give each a seed of its
///             own, or make their difference one statistic of the rows of both, with `.strata`.
/// Degenerate: one row, or one in every stratum: all replicates equal the estimate.
/// Throws:     invalid_input, also for a statistic that is not finite (or beyond 1e150), naming the
///             first such replicate, for a cluster in two strata, for more than 2^53 rows, and for
///             an estimate outside [lowest, highest] by more than rounding; undefined_result for no
///             rows, or where the callback ends the work before two replicates; whatever the
///             statistic or the callback throws.
/// Cost:       replicates times the cost of the statistic and of drawing its rows: about 2 ns a
///             row, 2 to 4 with strata (7 where they have fewer than 32 rows), 4 to 20 with
///             clusters (20 where they are single rows). The jackknife is another call for each
///             row or cluster: by default UP TO TWICE THE CALLS, and none (so no bca) where rows or
///             clusters outnumber the replicates; see nps::jackknife. A buffer of n row numbers a
///             thread; labels are copied.
/// Source:     Davison and Hinkley (1997), chapters 2, 3 and 5, ISBN 9780521574716
/// Checked:    tests/resample/bootstrap_test.cpp (resampling by hand; exact moments; R boot's
///             influence values)
/// Example:    examples/resampling.cpp
template <row_statistic Statistic>
[[nodiscard]] auto bootstrap(std::size_t n, Statistic&& statistic,
                             const bootstrap_options& options = {}) {
    auto results = detail::run_bootstrap<detail::sampled_rows>("bootstrap", n, statistic, options);
    if constexpr (detail::single_output<
                      std::invoke_result_t<Statistic&, std::span<const std::size_t>>>) {
        return bootstrap_result(std::move(results.front()));
    } else {
        return results;
    }
}

} // namespace nps::inline v0
