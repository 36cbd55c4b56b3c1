// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every regression: how many, the sums, and the sums of products of items and
/// outcome, from one pass over the rows.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/count/detail/sum_rows.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of cross_products.
///
/// Checked:    tests/count/cross_products_test.cpp
/// Example:    examples/drivers.cpp
struct cross_product_options {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// Whole numbers that stand for "no answer" in the items, such as 99.
    std::vector<std::int64_t> missing_codes = {};
    /// The same for the outcome, where they may be answers of the items.
    std::vector<std::int64_t> outcome_missing_codes = {};
    /// 0: all that the machine has. The result is the same, to the last bit, for any number.
    unsigned threads = 1;
};

/// What a paper or another tool reports of items and, last, an outcome.
///
/// Checked:    tests/count/cross_products_test.cpp
/// Example:    examples/drivers.cpp
struct published_moments {
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    std::int64_t n = 0;
    /// Of the items and the outcome; empty: all 0.
    Eigen::VectorXd means = {};
    /// With divisor n - 1, or a correlation matrix: then everything is on the scale of standard
    /// deviations.
    Eigen::MatrixXd covariance = {};
};

/// Numbers side by side in memory.
template <class R>
concept number_column = std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
    std::is_arithmetic_v<std::ranges::range_value_t<R>>;

/// Columns of numbers, such as std::vector<std::span<const std::uint8_t>>.
template <class R>
concept number_columns =
    std::ranges::input_range<R> && number_column<std::ranges::range_reference_t<R>>;

namespace detail {
struct cross_products_access;

[[nodiscard]] inline bool is_semidefinite(Eigen::MatrixXd r);
} // namespace detail

/// Sizes, sums and sums of products of items (columns) and one outcome over rows (respondents),
/// from which every linear model follows. The outcome is the last variable of every vector and
/// matrix. A default-made one is empty and takes the items of the first that is added to it.
///
/// Whole numbers (of any type: ratings as bytes, as int, as double) of size up to 2^31 are summed
/// exactly, while the sum of squares of each variable is at most 2^62 (4.6e16 answers of 10): any
/// order of rows, any split and any number of threads gives the same bits. Other numbers, and all
/// with sampling weights, are centred near the means of their block of 512 rows before anything is
/// multiplied, so that a large common offset costs no digits; blocks are merged in a fixed order.
///
/// Assumes:    rows that are independent of each other given the items; NaN and missing codes are
///             missing at random. Rows with one (item or outcome) are left out and counted in
///             dropped(): listwise deletion. For other ways see pairwise_cross_products and
///             missing_indicators.
/// Degenerate: no rows: n() = 0, and means() throws. A constant variable has variance exactly 0.
///             A row of frequency weight 0 is no row; one of sampling weight 0 counts neither in
///             n() nor, if complete, in dropped().
/// Throws:     invalid_input, for sizes that do not match, for infinite numbers (named by item and
///             row, from 0), for weights below 0 or beyond 2^53 in all; undefined_result where sums
///             of squares exceed the range of double.
/// Cost:       O(rows items^2), one pass, memory O(items^2) besides the rows, which are not copied.
///             10^6 rows of 20 ratings, one thread, AVX2: 6 ms as bytes, 20 ms as whole doubles, 40
///             ms as other doubles (docs/cross_products.md).
/// Source:     merging of means and deviations: Chan, Golub, LeVeque (1983),
///             doi:10.1080/00031305.1983.10483115
/// Checked:    tests/count/cross_products_test.cpp, tests/reference/cross_products.csv
/// Example:    examples/drivers.cpp
class cross_products {
public:
    cross_products() = default;

    /// Rows of a matrix, in any layout (row-major, maps, blocks, strides: read where they are), or
    /// of an expression, which is evaluated.
    template <class Items, class Outcome>
    cross_products(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                   const cross_product_options& options = {});

    /// Columns that lie side by side in memory each: `cross_products(columns, outcome)`.
    template <number_columns Items, number_column Outcome>
    cross_products(const Items& items, const Outcome& outcome,
                   const cross_product_options& options = {});

    /// From what is published; not exact. Throws invalid_input for a matrix that is not symmetric or
    /// that no data can have (a negative eigenvalue beyond rounding).
    explicit cross_products(const published_moments& published);

