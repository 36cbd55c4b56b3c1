// SPDX-License-Identifier: Apache-2.0
// Models of surveys of real people, against R (tests/reference/generate/real_surveys.R). The files
// are not part of the project: without their folder this is skipped and says so.
#include <nps/model/importance.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/logistic_regression.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

using nps_test::close;

#ifndef NPS_TEST_DATA_DIR
#define NPS_TEST_DATA_DIR ""
#endif

namespace {

bool data_is_here() {
    const std::string folder = NPS_TEST_DATA_DIR;
    const bool here = !folder.empty() && std::filesystem::is_directory(folder);
    if (!here) {
        MESSAGE("SKIPPED: there is no folder of survey files");
    }
    return here;
}

// A comma inside quotes does not end a cell.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    return cells;
}

// The columns of these names, missing cells as NaN.
Eigen::MatrixXd survey(const std::string& file, const std::vector<std::string>& columns) {
    std::ifstream in(std::string(NPS_TEST_DATA_DIR) + "/" + file);
    REQUIRE_MESSAGE(in.good(), "missing survey ", file);
    std::string line;
    std::getline(in, line);
    const std::vector<std::string> header = cells_of(line);
    std::vector<std::size_t> at;
    for (const std::string& column : columns) {
        const auto found = std::find(header.begin(), header.end(), column);
        REQUIRE_MESSAGE(found != header.end(), "missing column ", column);
        at.push_back(static_cast<std::size_t>(found - header.begin()));
    }
    std::vector<double> values;
    while (std::getline(in, line)) {
        const std::vector<std::string> cells = cells_of(line);
        for (const std::size_t j : at) {
            const std::string& cell = cells.at(j);
            values.push_back(cell.empty() || cell == "NA" ? std::numeric_limits<double>::quiet_NaN()
                                                          : std::stod(cell));
        }
    }
    const auto p = static_cast<Eigen::Index>(columns.size());
    return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        values.data(), std::ssize(values) / p, p);
}

std::vector<double> expected(const std::string& survey, const std::string& model,
                             const std::string& quantity) {
    static const std::vector<nps_test::reference_row> table =
        nps_test::reference_table("real_surveys.csv");
    std::vector<double> values;
    for (const nps_test::reference_row& row : table) {
        if (row.text("survey") == survey && row.text("model") == model &&
            row.text("quantity") == quantity) {
            values.push_back(row.number("value"));
        }
    }
    REQUIRE(!values.empty());
    return values;
}

using member = double nps::coefficient::*;

void compare(const std::vector<nps::coefficient>& found, member which,
             const std::vector<double>& expected, nps_test::tolerance t = {}) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(found[i].name);
        CHECK(close(found[i].*which, expected[i], t));
    }
}

constexpr member estimate = &nps::coefficient::estimate;
constexpr member standard_error = &nps::coefficient::standard_error;

struct airport_survey {
    // 0-10, driver ratings, cluster, weight.
    Eigen::MatrixXd columns = survey("sfo_airport_2017/sfo2017.csv",
                                     {"netpro", "q7sign", "q7walkways", "q7screens", "q7wifi",
                                      "q9restroom", "q10safe", "runid", "weight"});
    Eigen::MatrixXd items = columns.middleCols(1, 6);
    Eigen::VectorXd score = columns.col(0);
    Eigen::VectorXd promoter = columns.col(0);
    std::vector<std::int64_t> runs = {};
    std::vector<double> weights = {};

    airport_survey() {
        for (Eigen::Index i = 0; i < score.size(); ++i) {
            if (!std::isnan(score[i])) {
                promoter[i] = score[i] >= 9 ? 1 : 0;
                score[i] = promoter[i] - (score[i] <= 6 ? 1 : 0);
            }
            runs.push_back(static_cast<std::int64_t>(columns(i, 7)));
            weights.push_back(columns(i, 8));
        }
    }
};

} // namespace

TEST_CASE("An airport: least squares with classical, hc3 and clustered errors are those of R") {
    if (!data_is_here()) {
        return;
    }
    const airport_survey data;
    const auto is = [](const std::string& quantity) {
        return expected("airport", "least_squares", quantity);
    };
    const nps::linear_fit fit = nps::least_squares(data.items, data.score);
    CHECK(static_cast<double>(fit.n) == is("n")[0]);
    CHECK(fit.n + fit.dropped == data.score.size());
    compare(fit.coefficients, estimate, is("estimate"));
    compare(fit.coefficients, standard_error, is("classical"));
    compare(fit.coefficients, &nps::coefficient::p_value, is("p_value"),
            {.relative = 1e-11, .reason = "far tails multiply the rounding of t"});
    CHECK(close(fit.r_squared, is("r_squared")[0]));
    const auto hc3 =
        nps::least_squares(data.items, data.score, {.errors = nps::standard_errors::hc3});
    compare(hc3.coefficients, standard_error, is("hc3"));
    nps::least_squares_row_options options{.clusters = data.runs,
                                           .errors = nps::standard_errors::clustered};
    const auto clustered = nps::least_squares(data.items, data.score, options);
    compare(clustered.coefficients, standard_error, is("clustered"));
    options.sampling_weights = data.weights;
    const auto weighted = nps::least_squares(data.items, data.score, options);
    compare(weighted.coefficients, estimate, expected("airport", "weighted", "estimate"));
    compare(weighted.coefficients, standard_error, expected("airport", "weighted", "clustered"));
}

