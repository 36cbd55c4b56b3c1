// SPDX-License-Identifier: Apache-2.0
#include <nps/model/model_dominance.hpp>

#include "model/subset_survey.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

using nps::dominance_relation;
using nps::pseudo_r_squared;
using nps_test::close;
using nps_test::the_survey;

namespace {

constexpr nps_test::tolerance of_shares{.absolute = 1e-12, .reason = "of values on [0, 1]"};

void check_model(const nps::model_dominance& d, const std::string& name,
                 const std::string& measure) {
    CAPTURE(name);
    CAPTURE(measure);
    CHECK(d.method == measure);
    CHECK(d.n == 150);
    const std::vector<double> table = nps_test::subset_reference(name, measure);
    for (std::size_t set = 0; set < 32; ++set) {
        CHECK(close(d.values[set], table[set], of_shares));
    }
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "general")) {
        CHECK(close(d.general[static_cast<std::size_t>(cell.first)], value, of_shares));
    }
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "conditional")) {
        CHECK(close(d.conditional(cell.first, cell.second), value, of_shares));
    }
    for (const auto& [cell, value] : nps_test::domir_reference(name, measure, "complete")) {
        CHECK(d.more(cell.first, cell.second) == value);
    }
}

} // namespace

TEST_CASE("dominance in logistic and ordinal models: R glm, ordinal and domir") {
    const auto& s = the_survey();
    check_model(nps::logistic_dominance(s.items, s.promoter, {.names = s.names}), "logistic",
                "mcfadden");
    check_model(nps::logistic_dominance(s.items, s.promoter,
                                        {.measure = pseudo_r_squared::tjur, .threads = 2}),
                "logistic", "tjur");
    check_model(nps::ordinal_dominance(s.items, s.answer), "ordinal11", "mcfadden");
    check_model(
        nps::ordinal_dominance(s.items, s.class3, {.measure = pseudo_r_squared::nagelkerke}),
        "ordinal3", "nagelkerke");
}

TEST_CASE("equal, constant and separating items") {
    const auto& s = the_survey();
    Eigen::MatrixXd items(150, 4);
    items << s.items.col(0), s.items.col(0), Eigen::VectorXd::Ones(150), s.promoter;
    const nps::model_dominance d = nps::logistic_dominance(items, s.promoter);
    CHECK(d.complete[0][1] == dominance_relation::equal);
    CHECK(d.excluded == std::vector<nps::excluded_item>{{"item 3", nps::exclusion::constant}});
    CHECK(d.separated == 8);
    CHECK(d.iteration_limit == 0);
    CHECK(d.complete[3][0] == dominance_relation::dominates);
    CHECK(close(d.r_squared, 1, of_shares));
    CHECK(d.classes == std::vector<double>{0, 1});
}

TEST_CASE("groups, controls and errors") {
    const auto& s = the_survey();
    const std::vector<double> table = nps_test::subset_reference("logistic", "mcfadden");
    const nps::model_dominance d = nps::logistic_dominance(
        s.items, s.promoter,
        {.names = s.names, .groups = {{"comfort", {"e", "a"}}}, .controls = {"b"}});
    CHECK(d.names == std::vector<std::string>{"comfort", "d", "f"});
    CHECK(close(d.controls_r_squared, table[2], of_shares));
    CHECK(close(d.values[1], table[2 + 9], of_shares));
    CHECK(close(d.values[6], table[2 + 4 + 16], of_shares));
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_dominance(s.items, s.answer)),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_dominance(s.items, s.promoter, {.tie = 1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_dominance(
                        Eigen::MatrixXd(s.items.replicate(1, 4)), s.promoter)),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::ordinal_dominance(s.items, s.class3,
                                                             {.measure = pseudo_r_squared::tjur})),
                    nps::invalid_input);
}
