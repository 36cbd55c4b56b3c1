// SPDX-License-Identifier: Apache-2.0
/// @file
/// Is a driver stronger in one segment than in another?
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/omnibus_result.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/segment_homogeneity.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The tests between segments.
enum class segment_method : std::uint8_t {
    welch, ///< a variance for each segment, its uncertainty allowed for in the tests of one driver
    wald,  ///< a variance for each segment, taken as known: chi-squared and normal
    pooled ///< one residual variance for all, as lm(y ~ x * segment)
};

/// Options of segment_differences.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct segment_differences_options {
    /// A name for each segment; empty: "segment 1", "segment 2" and so on.
    std::vector<std::string> segments = {};
    segment_method method = segment_method::welch;
    /// Over the drivers for their tests, over all pairs of all drivers for the pairs.
    multiplicity adjustment = multiplicity::holm;
    /// Of the interval of each difference, for itself.
    double level = 0.95;
};

/// What a driver is worth in one segment.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct segment_slope {
    /// 0-based.
    std::size_t segment = 0;
    nps::coefficient coefficient = {};
};

/// A driver in two segments: slope in a minus slope in b.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct slope_difference {
    /// 0-based segments.
    std::size_t a = 0;
    std::size_t b = 0;
    nps::comparison comparison = {};
    double adjusted_p_value = 1;
};

/// A driver in all segments.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_difference {
    std::string name = {};
    /// In the segments where the driver has a coefficient.
    std::vector<segment_slope> slopes = {};
    /// Whether its slopes are the same in these; nothing for a driver of one segment.
    std::optional<omnibus_result> test = {};
    double adjusted_p_value = 1;
    std::vector<slope_difference> pairs = {};
};

/// An item that a segment's fit left out.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct segment_exclusion {
    /// 0-based.
    std::size_t segment = 0;
    excluded_item item = {};
};

/// Drivers compared between segments.
///
/// Checked:    tests/model/segment_differences_test.cpp
/// Example:    examples/drivers_action.cpp
struct segment_differences_result {
    std::vector<std::string> segments = {};
    std::vector<driver_difference> drivers = {};
    /// Whether all slopes are the same, of the drivers that each segment has; nothing without such
    /// a driver or where a covariance is singular.
    std::optional<omnibus_result> slopes = {};
    /// Whether all slopes and the intercepts are the same: Chow's test of one model for all.
    std::optional<omnibus_result> chow = {};
    std::vector<segment_exclusion> excluded = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    std::string_view method = {};
    std::string_view adjustment = {};
};

