// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows of a model of an answer in classes: sorted by class, items centred and scaled, in blocks.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/numeric/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Rows of one class, column by column: a column of ones, then the items.
struct category_block {
    std::size_t offset = 0;
    Eigen::Index first = 0;
    Eigen::Index rows = 0;
    int position = 0; ///< of its class among those that occur
};

/// A number for each row of a block.
using category_column = std::array<double, 256>;

/// `add(i, j, sum)` of the sum over rows of x_i y_j, columns of `rows` doubles one after the other,
/// for each i and j, or, where the result is symmetric, for i >= j. Two by two, in two sums each, so
/// that an addition need not wait for the one before it.
template <class Add>
void add_products(const double* x, Eigen::Index x_columns, const double* y, Eigen::Index y_columns,
                  Eigen::Index rows, bool symmetric, Add add) {
    for (Eigen::Index j = 0; j < y_columns; j += 2) {
        const double* y0 = y + j * rows;
        const double* y1 = j + 1 < y_columns ? y0 + rows : y0;
        for (Eigen::Index i = symmetric ? j : 0; i < x_columns; i += 2) {
            const double* x0 = x + i * rows;
            const double* x1 = i + 1 < x_columns ? x0 + rows : x0;
            double s[4][2] = {};
            Eigen::Index r = 0;
            for (; r + 2 <= rows; r += 2) {
                for (int l = 0; l < 2; ++l) {
                    s[0][l] += x0[r + l] * y0[r + l];
                    s[1][l] += x1[r + l] * y0[r + l];
                    s[2][l] += x0[r + l] * y1[r + l];
                    s[3][l] += x1[r + l] * y1[r + l];
                }
            }
            if (r < rows) {
                s[0][0] += x0[r] * y0[r];
                s[1][0] += x1[r] * y0[r];
                s[2][0] += x0[r] * y1[r];
                s[3][0] += x1[r] * y1[r];
            }
            for (Eigen::Index b = 0; b < 2 && j + b < y_columns; ++b) {
                for (Eigen::Index a = 0; a < 2 && i + a < x_columns; ++a) {
                    if (!symmetric || i + a >= j + b) {
                        add(i + a, j + b, s[2 * b + a][0] + s[2 * b + a][1]);
                    }
                }
            }
        }
    }
}

struct category_rows {
    static constexpr Eigen::Index block_rows = std::tuple_size_v<category_column>;
    /// Blocks whose sums are one term of the whole: one piece of work for a thread.
    static constexpr std::int64_t chunk_blocks = 16;

    std::vector<int> classes;
    std::vector<double> class_weights;
    std::vector<std::int64_t> class_counts;
    std::vector<category_block> blocks;
    std::vector<double> values;
    /// In the order of the blocks; their mean over n answers is 1.
    Eigen::VectorXd weights;
    /// Their sum.
    double total = 0;
    bool equal_weights = true;
    /// The row of model_rows that each row of the blocks was.
    std::vector<Eigen::Index> order;
    std::vector<Eigen::Index> kept;
    std::vector<excluded_item> excluded;
    Eigen::VectorXd centre;
    Eigen::VectorXd spread;
    /// Of the centred and scaled items, without weights.
    Eigen::MatrixXd products;
    unsigned threads = 1;

    [[nodiscard]] Eigen::Index items() const { return std::ssize(kept); }
    [[nodiscard]] int class_number() const { return static_cast<int>(classes.size()); }
    [[nodiscard]] Eigen::Map<const Eigen::MatrixXd> block(const category_block& b) const {
        return {values.data() + b.offset, b.rows, items() + 1};
    }
    [[nodiscard]] std::int64_t chunks() const {
        return (std::ssize(blocks) + chunk_blocks - 1) / chunk_blocks;
    }
    /// `body(chunk, block)` for each block, those of a chunk in order.
    template <class Body>
    void for_each(Body body) const {
        for_each_block(chunks(), threads, [&](std::int64_t chunk) {
            const std::int64_t end =
                (std::min)((chunk + 1) * chunk_blocks, static_cast<std::int64_t>(blocks.size()));
            for (std::int64_t b = chunk * chunk_blocks; b < end; ++b) {
                body(static_cast<std::size_t>(chunk), blocks[static_cast<std::size_t>(b)]);
            }
        });
    }
};

