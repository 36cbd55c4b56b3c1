// SPDX-License-Identifier: Apache-2.0
#include <nps/model/penalty_reward.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::close_tail;
using kind = nps::driver_kind;

constexpr nps_test::tolerance of_lm{
    .relative = 1e-10, .absolute = 1e-13, .reason = "lm's QR and its sandwich"};

nps::penalty_reward_row_options options_of(const nps_test::driver_survey& survey,
                                           const std::string& errors, double low, double high) {
    nps::penalty_reward_row_options options{.low = {low}, .high = {high}, .names = survey.names};
    if (errors == "classical") {
        options.errors = nps::standard_errors::classical;
    } else if (errors == "hc1") {
        options.errors = nps::standard_errors::hc1;
    } else if (errors == "clustered") {
        options.errors = nps::standard_errors::clustered;
        options.clusters = survey.clusters;
    } else if (errors == "weighted") {
        options.errors = nps::standard_errors::hc0;
        options.sampling_weights = survey.weights;
    }
    return options;
}

const std::optional<nps::coefficient>& effect_of(const nps::driver_asymmetry& driver,
                                                 const std::string& name) {
    return name == "penalty"     ? driver.penalty
           : name == "reward"    ? driver.reward
           : name == "asymmetry" ? driver.asymmetry
                                 : driver.range;
}

double adjusted_of(const nps::driver_asymmetry& driver, const std::string& name) {
    return name == "penalty"     ? driver.penalty_adjusted_p_value
           : name == "reward"    ? driver.reward_adjusted_p_value
           : name == "asymmetry" ? driver.asymmetry_adjusted_p_value
                                 : 1;
}

// One driver, ratings 1, 5 and 9, each with 100 people whose shares of detractors and promoters give
// the scores: in hundredths.
nps::penalty_reward_result of_scores(int low, int middle, int high) {
    Eigen::VectorXi rating(300);
    Eigen::VectorXi score(300);
    const std::array<int, 3> ratings{1, 5, 9};
    const std::array<int, 3> scores{low, middle, high};
    for (int cell = 0; cell < 3; ++cell) {
        const auto at = static_cast<std::size_t>(cell);
        for (int i = 0; i < 100; ++i) {
            const int promoters = 20 + (scores[at] > 0 ? scores[at] : 0);
            const int detractors = 20 + (scores[at] < 0 ? -scores[at] : 0);
            rating[cell * 100 + i] = ratings[at];
            score[cell * 100 + i] = i < promoters ? 1 : i < promoters + detractors ? -1 : 0;
        }
    }
    return nps::penalty_reward(rating, score, {.low = {3}, .high = {8}, .names = {"x"}});
}

void check_same(const nps::penalty_reward_result& a, const nps::penalty_reward_result& b) {
    constexpr nps_test::tolerance order{
        .relative = 1e-10, .absolute = 1e-13, .reason = "cross-products against QR"};
    REQUIRE(a.drivers.size() == b.drivers.size());
    CHECK(a.n == b.n);
    for (std::size_t j = 0; j < a.drivers.size(); ++j) {
        const auto& x = a.drivers[j];
        const auto& y = b.drivers[j];
        CHECK(x.name == y.name);
        CHECK(x.n_low == y.n_low);
        CHECK(x.n_middle == y.n_middle);
        CHECK(x.n_high == y.n_high);
        CHECK(x.kind == y.kind);
        for (const auto* name : {"penalty", "reward", "asymmetry", "range"}) {
            REQUIRE(effect_of(x, name).has_value() == effect_of(y, name).has_value());
            if (effect_of(x, name)) {
                CHECK(close(effect_of(x, name)->estimate, effect_of(y, name)->estimate, order));
                CHECK(close(effect_of(x, name)->standard_error, effect_of(y, name)->standard_error,
                            order));
                CHECK(close(adjusted_of(x, name), adjusted_of(y, name), order));
            }
        }
    }
}

} // namespace

