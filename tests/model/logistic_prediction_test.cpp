// SPDX-License-Identifier: Apache-2.0
#include <nps/model/logistic_prediction.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

using nps_test::close;
using nps_test::logistic_survey_of;

TEST_CASE("predict from a logistic regression equals R's predict") {
    int rows = 0;
    for (const auto& row : nps_test::reference_table("logistic_r.csv")) {
        const std::string& what = row.text("quantity");
        if (!what.starts_with("logit") && what != "probability") {
            continue;
        }
        ++rows;
        const auto data = logistic_survey_of(row.text("data"));
        const auto fit = nps::logistic_regression(data.items, data.outcome);
        const auto p = nps::predict(fit, data.items.row(row.integer("index")));
        CHECK(close(what == "logit"         ? p.logit
                    : what == "logit_error" ? p.logit_standard_error
                                            : p.probability,
                    row.number("value"),
                    {.relative = 1e-8, .reason = "errors of glm are of its last step but one"}));
        CHECK(p.interval.lower < p.probability);
        CHECK(p.probability < p.interval.upper);
        CHECK(
            close(p.standard_error, p.probability * (1 - p.probability) * p.logit_standard_error));
        const double z = 1.959963984540054;
        CHECK(close(p.interval.lower, 1 / (1 + std::exp(z * p.logit_standard_error - p.logit))));
    }
    CHECK(rows == 30);
}

TEST_CASE("average_marginal_effects equal numerical derivatives in 40 digits") {
    int rows = 0;
    for (const auto& row : nps_test::reference_table("logistic.csv")) {
        const std::string& what = row.text("quantity");
        if (!what.starts_with("derivative") && !what.starts_with("change")) {
            continue;
        }
        ++rows;
        const auto data = logistic_survey_of(row.text("data"));
        const auto options = data.options(row.text("weights"));
        const auto fit = nps::logistic_regression(data.items, data.outcome, options);
        const auto effects =
            nps::average_marginal_effects(fit, data.items,
                                          {.frequency_weights = options.frequency_weights,
                                           .sampling_weights = options.sampling_weights});
        const auto& c = (what.starts_with("d") ? effects.derivatives : effects.changes)
                            .at(static_cast<std::size_t>(row.integer("index") - 1));
        INFO(row.text("data"), " ", row.text("weights"), " ", what, " ", row.text("index"));
        CHECK(close(what.ends_with("error") ? c.standard_error : c.estimate, row.number("value"),
                    {.relative = 1e-10, .reason = "the intercept of items far from 0 is large"}));
        CHECK(effects.n == fit.n);
    }
    CHECK(rows == 4 * (2 * 4 + 2 * 3));
}

TEST_CASE("average_marginal_effects: a small step is the derivative; missing and excluded items") {
    auto data = logistic_survey_of("ratings");
    data.items.col(2).setConstant(3);
    data.items(5, 0) = std::numeric_limits<double>::quiet_NaN();
    const auto fit = nps::logistic_regression(data.items, data.outcome);
    const auto effects = nps::average_marginal_effects(fit, data.items, {.step = 1e-7});
    CHECK(effects.derivatives.size() == 3);
    CHECK(effects.dropped == 1);
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(close(effects.changes[j].estimate / 1e-7, effects.derivatives[j].estimate,
                    {.relative = 1e-6, .reason = "the step is not 0"}));
    }
    // One more point and back is nothing.
    const auto down = nps::average_marginal_effects(fit, data.items, {.step = -2});
    CHECK(down.changes[0].estimate < 0);
    CHECK(down.step == -2);
}

TEST_CASE("predict and average_marginal_effects refuse what they cannot use") {
    const auto data = logistic_survey_of("ratings");
    const auto fit = nps::logistic_regression(data.items, data.outcome);
    const double nan_value = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(static_cast<void>(nps::predict(fit, Eigen::VectorXd::Zero(3))),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::predict(fit, Eigen::VectorXd::Constant(4, nan_value))),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::predict(fit, Eigen::VectorXd::Zero(4), {.level = nan_value})),
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::predict(nps::logistic_fit{}, Eigen::VectorXd::Zero(0))),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::average_marginal_effects(fit, data.items, {.step = 0})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::average_marginal_effects(fit, data.items.leftCols(2))),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::average_marginal_effects(fit, Eigen::MatrixXd(0, 4))),
                    nps::undefined_result);
    // Far out the probability is 1, and so are the limits; nothing is NaN.
    const auto far = nps::predict(fit, Eigen::VectorXd::Constant(4, 1e6));
    CHECK(far.probability == 1);
    CHECK(far.interval.upper == 1);
}
