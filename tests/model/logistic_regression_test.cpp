// SPDX-License-Identifier: Apache-2.0
#include <nps/model/logistic_regression.hpp>
#include <nps/numeric/philox.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::logistic_survey;
using nps_test::logistic_survey_of;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::map<std::string, nps::standard_errors> errors_named{
    {"classical", nps::standard_errors::classical},
    {"hc0", nps::standard_errors::hc0},
    {"hc1", nps::standard_errors::hc1},
    {"hc2", nps::standard_errors::hc2},
    {"hc3", nps::standard_errors::hc3},
    {"hc4", nps::standard_errors::hc4},
    {"clustered", nps::standard_errors::clustered}};

double quantity(const nps::logistic_fit& fit, const std::string& name, std::size_t index) {
    const std::map<std::string, double> whole{
        {"log_likelihood", fit.log_likelihood},
        {"null_log_likelihood", fit.null_log_likelihood},
        {"penalised_log_likelihood", fit.penalised_log_likelihood},
        {"aic", fit.aic},
        {"bic", fit.bic},
        {"mcfadden", fit.mcfadden_r_squared},
        {"nagelkerke", fit.nagelkerke_r_squared},
        {"tjur", fit.tjur_r_squared},
        {"covariance_01", fit.covariance(0, 1)}};
    if (whole.contains(name)) {
        return whole.at(name);
    }
    const nps::coefficient& c = fit.coefficients.at(index);
    return name == "estimate" ? c.estimate
           : name == "error"  ? c.standard_error
           : name == "z"      ? c.statistic
           : name == "p"      ? c.p_value
           : name == "lower"  ? c.interval.lower
           : name == "upper"  ? c.interval.upper
                              : not_a_number;
}

nps::logistic_fit fit_of(const logistic_survey& data, const std::string& weights,
                         const std::string& errors) {
    nps::logistic_regression_options options = data.options(weights);
    if (errors == "firth") {
        options.penalty = nps::logistic_penalty::firth;
    } else {
        options.errors = errors_named.at(errors);
        options.clusters = data.clusters;
    }
    return nps::logistic_regression(data.items, data.outcome, options);
}

void check_same(const nps::logistic_fit& a, const nps::logistic_fit& b,
                const nps_test::tolerance& t = {}) {
    REQUIRE(a.coefficients.size() == b.coefficients.size());
    for (std::size_t j = 0; j < a.coefficients.size(); ++j) {
        CHECK(close(a.coefficients[j].estimate, b.coefficients[j].estimate, t));
        CHECK(close(a.coefficients[j].standard_error, b.coefficients[j].standard_error, t));
    }
    CHECK(close(a.log_likelihood, b.log_likelihood, t));
    CHECK(a.n == b.n);
}

void check_finite(const nps::logistic_fit& fit) {
    CHECK(fit.covariance.allFinite());
    for (const nps::coefficient& c : fit.coefficients) {
        CHECK(std::isfinite(c.estimate));
        CHECK(std::isfinite(c.standard_error));
        CHECK((c.p_value >= 0 && c.p_value <= 1));
        CHECK(std::isfinite(c.interval.lower));
        CHECK(std::isfinite(c.interval.upper));
    }
    for (const double value :
         {fit.log_likelihood, fit.null_log_likelihood, fit.aic, fit.bic, fit.mcfadden_r_squared,
          fit.nagelkerke_r_squared, fit.tjur_r_squared}) {
        CHECK(std::isfinite(value));
    }
}

} // namespace

TEST_CASE("logistic_regression equals Newton's method in 40 digits, with every weight and error") {
    std::map<std::string, logistic_survey> surveys;
    std::map<std::string, nps::logistic_fit> fits;
    for (const auto& row : nps_test::reference_table("logistic.csv")) {
        const std::string& what = row.text("quantity");
        if (what.starts_with("derivative") || what.starts_with("change")) {
            continue; // tests/model/logistic_prediction_test.cpp
        }
        const std::string key =
            row.text("data") + " " + row.text("weights") + " " + row.text("errors");
        if (!fits.contains(key)) {
            if (!surveys.contains(row.text("data"))) {
                surveys[row.text("data")] = logistic_survey_of(row.text("data"));
            }
            fits[key] = fit_of(surveys[row.text("data")], row.text("weights"), row.text("errors"));
            CHECK(fits[key].status == nps::fit_status::converged);
        }
        INFO(key, " ", what, " ", row.text("index"));
        CHECK(close(quantity(fits[key], what, static_cast<std::size_t>(row.integer("index"))),
                    row.number("value")));
    }
}

