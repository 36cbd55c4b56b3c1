// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/bootstrap_result.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::bootstrap_method;
using nps::bounds;
using nps::median_bias;

constexpr double infinity = std::numeric_limits<double>::infinity();

nps::bootstrap_result made_of(std::vector<double> values, double estimate) {
    nps::bootstrap_result result;
    result.values = std::move(values);
    result.estimate = estimate;
    nps::detail::summarise(result);
    return result;
}

// 1, 2, ..., r
std::vector<double> ladder(int r) {
    std::vector<double> values;
    for (int i = 1; i <= r; ++i) {
        values.push_back(i);
    }
    return values;
}

bootstrap_method method_called(const std::string& name) {
    return std::map<std::string, bootstrap_method>{{"normal", bootstrap_method::normal},
                                                   {"basic", bootstrap_method::basic},
                                                   {"percentile", bootstrap_method::percentile},
                                                   {"studentised", bootstrap_method::studentised},
                                                   {"bca", bootstrap_method::bca}}
        .at(name);
}

TEST_CASE("all five intervals equal R boot's, given its replicates") {
    std::map<std::string, nps::bootstrap_result> results;
    for (const nps_test::reference_row& row :
         nps_test::reference_table("bootstrap_replicates.csv")) {
        results[row.text("case")].values.push_back(row.number("value"));
        results[row.text("case")].value_standard_errors.push_back(
            std::sqrt(row.number("variance")));
    }
    for (const nps_test::reference_row& row : nps_test::reference_table("bootstrap_interval.csv")) {
        nps::bootstrap_result& result = results.at(row.text("case"));
        result.estimate = row.number("estimate");
        result.estimate_standard_error = std::sqrt(row.number("variance"));
        result.acceleration = row.number("acceleration");
        nps::detail::summarise(result);
        const std::string& method = row.text("method");
        CAPTURE(row.text("case"));
        CAPTURE(method);
        CAPTURE(row.number("level"));
        const nps::interval interval = result.interval({.method = method_called(method),
                                                        .level = row.number("level"),
                                                        .bias = median_bias::strict});
        CHECK(nps_test::close(interval.lower, row.number("lower")));
        CHECK(nps_test::close(interval.upper, row.number("upper")));
        CHECK(interval.method == method);
        CHECK(interval.level == row.number("level"));
        // R also warns at the very first and last rank.
        CHECK(interval.clipped == (row.integer("extreme") == 1));
    }
}

TEST_CASE("limits are ranks: (R + 1) P, exact where that is whole") {
    const nps::bootstrap_result result = made_of(ladder(999), 500);
    const nps::interval percentile = result.interval();
    CHECK(percentile.lower == 25);
    CHECK(percentile.upper == 975);
    CHECK(!percentile.clipped);
    CHECK(percentile.method == "percentile");
    const nps::interval basic = result.interval({.method = bootstrap_method::basic, .level = 0.9});
    CHECK(basic.lower == 50);
    CHECK(basic.upper == 950);
    SUBCASE("one-sided limits have all of alpha on their side, and the end of the range beyond") {
        const nps::interval lower = result.interval({.sides = bounds::lower});
        CHECK(lower.lower == 50);
        CHECK(lower.upper == infinity);
        const nps::interval upper = result.interval({.sides = bounds::upper});
        CHECK(upper.lower == -infinity);
        CHECK(upper.upper == 950);
        CHECK(upper.sides == bounds::upper);
    }
}

TEST_CASE("too few replicates: the extreme one, and the interval says so") {
    const nps::bootstrap_result result = made_of(ladder(19), 10);
    const nps::interval at_the_end = result.interval({.level = 0.9});
    CHECK(at_the_end.lower == 1);
    CHECK(at_the_end.upper == 19);
    CHECK(!at_the_end.clipped);
    const nps::interval beyond = result.interval({.level = 0.95});
    CHECK(beyond.lower == 1);
    CHECK(beyond.upper == 19);
    CHECK(beyond.clipped);
}

