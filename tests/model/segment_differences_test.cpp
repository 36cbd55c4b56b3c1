// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/segment_differences.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::close_tail;
using method = nps::segment_method;

std::vector<nps::cross_products> segments_of(const nps_test::driver_survey& survey, int count) {
    std::vector<nps::cross_products> result;
    for (int segment = 1; segment <= count; ++segment) {
        const auto some = nps_test::only_segment(survey, segment);
        result.emplace_back(some.items, some.score,
                            nps::cross_product_options{.names = survey.names});
    }
    return result;
}

std::vector<nps::linear_fit> robust_fits(const nps_test::driver_survey& survey, int count) {
    std::vector<nps::linear_fit> result;
    for (int segment = 1; segment <= count; ++segment) {
        const auto some = nps_test::only_segment(survey, segment);
        result.push_back(nps::least_squares(
            some.items, some.score, {.names = survey.names, .errors = nps::standard_errors::hc3}));
    }
    return result;
}

method method_of(const std::string& name) {
    return name == "pooled" ? method::pooled : name == "wald" ? method::wald : method::welch;
}

void check_test(const nps::omnibus_result& test, const nps_test::reference_row& row) {
    CHECK(close(test.statistic, row.number("statistic"), {.relative = 1e-10, .reason = "lm's QR"}));
    CHECK(test.degrees_of_freedom == row.number("df"));
    if (row.number("denominator_df") == 0) {
        CHECK_FALSE(test.denominator_degrees_of_freedom.has_value());
    } else {
        CHECK(close(test.denominator_degrees_of_freedom.value(), row.number("denominator_df")));
    }
    CHECK(
        close_tail(test.p_value, row.number("p_value"), {.relative = 1e-10, .reason = "lm's QR"}));
    CHECK(test.method == row.text("method"));
}

void check_row(const nps::segment_differences_result& result, const nps_test::reference_row& row) {
    if (row.text("test") == "slopes") {
        check_test(result.slopes.value(), row);
    } else if (row.text("test") == "chow") {
        check_test(result.chow.value(), row);
    } else {
        const auto driver = std::find_if(result.drivers.begin(), result.drivers.end(),
                                         [&](const auto& d) { return d.name == row.text("test"); });
        REQUIRE(driver != result.drivers.end());
        check_test(driver->test.value(), row);
    }
}

// A model of another kind: coefficients and covariance, no degrees of freedom.
struct other_fit {
    std::vector<nps::coefficient> coefficients = {};
    std::vector<nps::excluded_item> excluded = {};
    Eigen::MatrixXd covariance = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
};

} // namespace

TEST_CASE("segment_differences equals R's anova of interaction models and waldtest") {
    const auto survey = nps_test::read_driver_survey();
    std::size_t rows = 0;
    for (const auto& row : nps_test::reference_table("segment_differences.csv")) {
        const int count = row.text("of") == "all" ? 3 : 2;
        INFO(row.text("of"), " ", row.text("method"), " ", row.text("test"));
        const nps::segment_differences_options options{.method = method_of(row.text("method"))};
        const auto result = row.text("errors") == "classical"
                                ? nps::segment_differences(segments_of(survey, count), options)
                                : nps::segment_differences(robust_fits(survey, count), options);
        check_row(result, row);
        CHECK(result.method == row.text("method"));
        ++rows;
    }
    CHECK(rows == 52);
}

TEST_CASE("segment_differences: two segments by the driver's test and by their difference") {
    const auto survey = nps_test::read_driver_survey();
    const auto xy = segments_of(survey, 2);
    for (const method m : {method::welch, method::wald, method::pooled}) {
        const auto result = nps::segment_differences(xy, {.method = m, .level = 0.9});
        REQUIRE(result.drivers.size() == 4);
        for (const auto& driver : result.drivers) {
            REQUIRE(driver.pairs.size() == 1);
            const nps::comparison& pair = driver.pairs[0].comparison;
            CHECK(close(pair.difference, driver.slopes[0].coefficient.estimate -
                                             driver.slopes[1].coefficient.estimate));
            CHECK(close(pair.statistic * pair.statistic, driver.test->statistic));
            CHECK(close(pair.p_value, driver.test->p_value));
            CHECK(driver.pairs[0].a == 0);
            CHECK(driver.pairs[0].b == 1);
            CHECK(pair.n_a + pair.n_b == driver.test->n);
            CHECK(pair.degrees_of_freedom.has_value() == (m != method::wald));
            if (pair.degrees_of_freedom) {
                CHECK(close(*pair.degrees_of_freedom,
                            driver.test->denominator_degrees_of_freedom.value()));
            }
            CHECK(pair.interval.level == 0.9);
            // The interval holds 0 where the test at its level does not reject.
            CHECK((pair.interval.lower > 0 || pair.interval.upper < 0) == (pair.p_value < 0.1));
        }
    }
}