/// The classes that occur, and which of them each row has.
[[nodiscard]] inline std::vector<int> category_positions(const model_rows& rows,
                                                         const std::optional<scale>& answers,
                                                         category_rows& result,
                                                         std::string_view function) {
    constexpr int largest = 1000;
    std::vector<int> count(2 * largest + 1, 0);
    std::vector<int> value(static_cast<std::size_t>(rows.outcome.size()));
    for (Eigen::Index i = 0; i < rows.outcome.size(); ++i) {
        const double x = rows.outcome[i];
        const bool whole = std::abs(x) <= largest && x == std::floor(x);
        if (!whole || (answers && !answers->contains(static_cast<int>(x)))) {
            throw_invalid(
                function,
                "category of row " + std::to_string(rows.positions[static_cast<std::size_t>(i)]), x,
                answers ? "must be a whole number on the scale " + to_text(answers->lowest) +
                              " to " + to_text(answers->highest)
                        : "must be a whole number in [-1000, 1000]");
        }
        value[static_cast<std::size_t>(i)] = static_cast<int>(x);
        count[static_cast<std::size_t>(value[static_cast<std::size_t>(i)] + largest)] = 1;
    }
    for (int k = 0; k <= 2 * largest; ++k) {
        if (std::exchange(count[static_cast<std::size_t>(k)], result.class_number()) > 0) {
            result.classes.push_back(k - largest);
        }
    }
    for (int& v : value) {
        v = count[static_cast<std::size_t>(v + largest)];
    }
    return value;
}

/// Which items vary and are no linear function of those before them: the part of an item's variance
/// that they leave has to be over 1e-10.
[[nodiscard]] inline std::vector<Eigen::Index> category_kept(const Eigen::MatrixXd& products,
                                                             const std::vector<bool>& varies,
                                                             const std::vector<std::string>& names,
                                                             std::vector<excluded_item>& excluded) {
    constexpr double least = 1e-10;
    const Eigen::Index p = products.rows();
    std::vector<Eigen::Index> kept;
    Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(p, p);
    for (Eigen::Index j = 0; j < p; ++j) {
        const std::string& name = names[static_cast<std::size_t>(j)];
        if (!varies[static_cast<std::size_t>(j)]) {
            excluded.push_back({name, exclusion::constant});
            continue;
        }
        const Eigen::Index k = std::ssize(kept);
        double left = products(j, j);
        for (Eigen::Index a = 0; a < k; ++a) {
            double entry = products(j, kept[static_cast<std::size_t>(a)]);
            for (Eigen::Index b = 0; b < a; ++b) {
                entry -= factor(k, b) * factor(a, b);
            }
            factor(k, a) = entry / factor(a, a);
            left -= factor(k, a) * factor(k, a);
        }
        if (!(left > least * products(j, j))) {
            excluded_item left_out{name, exclusion::collinear};
            for (const std::size_t i :
                 collinear_with(kept.size(), [&](std::size_t row, std::size_t column) {
                     return factor(static_cast<Eigen::Index>(row),
                                   static_cast<Eigen::Index>(column));
                 })) {
                left_out.with.push_back(names[static_cast<std::size_t>(kept[i])]);
            }
            excluded.push_back(left_out);
            continue;
        }
        factor(k, k) = std::sqrt(left);
        kept.push_back(j);
    }
    return kept;
}

/// Copies the kept items of all rows into blocks, centred and scaled.
inline void category_fill(const model_rows& rows, category_rows& result) {
    const Eigen::Index p = result.items();
    result.values.resize(static_cast<std::size_t>(rows.outcome.size() * (p + 1)));
    for (category_block& b : result.blocks) {
        b.offset = static_cast<std::size_t>(b.first * (p + 1));
        double* out = result.values.data() + b.offset;
        std::fill(out, out + b.rows, 1.0);
        for (Eigen::Index j = 0; j < p; ++j) {
            const double* column = rows.items.col(result.kept[static_cast<std::size_t>(j)]).data();
            const double mean = result.centre[j];
            const double scaled = 1 / result.spread[j];
            out += b.rows;
            for (Eigen::Index i = 0; i < b.rows; ++i) {
                out[i] =
                    (column[result.order[static_cast<std::size_t>(b.first + i)]] - mean) * scaled;
            }
        }
    }
}

