// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/group_sequential.hpp>
#include <nps/numeric/distributions.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::bounds;
using nps::group_boundary;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::vector<double> numbers(const std::string& text) {
    std::istringstream in(text);
    std::vector<double> result;
    for (double x = 0; in >> x;) {
        result.push_back(x);
    }
    return result;
}

std::vector<double> equal_looks(int looks) {
    std::vector<double> t;
    for (int k = 1; k <= looks; ++k) {
        t.push_back(static_cast<double>(k) / looks);
    }
    return t;
}

group_boundary boundary_of(const std::string& name) {
    for (const auto boundary : {group_boundary::obrien_fleming, group_boundary::pocock,
                                group_boundary::spending_obrien_fleming,
                                group_boundary::spending_pocock, group_boundary::spending_power}) {
        if (nps::detail::method_name(boundary) == name) {
            return boundary;
        }
    }
    FAIL("no boundary ", name);
    return group_boundary::pocock;
}

} // namespace

TEST_CASE("Crossing probabilities equal nested quadrature") {
    for (const auto& row : nps_test::reference_table("group_crossing.csv")) {
        INFO(row.text("information"), " ", row.text("sides"), " ", row.text("drift"));
        const auto result = nps::group_sequential_power(
            {.information = numbers(row.text("information")),
             .critical_value = numbers(row.text("critical")),
             .sides = row.integer("sides") == 2 ? bounds::two_sided : bounds::lower},
            row.number("drift"));
        CHECK(nps_test::close(result.power, row.number("crossing")));
    }
}

TEST_CASE("Designs equal rpact's to its digits") {
    for (const auto& row : nps_test::reference_table("group_sequential.csv")) {
        INFO(row.text("boundary"), " ", row.text("information"), " ", row.text("sides"), " ",
             row.text("alpha"));
        const bool two_sided = row.integer("sides") == 2;
        const auto design =
            nps::group_sequential_design(numbers(row.text("information")),
                                         {.boundary = boundary_of(row.text("boundary")),
                                          .alpha = row.number("alpha"),
                                          .sides = two_sided ? bounds::two_sided : bounds::lower,
                                          .power = row.number("power")});
        const auto critical = numbers(row.text("critical"));
        const auto spent = numbers(row.text("spent"));
        REQUIRE(critical.size() == design.critical_value.size());
        for (std::size_t k = 0; k < critical.size(); ++k) {
            // Its roots are of tail areas. At 10 looks of spending_obrien_fleming it has 4.877024
            // where mpmath has 4.876885: so far out the areas tell, not the values.
            CHECK(nps_test::close(
                nps::normal_upper_tail(design.critical_value[k]),
                nps::normal_upper_tail(critical[k]),
                {.relative = 1e-4, .absolute = 1e-9, .reason = "Simpson's rule, root to 1e-8"}));
            CHECK(nps_test::close(
                design.spent[k], spent[k],
                {.relative = 1e-4, .absolute = 3e-8, .reason = "follows from the boundary"}));
        }
        CHECK(nps_test::close(design.spent.back(), row.number("alpha"),
                              {.relative = 1e-11, .reason = "root of a sum"}));
        const auto power = nps::group_sequential_power(design, row.number("drift"));
        CHECK(nps_test::close(power.power, row.number("crossing"),
                              {.relative = 1e-4, .reason = "Simpson's rule"}));
    }
}

TEST_CASE("A boundary far out has the digits of its tail") {
    // mpmath, the tail of what is spent until look 2 less look 1, 5.3887e-7 (two-sided); having
    // crossed at look 1 has a chance of 1.4e-12.
    const auto design = nps::group_sequential_design(
        equal_looks(10), {.boundary = group_boundary::spending_obrien_fleming, .alpha = 0.05});
    CHECK(nps_test::close(design.critical_value[1], 4.876885,
                          {.relative = 2e-7, .reason = "six digits"}));
}

