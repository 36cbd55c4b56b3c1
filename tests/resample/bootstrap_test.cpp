// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/bootstrap.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using rows_span = std::span<const std::size_t>;
using nps::bootstrap_method;

const std::vector<double> x{2, 3, 5, 7, 11, 13, 17, 19};
const std::vector<double> y{0.1, 0.4, 0.9, 1.6, 2.5, 3.6, 4.9, 6.4};
const std::vector<std::int64_t> strata{1, 1, 1, 2, 2, 2, 2, 2};
const std::vector<std::int64_t> clusters{1, 1, 2, 2, 2, 3, 4, 4};

double mean_of_x(rows_span rows) {
    double sum = 0;
    for (const std::size_t row : rows) {
        sum += x[row];
    }
    return sum / static_cast<double>(rows.size());
}

double ratio(rows_span rows) {
    double sum_x = 0;
    double sum_y = 0;
    for (const std::size_t row : rows) {
        sum_x += x[row];
        sum_y += y[row];
    }
    return sum_x / sum_y;
}

TEST_CASE("replicates are the statistic of rows drawn by hand") {
    const nps::bootstrap_result result =
        nps::bootstrap(x.size(), mean_of_x, {.replicates = 200, .seed = 9});
    REQUIRE(result.replicates().size() == 200);
    for (std::uint32_t r = 0; r < 200; ++r) {
        nps::random_stream stream(9, r, nps::random_purpose::resample);
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += x[stream.below(x.size())];
        }
        CHECK(result.values[r] == sum / 8);
    }
    CHECK(result.estimate == 77.0 / 8);
    CHECK(result.n == 8);
    CHECK(result.method == "bootstrap");
    CHECK(!result.cancelled);
}

