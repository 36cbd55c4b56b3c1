// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/chart_design.hpp>
#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/cusum.hpp>
#include <nps/monitor/ewma.hpp>
#include <nps/monitor/score_run_length.hpp>
#include <nps/monitor/shifted_shares.hpp>
#include <nps/monitor/simulated_run_length.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr nps::category_shares usual{.detractors = 0.2, .passives = 0.3, .promoters = 0.5};

bool within_error(const nps::run_length& simulated, double expected) {
    // 4 standard errors of the simulation: 6e-5 by chance.
    return std::abs(simulated.average - expected) < 4 * simulated.standard_error;
}

} // namespace

TEST_CASE("run lengths of a constant n equal chains in exact numbers") {
    for (const auto& row : nps_test::reference_table("score_run_length.csv")) {
        const std::string chart = row.text("chart");
        const nps::category_shares baseline{row.number("d"), row.number("q"), row.number("p")};
        const nps::category_shares actual{row.number("actual_d"), row.number("actual_q"),
                                          row.number("actual_p")};
        const double average = row.number("average");
        INFO(chart, " n ", row.text("n"), " actual ", row.text("actual_d"));
        if (chart.starts_with("shewhart")) {
            const nps::run_length run = nps::score_shewhart_run_length(
                {.n = row.integer("n"),
                 .baseline = baseline,
                 .actual = actual,
                 .limits = chart == "shewhart_exact" ? nps::chart_limits::exact
                                                     : nps::chart_limits::normal,
                 .false_alarm_rate = 0.0027});
            CHECK(nps_test::close(run.average, average));
            CHECK(nps_test::close(*run.standard_deviation, row.number("sd")));
            continue;
        }
        nps::run_length run;
        nps_test::tolerance allowed{1e-11, 0, "shares as doubles, run lengths of up to 1e5"};
        if (chart.starts_with("likelihood")) {
            const bool even = chart == "likelihood_even";
            run = nps::likelihood_cusum_run_length(
                {.n = row.integer("n"),
                 .baseline = baseline,
                 .alternative = even ? nps::category_shares{0.4, 0.4, 0.2}
                                     : nps::category_shares{0.4, 0.3, 0.3},
                 .actual = actual,
                 .limit = row.number("limit")});
            if (!even) {
                allowed = {5e-3, 0, "increments are split between steps of the limit"};
            }
        } else {
            run =
                nps::score_cusum_run_length({.n = row.integer("n"),
                                             .baseline = baseline,
                                             .actual = actual,
                                             .reference = row.number("reference"),
                                             .limit = row.number("limit"),
                                             .head_start = row.number("head_start"),
                                             .sides = chart == "rise"   ? nps::bounds::lower
                                                      : chart == "fall" ? nps::bounds::upper
                                                                        : nps::bounds::two_sided});
        }
        CHECK(nps_test::close(run.average, average, allowed));
        if (run.standard_deviation) {
            CHECK(nps_test::close(*run.standard_deviation, row.number("sd"), allowed));
        }
    }
}

TEST_CASE("a head start between the points of the lattice") {
    // In answers: the sum less 1, limit 4.4. Fractions (SymPy) over all values that the sum takes,
    // from 0, 1, 2, 2.4, 2.45 and 2.8.
    const std::vector<std::pair<double, double>> starts{
        {0, 53.870958562150186},   {0.5, 52.388053436323126},   {1, 49.434869678342565},
        {1.2, 49.434869678342565}, {1.225, 44.333679109335655}, {1.4, 44.333679109335655}};
    for (const auto& [head, average] : starts) {
        INFO(head);
        CHECK(nps_test::close(nps::score_cusum_run_length({.n = 8,
                                                           .baseline = {0.25, 0.5, 0.25},
                                                           .reference = 0.5,
                                                           .limit = 2.2,
                                                           .head_start = head,
                                                           .sides = nps::bounds::lower})
                                  .average,
                              average));
    }
}

