// SPDX-License-Identifier: Apache-2.0
#include <nps/model/calibration_table.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using nps_test::close;

TEST_CASE("calibration_table equals R: groups of ranks, Hosmer and Lemeshow, Brier, log loss") {
    const auto data = nps_test::logistic_survey_of("ratings");
    for (const std::string name : {"plain", "ties", "times"}) {
        std::vector<double> probabilities;
        std::vector<std::uint8_t> outcome;
        for (Eigen::Index i = 0; i < data.items.rows(); ++i) {
            const auto x = data.items.row(i);
            const double eta = name == "plain"
                                   ? -5 + 0.35 * x[0] + 0.28 * x[1] + 0.04 * x[2] + 0.12 * x[3]
                                   : -2 + 0.4 * x[0];
            probabilities.push_back(1 / (1 + std::exp(-eta)));
            outcome.push_back(data.outcome[i] > 0);
        }
        nps::calibration_options options{.groups = name == "ties" ? 5 : 10};
        if (name == "times") {
            options.frequency_weights = data.times;
        }
        const auto r = nps::calibration_table(probabilities, outcome, options);
        std::size_t sizes = 0;
        for (const auto& row : nps_test::reference_table("classification.csv")) {
            const std::string& what = row.text("quantity");
            if (row.text("case") != name || what.starts_with("auc")) {
                continue;
            }
            const auto at = static_cast<std::size_t>(row.integer("index"));
            INFO(name, " ", what, " ", at);
            sizes += what == "size" ? 1 : 0;
            const double value = what == "hl" ? (at == 0   ? r.statistic
                                                 : at == 1 ? r.degrees_of_freedom
                                                           : r.p_value)
                                 : what == "size"
                                     ? static_cast<double>(r.groups.at(at).counts.trials)
                                 : what == "mean"        ? r.groups.at(at).mean_predicted
                                 : what == "observed"    ? r.groups.at(at).observed
                                 : what == "brier"       ? r.brier
                                 : what == "brier_skill" ? r.brier_skill
                                                         : r.log_loss;
            CHECK(close(value, row.number("value")));
        }
        CHECK(sizes == r.groups.size());
        for (const auto& g : r.groups) {
            CHECK(g.lowest <= g.mean_predicted);
            CHECK(g.mean_predicted <= g.highest);
            CHECK(g.interval.lower <= g.observed);
            CHECK(g.observed <= g.interval.upper);
        }
    }
}

TEST_CASE("calibration_table: degenerate probabilities, and what is refused") {
    using ones = std::vector<std::uint8_t>;
    const auto one =
        nps::calibration_table(std::vector<double>{0.5, 0.5, 0.5, 0.5}, ones{0, 1, 0, 1});
    CHECK(one.groups.size() == 1);
    CHECK(one.degrees_of_freedom == 0);
    CHECK(one.p_value == 1);
    CHECK(close(one.log_loss, std::log(2.0)));
    const auto sure =
        nps::calibration_table(std::vector<double>{0, 0, 1, 1}, ones{0, 0, 1, 1}, {.groups = 4});
    CHECK(sure.brier == 0);
    CHECK(sure.log_loss == 0);
    CHECK(sure.brier_skill == 1);
    CHECK(sure.statistic == 0);
    CHECK(nps::calibration_table(std::vector<double>{0.2}, ones{0}).brier_skill == 0);
    CHECK_THROWS_AS(
        static_cast<void>(nps::calibration_table(std::vector<double>{0.0, 0.5}, ones{1, 0})),
        nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::calibration_table({}, {})), nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::calibration_table(std::vector<double>{1.5}, ones{1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::calibration_table(std::vector<double>{0.5}, ones{3})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::calibration_table(std::vector<double>{0.5}, ones{1}, {.groups = 2})),
        nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::calibration_table(std::vector<double>{0.5}, ones{1}, {.level = 1})),
        nps::invalid_input);
}
