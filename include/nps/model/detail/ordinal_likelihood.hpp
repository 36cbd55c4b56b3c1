// SPDX-License-Identifier: Apache-2.0
/// @file
/// The log-likelihood of proportional odds, its derivatives, and where Newton's method begins.
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

/// Of log P(class j) = log F(u) + log(1 - F(l)) + log(1 - e^{l - u}), u and l the cut-points above
/// and below less the linear predictor, F logistic. The last term is the same for all rows of a
/// class, nothing cancels, and every second derivative is a sum of terms of one sign:
///   d/du = 1 - F(u) + g,  d/dl = -F(l) - g,  g = 1 / (e^{u - l} - 1);
///   d2/du2 = -F(u)(1 - F(u)) - g (1 + g),  d2/dl2 = -F(l)(1 - F(l)) - g (1 + g),
///   d2/du dl = g (1 + g).
/// Parameters: the cut-points, ascending, then the coefficients of the centred and scaled items.
class ordinal_likelihood {
public:
    explicit ordinal_likelihood(const category_rows& rows) : rows_(rows) {}

    [[nodiscard]] Eigen::Index cuts() const { return rows_.class_number() - 1; }
    [[nodiscard]] Eigen::Index size() const { return cuts() + rows_.items(); }

    [[nodiscard]] newton_point operator()(const Eigen::VectorXd& at) const {
        for (Eigen::Index k = 0; k < cuts(); ++k) {
            if (!(k == 0 || at[k] > at[k - 1]) || !std::isfinite(at[k])) {
                return {.value = -std::numeric_limits<double>::infinity()};
            }
        }
        const Eigen::Index p = rows_.items();
        std::vector<sums> parts(static_cast<std::size_t>(rows_.chunks()));
        rows_.for_each([&](std::size_t chunk, const category_block& b) {
            if (parts[chunk].x.size() == 0) {
                parts[chunk].x.setZero(p + 1, p + 1 + 2 * (cuts() + 1));
                parts[chunk].classes.setZero(2, cuts() + 1);
            }
            add(parts[chunk], b, at);
        });
        for (std::size_t chunk = 1; chunk < parts.size(); ++chunk) {
            parts[0].x += parts[chunk].x;
            parts[0].classes += parts[chunk].classes;
            parts[0].log_likelihood += parts[chunk].log_likelihood;
        }
        return assemble(parts[0], at);
    }

