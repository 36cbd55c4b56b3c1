// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which rows a linear model fits badly, and which rows move it.
#pragma once

#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_row_errors.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/linear_fit.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One row beside the model.
///
/// Checked:    tests/model/linear_diagnostics_test.cpp
/// Example:    examples/drivers.cpp
struct row_diagnostics {
    /// The 0-based row among those that were given.
    Eigen::Index position = 0;
    double fitted = 0;
    /// Answer less fitted value.
    double residual = 0;
    /// How much of the row's own answer is in its fitted value, in (0, 1]; the mean is coefficients
    /// by rows.
    double leverage = 0;
    /// The residual by its standard deviation, sd sqrt(1 - leverage) / sqrt(sampling weight):
    /// internally studentised. None for leverage 1 or a perfect fit.
    std::optional<double> standardised_residual = {};
    /// How far all fitted values move without the row, squared, by coefficients times the residual
    /// variance. None for leverage 1 or a perfect fit.
    std::optional<double> cooks_distance = {};
};

/// A fitted model and its rows.
///
/// Checked:    tests/model/linear_diagnostics_test.cpp
/// Example:    examples/drivers.cpp
struct linear_diagnostics_result {
    linear_fit fit = {};
    /// Rows used, in their order; those left out are not there.
    std::vector<row_diagnostics> rows = {};
};

/// Residual, leverage and Cook's distance of each row, with the fit they belong to.
///
/// Formula:    with h the leverage, s^2 the residual variance, k coefficients, and e the residual
///             times the root of its sampling weight: e / (s sqrt(1 - h)), e^2 h / (k s^2 (1 - h)^2).
/// Assumes:    a row of frequency weight f is f rows alike; its figures are those of one of them.
/// Not for:    deleting answers: they say which rows to look at.
/// Degenerate: where the residuals sum to less than 1e-26 of the outcome's variance the fit counts as
///             perfect.
/// Throws:     as least_squares(items, outcome, options).
/// Cost:       O(rows items^2).
/// Source:     Cook (1977), doi:10.1080/00401706.1977.10489493; Belsley, Kuh, Welsch (1980),
///             ISBN 978-0-471-05856-4
/// Checked:    tests/reference/linear_diagnostics.csv (R influence.measures)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] linear_diagnostics_result
linear_diagnostics(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                   const least_squares_row_options& options = {}) {
    constexpr std::string_view self = "linear_diagnostics";
    const detail::linear_row_fit parts = detail::fit_linear_rows(items, outcome, options, self);
    const detail::linear_factor& f = parts.fit.factor;
    linear_diagnostics_result result{
        .fit = detail::finish_linear(f, parts.rows.names, parts.errors, self)};
    const auto k = static_cast<double>(result.fit.coefficients.size());
    const double spread = f.scale[std::ssize(f.scale) - 1];
    const bool perfect = !(f.residual > 1e-26 * spread * spread);
    for (Eigen::Index i = 0; i < parts.rows.outcome.size(); ++i) {
        const double weight = parts.rows.weights[i];
        row_diagnostics row{.position = parts.rows.positions[static_cast<std::size_t>(i)],
                            .residual = parts.fit.residuals[i] / std::sqrt(weight),
                            .leverage = detail::linear_leverage(parts.fit, parts.rows, i)};
        row.fitted = parts.rows.outcome[i] - row.residual;
        if (!perfect && !detail::decides_alone(row.leverage)) {
            const double sampling = weight / parts.rows.frequencies[i];
            const double standardised = row.residual * std::sqrt(sampling) /
                                        (result.fit.residual_sd * std::sqrt(1 - row.leverage));
            row.standardised_residual = standardised;
            row.cooks_distance =
                standardised * standardised * row.leverage / ((1 - row.leverage) * k);
        }
        result.rows.push_back(row);
    }
    return result;
}

} // namespace nps::inline v0
