// SPDX-License-Identifier: Apache-2.0
#include <nps/model/detail/tridiagonal_eigen.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace {

using nps_test::close;

const nps_test::tolerance rounding{.absolute = 1e-13, .reason = "units of the largest entry, n^2"};

// A V = V D, and V'V = 1; returns the eigenvalues, ascending.
std::vector<double> checked_values(nps::detail::tridiagonal_eigen& solver,
                                   const Eigen::MatrixXd& a) {
    solver.compute(a);
    const Eigen::MatrixXd& v = solver.vectors();
    const Eigen::Index n = a.rows();
    for (Eigen::Index j = 0; j < n; ++j) {
        for (Eigen::Index i = 0; i < n; ++i) {
            double image = 0;
            double product = 0;
            for (Eigen::Index k = 0; k < n; ++k) {
                image += a(i, k) * v(k, j);
                product += v(k, i) * v(k, j);
            }
            CHECK(close(image, solver.values()[j] * v(i, j), rounding));
            CHECK(close(product, i == j ? 1 : 0, rounding));
        }
    }
    std::vector<double> values(solver.values().begin(), solver.values().end());
    std::ranges::sort(values);
    return values;
}

} // namespace

TEST_CASE("eigenvalues in closed form, in one solver for matrices of all sizes") {
    nps::detail::tridiagonal_eigen solver;
    for (const Eigen::Index n : {1, 2, 3, 7, 30, 4}) {
        // min(i, j), the inverse of a second difference: 1 / (4 sin^2((2k + 1) pi / (4n + 2))).
        Eigen::MatrixXd least(n, n);
        // Equal correlations of 1/2: (n + 1) / 2 once, 1/2 for all others.
        Eigen::MatrixXd equal(n, n);
        // Rank one: n once, else 0.
        Eigen::MatrixXd ones(n, n);
        Eigen::MatrixXd diagonal(n, n);
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index i = 0; i < n; ++i) {
                least(i, j) = static_cast<double>((std::min)(i, j) + 1) / static_cast<double>(n);
                equal(i, j) = i == j ? 1 : 0.5;
                ones(i, j) = 1;
                diagonal(i, j) = i == j ? static_cast<double>(i % 3) - 1 : 0;
            }
        }
        const std::vector<double> of_least = checked_values(solver, least);
        const std::vector<double> of_equal = checked_values(solver, equal);
        const std::vector<double> of_ones = checked_values(solver, ones);
        const std::vector<double> of_diagonal = checked_values(solver, diagonal);
        const auto size = static_cast<double>(n);
        for (std::size_t k = 0; k < of_least.size(); ++k) {
            const double s = std::sin((2 * (size - static_cast<double>(k)) - 1) * std::numbers::pi /
                                      (4 * size + 2));
            CHECK(close(of_least[k], 1 / (4 * s * s * size), rounding));
            const bool last = k + 1 == of_least.size();
            CHECK(close(of_equal[k], last ? (size + 1) / 2 : 0.5, rounding));
            CHECK(close(of_ones[k], last ? size : 0, rounding));
        }
        CHECK(of_diagonal.front() == -1);
        CHECK(of_diagonal.back() == (n > 2 ? 1 : n > 1 ? 0 : -1));
    }
    solver.compute(Eigen::MatrixXd(0, 0));
    CHECK(solver.values().size() == 0);
}

TEST_CASE("blocks without a link, and a matrix of zeros") {
    nps::detail::tridiagonal_eigen solver;
    Eigen::MatrixXd a(5, 5);
    for (Eigen::Index i = 0; i < a.size(); ++i) {
        a.data()[i] = 0;
    }
    for (const double value : checked_values(solver, a)) {
        CHECK(value == 0);
    }
    // (0 3; 3 0) in rows 0 and 4, (2 1; 1 2) in rows 1 and 3, row 2 empty.
    a(0, 4) = a(4, 0) = 3;
    a(1, 1) = a(3, 3) = 2;
    a(1, 3) = a(3, 1) = 1;
    const std::vector<double> values = checked_values(solver, a);
    const double expected[] = {-3, 0, 1, 3, 3};
    for (std::size_t k = 0; k < 5; ++k) {
        CHECK(close(values[k], expected[k], rounding));
    }
}
