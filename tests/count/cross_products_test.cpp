// SPDX-License-Identifier: Apache-2.0
#include <nps/count/cross_products.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using nps_test::close;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
using bytes_matrix = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>;
using bytes_vector = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1>;

// The words of tests/reference/generate/cross_products.py.
class words {
public:
    std::uint32_t next() {
        state_ = (std::uint64_t{1103515245} * state_ + 12345) % (std::uint64_t{1} << 31);
        return static_cast<std::uint32_t>(state_ >> 8);
    }

private:
    std::uint64_t state_ = 1;
};

double value(const std::string& kind, int variable, std::uint32_t u) {
    const double word = u;
    if (kind == "ratings") {
        return u % 11;
    }
    if (kind == "percent") {
        return u % 101;
    }
    if (kind == "signed") {
        return static_cast<int>(u % 300) - 150;
    }
    if (kind == "million") {
        return word - 4194304.0;
    }
    if (kind == "large") {
        return word * 256 - 1073741824.0;
    }
    if (kind == "offset") {
        return 1e9 + word / 8388608.0;
    }
    return (word - 4194304.0) *
           std::array{1e-9, 1.0, 1e9, 1.0}.at(static_cast<std::size_t>(variable));
}

struct made_rows {
    Eigen::MatrixXd items{5003, 3};
    Eigen::VectorXd outcome{5003};
    nps::cross_product_options options;
};

made_rows rows_of(const std::string& kind, const std::string& weights) {
    constexpr std::array sizes{1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6};
    made_rows r;
    words w;
    for (Eigen::Index i = 0; i < 5003; ++i) {
        for (int j = 0; j < 4; ++j) {
            (j < 3 ? r.items(i, j) : r.outcome[i]) = value(kind, j, w.next());
        }
        const std::uint32_t u = w.next();
        if (weights == "frequency") {
            r.options.frequency_weights.push_back(u % 4);
        } else if (weights == "sampling") {
            r.options.sampling_weights.push_back(sizes.at(u % 7));
        }
    }
    return r;
}

bytes_matrix ratings(Eigen::Index rows, Eigen::Index columns, unsigned limit = 11) {
    words w;
    bytes_matrix x(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < columns; ++j) {
            x(i, j) = static_cast<std::uint8_t>(w.next() % limit);
        }
    }
    return x;
}

