// SPDX-License-Identifier: Apache-2.0
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/score_simulation.hpp>

#include "support/close.hpp"
#include "support/driver_survey.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using rule = nps::rating_rule;
using changes = std::vector<nps::rating_change>;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr nps_test::tolerance of_lm{
    .relative = 1e-11, .absolute = 1e-13, .reason = "sums of lm's predictions in R"};

changes changes_of(const std::string& name) {
    if (name == "shift_price") {
        return {{.driver = "price", .value = 1}};
    }
    if (name == "shift_down") {
        return {{.driver = "service", .value = -2.5, .lowest = 0}};
    }
    if (name == "fix_service") {
        return {{.driver = "service", .rule = rule::set_to, .value = 5, .up_to = 4}};
    }
    if (name == "set_network") {
        return {{.driver = "network", .rule = rule::set_to, .value = 10}};
    }
    if (name == "two") {
        return {{.driver = "price", .rule = rule::set_to, .value = 7, .up_to = 6},
                {.driver = "app", .value = 0.5, .up_to = 8, .highest = 10}};
    }
    return {};
}

nps::linear_fit fit_of(const nps_test::driver_survey& survey, const std::string& errors) {
    nps::least_squares_row_options options{.names = survey.names};
    if (errors == "hc3") {
        options.errors = nps::standard_errors::hc3;
    } else if (errors == "clustered") {
        options.errors = nps::standard_errors::clustered;
        options.clusters = survey.clusters;
    } else if (errors == "weighted") {
        options.sampling_weights = survey.weights;
    }
    return nps::least_squares(survey.items, survey.score, options);
}

// Each row as often as `times` says.
nps_test::driver_survey repeated(const nps_test::driver_survey& survey) {
    nps_test::driver_survey result;
    std::vector<Eigen::Index> rows;
    for (std::size_t i = 0; i < survey.times.size(); ++i) {
        rows.insert(rows.end(), static_cast<std::size_t>(survey.times[i]),
                    static_cast<Eigen::Index>(i));
    }
    result.items.resize(std::ssize(rows), 4);
    result.score.resize(std::ssize(rows));
    for (Eigen::Index i = 0; i < std::ssize(rows); ++i) {
        const Eigen::Index row = rows[static_cast<std::size_t>(i)];
        result.items.row(i) = survey.items.row(row);
        result.score[i] = survey.score[row];
        result.clusters.push_back(survey.clusters[static_cast<std::size_t>(row)]);
        result.weights.push_back(survey.weights[static_cast<std::size_t>(row)]);
    }
    return result;
}

void check_same(const nps::simulated_score& a, const nps::simulated_score& b) {
    constexpr nps_test::tolerance order{.absolute = 1e-13, .reason = "sums in another order"};
    CHECK(close(a.before, b.before, order));
    CHECK(close(a.after, b.after, order));
    CHECK(close(a.change, b.change, order));
    CHECK(close(a.standard_error, b.standard_error, order));
    CHECK(close(a.interval.lower, b.interval.lower, order));
    CHECK(close(a.interval.upper, b.interval.upper, order));
    CHECK(close(a.change_interval.lower, b.change_interval.lower, order));
    CHECK(a.n == b.n);
    CHECK(a.beyond == b.beyond);
    for (std::size_t c = 0; c < a.ratings.size(); ++c) {
        CHECK(a.ratings[c].changed == b.ratings[c].changed);
        CHECK(a.ratings[c].stopped == b.ratings[c].stopped);
        CHECK(close(a.ratings[c].mean_after, b.ratings[c].mean_after, order));
    }
}

} // namespace

