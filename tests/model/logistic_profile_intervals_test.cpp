// SPDX-License-Identifier: Apache-2.0
#include <nps/model/logistic_profile_intervals.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using nps::logistic_penalty;
using nps::logistic_profile_intervals;
using nps_test::close;
using nps_test::logistic_survey_of;

namespace {

// Likelihoods of some 100 are good to 1e-14, and their root of 2 to 1e-13 of its slope.
constexpr nps_test::tolerance of_limits{
    .relative = 1e-11, .absolute = 1e-12, .reason = "a likelihood of -100 less 1.9"};

} // namespace

TEST_CASE("Profile limits and likelihood ratios are those of mpmath, plain and penalised") {
    std::size_t seen = 0;
    for (const auto& row : nps_test::reference_table("logistic_profile.csv")) {
        const auto data = logistic_survey_of(row.text("data"));
        const bool firth = row.text("penalty") == "firth";
        const auto j = static_cast<std::size_t>(row.integer("position"));
        CAPTURE(row.text("data"));
        CAPTURE(row.text("weights"));
        CAPTURE(firth);
        CAPTURE(j);
        const auto result = logistic_profile_intervals(
            data.items, data.outcome,
            {.frequency_weights = data.options(row.text("weights")).frequency_weights,
             .penalty = firth ? logistic_penalty::firth : logistic_penalty::none,
             .coefficients = {j == 0 ? "(intercept)" : "item " + std::to_string(j)},
             .level = row.number("level")});
        REQUIRE(result.coefficients.size() == 1);
        const nps::profiled_coefficient& c = result.coefficients[0];
        CHECK(close(c.estimate, row.number("estimate"), of_limits));
        CHECK(close(c.interval.lower, row.number("lower"), of_limits));
        CHECK(close(c.interval.upper, row.number("upper"), of_limits));
        CHECK(close(c.likelihood_ratio, row.number("likelihood_ratio"), of_limits));
        CHECK(close(c.p_value, row.number("p_value"),
                    {.relative = 1e-10, .reason = "tail of a statistic good to 1e-11"}));
        CHECK(c.interval.level == row.number("level"));
        CHECK(result.method == (firth ? "profile_penalised_likelihood" : "profile_likelihood"));
        ++seen;
    }
    CHECK(seen == 26);
}

TEST_CASE("Penalised profile limits and p values are those of R logistf") {
    std::string last;
    nps::logistic_profile_intervals_result result;
    for (const auto& row : nps_test::reference_table("logistic_profile_r.csv")) {
        if (row.text("data") != last) {
            last = row.text("data");
            const auto data = logistic_survey_of(last);
            result = logistic_profile_intervals(data.items, data.outcome,
                                                {.penalty = logistic_penalty::firth});
        }
        const auto& c = result.coefficients.at(static_cast<std::size_t>(row.integer("position")));
        CAPTURE(last);
        CAPTURE(c.name);
        const nps_test::tolerance of_logistf{.relative = 1e-8, .reason = "where logistf stops"};
        CHECK(close(c.interval.lower, row.number("lower"), of_logistf));
        CHECK(close(c.interval.upper, row.number("upper"), of_logistf));
        CHECK(close(c.p_value, row.number("p_value"), of_logistf));
    }
}