TEST_CASE("An airport: logistic regression of promoters is that of R glm") {
    if (!data_is_here()) {
        return;
    }
    const airport_survey data;
    const auto is = [](const std::string& quantity) {
        return expected("airport", "logistic", quantity);
    };
    const nps::logistic_fit fit = nps::logistic_regression(data.items, data.promoter);
    CHECK(fit.status == nps::fit_status::converged);
    compare(fit.coefficients, estimate, is("estimate"));
    compare(fit.coefficients, standard_error, is("classical"));
    CHECK(close(fit.log_likelihood, is("likelihood")[0]));
    const auto clustered = nps::logistic_regression(
        data.items, data.promoter,
        {.clusters = data.runs, .errors = nps::standard_errors::clustered});
    compare(clustered.coefficients, standard_error, is("clustered"));
}

TEST_CASE("An airport: multinomial regression of the three categories is that of R VGAM") {
    if (!data_is_here()) {
        return;
    }
    const airport_survey data;
    const nps::multinomial_fit fit = nps::multinomial_regression(data.items, data.score);
    CHECK(fit.status == nps::fit_status::converged);
    std::vector<nps::coefficient> all = fit.coefficients.at(0);
    all.insert(all.end(), fit.coefficients.at(1).begin(), fit.coefficients.at(1).end());
    compare(all, estimate, expected("airport", "multinomial", "estimate"));
    compare(all, standard_error, expected("airport", "multinomial", "classical"));
    CHECK(close(fit.log_likelihood, expected("airport", "multinomial", "likelihood")[0]));
}

TEST_CASE("A university on 7 points, a community on 5: proportional odds is that of R clm") {
    if (!data_is_here()) {
        return;
    }
    const auto check = [](const std::string& name, const Eigen::MatrixXd& columns) {
        CAPTURE(name);
        const nps::ordinal_fit fit =
            nps::proportional_odds(columns.rightCols(columns.cols() - 1), columns.col(0));
        CHECK(fit.status == nps::fit_status::converged);
        const auto is = [&](const std::string& quantity) {
            return expected(name, "proportional_odds", quantity);
        };
        CHECK(static_cast<double>(fit.n) == is("n")[0]);
        CHECK(fit.n + fit.dropped == columns.rows());
        std::vector<nps::coefficient> all = fit.cut_points;
        all.insert(all.end(), fit.coefficients.begin(), fit.coefficients.end());
        compare(all, estimate, is("estimate"));
        compare(all, standard_error, is("classical"));
        CHECK(close(fit.log_likelihood, is("likelihood")[0]));
    };
    check("university", survey("university_service/univer.csv",
                               {"global", "informat", "willingn", "officeho", "compete"}));
    check("haskell", survey("haskell_community/haskell_2018_2022.csv",
                            {"recommend", "welcome", "satisfied_language", "libraries_quality",
                             "libraries_documented", "maintainable"}));
}

TEST_CASE("Customers of a telephone company: Firth's regression, importance are those of R") {
    if (!data_is_here()) {
        return;
    }
    const Eigen::MatrixXd columns =
        survey("mobile_phone_ecsi/mobi.csv", {"CUSL3", "PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5",
                                              "PERQ6", "PERQ7", "PERV1", "PERV2"});
    Eigen::MatrixXd items(columns.rows(), 4);
    items << columns.col(1), columns.col(4), columns.col(8), columns.col(9);
    Eigen::VectorXd detractor(columns.rows());
    for (Eigen::Index i = 0; i < columns.rows(); ++i) {
        detractor[i] = columns(i, 0) <= 6 ? 1 : 0;
    }
    const nps::logistic_fit firth =
        nps::logistic_regression(items, detractor, {.penalty = nps::logistic_penalty::firth});
    CHECK(firth.status == nps::fit_status::converged);
    compare(firth.coefficients, estimate, expected("phone", "firth", "estimate"));

    const nps::cross_products xy(columns.rightCols(9), columns.col(0));
    for (const auto method :
         {nps::importance_method::shapley, nps::importance_method::johnson,
          nps::importance_method::first, nps::importance_method::last,
          nps::importance_method::pratt, nps::importance_method::standardized_coefficient,
          nps::importance_method::car}) {
        const nps::importance found = nps::relative_importance(xy, {.method = method});
        CAPTURE(std::string(found.method));
        const auto values = expected("phone", "importance", std::string(found.method));
        REQUIRE(values.size() == found.value.size());
        for (std::size_t j = 0; j < values.size(); ++j) {
            CHECK(close(found.value[j], values[j]));
        }
        CHECK(close(found.r_squared, expected("phone", "importance", "r_squared")[0]));
    }
}
