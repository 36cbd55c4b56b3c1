// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/cusum.hpp>
#include <nps/monitor/ewma.hpp>
#include <nps/monitor/run_rules.hpp>
#include <nps/monitor/shifted_shares.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::run_rule;

constexpr nps::category_shares usual{.detractors = 0.2, .passives = 0.3, .promoters = 0.5};

// R prints limits from rounded quotients.
constexpr nps_test::tolerance shares_summed{1e-11, 1e-13, "z of a difference of rounded shares"};

} // namespace

TEST_CASE("Shewhart charts equal R") {
    std::map<std::string, std::vector<nps_test::reference_row>> charts;
    for (const auto& row : nps_test::reference_table("control_chart.csv")) {
        charts[row.text("chart") + " " + row.text("limits") + " " + row.text("baseline")].push_back(
            row);
    }
    CHECK(charts.size() == 24);
    for (const auto& [name, rows] : charts) {
        INFO(name);
        const std::string limits = rows[0].text("limits");
        const bool known = rows[0].text("baseline") == "known";
        std::vector<nps::category_counts> scores;
        std::vector<nps::share_counts> shares;
        std::vector<nps::rate_counts> rates;
        for (const auto& row : rows) {
            scores.push_back(
                {row.integer("detractors"), row.integer("passives"), row.integer("promoters")});
            shares.push_back({row.integer("detractors"), scores.back().n()});
            rates.push_back({row.integer("detractors"), row.number("size")});
        }
        nps::share_chart_options options{.reference_periods = 8,
                                         .limits = limits == "normal"  ? nps::chart_limits::normal
                                                   : limits == "exact" ? nps::chart_limits::exact
                                                                       : nps::chart_limits::laney,
                                         .spread = limits == "laney_sd"
                                                       ? nps::chart_spread::standard_deviation
                                                       : nps::chart_spread::moving_range};
        nps::control_chart chart;
        if (rows[0].text("chart") == "score") {
            nps::score_chart_options own{
                .reference_periods = 8, .limits = options.limits, .spread = options.spread};
            if (known) {
                own.baseline = usual;
            }
            chart = nps::score_chart(scores, own);
        } else if (rows[0].text("chart") == "share") {
            options.baseline = known ? std::optional(0.2) : std::nullopt;
            chart = nps::share_chart(shares, options);
        } else {
            options.baseline = known ? std::optional(3.5) : std::nullopt;
            chart = nps::rate_chart(rates, options);
        }
        REQUIRE(chart.points.size() == rows.size());
        CHECK(chart.estimated == !known);
        CHECK(nps_test::close(chart.sigma_z, rows[0].number("sigma_z"), shares_summed));
        std::size_t alarms = 0;
        for (std::size_t t = 0; t < rows.size(); ++t) {
            INFO(t);
            const nps::chart_point& point = chart.points[t];
            CHECK(nps_test::close(point.value, rows[t].number("value")));
            CHECK(nps_test::close(point.z, rows[t].number("z"), shares_summed));
            CHECK(nps_test::close(point.lower, rows[t].number("lower"), shares_summed));
            CHECK(nps_test::close(point.upper, rows[t].number("upper"), shares_summed));
            CHECK(point.alarm == (point.value < point.lower || point.value > point.upper));
            alarms += point.alarm ? 1 : 0;
        }
        CHECK(chart.alarms == alarms);
    }
}

