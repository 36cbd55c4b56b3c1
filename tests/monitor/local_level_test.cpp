// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/local_level.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/interval_properties.hpp"
#include "support/reference.hpp"

#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::local_level;
using nps_test::close;
using estimates = std::vector<std::optional<nps::known_estimate>>;

std::vector<std::optional<double>> cells(const nps_test::reference_row& row,
                                         const std::string& column) {
    std::vector<std::optional<double>> values;
    std::istringstream in(row.text(column));
    for (std::string cell; in >> cell;) {
        values.push_back(cell == "NA" ? std::nullopt : std::optional(std::stod(cell)));
    }
    return values;
}

nps::local_level_options options_of(const nps_test::reference_row& row) {
    nps::local_level_options options{.variance = row.text("variance") == "pooled"
                                                     ? nps::series_variance::pooled
                                                     : nps::series_variance::adjusted,
                                     .level_sd_as_known = true,
                                     .overdispersion = row.integer("overdispersion") == 1,
                                     .cycle = row.integer("cycle"),
                                     .next_n = row.integer("next_n")};
    options.level_sd = cells(row, "level_sd_given").front();
    return options;
}

// Values rest on estimated variances, whose place on the flat top of the likelihood has about half
// of the digits that the slope there has.
const nps_test::tolerance fitted{.relative = 1e-9,
                                 .absolute = 1e-11,
                                 .reason = "roots of a slope that is a sum of cancelling terms"};

void check_estimate(const nps::level_estimate& made, double value, double error,
                    const nps_test::tolerance& t, double range = 1) {
    const double z = 1.959963984540054;
    CHECK(close(made.value, std::clamp(value, -range, range), t));
    CHECK(close(made.standard_error, error, t));
    CHECK(close(made.interval.lower, std::max(value - z * error, -range), t));
    CHECK(close(made.interval.upper, std::min(value + z * error, range), t));
    CHECK(made.interval.clipped == (value - z * error < -range || value + z * error > range));
    CHECK(made.interval.level == 0.95);
}

TEST_CASE("predictions and likelihood by dense covariance matrices") {
    for (const auto& row : nps_test::reference_table("local_level.csv")) {
        CAPTURE(row.text("counts"));
        const std::vector<category_counts> series = nps_test::surveys_of(row.text("counts"));
        const auto options = options_of(row);
        const nps::local_level_result made = local_level(series, options);
        const auto t = options.level_sd ? nps_test::tolerance{} : fitted;
        CHECK(close(made.log_likelihood, row.number("log_likelihood")));
        CHECK(close(made.level_sd, row.number("level_sd"), t));
        CHECK(close(made.overdispersion_sd, row.number("overdispersion_sd"), t));
        CHECK(made.level_sd_interval.has_value() == !options.level_sd);
        if (made.level_sd_interval) {
            CHECK(close(made.level_sd_interval->lower, row.number("level_sd_lower"), t));
            CHECK(close(made.level_sd_interval->upper, row.number("level_sd_upper"), t));
        }
        const auto check_all = [&](const std::string& name, auto member) {
            CAPTURE(name);
            const auto values = cells(row, name);
            const auto errors = cells(row, name + "_se");
            REQUIRE(values.size() == series.size());
            for (std::size_t i = 0; i < series.size(); ++i) {
                const std::optional<nps::level_estimate> one = made.periods[i].*member;
                REQUIRE(one.has_value() == values[i].has_value());
                if (one) {
                    check_estimate(*one, *values[i], *errors[i], t);
                }
            }
        };
        using period = nps::local_level_period;
        check_all("filtered", &period::filtered);
        check_all("forecast", &period::forecast);
        check_all("observed_forecast", &period::observed_forecast);
        const auto smoothed = cells(row, "smoothed");
        const auto errors = cells(row, "smoothed_se");
        const auto innovations = cells(row, "innovation");
        std::int64_t n = 0;
        for (std::size_t i = 0; i < series.size(); ++i) {
            check_estimate(made.periods[i].smoothed, *smoothed[i], *errors[i], t);
            REQUIRE(made.periods[i].innovation.has_value() == innovations[i].has_value());
            if (innovations[i]) {
                CHECK(close(*made.periods[i].innovation, *innovations[i], t));
            }
            CHECK(made.periods[i].n == series[i].n());
            n += series[i].n();
        }
        CHECK(made.n == n);
        check_estimate(made.forecast, row.number("next"), row.number("next_se"), t);
        check_estimate(*made.observed_forecast, row.number("next_observed"),
                       row.number("next_observed_se"), t);
        CHECK(made.cycle_test.has_value() == (options.cycle > 0));
        if (options.cycle > 0) {
            const auto effects = cells(row, "effects");
            const auto effect_errors = cells(row, "effects_se");
            double sum = 0;
            for (std::size_t k = 0; k < effects.size(); ++k) {
                check_estimate(made.cycle_effects[k], *effects[k], *effect_errors[k], t, 2);
                sum += made.cycle_effects[k].value;
            }
            CHECK(close(sum, 0));
            CHECK(close(made.cycle_test->statistic, row.number("cycle_statistic"), t));
            CHECK(close(made.cycle_test->p_value, row.number("cycle_p"), t));
        }
    }
}

