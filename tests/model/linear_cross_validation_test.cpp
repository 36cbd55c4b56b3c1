// SPDX-License-Identifier: Apache-2.0
#include <nps/model/linear_cross_validation.hpp>
#include <nps/model/linear_diagnostics.hpp>

#include "support/close.hpp"
#include "support/linear_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

using nps_test::close;

TEST_CASE("Skill of given folds is that of R lm") {
    const auto sets = nps_test::linear_data_of("least_squares_data.csv");
    for (const auto& row : nps_test::reference_table("linear_cross_validation.csv")) {
        nps_test::linear_data data = sets.at(row.text("data"));
        CAPTURE(row.text("data"));
        CAPTURE(row.text("weights"));
        CAPTURE(row.integer("folds"));
        for (std::size_t i = 0; i < data.cluster.size(); ++i) {
            data.cluster[i] = static_cast<std::int64_t>(i) % row.integer("folds");
        }
        const auto folds = nps_test::products_of(data, row.text("weights"), true);
        REQUIRE(std::ssize(folds) == row.integer("folds"));
        const auto skill = nps::linear_cross_validation(folds);
        // Longer formulas than R's, of correlations whose condition is squared.
        const nps_test::tolerance t{.relative = 1e-10, .reason = "from cross-products"};
        CHECK(close(skill.r_squared, row.number("r_squared"), t));
        CHECK(close(skill.rmse, row.number("rmse"), t));
        CHECK(close(skill.fold_rmse.at(0), row.number("first_rmse"), t));
        CHECK(skill.n == data.outcome.size());
    }
}

TEST_CASE("Leaving one out at a time gives the residuals by 1 - leverage, whatever the seed") {
    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("swiss");
    double press = 0;
    for (const nps::row_diagnostics& row : nps::linear_diagnostics(data.items, data.outcome).rows) {
        press += std::pow(row.residual / (1 - row.leverage), 2);
    }
    for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}}) {
        const auto skill =
            nps::linear_cross_validation(data.items, data.outcome, {.folds = 47, .seed = seed});
        CHECK(close(skill.rmse, std::sqrt(press / 47),
                    {.relative = 1e-11, .reason = "from cross-products"}));
        CHECK(skill.fold_rmse.size() == 47);
    }
}

TEST_CASE("Folds are balanced, random, the same for a seed, and keep clusters together") {
    const std::vector<std::size_t> folds = nps::detail::balanced_folds(23, 5, 7);
    std::vector<int> sizes(5);
    for (const std::size_t fold : folds) {
        ++sizes.at(fold);
    }
    CHECK(sizes == std::vector<int>{5, 5, 5, 4, 4});
    CHECK(folds != nps::detail::balanced_folds(23, 5, 8));
    CHECK(folds == nps::detail::balanced_folds(23, 5, 7));

    const auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    const auto by_cluster = nps::linear_cross_validation(data.items, data.outcome,
                                                         {.folds = 9, .clusters = data.cluster});
    // As many folds as clusters: each is one, in some order.
    const auto clusters = nps::linear_cross_validation(nps_test::products_of(data, "none", true));
    CHECK(close(by_cluster.rmse, clusters.rmse));
    CHECK(close(by_cluster.r_squared, clusters.r_squared));
    const auto weighted = nps::linear_cross_validation(
        data.items, data.outcome, {.folds = 60, .sampling_weights = data.sampling});
    CHECK(close(weighted.r_squared, 0.28260123402635162,
                {.relative = 1e-10, .reason = "from cross-products"}));
}

TEST_CASE("Noise has no skill, a constant outcome no error, and what is wrong is named") {
    auto data = nps_test::linear_data_of("least_squares_data.csv").at("survey");
    nps::random_stream random(3, 0, nps::random_purpose::simulation);
    Eigen::VectorXd noise(60);
    for (double& answer : noise) {
        answer = random.uniform();
    }
    CHECK(nps::linear_cross_validation(data.items, noise).r_squared < 0.1);
    const auto none = nps::linear_cross_validation(data.items, Eigen::VectorXd::Constant(60, 0.1));
    CHECK(none.r_squared == 0);
    CHECK(none.rmse < 1e-15);
    const auto fails = [&](const nps::linear_cross_validation_options& options,
                           const std::string& text) {
        CHECK_THROWS_WITH_AS(
            static_cast<void>(nps::linear_cross_validation(data.items, data.outcome, options)),
            ("nps::linear_cross_validation: " + text).c_str(), nps::invalid_input);
    };
    fails({.folds = 1}, "folds = 1, must be in [2, 60], the number of rows or clusters");
    fails({.folds = 61}, "folds = 61, must be in [2, 60], the number of rows or clusters");
    fails({.folds = 10, .clusters = data.cluster},
          "folds = 10, must be in [2, 9], the number of rows or clusters");
    fails({.tolerance = 1e-13}, "tolerance = 1e-13, must be in [1e-12, 1)");
    CHECK_THROWS_AS(static_cast<void>(
                        nps::linear_cross_validation(data.items.topRows(0), data.outcome.head(0))),
                    nps::undefined_result);
    const auto one = nps_test::products_of(data, "none", false);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::linear_cross_validation(one)),
                         "nps::linear_cross_validation: fewer than two folds with a row",
                         nps::undefined_result);
}