std::string error_of(auto&& work) {
    try {
        work();
    } catch (const nps::invalid_input& error) {
        return error.what();
    } catch (const nps::undefined_result& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("sums and products of deviations: exact integers and fractions of Python") {
    std::string kind;
    std::string weights;
    nps::cross_products xy;
    for (const nps_test::reference_row& row : nps_test::reference_table("cross_products.csv")) {
        if (row.text("kind") != kind || row.text("weights") != weights) {
            kind = row.text("kind");
            weights = row.text("weights");
            const made_rows r = rows_of(kind, weights);
            xy = nps::cross_products(r.items, r.outcome, r.options);
            const bool whole = kind != "offset" && kind != "scales" && weights != "sampling";
            const bool exact = whole && (kind != "large" || row.number("product") < 0x1p62);
            CHECK(xy.exact() == exact);
        }
        CAPTURE(kind);
        CAPTURE(weights);
        const Eigen::Index i = row.integer("i");
        const Eigen::Index j = row.integer("j");
        CHECK(xy.n() == row.integer("n"));
        CHECK(close(xy.weight(), row.number("weight")));
        if (xy.exact()) {
            CHECK(xy.sum(i) == row.integer("sum"));
            CHECK(xy.product(i, j) == row.integer("product"));
            CHECK(xy.product(j, i) == row.integer("product"));
        }
        const Eigen::MatrixXd c = xy.centred();
        CHECK(close(xy.means()[i], row.number("mean"),
                    {.absolute = kind == "scales" ? 1e-15 * std::sqrt(c(i, i)) : 0,
                     .reason = "a mean near 0 of numbers that are not"}));
        CHECK(close(c(i, j), row.number("centred"),
                    {.absolute = xy.exact() ? 0 : 1e-13 * std::sqrt(c(i, i) * c(j, j)),
                     .reason = "products of deviations cancel: rounding on their own scale"}));
        CHECK(c(i, j) == c(j, i));
        if (kind == "offset" && weights == "none") {
            // Merged from parts as well.
            const made_rows r = rows_of(kind, weights);
            const nps::cross_products parts =
                nps::cross_products(r.items.topRows(77), r.outcome.head(77)) +
                nps::cross_products(r.items.bottomRows(4926), r.outcome.tail(4926));
            CHECK(close(parts.centred()(i, j), row.number("centred"),
                        {.absolute = 1e-13 * std::sqrt(c(i, i) * c(j, j)),
                         .reason = "rounding on the scale of the products"}));
        }
    }
}

TEST_CASE("the bits do not depend on type, layout, path, order, split or threads") {
    constexpr Eigen::Index n = 100'003;
    const bytes_matrix x = ratings(n, 5);
    const bytes_vector y = ratings(n, 6).col(5);
    const nps::cross_products xy(x, y);
    CHECK(xy.exact());
    CHECK(xy.n() == n);

    const Eigen::Matrix<std::uint8_t, -1, -1, Eigen::RowMajor> by_row = x;
    CHECK(nps::cross_products(by_row, y) == xy);
    CHECK(nps::cross_products(x.cast<double>(), y) == xy);
    CHECK(nps::cross_products(x.cast<float>(), y.cast<std::int8_t>()) == xy);
    CHECK(nps::cross_products(x.cast<std::uint64_t>(), y.cast<std::int64_t>()) == xy);
    CHECK(nps::cross_products(x.cast<std::int32_t>(), y.cast<std::int32_t>()) == xy);
    const Eigen::Matrix<double, -1, -1, Eigen::RowMajor> doubles = by_row.cast<double>();
    CHECK(nps::cross_products(doubles, y) == xy);
    CHECK(nps::cross_products(doubles.array(), y.transpose()) == xy);
    CHECK(nps::cross_products((2 * doubles - doubles).eval(), y) == xy);
    CHECK(nps::cross_products(2 * doubles - doubles, y) == xy);
    // Blocks and strides, in place.
    bytes_matrix wide = bytes_matrix::Constant(2 * n, 12, 200);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < 5; ++j) {
            wide(2 * i, 2 * j + 1) = x(i, j);
        }
        wide(2 * i, 11) = y[i];
    }
    using strided = Eigen::Map<const bytes_matrix, 0, Eigen::Stride<-1, -1>>;
    const strided every_second(&wide(0, 1), n, 5, Eigen::Stride<-1, -1>(2 * 2 * n, 2));
    const strided last(&wide(0, 11), n, 1, Eigen::Stride<-1, -1>(2 * n, 2));
    CHECK(nps::cross_products(every_second, last.col(0)) == xy);
    // Columns of bytes.
    std::vector<std::span<const std::uint8_t>> columns;
    for (Eigen::Index j = 0; j < 5; ++j) {
        columns.emplace_back(&x(0, j), static_cast<std::size_t>(n));
    }
    const std::span<const std::uint8_t> outcome(y.data(), static_cast<std::size_t>(n));
    CHECK(nps::cross_products(columns, outcome) == xy);
    // Rows turned round, in two parts, on some threads.
    CHECK(nps::cross_products(x.colwise().reverse(), y.reverse()) == xy);
    for (const Eigen::Index first : {0, 1, 2048, 50'000}) {
        const nps::cross_products a(x.topRows(first), y.head(first));
        const nps::cross_products b(x.bottomRows(n - first), y.tail(n - first));
        CHECK(a + b == xy);
        CHECK(b + a == xy);
        CHECK(xy - a == b);
        CHECK(xy - b == a);
    }
    for (const unsigned threads : {0U, 2U, 3U}) {
        CHECK(nps::cross_products(x, y, {.threads = threads}) == xy);
    }
    // Every path.
    nps::detail::cross_rows<std::uint8_t, std::uint8_t> rows;
    for (Eigen::Index j = 0; j < 5; ++j) {
        rows.first.push_back(&x(0, j));
    }
    rows.outcome = y.data();
    rows.rows = static_cast<std::size_t>(n);
    const nps::detail::cross_sums fast = nps::detail::sum_rows(rows, 1);
    rows.instructions = nps::instruction_set::plain;
    CHECK(nps::detail::sum_rows(rows, 1) == fast);
}

TEST_CASE("real numbers: the same bits for any number of threads and on every path") {
    constexpr Eigen::Index n = 100'003;
    words w;
    Eigen::MatrixXd x(n, 3);
    Eigen::VectorXd y(n);
    std::vector<double> weights;
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < 3; ++j) {
            x(i, j) = w.next() / 3.0;
        }
        y[i] = w.next() % 3;
        weights.push_back(w.next() % 5 / 3.0);
    }
    const Eigen::Matrix<double, -1, -1, Eigen::RowMajor> by_row = x;
    for (const bool weighted : {false, true}) {
        nps::cross_product_options options;
        if (weighted) {
            options.sampling_weights = weights;
        }
        const nps::cross_products xy(x, y, options);
        CHECK(!xy.exact());
        CHECK(nps::cross_products(by_row, y, options) == xy);
        options.threads = 2;
        CHECK(nps::cross_products(x, y, options) == xy);
        nps::detail::cross_rows<double, double> rows;
        for (Eigen::Index j = 0; j < 3; ++j) {
            rows.first.push_back(&x(0, j));
        }
        rows.outcome = y.data();
        rows.rows = static_cast<std::size_t>(n);
        rows.sampling = options.sampling_weights;
        const nps::detail::cross_sums fast = nps::detail::sum_rows(rows, 1);
        rows.instructions = nps::instruction_set::plain;
        CHECK(nps::detail::sum_rows(rows, 1) == fast);
        // Merged from parts: the same but for rounding.
        if (!weighted) {
            const nps::cross_products parts =
                nps::cross_products(x.topRows(777), y.head(777)) +
                nps::cross_products(x.bottomRows(n - 777), y.tail(n - 777));
            CHECK(parts.n() == n);
            for (Eigen::Index i = 0; i < 4; ++i) {
                CHECK(close(parts.means()[i], xy.means()[i]));
                CHECK(close(parts.centred()(i, i), xy.centred()(i, i)));
            }
        }
    }
}

