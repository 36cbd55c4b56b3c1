// SPDX-License-Identifier: Apache-2.0
/// @file
/// From the maximum of a likelihood to the result of a fit: robust errors, measures of fit.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/detail/category_rows.hpp>
#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/newton.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Refuses kinds of errors that these models do not have.
[[nodiscard]] inline std::string_view category_errors(standard_errors errors, bool clusters,
                                                      std::string_view function) {
    require(errors == standard_errors::classical || errors == standard_errors::hc0 ||
                errors == standard_errors::clustered,
            function, "errors", static_cast<int>(errors), "must be classical, hc0 or clustered");
    if (errors == standard_errors::clustered) {
        require(clusters, function, "clusters.size()", 0, "must be the number of rows");
        return "clustered";
    }
    return errors == standard_errors::hc0 ? "hc0" : "classical";
}

/// What of the options bears on the errors.
struct category_error_plan {
    standard_errors errors = standard_errors::classical;
    /// 1 / frequency of each row of model_rows: a row that was seen f times counts f times its
    /// square, not f^2 times.
    std::vector<double> once;
};

[[nodiscard]] inline category_error_plan
category_plan(const model_rows& rows, standard_errors errors,
              const std::vector<std::int64_t>& frequency_weights) {
    category_error_plan plan{.errors = errors, .once = {}};
    if (errors == standard_errors::hc0 && !frequency_weights.empty()) {
        for (const Eigen::Index i : rows.positions) {
            plan.once.push_back(
                1 / static_cast<double>(frequency_weights[static_cast<std::size_t>(i)]));
        }
    }
    return plan;
}

/// The sum of outer products of the rows' scores, or of the clusters' times G / (G - 1).
/// `scores(block)` has a row of derivatives for each row of the block.
template <class Scores>
[[nodiscard]] Eigen::MatrixXd category_meat(const category_rows& rows, const model_rows& from,
                                            const category_error_plan& plan, Eigen::Index size,
                                            Scores scores, std::string_view function) {
    Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(size, size);
    std::map<std::int64_t, Eigen::VectorXd> clusters;
    for (const category_block& b : rows.blocks) {
        Eigen::MatrixXd s = scores(b);
        for (Eigen::Index i = 0; i < b.rows; ++i) {
            const auto row =
                static_cast<std::size_t>(rows.order[static_cast<std::size_t>(b.first + i)]);
            double weight = rows.weights[b.first + i];
            if (plan.errors == standard_errors::clustered) {
                Eigen::VectorXd& sum = clusters[from.clusters[row]];
                if (sum.size() == 0) {
                    sum.setZero(size);
                }
                for (Eigen::Index j = 0; j < size; ++j) {
                    sum[j] += weight * s(i, j);
                }
                continue;
            }
            if (!plan.once.empty()) {
                weight *= std::sqrt(plan.once[row]);
            }
            for (Eigen::Index j = 0; j < size; ++j) {
                s(i, j) *= weight;
            }
        }
        if (plan.errors != standard_errors::clustered) {
            add_products(s.data(), size, s.data(), size, b.rows, true,
                         [&](Eigen::Index i, Eigen::Index j, double sum) { meat(i, j) += sum; });
        }
    }
    if (plan.errors == standard_errors::clustered) {
        if (clusters.size() < 2) {
            throw_undefined(function, "the variance between the answers of one cluster");
        }
        const auto g = static_cast<double>(clusters.size());
        for (const auto& [label, sum] : clusters) {
            for (Eigen::Index j = 0; j < size; ++j) {
                for (Eigen::Index i = j; i < size; ++i) {
                    meat(i, j) += g / (g - 1) * (sum[i] * sum[j]);
                }
            }
        }
    }
    for (Eigen::Index j = 0; j < size; ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            meat(i, j) = meat(j, i);
        }
    }
    return meat;
}

/// The maximum, from `start` or, where that is less likely, from `safe`.
template <class Likelihood>
[[nodiscard]] newton_result
category_maximise(const Likelihood& likelihood, Eigen::VectorXd start, const Eigen::VectorXd& safe,
                  double safe_log_likelihood, double n, int iteration_limit) {
    newton_point point = likelihood(start);
    if (!(point.value >= safe_log_likelihood)) {
        start = safe;
        point = likelihood(start);
    }
    return newton_maximise(
        likelihood, [&](const Eigen::VectorXd& step) { return likelihood.recedes(step); },
        std::move(start), std::move(point), {.limit = iteration_limit, .tolerance = 1e-26 * n});
}