    /// How many items.
    [[nodiscard]] Eigen::Index items() const { return std::ssize(names_); }
    /// The names of the items.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// Rows used, each as often as its frequency weight says.
    [[nodiscard]] std::int64_t n() const { return sums_.n; }
    /// Rows left out, because an item or the outcome was missing; each as often as in n().
    [[nodiscard]] std::int64_t dropped() const { return sums_.dropped; }
    /// The sum of the weights; n() where there are none.
    [[nodiscard]] double weight() const {
        return sums_.exact ? static_cast<double>(sums_.n) : sums_.weight;
    }
    /// Whether everything is held in whole numbers, so that any order gives the same bits.
    [[nodiscard]] bool exact() const { return sums_.exact; }
    /// Means of the items and, last, of the outcome. Throws undefined_result for no rows.
    [[nodiscard]] Eigen::VectorXd means() const;
    /// Sums of products of deviations from the means; symmetric.
    [[nodiscard]] Eigen::MatrixXd centred() const;
    /// Correlations, within [-1, 1]; that of a constant variable with another is 0.
    [[nodiscard]] Eigen::MatrixXd correlations() const;
    /// The exact sum of variable i (items() is the outcome). Throws invalid_input unless exact().
    [[nodiscard]] std::int64_t sum(Eigen::Index i) const;
    /// The exact sum of products of variables i and j. Throws invalid_input unless exact().
    [[nodiscard]] std::int64_t product(Eigen::Index i, Eigen::Index j) const;

    /// Adds rows of the same items. Exact with exact is exact, while the bound holds. Throws
    /// invalid_input for other names of items, and where n() would exceed 2^53.
    cross_products& operator+=(const cross_products& other);
    /// Takes rows away that were added before; only where both are exact. Throws invalid_input
    /// where one is not, and where what is left cannot be the sums of any rows; nothing changes then.
    cross_products& operator-=(const cross_products& other);

    friend cross_products operator+(cross_products a, const cross_products& b) { return a += b; }
    friend cross_products operator-(cross_products a, const cross_products& b) { return a -= b; }
    friend bool operator==(const cross_products&, const cross_products&) = default;

private:
    friend struct detail::cross_products_access;

    template <class T, class U>
    void read(detail::cross_rows<T, U> rows, const cross_product_options& options);
    void name_items(std::size_t items, const std::vector<std::string>& names);
    void require_sums_finite() const;
    void require_variable(Eigen::Index i, std::string_view argument) const;
    void require_same_items(const cross_products& other) const;

    std::vector<std::string> names_;
    detail::cross_sums sums_ = detail::no_whole_sums(1);
};

inline void cross_products::name_items(std::size_t items, const std::vector<std::string>& names) {
    detail::require(names.empty() || names.size() == items, "cross_products", "names.size()",
                    names.size(),
                    "must be the number of items, " + detail::to_text(items) + ", or 0");
    names_ = names;
    for (std::size_t j = names_.size(); j < items; ++j) {
        names_.push_back("item " + detail::to_text(j + 1));
    }
}

inline void cross_products::require_sums_finite() const {
    const auto finite = [](double x) { return std::isfinite(x); };
    if (!std::isfinite(sums_.weight) || !std::ranges::all_of(sums_.means, finite) ||
        !std::ranges::all_of(sums_.centred, finite)) {
        detail::throw_undefined("cross_products", "sums of squares exceed the range of double");
    }
}

template <class T, class U>
void cross_products::read(detail::cross_rows<T, U> rows, const cross_product_options& options) {
    rows.function = "cross_products";
    rows.frequency = options.frequency_weights;
    rows.sampling = options.sampling_weights;
    rows.missing = options.missing_codes;
    rows.outcome_missing = options.outcome_missing_codes;
    name_items(rows.first.size(), options.names);
    sums_ = detail::sum_rows(rows, options.threads);
    require_sums_finite();
}

namespace detail {

/// A place in memory as the kernels know it: bool is a byte.
template <class T>
[[nodiscard]] auto number_place(const T* place) {
    if constexpr (std::same_as<T, bool>) {
        return reinterpret_cast<const unsigned char*>(place);
    } else {
        return place;
    }
}

/// The matrix itself, where it lies in memory, else its values.
template <class Matrix>
[[nodiscard]] decltype(auto) stored(const Matrix& matrix) {
    if constexpr ((Matrix::Flags & Eigen::DirectAccessBit) != 0) {
        return (matrix);
    } else {
        return typename Matrix::PlainObject(matrix);
    }
}

} // namespace detail

template <class Items, class Outcome>
cross_products::cross_products(const Eigen::DenseBase<Items>& items,
                               const Eigen::DenseBase<Outcome>& outcome,
                               const cross_product_options& options) {
    detail::require(outcome.size() == items.rows() &&
                        (outcome.rows() == 1 || outcome.cols() == 1 || outcome.size() == 0),
                    "cross_products", "outcome.size()", outcome.size(),
                    "must be the number of rows, " + detail::to_text(items.rows()));
    auto&& x = detail::stored(items.derived());
    auto&& y = detail::stored(outcome.derived());
    using number =
        std::remove_cv_t<std::remove_pointer_t<decltype(detail::number_place(x.data()))>>;
    using answer =
        std::remove_cv_t<std::remove_pointer_t<decltype(detail::number_place(y.data()))>>;
    detail::cross_rows<number, answer> rows;
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
        rows.first.push_back(detail::number_place(x.data()) + j * x.colStride());
    }
    rows.step = x.rowStride();
    rows.outcome = detail::number_place(y.data());
    rows.outcome_step = y.cols() == 1 ? y.rowStride() : y.colStride();
    rows.rows = static_cast<std::size_t>(x.rows());
    read(std::move(rows), options);
}

