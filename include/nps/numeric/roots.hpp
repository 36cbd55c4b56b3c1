// SPDX-License-Identifier: Apache-2.0
/// @file
/// Root of a continuous function of one variable inside a bracket, and the first whole number at
/// which a condition holds.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>

namespace nps::inline v0 {

/// When find_root stops: the bracket is narrower than relative * |root| + absolute.
///
/// Checked:    tests/numeric/roots_test.cpp
/// Example:    examples/numeric.cpp
struct root_tolerance {
    double relative = 4 * std::numeric_limits<double>::epsilon();
    double absolute = std::numeric_limits<double>::denorm_min();
};

/// A root of `f` between `lower` and `upper`, where it changes sign: inverse quadratic
/// interpolation where that is safe, bisection elsewhere (Chandrupatla).
///
/// Assumes:    f has no NaN; infinities are allowed. Where f jumps over zero, the place of the
///             jump is found.
/// Degenerate: an end where f is 0 is returned at once.
/// Throws:     invalid_input where f has one sign at both ends or is NaN, an end or the distance
///             between them is not finite, or a tolerance is negative.
/// Cost:       about 10 calls of f for a smooth one; never more than some 2,100.
/// Source:     Chandrupatla (1997), doi:10.1016/S0965-9978(96)00051-8
/// Checked:    tests/numeric/roots_test.cpp
/// Example:    examples/numeric.cpp
template <class F>
requires std::invocable<F&, double>
[[nodiscard]] double find_root(F&& f, double lower, double upper,
                               const root_tolerance& tolerance = {}) {
    constexpr std::string_view self = "find_root";
    detail::require(std::isfinite(lower), self, "lower", lower, "must be finite");
    detail::require(std::isfinite(upper), self, "upper", upper, "must be finite");
    detail::require(std::isfinite(upper - lower), self, "upper - lower", upper - lower,
                    "must be finite");
    detail::require(tolerance.relative >= 0, self, "relative", tolerance.relative,
                    "must not be negative");
    detail::require(tolerance.absolute >= 0, self, "absolute", tolerance.absolute,
                    "must not be negative");
    const auto value_at = [&](double x) {
        const double value = std::invoke(f, x);
        detail::require(!std::isnan(value), self, "f(x)", value, "must be a number");
        return value;
    };
    // The root lies between a, the newest point, and b; c is the point before.
    double a = lower;
    double b = upper;
    double f_a = value_at(a);
    double f_b = value_at(b);
    if (f_a == 0) {
        return a;
    }
    if (f_b == 0) {
        return b;
    }
    detail::require((f_a < 0) != (f_b < 0), self, "f(upper)", f_b,
                    "must differ in sign from f(lower)");
    double fraction = 0.5;
    // Interpolation that is slow is followed by bisection; the bound is met by bisection alone.
    constexpr int most_steps = 2100;
    for (int step = 0; step < most_steps; ++step) {
        const double x = a + fraction * (b - a);
        const double f_x = value_at(x);
        double c = a;
        double f_c = f_a;
        if ((f_x < 0) != (f_a < 0)) {
            c = b;
            f_c = f_b;
            b = a;
            f_b = f_a;
        }
        a = x;
        f_a = f_x;
        const double best = std::abs(f_a) < std::abs(f_b) ? a : b;
        const double allowed = tolerance.relative * std::abs(best) + tolerance.absolute;
        const double least = allowed / (2 * std::abs(b - a));
        if (f_a == 0 || !(least < 0.5)) {
            return f_a == 0 ? a : best;
        }
        const double xi = (a - b) / (c - b);
        const double phi = (f_a - f_b) / (f_c - f_b);
        if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
            fraction = f_a / (f_b - f_a) * f_c / (f_b - f_c) +
                       (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b);
        } else {
            fraction = 0.5;
        }
        // A point closer to an end than the tolerance would not shrink the bracket.
        fraction = fraction > least ? (std::min)(fraction, 1 - least) : least;
    }
    return std::abs(f_a) < std::abs(f_b) ? a : b;
}

/// The first whole number in [lowest, highest) at which `holds`, or `highest` where there is none:
/// from `guess` by steps that double, the first of them `step`, then by halves.
///
/// Assumes:    where it holds, it holds for every larger number.
/// Throws:     invalid_input for lowest above highest, either outside [-2^61, 2^61], or step < 1.
/// Cost:       2 log2(|answer - guess|) calls, a call or two where the guess is right.
/// Checked:    tests/numeric/roots_test.cpp
/// Example:    examples/numeric.cpp
template <class Holds>
requires std::predicate<Holds&, std::int64_t>
[[nodiscard]] std::int64_t find_first(Holds&& holds, std::int64_t lowest, std::int64_t highest,
                                      std::int64_t guess, std::int64_t step = 1) {
    constexpr std::string_view self = "find_first";
    constexpr std::int64_t most = std::int64_t{1} << 61;
    detail::require(lowest >= -most && lowest <= highest, self, "lowest", lowest,
                    "must be in [-2^61, highest]");
    detail::require(highest <= most, self, "highest", highest, "must be 2^61 or less");
    detail::require(step >= 1, self, "step", step, "must be 1 or more");
    if (lowest == highest) {
        return highest;
    }
    std::int64_t no = lowest - 1;
    std::int64_t yes = highest;
    std::int64_t at = std::clamp(guess, lowest, highest - 1);
    const bool start = std::invoke(holds, at);
    (start ? yes : no) = at;
    for (; step < yes - no; step *= 2) {
        at = start ? yes - step : no + step;
        const bool here = std::invoke(holds, at);
        (here ? yes : no) = at;
        if (here != start) {
            break;
        }
    }
    while (no < yes - 1) {
        at = no + (yes - no) / 2;
        (std::invoke(holds, at) ? yes : no) = at;
    }
    return yes;
}

} // namespace nps::inline v0
