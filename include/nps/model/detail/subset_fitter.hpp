// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logistic and proportional-odds fits of many subsets of the items of one survey: each starts from
/// those of smaller subsets, and needs three or four passes over the rows.
#pragma once

#include <nps/model/detail/subset_block.hpp>
#include <nps/model/detail/subset_rows.hpp>
#include <nps/model/fit_status.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// The fit of one subset.
struct subset_fit {
    /// The maximum, or its limit where there is separation; divided by the sum of the weights.
    double log_likelihood = 0;
    fit_status status = fit_status::converged;
};

/// Fits subsets; one for each thread.
class subset_fitter {
public:
    explicit subset_fitter(const subset_rows& rows) : rows_(&rows) {}

    /// How many numbers describe a fit: the cut-points and a coefficient for each item.
    [[nodiscard]] static std::size_t parameters(const subset_rows& rows) {
        return rows.cuts() + rows.columns;
    }

    /// The model without items.
    static void null_model(const subset_rows& rows, std::span<double> parameters) {
        std::ranges::fill(parameters, 0.0);
        double below = 0;
        for (std::size_t c = 0; c < rows.cuts(); ++c) {
            below += rows.class_weight[c];
            double above = 0;
            for (std::size_t d = c + 1; d < rows.classes.size(); ++d) {
                above += rows.class_weight[d];
            }
            parameters[c] = std::log(below / above);
        }
    }

    /// Maximises over the items `columns`, from `parameters` and into it. Those of other items are
    /// 0, as are those of items that the ones before them explain.
    subset_fit fit(std::span<const std::size_t> columns, std::span<double> parameters);

    /// Mean fitted probability of the upper of two classes, among those in it less among those in
    /// the lower.
    [[nodiscard]] double tjur(std::span<const double> parameters) const;

    /// Linear predictors x beta, without cut-points.
    void predictors(std::span<const double> parameters, std::vector<double>& eta) const;

private:
    void choose(std::span<const std::size_t> columns);
    double evaluate();
    bool solve();

    const subset_rows* rows_;
    std::vector<std::size_t> in_; // the columns that are fitted
    std::vector<double> at_;      // cut-points, then coefficients of in_
    std::vector<double> tried_;
    std::vector<double> gradient_;
    std::vector<double> information_; // negative second derivatives, lower triangle by rows
    std::vector<double> step_;
    std::vector<double> factor_;
    std::vector<const double*> x_; // of in_, in a block
};

/// Columns that vary and are not explained by those chosen before, but for 1e-10 of their
/// variance: Cholesky of the correlations.
inline void subset_fitter::choose(std::span<const std::size_t> columns) {
    in_.clear();
    const std::size_t most = columns.size();
    factor_.resize(most * most);
    for (const std::size_t column : columns) {
        const std::size_t k = in_.size();
        double rest = rows_->correlation[column * rows_->columns + column];
        for (std::size_t j = 0; j < k; ++j) {
            double sum = rows_->correlation[column * rows_->columns + in_[j]];
            for (std::size_t m = 0; m < j; ++m) {
                sum -= factor_[k * most + m] * factor_[j * most + m];
            }
            sum /= factor_[j * most + j];
            factor_[k * most + j] = sum;
            rest -= sum * sum;
        }
        if (rest > 1e-10) {
            factor_[k * most + k] = std::sqrt(rest);
            in_.push_back(column);
        }
    }
}

/// The log-likelihood at at_, with gradient and information; -infinity where cut-points are not in
/// order.
inline double subset_fitter::evaluate() {
    const std::size_t cuts = rows_->cuts();
    const std::size_t side = at_.size();
    gradient_.assign(side, 0);
    information_.assign(side * side, 0);
    double log_likelihood = 0;
    x_.resize(in_.size());
    for (std::size_t c = 1; c < cuts; ++c) {
        const double gap = at_[c] - at_[c - 1];
        if (!(gap > 0)) {
            return -std::numeric_limits<double>::infinity();
        }
        const double e = std::exp(-gap);
        const double w = rows_->class_weight[c];
        const double slope = w * e / -std::expm1(-gap);
        const double bend = slope / -std::expm1(-gap);
        log_likelihood += w * std::log(-std::expm1(-gap));
        gradient_[c] += slope;
        gradient_[c - 1] -= slope;
        information_[c * side + c] += bend;
        information_[(c - 1) * side + c - 1] += bend;
        information_[c * side + c - 1] -= bend;
    }
    for (std::size_t c = 0; c < rows_->classes.size(); ++c) {
        for (std::size_t begin = rows_->first[c]; begin < rows_->first[c + 1];
             begin += subset_block_rows) {
            for (std::size_t j = 0; j < in_.size(); ++j) {
                x_[j] = &rows_->x[in_[j] * rows_->rows + begin];
            }
            subset_block block{.rows = (std::min)(subset_block_rows, rows_->first[c + 1] - begin),
                               .weight = &rows_->weight[begin],
                               .x = x_,
                               .at = at_,
                               .has_upper = c<cuts, .has_lower = c> 0,
                               .upper = c,
                               .cuts = cuts,
                               .gradient = gradient_.data(),
                               .information = information_.data()};
            subset_add_block(block);
            log_likelihood += block.log_likelihood;
        }
    }
    return log_likelihood;
}