template <number_columns Items, number_column Outcome>
cross_products::cross_products(const Items& items, const Outcome& outcome,
                               const cross_product_options& options) {
    using number = std::ranges::range_value_t<std::ranges::range_reference_t<const Items>>;
    using answer = std::ranges::range_value_t<Outcome>;
    detail::cross_rows<std::conditional_t<std::same_as<number, bool>, unsigned char, number>,
                       std::conditional_t<std::same_as<answer, bool>, unsigned char, answer>>
        rows;
    rows.rows = std::ranges::size(outcome);
    rows.outcome = detail::number_place(std::ranges::data(outcome));
    for (const auto& column : items) {
        detail::require(std::ranges::size(column) == rows.rows, "cross_products",
                        "size of column " + detail::to_text(rows.first.size()),
                        std::ranges::size(column),
                        "must be that of the outcome, " + detail::to_text(rows.rows));
        rows.first.push_back(detail::number_place(std::ranges::data(column)));
    }
    read(std::move(rows), options);
}

inline bool detail::is_semidefinite(Eigen::MatrixXd r) {
    // Cholesky with the largest pivot first, on the scale of correlations.
    const Eigen::Index q = r.rows();
    constexpr double rounding = 1e-10;
    for (Eigen::Index k = 0; k < q; ++k) {
        Eigen::Index largest = k;
        for (Eigen::Index i = k; i < q; ++i) {
            if (!(r(i, i) >= -rounding)) {
                return false;
            }
            largest = r(i, i) > r(largest, largest) ? i : largest;
        }
        for (Eigen::Index i = 0; i < q; ++i) {
            std::swap(r(k, i), r(largest, i));
        }
        for (Eigen::Index i = 0; i < q; ++i) {
            std::swap(r(i, k), r(i, largest));
        }
        for (Eigen::Index i = k + 1; i < q; ++i) {
            if (r(k, k) <= rounding) {
                if (std::abs(r(i, k)) > 1e-5) { // the square root of `rounding`
                    return false;
                }
                continue;
            }
            for (Eigen::Index j = k + 1; j <= i; ++j) {
                r(i, j) -= r(i, k) * r(j, k) / r(k, k);
                r(j, i) = r(i, j);
            }
        }
    }
    return true;
}

inline cross_products::cross_products(const published_moments& published) {
    constexpr std::string_view self = "cross_products";
    const Eigen::Index q = published.covariance.rows();
    detail::require(q > 0 && published.covariance.cols() == q, self, "covariance.cols()",
                    published.covariance.cols(), "must be the number of rows, at least 1");
    detail::require(published.means.size() == 0 || published.means.size() == q, self,
                    "means.size()", published.means.size(),
                    "must be that of covariance, " + detail::to_text(q) + ", or 0");
    detail::require(published.n >= 2 && published.n <= detail::largest_count, self, "n",
                    published.n, "must be in [2, 2^53]");
    name_items(static_cast<std::size_t>(q - 1), published.names);
    sums_ = detail::no_real_sums(static_cast<std::size_t>(q));
    sums_.n = published.n;
    sums_.weight = static_cast<double>(published.n);
    Eigen::MatrixXd correlations(q, q);
    for (Eigen::Index i = 0; i < q; ++i) {
        if (published.means.size() > 0) {
            const double mean = published.means[i];
            detail::require(std::isfinite(mean), self, "means[" + detail::to_text(i) + "]", mean,
                            "must be finite");
            sums_.means[static_cast<std::size_t>(i)] = mean;
        }
        for (Eigen::Index j = 0; j < q; ++j) {
            const double c = published.covariance(i, j);
            const double sizes =
                std::sqrt(published.covariance(i, i)) * std::sqrt(published.covariance(j, j));
            detail::require(std::abs(c) <= sizes * (1 + 1e-12) && c == published.covariance(j, i) &&
                                std::isfinite(c),
                            self,
                            "covariance(" + detail::to_text(i) + ", " + detail::to_text(j) + ")", c,
                            "must be symmetric, and a covariance");
            sums_.centred[static_cast<std::size_t>(i * q + j)] =
                c * static_cast<double>(published.n - 1);
            correlations(i, j) = i == j ? 1 : sizes > 0 ? c / sizes : 0;
        }
    }
    detail::require(detail::is_semidefinite(correlations), self, "covariance", "indefinite",
                    "must have no negative eigenvalue: rounded, or pairwise? See "
                    "pairwise_cross_products");
    require_sums_finite();
}

