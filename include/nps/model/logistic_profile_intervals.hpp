// SPDX-License-Identifier: Apache-2.0
/// @file
/// Intervals of logistic coefficients from the profile of the likelihood, plain or with Firth's
/// penalty.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/logistic_rows.hpp>
#include <nps/model/detail/logistic_solve.hpp>
#include <nps/model/detail/newton.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/logistic_fit.hpp>
#include <nps/model/logistic_regression.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of logistic_profile_intervals.
///
/// Checked:    tests/model/logistic_profile_intervals_test.cpp
/// Example:    examples/logistic_profile.cpp
struct logistic_profile_intervals_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen: the same as repeating it. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    logistic_penalty penalty = logistic_penalty::none;
    /// Names of the coefficients that are wanted, "(intercept)" among them; empty: all.
    std::vector<std::string> coefficients = {};
    /// Of the intervals.
    double level = 0.95;
    /// Of each fit.
    int iteration_limit = 200;
    /// 0: all that the machine has. The result does not depend on it.
    unsigned threads = 1;
};

/// A coefficient with what the profile of its likelihood says.
///
/// Checked:    tests/model/logistic_profile_intervals_test.cpp
/// Example:    examples/logistic_profile.cpp
struct profiled_coefficient {
    std::string name = {};
    double estimate = 0;
    nps::interval interval = {};
    /// Twice what the log-likelihood loses where the coefficient is 0, and its p value by
    /// chi-squared.
    double likelihood_ratio = 0;
    double p_value = 1;
};

/// Coefficients of a logistic regression with profile intervals.
///
/// Checked:    tests/model/logistic_profile_intervals_test.cpp
/// Example:    examples/logistic_profile.cpp
struct logistic_profile_intervals_result {
    /// In the order of logistic_fit::coefficients.
    std::vector<profiled_coefficient> coefficients = {};
    /// Constant and collinear items.
    std::vector<excluded_item> excluded = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// "profile_likelihood" or "profile_penalised_likelihood"
    std::string_view method = {};
};

namespace detail {

/// The largest likelihood with one coefficient held. The coefficient is a'b, b the parameters of the
/// scaled items; the others move in the orthogonal complement of a, which is as well conditioned
/// as the fit itself, for the intercept too.
class logistic_profile {
public:
    logistic_profile(const logistic_rows& data, const logistic_fit& fit, Eigen::Index held,
                     bool firth, int limit, const logistic_pass& pass, std::string_view function)
        : data_(&data), firth_(firth), limit_(limit), pass_(pass), function_(function) {
        const auto k = static_cast<Eigen::Index>(data.terms());
        at_.resize(k);
        at_[0] = fit.logit_at_centre;
        Eigen::VectorXd a = Eigen::VectorXd::Zero(k);
        a[0] = held == 0 ? 1 : 0;
        for (Eigen::Index j = 1; j < k; ++j) {
            const std::size_t item = data.kept[static_cast<std::size_t>(j - 1)];
            at_[j] = fit.coefficients[static_cast<std::size_t>(j)].estimate / data.scale[item];
            if (held == 0) {
                a[j] = -data.scale[item] * data.centre[item];
            } else if (held == j) {
                a[j] = data.scale[item];
            }
        }
        double square = 0;
        for (Eigen::Index j = 0; j < k; ++j) {
            square += a[j] * a[j];
        }
        along_.resize(k);
        for (Eigen::Index j = 0; j < k; ++j) {
            along_[j] = a[j] / square;
        }
        // Householder's reflection that takes a to the first axis; its other columns.
        Eigen::VectorXd u = a;
        const double length = std::sqrt(square);
        u[0] += a[0] < 0 ? -length : length;
        const double scale = length * std::abs(u[0]); // u'u / 2
        free_.resize(k, k - 1);
        for (Eigen::Index j = 1; j < k; ++j) {
            for (Eigen::Index i = 0; i < k; ++i) {
                free_(i, j - 1) = (i == j ? 1 : 0) - u[i] * u[j] / scale;
            }
        }
    }

    /// The likelihood, and its slope by the coefficient.
    struct height {
        double value = 0;
        double slope = 0;
    };

