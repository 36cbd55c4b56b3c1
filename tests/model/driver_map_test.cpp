// SPDX-License-Identifier: Apache-2.0
#include <nps/model/driver_map.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using nps_test::close;
using side = nps::map_side;
using quadrant = nps::map_quadrant;

nps::interval limits(double lower, double upper) {
    return {.lower = lower, .upper = upper, .level = 0.95, .method = "test"};
}

// Importances 0.4, 0.3, 0.2, 0.1 (mean and median 0.25), performances 6, 9, 5, 10: mean and median
// 7.5.
std::vector<nps::driver_position> four() {
    return {{.name = "price",
             .importance = 0.4,
             .importance_interval = limits(0.3, 0.5),
             .performance = 6,
             .performance_interval = limits(5.8, 6.2)},
            {.name = "network",
             .importance = 0.3,
             .importance_interval = limits(0.2, 0.4),
             .performance = 9,
             .performance_interval = limits(8.9, 9.1)},
            {.name = "shop",
             .importance = 0.2,
             .importance_interval = limits(0.15, 0.24),
             .performance = 5,
             .performance_interval = limits(2, 8)},
            {.name = "app", .importance = 0.1, .performance = 10}};
}

} // namespace

TEST_CASE("driver_map: quadrants by the point, significance by the intervals") {
    const nps::driver_map_result map = nps::driver_map(four());
    CHECK(close(map.importance_cross, 0.25));
    CHECK(close(map.performance_cross, 7.5));
    CHECK(map.method == "means");
    const std::vector<quadrant> expected{quadrant::concentrate_here, quadrant::keep_up,
                                         quadrant::low_priority, quadrant::possible_overkill};
    const std::vector<side> importance{side::above, side::undecided, side::below, side::undecided};
    const std::vector<side> performance{side::below, side::above, side::undecided, side::undecided};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(map.drivers[i].quadrant == expected[i]);
        CHECK(map.drivers[i].importance_side == importance[i]);
        CHECK(map.drivers[i].performance_side == performance[i]);
        CHECK(map.drivers[i].significant == (i == 0));
    }
    CHECK(map.drivers[1].name == "network");
    CHECK(nps::quadrant_name(quadrant::concentrate_here) == "concentrate_here");
    CHECK(nps::quadrant_name(quadrant::keep_up) == "keep_up");
    CHECK(nps::quadrant_name(quadrant::low_priority) == "low_priority");
    CHECK(nps::quadrant_name(quadrant::possible_overkill) == "possible_overkill");
    CHECK_THROWS_AS(static_cast<void>(nps::quadrant_name(static_cast<quadrant>(9))),
                    nps::invalid_input);
}

TEST_CASE("driver_map: medians and the user's own cross") {
    auto drivers = four();
    drivers[0].importance = 4; // the mean moves, the median does not
    drivers[3].performance = 100;
    nps::driver_map_result map = nps::driver_map(drivers, {.cross = nps::map_cross::medians});
    CHECK(close(map.importance_cross, 0.25));
    CHECK(close(map.performance_cross, 7.5));
    CHECK(map.method == "medians");
    drivers.pop_back(); // an odd number
    map = nps::driver_map(drivers, {.cross = nps::map_cross::medians});
    CHECK(map.importance_cross == 0.3);
    CHECK(map.performance_cross == 6);
    CHECK(map.drivers[1].quadrant == quadrant::keep_up); // on a line: above it
    map = nps::driver_map(
        four(),
        {.cross = nps::map_cross::given, .importance_cross = 0.2, .performance_cross = 9.5});
    CHECK(map.method == "given");
    CHECK(map.drivers[1].quadrant == quadrant::concentrate_here);
    CHECK(map.drivers[1].importance_side == side::undecided); // touches the line
    CHECK(map.drivers[1].performance_side == side::below);
    CHECK(nps::driver_map(
              {four()[0]},
              {.cross = nps::map_cross::given, .importance_cross = 0, .performance_cross = 7})
              .drivers[0]
              .significant);
}

TEST_CASE("driver_map: an interval of the distance decides in place of that of the position") {
    auto drivers = four();
    drivers[0].importance_distance = limits(-0.01, 0.3);
    drivers[1].importance_distance = limits(0.01, 0.1);
    drivers[2].performance_distance = limits(-4, -1);
    const auto map = nps::driver_map(drivers);
    CHECK_FALSE(map.drivers[0].significant);
    CHECK(map.drivers[0].importance_side == side::undecided);
    CHECK(map.drivers[1].significant);
    CHECK(map.drivers[2].significant);
}

TEST_CASE("driver_map: an interval on the other side of its point is not significant") {
    // Percentile intervals need not hold the estimate.
    auto drivers = four();
    drivers[0].importance_interval = limits(0.1, 0.2);
    const auto map = nps::driver_map(drivers);
    CHECK(map.drivers[0].importance_side == side::below);
    CHECK_FALSE(map.drivers[0].significant);
}

TEST_CASE("driver_map: scale and order of the drivers do not matter") {
    const auto before = nps::driver_map(four());
    auto drivers = four();
    for (nps::driver_position& driver : drivers) {
        driver.performance = driver.performance * 100 - 3;
        if (driver.performance_interval) {
            driver.performance_interval = limits(driver.performance_interval->lower * 100 - 3,
                                                 driver.performance_interval->upper * 100 - 3);
        }
    }
    std::swap(drivers[0], drivers[3]);
    const auto after = nps::driver_map(drivers);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& other = after.drivers[i == 0 ? 3 : i == 3 ? 0 : i];
        CHECK(before.drivers[i].name == other.name);
        CHECK(before.drivers[i].quadrant == other.quadrant);
        CHECK(before.drivers[i].significant == other.significant);
    }
}

