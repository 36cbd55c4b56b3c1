// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares_rows.hpp>

#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

using nps_test::close;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
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

TEST_CASE("NIST's certified regressions from rows") {
    // Digits that are reached; the pages of NIST ask for what double can give.
    const std::map<std::string, double> estimates{
        {"norris", 13},     {"longley", 13}, {"filip", 7.2},    {"wampler1", 9},
        {"wampler2", 12.5}, {"wampler3", 9}, {"wampler4", 7.8}, {"wampler5", 5.8}};
    const auto sets = nps_test::linear_data_of("nist_strd_data.csv");
    for (const auto& row : nps_test::reference_table("nist_strd.csv")) {
        const std::string& name = row.text("data");
        const auto j = static_cast<std::size_t>(row.integer("position"));
        CAPTURE(name);
        CAPTURE(j);
        const nps_test::linear_data& data = sets.at(name);
        nps::least_squares_row_options options{.tolerance = 1e-24};
        const nps::linear_fit fit = nps::least_squares(data.items, data.outcome, options);
        REQUIRE(fit.excluded.empty());
        const nps_test::tolerance t{.relative = std::pow(10, -estimates.at(name)),
                                    .reason = "the condition of the data"};
        CHECK(close(fit.coefficients.at(j).estimate, row.number("estimate"), t));
        CHECK(close(fit.r_squared, row.number("r_squared"),
                    {.relative = 1e-10, .reason = "the condition of the data"}));
        if (row.number("sigma") == 0) {
            // The spread of the outcome is 10^6 (Wampler1) and 20 (Wampler2).
            CHECK(fit.residual_sd < (name == "wampler1" ? 1e-9 : 1e-14));
            continue;
        }
        // Filip: the powers of x, rounded to doubles, are another problem in the eighth digit.
        const bool hard = name == "filip";
        const nps_test::tolerance of_errors{.relative = hard ? 2e-7 : 1e-12,
                                            .reason = "the condition of the data"};
        CHECK(close(fit.residual_sd, row.number("sigma"),
                    {.relative = hard ? 1e-7 : 1e-12, .reason = "the condition of the data"}));
        CHECK(close(fit.coefficients.at(j).standard_error, row.number("error"), of_errors));
        for (const auto& [errors, column] :
             {std::pair{nps::standard_errors::hc0, "hc0"}, {nps::standard_errors::hc3, "hc3"}}) {
            options.errors = errors;
            const nps::linear_fit robust = nps::least_squares(data.items, data.outcome, options);
            CAPTURE(column);
            CHECK(close(robust.coefficients.at(j).standard_error, row.number(column), of_errors));
        }
    }
}

TEST_CASE("Filip's items are named as collinear by default, as R lm leaves one out") {
    const auto data = nps_test::linear_data_of("nist_strd_data.csv").at("filip");
    const nps::linear_fit fit = nps::least_squares(data.items, data.outcome);
    CHECK(fit.coefficients.size() + fit.excluded.size() == 11);
    REQUIRE_FALSE(fit.excluded.empty());
    for (const nps::excluded_item& item : fit.excluded) {
        CHECK(item.reason == nps::exclusion::collinear);
        CHECK(item.with.size() >= 5);
    }
    for (const double inflation : fit.variance_inflation) {
        CHECK(inflation < 1e14);
    }
}