TEST_CASE("limits stay within the range of the parameter") {
    nps::bootstrap_result result = made_of({0.7, 0.9, 1, 1, 1, 1, 1, 1, 1}, 0.95);
    result.lowest = -1;
    result.highest = 1;
    const nps::interval normal = result.interval({.method = bootstrap_method::normal});
    CHECK(normal.upper == 1);
    CHECK(normal.clipped);
    const nps::interval lower =
        result.interval({.method = bootstrap_method::basic, .level = 0.5, .sides = bounds::lower});
    CHECK(lower.upper == 1);
    CHECK(!lower.clipped);
    const nps::interval upper =
        result.interval({.method = bootstrap_method::basic, .level = 0.9, .sides = bounds::upper});
    CHECK(upper.lower == -1);
    CHECK(upper.upper == 1);
    CHECK(upper.clipped);
}

TEST_CASE("replicates that all equal the estimate give it, by every method") {
    nps::bootstrap_result result = made_of(std::vector<double>(50, 0.25), 0.25);
    result.acceleration = 0;
    result.estimate_standard_error = 0;
    result.value_standard_errors.assign(50, 0);
    for (const auto method :
         {bootstrap_method::normal, bootstrap_method::basic, bootstrap_method::percentile,
          bootstrap_method::studentised, bootstrap_method::bca}) {
        for (const auto bias : {median_bias::mid_rank, median_bias::strict}) {
            const nps::interval interval =
                result.interval({.method = method, .level = 0.9, .bias = bias});
            CHECK(interval.lower == 0.25);
            CHECK(interval.upper == 0.25);
        }
    }
}

TEST_CASE("bca with all replicates on one side gives the replicate nearest to the estimate") {
    nps::bootstrap_result result = made_of(ladder(99), 0);
    result.acceleration = 0.01;
    const nps::interval above = result.interval({.method = bootstrap_method::bca});
    CHECK(above.lower == 1);
    CHECK(above.upper == 1);
    CHECK(above.clipped);
    result.estimate = 100;
    const nps::interval below = result.interval({.method = bootstrap_method::bca});
    CHECK(below.lower == 99);
    CHECK(below.upper == 99);
    CHECK(below.clipped);
}

TEST_CASE("bca with neither bias nor acceleration is the percentile interval") {
    nps::bootstrap_result result = made_of(ladder(999), 500);
    result.acceleration = 0;
    for (const double level : {0.5, 0.9, 0.95, 0.99}) {
        const nps::interval bca =
            result.interval({.method = bootstrap_method::bca, .level = level});
        const nps::interval percentile = result.interval({.level = level});
        CHECK(nps_test::close(bca.lower, percentile.lower));
        CHECK(nps_test::close(bca.upper, percentile.upper));
    }
    SUBCASE("mid-rank z0 mirrors when the data do; strict z0 does not") {
        nps::bootstrap_result up = made_of({1, 2, 3, 3, 3, 5, 8, 9, 9, 9, 9}, 3);
        nps::bootstrap_result down = made_of({-1, -2, -3, -3, -3, -5, -8, -9, -9, -9, -9}, -3);
        up.acceleration = 0.03;
        down.acceleration = -0.03;
        const auto bca = [](const nps::bootstrap_result& r, median_bias bias) {
            return r.interval({.method = bootstrap_method::bca, .level = 0.6, .bias = bias});
        };
        CHECK(nps_test::close(bca(up, median_bias::mid_rank).lower,
                              -bca(down, median_bias::mid_rank).upper));
        CHECK(nps_test::close(bca(up, median_bias::mid_rank).upper,
                              -bca(down, median_bias::mid_rank).lower));
        CHECK(std::abs(bca(up, median_bias::strict).lower + bca(down, median_bias::strict).upper) >
              0.1);
    }
}

TEST_CASE("an acceleration past the pole keeps the limits in order") {
    nps::bootstrap_result result = made_of(ladder(999), 300);
    for (const double a : {-100.0, -2.0, -0.5, 0.5, 2.0, 100.0}) {
        result.acceleration = a;
        for (const double level : {0.1, 0.9, 0.999}) {
            const nps::interval bca =
                result.interval({.method = bootstrap_method::bca, .level = level});
            CHECK(bca.lower <= bca.upper);
            CHECK(bca.lower >= 1);
            CHECK(bca.upper <= 999);
        }
    }
}