TEST_CASE("logistic_regression equals glm, sandwich, survey, logistf and brglm2") {
    for (const auto& row : nps_test::reference_table("logistic_r.csv")) {
        const std::string& tool = row.text("tool");
        const std::string& what = row.text("quantity");
        if (what.starts_with("logit") || what == "probability") {
            continue; // tests/model/logistic_prediction_test.cpp
        }
        const std::string errors = tool == "svyglm"                        ? "clustered"
                                   : tool == "logistf" || tool == "brglm2" ? "firth"
                                   : tool == "glm"                         ? "classical"
                                                                           : tool;
        const nps::logistic_fit fit =
            fit_of(logistic_survey_of(row.text("data")), row.text("weights"), errors);
        INFO(row.text("data"), " ", tool, " ", what, " ", row.text("index"));
        CHECK(close(quantity(fit, what, static_cast<std::size_t>(row.integer("index"))),
                    row.number("value"),
                    {.relative = 1e-8, .reason = "errors of glm are of its last step but one"}));
    }
}

TEST_CASE("logistic_regression: the vector path, threads and layouts give the same bits") {
    const Eigen::Index n = 3000;
    nps::random_stream stream(3, 0, nps::random_purpose::simulation);
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic> bytes(n, 7);
    Eigen::VectorXi outcome(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < 7; ++j) {
            bytes(i, j) = static_cast<std::uint8_t>(stream.below(11));
        }
        outcome[i] = stream.uniform() < 0.1 + 0.07 * bytes(i, 2) ? 1 : 0;
    }
    const Eigen::MatrixXd doubles = bytes.cast<double>();
    const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> floats =
        bytes.cast<float>();
    const Eigen::Matrix<bool, Eigen::Dynamic, 1> truth = outcome.cast<bool>();
    const auto fit = nps::logistic_regression(bytes, outcome);
    CHECK(fit.status == nps::fit_status::converged);
    for (const auto& other : {nps::logistic_regression(doubles, outcome.cast<double>()),
                              nps::logistic_regression(floats, truth),
                              nps::logistic_regression(bytes, truth, {.threads = 2}),
                              nps::logistic_regression(bytes, truth, {.threads = 0})}) {
        for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
            CHECK(other.coefficients[j].estimate == fit.coefficients[j].estimate);
            CHECK(other.coefficients[j].standard_error == fit.coefficients[j].standard_error);
        }
        CHECK(other.log_likelihood == fit.log_likelihood);
    }
    // Not whole numbers: the doubles are read where they stand; the same model in other units.
    const auto halves = nps::logistic_regression(doubles * 0.5, outcome);
    CHECK(close(halves.log_likelihood, fit.log_likelihood));
    CHECK(close(halves.coefficients[3].estimate, 2 * fit.coefficients[3].estimate));

    nps::detail::logistic_rows data =
        nps::detail::logistic_take(bytes, outcome, nps::logistic_regression_options{}, "test");
    nps::detail::logistic_standardise(data);
    const Eigen::VectorXd at = Eigen::VectorXd::LinSpaced(8, -0.9, 1.1);
    const auto plain =
        nps::detail::logistic_evaluate(data, at, {.instructions = nps::instruction_set::plain});
    const auto fast = nps::detail::logistic_evaluate(data, at, {});
    CHECK(plain.point.value == fast.point.value);
    CHECK(plain.misfit == fast.misfit);
    CHECK(plain.point.gradient == fast.point.gradient);
    CHECK(plain.point.information == fast.point.information);
}