    /// Whether a row moves by 1/4 or more along the direction and no row's probability falls: its
    /// upper cut-point does not come nearer, nor its lower one, by more than 1e-6 of the largest move.
    [[nodiscard]] bool recedes(const Eigen::VectorXd& direction) const {
        double least = 0;
        double largest = 0;
        for (const category_block& b : rows_.blocks) {
            const category_column eta = predictor(b, direction);
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                const double move = eta[static_cast<std::size_t>(i)];
                if (b.position < cuts()) {
                    least = (std::min)(least, direction[b.position] - move);
                    largest = (std::max)(largest, direction[b.position] - move);
                }
                if (b.position > 0) {
                    least = (std::min)(least, move - direction[b.position - 1]);
                    largest = (std::max)(largest, move - direction[b.position - 1]);
                }
            }
        }
        return largest >= 0.25 && least >= -1e-6 * largest;
    }

    /// Derivatives of each row's log-probability, a row of the result for each row of the block.
    [[nodiscard]] Eigen::MatrixXd scores(const category_block& b, const Eigen::VectorXd& at) const {
        const Eigen::Index p = rows_.items();
        const Eigen::Map<const Eigen::MatrixXd> x = rows_.block(b);
        const category_column eta = predictor(b, at);
        Eigen::MatrixXd result = Eigen::MatrixXd::Zero(b.rows, size());
        const double g = neighbour(b.position, at);
        for (Eigen::Index i = 0; i < b.rows; ++i) {
            double above = 0; // 1 - F(u)
            double below = 0; // F(l)
            if (b.position < cuts()) {
                above = 1 / (1 + std::exp(at[b.position] - eta[static_cast<std::size_t>(i)]));
                result(i, b.position) = above + g;
            }
            if (b.position > 0) {
                below = 1 / (1 + std::exp(eta[static_cast<std::size_t>(i)] - at[b.position - 1]));
                result(i, b.position - 1) = -below - g;
            }
            for (Eigen::Index j = 0; j < p; ++j) {
                result(i, cuts() + j) = (below - above) * x(i, j + 1);
            }
        }
        return result;
    }

    /// Cut-points that fit the shares of the classes, and no effect of any item.
    [[nodiscard]] Eigen::VectorXd null_start() const {
        Eigen::VectorXd at = Eigen::VectorXd::Zero(size());
        std::vector<double> above(rows_.class_weights.size() + 1, 0);
        for (std::size_t k = rows_.class_weights.size(); k-- > 0;) {
            above[k] = above[k + 1] + rows_.class_weights[k];
        }
        double below = 0;
        for (Eigen::Index k = 0; k < cuts(); ++k) {
            below += rows_.class_weights[static_cast<std::size_t>(k)];
            at[k] = std::log(below / above[static_cast<std::size_t>(k) + 1]);
            if (k > 0 && !(at[k] > at[k - 1])) {
                at[k] = at[k - 1] + 1e-12 * (1 + std::abs(at[k - 1])); // a class of no weight
            }
        }
        return at;
    }

    /// A Newton step of the coefficients from there, as if all classes had one variance.
    [[nodiscard]] Eigen::VectorXd start() const {
        const Eigen::Index p = rows_.items();
        Eigen::VectorXd at = null_start();
        double variance = 0;
        Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p);
        for (const category_block& b : rows_.blocks) {
            const double upper = b.position < cuts() ? 1 / (1 + std::exp(-at[b.position])) : 1;
            const double lower = b.position > 0 ? 1 / (1 + std::exp(-at[b.position - 1])) : 0;
            const double* weight = rows_.weights.data() + b.first;
            const double* x = rows_.values.data() + b.offset;
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                variance += (upper * (1 - upper) + lower * (1 - lower)) * weight[i];
            }
            for (Eigen::Index j = 0; j < p; ++j) {
                x += b.rows;
                double sum = 0;
                for (Eigen::Index i = 0; i < b.rows; ++i) {
                    sum += x[i] * weight[i];
                }
                gradient[j] += (upper + lower - 1) * sum;
            }
        }
        const Eigen::VectorXd step = dense_product(information_inverse(rows_.products), gradient);
        for (Eigen::Index j = 0; j < p; ++j) {
            at[cuts() + j] = step[j] * (rows_.total / variance);
        }
        return at;
    }

