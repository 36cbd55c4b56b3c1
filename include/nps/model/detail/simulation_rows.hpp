// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rows of a simulation: ratings changed, predicted, averaged.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/rating_change.hpp>
#include <nps/model/score_model.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

struct simulation_rows {
    Eigen::MatrixXd items = {};
    std::vector<double> weights = {};
    /// People that a row stands for.
    std::vector<std::int64_t> times = {};
    /// The unit that each row was sampled with, from 0; empty where each person is one.
    std::vector<std::size_t> units = {};
    std::size_t unit_count = 0;
    double weight = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
};

struct simulation_row_options {
    const std::vector<std::string>& names;
    const std::vector<std::int64_t>& frequency_weights;
    const std::vector<double>& sampling_weights;
    const std::vector<std::int64_t>& clusters;
};

template <class Items, class Options>
[[nodiscard]] simulation_rows rows_to_simulate(const Eigen::DenseBase<Items>& items,
                                               const score_model& model, const Options& options,
                                               std::string_view function) {
    require(std::cmp_equal(items.cols(), model.names.size()), function, "items.cols()",
            items.cols(),
            "must be the number of the model's items, " + std::to_string(model.names.size()));
    require(model.covariance.rows() == model.covariance.cols(), function, "covariance.cols()",
            model.covariance.cols(), "must be the number of its rows");
    for (Eigen::Index j = 0; j < model.covariance.rows(); ++j) {
        for (Eigen::Index i = 0; i <= j; ++i) {
            const double value = model.covariance(i, j);
            require(std::isfinite(value) && (i < j || value >= 0), function,
                    "covariance(" + to_text(i) + ", " + to_text(j) + ")", value,
                    "must be finite, on the diagonal not negative");
        }
    }
    const double df = model.degrees_of_freedom.value_or(1);
    require(df > 0 && std::isfinite(df), function, "degrees_of_freedom", df,
            "must be positive and finite, or nothing");
    if (!model.predict) {
        throw_invalid(function, "predict", "none", "must be a callable");
    }
    const model_rows complete =
        complete_rows(items, Eigen::VectorXd::Zero(items.rows()),
                      simulation_row_options{model.names, options.frequency_weights,
                                             options.sampling_weights, options.clusters},
                      function);
    if (complete.n == 0) {
        throw_undefined(function, "no complete row");
    }
    simulation_rows rows{.items = complete.items, .n = complete.n, .dropped = complete.dropped};
    std::unordered_map<std::int64_t, std::size_t> known;
    running_sum weight;
    for (std::size_t i = 0; i < complete.positions.size(); ++i) {
        rows.weights.push_back(complete.weights[static_cast<Eigen::Index>(i)]);
        weight.add(rows.weights.back());
        rows.times.push_back(
            options.frequency_weights.empty()
                ? 1
                : options.frequency_weights[static_cast<std::size_t>(complete.positions[i])]);
        if (!complete.clusters.empty()) {
            rows.units.push_back(
                known.try_emplace(complete.clusters[i], known.size()).first->second);
        }
    }
    rows.unit_count = known.size();
    rows.weight = weight.value();
    require(std::isfinite(rows.weight), function, "sum of weights", rows.weight, "must be finite");
    return rows;
}

/// Checked changes, which count what they do.
class simulation_plan {
public:
    simulation_plan(const score_model& model, const std::vector<rating_change>& changes,
                    const simulation_rows& rows, std::string_view function) {
        for (std::size_t c = 0; c < changes.size(); ++c) {
            add(model, changes[c], rows, "changes[" + to_text(c) + "]", function);
        }
    }

    /// Changes the ratings of a row; called once for each row.
    void apply(Eigen::VectorXd& ratings, double weight, std::int64_t times) {
        for (step& s : steps_) {
            double& rating = ratings[s.column];
            const double before = rating;
            if (before <= s.change.up_to) {
                const double wanted =
                    s.change.rule == rating_rule::set_to ? s.change.value : before + s.change.value;
                rating = std::clamp(wanted, s.lowest, s.highest);
                s.done.stopped += rating != wanted ? times : 0;
                s.done.changed += rating != before ? times : 0;
            }
            s.before.add(weight * before);
            s.after.add(weight * rating);
            s.weight.add(weight);
        }
    }

