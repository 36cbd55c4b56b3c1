// SPDX-License-Identifier: Apache-2.0
// The alarm of one series: its numbers, how often it is false, and what it finds.
#include "nps_monitor/watch.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <nps/numeric/philox.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

using namespace nps_monitor;
using nps_test::close;

namespace {

nps::category_counts mirrored(const nps::category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

// Answers one by one: `promoters` and `detractors` of 1,000.
nps::category_counts draw(nps::random_stream& stream, std::int64_t n, std::uint64_t detractors,
                          std::uint64_t promoters) {
    nps::category_counts c;
    for (std::int64_t i = 0; i < n; ++i) {
        const std::uint64_t u = stream.below(1000);
        c += u < detractors               ? nps::category_counts{1, 0, 0}
             : u < detractors + promoters ? nps::category_counts{0, 0, 1}
                                          : nps::category_counts{0, 1, 0};
    }
    return c;
}

bool any_alarm(std::span<const nps::category_counts> series, double limit) {
    for (std::size_t t = 1; t <= series.size(); ++t) {
        if (watch_series(series.first(t), limit).now) {
            return true;
        }
    }
    return false;
}

} // namespace

// Expected values by the definitions in plain Python (statistics of fractions in double).
TEST_CASE("the numbers of a series that falls in period 14") {
    std::vector<nps::category_counts> series;
    for (std::int64_t t = 0; t < 24; ++t) {
        const std::int64_t noise = t * 7 % 11 - 5;
        const std::int64_t scale = 1 + t % 2;
        const std::int64_t fall = t < 14 ? 0 : 16 * scale;
        series.push_back({20 * scale + fall - noise, 30 * scale, 50 * scale - fall + noise});
    }
    series[5] = {};
    const watched w = watch_series(series, 9);
    CHECK(w.state == watch_state::fall);
    CHECK(w.periods == 15);
    CHECK(close(w.sigma_z, 1.0735638338923015));
    CHECK(close(w.z, -2.625604783715733));
    CHECK(close(w.sum, 27.94916721983059));
    CHECK(w.since == 14);
    REQUIRE(w.now);
    CHECK(close(w.now->value, -26.0 / 1500));
    CHECK(close(w.before->value, 0.29789473684210527));

    SUBCASE("promoters and detractors change places") {
        for (nps::category_counts& period : series) {
            period = mirrored(period);
        }
        const watched m = watch_series(series, 9);
        CHECK(m.state == watch_state::rise);
        CHECK(m.since == 14);
        CHECK(close(m.sum, w.sum));
        CHECK(close(m.now->value, -w.now->value));
    }
    SUBCASE("a limit above the sum is no alarm") {
        const watched quiet = watch_series(series, 28);
        CHECK(quiet.state == watch_state::quiet);
        CHECK(!quiet.now);
        CHECK(close(quiet.sum, w.sum));
    }
}

TEST_CASE("series that tell little") {
    CHECK(watch_series({}, 5).state == watch_state::learning);
    const std::vector<nps::category_counts> empty(40);
    CHECK(watch_series(empty, 5).state == watch_state::learning);
    const std::vector<nps::category_counts> few(8, {100, 100, 100});
    CHECK(watch_series(few, 5).state == watch_state::learning);
    const std::vector<nps::category_counts> nine(9, {100, 100, 100});
    CHECK(watch_series(nine, 5).state == watch_state::quiet);
    // One answer a period is learnt from for 30 periods.
    const std::vector<nps::category_counts> single(30, {0, 0, 1});
    CHECK(watch_series(single, 5).state == watch_state::learning);
    // All promoters, then one detractor; huge counts.
    std::vector<nps::category_counts> unanimous(50, {0, 0, 10});
    CHECK(watch_series(unanimous, 5).state == watch_state::quiet);
    CHECK(watch_series(unanimous, 5).z == 0);
    unanimous.push_back({1, 0, 9});
    CHECK(std::isfinite(watch_series(unanimous, 5).sum));
    const std::vector<nps::category_counts> huge(
        12, {1'000'000'000'000, 1'000'000'000'000, 3'000'000'000'000});
    CHECK(watch_series(huge, 5).state == watch_state::quiet);
}

// A two-sided CUSUM of standard normal values with reference 0.5 and limit 4.77 has a false alarm every
// 370 periods on average (Montgomery (2013), section 9.1.3). 40 periods are watched here, so that about
// 40 / 370 = 0.11 of the series that never change have one; fewer, as the spread of the periods is
// never taken below 1.
TEST_CASE("false alarms are as rare as designed, changes are found") {
    constexpr double limit = 4.77;
    constexpr int series = 300;
    for (const std::int64_t n : {6, 60}) {
        int alarms = 0;
        int found = 0;
        for (int s = 0; s < series; ++s) {
            nps::random_stream stream(static_cast<std::uint64_t>(n), static_cast<std::uint32_t>(s),
                                      nps::random_purpose::simulation);
            std::vector<nps::category_counts> periods;
            for (int t = 0; t < 48; ++t) {
                periods.push_back(draw(
                    stream,
                    1 + static_cast<std::int64_t>(stream.below(2 * static_cast<std::uint64_t>(n))),
                    200, 500));
            }
            alarms += any_alarm(periods, limit) ? 1 : 0;
            if (n == 60) {
                for (int t = 0; t < 20; ++t) {
                    periods.push_back(draw(stream, n, 300, 400)); // 20 points lower
                }
                const watched w = watch_series(periods, limit);
                found += w.state == watch_state::fall && w.since >= 40 && w.since <= 54 ? 1 : 0;
            }
        }
        CAPTURE(n);
        MESSAGE("false alarms in ", series, ": ", alarms, ", found: ", found);
        CHECK(alarms <= 0.11 * series + 4 * 5.4); // four standard deviations of the count
        CHECK(alarms >= 1);
        CHECK((n != 60 || found >= 0.9 * series));
    }
}
