// SPDX-License-Identifier: Apache-2.0
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>

#include "support/category_data.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using nps_test::category_data;
using nps_test::category_data_of;
using nps_test::category_reference;
using nps_test::close;

namespace {

constexpr nps_test::tolerance of_newton{
    .relative = 1e-11, .absolute = 1e-13, .reason = "sums of some hundred terms, solved"};
constexpr nps_test::tolerance of_r{
    .relative = 1e-6, .absolute = 1e-6, .reason = "multinom is BFGS, and stops by its function"};

nps::multinomial_regression_options options_of(const category_data& d) {
    return {
        .frequency_weights = d.frequency, .sampling_weights = d.sampling, .clusters = d.clusters};
}

std::vector<nps::coefficient> terms(const nps::multinomial_fit& fit) {
    std::vector<nps::coefficient> all;
    for (const std::vector<nps::coefficient>& of_class : fit.coefficients) {
        all.insert(all.end(), of_class.begin(), of_class.end());
    }
    return all;
}

} // namespace

TEST_CASE("multinomial regression: mpmath and R nnet, with all errors") {
    for (const std::string table : {"ordinal_models.csv", "ordinal_models_r.csv"}) {
        for (const std::string name : {"housing", "categories", "extreme"}) {
            CAPTURE(table);
            CAPTURE(name);
            const auto expected = [&](const std::string& quantity) {
                return category_reference(table, name, "multinomial", quantity);
            };
            const std::vector<double> parameters = expected("parameter");
            if (parameters.empty()) {
                CHECK(name == "extreme"); // R has it not
                continue;
            }
            const bool exact = table == "ordinal_models.csv";
            const nps_test::tolerance t = exact ? of_newton : of_r;
            const category_data d = category_data_of(name);
            nps::multinomial_regression_options options = options_of(d);
            for (const std::string errors : {"classical", "hc0", "clustered"}) {
                options.errors = errors == "classical" ? nps::standard_errors::classical
                                 : errors == "hc0"     ? nps::standard_errors::hc0
                                                       : nps::standard_errors::clustered;
                const nps::multinomial_fit fit =
                    nps::multinomial_regression(d.items, d.answers, options);
                CHECK(fit.status == nps::fit_status::converged);
                const std::vector<nps::coefficient> found = terms(fit);
                REQUIRE(found.size() == parameters.size());
                for (std::size_t i = 0; i < found.size(); ++i) {
                    CAPTURE(i);
                    CHECK(close(found[i].estimate, parameters[i], t));
                    if (exact) {
                        CHECK(close(found[i].standard_error, expected(errors)[i], t));
                    }
                }
                CHECK(close(fit.log_likelihood, expected("likelihood")[0],
                            {.relative = 1e-11, .reason = "multinom, too, is this near"}));
            }
        }
    }
}

TEST_CASE("multinomial regression: two classes are a logistic regression, other forms") {
    const category_data d = category_data_of("categories");
    const Eigen::VectorXd promoter = d.answers.cwiseMax(0.0);
    const nps::multinomial_fit fit = nps::multinomial_regression(d.items, promoter);
    const nps::ordinal_fit other = nps::proportional_odds(d.items, promoter);
    const nps_test::tolerance two_fits{.relative = 1e-10, .absolute = 1e-12, .reason = "two fits"};
    REQUIRE(fit.coefficients.size() == 1);
    CHECK(fit.coefficients[0][0].name == "(intercept)");
    CHECK(close(fit.coefficients[0][0].estimate, -other.cut_points[0].estimate, two_fits));
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(close(fit.coefficients[0][j + 1].estimate, other.coefficients[j].estimate, two_fits));
        CHECK(close(fit.coefficients[0][j + 1].standard_error, other.coefficients[j].standard_error,
                    two_fits));
    }
    CHECK(close(fit.log_likelihood, other.log_likelihood));
    // The wider model is never less likely.
    CHECK(nps::multinomial_regression(d.items, d.answers).log_likelihood >
          nps::proportional_odds(d.items, d.answers).log_likelihood);
    // No items: the logarithms of ratios of shares.
    const nps::multinomial_fit empty =
        nps::multinomial_regression(Eigen::MatrixXd(d.answers.size(), 0), d.answers);
    const auto& counts = empty.class_counts;
    CHECK(close(empty.coefficients[1][0].estimate,
                std::log(static_cast<double>(counts[2]) / static_cast<double>(counts[0])),
                {.absolute = 1e-13, .reason = "a logarithm near 0"}));
    CHECK(close(empty.log_likelihood, empty.null_log_likelihood));
}

TEST_CASE("multinomial regression: separation, empty classes, threads, what is refused") {
    Eigen::MatrixXd x(9, 1);
    x << 1, 2, 3, 3, 4, 5, 6, 7, 8;
    Eigen::VectorXd y(9);
    y << -1, -1, 0, -1, 0, -1, 1, 1, 1; // promoters apart from the others
    const nps::multinomial_fit fit =
        nps::multinomial_regression(x, y, {.scale = nps::three_categories});
    CHECK(fit.status == nps::fit_status::separated);
    for (const nps::coefficient& c : terms(fit)) {
        CHECK(std::isfinite(c.estimate));
        CHECK(std::isfinite(c.standard_error));
        CHECK(std::isfinite(c.interval.upper));
    }
    y[6] = 0;
    y[2] = 1;
    CHECK(nps::multinomial_regression(x, y).status == nps::fit_status::converged);
    y = (y.array() < 0).select(y, 1.0);
    CHECK(nps::multinomial_regression(x, y, {.scale = nps::three_categories}).empty_classes ==
          std::vector<int>{0});

    const category_data d = category_data_of("categories");
    const Eigen::MatrixXd items = d.items.replicate(60, 1);
    const Eigen::VectorXd answers = d.answers.replicate(60, 1);
    CHECK(nps::multinomial_regression(items, answers).covariance ==
          nps::multinomial_regression(items, answers, {.threads = 3}).covariance);

    CHECK_THROWS_AS((void)nps::multinomial_regression(x, Eigen::VectorXd::Ones(9)),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::multinomial_regression(x, y, {.level = 2}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::multinomial_regression(x, y.head(3)), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::multinomial_regression(x, y, {.errors = nps::standard_errors::hc2}),
                    nps::invalid_input);
}