TEST_CASE("Profile intervals: outcomes turned round, units, weights and threads") {
    const auto data = logistic_survey_of("ratings");
    for (const auto penalty : {logistic_penalty::none, logistic_penalty::firth}) {
        const auto plain =
            logistic_profile_intervals(data.items, data.outcome, {.penalty = penalty});
        const auto turned = logistic_profile_intervals(
            data.items, (1 - data.outcome.array()).matrix(), {.penalty = penalty, .threads = 2});
        Eigen::MatrixXd other = data.items;
        other.col(1) = other.col(1) * 1e-6 + Eigen::VectorXd::Constant(other.rows(), 3);
        const auto units = logistic_profile_intervals(other, data.outcome, {.penalty = penalty});
        const auto wide = logistic_profile_intervals(data.items, data.outcome,
                                                     {.penalty = penalty, .level = 0.99});
        REQUIRE(plain.coefficients.size() == 5);
        for (std::size_t j = 0; j < 5; ++j) {
            const auto& c = plain.coefficients[j];
            CAPTURE(c.name);
            CHECK(close(turned.coefficients[j].interval.lower, -c.interval.upper, of_limits));
            CHECK(close(turned.coefficients[j].interval.upper, -c.interval.lower, of_limits));
            CHECK(wide.coefficients[j].interval.lower < c.interval.lower);
            CHECK(wide.coefficients[j].interval.upper > c.interval.upper);
            // The interval has 0 where the test does not reject it.
            CHECK((c.interval.lower <= 0 && c.interval.upper >= 0) == (c.p_value >= 0.05));
        }
        CHECK(close(units.coefficients[2].interval.lower,
                    1e6 * plain.coefficients[2].interval.lower,
                    {.relative = 1e-9, .reason = "3 + 1e-6 x loses digits of x"}));
    }
}

TEST_CASE("Profile intervals: one item, none, and what has no limits") {
    Eigen::MatrixXd item(6, 1);
    item << 1, 2, 3, 4, 5, 6;
    Eigen::VectorXd separated(6);
    separated << 0, 0, 0, 1, 1, 1;
    CHECK_THROWS_WITH_AS(
        static_cast<void>(logistic_profile_intervals(item, separated)),
        "nps::logistic_profile_intervals: items separate the outcomes: a limit would be infinite; "
        "penalty = logistic_penalty::firth has finite ones",
        nps::undefined_result);
    const auto firth =
        logistic_profile_intervals(item, separated, {.penalty = logistic_penalty::firth});
    for (const auto& c : firth.coefficients) {
        CHECK(std::isfinite(c.interval.lower));
        CHECK(std::isfinite(c.interval.upper));
        CHECK(c.interval.lower < c.estimate);
        CHECK(c.interval.upper > c.estimate);
    }
    // Two of six without items: R 2 * (dbinom(2, 6, 1/3, TRUE) - dbinom(2, 6, .5, TRUE)).
    Eigen::VectorXd two(6);
    two << 0, 0, 0, 1, 1, 0;
    const auto alone = logistic_profile_intervals(Eigen::MatrixXd(6, 0), two);
    REQUIRE(alone.coefficients.size() == 1);
    CHECK(close(alone.coefficients[0].likelihood_ratio,
                2 * (2 * std::log(1.0 / 3) + 4 * std::log(2.0 / 3) + 6 * std::log(2.0))));
    const auto& limits = alone.coefficients[0].interval;
    for (const double limit : {limits.lower, limits.upper}) {
        const double lost = 2 * (2 * std::log(1.0 / 3) + 4 * std::log(2.0 / 3)) -
                            2 * (2 * limit - 6 * std::log1p(std::exp(limit)));
        CHECK(close(lost, 3.8414588206941236)); // R qchisq(0.95, 1)
    }
    CHECK(std::isfinite(logistic_profile_intervals(Eigen::MatrixXd(6, 0), Eigen::VectorXd::Zero(6),
                                                   {.penalty = logistic_penalty::firth})
                            .coefficients[0]
                            .interval.lower));
    CHECK_THROWS_WITH_AS(
        static_cast<void>(logistic_profile_intervals(
            item, two, {.names = {"price"}, .coefficients = {"service"}})),
        "nps::logistic_profile_intervals: coefficients = service, must be names of coefficients of "
        "the model",
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(logistic_profile_intervals(item, two, {.level = 1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(logistic_profile_intervals(
                        item, two, {.penalty = static_cast<logistic_penalty>(7)})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(logistic_profile_intervals(item, two, {.iteration_limit = 0})),
        nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(logistic_profile_intervals(item, two, {.iteration_limit = 1})),
        nps::undefined_result);
}