namespace detail {

/// A fitted model with coefficients of named items, whatever its kind.
template <class Fit>
concept fit_with_coefficients = requires(const Fit& fit) {
    fit.coefficients.front().estimate;
    fit.coefficients.front().name;
    fit.covariance(0, 0);
    fit.excluded.front().name;
    fit.n;
    fit.dropped;
};

[[nodiscard]] inline std::string_view segment_method_name(segment_method method) {
    switch (method) {
    case segment_method::welch:
        return "welch";
    case segment_method::wald:
        return "wald";
    case segment_method::pooled:
        return "pooled";
    }
    throw_invalid("segment_differences", "method", static_cast<int>(method),
                  "must be welch, wald or pooled");
}

[[nodiscard]] inline std::vector<std::string> segment_names(const std::vector<std::string>& given,
                                                            std::size_t segments) {
    constexpr std::string_view self = "segment_differences";
    require(segments >= 2, self, "number of segments", segments, "must be at least 2");
    require(given.empty() || given.size() == segments, self, "segments.size()", given.size(),
            "must be the number of segments, or 0");
    for (std::size_t g = 0; g < given.size(); ++g) {
        const auto first = static_cast<std::size_t>(
            std::find(given.begin(), given.end(), given[g]) - given.begin());
        if (first < g) {
            throw_invalid(self, "segments[" + to_text(g) + "]", given[g],
                          "must be a name of its own, segments[" + to_text(first) + "] has it");
        }
    }
    std::vector<std::string> names = given;
    for (std::size_t g = names.size(); g < segments; ++g) {
        names.push_back("segment " + to_text(g + 1));
    }
    return names;
}

/// One residual variance for all: each covariance is that of its own fit, rescaled.
inline void pool_segments(std::vector<segment_part>& parts, const std::vector<double>& variances,
                          const std::vector<std::string>& segments) {
    double squares = 0;
    double freedom = 0;
    for (std::size_t g = 0; g < parts.size(); ++g) {
        if (!(variances[g] > 0)) {
            throw_undefined("segment_differences",
                            segments[g] + " has no residual variance to scale its errors");
        }
        squares += variances[g] * parts[g].degrees_of_freedom;
        freedom += parts[g].degrees_of_freedom;
    }
    for (std::size_t g = 0; g < parts.size(); ++g) {
        const double factor = squares / freedom / variances[g];
        Eigen::MatrixXd& covariance = parts[g].covariance;
        for (Eigen::Index j = 0; j < covariance.size(); ++j) {
            covariance.data()[j] *= factor;
        }
        parts[g].degrees_of_freedom = freedom;
    }
}

/// The test of a distance. `corrected`: by Welch, which stands for one coefficient.
[[nodiscard]] inline omnibus_result segment_test(const segment_distance& distance, bool corrected,
                                                 segment_method method,
                                                 const std::vector<segment_part>& parts) {
    const double df = distance.degrees_of_freedom;
    omnibus_result result{.statistic = distance.chi_squared, .degrees_of_freedom = df};
    if (method == segment_method::pooled) {
        result.statistic /= df;
        result.denominator_degrees_of_freedom = parts.front().degrees_of_freedom;
        result.method = "pooled";
    } else if (method == segment_method::welch && corrected && distance.uncertainty > 0) {
        const double a = distance.uncertainty;
        result.statistic /= df + 2 * a - 6 * a / (df + 2);
        result.denominator_degrees_of_freedom = df * (df + 2) / (3 * a);
        result.method = "welch";
    } else {
        result.method = "wald";
    }
    result.p_value =
        result.denominator_degrees_of_freedom
            ? f_upper_tail(result.statistic, df, *result.denominator_degrees_of_freedom)
            : chi_squared_upper_tail(result.statistic, df);
    return result;
}

[[nodiscard]] inline comparison slope_comparison(const segment_part& a, const segment_part& b,
                                                 const std::string& name,
                                                 const segment_differences_options& options) {
    const Eigen::Index at_a = a.find(name);
    const Eigen::Index at_b = b.find(name);
    const double v_a = a.covariance(at_a, at_a);
    const double v_b = b.covariance(at_b, at_b);
    comparison result{.difference = a.estimates[at_a] - b.estimates[at_b],
                      .standard_error = std::sqrt(v_a + v_b),
                      .n_a = a.n,
                      .n_b = b.n,
                      .method = segment_method_name(options.method)};
    if (options.method == segment_method::pooled) {
        result.degrees_of_freedom = a.degrees_of_freedom;
    } else if (options.method == segment_method::welch && std::isfinite(a.degrees_of_freedom) &&
               std::isfinite(b.degrees_of_freedom)) {
        const double share = v_a / (v_a + v_b);
        result.degrees_of_freedom = 1 / (share * share / a.degrees_of_freedom +
                                         (1 - share) * (1 - share) / b.degrees_of_freedom);
    }
    const auto& df = result.degrees_of_freedom;
    result.statistic = result.difference / result.standard_error;
    const double size = std::abs(result.statistic);
    result.p_value =
        (std::min)(1.0, 2 * (df ? student_t_upper_tail(size, *df) : normal_upper_tail(size)));
    const double tail = (1 - options.level) / 2;
    const double reach = result.standard_error *
                         (df ? student_t_upper_quantile(tail, *df) : normal_upper_quantile(tail));
    result.interval = {.lower = result.difference - reach,
                       .upper = result.difference + reach,
                       .level = options.level,
                       .n = a.n + b.n,
                       .method = result.method};
    return result;
}

/// Compares one driver over the segments that have it.
inline void compare_driver(driver_difference& driver, const std::vector<segment_part>& parts,
                           const std::vector<std::string>& segments,
                           const segment_differences_options& options) {
    std::vector<double> estimates;
    std::vector<double> variances;
    std::vector<double> freedom;
    std::int64_t n = 0;
    for (const segment_slope& slope : driver.slopes) {
        const segment_part& part = parts[slope.segment];
        const Eigen::Index at = part.find(driver.name);
        if (!(part.covariance(at, at) > 0)) {
            throw_undefined("segment_differences", segments[slope.segment] +
                                                       " fits without residuals: the slope of " +
                                                       driver.name + " has no variance");
        }
        estimates.push_back(part.estimates[at]);
        variances.push_back(part.covariance(at, at));
        freedom.push_back(part.degrees_of_freedom);
        n += part.n;
    }
    if (estimates.size() < 2) {
        return;
    }
    driver.test = segment_test(segment_distance_of(estimates, variances, freedom), true,
                               options.method, parts);
    driver.test->n = n;
    driver.test->groups = std::ssize(estimates);
    for (std::size_t i = 0; i < driver.slopes.size(); ++i) {
        for (std::size_t j = i + 1; j < driver.slopes.size(); ++j) {
            const std::size_t a = driver.slopes[i].segment;
            const std::size_t b = driver.slopes[j].segment;
            driver.pairs.push_back(
                {.a = a,
                 .b = b,
                 .comparison = slope_comparison(parts[a], parts[b], driver.name, options)});
        }
    }
}

inline void adjust_segment_tests(std::vector<driver_difference>& drivers, multiplicity adjustment) {
    std::vector<double> tests;
    std::vector<double> pairs;
    for (const driver_difference& driver : drivers) {
        if (driver.test) {
            tests.push_back(driver.test->p_value);
        }
        for (const slope_difference& pair : driver.pairs) {
            pairs.push_back(pair.comparison.p_value);
        }
    }
    tests = adjust_p_values(tests, adjustment);
    pairs = adjust_p_values(pairs, adjustment);
    std::size_t test = 0;
    std::size_t at = 0;
    for (driver_difference& driver : drivers) {
        if (driver.test) {
            driver.adjusted_p_value = tests[test++];
        }
        for (slope_difference& pair : driver.pairs) {
            pair.adjusted_p_value = pairs[at++];
        }
    }
}

[[nodiscard]] inline std::optional<omnibus_result>
segment_overall_test(const std::vector<segment_part>& parts, const std::vector<std::string>& names,
                     segment_method method, std::int64_t n) {
    if (names.empty()) {
        return std::nullopt;
    }
    const std::optional<segment_distance> distance = segment_distance_of(parts, names);
    if (!distance) {
        return std::nullopt;
    }
    omnibus_result result = segment_test(*distance, false, method, parts);
    result.n = n;
    result.groups = std::ssize(parts);
    return result;
}

} // namespace detail

