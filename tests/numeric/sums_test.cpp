// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/sums.hpp>

#include "support/close.hpp"

#include <cstddef>
#include <vector>

namespace {

TEST_CASE("a running sum keeps what plain addition loses") {
    nps::running_sum sum;
    for (const double term : {1.0, 1e100, 1.0, -1e100}) {
        sum.add(term);
    }
    CHECK(sum.value() == 2);
    nps::running_sum tenths;
    for (int i = 0; i < 1'000'000; ++i) {
        tenths.add(0.1);
    }
    // Python: math.fsum([0.1] * 10**6) = 100000.0 (plain: 100000.00000133288)
    CHECK(tenths.value() == 100000);
    CHECK(nps::running_sum().value() == 0);
}

TEST_CASE("the mean of equal values is that value, to the bit") {
    for (const double c : {0.1, 0.7, -0.3, 1e300 / 3, 1e-300 / 3}) {
        for (std::size_t n = 1; n <= 60; ++n) {
            const std::vector<double> equal(n, c);
            CHECK(nps::mean_of(equal) == c);
            CHECK(nps::squared_deviations_of(equal) == 0);
        }
    }
}

TEST_CASE("means and squared deviations far from zero") {
    CHECK(nps::mean_of(std::vector<double>{}) == 0);
    CHECK(nps::mean_of(std::vector<double>{3}) == 3);
    CHECK(nps::squared_deviations_of(std::vector<double>{3}) == 0);
    const std::vector<double> values{1e9 + 1, 1e9 + 2, 1e9 + 4, 1e9 + 5};
    CHECK(nps::mean_of(values) == 1e9 + 3);
    CHECK(nps::squared_deviations_of(values) == 10);
}

} // namespace
