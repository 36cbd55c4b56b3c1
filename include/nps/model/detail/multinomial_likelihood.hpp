// SPDX-License-Identifier: Apache-2.0
/// @file
/// The log-likelihood of the multinomial logit, its derivatives, and where Newton's method begins.
#pragma once

#include <nps/model/detail/category_rows.hpp>
#include <nps/model/detail/newton.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
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

    [[nodiscard]] newton_point operator()(const Eigen::VectorXd& at) const {
        for (Eigen::Index i = 0; i < size(); ++i) {
            if (!std::isfinite(at[i])) {
                return {.value = -std::numeric_limits<double>::infinity()};
            }
        }
        std::vector<sums> parts(static_cast<std::size_t>(rows_.chunks()));
        rows_.for_each([&](std::size_t chunk, const category_block& b) {
            if (parts[chunk].gradient.size() == 0) {
                parts[chunk].gradient.setZero(size());
                parts[chunk].information.setZero(size(), size());
            }
            add(parts[chunk], b, at);
        });
        Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size());
        Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size(), size());
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
        return {log_likelihood, std::move(gradient), std::move(information)};
    }

    /// Whether a row moves by 1/4 or more along the direction and no row's probability falls: no
    /// other class gains on the row's own by more than 1e-6 of the largest move.
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
        return largest >= 0.25 && least >= -1e-6 * largest;
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
        for (Eigen::Index k = 1; k <= others(); ++k) {
            double* out = z.data() + k * b.rows;
            const double* x = rows_.values.data() + b.offset;
            for (Eigen::Index j = 0; j < terms(); ++j, x += b.rows) {
                const double slope = at[(k - 1) * terms() + j];
                for (Eigen::Index i = 0; i < b.rows; ++i) {
                    out[i] += slope * x[i];
                }
            }
        }
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
        const double* x = rows_.values.data() + b.offset;
        const double* weight = rows_.weights.data() + b.first;
        Eigen::MatrixXd pi = predictors(b, at);
        to.log_likelihood += probabilities(pi, b, weight);
        Eigen::MatrixXd right(b.rows, terms());
        Eigen::VectorXd residual(b.rows);
        for (Eigen::Index k = 1; k <= others(); ++k) {
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                residual[i] = weight[i] * ((k == b.position ? 1 : 0) - pi(i, k));
            }
            const Eigen::Index row = (k - 1) * terms();
            add_products(
                x, terms(), residual.data(), 1, b.rows, false,
                [&](Eigen::Index i, Eigen::Index, double sum) { to.gradient[row + i] += sum; });
            for (Eigen::Index m = 1; m <= k; ++m) {
                for (Eigen::Index i = 0; i < b.rows; ++i) {
                    residual[i] = weight[i] * pi(i, k) * (k == m ? 1 - pi(i, k) : -pi(i, m));
                }
                for (Eigen::Index j = 0; j < terms(); ++j) {
                    for (Eigen::Index i = 0; i < b.rows; ++i) {
                        right(i, j) = x[j * b.rows + i] * residual[i];
                    }
                }
                const Eigen::Index column = (m - 1) * terms();
                add_products(x, terms(), right.data(), terms(), b.rows, true,
                             [&](Eigen::Index i, Eigen::Index j, double sum) {
                                 to.information(row + i, column + j) += sum;
                                 if (i != j) {
                                     to.information(row + j, column + i) += sum;
                                 }
                             });
            }
        }
    }

    const category_rows& rows_;
};

} // namespace nps::inline v0::detail
