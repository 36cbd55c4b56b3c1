// SPDX-License-Identifier: Apache-2.0
/// @file
/// From names of items, groups and controls to who plays; checks of correlations.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/linear_importance.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/shapley_workspace.hpp>
#include <nps/model/detail/tridiagonal_eigen.hpp>
#include <nps/model/importance_method.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

[[nodiscard]] constexpr std::string_view method_name(importance_method method) {
    switch (method) {
    case importance_method::shapley:
        return "shapley";
    case importance_method::johnson:
        return "johnson";
    case importance_method::first:
        return "first";
    case importance_method::last:
        return "last";
    case importance_method::pratt:
        return "pratt";
    case importance_method::standardized_coefficient:
        return "standardized_coefficient";
    case importance_method::car:
        return "car";
    }
    return "";
}

/// Who plays, and under which names.
struct importance_drivers {
    std::vector<std::string> names = {};
    shapley_players players = {};
};

/// Drivers in the order of their (first) items.
[[nodiscard]] inline importance_drivers find_drivers(const std::vector<std::string>& names,
                                                     const importance_options& options,
                                                     std::string_view self) {
    require(!method_name(options.method).empty(), self, "method", static_cast<int>(options.method),
            "must be one of importance_method");
    const bool drawn = options.permutations != 0;
    require(!drawn || (options.permutations >= 4 && options.permutations < std::int64_t{1} << 33),
            self, "permutations", options.permutations, "must be 0, or in [4, 2^33)");
    require(!drawn || options.method == importance_method::shapley, self, "permutations",
            options.permutations, "must be 0 for a method other than shapley");

    constexpr std::size_t none = (std::numeric_limits<std::size_t>::max)();
    constexpr std::size_t control = none - 1;
    std::vector<std::size_t> place(names.size(), none); // the group of each item
    const auto put = [&](const std::string& argument, const std::string& name, std::size_t where) {
        const auto found = std::find(names.begin(), names.end(), name);
        require(found != names.end(), self, argument, name, "must be the name of an item");
        require(std::find(found + 1, names.end(), name) == names.end(), self, argument, name,
                "must be the name of one item alone");
        std::size_t& at = place[static_cast<std::size_t>(found - names.begin())];
        require(at == none, self, argument, name, "must be in one group or in the controls, once");
        at = where;
    };
    for (std::size_t j = 0; j < options.controls.size(); ++j) {
        put("controls[" + std::to_string(j) + "]", options.controls[j], control);
    }
    for (std::size_t g = 0; g < options.groups.size(); ++g) {
        const item_group& group = options.groups[g];
        const std::string argument = "groups[" + std::to_string(g) + "]";
        require(!group.items.empty(), self, argument + ".items.size()", group.items.size(),
                "must be above 0");
        require(group.items.size() == 1 ||
                    options.method != importance_method::standardized_coefficient,
                self, argument + ".items.size()", group.items.size(),
                "must be 1 for standardized_coefficient: coefficients of a group do not add up");
        for (std::size_t j = 0; j < group.items.size(); ++j) {
            put(argument + ".items[" + std::to_string(j) + "]", group.items[j], g);
        }
    }

    importance_drivers drivers;
    drivers.players.variables = names.size() + 1;
    std::vector<std::size_t> driver(options.groups.size(), none);
    for (std::size_t j = 0; j < names.size(); ++j) {
        if (place[j] == control) {
            drivers.players.controls.push_back(j);
        } else if (place[j] != none && driver[place[j]] != none) {
            drivers.players.items[driver[place[j]]].push_back(j);
        } else {
            if (place[j] != none) {
                driver[place[j]] = drivers.names.size();
            }
            drivers.names.push_back(place[j] == none ? names[j] : options.groups[place[j]].name);
            drivers.players.items.push_back({j});
        }
    }
    return drivers;
}

/// Correlations of cross-products. A variable whose standard deviation is within rounding of its
/// mean does not vary.
[[nodiscard]] inline Eigen::MatrixXd correlations_of(Eigen::MatrixXd centred,
                                                     const Eigen::VectorXd& means, double weight) {
    for (Eigen::Index j = 0; j < centred.rows(); ++j) {
        const double rounding = 1e-14 * means[j];
        if (!(centred(j, j) / weight > rounding * rounding)) {
            centred(j, j) = 0;
        }
    }
    Eigen::MatrixXd result;
    importance_correlations(centred, result);
    return result;
}

/// Constant items, and those in the span of the controls.
[[nodiscard]] inline std::vector<excluded_item>
worthless_items(const Eigen::MatrixXd& correlations, const shapley_players& players,
                const std::vector<std::string>& names) {
    Eigen::MatrixXd partial = correlations;
    std::vector<bool> spanned(names.size(), false);
    for (const std::size_t item : players.controls) {
        const auto j = static_cast<Eigen::Index>(item);
        spanned[item] = !(partial(j, j) > collinear_tolerance);
        importance_take(partial, j);
    }
    for (const auto& items : players.items) {
        for (const std::size_t item : items) {
            const auto j = static_cast<Eigen::Index>(item);
            spanned[item] = !(partial(j, j) > collinear_tolerance);
        }
    }
    std::vector<excluded_item> result;
    for (std::size_t item = 0; item < names.size(); ++item) {
        const auto j = static_cast<Eigen::Index>(item);
        if (!(correlations(j, j) > 0)) {
            result.push_back({names[item], exclusion::constant});
        } else if (spanned[item]) {
            result.push_back({names[item], exclusion::collinear});
        }
    }
    return result;
}

inline void require_correlations(const Eigen::MatrixXd& r, std::string_view self) {
    require(r.rows() >= 1, self, "values.rows()", r.rows(), "must be above 0");
    require(r.cols() == r.rows(), self, "values.cols()", r.cols(),
            "must be the number of rows, " + std::to_string(r.rows()));
    for (Eigen::Index i = 0; i < r.rows(); ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            const std::string at = "values(" + std::to_string(i) + ", " + std::to_string(j) + ")";
            if (i == j) {
                require(std::abs(r(i, i) - 1) <= 1e-12, self, at, r(i, i), "must be 1");
            } else {
                require(std::abs(r(i, j)) <= 1 + 1e-12, self, at, r(i, j), "must be in [-1, 1]");
                require(std::abs(r(i, j) - r(j, i)) <= 1e-12, self, at, r(i, j),
                        "must equal its mirror image, " + to_text(r(j, i)));
            }
        }
    }
    tridiagonal_eigen solver;
    solver.compute(r);
    const double least = *std::min_element(solver.values().begin(), solver.values().end());
    require(least >= -1e-10, self, "smallest eigenvalue of values", least,
            "must not be below 0: these are not correlations of the same rows");
}

} // namespace nps::inline v0::detail
