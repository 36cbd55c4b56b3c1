// SPDX-License-Identifier: Apache-2.0
/// @file
/// A quantile of a posterior that is known by its tails.
#pragma once

#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>

namespace nps::inline v0::detail {

/// The x in [-end, end] with tail(x, upper) = p, for a distribution with this mean and standard
/// deviation; tail(x, true) is P(X > x), tail(x, false) P(X <= x).
template <class Tail>
[[nodiscard]] double posterior_quantile(Tail tail, double mean, double sd, double end, double p,
                                        bool upper) {
    if (p > 0.5) {
        return posterior_quantile(tail, mean, sd, end, 1 - p, !upper);
    }
    const double direction = upper ? 1 : -1;
    // Grows with x for a lower tail, falls for an upper one.
    const auto excess = [&](double x) { return std::log(tail(x, upper) / p); };
    double inner = std::clamp(mean + direction * normal_upper_quantile(p) * sd, -end, end);
    double outer = inner;
    double step = 0.25 * sd;
    if (excess(inner) > 0) {
        while (outer != direction * end && excess(outer) > 0) {
            inner = outer;
            outer = std::clamp(outer + direction * step, -end, end);
            step *= 2;
        }
    } else {
        while (inner != -direction * end && !(excess(inner) > 0)) {
            outer = inner;
            inner = std::clamp(inner - direction * step, -end, end);
            step *= 2;
        }
    }
    return inner == outer ? inner : find_root(excess, inner, outer, {.absolute = 1e-15 * sd});
}

} // namespace nps::inline v0::detail
