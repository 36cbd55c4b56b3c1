// SPDX-License-Identifier: Apache-2.0
// Rows of docs/importance_coverage made again by another simulation: other draws, truths by hand.
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

double normal(nps::random_stream& random) {
    return nps::normal_quantile(random.uniform());
}

// Four standard errors of the difference of two shares of misses.
void check_share(double here, double surveys_here, double there, double surveys_there) {
    const double p = (here * surveys_here + there * surveys_there) / (surveys_here + surveys_there);
    const double variance = p * (1 - p) * (1 / surveys_here + 1 / surveys_there);
    CHECK(std::abs(here - there) <= 4 * std::sqrt(variance) + 1e-9);
}

TEST_CASE("importance.csv: uncorrelated normal items, n = 50") {
    // Uncorrelated: each value is the squared effect by the variance of the outcome, 1.43.
    const std::vector<double> truth{0.25 / 1.43, 0.09 / 1.43, 0.09 / 1.43, 0};
    constexpr std::uint32_t surveys = 150;
    std::vector<double> low(4, 0.0);
    std::vector<double> high(4, 0.0);
    std::vector<double> mean(4, 0.0);
    std::vector<double> square(4, 0.0);
    for (std::uint32_t k = 0; k < surveys; ++k) {
        nps::random_stream random(77, k, nps::random_purpose::simulation);
        Eigen::MatrixXd items(50, 4);
        Eigen::VectorXd outcome(50);
        for (Eigen::Index i = 0; i < 50; ++i) {
            for (Eigen::Index j = 0; j < 4; ++j) {
                items(i, j) = normal(random);
            }
            outcome[i] = items(i, 0) / 2 + 0.3 * items(i, 1) + 0.3 * items(i, 2) + normal(random);
        }
        const auto found = nps::importance_bootstrap(
            items, outcome, {.replicates = 500, .seed = k, .jackknife = nps::jackknife::never});
        for (std::size_t j = 0; j < 4; ++j) {
            const nps::interval ci = found.value(j).interval();
            low[j] += truth[j] < ci.lower ? 1 : 0;
            high[j] += truth[j] > ci.upper ? 1 : 0;
            mean[j] += found.estimate.value[j] / surveys;
            square[j] += found.estimate.value[j] * found.estimate.value[j] / surveys;
        }
    }
    int compared = 0;
    for (const auto& row :
         nps_test::reference_table("../../docs/importance_coverage/importance.csv")) {
        const std::string& quantity = row.text("quantity");
        if (row.text("answers") == "normal" && row.text("correlation") == "0" &&
            row.text("n") == "50" && row.text("method") == "shapley" &&
            quantity.starts_with("value")) {
            CAPTURE(quantity);
            ++compared;
            const auto j = static_cast<std::size_t>(quantity.back() - '1');
            const double sd = std::sqrt(square[j] - mean[j] * mean[j]);
            CHECK(std::abs(row.number("truth") - truth[j]) < 1e-6); // six decimals
            CHECK(std::abs(row.number("mean") - mean[j]) <
                  4 * sd * std::sqrt(1.0 / surveys + 1e-3));
            check_share(low[j] / surveys, surveys, row.number("percentile_low"), 1000);
            check_share(high[j] / surveys, surveys, row.number("percentile_high"), 1000);
        }
    }
    CHECK(compared == 4);
    CHECK(low[3] == surveys); // a worthless driver is never seen as such
}

TEST_CASE("robust.csv: unequal errors, n = 50: classical misses, hc3 less, hc4 hardly") {
    constexpr std::uint32_t surveys = 600;
    const std::vector<nps::standard_errors> all{
        nps::standard_errors::classical, nps::standard_errors::hc3, nps::standard_errors::hc4};
    std::vector<double> misses(3, 0.0);
    for (std::uint32_t k = 0; k < surveys; ++k) {
        nps::random_stream random(78, k, nps::random_purpose::simulation);
        Eigen::MatrixXd items(50, 2);
        Eigen::VectorXd outcome(50);
        for (Eigen::Index i = 0; i < 50; ++i) {
            items(i, 0) = std::exp(normal(random)) / 2;
            items(i, 1) = normal(random);
            outcome[i] =
                1 + items(i, 0) / 2 + items(i, 1) / 4 + (0.5 + items(i, 0)) * normal(random);
        }
        for (std::size_t m = 0; m < 3; ++m) {
            nps::least_squares_row_options options;
            options.errors = all[m];
            const nps::interval ci =
                nps::least_squares(items, outcome, options).coefficients[1].interval;
            misses[m] += ci.lower <= 0.5 && 0.5 <= ci.upper ? 0 : 1.0 / surveys;
        }
    }
    int compared = 0;
    for (const auto& row : nps_test::reference_table("../../docs/importance_coverage/robust.csv")) {
        const std::vector<std::string> names{"classical", "hc3", "hc4"};
        for (std::size_t m = 0; m < 3; ++m) {
            if (row.text("errors") == "unequal" && row.text("n") == "50" &&
                row.text("method") == names[m]) {
                CAPTURE(names[m]);
                ++compared;
                check_share(misses[m], surveys, row.number("miss1"), 4000);
            }
        }
    }
    CHECK(compared == 3);
}

} // namespace