TEST_CASE("real numbers: steps, trends and far origins lose no digits") {
    // Means and sums of two passes in long double.
    constexpr Eigen::Index n = 5000;
    words w;
    Eigen::MatrixXd x(n, 4);
    for (Eigen::Index i = 0; i < n; ++i) {
        x(i, 0) = i < 1000 ? 3.3 : 4.4; // every block after the step is far from the one before
        x(i, 1) = 0.1 * static_cast<double>(i);
        x(i, 2) = 1e9 + w.next() / 7.0;
        x(i, 3) = i % 512 < 256 ? 1e-3 * w.next() : 1e3 + w.next() / 3.0;
    }
    const nps::cross_products xy(x.leftCols(3), x.col(3));
    CHECK(!xy.exact());
    long double means[4] = {};
    for (Eigen::Index j = 0; j < 4; ++j) {
        for (Eigen::Index i = 0; i < n; ++i) {
            means[j] += x(i, j) / static_cast<long double>(n);
        }
        CHECK(close(xy.means()[j], static_cast<double>(means[j])));
    }
    for (Eigen::Index a = 0; a < 4; ++a) {
        for (Eigen::Index b = a; b < 4; ++b) {
            long double sum = 0;
            long double size = 0;
            for (Eigen::Index i = 0; i < n; ++i) {
                const long double product = (x(i, a) - means[a]) * (x(i, b) - means[b]);
                sum += product;
                size += std::abs(product);
            }
            CHECK(std::abs(xy.centred()(a, b) - static_cast<double>(sum)) <=
                  1e-14 * static_cast<double>(size));
        }
    }
    // A column that never changes has its number for a mean and no deviation, to the bit.
    const Eigen::VectorXd same = Eigen::VectorXd::Constant(n, 0.1);
    const nps::cross_products constant(same, x.col(1));
    CHECK(constant.means()[0] == 0.1);
    CHECK(constant.centred()(0, 0) == 0);
    CHECK(constant.centred()(0, 1) == 0);
}