TEST_CASE("logistic_regression: what belongs to a row keeps its digits at every logit") {
    // Against the C library in long double; rows of logit eta with outcome 1.
    for (const auto instructions : {nps::instruction_set::plain, nps::best_instruction_set()}) {
        for (double first = -750; first < 750; first += 1.7) {
            nps::detail::logistic_block b(1);
            for (std::size_t i = 0; i < nps::detail::logistic_block_rows; ++i) {
                b.x[0][i] = first + 0.013 * static_cast<double>(i);
            }
            b.sign.fill(1);
            b.weight.fill(1);
            const double one = 1;
            nps::detail::logistic_terms(b, &one, instructions);
            long double sum = 0;
            for (std::size_t i = 0; i < nps::detail::logistic_block_rows; ++i) {
                const long double eta = b.x[0][i];
                sum += eta < 0 ? eta - std::log1p(std::exp(eta)) : -std::log1p(std::exp(-eta));
                if (std::abs(b.x[0][i]) > 700) {
                    CHECK(b.residual()[i] >= 0);
                    continue;
                }
                const double wrong = static_cast<double>(1 / (1 + std::exp(eta)));
                const double information =
                    static_cast<double>(1 / (1 + std::exp(eta)) / (1 + std::exp(-eta)));
                REQUIRE(std::abs(b.residual()[i] - wrong) <= 2e-15 * wrong);
                REQUIRE(std::abs(b.information[i] - information) <= 2e-15 * information);
            }
            // Rounding of the factors 1 + e^-z: 1.2e-16 a row.
            const double value = static_cast<double>(sum);
            REQUIRE(std::abs(b.value - value) <= 2e-15 * std::abs(value) + 2e-14);
            // Any weights: each row has its own logarithm.
            b.alike = false;
            nps::detail::logistic_terms(b, &one, instructions);
            REQUIRE(std::abs(b.value - value) <= 3e-15 * std::abs(value) + 1e-300);
        }
    }
}

TEST_CASE("logistic_regression: a frequency weight is a repeated row, a constant weight is none") {
    const logistic_survey data = logistic_survey_of("ratings");
    std::vector<Eigen::Index> repeated;
    std::vector<std::int64_t> clusters;
    for (std::size_t i = 0; i < data.times.size(); ++i) {
        for (std::int64_t t = 0; t < data.times[i]; ++t) {
            repeated.push_back(static_cast<Eigen::Index>(i));
            clusters.push_back(data.clusters[i]);
        }
    }
    for (const auto& [name, errors] : errors_named) {
        INFO(name);
        nps::logistic_regression_options options = data.options("times");
        options.errors = errors;
        options.clusters = data.clusters;
        const auto weighted = nps::logistic_regression(data.items, data.outcome, options);
        const auto copied = nps::logistic_regression(
            Eigen::MatrixXd(data.items(repeated, Eigen::all)),
            Eigen::VectorXd(data.outcome(repeated)), {.clusters = clusters, .errors = errors});
        check_same(weighted, copied);
        CHECK(weighted.n == static_cast<std::int64_t>(repeated.size()));
    }
    for (const double w : {1e-6, 1.0, 1e6}) {
        check_same(nps::logistic_regression(
                       data.items, data.outcome,
                       {.sampling_weights = std::vector<double>(data.times.size(), w)}),
                   nps::logistic_regression(data.items, data.outcome));
    }
    // A weight of 0 takes the row away.
    std::vector<std::int64_t> some(data.times.size(), 1);
    some[3] = some[40] = 0;
    std::vector<Eigen::Index> others;
    for (Eigen::Index i = 0; i < std::ssize(some); ++i) {
        if (some[static_cast<std::size_t>(i)] > 0) {
            others.push_back(i);
        }
    }
    check_same(nps::logistic_regression(data.items, data.outcome, {.frequency_weights = some}),
               nps::logistic_regression(Eigen::MatrixXd(data.items(others, Eigen::all)),
                                        Eigen::VectorXd(data.outcome(others))));
}