/// Compares the drivers between segments from a fit of each segment: classical, robust or clustered
/// errors, as the fits have them.
///
/// Formula:    slopes b_g with variances v_g, w = 1 / v, W = sum w, m = sum w b / W,
///             Q = sum w (b - m)^2. wald: Q is chi-squared with G - 1 degrees of freedom.
///             welch: A = sum (1 - w / W)^2 / df, F = Q / (G - 1 + 2 A - 6 A / (G + 1)) with G - 1
///             and (G^2 - 1) / (3 A) degrees of freedom; two segments: Welch's t. pooled: the same
///             variance s^2 = sum RSS / sum df in each v, F = Q / (G - 1) with sum df. All slopes at
///             once (and with intercepts, Chow's test): the same Q with covariance matrices, wald
///             or pooled; welch takes wald there.
/// Scale:      differences on that of the slopes: score per point of rating.
/// Assumes:    different people in the segments. pooled: equal residual variances, which the -1, 0, 1
///             of two segments with different scores hardly have. wald, and the tests of all slopes
///             at once with welch: large segments.
/// Not for:    segments chosen by looking at the score; models on a logit scale, whose slopes also
///             differ where the unexplained part does.
/// Degenerate: a driver that one segment lacks is compared over the others; a segment that fits
///             without residuals (all answers alike) throws undefined_result, which names it.
/// Throws:     invalid_input, also for fewer than two segments, for two of one name, for pooled with
///             other than classical errors, for an item name that a fit has twice; undefined_result.
/// Cost:       O(G k^3 + G^2 k).
/// Source:     Chow (1960), doi:10.2307/1910133; Welch (1951), doi:10.1093/biomet/38.3-4.330
/// Checked:    tests/reference/segment_differences.csv (R anova of lm, vcovHC, waldtest)
/// Example:    examples/drivers_action.cpp
template <detail::fit_with_coefficients Fit>
[[nodiscard]] segment_differences_result
segment_differences(const std::vector<Fit>& fits, const segment_differences_options& options = {}) {
    constexpr std::string_view self = "segment_differences";
    detail::require_level(options.level, self);
    segment_differences_result result{.segments =
                                          detail::segment_names(options.segments, fits.size()),
                                      .method = detail::segment_method_name(options.method),
                                      .adjustment = detail::method_name(options.adjustment, self)};
    std::vector<detail::segment_part> parts;
    std::vector<double> variances;
    for (const Fit& fit : fits) {
        const std::size_t g = parts.size();
        // Models of ordered classes have cut-points before the coefficients.
        const Eigen::Index size = std::ssize(fit.coefficients);
        const Eigen::Index before = fit.covariance.rows() - size;
        detail::require(before == 0 || (before > 0 && requires { fit.cut_points; }), self,
                        "covariance.rows() of " + result.segments[g], fit.covariance.rows(),
                        "must be the number of coefficients");
        if constexpr (requires { fit.status; }) {
            if (fit.status != fit_status::converged) {
                detail::throw_undefined(self, "the fit of " + result.segments[g] +
                                                  " has not converged: its errors mean nothing");
            }
        }
        detail::segment_part part{.n = fit.n};
        part.covariance.resize(size, size);
        for (Eigen::Index j = 0; j < size; ++j) {
            for (Eigen::Index i = 0; i < size; ++i) {
                part.covariance(i, j) = fit.covariance(before + i, before + j);
            }
        }
        part.estimates.resize(size);
        for (const coefficient& c : fit.coefficients) {
            detail::require(part.find(c.name) < 0, self, "item name of " + result.segments[g],
                            c.name, "must be there once");
            detail::require(std::isfinite(c.estimate), self,
                            "estimate of " + c.name + " in " + result.segments[g], c.estimate,
                            "must be finite");
            part.estimates[std::ssize(part.names)] = c.estimate;
            part.names.push_back(c.name);
            if (c.name != "(intercept)") {
                auto driver = std::find_if(result.drivers.begin(), result.drivers.end(),
                                           [&](const auto& d) { return d.name == c.name; });
                if (driver == result.drivers.end()) {
                    driver = result.drivers.insert(driver, {.name = c.name});
                }
                driver->slopes.push_back({.segment = g, .coefficient = c});
            }
        }
        if constexpr (requires { fit.residual_variance; }) {
            part.degrees_of_freedom = fit.degrees_of_freedom;
            detail::require(part.degrees_of_freedom > 0, self,
                            "degrees_of_freedom of " + result.segments[g], part.degrees_of_freedom,
                            "must be positive");
        }
        if (options.method == segment_method::pooled) {
            if constexpr (requires { fit.residual_variance; }) {
                detail::require(fit.method == "classical", self, "method of " + result.segments[g],
                                fit.method, "must be classical for pooled");
                variances.push_back(fit.residual_variance);
            } else {
                detail::throw_invalid(self, "method", result.method, "needs linear fits");
            }
        }
        for (const excluded_item& item : fit.excluded) {
            result.excluded.push_back({.segment = g, .item = item});
        }
        result.n += fit.n;
        result.dropped += fit.dropped;
        parts.push_back(part);
    }
    if (options.method == segment_method::pooled) {
        detail::pool_segments(parts, variances, result.segments);
    }
    std::vector<std::string> common;
    for (driver_difference& driver : result.drivers) {
        detail::compare_driver(driver, parts, result.segments, options);
        if (driver.slopes.size() == fits.size()) {
            common.push_back(driver.name);
        }
    }
    detail::adjust_segment_tests(result.drivers, options.adjustment);
    result.slopes = detail::segment_overall_test(parts, common, options.method, result.n);
    if (std::all_of(parts.begin(), parts.end(),
                    [](const auto& part) { return part.find("(intercept)") >= 0; })) {
        common.insert(common.begin(), "(intercept)");
        result.chow = detail::segment_overall_test(parts, common, options.method, result.n);
    }
    return result;
}

/// The same from the cross-products of each segment, with classical errors: no row is needed.
///
/// Throws:     invalid_input, undefined_result; as least_squares and segment_differences of fits.
/// Cost:       O(G k^3 + G^2 k), whatever n is.
/// Checked:    tests/reference/segment_differences.csv (R anova of lm, waldtest)
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline segment_differences_result
segment_differences(const std::vector<cross_products>& segments,
                    const segment_differences_options& options = {}) {
    static_cast<void>(detail::segment_names(options.segments, segments.size()));
    std::vector<linear_fit> fits;
    for (const cross_products& xy : segments) {
        fits.push_back(least_squares(xy, {.level = options.level}));
    }
    return segment_differences(fits, options);
}

} // namespace nps::inline v0
