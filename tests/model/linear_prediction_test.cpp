// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares.hpp>
#include <nps/model/linear_prediction.hpp>

#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using nps_test::close;

TEST_CASE("Predictions and both intervals are those of R's coefficients and covariances") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    for (const auto& row : nps_test::reference_table("linear_prediction.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        const std::string& errors = row.text("errors");
        const nps_test::linear_data& data = sets.at(name);
        CAPTURE(name);
        CAPTURE(weights);
        CAPTURE(errors);
        nps::least_squares_row_options options = data.options(weights);
        if (errors == "hc3") {
            options.errors = nps::standard_errors::hc3;
        } else if (errors == "cr1") {
            options.errors = nps::standard_errors::clustered;
            options.clusters = data.cluster;
        }
        const nps::linear_fit fit = nps::least_squares(data.items, data.outcome, options);
        const std::vector<double> values = nps_test::numbers_of(row.text("values"));
        const nps::linear_prediction p = nps::predict(fit, values, {.level = row.number("level")});
        const nps_test::tolerance t{.relative = 1e-11, .reason = "R's x'Vx cancels"};
        CHECK(close(p.mean, row.number("mean"), t));
        CHECK(close(p.standard_error, row.number("error"), t));
        CHECK(close(p.interval.lower, row.number("lower"), t));
        CHECK(close(p.interval.upper, row.number("upper"), t));
        CHECK(close(p.new_answer.lower, row.number("new_lower"), t));
        CHECK(close(p.new_answer.upper, row.number("new_upper"), t));
        CHECK(p.interval.level == row.number("level"));
        CHECK(p.interval.method == fit.method);
    }
}

TEST_CASE("Excluded items are not looked at; an Eigen row and a vector say the same") {
    Eigen::MatrixXi items(6, 3);
    items << 1, 7, 2, 2, 7, 1, 3, 7, 3, 4, 7, 3, 5, 7, 0, 9, 7, 2;
    Eigen::VectorXi outcome(6);
    outcome << 1, 0, -1, 0, 1, 1;
    const nps::linear_fit fit = nps::least_squares(nps::cross_products(items, outcome));
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    const nps::linear_prediction a = nps::predict(fit, {3, nothing, 3});
    const nps::linear_prediction b = nps::predict(fit, items.row(2));
    CHECK(a.mean == b.mean);
    CHECK(a.standard_error == b.standard_error);
    // At the means the variance is that of a mean.
    const nps::linear_prediction centre = nps::predict(fit, {4, 7, 11.0 / 6});
    CHECK(close(centre.mean, 2.0 / 6));
    CHECK(close(centre.standard_error, std::sqrt(fit.residual_variance / 6)));
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::predict(fit, {3, 3})),
                         "nps::predict: item_values.size() = 2, must be the number of items of the "
                         "fit, 3",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::predict(fit, {3, 3, nothing})),
                         "nps::predict: item_values[2] = nan, must be finite", nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::predict(fit, {3, 3, 3}, {.level = 95})),
                         "nps::predict: level = 95, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::predict(nps::linear_fit{}, std::vector<double>{})),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::predict(fit, {1e300, 7, -1e300})),
                    nps::undefined_result);
}
