// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/share_trend_test.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::share_counts;
using nps_test::close;
using nps_test::close_tail;
using groups = std::vector<share_counts>;

alternative side_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

std::vector<double> numbers_of(const std::string& cell) {
    std::vector<double> numbers;
    std::istringstream in(cell);
    for (double number = 0; in >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

bool same(double actual, double expected) {
    return expected == 0 ? close(actual, 0) : close(actual / expected, 1);
}

// The example of R's prop.trend.test: smokers among patients with lung cancer.
const groups smokers{{83, 86}, {90, 93}, {129, 136}, {70, 82}};

} // namespace

TEST_CASE("share_trend_test equals mpmath, to 10^12 answers, on all sides") {
    for (const auto& row : nps_test::reference_table("share_trend.csv")) {
        INFO(row.text("successes"), " of ", row.text("trials"), " ", row.text("alternative"));
        const auto successes = nps_test::counts_of(row.text("successes")).at(0);
        const auto trials = nps_test::counts_of(row.text("trials")).at(0);
        groups all;
        for (std::size_t i = 0; i < trials.size(); ++i) {
            all.push_back({successes[i], trials[i]});
        }
        const auto r = nps::share_trend_test(all, {.positions = numbers_of(row.text("positions")),
                                                   .alternative = side_of(row.text("alternative")),
                                                   .level = row.number("level")});
        CHECK(same(r.estimate, row.number("estimate")));
        CHECK(same(r.standard_error, row.number("standard_error")));
        CHECK(same(r.statistic, row.number("statistic")));
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(same(r.interval.lower, row.number("lower")));
        CHECK(same(r.interval.upper, row.number("upper")));
        CHECK(r.method == "cochran_armitage");
        CHECK(r.interval.method == "wald");
    }
}

TEST_CASE("share_trend_test: R's prop.trend.test") {
    // R 4.2.2, with the scores 1:4, c(0, 0, 0, 1), c(-3, 2.5, 1, 10).
    const auto plain = nps::share_trend_test(smokers);
    CHECK(close(plain.statistic * plain.statistic, 8.2249222851977102));
    CHECK(close(plain.p_value, 0.004131897477641487));
    CHECK(plain.estimate < 0);
    CHECK(plain.n == 397);
    const auto last = nps::share_trend_test(smokers, {.positions = {0, 0, 0, 1}});
    CHECK(close(last.statistic * last.statistic, 12.173146220740252));
    CHECK(close(last.p_value, 0.00048482459344167451));
    const auto other = nps::share_trend_test(smokers, {.positions = {-3, 2.5, 1, 10}});
    CHECK(close(other.statistic * other.statistic, 10.100610049150712));
    CHECK(close(other.p_value, 0.001482202500023145));
}

TEST_CASE("share_trend_test: turned around, and failures counted") {
    groups turned;
    for (const share_counts& s : smokers) {
        turned.insert(turned.begin(), {s.trials - s.successes, s.trials});
    }
    const auto first = nps::share_trend_test(smokers, {.positions = {1, 2, 4, 8}});
    const auto other = nps::share_trend_test(turned, {.positions = {8, 4, 2, 1}});
    CHECK(close(other.estimate, -first.estimate));
    CHECK(close(other.p_value, first.p_value));
    CHECK(close(other.interval.lower, -first.interval.upper));
}

TEST_CASE("share_trend_test: all or none, equal shares, 2^53 answers") {
    for (const groups& all : {groups{{0, 5}, {0, 8}}, groups{{5, 5}, {8, 8}}}) {
        const auto r = nps::share_trend_test(all);
        CHECK(r.estimate == 0);
        CHECK(r.standard_error == 0);
        CHECK(r.p_value == 1);
        CHECK(r.interval.lower == 0);
        CHECK(r.interval.upper == 0);
    }
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto same_share =
        nps::share_trend_test(groups{{most / 16, most / 4}, {most / 8, most / 2}, {1, 4}});
    CHECK(same_share.estimate == 0);
    CHECK(same_share.p_value == 1);
    const auto apart = nps::share_trend_test(groups{{0, most / 4}, {most / 4, most / 4}});
    CHECK(apart.estimate == 1);
    CHECK(apart.p_value == 0);
    CHECK(std::isfinite(apart.statistic));
}

TEST_CASE("share_trend_test refuses what is no set of shares") {
    CHECK_THROWS_WITH_AS((void)nps::share_trend_test(groups{{1, 2}}),
                         "nps::share_trend_test: number of groups = 1, must be at least 2",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::share_trend_test(groups{{1, 2}, {0, 0}}),
                         "nps::share_trend_test: group 1: no valid answers", nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::share_trend_test(groups{{3, 2}, {1, 2}}),
                         "nps::share_trend_test: group 0: successes = 3, must be in [0, trials]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_trend_test(smokers, {.positions = {1, 2}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_trend_test(smokers, {.level = 1}), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::share_trend_test(smokers, {.alternative = static_cast<alternative>(7)}),
        nps::invalid_input);
}
