// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/mean_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

nps::bounds sides_of(const std::string& name) {
    return name == "two_sided" ? nps::bounds::two_sided
           : name == "lower"   ? nps::bounds::lower
                               : nps::bounds::upper;
}

TEST_CASE("mean_interval equals R's t.test") {
    for (const auto& row : nps_test::reference_table("mean_interval.csv")) {
        const nps::moments ratings{.count = row.integer("n"),
                                   .mean = row.number("mean"),
                                   .squared_deviations = row.number("squared_deviations")};
        const auto found = nps::mean_interval(
            ratings, {.level = row.number("level"), .sides = sides_of(row.text("sides"))});
        CAPTURE(ratings.count);
        CHECK(nps_test::close(found.lower, row.number("lower")));
        CHECK(nps_test::close(found.upper, row.number("upper")));
        CHECK(found.method == "student_t");
        CHECK_FALSE(found.clipped);
    }
}

TEST_CASE("mean_interval: a one-sided level below 1/2 stays inside the scale") {
    const nps::moments ratings{.count = 3, .mean = 9.9, .squared_deviations = 0.02};
    const auto lower = nps::mean_interval(
        ratings, {.level = 0.01, .sides = nps::bounds::lower, .lowest = 0, .highest = 10});
    CHECK(lower.lower == 10);
    CHECK(lower.upper == 10);
    CHECK(lower.clipped);
    const nps::moments mirrored{.count = 3, .mean = 0.1, .squared_deviations = 0.02};
    const auto upper = nps::mean_interval(
        mirrored, {.level = 0.01, .sides = nps::bounds::upper, .lowest = 0, .highest = 10});
    CHECK(upper.lower == 0);
    CHECK(upper.upper == 0);
    CHECK(upper.clipped);
}

TEST_CASE("the critical value of Student's t for large samples") {
    // mpmath: upper quantile 0.0005, by quadrature of the density.
    const auto t = [](std::int64_t n) {
        // Variance 1 and mean 0, so that the upper limit is t / sqrt(n).
        const nps::moments unit{
            .count = n, .mean = 0, .squared_deviations = static_cast<double>(n - 1)};
        return nps::mean_interval(unit, {.level = 0.999}).upper * std::sqrt(static_cast<double>(n));
    };
    CHECK(nps_test::close(t(100'001), 3.2906240314118827));
    CHECK(nps_test::close(t(1'000'000), 3.2905364612584209));
    CHECK(nps_test::close(t(1'000'000'000'000), 3.2905267315016245));
}

TEST_CASE("ratings that are all equal give the point; one rating gives nothing") {
    const auto point =
        nps::mean_interval(nps::published_mean{.n = 5, .mean = 9, .standard_deviation = 0});
    CHECK(point.n == 5);
    CHECK(point.lower == 9);
    CHECK(point.upper == 9);
    CHECK_THROWS_WITH_AS((void)nps::mean_interval(nps::moments{.count = 1, .mean = 9}),
                         "nps::mean_interval: fewer than two values", nps::undefined_result);
    CHECK_THROWS_AS((void)nps::mean_interval(nps::moments{}), nps::undefined_result);
}

TEST_CASE("limits stay on the rating scale when it is given") {
    const nps::published_mean high{.n = 4, .mean = 9.5, .standard_deviation = 1};
    const auto open = nps::mean_interval(high);
    CHECK(open.upper > 10);
    const auto cut = nps::mean_interval(high, {.lowest = 0, .highest = 10});
    CHECK(cut.upper == 10);
    CHECK(cut.clipped);
    CHECK(cut.lower == open.lower);
    const auto one_sided =
        nps::mean_interval(high, {.sides = nps::bounds::lower, .lowest = 0, .highest = 10});
    CHECK(one_sided.upper == 10);
    CHECK_FALSE(one_sided.clipped);
    CHECK_THROWS_WITH_AS((void)nps::mean_interval(high, {.highest = 5}),
                         "nps::mean_interval: highest = 5, must not be below the mean, 9.5",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::mean_interval(high, {.lowest = 10}),
                         "nps::mean_interval: lowest = 10, must not be above the mean, 9.5",
                         nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::mean_interval(high, {.lowest = std::numeric_limits<double>::quiet_NaN()}),
        nps::invalid_input);
}

TEST_CASE("mean_interval is symmetric, nested in level, and refuses nonsense") {
    const nps::published_mean mean{.n = 50, .mean = 7.25, .standard_deviation = 2.5};
    double last = 0;
    for (const double level : {0.5, 0.9, 0.95, 0.99, 0.99999}) {
        const auto found = nps::mean_interval(mean, {.level = level});
        CHECK(nps_test::close(found.upper - 7.25, 7.25 - found.lower));
        CHECK(found.upper - found.lower > last);
        last = found.upper - found.lower;
    }
    CHECK_THROWS_WITH_AS(
        (void)nps::mean_interval(mean, {.level = std::numeric_limits<double>::quiet_NaN()}),
        "nps::mean_interval: level = nan, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::mean_interval(nps::moments{.count = 5, .mean = 1, .squared_deviations = -1}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mean_interval(mean, {.sides = static_cast<nps::bounds>(7)}),
                    nps::invalid_input);
}

} // namespace
