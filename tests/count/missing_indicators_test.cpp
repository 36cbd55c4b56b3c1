// SPDX-License-Identifier: Apache-2.0
#include <nps/count/missing_indicators.hpp>

#include "support/close.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace {
constexpr double none = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("gaps are filled with the mean and marked") {
    Eigen::MatrixXd x(4, 3);
    x << 1, none, 0.5, none, 2, 1.0, 9, 99, none, none, 4, 3.0;
    const nps::indicated_items m =
        nps::biased_missing_indicators(x, {.names = {"a", "b", "c"}, .missing_codes = {99}});
    CHECK(m.names ==
          std::vector<std::string>{"a", "b", "c", "a missing", "b missing", "c missing"});
    Eigen::MatrixXd expected(4, 6);
    expected << 1, 3, 0.5, 0, 1, 0, 5, 2, 1.0, 1, 0, 0, 9, 3, 1.5, 0, 1, 1, 5, 4, 3.0, 1, 0, 0;
    CHECK(m.items == expected);
    // All rows are used; whole items stay exact.
    const nps::cross_products xy(m.items.leftCols(2), Eigen::Vector4d(1, 0, 1, -1));
    CHECK(xy.n() == 4);
    CHECK(xy.exact());
    // Rounded mean of 1, 2, 4: 7 / 3.
    const Eigen::Vector4d four(1, 2, 4, none);
    CHECK(nps::biased_missing_indicators(four).items(3, 0) == 2);
    CHECK(nps::biased_missing_indicators(four).names ==
          std::vector<std::string>{"item 1", "item 1 missing"});
}

TEST_CASE("no gaps, nothing but gaps, bytes, wrong input") {
    Eigen::Matrix<unsigned char, 3, 2> bytes;
    bytes << 1, 2, 3, 4, 5, 6;
    const nps::indicated_items same = nps::biased_missing_indicators(bytes);
    CHECK(same.items == bytes.cast<double>());
    CHECK(same.names == std::vector<std::string>{"item 1", "item 2"});
    CHECK(nps::biased_missing_indicators(bytes, {.missing_codes = {4}}).items(1, 1) == 4); // 2, 6
    const Eigen::MatrixXd gaps = Eigen::MatrixXd::Constant(2, 1, none);
    const nps::indicated_items empty = nps::biased_missing_indicators(gaps);
    CHECK(empty.items.col(0) == Eigen::Vector2d(0, 0));
    CHECK(empty.items.col(1) == Eigen::Vector2d(1, 1));
    CHECK_THROWS_WITH_AS((void)nps::biased_missing_indicators(bytes, {.names = {"a"}}),
                         "nps::biased_missing_indicators: names.size() = 1, must be the number of "
                         "items, 2, or 0",
                         nps::invalid_input);
    const Eigen::Vector2d infinite(1, std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH_AS((void)nps::biased_missing_indicators(infinite),
                         "nps::biased_missing_indicators: item 0 of row 1 = inf, must be finite, "
                         "or NaN where it is missing",
                         nps::invalid_input);
}
