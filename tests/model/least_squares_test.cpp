// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares.hpp>

#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

using nps_test::close;

namespace {

// Correlations are rounded before they are factored: that is multiplied by the largest variance
// inflation (12 in these data).
constexpr nps_test::tolerance from_products{.relative = 1e-11,
                                            .reason = "rounded correlations, inflated 12 times"};

} // namespace

TEST_CASE("Coefficients from cross-products, and of clusters of them, are those of R") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    int seen = 0;
    for (const auto& row : nps_test::reference_table("least_squares.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        const std::string& errors = row.text("errors");
        const bool clustered = errors == "cr0" || errors == "cr1";
        if (errors != "classical" && !clustered) {
            continue;
        }
        ++seen;
        const auto j = static_cast<std::size_t>(row.integer("position"));
        CAPTURE(name);
        CAPTURE(weights);
        CAPTURE(errors);
        CAPTURE(j);
        const auto products = nps_test::products_of(sets.at(name), weights, clustered);
        const nps::linear_fit fit =
            clustered ? nps::least_squares(products, {.cluster_correction = errors == "cr1"})
                      : nps::least_squares(products.front());
        CHECK(fit.clusters == (clustered ? std::ssize(products) : 0));
        CHECK(fit.method == (clustered ? "clustered" : "classical"));
        const nps::coefficient& c = fit.coefficients.at(j);
        CHECK(close(c.estimate, row.number("estimate"), from_products));
        CHECK(close(c.standard_error, row.number("error"), from_products));
        CHECK(close(c.statistic, row.number("statistic"), from_products));
        CHECK(close(c.p_value, row.number("p_value"), from_products));
        CHECK(close(c.interval.lower, row.number("lower"), from_products));
        CHECK(close(c.interval.upper, row.number("upper"), from_products));
        CHECK(close(fit.variance_inflation.at(j), row.number("vif"), from_products));
        CHECK(close(fit.standardised.at(j), row.number("standardised"), from_products));
        CHECK(close(fit.covariance(0, static_cast<Eigen::Index>(j)),
                    row.number("intercept_covariance"), from_products));
    }
    CHECK(seen == 18 + 5 * 4 * 3);
}

TEST_CASE("Sizes, R^2, F, likelihood and criteria from cross-products are those of R") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    for (const auto& row : nps_test::reference_table("least_squares_models.csv")) {
        const std::string& name = row.text("data");
        const std::string& weights = row.text("weights");
        CAPTURE(name);
        CAPTURE(weights);
        const nps_test::linear_data& data = sets.at(name);
        const nps::linear_fit fit =
            nps::least_squares(nps_test::products_of(data, weights, false).front());
        CHECK(fit.n == row.integer("n"));
        CHECK(close(fit.r_squared, row.number("r_squared"), from_products));
        CHECK(close(fit.adjusted_r_squared, row.number("adjusted"), from_products));
        CHECK(close(fit.f_statistic, row.number("f"), from_products));
        CHECK(close(fit.f_p_value, row.number("f_p"), from_products));
        CHECK(close(fit.residual_sd, row.number("sigma"), from_products));
        CHECK(close(fit.condition_number, row.number("condition"), from_products));
        // What the cross-products of weighted rows do not hold.
        double sum = 0;
        const auto options = data.options(weights);
        for (std::size_t i = 0; i < options.sampling_weights.size(); ++i) {
            sum += std::log(options.sampling_weights[i]) *
                   static_cast<double>(weights == "both" ? data.frequency[i] : 1);
        }
        CHECK(close(fit.log_likelihood.value() + sum / 2, row.number("log_likelihood"),
                    from_products));
        CHECK(close(fit.aic.value() - sum, row.number("aic"), from_products));
        CHECK(close(fit.bic.value() - sum, row.number("bic"), from_products));
    }
}

TEST_CASE("NIST's certified regressions from cross-products: half the digits of rows") {
    const std::map<std::string, double> estimates{
        {"norris", 12},  {"longley", 11.5}, {"wampler1", 6},  {"wampler2", 9},
        {"wampler3", 6}, {"wampler4", 6},   {"wampler5", 5.8}};
    const auto sets = nps_test::linear_data_of("nist_strd_data.csv");
    for (const auto& row : nps_test::reference_table("nist_strd.csv")) {
        const std::string& name = row.text("data");
        if (name == "filip") {
            continue;
        }
        const auto j = static_cast<std::size_t>(row.integer("position"));
        CAPTURE(name);
        CAPTURE(j);
        const nps_test::linear_data& data = sets.at(name);
        const nps::linear_fit fit =
            nps::least_squares(nps::cross_products(data.items, data.outcome));
        REQUIRE(fit.excluded.empty());
        CHECK(close(fit.coefficients.at(j).estimate, row.number("estimate"),
                    {.relative = std::pow(10, -estimates.at(name)),
                     .reason = "the square of the condition of the data"}));
        CHECK(close(fit.r_squared, row.number("r_squared")));
        if (row.number("sigma") == 0) {
            // 1e-8 of the outcome's spread of 10^6 (Wampler1) and 20 (Wampler2).
            CHECK(fit.residual_sd < (name == "wampler1" ? 1e-2 : 2e-7));
            continue;
        }
        const nps_test::tolerance of_errors{.relative = 1e-9,
                                            .reason = "1 - R^2 loses its leading digits"};
        CHECK(close(fit.residual_sd, row.number("sigma"), of_errors));
        CHECK(close(fit.coefficients.at(j).standard_error, row.number("error"), of_errors));
    }
}