TEST_CASE("Published constants of Jennison and Turnbull") {
    // Tables 2.1 and 2.3: two-sided, alpha 0.05, then 0.01 for Pocock.
    const auto constant = [](group_boundary boundary, int looks, double alpha) {
        return nps::group_sequential_design(equal_looks(looks),
                                            {.boundary = boundary, .alpha = alpha})
            .critical_value.back();
    };
    constexpr auto pocock = group_boundary::pocock;
    constexpr auto obrien_fleming = group_boundary::obrien_fleming;
    const auto shown = [](double value, double table) { return std::abs(value - table) < 5.01e-4; };
    CHECK(shown(constant(pocock, 1, 0.05), 1.960));
    CHECK(shown(constant(pocock, 2, 0.05), 2.178));
    CHECK(shown(constant(pocock, 3, 0.05), 2.289));
    CHECK(shown(constant(pocock, 5, 0.05), 2.413));
    CHECK(shown(constant(pocock, 10, 0.05), 2.555));
    CHECK(shown(constant(pocock, 5, 0.01), 2.986));
    CHECK(shown(constant(obrien_fleming, 2, 0.05), 1.977));
    CHECK(shown(constant(obrien_fleming, 5, 0.05), 2.040));
    CHECK(shown(constant(obrien_fleming, 10, 0.05), 2.087));
    // Tables 2.2 and 2.4: what 5 looks cost at power 0.8.
    const auto inflation = [](group_boundary boundary) {
        const auto design =
            nps::group_sequential_design(equal_looks(5), {.boundary = boundary, .alpha = 0.05});
        const auto one = nps::group_sequential_design(std::array{1.0}, {.boundary = boundary});
        const double drift = nps::group_sequential_drift(design, 0.8);
        double found = 0;
        for (const double look : nps::group_sequential_power(design, drift).above) {
            found += look;
        }
        CHECK(nps_test::close(found, 0.8, {.relative = 1e-11, .reason = "root"}));
        const double ratio = drift / nps::group_sequential_drift(one, 0.8);
        return ratio * ratio;
    };
    CHECK(shown(inflation(pocock), 1.229));
    CHECK(shown(inflation(obrien_fleming), 1.028));
}

TEST_CASE("Symmetry, single looks, late looks") {
    const auto design = nps::group_sequential_design(std::array{0.2, 0.7, 1.0});
    const auto up = nps::group_sequential_power(design, 2);
    const auto down = nps::group_sequential_power(design, -2);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(nps_test::close(up.above[k], down.below[k]));
        CHECK(nps_test::close(up.below[k], down.above[k]));
    }
    CHECK(up.expected_information < 1);
    CHECK(nps_test::close(nps::group_sequential_power(design, 0).power, 0.05,
                          {.relative = 1e-11, .reason = "root"}));
    // Earlier boundaries do not depend on later looks.
    const auto longer = nps::group_sequential_design(std::array{0.2, 0.7, 0.8, 0.9, 1.0});
    CHECK(longer.critical_value[1] == design.critical_value[1]);
    CHECK(longer.spent[1] == design.spent[1]);
    for (const auto boundary : {group_boundary::obrien_fleming, group_boundary::pocock,
                                group_boundary::spending_obrien_fleming,
                                group_boundary::spending_pocock, group_boundary::spending_power}) {
        const auto one = nps::group_sequential_design(std::array{1.0}, {.boundary = boundary});
        CHECK(nps_test::close(one.critical_value[0], 1.9599639845400545));
        CHECK(nps_test::close(one.nominal_p[0], 0.05));
    }
    // Very early, close together, and nothing to spend.
    const auto early =
        nps::group_sequential_design(std::array{1e-4, 2e-4, 0.5, 0.5002, 1.0},
                                     {.boundary = group_boundary::spending_power, .power = 20});
    for (const double z : early.critical_value) {
        CHECK(std::isfinite(z));
    }
    CHECK(nps_test::close(nps::group_sequential_power(early, 0).power, 0.05,
                          {.relative = 1e-10, .reason = "steps of 1e-4"}));
}

TEST_CASE("Bad designs are named") {
    CHECK_THROWS_WITH_AS((void)nps::group_sequential_design(std::array{0.5, 0.5}),
                         "nps::group_sequential_design: information[1] = 0.5, must be at most 1 "
                         "and at least 1e-4 above the one before",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_design({}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_design(std::array{not_a_number}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_design(std::array{2.0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_design(std::array{1.0}, {.alpha = 0}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_design(std::array{1.0}, {.power = not_a_number}),
                    nps::invalid_input);
    const auto design = nps::group_sequential_design(std::array{1.0});
    CHECK_THROWS_AS((void)nps::group_sequential_power(design, not_a_number), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_power({}, 1), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::group_sequential_drift(design, 0.01), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::group_sequential_drift(nps::group_sequential_design(std::array{0.01}), 0.9),
        "nps::group_sequential_drift: power = 0.9, must be within reach of a drift of 20 at the "
        "information of the design",
        nps::invalid_input);
}