    [[nodiscard]] std::vector<changed_rating> ratings() const {
        std::vector<changed_rating> result;
        for (const step& s : steps_) {
            result.push_back(s.done);
            result.back().mean_before = s.before.value() / s.weight.value();
            result.back().mean_after = s.after.value() / s.weight.value();
        }
        return result;
    }

private:
    struct step {
        rating_change change = {};
        Eigen::Index column = 0;
        double lowest = 0;
        double highest = 0;
        changed_rating done = {};
        running_sum before = {};
        running_sum after = {};
        running_sum weight = {};
    };
    std::vector<step> steps_;

    void add(const score_model& model, const rating_change& change, const simulation_rows& rows,
             const std::string& at, std::string_view function) {
        const auto place = std::find(model.names.begin(), model.names.end(), change.driver);
        require(place != model.names.end(), function, at + ".driver", change.driver,
                "must be an item of the model");
        require(std::find(model.excluded.begin(), model.excluded.end(), change.driver) ==
                    model.excluded.end(),
                function, at + ".driver", change.driver,
                "was excluded from the model, which has no effect of it");
        require(change.rule == rating_rule::shift || change.rule == rating_rule::set_to, function,
                at + ".rule", static_cast<int>(change.rule), "must be shift or set_to");
        require(std::isfinite(change.value), function, at + ".value", change.value,
                "must be finite");
        require(!std::isnan(change.up_to), function, at + ".up_to", change.up_to,
                "must be a number");
        step s{.change = change, .column = place - model.names.begin()};
        const double lowest = rows.items.col(s.column).minCoeff();
        const double highest = rows.items.col(s.column).maxCoeff();
        s.lowest = change.lowest.value_or(lowest);
        s.highest = change.highest.value_or(highest);
        require(s.lowest <= lowest, function, at + ".lowest", s.lowest,
                "must not be above the lowest rating, " + to_text(lowest));
        require(s.highest >= highest, function, at + ".highest", s.highest,
                "must not be below the highest rating, " + to_text(highest));
        if (change.rule == rating_rule::set_to) {
            // A rating nobody gave yet is in order, one beyond a stated end is not.
            s.lowest = change.lowest ? s.lowest : (std::min)(s.lowest, change.value);
            s.highest = change.highest ? s.highest : (std::max)(s.highest, change.value);
            require(change.value >= s.lowest && change.value <= s.highest, function, at + ".value",
                    change.value, "must be on the scale");
        }
        s.done.driver = change.driver;
        steps_.push_back(s);
    }
};

struct simulated_rows {
    /// Of each row; the change is of one row as well.
    std::vector<double> after = {};
    std::vector<double> change = {};
    double mean_before = 0;
    double mean_after = 0;
    double mean_change = 0;
    Eigen::VectorXd gradient = {};
    Eigen::VectorXd gradient_change = {};
    std::int64_t beyond = 0;
};

/// The score of a person by the model, and its derivatives.
[[nodiscard]] inline double checked_prediction(const score_model& model,
                                               const Eigen::VectorXd& ratings,
                                               Eigen::VectorXd& gradient,
                                               std::string_view function) {
    const double score = model.predict(ratings, gradient);
    require(std::isfinite(score), function, "predicted score", score, "must be finite");
    require(gradient.size() == model.covariance.rows(), function, "size of the gradient",
            gradient.size(), "must be the number of parameters");
    for (Eigen::Index j = 0; j < gradient.size(); ++j) {
        require(std::isfinite(gradient[j]), function, "derivative of the predicted score",
                gradient[j], "must be finite");
    }
    return score;
}

