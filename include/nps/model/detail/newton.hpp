// SPDX-License-Identifier: Apache-2.0
/// @file
/// Newton's method with step control for a concave likelihood that may have no maximum.
#pragma once

#include <nps/model/fit_status.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nps::inline v0::detail {

/// What the method asks of a likelihood at a point.
struct newton_point {
    double value = 0;
    Eigen::VectorXd gradient = {};
    /// Minus the second derivatives, or their expectation.
    Eigen::MatrixXd information = {};
};

/// Solves information * x = right, scaled to a unit diagonal; false where it is not positive
/// definite.
inline bool newton_solve(const Eigen::MatrixXd& information, const Eigen::MatrixXd& right,
                         Eigen::MatrixXd& solution) {
    const Eigen::Index k = information.rows();
    Eigen::VectorXd scale(k);
    for (Eigen::Index j = 0; j < k; ++j) {
        if (!(information(j, j) > 0 && std::isfinite(information(j, j)))) {
            return false;
        }
        scale[j] = 1 / std::sqrt(information(j, j));
    }
    Eigen::MatrixXd scaled = information;
    solution = right;
    for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index i = 0; i < k; ++i) {
            scaled(i, j) *= scale[i] * scale[j];
        }
        solution.row(j) *= scale[j];
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(scaled);
    if (factor.info() != Eigen::Success) {
        return false;
    }
    factor.solveInPlace(solution);
    for (Eigen::Index j = 0; j < k; ++j) {
        solution.row(j) *= scale[j];
    }
    return solution.allFinite();
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

/// From `at` to the maximum. `evaluate(b)` gives a newton_point; `runaway(b, step)` says whether the
/// likelihood rises for ever along `step`, and is asked only when steps gain next to nothing and
/// yet do not shrink.
///
/// A step that lowers the value is halved. The fit has converged when the squared decrement is
/// within the tolerance, or has stopped falling within 10^10 times the tolerance, which is where
/// rounding rules, and no runaway is found.
template <class Evaluate, class Runaway>
[[nodiscard]] newton_result newton_maximise(Evaluate&& evaluate, Runaway&& runaway,
                                            Eigen::VectorXd at, const newton_control& control) {
    newton_result r{.at = std::move(at)};
    r.point = evaluate(r.at);
    double before = std::numeric_limits<double>::infinity();
    Eigen::VectorXd last = Eigen::VectorXd::Zero(r.at.size());
    while (true) {
        Eigen::MatrixXd step;
        if (!newton_solve(r.point.information, r.point.gradient, step)) {
            r.status = runaway(r.at, last) ? fit_status::separated : fit_status::iteration_limit;
            return r;
        }
        const double decrement = (std::max)(0.0, r.point.gradient.dot(step.col(0)));
        const bool at_noise = decrement <= 1e10 * control.tolerance && decrement >= before;
        if (decrement <= 1e16 * control.tolerance && runaway(r.at, step.col(0))) {
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
        last = step.col(0);
        const double allowed = 1e-12 * (1 + std::abs(r.point.value));
        double factor = 1;
        newton_point next;
        for (int halving = 0;; ++halving, factor /= 2) {
            next = evaluate(r.at + factor * last);
            if (next.value >= r.point.value - allowed) {
                break;
            }
            if (halving == 60) {
                return r;
            }
        }
        r.at += factor * last;
        r.point = std::move(next);
    }
}

} // namespace nps::inline v0::detail