TEST_CASE("score_simulation equals R: predict(lm), vcov, vcovHC, vcovCL, svymean") {
    const auto survey = nps_test::read_driver_survey();
    for (const auto& row : nps_test::reference_table("score_simulation.csv")) {
        INFO(row.text("change"), " ", row.text("errors"), " ", row.text("ratings"));
        nps::score_simulation_options options{.sampled_ratings = row.text("ratings") == "sampled"};
        if (row.text("errors") == "clustered") {
            options.clusters = survey.clusters;
        } else if (row.text("errors") == "weighted") {
            options.sampling_weights = survey.weights;
        }
        const nps::linear_fit fit = fit_of(survey, row.text("errors"));
        CHECK(fit.degrees_of_freedom == row.number("df"));
        const auto s =
            nps::score_simulation(fit, survey.items, changes_of(row.text("change")), options);
        CHECK(close(s.before, row.number("before"), of_lm));
        CHECK(close(s.after, row.number("after"), of_lm));
        CHECK(close(s.change, row.number("difference"), of_lm));
        CHECK(close(s.standard_error, row.number("change_se"), of_lm));
        CHECK(close(s.interval.lower, row.number("lower"), of_lm));
        CHECK(close(s.interval.upper, row.number("upper"), of_lm));
        CHECK(close(s.change_interval.lower, row.number("change_lower"), of_lm));
        CHECK(close(s.change_interval.upper, row.number("change_upper"), of_lm));
        CHECK(s.interval.method == "delta");
        CHECK(s.method == row.text("ratings") + "_ratings");
        CHECK_FALSE(s.clipped);
        CHECK(s.n == 300);
    }
}

TEST_CASE("score_simulation of a linear model: slope times change of the mean rating") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = fit_of(survey, "classical");
    const auto s = nps::score_simulation(fit, survey.items, {{.driver = "price", .value = 1}});
    std::int64_t at_top = 0;
    for (Eigen::Index i = 0; i < 300; ++i) {
        at_top += survey.items(i, 0) == 10 ? 1 : 0;
    }
    REQUIRE(at_top > 0);
    CHECK(s.ratings[0].driver == "price");
    CHECK(s.ratings[0].stopped == at_top);
    CHECK(s.ratings[0].changed == 300 - at_top);
    const double moved = static_cast<double>(300 - at_top) / 300;
    CHECK(close(s.ratings[0].mean_after - s.ratings[0].mean_before, moved,
                {.absolute = 1e-13, .reason = "difference of means near 6"}));
    CHECK(close(s.change, fit.coefficients[1].estimate * moved));
    CHECK(close(s.standard_error, fit.coefficients[1].standard_error * moved));
    CHECK(close(s.before, survey.score.cast<double>().mean()));
}

TEST_CASE("score_simulation: a constant added to ratings, swapped signs, order of rows") {
    const auto survey = nps_test::read_driver_survey();
    const changes some{{.driver = "service", .rule = rule::set_to, .value = 5, .up_to = 4}};
    const auto before = nps::score_simulation(fit_of(survey, "hc3"), survey.items, some);
    auto other = survey;
    other.items.col(2).array() += 100;
    other.items = other.items.colwise().reverse().eval();
    other.score = other.score.reverse().eval();
    changes moved = some;
    moved[0].value += 100;
    moved[0].up_to += 100;
    const auto after = nps::score_simulation(fit_of(other, "hc3"), other.items, moved);
    CHECK(close(after.change, before.change, of_lm));
    CHECK(close(after.standard_error, before.standard_error, of_lm));
    CHECK(close(after.interval.lower, before.interval.lower, of_lm));
    other.score = -other.score;
    const auto swapped = nps::score_simulation(fit_of(other, "hc3"), other.items, moved);
    CHECK(close(swapped.change, -before.change, of_lm));
    CHECK(close(swapped.interval.upper, -before.interval.lower, of_lm));
}

TEST_CASE("score_simulation: frequency weights equal repeated rows; equal weights none") {
    const auto survey = nps_test::read_driver_survey();
    const auto long_survey = repeated(survey);
    const nps::linear_fit fit = fit_of(survey, "classical");
    for (const auto* name : {"shift_price", "fix_service", "two"}) {
        for (const bool sampled : {false, true}) {
            nps::score_simulation_options weighted{.sampled_ratings = sampled,
                                                   .frequency_weights = survey.times,
                                                   .sampling_weights = survey.weights};
            nps::score_simulation_options rows{.sampled_ratings = sampled,
                                               .sampling_weights = long_survey.weights};
            check_same(nps::score_simulation(fit, survey.items, changes_of(name), weighted),
                       nps::score_simulation(fit, long_survey.items, changes_of(name), rows));
            weighted.clusters = survey.clusters;
            rows.clusters = long_survey.clusters;
            check_same(nps::score_simulation(fit, survey.items, changes_of(name), weighted),
                       nps::score_simulation(fit, long_survey.items, changes_of(name), rows));
            check_same(nps::score_simulation(fit, survey.items, changes_of(name),
                                             {.sampled_ratings = sampled,
                                              .sampling_weights = std::vector<double>(300, 1e-6)}),
                       nps::score_simulation(fit, survey.items, changes_of(name),
                                             {.sampled_ratings = sampled}));
        }
    }
}

