// SPDX-License-Identifier: Apache-2.0
#include <nps/model/dominance.hpp>

#include "model/subset_survey.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using nps::dominance_level;
using nps::dominance_relation;
using nps_test::close;
using nps_test::the_survey;

namespace {

void check_dominance(const nps::dominance& d, const std::string& name, const std::string& measure) {
    CAPTURE(name);
    CAPTURE(measure);
    const nps_test::tolerance same{.absolute = 1e-12, .reason = "of values on [0, 1]"};
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "general")) {
        CHECK(close(d.general[static_cast<std::size_t>(cell.first)], value, same));
    }
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "conditional")) {
        CHECK(close(d.conditional(cell.first, cell.second), value, same));
    }
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "complete")) {
        CHECK(d.more(cell.first, cell.second) == value);
        const auto i = static_cast<std::size_t>(cell.first);
        const auto j = static_cast<std::size_t>(cell.second);
        CHECK((d.complete[i][j] == dominance_relation::dominates) == (value == 1));
        CHECK((d.complete[i][j] == dominance_relation::dominated) == (value == 0));
    }
}

} // namespace

TEST_CASE("linear dominance: R lm and domir") {
    const auto& s = the_survey();
    const nps::cross_products xy(s.items, s.answer, {.names = s.names});
    const nps::dominance d = nps::dominance_analysis(xy);
    const std::vector<double> reference = nps_test::subset_reference("linear", "r_squared");
    for (std::size_t set = 0; set < 32; ++set) {
        CHECK(close(d.values[set], reference[set],
                    {.absolute = 1e-13, .reason = "of values on [0, 1]"}));
    }
    check_dominance(d, "linear", "r_squared");
    CHECK(d.names == s.names);
    CHECK(d.n == 150);
    CHECK(d.controls_r_squared == 0);
    CHECK(d.method == "r_squared");
    CHECK_FALSE(d.negative);
    double sum = 0;
    double shares = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        sum += d.general[i];
        shares += d.share[i];
    }
    CHECK(close(sum, d.r_squared));
    CHECK(close(shares, 1));
    CHECK(d.level(0, 1) == dominance_level::complete); // domir: a > b in each subset
    CHECK(d.level(1, 0) == dominance_level::none);
    CHECK(d.level(0, 0) == dominance_level::none);
}

TEST_CASE("any measure: the same table gives the same dominance") {
    const auto& s = the_survey();
    for (const char* measure : {"mcfadden", "nagelkerke", "tjur"}) {
        const std::vector<double> table = nps_test::subset_reference("logistic", measure);
        const auto look = [&](std::uint64_t set) { return table[static_cast<std::size_t>(set)]; };
        const nps::dominance d = nps::dominance_analysis(s.names, look);
        check_dominance(d, "logistic", measure);
        CHECK(d.values == table);
        CHECK(d.method == "measure");
        CHECK(nps::dominance_analysis(s.names, look, {.threads = 3}).more == d.more);
    }
}