    /// With the coefficient moved by `step` from where it is; the others start where they are.
    height operator()(double step) {
        const Eigen::Index size = free_.cols();
        Eigen::VectorXd base = at_;
        for (Eigen::Index j = 0; j < base.size(); ++j) {
            base[j] += step * along_[j];
        }
        newton_point all;
        const auto evaluate = [&](const Eigen::VectorXd& free) {
            at_ = base + dense_product(free_, free);
            all = whole(at_);
            return along_free(all);
        };
        newton_point start = evaluate(Eigen::VectorXd::Zero(size));
        if (size > 0) {
            const newton_result found = newton_maximise(
                evaluate, [](const Eigen::VectorXd&) { return false; }, Eigen::VectorXd::Zero(size),
                std::move(start),
                {.limit = limit_, .tolerance = 1e-26 * static_cast<double>(data_->n)});
            if (found.status != fit_status::converged) {
                throw_undefined(function_, "the profile did not converge");
            }
            static_cast<void>(evaluate(found.at));
        }
        height result{.value = all.value};
        for (Eigen::Index j = 0; j < along_.size(); ++j) {
            result.slope += all.gradient[j] * along_[j];
        }
        return result;
    }

private:
    [[nodiscard]] newton_point whole(const Eigen::VectorXd& at) const {
        return firth_ ? logistic_firth_point(*data_, at, pass_)
                      : logistic_evaluate(*data_, at, pass_).point;
    }

    /// The point as the free parameters see it.
    [[nodiscard]] newton_point along_free(const newton_point& all) const {
        const Eigen::Index size = free_.cols();
        const Eigen::MatrixXd turned = free_.transpose();
        newton_point part{.value = all.value,
                          .gradient = dense_product(turned, all.gradient),
                          .information = dense_sandwich(turned, all.information)};
        if (firth_ && std::isfinite(all.value)) {
            // Far from the maximum the penalty bends as much as the likelihood: its score's own
            // derivatives, by differences, keep Newton's steps few.
            constexpr double h = 1e-4;
            Eigen::MatrixXd bend(size, size);
            bool finite = true;
            for (Eigen::Index j = 0; j < size; ++j) {
                const Eigen::VectorXd direction = free_.col(j);
                const newton_point below = whole(at_ - h * direction);
                const newton_point above = whole(at_ + h * direction);
                const Eigen::VectorXd fall = below.gradient - above.gradient;
                const Eigen::VectorXd difference = dense_product(turned, fall);
                for (Eigen::Index i = 0; i < size; ++i) {
                    bend(i, j) = difference[i] / (2 * h);
                    finite = finite && std::isfinite(bend(i, j));
                }
            }
            for (Eigen::Index j = 0; j < size; ++j) {
                for (Eigen::Index i = 0; i < j; ++i) {
                    bend(i, j) = bend(j, i) = (bend(i, j) + bend(j, i)) / 2;
                }
            }
            if (finite && dense_cholesky(bend).positive()) {
                part.information = std::move(bend);
            }
        }
        return part;
    }

