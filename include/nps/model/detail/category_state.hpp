// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a fitted model of classes says of one person, and how that moves with its parameters.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/dense.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// P(class k) for each class, and their derivatives by the parameters, a row for each class.
struct category_state {
    Eigen::VectorXd probabilities;
    Eigen::MatrixXd derivatives;
};

/// `x`: the values of the items that have coefficients, less their means.
[[nodiscard]] inline category_state category_state_of(const ordinal_fit& fit,
                                                      const Eigen::VectorXd& x) {
    const Eigen::VectorXd& at = fit.centred_parameters;
    const Eigen::Index p = x.size();
    const Eigen::Index cuts = at.size() - p;
    double eta = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        eta += at[cuts + j] * x[j];
    }
    category_state state{.probabilities = Eigen::VectorXd::Ones(cuts + 1),
                         .derivatives = Eigen::MatrixXd::Zero(cuts + 1, cuts + p)};
    for (Eigen::Index k = 0; k < cuts; ++k) {
        const double z = at[k] - eta;
        const double below = 1 / (1 + std::exp(-z));
        const double above = 1 / (1 + std::exp(z));
        // F(u) (1 - F(l)) (1 - e^{l - u}): nothing cancels.
        state.probabilities[k] *= below;
        state.probabilities[k + 1] *= above;
        if (k > 0) {
            state.probabilities[k] *= -std::expm1(at[k - 1] - at[k]);
        }
        const double density = below * above;
        for (Eigen::Index j = -1; j < p; ++j) {
            const double slope = j < 0 ? density : -density * x[j];
            const Eigen::Index column = j < 0 ? k : cuts + j;
            state.derivatives(k, column) += slope;
            state.derivatives(k + 1, column) -= slope;
        }
    }
    return state;
}

[[nodiscard]] inline category_state category_state_of(const multinomial_fit& fit,
                                                      const Eigen::VectorXd& x) {
    const Eigen::VectorXd& at = fit.centred_parameters;
    const Eigen::Index terms = x.size() + 1;
    const Eigen::Index classes = at.size() / terms + 1;
    category_state state{.probabilities = Eigen::VectorXd::Zero(classes),
                         .derivatives = Eigen::MatrixXd(classes, at.size())};
    double largest = 0;
    for (Eigen::Index k = 1; k < classes; ++k) {
        double z = at[(k - 1) * terms];
        for (Eigen::Index j = 1; j < terms; ++j) {
            z += at[(k - 1) * terms + j] * x[j - 1];
        }
        state.probabilities[k] = z;
        largest = (std::max)(largest, z);
    }
    double sum = 0;
    for (Eigen::Index k = 0; k < classes; ++k) {
        state.probabilities[k] = std::exp(state.probabilities[k] - largest);
        sum += state.probabilities[k];
    }
    for (Eigen::Index k = 0; k < classes; ++k) {
        state.probabilities[k] /= sum;
    }
    for (Eigen::Index k = 0; k < classes; ++k) {
        for (Eigen::Index m = 1; m < classes; ++m) {
            const double slope =
                state.probabilities[k] * ((k == m ? 1 : 0) - state.probabilities[m]);
            for (Eigen::Index j = 0; j < terms; ++j) {
                state.derivatives(k, (m - 1) * terms + j) = slope * (j == 0 ? 1 : x[j - 1]);
            }
        }
    }
    return state;
}

/// The mean of the codes of the classes.
[[nodiscard]] inline double category_mean_code(const Eigen::VectorXd& probabilities,
                                               const Eigen::VectorXd& codes) {
    double mean = 0;
    for (Eigen::Index k = 0; k < codes.size(); ++k) {
        mean += probabilities[k] * codes[k];
    }
    return mean;
}

/// Its derivatives by the parameters.
[[nodiscard]] inline Eigen::VectorXd category_gradient(const category_state& state,
                                                       const Eigen::VectorXd& codes) {
    Eigen::VectorXd gradient(state.derivatives.cols());
    for (Eigen::Index i = 0; i < gradient.size(); ++i) {
        gradient[i] = 0;
        for (Eigen::Index k = 0; k < codes.size(); ++k) {
            gradient[i] += state.derivatives(k, i) * codes[k];
        }
    }
    return gradient;
}

