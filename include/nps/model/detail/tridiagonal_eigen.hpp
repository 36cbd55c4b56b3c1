// SPDX-License-Identifier: Apache-2.0
/// @file
/// Eigenvalues and eigenvectors of a symmetric matrix in memory that is kept from call to call: for
/// measures that a bootstrap makes for each replicate. A program that includes Eigen's own solver
/// takes seven seconds more to compile.
#pragma once

#include <nps/version.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nps::inline v0::detail {

/// Householder reflections to a tridiagonal matrix, then implicit steps of QR with Wilkinson's
/// shifts. Errors are some units of rounding of the largest entry.
///
/// Source:     Golub and Van Loan (2013), sections 8.3.1 and 8.3.5, ISBN 978-1-4214-0794-4
class tridiagonal_eigen {
public:
    /// Of a symmetric matrix of finite numbers.
    void compute(const Eigen::MatrixXd& matrix) {
        work_ = matrix;
        const Eigen::Index n = work_.rows();
        values_.resize(n);
        off_.resize(n);
        scale_.resize(n);
        image_.resize(n);
        vectors_.resize(n, n);
        for (Eigen::Index k = 0; k < n; ++k) {
            reflect(k);
        }
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index i = 0; i < n; ++i) {
                vectors_(i, j) = i == j ? 1 : 0;
            }
        }
        for (Eigen::Index k = n; k-- > 0;) {
            unreflect(k);
        }
        diagonalise();
    }

    /// In no order.
    [[nodiscard]] const Eigen::VectorXd& values() const { return values_; }
    /// Column k belongs to value k.
    [[nodiscard]] const Eigen::MatrixXd& vectors() const { return vectors_; }

private:
    /// Makes column k zero below the entry under the diagonal; the vector of the reflection stays
    /// in its place.
    void reflect(Eigen::Index k) {
        const Eigen::Index n = work_.rows();
        double* const v = work_.data() + k * n;
        values_[k] = v[k];
        scale_[k] = 0;
        off_[k] = k + 1 < n ? v[k + 1] : 0;
        double below = 0;
        for (Eigen::Index i = k + 2; i < n; ++i) {
            below += v[i] * v[i];
        }
        if (!(below > 0)) {
            return;
        }
        off_[k] = -std::copysign(std::sqrt(v[k + 1] * v[k + 1] + below), v[k + 1]);
        v[k + 1] -= off_[k];
        scale_[k] = 2 / (v[k + 1] * v[k + 1] + below);
        double* const w = image_.data();
        std::fill(w + k + 1, w + n, 0.0);
        for (Eigen::Index j = k + 1; j < n; ++j) {
            const double* const column = work_.data() + j * n;
            const double factor = scale_[k] * v[j];
            for (Eigen::Index i = k + 1; i < n; ++i) {
                w[i] += factor * column[i];
            }
        }
        double along = 0;
        for (Eigen::Index i = k + 1; i < n; ++i) {
            along += w[i] * v[i];
        }
        along *= scale_[k] / 2;
        for (Eigen::Index i = k + 1; i < n; ++i) {
            w[i] -= along * v[i];
        }
        for (Eigen::Index j = k + 1; j < n; ++j) {
            double* const column = work_.data() + j * n;
            const double of_v = w[j];
            const double of_w = v[j];
            for (Eigen::Index i = k + 1; i < n; ++i) {
                column[i] -= v[i] * of_v + w[i] * of_w;
            }
        }
    }

    /// Reflection k times what is in vectors_.
    void unreflect(Eigen::Index k) {
        const Eigen::Index n = work_.rows();
        const double* const v = work_.data() + k * n;
        for (Eigen::Index j = k + 1; j < n && scale_[k] > 0; ++j) {
            double* const column = vectors_.data() + j * n;
            double along = 0;
            for (Eigen::Index i = k + 1; i < n; ++i) {
                along += v[i] * column[i];
            }
            along *= scale_[k];
            for (Eigen::Index i = k + 1; i < n; ++i) {
                column[i] -= along * v[i];
            }
        }
    }

    void diagonalise() {
        double largest = 0;
        for (Eigen::Index k = 0; k < values_.size(); ++k) {
            largest = (std::max)({largest, std::abs(values_[k]), std::abs(off_[k])});
        }
        const double nothing = std::numeric_limits<double>::epsilon() / 8 * largest;
        Eigen::Index steps_left = 60 * values_.size(); // two for each value are needed
        for (Eigen::Index last = values_.size() - 1; last > 0 && steps_left > 0;) {
            Eigen::Index first = last;
            while (first > 0 && std::abs(off_[first - 1]) > nothing) {
                --first;
            }
            if (first == last) {
                --last;
            } else {
                step(first, last);
                --steps_left;
            }
        }
    }

    /// One step of QR on rows first to last, none of whose off-diagonal entries is zero.
    void step(Eigen::Index first, Eigen::Index last) {
        const Eigen::Index n = values_.size();
        const double half = (values_[last - 1] - values_[last]) / 2;
        const double corner = off_[last - 1];
        const double root = std::copysign(std::sqrt(half * half + corner * corner), half);
        const double shift = values_[last] - corner * (corner / (half + root));
        double x = values_[first] - shift;
        double z = off_[first];
        for (Eigen::Index k = first; k < last; ++k) {
            const double length = std::hypot(x, z);
            const double c = length > 0 ? x / length : 1;
            const double s = length > 0 ? z / length : 0;
            if (k > first) {
                off_[k - 1] = length;
            }
            const double upper = values_[k];
            const double lower = values_[k + 1];
            const double between = off_[k];
            const double moved = s * (s * (lower - upper) + 2 * c * between);
            values_[k] = upper + moved;
            values_[k + 1] = lower - moved;
            off_[k] = c * s * (lower - upper) + (c - s) * (c + s) * between;
            if (k + 1 < last) {
                x = off_[k];
                z = s * off_[k + 1];
                off_[k + 1] *= c;
            }
            double* const a = vectors_.data() + k * n;
            double* const b = a + n;
            for (Eigen::Index i = 0; i < n; ++i) {
                const double old = a[i];
                a[i] = c * old + s * b[i];
                b[i] = c * b[i] - s * old;
            }
        }
    }

    Eigen::MatrixXd work_;
    Eigen::MatrixXd vectors_;
    Eigen::VectorXd values_;
    Eigen::VectorXd off_;   ///< entries beside the diagonal
    Eigen::VectorXd scale_; ///< 2 / v'v of each reflection
    Eigen::VectorXd image_;
};

} // namespace nps::inline v0::detail
