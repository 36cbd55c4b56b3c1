// SPDX-License-Identifier: Apache-2.0
#include <nps/model/category_prediction.hpp>
#include <nps/model/category_score_model.hpp>
#include <nps/model/driver_priorities.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/score_effects.hpp>
#include <nps/model/score_simulation.hpp>
#include <nps/model/segment_differences.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using rule = nps::rating_rule;

constexpr nps_test::tolerance numerical{
    .relative = 1e-8, .reason = "derivatives and the multinomial fit by numDeriv in R"};

nps::score_model model_of(const nps_test::driver_survey& survey, const std::string& name) {
    return name == "ordinal"
               ? nps::category_score_model(
                     nps::proportional_odds(survey.items, survey.score, {.names = survey.names}))
               : nps::category_score_model(nps::multinomial_regression(survey.items, survey.score,
                                                                       {.names = survey.names}));
}

} // namespace

TEST_CASE("simulation by models of classes equals R: clm, multinom, numDeriv") {
    const auto survey = nps_test::read_driver_survey();
    for (const auto& row : nps_test::reference_table("category_score_simulation.csv")) {
        INFO(row.text("model"), " ", row.text("change"));
        const nps::rating_change change =
            row.text("change") == "shift"
                ? nps::rating_change{.driver = "price", .value = 1, .highest = 10}
                : nps::rating_change{
                      .driver = "service", .rule = rule::set_to, .value = 5, .up_to = 4};
        const auto s =
            nps::score_simulation(model_of(survey, row.text("model")), survey.items, {change});
        CHECK(close(s.before, row.number("before"), numerical));
        CHECK(close(s.after, row.number("after"), numerical));
        CHECK(close(s.change, row.number("after") - row.number("before"), numerical));
        CHECK(close(s.interval.upper - s.after, 1.9599639845400545 * row.number("se"), numerical));
        CHECK(close(s.standard_error, row.number("change_se"), numerical));
        CHECK(s.beyond == 0);
        CHECK_FALSE(s.clipped);
    }
}

TEST_CASE("simulation of one more point is the model's one-point change, one row its prediction") {
    const auto survey = nps_test::read_driver_survey();
    const auto fit = nps::proportional_odds(survey.items, survey.score, {.names = survey.names});
    const nps::score_model model = nps::category_score_model(fit);
    const auto effects = nps::average_marginal_effects(fit, survey.items);
    const auto priorities =
        nps::driver_priorities(model, survey.items, nps::rating_change{.value = 1, .highest = 11});
    for (const auto& driver : priorities.drivers) {
        for (const auto& effect : effects.changes) {
            if (effect.name == driver.name) {
                CHECK(close(driver.simulated.change, effect.estimate));
                CHECK(close(driver.simulated.standard_error, effect.standard_error));
                CHECK(close(driver.p_value, effect.p_value,
                            {.relative = 1e-10, .reason = "tail of a statistic"}));
            }
        }
    }
    const auto one = nps::score_simulation(model, survey.items.topRows(1), {});
    const auto predicted = nps::predict(fit, survey.items.row(0));
    CHECK(close(one.after, predicted.score->value));
    CHECK(close(one.interval.lower, predicted.score->interval.lower));
    CHECK(one.change == 0);
}

TEST_CASE("segment_differences of proportional odds: coefficients behind the cut-points") {
    const auto survey = nps_test::read_driver_survey();
    std::vector<nps::ordinal_fit> fits;
    for (int segment = 1; segment <= 2; ++segment) {
        const auto some = nps_test::only_segment(survey, segment);
        fits.push_back(nps::proportional_odds(some.items, some.score, {.names = survey.names}));
    }
    const auto result = nps::segment_differences(fits);
    CHECK_FALSE(result.chow.has_value()); // there is no intercept
    CHECK(result.slopes->degrees_of_freedom == 4);
    for (std::size_t j = 0; j < 4; ++j) {
        const auto& a = fits[0].coefficients[j];
        const auto& b = fits[1].coefficients[j];
        const double z = (a.estimate - b.estimate) / std::hypot(a.standard_error, b.standard_error);
        CHECK(close(result.drivers[j].pairs[0].comparison.statistic, z));
        CHECK(close(result.drivers[j].test->statistic, z * z));
        CHECK(result.drivers[j].test->method == "wald");
    }
    fits[0].status = nps::fit_status::separated;
    CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(fits)), nps::undefined_result);
}

TEST_CASE("category_score_model refuses fits without a scale or an end") {
    CHECK_THROWS_AS(static_cast<void>(nps::category_score_model(nps::ordinal_fit{})),
                    nps::undefined_result);
    const auto survey = nps_test::read_driver_survey();
    auto fit = nps::proportional_odds(survey.items, survey.score, {.names = survey.names});
    fit.scale.reset();
    CHECK_THROWS_AS(static_cast<void>(nps::category_score_model(fit)), nps::undefined_result);
    fit = nps::proportional_odds(survey.items, survey.score, {.names = survey.names});
    fit.status = nps::fit_status::separated;
    CHECK_THROWS_AS(static_cast<void>(nps::category_score_model(fit)), nps::undefined_result);
    // Excluded items keep their columns and cannot be moved.
    auto other = survey;
    other.items.col(1).setConstant(3);
    const auto model = model_of(other, "ordinal");
    REQUIRE(model.excluded.size() == 1);
    CHECK(model.excluded[0] == "network");
    CHECK(
        nps::driver_priorities(model, other.items, nps::rating_change{.value = 1}).drivers.size() ==
        3);
}
