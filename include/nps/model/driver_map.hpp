// SPDX-License-Identifier: Apache-2.0
/// @file
/// The importance-performance map: how much a driver matters against how well it does, and whether
/// the data can tell on which side of the cross it lies.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Where a driver stands: any measure of importance, and its mean rating or top-box share.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_position {
    std::string name = {};
    double importance = 0;
    std::optional<interval> importance_interval = {};
    double performance = 0;
    std::optional<interval> performance_interval = {};
    /// Of importance minus the cross. Decides in place of importance_interval: an interval of the
    /// distance knows that the cross was estimated as well.
    std::optional<interval> importance_distance = {};
    /// Of performance minus the cross; decides in place of performance_interval.
    std::optional<interval> performance_distance = {};
};

/// Where the lines of the map cross.
enum class map_cross : std::uint8_t {
    means,   ///< at the means of the drivers
    medians, ///< at their medians
    given    ///< where the options say
};

/// The quarters of the map.
enum class map_quadrant : std::uint8_t {
    concentrate_here, ///< matters more, does worse
    keep_up,          ///< matters more, does better
    low_priority,     ///< matters less, does worse
    possible_overkill ///< matters less, does better
};

/// On which side of the cross an interval lies.
enum class map_side : std::uint8_t {
    below,     ///< wholly below
    undecided, ///< the cross lies inside, or there is no interval
    above      ///< wholly above
};

/// The name of a quadrant, the same word as in JSON.
///
/// Throws:     invalid_input.
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] constexpr std::string_view quadrant_name(map_quadrant quadrant) {
    switch (quadrant) {
    case map_quadrant::concentrate_here:
        return "concentrate_here";
    case map_quadrant::keep_up:
        return "keep_up";
    case map_quadrant::low_priority:
        return "low_priority";
    case map_quadrant::possible_overkill:
        return "possible_overkill";
    }
    detail::throw_invalid("quadrant_name", "quadrant", static_cast<int>(quadrant),
                          "must be a named quadrant");
}

/// Options of driver_map.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_map_options {
    map_cross cross = map_cross::means;
    /// With map_cross::given both are needed; else neither may be given.
    std::optional<double> importance_cross = {};
    std::optional<double> performance_cross = {};
};

/// A driver on the map.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct mapped_driver {
    std::string name = {};
    double importance = 0;
    double performance = 0;
    /// By the point; a point on a line counts as above it.
    map_quadrant quadrant = map_quadrant::low_priority;
    /// By the interval.
    map_side importance_side = map_side::undecided;
    map_side performance_side = map_side::undecided;
    /// Both intervals are clear of the cross, on the sides of the point.
    bool significant = false;
};

/// All drivers on the map, in the order given.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_map_result {
    double importance_cross = 0;
    double performance_cross = 0;
    std::vector<mapped_driver> drivers = {};
    /// The rule of the cross: means, medians or given.
    std::string_view method = {};
};

/// A mean rating and its distance from the mean of all drivers' means.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct rated_driver {
    std::string name = {};
    double mean = 0;
    nps::interval interval = {};
    double distance = 0;
    nps::interval distance_interval = {};
};

/// Options of driver_ratings.
///
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_ratings_options {
    double level = 0.95;
};

namespace detail {

[[nodiscard]] inline double map_median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half]
                                  : values[half - 1] + (values[half] - values[half - 1]) / 2;
}

[[nodiscard]] inline double map_line(const std::vector<double>& values, map_cross rule,
                                     const std::optional<double>& given, std::string_view argument,
                                     std::string_view function) {
    if (rule == map_cross::given) {
        if (!given) {
            throw_invalid(function, argument, "none", "must be given with map_cross::given");
        }
        require(std::isfinite(*given), function, argument, *given, "must be finite");
        return *given;
    }
    if (given) {
        throw_invalid(function, argument, *given, "is used with map_cross::given only");
    }
    if (rule == map_cross::medians) {
        return map_median(values);
    }
    double mean = 0;
    for (const double value : values) {
        mean += value / static_cast<double>(values.size());
    }
    return mean;
}