[[nodiscard]] inline simulated_rows simulate_rows(const score_model& model,
                                                  const simulation_rows& rows,
                                                  simulation_plan& plan,
                                                  std::string_view function) {
    const Eigen::Index k = model.covariance.rows();
    simulated_rows result{.gradient = Eigen::VectorXd::Zero(k),
                          .gradient_change = Eigen::VectorXd::Zero(k)};
    Eigen::VectorXd gradient_before = Eigen::VectorXd::Zero(k);
    Eigen::VectorXd gradient_after = Eigen::VectorXd::Zero(k);
    Eigen::VectorXd ratings(rows.items.cols());
    running_sum before;
    running_sum after;
    running_sum change;
    for (std::size_t i = 0; i < rows.weights.size(); ++i) {
        const double weight = rows.weights[i] / rows.weight;
        for (Eigen::Index j = 0; j < ratings.size(); ++j) {
            ratings[j] = rows.items(static_cast<Eigen::Index>(i), j);
        }
        const double was = checked_prediction(model, ratings, gradient_before, function);
        plan.apply(ratings, weight, rows.times[i]);
        const double is = checked_prediction(model, ratings, gradient_after, function);
        before.add(weight * was);
        after.add(weight * is);
        change.add(weight * (is - was));
        for (Eigen::Index j = 0; j < k; ++j) {
            result.gradient[j] += weight * gradient_after[j];
            result.gradient_change[j] += weight * (gradient_after[j] - gradient_before[j]);
        }
        result.after.push_back(is);
        result.change.push_back(is - was);
        result.beyond += is < -1 || is > 1 ? rows.times[i] : 0;
    }
    result.mean_before = before.value();
    result.mean_after = after.value();
    result.mean_change = change.value();
    return result;
}

/// a V b'
[[nodiscard]] inline double bilinear_form(const Eigen::VectorXd& a, const Eigen::MatrixXd& v,
                                          const Eigen::VectorXd& b) {
    double sum = 0;
    for (Eigen::Index j = 0; j < v.cols(); ++j) {
        for (Eigen::Index i = 0; i < v.rows(); ++i) {
            sum += a[i] * v(i, j) * b[j];
        }
    }
    return sum;
}

/// a V a', not below 0.
[[nodiscard]] inline double quadratic_form(const Eigen::VectorXd& a, const Eigen::MatrixXd& v) {
    const double form = bilinear_form(a, v, a);
    return form < 0 ? 0 : form; // NaN stays
}

/// Covariance of two weighted means over people or clusters, linearised: sum of products of unit
/// totals w (x - m), times units / (units - 1).
[[nodiscard]] inline double mean_covariance(const simulation_rows& rows,
                                            const std::vector<double>& a,
                                            const std::vector<double>& b,
                                            std::string_view function) {
    running_sum sum_a;
    running_sum sum_b;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum_a.add(rows.weights[i] / rows.weight * a[i]);
        sum_b.add(rows.weights[i] / rows.weight * b[i]);
    }
    const auto units =
        rows.units.empty() ? static_cast<double>(rows.n) : static_cast<double>(rows.unit_count);
    if (units < 2) {
        throw_undefined(function, "the error of sampled ratings from one unit");
    }
    std::vector<double> totals_a(rows.unit_count);
    std::vector<double> totals_b(rows.unit_count);
    running_sum products;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double weight = rows.weights[i] / rows.weight;
        const double away_a = weight * (a[i] - sum_a.value());
        const double away_b = weight * (b[i] - sum_b.value());
        if (rows.units.empty()) {
            products.add(away_a * away_b / static_cast<double>(rows.times[i]));
        } else {
            totals_a[rows.units[i]] += away_a;
            totals_b[rows.units[i]] += away_b;
        }
    }
    for (std::size_t u = 0; u < rows.unit_count; ++u) {
        products.add(totals_a[u] * totals_b[u]);
    }
    return products.value() * (units / (units - 1));
}

[[nodiscard]] inline double clipped_score(double score, bool& clipped) {
    clipped = clipped || score < -1 || score > 1;
    return std::clamp(score, -1.0, 1.0);
}

[[nodiscard]] inline double simulation_critical(const score_model& model, double level) {
    return model.degrees_of_freedom
               ? student_t_upper_quantile((1 - level) / 2, *model.degrees_of_freedom)
               : normal_critical_value(level);
}

} // namespace nps::inline v0::detail
