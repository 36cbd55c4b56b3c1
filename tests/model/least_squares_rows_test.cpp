// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares_rows.hpp>

#include <nps/model/least_squares.hpp>
#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using nps_test::close;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

nps::least_squares_row_options options_for(const nps_test::linear_data& data,
                                           const std::string& weights, const std::string& errors) {
    nps::least_squares_row_options options = data.options(weights);
    if (errors == "cr0" || errors == "cr1") {
        options.errors = nps::standard_errors::clustered;
        options.clusters = data.cluster;
        options.cluster_correction = errors == "cr1";
    } else if (errors != "classical") {
        options.errors = static_cast<nps::standard_errors>(errors.back() - '0' + 1);
    }
    return options;
}

} // namespace

TEST_CASE("Coefficients and all kinds of errors are those of R lm and sandwich") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    for (const auto& row : nps_test::reference_table("least_squares.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        const std::string& errors = row.text("errors");
        const nps_test::linear_data& data = sets.at(name);
        const auto j = static_cast<std::size_t>(row.integer("position"));
        CAPTURE(name);
        CAPTURE(weights);
        CAPTURE(errors);
        CAPTURE(j);
        const nps::linear_fit fit =
            nps::least_squares(data.items, data.outcome, options_for(data, weights, errors));
        const nps::coefficient& c = fit.coefficients.at(j);
        CHECK(close(c.estimate, row.number("estimate")));
        CHECK(close(c.standard_error, row.number("error")));
        CHECK(close(c.statistic, row.number("statistic")));
        CHECK(close(c.p_value, row.number("p_value")));
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
        CHECK(close(fit.variance_inflation.at(j), row.number("vif")));
        CHECK(close(fit.standardised.at(j), row.number("standardised")));
        CHECK(close(fit.covariance(0, static_cast<Eigen::Index>(j)),
                    row.number("intercept_covariance"),
                    {.absolute = 1e-12 * fit.coefficients[0].standard_error * c.standard_error,
                     .reason = "its terms cancel"}));
    }
}

TEST_CASE("Sizes, R^2, F, likelihood and criteria are those of R") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    for (const auto& row : nps_test::reference_table("least_squares_models.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        const nps_test::linear_data& data = sets.at(name);
        CAPTURE(name);
        CAPTURE(weights);
        const nps::linear_fit fit =
            nps::least_squares(data.items, data.outcome, data.options(weights));
        CHECK(fit.n == row.integer("n"));
        CHECK(close(fit.r_squared, row.number("r_squared")));
        CHECK(close(fit.adjusted_r_squared, row.number("adjusted")));
        CHECK(close(fit.f_statistic, row.number("f")));
        CHECK(close(fit.f_p_value, row.number("f_p")));
        CHECK(close(fit.residual_sd, row.number("sigma")));
        CHECK(fit.degrees_of_freedom == row.number("df"));
        CHECK(close(fit.log_likelihood.value(), row.number("log_likelihood")));
        CHECK(close(fit.aic.value(), row.number("aic")));
        CHECK(close(fit.bic.value(), row.number("bic")));
        CHECK(close(fit.condition_number, row.number("condition")));
    }
}

namespace {

// Digits of a number that agree, 15 at most.
double digits(double actual, double expected) {
    const double error = std::abs(actual - expected) / (expected == 0 ? 1 : std::abs(expected));
    return error < 1e-15 ? 15 : -std::log10(error);
}

} // namespace

TEST_CASE("XX") {
    const auto sets = nps_test::linear_data_of("nist_strd_data.csv");
    for (const auto& row : nps_test::reference_table("nist_strd.csv")) {
        const std::string& name = row.text("data");
        const auto j = static_cast<std::size_t>(row.integer("position"));
        const auto& data = sets.at(name);
        const auto fit = nps::least_squares(data.items, data.outcome, {.tolerance = 1e-24});
        const auto hc0 = nps::least_squares(data.items, data.outcome, {.errors = nps::standard_errors::hc0, .tolerance = 1e-24});
        const auto hc3 = nps::least_squares(data.items, data.outcome, {.errors = nps::standard_errors::hc3, .tolerance = 1e-24});
        std::printf("%s %zu cert %.1f %.1f given %.1f %.1f hc0 %.1f hc3 %.1f r2 %.1f sigma %.1f %g cond %g vif %g\n", name.c_str(), j, 
          digits(fit.coefficients[j].estimate,row.number("estimate")),digits(fit.coefficients[j].standard_error,row.number("error")),
          digits(fit.coefficients[j].estimate,row.number("given_estimate")),digits(fit.coefficients[j].standard_error,row.number("given_error")),
          digits(hc0.coefficients[j].standard_error,row.number("hc0")),
          digits(hc3.coefficients[j].standard_error,row.number("hc3")),
          digits(fit.r_squared,row.number("r_squared")),digits(fit.residual_sd,row.number("sigma")),fit.residual_sd,fit.condition_number,fit.variance_inflation[j]);
    }
    for (const auto& row : nps_test::reference_table("nist_strd.csv")) {
        const std::string& name = row.text("data");
        const auto j = static_cast<std::size_t>(row.integer("position"));
        const auto& data = sets.at(name);
        const auto fit = nps::least_squares(nps::cross_products(data.items, data.outcome));
        if(j==0) for(auto&e:fit.excluded){printf("excl %s:",e.name.c_str()); for(auto&w:e.with)printf(" %s",w.c_str()); puts("");}
        if(j>=fit.coefficients.size()) continue;
        std::printf("%s %zu cert %.1f %.1f given %.1f %.1f r2 %.1f sigma %.1f %g cond %g vif %g\n", name.c_str(), j, 
          digits(fit.coefficients[j].estimate,row.number("estimate")),digits(fit.coefficients[j].standard_error,row.number("error")),
          digits(fit.coefficients[j].estimate,row.number("given_estimate")),digits(fit.coefficients[j].standard_error,row.number("given_error")),
          digits(fit.r_squared,row.number("r_squared")),digits(fit.residual_sd,row.number("sigma")),fit.residual_sd,fit.condition_number,fit.variance_inflation[j]);
    }
}
