// SPDX-License-Identifier: Apache-2.0
/// @file
/// Cross-products that use, for each pair of variables, all rows that have both.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/nearest_correlation.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What becomes of a matrix of pairwise correlations that no complete data can have.
enum class on_indefinite : std::uint8_t {
    refuses, ///< throws undefined_result
    projects ///< replaces it by the nearest correlation matrix, and says so
};

/// Which n a pairwise summary states, where pairs have different numbers of rows.
enum class pairwise_n : std::uint8_t {
    smallest, ///< that of the pair with the fewest rows: standard errors are rather too wide
    mean      ///< the mean over the pairs, rounded down: they may be too narrow
};

/// Options of pairwise_cross_products.
///
/// Checked:    tests/model/pairwise_cross_products_test.cpp
/// Example:    examples/drivers.cpp
struct pairwise_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    on_indefinite indefinite = on_indefinite::refuses;
    pairwise_n n = pairwise_n::smallest;
};

/// Pairwise cross-products, and how they came about.
///
/// Checked:    tests/model/pairwise_cross_products_test.cpp
/// Example:    examples/drivers.cpp
struct pairwise_result {
    /// With the nominal n that the options ask for; never exact().
    cross_products xy = {};
    /// Rows with both, for each pair of variables; the outcome is the last.
    Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> rows = {};
    /// Of the pairwise correlations, before any projection; below 0 where they are indefinite.
    double smallest_eigenvalue = 0;
    /// Whether the correlations were replaced by the nearest that can be.
    bool projected = false;
    /// The largest change of a correlation by the projection.
    double largest_change = 0;
    /// "pairwise" or "pairwise, nearest correlation matrix".
    std::string_view method;
};

/// Means and variances from all answers of each variable, correlations from all rows that have both.
///
/// Formula:    covariance(i, j) = r_ij s_i s_j; r_ij over the rows with i and j, s_i over those with
///             i. Projection: the correlation matrix nearest in the Frobenius norm, by alternating
///             projections with Dykstra's correction, to 1e-12.
/// Assumes:    answers missing completely at random: else r_ij, s_i and the means belong to
///             different people. Standard errors take the nominal n for what it is not.
/// Not for:    rows with weights; few answers a pair.
/// Degenerate: a constant variable has correlation 0.
/// Throws:     invalid_input, for sizes that do not match and infinite numbers; undefined_result for
///             a pair with fewer than two rows, for one in which a variable that varies elsewhere
///             does not, and for an indefinite matrix (eigenvalue below -1e-10) unless it is to be
///             projected.
/// Cost:       O(rows items^2), two passes; a projection O(items^3) a step, some hundred steps.
/// Source:     Higham (2002), doi:10.1093/imanum/22.3.329
/// Checked:    tests/model/pairwise_cross_products_test.cpp, tests/reference/pairwise.csv
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] pairwise_result pairwise_cross_products(const Eigen::DenseBase<Items>& items,
                                                      const Eigen::DenseBase<Outcome>& outcome,
                                                      const pairwise_options& options = {}) {
    constexpr std::string_view self = "pairwise_cross_products";
    const Eigen::Index rows = items.rows();
    const Eigen::Index q = items.cols() + 1;
    detail::require(outcome.size() == rows, self, "outcome.size()", outcome.size(),
                    "must be the number of rows, " + detail::to_text(rows));
    detail::require(options.indefinite == on_indefinite::refuses ||
                        options.indefinite == on_indefinite::projects,
                    self, "indefinite", static_cast<int>(options.indefinite),
                    "must be refuses or projects");
    detail::require(options.n == pairwise_n::smallest || options.n == pairwise_n::mean, self, "n",
                    static_cast<int>(options.n), "must be smallest or mean");
    auto&& x = detail::stored(items.derived());
    auto&& y = detail::stored(outcome.derived());
    Eigen::MatrixXd numbers(rows, q);
    for (Eigen::Index j = 0; j < q; ++j) {
        for (Eigen::Index i = 0; i < rows; ++i) {
            const double value =
                j + 1 < q ? static_cast<double>(x.coeff(i, j)) : static_cast<double>(y.coeff(i));
            detail::require(!std::isinf(value), self,
                            "variable " + detail::to_text(j) + " of row " + detail::to_text(i),
                            value, "must be finite, or NaN where it is missing");
            numbers(i, j) = value;
        }
    }
    const detail::pairwise_moments m = detail::pairwise_correlations(numbers);
    pairwise_result result{.rows = m.rows, .method = "pairwise"};
    Eigen::MatrixXd correlations = m.correlations;
    result.smallest_eigenvalue = detail::smallest_eigenvalue(correlations);
    if (result.smallest_eigenvalue < -1e-10) {
        if (options.indefinite == on_indefinite::refuses) {
            detail::throw_undefined(self, "the correlations are indefinite, smallest eigenvalue " +
                                              detail::to_text(result.smallest_eigenvalue) +
                                              ": leave rows out, or project");
        }
        correlations = detail::nearest_correlation(m.correlations);
        result.projected = true;
        result.method = "pairwise, nearest correlation matrix";
    }
    published_moments moments{.names = options.names, .means = m.means};
    moments.covariance = Eigen::MatrixXd(q, q);
    std::int64_t least = m.rows(0, 0);
    double sum = 0;
    for (Eigen::Index i = 0; i < q; ++i) {
        for (Eigen::Index j = 0; j < q; ++j) {
            moments.covariance(i, j) = correlations(i, j) * (m.sizes[i] * m.sizes[j]);
            result.largest_change = (std::max)(result.largest_change,
                                               std::abs(correlations(i, j) - m.correlations(i, j)));
            if (j > i) {
                least = (std::min)(least, m.rows(i, j));
                sum += static_cast<double>(m.rows(i, j));
            }
        }
    }
    moments.n = options.n == pairwise_n::smallest || q == 1
                    ? least
                    : static_cast<std::int64_t>(2 * sum / static_cast<double>(q * (q - 1)));
    result.xy = cross_products(moments);
    return result;
}

} // namespace nps::inline v0
