// SPDX-License-Identifier: Apache-2.0
/// @file
/// What every fitted model reports of one of its terms.
#pragma once

#include <nps/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// A term of a fitted model with its uncertainty.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct coefficient {
    /// The name of the item, "(intercept)", or of a cut-point.
    std::string name = {};
    double estimate = 0;
    double standard_error = 0;
    /// estimate / standard_error: t in linear models, z in the others. Where the standard error is 0
    /// and the estimate is not: in linear models, which may fit exactly, the largest double with the
    /// sign of the estimate; in the others 0, for their errors are 0 only where a fit has failed.
    double statistic = 0;
    /// Two-sided, of the hypothesis that the coefficient is 0.
    double p_value = 1;
    nps::interval interval = {};
};

/// Why an item has no coefficient.
enum class exclusion : std::uint8_t {
    constant, ///< it does not vary in the rows used
    collinear ///< it is a linear function of the items before it
};

/// An item that was left out of a model, by name and reason.
///
/// Checked:    tests/model/least_squares_test.cpp
/// Example:    examples/drivers.cpp
struct excluded_item {
    std::string name = {};
    exclusion reason = exclusion::constant;
    /// Of a collinear item: the items before it that it is a function of.
    std::vector<std::string> with = {};

    friend bool operator==(const excluded_item&, const excluded_item&) = default;
};

/// How standard errors are made.
enum class standard_errors : std::uint8_t {
    classical, ///< of the model: equal variances, or the inverse information
    hc0,       ///< robust to unequal variances, no correction
    hc1,       ///< hc0 times n / (n - k)
    hc2,       ///< each squared residual divided by 1 - leverage
    hc3,       ///< each squared residual divided by (1 - leverage)^2
    hc4,       ///< each squared residual divided by (1 - leverage)^min(4, n leverage / k)
    clustered  ///< robust to answers of one cluster (person, shop, team) being alike
};

} // namespace nps::inline v0