TEST_CASE("score_chart: swapped ends mirror it, missing periods, extremes") {
    const std::vector<nps::category_counts> series{
        {10, 20, 30}, {},          {12, 25, 28},
        {0, 0, 1},    {9, 30, 31}, {300'000'000'000, 200'000'000'000, 500'000'000'000}};
    std::vector<nps::category_counts> swapped;
    for (const nps::category_counts& c : series) {
        swapped.push_back({c.promoters, c.passives, c.detractors});
    }
    for (const nps::chart_limits limits :
         {nps::chart_limits::normal, nps::chart_limits::exact, nps::chart_limits::laney}) {
        const nps::control_chart a = nps::score_chart(series, {.limits = limits});
        const nps::control_chart b = nps::score_chart(swapped, {.limits = limits});
        CHECK(a.missing == 1);
        CHECK(a.points[1].missing);
        CHECK_FALSE(a.points[1].alarm);
        CHECK(a.baseline_n == 1'000'000'000'196);
        CHECK(a.run_length_one_error_off < a.run_length);
        for (std::size_t t = 0; t < series.size(); ++t) {
            CHECK(a.points[t].lower == -b.points[t].upper);
            CHECK(a.points[t].upper == -b.points[t].lower);
            CHECK(a.points[t].alarm == b.points[t].alarm);
            CHECK(std::isfinite(a.points[t].z));
        }
    }
    const std::vector<nps::category_counts> none;
    CHECK(nps::score_chart(none, {.baseline = usual}).points.empty());
    CHECK_THROWS_AS((void)nps::score_chart(none), nps::undefined_result);
    const std::vector<nps::category_counts> promoters{{0, 0, 9}, {0, 0, 4}};
    CHECK_THROWS_AS((void)nps::score_chart(promoters), nps::undefined_result);
    CHECK(nps::score_chart(promoters, {.baseline = usual}).alarms == 0);
    const std::vector<nps::category_counts> one{{3, 3, 4}};
    CHECK_THROWS_AS((void)nps::score_chart(one, {.limits = nps::chart_limits::laney}),
                    nps::undefined_result);
    const std::vector<nps::category_counts> equal{{3, 3, 4}, {3, 3, 4}};
    CHECK_THROWS_AS((void)nps::score_chart(equal, {.limits = nps::chart_limits::laney}),
                    nps::undefined_result);
}

TEST_CASE("Shewhart charts refuse what they cannot have") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<nps::category_counts> series{{3, 3, 4}, {2, 3, 4}};
    CHECK_THROWS_AS((void)nps::score_chart(series, {.false_alarm_rate = nan}), nps::invalid_input);
    CHECK_THROWS_WITH((void)nps::score_chart(series, {.reference_periods = 3}),
                      "nps::score_chart: reference_periods = 3, must be at most the periods of "
                      "the series");
    const std::vector<nps::category_counts> negative{{3, 3, 4}, {2, -3, 4}};
    CHECK_THROWS_WITH((void)nps::score_chart(negative),
                      "nps::score_chart: period 1: passives = -3, must be in [0, 2^53]");
    const std::int64_t half = std::int64_t{1} << 52;
    const std::vector<nps::category_counts> huge{{half, 0, half}, {1, 1, 1}};
    CHECK_THROWS_WITH((void)nps::score_chart(huge),
                      "nps::score_chart: period 1: answers up to here = 9007199254740995, must be "
                      "in [0, 2^53]");
    CHECK_THROWS_AS((void)nps::score_chart(series, {.baseline = {{0.5, 0.6, nan}}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_chart(series, {.limits = static_cast<nps::chart_limits>(9)}),
                    nps::invalid_input);
    const std::vector<nps::share_counts> shares{{3, 2}};
    CHECK_THROWS_WITH((void)nps::share_chart(shares), "nps::share_chart: period 0: successes = 3, "
                                                      "must be in [0, trials]");
    const std::vector<nps::share_counts> all{{3, 3}};
    CHECK_THROWS_AS((void)nps::share_chart(all), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::share_chart(all, {.baseline = nan}), nps::invalid_input);
    const std::vector<nps::rate_counts> rates{{3, nan}};
    CHECK_THROWS_WITH((void)nps::rate_chart(rates),
                      "nps::rate_chart: period 0: exposure = nan, must be in [0, 1e15]");
    const std::vector<nps::rate_counts> unexposed{{3, 0}};
    CHECK_THROWS_AS((void)nps::rate_chart(unexposed), nps::invalid_input);
    const std::vector<nps::rate_counts> many{{1'000'000, 1}};
    CHECK_THROWS_AS((void)nps::rate_chart(many, {.limits = nps::chart_limits::exact}),
                    nps::invalid_input);
    CHECK(nps::rate_chart(many).alarms == 0);
}

TEST_CASE("EWMA and CUSUM charts equal R over a series with missing periods") {
    std::vector<nps::category_counts> series;
    const auto rows = nps_test::reference_table("score_charts.csv");
    for (const auto& row : rows) {
        series.push_back(
            {row.integer("detractors"), row.integer("passives"), row.integer("promoters")});
    }
    const auto ewma = nps::score_ewma_chart(series, {.baseline = usual,
                                                     .weight = 0.15,
                                                     .limit = 2.6,
                                                     .overdispersion = 1.2,
                                                     .fast_start = 0.5});
    const auto cusum = nps::score_cusum_chart(
        series, {.baseline = usual, .reference = 0.4, .head_start = 2, .overdispersion = 1.2});
    const auto ratio = nps::likelihood_cusum_chart(series, {.baseline = usual,
                                                            .alternative = {0.3, 0.3, 0.4},
                                                            .limit = 3,
                                                            .head_start = 0.5,
                                                            .overdispersion = 1.2});
    nps::category_counts since;
    for (std::size_t t = 0; t < rows.size(); ++t) {
        INFO(t);
        const auto& row = rows[t];
        CHECK(nps_test::close(ewma[t].average, row.number("average")));
        CHECK(nps_test::close(ewma[t].standard_error, row.number("standard_error")));
        CHECK(nps_test::close(ewma[t].lower, std::max(-1.0, row.number("lower")), shares_summed));
        CHECK(nps_test::close(ewma[t].upper, std::min(1.0, row.number("upper")), shares_summed));
        CHECK(ewma[t].alarm == (row.integer("ewma_alarm") == 1));
        CHECK(nps_test::close(cusum[t].z, row.number("z"), shares_summed));
        CHECK(nps_test::close(cusum[t].rise.value, row.number("rise"), shares_summed));
        CHECK(nps_test::close(cusum[t].fall.value, row.number("fall"), shares_summed));
        CHECK(cusum[t].rise.since == row.integer("rise_since"));
        CHECK(cusum[t].fall.since == row.integer("fall_since"));
        CHECK(cusum[t].alarm ==
              (series[t].n() > 0 && (row.number("rise") > 5 || row.number("fall") > 5)));
        CHECK(nps_test::close(ratio[t].log_ratio, row.number("log_ratio"), shares_summed));
        CHECK(nps_test::close(ratio[t].sum.value, row.number("sum"), shares_summed));
        CHECK(ratio[t].sum.since == row.integer("sum_since"));
        CHECK(ratio[t].missing == (series[t].n() == 0));
        since = ratio[t].sum.value == 0 ? nps::category_counts{} : since + series[t];
        CHECK(ratio[t].sum.answers == since);
    }
    CHECK(std::ranges::any_of(cusum, [](const auto& point) { return point.fall.alarm; }));
}

TEST_CASE("online charts: reset, mirror, large n, what is refused") {
    const nps::category_shares swapped{0.5, 0.3, 0.2};
    nps::score_cusum cusum({.baseline = usual});
    nps::score_cusum mirrored({.baseline = swapped});
    const nps::category_counts period{40, 20, 40};
    const double first = cusum.add(period).fall.value;
    CHECK(first == mirrored.add({40, 20, 40}).rise.value);
    cusum.add({1'000'000'000'000, 0, 0});
    CHECK(std::isfinite(cusum.add({0, 1, 0}).rise.value));
    cusum.reset();
    CHECK(cusum.add(period).fall.value == first);
    nps::score_ewma ewma({.baseline = usual});
    CHECK(ewma.add({}).average == doctest::Approx(0.3).epsilon(1e-15));
    CHECK_FALSE(ewma.add({}).alarm);
    CHECK(ewma.add({100, 0, 0}).alarm);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((void)ewma.add({-1, 0, 3}), nps::invalid_input);
    CHECK_THROWS_AS(nps::score_ewma({}), nps::invalid_input);
    CHECK_THROWS_AS(nps::score_ewma({.baseline = {0, 0, 1}}), nps::undefined_result);
    CHECK_THROWS_AS(nps::score_ewma({.baseline = usual, .weight = nan}), nps::invalid_input);
    CHECK_THROWS_AS(nps::score_cusum({.baseline = usual, .limit = nan}), nps::invalid_input);
    CHECK_THROWS_AS(nps::score_cusum({.baseline = usual, .overdispersion = 0}), nps::invalid_input);
    CHECK_THROWS_AS(nps::likelihood_cusum({.baseline = usual, .alternative = {0, 0.5, 0.5}}),
                    nps::invalid_input);
    // An alternative that is the baseline gives no alarm ever.
    CHECK_THROWS_AS(nps::likelihood_cusum({.baseline = usual, .alternative = usual}),
                    nps::invalid_input);
}

TEST_CASE("a fast start is the part by which limits are narrower at first, and fades") {
    const std::vector<nps::category_counts> series(40, {20, 30, 50});
    const auto plain = nps::score_ewma_chart(series, {.baseline = usual});
    for (const double part : {0.05, 0.2, 0.5, 0.9}) {
        INFO(part);
        const auto fast = nps::score_ewma_chart(series, {.baseline = usual, .fast_start = part});
        const auto narrower = [&](std::size_t t) {
            return 1 - (fast[t].upper - 0.3) / (plain[t].upper - 0.3);
        };
        const nps_test::tolerance t{1e-11, 1e-12, "differences of limits"};
        CHECK(nps_test::close(narrower(0), part, t));
        CHECK(nps_test::close(narrower(19), 0.01, t));
        // A power of the step: the middle of the two is their geometric mean.
        CHECK(nps_test::close(narrower(9) * narrower(10), part * 0.01, t));
        CHECK(narrower(39) < 0.01);
    }
    for (const double bad : {0.01, 1.0, -0.5}) {
        CHECK_THROWS_AS(nps::score_ewma({.baseline = usual, .fast_start = bad}),
                        nps::invalid_input);
    }
}

TEST_CASE("shifted_shares have the score, and one odds ratio") {
    for (const double score : {-0.999, -0.4, 0.0, 0.25, 0.3, 0.9}) {
        INFO(score);
        const nps::category_shares s = nps::shifted_shares(usual, score);
        CHECK(nps_test::close(s.promoters - s.detractors, score,
                              {1e-12, 1e-14, "a difference of shares"}));
        CHECK(nps_test::close(s.detractors + s.passives + s.promoters, 1));
        CHECK(nps_test::close((s.promoters / s.passives) / (0.5 / 0.3),
                              (s.passives / s.detractors) / (0.3 / 0.2)));
    }
    CHECK_THROWS_AS((void)nps::shifted_shares({0, 0.5, 0.5}, 0.1), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::shifted_shares({0.5, 0.5, 1e-320}, 0.5), nps::invalid_input);
    const nps::category_shares far = nps::shifted_shares({0.5, 0.5, 1e-100}, 1 - 1e-15);
    CHECK(nps_test::close(far.promoters, 1));
    CHECK(std::isfinite(far.detractors + far.passives));
    CHECK_THROWS_AS((void)nps::shifted_shares(usual, 1), nps::invalid_input);
}

TEST_CASE("run rules: patterns of their definitions") {
    const auto found = [](const std::vector<double>& z, run_rule rule) {
        std::vector<std::size_t> periods;
        for (const nps::run_signal& signal : nps::run_rules(z, {.rules = {rule}})) {
            periods.push_back(signal.period);
        }
        return periods;
    };
    using list = std::vector<std::size_t>;
    CHECK(found({0, 3.1, -3.2, 3}, run_rule::beyond_three) == list{1, 2});
    CHECK(found({2.1, 0, 2.2, 0}, run_rule::two_of_three_beyond_two) == list{2});
    CHECK(found({2.1, -2.2, 0}, run_rule::two_of_three_beyond_two).empty());
    CHECK(found({-1.1, -1.2, 0, -1.3, -1.4}, run_rule::four_of_five_beyond_one) == list{4});
    CHECK(found(std::vector<double>(9, 0.1), run_rule::eight_on_one_side) == list{7, 8});
    CHECK(found(std::vector<double>(9, -0.1), run_rule::nine_on_one_side) == list{8});
    CHECK(found(std::vector<double>(20, 0.0), run_rule::eight_on_one_side).empty());
    CHECK(found({1, 2, 3, 4, 5, 6, 5}, run_rule::six_trending) == list{5});
    CHECK(found({1, 2, 3, 3, 4, 5}, run_rule::six_trending).empty());
    CHECK(found({1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, -2},
                run_rule::fourteen_alternating) == list{13});
    CHECK(found(std::vector<double>(15, 0.5), run_rule::fifteen_within_one) == list{14});
    CHECK(found({1.1, -1.1, 1.1, 2, -2, 1.5, 1.2, -1.2}, run_rule::eight_beyond_one) == list{7});
    CHECK(nps::run_rules({std::vector<double>{-4, 4}}).at(0).side == -1);
    const std::vector<double> bad{0, std::numeric_limits<double>::quiet_NaN()};
    CHECK_THROWS_WITH((void)nps::run_rules(bad), "nps::run_rules: z[1] = nan, must be finite");
    // On a chart a missing period is passed over.
    std::vector<nps::category_counts> series(9, nps::category_counts{10, 30, 60});
    series[4] = {};
    const auto signals = nps::run_rules(nps::score_chart(series, {.baseline = usual}),
                                        {.rules = {run_rule::eight_on_one_side}});
    REQUIRE(signals.size() == 1);
    CHECK(signals[0].period == 8);
    CHECK(signals[0].side == 1);
}

TEST_CASE("run rules: run lengths of Champ and Woodall, and a simulation of the rules") {
    const auto average = [](std::vector<run_rule> rules, double shift = 0) {
        return nps::run_rules_run_length({.rules = std::move(rules), .shift = shift}).average;
    };
    const run_rule r1 = run_rule::beyond_three;
    const run_rule r2 = run_rule::two_of_three_beyond_two;
    const run_rule r3 = run_rule::four_of_five_beyond_one;
    const run_rule r4 = run_rule::eight_on_one_side;
    // Two decimals are printed.
    CHECK(std::abs(average({r1}) - 370.40) < 0.006);
    CHECK(std::abs(average({r1, r2}) - 225.44) < 0.006);
    CHECK(std::abs(average({r1, r3}) - 166.05) < 0.006);
    CHECK(std::abs(average({r1, r4}) - 152.73) < 0.006);
    CHECK(std::abs(average({r1, r2, r3}) - 132.89) < 0.006);
    CHECK(std::abs(average({r1, r2, r3, r4}) - 91.75) < 0.006);
    // The chain and the window of values are separate code; drawn z scores tie them together.
    nps::random_stream random(20261125, 0, nps::random_purpose::simulation);
    std::vector<double> lengths;
    for (int run = 0; run < 3'000; ++run) {
        nps::detail::run_rule_window window;
        for (double t = 1;; ++t) {
            window.add(nps::normal_quantile(random.uniform()) + 0.4);
            if (window.holds(r1).holds || window.holds(r3).holds ||
                window.holds(run_rule::fifteen_within_one).holds ||
                window.holds(run_rule::eight_beyond_one).holds ||
                window.holds(run_rule::nine_on_one_side).holds) {
                lengths.push_back(t);
                break;
            }
        }
    }
    const double mean = nps::mean_of(lengths);
    const double error = std::sqrt(nps::squared_deviations_of(lengths)) / 3'000;
    CHECK(std::abs(mean - average({r1, r3, run_rule::fifteen_within_one, run_rule::eight_beyond_one,
                                   run_rule::nine_on_one_side},
                                  0.4)) < 4 * error);
    // With trends, simulated: the same for any number of threads.
    const nps::run_length one =
        nps::run_rules_run_length({.rules = nps::nelson_rules(), .replicates = 500, .threads = 1});
    const nps::run_length two =
        nps::run_rules_run_length({.rules = nps::nelson_rules(), .replicates = 500, .threads = 2});
    CHECK(one.average == two.average);
    CHECK(one.standard_error > 0);
    CHECK_THROWS_AS((void)nps::run_rules_run_length({.rules = {}}), nps::invalid_input);
}
