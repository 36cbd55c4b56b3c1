// SPDX-License-Identifier: Apache-2.0
/// @file
/// Newton's method for a concave log-likelihood, with step control, and what tells separation.
#pragma once

#include <nps/model/fit_status.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <cmath>
#include <limits>

namespace nps::inline v0::detail {

struct category_maximum {
    Eigen::VectorXd parameters;
    /// Minus the second derivatives of the log-likelihood at `parameters`.
    Eigen::MatrixXd information;
    double log_likelihood = 0;
    int iterations = 0;
    fit_status status = fit_status::iteration_limit;
};

/// The inverse of a symmetric positive definite matrix, scaled to a diagonal of ones before it is
/// factored; where rounding has left it without a factor, of the nearest that has one.
[[nodiscard]] inline Eigen::MatrixXd category_inverse(const Eigen::MatrixXd& matrix) {
    const Eigen::Index size = matrix.rows();
    Eigen::VectorXd scale(size);
    for (Eigen::Index i = 0; i < size; ++i) {
        scale[i] = matrix(i, i) > 0 ? 1 / std::sqrt(matrix(i, i)) : 1;
    }
    Eigen::MatrixXd scaled(size, size);
    Eigen::MatrixXd result = Eigen::MatrixXd::Identity(size, size);
    // Its entries are at most 1: a ridge of its size has a factor.
    for (double ridge = 0; ridge < 1e9; ridge = ridge > 0 ? 100 * ridge : 1e-15) {
        for (Eigen::Index j = 0; j < size; ++j) {
            for (Eigen::Index i = 0; i < size; ++i) {
                scaled(i, j) = matrix(i, j) * scale[i] * scale[j] + (i == j ? ridge : 0);
            }
        }
        const Eigen::LLT<Eigen::MatrixXd> factor(scaled);
        if (factor.info() != Eigen::Success) {
            continue;
        }
        factor.solveInPlace(result);
        for (Eigen::Index j = 0; j < size; ++j) {
            for (Eigen::Index i = 0; i < size; ++i) {
                result(i, j) *= scale[i] * scale[j];
            }
        }
        break;
    }
    return result;
}

/// `likelihood(parameters, gradient, information)` returns the log-likelihood, or minus infinity
/// outside of its range; `recedes(direction)` whether it cannot fall along that direction, however
/// far.
///
/// Begins at `start`, or at `safe` where that is more likely. The Newton decrement is the distance to the maximum in standard errors; the last step is taken
/// when it is below 1e-10, and leaves about its square. A separated likelihood rises by steps that
/// do not get shorter; after some of them their direction is asked, and is a proof.
template <class Likelihood>
[[nodiscard]] category_maximum
category_newton(const Likelihood& likelihood, const Eigen::VectorXd& start,
                const Eigen::VectorXd& safe, double safe_log_likelihood, int iteration_limit) {
    constexpr double last_step = 1e-20;
    constexpr double rounding = 1e-14;
    constexpr int patience = 6;
    const Eigen::Index size = start.size();
    category_maximum at{.parameters = start, .information = {}};
    Eigen::VectorXd gradient(size);
    at.information.resize(size, size);
    at.log_likelihood = likelihood(at.parameters, gradient, at.information);
    if (!(at.log_likelihood >= safe_log_likelihood)) {
        at.parameters = safe;
        at.log_likelihood = likelihood(at.parameters, gradient, at.information);
    }
    Eigen::VectorXd next_gradient(size);
    Eigen::MatrixXd next_information(size, size);
    double before = std::numeric_limits<double>::infinity();
    for (at.iterations = 1; at.iterations <= iteration_limit; ++at.iterations) {
        const Eigen::VectorXd direction = category_inverse(at.information) * gradient;
        const double decrement = gradient.dot(direction);
        const bool stalled = decrement < rounding && decrement > before / 4;
        if (at.iterations > patience && !(decrement <= last_step) &&
            likelihood.recedes(direction)) {
            at.status = fit_status::separated;
            return at;
        }
        if (decrement <= last_step || stalled) {
            at.parameters += direction;
            at.status = fit_status::converged;
            return at;
        }
        before = decrement;
        double step = 1;
        const double allowed = at.log_likelihood - 1e-11 * (1 + std::abs(at.log_likelihood));
        Eigen::VectorXd next;
        double reached = 0;
        for (;; step /= 2) {
            if (step < 1e-12) {
                --at.iterations;
                return at;
            }
            next = at.parameters + step * direction;
            reached = likelihood(next, next_gradient, next_information);
            if (reached >= allowed) {
                break;
            }
        }
        at.parameters = next;
        at.log_likelihood = reached;
        gradient.swap(next_gradient);
        at.information.swap(next_information);
    }
    at.iterations = iteration_limit;
    return at;
}

} // namespace nps::inline v0::detail
