// SPDX-License-Identifier: Apache-2.0
/// @file
/// The intervals of an ideal bootstrap: of a statistic that is a whole number over `units`, whose
/// distribution has cdf, upper_tail, quantile and upper_quantile, as lattice_sum.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/detail/bca.hpp>
#include <nps/resample/detail/score_influence.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nps::inline v0::detail {

/// The whole number over `units` as the nearest double.
[[nodiscard]] inline double over(std::int64_t k, std::int64_t units) {
    return static_cast<double>(k) / static_cast<double>(units);
}

/// The largest k in [-range units - 1, range units] with k / units <= x, compared as doubles.
[[nodiscard]] inline std::int64_t largest_point(double x, std::int64_t units, int range,
                                                std::string_view function) {
    require(!std::isnan(x), function, "x", x, "must be a number");
    if (!(x >= -range)) {
        return -range * units - 1;
    }
    if (x >= range) {
        return range * units;
    }
    auto k = static_cast<std::int64_t>(std::floor(x * static_cast<double>(units)));
    // The product is rounded: x may be the double of the next point, or just below this one.
    while (over(k + 1, units) <= x) {
        ++k;
    }
    while (over(k, units) > x) {
        --k;
    }
    return k;
}

/// P(T* < t) and its complement; ties halved or counted above.
template <class Distribution>
[[nodiscard]] split_probability below_point(const Distribution& distribution, std::int64_t point,
                                            median_bias bias) {
    if (bias == median_bias::strict) {
        return {distribution.cdf(point - 1), distribution.upper_tail(point - 1)};
    }
    return {(distribution.cdf(point - 1) + distribution.cdf(point)) / 2,
            (distribution.upper_tail(point - 1) + distribution.upper_tail(point)) / 2};
}

/// By whichever tail is the smaller. A level of 0 or 1 has the least normal double as its tail: the
/// end of the range, or the first point with a probability that a double can hold.
template <class Distribution>
[[nodiscard]] std::int64_t point_at_level(const Distribution& distribution,
                                          const split_probability& p) {
    constexpr double least = (std::numeric_limits<double>::min)();
    return p.below <= p.above ? distribution.quantile((std::max)(p.below, least))
                              : distribution.upper_quantile((std::max)(p.above, least));
}

struct ideal_limits {
    double lower;
    double upper;
};

/// Which sample it is: the statistic of the data as a whole number, and its range [-range, range].
struct ideal_sample {
    std::int64_t point;
    std::int64_t units;
    int range;
    score_influence influence;
};

/// Of every method but studentised.
template <class Distribution>
[[nodiscard]] ideal_limits limits_of(const Distribution& distribution, const ideal_sample& sample,
                                     const bootstrap_interval_options& options) {
    const double tail = tail_probability(options.level, options.sides);
    const auto [value, standard_error, acceleration] = sample.influence;
    if (options.method == bootstrap_method::normal) {
        const double margin = normal_upper_quantile(tail) * standard_error;
        return {value - margin, value + margin};
    }
    std::int64_t lower = -sample.range * sample.units;
    std::int64_t upper = sample.range * sample.units;
    if (options.method == bootstrap_method::bca) {
        const bca_levels levels =
            bca_adjusted_levels(below_point(distribution, sample.point, options.bias), acceleration,
                                options.level, options.sides);
        lower = options.sides == bounds::upper ? lower : point_at_level(distribution, levels.lower);
        upper = options.sides == bounds::lower ? upper : point_at_level(distribution, levels.upper);
    } else {
        lower = distribution.quantile(tail);
        upper = distribution.upper_quantile(tail);
        if (options.method == bootstrap_method::basic) {
            const std::int64_t mirrored = 2 * sample.point - upper;
            upper = 2 * sample.point - lower;
            lower = mirrored;
        }
    }
    return {over(lower, sample.units), over(upper, sample.units)};
}

/// Refuses options that no ideal bootstrap knows; the name of the method.
[[nodiscard]] inline std::string_view require_options(const bootstrap_interval_options& options,
                                                      std::string_view function) {
    require_level(options.level, function);
    require_sides(options.sides, function);
    require(options.method != bootstrap_method::bca || options.bias == median_bias::mid_rank ||
                options.bias == median_bias::strict,
            function, "bias", static_cast<int>(options.bias), "must be mid_rank or strict");
    return method_name(options.method, function);
}

/// The limits within the range, on the sides that were asked for.
[[nodiscard]] inline interval within_range(const ideal_limits& limits, double range,
                                           const bootstrap_interval_options& options,
                                           std::int64_t n, std::string_view method) {
    const double lower = options.sides == bounds::upper ? -range : limits.lower;
    const double upper = options.sides == bounds::lower ? range : limits.upper;
    return {.lower = std::clamp(lower, -range, range),
            .upper = std::clamp(upper, -range, range),
            .level = options.level,
            .sides = options.sides,
            .n = n,
            .clipped = !(std::abs(lower) <= range && std::abs(upper) <= range),
            .method = method};
}

} // namespace nps::inline v0::detail