TEST_CASE("a frequency weight is the row so often, on every path") {
    // Products of bytes, of doubles, and one by one; weights that fit bytes and that do not.
    for (const unsigned limit : {11U, 101U, 256U}) {
        for (const std::int64_t factor : {1, 40, 1000}) {
            const bytes_matrix x = ratings(300, 4, limit);
            std::vector<std::int64_t> weights;
            std::vector<Eigen::Index> repeated;
            for (Eigen::Index i = 0; i < 300; ++i) {
                weights.push_back(i % 3 * (i % 50 == 0 ? factor : 1));
                repeated.insert(repeated.end(), static_cast<std::size_t>(weights.back()), i);
            }
            const bytes_matrix rows = x(repeated, Eigen::all);
            CHECK(nps::cross_products(x.leftCols(3), x.col(3), {.frequency_weights = weights}) ==
                  nps::cross_products(rows.leftCols(3), rows.col(3)));
        }
    }
    // 10^12 of each: sums still exact.
    const bytes_matrix x = ratings(100, 2);
    const std::vector<std::int64_t> many(100, 1'000'000'000'000);
    const nps::cross_products once(x.leftCols(1), x.col(1));
    const nps::cross_products often(x.leftCols(1), x.col(1), {.frequency_weights = many});
    CHECK(often.product(0, 1) == once.product(0, 1) * 1'000'000'000'000);
    CHECK(often.n() == 100'000'000'000'000);
    // With real numbers, and with sampling weights: frequency times sampling weight.
    Eigen::MatrixXd real = x.cast<double>();
    real.array() += 0.1;
    std::vector<std::int64_t> threes(100, 3);
    std::vector<double> halves(100, 0.5);
    const nps::cross_products weighted(real.leftCols(1), real.col(1),
                                       {.frequency_weights = threes, .sampling_weights = halves});
    const nps::cross_products plain(real.leftCols(1), real.col(1));
    CHECK(weighted.n() == 300);
    CHECK(close(weighted.weight(), 150));
    CHECK(close(weighted.centred()(0, 1), 1.5 * plain.centred()(0, 1)));
    CHECK(close(weighted.correlations()(0, 1), plain.correlations()(0, 1)));
}

