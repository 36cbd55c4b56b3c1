// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logistic regression on rows that have been taken: which items, where the optimum is, and what
/// follows from it.
#pragma once

#include <nps/model/detail/dense.hpp>
#include <nps/model/detail/logistic_rows.hpp>
#include <nps/model/detail/newton.hpp>
#include <nps/model/logistic_fit.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

struct logistic_settings {
    standard_errors errors = standard_errors::classical;
    logistic_penalty penalty = logistic_penalty::none;
    int iteration_limit = 0;
    double level = 0;
    logistic_pass pass = {};
};

/// The positions among the kept items that are not linear functions of those before them: what is
/// left of their variance is more than `tolerance` of it. `products` is of the intercept and them.
/// `with`, where it is given, gets the positions that each of the others is a function of.
[[nodiscard]] inline std::vector<std::size_t>
logistic_independent(const Eigen::MatrixXd& products, double tolerance,
                     std::vector<std::vector<std::size_t>>* with = nullptr) {
    const Eigen::Index k = products.rows();
    Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(k, k);
    std::vector<Eigen::Index> rows{0};
    std::vector<std::size_t> result;
    factor(0, 0) = std::sqrt(products(0, 0));
    for (Eigen::Index j = 1; j < k; ++j) {
        double left = products(j, j);
        double variance = left;
        for (std::size_t a = 0; a < rows.size(); ++a) {
            double sum = products(j, rows[a]);
            for (std::size_t b = 0; b < a; ++b) {
                sum -= factor(j, rows[b]) * factor(rows[a], rows[b]);
            }
            factor(j, rows[a]) = sum / factor(rows[a], rows[a]);
            left -= factor(j, rows[a]) * factor(j, rows[a]);
            if (a == 0) {
                variance = left;
            }
        }
        if (left > tolerance * variance && left > 1e-15 * products(j, j)) {
            factor(j, j) = std::sqrt(left);
            rows.push_back(j);
            result.push_back(static_cast<std::size_t>(j - 1));
        } else if (with != nullptr) {
            with->emplace_back();
            for (const std::size_t i :
                 collinear_with(rows.size(), [&](std::size_t row, std::size_t column) {
                     return factor(row < rows.size() ? rows[row] : j, rows[column]);
                 })) {
                if (i > 0) { // not the intercept
                    with->back().push_back(result[i - 1]);
                }
            }
        }
    }
    return result;
}

inline void logistic_exclude_collinear(logistic_rows& data, const logistic_pass& pass) {
    // At zero the information is a quarter of the cross-products.
    const auto k = static_cast<Eigen::Index>(data.terms());
    std::vector<std::vector<std::size_t>> with;
    const std::vector<std::size_t> independent = logistic_independent(
        logistic_evaluate(data, Eigen::VectorXd::Zero(k), pass).point.information, 1e-10, &with);
    std::vector<std::size_t> kept;
    std::size_t next = 0;
    for (std::size_t a = 0; a < data.kept.size(); ++a) {
        if (next < independent.size() && independent[next] == a) {
            kept.push_back(data.kept[a]);
            ++next;
        } else {
            data.excluded.push_back({data.names[data.kept[a]], exclusion::collinear});
            for (const std::size_t i : with[a - next]) {
                data.excluded.back().with.push_back(data.names[data.kept[i]]);
            }
        }
    }
    data.kept = kept;
    std::sort(data.excluded.begin(), data.excluded.end(),
              [&](const excluded_item& a, const excluded_item& b) {
                  const auto at = [&](const excluded_item& e) {
                      return std::find(data.names.begin(), data.names.end(), e.name);
                  };
                  return at(a) < at(b);
              });
}

/// Whether the likelihood rises for ever along `step`: it moves a row by 1/4 or more, and none
/// towards the other outcome by more than 1e-6 of the largest move.
[[nodiscard]] inline bool logistic_runaway(const logistic_rows& data, const Eigen::VectorXd& step,
                                           const logistic_pass& pass) {
    double farthest = 0;
    for (Eigen::Index j = 0; j < step.size(); ++j) {
        farthest += std::abs(step[j]);
    }
    if (!(farthest >= 0.25)) {
        return false; // columns are within [-1, 1]
    }
    std::vector<double> least(logistic_chunks(data), 0);
    std::vector<double> most(logistic_chunks(data), 0);
    logistic_each_block(data, {.threads = pass.threads, .instructions = pass.instructions},
                        [&](logistic_block& b, std::size_t count, std::size_t, std::size_t chunk) {
                            logistic_terms(b, step.data(), pass.instructions);
                            for (std::size_t i = 0; i < count; ++i) {
                                const double z = b.sign[i] * b.eta[i];
                                least[chunk] = (std::min)(least[chunk], z);
                                most[chunk] = (std::max)(most[chunk], z);
                            }
                        });
    const double worst = *std::min_element(least.begin(), least.end());
    const double best = *std::max_element(most.begin(), most.end());
    return best >= 0.25 && worst >= -1e-6 * best;
}