TEST_CASE("Filip from cross-products: four powers are named, the other six are right") {
    const auto data = nps_test::linear_data_of("nist_strd_data.csv").at("filip");
    const nps::linear_fit fit = nps::least_squares(nps::cross_products(data.items, data.outcome));
    const std::vector<std::string> with{"item 1", "item 2", "item 3", "item 4", "item 5", "item 6"};
    const std::vector<nps::excluded_item> expected{{"item 7", nps::exclusion::collinear, with},
                                                   {"item 8", nps::exclusion::collinear, with},
                                                   {"item 9", nps::exclusion::collinear, with},
                                                   {"item 10", nps::exclusion::collinear, with}};
    CHECK(fit.excluded == expected);
    const nps::linear_fit rows = nps::least_squares(data.items.leftCols(6), data.outcome);
    for (std::size_t j = 0; j < 7; ++j) {
        CHECK(close(fit.coefficients.at(j).estimate, rows.coefficients.at(j).estimate,
                    {.relative = 1e-5, .reason = "variance inflation of 7e9"}));
        CHECK(close(fit.coefficients.at(j).standard_error, rows.coefficients.at(j).standard_error,
                    {.relative = 1e-5, .reason = "variance inflation of 7e9"}));
        CHECK(fit.variance_inflation[j] < 1e10);
    }
}

TEST_CASE("Whole numbers and doubles, clusters without rows, and their order change nothing") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    const nps::linear_fit whole =
        nps::least_squares(nps::cross_products(data.items.cast<int>(), data.outcome.cast<int>()));
    const nps::linear_fit real = nps::least_squares(nps::cross_products(data.items, data.outcome));
    auto clusters = nps_test::products_of(data, "sampling", true);
    const nps::linear_fit clustered = nps::least_squares(clusters);
    const Eigen::MatrixXd missing =
        Eigen::MatrixXd::Constant(2, 3, std::numeric_limits<double>::quiet_NaN());
    clusters.emplace_back(missing, Eigen::VectorXd::Zero(2),
                          nps::cross_product_options{.sampling_weights = {1, 1}});
    std::swap(clusters[0], clusters[5]);
    const nps::linear_fit swapped = nps::least_squares(clusters);
    CHECK(swapped.clusters == clustered.clusters);
    CHECK(swapped.dropped == 2);
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(close(whole.coefficients[j].estimate, real.coefficients[j].estimate));
        CHECK(close(whole.coefficients[j].standard_error, real.coefficients[j].standard_error));
        CHECK(close(swapped.coefficients[j].standard_error,
                    clustered.coefficients[j].standard_error));
    }
    // Intervals nest as the level grows.
    const auto at = [&](double level) {
        return nps::least_squares(clusters, {.level = level}).coefficients[1].interval;
    };
    CHECK(at(0.99).lower < at(0.9).lower);
    CHECK(at(0.99).upper > at(0.9).upper);
}

TEST_CASE("Constant and collinear items, a constant outcome, too few rows") {
    Eigen::MatrixXi items(6, 4);
    items << 1, 7, 3, 2, 2, 7, 6, 1, 3, 7, 9, 3, 4, 7, 12, 3, 5, 7, 15, 0, 9, 7, 27, 2;
    Eigen::VectorXi outcome(6);
    outcome << 1, 0, -1, 0, 1, 1;
    const nps::cross_products xy(items, outcome, {.names = {"a", "same", "thrice", "b"}});
    const nps::linear_fit fit = nps::least_squares(xy);
    const std::vector<nps::excluded_item> expected{{"same", nps::exclusion::constant},
                                                   {"thrice", nps::exclusion::collinear, {"a"}}};
    CHECK(fit.excluded == expected);
    CHECK(fit.columns == std::vector<Eigen::Index>{0, 3});
    const nps::linear_fit none =
        nps::least_squares(nps::cross_products(items, Eigen::VectorXi::Constant(6, -1)));
    CHECK(none.coefficients[0].estimate == -1);
    CHECK(none.coefficients[0].p_value == 0);
    CHECK(none.coefficients[1].estimate == 0);
    CHECK(none.coefficients[1].standard_error == 0);
    CHECK(none.coefficients[1].p_value == 1);
    CHECK(none.r_squared == 0);
    CHECK_FALSE(none.bic.has_value());
    const nps::cross_products three(items.topRows(3), outcome.head(3));
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(three)),
                         "nps::least_squares: n = 3 rows for 3 coefficients leave nothing to "
                         "estimate errors from",
                         nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::least_squares(nps::cross_products())),
                    nps::undefined_result);
    const nps::linear_fit mean =
        nps::least_squares(nps::cross_products(Eigen::MatrixXi(6, 0), outcome));
    CHECK(close(mean.coefficients[0].estimate, 2.0 / 6));
    CHECK(mean.f_p_value == 1);
}

TEST_CASE("What is wrong is named") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    auto clusters = nps_test::products_of(data, "none", true);
    const nps::cross_products& one = clusters.front();
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(one, {.level = 0})),
                         "nps::least_squares: level = 0, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(one, {.tolerance = 1e-13})),
                         "nps::least_squares: tolerance = 1e-13, must be in [1e-12, 1)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(clusters, {.level = 2})),
                         "nps::least_squares: level = 2, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(std::span(clusters).first(1))),
                         "nps::least_squares: clusters = 1: clustered errors need at least two",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(std::span(clusters).first(0))),
                         "nps::least_squares: no complete row", nps::undefined_result);
    clusters.emplace_back(data.items.leftCols(2), data.outcome);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(clusters)),
                         "nps::least_squares: clusters[9].items() = 2, must have the items and "
                         "names of the first, 3",
                         nps::invalid_input);
}
