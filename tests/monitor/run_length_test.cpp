// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/chart_design.hpp>
#include <nps/monitor/run_length.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace {

nps::run_length run_of(const nps_test::reference_row& row, std::vector<double> probabilities) {
    const std::string chart = row.text("chart");
    if (chart.starts_with("cusum")) {
        return nps::cusum_run_length(
            {.reference = row.number("parameter"),
             .limit = row.number("limit"),
             .shift = row.number("shift"),
             .head_start = row.number("start"),
             .sides = chart == "cusum_one" ? nps::bounds::lower : nps::bounds::two_sided,
             .probabilities = std::move(probabilities)});
    }
    return nps::ewma_run_length({.weight = row.number("parameter"),
                                 .limit = row.number("limit"),
                                 .shift = row.number("shift"),
                                 .exact_limits = chart != "ewma_fixed",
                                 .fast_start = row.number("start"),
                                 .probabilities = std::move(probabilities)});
}

} // namespace

TEST_CASE("run lengths equal R's spc") {
    for (const auto& row : nps_test::reference_table("run_length.csv")) {
        const std::string quantity = row.text("quantity");
        const double value = row.number("value");
        INFO(row.text("chart"), " ", row.text("parameter"), " ", row.text("limit"), " ",
             row.text("shift"), " ", row.text("start"), " ", quantity);
        const bool stepwise = row.text("chart") == "ewma_exact" || row.text("chart") == "ewma_fast";
        const nps_test::tolerance solved{stepwise ? 1e-8 : 1e-10, 0,
                                         "spc: an iteration to 1e-8 over steps, a 1e-11 solution"};
        if (quantity == "limit") {
            const bool cusum = row.text("chart") == "cusum_two";
            const nps::chart_design design =
                cusum ? nps::cusum_limit({.run_length = row.number("limit")})
                      : nps::ewma_limit({.run_length = row.number("limit"), .exact_limits = false});
            CHECK(nps_test::close(design.limit, value,
                                  {1e-7, 0, "spc's secant stops at 1e-6 of the limit"}));
            CHECK(nps_test::close(design.run_length, row.number("limit"),
                                  {1e-9, 0, "the limit is a double near the root"}));
        } else if (quantity == "average") {
            CHECK(nps_test::close(run_of(row, {}).average, value, solved));
        } else if (quantity == "steady_state") {
            CHECK(nps_test::close(*run_of(row, {}).steady_state, value,
                                  {1e-7, 0, "spc's power method stops early"}));
        } else {
            const double p = std::stod(quantity.substr(1));
            CHECK(run_of(row, {p}).quantiles.at(0) == static_cast<std::int64_t>(value));
        }
    }
}

TEST_CASE("run lengths of published tables") {
    // Montgomery, chapter 6: 3 standard errors; one period of 5 has a shift of 1 sd as sqrt(5).
    CHECK(std::abs(nps::shewhart_run_length().average - 370.4) < 0.05);
    CHECK(std::abs(nps::shewhart_run_length({.shift = 1}).average - 43.9) < 0.05);
    CHECK(std::abs(nps::shewhart_run_length({.shift = 2}).average - 6.3) < 0.05);
    CHECK(nps::shewhart_run_length({.probabilities = {0.5}}).quantiles.at(0) == 257);

    // Lucas and Crosier: k = 0.5, both sides; without and with a head start of half the limit.
    struct cusum_row {
        double shift, plain4, plain5, fast4, fast5;
    };
    for (const cusum_row& row : {cusum_row{0, 168, 465, 149, 430},
                                 {0.25, 74.2, 139, 62.7, 122},
                                 {0.5, 26.6, 38.0, 20.1, 28.7},
                                 {0.75, 13.3, 17.0, 8.97, 11.2},
                                 {1, 8.38, 10.4, 5.29, 6.35},
                                 {1.5, 4.75, 5.75, 2.86, 3.37},
                                 {2, 3.34, 4.01, 2.01, 2.36},
                                 {3, 2.19, 2.57, 1.32, 1.54}}) {
        INFO(row.shift);
        const auto average = [&](double limit, double head) {
            return nps::cusum_run_length({.limit = limit, .shift = row.shift, .head_start = head})
                .average;
        };
        // Three digits are printed.
        const double plain4 = average(4, 0);
        CHECK(nps_test::close(plain4, row.plain4, {5e-3, 0, "three digits of a coarse chain"}));
        CHECK(nps_test::close(average(5, 0), row.plain5,
                              {5e-3, 0, "three digits of a coarse chain"}));
        CHECK(
            nps_test::close(average(4, 2), row.fast4, {5e-3, 0, "three digits of a coarse chain"}));
        CHECK(nps_test::close(average(5, 2.5), row.fast5,
                              {5e-3, 0, "three digits of a coarse chain"}));
    }

    // Lucas and Saccucci: designs of run length 500.
    struct ewma_row {
        double weight, limit, at0, at_half, at1, at2, at3;
    };
    for (const ewma_row& row : {ewma_row{0.4, 3.054, 500, 71.2, 14.3, 3.5, 2.0},
                                {0.25, 2.998, 500, 48.2, 11.1, 3.6, 2.3},
                                {0.2, 2.962, 500, 41.8, 10.5, 3.7, 2.4},
                                {0.1, 2.814, 500, 31.3, 10.3, 4.4, 2.9},
                                {0.05, 2.615, 500, 28.8, 11.4, 5.2, 3.5}}) {
        INFO(row.weight);
        const auto average = [&](double shift) {
            return nps::ewma_run_length({.weight = row.weight,
                                         .limit = row.limit,
                                         .shift = shift,
                                         .exact_limits = false,
                                         .probabilities = {}})
                .average;
        };
        CHECK(std::abs(average(0) - row.at0) < 1.5); // three decimals of the limit
        CHECK(std::abs(average(0.5) - row.at_half) < 0.1);
        CHECK(std::abs(average(1) - row.at1) < 0.06);
        CHECK(std::abs(average(2) - row.at2) < 0.06);
        CHECK(std::abs(average(3) - row.at3) < 0.06);
    }
}

