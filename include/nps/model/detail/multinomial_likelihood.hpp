// SPDX-License-Identifier: Apache-2.0
/// @file
/// The log-likelihood of the multinomial logit, its derivatives, and where Newton's method begins.
#pragma once

#include <nps/model/detail/category_rows.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace nps::inline v0::detail {

/// log P(class k) = z_k - log(sum of e^{z_m}), z_0 = 0, z_k = a_k + sum of b_kj x_j.
/// Parameters: for each class but the lowest a_k, then b_kj of the centred and scaled items.
class multinomial_likelihood {
public:
    explicit multinomial_likelihood(const category_rows& rows) : rows_(rows) {}

    [[nodiscard]] Eigen::Index others() const { return rows_.class_number() - 1; }
    [[nodiscard]] Eigen::Index terms() const { return rows_.items() + 1; }
    [[nodiscard]] Eigen::Index size() const { return others() * terms(); }

    double operator()(const Eigen::VectorXd& at, Eigen::VectorXd& gradient,
                      Eigen::MatrixXd& information) const {
        if (!at.allFinite()) {
            return -std::numeric_limits<double>::infinity();
        }
        std::vector<sums> parts(static_cast<std::size_t>(rows_.chunks()));
        rows_.for_each([&](std::size_t chunk, const category_block& b) {
            if (parts[chunk].gradient.size() == 0) {
                parts[chunk].gradient.setZero(size());
                parts[chunk].information.setZero(size(), size());
            }
            add(parts[chunk], b, at);
        });
        gradient.setZero();
        information.setZero();
        double log_likelihood = 0;
        for (const sums& part : parts) {
            gradient += part.gradient;
            information += part.information;
            log_likelihood += part.log_likelihood;
        }
        for (Eigen::Index i = 0; i < size(); ++i) {
            for (Eigen::Index j = 0; j < i; ++j) {
                information(j, i) = information(i, j); // the lower part was summed
            }
        }
        return log_likelihood;
    }

    /// Whether no row's probability falls along the direction: no other class gains on the row's
    /// own by more than 1e-5 of the largest move.
    [[nodiscard]] bool recedes(const Eigen::VectorXd& direction) const {
        double least = 0;
        double largest = 0;
        for (const category_block& b : rows_.blocks) {
            const Eigen::MatrixXd z = predictors(b, direction);
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                for (Eigen::Index k = 0; k <= others(); ++k) {
                    least = (std::min)(least, z(i, b.position) - z(i, k));
                    largest = (std::max)(largest, z(i, b.position) - z(i, k));
                }
            }
        }
        return largest > 0 && least >= -1e-5 * largest;
    }

    /// Derivatives of each row's log-probability, a row of the result for each row of the block.
    [[nodiscard]] Eigen::MatrixXd scores(const category_block& b, const Eigen::VectorXd& at) const {
        const Eigen::Map<const Eigen::MatrixXd> x = rows_.block(b);
        Eigen::MatrixXd z = predictors(b, at);
        (void)probabilities(z, b, nullptr);
        Eigen::MatrixXd result(b.rows, size());
        for (Eigen::Index k = 1; k <= others(); ++k) {
            for (Eigen::Index j = 0; j < terms(); ++j) {
                for (Eigen::Index i = 0; i < b.rows; ++i) {
                    result(i, (k - 1) * terms() + j) =
                        ((k == b.position ? 1 : 0) - z(i, k)) * x(i, j);
                }
            }
        }
        return result;
    }

    /// The shares of the classes, and no effect of any item.
    [[nodiscard]] Eigen::VectorXd start() const {
        Eigen::VectorXd at = Eigen::VectorXd::Zero(size());
        for (Eigen::Index k = 0; k < others(); ++k) {
            at[k * terms()] = std::log(rows_.class_weights[static_cast<std::size_t>(k) + 1] /
                                       rows_.class_weights[0]);
        }
        return at;
    }

private:
    struct sums {
        Eigen::VectorXd gradient;
        Eigen::MatrixXd information;
        double log_likelihood = 0;
    };

    /// z_k of each row, a column for each class.
    [[nodiscard]] Eigen::MatrixXd predictors(const category_block& b,
                                             const Eigen::VectorXd& at) const {
        Eigen::MatrixXd z = Eigen::MatrixXd::Zero(b.rows, others() + 1);
        const Eigen::Map<const Eigen::MatrixXd> slopes(at.data(), terms(), others());
        z.rightCols(others()).noalias() = rows_.block(b) * slopes;
        return z;
    }

    /// Turns predictors into probabilities; the weighted sum of the rows' log-probabilities.
    double probabilities(Eigen::MatrixXd& z, const category_block& b, const double* weight) const {
        double log_likelihood = 0;
        for (Eigen::Index i = 0; i < b.rows; ++i) {
            double largest = 0;
            for (Eigen::Index k = 0; k <= others(); ++k) {
                largest = (std::max)(largest, z(i, k));
            }
            const double own = z(i, b.position) - largest;
            double sum = 0;
            for (Eigen::Index k = 0; k <= others(); ++k) {
                z(i, k) = std::exp(z(i, k) - largest);
                sum += z(i, k);
            }
            for (Eigen::Index k = 0; k <= others(); ++k) {
                z(i, k) /= sum;
            }
            if (weight != nullptr) {
                log_likelihood += weight[i] * (own - std::log(sum));
            }
        }
        return log_likelihood;
    }

    void add(sums& to, const category_block& b, const Eigen::VectorXd& at) const {
        const Eigen::Map<const Eigen::MatrixXd> x = rows_.block(b);
        const double* weight = rows_.weights.data() + b.first;
        Eigen::MatrixXd pi = predictors(b, at);
        to.log_likelihood += probabilities(pi, b, weight);
        Eigen::MatrixXd right(b.rows, terms());
        Eigen::VectorXd residual(b.rows);
        Eigen::MatrixXd product(terms(), terms());
        for (Eigen::Index k = 1; k <= others(); ++k) {
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                residual[i] = weight[i] * ((k == b.position ? 1 : 0) - pi(i, k));
            }
            to.gradient.segment((k - 1) * terms(), terms()).noalias() += x.transpose() * residual;
            for (Eigen::Index m = 1; m <= k; ++m) {
                for (Eigen::Index i = 0; i < b.rows; ++i) {
                    residual[i] = weight[i] * pi(i, k) * (k == m ? 1 - pi(i, k) : -pi(i, m));
                }
                for (Eigen::Index j = 0; j < terms(); ++j) {
                    for (Eigen::Index i = 0; i < b.rows; ++i) {
                        right(i, j) = x(i, j) * residual[i];
                    }
                }
                product.noalias() = x.transpose() * right;
                to.information.block((k - 1) * terms(), (m - 1) * terms(), terms(), terms()) +=
                    product;
            }
        }
    }

    const category_rows& rows_;
};

} // namespace nps::inline v0::detail