TEST_CASE("score_simulation: rows with a missing rating are left out and counted") {
    const auto survey = nps_test::read_driver_survey();
    const nps::linear_fit fit = fit_of(survey, "classical");
    Eigen::MatrixXd items = survey.items.cast<double>();
    items(0, 1) = missing;
    items(7, 3) = missing;
    std::vector<std::int64_t> times(300, 1);
    times[0] = times[7] = 0;
    const auto without = nps::score_simulation(fit, items, changes_of("two"));
    CHECK(without.dropped == 2);
    check_same(without, nps::score_simulation(fit, survey.items, changes_of("two"),
                                              {.frequency_weights = times}));
    items.setConstant(missing);
    CHECK_THROWS_AS(static_cast<void>(nps::score_simulation(fit, items, {})),
                    nps::undefined_result);
}

TEST_CASE("score_simulation: a score beyond the scale is clipped, and says so") {
    Eigen::MatrixXd items(6, 1);
    items << 1, 2, 3, 4, 5, 6;
    Eigen::VectorXd score(6);
    score << -1, 0, -1, 0, 1, 1;
    const auto fit = nps::least_squares(items, score);
    const auto s = nps::score_simulation(fit, items,
                                         {{.driver = "item 1", .rule = rule::set_to, .value = 20}});
    CHECK(s.after == 1);
    CHECK(s.clipped);
    CHECK(s.interval.upper == 1);
    CHECK(s.interval.clipped);
    CHECK(s.beyond == 6);
    CHECK(close(s.before, 0));
    CHECK(close(s.change, 1));
    CHECK(s.change_interval.upper <= 1);
    CHECK(s.change_interval.clipped);
    const auto down = nps::score_simulation(
        fit, items, {{.driver = "item 1", .rule = rule::set_to, .value = -20}});
    CHECK(down.after == -1);
    CHECK(close(down.change, -1));
}

TEST_CASE("score_simulation of any model: a logistic score by the delta method") {
    // Score = p(promoter) - p(detractor) = tanh(eta / 2) of one logit; closed form on two rows.
    nps::score_model model{.names = {"price"}, .covariance = Eigen::MatrixXd::Identity(2, 2) / 100};
    model.predict = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
        const double score = std::tanh((x[0] - 5) / 2);
        const double slope = (1 - score * score) / 2;
        gradient[0] = slope;
        gradient[1] = slope * x[0];
        return score;
    };
    Eigen::MatrixXi items(2, 1);
    items << 4, 7;
    const auto s = nps::score_simulation(
        model, items, {{.driver = "price", .value = 1, .highest = 10}}, {.level = 0.9});
    // mpmath: tanh(-1/2), tanh(1) to tanh(0), tanh(3/2); 1.6448536269514722 of normal limits.
    CHECK(close(s.before, 0.14973849934787756));
    CHECK(close(s.after, 0.45257412682243322));
    CHECK(close(s.change, 0.30283562747455565));
    CHECK(close(s.interval.upper - 0.45257412682243322, 1.6448536269514722 * 0.16382252630430495));
    CHECK(close(s.standard_error, 0.0090239740726059376));
    const auto sampled = nps::score_simulation(
        model, items, {{.driver = "price", .value = 1, .highest = 10}}, {.sampled_ratings = true});
    // Row changes .46211715726000976 and .14355409768910177: half their distance is the error.
    const double half = (0.46211715726000976 - 0.14355409768910155) / 2;
    CHECK(close(sampled.standard_error,
                std::sqrt(0.0090239740726059376 * 0.0090239740726059376 + half * half)));
}

