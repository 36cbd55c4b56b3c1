// SPDX-License-Identifier: Apache-2.0
#include <nps/model/linear_diagnostics.hpp>

#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

using nps_test::close;

TEST_CASE("Residuals, leverage, standardised residuals and Cook's distances are those of R") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    std::map<std::string, nps::linear_diagnostics_result> results;
    for (const auto& row : nps_test::reference_table("linear_diagnostics.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        const nps_test::linear_data& data = sets.at(name);
        CAPTURE(name);
        CAPTURE(weights);
        auto& result = results[name + weights];
        if (result.rows.empty()) {
            result = nps::linear_diagnostics(data.items, data.outcome, data.options(weights));
        }
        const auto& r = result.rows.at(static_cast<std::size_t>(row.integer("position")));
        CHECK(r.position == row.integer("position"));
        // Rows are rounded beside the heaviest one: with weights from 1e-6 to 1e6 the lightest have
        // errors 10^6 times those of the others.
        const nps_test::tolerance t =
            weights == "extreme"
                ? nps_test::tolerance{.relative = 1e-10, .absolute = 1e-10, .reason = "as above"}
                : nps_test::tolerance{.relative = 1e-12,
                                      .absolute = 1e-13 * std::abs(row.number("fitted")),
                                      .reason = "answer less fitted value"};
        CHECK(close(r.fitted, row.number("fitted"), t));
        CHECK(close(r.residual, row.number("residual"), t));
        CHECK(close(r.leverage, row.number("leverage")));
        CHECK(close(r.standardised_residual.value(), row.number("standardised"), t));
        CHECK(close(r.cooks_distance.value(), row.number("cooks"), t));
    }
}

TEST_CASE("Leaving a row out moves the fit as Cook's distance says") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("attitude");
    const auto all = nps::linear_diagnostics(data.items, data.outcome);
    const double k = 7;
    double leverages = 0;
    for (Eigen::Index out = 0; out < 30; ++out) {
        Eigen::VectorXd answers = data.outcome;
        answers[out] = std::numeric_limits<double>::quiet_NaN();
        const nps::linear_fit fit = nps::least_squares(data.items, answers);
        double moved = 0;
        double own = fit.coefficients[0].estimate;
        for (Eigen::Index i = 0; i < 30; ++i) {
            double fitted = fit.coefficients[0].estimate;
            for (Eigen::Index j = 0; j < 6; ++j) {
                fitted +=
                    fit.coefficients[static_cast<std::size_t>(j + 1)].estimate * data.items(i, j);
            }
            own = i == out ? fitted : own;
            moved += std::pow(fitted - all.rows[static_cast<std::size_t>(i)].fitted, 2);
        }
        const nps::row_diagnostics& row = all.rows[static_cast<std::size_t>(out)];
        CHECK(close(row.cooks_distance.value(), moved / (k * all.fit.residual_variance),
                    {.relative = 1e-10, .reason = "a difference of fitted values near 60"}));
        // The residual of a row that was left out is its residual by 1 - leverage.
        CHECK(close(row.residual / (1 - row.leverage), data.outcome[out] - own,
                    {.absolute = 1e-11, .reason = "answers near 60"}));
        leverages += row.leverage;
    }
    CHECK(close(leverages, k));
}

TEST_CASE("Rows left out keep the positions of the others; leverage 1 and perfect fits say so") {
    Eigen::MatrixXd items(7, 2);
    items << 1, 0, 2, 0, 3, std::numeric_limits<double>::quiet_NaN(), 3, 0, 4, 0, 6, 0, 9, 1;
    Eigen::VectorXd outcome(7);
    outcome << 1, 3, 7, 2, 5, 4, 9;
    const auto result =
        nps::linear_diagnostics(items, outcome, {.errors = nps::standard_errors::hc1});
    CHECK(result.fit.method == "hc1");
    CHECK(result.fit.dropped == 1);
    REQUIRE(result.rows.size() == 6);
    CHECK(result.rows[2].position == 3);
    const nps::row_diagnostics& alone = result.rows[5];
    CHECK(alone.position == 6);
    CHECK(close(alone.leverage, 1));
    CHECK(std::abs(alone.residual) < 1e-14);
    CHECK_FALSE(alone.standardised_residual.has_value());
    CHECK_FALSE(alone.cooks_distance.has_value());
    CHECK(result.rows[0].standardised_residual.has_value());
    const auto perfect = nps::linear_diagnostics(items.col(0), 3 * items.col(0).array() - 1);
    for (const nps::row_diagnostics& row : perfect.rows) {
        CHECK(std::abs(row.residual) < 1e-13);
        CHECK_FALSE(row.standardised_residual.has_value());
    }
    const auto constant = nps::linear_diagnostics(items.col(0), Eigen::VectorXd::Constant(7, 0.1));
    CHECK(constant.rows[3].residual == 0);
    CHECK_FALSE(constant.rows[3].cooks_distance.has_value());
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::linear_diagnostics(items, outcome.head(3))),
                         "nps::linear_diagnostics: outcome.size() = 3, must be the number of rows "
                         "of items, 7",
                         nps::invalid_input);
}
