// SPDX-License-Identifier: Apache-2.0
/// @file
/// Points and weights of Gauss and Legendre: what an integral equation is solved on.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace nps::inline v0::detail {

struct legendre_rule {
    std::vector<double> points = {};
    std::vector<double> weights = {};
};

/// Of `size` points in (lower, upper): the zeros of the Legendre polynomial by Newton's steps.
[[nodiscard]] inline legendre_rule gauss_legendre(std::size_t size, double lower, double upper) {
    legendre_rule rule{.points = std::vector<double>(size), .weights = std::vector<double>(size)};
    const auto n = static_cast<double>(size);
    const double centre = (lower + upper) / 2;
    const double half = (upper - lower) / 2;
    for (std::size_t i = 0; i < (size + 1) / 2; ++i) {
        double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
        double slope = 1;
        for (int round = 0; round < 10; ++round) {
            double before = 1;
            double now = x;
            for (double k = 2; k <= n; ++k) {
                const double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
                before = now;
                now = next;
            }
            slope = n * (x * now - before) / (x * x - 1);
            const double change = now / slope;
            x -= change;
            if (std::abs(change) < 1e-16) {
                break;
            }
        }
        const double weight = 2 / ((1 - x * x) * slope * slope);
        rule.points[i] = centre - half * x;
        rule.points[size - 1 - i] = centre + half * x;
        rule.weights[i] = half * weight;
        rule.weights[size - 1 - i] = half * weight;
    }
    return rule;
}

} // namespace nps::inline v0::detail