TEST_CASE("levels of dominance, by a table made for it") {
    // Drivers 0, 1, 2. Alone: 4 3 1; with one other: 01 6, 02 5, 12 5; all 7.
    // 0 against 1: alone 4 > 3; with 2: 5 = 5: complete, by a tie. 0 against 2: 4 > 1; 6 > 5.
    const std::vector<double> table{0, 4, 3, 6, 1, 5, 5, 7};
    const auto look = [](const std::vector<double>& v) {
        return [&v](std::uint64_t set) { return v[static_cast<std::size_t>(set)]; };
    };
    const nps::dominance d = nps::dominance_analysis({"a", "b", "c"}, look(table));
    CHECK(d.level(0, 1) == dominance_level::complete);
    CHECK(d.level(0, 2) == dominance_level::complete);
    CHECK(d.more(0, 1) == 0.75);
    CHECK(d.more(1, 0) == 0.25);
    CHECK(close(d.conditional(0, 0), 4));
    CHECK(close(d.conditional(0, 1), (3.0 + 4.0) / 2));
    CHECK(close(d.conditional(0, 2), 2));
    CHECK(close(d.general[0], (4 + 3.5 + 2) / 3));

    // With four drivers 0 loses to 1 in one subset of size one, wins in the other by more:
    // conditional, not complete.
    const auto four = [](std::uint64_t set) {
        const double alone[] = {4, 3, 1, 1};
        double sum = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            sum += (set >> i & 1U) != 0 ? alone[i] : 0;
        }
        return sum - ((set & 5U) == 5U ? 1.25 : 0);
    };
    const nps::dominance c = nps::dominance_analysis({"a", "b", "c", "d"}, four);
    CHECK(c.complete[0][1] == dominance_relation::neither);
    CHECK(c.conditional_relation[0][1] == dominance_relation::neither);
    CHECK(c.level(0, 1) == dominance_level::general);
    CHECK(c.level(1, 0) == dominance_level::none);
    const auto five = [](std::uint64_t set) {
        const double alone[] = {4, 3, 1, 1};
        double sum = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            sum += (set >> i & 1U) != 0 ? alone[i] : 0;
        }
        return sum - ((set & 5U) == 5U && (set & 8U) == 0 ? 1.25 : 0);
    };
    const nps::dominance e = nps::dominance_analysis({"a", "b", "c", "d"}, five);
    CHECK(e.complete[0][1] == dominance_relation::neither);
    CHECK(e.conditional_relation[0][1] == dominance_relation::dominates);
    CHECK(e.level(0, 1) == dominance_level::conditional);
    CHECK(e.complete[2][3] == dominance_relation::dominated);
    CHECK(e.complete[3][2] == dominance_relation::dominates);

    // A driver that takes away: negative is said.
    const std::vector<double> falling{0, 0.5, 0.25, 0.4};
    const nps::dominance f = nps::dominance_analysis({"a", "b"}, look(falling));
    CHECK(f.negative);
    CHECK(close(f.general[1], (0.25 - 0.1) / 2));
}

TEST_CASE("groups and controls: subsets of the same table") {
    const auto& s = the_survey();
    const nps::cross_products xy(s.items, s.answer, {.names = s.names});
    const std::vector<double> r2 = nps_test::subset_reference("linear", "r_squared");
    // Drivers: a + e (bits 0 and 3), d (bit 2), f (bit 4); b (bit 1) always in.
    const nps::dominance d =
        nps::dominance_analysis(xy, {.groups = {{"comfort", {"e", "a"}}}, .controls = {"b"}});
    CHECK(d.names == std::vector<std::string>{"comfort", "d", "f"});
    const auto v = [&](bool ae, bool dd, bool f) {
        return r2[2U + (ae ? 9U : 0U) + (dd ? 4U : 0U) + (f ? 16U : 0U)];
    };
    const nps_test::tolerance same{.absolute = 1e-12, .reason = "of values on [0, 1]"};
    CHECK(close(d.controls_r_squared, r2[2], same));
    CHECK(close(d.general[0],
                (v(true, false, false) - v(false, false, false)) / 3 +
                    (v(true, true, false) - v(false, true, false)) / 6 +
                    (v(true, false, true) - v(false, false, true)) / 6 +
                    (v(true, true, true) - v(false, true, true)) / 3,
                same));
    CHECK(close(d.general[0] + d.general[1] + d.general[2], d.r_squared - d.controls_r_squared,
                same));
    CHECK(close(d.conditional(1, 0), v(false, true, false) - v(false, false, false), same));
}