TEST_CASE("the average over the level's deviation by adaptive quadrature") {
    const nps_test::tolerance t{.relative = 2e-4,
                                .absolute = 2e-5,
                                .reason = "16 nodes; what is less likely by e^-15 is left out"};
    for (const auto& row : nps_test::reference_table("local_level_average.csv")) {
        CAPTURE(row.text("counts"));
        const std::vector<category_counts> series = nps_test::surveys_of(row.text("counts"));
        const auto made = local_level(series, {.variance = row.text("variance") == "pooled"
                                                               ? nps::series_variance::pooled
                                                               : nps::series_variance::adjusted,
                                               .cycle = row.integer("cycle")});
        const auto smoothed = cells(row, "smoothed");
        const auto errors = cells(row, "smoothed_se");
        for (std::size_t i = 0; i < series.size(); ++i) {
            check_estimate(made.periods[i].smoothed, *smoothed[i], *errors[i], t);
        }
        check_estimate(made.forecast, row.number("next"), row.number("next_se"), t);
    }
}

TEST_CASE("arima, StructTS and KalmanSmooth of R") {
    for (const auto& row : nps_test::reference_table("local_level_r.csv")) {
        CAPTURE(row.text("series"));
        const double noise = row.number("noise_variance");
        estimates half;
        estimates whole;
        for (const auto& value : cells(row, "values")) {
            whole.push_back(nps::known_estimate{*value, noise});
            half.push_back(nps::known_estimate{*value, noise / 2});
        }
        const nps::local_level_options known{
            .level_sd = std::sqrt(row.number("level_variance")), .lowest = -1, .highest = 2000};
        const auto given = local_level(whole, known);
        CHECK(close(given.log_likelihood, row.number("log_likelihood")));
        const auto smoothed = cells(row, "smoothed");
        const auto errors = cells(row, "smoothed_se");
        const nps_test::tolerance diffuse{.relative = 3e-6,
                                          .reason = "R's start is nearly diffuse"};
        for (std::size_t i = 0; i < whole.size(); ++i) {
            CHECK(close(given.periods[i].smoothed.value, *smoothed[i], diffuse));
            CHECK(close(given.periods[i].smoothed.standard_error, *errors[i], diffuse));
        }
        // Half of the noise is known; the other half is found as overdispersion.
        const auto found =
            local_level(half, {.overdispersion = true, .lowest = -1, .highest = 2000});
        const nps_test::tolerance searched{.relative = 2e-5, .reason = "R's search ends early"};
        CHECK(close(std::pow(found.level_sd, 2), row.number("level_variance"), searched));
        CHECK(close(std::pow(found.overdispersion_sd, 2) + noise / 2, noise, searched));
        CHECK(close(std::pow(found.level_sd, 2), row.number("structts_level"),
                    {.relative = 1e-3, .reason = "StructTS starts nearly diffuse, ends early"}));
        CHECK(found.log_likelihood >=
              given.log_likelihood - 1e-12 * std::abs(given.log_likelihood));
    }
}