TEST_CASE("Frequency weights equal repeating the row, and sampling weights have no unit") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    std::vector<Eigen::Index> pick;
    std::vector<double> sampling;
    std::vector<double> scaled;
    std::vector<std::int64_t> clusters;
    for (std::size_t i = 0; i < data.frequency.size(); ++i) {
        for (std::int64_t f = 0; f < data.frequency[i]; ++f) {
            pick.push_back(static_cast<Eigen::Index>(i));
            sampling.push_back(data.sampling[i]);
            scaled.push_back(data.sampling[i] * 1e5);
            clusters.push_back(data.cluster[i]);
        }
    }
    Eigen::MatrixXd items(std::ssize(pick), 3);
    Eigen::VectorXd outcome(std::ssize(pick));
    for (std::size_t i = 0; i < pick.size(); ++i) {
        items.row(static_cast<Eigen::Index>(i)) = data.items.row(pick[i]);
        outcome[static_cast<Eigen::Index>(i)] = data.outcome[pick[i]];
    }
    for (int kind = 0; kind <= 6; ++kind) {
        const auto errors = static_cast<nps::standard_errors>(kind);
        CAPTURE(kind);
        const bool by_cluster = errors == nps::standard_errors::clustered;
        const auto none = std::vector<std::int64_t>{};
        const nps::linear_fit once =
            nps::least_squares(data.items, data.outcome,
                               {.frequency_weights = data.frequency,
                                .sampling_weights = data.sampling,
                                .clusters = by_cluster ? data.cluster : none,
                                .errors = errors});
        const nps::linear_fit repeated =
            nps::least_squares(items, outcome,
                               {.sampling_weights = sampling,
                                .clusters = by_cluster ? clusters : none,
                                .errors = errors});
        const nps::linear_fit other_unit =
            nps::least_squares(items, outcome,
                               {.sampling_weights = scaled,
                                .clusters = by_cluster ? clusters : none,
                                .errors = errors});
        CHECK(once.n == repeated.n);
        CHECK(once.clusters == repeated.clusters);
        CHECK(close(once.aic.value(), repeated.aic.value()));
        CHECK(close(other_unit.aic.value(), repeated.aic.value()));
        for (std::size_t j = 0; j < 4; ++j) {
            CHECK(close(once.coefficients[j].estimate, repeated.coefficients[j].estimate));
            CHECK(close(once.coefficients[j].standard_error,
                        repeated.coefficients[j].standard_error));
            CHECK(close(once.coefficients[j].p_value, repeated.coefficients[j].p_value));
            CHECK(close(other_unit.coefficients[j].standard_error,
                        repeated.coefficients[j].standard_error));
        }
    }
}

TEST_CASE("Any scalar and storage order, missing rows, weights of 0") {
    Eigen::Matrix<float, 9, 2, Eigen::RowMajor> items;
    items << 1, 5, 2, 3, 9, 9, 4, 4, 7, 7, 6, 1, 3, 8, 5, 5, 2, 2;
    Eigen::Matrix<int, 9, 1> outcome;
    outcome << 3, 4, 9, 2, 8, 7, 5, 6, 1;
    std::vector<double> weights(9, 1.0);
    items(2, 1) = static_cast<float>(not_a_number);
    weights[4] = 0;
    const nps::linear_fit fit = nps::least_squares(
        items, outcome, {.names = {"price", "shop"}, .sampling_weights = weights});
    CHECK(fit.n == 7);
    CHECK(fit.dropped == 1);
    // A frequency weight is the row so often, left out or used.
    const nps::linear_fit often =
        nps::least_squares(items, outcome, {.frequency_weights = {1, 2, 5, 0, 1, 1, 1, 1, 1}});
    CHECK(often.n == 8);
    CHECK(often.dropped == 5);
    Eigen::MatrixXd complete(7, 2);
    complete << 1, 5, 2, 3, 4, 4, 6, 1, 3, 8, 5, 5, 2, 2;
    Eigen::VectorXd answers(7);
    answers << 3, 4, 2, 7, 5, 6, 1;
    const nps::linear_fit same = nps::least_squares(complete, answers);
    CHECK(fit.coefficients[1].name == "price");
    CHECK(same.coefficients[2].name == "item 2");
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(fit.coefficients[j].estimate == same.coefficients[j].estimate);
        CHECK(fit.coefficients[j].standard_error == same.coefficients[j].standard_error);
    }
}

