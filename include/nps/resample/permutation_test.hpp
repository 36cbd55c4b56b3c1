// SPDX-License-Identifier: Apache-2.0
/// @file
/// The permutation test of any statistic of rows.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/resample/bootstrap.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/detail/run_bootstrap.hpp>
#include <nps/resample/detail/ties.hpp>
#include <nps/resample/permutation_result.hpp>
#include <nps/resample/resample_plan.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of permutation_test.
///
/// Checked:    tests/resample/permutation_test_test.cpp
/// Example:    examples/resampling.cpp
struct permutation_options {
    nps::alternative alternative = nps::alternative::two_sided;
    /// From 1 to 2^32 - 1.
    std::int64_t replicates = 10'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A label for each row: rows change places within their stratum. Empty: one stratum.
    std::vector<std::int64_t> strata = {};
    /// Called by the calling thread, between rounds, with how often the statistic has been computed
    /// and how often it will be; `false` ends the work. At most 50 times.
    std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

/// A statistic of rows in an order: called with row numbers, each of them once, it returns a
/// number, or a range of numbers for several outputs at once.
template <class T>
concept order_statistic = row_statistic<T> &&
    !std::same_as<std::remove_cvref_t<std::invoke_result_t<T&, std::span<const std::size_t>>>,
                  studentised_value>;

namespace detail {

struct permuted_rows {
    std::vector<std::size_t> rows;
};

[[nodiscard]] inline std::int64_t as_far_out(const permutation_result& result, bool above) {
    const double near = tie_distance(result.values, result.statistic);
    return std::ranges::count_if(result.values, [&](double value) {
        return (above ? value > result.statistic : value < result.statistic) ||
               are_tied(value, result.statistic, near);
    });
}

inline void summarise(permutation_result& result) {
    switch (result.alternative) {
    case alternative::greater:
        return set_p_value(result, as_far_out(result, true));
    case alternative::less:
        return set_p_value(result, as_far_out(result, false));
    case alternative::two_sided:
        return set_p_value(result, (std::min)(as_far_out(result, true), as_far_out(result, false)),
                           2);
    }
}

template <class Statistic>
[[nodiscard]] std::vector<permutation_result> run_permutations(std::size_t n, Statistic& statistic,
                                                               const permutation_options& options) {
    constexpr std::string_view self = "permutation_test";
    if (n == 0) {
        throw_undefined(self, "no rows");
    }
    require_alternative(options.alternative, self);
    require(options.replicates >= 1 && options.replicates < std::int64_t{1} << 32, self,
            "replicates", options.replicates, "must be in [1, 2^32)");
    require(n <= static_cast<std::uint64_t>(largest_count), self, "n", n, "must be 2^53 or less");
    bootstrap_options work_options;
    work_options.replicates = options.replicates;
    work_options.threads = options.threads;
    work_options.strata = options.strata;
    work_options.progress = options.progress;
    const resample_plan plan(self, n, work_options);
    const auto replicates = static_cast<std::size_t>(options.replicates);

    statistic_values of_data;
    {
        std::vector<std::size_t> rows(n);
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        of_data.read(statistic(std::span<const std::size_t>(rows)));
    }
    const std::size_t outputs = of_data.values.size();
    require(outputs > 0, self, "outputs of the statistic", outputs, "must be 1 or more");
    of_data.check(self, "sample", 0, outputs);
    std::vector<permutation_result> results(outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
        results[k].statistic = of_data.values[k];
        results[k].alternative = options.alternative;
        results[k].n = static_cast<std::int64_t>(n);
        results[k].method = self;
        results[k].values.resize(replicates);
    }
    bootstrap_work<permuted_rows> work(work_options, replicates);
    const std::size_t made =
        work.run(replicates, [&](permuted_rows& buffer, std::size_t first, std::size_t last) {
            statistic_values found;
            for (std::size_t r = first; r < last; ++r) {
                plan.permute(options.seed, static_cast<std::uint32_t>(r), buffer.rows);
                found.read(statistic(std::span<const std::size_t>(buffer.rows)));
                found.check(self, "replicate", r, outputs);
                for (std::size_t k = 0; k < outputs; ++k) {
                    results[k].values[r] = found.values[k];
                }
            }
        });
    for (permutation_result& result : results) {
        result.values.resize(made);
        result.cancelled = work.cancelled();
        summarise(result);
    }
    return results;
}

} // namespace detail

/// Permutation test of any statistic of n rows.
///
/// `statistic` is called with row numbers in some order: place i stands for what belongs to row i
/// and stays (its group, its predictors), rows[i] for the row whose answer is put there. First it
/// is called with 0, 1, ..., n - 1, the data themselves, then with random orders; with strata, an
/// answer stays within its stratum. It returns a number, or a range of numbers: then there is a
/// result for each, with replicates that belong together at equal places.
///
/// Formula:    p = (1 + b) / (1 + replicates), b the replicates at least as large (greater) or at
///             most as large (less); two-sided twice the smaller of the two, at most 1. Replicate r
///             shuffles (Fisher and Yates) with random_stream(seed, r, random_purpose::permutation),
///             stratum by stratum in ascending order of their labels.
/// Assumes:    answers are exchangeable within their stratum under the hypothesis: equal
///             distributions, not only equal means, unless the statistic is studentised. Values
///             within 1e-12 of the observed one, relative to the larger or to the distance that
///             nine tenths of the replicates keep, tie with it. `statistic` may be called
///             concurrently where threads is not 1.
/// Not for:    two scores (score_permutation_test: exact, O(sqrt n)); clusters of answers, which
///             are not exchangeable one by one: permute one value for each cluster.
/// Degenerate: one row, or one in every stratum: p = 1.
/// Throws:     invalid_input, also for a statistic that is not finite (or beyond 1e150), naming the
///             first such replicate; undefined_result for no rows; whatever the statistic or the
///             callback throws.
/// Cost:       replicates times the cost of the statistic and of a shuffle: 6 to 8 ns a row. A
///             buffer of n row numbers a thread; labels are copied.
/// Source:     Good (2005), ISBN 9780387202792; Phipson and Smyth (2010),
///             doi:10.2202/1544-6115.1585 (the p value)
/// Checked:    tests/resample/permutation_test_test.cpp (every order enumerated; SciPy)
/// Example:    examples/resampling.cpp
template <order_statistic Statistic>
[[nodiscard]] auto permutation_test(std::size_t n, Statistic&& statistic,
                                    const permutation_options& options = {}) {
    auto results = detail::run_permutations(n, statistic, options);
    if constexpr (detail::single_output<
                      std::invoke_result_t<Statistic&, std::span<const std::size_t>>>) {
        return permutation_result(std::move(results.front()));
    } else {
        return results;
    }
}

} // namespace nps::inline v0