TEST_CASE("logistic_regression: missing rows are counted, constant and collinear items named") {
    const logistic_survey data = logistic_survey_of("ratings");
    const auto plain = nps::logistic_regression(data.items, data.outcome);
    const Eigen::Index n = data.items.rows();
    Eigen::MatrixXd wider(n + 3, 8);
    Eigen::VectorXd outcome(n + 3);
    wider.setConstant(5);
    outcome.setZero();
    wider.block(0, 1, n, 2) = data.items.leftCols(2);
    wider.col(3).setConstant(7);
    wider.block(0, 4, n, 1) = data.items.col(0) - 3 * data.items.col(1);
    wider.block(0, 5, n, 2) = data.items.rightCols(2);
    wider.col(7) = wider.col(5);
    outcome.head(n) = data.outcome;
    wider(n, 6) = not_a_number;
    wider(n + 1, 0) = not_a_number;
    outcome[n + 2] = not_a_number;
    const auto fit = nps::logistic_regression(
        wider, outcome, {.names = {"c", "x1", "x2", "k", "sum", "x3", "x4", "x3 again"}});
    CHECK(fit.dropped == 3);
    CHECK(fit.status == nps::fit_status::converged);
    check_same(fit, plain);
    CHECK(fit.excluded ==
          std::vector<nps::excluded_item>{{"c", nps::exclusion::constant},
                                          {"k", nps::exclusion::constant},
                                          {"sum", nps::exclusion::collinear, {"x1", "x2"}},
                                          {"x3 again", nps::exclusion::collinear, {"x3"}}});
    CHECK(fit.coefficients[3].name == "x3");
    CHECK(fit.columns == std::vector<std::size_t>{1, 2, 5, 6});
    CHECK(fit.items == 8);
    // No items at all: the share itself.
    const auto none = nps::logistic_regression(Eigen::MatrixXd(n, 0), data.outcome);
    const double share = data.outcome.mean();
    CHECK(close(none.coefficients[0].estimate, std::log(share / (1 - share))));
    CHECK(close(none.log_likelihood, none.null_log_likelihood));
    CHECK(none.mcfadden_r_squared == doctest::Approx(0));
}

TEST_CASE("logistic_regression tells separation from convergence") {
    using nps::fit_status;
    const logistic_survey quasi = logistic_survey_of("quasi");
    const auto by_dummy = nps::logistic_regression(quasi.items, quasi.outcome);
    CHECK(by_dummy.status == fit_status::separated);
    check_finite(by_dummy);
    // The likelihood is that of the rows without a complaint.
    std::vector<Eigen::Index> others;
    for (Eigen::Index i = 0; i < quasi.items.rows(); ++i) {
        if (quasi.items(i, 0) == 0) {
            others.push_back(i);
        }
    }
    const auto limit = nps::logistic_regression(Eigen::VectorXd(quasi.items.col(1)(others)),
                                                Eigen::VectorXd(quasi.outcome(others)));
    CHECK(limit.status == fit_status::converged);
    CHECK(close(by_dummy.log_likelihood, limit.log_likelihood,
                {.absolute = 1e-8, .reason = "the limit is reached to 1e-10 a row"}));

    Eigen::MatrixXd x(8, 1);
    x << 1, 2, 3, 4, 5, 6, 7, 8;
    Eigen::VectorXi y(8);
    const auto status_of = [&](std::vector<int> values, auto... more) {
        for (Eigen::Index i = 0; i < 8; ++i) {
            y[i] = values[static_cast<std::size_t>(i)];
        }
        const auto fit = nps::logistic_regression(x, y, {more...});
        check_finite(fit);
        return fit.status;
    };
    CHECK(status_of({0, 0, 0, 0, 1, 1, 1, 1}) == fit_status::separated); // complete
    CHECK(status_of({1, 1, 1, 1, 0, 0, 0, 0}) == fit_status::separated);
    CHECK(status_of({0, 0, 0, 1, 0, 1, 1, 1}) == fit_status::converged);
    CHECK(status_of({1, 1, 1, 1, 1, 1, 1, 1}) == fit_status::separated); // by the intercept
    CHECK(status_of({0, 0, 0, 0, 0, 0, 0, 0}) == fit_status::separated);
    x << 1, 2, 3, 4, 4, 5, 6, 7;
    CHECK(status_of({0, 0, 0, 0, 1, 1, 1, 1}) == fit_status::separated); // quasi, by a tie at 4
    CHECK(status_of({0, 0, 0, 1, 0, 1, 1, 1}) == fit_status::separated);
    x << 1, 2, 3, 4, 4, 5, 6, 1e6; // one row far out that is only nearly certain
    CHECK(status_of({0, 1, 0, 1, 0, 1, 0, 1}) == fit_status::converged);
    x << 1e-9, 2e-9, 3e-9, 4e-9, 5e-9, 6e-9, 7e-9, 8e-9; // units do not matter
    CHECK(status_of({0, 0, 0, 1, 0, 1, 1, 1}) == fit_status::converged);
    CHECK(status_of({0, 0, 0, 0, 1, 1, 1, 1}) == fit_status::separated);
    // Steep, but finite: overlap by weights of 1e-6.
    x << 1, 2, 3, 4, 5, 6, 7, 8;
    nps::logistic_regression_options light;
    light.sampling_weights = {1, 1, 1, 1e-6, 1e-6, 1, 1, 1};
    y << 0, 0, 0, 1, 0, 1, 1, 1;
    const auto steep = nps::logistic_regression(x, y, light);
    CHECK(steep.status == fit_status::converged);
    // Out of iterations.
    const logistic_survey data = logistic_survey_of("ratings");
    const auto early = nps::logistic_regression(data.items, data.outcome, {.iteration_limit = 2});
    CHECK(early.status == fit_status::iteration_limit);
    CHECK(early.iterations == 2);
    check_finite(early);
    // One row; no more rows than coefficients.
    CHECK(nps::logistic_regression(Eigen::MatrixXd(x.topRows(1)), Eigen::VectorXi(y.head(1)))
              .status == fit_status::separated);
    const auto full = nps::logistic_regression(Eigen::MatrixXd(data.items.topRows(5)),
                                               Eigen::VectorXd(data.outcome.head(5)));
    CHECK(full.status == fit_status::separated);
    check_finite(full);
}

