// SPDX-License-Identifier: Apache-2.0
#include <nps/model/driver_map.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

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
    Eigen::Matrix<int, 30, 7> data;
    data << 43, 51, 30, 39, 61, 92, 45, 63, 64, 51, 54, 63, 73, 47, 71, 70, 68, 69, 76, 86, 48, 61,
        63, 45, 47, 54, 84, 35, 81, 78, 56, 66, 71, 83, 47, 43, 55, 49, 44, 54, 49, 34, 58, 67, 42,
        56, 66, 68, 35, 71, 75, 50, 55, 70, 66, 41, 72, 82, 72, 67, 71, 83, 31, 67, 61, 45, 47, 62,
        80, 41, 64, 53, 53, 58, 58, 67, 34, 67, 60, 47, 39, 59, 74, 41, 69, 62, 57, 42, 55, 63, 25,
        68, 83, 83, 45, 59, 77, 35, 77, 77, 54, 72, 79, 77, 46, 81, 90, 50, 72, 60, 54, 36, 74, 85,
        64, 69, 79, 79, 63, 65, 60, 65, 75, 55, 80, 60, 65, 70, 46, 57, 75, 85, 46, 50, 58, 68, 54,
        64, 78, 52, 50, 40, 33, 34, 43, 64, 33, 64, 61, 52, 62, 66, 80, 41, 53, 66, 52, 50, 63, 80,
        37, 40, 37, 42, 58, 50, 57, 49, 63, 54, 42, 48, 66, 75, 33, 66, 77, 66, 63, 88, 76, 72, 78,
        75, 58, 74, 80, 78, 49, 48, 57, 44, 45, 51, 83, 38, 85, 85, 71, 71, 77, 74, 55, 82, 82, 39,
        59, 64, 78, 39;
    const std::vector<std::string> names{"complaints", "privileges", "learning",
                                         "raises",     "critical",   "advance"};
    const nps::cross_products xy(data.rightCols(6), data.col(0), {.names = names});
    for (const auto& row : nps_test::reference_table("driver_ratings.csv")) {
        for (const auto& driver : nps::driver_ratings(xy, {.level = row.number("level")})) {
            if (driver.name == row.text("item")) {
                CHECK(close(driver.mean, row.number("mean")));
                CHECK(close(driver.interval.lower, row.number("lower")));
                CHECK(close(driver.interval.upper, row.number("upper")));
                CHECK(close(driver.distance, row.number("distance")));
                CHECK(close(driver.distance_interval.lower, row.number("distance_lower")));
                CHECK(close(driver.distance_interval.upper, row.number("distance_upper")));
                CHECK(driver.interval.n == 30);
            }
        }
    }
    CHECK(nps::driver_ratings(xy).size() == 6);
}

TEST_CASE("driver_ratings: equal ratings, one row, weights and levels") {
    Eigen::MatrixXi items = Eigen::MatrixXi::Constant(5, 2, 7);
    const Eigen::VectorXi outcome = Eigen::VectorXi::Constant(5, 1);
    const auto equal = nps::driver_ratings(nps::cross_products(items, outcome));
    CHECK(equal[0].interval.lower == 7);
    CHECK(equal[0].distance_interval.upper == 0);
    CHECK_THROWS_AS(static_cast<void>(nps::driver_ratings(
                        nps::cross_products(items.topRows(1), outcome.head(1)))),
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
