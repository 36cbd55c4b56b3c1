// SPDX-License-Identifier: Apache-2.0
#include <nps/model/logistic_cross_validation.hpp>
#include <nps/numeric/philox.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

using nps_test::close;

TEST_CASE("logistic_cross_validation with one row left out equals a loop over glm") {
    const auto data = nps_test::logistic_survey_of("ratings");
    const auto r =
        nps::logistic_cross_validation(data.items, data.outcome, {.folds = data.items.rows()});
    CHECK(r.not_converged == 0);
    CHECK(r.n == data.items.rows());
    CHECK(r.auc == 0.5); // no fold has two rows
    for (const auto& row : nps_test::reference_table("classification.csv")) {
        if (row.text("case") != "left_out") {
            continue;
        }
        const std::string& what = row.text("quantity");
        INFO(what, " ", row.text("index"));
        CHECK(close(what == "probability"
                        ? r.probabilities.at(static_cast<std::size_t>(row.integer("index")))
                    : what == "log_loss"  ? r.log_loss
                    : what == "log_skill" ? r.log_skill
                    : what == "brier"     ? r.brier
                                          : r.brier_skill,
                    row.number("value"), {.relative = 1e-9, .reason = "how far glm converges"}));
    }
}

TEST_CASE("logistic_cross_validation: seed, threads, weights, clusters, noise") {
    const auto data = nps_test::logistic_survey_of("ratings");
    const auto one = nps::logistic_cross_validation(data.items, data.outcome, {.seed = 9});
    const auto two =
        nps::logistic_cross_validation(data.items, data.outcome, {.seed = 9, .threads = 2});
    CHECK(one.probabilities == two.probabilities);
    CHECK(one.auc == two.auc);
    CHECK((one.auc > 0.7 && one.auc < 0.95));
    CHECK((one.log_skill > 0 && one.log_skill < 0.31)); // less than McFadden's R^2 of the fit
    const auto other = nps::logistic_cross_validation(data.items, data.outcome, {.seed = 10});
    CHECK(other.probabilities != one.probabilities);
    const auto weighted = nps::logistic_cross_validation(
        data.items, data.outcome,
        {.seed = 9, .sampling_weights = std::vector<double>(data.times.size(), 3.5)});
    CHECK(close(weighted.log_loss, one.log_loss));
    CHECK(close(weighted.auc, one.auc));
    const auto clustered = nps::logistic_cross_validation(data.items, data.outcome,
                                                          {.folds = 25, .clusters = data.clusters});
    CHECK(clustered.log_skill > 0);
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_cross_validation(
                        data.items, data.outcome, {.folds = 26, .clusters = data.clusters})),
                    nps::invalid_input);
    // Items that have nothing to do with the outcome have no skill.
    nps::random_stream stream(1, 0, nps::random_purpose::simulation);
    Eigen::MatrixXd noise(150, 5);
    for (Eigen::Index i = 0; i < noise.size(); ++i) {
        noise.data()[i] = stream.uniform();
    }
    CHECK(nps::logistic_cross_validation(noise, data.outcome).log_skill < 0);
}

TEST_CASE("logistic_cross_validation: separated folds are counted, Firth has none; bad input") {
    const auto data = nps_test::logistic_survey_of("quasi");
    const auto plain = nps::logistic_cross_validation(data.items, data.outcome, {.folds = 5});
    CHECK(plain.not_converged == 5);
    CHECK(std::isfinite(plain.log_loss));
    const auto firth = nps::logistic_cross_validation(
        data.items, data.outcome, {.folds = 5, .penalty = nps::logistic_penalty::firth});
    CHECK(firth.not_converged == 0);
    const auto all =
        nps::logistic_cross_validation(data.items, Eigen::VectorXd::Ones(40).eval(), {.folds = 5});
    CHECK(all.brier_skill == 0);
    CHECK(std::isfinite(all.log_loss));
    CHECK_THROWS_AS(
        static_cast<void>(nps::logistic_cross_validation(data.items, data.outcome, {.folds = 1})),
        nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::logistic_cross_validation(data.items, data.outcome, {.folds = 41})),
        nps::invalid_input);
    Eigen::VectorXd y = data.outcome;
    y[3] = 2;
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_cross_validation(data.items, y)),
                    nps::invalid_input);
    y.setConstant(std::numeric_limits<double>::quiet_NaN());
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_cross_validation(data.items, y)),
                    nps::undefined_result);
}