TEST_CASE("logistic_regression: Firth is finite where the outcome is separated") {
    Eigen::MatrixXd x(8, 1);
    x << 1, 2, 3, 4, 5, 6, 7, 8;
    for (const int last : {4, 0, 8}) {
        Eigen::VectorXi y(8);
        for (int i = 0; i < 8; ++i) {
            y[i] = i >= last ? 1 : 0;
        }
        const auto fit = nps::logistic_regression(x, y, {.penalty = nps::logistic_penalty::firth});
        CHECK(fit.status == nps::fit_status::converged);
        check_finite(fit);
        CHECK(std::abs(fit.coefficients[1].estimate) < 3);
    }
    // One share: Jeffreys' prior adds half a success and half a failure.
    Eigen::VectorXi all(12);
    all.setOnes();
    const auto share = nps::logistic_regression(Eigen::MatrixXd(12, 0), all,
                                                {.penalty = nps::logistic_penalty::firth});
    CHECK(close(share.coefficients[0].estimate, std::log(12.5 / 0.5)));
}

TEST_CASE("logistic_regression: swapping the outcome turns the signs, moving an item moves one") {
    const logistic_survey data = logistic_survey_of("numbers");
    const auto fit = nps::logistic_regression(data.items, data.outcome);
    const auto other =
        nps::logistic_regression(data.items, Eigen::VectorXd(1 - data.outcome.array()));
    for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
        CHECK(close(other.coefficients[j].estimate, -fit.coefficients[j].estimate));
        CHECK(close(other.coefficients[j].standard_error, fit.coefficients[j].standard_error));
    }
    CHECK(close(other.tjur_r_squared, fit.tjur_r_squared));
    const auto ratio = nps::odds_ratio(fit.coefficients[1]);
    CHECK(close(ratio.value, std::exp(fit.coefficients[1].estimate)));
    CHECK(ratio.interval.lower < ratio.value);
    CHECK(ratio.value < ratio.interval.upper);
    nps::coefficient huge;
    huge.estimate = 800;
    CHECK_THROWS_AS(static_cast<void>(nps::odds_ratio(huge)), nps::undefined_result);
}