/// The distance decides where there is one, else the interval against the line.
[[nodiscard]] inline map_side map_side_of(const std::optional<interval>& position,
                                          const std::optional<interval>& distance, double line) {
    const std::optional<interval>& limits = distance ? distance : position;
    const double cross = distance ? 0 : line;
    return !limits                 ? map_side::undecided
           : limits->lower > cross ? map_side::above
           : limits->upper < cross ? map_side::below
                                   : map_side::undecided;
}

inline void require_map_interval(const std::optional<interval>& limits, std::string_view function,
                                 const std::string& argument) {
    if (limits) {
        require(limits->lower <= limits->upper, function, argument + ".lower", limits->lower,
                "must not be above the upper limit, " + to_text(limits->upper));
    }
}

} // namespace detail

/// Places drivers in the quarters of the importance-performance map, and says which of them the
/// intervals support.
///
/// Formula:    means: the lines cross at the means of the drivers' importances and performances;
///             medians: at their medians. A side is decided where the interval of a position (or of
///             its distance from the line, if given) lies wholly on it.
/// Scale:      any; all drivers on the same one on each axis.
/// Assumes:    intervals of the levels that the reader wants: with 95 % on both axes a driver is in
///             a false quadrant with at most 10 %; for a claim about p drivers at once make the
///             intervals at 1 - alpha / (2 p). Means and medians are estimates themselves, which
///             importance_interval and performance_interval ignore; the distances do not.
/// Not for:    showing that a change of the rating would change the score: importance is not cause.
/// Degenerate: without an interval a side stays undecided; one driver has no means and medians to
///             be compared with: undefined_result.
/// Throws:     invalid_input, which names the driver by its place, from 0; undefined_result.
/// Cost:       O(p log p).
/// Source:     Martilla, James (1977), doi:10.1177/002224297704100112
/// Checked:    tests/model/driver_map_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline driver_map_result driver_map(const std::vector<driver_position>& drivers,
                                                  const driver_map_options& options = {}) {
    constexpr std::string_view self = "driver_map";
    detail::require(options.cross == map_cross::means || options.cross == map_cross::medians ||
                        options.cross == map_cross::given,
                    self, "cross", static_cast<int>(options.cross),
                    "must be means, medians or given");
    std::vector<double> importances;
    std::vector<double> performances;
    for (std::size_t i = 0; i < drivers.size(); ++i) {
        const driver_position& driver = drivers[i];
        const std::string at = "drivers[" + detail::to_text(i) + "].";
        detail::require(std::isfinite(driver.importance), self, at + "importance",
                        driver.importance, "must be finite");
        detail::require(std::isfinite(driver.performance), self, at + "performance",
                        driver.performance, "must be finite");
        detail::require_map_interval(driver.importance_interval, self, at + "importance_interval");
        detail::require_map_interval(driver.performance_interval, self,
                                     at + "performance_interval");
        detail::require_map_interval(driver.importance_distance, self, at + "importance_distance");
        detail::require_map_interval(driver.performance_distance, self,
                                     at + "performance_distance");
        importances.push_back(driver.importance);
        performances.push_back(driver.performance);
    }
    if (drivers.empty()) {
        detail::throw_undefined(self, "no drivers");
    }
    if (drivers.size() == 1 && options.cross != map_cross::given) {
        detail::throw_undefined(self, "one driver has no others to be compared with");
    }
    driver_map_result result{
        .importance_cross = detail::map_line(importances, options.cross, options.importance_cross,
                                             "importance_cross", self),
        .performance_cross = detail::map_line(performances, options.cross,
                                              options.performance_cross, "performance_cross", self),
        .method = options.cross == map_cross::means     ? "means"
                  : options.cross == map_cross::medians ? "medians"
                                                        : "given"};
    for (const driver_position& driver : drivers) {
        const bool matters = driver.importance >= result.importance_cross;
        const bool does_well = driver.performance >= result.performance_cross;
        mapped_driver mapped{
            .name = driver.name,
            .importance = driver.importance,
            .performance = driver.performance,
            .quadrant =
                matters
                    ? (does_well ? map_quadrant::keep_up : map_quadrant::concentrate_here)
                    : (does_well ? map_quadrant::possible_overkill : map_quadrant::low_priority),
            .importance_side = detail::map_side_of(
                driver.importance_interval, driver.importance_distance, result.importance_cross),
            .performance_side =
                detail::map_side_of(driver.performance_interval, driver.performance_distance,
                                    result.performance_cross)};
        mapped.significant =
            mapped.importance_side == (matters ? map_side::above : map_side::below) &&
            mapped.performance_side == (does_well ? map_side::above : map_side::below);
        result.drivers.push_back(mapped);
    }
    return result;
}

