// SPDX-License-Identifier: Apache-2.0
/// @file
/// Means and centred products of cross-products, alone or put together.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/linear_factor.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] inline linear_moments moments_of(const cross_products& xy,
                                               std::string_view function) {
    if (xy.n() == 0) {
        throw_undefined(function, "no complete row");
    }
    if (!(xy.weight() > 0)) {
        throw_undefined(function, "the weights sum to 0");
    }
    return {.n = xy.n(),
            .dropped = xy.dropped(),
            .weight = xy.weight(),
            .means = xy.means(),
            .centred = xy.centred()};
}

/// Those of several cross-products of the same items; parts without rows only add to `dropped`.
struct moments_by_part {
    std::vector<linear_moments> moments = {};
    std::vector<std::string> names = {};
};

[[nodiscard]] inline moments_by_part moments_of(std::span<const cross_products> parts,
                                                std::string_view argument,
                                                std::string_view function) {
    moments_by_part result;
    std::int64_t dropped = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i == 0) {
            result.names = parts[i].names();
        }
        require(parts[i].names() == result.names, function,
                std::string(argument) + "[" + std::to_string(i) + "].items()", parts[i].items(),
                "must have the items and names of the first, " +
                    std::to_string(result.names.size()));
        if (parts[i].n() > 0 && parts[i].weight() > 0) {
            result.moments.push_back(moments_of(parts[i], function));
        } else {
            dropped += parts[i].dropped();
        }
    }
    if (result.moments.empty()) {
        throw_undefined(function, "no complete row");
    }
    result.moments.front().dropped += dropped;
    return result;
}

/// a and b together (Chan, Golub, LeVeque).
inline void add_moments(linear_moments& a, const linear_moments& b) {
    if (a.n == 0) {
        a = b;
        return;
    }
    const double weight = a.weight + b.weight;
    const double share = b.weight / weight;
    for (Eigen::Index j = 0; j < a.means.size(); ++j) {
        const double apart = b.means[j] - a.means[j];
        for (Eigen::Index i = 0; i < a.means.size(); ++i) {
            a.centred(i, j) +=
                b.centred(i, j) + a.weight * share * apart * (b.means[i] - a.means[i]);
        }
    }
    for (Eigen::Index j = 0; j < a.means.size(); ++j) {
        a.means[j] += share * (b.means[j] - a.means[j]);
    }
    a.weight = weight;
    a.n += b.n;
    a.dropped += b.dropped;
}

[[nodiscard]] inline linear_moments pooled_moments(std::span<const linear_moments> parts) {
    linear_moments all;
    for (const linear_moments& part : parts) {
        add_moments(all, part);
    }
    return all;
}

} // namespace nps::inline v0::detail
