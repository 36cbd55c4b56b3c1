// SPDX-License-Identifier: Apache-2.0
#include <nps/model/proportional_odds_test.hpp>
#include <nps/numeric/philox.hpp>

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

TEST_CASE("Brant's test: mpmath and R brant, overall and for each item") {
    for (const std::string table : {"ordinal_models.csv", "ordinal_models_r.csv"}) {
        for (const std::string name : {"housing", "categories"}) {
            CAPTURE(table);
            CAPTURE(name);
            const std::vector<double> statistic =
                category_reference(table, name, "brant", "statistic");
            if (statistic.empty()) {
                CHECK(name == "categories"); // package brant reads no weights
                continue;
            }
            const bool exact = table == "ordinal_models.csv";
            const nps_test::tolerance t =
                exact ? nps_test::tolerance{.relative = 1e-10, .reason = "differences of slopes"}
                      : nps_test::tolerance{.relative = 1e-5, .reason = "R glm stops at 1e-8"};
            const category_data d = category_data_of(name);
            const nps::odds_test_result found =
                nps::proportional_odds_test(d.items, d.answers, {.frequency_weights = d.frequency});
            CHECK(found.status == nps::fit_status::converged);
            CHECK(found.method == "brant");
            if (exact) {
                // Package brant 0.3.0 copies a block of the covariance to where its transpose
                // belongs: 8.5330 instead of 8.5345. Tests of one item do not meet it.
                CHECK(close(found.statistic, statistic[0], t));
            }
            REQUIRE(found.items.size() + 1 == statistic.size());
            for (std::size_t j = 0; j < found.items.size(); ++j) {
                CAPTURE(j);
                CHECK(close(found.items[j].statistic, statistic[j + 1], t));
                CHECK(found.items[j].slopes.size() == 2);
            }
            if (!exact) {
                const auto df = category_reference(table, name, "brant", "df");
                const auto p = category_reference(table, name, "brant", "p_value");
                CHECK(found.degrees_of_freedom == df[0]);
                CHECK(close(found.items[3].p_value, p[4], t));
            }
        }
    }
}

namespace {

// Rows whose second item moves answers of the upper cut-point alone, where `apart`.
category_data drawn(int n, bool apart) {
    nps::random_stream stream(11, 0, nps::random_purpose::simulation);
    category_data d{.items = Eigen::MatrixXd(n, 2), .answers = Eigen::VectorXd(n)};
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < 2; ++j) {
            d.items(i, j) = 1 + std::floor(5 * stream.uniform());
        }
        const double u = stream.uniform();
        const double latent = std::log(u / (1 - u)) + 0.4 * d.items(i, 0);
        const double more = apart ? 0.8 * (d.items(i, 1) - 3) : 0;
        d.answers[i] = latent < 0.5 ? -1 : latent + more < 2.5 ? 0 : 1;
        d.frequency.push_back(1 + i % 3);
        d.clusters.push_back(i / 4);
    }
    return d;
}

} // namespace

TEST_CASE("Brant's test finds the item that moves one cut-point alone, with all errors") {
    const category_data d = drawn(600, true);
    const category_data same = drawn(600, false);
    for (const nps::standard_errors errors :
         {nps::standard_errors::classical, nps::standard_errors::hc0,
          nps::standard_errors::clustered}) {
        const nps::proportional_odds_options options{.clusters = d.clusters, .errors = errors};
        const nps::odds_test_result found =
            nps::proportional_odds_test(d.items, d.answers, options);
        CHECK(found.p_value < 1e-6);
        CHECK(found.items[0].p_value > 0.01);
        CHECK(found.items[1].p_value < 1e-6);
        CHECK(found.items[1].slopes[1] > found.items[1].slopes[0] + 0.3);
        CHECK(nps::proportional_odds_test(same.items, same.answers, options).p_value > 0.01);
        // Each cut-point is a fit of two classes by itself.
        for (const std::size_t k : {0U, 1U}) {
            Eigen::VectorXd above(d.answers.size());
            for (Eigen::Index i = 0; i < above.size(); ++i) {
                above[i] = d.answers[i] > found.classes[k] ? 1 : 0;
            }
            const nps::ordinal_fit fit = nps::proportional_odds(d.items, above, options);
            for (const std::size_t j : {0U, 1U}) {
                CHECK(close(found.items[j].slopes[k], fit.coefficients[j].estimate,
                            {.relative = 1e-11, .reason = "two fits"}));
                CHECK(close(found.items[j].standard_errors[k], fit.coefficients[j].standard_error,
                            {.relative = 1e-11, .reason = "two fits"}));
            }
        }
    }
}

TEST_CASE("Brant's test: frequency weights are rows, what cannot be tested, errors") {
    const category_data d = drawn(150, false);
    std::vector<Eigen::Index> rows;
    for (Eigen::Index i = 0; i < d.answers.size(); ++i) {
        for (std::int64_t t = 0; t < d.frequency[static_cast<std::size_t>(i)]; ++t) {
            rows.push_back(i);
        }
    }
    const Eigen::MatrixXd items = d.items(rows, Eigen::all);
    const Eigen::VectorXd answers = d.answers(rows);
    for (const nps::standard_errors errors :
         {nps::standard_errors::classical, nps::standard_errors::hc0}) {
        const double weighted =
            nps::proportional_odds_test(d.items, d.answers,
                                        {.frequency_weights = d.frequency, .errors = errors})
                .statistic;
        const double repeated =
            nps::proportional_odds_test(items, answers, {.errors = errors}).statistic;
        CHECK(close(weighted, repeated, {.relative = 1e-10, .reason = "two orders of sums"}));
    }
    Eigen::VectorXd two = d.answers.cwiseMax(0.0);
    CHECK_THROWS_AS((void)nps::proportional_odds_test(d.items, two), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::proportional_odds_test(Eigen::MatrixXd(150, 0), d.answers),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::proportional_odds_test(d.items, d.answers,
                                                      {.errors = nps::standard_errors::hc3}),
                    nps::invalid_input);

    // The joint covariance of two clusters has a rank of one, and there are two differences.
    std::vector<std::int64_t> halves;
    for (std::int64_t i = 0; i < d.answers.size(); ++i) {
        halves.push_back(i % 2);
    }
    CHECK_THROWS_AS(
        (void)nps::proportional_odds_test(
            d.items, d.answers, {.clusters = halves, .errors = nps::standard_errors::clustered}),
        nps::undefined_result);

    // One promoter: the logistic regression above the upper cut-point is separated.
    Eigen::MatrixXd x(12, 1);
    Eigen::VectorXd y(12);
    x << 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    y << -1, 0, -1, 0, 0, -1, -1, 0, 0, -1, 0, 1;
    const nps::odds_test_result none = nps::proportional_odds_test(x, y);
    CHECK(none.status == nps::fit_status::separated);
    CHECK(none.p_value == 1);
    CHECK(std::isfinite(none.items[0].standard_errors[1]));
}
