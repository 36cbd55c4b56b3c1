// SPDX-License-Identifier: Apache-2.0
/// @file
/// Dominance analysis: which driver is worth more than which, in every subset of the others, on the
/// average of each size, or on the whole.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/importance_drivers.hpp>
#include <nps/model/detail/subset_increments.hpp>
#include <nps/model/detail/subset_plan.hpp>
#include <nps/model/detail/subset_r_squared.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/shapley_values.hpp>
#include <nps/numeric/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// How one driver stands to another.
///
/// Checked:    tests/model/dominance_test.cpp
/// Example:    examples/drivers.cpp
enum class dominance_relation : std::uint8_t {
    neither,   ///< now the one adds more, now the other
    dominates, ///< never adds less than the other, and somewhere more
    dominated, ///< the other way round
    equal      ///< both add the same everywhere
};

/// The strictest sense in which one driver dominates another.
///
/// Checked:    tests/model/dominance_test.cpp
/// Example:    examples/drivers.cpp
enum class dominance_level : std::uint8_t {
    none,        ///< it does not
    general,     ///< on the mean of all sizes
    conditional, ///< on the mean of each size
    complete     ///< in each subset
};

/// Options of dominance_analysis.
///
/// Checked:    tests/model/dominance_test.cpp
/// Example:    examples/drivers.cpp
struct dominance_options {
    /// An item that is in no group is a driver of its own.
    std::vector<item_group> groups = {};
    /// Items, by name, that are in every subset. Values are what the drivers add to them.
    std::vector<std::string> controls = {};
    /// Increments that differ by no more than this part of the largest |value| count as equal.
    double tie = 1e-10;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// Who dominates whom.
///
/// Checked:    tests/model/dominance_test.cpp
/// Example:    examples/drivers.cpp
struct dominance {
    std::vector<std::string> names = {};
    /// What a driver adds, on the mean of all sizes: its Shapley value (LMG). They sum to
    /// r_squared - controls_r_squared.
    std::vector<double> general = {};
    /// The same divided by their sum; all 0 where that is 0.
    std::vector<double> share = {};
    /// 1 for the driver of the largest value; equal values share the mean of their ranks.
    std::vector<double> rank = {};
    /// Row i, column s: what driver i adds on the mean of the subsets of s others.
    Eigen::MatrixXd conditional = {};
    /// [i][j]: how driver i stands to driver j on the mean of each size.
    std::vector<std::vector<dominance_relation>> conditional_relation = {};
    /// [i][j]: how driver i stands to driver j in each subset of the others.
    std::vector<std::vector<dominance_relation>> complete = {};
    /// Row i, column j: the share of the subsets of the others to which i adds more than j; ties
    /// count half. 1/2 on the diagonal.
    Eigen::MatrixXd more = {};
    /// The measure of each subset by bit mask (bit i: driver i is in).
    std::vector<double> values = {};
    /// The measure of all drivers and controls, and of the controls alone.
    double r_squared = 0;
    double controls_r_squared = 0;
    /// Whether a driver lowers the measure somewhere, so that values are no plain shares.
    bool negative = false;
    /// Items that are worth nothing: constant ones, and those in the span of the controls.
    std::vector<excluded_item> excluded = {};
    /// Rows that the measure rests on; 0 for a measure of the user's.
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// What was measured: "r_squared", "mcfadden", "nagelkerke", "tjur" or "measure".
    std::string_view method = {};

