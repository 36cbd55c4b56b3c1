// SPDX-License-Identifier: Apache-2.0
#include <nps/model/driver_priorities.hpp>
#include <nps/model/least_squares_rows.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::close_tail;
using rule = nps::rating_rule;

constexpr nps_test::tolerance of_lm{
    .relative = 1e-11, .absolute = 1e-13, .reason = "sums of lm's predictions in R"};

nps::linear_fit robust_fit(const nps_test::driver_survey& survey) {
    return nps::least_squares(survey.items, survey.score,
                              {.names = survey.names, .errors = nps::standard_errors::hc3});
}

} // namespace

TEST_CASE("driver_priorities equals R: gains by lm, vcovHC, ranks by p.adjust of the differences") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = robust_fit(survey);
    for (const auto& row : nps_test::reference_table("driver_priorities.csv")) {
        INFO(row.text("change"), " ", row.text("ratings"), " ", row.text("driver"));
        const nps::rating_change improvement =
            row.text("change") == "fix"
                ? nps::rating_change{.rule = rule::set_to, .value = 7, .up_to = 6}
                : nps::rating_change{.value = 1};
        const auto result = nps::driver_priorities(
            fit, survey.items, improvement,
            {.level = row.number("level"), .sampled_ratings = row.text("ratings") == "sampled"});
        REQUIRE(result.drivers.size() == 4);
        const auto place = static_cast<std::size_t>(row.integer("place"));
        const nps::driver_priority& driver = result.drivers[place - 1];
        CHECK(driver.name == row.text("driver"));
        CHECK(close(driver.simulated.change, row.number("gain"), of_lm));
        CHECK(close(driver.simulated.standard_error, row.number("se"), of_lm));
        CHECK(close_tail(driver.p_value, row.number("p_value"),
                         {.relative = 1e-9, .reason = "tail of a statistic good to 1e-11"}));
        CHECK(close_tail(driver.adjusted_p_value, row.number("adjusted"),
                         {.relative = 1e-9, .reason = "tail of a statistic good to 1e-11"}));
        CHECK(driver.rank.best == static_cast<std::size_t>(row.integer("best")));
        CHECK(driver.rank.worst == static_cast<std::size_t>(row.integer("worst")));
        CHECK(driver.rank.estimated == place);
        CHECK(result.method == row.text("ratings") + "_ratings");
    }
}

TEST_CASE("driver_priorities: each driver as score_simulation of its own improvement") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = robust_fit(survey);
    const std::vector<nps::rating_change> improvements{
        {.driver = "service", .rule = rule::set_to, .value = 5, .up_to = 4},
        {.driver = "price", .value = 0.5}};
    const auto result = nps::driver_priorities(fit, survey.items, improvements,
                                               {.level = 0.9, .sampling_weights = survey.weights});
    REQUIRE(result.drivers.size() == 2);
    for (const auto& driver : result.drivers) {
        const auto alone = nps::score_simulation(
            fit, survey.items, {improvements[driver.name == "service" ? 0 : 1]},
            {.level = 0.9, .sampling_weights = survey.weights});
        CHECK(driver.simulated.change == alone.change);
        CHECK(driver.simulated.change_interval.lower == alone.change_interval.lower);
        CHECK(driver.simulated.ratings[0].mean_after == alone.ratings[0].mean_after);
    }
    CHECK(nps::driver_priorities(fit, survey.items, std::vector<nps::rating_change>{})
              .drivers.empty());
}

TEST_CASE("driver_priorities: no room, no gain; excluded items are named") {
    auto survey = nps_test::read_driver_survey();
    survey.items.col(3) = survey.items.col(0); // app is price
    const nps::linear_fit fit = robust_fit(survey);
    const auto result = nps::driver_priorities(
        fit, survey.items, nps::rating_change{.rule = rule::set_to, .value = 0, .up_to = 0});
    REQUIRE(result.drivers.size() == 3);
    REQUIRE(result.excluded.size() == 1);
    CHECK(result.excluded[0] == "app");
    for (const auto& driver : result.drivers) {
        CHECK(driver.simulated.change == 0);
        CHECK(driver.p_value == 1);
        CHECK(driver.rank.best == 1);
        CHECK(driver.rank.worst == 3);
        CHECK(driver.rank.estimated == 1);
    }
}

TEST_CASE(
    "driver_priorities: beyond the end of the scale gain, error and test stay those of the model") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = robust_fit(survey);
    const auto by = [&](double points) {
        return nps::driver_priorities(
            fit, survey.items,
            nps::rating_change{.value = points, .lowest = -1000, .highest = 1000});
    };
    const auto small = by(0.1);
    const auto large = by(100);
    REQUIRE(small.drivers.size() == large.drivers.size());
    int clipped = 0;
    for (std::size_t i = 0; i < small.drivers.size(); ++i) {
        const nps::driver_priority& one = small.drivers[i];
        const nps::driver_priority& thousand = large.drivers[i];
        CAPTURE(one.name);
        // A linear model: gain and error are 1,000 times as large, what is tested is the same.
        CHECK(thousand.name == one.name);
        CHECK(close(thousand.gain, 1000 * one.gain));
        CHECK(close(thousand.gain,
                    100 * fit
                              .coefficients[static_cast<std::size_t>(
                                  std::find(survey.names.begin(), survey.names.end(), one.name) -
                                  survey.names.begin() + 1)]
                              .estimate));
        CHECK(close(thousand.simulated.standard_error, 1000 * one.simulated.standard_error));
        const nps_test::tolerance of_tail{.relative = 1e-9,
                                          .reason = "tail of a statistic good to 1e-12"};
        CHECK(close_tail(thousand.p_value, one.p_value, of_tail));
        CHECK(close_tail(thousand.adjusted_p_value, one.adjusted_p_value, of_tail));
        CHECK(thousand.rank.best == one.rank.best);
        CHECK(thousand.rank.worst == one.rank.worst);
        CHECK(thousand.rank.estimated == i + 1);
        CHECK(one.simulated.change == one.gain);
        if (thousand.simulated.clipped) {
            ++clipped;
            CHECK(std::abs(thousand.simulated.after) == 1);
            CHECK(thousand.simulated.change ==
                  thousand.simulated.after - thousand.simulated.before);
        } else {
            CHECK(thousand.simulated.change == thousand.gain);
        }
    }
    CHECK(clipped >= 2);
}

TEST_CASE("driver_priorities refuses what it cannot order") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = robust_fit(survey);
    const nps::rating_change good{.value = 1};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::driver_priorities(
            fit, survey.items, nps::rating_change{.driver = "price", .value = 1})),
        "nps::driver_priorities: driver = price, must be left out: each is improved in turn",
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_priorities(
                        fit, survey.items, std::vector<nps::rating_change>{good})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::driver_priorities(fit, survey.items, good, {.level = 2})),
        nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::driver_priorities(
            fit, survey.items, good, {.adjustment = static_cast<nps::multiplicity>(99)})),
        nps::invalid_input);
}
