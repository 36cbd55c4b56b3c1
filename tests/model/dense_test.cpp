// SPDX-License-Identifier: Apache-2.0
#include <nps/model/detail/dense.hpp>

#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>

using nps_test::close;

namespace {

// 2 on the diagonal, -1 beside it.
Eigen::MatrixXd second_difference(Eigen::Index n) {
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        a(i, i) = 2;
        if (i > 0) {
            a(i, i - 1) = -1;
            a(i - 1, i) = -1;
        }
    }
    return a;
}

} // namespace

TEST_CASE("Cholesky: the determinant of the second difference is n + 1, its inverse is known") {
    for (const Eigen::Index n : {1, 2, 5, 12}) {
        const Eigen::MatrixXd a = second_difference(n);
        const nps::detail::dense_cholesky factor(a);
        REQUIRE(factor.positive());
        CHECK(close(factor.log_determinant(), std::log(static_cast<double>(n + 1))));
        const Eigen::MatrixXd inverse = factor.inverse();
        Eigen::VectorXd right(n);
        for (Eigen::Index i = 0; i < n; ++i) {
            right[i] = static_cast<double>(i * i) - 3;
            for (Eigen::Index j = 0; j <= i; ++j) {
                const auto smaller = static_cast<double>(j + 1);
                const auto larger = static_cast<double>(n - i);
                CHECK(close(inverse(i, j), smaller * larger / static_cast<double>(n + 1)));
                CHECK(inverse(i, j) == inverse(j, i));
            }
        }
        const Eigen::VectorXd solved = factor.solve(right);
        const Eigen::VectorXd back = nps::detail::dense_product(a, solved);
        for (Eigen::Index i = 0; i < n; ++i) {
            CHECK(close(back[i], right[i]));
        }
        const Eigen::VectorXd half = factor.half_solve(right);
        CHECK(close(half.dot(half), right.dot(solved)));
        CHECK(close(nps::detail::dense_quadratic(inverse, right), right.dot(solved)));
    }
}

TEST_CASE("no root of a matrix that is not positive definite") {
    Eigen::MatrixXd a = second_difference(3);
    a(1, 1) = 0.5;
    CHECK_FALSE(nps::detail::dense_cholesky(a).positive());
    a(1, 1) = std::nan("");
    CHECK_FALSE(nps::detail::dense_cholesky(a).positive());
    CHECK_FALSE(nps::detail::dense_cholesky(Eigen::MatrixXd::Zero(2, 2)).positive());
}

TEST_CASE("products of small whole matrices") {
    Eigen::MatrixXd a(2, 3);
    a << 1, 2, 3, 4, 5, 6;
    Eigen::MatrixXd b(3, 2);
    b << 1, 0, 2, 1, 0, 3;
    const Eigen::MatrixXd c = nps::detail::dense_product(a, b);
    CHECK(c(0, 0) == 5);
    CHECK(c(0, 1) == 11);
    CHECK(c(1, 0) == 14);
    CHECK(c(1, 1) == 23);
    const Eigen::MatrixXd s = nps::detail::dense_sandwich(a, second_difference(3));
    CHECK(s(0, 0) == 12);
    CHECK(s(0, 1) == 24);
    CHECK(s(1, 0) == 24);
    CHECK(s(1, 1) == 54);
}