/// The log-likelihood with Firth's penalty, and his score: the residuals gain h (1/2 - probability),
/// h the leverage of the row.
[[nodiscard]] inline newton_point logistic_firth_point(const logistic_rows& data,
                                                       const Eigen::VectorXd& at,
                                                       const logistic_pass& pass) {
    newton_point point = logistic_evaluate(data, at, pass).point;
    const Eigen::Index k = at.size();
    const dense_cholesky factor(point.information);
    if (!factor.positive()) {
        point.value = -std::numeric_limits<double>::infinity();
        return point;
    }
    point.value += factor.log_determinant() / 2;
    std::vector<Eigen::VectorXd> parts(logistic_chunks(data), Eigen::VectorXd::Zero(k));
    logistic_each_block(
        data, pass, [&](logistic_block& b, std::size_t count, std::size_t, std::size_t chunk) {
            logistic_terms(b, at.data(), pass.instructions);
            Eigen::VectorXd whitened(k);
            for (std::size_t i = 0; i < count; ++i) {
                double leverage = 0;
                for (Eigen::Index j = 0; j < k; ++j) {
                    double sum = b.x[static_cast<std::size_t>(j)][i];
                    for (Eigen::Index l = 0; l < j; ++l) {
                        sum -= factor.root(j, l) * whitened[l];
                    }
                    whitened[j] = sum / factor.root(j, j);
                    leverage += whitened[j] * whitened[j];
                }
                // 1/2 - p = -tanh(eta / 2) / 2
                const double extra = -b.information[i] * leverage * std::tanh(b.eta[i] / 2) / 2;
                for (Eigen::Index j = 0; j < k; ++j) {
                    parts[chunk][j] += extra * b.x[static_cast<std::size_t>(j)][i];
                }
            }
        });
    for (const Eigen::VectorXd& part : parts) {
        for (Eigen::Index j = 0; j < k; ++j) {
            point.gradient[j] += part[j];
        }
    }
    return point;
}

/// Where to begin.
struct logistic_start {
    Eigen::VectorXd at = {};
    /// What the information there is about; empty where that is not known.
    Eigen::MatrixXd information = {};
    /// Whether it is proven that no item is collinear.
    bool independent = false;
};

/// At the optimum of every sixteenth block where that is a good place, else at 0.
[[nodiscard]] inline logistic_start logistic_start_of(const logistic_rows& data,
                                                      const logistic_pass& pass) {
    constexpr std::size_t many = std::size_t{1} << 16;
    logistic_start start{.at = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(data.terms()))};
    if (data.rows < many || data.rows < 512 * data.terms()) {
        return start;
    }
    logistic_pass some = pass;
    some.every = 16;
    const auto evaluate = [&](const Eigen::VectorXd& b) {
        return logistic_evaluate(data, b, some).point;
    };
    newton_point zero = evaluate(start.at);
    // What is left of a column's variance over all rows is at least what is left of it over some.
    start.independent = logistic_independent(zero.information, 1e-6).size() == data.kept.size();
    if (!start.independent) {
        return start;
    }
    const newton_result part =
        newton_maximise(evaluate, [](const Eigen::VectorXd&) { return false; }, start.at,
                        std::move(zero), {.limit = 12, .tolerance = 1e-4});
    if (part.status == fit_status::converged) {
        start.at = part.at;
        start.information = part.point.information * static_cast<double>(some.every);
    }
    return start;
}