/// Covariance of the parameters of centred and scaled items.
template <class Likelihood>
[[nodiscard]] Eigen::MatrixXd
category_covariance(const Likelihood& likelihood, const newton_result& at,
                    const category_rows& rows, const model_rows& from,
                    const category_error_plan& plan, std::string_view function) {
    const Eigen::MatrixXd inverse = information_inverse(at.point.information);
    if (plan.errors == standard_errors::classical) {
        return inverse;
    }
    const auto scores = [&](const category_block& b) { return likelihood.scores(b, at.at); };
    const Eigen::MatrixXd meat =
        category_meat(rows, from, plan, likelihood.size(), scores, function);
    return dense_sandwich(inverse, meat);
}

/// The log-likelihood of a model without items.
[[nodiscard]] inline double category_null(const category_rows& rows) {
    double result = 0;
    for (const double weight : rows.class_weights) {
        result += weight * std::log(weight / rows.total);
    }
    return result;
}

/// All that does not depend on the kind of model.
inline void category_describe(category_fit& fit, const category_rows& rows, const model_rows& from,
                              const newton_result& at, const std::optional<scale>& answers,
                              Eigen::Index parameters, std::string_view method) {
    fit.classes = rows.classes;
    fit.class_counts = rows.class_counts;
    fit.excluded = rows.excluded;
    fit.names = from.names;
    fit.columns = rows.kept;
    fit.scale = answers;
    if (answers) {
        std::size_t next = 0;
        for (int value = answers->lowest; value <= answers->highest; ++value) {
            if (next < fit.classes.size() && fit.classes[next] == value) {
                ++next;
            } else {
                fit.empty_classes.push_back(value);
            }
        }
    } else if (fit.classes.front() >= -1 && fit.classes.back() <= 1) {
        fit.scale = three_categories;
    } else if (zero_to_ten.contains(fit.classes.front()) &&
               zero_to_ten.contains(fit.classes.back()) &&
               classify(fit.classes.front()) != classify(fit.classes.back())) {
        fit.scale = zero_to_ten;
    }
    fit.n = from.n;
    fit.dropped = from.dropped;
    fit.iterations = at.iterations;
    fit.status = at.status;
    fit.method = method;
    const auto n = static_cast<double>(fit.n);
    const auto k = static_cast<double>(parameters);
    fit.log_likelihood = at.point.value;
    fit.null_log_likelihood = category_null(rows);
    fit.deviance = -2 * fit.log_likelihood;
    fit.aic = fit.deviance + 2 * k;
    fit.bic = fit.deviance + k * std::log(n);
    fit.likelihood_ratio = (std::max)(0.0, 2 * (fit.log_likelihood - fit.null_log_likelihood));
    fit.mcfadden_r_squared = fit.likelihood_ratio / (-2 * fit.null_log_likelihood);
    fit.nagelkerke_r_squared =
        std::expm1(-fit.likelihood_ratio / n) / std::expm1(2 * fit.null_log_likelihood / n);
    fit.degrees_of_freedom = k - static_cast<double>(fit.classes.size()) + 1;
    if (fit.degrees_of_freedom > 0) {
        fit.p_value = chi_squared_upper_tail(fit.likelihood_ratio, fit.degrees_of_freedom);
    }
}

/// From parameters of centred and scaled items to the caller's, which are returned: first to items
/// less their means, each parameter times `unscale`, then `shift` times these.
[[nodiscard]] inline Eigen::VectorXd category_uncentre(category_fit& fit, const category_rows& rows,
                                                       const newton_result& at,
                                                       const Eigen::MatrixXd& covariance,
                                                       const Eigen::VectorXd& unscale,
                                                       const Eigen::MatrixXd& shift) {
    fit.item_means = rows.centre;
    fit.centred_parameters = at.at;
    for (Eigen::Index j = 0; j < unscale.size(); ++j) {
        fit.centred_parameters[j] *= unscale[j];
    }
    fit.centred_covariance = scaled_both(covariance, unscale);
    fit.covariance = dense_sandwich(shift, fit.centred_covariance);
    return dense_product(shift, fit.centred_parameters);
}

/// An estimate, its error, and the normal interval and test.
[[nodiscard]] inline coefficient category_coefficient(std::string name, double estimate,
                                                      double variance, double level, std::int64_t n,
                                                      std::string_view method) {
    const double error = std::sqrt((std::max)(variance, 0.0));
    const double z = normal_critical_value(level);
    coefficient c{.name = std::move(name),
                  .estimate = estimate,
                  .standard_error = error,
                  .statistic = error > 0 ? estimate / error : 0,
                  .interval = {.lower = estimate - z * error,
                               .upper = estimate + z * error,
                               .level = level,
                               .n = n,
                               .method = method}};
    c.p_value = error > 0 ? 2 * normal_upper_tail(std::abs(c.statistic)) : 1;
    return c;
}

} // namespace nps::inline v0::detail
