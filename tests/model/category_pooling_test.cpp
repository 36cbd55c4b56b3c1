// SPDX-License-Identifier: Apache-2.0
#include <nps/model/category_pooling.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::pool_categories;
using nps_test::close;

TEST_CASE("the most likely Dirichlet distribution, by mpmath") {
    for (const auto& row : nps_test::reference_table("category_pooling.csv")) {
        CAPTURE(row.text("counts"));
        const auto units = nps_test::surveys_of(row.text("counts"));
        const auto made = pool_categories(units);
        // The slope that is searched for a root has rounding of its own, where units hardly differ.
        const nps_test::tolerance searched{.relative = 1e-9, .reason = "root of a slope"};
        CHECK(close(made.detractors, row.number("detractors"), searched));
        CHECK(close(made.passives, row.number("passives"), searched));
        CHECK(close(made.promoters, row.number("promoters"), searched));
        CHECK(made.concentration.has_value() == !row.text("concentration").empty());
        if (made.concentration) {
            CHECK(close(*made.concentration, row.number("concentration"), searched));
            CHECK(close(made.intraclass_correlation, 1 / (1 + row.number("concentration")),
                        searched));
        } else {
            CHECK(made.intraclass_correlation == 0);
        }
        CHECK(close(made.log_likelihood, row.number("log_likelihood")));
        CHECK(close(made.log_likelihood_no_difference, row.number("log_likelihood_no_difference")));
        std::istringstream scores(row.text("scores"));
        std::istringstream errors(row.text("standard_errors"));
        for (const auto& unit : made.units) {
            std::string score;
            std::string error;
            scores >> score;
            errors >> error;
            CHECK(close(unit.score, std::stod(score), searched));
            CHECK(close(unit.standard_error, std::stod(error), searched));
        }
    }
}

TEST_CASE("rising products without cancellation") {
    // mpmath, 60 digits: loggamma(a + x) - loggamma(a) - x log a, and x - a (psi(a + x) - psi(a)).
    for (const auto& row : nps_test::reference_table("rising_product.csv")) {
        const double a = row.number("a");
        const double x = row.number("x");
        CAPTURE(a);
        CAPTURE(x);
        // Relative, but for what the x^2 / (2 a) of the first term rounds.
        CHECK(close(nps::detail::log_rising(a, x) / row.number("log"), 1,
                    {.relative = 4e-12, .reason = "a difference of two series"}));
        const auto sums = nps::detail::rising_sums_of(a, x);
        CHECK(close(sums.rest / row.number("rest"), 1,
                    {.relative = 4e-12, .reason = "a difference of two series"}));
        CHECK(close(sums.first / row.number("first"), 1));
        CHECK(close(sums.second / row.number("second"), 1));
    }
}

TEST_CASE("properties: swapped, permuted, units without answers, merging identical counts") {
    for (const auto& row : nps_test::reference_table("category_pooling.csv")) {
        const auto units = nps_test::surveys_of(row.text("counts"));
        const auto made = pool_categories(units);
        auto other = units;
        for (category_counts& unit : other) {
            std::swap(unit.promoters, unit.detractors);
        }
        std::reverse(other.begin(), other.end());
        other.emplace_back();
        const auto swapped = pool_categories(other);
        const nps_test::tolerance searched{
            .relative = 1e-9, .absolute = 1e-12, .reason = "root of a slope"};
        CHECK(close(swapped.intraclass_correlation, made.intraclass_correlation, searched));
        CHECK(close(swapped.promoters, made.detractors, searched));
        CHECK(close(swapped.units.back().score, made.detractors - made.promoters, searched));
        CHECK(swapped.units.back().own_weight == 0);
        for (std::size_t i = 0; i < units.size(); ++i) {
            const auto& unit = made.units[i];
            CHECK(close(swapped.units[units.size() - 1 - i].score, -unit.score, searched));
            CHECK(close(unit.detractors + unit.passives + unit.promoters, 1));
            CHECK(unit.own_weight >= 0);
            CHECK(unit.own_weight <= 1);
        }
        CHECK(made.log_likelihood >= made.log_likelihood_no_difference);
    }
}

TEST_CASE("what units can bring") {
    const std::int64_t many = 1'000'000'000'000;
    // One answer each says nothing of differences.
    const auto single =
        pool_categories(std::vector<category_counts>{{0, 0, 1}, {1, 0, 0}, {0, 0, 1}});
    CHECK(single.intraclass_correlation == 0);
    CHECK(close(single.units[1].score, 1.0 / 3));
    CHECK_FALSE(single.concentration.has_value());
    // All the same.
    const auto same = pool_categories(std::vector<category_counts>{{0, 0, 9}, {0, 0, many}, {}});
    CHECK(same.intraclass_correlation == 0);
    CHECK(same.units[2].score == 1);
    CHECK(same.units[2].standard_error == 0);
    // Each unanimous: nothing is pooled, and a new unit is one draw of a category.
    const auto split =
        pool_categories(std::vector<category_counts>{{0, 0, 9}, {many, 0, 0}, {0, 0, 1}, {}});
    CHECK(split.intraclass_correlation == 1);
    CHECK(*split.concentration == 0);
    CHECK(split.units[0].score == 1);
    CHECK(split.units[1].score == -1);
    CHECK(split.units[0].standard_error == 0);
    CHECK(close(split.units[3].score, 1.0 / 3));
    CHECK(close(split.units[3].standard_error, std::sqrt(8.0 / 9)));
    CHECK(close(split.log_likelihood, std::log(4.0 / 27)));
    // Large ones.
    const std::vector<std::vector<category_counts>> all{
        {{many, many, many}, {many, many, 2 * many}, {0, 0, 1}},
        {{many, many, many}, {many, many, many}},
        {{1, 0, many}, {0, 0, many}, {0, 1, many}, {5, 0, 3}},
        {{0, 0, many}, {0, 0, 1}, {many, 0, 1}}};
    for (const auto& units : all) {
        const auto made = pool_categories(units);
        CHECK(std::isfinite(made.log_likelihood));
        CHECK(made.intraclass_correlation >= 0);
        CHECK(made.intraclass_correlation < 1);
        for (const auto& unit : made.units) {
            CHECK(std::isfinite(unit.score));
            CHECK(std::isfinite(unit.standard_error));
        }
    }
}

TEST_CASE("errors") {
    CHECK_THROWS_WITH_AS(static_cast<void>(pool_categories({})),
                         "nps::pool_categories: no valid answers", nps::undefined_result);
    const std::vector<category_counts> bad{{1, 2, 3}, {1, 2, -3}};
    CHECK_THROWS_WITH_AS(static_cast<void>(pool_categories(bad)),
                         "nps::pool_categories: unit 1: promoters = -3, must be in [0, 2^53]",
                         nps::invalid_input);
}

} // namespace