TEST_CASE("studentised limits where replicates have no spread") {
    nps::bootstrap_result result = made_of({-1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1}, 0.2);
    result.estimate_standard_error = 0.2;
    result.value_standard_errors = {0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0};
    // The infinite replicates are the first and the last of nine.
    const nps::interval inner =
        result.interval({.method = bootstrap_method::studentised, .level = 0.6});
    CHECK(nps_test::close(inner.lower, 0.2 - (0.6 - 0.2)));
    CHECK(nps_test::close(inner.upper, 0.2 - (0.0 - 0.2)));
    CHECK_THROWS_WITH_AS(
        static_cast<void>(result.interval({.method = bootstrap_method::studentised, .level = 0.8})),
        "nps::bootstrap_result::interval: the studentised limit is not finite: too many "
        "replicates have a standard error of 0",
        nps::undefined_result);
    result.lowest = -1;
    result.highest = 1;
    const nps::interval ends =
        result.interval({.method = bootstrap_method::studentised, .level = 0.8});
    CHECK(ends.lower == -1);
    CHECK(ends.upper == 1);
    CHECK(ends.clipped);
}

TEST_CASE("intervals nest as the level grows, but for bca") {
    nps::bootstrap_result result =
        made_of({0.1, 0.25, 0.3, 0.3, 0.35, 0.4, 0.4, 0.4, 0.55, 0.6, 0.9}, 0.4);
    result.estimate_standard_error = 0.2;
    result.value_standard_errors.assign(11, 0.25);
    for (const auto method : {bootstrap_method::normal, bootstrap_method::basic,
                              bootstrap_method::percentile, bootstrap_method::studentised}) {
        nps::interval inner = result.interval({.method = method, .level = 0.01});
        for (const double level : {0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99}) {
            const nps::interval outer = result.interval({.method = method, .level = level});
            CHECK(outer.lower <= inner.lower);
            CHECK(outer.upper >= inner.upper);
            inner = outer;
        }
    }
}

TEST_CASE("bias and standard error are those of the replicates") {
    const nps::bootstrap_result result = made_of({1, 2, 4, 5}, 2);
    CHECK(result.bias == 1);
    CHECK(nps_test::close(result.standard_error, std::sqrt(10.0 / 3)));
    CHECK(result.replicates().size() == 4);
}

TEST_CASE("replicates that differ from the estimate by rounding alone tie with it") {
    // 0.1 + 0.2 is not 0.3 to the bit; the two orders of a sum must not decide a limit.
    std::vector<double> exact = ladder(999);
    std::vector<double> rounded = exact;
    for (std::size_t i = 400; i < 600; ++i) {
        exact[i] = 500;
        rounded[i] = 500 * (1 + (i % 3 == 0 ? 0 : i % 3 == 1 ? 3e-14 : -3e-14));
    }
    nps::bootstrap_result a = made_of(exact, 500);
    nps::bootstrap_result b = made_of(rounded, 500);
    for (nps::bootstrap_result* result : {&a, &b}) {
        result->acceleration = 0.05;
        result->estimate_standard_error = 2;
        result->value_standard_errors.assign(999, 3);
        std::fill_n(result->value_standard_errors.begin() + 400, 200, 0.0);
    }
    for (const auto method : {bootstrap_method::bca, bootstrap_method::studentised}) {
        for (const auto bias : {median_bias::mid_rank, median_bias::strict}) {
            for (const double level : {0.1, 0.5, 0.95}) {
                const nps::bootstrap_interval_options options{
                    .method = method, .level = level, .bias = bias};
                CHECK(nps_test::close(a.interval(options).lower, b.interval(options).lower));
                CHECK(nps_test::close(a.interval(options).upper, b.interval(options).upper));
            }
        }
    }
    // A difference beyond rounding is one.
    const nps::bootstrap_result apart = made_of({1 - 1e-11, 1 - 1e-11, 1, 1 + 1e-11}, 1);
    CHECK(nps::detail::below_estimate(apart, median_bias::strict).below == 0.5);
    // Around 0 rounding is measured by the spread, which a wild replicate does not widen.
    std::vector<double> around_zero{-2, -1, -3e-17, 0, 4e-17, 5e-17, 1, 2, 3};
    for (const double wild : {4.0, 1e30}) {
        around_zero.resize(9);
        around_zero.push_back(wild);
        const nps::bootstrap_result centred = made_of(around_zero, 1e-17);
        CHECK(nps::detail::below_estimate(centred, median_bias::strict).below == 0.2);
        CHECK(nps::detail::below_estimate(centred, median_bias::mid_rank).below == 0.4);
    }
}