/// -1, 0 or 1 for each class.
[[nodiscard]] inline Eigen::VectorXd category_codes(const category_fit& fit,
                                                    std::string_view function) {
    if (!fit.scale) {
        throw_undefined(function, "no scale says which classes are promoters and which detractors; "
                                  "give one to the fit");
    }
    Eigen::VectorXd codes(std::ssize(fit.classes));
    for (std::size_t k = 0; k < fit.classes.size(); ++k) {
        codes[static_cast<Eigen::Index>(k)] =
            static_cast<double>(classify(fit.classes[k], *fit.scale)) - 1;
    }
    return codes;
}

/// The derivative of the net score by each item, and their derivatives by the parameters, a column
/// for each item.
struct category_slopes {
    Eigen::VectorXd slopes;
    Eigen::MatrixXd derivatives;
};

/// The score is the last code plus, at each cut-point, F times the fall of the code across it.
[[nodiscard]] inline category_slopes
category_slopes_of(const ordinal_fit& fit, const Eigen::VectorXd& codes, const Eigen::VectorXd& x) {
    const Eigen::VectorXd& at = fit.centred_parameters;
    const Eigen::Index p = x.size();
    const Eigen::Index cuts = at.size() - p;
    double eta = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        eta += at[cuts + j] * x[j];
    }
    category_slopes result{.slopes = Eigen::VectorXd::Zero(p),
                           .derivatives = Eigen::MatrixXd::Zero(cuts + p, p)};
    for (Eigen::Index k = 0; k < cuts; ++k) {
        const double rise = codes[k + 1] - codes[k];
        if (rise == 0) {
            continue;
        }
        const double below = 1 / (1 + std::exp(eta - at[k]));
        const double above = 1 / (1 + std::exp(at[k] - eta));
        const double density = rise * below * above;
        const double bend = density * (above - below); // by the cut-point
        for (Eigen::Index j = 0; j < p; ++j) {
            const double slope = at[cuts + j];
            result.slopes[j] += slope * density;
            result.derivatives(k, j) += slope * bend;
            result.derivatives(cuts + j, j) += density;
            for (Eigen::Index i = 0; i < p; ++i) {
                result.derivatives(cuts + i, j) -= slope * bend * x[i];
            }
        }
    }
    return result;
}

/// D_j = sum of pi_k (s_k - s) b_kj, s the mean code, and
/// dD_j / d(m, r) = x_r pi_m ((s_m - s) (b_mj - b_j) - D_j) + pi_m (s_m - s) [r = j],
/// b_j = sum of pi_k b_kj.
[[nodiscard]] inline category_slopes category_slopes_of(const multinomial_fit& fit,
                                                        const Eigen::VectorXd& codes,
                                                        const Eigen::VectorXd& x) {
    const Eigen::VectorXd& at = fit.centred_parameters;
    const Eigen::Index p = x.size();
    const Eigen::Index terms = p + 1;
    const Eigen::VectorXd pi = category_state_of(fit, x).probabilities;
    const double mean = category_mean_code(pi, codes);
    category_slopes result{.slopes = Eigen::VectorXd::Zero(p),
                           .derivatives = Eigen::MatrixXd::Zero(at.size(), p)};
    for (Eigen::Index j = 0; j < p; ++j) {
        double mean_slope = 0;
        for (Eigen::Index k = 1; k < pi.size(); ++k) {
            const double b = at[(k - 1) * terms + j + 1];
            mean_slope += pi[k] * b;
            result.slopes[j] += pi[k] * (codes[k] - mean) * b;
        }
        for (Eigen::Index m = 1; m < pi.size(); ++m) {
            const double b = at[(m - 1) * terms + j + 1];
            const double from_mean = codes[m] - mean;
            const double common = pi[m] * (from_mean * (b - mean_slope) - result.slopes[j]);
            for (Eigen::Index r = 0; r < terms; ++r) {
                result.derivatives((m - 1) * terms + r, j) = common * (r == 0 ? 1 : x[r - 1]);
            }
            result.derivatives((m - 1) * terms + j + 1, j) += pi[m] * from_mean;
        }
    }
    return result;
}

/// The standard error of a function of the parameters with this gradient.
[[nodiscard]] inline double category_delta(const category_fit& fit,
                                           const Eigen::VectorXd& gradient) {
    return std::sqrt((std::max)(0.0, dense_quadratic(fit.centred_covariance, gradient)));
}

} // namespace nps::inline v0::detail