    const logistic_rows* data_;
    bool firth_;
    int limit_;
    logistic_pass pass_;
    std::string_view function_;
    Eigen::VectorXd at_;
    /// How the parameters move with the coefficient, and how they are free to move.
    Eigen::VectorXd along_;
    Eigen::MatrixXd free_;
};

/// Where the root of the deviance, which is nearly straight, is `critical`: Newton's method, kept
/// inside a bracket.
[[nodiscard]] inline double logistic_profile_limit(logistic_profile profile, double top,
                                                   double step, double critical,
                                                   std::string_view function) {
    // Distances from the estimate.
    double inside = 0;
    double outside = 0;
    double last = 0;
    double at = step;
    for (int iteration = 0; iteration < 100; ++iteration) {
        const auto [value, slope] = profile(at - last);
        last = at;
        const double root = std::sqrt((std::max)(0.0, 2 * (top - value)));
        (root > critical ? outside : inside) = at;
        double next = at + (root - critical) * root / slope; // d root / d at = -slope / root
        if (std::abs(root - critical) <= 1e-14 * critical ||
            std::abs(next - at) <= 1e-14 * std::abs(at)) {
            return at;
        }
        if (outside == 0) {
            const bool onwards = next / step > at / step && next / step < 4 * (at / step);
            next = onwards ? next : 4 * at;
        } else if (!((next - inside) * (next - outside) < 0)) {
            next = inside / 2 + outside / 2;
        }
        if (!std::isfinite(next)) {
            break;
        }
        if (next == at) { // the bracket is as narrow as doubles are
            return at;
        }
        at = next;
    }
    throw_undefined(function, "the profile does not fall to the limit");
}

[[nodiscard]] inline logistic_profile_intervals_result
profile_logistic(logistic_rows data, const logistic_profile_intervals_options& options,
                 std::string_view function) {
    const bool firth = options.penalty == logistic_penalty::firth;
    const logistic_pass pass{.threads = options.threads};
    const logistic_fit fit = logistic_solve(data,
                                            {.penalty = options.penalty,
                                             .iteration_limit = options.iteration_limit,
                                             .level = options.level,
                                             .pass = pass},
                                            function);
    if (fit.status != fit_status::converged) {
        throw_undefined(function, fit.status == fit_status::separated
                                      ? "items separate the outcomes: a limit would be infinite; "
                                        "penalty = logistic_penalty::firth has finite ones"
                                      : "the fit did not converge");
    }
    for (const std::string& name : options.coefficients) {
        require(std::ranges::any_of(fit.coefficients,
                                    [&](const coefficient& c) { return c.name == name; }),
                function, "coefficients", name, "must be names of coefficients of the model");
    }
    logistic_standardise(data);
    data.kept = fit.columns;
    logistic_profile_intervals_result result{.excluded = fit.excluded,
                                             .n = fit.n,
                                             .dropped = fit.dropped,
                                             .method = firth ? "profile_penalised_likelihood"
                                                             : "profile_likelihood"};
    const double critical = normal_critical_value(options.level);
    for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
        const coefficient& c = fit.coefficients[j];
        if (!options.coefficients.empty() &&
            std::ranges::find(options.coefficients, c.name) == options.coefficients.end()) {
            continue;
        }
        const logistic_profile profile(data, fit, static_cast<Eigen::Index>(j), firth,
                                       options.iteration_limit, pass, function);
        const double top = logistic_profile(profile)(0).value;
        const auto limit = [&](double step) {
            return c.estimate + logistic_profile_limit(profile, top, step, critical, function);
        };
        const double step = critical * c.standard_error;
        profiled_coefficient one{.name = c.name, .estimate = c.estimate};
        one.interval = {.lower = limit(-step),
                        .upper = limit(step),
                        .level = options.level,
                        .n = fit.n,
                        .method = result.method};
        one.likelihood_ratio =
            (std::max)(0.0, 2 * (top - logistic_profile(profile)(-c.estimate).value));
        one.p_value = chi_squared_upper_tail(one.likelihood_ratio, 1);
        result.coefficients.push_back(one);
    }
    return result;
}

} // namespace detail

/// Intervals of the coefficients of a logistic regression from the profile of the likelihood: all
/// values whose likelihood, the other coefficients fitted anew, is not too far below the largest.
///
/// Formula:    2 (l - l(b)) = chi-squared quantile of one degree of freedom at `level`, l(b) the
///             maximum with the coefficient held at b; firth: l with half the logarithm of the
///             determinant of the whole information. Newton steps on the root of the deviance.
///             likelihood_ratio: 2 (l - l(0)).
/// Scale:      logits, as logistic_regression.
/// Assumes:    independent rows. Frequency weights equal repeating the row.
/// Not for:    sampling weights or clusters: the likelihood is not theirs; see
///             logistic_regression for robust errors.
/// Degenerate: under separation the penalised limits are finite; without the penalty
///             undefined_result. Constant and collinear items are in `excluded`.
/// Throws:     invalid_input for what logistic_regression refuses and for names that are not of
///             coefficients; undefined_result.
/// Cost:       about ten fits of the model for each limit.
/// Source:     Venzon, Moolgavkar (1988), doi:10.2307/2347496; Heinze, Schemper (2002),
///             doi:10.1002/sim.1047
/// Checked:    tests/reference/logistic_profile.csv (mpmath), logistic_profile_r.csv (R logistf)
/// Example:    examples/logistic_profile.cpp
template <class Items, class Outcome>
[[nodiscard]] logistic_profile_intervals_result
logistic_profile_intervals(const Eigen::DenseBase<Items>& items,
                           const Eigen::DenseBase<Outcome>& outcome,
                           const logistic_profile_intervals_options& options = {}) {
    constexpr std::string_view self = "logistic_profile_intervals";
    detail::require_level(options.level, self);
    detail::require(options.iteration_limit >= 1, self, "iteration_limit", options.iteration_limit,
                    "must be 1 or more");
    detail::require(options.penalty <= logistic_penalty::firth, self, "penalty",
                    static_cast<int>(options.penalty), "must be none or firth");
    const logistic_regression_options rows{.names = options.names,
                                           .frequency_weights = options.frequency_weights};
    return detail::profile_logistic(detail::logistic_take(items, outcome, rows, self), options,
                                    self);
}

} // namespace nps::inline v0