TEST_CASE("segment_differences: p values are adjusted over drivers, and over all pairs") {
    const auto xy = segments_of(nps_test::read_driver_survey(), 3);
    const auto result = nps::segment_differences(xy);
    CHECK(result.adjustment == "holm");
    std::vector<double> tests;
    std::vector<double> pairs;
    for (const auto& driver : result.drivers) {
        tests.push_back(driver.test->p_value);
        CHECK(driver.pairs.size() == 3);
        for (const auto& pair : driver.pairs) {
            pairs.push_back(pair.comparison.p_value);
        }
    }
    const auto smallest = std::min_element(tests.begin(), tests.end()) - tests.begin();
    const auto& first = result.drivers[static_cast<std::size_t>(smallest)];
    CHECK(close(first.adjusted_p_value, 4 * first.test->p_value)); // Holm: times 4 tests
    CHECK(first.name == "network");                                // made to differ
    CHECK(first.adjusted_p_value < 0.05);
    const double least_pair = *std::min_element(pairs.begin(), pairs.end());
    double least_adjusted = 1;
    for (const auto& driver : result.drivers) {
        for (const auto& pair : driver.pairs) {
            least_adjusted = std::min(least_adjusted, pair.adjusted_p_value);
        }
    }
    CHECK(close(least_adjusted, 12 * least_pair));
    const auto plain = nps::segment_differences(xy, {.adjustment = nps::multiplicity::none});
    CHECK(plain.drivers[1].adjusted_p_value == plain.drivers[1].test->p_value);
}

TEST_CASE("segment_differences: swapped signs, moved and rescaled items, order of segments") {
    const auto survey = nps_test::read_driver_survey();
    const auto before = nps::segment_differences(segments_of(survey, 3));
    auto other = survey;
    other.items.col(1) = 13 - other.items.col(1).array(); // turns the scale of network
    other.items.col(2) *= 1000;
    other.score = -other.score.array() + 5;
    auto xy = segments_of(other, 3);
    std::swap(xy[0], xy[2]);
    const auto after = nps::segment_differences(xy);
    constexpr nps_test::tolerance rounding{.relative = 1e-9, .reason = "items rescaled by 1000"};
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(close(after.drivers[j].test->p_value, before.drivers[j].test->p_value, rounding));
        const double unit = j == 1 ? 1 : j == 2 ? -1e-3 : -1;
        CHECK(close(after.drivers[j].pairs[1].comparison.difference, // segments 0 and 2
                    -unit * before.drivers[j].pairs[1].comparison.difference, rounding));
    }
    CHECK(close(after.slopes->statistic, before.slopes->statistic, rounding));
    CHECK(close(after.chow->statistic, before.chow->statistic, rounding));
    CHECK(before.segments[2] == "segment 3");
    CHECK(before.n == 300);
    CHECK(before.dropped == 0);
}

TEST_CASE("segment_differences: the same segment twice does not differ") {
    auto xy = segments_of(nps_test::read_driver_survey(), 1);
    xy.push_back(xy[0]);
    const auto same = nps::segment_differences(xy, {.segments = {"app", "shop"}});
    CHECK(same.segments[1] == "shop");
    for (const auto& driver : same.drivers) {
        CHECK(driver.test->statistic == 0);
        CHECK(driver.test->p_value == 1);
        CHECK(driver.adjusted_p_value == 1);
        CHECK(driver.pairs[0].comparison.p_value == 1);
    }
    CHECK(same.chow->p_value == 1);
}

TEST_CASE("segment_differences: a driver that one segment lacks is compared over the others") {
    auto survey = nps_test::read_driver_survey();
    for (Eigen::Index i = 0; i < survey.score.size(); ++i) {
        if (survey.segments[static_cast<std::size_t>(i)] == 3) {
            survey.items(i, 3) = 5;
        }
    }
    const auto three = nps::segment_differences(segments_of(survey, 3));
    const auto two = nps::segment_differences(segments_of(survey, 2));
    REQUIRE(three.excluded.size() == 1);
    CHECK(three.excluded[0].segment == 2);
    CHECK(three.excluded[0].item ==
          nps::excluded_item{.name = "app", .reason = nps::exclusion::constant});
    CHECK(three.drivers[3].test->groups == 2);
    CHECK(three.drivers[3].test->p_value == two.drivers[3].test->p_value);
    CHECK(three.slopes->degrees_of_freedom == 6); // price, network, service
    CHECK(three.chow->degrees_of_freedom == 8);
    // In one segment only: no test, and no part in the adjustment.
    for (Eigen::Index i = 0; i < survey.score.size(); ++i) {
        if (survey.segments[static_cast<std::size_t>(i)] == 2) {
            survey.items(i, 3) = 5;
        }
    }
    const auto one = nps::segment_differences(segments_of(survey, 3));
    CHECK_FALSE(one.drivers[3].test.has_value());
    CHECK(one.drivers[3].pairs.empty());
    CHECK(one.drivers[3].slopes.size() == 1);
    CHECK(one.drivers[3].adjusted_p_value == 1);
}