TEST_CASE("Constant and collinear items are named, with what they are made of") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    Eigen::MatrixXd items(60, 7);
    items << data.items.col(0), Eigen::VectorXd::Constant(60, 0.1), data.items.col(1),
        data.items.col(0), data.items.col(2), data.items.rowwise().mean(),
        3.5 - 2 * data.items.col(2).array();
    const nps::linear_fit fit = nps::least_squares(
        items, data.outcome, {.names = {"a", "always", "b", "again", "c", "mean", "turned"}});
    const nps::linear_fit plain = nps::least_squares(data.items, data.outcome);
    REQUIRE(fit.coefficients.size() == 4);
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(close(fit.coefficients[j].estimate, plain.coefficients[j].estimate));
        CHECK(close(fit.coefficients[j].standard_error, plain.coefficients[j].standard_error));
    }
    CHECK(fit.coefficients[3].name == "c");
    CHECK(fit.columns == std::vector<Eigen::Index>{0, 2, 4});
    CHECK(fit.items == 7);
    const std::vector<nps::excluded_item> expected{
        {"always", nps::exclusion::constant},
        {"again", nps::exclusion::collinear, {"a"}},
        {"mean", nps::exclusion::collinear, {"a", "b", "c"}},
        {"turned", nps::exclusion::collinear, {"c"}}};
    CHECK(fit.excluded == expected);
}

TEST_CASE("More items than rows, one row to spare, none to spare") {
    Eigen::MatrixXd items(5, 3);
    items << 1, 2, 7, 2, 1, 0, 5, 3, 3, 4, 9, 1, 8, 2, 6;
    Eigen::VectorXd outcome(5);
    outcome << 1, 4, 2, 8, 5;
    const nps::linear_fit fit = nps::least_squares(items, outcome);
    CHECK(fit.degrees_of_freedom == 1);
    // R: summary(lm(c(1, 4, 2, 8, 5) ~ ...)), 17 digits.
    CHECK(close(fit.coefficients[1].estimate, 0.38512616201859229));
    CHECK(close(fit.coefficients[1].p_value, 0.58685571250694091));
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(items.topRows(4), outcome.head(4))),
                         "nps::least_squares: n = 4 rows for 4 coefficients leave nothing to "
                         "estimate errors from",
                         nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::least_squares(items.topRows(2), outcome.head(2))),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::least_squares(items.topRows(1), outcome.head(1))),
                    nps::undefined_result);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(items.topRows(0), outcome.head(0))),
                         "nps::least_squares: no complete row", nps::undefined_result);
    const nps::linear_fit mean = nps::least_squares(items.leftCols(0), outcome);
    CHECK(mean.coefficients.size() == 1);
    CHECK(mean.coefficients[0].estimate == 4);
    CHECK(close(mean.coefficients[0].standard_error, std::sqrt(30.0 / 4 / 5)));
    CHECK(mean.r_squared == 0);
    CHECK(mean.f_p_value == 1);
    CHECK(mean.condition_number == 1);
}

TEST_CASE("A constant outcome has slopes, errors and R^2 of 0; a perfect fit has p = 0") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    for (const double always : {0.0, 0.1, -1.0, 1e9}) {
        const nps::linear_fit fit = nps::least_squares(
            data.items, Eigen::VectorXd::Constant(60, always), {.sampling_weights = data.extreme});
        CAPTURE(always);
        CHECK(close(fit.coefficients[0].estimate, always));
        CHECK(fit.coefficients[0].standard_error == 0);
        CHECK(fit.coefficients[0].p_value == (always == 0 ? 1 : 0));
        CHECK(fit.coefficients[1].estimate == 0);
        CHECK(fit.coefficients[1].p_value == 1);
        CHECK(fit.r_squared == 0);
        CHECK(fit.adjusted_r_squared == 0);
        CHECK(fit.f_p_value == 1);
        CHECK_FALSE(fit.aic.has_value());
        CHECK(fit.standardised[1] == 0);
    }
    const nps::linear_fit perfect = nps::least_squares(data.items, data.items.col(1));
    CHECK(close(perfect.coefficients[2].estimate, 1));
    CHECK(perfect.coefficients[2].p_value < 1e-300);
    CHECK(close(perfect.r_squared, 1));
    CHECK(std::isfinite(perfect.f_statistic));
}

