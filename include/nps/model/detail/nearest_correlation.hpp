// SPDX-License-Identifier: Apache-2.0
/// @file
/// Pairwise correlations, and the nearest correlation matrix where they are indefinite.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/tridiagonal_eigen.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

struct pairwise_moments {
    Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> rows = {};
    Eigen::VectorXd means = {};
    /// Standard deviations, divisor n - 1.
    Eigen::VectorXd sizes = {};
    Eigen::MatrixXd correlations = {};
};

/// Of the columns of `x`; NaN is missing.
[[nodiscard]] inline pairwise_moments pairwise_correlations(const Eigen::MatrixXd& x) {
    constexpr std::string_view self = "pairwise_cross_products";
    const Eigen::Index q = x.cols();
    pairwise_moments m;
    m.rows.setZero(q, q);
    m.means.setZero(q);
    m.sizes.setZero(q);
    m.correlations.setZero(q, q);
    // First the means of each variable alone: correlations are taken from deviations.
    for (Eigen::Index j = 0; j < q; ++j) {
        double mean = 0;
        double squares = 0;
        std::int64_t n = 0;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            if (!std::isnan(x(i, j))) {
                ++n;
                const double step = x(i, j) - mean;
                mean += step / static_cast<double>(n);
                squares += step * (x(i, j) - mean);
            }
        }
        if (n < 2) {
            throw_undefined(self, "variable " + to_text(j) + " has fewer than two answers");
        }
        if (!std::isfinite(squares)) {
            throw_undefined(self,
                            "squares of variable " + to_text(j) + " exceed the range of double");
        }
        m.rows(j, j) = n;
        m.correlations(j, j) = 1;
        m.means[j] = mean;
        m.sizes[j] = std::sqrt(squares / static_cast<double>(n - 1));
    }
    for (Eigen::Index a = 0; a < q; ++a) {
        for (Eigen::Index b = a + 1; b < q; ++b) {
            std::int64_t n = 0;
            double sum_a = 0;
            double sum_b = 0;
            double squares_a = 0;
            double squares_b = 0;
            double products = 0;
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const double da = x(i, a) - m.means[a];
                const double db = x(i, b) - m.means[b];
                if (!std::isnan(da) && !std::isnan(db)) {
                    ++n;
                    sum_a += da;
                    sum_b += db;
                    squares_a += da * da;
                    squares_b += db * db;
                    products += da * db;
                }
            }
            m.rows(a, b) = m.rows(b, a) = n;
            const auto pair = [&] { return to_text(a) + " and " + to_text(b); };
            if (n < 2) {
                throw_undefined(self, "fewer than two rows have both variables " + pair());
            }
            if (!(m.sizes[a] > 0 && m.sizes[b] > 0)) {
                continue;
            }
            const auto size = static_cast<double>(n);
            const double var_a = squares_a - sum_a * sum_a / size;
            const double var_b = squares_b - sum_b * sum_b / size;
            // What rounding leaves of a variance of zero.
            if (!(var_a > 1e-14 * squares_a && var_b > 1e-14 * squares_b)) {
                throw_undefined(self, "in the rows that have both variables " + pair() +
                                          " one of them is constant");
            }
            const double r =
                (products - sum_a * sum_b / size) / std::sqrt(var_a) / std::sqrt(var_b);
            m.correlations(a, b) = m.correlations(b, a) = std::clamp(r, -1.0, 1.0);
        }
    }
    return m;
}

[[nodiscard]] inline double smallest_eigenvalue(const Eigen::MatrixXd& symmetric) {
    tridiagonal_eigen solver;
    solver.compute(symmetric);
    return *std::min_element(solver.values().begin(), solver.values().end());
}

/// The nearest matrix without negative eigenvalues.
[[nodiscard]] inline Eigen::MatrixXd without_negative(const Eigen::MatrixXd& symmetric) {
    tridiagonal_eigen eigen;
    eigen.compute(symmetric);
    const Eigen::Index q = symmetric.rows();
    Eigen::MatrixXd result(q, q);
    for (Eigen::Index j = 0; j < q; ++j) {
        for (Eigen::Index i = 0; i <= j; ++i) {
            double sum = 0;
            for (Eigen::Index k = 0; k < q; ++k) {
                sum += (std::max)(0.0, eigen.values()[k]) * eigen.vectors()(i, k) *
                       eigen.vectors()(j, k);
            }
            result(i, j) = sum;
            result(j, i) = sum;
        }
    }
    return result;
}

/// Alternating projections with Dykstra's correction (algorithm 3.3 of the source of
/// pairwise_cross_products).
[[nodiscard]] inline Eigen::MatrixXd nearest_correlation(const Eigen::MatrixXd& indefinite) {
    const Eigen::Index q = indefinite.rows();
    Eigen::MatrixXd y = indefinite;
    std::vector<double> correction(static_cast<std::size_t>(q * q));
    Eigen::MatrixXd r = indefinite;
    for (int step = 0; step < 20'000; ++step) {
        const auto size = static_cast<Eigen::Index>(correction.size());
        for (Eigen::Index i = 0; i < size; ++i) {
            r.data()[i] = y.data()[i] - correction[static_cast<std::size_t>(i)];
        }
        const Eigen::MatrixXd x = without_negative(r);
        double change = 0;
        for (Eigen::Index i = 0; i < size; ++i) {
            correction[static_cast<std::size_t>(i)] = x.data()[i] - r.data()[i];
            const double next = i % (q + 1) == 0 ? 1 : x.data()[i]; // ones on the diagonal
            change = (std::max)(change, std::abs(next - y.data()[i]));
            y.data()[i] = next;
        }
        if (change < 1e-14) {
            break;
        }
    }
    // Once more on the side of no negative eigenvalues, scaled to a diagonal of ones.
    Eigen::MatrixXd result = without_negative(y);
    for (Eigen::Index i = 0; i < q; ++i) {
        for (Eigen::Index j = 0; j < i; ++j) {
            const double sizes = std::sqrt(result(i, i)) * std::sqrt(result(j, j));
            result(i, j) = std::clamp(result(i, j) / sizes, -1.0, 1.0);
            result(j, i) = result(i, j);
        }
    }
    for (Eigen::Index i = 0; i < q; ++i) {
        result(i, i) = 1;
    }
    return result;
}

} // namespace nps::inline v0::detail
