// SPDX-License-Identifier: Apache-2.0
/// @file
/// The adjusted levels of a BCa interval, shared by every bootstrap of this floor.
#pragma once

#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace nps::inline v0::detail {

/// A probability and its complement, each computed on its own, so that neither tail cancels.
struct split_probability {
    double below = 0;
    double above = 1;
};

/// Which quantiles of the replicates are the BCa limits; {0, 1} or {1, 0} for a side not asked for.
struct bca_levels {
    split_probability lower;
    split_probability upper{1, 0};
};

/// Skewness / 6 of influence (or jackknife) values that have mean zero: sum l^3 / (6 (sum
/// l^2)^1.5), each sum divided by what the design asks for. Values that are all equal have no
/// skewness: 0.
[[nodiscard]] inline double acceleration_from_sums(double squares, double cubes) {
    return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0.0;
}

/// The same from the values. Scaled by the largest first, so that no power leaves the range.
[[nodiscard]] inline double acceleration(std::span<const double> influence) {
    double largest = 0;
    for (const double l : influence) {
        largest = (std::max)(largest, std::abs(l));
    }
    if (!(largest > 0)) {
        return 0;
    }
    double squares = 0;
    double cubes = 0;
    for (const double l : influence) {
        const double scaled = l / largest;
        squares += scaled * scaled;
        cubes += scaled * scaled * scaled;
    }
    return acceleration_from_sums(squares, cubes);
}

/// z0 from P(T* < t) (ties halved or not), by whichever tail is the smaller; infinite at 0 and 1.
[[nodiscard]] inline double median_bias_z(split_probability p0) {
    if (!(p0.below > 0)) {
        return -std::numeric_limits<double>::infinity();
    }
    if (!(p0.above > 0)) {
        return std::numeric_limits<double>::infinity();
    }
    return p0.below <= p0.above ? normal_quantile(p0.below) : normal_upper_quantile(p0.above);
}

/// Phi(z0 + (z0 + z) / (1 - a (z0 + z))) and its complement.
///
/// At and beyond the pole a (z0 + z) = 1 the formula would come back from the other side; the value
/// kept is its limit at the pole, 0 or 1, so that levels never cross. An infinite z0 (all
/// replicates on one side of the estimate) likewise gives its limit: 0 for -infinity, 1 for
/// +infinity.
[[nodiscard]] inline split_probability bca_level(double z0, double a, double z) {
    const double w = z0 + z;
    const double scale = 1 - a * w;
    double adjusted = z0;
    if (std::isfinite(z0)) {
        adjusted =
            scale > 0 ? z0 + w / scale : std::copysign(std::numeric_limits<double>::infinity(), w);
    }
    return {normal_cdf(adjusted), normal_upper_tail(adjusted)};
}

/// The adjusted levels of a BCa interval. The caller has checked `level`; a finite `a`.
[[nodiscard]] inline bca_levels bca_adjusted_levels(split_probability p0, double a, double level,
                                                    bounds sides) {
    const double z0 = median_bias_z(p0);
    const double z = normal_critical_value(level, sides);
    bca_levels levels;
    if (sides != bounds::upper) {
        levels.lower = bca_level(z0, a, -z);
    }
    if (sides != bounds::lower) {
        levels.upper = bca_level(z0, a, z);
    }
    return levels;
}

} // namespace nps::inline v0::detail
