// SPDX-License-Identifier: Apache-2.0
#include <nps/model/pairwise_cross_products.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps_test::close;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

// The rows of tests/reference/generate/pairwise.R.
Eigen::MatrixXd rows_of(std::int64_t missing) {
    std::uint64_t state = 1;
    const auto word = [&] {
        state = (1103515245 * state + 12345) % (std::uint64_t{1} << 31);
        return state >> 8;
    };
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(missing == 60 ? 30 : 200, 5, none);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const std::uint64_t base = word() % 8;
        for (Eigen::Index j = 0; j < 5; ++j) {
            const std::uint64_t value = base + word() % 4;
            if (static_cast<std::int64_t>(word() % 100) >= missing) {
                x(i, j) = static_cast<double>(value);
            }
        }
    }
    return x;
}

} // namespace

TEST_CASE("pairwise moments of R, and the nearest correlation matrix of nearPD") {
    for (const nps_test::reference_row& row : nps_test::reference_table("pairwise.csv")) {
        const Eigen::MatrixXd x = rows_of(row.integer("missing"));
        const nps::pairwise_result r = nps::pairwise_cross_products(
            x.leftCols(4), x.col(4), {.indefinite = nps::on_indefinite::projects});
        const Eigen::Index i = row.integer("i");
        const Eigen::Index j = row.integer("j");
        const Eigen::MatrixXd c = r.xy.centred() / static_cast<double>(r.xy.n() - 1);
        CHECK(r.rows(i, j) == row.integer("rows"));
        CHECK(r.rows(j, i) == row.integer("rows"));
        CHECK(close(r.xy.means()[i], row.number("mean")));
        if (i == j) {
            CHECK(close(std::sqrt(c(i, i)), row.number("deviation")));
        }
        CHECK(close(
            r.smallest_eigenvalue, row.number("smallest"),
            {.absolute = 1e-13, .reason = "eigenvalues are right on the scale of the largest"}));
        const bool indefinite = row.number("smallest") < 0;
        CHECK(r.projected == indefinite);
        CHECK(r.method == (indefinite ? "pairwise, nearest correlation matrix" : "pairwise"));
        CHECK((r.largest_change > 0.1) == indefinite);
        CHECK(close(r.xy.correlations()(i, j), row.number("nearest"),
                    {.absolute = indefinite ? 1e-9 : 1e-13,
                     .reason = "nearPD stops where its steps are small"}));
    }
}

TEST_CASE("the published example of the nearest correlation matrix") {
    // Higham (2002), section 4: 1 1 0, 1 1 1, 0 1 1; four digits are printed.
    Eigen::MatrixXd a(3, 3);
    a << 1, 1, 0, 1, 1, 1, 0, 1, 1;
    const Eigen::MatrixXd nearest = nps::detail::nearest_correlation(a);
    CHECK(close(nearest(0, 1), 0.7607, {.absolute = 5e-5, .reason = "four digits are published"}));
    CHECK(close(nearest(0, 2), 0.1573, {.absolute = 5e-5, .reason = "four digits are published"}));
    CHECK(close(nearest(1, 2), nearest(0, 1)));
    CHECK(close(nps::detail::smallest_eigenvalue(nearest), 0));
}

TEST_CASE("complete rows: the same as listwise") {
    const Eigen::MatrixXd x = rows_of(0);
    const nps::cross_products listwise(x.leftCols(4), x.col(4));
    const nps::pairwise_result r = nps::pairwise_cross_products(x.leftCols(4), x.col(4));
    CHECK(r.xy.n() == 200);
    CHECK(!r.projected);
    for (Eigen::Index i = 0; i < 5; ++i) {
        for (Eigen::Index j = 0; j < 5; ++j) {
            CHECK(close(r.xy.centred()(i, j), listwise.centred()(i, j)));
        }
    }
}

TEST_CASE("the stated n, refusals and what is degenerate") {
    Eigen::MatrixXd x = rows_of(20);
    const auto least = nps::pairwise_cross_products(x.leftCols(4), x.col(4));
    CHECK(least.xy.n() == 126);
    const auto mean =
        nps::pairwise_cross_products(x.leftCols(4), x.col(4), {.n = nps::pairwise_n::mean});
    CHECK(mean.xy.n() == 131); // (135+130+129+136+131+129+137+126+132+134) / 10
    const Eigen::MatrixXd few = rows_of(60);
    CHECK_THROWS_AS((void)nps::pairwise_cross_products(few.leftCols(4), few.col(4)),
                    nps::undefined_result);
    // A constant item is allowed; one that is constant only where the other is there is not.
    x.col(1).setConstant(3);
    CHECK(nps::pairwise_cross_products(x.leftCols(4), x.col(4)).xy.correlations()(1, 2) == 0);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        x(i, 1) = i < 100 ? 3 : 5;
        x(i, 2) = i < 100 ? static_cast<double>(i % 4) : none;
    }
    CHECK_THROWS_WITH_AS((void)nps::pairwise_cross_products(x.leftCols(4), x.col(4)),
                         "nps::pairwise_cross_products: in the rows that have both variables 1 "
                         "and 2 one of them is constant",
                         nps::undefined_result);
    x.col(1).head(100).setConstant(none);
    CHECK_THROWS_WITH_AS((void)nps::pairwise_cross_products(x.leftCols(4), x.col(4)),
                         "nps::pairwise_cross_products: fewer than two rows have both variables 1 "
                         "and 2",
                         nps::undefined_result);
    x(3, 0) = 1e200;
    CHECK_THROWS_WITH_AS((void)nps::pairwise_cross_products(x.leftCols(4), x.col(4)),
                         "nps::pairwise_cross_products: squares of variable 0 exceed the range of "
                         "double",
                         nps::undefined_result);
    x(3, 0) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS((void)nps::pairwise_cross_products(x.leftCols(4), x.col(4)),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::pairwise_cross_products(x.leftCols(4), x.col(4).head(3)),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::pairwise_cross_products(few.topRows(0).leftCols(2), few.topRows(0).col(2)),
        nps::undefined_result);
}
