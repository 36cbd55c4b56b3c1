// SPDX-License-Identifier: Apache-2.0
// The digits that docs/least_squares.md says are reached, printed and held.
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>

#include "support/linear_data.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace {

struct digits {
    double estimates = 17;
    double errors = 17;
};

std::string shown(double digits) {
    char text[16] = "exact fit";
    if (digits < 17) {
        static_cast<void>(std::snprintf(text, sizeof text, "%.1f", digits));
    }
    return text;
}

// The log relative error: -log10 |actual - expected| / |expected|, of the worst coefficient.
digits digits_of(const nps::linear_fit& fit, const std::vector<nps_test::reference_row>& expected) {
    const auto reached = [](double actual, double exact) {
        const double wrong = std::abs(actual - exact) / std::abs(exact);
        return wrong > 0 ? -std::log10(wrong) : 17.0;
    };
    REQUIRE(fit.coefficients.size() == expected.size());
    digits result;
    for (std::size_t j = 0; j < expected.size(); ++j) {
        const nps::coefficient& c = fit.coefficients[j];
        result.estimates =
            (std::min)(result.estimates, reached(c.estimate, expected[j].number("estimate")));
        if (expected[j].number("error") > 0) {
            result.errors =
                (std::min)(result.errors, reached(c.standard_error, expected[j].number("error")));
        }
    }
    return result;
}

// What has to be reached; 0: nothing is asked, as of errors of an exact fit.
struct asked {
    std::string data;
    digits rows;
    digits products;
};

} // namespace

TEST_CASE("NIST's certified regressions: digits reached from rows and from cross-products") {
    const std::vector<asked> table{
        {"norris", {13, 14.5}, {11.8, 10}},   {"longley", {13.9, 14.3}, {11.6, 13}},
        {"wampler1", {9.2, 0}, {6, 0}},       {"wampler2", {12.5, 0}, {9.5, 0}},
        {"wampler3", {9.3, 13.2}, {6, 10}},   {"wampler4", {7.8, 13.2}, {6, 10}},
        {"wampler5", {5.9, 13.2}, {5.9, 10}}, {"filip", {7.5, 7.2}, {0, 0}}};
    const auto sets = nps_test::linear_data_of("nist_strd_data.csv");
    std::printf("%-10s %-9s %-16s %-14s %-16s %s\n", "data", "inflation", "rows: estimates",
                "rows: errors", "products: est.", "products: errors");
    for (const asked& one : table) {
        CAPTURE(one.data);
        std::vector<nps_test::reference_row> expected;
        for (const auto& row : nps_test::reference_table("nist_strd.csv")) {
            if (row.text("data") == one.data) {
                expected.push_back(row);
            }
        }
        const nps_test::linear_data& data = sets.at(one.data);
        const nps::linear_fit rows =
            nps::least_squares(data.items, data.outcome, {.tolerance = 1e-24});
        const digits of_rows = digits_of(rows, expected);
        CHECK(of_rows.estimates >= one.rows.estimates);
        CHECK(of_rows.errors >= one.rows.errors);
        const nps::linear_fit products =
            nps::least_squares(nps::cross_products(data.items, data.outcome));
        const double inflation = *std::ranges::max_element(rows.variance_inflation);
        std::printf("%-10s %-9.1e %-16s %-14s ", one.data.c_str(), inflation,
                    shown(of_rows.estimates).c_str(), shown(of_rows.errors).c_str());
        if (one.data == "filip") {
            CHECK(products.excluded.size() == 4);
            std::printf("names %zu of 10 powers as collinear\n", products.excluded.size());
            continue;
        }
        const digits of_products = digits_of(products, expected);
        CHECK(of_products.estimates >= one.products.estimates);
        CHECK(of_products.errors >= one.products.errors);
        std::printf("%-16s %s\n", shown(of_products.estimates).c_str(),
                    shown(of_products.errors).c_str());
    }
}