    /// The strictest sense in which driver i dominates driver j.
    [[nodiscard]] dominance_level level(std::size_t i, std::size_t j) const {
        detail::require(i < names.size(), "dominance::level", "i", i, "must be below the drivers");
        detail::require(j < names.size(), "dominance::level", "j", j, "must be below the drivers");
        return complete[i][j] == dominance_relation::dominates ? dominance_level::complete
               : conditional_relation[i][j] == dominance_relation::dominates
                   ? dominance_level::conditional
               : rank[i] < rank[j] ? dominance_level::general
                                   : dominance_level::none;
    }
};

namespace detail {

[[nodiscard]] inline dominance_relation subset_relation(bool more, bool less) {
    return more ? (less ? dominance_relation::neither : dominance_relation::dominates)
                : (less ? dominance_relation::dominated : dominance_relation::equal);
}

inline void require_tie(double tie, std::string_view function) {
    require(tie >= 0 && tie < 1, function, "tie", tie, "must be in [0, 1)");
}

/// The items of a set of players, and the controls, as a mask.
[[nodiscard]] inline std::size_t dominance_items(const shapley_players& players, std::size_t set) {
    std::size_t mask = 0;
    for (const std::size_t item : players.controls) {
        mask |= std::size_t{1} << item;
    }
    for (std::size_t player = 0; player < players.items.size(); ++player) {
        for (const std::size_t item : players.items[player]) {
            mask |= (set >> player & 1U) << item;
        }
    }
    return mask;
}

/// Everything from the table of values by mask.
[[nodiscard]] inline dominance dominance_of_values(std::vector<std::string> names,
                                                   std::vector<double> values, double tie,
                                                   unsigned threads) {
    dominance result{.names = std::move(names), .values = std::move(values)};
    const std::size_t drivers = result.names.size();
    const auto rows = static_cast<Eigen::Index>(drivers);
    result.controls_r_squared = result.values.front();
    result.r_squared = result.values.back();
    double largest = 0;
    for (const double v : result.values) {
        largest = (std::max)(largest, std::abs(v));
    }
    tie *= largest;
    const std::vector<double> means = subset_mean_increments(result.values, drivers);
    result.conditional.resize(rows, rows);
    for (std::size_t i = 0; i < drivers; ++i) {
        double sum = 0;
        for (std::size_t s = 0; s < drivers; ++s) {
            const double mean = means[i * drivers + s];
            result.conditional(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(s)) = mean;
            sum += mean;
        }
        result.general.push_back(sum / static_cast<double>(drivers));
    }
    subset_share_and_rank(result.general, tie, result.share, result.rank);
    for (std::size_t i = 0; i < drivers; ++i) {
        for (std::size_t set = 0; set < result.values.size(); ++set) {
            const std::size_t with = set | std::size_t{1} << i;
            result.negative = result.negative || result.values[with] - result.values[set] < -tie;
        }
    }
    const std::vector<dominance_relation> equal(drivers, dominance_relation::equal);
    result.complete.assign(drivers, equal);
    result.conditional_relation.assign(drivers, equal);
    result.more.setConstant(rows, rows, 0.5);
    const auto subsets = static_cast<double>(result.values.size()) / 4;
    for_each_block(static_cast<std::int64_t>(drivers), threads, [&](std::int64_t block) {
        const auto j = static_cast<std::size_t>(block);
        for (std::size_t i = 0; i < j; ++i) {
            const subset_wins wins = subset_compare(result.values, i, j, tie);
            bool more = false;
            bool less = false;
            for (std::size_t s = 0; s < drivers; ++s) {
                const double difference = means[i * drivers + s] - means[j * drivers + s];
                more = more || difference > tie;
                less = less || difference < -tie;
            }
            result.conditional_relation[i][j] = subset_relation(more, less);
            result.conditional_relation[j][i] = subset_relation(less, more);
            result.complete[i][j] = subset_relation(wins.more > 0, wins.less > 0);
            result.complete[j][i] = subset_relation(wins.less > 0, wins.more > 0);
            const double above = static_cast<double>(wins.more) - static_cast<double>(wins.less);
            const auto row = static_cast<Eigen::Index>(i);
            result.more(row, block) = 0.5 + 0.5 * above / subsets;
            result.more(block, row) = 0.5 - 0.5 * above / subsets;
        }
    });
    return result;
}

} // namespace detail

/// Dominance among the drivers of a linear model.
///
/// Formula:    with R^2(S) of the model on the controls and S: driver i adds R^2(S + i) - R^2(S).
///             Complete: i adds at least as much as j to each subset S of the others, and somewhere
///             more. Conditional: on the mean over S of each size. General: on the mean of these
///             means, which is the Shapley value (LMG).
/// Scale:      [0, 1]; general sums to r_squared - controls_r_squared.
/// Assumes:    what R^2 assumes: a linear model. Groups: the Shapley value over groups, not Owen's.
/// Not for:    causes; nor a statement on the population: with few rows complete dominance of two
///             alike drivers is chance (see importance_bootstrap).
/// Degenerate: a constant item adds 0 and is named in `excluded`; of two equal items each adds
///             nothing to the other (pivot at most 1e-10 of the variance), and they stand as
///             `equal`; one driver: general is its R^2.
/// Throws:     invalid_input: unknown names, more than 20 drivers, or items; undefined_result for
///             fewer than two rows, or an outcome that does not vary.
/// Cost:       O(p^2 2^p), and 8 bytes a subset.
/// Source:     Budescu (1993), doi:10.1037/0033-2909.114.3.542; Azen, Budescu (2003),
///             doi:10.1037/1082-989X.8.2.129
/// Checked:    tests/model/dominance_test.cpp (R lm, domir)
/// Example:    examples/drivers.cpp
[[nodiscard]] inline dominance dominance_analysis(const cross_products& xy,
                                                  const dominance_options& options = {}) {
    constexpr std::string_view self = "dominance_analysis";
    detail::require_tie(options.tie, self);
    const detail::importance_drivers drivers = detail::find_drivers(
        xy.names(), {.groups = options.groups, .controls = options.controls}, self);
    const Eigen::Index p = xy.items();
    detail::require(p <= static_cast<Eigen::Index>(detail::most_table_drivers), self, "items", p,
                    "must be at most 20");
    if (xy.n() < 2) {
        detail::throw_undefined(self, "fewer than two rows");
    }
    const Eigen::MatrixXd correlations =
        detail::correlations_of(xy.centred(), xy.means(), xy.weight());
    if (!(correlations(p, p) > 0)) {
        detail::throw_undefined(self, "the outcome does not vary");
    }
    std::vector<double> values = detail::all_subset_r_squared(
        {correlations.data(), static_cast<std::size_t>(correlations.size())},
        static_cast<std::size_t>(p));
    if (drivers.names.size() < xy.names().size()) {
        std::vector<double> of_drivers(std::size_t{1} << drivers.names.size());
        for (std::size_t set = 0; set < of_drivers.size(); ++set) {
            of_drivers[set] = values[detail::dominance_items(drivers.players, set)];
        }
        values = std::move(of_drivers);
    }
    dominance result =
        detail::dominance_of_values(drivers.names, std::move(values), options.tie, options.threads);
    result.excluded = detail::worthless_items(correlations, drivers.players, xy.names());
    result.n = xy.n();
    result.dropped = xy.dropped();
    result.method = "r_squared";
    return result;
}

/// Dominance by a measure of your own: a pseudo R^2, a cross-validated fit, a profit.
///
/// Assumes:    `measure` is called once with each bit mask (bit i: driver i is in), concurrently
///             where threads is not 1.
/// Degenerate: groups and controls are the measure's own affair and must be left empty.
/// Throws:     invalid_input, also for a measure that is not finite; whatever the measure throws.
/// Cost:       2^p calls and O(p^2 2^p); p up to 20.
/// Checked:    tests/model/dominance_test.cpp
/// Example:    examples/drivers.cpp
template <subset_measure Measure>
[[nodiscard]] dominance dominance_analysis(const std::vector<std::string>& names, Measure&& measure,
                                           const dominance_options& options = {}) {
    constexpr std::string_view self = "dominance_analysis";
    detail::require_tie(options.tie, self);
    detail::require(options.groups.empty(), self, "groups.size()", options.groups.size(),
                    "must be 0 for a measure of your own");
    detail::require(options.controls.empty(), self, "controls.size()", options.controls.size(),
                    "must be 0 for a measure of your own");
    detail::require(names.size() <= detail::most_table_drivers, self, "names.size()", names.size(),
                    "must be at most 20");
    const detail::subset_plan plan = detail::all_subsets(names.size());
    const auto fit = detail::checked_subset_measure(measure, self)(plan);
    dominance result = detail::dominance_of_values(
        names, detail::values_by_mask(plan, detail::subset_values(plan, options.threads, fit)),
        options.tie, options.threads);
    result.method = "measure";
    return result;
}

} // namespace nps::inline v0