TEST_CASE("penalty_reward equals R: lm on low and high, vcov, vcovHC, vcovCL, p.adjust") {
    const auto survey = nps_test::read_driver_survey();
    std::string before;
    nps::penalty_reward_result result;
    for (const auto& row : nps_test::reference_table("penalty_reward.csv")) {
        const std::string setting = row.text("errors") + row.text("low");
        INFO(setting, " ", row.text("driver"), " ", row.text("effect"));
        if (setting != before) {
            before = setting;
            result = nps::penalty_reward(
                survey.items, survey.score,
                options_of(survey, row.text("errors"), row.number("low"), row.number("high")));
        }
        for (const auto& driver : result.drivers) {
            if (driver.name != row.text("driver")) {
                continue;
            }
            const nps::coefficient effect = effect_of(driver, row.text("effect")).value();
            CHECK(driver.n_low == row.integer("n_low"));
            CHECK(driver.n_high == row.integer("n_high"));
            CHECK(driver.n_low + driver.n_middle + driver.n_high == 300);
            CHECK(driver.few_cases ==
                  (driver.n_low < 30 || driver.n_high < 30 || driver.n_middle < 30));
            CHECK(close(effect.estimate, row.number("estimate"), of_lm));
            CHECK(close(effect.standard_error, row.number("se"), of_lm));
            CHECK(close_tail(effect.p_value, row.number("p_value"), of_lm));
            CHECK(close(effect.interval.lower, row.number("lower"), of_lm));
            CHECK(close(effect.interval.upper, row.number("upper"), of_lm));
            CHECK(close(adjusted_of(driver, row.text("effect")), row.number("adjusted"), of_lm));
        }
    }
    // The survey was made so: service costs when bad; price both costs and pays.
    result = nps::penalty_reward(survey.items, survey.score, options_of(survey, "hc3", 4, 9));
    CHECK(result.method == "hc3");
    CHECK(result.adjustment == "holm");
    CHECK(result.drivers[0].kind == kind::performance);
    CHECK(result.drivers[2].kind == kind::must_be);
    CHECK(result.drivers[3].kind == kind::indifferent);
    CHECK(result.drivers[1].few_cases); // 19 low ratings of network
}

TEST_CASE("penalty_reward: the kinds by their rule") {
    // An effect of cells of 100 has an error of about 0.1, an asymmetry one of 0.16.
    CHECK(of_scores(-50, 0, 5).drivers[0].kind == kind::must_be);
    CHECK(of_scores(-50, 0, 5).drivers[0].asymmetric);
    CHECK(of_scores(-5, 0, 50).drivers[0].kind == kind::attractive);
    CHECK(of_scores(-5, 0, 50).drivers[0].asymmetric);
    CHECK(of_scores(-35, 0, 35).drivers[0].kind == kind::performance);
    CHECK_FALSE(of_scores(-35, 0, 35).drivers[0].asymmetric);
    CHECK(of_scores(-5, 0, 5).drivers[0].kind == kind::indifferent);
    CHECK(of_scores(30, 0, 0).drivers[0].kind == kind::reverse);
    CHECK(of_scores(0, 0, -30).drivers[0].kind == kind::reverse);
    // Both effects, one by far the larger.
    CHECK(of_scores(-60, 0, 25).drivers[0].kind == kind::must_be);
    CHECK(of_scores(-25, 0, 60).drivers[0].kind == kind::attractive);
    // One effect is shown, a difference of the two is not.
    const auto one = of_scores(-28, 0, 10).drivers[0];
    CHECK(one.kind == kind::must_be);
    CHECK_FALSE(one.asymmetric);
    // The effects are differences of the cells' scores.
    CHECK(close(one.penalty->estimate, -0.28));
    CHECK(close(one.reward->estimate, 0.10));
    CHECK(close(one.asymmetry->estimate, -0.18));
    CHECK(close(one.range->estimate, 0.38));
    CHECK(nps::driver_kind_name(kind::must_be) == "must_be");
    CHECK(nps::driver_kind_name(kind::attractive) == "attractive");
    CHECK(nps::driver_kind_name(kind::performance) == "performance");
    CHECK(nps::driver_kind_name(kind::indifferent) == "indifferent");
    CHECK(nps::driver_kind_name(kind::reverse) == "reverse");
    CHECK(nps::driver_kind_name(kind::undetermined) == "undetermined");
    CHECK_THROWS_AS(static_cast<void>(nps::driver_kind_name(static_cast<kind>(77))),
                    nps::invalid_input);
}