TEST_CASE("Items from 1e-6 to 1e6 and far from 0 are fitted as well as others") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    const nps::linear_fit plain = nps::least_squares(data.items, data.outcome);
    Eigen::MatrixXd items = data.items;
    items.col(0) *= 1e-6;
    items.col(1) = items.col(1) * 1e6 + Eigen::VectorXd::Constant(60, 1e9);
    const nps::linear_fit fit = nps::least_squares(items, data.outcome);
    CHECK(close(fit.coefficients[1].estimate, plain.coefficients[1].estimate * 1e6));
    CHECK(close(fit.coefficients[2].estimate, plain.coefficients[2].estimate * 1e-6));
    CHECK(close(fit.coefficients[3].standard_error, plain.coefficients[3].standard_error));
    CHECK(close(fit.r_squared, plain.r_squared));
    items.col(1) *= 1e200;
    CHECK_THROWS_AS(static_cast<void>(nps::least_squares(items, data.outcome)), nps::invalid_input);
}

TEST_CASE("A row that alone decides a coefficient has no hc2, hc3, hc4") {
    Eigen::MatrixXd items(6, 2);
    items << 1, 0, 2, 0, 3, 0, 4, 0, 6, 0, 9, 1;
    Eigen::VectorXd outcome(6);
    outcome << 1, 3, 2, 5, 4, 9;
    const auto fit = [&](nps::standard_errors errors) {
        return nps::least_squares(items, outcome, {.errors = errors});
    };
    CHECK(fit(nps::standard_errors::hc1).coefficients[1].standard_error > 0);
    for (const auto errors :
         {nps::standard_errors::hc2, nps::standard_errors::hc3, nps::standard_errors::hc4}) {
        CHECK_THROWS_WITH_AS(static_cast<void>(fit(errors)),
                             "nps::least_squares: row 5 has leverage 1, so hc2, hc3 and hc4 divide "
                             "0 by 0; hc0 and hc1 do not",
                             nps::undefined_result);
    }
}

TEST_CASE("What is wrong is named") {
    Eigen::MatrixXd items(4, 1);
    items << 1, 2, 4, 3;
    Eigen::VectorXd outcome(4);
    outcome << 1, 3, 2, 5;
    const auto fails = [&](const nps::least_squares_row_options& options, const std::string& text) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(static_cast<void>(nps::least_squares(items, outcome, options)),
                             ("nps::least_squares: " + text).c_str(), nps::invalid_input);
    };
    fails({.level = 1}, "level = 1, must be in (0, 1)");
    fails({.level = not_a_number}, "level = nan, must be in (0, 1)");
    fails({.tolerance = 0}, "tolerance = 0, must be in [1e-28, 1)");
    fails({.tolerance = not_a_number}, "tolerance = nan, must be in [1e-28, 1)");
    fails({.names = {"a", "b"}}, "names.size() = 2, must be the number of items, or 0");
    fails({.frequency_weights = {1, 2}},
          "frequency_weights.size() = 2, must be the number of rows, 4, or 0");
    fails({.frequency_weights = {1, 2, -1, 1}}, "frequency_weights[2] = -1, must be in [0, 2^53]");
    fails({.sampling_weights = {1, 2, not_a_number, 1}},
          "sampling_weights[2] = nan, must be finite and not negative");
    fails({.clusters = {1, 2, 2, 1}}, "clusters.size() = 4, needs errors = "
                                      "standard_errors::clustered");
    fails({.errors = nps::standard_errors::clustered},
          "clusters.size() = 0, must be the number of rows where errors = "
          "standard_errors::clustered");
    fails({.errors = static_cast<nps::standard_errors>(9)}, "errors = 9, must be a named kind");
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::least_squares(
            items, outcome, {.clusters = {7, 7, 7, 7}, .errors = nps::standard_errors::clustered})),
        "nps::least_squares: clusters = 1: clustered errors need at least two",
        nps::undefined_result);
    items(1, 0) = infinity;
    fails({}, "item 0 of row 1 = inf, must be finite, or NaN where it is missing");
    items(1, 0) = not_a_number;
    outcome[2] = -infinity;
    fails({}, "outcome of row 2 = -inf, must be finite, or NaN where it is missing");
    outcome[2] = not_a_number;
    CHECK_THROWS_AS(static_cast<void>(nps::least_squares(items, outcome)), nps::undefined_result);
}