TEST_CASE("the bootstrap of a mean has the moments of theory") {
    const nps::bootstrap_result result =
        nps::bootstrap(x.size(), mean_of_x, {.replicates = 20'000, .seed = 1});
    double squares = 0;
    for (const double value : x) {
        squares += (value - 9.625) * (value - 9.625);
    }
    const double error = std::sqrt(squares) / 8;
    CHECK(std::abs(result.bias) < 4 * error / std::sqrt(20'000.0));
    CHECK(std::abs(result.standard_error / error - 1) < 4 / std::sqrt(40'000.0));
}

TEST_CASE("the same replicates for any number of threads; more continue those before") {
    const auto run = [](std::int64_t replicates, unsigned threads, bool grouped) {
        nps::bootstrap_options options{.replicates = replicates, .seed = 3, .threads = threads};
        if (grouped) {
            options.clusters = clusters;
        }
        return nps::bootstrap(x.size(), ratio, options);
    };
    for (const bool grouped : {false, true}) {
        const nps::bootstrap_result one = run(3000, 1, grouped);
        for (const unsigned threads : {0U, 2U, 3U, 16U}) {
            const nps::bootstrap_result many = run(3000, threads, grouped);
            CHECK(many.values == one.values);
            CHECK(many.standard_error == one.standard_error);
            CHECK(many.acceleration == one.acceleration);
        }
        const nps::bootstrap_result few = run(100, 1, grouped);
        CHECK(std::equal(few.values.begin(), few.values.end(), one.values.begin()));
    }
}

TEST_CASE("strata keep their sizes, and draw from their own rows") {
    // Interleaved labels, so that order cannot be the reason.
    const std::vector<std::int64_t> labels{5, -2, 5, 7, -2, 5, 7, 5};
    const std::map<std::int64_t, int> sizes{{-2, 2}, {5, 4}, {7, 2}};
    std::set<std::size_t> seen;
    const auto count_labels = [&](rows_span rows) {
        std::map<std::int64_t, int> counts;
        for (const std::size_t row : rows) {
            ++counts[labels[row]];
            seen.insert(row);
        }
        return counts == sizes ? 1 : 0;
    };
    const nps::bootstrap_result result = nps::bootstrap(
        8, count_labels, {.replicates = 500, .strata = labels, .jackknife = nps::jackknife::never});
    CHECK(result.standard_error == 0);
    CHECK(result.estimate == 1);
    CHECK(seen.size() == 8);

    SUBCASE("the variance is that of the strata alone") {
        const nps::bootstrap_result mean =
            nps::bootstrap(8, mean_of_x, {.replicates = 20'000, .seed = 5, .strata = strata});
        double variance = 0; // sum over strata of sum (x - mean_s)^2, over n^2
        for (const auto& [label, centre] : {std::pair{1, 10.0 / 3}, {2, 67.0 / 5}}) {
            for (std::size_t i = 0; i < 8; ++i) {
                variance += strata[i] == label ? (x[i] - centre) * (x[i] - centre) / 64 : 0.0;
            }
        }
        CHECK(std::abs(mean.standard_error / std::sqrt(variance) - 1) < 4 / std::sqrt(40'000.0));
    }
}

TEST_CASE("clusters come whole, as many as there are") {
    const std::vector<std::int64_t> labels{30, 10, 10, 20, 30, 30, 40, 10};
    std::map<std::int64_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        members[labels[i]].push_back(i);
    }
    const auto whole = [&](rows_span rows) -> double {
        std::size_t drawn = 0;
        for (std::size_t i = 0; i < rows.size();) {
            for (const std::size_t row : members.at(labels[rows[i]])) {
                if (i >= rows.size() || rows[i] != row) {
                    return 0;
                }
                ++i;
            }
            ++drawn;
        }
        return drawn == members.size() ? 1 : 0;
    };
    nps::bootstrap_options options{
        .replicates = 500, .clusters = labels, .jackknife = nps::jackknife::never};
    nps::bootstrap_result result = nps::bootstrap(8, whole, options);
    CHECK(std::ranges::all_of(result.values, [](double v) { return v == 1; }));
    SUBCASE("within strata") {
        const std::vector<std::int64_t> halves{1, 2, 2, 1, 1, 1, 2, 2};
        options.strata = halves;
        const auto balanced = [&](rows_span rows) {
            std::map<std::int64_t, int> drawn;
            for (const std::size_t row : rows) {
                drawn[halves[row]] += 60 / static_cast<int>(members.at(labels[row]).size());
            }
            return std::array{drawn[1] == 120 && drawn[2] == 120 ? 1.0 : 0.0, whole(rows)};
        };
        const std::vector<nps::bootstrap_result> both = nps::bootstrap(8, balanced, options);
        CHECK(std::ranges::all_of(both[0].values, [](double v) { return v == 1; }));
        CHECK(std::ranges::all_of(both[1].values, [](double v) { return v == 1; }));
    }
    SUBCASE("a cluster must lie within one stratum") {
        const std::vector<std::int64_t> crossing{1, 2, 2, 1, 2, 1, 2, 2};
        options.strata = crossing;
        CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap(8, whole, options)),
                             "nps::bootstrap: cluster = 30, must lie within one stratum",
                             nps::invalid_input);
    }
}

TEST_CASE("the jackknife's acceleration is that of R boot's influence values") {
    const nps::bootstrap_options always{.replicates = 2, .jackknife = nps::jackknife::always};
    // R boot: l = empinf(type = "jack") less its mean; sum(l^3) / (6 sum(l^2)^1.5)
    CHECK(nps_test::close(*nps::bootstrap(8, ratio, always).acceleration, -0.093655224465872849,
                          {.relative = 1e-11, .reason = "leave-one-out differences cancel"}));
    SUBCASE("by strata, by Davison and Hinkley's formula over empinf(strata = )") {
        const auto quotient = [](rows_span rows) {
            std::array<double, 2> sum{};
            std::array<double, 2> count{};
            for (const std::size_t row : rows) {
                const auto s = static_cast<std::size_t>(strata[row] - 1);
                sum[s] += x[row];
                ++count[s];
            }
            return sum[0] / count[0] / (sum[1] / count[1]);
        };
        nps::bootstrap_options by_strata = always;
        by_strata.strata = strata;
        CHECK(nps_test::close(*nps::bootstrap(8, quotient, by_strata).acceleration,
                              0.021030882403146642,
                              {.relative = 1e-11, .reason = "leave-one-out differences cancel"}));
    }
    SUBCASE("by clusters") {
        nps::bootstrap_options by_clusters = always;
        by_clusters.clusters = clusters;
        CHECK(nps_test::close(*nps::bootstrap(8, mean_of_x, by_clusters).acceleration,
                              0.028506115211482452,
                              {.relative = 1e-11, .reason = "leave-one-out differences cancel"}));
    }
    SUBCASE("the same for statistics of any size") {
        const auto huge = [](rows_span rows) { return ratio(rows) * 1e140; };
        const auto tiny = [](rows_span rows) { return ratio(rows) * 1e-140; };
        CHECK(nps_test::close(*nps::bootstrap(8, huge, always).acceleration, -0.093655224465872849,
                              {.relative = 1e-11, .reason = "leave-one-out differences cancel"}));
        CHECK(nps_test::close(*nps::bootstrap(8, tiny, always).acceleration, -0.093655224465872849,
                              {.relative = 1e-11, .reason = "leave-one-out differences cancel"}));
    }
}

TEST_CASE("the jackknife is made where it is no more work than the replicates") {
    const auto accelerated = [](std::int64_t replicates, nps::jackknife jackknife) {
        return nps::bootstrap(8, mean_of_x, {.replicates = replicates, .jackknife = jackknife})
            .acceleration.has_value();
    };
    CHECK(accelerated(8, nps::jackknife::automatic));
    CHECK(!accelerated(7, nps::jackknife::automatic));
    CHECK(accelerated(7, nps::jackknife::always));
    CHECK(!accelerated(8, nps::jackknife::never));
    SUBCASE("a statistic that has no value with a row left out: no bca, unless it was asked for") {
        const auto whole_only = [](rows_span rows) {
            return rows.size() == 8 ? mean_of_x(rows) : std::nan("");
        };
        const nps::bootstrap_result result = nps::bootstrap(8, whole_only, {.replicates = 100});
        CHECK(!result.acceleration.has_value());
        CHECK(!result.cancelled);
        CHECK_THROWS_WITH_AS(
            static_cast<void>(nps::bootstrap(
                8, whole_only, {.replicates = 100, .jackknife = nps::jackknife::always})),
            "nps::bootstrap: statistic of sample without unit 0 = nan, must be finite and within "
            "1e150 of 0",
            nps::invalid_input);
    }
}

TEST_CASE("a statistic may return several outputs, of any range type, in one pass") {
    const auto both = [](rows_span rows) { return std::array{mean_of_x(rows), ratio(rows)}; };
    const std::vector<nps::bootstrap_result> results =
        nps::bootstrap(8, both, {.replicates = 300, .seed = 4});
    REQUIRE(results.size() == 2);
    const auto mean = nps::bootstrap(8, mean_of_x, {.replicates = 300, .seed = 4});
    const auto quotient = nps::bootstrap(8, ratio, {.replicates = 300, .seed = 4});
    CHECK(results[0].values == mean.values);
    CHECK(results[1].values == quotient.values);
    CHECK(results[0].estimate == mean.estimate);
    CHECK(results[1].acceleration == quotient.acceleration);
    const auto list = [](rows_span rows) { return std::vector<float>{1, 2, float(rows.size())}; };
    CHECK(nps::bootstrap(8, list, {.replicates = 2}).size() == 3);
    const auto count = [](rows_span rows) { return rows.size(); };
    CHECK(nps::bootstrap(8, count, {.replicates = 2}).estimate == 8);
    const auto uneven = [](rows_span rows) {
        return std::vector<double>(rows[0] == 0 ? 2 : 1, 0.5);
    };
    CHECK_THROWS_AS(static_cast<void>(nps::bootstrap(8, uneven, {.replicates = 100})),
                    nps::invalid_input);
    const auto nothing = [](rows_span) { return std::vector<double>{}; };
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap(8, nothing, {.replicates = 100})),
                         "nps::bootstrap: outputs of the statistic = 0, must be 1 or more",
                         nps::invalid_input);
}

TEST_CASE("a statistic with its own standard error gives studentised intervals") {
    const auto with_error = [](rows_span rows) {
        const double mean = mean_of_x(rows);
        double squares = 0;
        for (const std::size_t row : rows) {
            squares += (x[row] - mean) * (x[row] - mean);
        }
        return nps::studentised_value{mean, std::sqrt(squares) / 8};
    };
    const nps::bootstrap_result result =
        nps::bootstrap(8, with_error, {.replicates = 999, .seed = 2});
    REQUIRE(result.estimate_standard_error.has_value());
    const double error = *result.estimate_standard_error;
    // The 25th and 975th of t* = (value - estimate) / error in order, by hand.
    std::vector<double> t;
    for (std::size_t i = 0; i < 999; ++i) {
        t.push_back((result.values[i] - result.estimate) / result.value_standard_errors[i]);
    }
    std::ranges::sort(t);
    const nps::interval interval = result.interval({.method = bootstrap_method::studentised});
    CHECK(nps_test::close(interval.lower, result.estimate - error * t[974]));
    CHECK(nps_test::close(interval.upper, result.estimate - error * t[24]));
    CHECK(interval.method == "studentised");
    const auto negative = [](rows_span) { return nps::studentised_value{1, -1}; };
    CHECK_THROWS_AS(static_cast<void>(nps::bootstrap(8, negative)), nps::invalid_input);
    const auto two = [&](rows_span rows) { return std::array{with_error(rows), with_error(rows)}; };
    const auto results = nps::bootstrap(8, two, {.replicates = 50});
    CHECK(results.at(1).value_standard_errors.size() == 50);
}

TEST_CASE("progress is told, and can end the work with the replicates made so far") {
    std::vector<std::int64_t> done;
    const auto record = [&](std::int64_t d, std::int64_t total) {
        CHECK(total == 2008);
        done.push_back(d);
        return true;
    };
    nps::bootstrap_options options{.replicates = 2000, .seed = 6, .progress = record};
    const nps::bootstrap_result whole = nps::bootstrap(8, mean_of_x, options);
    CHECK(std::ranges::is_sorted(done));
    CHECK(done.back() == 2008);
    CHECK(done.size() > 26);
    CHECK(done.size() <= 100);
    CHECK(!whole.cancelled);

    SUBCASE("ended half-way, the same for any number of threads") {
        for (const unsigned threads : {1U, 3U}) {
            options.threads = threads;
            options.progress = [](std::int64_t d, std::int64_t) { return d < 1000; };
            const nps::bootstrap_result half = nps::bootstrap(8, mean_of_x, options);
            CHECK(half.cancelled);
            CHECK(!half.acceleration.has_value());
            CHECK(half.values.size() >= 1000);
            CHECK(half.values.size() < 1100);
            CHECK(std::equal(half.values.begin(), half.values.end(), whole.values.begin()));
            CHECK(half.interval().lower < half.estimate);
        }
    }
    SUBCASE("ended during the jackknife") {
        options.progress = [](std::int64_t d, std::int64_t) { return d <= 2000; };
        const nps::bootstrap_result result = nps::bootstrap(8, mean_of_x, options);
        CHECK(result.values == whole.values);
        CHECK(result.cancelled);
        CHECK(!result.acceleration.has_value());
    }
    SUBCASE("ended when all is done is not cancelled") {
        options.progress = [](std::int64_t d, std::int64_t total) { return d < total; };
        CHECK(!nps::bootstrap(8, mean_of_x, options).cancelled);
    }
    SUBCASE("ended before there is anything") {
        options.replicates = 2;
        options.progress = [](std::int64_t, std::int64_t) { return false; };
        CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap(8, mean_of_x, options)),
                             "nps::bootstrap: cancelled before two replicates were made",
                             nps::undefined_result);
    }
    SUBCASE("its exception reaches the caller") {
        options.progress = [](std::int64_t, std::int64_t) -> bool {
            throw std::runtime_error("stop");
        };
        CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap(8, mean_of_x, options)), "stop",
                             std::runtime_error);
    }
}

TEST_CASE("a statistic without a finite value names the first such replicate") {
    const auto fragile = [](rows_span rows) {
        return std::ranges::count(rows, std::size_t{0}) >= 4
                   ? std::numeric_limits<double>::quiet_NaN()
                   : mean_of_x(rows);
    };
    std::string text;
    for (const unsigned threads : {1U, 2U, 5U}) {
        try {
            static_cast<void>(nps::bootstrap(8, fragile, {.replicates = 5000, .threads = threads}));
            FAIL("no error");
        } catch (const nps::invalid_input& error) {
            CHECK(std::string(error.what()).starts_with("nps::bootstrap: statistic of replicate "));
            CHECK(std::string(error.what())
                      .ends_with(" = nan, must be finite and within 1e150 of 0"));
            CHECK((text.empty() || text == error.what()));
            text = error.what();
        }
    }
    const auto infinite = [](rows_span) { return std::numeric_limits<double>::infinity(); };
    CHECK_THROWS_AS(static_cast<void>(nps::bootstrap(8, infinite)), nps::invalid_input);
    const auto throws = [](rows_span) -> double { throw std::length_error("mine"); };
    for (const unsigned threads : {1U, 4U}) {
        // Not for the data themselves, so that it happens in a thread where there are several.
        const auto throws_later = [&](rows_span rows) {
            return rows[0] == 0 && rows[1] == 1 ? mean_of_x(rows) : throws(rows);
        };
        CHECK_THROWS_WITH_AS(
            static_cast<void>(nps::bootstrap(8, throws_later, {.threads = threads})), "mine",
            std::length_error);
    }
}

TEST_CASE("one row, or one in each stratum, never varies") {
    const nps::bootstrap_result one = nps::bootstrap(1, mean_of_x, {.replicates = 50});
    CHECK(one.standard_error == 0);
    CHECK(one.interval({.method = bootstrap_method::bca}).lower == 2);
    const std::vector<std::int64_t> alone{1, 2, 3, 4, 5, 6, 7, 8};
    const nps::bootstrap_result fixed =
        nps::bootstrap(8, mean_of_x, {.replicates = 50, .strata = alone});
    CHECK(fixed.standard_error == 0);
    const nps::interval bca = fixed.interval({.method = bootstrap_method::bca});
    CHECK(bca.lower == 77.0 / 8);
    CHECK(bca.upper == 77.0 / 8);
}

TEST_CASE("the range of the statistic bounds its intervals") {
    const nps::bootstrap_result result =
        nps::bootstrap(8, ratio, {.replicates = 500, .lowest = 3.7, .highest = 5});
    const nps::interval interval =
        result.interval({.method = bootstrap_method::normal, .sides = nps::bounds::lower});
    CHECK(interval.lower == 3.7);
    CHECK(interval.upper == 5);
    CHECK(interval.clipped);
    SUBCASE("the estimate must lie in it, but for rounding") {
        const auto run = [](double lowest, double highest) {
            static_cast<void>(nps::bootstrap(
                8, mean_of_x, {.replicates = 20, .lowest = lowest, .highest = highest}));
        };
        CHECK_THROWS_WITH_AS(run(50, 60),
                             "nps::bootstrap: estimate = 9.625, must be within [lowest, highest] = "
                             "[50, 60]",
                             nps::invalid_input);
        CHECK_THROWS_AS(run(0, 9.6), nps::invalid_input);
        CHECK_THROWS_AS(run(9.65, 20), nps::invalid_input);
        CHECK_THROWS_AS(
            run(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()),
            nps::invalid_input);
        CHECK_NOTHROW(run(9.625, 9.625));
        CHECK_NOTHROW(run(9.625 * (1 + 1e-15), 20));
        CHECK_NOTHROW(run(0, 9.625 * (1 - 1e-15)));
    }
}

TEST_CASE("options own their labels") {
    nps::bootstrap_options options{.replicates = 50, .seed = 4};
    options.strata = std::vector<std::int64_t>(strata); // a temporary
    options.clusters = std::vector<std::int64_t>{1, 1, 2, 3, 3, 4, 4, 4};
    const nps::bootstrap_options copy = options;
    options.strata.assign(8, 0);
    CHECK(copy.strata == strata);
    CHECK(nps::bootstrap(8, mean_of_x, copy).values !=
          nps::bootstrap(8, mean_of_x, options).values);
}

TEST_CASE("one stratum of all rows is no strata, to the bit") {
    for (const std::size_t n :
         {std::size_t{1}, std::size_t{8}, std::size_t{33}, std::size_t{500}}) {
        const auto place_sum = [](rows_span rows) {
            double sum = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                sum += static_cast<double>((i + 1) * rows[i]);
            }
            return sum;
        };
        const nps::bootstrap_options plain{.replicates = 600, .seed = 11};
        nps::bootstrap_options labelled = plain;
        labelled.strata.assign(n, -3);
        labelled.threads = 3;
        CHECK(nps::bootstrap(n, place_sum, labelled).values ==
              nps::bootstrap(n, place_sum, plain).values);
    }
}

