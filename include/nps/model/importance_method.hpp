// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is asked of an analysis of drivers: the measure, groups of items, controls.
#pragma once

#include <nps/version.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace nps::inline v0 {

/// Measures of relative importance in a linear model. R^2 is the share of the outcome's variance
/// that the items account for; r is the correlation of an item with the outcome, R the correlations
/// of the items among themselves.
///
/// Formula:    shapley, johnson, car and pratt split R^2 into parts; first, last and
///             standardized_coefficient do not sum to it. Only pratt can be negative.
/// Source:     Lindeman, Merenda, Gold (1980), ISBN 978-0-673-15099-3 (shapley); Johnson (2000),
///             doi:10.1207/S15327906MBR3501_1; Genizi (1993),
///             https://www.jstor.org/stable/24304961; Pratt (1987), in Proceedings of the Second
///             International Tampere Conference in Statistics, ISBN 978-951-44-2133-8; Zuber and
///             Strimmer (2011), doi:10.2202/1544-6115.1730; Groemping (2007),
///             doi:10.1198/000313007X188252
/// Checked:    tests/reference/importance.csv
/// Example:    examples/drivers.cpp
enum class importance_method : std::uint8_t {
    shapley,                     ///< mean increase of R^2 over all orders of entry
    lmg = shapley,               ///< its name in relaimpo
    general_dominance = shapley, ///< its name in dominance analysis
    johnson,          ///< relative weights: by way of the uncorrelated items nearest to the items
    genizi = johnson, ///< its name in relaimpo
    first,            ///< R^2 of the item alone
    squared_correlation = first, ///< zero-order: its name without controls
    last,                        ///< what R^2 loses without the item (usefulness)
    pratt,                       ///< standardised coefficient times r
    standardized_coefficient,    ///< squared, on the scale of R^2 (betasq in relaimpo)
    car                          ///< squared correlation-adjusted correlation, (R^(-1/2) r)^2
};

/// Items that count as one driver.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct item_group {
    std::string name;
    /// By name.
    std::vector<std::string> items = {};
};

/// Options of relative_importance and shapley_importance.
///
/// Checked:    tests/model/importance_test.cpp
/// Example:    examples/drivers.cpp
struct importance_options {
    importance_method method = importance_method::shapley;
    /// An item that is in no group is a driver of its own.
    std::vector<item_group> groups = {};
    /// Items, by name, that are in every model. Values are parts of what R^2 gains beyond them.
    std::vector<std::string> controls = {};
    /// For shapley: how many orders of entry to draw, each second one being the reverse of the one
    /// before. 0: all orders, exactly, for up to 30 drivers, and 10,000 drawn ones beyond.
    std::int64_t permutations = 0;
    /// Of the drawn orders.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The values do not depend on it. More than one helps from 20
    /// drivers on, and where orders are drawn.
    unsigned threads = 1;
};

} // namespace nps::inline v0
