// SPDX-License-Identifier: Apache-2.0
/// @file
/// The triangular factor behind every linear fit, from moments by Cholesky or from rows by
/// orthogonalisation: items in their order, constant and collinear ones named and left out.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/numeric/sums.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// Sizes, means and centred sums of products of the items and, last, the outcome.
struct linear_moments {
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    double weight = 0;
    Eigen::VectorXd means = {};
    Eigen::MatrixXd centred = {};
};

/// The kept items, centred and divided by `scale`, are Q R with orthonormal columns Q, orthogonal to
/// the constant.
struct linear_factor {
    std::vector<Eigen::Index> kept = {};
    std::vector<excluded_item> excluded = {};
    /// R in the leading rows and columns, one for each kept item.
    Eigen::MatrixXd root = {};
    /// Variance inflation, by kept item.
    Eigen::VectorXd inflation = {};
    /// Q'y, by kept item.
    Eigen::VectorXd projections = {};
    /// By column, the outcome last.
    Eigen::VectorXd means = {};
    /// Lengths of the centred columns, the outcome last; 0 for what is constant.
    Eigen::VectorXd scale = {};
    /// Sum of squared residuals.
    double residual = 0;
    double weight = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;

    [[nodiscard]] Eigen::Index size() const { return std::ssize(kept); }
};

/// The length of a centred column, or 0 where its deviations are rounding of its mean.
[[nodiscard]] inline double linear_scale(double squares, double mean, double weight,
                                         std::string_view function, std::string_view column) {
    require(std::isfinite(squares), function, "sum of squared deviations of " + std::string(column),
            squares, "must be finite");
    constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();
    const double scale = squares > 0 ? std::sqrt(squares) : 0;
    return scale > rounding * std::abs(mean) * std::sqrt(weight) ? scale : 0;
}

/// Takes the next item in, or names it as collinear: then some item's variance inflation would be
/// above 1 / tolerance. `column` are the entries of R above the diagonal, `pivot` the share of the
/// item's variance that the items before it leave.
inline void take_or_exclude(linear_factor& f, const std::vector<std::string>& names,
                            Eigen::Index item, const Eigen::VectorXd& column, double pivot,
                            double tolerance) {
    const Eigen::Index k = f.size();
    Eigen::VectorXd shares(k);
    for (Eigen::Index i = k - 1; i >= 0; --i) {
        shares[i] = column[i];
        for (Eigen::Index t = i + 1; t < k; ++t) {
            shares[i] -= f.root(i, t) * shares[t];
        }
        shares[i] /= f.root(i, i);
    }
    const double most = 1 / tolerance;
    bool separate = pivot * most > 1;
    for (Eigen::Index i = 0; separate && i < k; ++i) {
        separate = f.inflation[i] + shares[i] * shares[i] / pivot < most;
    }
    if (separate) {
        f.root(k, k) = std::sqrt(pivot);
        for (Eigen::Index i = 0; i < k; ++i) {
            f.root(i, k) = column[i];
            f.inflation[i] += shares[i] * shares[i] / pivot;
        }
        f.inflation[k] = 1 / pivot;
        f.kept.push_back(item);
        return;
    }
    excluded_item left_out{names[static_cast<std::size_t>(item)], exclusion::collinear};
    for (Eigen::Index i = 0; i < k; ++i) {
        if (std::abs(shares[i]) > 1e-4) {
            const auto kept = static_cast<std::size_t>(f.kept[static_cast<std::size_t>(i)]);
            left_out.with.push_back(names[kept]);
        }
    }
    f.excluded.push_back(left_out);
}

/// Cholesky of the correlations, one item after the other.
[[nodiscard]] inline linear_factor factor_of(const linear_moments& m,
                                             const std::vector<std::string>& names,
                                             double tolerance, std::string_view function) {
    const Eigen::Index p = std::ssize(names);
    linear_factor f{.means = m.means, .weight = m.weight, .n = m.n, .dropped = m.dropped};
    f.root.setZero(p, p);
    f.inflation.setZero(p);
    f.projections.setZero(p);
    f.scale.setZero(p + 1);
    Eigen::VectorXd r(p);
    for (Eigen::Index j = 0; j <= p; ++j) {
        const std::string name = j < p ? names[static_cast<std::size_t>(j)] : "the outcome";
        f.scale[j] = linear_scale(m.centred(j, j), m.means[j], m.weight, function, name);
        if (f.scale[j] == 0) {
            if (j < p) {
                f.excluded.push_back({name, exclusion::constant});
            }
            continue;
        }
        running_sum unexplained;
        unexplained.add(1);
        for (Eigen::Index i = 0; i < f.size(); ++i) {
            const Eigen::Index column = f.kept[static_cast<std::size_t>(i)];
            double rest = m.centred(column, j) / f.scale[column] / f.scale[j];
            for (Eigen::Index t = 0; t < i; ++t) {
                rest -= f.root(t, i) * r[t];
            }
            r[i] = rest / f.root(i, i);
            unexplained.add(-r[i] * r[i]);
        }
        const double pivot = unexplained.value();
        if (j == p) {
            for (Eigen::Index i = 0; i < f.size(); ++i) {
                f.projections[i] = r[i] * f.scale[p];
            }
            f.residual = (std::max)(0.0, pivot) * f.scale[p] * f.scale[p];
        } else {
            take_or_exclude(f, names, j, r, pivot, tolerance);
        }
    }
    return f;
}

/// A factor with what the rows add: columns orthonormal in the weights, and residuals.
struct linear_row_factor {
    linear_factor factor = {};
    /// The constant first, then Q; each row times the root of its weight.
    Eigen::MatrixXd basis = {};
    /// Each times the root of its row's weight.
    Eigen::VectorXd residuals = {};
};

