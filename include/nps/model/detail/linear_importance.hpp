// SPDX-License-Identifier: Apache-2.0
/// @file
/// Any measure of importance from a matrix of correlations, in memory that is kept from call to
/// call: what a bootstrap calls for each replicate.
#pragma once

#include <nps/model/detail/shapley_sampler.hpp>
#include <nps/model/detail/shapley_workspace.hpp>
#include <nps/model/detail/tridiagonal_eigen.hpp>
#include <nps/model/importance_method.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Correlations from sums of products of deviations; the row of a variable that does not vary
/// is zeros.
inline void importance_correlations(const Eigen::MatrixXd& centred, Eigen::MatrixXd& out) {
    const Eigen::Index size = centred.rows();
    out.resize(size, size);
    for (Eigen::Index j = 0; j < size; ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            const double scale = std::sqrt(centred(i, i)) * std::sqrt(centred(j, j));
            out(i, j) = scale > 0 ? std::clamp(centred(i, j) / scale, -1.0, 1.0) : 0;
            out(j, i) = out(i, j);
        }
        out(j, j) = centred(j, j) > 0 ? 1 : 0;
    }
}

/// Takes an item into the model: partial (co)variances of all variables given this one. Returns how
/// much R^2 grows; an item in the span of those that are in changes nothing.
inline double importance_take(Eigen::MatrixXd& partial, Eigen::Index item) {
    const double variance = partial(item, item);
    const Eigen::Index last = partial.rows() - 1;
    if (!(variance > collinear_tolerance)) {
        return 0;
    }
    const double gain = partial(item, last) * partial(item, last) / variance;
    for (Eigen::Index j = 0; j <= last; ++j) {
        const double factor = partial(item, j) / variance;
        if (j != item && factor != 0) {
            for (Eigen::Index i = 0; i <= last; ++i) {
                partial(i, j) -= factor * (i == item ? 0 : partial(i, item));
            }
        }
    }
    for (Eigen::Index i = 0; i <= last; ++i) {
        partial(i, item) = 0;
        partial(item, i) = 0;
    }
    return gain;
}

/// Made once for drivers and a measure, then called for many matrices (items first, outcome last).
class linear_importance {
public:
    linear_importance(importance_method method, shapley_players players,
                      std::int64_t permutations = 0, std::uint64_t seed = 1, unsigned threads = 1)
        : method_(method), players_(std::move(players)), seed_(seed), threads_(threads) {
        if (method == importance_method::shapley) {
            if (permutations == 0 && players_.items.size() <= most_exact_players) {
                exact_.emplace(players_);
            } else {
                pairs_ = permutations == 0 ? 5000 : (permutations + 1) / 2;
                sampler_.emplace(players_);
                standard_errors_.resize(players_.items.size());
            }
        }
        const auto size = static_cast<Eigen::Index>(players_.variables);
        partial_.resize(size, size);
        work_.resize(size, size);
    }

    [[nodiscard]] std::size_t drivers() const { return players_.items.size(); }
    /// Drawn orders of entry; 0 where the values are exact.
    [[nodiscard]] std::int64_t permutations() const { return 2 * pairs_; }
    /// Of the values of the last call, where orders were drawn.
    [[nodiscard]] const std::vector<double>& standard_errors() const { return standard_errors_; }

