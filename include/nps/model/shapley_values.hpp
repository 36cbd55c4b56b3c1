// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shapley values of any measure of subsets: your own measure of fit, of profit, of anything.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/subset_increments.hpp>
#include <nps/model/detail/subset_plan.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nps::inline v0 {

/// Options of shapley_values.
///
/// Checked:    tests/model/shapley_values_test.cpp
/// Example:    examples/drivers.cpp
struct shapley_options {
    /// How many orders of entry to draw, each second one being the reverse of the one before. 0: all
    /// subsets for up to 20 drivers, and 10,000 drawn orders beyond.
    std::int64_t permutations = 0;
    /// Of the drawn orders.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// What each driver is worth.
///
/// Checked:    tests/model/shapley_values_test.cpp
/// Example:    examples/drivers.cpp
struct shapley_result {
    /// They sum to full - empty.
    std::vector<double> value = {};
    /// Of each value, where orders of entry were drawn; else empty.
    std::vector<double> standard_error = {};
    /// The measure without any driver, and with all of them.
    double empty = 0;
    double full = 0;
    /// How many subsets were measured.
    std::int64_t subsets = 0;
    /// Orders of entry drawn; 0 where the values are exact.
    std::int64_t permutations = 0;
    /// "exact" or "permutations".
    std::string_view method = {};
};

/// A measure of a subset: called with a bit mask (bit i: driver i is in), it returns a number.
template <class T>
concept subset_measure = std::invocable<T&, std::uint64_t> &&
                         std::convertible_to < std::invoke_result_t<T&, std::uint64_t>,
double > ;

namespace detail {

/// Most drivers of a table of all subsets, and of a bit mask.
inline constexpr std::size_t most_table_drivers = 20;
inline constexpr std::size_t most_drivers = 63;

/// How many pairs of orders to draw; 0: all subsets.
[[nodiscard]] inline std::size_t subset_pairs(std::size_t drivers, std::int64_t permutations,
                                              std::size_t most_exact,
                                              std::int64_t permutations_beyond,
                                              std::string_view function) {
    require(drivers <= most_drivers, function, "drivers", drivers, "must be at most 63");
    require(permutations == 0 || (permutations >= 4 && permutations < std::int64_t{1} << 33),
            function, "permutations", permutations, "must be 0, or in [4, 2^33)");
    if (permutations == 0 && drivers > most_exact) {
        permutations = permutations_beyond;
    }
    return static_cast<std::size_t>((permutations + 1) / 2);
}

/// Shapley values of a measure that is called with the place of a subset in the plan. `fit` is
/// made from the plan, when this is known. 0 pairs: all subsets.
template <class MakeFit>
[[nodiscard]] shapley_result subset_shapley(std::size_t drivers, std::size_t pairs,
                                            const shapley_options& options, MakeFit&& make_fit) {
    const bool exact = pairs == 0;
    const std::vector<std::vector<std::uint8_t>> orders =
        antithetic_orders(drivers, pairs, options.seed);
    const subset_plan plan = exact ? all_subsets(drivers) : subsets_of_orders(orders, drivers);
    const std::vector<double> values = subset_values(plan, options.threads, make_fit(plan));
    shapley_result result{.empty = values.front(),
                          .full = values.back(),
                          .subsets = std::ssize(values),
                          .permutations = std::ssize(orders),
                          .method = exact ? "exact" : "permutations"};
    if (exact) {
        const std::vector<double> means =
            subset_mean_increments(values_by_mask(plan, values), drivers);
        for (std::size_t i = 0; i < drivers; ++i) {
            const auto row = std::span(means).subspan(i * drivers, drivers);
            result.value.push_back(std::accumulate(row.begin(), row.end(), 0.0) /
                                   static_cast<double>(drivers));
        }
    } else {
        auto [value, standard_error] = subset_means_of_orders(orders, plan, values, drivers);
        result.value = std::move(value);
        result.standard_error = std::move(standard_error);
    }
    return result;
}

/// A measure of the user's, called with masks; a value that is not finite is refused.
template <class Measure>
[[nodiscard]] auto checked_subset_measure(Measure& measure, std::string_view function) {
    return [&measure, function](const subset_plan& plan) {
        return [&measure, &plan, function](std::size_t place, std::size_t) {
            const auto value = static_cast<double>(measure(plan.sets[place]));
            require(std::isfinite(value), function,
                    "measure(" + std::to_string(plan.sets[place]) + ")", value, "must be finite");
            return value;
        };
    };
}

} // namespace detail

/// Shapley values of `drivers` drivers: what each adds to the measure, averaged over all orders of
/// entry.
///
/// Formula:    mean over sizes s of the mean over subsets S of s others of v(S + i) - v(S); by
///             sampling: mean over orders of v(those before i, and i) - v(those before i), each
///             order drawn together with its reverse, the standard error from those pairs.
/// Scale:      that of the measure; the values sum to full - empty. Values may be negative where
///             the measure can fall when a driver comes in.
/// Assumes:    `measure` gives one value for one subset, and may be called concurrently where
///             threads is not 1. It is called once for each subset.
/// Degenerate: no drivers: no values; a driver that never adds anything has 0; two drivers of
///             equal worth everywhere have equal values.
/// Throws:     invalid_input: more than 63 drivers, bad permutations, a measure that is not finite,
///             naming the subset; whatever the measure throws.
/// Cost:       2^p calls (exact), or up to permutations (p - 1) of them; 24 bytes a subset.
/// Source:     Shapley (1953), doi:10.1515/9781400881970-018; Castro, Gomez, Tejada (2009),
///             doi:10.1016/j.cor.2008.04.004; Mitchell, Cooper, Frank, Holmes (2022),
///             jmlr.org/papers/v23/21-0439.html (antithetic orders)
/// Checked:    tests/model/shapley_values_test.cpp
/// Example:    examples/drivers.cpp
template <subset_measure Measure>
[[nodiscard]] shapley_result shapley_values(std::size_t drivers, Measure&& measure,
                                            const shapley_options& options = {}) {
    constexpr std::string_view self = "shapley_values";
    const std::size_t pairs = detail::subset_pairs(drivers, options.permutations,
                                                   detail::most_table_drivers, 10'000, self);
    return detail::subset_shapley(drivers, pairs, options,
                                  detail::checked_subset_measure(measure, self));
}

} // namespace nps::inline v0
