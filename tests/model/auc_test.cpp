// SPDX-License-Identifier: Apache-2.0
#include <nps/model/auc.hpp>

#include "model/logistic_data.hpp"
#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using nps_test::close;

TEST_CASE("auc and DeLong's interval equal pROC, with ties and frequency weights") {
    const auto data = nps_test::logistic_survey_of("ratings");
    for (const std::string name : {"plain", "ties", "times"}) {
        std::vector<double> scores;
        std::vector<std::uint8_t> outcome;
        for (Eigen::Index i = 0; i < data.items.rows(); ++i) {
            const auto x = data.items.row(i);
            scores.push_back(name == "plain"
                                 ? -5 + 0.35 * x[0] + 0.28 * x[1] + 0.04 * x[2] + 0.12 * x[3]
                                 : -2 + 0.4 * x[0]);
            outcome.push_back(data.outcome[i] > 0);
        }
        nps::auc_options options;
        if (name == "times") {
            options.frequency_weights = data.times;
        }
        const auto r = nps::auc(scores, outcome, options);
        for (const auto& row : nps_test::reference_table("classification.csv")) {
            if (row.text("case") != name || !row.text("quantity").starts_with("auc")) {
                continue;
            }
            INFO(name, " ", row.text("quantity"));
            CHECK(close(row.text("quantity") == "auc"         ? r.value
                        : row.text("quantity") == "auc_error" ? r.standard_error
                        : row.integer("index") == 0           ? r.interval.lower
                                                              : r.interval.upper,
                        row.number("value")));
        }
        // Scores turned round.
        for (double& s : scores) {
            s = -s;
        }
        CHECK(close(nps::auc(scores, outcome, options).value, 1 - r.value));
    }
}

TEST_CASE(
    "auc: sampling weights of 1 change nothing, their scale neither, and pairs are weighted") {
    const std::vector<double> scores{0.1, 0.4, 0.4, 0.8, 0.3};
    const std::vector<std::uint8_t> outcome{0, 0, 1, 1, 0};
    const auto plain = nps::auc(scores, outcome);
    CHECK(close(plain.value, 5.5 / 6)); // of six pairs one is a tie
    for (const double w : {1e-300, 1.0, 1e300}) {
        const auto same = nps::auc(scores, outcome, {.sampling_weights = {w, w, w, w, w}});
        CHECK(close(same.value, plain.value));
        CHECK(close(same.standard_error, plain.standard_error));
    }
    const auto weighted = nps::auc(scores, outcome, {.sampling_weights = {1, 2, 3, 4, 5}});
    CHECK(close(weighted.value, 1 - 0.5 * 3 * 2 / (7.0 * 8)));
    const auto perfect =
        nps::auc(std::vector<double>{1, 2, 3, 4}, std::vector<std::uint8_t>{0, 0, 1, 1});
    CHECK(perfect.value == 1);
    CHECK(perfect.standard_error == 0);
    CHECK(perfect.interval.lower == 1);
    const auto none =
        nps::auc(std::vector<double>{1, 1, 1, 1}, std::vector<std::uint8_t>{0, 0, 1, 1});
    CHECK(none.value == 0.5);
}

TEST_CASE("auc refuses what it cannot use") {
    const std::vector<double> s{1, 2, 3, 4};
    const std::vector<std::uint8_t> y{0, 1, 0, 1};
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, std::vector<std::uint8_t>{0, 1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, std::vector<std::uint8_t>{0, 1, 2, 1})),
                    nps::invalid_input);
    const double not_a_number = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(static_cast<void>(nps::auc(std::vector<double>{1, 2, not_a_number, 4}, y)),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, y, {.level = 0})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, y, {.frequency_weights = {1}})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, y, {.frequency_weights = {1, -1, 1, 1}})),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::auc(s, y, {.sampling_weights = {1, not_a_number, 1, 1}})),
        nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::auc(s, std::vector<std::uint8_t>{0, 1, 0, 0})),
                    nps::undefined_result);
    CHECK_THROWS_AS(static_cast<void>(nps::auc({}, {})), nps::undefined_result);
}
