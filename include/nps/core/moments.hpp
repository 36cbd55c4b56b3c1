// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every mean: how many, their mean, and their squared deviations from it.
#pragma once

#include <nps/core/error.hpp>

#include <cmath>
#include <cstdint>

namespace nps::inline v0 {

/// Size, mean and sum of squared deviations from the mean: all that the mean of ratings needs.
///
/// Formula:    merging a and b with delta = mean_b - mean_a, n = n_a + n_b:
///             mean = mean_a + delta n_b / n,  M = M_a + M_b + delta^2 n_a n_b / n
/// Assumes:    finite values. Sums of doubles round: two orders of merging agree to about 1e-15
///             relative, not to the last bit; moments made from a tally are exact up to one
///             rounding.
/// Degenerate: no values: mean 0, n 0; the variance of fewer than two values is undefined_result.
/// Throws:     invalid_input for a value that is not finite, and for members that no values have:
///             a mean of nothing, deviations of a single value; undefined_result.
/// Cost:       O(1) a value or a merge.
/// Source:     Chan, Golub, LeVeque (1983), doi:10.1080/00031305.1983.10483115
/// Checked:    tests/core/measures_test.cpp
/// Example:    examples/intervals.cpp
struct moments {
    std::int64_t count = 0;
    double mean = 0;
    double squared_deviations = 0;

    /// How many values.
    [[nodiscard]] constexpr std::int64_t n() const { return count; }

    /// Variance with divisor n - 1.
    [[nodiscard]] double variance() const;

    /// Standard deviation with divisor n - 1.
    [[nodiscard]] double standard_deviation() const { return std::sqrt(variance()); }

    void add(double value) {
        detail::require(std::isfinite(value), "moments::add", "value", value, "must be finite");
        *this += moments{.count = 1, .mean = value, .squared_deviations = 0};
    }

    moments& operator+=(const moments& other);

    friend moments operator+(moments a, const moments& b) { return a += b; }
    friend bool operator==(const moments&, const moments&) = default;
};

namespace detail {

inline void require_moments(const moments& m, std::string_view function) {
    require_count(m.count, function, "count");
    require(std::isfinite(m.mean), function, "mean", m.mean, "must be finite");
    require(m.count > 0 || m.mean == 0, function, "mean", m.mean, "must be 0 without values");
    require(m.squared_deviations >= 0 && std::isfinite(m.squared_deviations), function,
            "squared_deviations", m.squared_deviations, "must be finite and not negative");
    require(m.count > 1 || m.squared_deviations == 0, function, "squared_deviations",
            m.squared_deviations, "must be 0 for fewer than two values");
}

} // namespace detail

inline double moments::variance() const {
    detail::require_moments(*this, "moments::variance");
    if (count < 2) {
        detail::throw_undefined("moments::variance", "fewer than two values");
    }
    return squared_deviations / static_cast<double>(count - 1);
}

inline moments& moments::operator+=(const moments& other) {
    detail::require_moments(*this, "moments::operator+=");
    detail::require_moments(other, "moments::operator+=");
    detail::require_count(count + other.count, "moments::operator+=", "count");
    if (other.count == 0) {
        return *this;
    }
    if (count == 0) {
        return *this = other;
    }
    const double n_a = static_cast<double>(count);
    const double n_b = static_cast<double>(other.count);
    const double delta = other.mean - mean;
    const moments sum{.count = count + other.count,
                      .mean = mean + delta * (n_b / (n_a + n_b)),
                      .squared_deviations = squared_deviations + other.squared_deviations +
                                            delta * delta * (n_a * n_b / (n_a + n_b))};
    detail::require_moments(sum, "moments::operator+=");
    return *this = sum;
}

/// A mean as it stands in a published table; converts to moments.
///
/// Scale:      `standard_deviation` has divisor n - 1.
/// Throws:     invalid_input, on conversion: also for a deviation of fewer than two values.
/// Checked:    tests/core/measures_test.cpp
/// Example:    examples/intervals.cpp
struct published_mean {
    std::int64_t n = 0;
    double mean = 0;
    double standard_deviation = 0;

    operator moments() const { // NOLINT(google-explicit-constructor): it is the same summary
        detail::require_count(n, "published_mean", "n");
        detail::require(standard_deviation >= 0 && std::isfinite(standard_deviation),
                        "published_mean", "standard_deviation", standard_deviation,
                        "must be finite and not negative");
        detail::require(n > 1 || standard_deviation == 0, "published_mean", "standard_deviation",
                        standard_deviation, "must be 0 for fewer than two values");
        const double freedom = n > 1 ? static_cast<double>(n - 1) : 0.0;
        const moments result{.count = n,
                             .mean = mean,
                             .squared_deviations =
                                 freedom * standard_deviation * standard_deviation};
        detail::require_moments(result, "published_mean");
        return result;
    }
};

} // namespace nps::inline v0