TEST_CASE("strata are drawn one after another, each from whole blocks of the stream") {
    // 3 rows of one stratum read one block of four words (a repeated draw has odds of 2^-30), 40
    // rows of the next ten blocks, and 2 of the last one.
    std::vector<std::int64_t> labels(45, 1);
    std::fill_n(labels.begin(), 3, 0);
    std::fill_n(labels.end() - 2, 2, 2);
    const auto all_rows = [](rows_span rows) {
        return std::vector<double>(rows.begin(), rows.end());
    };
    const auto results = nps::bootstrap(
        45, all_rows,
        {.replicates = 100, .seed = 5, .strata = labels, .jackknife = nps::jackknife::never});
    for (std::uint32_t r = 0; r < 100; ++r) {
        nps::random_stream stream(5, r, nps::random_purpose::resample);
        std::vector<double> expected;
        for (int i = 0; i < 3; ++i) {
            expected.push_back(static_cast<double>(stream.below(3)));
        }
        static_cast<void>(stream.bits32());
        for (int i = 0; i < 40; ++i) {
            expected.push_back(static_cast<double>(3 + stream.below(40)));
        }
        for (int i = 0; i < 2; ++i) {
            expected.push_back(static_cast<double>(43 + stream.below(2)));
        }
        for (std::size_t k = 0; k < 45; ++k) {
            REQUIRE(results[k].values[r] == expected[k]);
        }
    }
}

