// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/false_discovery.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::online_false_discovery;
using nps::online_method;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

} // namespace

TEST_CASE("False discovery control equals R's onlineFDR and p.adjust") {
    std::map<std::string, std::vector<nps_test::reference_row>> families;
    for (const auto& row : nps_test::reference_table("false_discovery.csv")) {
        families[row.text("family")].push_back(row);
    }
    CHECK(families.size() == 4);
    int rejections = 0;
    for (const auto& [family, rows] : families) {
        online_false_discovery e_lond;
        online_false_discovery lond({.method = online_method::lond});
        online_false_discovery lord({.method = online_method::lord});
        online_false_discovery saffron({.method = online_method::saffron});
        std::vector<double> log_e;
        for (const auto& row : rows) {
            INFO(family, " ", row.integer("position"));
            const double p = row.number("p");
            log_e.push_back(-std::log(p));
            // An e-value e is the p value 1 / e, to e_lond as well.
            const std::array decisions{e_lond.test_log_e(-std::log(p)), lond.test_p_value(p),
                                       lord.test_p_value(p), saffron.test_p_value(p)};
            const std::array<std::string, 4> names{"lond", "lond", "lord", "saffron"};
            for (std::size_t i = 0; i < 4; ++i) {
                CHECK(nps_test::close(decisions[i].level, row.number(names[i] + "_level")));
                CHECK(decisions[i].rejected == (row.integer(names[i]) == 1));
                CHECK(decisions[i].tests == row.integer("position") + 1);
                rejections += decisions[i].rejected ? 1 : 0;
            }
        }
        const auto day = nps::e_bh(log_e);
        std::size_t rejected = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            CHECK(nps_test::close(day.adjusted[i], rows[i].number("bh")));
            if (rows[i].number("bh") <= 0.05) {
                REQUIRE(rejected < day.rejected.size());
                CHECK(day.rejected[rejected++] == i);
            }
        }
        CHECK(rejected == day.rejected.size());
    }
    CHECK(rejections > 50);
}

TEST_CASE("e_bh rejects k where the k-th largest is m / (k rate)") {
    // By hand: m = 4, rate 0.1; 40 / 1, 40 / 2, 40 / 3, 40 / 4.
    const std::vector<double> e{15, 2, 0.1, 25};
    std::vector<double> log_e;
    for (const double one : e) {
        log_e.push_back(std::log(one));
    }
    CHECK(nps::e_bh(log_e, {.rate = 0.1}).rejected.empty());
    log_e[0] = std::log(20.001);
    CHECK(nps::e_bh(log_e, {.rate = 0.1}).rejected == std::vector<std::size_t>{0, 3});
    CHECK(nps::e_bh({}).rejected.empty());
    CHECK(nps::e_bh(std::array{1000.0, 900.0}).rejected.size() == 2);
    CHECK(nps::e_bh(std::array{-1000.0}).adjusted[0] == 1);
}

TEST_CASE("The shares of levels sum to at most 1") {
    constexpr std::int64_t last = 100'000;
    // What is left of a falling share lies below its integral: with u = sqrt(log t), that of
    // log t / (t exp(sqrt(log t))) is 2 u^3 exp(-u).
    const double u = std::sqrt(std::log(static_cast<double>(last)));
    const double rest = 0.07720838 * 2 * std::exp(-u) * (u * u * u + 3 * u * u + 6 * u + 6);
    const double rest_saffron = 0.4374901658 / 0.6 * std::pow(static_cast<double>(last), -0.6);
    for (const auto method : {online_method::e_lond, online_method::saffron}) {
        double sum = method == online_method::saffron ? rest_saffron : rest;
        for (std::int64_t t = 1; t <= last; ++t) {
            sum += nps::detail::online_share(method, t);
        }
        CHECK(sum < 1 + 1e-6);
        CHECK(sum > (method == online_method::saffron ? 1 - 1e-4 : 0.97));
    }
}

TEST_CASE("An online procedure carries its state with it") {
    online_false_discovery first({.method = online_method::saffron});
    for (const double p : {1e-6, 0.3, 0.7, 1e-5}) {
        static_cast<void>(first.test_p_value(p));
    }
    online_false_discovery copy = first;
    CHECK(copy.tests() == 4);
    CHECK(copy.rejections() == 2);
    CHECK(copy.test_p_value(0.01).level == first.test_p_value(0.01).level);
}

TEST_CASE("Bad arguments of false discovery control are named") {
    CHECK_THROWS_WITH_AS((void)nps::e_bh(std::array{0.0, not_a_number}),
                         "nps::e_bh: log_e[1] = nan, must be finite", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::e_bh({}, {.rate = 1}), nps::invalid_input);
    CHECK_THROWS_AS(online_false_discovery({.rate = 0}), nps::invalid_input);
    CHECK_THROWS_AS(online_false_discovery({.initial_wealth = 1}), nps::invalid_input);
    CHECK_THROWS_AS(online_false_discovery({.candidate = not_a_number}), nps::invalid_input);
    CHECK_THROWS_AS(online_false_discovery({.method = static_cast<online_method>(9)}),
                    nps::invalid_input);
    online_false_discovery e_lond;
    CHECK_THROWS_WITH_AS(e_lond.test_p_value(0.1),
                         "nps::online_false_discovery::test_p_value: method = 0, must be lond, "
                         "lord or saffron: e_lond takes e-values",
                         nps::invalid_input);
    CHECK_THROWS_AS(e_lond.test_log_e(not_a_number), nps::invalid_input);
    CHECK(e_lond.tests() == 0);
    online_false_discovery lord({.method = online_method::lord});
    CHECK_THROWS_AS(lord.test_log_e(3), nps::invalid_input);
    CHECK_THROWS_AS(lord.test_p_value(1.5), nps::invalid_input);
}