TEST_CASE("segment_differences of another kind of model: chi-squared where there is no df") {
    const auto fit = [](double slope, double variance) {
        other_fit result{.covariance = Eigen::MatrixXd::Identity(2, 2), .n = 50};
        result.covariance(1, 1) = variance;
        result.coefficients.resize(2);
        result.coefficients[0].name = "(intercept)";
        result.coefficients[1].name = "price";
        result.coefficients[1].estimate = slope;
        return result;
    };
    const std::vector<other_fit> fits{fit(1, 0.5), fit(0, 0.5), fit(0, 1)};
    const auto result = nps::segment_differences(fits);
    // Weights 2, 2, 1, mean 0.4: 2 * 0.36 + 2 * 0.16 + 0.16 = 1.2; chi-squared(2): exp(-0.6).
    CHECK(close(result.drivers[0].test->statistic, 1.2));
    CHECK(close(result.drivers[0].test->p_value, std::exp(-0.6)));
    CHECK(result.drivers[0].test->method == "wald");
    CHECK(close(result.drivers[0].pairs[0].comparison.statistic, 1));
    CHECK(close(result.drivers[0].pairs[0].comparison.p_value, 0.31731050786291410));
    CHECK(close(result.chow->statistic, 1.2)); // all intercepts are 0
    CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(fits, {.method = method::pooled})),
                    nps::invalid_input);
    // A singular covariance leaves the tests of all slopes at once without an answer.
    auto singular = fits;
    singular[0].covariance.setOnes();
    CHECK_FALSE(nps::segment_differences(singular).chow.has_value());
    CHECK(nps::segment_differences(singular).slopes.has_value());
}

TEST_CASE("segment_differences refuses what it cannot compare") {
    const auto survey = nps_test::read_driver_survey();
    auto xy = segments_of(survey, 2);
    const auto refuses = [](const std::vector<nps::cross_products>& segments,
                            const nps::segment_differences_options& options) {
        CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(segments, options)),
                        nps::invalid_input);
    };
    refuses({}, {});
    refuses({xy[0]}, {});
    refuses(xy, {.segments = {"one"}});
    const std::vector<nps::cross_products> three{xy[0], xy[1], xy[0]};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::segment_differences(three, {.segments = {"app", "shop", "app"}})),
        "nps::segment_differences: segments[2] = app, must be a name of its own, segments[0] has "
        "it",
        nps::invalid_input);
    refuses(xy, {.level = 0});
    refuses(xy, {.level = std::numeric_limits<double>::quiet_NaN()});
    refuses(xy, {.method = static_cast<method>(9)});
    refuses(xy, {.adjustment = static_cast<nps::multiplicity>(99)});
    // A segment where everybody is a promoter.
    const auto some = nps_test::only_segment(survey, 1);
    xy[1] = nps::cross_products(some.items, Eigen::VectorXi::Ones(some.score.size()),
                                {.names = survey.names});
    for (const method m : {method::welch, method::wald, method::pooled}) {
        CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(xy, {.method = m})),
                        nps::undefined_result);
    }
    // Twice the same name.
    nps::linear_fit twice = nps::least_squares(xy[0]);
    twice.coefficients[2].name = "price";
    CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(std::vector{twice, twice})),
                    nps::invalid_input);
    nps::linear_fit damaged = nps::least_squares(xy[0]);
    damaged.degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::segment_differences(std::vector{damaged, damaged})),
        "nps::segment_differences: degrees_of_freedom of segment 1 = nan, must be positive",
        nps::invalid_input);
    damaged = nps::least_squares(xy[0]);
    damaged.coefficients[1].estimate = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::segment_differences(std::vector{damaged, damaged})),
        "nps::segment_differences: estimate of price in segment 1 = nan, must be finite",
        nps::invalid_input);
    nps::linear_fit robust = nps::least_squares(xy[0]);
    robust.method = "hc3";
    CHECK_THROWS_AS(static_cast<void>(nps::segment_differences(std::vector{robust, robust},
                                                               {.method = method::pooled})),
                    nps::invalid_input);
}
