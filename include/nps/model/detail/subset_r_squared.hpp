// SPDX-License-Identifier: Apache-2.0
/// @file
/// R^2 of the linear model of each subset of the items.
#pragma once

#include <nps/model/detail/shapley_elimination.hpp>

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// R^2 of each subset of the items; bit j of the index says whether item j is in.
///
/// Assumes:    `items` of at most 20; `correlations` of items + 1 rows, the outcome last.
inline std::vector<double> all_subset_r_squared(std::span<const double> correlations,
                                                std::size_t items) {
    std::vector<double> result(std::size_t{1} << items, 0.0);
    // From the last item down, so that what is written lies side by side. States are packed as
    // those of the lanes, one wide, with the items in falling order.
    std::vector<std::vector<double>> states(items + 1);
    for (std::size_t j = 0; j <= items; ++j) {
        states[j].resize(shapley_state_size(j) / shapley_lanes);
    }
    double* out = states[items].data();
    for (std::size_t i = items; i-- > 0;) {
        for (std::size_t k = i + 1; k-- > 0;) {
            *out++ = correlations[i * (items + 1) + k];
        }
        *out++ = correlations[i * (items + 1) + items];
    }
    const auto walk = [&states, &result](auto& self, const double* state, std::size_t left,
                                         std::size_t set, double r_squared) -> void {
        if (left == 0) {
            result[set] = r_squared;
            return;
        }
        const double* in = state + left + 1;
        self(self, in, left - 1, set, r_squared);
        const double inverse =
            shapley_inverse(state[0], collinear_tolerance, std::numeric_limits<double>::infinity());
        double* next = states[left - 1].data();
        for (std::size_t i = 1; i < left; ++i) {
            const double factor = state[i] * inverse;
            for (std::size_t k = i; k <= left; ++k) {
                *next++ = *in++ - factor * state[k];
            }
        }
        self(self, states[left - 1].data(), left - 1, set | std::size_t{1} << (left - 1),
             r_squared + state[left] * state[left] * inverse);
    };
    walk(walk, states[items].data(), items, 0, 0);
    return result;
}

} // namespace nps::inline v0::detail