/// Mean ratings of the drivers, and their distances from the mean of all of them, as driver_map
/// needs them: the ratings of one person go together, which the distances know. Of columns of 0 and
/// 1, whether a rating is in the top box, they are the top-box shares.
///
/// Formula:    distance d_j = m_j - (m_1 + ... + m_p) / p = c_j m; its variance
///             c_j S c_j' / (n (n - 1)), S the centred cross-products; limits -/+ t with n - 1
///             degrees of freedom, for m_j likewise.
/// Scale:      that of the ratings, not clipped.
/// Assumes:    a simple random sample, all ratings on one scale.
/// Not for:    sampling weights: cross-products do not keep what their variance needs.
/// Degenerate: equal ratings give the point; fewer than two rows: undefined_result.
/// Throws:     invalid_input, also for cross-products with sampling weights; undefined_result.
/// Cost:       O(p^2).
/// Source:     Student (1908), doi:10.1093/biomet/6.1.1
/// Checked:    tests/model/driver_map_test.cpp (R t.test)
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline std::vector<rated_driver>
driver_ratings(const cross_products& xy, const driver_ratings_options& options = {}) {
    constexpr std::string_view self = "driver_ratings";
    detail::require_level(options.level, self);
    if (xy.n() < 2) {
        detail::throw_undefined(self, "fewer than two rows");
    }
    const auto n = static_cast<double>(xy.n());
    detail::require(std::abs(xy.weight() - n) <= 1e-12 * n, self, "weight()", xy.weight(),
                    "must be n: sampling weights are not supported");
    const Eigen::Index p = xy.items();
    const Eigen::VectorXd means = xy.means();
    const Eigen::MatrixXd centred = xy.centred();
    const double t = student_t_upper_quantile((1 - options.level) / 2, n - 1);
    double mean = 0;
    double total = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        mean += means[j] / static_cast<double>(p);
        for (Eigen::Index i = 0; i < p; ++i) {
            total += centred(i, j);
        }
    }
    const auto around = [&](double value, double squares) {
        const double reach = t * std::sqrt((std::max)(0.0, squares) / n / (n - 1));
        return interval{.lower = value - reach,
                        .upper = value + reach,
                        .level = options.level,
                        .n = xy.n(),
                        .method = "student_t"};
    };
    std::vector<rated_driver> result;
    for (Eigen::Index j = 0; j < p; ++j) {
        double with_all = 0;
        for (Eigen::Index i = 0; i < p; ++i) {
            with_all += centred(i, j);
        }
        const auto size = static_cast<double>(p);
        const double squares = centred(j, j) - 2 * with_all / size + total / size / size;
        rated_driver driver{.name = xy.names()[static_cast<std::size_t>(j)], .mean = means[j]};
        driver.interval = around(driver.mean, centred(j, j));
        driver.distance = driver.mean - mean;
        driver.distance_interval = around(driver.distance, squares);
        result.push_back(driver);
    }
    return result;
}

} // namespace nps::inline v0