private:
    /// Sums over the rows of a chunk.
    struct sums {
        /// Of ones and items times: items by their variance, each class's upper and lower
        /// variances, residuals.
        Eigen::MatrixXd x;
        /// Of each class: of 1 - F(u), of F(l).
        Eigen::MatrixXd classes;
        double log_likelihood = 0;
    };

    /// 1 / (e^{u - l} - 1); 0 for the outer classes.
    [[nodiscard]] double neighbour(Eigen::Index k, const Eigen::VectorXd& at) const {
        return k > 0 && k < cuts() ? 1 / std::expm1(at[k] - at[k - 1]) : 0;
    }

    /// The sum of items times their parameters, of each row.
    [[nodiscard]] category_column predictor(const category_block& b,
                                            const Eigen::VectorXd& at) const {
        category_column eta{};
        const double* x = rows_.values.data() + b.offset;
        for (Eigen::Index j = 0; j < rows_.items(); ++j) {
            const double slope = at[cuts() + j];
            x += b.rows;
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                eta[static_cast<std::size_t>(i)] += slope * x[i];
            }
        }
        return eta;
    }

    void add(sums& to, const category_block& b, const Eigen::VectorXd& at) const {
        const Eigen::Index p = rows_.items();
        const Eigen::Index m = b.rows;
        const double* x = rows_.values.data() + b.offset;
        const double* weight = rows_.weights.data() + b.first;
        const category_column predicted = predictor(b, at);
        const double* eta = predicted.data();
        // One side after the other: v = F (1 - F), and what is on the far side of the cut-point.
        double variance[2][category_rows::block_rows] = {};
        double beyond[2][category_rows::block_rows] = {};
        double loss[category_rows::block_rows]; // (1 + e^-|u|) (1 + e^-|l|)
        std::fill(loss, loss + m, 1.0);
        double linear = 0;
        for (const int side : {0, 1}) {
            const Eigen::Index cut = b.position - side;
            if (cut < 0 || cut == cuts()) {
                continue;
            }
            const double sign = side == 0 ? -1 : 1;
            double z[category_rows::block_rows];
            double e[category_rows::block_rows];
            for (Eigen::Index i = 0; i < m; ++i) {
                z[i] = sign * (at[cut] - eta[i]); // -u, l: the larger, the less likely
                e[i] = -std::abs(z[i]);
            }
            for (Eigen::Index i = 0; i < m; ++i) {
                e[i] = std::exp(e[i]);
            }
            for (Eigen::Index i = 0; i < m; ++i) {
                const double t = 1 / (1 + e[i]);
                loss[i] *= 1 + e[i];
                beyond[side][i] = z[i] > 0 ? t : e[i] * t;
                variance[side][i] = e[i] * t * t;
            }
            for (Eigen::Index i = 0; i < m; ++i) {
                linear += weight[i] * (std::max)(z[i], 0.0);
            }
        }
        double log_loss = 0;
        if (rows_.equal_weights) {
            // At most 4^256.
            double product = 1;
            for (Eigen::Index i = 0; i < m; ++i) {
                product *= loss[i];
            }
            log_loss = std::log(product);
        } else {
            for (Eigen::Index i = 0; i < m; ++i) {
                log_loss += weight[i] * std::log(loss[i]);
            }
        }
        to.log_likelihood -= linear + log_loss;

        Eigen::MatrixXd right(m, p + 3);
        double* upper = right.data() + p * m;
        double* lower = upper + m;
        double* residual = lower + m;
        double above = 0;
        double below = 0;
        for (Eigen::Index i = 0; i < m; ++i) {
            upper[i] = weight[i] * variance[0][i];
            lower[i] = weight[i] * variance[1][i];
            residual[i] = weight[i] * (beyond[1][i] - beyond[0][i]);
            above += weight[i] * beyond[0][i];
            below += weight[i] * beyond[1][i];
        }
        to.classes(0, b.position) += above;
        to.classes(1, b.position) += below;
        for (Eigen::Index j = 0; j < p; ++j) {
            const double* column = x + (j + 1) * m;
            double* out = right.data() + j * m;
            for (Eigen::Index i = 0; i < m; ++i) {
                out[i] = column[i] * (upper[i] + lower[i]);
            }
        }
        const Eigen::Index k = b.position;
        add_products(x + m, p, right.data(), p, m, true,
                     [&](Eigen::Index i, Eigen::Index j, double sum) { to.x(i + 1, j) += sum; });
        const Eigen::Index column[3] = {p + k, p + cuts() + 1 + k, p + 2 * (cuts() + 1)};
        add_products(x, p + 1, upper, 3, m, false, [&](Eigen::Index i, Eigen::Index j, double sum) {
            to.x(i, column[j]) += sum;
        });
    }

    [[nodiscard]] newton_point assemble(const sums& all, const Eigen::VectorXd& at) const {
        const Eigen::Index p = rows_.items();
        const Eigen::Index lower = p + cuts() + 1; // the first column of lower variances
        double log_likelihood = all.log_likelihood;
        Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size());
        Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size(), size());
        for (Eigen::Index k = 0; k < cuts(); ++k) {
            // The class below the cut-point ends at it, the one above begins there.
            const double own = neighbour(k, at);
            const double next = neighbour(k + 1, at);
            const double weight = rows_.class_weights[static_cast<std::size_t>(k)];
            const double next_weight = rows_.class_weights[static_cast<std::size_t>(k) + 1];
            gradient[k] =
                all.classes(0, k) + weight * own - all.classes(1, k + 1) - next_weight * next;
            information(k, k) = all.x(0, p + k) + weight * own * (1 + own) +
                                all.x(0, lower + k + 1) + next_weight * next * (1 + next);
            if (k > 0) {
                information(k, k - 1) = information(k - 1, k) = -weight * own * (1 + own);
                log_likelihood += weight * std::log(-std::expm1(at[k - 1] - at[k]));
            }
            for (Eigen::Index j = 0; j < p; ++j) {
                information(cuts() + j, k) = information(k, cuts() + j) =
                    -(all.x(j + 1, p + k) + all.x(j + 1, lower + k + 1));
            }
        }
        for (Eigen::Index j = 0; j < p; ++j) {
            gradient[cuts() + j] = all.x(j + 1, lower + cuts() + 1);
            for (Eigen::Index i = j; i < p; ++i) { // the lower part was summed
                information(cuts() + i, cuts() + j) = all.x(i + 1, j);
                information(cuts() + j, cuts() + i) = all.x(i + 1, j);
            }
        }
        return {log_likelihood, std::move(gradient), std::move(information)};
    }

    const category_rows& rows_;
};

} // namespace nps::inline v0::detail
