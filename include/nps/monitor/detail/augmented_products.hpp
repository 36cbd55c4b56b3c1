// SPDX-License-Identifier: Apache-2.0
/// @file
/// Normal equations of a few regressors and one outcome, gathered observation by observation, with
/// the derivatives that a likelihood needs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Sums of w w' / F where w holds `size` regressors and then the outcome. Solved by elimination
/// without pivots, which a positive definite matrix does not need.
class augmented_products {
public:
    explicit augmented_products(std::size_t regressors)
        : size_(regressors), products_((regressors + 1) * (regressors + 1)) {}

    void add(const std::vector<double>& w, double precision) {
        for (std::size_t i = 0; i <= size_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                at(i, j) += w[i] * w[j] * precision;
            }
        }
    }

    /// The derivative of w w' / F, where `d_w` and `d_precision` are those of w and 1 / F.
    void add_derivative(const std::vector<double>& w, const std::vector<double>& d_w,
                        double precision, double d_precision) {
        for (std::size_t i = 0; i <= size_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                at(i, j) += (d_w[i] * w[j] + w[i] * d_w[j]) * precision + w[i] * w[j] * d_precision;
            }
        }
    }

    /// The lower triangle is kept, the upper one is its mirror.
    [[nodiscard]] double operator()(std::size_t i, std::size_t j) const {
        return i < j ? products_[j * (size_ + 1) + i] : products_[i * (size_ + 1) + j];
    }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    [[nodiscard]] double& at(std::size_t i, std::size_t j) {
        return products_[i * (size_ + 1) + j];
    }

    std::size_t size_;
    std::vector<double> products_;
};

/// The solution of such equations: A = L D L' of the regressors, and what they leave of the outcome.
class augmented_solution {
public:
    explicit augmented_solution(const augmented_products& m)
        : size_(m.size()), factor_((size_ + 1) * (size_ + 1)), coefficients_(size_) {
        for (std::size_t i = 0; i <= size_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                double rest = m(i, j);
                for (std::size_t k = 0; k < j; ++k) {
                    rest -= l(i, k) * l(j, k) * l(k, k);
                }
                l(i, j) = i == j ? rest : rest / l(j, j);
            }
        }
        for (std::size_t i = size_; i-- > 0;) {
            coefficients_[i] = l(size_, i);
            for (std::size_t k = i + 1; k < size_; ++k) {
                coefficients_[i] -= l(k, i) * coefficients_[k];
            }
        }
    }

    [[nodiscard]] const std::vector<double>& coefficients() const { return coefficients_; }
    /// Rounding does not make it negative.
    [[nodiscard]] double residual_squares() const { return (std::max)(l(size_, size_), 0.0); }

    /// What the regressors take of the outcome: b' A b of the coefficients.
    [[nodiscard]] double explained_squares() const {
        double sum = 0;
        for (std::size_t k = 0; k < size_; ++k) {
            sum += l(size_, k) * l(size_, k) * l(k, k);
        }
        return sum;
    }

    [[nodiscard]] double log_determinant() const {
        double sum = 0;
        for (std::size_t k = 0; k < size_; ++k) {
            sum += std::log(l(k, k));
        }
        return sum;
    }

    /// x' A^-1 x, a sum of squares.
    [[nodiscard]] double quadratic(std::span<const double> x) const {
        if (size_ == 0) {
            return 0;
        }
        std::vector<double> z(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(size_));
        double sum = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            for (std::size_t k = 0; k < i; ++k) {
                z[i] -= l(i, k) * z[k];
            }
            sum += z[i] * z[i] / l(i, i);
        }
        return sum;
    }

    /// The trace of A^-1 times the regressors' part of d.
    [[nodiscard]] double trace_with(const augmented_products& d) const {
        double sum = 0;
        std::vector<double> z(size_);
        for (std::size_t column = 0; column < size_; ++column) {
            for (std::size_t i = 0; i < size_; ++i) {
                z[i] = d(i, column);
                for (std::size_t k = 0; k < i; ++k) {
                    z[i] -= l(i, k) * z[k];
                }
            }
            for (std::size_t i = size_; i-- > column;) {
                z[i] /= l(i, i);
                for (std::size_t k = i + 1; k < size_; ++k) {
                    z[i] -= l(k, i) * z[k];
                }
            }
            sum += z[column];
        }
        return sum;
    }

    /// The derivative of residual_squares() where d is that of the products: at the solution the
    /// coefficients' own derivative drops out.
    [[nodiscard]] double residual_derivative(const augmented_products& d) const {
        double sum = 0;
        for (std::size_t i = 0; i <= size_; ++i) {
            for (std::size_t j = 0; j <= size_; ++j) {
                sum += contrast(i) * contrast(j) * d(i, j);
            }
        }
        return sum;
    }

    /// (outcome - coefficients) of a vector of both.
    [[nodiscard]] double residual(std::span<const double> w) const {
        double sum = w[size_];
        for (std::size_t k = 0; k < size_; ++k) {
            sum -= coefficients_[k] * w[k];
        }
        return sum;
    }

private:
    [[nodiscard]] double& l(std::size_t i, std::size_t j) { return factor_[i * (size_ + 1) + j]; }
    [[nodiscard]] double l(std::size_t i, std::size_t j) const {
        return factor_[i * (size_ + 1) + j];
    }
    [[nodiscard]] double contrast(std::size_t i) const {
        return i == size_ ? 1 : -coefficients_[i];
    }

    std::size_t size_;
    std::vector<double> factor_; // D on the diagonal, L below it
    std::vector<double> coefficients_;
};

} // namespace nps::inline v0::detail
