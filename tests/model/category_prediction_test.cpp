// SPDX-License-Identifier: Apache-2.0
#include <nps/model/category_prediction.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>

#include "support/category_data.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
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
void check_prediction(const Fit& fit, const category_data& d, const std::string& name,
                      const std::string& model) {
    CAPTURE(name);
    CAPTURE(model);
    const auto values = category_reference("ordinal_models.csv", name, model, "prediction");
    const auto errors = category_reference("ordinal_models.csv", name, model, "prediction_error");
    Eigen::VectorXd at = d.items.row(0).transpose();
    at.array() += 0.5;
    const nps::category_prediction found = nps::predict(fit, at);
    REQUIRE(found.categories.size() + 2 == values.size());
    const double z = 1.959963984540054;
    double sum = 0;
    for (std::size_t k = 0; k < found.categories.size(); ++k) {
        const nps::category_probability& c = found.categories[k];
        CAPTURE(k);
        CHECK(c.category == fit.classes[k]);
        CHECK(close(c.value, values[k], of_fit));
        CHECK(close(c.standard_error, errors[k], of_fit));
        const double logit = std::log(values[k] / (1 - values[k]));
        const double margin = z * errors[k] / (values[k] * (1 - values[k]));
        CHECK(close(c.interval.lower, 1 / (1 + std::exp(-logit + margin)), of_fit));
        CHECK(close(c.interval.upper, 1 / (1 + std::exp(-logit - margin)), of_fit));
        sum += c.value;
    }
    CHECK(close(sum, 1));
    const std::size_t last = values.size() - 1;
    CHECK(close(found.mean.value, values[last - 1], of_fit));
    CHECK(close(found.mean.standard_error, errors[last - 1], of_fit));
    REQUIRE(found.score.has_value());
    CHECK(close(found.score->value, values[last], of_fit));
    CHECK(close(found.score->standard_error, errors[last], of_fit));
    CHECK(
        close(found.score->interval.upper, std::min(1.0, values[last] + z * errors[last]), of_fit));
    CHECK(found.score->interval.n == fit.n);
}

} // namespace

TEST_CASE("predictions and their errors: mpmath") {
    for (const std::string name : {"housing", "wine", "ratings", "categories", "extreme"}) {
        const category_data d = category_data_of(name);
        check_prediction(nps::proportional_odds(d.items, d.answers,
                                                {.frequency_weights = d.frequency,
                                                 .sampling_weights = d.sampling,
                                                 .scale = scales.at(name)}),
                         d, name, "ordinal");
        if (name == "housing" || name == "categories" || name == "extreme") {
            check_prediction(nps::multinomial_regression(d.items, d.answers,
                                                         {.frequency_weights = d.frequency,
                                                          .sampling_weights = d.sampling,
                                                          .scale = scales.at(name)}),
                             d, name, "multinomial");
        }
    }
}

TEST_CASE("predictions: scales that are guessed, limits that are clipped, errors") {
    const category_data wine = category_data_of("wine");
    const nps::ordinal_fit fit = nps::proportional_odds(wine.items, wine.answers);
    CHECK_FALSE(fit.scale.has_value()); // 1 to 5 are all detractors on 0 to 10
    const Eigen::VectorXd at = wine.items.row(0).transpose();
    CHECK_FALSE(nps::predict(fit, at).score.has_value());

    const category_data d = category_data_of("categories");
    const nps::ordinal_fit own =
        nps::proportional_odds(d.items, d.answers, {.frequency_weights = d.frequency});
    REQUIRE(own.scale.has_value());
    CHECK(*own.scale == nps::three_categories);
    Eigen::VectorXd far(4);
    far << 9, 5, 1, 3;
    const nps::category_prediction extreme = nps::predict(own, far);
    CHECK(extreme.score->value <= 1);
    CHECK(extreme.score->interval.clipped);
    CHECK(extreme.score->interval.upper == 1);
    for (const nps::category_probability& c : extreme.categories) {
        CHECK(c.interval.lower >= 0);
        CHECK(c.interval.upper <= 1);
        CHECK(c.interval.lower <= c.value);
        CHECK(c.interval.upper >= c.value);
    }
    for (const double value : {1e6, -1e6, 1e300}) {
        const nps::category_prediction p = nps::predict(own, Eigen::VectorXd::Constant(4, value));
        CHECK(std::isfinite(p.score->value));
        for (const nps::category_probability& c : p.categories) {
            CHECK(std::isfinite(c.value));
            CHECK(std::isfinite(c.standard_error));
            CHECK(std::isfinite(c.interval.lower + c.interval.upper));
        }
    }
    CHECK_THROWS_AS((void)nps::predict(own, Eigen::VectorXd::Zero(3)), nps::invalid_input);
    Eigen::VectorXd bad = far;
    bad[2] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)nps::predict(own, bad),
                         "nps::predict: item_values[2] = nan, must be finite", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::predict(own, far, {.level = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::predict(nps::ordinal_fit{}, Eigen::VectorXd(0)),
                    nps::undefined_result);
}