TEST_CASE("run lengths of a constant n equal simulations of the charts") {
    const nps::category_shares fallen = nps::shifted_shares(usual, 0.2);
    for (const std::int64_t n : {5, 37}) {
        INFO(n);
        const std::vector<std::int64_t> sizes{n};
        const nps::simulated_run_length_options quiet{
            .baseline = usual, .replicates = 4'000, .seed = 11};
        const nps::score_cusum cusum({.baseline = usual, .limit = 2.5});
        CHECK(within_error(
            nps::simulated_run_length(cusum, sizes, quiet),
            nps::score_cusum_run_length({.n = n, .baseline = usual, .limit = 2.5}).average));
        const nps::likelihood_cusum likelihood(
            {.baseline = usual, .alternative = fallen, .limit = 1.5});
        const nps::run_length exact = nps::likelihood_cusum_run_length(
            {.n = n, .baseline = usual, .alternative = fallen, .actual = fallen, .limit = 1.5});
        const nps::run_length simulated = nps::simulated_run_length(
            likelihood, sizes,
            {.baseline = usual, .changed = fallen, .replicates = 4'000, .seed = 11});
        CHECK(within_error(simulated, exact.average));
        // After a long time in control, counted from the change.
        const nps::run_length later = nps::simulated_run_length(likelihood, sizes,
                                                                {.baseline = usual,
                                                                 .changed = fallen,
                                                                 .periods_before = 15,
                                                                 .replicates = 4'000,
                                                                 .seed = 12});
        CHECK(within_error(later, *exact.steady_state));
    }
    // Another alternative, by enumeration.
    const nps::category_shares other{0.3, 0.25, 0.45};
    const std::vector<std::int64_t> sizes{12};
    CHECK(within_error(
        nps::simulated_run_length(
            nps::likelihood_cusum({.baseline = usual, .alternative = other, .limit = 2}), sizes,
            {.baseline = usual, .replicates = 4'000, .seed = 13}),
        nps::likelihood_cusum_run_length(
            {.n = 12, .baseline = usual, .alternative = other, .limit = 2})
            .average));
}

TEST_CASE("simulated runs: normal theory, threads, sizes that vary, days that vary") {
    const std::vector<std::int64_t> sizes{2'000, 0, 5'000, 3'000};
    const nps::score_ewma ewma({.baseline = usual, .limit = 1.8});
    const nps::simulated_run_length_options options{
        .baseline = usual, .replicates = 3'000, .seed = 5, .threads = 1};
    const nps::run_length one = nps::simulated_run_length(ewma, sizes, options);
    nps::simulated_run_length_options more = options;
    more.threads = 3;
    const nps::run_length three = nps::simulated_run_length(ewma, sizes, more);
    CHECK(one.average == three.average);
    CHECK(one.quantiles == three.quantiles);
    CHECK(one.unfinished == 0);
    // Standardised scores do not ask how many answers there were; a missing period counts.
    const nps::score_cusum cusum({.baseline = usual, .limit = 2.5});
    const nps::run_length simulated = nps::simulated_run_length(cusum, sizes, options);
    const double normal = nps::cusum_run_length({.limit = 2.5}).average;
    CHECK(std::abs(simulated.average - normal * 4 / 3) < 4 * simulated.standard_error + 1);
    // What varies between days is an alarm, unless the chart knows of it.
    nps::simulated_run_length_options restless = options;
    restless.between_sd = 0.02;
    const std::vector<std::int64_t> large{10'000};
    const double spread = 0.02 / nps::respondent_sd(usual);
    const double sigma_z = std::sqrt(1 + spread * spread * 10'000);
    const nps::run_length naive = nps::simulated_run_length(cusum, large, restless);
    const nps::run_length aware = nps::simulated_run_length(
        nps::score_cusum({.baseline = usual, .limit = 2.5, .overdispersion = sigma_z}), large,
        restless);
    CHECK(naive.average < 5);
    CHECK(std::abs(aware.average - normal) < 4 * aware.standard_error + 1);
    // Stopped runs are counted.
    nps::simulated_run_length_options short_runs = options;
    short_runs.longest = 3;
    CHECK(nps::simulated_run_length(cusum, large, short_runs).unfinished > 0);
    CHECK_THROWS_AS((void)nps::simulated_run_length(cusum, {}, options), nps::invalid_input);
    const std::vector<std::int64_t> nobody{0, 0};
    CHECK_THROWS_AS((void)nps::simulated_run_length(cusum, nobody, options), nps::invalid_input);
    short_runs.replicates = 1;
    CHECK_THROWS_AS((void)nps::simulated_run_length(cusum, large, short_runs), nps::invalid_input);
}

TEST_CASE("designs of charts of few answers have at least the wanted run length") {
    const nps::category_shares fallen = nps::shifted_shares(usual, 0.1);
    const std::vector<std::int64_t> sizes{15};
    const nps::chart_design likelihood = nps::likelihood_cusum_limit(
        {.run_length = 60, .n = 15, .baseline = usual, .alternative = fallen});
    CHECK(likelihood.run_length >= 60);
    CHECK(likelihood.run_length < 63);
    CHECK(likelihood.limit <= std::log(60.0) + 1e-3); // Lorden's bound
    const nps::run_length simulated = nps::simulated_run_length(
        nps::likelihood_cusum(
            {.baseline = usual, .alternative = fallen, .limit = likelihood.limit}),
        sizes, {.baseline = usual, .replicates = 4'000, .seed = 3});
    CHECK(within_error(simulated, likelihood.run_length));
    const nps::chart_design cusum =
        nps::score_cusum_limit({.run_length = 60, .n = 2, .baseline = {0.25, 0.5, 0.25}});
    CHECK(cusum.run_length >= 60);
}

TEST_CASE("run lengths of scores: symmetry, extremes, what is refused") {
    const nps::category_shares swapped{0.5, 0.3, 0.2};
    CHECK(nps::score_cusum_run_length(
              {.n = 9, .baseline = usual, .limit = 2, .sides = nps::bounds::lower})
              .average ==
          nps::score_cusum_run_length(
              {.n = 9, .baseline = swapped, .limit = 2, .sides = nps::bounds::upper})
              .average);
    // All promoters: an alarm at once.
    CHECK(nps::score_cusum_run_length({.n = 10'000, .baseline = usual, .actual = {{0, 0, 1}}})
              .average == 1);
    // Exact limits have at least the run length asked for; with a single answer a period no score lies
    // outside.
    for (const std::int64_t n : {10, 50, 999, 1'000'000}) {
        INFO(n);
        CHECK(nps::score_shewhart_run_length(
                  {.n = n, .baseline = usual, .limits = nps::chart_limits::exact})
                  .average >= 1 / nps::three_sigma_rate * (1 - 1e-12));
    }
    CHECK_THROWS_AS((void)nps::score_shewhart_run_length(
                        {.n = 1, .baseline = usual, .limits = nps::chart_limits::exact}),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::score_shewhart_run_length({.n = 0, .baseline = usual}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_shewhart_run_length({.n = 5}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_shewhart_run_length({.n = 5, .baseline = {0, 0, 1}}),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::score_shewhart_run_length(
                        {.n = 5, .baseline = usual, .limits = nps::chart_limits::laney}),
                    nps::invalid_input);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((void)nps::score_cusum_run_length({.n = 5, .baseline = usual, .limit = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::likelihood_cusum_run_length(
                        {.n = 401, .baseline = usual, .alternative = {0.3, 0.2, 0.5}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::likelihood_cusum_run_length(
                        {.n = 4, .baseline = usual, .alternative = {0, 0.5, 0.5}}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::likelihood_cusum_run_length({.n = 4, .baseline = usual, .alternative = usual}),
        nps::invalid_input);
}
