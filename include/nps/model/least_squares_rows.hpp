// SPDX-License-Identifier: Apache-2.0
/// @file
/// Linear regression by least squares from rows: errors that are robust to unequal variances or
/// clusters, and twice the digits of cross-products.
#pragma once

#include <nps/model/coefficient.hpp>
#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_row_errors.hpp>
#include <nps/model/linear_fit.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of least_squares from rows, and of linear_diagnostics.
///
/// Checked:    tests/model/least_squares_rows_test.cpp
/// Example:    examples/drivers.cpp
struct least_squares_row_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row, for errors = standard_errors::clustered and for them alone.
    std::vector<std::int64_t> clusters = {};
    standard_errors errors = standard_errors::classical;
    /// Of the intervals of the coefficients.
    double level = 0.95;
    /// No item's variance inflation, 1 / (1 - R^2 of the item given the others), may be above 1 /
    /// tolerance; an item that would make it so is collinear. From 1e-28 on: a coefficient keeps
    /// about 15 digits less half those of the inflation. The default is the 1e-7 of R's lm, squared.
    double tolerance = 1e-14;
    /// Of clustered errors: G / (G - 1) times (n - 1) / (n - coefficients), as Stata and sandwich
    /// have it (CR1); false: none (CR0).
    bool cluster_correction = true;
};

/// Least squares with intercept from rows.
///
/// Formula:    QR of the centred items, each column orthogonalised twice, in their order. hc0 to hc4:
///             (X'X)^-1 (sum of v x x') (X'X)^-1 with v the squared residual, times n / (n - k) for
///             hc1, by (1 - h)^d for hc2 to hc4, d = 1, 2, min(4, n h / k); clustered: sums of x e
///             over each cluster. t with n - k degrees of freedom; clustered with clusters - 1.
/// Assumes:    classical: independent answers equally spread round the model, which answers of -1, 0
///             and 1 never are: hc3 is the careful choice below some 250 rows, hc1 above. Frequency
///             weights equal repeating the row. Sampling weights count as those of R's lm; hc0 and
///             CR0 are then the errors of a survey regression with replacement but for the survey's
///             factor of their squares, n / (n - 1) or clusters / (clusters - 1).
/// Not for:    many rows when classical errors will do: cross-products read them once.
/// Degenerate: constant and collinear items are in `excluded`. A constant outcome: slopes, errors and
///             R^2 are 0. A perfect fit: errors of rounding, about 1e-15 of the outcome's spread.
/// Throws:     invalid_input; undefined_result for no rows, for not more rows than coefficients, for
///             fewer than two clusters, and for hc2 to hc4 where a row has leverage 1.
/// Cost:       O(rows items^2); memory for two copies of the rows.
/// Source:     MacKinnon, White (1985), doi:10.1016/0304-4076(85)90158-7; Cribari-Neto (2004),
///             doi:10.1016/S0167-9473(02)00366-3; Long, Ervin (2000), doi:10.1080/00031305.2000.10474549;
///             Giraud, Langou, Rozloznik (2005), doi:10.1016/j.camwa.2005.08.009
/// Checked:    tests/reference/least_squares.csv (R lm, sandwich), tests/reference/nist_strd.csv
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] linear_fit least_squares(const Eigen::DenseBase<Items>& items,
                                       const Eigen::DenseBase<Outcome>& outcome,
                                       const least_squares_row_options& options = {}) {
    constexpr std::string_view self = "least_squares";
    const detail::linear_row_fit parts = detail::fit_linear_rows(items, outcome, options, self);
    return detail::finish_linear(parts.fit.factor, parts.rows.names, parts.errors, self);
}

} // namespace nps::inline v0