TEST_CASE("the Nile's published variances") {
    // Durbin and Koopman (2012), section 2.10.3: 15099 and 1469.1.
    for (const auto& row : nps_test::reference_table("local_level_r.csv")) {
        if (row.text("series") != "nile") {
            continue;
        }
        estimates flow;
        for (const auto& value : cells(row, "values")) {
            flow.push_back(nps::known_estimate{*value, 1});
        }
        const auto found =
            local_level(flow, {.overdispersion = true, .lowest = 0, .highest = 2000});
        CHECK(std::abs(std::pow(found.level_sd, 2) - 1469.1) < 0.15);
        CHECK(std::abs(std::pow(found.overdispersion_sd, 2) + 1 - 15099) < 1);
    }
}

std::vector<category_counts> made_up(std::size_t periods, std::int64_t n, double move,
                                     std::uint32_t number) {
    nps::random_stream random(20261125, number, nps::random_purpose::simulation);
    double p = 0.5;
    std::vector<category_counts> series;
    for (std::size_t t = 0; t < periods; ++t) {
        p = std::clamp(p + move * (random.uniform() - 0.5), 0.2, 0.7);
        category_counts c{};
        c.promoters = nps::binomial_draw(n, p)(random);
        c.detractors = nps::binomial_draw(n - c.promoters, 0.2 / (1 - p))(random);
        c.passives = n - c.promoters - c.detractors;
        series.push_back(t % 5 == 3 ? category_counts{} : c);
    }
    return series;
}

TEST_CASE("swapping promoters and detractors flips the sign, to the bit") {
    for (std::uint32_t number = 0; number < 20; ++number) {
        const auto series = made_up(30, 20 + 10 * number, 0.1, number);
        std::vector<category_counts> swapped;
        for (const auto& c : series) {
            swapped.push_back({c.promoters, c.passives, c.detractors});
        }
        for (const std::int64_t cycle : {0, 7}) {
            const auto a = local_level(series, {.cycle = cycle});
            const auto b = local_level(swapped, {.cycle = cycle});
            CHECK(a.level_sd == b.level_sd);
            CHECK(a.log_likelihood == b.log_likelihood);
            for (std::size_t t = 0; t < series.size(); ++t) {
                CHECK(a.periods[t].smoothed.value == -b.periods[t].smoothed.value);
                CHECK(a.periods[t].smoothed.interval.lower ==
                      -b.periods[t].smoothed.interval.upper);
            }
            CHECK(a.forecast.value == -b.forecast.value);
        }
    }
}

TEST_CASE("a level that never moves is the mean weighted by answers; one that moves freely, each "
          "period's own score") {
    const auto series = made_up(20, 50, 0.1, 3);
    category_counts all;
    for (const auto& c : series) {
        all += c;
    }
    const auto still = local_level(series, {.level_sd = 0.0});
    const double mean =
        static_cast<double>(all.promoters - all.detractors) / static_cast<double>(all.n());
    CHECK(close(still.periods[7].smoothed.value, mean));
    CHECK(close(still.periods.back().filtered->value, mean));
    const auto free = local_level(series, {.level_sd = 1e8});
    CHECK(close(free.periods[7].smoothed.value, *free.periods[7].observed));
    CHECK(close(free.periods[7].smoothed.standard_error,
                std::sqrt(free.periods[7].sampling_variance)));
}

TEST_CASE("the same model forwards and backwards") {
    const auto series = made_up(40, 30, 0.2, 5);
    std::vector<category_counts> reversed(series.rbegin(), series.rend());
    const auto a = local_level(series);
    const auto b = local_level(reversed);
    CHECK(close(a.level_sd, b.level_sd, fitted));
    CHECK(close(a.log_likelihood, b.log_likelihood));
    for (std::size_t t = 0; t < series.size(); ++t) {
        CHECK(close(a.periods[t].smoothed.value, b.periods[39 - t].smoothed.value, fitted));
    }
}

