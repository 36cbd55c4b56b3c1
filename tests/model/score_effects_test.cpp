// SPDX-License-Identifier: Apache-2.0
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/score_effects.hpp>

#include "support/category_data.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

using nps_test::category_data;
using nps_test::category_data_of;
using nps_test::category_reference;
using nps_test::close;

namespace {

constexpr nps_test::tolerance of_fit{
    .relative = 2e-11, .absolute = 1e-13, .reason = "the fit is to 1e-11"};

const std::map<std::string, nps::scale> scales{
    {"housing", {.lowest = 1, .highest = 3, .last_detractor = 1, .first_promoter = 3}},
    {"wine", {.lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5}},
    {"ratings", nps::zero_to_ten},
    {"categories", nps::three_categories},
    {"extreme", nps::three_categories}};

template <class Fit>
void check_effects(const Fit& fit, const category_data& d, const std::string& name,
                   const std::string& model) {
    CAPTURE(name);
    CAPTURE(model);
    const auto expected = [&](const std::string& quantity) {
        return category_reference("ordinal_models.csv", name, model, quantity);
    };
    const nps::score_effects found = nps::average_marginal_effects(
        fit, d.items, {.frequency_weights = d.frequency, .sampling_weights = d.sampling});
    CHECK(close(found.mean_score, expected("mean_score")[0], of_fit));
    CHECK(found.n == fit.n);
    for (std::size_t j = 0; j < found.derivatives.size(); ++j) {
        CAPTURE(j);
        const nps::coefficient& slope = found.derivatives[j];
        const nps::coefficient& change = found.changes[j];
        CHECK(slope.name == fit.names[j]);
        CHECK(close(slope.estimate, expected("derivative")[j], of_fit));
        CHECK(close(slope.standard_error, expected("derivative_error")[j], of_fit));
        CHECK(close(change.estimate, expected("one_point")[j], of_fit));
        CHECK(close(change.standard_error, expected("one_point_error")[j], of_fit));
        CHECK(close(change.interval.upper - change.interval.lower,
                    2 * 1.959963984540054 * expected("one_point_error")[j], of_fit));
    }
}

} // namespace

TEST_CASE("average marginal effects on the score: mpmath, by numerical differentiation") {
    for (const std::string name : {"housing", "wine", "ratings", "categories", "extreme"}) {
        const category_data d = category_data_of(name);
        check_effects(nps::proportional_odds(d.items, d.answers,
                                             {.frequency_weights = d.frequency,
                                              .sampling_weights = d.sampling,
                                              .scale = scales.at(name)}),
                      d, name, "ordinal");
        if (name == "housing" || name == "categories" || name == "extreme") {
            check_effects(nps::multinomial_regression(d.items, d.answers,
                                                      {.frequency_weights = d.frequency,
                                                       .sampling_weights = d.sampling,
                                                       .scale = scales.at(name)}),
                          d, name, "multinomial");
        }
    }
}

TEST_CASE("average marginal effects: missing rows, excluded items, no scale") {
    category_data d = category_data_of("categories");
    Eigen::MatrixXd items(d.items.rows(), 6);
    items << d.items.leftCols(2), Eigen::MatrixXd::Constant(d.items.rows(), 1, 3.0),
        d.items.rightCols(2), d.items.col(0);
    const nps::ordinal_fit plain = nps::proportional_odds(d.items, d.answers);
    const nps::ordinal_fit fit = nps::proportional_odds(items, d.answers);
    const nps::score_effects expected = nps::average_marginal_effects(plain, d.items);
    const nps::score_effects found = nps::average_marginal_effects(fit, items);
    REQUIRE(found.derivatives.size() == 4);
    CHECK(found.derivatives[2].name == "item 4");
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(close(found.derivatives[j].estimate, expected.derivatives[j].estimate,
                    {.relative = 1e-11, .reason = "two fits"}));
    }
    items(0, 1) = std::numeric_limits<double>::quiet_NaN();
    const nps::score_effects less = nps::average_marginal_effects(fit, items);
    CHECK(less.dropped == 1);
    CHECK(less.n == items.rows() - 1);

    const category_data wine = category_data_of("wine");
    const nps::ordinal_fit of_wine = nps::proportional_odds(wine.items, wine.answers);
    CHECK_THROWS_AS((void)nps::average_marginal_effects(of_wine, wine.items),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::average_marginal_effects(plain, items), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::average_marginal_effects(plain, Eigen::MatrixXd(0, 4)),
                    nps::undefined_result);
}
