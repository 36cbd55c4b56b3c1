// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/bootstrap.hpp>
#include <nps/resample/bootstrap_weighted.hpp>

#include "support/close.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace {

const std::vector<double> x{2, 3, 5, 7, 11, 13, 17, 19};
const std::vector<std::int64_t> strata{1, 1, 1, 2, 2, 2, 2, 2};
const std::vector<std::int64_t> clusters{1, 1, 2, 3, 3, 3, 4, 4};

// Whole numbers, so that both orders of summation give the same bits.
double mean_of_rows(std::span<const std::size_t> rows) {
    double sum = 0;
    for (const std::size_t row : rows) {
        sum += x[row];
    }
    return sum / static_cast<double>(rows.size());
}

double mean_of_weights(std::span<const double> weights) {
    return std::inner_product(weights.begin(), weights.end(), x.begin(), 0.0) /
           std::accumulate(weights.begin(), weights.end(), 0.0);
}

TEST_CASE("weights are how often each row was drawn: the same replicates as over rows") {
    for (const bool by_strata : {false, true}) {
        for (const bool by_clusters : {false, true}) {
            for (const unsigned threads : {1U, 3U}) {
                nps::bootstrap_options options{.replicates = 300, .seed = 8, .threads = threads};
                if (by_strata) {
                    options.strata = strata;
                }
                if (by_clusters) {
                    options.clusters = clusters;
                }
                const auto rows = nps::bootstrap(8, mean_of_rows, options);
                const auto weights = nps::bootstrap_weighted(8, mean_of_weights, options);
                CHECK(weights.values == rows.values);
                CHECK(weights.estimate == rows.estimate);
                CHECK(weights.acceleration == rows.acceleration);
                CHECK(weights.method == "bootstrap_weighted");
            }
        }
    }
}

TEST_CASE("weights of the data are 1, of a resample whole and n in all, of the jackknife 0 or 1") {
    int data = 0;
    int resamples = 0;
    int without = 0;
    const auto look = [&](std::span<const double> weights) {
        const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
        bool ones = true;
        for (const double weight : weights) {
            REQUIRE(weight >= 0);
            REQUIRE(weight == std::floor(weight));
            ones = ones && weight == 1;
        }
        REQUIRE(weights.size() == 8);
        data += ones;
        without += sum == 7;
        resamples += sum == 8 && !ones;
        return std::array{sum, 2.0};
    };
    const auto results = nps::bootstrap_weighted(8, look, {.replicates = 100});
    CHECK(results.size() == 2);
    CHECK(data >= 1);
    CHECK(without == 8);
    CHECK(data + resamples == 101);
}

TEST_CASE("errors name the function") {
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap_weighted(0, mean_of_weights)),
                         "nps::bootstrap_weighted: no rows", nps::undefined_result);
    const auto nothing = [](std::span<const double>) { return std::nan(""); };
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::bootstrap_weighted(8, nothing)),
                         "nps::bootstrap_weighted: statistic of sample 0 = nan, must be finite and "
                         "within 1e150 of 0",
                         nps::invalid_input);
}

} // namespace
