// SPDX-License-Identifier: Apache-2.0
#include <nps/count/grouped_cross_products.hpp>

#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

struct surveyed {
    Eigen::MatrixXd items{60, 2};
    Eigen::VectorXd outcome{60};
    std::vector<std::string> shops;
    std::vector<std::int64_t> times;
};

surveyed rows(double step) {
    surveyed s;
    for (int i = 0; i < 60; ++i) {
        s.items(i, 0) = step * (i * 7 % 11);
        s.items(i, 1) = step * (i * i % 13);
        s.outcome[i] = i * 5 % 3 - 1;
        s.shops.emplace_back(i % 4 == 0 ? "north" : i % 7 == 0 ? "east" : "south");
        s.times.push_back(i % 3);
    }
    return s;
}

} // namespace

TEST_CASE("each group has its own rows, and together they are all rows") {
    for (const double step : {1.0, 0.1}) {
        const surveyed s = rows(step);
        const nps::cross_product_options options{.names = {"a", "b"}, .frequency_weights = s.times};
        const std::map<std::string, nps::cross_products> groups =
            nps::grouped_cross_products(s.items, s.outcome, s.shops, options);
        REQUIRE(groups.size() == 3);
        CHECK(groups.begin()->first == "east");
        const nps::cross_products all(s.items, s.outcome, options);
        nps::cross_products sum;
        for (const auto& [shop, xy] : groups) {
            // By definition: weights 0 for the rows of others.
            nps::cross_product_options own = options;
            for (std::size_t i = 0; i < s.shops.size(); ++i) {
                own.frequency_weights[i] *= s.shops[i] == shop ? 1 : 0;
            }
            const nps::cross_products expected(s.items, s.outcome, own);
            CHECK(xy == expected);
            CHECK(xy.names() == options.names);
            sum += xy;
        }
        if (step == 1) {
            CHECK(sum == all);
        }
        CHECK(sum.n() == all.n());
        CHECK(nps_test::close(sum.centred()(0, 2), all.centred()(0, 2)));
        CHECK(nps_test::close(sum.means()[1], all.means()[1]));
    }
}

TEST_CASE("labels, sizes and gaps") {
    surveyed s = rows(1);
    s.items(4, 1) = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::int64_t> each = [] {
        std::vector<std::int64_t> labels;
        for (int i = 0; i < 60; ++i) {
            labels.push_back(-i);
        }
        return labels;
    }();
    const auto groups = nps::grouped_cross_products(s.items, s.outcome, each);
    REQUIRE(groups.size() == 60);
    CHECK(groups.at(-4).n() == 0);
    CHECK(groups.at(-4).dropped() == 1);
    CHECK(groups.at(-5).product(0, 0) == 4);
    CHECK_THROWS_WITH_AS(
        (void)nps::grouped_cross_products(s.items, s.outcome, std::vector<int>{1, 2}),
        "nps::grouped_cross_products: labels.size() = 2, must be the number of "
        "rows, 60",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::grouped_cross_products(s.items, s.outcome.head(3), each),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::grouped_cross_products(s.items, s.outcome, each, {.sampling_weights = {1.0}}),
        nps::invalid_input);
    CHECK(nps::grouped_cross_products(s.items.topRows(0), s.outcome.head(0), std::vector<int>())
              .empty());
}
