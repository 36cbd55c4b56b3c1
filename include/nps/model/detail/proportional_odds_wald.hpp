// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logistic regressions of the answers above each cut-point, fitted apart, with the joint covariance
/// of their slopes.
#pragma once

#include <nps/model/detail/category_result.hpp>
#include <nps/model/detail/ordinal_likelihood.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

struct binary_fits {
    /// Of the centred and scaled items; cut-point after cut-point.
    Eigen::VectorXd slopes;
    Eigen::MatrixXd covariance;
    /// converged where all of them are.
    fit_status status = fit_status::converged;
};

/// The rows in the order of `rows`: ones with the sign of a cut-point, then the items.
[[nodiscard]] inline Eigen::MatrixXd binary_design(const category_rows& rows) {
    Eigen::MatrixXd x(rows.weights.size(), rows.items() + 1);
    for (const category_block& b : rows.blocks) {
        const Eigen::Map<const Eigen::MatrixXd> block = rows.block(b);
        for (Eigen::Index j = 0; j <= rows.items(); ++j) {
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                x(b.first + i, j) = j == 0 ? -1 : block(i, j);
            }
        }
    }
    return x;
}

/// A fit of proportional odds with two classes is a logistic regression: classes of a lower position
/// than `cut` + 1 become one, the rest the other. The blocks stay as they are.
[[nodiscard]] inline category_rows binary_rows(const category_rows& rows, int cut) {
    category_rows two = rows;
    two.classes = {0, 1};
    two.class_weights.assign(2, 0);
    two.class_counts.assign(2, 0);
    for (std::size_t k = 0; k < rows.classes.size(); ++k) {
        const std::size_t side = static_cast<int>(k) > cut ? 1 : 0;
        two.class_weights[side] += rows.class_weights[k];
        two.class_counts[side] += rows.class_counts[k];
    }
    for (category_block& b : two.blocks) {
        b.position = b.position > cut ? 1 : 0;
    }
    return two;
}