    /// Writes a value for each driver.
    shapley_totals evaluate(std::span<const double> correlations, std::span<double> out) {
        if (exact_) {
            return exact_->exact(correlations, out, threads_);
        }
        if (sampler_) {
            return sampler_->sampled(correlations, out, standard_errors_, pairs_, seed_, threads_);
        }
        std::copy(correlations.begin(), correlations.end(), partial_.data());
        shapley_totals totals;
        for (const std::size_t item : players_.controls) {
            totals.controls += importance_take(partial_, static_cast<Eigen::Index>(item));
        }
        work_ = partial_;
        totals.all = totals.controls;
        for (std::size_t k = 0; k < drivers(); ++k) {
            totals.all += take_driver(k);
        }
        if (method_ == importance_method::first) {
            for (std::size_t k = 0; k < drivers(); ++k) {
                work_ = partial_;
                out[k] = take_driver(k);
            }
        } else if (method_ == importance_method::last) {
            for (std::size_t k = 0; k < drivers(); ++k) {
                work_ = partial_;
                for (std::size_t other = 0; other < drivers(); ++other) {
                    if (other != k) {
                        take_driver(other);
                    }
                }
                out[k] = take_driver(k);
            }
        } else {
            by_items();
            for (std::size_t k = 0; k < drivers(); ++k) {
                out[k] = 0;
                for (const std::size_t item : players_.items[k]) {
                    out[k] += values_[static_cast<Eigen::Index>(item)];
                }
            }
        }
        return totals;
    }

private:
    double take_driver(std::size_t k) {
        double gain = 0;
        for (const std::size_t item : players_.items[k]) {
            gain += importance_take(work_, static_cast<Eigen::Index>(item));
        }
        return gain;
    }

    /// The measures that come from eigenvectors of the items' correlations (given the controls).
    /// Directions without variance are left out: roots and inverses are those of Moore and Penrose,
    /// so that equal items have equal values and the parts still sum to R^2.
    void by_items() {
        const Eigen::Index items = partial_.rows() - 1;
        scale_.resize(items);
        for (Eigen::Index j = 0; j < items; ++j) {
            const double variance = partial_(j, j);
            scale_[j] = variance > collinear_tolerance ? 1 / std::sqrt(variance) : 0;
        }
        scaled_.resize(items, items);
        r_.resize(items);
        for (Eigen::Index j = 0; j < items; ++j) {
            for (Eigen::Index i = 0; i < items; ++i) {
                scaled_(i, j) = partial_(i, j) * scale_[i] * scale_[j];
            }
            r_[j] = partial_(j, items) * scale_[j];
        }
        values_.setZero(items);
        if (items == 0) {
            return;
        }
        solver_.compute(scaled_);
        const Eigen::MatrixXd& vectors = solver_.vectors();
        const Eigen::VectorXd& variances = solver_.values();
        // R^(power) r
        const bool half =
            method_ == importance_method::johnson || method_ == importance_method::car;
        solution_.setZero(items);
        for (Eigen::Index k = 0; k < items; ++k) {
            if (variances[k] > collinear_tolerance) {
                double along = 0;
                for (Eigen::Index j = 0; j < items; ++j) {
                    along += vectors(j, k) * r_[j];
                }
                along /= half ? std::sqrt(variances[k]) : variances[k];
                for (Eigen::Index j = 0; j < items; ++j) {
                    solution_[j] += along * vectors(j, k);
                }
            }
        }
        if (method_ == importance_method::johnson) {
            // The root of R, column by column.
            for (Eigen::Index j = 0; j < items; ++j) {
                for (Eigen::Index i = 0; i < items; ++i) {
                    double root = 0;
                    for (Eigen::Index k = 0; k < items; ++k) {
                        if (variances[k] > collinear_tolerance) {
                            root += vectors(i, k) * std::sqrt(variances[k]) * vectors(j, k);
                        }
                    }
                    values_[i] += root * root * solution_[j] * solution_[j];
                }
            }
        } else {
            for (Eigen::Index j = 0; j < items; ++j) {
                values_[j] =
                    solution_[j] * (method_ == importance_method::pratt ? r_[j] : solution_[j]);
            }
        }
    }

    importance_method method_;
    shapley_players players_;
    std::int64_t pairs_ = 0;
    std::uint64_t seed_;
    unsigned threads_;
    std::optional<shapley_workspace> exact_;
    std::optional<shapley_sampler> sampler_;
    std::vector<double> standard_errors_;
    Eigen::MatrixXd partial_; ///< given the controls
    Eigen::MatrixXd work_;
    Eigen::MatrixXd scaled_; ///< correlations of the items given the controls
    Eigen::VectorXd scale_, r_, solution_, values_;
    tridiagonal_eigen solver_;
};

} // namespace nps::inline v0::detail