TEST_CASE("intervals hold a score that moves") {
    // Changes of 0.02 beside a sampling error of about 0.14: the level_sd is often estimated as 0.
    int held = 0;
    int held_as_known = 0;
    int periods = 0;
    for (std::uint32_t number = 0; number < 120; ++number) {
        nps::random_stream random(20261125, 1000 + number, nps::random_purpose::simulation);
        std::vector<double> truth{0.3};
        std::vector<category_counts> series;
        for (int t = 0; t < 30; ++t) {
            category_counts c{};
            c.promoters = nps::binomial_draw(30, (0.75 + truth.back()) / 2)(random);
            c.detractors = nps::binomial_draw(30 - c.promoters, (0.75 - truth.back()) /
                                                                    (1.25 - truth.back()))(random);
            c.passives = 30 - c.promoters - c.detractors;
            series.push_back(c);
            const double step = random.uniform() < 0.5 ? -0.02 : 0.02;
            truth.push_back(std::clamp(truth.back() + step, -0.7, 0.7));
        }
        const auto made = local_level(series);
        const auto as_known = local_level(series, {.level_sd_as_known = true});
        for (std::size_t t = 0; t < series.size(); ++t) {
            const auto holds = [&](const nps::interval& i) {
                return i.lower <= truth[t] && truth[t] <= i.upper;
            };
            held += holds(made.periods[t].smoothed.interval);
            held_as_known += holds(as_known.periods[t].smoothed.interval);
            ++periods;
        }
    }
    CHECK(held > 0.94 * periods);
    CHECK(held_as_known < 0.92 * periods);
}

TEST_CASE("missing periods at the end are forecasts") {
    auto series = made_up(20, 30, 0.2, 6);
    const auto a = local_level(series);
    series.push_back({});
    const auto b = local_level(series);
    CHECK(close(a.log_likelihood, b.log_likelihood));
    CHECK(close(b.periods.back().smoothed.value, a.forecast.value, fitted));
    CHECK(close(b.periods.back().smoothed.standard_error, a.forecast.standard_error, fitted));
}

void check_finite(const nps::local_level_result& made) {
    const auto check_one = [](const nps::level_estimate& one) {
        CHECK(std::abs(one.value) <= 1);
        CHECK(std::isfinite(one.standard_error));
        CHECK(one.standard_error > 0);
        nps_test::check_interval(one.interval, {-1, 1}, one.value, true);
    };
    CHECK(std::isfinite(made.log_likelihood));
    CHECK(std::isfinite(made.level_sd));
    for (const auto& period : made.periods) {
        check_one(period.smoothed);
        for (const auto& one : {period.filtered, period.forecast, period.observed_forecast}) {
            if (one) {
                check_one(*one);
            }
        }
        CHECK(std::isfinite(period.innovation.value_or(0)));
    }
    check_one(made.forecast);
    if (made.level_sd_interval) {
        CHECK(made.level_sd_interval->lower <= made.level_sd);
        CHECK(made.level_sd_interval->upper >= made.level_sd);
        CHECK(std::isfinite(made.level_sd_interval->upper));
    }
}