/// Sum over rows (or clusters) of score times score', each row as often as it was seen.
[[nodiscard]] inline Eigen::MatrixXd
logistic_meat(const logistic_rows& data, const Eigen::VectorXd& at, const Eigen::MatrixXd& inverse,
              const logistic_settings& settings, std::string_view function) {
    const Eigen::Index k = at.size();
    const double n = static_cast<double>(data.n);
    std::vector<std::int64_t> labels = data.clusters;
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    const bool clustered = settings.errors == standard_errors::clustered;
    Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(clustered ? std::ssize(labels) : 0, k);
    Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(k, k);
    logistic_pass one = settings.pass;
    one.threads = 1; // one order of sums
    logistic_each_block(
        data, one, [&](logistic_block& b, std::size_t count, std::size_t first, std::size_t) {
            logistic_terms(b, at.data(), one.instructions);
            Eigen::VectorXd x(k);
            for (std::size_t i = 0; i < count; ++i) {
                for (Eigen::Index j = 0; j < k; ++j) {
                    x[j] = b.x[static_cast<std::size_t>(j)][i];
                }
                if (clustered) {
                    const auto label =
                        std::lower_bound(labels.begin(), labels.end(), data.clusters[first + i]) -
                        labels.begin();
                    for (Eigen::Index j = 0; j < k; ++j) {
                        scores(label, j) += b.residual()[i] * x[j];
                    }
                    continue;
                }
                const double times = data.times.empty() ? 1 : data.times[first + i];
                double factor = b.residual()[i] * b.residual()[i] / times;
                if (settings.errors != standard_errors::hc0 &&
                    settings.errors != standard_errors::hc1) {
                    double leverage = 0;
                    for (Eigen::Index j = 0; j < k; ++j) {
                        for (Eigen::Index l = 0; l < k; ++l) {
                            leverage += x[j] * inverse(j, l) * x[l];
                        }
                    }
                    leverage *= b.information[i] / times;
                    const double power =
                        settings.errors == standard_errors::hc2 ? 1
                        : settings.errors == standard_errors::hc3
                            ? 2
                            : (std::min)(4.0, n * leverage / static_cast<double>(k));
                    // A row that fits itself alone has no residual either.
                    factor = leverage < 1 - 1e-12 ? factor / std::pow(1 - leverage, power) : 0;
                }
                for (Eigen::Index j = 0; j < k; ++j) {
                    for (Eigen::Index l = 0; l <= j; ++l) {
                        meat(j, l) += factor * x[j] * x[l];
                    }
                }
            }
        });
    if (clustered) {
        const auto groups = static_cast<double>(labels.size());
        if (labels.size() < 2) {
            throw_undefined(function, "clustered errors of fewer than two clusters");
        }
        for (Eigen::Index j = 0; j < k; ++j) {
            for (Eigen::Index l = 0; l <= j; ++l) {
                for (Eigen::Index g = 0; g < scores.rows(); ++g) {
                    meat(j, l) += scores(g, j) * scores(g, l);
                }
                meat(j, l) *= groups / (groups - 1);
            }
        }
    }
    for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index l = 0; l < j; ++l) {
            meat(l, j) = meat(j, l);
        }
    }
    if (settings.errors == standard_errors::hc1) {
        if (!(n > static_cast<double>(k))) {
            throw_undefined(function, "hc1 of no more rows than coefficients");
        }
        meat = meat * (n / (n - static_cast<double>(k)));
    }
    return meat;
}

/// Log-likelihood of the intercept alone: ones and zeros are sums of weights.
[[nodiscard]] inline double logistic_null(double ones, double zeros) {
    const double all = ones + zeros;
    return (ones > 0 ? ones * std::log(ones / all) : 0) +
           (zeros > 0 ? zeros * std::log(zeros / all) : 0);
}

/// Coefficients and their covariance from those of the centred and scaled items.
inline void logistic_report(const logistic_rows& data, const Eigen::VectorXd& at,
                            const Eigen::MatrixXd& covariance, double level, logistic_fit& fit) {
    const Eigen::Index k = at.size();
    Eigen::MatrixXd back = Eigen::MatrixXd::Zero(k, k);
    back(0, 0) = 1;
    for (Eigen::Index j = 1; j < k; ++j) {
        const std::size_t item = data.kept[static_cast<std::size_t>(j - 1)];
        back(j, j) = data.scale[item];
        back(0, j) = -data.scale[item] * data.centre[item];
    }
    const Eigen::VectorXd estimates = dense_product(back, at);
    fit.covariance = dense_sandwich(back, covariance);
    fit.logit_at_centre = at[0];
    fit.covariance_at_centre = covariance;
    for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index l = 0; l < k; ++l) {
            fit.covariance_at_centre(j, l) *= back(j, j) * back(l, l);
        }
    }
    for (const std::size_t item : data.kept) {
        fit.centre.push_back(data.centre[item]);
    }
    const double z = normal_critical_value(level);
    for (Eigen::Index j = 0; j < k; ++j) {
        const double variance = fit.covariance(j, j);
        if (!(std::isfinite(estimates[j]) && std::isfinite(variance))) {
            throw_undefined("logistic_regression", "no double holds a coefficient or its variance");
        }
        coefficient c;
        c.name = j == 0 ? "(intercept)" : data.names[data.kept[static_cast<std::size_t>(j - 1)]];
        c.estimate = estimates[j];
        c.standard_error = std::sqrt((std::max)(0.0, variance));
        c.statistic = c.standard_error > 0 ? c.estimate / c.standard_error : 0;
        c.p_value = (std::min)(1.0, 2 * normal_upper_tail(std::abs(c.statistic)));
        c.interval = {.lower = c.estimate - z * c.standard_error,
                      .upper = c.estimate + z * c.standard_error,
                      .level = level,
                      .n = data.n,
                      .method = fit.method};
        fit.coefficients.push_back(c);
    }
}