TEST_CASE("penalty_reward from cross-products equals that from rows, months merged or not") {
    auto survey = nps_test::read_driver_survey();
    const nps::low_high_options cuts{
        .low = {4, 5, 4, 4}, .high = {8, 9, 8, 9}, .names = survey.names};
    auto rows = options_of(survey, "classical", 0, 1);
    rows.low = cuts.low;
    rows.high = cuts.high;
    const auto from_rows = nps::penalty_reward(survey.items, survey.score, rows);
    const auto coded = nps::low_high_coding(survey.items, cuts);
    CHECK(coded.names[3] == "network high");
    const nps::cross_products xy(coded.items, survey.score, {.names = coded.names});
    check_same(nps::penalty_reward(xy), from_rows);
    // Frequency weights, and a missing rating.
    rows.frequency_weights = survey.times;
    Eigen::MatrixXd items = survey.items.cast<double>();
    items(3, 1) = std::numeric_limits<double>::quiet_NaN();
    const auto missing = nps::penalty_reward(items, survey.score, rows);
    CHECK(missing.dropped == 2); // as often as the row was seen
    check_same(nps::penalty_reward(
                   nps::cross_products(nps::low_high_coding(items, cuts).items, survey.score,
                                       {.names = coded.names, .frequency_weights = survey.times})),
               missing);
}

TEST_CASE("penalty_reward: turned scales exchange penalty and reward; a constant changes nothing") {
    const auto survey = nps_test::read_driver_survey();
    const auto before =
        nps::penalty_reward(survey.items, survey.score, options_of(survey, "hc3", 4, 9));
    const Eigen::MatrixXi turned = 11 - survey.items.array();
    const Eigen::VectorXi score = 7 - survey.score.array();
    const auto after = nps::penalty_reward(turned, score, options_of(survey, "hc3", 2, 7));
    for (std::size_t j = 0; j < 4; ++j) {
        const auto& a = after.drivers[j];
        const auto& b = before.drivers[j];
        CHECK(close(a.penalty->estimate, -b.reward->estimate, of_lm));
        CHECK(close(a.reward->estimate, -b.penalty->estimate, of_lm));
        CHECK(close(a.asymmetry->p_value, b.asymmetry->p_value, of_lm));
        CHECK(close(a.range->estimate, b.range->estimate, of_lm));
        CHECK(a.n_low == b.n_high);
        CHECK(a.kind == (b.kind == kind::must_be ? kind::attractive : b.kind));
    }
}

TEST_CASE("penalty_reward: without low, middle or high ratings") {
    const auto survey = nps_test::read_driver_survey();
    auto options = options_of(survey, "hc3", 4, 9);
    options.low = {0, 4, 4, 4}; // nobody rates price 0
    const auto no_low = nps::penalty_reward(survey.items, survey.score, options);
    CHECK_FALSE(no_low.drivers[0].penalty.has_value());
    CHECK(no_low.drivers[0].reward.has_value());
    CHECK_FALSE(no_low.drivers[0].asymmetry.has_value());
    CHECK_FALSE(no_low.drivers[0].range.has_value());
    CHECK(no_low.drivers[0].kind == kind::undetermined);
    CHECK(no_low.drivers[0].few_cases);
    REQUIRE(no_low.fit.excluded.size() == 1);
    CHECK(no_low.fit.excluded[0].name == "price low");
    CHECK(no_low.drivers[1].asymmetry.has_value());

    options.low = {6, 4, 4, 4};
    options.high = {7, 9, 9, 9}; // nobody is between
    const auto no_middle = nps::penalty_reward(survey.items, survey.score, options);
    CHECK(no_middle.drivers[0].n_middle == 0);
    CHECK_FALSE(no_middle.drivers[0].penalty.has_value());
    CHECK_FALSE(no_middle.drivers[0].reward.has_value());
    CHECK(no_middle.drivers[0].kind == kind::undetermined);
    CHECK(close(no_middle.drivers[0].range->estimate, -no_middle.fit.coefficients[1].estimate));
    CHECK(no_middle.drivers[0].range->estimate > 0);

    // A driver twice: the second has no effects of its own, and is named.
    Eigen::MatrixXi twice(300, 2);
    twice.col(0) = survey.items.col(0);
    twice.col(1) = survey.items.col(0);
    const auto doubled = nps::penalty_reward(twice, survey.score, {.low = {4}, .high = {9}});
    CHECK(doubled.drivers[0].asymmetry.has_value());
    CHECK(doubled.drivers[1].kind == kind::undetermined);
    CHECK(doubled.fit.excluded.size() == 2);
}