TEST_CASE(
    "logistic_regression of many rows starts from a part of them and ends where all rows lead") {
    const Eigen::Index n = 70000;
    nps::random_stream stream(5, 0, nps::random_purpose::simulation);
    Eigen::Matrix<std::int8_t, Eigen::Dynamic, 2> x(n, 2);
    Eigen::VectorXi y(n);
    std::map<std::array<int, 3>, std::int64_t> cells;
    for (Eigen::Index i = 0; i < n; ++i) {
        x(i, 0) = static_cast<std::int8_t>(stream.below(4));
        x(i, 1) = static_cast<std::int8_t>(stream.below(3));
        y[i] = stream.uniform() < 0.2 + 0.2 * x(i, 0) ? 1 : 0;
        ++cells[{x(i, 0), x(i, 1), y[i]}];
    }
    Eigen::MatrixXd few(std::ssize(cells), 2);
    Eigen::VectorXi outcome(std::ssize(cells));
    nps::logistic_regression_options options;
    Eigen::Index at = 0;
    for (const auto& [cell, times] : cells) {
        few.row(at) << cell[0], cell[1];
        outcome[at++] = cell[2];
        options.frequency_weights.push_back(times);
    }
    const auto counted = nps::logistic_regression(few, outcome, options);
    const auto fit = nps::logistic_regression(x, y);
    CHECK(fit.iterations < counted.iterations);
    check_same(fit, counted, {.relative = 1e-11, .reason = "70,000 rows are summed"});
    // Sorted by outcome, so that a part of the rows is as good a start as another; and an item that
    // is constant in that part.
    Eigen::Matrix<std::int8_t, Eigen::Dynamic, 3> more(n, 3);
    more.leftCols(2) = x;
    more.col(2).setZero();
    more(200, 2) = 1;
    more(1300, 2) = 1;
    y[200] = 0;
    y[1300] = 1;
    const auto rare = nps::logistic_regression(more, y);
    CHECK(rare.status == nps::fit_status::converged);
    CHECK(rare.excluded.empty());
}

TEST_CASE("logistic_regression refuses what it cannot use") {
    using options = nps::logistic_regression_options;
    Eigen::MatrixXd x(4, 1);
    x << 1, 2, 3, 4;
    Eigen::VectorXd y(4);
    y << 0, 1, 0, 1;
    const auto fit = [&](const options& o) { return nps::logistic_regression(x, y, o); };
    for (const options& bad :
         {options{.names = {"a", "b"}}, options{.frequency_weights = {1}},
          options{.frequency_weights = {1, 1, 1, -1}},
          options{.sampling_weights = {1, 1, 1, not_a_number}},
          options{.sampling_weights = {1, 1, 1, -1}},
          options{.sampling_weights = {1e308, 1e308, 1e308, 1e308}}, options{.clusters = {1, 2}},
          options{.level = not_a_number}, options{.level = 1}, options{.iteration_limit = 0},
          options{.errors = nps::standard_errors::clustered},
          options{.errors = static_cast<nps::standard_errors>(77)},
          options{.penalty = static_cast<nps::logistic_penalty>(7)},
          options{.errors = nps::standard_errors::hc0, .penalty = nps::logistic_penalty::firth}}) {
        CHECK_THROWS_AS(static_cast<void>(fit(bad)), nps::invalid_input);
    }
    CHECK_THROWS_AS(static_cast<void>(
                        fit({.clusters = {1, 1, 1, 1}, .errors = nps::standard_errors::clustered})),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(fit({.frequency_weights = {0, 0, 0, 0}})),
                    nps::undefined_result);
    CHECK_THROWS_AS(
        static_cast<void>(nps::logistic_regression(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0))),
        nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_regression(x, Eigen::VectorXd(3))),
                    nps::invalid_input);
    for (const double bad : {2.0, -1.0, 0.5, infinity}) {
        y[2] = bad;
        CHECK_THROWS_AS(static_cast<void>(fit({})), nps::invalid_input);
    }
    y[2] = 9;
    CHECK_THROWS_WITH_AS(static_cast<void>(fit({})),
                         "nps::logistic_regression: outcome of row 2 = 9, must be 0 or 1",
                         nps::invalid_input);
    y[2] = 0;
    x(1, 0) = infinity;
    CHECK_THROWS_AS(static_cast<void>(fit({})), nps::invalid_input);
    x << 1e308, -1e308, 1e308, 1;
    CHECK(std::isfinite(fit({}).log_likelihood));
}