[[nodiscard]] inline std::string_view logistic_error_name(standard_errors errors,
                                                          std::string_view function) {
    switch (errors) {
    case standard_errors::classical:
        return "classical";
    case standard_errors::hc0:
        return "hc0";
    case standard_errors::hc1:
        return "hc1";
    case standard_errors::hc2:
        return "hc2";
    case standard_errors::hc3:
        return "hc3";
    case standard_errors::hc4:
        return "hc4";
    case standard_errors::clustered:
        return "clustered";
    }
    throw_invalid(function, "errors", static_cast<int>(errors), "must be named standard errors");
}

[[nodiscard]] inline logistic_fit
logistic_solve(logistic_rows data, const logistic_settings& settings, std::string_view function) {
    logistic_fit fit{.n = data.n,
                     .dropped = data.dropped,
                     .method = logistic_error_name(settings.errors, function),
                     .items = data.names.size()};
    logistic_standardise(data);
    const bool firth = settings.penalty == logistic_penalty::firth;
    logistic_start start = logistic_start_of(data, settings.pass);
    if (!start.independent) {
        logistic_exclude_collinear(data, settings.pass);
        start.at = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(data.terms()));
    }
    fit.excluded = data.excluded;
    fit.columns = data.kept;

    double ones = 0;
    double zeros = 0;
    if (data.weights.empty()) {
        ones = static_cast<double>(std::count(data.sign.begin(), data.sign.end(), std::int8_t{1}));
        zeros = static_cast<double>(data.rows) - ones;
    }
    for (std::size_t i = 0; i < data.weights.size(); ++i) {
        (data.sign[i] > 0 ? ones : zeros) += data.weights[i];
    }
    fit.null_log_likelihood = logistic_null(ones, zeros);

    logistic_point_sums last;
    Eigen::VectorXd evaluated;
    const auto likelihood = [&](const Eigen::VectorXd& b) {
        evaluated = b;
        last = logistic_evaluate(data, b, settings.pass);
        return last.point;
    };
    const auto first = [&] {
        if (start.information.size() == 0) {
            return likelihood(start.at);
        }
        // For one step the information of the part is as good as that of all.
        logistic_pass gradient = settings.pass;
        gradient.second = false;
        newton_point point = logistic_evaluate(data, start.at, gradient).point;
        point.information = start.information;
        return point;
    };
    const auto penalised = [&](const Eigen::VectorXd& b) {
        return logistic_firth_point(data, b, settings.pass);
    };
    const auto runaway = [&](const Eigen::VectorXd& step) {
        return !firth && logistic_runaway(data, step, settings.pass);
    };
    // Steps to Firth's optimum shrink by a factor, not by squares: more of them to the same digits.
    const newton_control control{.limit = settings.iteration_limit,
                                 .tolerance =
                                     (firth ? 1e-30 : 1e-26) * static_cast<double>(data.n)};
    const newton_result solved =
        firth ? newton_maximise(penalised, runaway, start.at, penalised(start.at), control)
              : newton_maximise(likelihood, runaway, start.at, first(), control);
    fit.status = solved.status;
    fit.iterations = solved.iterations;
    fit.penalised_log_likelihood = solved.point.value;
    if (firth || solved.at != evaluated) {
        likelihood(solved.at);
    }
    fit.log_likelihood = last.point.value;
    if (!firth) {
        fit.penalised_log_likelihood = fit.log_likelihood;
    } else {
        // The determinant is that of the scaled items.
        for (const std::size_t j : data.kept) {
            fit.penalised_log_likelihood -= std::log(data.scale[j]);
        }
    }

    const auto k = static_cast<double>(data.terms());
    const double n = static_cast<double>(data.n);
    fit.aic = 2 * (k - fit.log_likelihood);
    fit.bic = k * std::log(n) - 2 * fit.log_likelihood;
    if (ones > 0 && zeros > 0) {
        fit.mcfadden_r_squared = 1 - fit.log_likelihood / fit.null_log_likelihood;
        fit.nagelkerke_r_squared =
            std::expm1(2 * (fit.null_log_likelihood - fit.log_likelihood) / n) /
            std::expm1(2 * fit.null_log_likelihood / n);
        const double of_ones = (last.misfit + last.point.gradient[0]) / 2;
        const double of_zeros = (last.misfit - last.point.gradient[0]) / 2;
        fit.tjur_r_squared = 1 - of_ones / ones - of_zeros / zeros;
    }

    const Eigen::MatrixXd inverse = information_inverse(last.point.information);
    if (settings.errors == standard_errors::classical) {
        logistic_report(data, solved.at, inverse, settings.level, fit);
    } else {
        const Eigen::MatrixXd meat = logistic_meat(data, solved.at, inverse, settings, function);
        logistic_report(data, solved.at, dense_sandwich(inverse, meat), settings.level, fit);
    }
    return fit;
}

} // namespace nps::inline v0::detail
