// SPDX-License-Identifier: Apache-2.0
/// @file
/// Newton's method with step control for a concave likelihood that may have no maximum.
#pragma once

#include <nps/model/detail/dense.hpp>
#include <nps/model/fit_status.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nps::inline v0::detail {

/// What the method asks of a likelihood at a point.
struct newton_point {
    double value = 0;
    Eigen::VectorXd gradient = {};
    /// Minus the second derivatives, or their expectation.
    Eigen::MatrixXd information = {};
};

/// 1 / sqrt of the diagonal, by which rows and columns are scaled to a diagonal of ones.
[[nodiscard]] inline Eigen::VectorXd unit_scale(const Eigen::MatrixXd& matrix) {
    Eigen::VectorXd scale(matrix.rows());
    for (Eigen::Index j = 0; j < scale.size(); ++j) {
        scale[j] = matrix(j, j) > 0 ? 1 / std::sqrt(matrix(j, j)) : 1;
    }
    return scale;
}

/// Each element times the factors of its row and of its column.
[[nodiscard]] inline Eigen::MatrixXd scaled_both(const Eigen::MatrixXd& matrix,
                                                 const Eigen::VectorXd& scale) {
    Eigen::MatrixXd result(matrix.rows(), matrix.cols());
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
        for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
            result(i, j) = matrix(i, j) * scale[i] * scale[j];
        }
    }
    return result;
}

/// The inverse of a symmetric positive definite matrix, scaled to a diagonal of ones before it is
/// factored; where rounding has left it without a factor, of the nearest that has one.
[[nodiscard]] inline Eigen::MatrixXd information_inverse(const Eigen::MatrixXd& matrix) {
    const Eigen::VectorXd scale = unit_scale(matrix);
    const Eigen::MatrixXd scaled = scaled_both(matrix, scale);
    // Its entries are at most 1: a ridge of its size has a factor.
    for (double ridge = 0; ridge<1e9; ridge = ridge> 0 ? 100 * ridge : 1e-15) {
        Eigen::MatrixXd raised = scaled;
        for (Eigen::Index j = 0; j < raised.rows(); ++j) {
            raised(j, j) += ridge;
        }
        const dense_cholesky factor(std::move(raised));
        if (factor.positive()) {
            return scaled_both(factor.inverse(), scale);
        }
    }
    return Eigen::MatrixXd::Identity(matrix.rows(), matrix.cols());
}

/// The step information^-1 gradient; false where the information is not positive definite.
[[nodiscard]] inline bool newton_step(const newton_point& point, Eigen::VectorXd& step) {
    const Eigen::VectorXd scale = unit_scale(point.information);
    const dense_cholesky factor(scaled_both(point.information, scale));
    if (!factor.positive()) {
        return false;
    }
    step = point.gradient;
    for (Eigen::Index j = 0; j < step.size(); ++j) {
        step[j] *= scale[j];
    }
    step = factor.solve(step);
    bool finite = true;
    for (Eigen::Index j = 0; j < step.size(); ++j) {
        step[j] *= scale[j];
        finite = finite && std::isfinite(step[j]);
    }
    return finite;
}

struct newton_result {
    Eigen::VectorXd at = {};
    newton_point point = {};
    fit_status status = fit_status::iteration_limit;
    int iterations = 0;
};

struct newton_control {
    int limit = 100;
    /// Of the squared decrement g' I^-1 g: twice what a step may still gain.
    double tolerance = 1e-26;
};

/// From `at`, where the likelihood is `point`, to the maximum. `evaluate(b)` gives a newton_point;
/// `runaway(step)` says whether the likelihood rises for ever along `step`, and is asked only when
/// steps gain next to nothing and yet do not shrink.
///
/// A step that lowers the value is halved. The fit has converged when the squared decrement is
/// within the tolerance, or has stopped falling within 10^10 times the tolerance, which is where
/// rounding rules, and no runaway is found.
template <class Evaluate, class Runaway>
[[nodiscard]] newton_result newton_maximise(Evaluate&& evaluate, Runaway&& runaway,
                                            Eigen::VectorXd at, newton_point point,
                                            const newton_control& control) {
    newton_result r{.at = std::move(at), .point = std::move(point)};
    const Eigen::Index size = r.at.size();
    double before = std::numeric_limits<double>::infinity();
    Eigen::VectorXd last = Eigen::VectorXd::Zero(size);
    Eigen::VectorXd next_at(size);
    while (true) {
        Eigen::VectorXd step;
        if (!newton_step(r.point, step)) {
            r.status = runaway(last) ? fit_status::separated : fit_status::iteration_limit;
            return r;
        }
        double decrement = 0;
        for (Eigen::Index j = 0; j < size; ++j) {
            decrement += r.point.gradient[j] * step[j];
        }
        decrement = (std::max)(0.0, decrement);
        const bool at_noise = decrement <= 1e10 * control.tolerance && decrement >= before;
        if (decrement <= 1e16 * control.tolerance && runaway(step)) {
            r.status = fit_status::separated;
            return r;
        }
        if (decrement <= control.tolerance || at_noise) {
            r.status = fit_status::converged;
            return r;
        }
        if (r.iterations == control.limit) {
            return r;
        }
        ++r.iterations;
        before = decrement;
        last = step;
        const double allowed = 1e-12 * (1 + std::abs(r.point.value));
        double factor = 1;
        newton_point next;
        for (int halving = 0;; ++halving, factor /= 2) {
            for (Eigen::Index j = 0; j < size; ++j) {
                next_at[j] = r.at[j] + factor * step[j];
            }
            next = evaluate(next_at);
            if (next.value >= r.point.value - allowed) {
                break;
            }
            if (halving == 60) {
                return r;
            }
        }
        r.at = next_at;
        r.point = std::move(next);
    }
}

} // namespace nps::inline v0::detail
