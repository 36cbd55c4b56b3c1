// SPDX-License-Identifier: Apache-2.0
/// @file
/// The little linear algebra that the models need, as plain loops: items are tens, not thousands, and
/// Eigen's decompositions and products would cost each program that includes a model seconds of
/// compile time.
#pragma once

#include <nps/version.hpp>

#include <Eigen/Core>

#include <cmath>
#include <limits>
#include <utility>

namespace nps::inline v0::detail {

/// a b
[[nodiscard]] inline Eigen::MatrixXd dense_product(const Eigen::MatrixXd& a,
                                                   const Eigen::MatrixXd& b) {
    Eigen::MatrixXd result(a.rows(), b.cols());
    for (Eigen::Index j = 0; j < b.cols(); ++j) {
        for (Eigen::Index i = 0; i < a.rows(); ++i) {
            result(i, j) = 0;
        }
        for (Eigen::Index k = 0; k < a.cols(); ++k) {
            const double factor = b(k, j);
            for (Eigen::Index i = 0; i < a.rows(); ++i) {
                result(i, j) += a(i, k) * factor;
            }
        }
    }
    return result;
}

/// a v
[[nodiscard]] inline Eigen::VectorXd dense_product(const Eigen::MatrixXd& a,
                                                   const Eigen::VectorXd& v) {
    Eigen::VectorXd result(a.rows());
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
        double sum = 0;
        for (Eigen::Index k = 0; k < a.cols(); ++k) {
            sum += a(i, k) * v[k];
        }
        result[i] = sum;
    }
    return result;
}

/// a b a', of a symmetric b: symmetric to the last bit.
[[nodiscard]] inline Eigen::MatrixXd dense_sandwich(const Eigen::MatrixXd& a,
                                                    const Eigen::MatrixXd& b) {
    const Eigen::MatrixXd half = dense_product(a, b);
    Eigen::MatrixXd result(a.rows(), a.rows());
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            double sum = 0;
            for (Eigen::Index k = 0; k < a.cols(); ++k) {
                sum += half(i, k) * a(j, k);
            }
            result(i, j) = sum;
            result(j, i) = sum;
        }
    }
    return result;
}

/// v' a v, of a symmetric a.
[[nodiscard]] inline double dense_quadratic(const Eigen::MatrixXd& a, const Eigen::VectorXd& v) {
    double sum = 0;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
        for (Eigen::Index i = 0; i < a.rows(); ++i) {
            sum += v[i] * a(i, j) * v[j];
        }
    }
    return sum;
}

/// The root L of a symmetric matrix, L L' = a, L lower triangular; only the lower half is read.
class dense_cholesky {
public:
    explicit dense_cholesky(Eigen::MatrixXd a) : root_(std::move(a)) {
        const Eigen::Index n = root_.rows();
        for (Eigen::Index j = 0; j < n && positive_; ++j) {
            double pivot = root_(j, j);
            for (Eigen::Index k = 0; k < j; ++k) {
                pivot -= root_(j, k) * root_(j, k);
            }
            positive_ = pivot > 0 && pivot <= (std::numeric_limits<double>::max)();
            root_(j, j) = std::sqrt(positive_ ? pivot : 1);
            for (Eigen::Index i = j + 1; i < n; ++i) {
                double sum = root_(i, j);
                for (Eigen::Index k = 0; k < j; ++k) {
                    sum -= root_(i, k) * root_(j, k);
                }
                root_(i, j) = sum / root_(j, j);
            }
        }
    }

    /// Whether the matrix is positive definite, as far as doubles show. The rest assumes it.
    [[nodiscard]] bool positive() const { return positive_; }
    [[nodiscard]] double root(Eigen::Index i, Eigen::Index j) const { return root_(i, j); }

    /// The x of L x = b.
    [[nodiscard]] Eigen::VectorXd half_solve(Eigen::VectorXd b) const {
        for (Eigen::Index i = 0; i < b.size(); ++i) {
            for (Eigen::Index k = 0; k < i; ++k) {
                b[i] -= root_(i, k) * b[k];
            }
            b[i] /= root_(i, i);
        }
        return b;
    }

    /// The x of a x = b.
    [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& b) const {
        Eigen::VectorXd x = half_solve(b);
        for (Eigen::Index i = x.size(); i-- > 0;) {
            for (Eigen::Index k = i + 1; k < x.size(); ++k) {
                x[i] -= root_(k, i) * x[k];
            }
            x[i] /= root_(i, i);
        }
        return x;
    }

    /// Symmetric to the last bit.
    [[nodiscard]] Eigen::MatrixXd inverse() const {
        const Eigen::Index n = root_.rows();
        Eigen::MatrixXd half(n, n); // L^-1, lower triangular
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index i = 0; i < n; ++i) {
                double sum = i == j ? 1 : 0;
                for (Eigen::Index k = j; k < i; ++k) {
                    sum -= root_(i, k) * half(k, j);
                }
                half(i, j) = i < j ? 0 : sum / root_(i, i);
            }
        }
        Eigen::MatrixXd result(n, n);
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index i = j; i < n; ++i) {
                double sum = 0;
                for (Eigen::Index k = i; k < n; ++k) {
                    sum += half(k, i) * half(k, j);
                }
                result(i, j) = sum;
                result(j, i) = sum;
            }
        }
        return result;
    }

    [[nodiscard]] double log_determinant() const {
        double sum = 0;
        for (Eigen::Index i = 0; i < root_.rows(); ++i) {
            sum += 2 * std::log(root_(i, i));
        }
        return sum;
    }

private:
    Eigen::MatrixXd root_;
    bool positive_ = true;
};

} // namespace nps::inline v0::detail