[[nodiscard]] inline binary_fits fit_above_cuts(const category_rows& rows, const model_rows& from,
                                                int iteration_limit,
                                                const category_error_plan& plan,
                                                std::string_view function) {
    const Eigen::Index p = rows.items();
    const Eigen::Index q = p + 1;
    const Eigen::Index n = rows.weights.size();
    const int cuts = rows.class_number() - 1;
    const Eigen::MatrixXd x = binary_design(rows);
    std::vector<Eigen::MatrixXd> inverse;
    Eigen::MatrixXd above(n, cuts); // the probability of an answer above the cut-point
    binary_fits result{.slopes = Eigen::VectorXd(cuts * p), .covariance = {}};
    for (int cut = 0; cut < cuts; ++cut) {
        const category_rows two = binary_rows(rows, cut);
        const ordinal_likelihood likelihood(two);
        const newton_result at =
            category_maximise(likelihood, likelihood.start(), likelihood.null_start(),
                              category_null(two), two.total, iteration_limit);
        if (at.status != fit_status::converged && result.status != fit_status::separated) {
            result.status = at.status;
        }
        inverse.push_back(information_inverse(at.point.information));
        for (Eigen::Index j = 0; j < p; ++j) {
            result.slopes[cut * p + j] = at.at[j + 1];
        }
        const Eigen::VectorXd logit = dense_product(x, at.at);
        for (Eigen::Index i = 0; i < n; ++i) {
            above(i, cut) = 1 / (1 + std::exp(-logit[i]));
        }
    }
    Eigen::MatrixXd joint(cuts * q, cuts * q);
    if (plan.errors == standard_errors::classical) {
        Eigen::MatrixXd weighted(n, q);
        for (int k = 0; k < cuts; ++k) {
            for (int l = k; l < cuts; ++l) {
                for (Eigen::Index i = 0; i < n; ++i) {
                    const double weight = rows.weights[i] * above(i, l) * (1 - above(i, k));
                    for (Eigen::Index j = 0; j < q; ++j) {
                        weighted(i, j) = weight * x(i, j);
                    }
                }
                add_products(
                    x.data(), q, weighted.data(), q, n, true,
                    [&](Eigen::Index i, Eigen::Index j, double sum) {
                        for (const auto& [row, column] : {std::pair(i, j), std::pair(j, i)}) {
                            joint(k * q + row, l * q + column) = sum;
                            joint(l * q + row, k * q + column) = sum;
                        }
                    });
            }
        }
    } else {
        joint = category_meat(
            rows, from, plan, cuts * q,
            [&](const category_block& b) {
                Eigen::MatrixXd scores(b.rows, cuts * q);
                for (int cut = 0; cut < cuts; ++cut) {
                    for (Eigen::Index j = 0; j < q; ++j) {
                        for (Eigen::Index i = 0; i < b.rows; ++i) {
                            scores(i, cut * q + j) =
                                ((b.position > cut ? 1 : 0) - above(b.first + i, cut)) *
                                x(b.first + i, j);
                        }
                    }
                }
                return scores;
            },
            function);
    }
    result.covariance.resize(cuts * p, cuts * p);
    for (int k = 0; k < cuts; ++k) {
        for (int l = 0; l < cuts; ++l) {
            Eigen::MatrixXd middle(q, q);
            for (Eigen::Index j = 0; j < q; ++j) {
                for (Eigen::Index i = 0; i < q; ++i) {
                    middle(i, j) = joint(k * q + i, l * q + j);
                }
            }
            const Eigen::MatrixXd block =
                dense_product(dense_product(inverse[static_cast<std::size_t>(k)], middle),
                              inverse[static_cast<std::size_t>(l)]);
            for (Eigen::Index j = 0; j < p; ++j) {
                for (Eigen::Index i = 0; i < p; ++i) {
                    result.covariance(k * p + i, l * p + j) = block(i + 1, j + 1);
                }
            }
        }
    }
    return result;
}

/// The Wald statistic that these items have the slopes of the first cut-point at each other one.
/// Refuses a covariance without an inverse: of g clusters it has a rank of g - 1 at most.
[[nodiscard]] inline double equal_slopes(const binary_fits& fits,
                                         const std::vector<Eigen::Index>& items, Eigen::Index p,
                                         Eigen::Index cuts, std::string_view function) {
    const Eigen::Index m = std::ssize(items);
    const Eigen::Index size = (cuts - 1) * m;
    Eigen::VectorXd difference(size);
    Eigen::MatrixXd covariance(size, size);
    const auto place = [&](Eigen::Index i, bool first) {
        return (first ? 0 : i / m + 1) * p + items[static_cast<std::size_t>(i % m)];
    };
    for (Eigen::Index i = 0; i < size; ++i) {
        difference[i] = fits.slopes[place(i, false)] - fits.slopes[place(i, true)];
        for (Eigen::Index j = 0; j < size; ++j) {
            covariance(i, j) = fits.covariance(place(i, false), place(j, false)) -
                               fits.covariance(place(i, false), place(j, true)) -
                               fits.covariance(place(i, true), place(j, false)) +
                               fits.covariance(place(i, true), place(j, true));
        }
    }
    constexpr double least = 1e-10; // of a variance, left by the differences before it
    const dense_cholesky factor(scaled_both(covariance, unit_scale(covariance)));
    bool invertible = factor.positive();
    for (Eigen::Index i = 0; invertible && i < size; ++i) {
        invertible = factor.root(i, i) * factor.root(i, i) > least;
    }
    if (!invertible) {
        throw_undefined(function,
                        "the covariance of the slopes is singular: too few rows or clusters "
                        "for " +
                            to_text(size) + " differences of slopes");
    }
    return dense_quadratic(information_inverse(covariance), difference);
}

} // namespace nps::inline v0::detail
