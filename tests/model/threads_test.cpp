// SPDX-License-Identifier: Apache-2.0
// Every part of the floor that starts threads, with one and with three of them: the same bits. The
// thread sanitizer builds this file alone (scripts/check tsan).
#include <nps/model/dominance.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/logistic_cross_validation.hpp>
#include <nps/model/logistic_regression.hpp>
#include <nps/model/model_importance.hpp>
#include <nps/model/model_importance_bootstrap.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/regression_bootstrap.hpp>

#include "support/model_data.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace {

const nps_test::model_data& survey() {
    static const nps_test::model_data data = nps_test::made_up_data(9000, 4, true);
    return data;
}

// -1, 0, 1
Eigen::VectorXd categories(const Eigen::VectorXd& scores) {
    Eigen::VectorXd result = scores;
    for (double& score : result) {
        score = score >= 7 ? 1 : score >= 5 ? 0 : -1;
    }
    return result;
}

Eigen::VectorXd promoters(const Eigen::VectorXd& scores) {
    Eigen::VectorXd result = scores;
    for (double& score : result) {
        score = score >= 7 ? 1 : 0;
    }
    return result;
}

void check_same(const std::vector<nps::coefficient>& one,
                const std::vector<nps::coefficient>& three) {
    REQUIRE(one.size() == three.size());
    for (std::size_t j = 0; j < one.size(); ++j) {
        CHECK(one[j].estimate == three[j].estimate);
        CHECK(one[j].standard_error == three[j].standard_error);
    }
}

} // namespace

TEST_CASE("fits over the rows") {
    const auto& [items, scores] = survey();
    const Eigen::VectorXd three_classes = categories(scores);
    const Eigen::VectorXd promoter = promoters(scores);
    check_same(nps::logistic_regression(items, promoter).coefficients,
               nps::logistic_regression(items, promoter, {.threads = 3}).coefficients);
    check_same(nps::proportional_odds(items, three_classes).coefficients,
               nps::proportional_odds(items, three_classes, {.threads = 3}).coefficients);
    check_same(
        nps::multinomial_regression(items, three_classes).coefficients.back(),
        nps::multinomial_regression(items, three_classes, {.threads = 3}).coefficients.back());
    CHECK(
        nps::logistic_cross_validation(items, promoter, {.folds = 5}).probabilities ==
        nps::logistic_cross_validation(items, promoter, {.folds = 5, .threads = 3}).probabilities);
}

TEST_CASE("bootstraps") {
    const auto data = nps_test::made_up_data(120, 4, true);
    const Eigen::VectorXd promoter = promoters(data.outcome);
    CHECK(nps::regression_bootstrap(data.items, data.outcome, {.replicates = 200})
              .coefficients.back()
              .values ==
          nps::regression_bootstrap(data.items, data.outcome, {.replicates = 200, .threads = 3})
              .coefficients.back()
              .values);
    CHECK(
        nps::importance_bootstrap(data.items, data.outcome, {.replicates = 200}).value(1).values ==
        nps::importance_bootstrap(data.items, data.outcome, {.replicates = 200, .threads = 3})
            .value(1)
            .values);
    CHECK(nps::logistic_importance_bootstrap(data.items, promoter, {.replicates = 20})
              .value(1)
              .values ==
          nps::logistic_importance_bootstrap(data.items, promoter, {.replicates = 20, .threads = 3})
              .value(1)
              .values);
}

TEST_CASE("subsets") {
    const auto data = nps_test::made_up_data(400, 20, true);
    const nps::cross_products xy(data.items, data.outcome);
    CHECK(nps::shapley_importance(xy).value == nps::shapley_importance(xy, {.threads = 3}).value);
    CHECK(nps::shapley_importance(xy, {.permutations = 400}).value ==
          nps::shapley_importance(xy, {.permutations = 400, .threads = 3}).value);
    const Eigen::MatrixXd some = data.items.leftCols(6);
    const nps::cross_products of_some(some, data.outcome);
    CHECK(nps::dominance_analysis(of_some).general ==
          nps::dominance_analysis(of_some, {.threads = 3}).general);
    const Eigen::VectorXd promoter = promoters(data.outcome);
    CHECK(nps::logistic_importance(some, promoter).value ==
          nps::logistic_importance(some, promoter, {.threads = 3}).value);
}
