// SPDX-License-Identifier: Apache-2.0
/// @file
/// Pseudo R^2 of the logistic or proportional-odds models on subsets of the items.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/subset_fitter.hpp>
#include <nps/model/detail/subset_plan.hpp>
#include <nps/model/detail/subset_rows.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/numeric/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What takes the place of R^2 in a model that has none.
///
/// Checked:    tests/model/model_importance_test.cpp
/// Example:    examples/drivers.cpp
enum class pseudo_r_squared : std::uint8_t {
    mcfadden,   ///< 1 - log L / log L0
    nagelkerke, ///< (1 - (L0 / L)^(2/n)) / (1 - L0^(2/n))
    tjur ///< two classes alone: mean fitted probability of those in the upper less the others
};

namespace detail {

[[nodiscard]] constexpr std::string_view measure_name(pseudo_r_squared measure,
                                                      std::string_view function) {
    switch (measure) {
    case pseudo_r_squared::mcfadden:
        return "mcfadden";
    case pseudo_r_squared::nagelkerke:
        return "nagelkerke";
    case pseudo_r_squared::tjur:
        return "tjur";
    }
    throw_invalid(function, "measure", static_cast<int>(measure), "must be a named measure");
}

/// The items of a set of players, and the controls; ascending.
inline void subset_columns(const shapley_players& players, std::uint64_t set,
                           std::vector<std::size_t>& columns) {
    columns = players.controls;
    for (std::size_t player = 0; player < players.items.size(); ++player) {
        if ((set >> player & 1U) != 0) {
            columns.insert(columns.end(), players.items[player].begin(),
                           players.items[player].end());
        }
    }
    std::ranges::sort(columns);
}

/// A model of one survey, to be fitted to the subsets of a plan.
class subset_model {
public:
    subset_model(const model_rows& data, shapley_players players, pseudo_r_squared measure,
                 std::string_view function);
    subset_model(const subset_model&) = delete; // the fitters point to the rows
    subset_model& operator=(const subset_model&) = delete;

    [[nodiscard]] const shapley_players& players() const { return players_; }
    [[nodiscard]] const subset_rows& rows() const { return rows_; }

    /// Makes room for the fits of a plan, which must outlive them.
    void prepare(const subset_plan& plan, unsigned threads);
    /// The measure of the subset at a place, after that of its parent.
    double operator()(std::size_t place, std::size_t worker);

    /// Fits that ended as this; after prepare.
    [[nodiscard]] std::int64_t count(fit_status status) const {
        return std::ranges::count(status_, status);
    }
    /// Cut-points and coefficients of the standardised items.
    [[nodiscard]] std::span<const double> fitted(std::size_t place) const {
        const std::size_t size = subset_fitter::parameters(rows_);
        return std::span(parameters_).subspan(place * size, size);
    }
    [[nodiscard]] std::vector<excluded_item> constant_items(const model_rows& data) const {
        std::vector<excluded_item> result;
        for (std::size_t j = 0; j < rows_.columns; ++j) {
            if (!rows_.varies(j)) {
                result.push_back({data.names[j], exclusion::constant});
            }
        }
        return result;
    }

private:
    void start(std::size_t place, std::span<double> parameters) const;

    subset_rows rows_;
    shapley_players players_;
    pseudo_r_squared measure_;
    const subset_plan* plan_ = nullptr;
    std::vector<subset_fitter> fitters_;
    std::vector<std::vector<std::size_t>> columns_; // one for each worker
    std::vector<double> parameters_;                // of each place
    std::vector<fit_status> status_;
};

inline subset_model::subset_model(const model_rows& data, shapley_players players,
                                  pseudo_r_squared measure, std::string_view function)
    : players_(std::move(players)), measure_(measure) {
    if (data.outcome.size() == 0) {
        throw_undefined(function, "no complete rows");
    }
    rows_ = make_subset_rows(data);
    if (rows_.classes.size() < 2) {
        throw_undefined(function, "all outcomes are equal");
    }
    require(measure != pseudo_r_squared::tjur || rows_.classes.size() == 2, function, "measure",
            measure_name(measure, function), "needs an outcome of two classes");
}

inline void subset_model::prepare(const subset_plan& plan, unsigned threads) {
    plan_ = &plan;
    const std::size_t workers = worker_count(std::ssize(plan.sets), threads);
    fitters_.assign(workers, subset_fitter(rows_));
    columns_.resize(workers);
    parameters_.assign(plan.sets.size() * subset_fitter::parameters(rows_), 0);
    status_.assign(plan.sets.size(), fit_status::converged);
}

/// With a and b the two highest members: fit(S - a) + fit(S - b) - fit(S - a - b), where the plan
/// has them; else the parent's.
inline void subset_model::start(std::size_t place, std::span<double> parameters) const {
    const std::uint64_t set = plan_->sets[place];
    const std::span<const double> parent = fitted(plan_->parents[place]);
    std::ranges::copy(parent, parameters.begin());
    const std::uint64_t a = std::bit_floor(set);
    const std::uint64_t b = std::bit_floor(set ^ a);
    if (b == 0) {
        return;
    }
    const std::size_t places[] = {plan_->place(set ^ a), plan_->place(set ^ b),
                                  plan_->place(set ^ a ^ b)};
    if (plan_->sets[places[0]] != (set ^ a) || plan_->sets[places[1]] != (set ^ b) ||
        plan_->sets[places[2]] != (set ^ a ^ b)) {
        return;
    }
    for (std::size_t j = 0; j < parameters.size(); ++j) {
        parameters[j] = fitted(places[0])[j] + fitted(places[1])[j] - fitted(places[2])[j];
    }
    if (!std::is_sorted(parameters.begin(),
                        parameters.begin() + static_cast<std::ptrdiff_t>(rows_.cuts()))) {
        std::ranges::copy(parent, parameters.begin());
    }
}

inline double subset_model::operator()(std::size_t place, std::size_t worker) {
    const std::size_t size = subset_fitter::parameters(rows_);
    const std::span<double> parameters = std::span(parameters_).subspan(place * size, size);
    if (place == 0) {
        subset_fitter::null_model(rows_, parameters);
    } else {
        start(place, parameters);
    }
    subset_columns(players_, plan_->sets[place], columns_[worker]);
    const subset_fit fit = fitters_[worker].fit(columns_[worker], parameters);
    status_[place] = fit.status;
    const double null = rows_.null_log_likelihood;
    switch (measure_) {
    case pseudo_r_squared::mcfadden:
        return 1 - fit.log_likelihood / null;
    case pseudo_r_squared::nagelkerke:
        return std::expm1(2 * (null - fit.log_likelihood)) / std::expm1(2 * null);
    case pseudo_r_squared::tjur:
        break;
    }
    return fitters_[worker].tjur(parameters);
}

/// Rows and players from the options that all analyses over subsets of a model share.
template <class Items, class Outcome, class Options>
[[nodiscard]] model_rows
subset_model_rows(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                  const Options& options, bool binary, std::string_view function) {
    model_rows data = complete_rows(items, outcome, options, function);
    for (Eigen::Index i = 0; i < data.outcome.size(); ++i) {
        const double y = data.outcome[i];
        const std::string row =
            "outcome of row " + std::to_string(data.positions[static_cast<std::size_t>(i)]);
        if (binary) {
            require(y == 0 || y == 1, function, row, y, "must be 0 or 1");
        } else {
            require(y == std::floor(y) && std::abs(y) <= 1e9, function, row, y,
                    "must be a whole number");
        }
    }
    return data;
}

} // namespace detail
} // namespace nps::inline v0