TEST_CASE("run lengths: sides, special cases and long runs") {
    const nps::run_length rise = nps::cusum_run_length({.shift = 0.4, .sides = nps::bounds::lower});
    const nps::run_length fall =
        nps::cusum_run_length({.shift = -0.4, .sides = nps::bounds::upper});
    CHECK(rise.average == fall.average);
    CHECK(rise.quantiles == fall.quantiles);
    CHECK(*rise.standard_deviation > 0);
    // Weight 1 is a Shewhart chart.
    const nps::run_length all = nps::ewma_run_length({.weight = 1, .limit = 3, .shift = 0.7});
    const nps::run_length shewhart = nps::shewhart_run_length({.limit = 3, .shift = 0.7});
    CHECK(nps_test::close(all.average, shewhart.average));
    CHECK(nps_test::close(*all.standard_deviation, *shewhart.standard_deviation,
                          {1e-11, 0, "a difference of squares"}));
    CHECK(all.quantiles == shewhart.quantiles);
    // Longer limits, longer runs; nothing is lost at 10^9.
    double before = 0;
    for (const double limit : {0.5, 1.0, 3.0, 6.0, 12.0, 20.0}) {
        const double now = nps::cusum_run_length({.limit = limit}).average;
        CHECK(now > before);
        before = now;
    }
    CHECK(before > 1e9);
    // A shift far out: an alarm at once; its own side in the other direction never.
    CHECK(nps_test::close(nps::cusum_run_length({.shift = 40}).average, 1));
    CHECK(nps_test::close(nps::ewma_run_length({.shift = 40}).average, 1));
    CHECK_THROWS_AS(
        (void)nps::cusum_run_length({.limit = 40, .shift = -5, .sides = nps::bounds::lower}),
        nps::undefined_result);
    CHECK_THROWS_AS((void)nps::shewhart_run_length({.limit = 9}), nps::undefined_result);
}

TEST_CASE("EWMA run lengths with a fast start other than a half") {
    // Simulated by NumPy, 200,000 runs each, with Steiner's factor written out: average and error.
    struct simulated_row {
        double fast_start, average, error;
    };
    for (const simulated_row& row :
         {simulated_row{0, 62.619, 0.152}, {0.2, 52.757, 0.148}, {0.8, 11.364, 0.079}}) {
        INFO(row.fast_start);
        const nps::run_length run =
            nps::ewma_run_length({.limit = 2, .fast_start = row.fast_start});
        CHECK(std::abs(run.average - row.average) < 4 * row.error);
    }
}

TEST_CASE("chart designs") {
    // A head start of half the limit shortens runs, so the limit is wider.
    const double plain = nps::cusum_limit({.run_length = 370.4}).limit;
    const double fast = nps::cusum_limit({.run_length = 370.4, .head_start = 0.5}).limit;
    CHECK(fast > plain);
    CHECK(nps_test::close(nps::cusum_run_length({.limit = fast, .head_start = fast / 2}).average,
                          370.4, {1e-9, 0, "the limit is a double near the root"}));
    CHECK(nps::cusum_limit({.run_length = 2.0000001, .reference = 0}).limit >= 1e-3);
    // Without an allowance the average is some (limit + 1.17)^2: that of limit 100 is not enough.
    CHECK_THROWS_WITH((void)nps::detail::limit_for([](double limit) { return limit * limit; }, 1e6,
                                                   1e-3, 100, 1e-13, "cusum_limit"),
                      "nps::cusum_limit: a limit of 100 does not have the run length");
    CHECK_THROWS_WITH((void)nps::cusum_limit({.run_length = 2}),
                      "nps::cusum_limit: run_length = 2, must be above 2, at most 1e9");
}

TEST_CASE("run lengths refuse what they cannot have") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, infinity, -1.0}) {
        CHECK_THROWS_AS((void)nps::cusum_run_length({.reference = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::cusum_run_length({.limit = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::cusum_run_length({.head_start = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::ewma_run_length({.weight = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::ewma_run_length({.limit = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::ewma_run_length({.fast_start = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::shewhart_run_length({.limit = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::shewhart_run_length({.probabilities = {bad}}),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)nps::cusum_limit({.run_length = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::ewma_limit({.run_length = bad}), nps::invalid_input);
    }
    CHECK_THROWS_AS((void)nps::cusum_run_length({.shift = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::cusum_run_length({.head_start = 6}), nps::invalid_input);
    CHECK_THROWS_WITH((void)nps::ewma_run_length({.weight = 2}),
                      "nps::ewma_run_length: weight = 2, must be in [0.001, 1]");
}