TEST_CASE("values with a row left out that are all equal have no acceleration") {
    for (std::size_t n = 2; n <= 60; ++n) {
        const auto mean_of_tenths = [](rows_span rows) {
            double sum = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                sum += 0.1;
            }
            return sum / static_cast<double>(rows.size());
        };
        const auto tenth = [](rows_span) { return 0.1; };
        // Weighted by place, so that the rounding differs from row to row left out.
        const auto weighted = [](rows_span rows) {
            double sum = 0;
            double weights = 0;
            for (const std::size_t row : rows) {
                const double weight = 1 / (1.0 + static_cast<double>(row));
                sum += weight * 0.1;
                weights += weight;
            }
            return sum / weights;
        };
        const nps::bootstrap_options options{.replicates = 20, .jackknife = nps::jackknife::always};
        CHECK(nps::bootstrap(n, tenth, options).acceleration == 0.0);
        CHECK(nps::bootstrap(n, tenth, options).standard_error == 0);
        CHECK(nps::bootstrap(n, mean_of_tenths, options).acceleration == 0.0);
        CHECK(nps::bootstrap(n, weighted, options).acceleration == 0.0);
    }
}

TEST_CASE("the order of the rows does not decide the BCa limits of a mean with ties") {
    // Sums of such values differ by rounding with their order.
    std::vector<double> values{.1, .1, .1, .7, .7, .7, .7, .3, .3, .3};
    SUBCASE("around 0.4") {}
    SUBCASE("around 0, where all that is left of the estimate is rounding") {
        for (double& value : values) {
            value -= .4;
        }
    }
    // The same replicates over rows that are summed from either end.
    const auto forwards = [&](rows_span rows) {
        double sum = 0;
        for (const std::size_t row : rows) {
            sum += values[row];
        }
        return sum / 10;
    };
    const auto backwards = [&](rows_span rows) {
        double sum = 0;
        for (std::size_t i = rows.size(); i-- > 0;) {
            sum += values[rows[i]];
        }
        return sum / 10;
    };
    const nps::bootstrap_options options{.replicates = 20'000, .seed = 3};
    const nps::bootstrap_result a = nps::bootstrap(10, forwards, options);
    const nps::bootstrap_result b = nps::bootstrap(10, backwards, options);
    REQUIRE(a.values != b.values);
    for (const auto bias : {nps::median_bias::mid_rank, nps::median_bias::strict}) {
        const nps::bootstrap_interval_options bca{.method = bootstrap_method::bca, .bias = bias};
        CHECK(nps_test::close(a.interval(bca).lower, b.interval(bca).lower));
        CHECK(nps_test::close(a.interval(bca).upper, b.interval(bca).upper));
    }
    // P(T* < t) + P(T* = t) / 2 over all samples, in tenths: a sum of 4.0 is the estimate's.
    double p0 = 0;
    for (int ones = 0; ones <= 10; ++ones) {
        for (int sevens = 0; ones + sevens <= 10; ++sevens) {
            const int threes = 10 - ones - sevens;
            const int sum = ones + 7 * sevens + 3 * threes;
            const double p = std::exp(std::lgamma(11.0) - std::lgamma(ones + 1.0) -
                                      std::lgamma(sevens + 1.0) - std::lgamma(threes + 1.0)) *
                             std::pow(.3, ones + threes) * std::pow(.4, sevens);
            p0 += sum < 40 ? p : sum == 40 ? p / 2 : 0.0;
        }
    }
    CHECK(std::abs(p0 - 0.50327) < 1e-5);
    for (const nps::bootstrap_result* result : {&a, &b}) {
        const double seen = nps::detail::below_estimate(*result, nps::median_bias::mid_rank).below;
        CHECK(std::abs(seen - p0) < 4 * 0.5 / std::sqrt(20'000.0));
    }
}

TEST_CASE("bca without an acceleration says why there is none") {
    const auto text = [](auto statistic, const nps::bootstrap_options& options) -> std::string {
        try {
            static_cast<void>(
                nps::bootstrap(8, statistic, options).interval({.method = bootstrap_method::bca}));
        } catch (const nps::invalid_input& error) {
            return error.what();
        }
        return "";
    };
    const std::string start = "nps::bootstrap_result::interval: method = bca, needs the jackknife";
    CHECK(text(mean_of_x, {.replicates = 50, .jackknife = nps::jackknife::never}) ==
          start + ", which .jackknife = nps::jackknife::never left out");
    CHECK(text(mean_of_x, {.replicates = 7}) ==
          start + ", made for at most as many rows or clusters as replicates unless .jackknife = "
                  "nps::jackknife::always asks for it");
    CHECK(text(mean_of_x, {.replicates = 500,
                           .jackknife = nps::jackknife::always,
                           .progress = [](std::int64_t done, std::int64_t) {
                               return done < 100;
                           }}) == start + ", and the callback ended the work before it was done");
    const auto whole_only = [](rows_span rows) {
        return rows.size() == 8 ? mean_of_x(rows) : std::nan("");
    };
    CHECK(text(whole_only, {.replicates = 50}) ==
          start + ", and the statistic has no usable value with some row or cluster left out");
}

TEST_CASE("errors of the bootstrap") {
    const auto run = [](std::size_t n, const nps::bootstrap_options& options) {
        static_cast<void>(nps::bootstrap(n, mean_of_x, options));
    };
    CHECK_THROWS_WITH_AS(run(0, {}), "nps::bootstrap: no rows", nps::undefined_result);
    CHECK_THROWS_WITH_AS(run(static_cast<std::size_t>(-1), {}),
                         "nps::bootstrap: n = 18446744073709551615, must be 2^53 or less",
                         nps::invalid_input);
    CHECK_THROWS_AS(run((std::size_t{1} << 53) + 1, {}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(8, {.replicates = 1}),
                         "nps::bootstrap: replicates = 1, must be in [2, 2^32)",
                         nps::invalid_input);
    CHECK_THROWS_AS(run(8, {.replicates = std::int64_t{1} << 32}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(7, {.strata = strata}),
                         "nps::bootstrap: labels of strata = 8, must be one label for each row, or "
                         "none",
                         nps::invalid_input);
    CHECK_THROWS_AS(run(7, {.clusters = clusters}), nps::invalid_input);
    CHECK_THROWS_AS(run(8, {.lowest = 1, .highest = 0}), nps::invalid_input);
    CHECK_THROWS_AS(run(8, {.lowest = std::nan("")}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(8, {.highest = std::nan("")}),
                         "nps::bootstrap: highest = nan, must be a number", nps::invalid_input);
    CHECK_THROWS_AS(run(8, {.jackknife = static_cast<nps::jackknife>(9)}), nps::invalid_input);
}

} // namespace
