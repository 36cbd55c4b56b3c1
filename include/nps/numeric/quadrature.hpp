// SPDX-License-Identifier: Apache-2.0
/// @file
/// Integral of a function of one variable over a finite range, singular ends included.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <numbers>

namespace nps::inline v0 {

/// A point inside [lower, upper], with its distances from both ends to full relative precision:
/// what a function that is singular at an end has to be written in.
///
/// Checked:    tests/numeric/quadrature_test.cpp
/// Example:    examples/numeric.cpp
struct quadrature_point {
    double x = 0;
    double from_lower = 0;
    double to_upper = 0;
};

/// An integral and how far its last two approximations lay apart. For a function that the rule
/// suits, digits double with each halving, so `value` is far better than `last_change`; where
/// `last_change` is not small beside `value`, `value` has not settled.
///
/// Checked:    tests/numeric/quadrature_test.cpp
/// Example:    examples/numeric.cpp
struct quadrature_result {
    double value = 0;
    double last_change = 0;
};

/// The integral of `f(quadrature_point)` from `lower` to `upper` by the tanh-sinh rule, halving
/// its step until two results agree to 1e-9 of the integral of |f|, 8 times at most. For a smooth
/// function the last result is then right to about 1e-15 of the integral of |f|.
///
/// Assumes:    f is analytic inside; at the ends it may be singular, like x^-0.9 or milder: closer
///             to x^-1, what lies nearer to the end than doubles reach is lost (x^-0.99 from 0 to 1
///             gives 99.92 for 100), which `last_change` does not tell in full.
/// Not for:    a function with a kink or a narrow peak inside: cut the range there.
/// Degenerate: upper == lower gives 0.
/// Throws:     invalid_input for ends that are not finite, too far apart or not in order, or a
///             value of f that is not finite; undefined_result for an integral that no double holds.
/// Cost:       100-400 calls of f for a smooth one; about 13,000 at most, where results never
///             settle.
/// Source:     Takahasi and Mori (1974), doi:10.2977/prims/1195192451
/// Checked:    tests/numeric/quadrature_test.cpp
/// Example:    examples/numeric.cpp
template <class F>
requires std::invocable<F&, quadrature_point>
[[nodiscard]] quadrature_result integrate(F&& f, double lower, double upper) {
    constexpr std::string_view self = "integrate";
    detail::require(std::isfinite(lower), self, "lower", lower, "must be finite");
    detail::require(std::isfinite(upper), self, "upper", upper, "must be finite");
    detail::require(lower <= upper, self, "upper", upper, "must not be below lower");
    if (lower == upper) {
        return {};
    }
    const double width = upper - lower;
    detail::require(std::isfinite(width), self, "upper - lower", width, "must be finite");
    // x = lower + width / (1 + exp(-pi sinh t)), times its derivative in t.
    const auto term = [&](double t) {
        const double decay = std::exp(-std::numbers::pi * std::sinh(std::abs(t)));
        const double shorter = width * decay / (1 + decay);
        const double longer = width / (1 + decay);
        if (shorter < (std::numeric_limits<double>::min)()) {
            return 0.0;
        }
        const quadrature_point point = t < 0 ? quadrature_point{lower + shorter, shorter, longer}
                                             : quadrature_point{upper - shorter, longer, shorter};
        const double value = std::invoke(f, point);
        detail::require(std::isfinite(value), self, "f(x)", value, "must be finite");
        return value * shorter / (1 + decay) * std::numbers::pi * std::cosh(t);
    };
    // The coarse sum also shows where f matters.
    constexpr double ends = 6.25;
    double step = 0.25;
    double sum = 0;
    double sum_of_sizes = 0;
    double largest = 0;
    constexpr int coarse = 25;
    double terms[2 * coarse + 1];
    for (int k = -coarse; k <= coarse; ++k) {
        const double value = term(k * step);
        terms[k + coarse] = value;
        sum += value;
        sum_of_sizes += std::abs(value);
        largest = (std::max)(largest, std::abs(value));
    }
    static_assert(coarse * 0.25 == ends);
    int first = -coarse;
    int last = coarse;
    const double negligible = 1e-20 * largest;
    while (first < last && std::abs(terms[first + coarse]) <= negligible) {
        ++first;
    }
    while (first < last && std::abs(terms[last + coarse]) <= negligible) {
        --last;
    }
    const double from = (std::max)(first - 1, -coarse) * step;
    const double to = (std::min)(last + 1, coarse) * step;
    quadrature_result result{.value = sum * step, .last_change = std::abs(sum * step)};
    for (int halving = 0; halving < 8; ++halving) {
        const auto midpoints = static_cast<int>((to - from) / step + 0.5);
        for (int k = 0; k < midpoints; ++k) {
            const double value = term(from + (k + 0.5) * step);
            sum += value;
            sum_of_sizes += std::abs(value);
        }
        step /= 2;
        result = {.value = sum * step, .last_change = std::abs(sum * step - result.value)};
        if (result.last_change <= 1e-9 * (sum_of_sizes * step)) {
            break;
        }
    }
    if (!std::isfinite(result.value)) {
        detail::throw_undefined(self, "no double holds the result");
    }
    return result;
}

} // namespace nps::inline v0