TEST_CASE("rows with a missing number are left out and counted") {
    const bytes_matrix x = ratings(5000, 3);
    bytes_matrix gaps = x;
    Eigen::MatrixXd holes = x.cast<double>();
    Eigen::MatrixXd real = holes;
    Eigen::Matrix<std::int32_t, -1, -1> far = x.cast<std::int32_t>();
    std::vector<Eigen::Index> kept;
    std::int64_t in_outcome = 0;
    for (Eigen::Index i = 0; i < 5000; ++i) {
        if (i % 7 == 0) {
            in_outcome += i % 3 == 2 ? 1 : 0;
            gaps(i, i % 3) = 99;
            holes(i, i % 3) = missing;
            far(i, i % 3) = -2'147'483'647;
        } else {
            kept.push_back(i);
        }
    }
    const bytes_matrix complete = x(kept, Eigen::all);
    const nps::cross_products expected(complete.leftCols(2), complete.col(2));
    const auto same_but_dropped = [&](const nps::cross_products& xy) {
        CHECK(xy.dropped() == 715);
        CHECK(xy.n() == expected.n());
        CHECK(xy.centred() == expected.centred());
        CHECK(xy.means() == expected.means());
    };
    const nps::cross_product_options codes{.missing_codes = {99, -2'147'483'647, -3},
                                           .outcome_missing_codes = {99, -2'147'483'647}};
    same_but_dropped(nps::cross_products(gaps.leftCols(2), gaps.col(2), codes));
    same_but_dropped(nps::cross_products(holes.leftCols(2), holes.col(2)));
    same_but_dropped(nps::cross_products(far.leftCols(2), far.col(2), codes));
    // 99 in the outcome is an answer unless it is said to be none.
    CHECK(nps::cross_products(gaps.leftCols(2), gaps.col(2), {.missing_codes = {99}}).n() ==
          expected.n() + in_outcome);
    // Real numbers.
    real.array() += 0.25;
    Eigen::MatrixXd real_holes = holes;
    real_holes.array() += 0.25;
    const Eigen::MatrixXd rest = real(kept, Eigen::all);
    const nps::cross_products from_rest(rest.leftCols(2), rest.col(2));
    const nps::cross_products from_holes(real_holes.leftCols(2), real_holes.col(2));
    CHECK(from_holes.dropped() == 715);
    CHECK(from_holes.n() == from_rest.n());
    CHECK(close(from_holes.centred()(0, 1), from_rest.centred()(0, 1),
                {.absolute = 1e-10, .reason = "a sum of 4285 products of both signs"}));
    CHECK(close(from_holes.centred()(0, 0), from_rest.centred()(0, 0)));
    // A frequency weight is the row so often, left out or used: 3 times 715 and 4285.
    const std::vector<std::int64_t> thrice(5000, 3);
    for (const nps::cross_products& xy :
         {nps::cross_products(holes.leftCols(2), holes.col(2), {.frequency_weights = thrice}),
          nps::cross_products(far.leftCols(2), far.col(2),
                              {.frequency_weights = thrice,
                              .missing_codes = {-2'147'483'647},
                              .outcome_missing_codes = {-2'147'483'647}}),
          nps::cross_products(real_holes.leftCols(2), real_holes.col(2),
                              {.frequency_weights = thrice})}) {
        CHECK(xy.n() == 12'855);
        CHECK(xy.dropped() == 2145);
    }
    // Rows of weight 0 are neither used nor dropped; incomplete ones are dropped.
    std::vector<double> zeros(5000, 1.0);
    zeros[0] = zeros[1] = 0;
    const nps::cross_products some(real_holes.leftCols(2), real_holes.col(2),
                                   {.sampling_weights = zeros});
    CHECK(some.dropped() == 715);
    CHECK(some.n() == expected.n() - 1);
}

TEST_CASE("whole numbers up to the bound are exact, beyond it they are not") {
    using wide = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic>;
    const std::int64_t two_31 = std::int64_t{1} << 31;
    wide x(2, 1);
    wide y(2, 1);
    x << two_31, 3;
    y << -two_31, 5;
    const nps::cross_products alone(x.topRows(1), y.topRows(1).col(0));
    CHECK(alone.exact());
    CHECK(alone.product(0, 0) == std::int64_t{1} << 62);
    CHECK(alone.product(0, 1) == -(std::int64_t{1} << 62));
    CHECK(alone.sum(1) == -two_31);
    const nps::cross_products both(x, y.col(0)); // a square of 9 too much
    CHECK(!both.exact());
    CHECK(both.n() == 2);
    CHECK(close(both.means()[0], 1073741825.5));
    // So do sums of two: the result does not depend on the order in which they were made.
    const nps::cross_products rest(x.bottomRows(1), y.bottomRows(1).col(0));
    CHECK(rest.exact());
    CHECK(!(alone + rest).exact());
    CHECK(close((rest + alone).centred()(0, 0), both.centred()(0, 0)));
    x(0, 0) = two_31 + 1;
    CHECK(!nps::cross_products(x.topRows(1), y.topRows(1).col(0)).exact());
    x(0, 0) = std::numeric_limits<std::int64_t>::min();
    x(1, 0) = std::numeric_limits<std::int64_t>::max();
    CHECK(close(nps::cross_products(x, y.col(0)).centred()(0, 0), std::ldexp(1.0, 127)));
    const Eigen::Matrix<std::uint64_t, 2, 1> top{std::numeric_limits<std::uint64_t>::max(), 0};
    CHECK(close(nps::cross_products(top, y.col(0)).means()[0], 0x1p63));
}

TEST_CASE("offsets cost no digits and constants do not vary") {
    Eigen::MatrixXd x(3000, 2);
    Eigen::VectorXd y(3000);
    for (Eigen::Index i = 0; i < 3000; ++i) {
        x(i, 0) = 0.1;
        x(i, 1) = 1e9 + (i % 2 == 0 ? 0.25 : -0.25);
        y[i] = i % 2 == 0 ? 1 : -1;
    }
    const nps::cross_products xy(x, y);
    CHECK(xy.centred()(0, 0) == 0);
    CHECK(xy.centred()(0, 2) == 0);
    CHECK(xy.means()[0] == 0.1);
    CHECK(close(xy.centred()(1, 1), 187.5));
    CHECK(close(xy.centred()(1, 2), 750));
    const Eigen::MatrixXd r = xy.correlations();
    CHECK(r(0, 0) == 1);
    CHECK(r(0, 1) == 0);
    CHECK(close(r(1, 2), 1));
    CHECK(r(1, 2) <= 1);
}

TEST_CASE("empty summaries") {
    const nps::cross_products none;
    CHECK(none.items() == 0);
    CHECK(none.n() == 0);
    CHECK(none.weight() == 0);
    CHECK(none.exact());
    CHECK(error_of([&] { (void)none.means(); }) ==
          "nps::cross_products::means: there are no complete rows");
    CHECK(none.centred() == Eigen::MatrixXd::Zero(1, 1));
    CHECK(none.correlations() == Eigen::MatrixXd::Ones(1, 1));
    const bytes_matrix x = ratings(10, 3);
    const nps::cross_products xy(x.leftCols(2), x.col(2), {.names = {"price", "service"}});
    CHECK(xy.names() == std::vector<std::string>{"price", "service"});
    nps::cross_products sum;
    sum += xy;
    CHECK(sum == xy);
    CHECK(sum + none == xy);
    CHECK(sum - none == xy);
    const nps::cross_products zero = xy - xy;
    CHECK(zero.n() == 0);
    CHECK(zero.items() == 2);
    // No rows, no items, one row.
    const nps::cross_products no_rows(x.topRows(0).leftCols(2), x.topRows(0).col(2));
    CHECK(no_rows.n() == 0);
    CHECK(no_rows.items() == 2);
    CHECK(nps::cross_products(x.leftCols(0), x.col(2)).product(0, 0) == xy.product(2, 2));
    CHECK(nps::cross_products(x.topRows(1).leftCols(2), x.topRows(1).col(2)).centred() ==
          Eigen::MatrixXd::Zero(3, 3));
    // Everything missing.
    const Eigen::MatrixXd gaps = Eigen::MatrixXd::Constant(5, 2, missing);
    CHECK(nps::cross_products(gaps, gaps.col(0)).dropped() == 5);
    // All weights zero, beside numbers that are not whole.
    const Eigen::MatrixXd tenths = Eigen::MatrixXd::Constant(5, 2, 0.1);
    const nps::cross_products weightless(tenths, tenths.col(0),
                                         {.sampling_weights = std::vector<double>(5)});
    CHECK(weightless.n() == 0);
    CHECK(weightless.centred() == Eigen::MatrixXd::Zero(3, 3));
}

TEST_CASE("published moments") {
    Eigen::MatrixXd covariance(3, 3);
    covariance << 4, 1, 1, 1, 9, 2, 1, 2, 1;
    const nps::cross_products xy(nps::published_moments{.names = {"a", "b"},
                                                        .n = 101,
                                                        .means = Eigen::Vector3d(1, 2, 3),
                                                        .covariance = covariance});
    CHECK(xy.n() == 101);
    CHECK(xy.weight() == 101);
    CHECK(!xy.exact());
    CHECK(xy.centred() == 100 * covariance);
    CHECK(xy.means() == Eigen::Vector3d(1, 2, 3));
    CHECK(close(xy.correlations()(0, 1), 1.0 / 6));
    // An indefinite matrix: a and b alike, b and c alike, a and c opposed.
    covariance << 1, .9, -.9, .9, 1, .9, -.9, .9, 1;
    CHECK(error_of([&] {
              (void)nps::cross_products({.n = 50, .means = {}, .covariance = covariance});
          }).starts_with("nps::cross_products: covariance = indefinite, must have no negative"));
    // Collinear is not indefinite.
    covariance << 1, 1, .5, 1, 1, .5, .5, .5, 1;
    CHECK(nps::cross_products({.n = 50, .means = {}, .covariance = covariance}).n() == 50);
    covariance << 1, 1, .5, 1, 1, .4, .5, .4, 1;
    CHECK_THROWS_AS((void)nps::cross_products({.n = 50, .means = {}, .covariance = covariance}),
                    nps::invalid_input);
    covariance << 1, 2, .5, 2, 1, .4, .5, .4, 1;
    CHECK(error_of([&] {
              (void)nps::cross_products({.n = 50, .means = {}, .covariance = covariance});
          }) == "nps::cross_products: covariance(0, 1) = 2, must be symmetric, and a covariance");
    covariance << 1, missing, .5, missing, 1, .4, .5, .4, 1;
    CHECK_THROWS_AS((void)nps::cross_products({.n = 50, .means = {}, .covariance = covariance}),
                    nps::invalid_input);
    covariance.setIdentity();
    CHECK_THROWS_AS((void)nps::cross_products({.n = 1, .means = {}, .covariance = covariance}),
                    nps::invalid_input);
}

TEST_CASE("wrong input throws and names itself") {
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(4, 2, 1.0);
    Eigen::VectorXd y = Eigen::VectorXd::Constant(4, 1.0);
    const auto with = [&](const nps::cross_product_options& options) {
        return error_of([&] { (void)nps::cross_products(x, y, options); });
    };
    CHECK(error_of([&] { (void)nps::cross_products(x, y.head(3)); }) ==
          "nps::cross_products: outcome.size() = 3, must be the number of rows, 4");
    CHECK(with({.names = {"a"}}) ==
          "nps::cross_products: names.size() = 1, must be the number of items, 2, or 0");
    CHECK(with({.frequency_weights = {1}}) ==
          "nps::cross_products: frequency_weights.size() = 1, must be the number of rows, 4, or 0");
    CHECK(with({.sampling_weights = {1}}) ==
          "nps::cross_products: sampling_weights.size() = 1, must be the number of rows, 4, or 0");
    CHECK(with({.frequency_weights = {1, -1, 1, 1}}) ==
          "nps::cross_products: frequency_weights[1] = -1, must be in [0, 2^53]");
    const std::int64_t most = std::int64_t{1} << 53;
    CHECK(with({.frequency_weights = {most, 1, 0, 0}}) ==
          "nps::cross_products: sum of frequency_weights = 9007199254740993, must be in [0, 2^53]");
    CHECK(with({.frequency_weights = {most, 0, 0, 0}}) == "no error");
    CHECK(with({.sampling_weights = {1, missing, 1, 1}}) ==
          "nps::cross_products: sampling_weights[1] = nan, must be finite and not negative");
    CHECK_THROWS_AS((void)nps::cross_products(x, y, {.sampling_weights = {1, 1, -1e-9, 1}}),
                    nps::invalid_input);
    // Infinity, among whole numbers and among others, in a row that is left out, and in the outcome.
    for (const double beside : {1.0, 0.5}) {
        x.setConstant(beside);
        x(2, 1) = -std::numeric_limits<double>::infinity();
        CHECK(with({}) == "nps::cross_products: item 1 of row 2 = -inf, must be finite, or NaN "
                          "where it is missing");
        x(2, 0) = missing;
        CHECK(with({}).starts_with("nps::cross_products: item 1 of row 2 = -inf"));
        x(2, 1) = 1;
        y[3] = std::numeric_limits<double>::infinity();
        CHECK(with({}).starts_with("nps::cross_products: outcome of row 3 = inf"));
        y[3] = 1;
        CHECK(with({}) == "no error");
    }
    x << 1e200, 0, -1e200, 0, 0, 0, 0, 0;
    CHECK(with({}) == "nps::cross_products: sums of squares exceed the range of double");
    const std::vector<std::vector<std::int32_t>> columns{{1, 2, 3}, {1, 2}};
    CHECK(error_of([&] {
              (void)nps::cross_products(columns, std::vector<std::int32_t>{1, 2, 3});
          }) == "nps::cross_products: size of column 1 = 2, must be that of the outcome, 3");

    const bytes_matrix b = ratings(10, 3);
    nps::cross_products xy(b.leftCols(2), b.col(2));
    const nps::cross_products before = xy;
    CHECK(error_of([&] { xy += nps::cross_products(b.leftCols(1), b.col(2)); }) ==
          "nps::cross_products: other.items() = 1, must be 2");
    CHECK(error_of([&] {
              xy += nps::cross_products(b.leftCols(2), b.col(2), {.names = {"a", "b"}});
          }) == "nps::cross_products: other.names()[0] = a, must be item 1");
    CHECK(error_of([&] { xy -= xy + xy; }) ==
          "nps::cross_products: other.n() = 20, must be of rows that were added before");
    const Eigen::MatrixXd tenths = b.cast<double>() / 10;
    const nps::cross_products real(tenths.leftCols(2), tenths.col(2));
    CHECK(error_of([&] { xy -= real; }) == "nps::cross_products: exact() = false, must be true of "
                                           "both: others cannot be taken away again");
    CHECK(error_of([&] { (void)real.sum(0); }).starts_with("nps::cross_products: exact() = false"));
    CHECK(error_of([&] { (void)xy.sum(3); }) ==
          "nps::cross_products: i = 3, must be in [0, items()]");
    CHECK_THROWS_AS((void)xy.product(0, -1), nps::invalid_input);
    CHECK(xy == before);
    // One exact part and one that is not: the sum is not.
    xy += real;
    CHECK(!xy.exact());
    CHECK(xy.n() == 20);
}