[[nodiscard]] inline category_rows
prepare_category_rows(const model_rows& rows, const std::vector<std::int64_t>& frequency_weights,
                      const std::optional<scale>& answers, unsigned threads,
                      std::string_view function) {
    const Eigen::Index n = rows.outcome.size();
    if (n == 0) {
        throw_undefined(function, "no complete rows");
    }
    category_rows result;
    result.threads = threads;
    if (answers) {
        (void)checked(*answers);
    }
    const std::vector<int> position = category_positions(rows, answers, result, function);
    if (result.class_number() < 2) {
        throw_undefined(function, "all answers are of one class, " + to_text(result.classes[0]));
    }
    // Sorted by class, and cut into blocks that are each of one class.
    const auto classes = static_cast<std::size_t>(result.class_number());
    std::vector<Eigen::Index> next(classes + 1, 0);
    for (const int k : position) {
        ++next[static_cast<std::size_t>(k) + 1];
    }
    for (std::size_t k = 0; k < classes; ++k) {
        next[k + 1] += next[k];
        for (Eigen::Index i = next[k]; i < next[k + 1]; i += category_rows::block_rows) {
            result.blocks.push_back({.first = i,
                                     .rows = (std::min)(category_rows::block_rows, next[k + 1] - i),
                                     .position = static_cast<int>(k)});
        }
    }
    result.order.resize(static_cast<std::size_t>(n));
    for (Eigen::Index i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(position[static_cast<std::size_t>(i)]);
        result.order[static_cast<std::size_t>(next[k]++)] = i;
    }
    // Weights, and how many answers each class has.
    double given = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
        given += rows.weights[i];
    }
    const double scaled = static_cast<double>(rows.n) / given;
    require(std::isfinite(scaled), function, "the sum of the weights", given,
            "must be finite and not far below 1");
    result.weights.resize(n);
    result.class_weights.assign(classes, 0);
    result.class_counts.assign(classes, 0);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::Index from = result.order[static_cast<std::size_t>(i)];
        const auto k = static_cast<std::size_t>(position[static_cast<std::size_t>(from)]);
        result.weights[i] = rows.weights[from] * scaled;
        result.total += result.weights[i];
        result.equal_weights = result.equal_weights && result.weights[i] == 1;
        result.class_weights[k] += result.weights[i];
        result.class_counts[k] += frequency_weights.empty()
                                      ? 1
                                      : frequency_weights[static_cast<std::size_t>(
                                            rows.positions[static_cast<std::size_t>(from)])];
    }
    // All items that vary; then, where some are collinear, the rest of them.
    const Eigen::Index p = rows.items.cols();
    std::vector<bool> varies(static_cast<std::size_t>(p), false);
    Eigen::VectorXd centre = Eigen::VectorXd::Zero(p);
    Eigen::VectorXd spread = Eigen::VectorXd::Ones(p);
    for (Eigen::Index j = 0; j < p; ++j) {
        const double* column = rows.items.col(j).data();
        // Divided by the larger end, so that no square overflows.
        const auto [low, high] = std::minmax_element(column, column + n);
        const double size = (std::max)({std::abs(*low), std::abs(*high), 1e-300});
        double mean = 0;
        double deviation = 0;
        double shift[2] = {};
        for (const int pass : {0, 1}) {
            // Four sums, so that an addition need not wait for the one before it.
            double sum[4] = {};
            for (Eigen::Index i = 0; i < n; ++i) {
                const double x = column[i] / size - shift[pass];
                sum[i % 4] += pass == 0 ? x : x * x;
            }
            const double value = (sum[0] + sum[1] + sum[2] + sum[3]) / static_cast<double>(n);
            (pass == 0 ? mean : deviation) = value;
            shift[1] = mean;
        }
        deviation = size * std::sqrt(deviation);
        if (*low < *high && deviation > 0 && std::isfinite(1 / deviation)) {
            varies[static_cast<std::size_t>(j)] = true;
            result.kept.push_back(j);
            centre[j] = size * mean;
            spread[j] = deviation;
        }
    }
    const auto take = [&](const std::vector<Eigen::Index>& kept) {
        result.kept = kept;
        result.centre.resize(result.items());
        result.spread.resize(result.items());
        for (Eigen::Index j = 0; j < result.items(); ++j) {
            result.centre[j] = centre[kept[static_cast<std::size_t>(j)]];
            result.spread[j] = spread[kept[static_cast<std::size_t>(j)]];
        }
        category_fill(rows, result);
    };
    take(std::vector<Eigen::Index>(result.kept));
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(p, p);
    std::vector<Eigen::MatrixXd> part(static_cast<std::size_t>(result.chunks()));
    for (Eigen::MatrixXd& one : part) {
        one.setZero(result.items(), result.items());
    }
    result.for_each([&](std::size_t chunk, const category_block& b) {
        const double* x = result.values.data() + b.offset + b.rows;
        add_products(x, result.items(), x, result.items(), b.rows, true,
                     [&](Eigen::Index i, Eigen::Index j, double sum_of_rows) {
                         part[chunk](i, j) += sum_of_rows;
                     });
    });
    const std::vector<Eigen::Index> varying = result.kept;
    for (Eigen::Index i = 0; i < result.items(); ++i) {
        for (Eigen::Index j = 0; j < result.items(); ++j) {
            double& entry = products(varying[static_cast<std::size_t>(i)],
                                     varying[static_cast<std::size_t>(j)]);
            for (const Eigen::MatrixXd& one : part) {
                entry += one((std::max)(i, j), (std::min)(i, j));
            }
        }
    }
    const std::vector<Eigen::Index> kept =
        category_kept(products, varies, rows.names, result.excluded);
    if (kept.size() < varying.size()) {
        take(kept);
    }
    result.products.resize(result.items(), result.items());
    for (Eigen::Index i = 0; i < result.items(); ++i) {
        for (Eigen::Index j = 0; j < result.items(); ++j) {
            result.products(i, j) =
                products(kept[static_cast<std::size_t>(i)], kept[static_cast<std::size_t>(j)]);
        }
    }
    return result;
}

} // namespace nps::inline v0::detail