TEST_CASE("what a survey can bring") {
    const std::int64_t many = 1'000'000'000'000;
    const std::vector<std::vector<category_counts>> all{
        {{0, 0, 1}, {0, 0, 1}},
        {{0, 0, 1}, {1, 0, 0}},
        {{0, 0, many}, {many, 0, 0}, {0, 0, 1}},
        {{0, 0, 100}, {0, 0, 50}, {}, {0, 0, 1}},
        {{}, {}, {3, 4, 5}, {}, {1, 0, many}, {}, {}},
        {{many, many, many}, {many, many, many}, {many, many, many}},
        {{0, 5, 0}, {0, 1, 0}},
        {{0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {1000, 0, 0}, {1000, 0, 0}}};
    for (const auto& series : all) {
        for (const bool overdispersion : {false, true}) {
            for (const auto variance :
                 {nps::series_variance::pooled, nps::series_variance::adjusted}) {
                check_finite(
                    local_level(series, {.variance = variance, .overdispersion = overdispersion}));
            }
        }
    }
    check_finite(local_level(std::vector<category_counts>{{3, 3, 9}}, {.level_sd = 0.02}));
    // One score throughout: it does not move.
    CHECK(local_level(all[3]).level_sd == 0);
    CHECK(local_level(all[3]).level_sd_interval->lower == 0);
}

std::string text_of(auto&& call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing thrown";
}

TEST_CASE("errors") {
    const std::vector<category_counts> two{{1, 2, 3}, {2, 2, 2}};
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    const auto with = [&](const nps::local_level_options& options) {
        return text_of([&] { static_cast<void>(local_level(two, options)); });
    };
    CHECK(with({.level = nan}) == "nps::local_level: level = nan, must be in (0, 1)");
    CHECK(with({.level_sd = nan}) == "nps::local_level: level_sd = nan, must be in [0, 1e30]");
    CHECK(with({.level_sd = 1e200}).starts_with("nps::local_level: level_sd = 1e+200"));
    CHECK(with({.level_sd = infinite}).starts_with("nps::local_level: level_sd = inf"));
    CHECK(with({.cycle = 1}) ==
          "nps::local_level: cycle = 1, must be 0, or from 2 to the number of periods and to 366");
    CHECK(with({.cycle = 3}).starts_with("nps::local_level: cycle = 3"));
    CHECK(with({.cycle = 2}).find("too few periods") != std::string::npos);
    CHECK(with({.next_n = -1}).starts_with("nps::local_level: next_n = -1"));
    CHECK(with({.next_variance = 1.0}).starts_with("nps::local_level: next_variance = 1"));
    CHECK(with({.lowest = 0}).starts_with("nps::local_level: lowest = 0, must be -1"));
    CHECK(with({.highest = nan}).starts_with("nps::local_level: highest = nan"));
    CHECK(with({.variance = static_cast<nps::series_variance>(7)})
              .starts_with("nps::local_level: variance = 7, must be pooled or adjusted"));
    const auto of = [](const std::vector<category_counts>& series, std::int64_t cycle = 0) {
        return text_of([&] { static_cast<void>(local_level(series, {.cycle = cycle})); });
    };
    CHECK(of({}) == "nps::local_level: no period has answers");
    CHECK(of({{}, {}}) == "nps::local_level: no period has answers");
    CHECK(of({{1, 1, 1}}).find("give level_sd") != std::string::npos);
    CHECK(of({{1, 1, 1}, {-1, 0, 3}}) ==
          "nps::local_level: period 1: detractors = -1, must be in [0, 2^53]");
    CHECK(of({{1, 1, 1}, {}, {2, 2, 2}, {}}, 2) ==
          "nps::local_level: no period has answers at place 1 of the cycle");
    const auto given = [&](const estimates& series, const nps::local_level_options& options = {}) {
        return text_of([&] { static_cast<void>(local_level(series, options)); });
    };
    const nps::known_estimate good{.value = 0.1, .variance = 0.01};
    CHECK(given({good, nps::known_estimate{nan, 0.1}}) ==
          "nps::local_level: series[1].value = nan, must be in [lowest, highest]");
    CHECK(given({good, nps::known_estimate{1.5, 0.1}}).find("1.5") != std::string::npos);
    CHECK(given({nps::known_estimate{0.1, 0}, good}) ==
          "nps::local_level: series[0].variance = 0, must be in [1e-60, 1e60]");
    // A search over variances from such a one would never end.
    CHECK(given({nps::known_estimate{0.1, 4.9e-324}, good, good})
              .starts_with("nps::local_level: series[0].variance = 5e-324"));
    CHECK(given({nps::known_estimate{1e300, 1}, nps::known_estimate{-1e300, 1}},
                {.lowest = -1e308, .highest = 1e308})
              .starts_with("nps::local_level: lowest = -1e+308, must be in [-1e30, 1e30]"));
    // A matrix of the cycle's length squared: 20 GB.
    const std::vector<category_counts> long_series(50'000, {1, 1, 1});
    CHECK(text_of([&] {
              static_cast<void>(local_level(long_series, {.cycle = 50'000}));
          }).starts_with("nps::local_level: cycle = 50000"));
    CHECK(given({good, good}, {.next_n = 5}).find("give next_variance") != std::string::npos);
    CHECK(given({good, good}, {.next_variance = -1.0}).find("next_variance = -1") !=
          std::string::npos);
    CHECK(given({good, good}, {.next_variance = 0.02}) == "nothing thrown");
}

} // namespace