TEST_CASE("driver_map refuses what it cannot place") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](std::vector<nps::driver_position> drivers,
                            const nps::driver_map_options& options = {}) {
        CHECK_THROWS_AS(static_cast<void>(nps::driver_map(drivers, options)), nps::invalid_input);
    };
    auto drivers = four();
    drivers[2].importance = nan;
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::driver_map(drivers)),
                         "nps::driver_map: drivers[2].importance = nan, must be finite",
                         nps::invalid_input);
    drivers = four();
    drivers[1].performance = std::numeric_limits<double>::infinity();
    refuses(drivers);
    drivers = four();
    drivers[1].performance_interval = limits(2, 1);
    refuses(drivers);
    drivers[1].performance_interval = limits(nan, 1);
    refuses(drivers);
    refuses(four(), {.cross = nps::map_cross::given, .importance_cross = 1});
    refuses(four(), {.importance_cross = 1});
    refuses(four(),
            {.cross = nps::map_cross::given, .importance_cross = 1, .performance_cross = nan});
    refuses(four(), {.cross = static_cast<nps::map_cross>(7)});
    CHECK_THROWS_AS(static_cast<void>(nps::driver_map({})), nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_map({four()[0]})), nps::undefined_result);
}

TEST_CASE("driver_ratings equals R's t.test of each item and of its distance from the mean") {
    // attitude (R datasets): rating, complaints, privileges, learning, raises, critical, advance.
    constexpr std::array<int, 30> rating{43, 63, 71, 61, 81, 43, 58, 71, 72, 67,
                                         64, 67, 69, 68, 77, 81, 74, 65, 65, 50,
                                         50, 64, 53, 40, 63, 66, 78, 48, 85, 82};
    constexpr std::array<int, 180> others{
        // item by item
        51, 64, 70, 63, 78, 55, 67, 75, 82, 61, 53, 60, 62, 83, 77, 90, 85, 60, 70, 58, 40, 61, 66,
        37, 54, 77, 75, 57, 85, 82, 30, 51, 68, 45, 56, 49, 42, 50, 72, 45, 53, 47, 57, 83, 54, 50,
        64, 65, 46, 68, 33, 52, 52, 42, 42, 66, 58, 44, 71, 39, 39, 54, 69, 47, 66, 44, 56, 55, 67,
        47, 58, 39, 42, 45, 72, 72, 69, 75, 57, 54, 34, 62, 50, 58, 48, 63, 74, 45, 71, 59, 61, 63,
        76, 54, 71, 54, 66, 70, 71, 62, 58, 59, 55, 59, 79, 60, 79, 55, 75, 64, 43, 66, 63, 50, 66,
        88, 80, 51, 77, 64, 92, 73, 86, 84, 83, 49, 68, 66, 83, 80, 67, 74, 63, 77, 77, 54, 79, 80,
        85, 78, 64, 80, 80, 57, 75, 76, 78, 83, 74, 78, 45, 47, 48, 35, 47, 34, 35, 41, 31, 41, 34,
        41, 25, 35, 46, 36, 63, 60, 46, 52, 33, 41, 37, 49, 33, 72, 49, 38, 55, 39};
    const std::vector<std::string> names{"complaints", "privileges", "learning",
                                         "raises",     "critical",   "advance"};
    const Eigen::MatrixXi items = Eigen::MatrixXi::Map(others.data(), 30, 6);
    const Eigen::VectorXi outcome = Eigen::VectorXi::Map(rating.data(), 30);
    const nps::cross_products xy(items, outcome, {.names = names});
    // The survey's top box, 9 and above.
    const auto survey = nps_test::read_driver_survey();
    Eigen::MatrixXi top = survey.items;
    for (Eigen::Index i = 0; i < top.size(); ++i) {
        top.data()[i] = top.data()[i] >= 9 ? 1 : 0;
    }
    const nps::cross_products shares(top, survey.score, {.names = survey.names});
    int found = 0;
    for (const auto& row : nps_test::reference_table("driver_ratings.csv")) {
        const bool attitude = row.text("data") == "attitude";
        const nps::driver_ratings_options options{.level = row.number("level")};
        for (const auto& driver : nps::driver_ratings(attitude ? xy : shares, options)) {
            if (driver.name == row.text("item")) {
                CHECK(close(driver.mean, row.number("mean")));
                CHECK(close(driver.interval.lower, row.number("lower")));
                CHECK(close(driver.interval.upper, row.number("upper")));
                CHECK(close(driver.distance, row.number("distance")));
                CHECK(close(driver.distance_interval.lower, row.number("distance_lower")));
                CHECK(close(driver.distance_interval.upper, row.number("distance_upper")));
                CHECK(driver.interval.n == (attitude ? 30 : 300));
                ++found;
            }
        }
    }
    CHECK(found == 20);
}

TEST_CASE("driver_ratings: equal ratings, one row, weights and levels") {
    Eigen::MatrixXi items = Eigen::MatrixXi::Constant(5, 2, 7);
    const Eigen::VectorXi outcome = Eigen::VectorXi::Constant(5, 1);
    const auto equal = nps::driver_ratings(nps::cross_products(items, outcome));
    CHECK(equal[0].interval.lower == 7);
    CHECK(equal[0].distance_interval.upper == 0);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_ratings(
                        nps::cross_products(items.topRows(1).eval(), outcome.head(1).eval()))),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_ratings(nps::cross_products())),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_ratings(nps::cross_products(
                        items, outcome, {.sampling_weights = std::vector<double>(5, 2.0)}))),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::driver_ratings(nps::cross_products(items, outcome), {.level = 1})),
        nps::invalid_input);
}