TEST_CASE("penalty_reward: one person alone has leverage 1, all answers alike have no effects") {
    auto survey = nps_test::read_driver_survey();
    auto options = options_of(survey, "hc3", 0, 9);
    survey.items(0, 0) = 0;
    options.low = {0, 4, 4, 4};
    CHECK_THROWS_AS(static_cast<void>(nps::penalty_reward(survey.items, survey.score, options)),
                    nps::undefined_result);
    options.errors = nps::standard_errors::hc1;
    CHECK(nps::penalty_reward(survey.items, survey.score, options).drivers[0].n_low == 1);
    survey = nps_test::read_driver_survey();
    const auto alike = nps::penalty_reward(survey.items, Eigen::VectorXi::Ones(300),
                                           options_of(survey, "hc3", 4, 9));
    for (const auto& driver : alike.drivers) {
        CHECK(driver.penalty->estimate == 0);
        CHECK(driver.penalty->p_value == 1);
        CHECK(driver.asymmetry->interval.upper == 0);
        CHECK(driver.kind == kind::indifferent);
    }
}

TEST_CASE("penalty_reward refuses what it cannot code") {
    const auto survey = nps_test::read_driver_survey();
    const double bad = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [&](const nps::penalty_reward_row_options& options) {
        CHECK_THROWS_AS(static_cast<void>(nps::penalty_reward(survey.items, survey.score, options)),
                        nps::invalid_input);
    };
    refuses({});
    refuses({.low = {4}});
    refuses({.low = {4}, .high = {4}});
    refuses({.low = {4}, .high = {bad}});
    refuses({.low = {bad}, .high = {9}});
    refuses({.low = {4, 4}, .high = {9}});
    refuses({.low = {4}, .high = {9}, .names = {"one"}});
    refuses({.low = {4}, .high = {9}, .frequency_weights = {1}});
    refuses({.low = {4}, .high = {9}, .level = bad});
    refuses({.low = {4}, .high = {9}, .few_cases = -1});
    refuses({.low = {4}, .high = {9}, .adjustment = static_cast<nps::multiplicity>(99)});
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::penalty_reward(survey.items, survey.score.head(9).eval(),
                                              {.low = {4}, .high = {9}})),
        "nps::penalty_reward: outcome.size() = 9, must be the number of rows of items, 300",
        nps::invalid_input);
    Eigen::MatrixXd infinite = survey.items.cast<double>();
    infinite(1, 1) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(static_cast<void>(nps::low_high_coding(infinite, {.low = {4}, .high = {9}})),
                    nps::invalid_input);
    // Cross-products of other columns.
    const auto refuses_xy = [](const nps::cross_products& xy) {
        CHECK_THROWS_AS(static_cast<void>(nps::penalty_reward(xy)), nps::invalid_input);
    };
    refuses_xy({survey.items, survey.score, {.names = survey.names}});
    refuses_xy({survey.items.leftCols(3).eval(), survey.score});
    refuses_xy({survey.items.leftCols(2).eval(), survey.score, {.names = {"x low", "x high"}}});
    refuses_xy({survey.items.leftCols(2).eval(), survey.score, {.names = {"x low", "y high"}}});
    const auto coded = nps::low_high_coding(survey.items, {.low = {4}, .high = {9}});
    Eigen::MatrixXd both = coded.items.leftCols(2);
    both.col(1) = both.col(0);
    refuses_xy({both, survey.score, {.names = {"x low", "x high"}}});
    refuses_xy(
        {coded.items, survey.score, {.names = coded.names, .sampling_weights = survey.weights}});
}