TEST_CASE("constant, equal and collinear items") {
    const auto& s = the_survey();
    Eigen::MatrixXd items(150, 5);
    items << s.items.col(0), s.items.col(0), Eigen::VectorXd::Constant(150, 7), s.items.col(1),
        s.items.col(0) + s.items.col(1);
    const nps::cross_products xy(items, s.answer);
    const nps::dominance d = nps::dominance_analysis(xy);
    CHECK(d.excluded == std::vector<nps::excluded_item>{{"item 3", nps::exclusion::constant}});
    CHECK(close(d.general[2], 0));
    CHECK(d.complete[0][1] == dominance_relation::equal);
    CHECK(d.conditional_relation[0][1] == dominance_relation::equal);
    CHECK(d.more(0, 1) == 0.5);
    CHECK(d.level(0, 1) == dominance_level::none);
    CHECK(d.rank[0] == d.rank[1]);
    CHECK(d.rank[2] == 5);
    CHECK(close(d.general[0], d.general[1]));
    const std::vector<double> r2 = nps_test::subset_reference("linear", "r_squared");
    CHECK(close(d.r_squared, r2[3], {.absolute = 1e-12, .reason = "of values on [0, 1]"}));
    CHECK(close(d.values[1 + 8 + 16], r2[3], {.absolute = 1e-12, .reason = "of values on [0, 1]"}));
}

TEST_CASE("p = 20: as many drivers as a table takes") {
    // An additive measure: everybody adds the same everywhere.
    std::vector<std::string> names;
    for (int i = 0; i < 20; ++i) {
        names.push_back("driver " + std::to_string(i));
    }
    const nps::dominance d = nps::dominance_analysis(
        names, [](std::uint64_t set) { return static_cast<double>(set) / 1048576; });
    CHECK(close(d.general[19], 0.5));
    CHECK(close(d.conditional(0, 10), 1.0 / 1048576,
                {.relative = 1e-9, .reason = "differences of values up to 1"}));
    CHECK(d.level(19, 18) == dominance_level::complete);
    CHECK(d.rank[19] == 1);
}

TEST_CASE("nothing to explain, one driver, no driver") {
    Eigen::MatrixXd one(4, 1);
    one << 1, 2, 3, 5;
    const Eigen::Vector4d y(2, 1, 4, 7);
    const nps::dominance d = nps::dominance_analysis(nps::cross_products(one, y));
    CHECK(close(d.general[0], d.r_squared));
    CHECK(d.share[0] == 1);
    CHECK(d.rank[0] == 1);
    const nps::dominance none =
        nps::dominance_analysis(nps::cross_products(Eigen::MatrixXd(4, 0), y));
    CHECK(none.general.empty());
    CHECK(none.r_squared == 0);
    const Eigen::Vector4d uncorrelated(1, -1, 1, -1);
    Eigen::MatrixXd x(4, 1);
    x << 1, 1, -1, -1;
    const nps::dominance zero = nps::dominance_analysis(nps::cross_products(x, uncorrelated));
    CHECK(zero.general[0] == 0);
    CHECK(zero.share[0] == 0);
}

TEST_CASE("errors") {
    const auto& s = the_survey();
    const nps::cross_products xy(s.items, s.answer, {.names = s.names});
    const auto fails = [&](const nps::dominance_options& options) {
        CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(xy, options)),
                        nps::invalid_input);
    };
    fails({.groups = {{"g", {"a", "nobody"}}}});
    fails({.groups = {{"g", {"a", "b"}}, {"h", {"b", "d"}}}});
    fails({.groups = {{"g", {}}}});
    fails({.groups = {{"g", {"a", "b"}}}, .controls = {"a"}});
    fails({.controls = {"a", "a"}});
    fails({.tie = -1});
    fails({.tie = std::numeric_limits<double>::quiet_NaN()});
    CHECK_THROWS_WITH(static_cast<void>(nps::dominance_analysis(xy, {.controls = {"price"}})),
                      "nps::dominance_analysis: controls[0] = price, must be the name of an item");
    CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(nps::cross_products())),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(
                        nps::cross_products(s.items, Eigen::VectorXd::Ones(150)))),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(nps::cross_products(
                        Eigen::MatrixXd::Random(40, 21), Eigen::VectorXd::Random(40)))),
                    nps::invalid_input);
    const auto zero = [](std::uint64_t) { return 0.0; };
    CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(std::vector<std::string>{"a", "b"},
                                                              zero, {.controls = {"a"}})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::dominance_analysis(std::vector<std::string>(21, "x"), zero)),
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::dominance_analysis(xy).level(5, 0)), nps::invalid_input);
}