inline Eigen::VectorXd cross_products::means() const {
    if (sums_.n == 0) {
        detail::throw_undefined("cross_products::means", "there are no complete rows");
    }
    Eigen::VectorXd result(items() + 1);
    for (std::size_t i = 0; i < sums_.variables; ++i) {
        result[static_cast<Eigen::Index>(i)] =
            sums_.exact ? static_cast<double>(sums_.sums[i]) / static_cast<double>(sums_.n)
                        : sums_.means[i] + sums_.mean_rests[i];
    }
    return result;
}

inline Eigen::MatrixXd cross_products::centred() const {
    Eigen::MatrixXd result(items() + 1, items() + 1);
    for (std::size_t i = 0; i < sums_.variables; ++i) {
        for (std::size_t j = 0; j < sums_.variables; ++j) {
            result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                sums_.exact ? detail::centred_product(sums_, i, j)
                            : sums_.centred[i * sums_.variables + j];
        }
    }
    return result;
}

inline Eigen::MatrixXd cross_products::correlations() const {
    Eigen::MatrixXd result = centred();
    Eigen::VectorXd size(result.rows());
    for (Eigen::Index i = 0; i < size.size(); ++i) {
        size[i] = std::sqrt((std::max)(0.0, result(i, i)));
    }
    for (Eigen::Index i = 0; i < size.size(); ++i) {
        for (Eigen::Index j = 0; j < size.size(); ++j) {
            const bool varies = size[i] > 0 && size[j] > 0;
            result(i, j) = i == j   ? 1
                           : varies ? std::clamp(result(i, j) / size[i] / size[j], -1.0, 1.0)
                                    : 0;
        }
    }
    return result;
}

inline void cross_products::require_variable(Eigen::Index i, std::string_view argument) const {
    detail::require(sums_.exact, "cross_products", "exact()", false,
                    "must be true: these sums are not held in whole numbers");
    detail::require(i >= 0 && i <= items(), "cross_products", argument, i,
                    "must be in [0, items()]");
}

inline std::int64_t cross_products::sum(Eigen::Index i) const {
    require_variable(i, "i");
    return sums_.sums[static_cast<std::size_t>(i)];
}

inline std::int64_t cross_products::product(Eigen::Index i, Eigen::Index j) const {
    require_variable(i, "i");
    require_variable(j, "j");
    return sums_
        .products[static_cast<std::size_t>(i) * sums_.variables + static_cast<std::size_t>(j)];
}

inline void cross_products::require_same_items(const cross_products& other) const {
    detail::require(names_.size() == other.names_.size(), "cross_products", "other.items()",
                    other.names_.size(), "must be " + detail::to_text(names_.size()));
    for (std::size_t j = 0; j < names_.size(); ++j) {
        detail::require(names_[j] == other.names_[j], "cross_products",
                        "other.names()[" + detail::to_text(j) + "]", other.names_[j],
                        "must be " + names_[j]);
    }
}

inline cross_products& cross_products::operator+=(const cross_products& other) {
    if (*this == cross_products()) {
        return *this = other;
    }
    if (other == cross_products()) {
        return *this;
    }
    require_same_items(other);
    detail::require_count(sums_.n + other.sums_.n, "cross_products", "n");
    detail::require_count(sums_.dropped + other.sums_.dropped, "cross_products", "dropped");
    if (sums_.exact && other.sums_.exact) {
        detail::wide_sums wide(sums_);
        wide.add(detail::wide_sums(other.sums_));
        if (wide.fit()) {
            sums_ = wide.narrowed();
            return *this;
        }
    }
    cross_products sum = *this;
    sum.sums_ = detail::as_real(sums_);
    detail::add_real_sums(sum.sums_, detail::as_real(other.sums_));
    sum.require_sums_finite();
    return *this = std::move(sum);
}

inline cross_products& cross_products::operator-=(const cross_products& other) {
    if (other == cross_products()) {
        return *this;
    }
    require_same_items(other);
    detail::require(sums_.exact && other.sums_.exact, "cross_products", "exact()", false,
                    "must be true of both: others cannot be taken away again");
    detail::wide_sums rest(sums_);
    rest.add(detail::wide_sums(other.sums_), -1);
    detail::require(detail::sums_can_be(rest), "cross_products", "other.n()", other.n(),
                    "must be of rows that were added before");
    sums_ = rest.narrowed();
    return *this;
}

} // namespace nps::inline v0