/// Cholesky; false where the information is singular to rounding. What it lacks is then put in its
/// place, so that the step still leads upwards.
inline bool subset_fitter::solve() {
    const std::size_t side = at_.size();
    bool regular = true;
    factor_ = information_;
    step_ = gradient_;
    for (std::size_t j = 0; j < side; ++j) {
        double* row = &factor_[j * side];
        for (std::size_t k = 0; k < j; ++k) {
            const double* other = &factor_[k * side];
            double sum = row[k];
            for (std::size_t m = 0; m < k; ++m) {
                sum -= row[m] * other[m];
            }
            row[k] = sum / other[k];
        }
        double rest = row[j];
        for (std::size_t m = 0; m < j; ++m) {
            rest -= row[m] * row[m];
            step_[j] -= row[m] * step_[m];
        }
        const double least = 1e-15 * information_[j * side + j];
        if (!(rest > least)) {
            regular = false;
            rest = (std::max)(least, (std::numeric_limits<double>::min)());
        }
        row[j] = std::sqrt(rest);
        step_[j] /= row[j];
    }
    for (std::size_t j = side; j-- > 0;) {
        for (std::size_t m = j + 1; m < side; ++m) {
            step_[j] -= factor_[m * side + j] * step_[m];
        }
        step_[j] /= factor_[j * side + j];
    }
    return regular;
}

inline subset_fit subset_fitter::fit(std::span<const std::size_t> columns,
                                     std::span<double> parameters) {
    choose(columns);
    const std::size_t cuts = rows_->cuts();
    // Gains count in parts of what there is to gain.
    const double unit = -rows_->null_log_likelihood;
    at_.assign(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(cuts));
    for (const std::size_t column : in_) {
        at_.push_back(parameters[cuts + column]);
    }
    subset_fit result{.status = fit_status::iteration_limit};
    double now = evaluate();
    bool anew = false;
    const auto start_anew = [&] {
        null_model(*rows_, parameters);
        at_.assign(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(cuts));
        at_.resize(cuts + in_.size(), 0.0);
        now = evaluate();
        anew = true;
    };
    // Where separated subsets were put together the start may lie anywhere.
    if (!(now >= rows_->null_log_likelihood)) {
        start_anew();
    }
    for (int iteration = 0; iteration < 200; ++iteration) {
        const bool regular = solve();
        if (!regular) {
            if (std::ranges::all_of(gradient_,
                                    [&](double g) { return std::abs(g) < 1e-15 * unit; })) {
                result.status = fit_status::separated;
                break;
            }
            // Rows far on the wrong side have a slope and no curvature: there is more to be gained.
            if (!anew) {
                start_anew();
                continue;
            }
        }
        double decrement = 0;
        double reach = 0; // bounds the change of any row's cut - eta
        for (std::size_t j = 0; j < at_.size(); ++j) {
            decrement += step_[j] * gradient_[j];
            if (j >= cuts) {
                reach += std::abs(step_[j]) * rows_->largest[in_[j - cuts]];
            }
        }
        double cut_reach = 0;
        for (std::size_t c = 0; c < cuts; ++c) {
            cut_reach = (std::max)(cut_reach, std::abs(step_[c]));
        }
        reach += cut_reach;
        if (decrement < 1e-16 * unit && reach > 0.1) {
            // No more to be gained, and yet far to go: the maximum lies at infinity.
            result.status = fit_status::separated;
            now += decrement;
            break;
        }
        tried_ = at_;
        // Where only light rows are in the way, rounding keeps a step that gains nothing.
        if (regular && (reach < 3e-7 || reach * decrement < 1e-21 * unit)) {
            // What the last step gains is known to third order: reach * decrement < 1e-19 unit.
            for (std::size_t j = 0; j < at_.size(); ++j) {
                at_[j] += step_[j];
            }
            now += decrement / 2;
            result.status = fit_status::converged;
            break;
        }
        const std::vector<double> step = step_;
        double next = 0;
        // A nearly singular information sends the step beyond where halving could bring it back.
        double length = (std::min)(1.0, 30 / reach);
        for (int halving = 0;; ++halving, length /= 2) {
            for (std::size_t j = 0; j < at_.size(); ++j) {
                at_[j] = tried_[j] + length * step[j];
            }
            next = evaluate();
            if (next >= now - 1e-14 * unit || halving == 40) {
                break;
            }
        }
        if (!(next >= now - 1e-14 * unit)) {
            at_ = tried_;
            break;
        }
        now = next;
    }
    result.log_likelihood = (std::min)(0.0, now);
    std::ranges::fill(parameters, 0.0);
    std::copy_n(at_.begin(), cuts, parameters.begin());
    for (std::size_t j = 0; j < in_.size(); ++j) {
        parameters[cuts + in_[j]] = at_[cuts + j];
    }
    return result;
}

inline void subset_fitter::predictors(std::span<const double> parameters,
                                      std::vector<double>& eta) const {
    eta.assign(rows_->rows, 0);
    for (std::size_t j = 0; j < rows_->columns; ++j) {
        const double slope = parameters[rows_->cuts() + j];
        for (std::size_t i = 0; slope != 0 && i < rows_->rows; ++i) {
            eta[i] += slope * rows_->x[j * rows_->rows + i];
        }
    }
}

inline double subset_fitter::tjur(std::span<const double> parameters) const {
    std::vector<double> eta;
    predictors(parameters, eta);
    std::array<double, 2> sums{};
    for (std::size_t c = 0; c < 2; ++c) {
        for (std::size_t i = rows_->first[c]; i < rows_->first[c + 1]; ++i) {
            sums[c] += rows_->weight[i] / (1 + std::exp(parameters[0] - eta[i]));
        }
        sums[c] /= rows_->class_weight[c];
    }
    return sums[1] - sums[0];
}

} // namespace nps::inline v0::detail