/// The sum of products of `size` numbers, in four sums side by side.
[[nodiscard]] inline double linear_dot(const double* a, const double* b, Eigen::Index size) {
    double sums[4] = {};
    Eigen::Index i = 0;
    for (; i + 4 <= size; i += 4) {
        for (Eigen::Index lane = 0; lane < 4; ++lane) {
            sums[lane] += a[i + lane] * b[i + lane];
        }
    }
    for (; i < size; ++i) {
        sums[0] += a[i] * b[i];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Adds the products of the scores with each other.
inline void add_square(const Eigen::VectorXd& scores, Eigen::MatrixXd& to) {
    for (Eigen::Index j = 0; j < scores.size(); ++j) {
        for (Eigen::Index i = 0; i < scores.size(); ++i) {
            to(i, j) += scores[i] * scores[j];
        }
    }
}

/// The start of a column.
[[nodiscard]] inline const double* linear_column(const Eigen::MatrixXd& matrix, Eigen::Index j) {
    return matrix.data() + j * matrix.rows();
}

/// Takes the first `columns` columns of `basis` out of v, twice; adds up what was taken.
inline void orthogonalise(const Eigen::MatrixXd& basis, Eigen::Index columns, Eigen::VectorXd& v,
                          Eigen::VectorXd& taken) {
    taken.setZero(columns);
    double* const values = v.data();
    for (int pass = 0; pass < 2; ++pass) {
        for (Eigen::Index t = 0; t < columns; ++t) {
            const double* const direction = linear_column(basis, t);
            const double part = linear_dot(direction, values, v.size());
            for (Eigen::Index i = 0; i < v.size(); ++i) {
                values[i] -= part * direction[i];
            }
            taken[t] += part;
        }
    }
}

/// QR by Gram-Schmidt with every column orthogonalised twice, which is as good as Householder's.
/// Source: Giraud, Langou, Rozloznik (2005), doi:10.1016/j.camwa.2005.08.009
[[nodiscard]] inline linear_row_factor factor_of(const model_rows& rows, double tolerance,
                                                 std::string_view function) {
    const Eigen::Index p = rows.items.cols();
    const Eigen::Index count = rows.items.rows();
    linear_row_factor result;
    linear_factor& f = result.factor;
    f = {.n = rows.n, .dropped = rows.dropped};
    running_sum weight;
    for (const double w : rows.weights) {
        weight.add(w);
    }
    f.weight = weight.value();
    require(std::isfinite(f.weight), function, "sum of the weights", f.weight, "must be finite");
    const double root_weight = std::sqrt(f.weight);
    std::vector<double> roots(rows.weights.begin(), rows.weights.end());
    std::ranges::transform(roots, roots.begin(), [](double w) { return std::sqrt(w); });
    f.root.setZero(p, p);
    f.inflation.setZero(p);
    f.projections.setZero(p);
    f.means.setZero(p + 1);
    f.scale.setZero(p + 1);
    result.basis.resize(count, (std::min)(p + 1, count));
    // Column j of the basis is v by `length`.
    Eigen::VectorXd v(count);
    const auto keep_direction = [&](Eigen::Index j, double length) {
        double* const column = result.basis.data() + j * count;
        for (Eigen::Index i = 0; i < count; ++i) {
            column[i] = v.data()[i] / length;
        }
    };
    std::ranges::copy(roots, v.data());
    keep_direction(0, root_weight);
    Eigen::VectorXd taken;
    const auto squares = [&] { return linear_dot(v.data(), v.data(), count); };
    const auto multiply = [&](double factor) {
        for (Eigen::Index i = 0; i < count; ++i) {
            v.data()[i] *= factor;
        }
    };
    for (Eigen::Index j = 0; j <= p; ++j) {
        const std::string name = j < p ? rows.names[static_cast<std::size_t>(j)] : "the outcome";
        running_sum sum;
        for (Eigen::Index i = 0; i < count; ++i) {
            v[i] = j < p ? rows.items(i, j) : rows.outcome[i];
            sum.add(v[i] * (rows.weights[i] / f.weight));
        }
        // Any shift does: what it leaves of the mean goes into the constant.
        const double shift = sum.value();
        for (Eigen::Index i = 0; i < count; ++i) {
            v[i] = roots[static_cast<std::size_t>(i)] * (v[i] - shift);
        }
        orthogonalise(result.basis, 1, v, taken);
        f.means[j] = shift + taken[0] / root_weight;
        f.scale[j] = linear_scale(squares(), shift, f.weight, function, name);
        if (f.scale[j] == 0) {
            if (j < p) {
                f.excluded.push_back({name, exclusion::constant});
            } else {
                std::fill_n(v.data(), count, 0.0);
            }
            continue;
        }
        const Eigen::Index k = f.size();
        for (Eigen::Index i = 0; i < count; ++i) {
            v.data()[i] /= f.scale[j];
        }
        orthogonalise(result.basis, k + 1, v, taken);
        const double pivot = squares();
        // Without the constant's.
        std::copy(taken.data() + 1, taken.data() + k + 1, taken.data());
        if (j == p) {
            for (Eigen::Index i = 0; i < k; ++i) {
                f.projections[i] = taken[i] * f.scale[p];
            }
            multiply(f.scale[p]);
            f.residual = squares();
        } else {
            // Beyond as many columns as rows there is nothing left but rounding.
            take_or_exclude(f, rows.names, j, taken, k + 1 < count ? pivot : 0, tolerance);
            if (f.size() > k) {
                keep_direction(k + 1, f.root(k, k));
            }
        }
    }
    result.residuals = v;
    result.basis.conservativeResize(count, f.size() + 1);
    return result;
}

} // namespace nps::inline v0::detail