TEST_CASE("values that are not numbers are named, by every method") {
    for (const auto method :
         {bootstrap_method::normal, bootstrap_method::basic, bootstrap_method::percentile,
          bootstrap_method::studentised, bootstrap_method::bca}) {
        nps::bootstrap_result result = made_of(ladder(99), 50);
        result.acceleration = 0;
        result.estimate_standard_error = 1;
        result.value_standard_errors.assign(99, 1);
        result.values[3] = std::nan("");
        CHECK_THROWS_WITH_AS(static_cast<void>(result.interval({.method = method})),
                             "nps::bootstrap_result::interval: replicate 3 = nan, must be finite",
                             nps::invalid_input);
        result.values[3] = 4;
        result.estimate = infinity;
        CHECK_THROWS_WITH_AS(static_cast<void>(result.interval({.method = method})),
                             "nps::bootstrap_result::interval: estimate = inf, must be finite",
                             nps::invalid_input);
    }
    nps::bootstrap_result result = made_of(ladder(99), 50);
    result.estimate_standard_error = 1;
    result.value_standard_errors.assign(99, 1);
    result.value_standard_errors[7] = std::nan("");
    CHECK_THROWS_WITH_AS(
        static_cast<void>(result.interval({.method = bootstrap_method::studentised})),
        "nps::bootstrap_result::interval: standard error of replicate 7 = nan, must not be "
        "negative",
        nps::invalid_input);
    result.standard_error = infinity;
    CHECK_THROWS_WITH_AS(static_cast<void>(result.interval({.method = bootstrap_method::normal})),
                         "nps::bootstrap_result::interval: the normal limit is not finite",
                         nps::undefined_result);
}

TEST_CASE("errors of intervals name what is missing") {
    nps::bootstrap_result result = made_of(ladder(99), 50);
    const auto interval = [&](nps::bootstrap_interval_options options) {
        static_cast<void>(result.interval(options));
    };
    CHECK_THROWS_WITH_AS(interval({.level = std::nan("")}),
                         "nps::bootstrap_result::interval: level = nan, must be in (0, 1)",
                         nps::invalid_input);
    CHECK_THROWS_AS(interval({.level = 95}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(interval({.method = bootstrap_method::bca}),
                         "nps::bootstrap_result::interval: method = bca, needs the jackknife: ask "
                         "for it with .jackknife = nps::jackknife::always",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(interval({.method = bootstrap_method::studentised}),
                         "nps::bootstrap_result::interval: method = studentised, needs a statistic "
                         "that returns a studentised_value",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(interval({.method = static_cast<bootstrap_method>(9)}),
                         "nps::bootstrap_result::interval: method = 9, must be a named method",
                         nps::invalid_input);
    result.n = 12;
    CHECK(result.interval().n == 12);
    CHECK_THROWS_AS(interval({.sides = static_cast<bounds>(7)}), nps::invalid_input);
    result.acceleration = 0;
    CHECK_THROWS_AS(
        interval({.method = bootstrap_method::bca, .bias = static_cast<median_bias>(5)}),
        nps::invalid_input);
    result.values.resize(1);
    CHECK_THROWS_AS(interval({}), nps::invalid_input);
}

} // namespace