TEST_CASE("score_simulation refuses what it cannot change") {
    auto survey = nps_test::read_driver_survey();
    survey.items.col(3).setConstant(5); // excluded from the fit
    const nps::linear_fit fit = fit_of(survey, "classical");
    const auto refuses = [&](const nps::rating_change& change,
                             const nps::score_simulation_options& options = {}) {
        CHECK_THROWS_AS(
            static_cast<void>(nps::score_simulation(fit, survey.items, changes{change}, options)),
            nps::invalid_input);
    };
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::score_simulation(fit, survey.items, {{.driver = "shop"}})),
        "nps::score_simulation: changes[0].driver = shop, must be an item of the model",
        nps::invalid_input);
    refuses({.driver = "app", .value = 1}); // constant: no effect of it
    refuses({});
    refuses({.driver = "price", .value = missing});
    refuses({.driver = "price", .value = std::numeric_limits<double>::infinity()});
    refuses({.driver = "price", .value = 1, .up_to = missing});
    refuses({.driver = "price", .rule = static_cast<rule>(5)});
    refuses({.driver = "price", .lowest = 3});
    refuses({.driver = "price", .highest = 9});
    refuses({.driver = "price", .highest = missing});
    refuses({.driver = "price", .rule = rule::set_to, .value = 11, .highest = 10});
    const nps::rating_change good{.driver = "price", .value = 1};
    refuses(good, {.level = 1});
    refuses(good, {.frequency_weights = {1}});
    refuses(good, {.sampling_weights = std::vector<double>(300, -1.0)});
    refuses(good, {.clusters = {1, 2}});
    CHECK_THROWS_AS(
        static_cast<void>(nps::score_simulation(fit, survey.items.leftCols(3).eval(), {good})),
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::score_simulation(nps::linear_fit{}, survey.items, {})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::score_simulation(nps::score_model{}, survey.items, {})),
                    nps::invalid_input);
    // One cluster has no error between clusters.
    CHECK_THROWS_AS(static_cast<void>(nps::score_simulation(
                        fit, survey.items, {good},
                        {.sampled_ratings = true, .clusters = std::vector<std::int64_t>(300, 1)})),
                    nps::undefined_result);
}

TEST_CASE("score_simulation refuses a model whose errors would mean nothing") {
    const Eigen::MatrixXd items = Eigen::MatrixXd::Constant(3, 1, 4);
    const nps::rating_change more{.driver = "price", .value = 1, .highest = 5};
    nps::score_model good{.names = {"price"}, .covariance = Eigen::MatrixXd::Constant(1, 1, 0.01)};
    good.predict = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
        gradient[0] = x[0];
        return x[0] / 10;
    };
    CHECK(close(nps::score_simulation(good, items, {more}).standard_error, 0.1)); // (5 - 4) / 10
    const auto refuses = [&](const nps::score_model& model, const char* text) {
        CHECK_THROWS_WITH_AS(static_cast<void>(nps::score_simulation(model, items, {more})), text,
                             nps::invalid_input);
    };
    auto bad = good;
    bad.covariance(0, 0) = missing;
    refuses(bad, "nps::score_simulation: covariance(0, 0) = nan, must be finite, on the diagonal "
                 "not negative");
    bad.covariance(0, 0) = -1;
    refuses(bad, "nps::score_simulation: covariance(0, 0) = -1, must be finite, on the diagonal "
                 "not negative");
    bad = good;
    bad.degrees_of_freedom = 0;
    refuses(bad, "nps::score_simulation: degrees_of_freedom = 0, must be positive and finite, or "
                 "nothing");
    bad = good;
    bad.predict = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
        gradient[0] = missing;
        return x[0] / 10;
    };
    refuses(bad, "nps::score_simulation: derivative of the predicted score = nan, must be finite");
    bad.predict = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
        gradient.resize(2);
        gradient.setZero();
        return x[0] / 10;
    };
    refuses(bad, "nps::score_simulation: size of the gradient = 2, must be the number of "
                 "parameters");
    bad = good;
    bad.covariance(0, 0) = 1e308;
    CHECK_THROWS_AS(static_cast<void>(nps::score_simulation(bad, items, {more})),
                    nps::undefined_result);
    // A fit whose items do not add up.
    const auto survey = nps_test::read_driver_survey();
    nps::linear_fit fit = fit_of(survey, "classical");
    fit.items = 5;
    CHECK_THROWS_AS(static_cast<void>(nps::linear_score_model(fit)), nps::invalid_input);
}
