// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rows of a logistic regression, held as small as they are: whole numbers as bytes, double
/// columns where they stand, and a copy only where rows are left out.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/logistic_kernel.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/newton.hpp>
#include <nps/numeric/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

struct logistic_rows {
    std::size_t rows = 0;
    std::vector<std::string> names = {};
    /// Columns of bytes, or null where `columns` points to doubles.
    const std::int8_t* small = nullptr;
    const double* columns = nullptr;
    std::size_t stride = 0;
    /// What `small` or `columns` points to, where it is a copy.
    std::vector<std::int8_t> bytes = {};
    Eigen::MatrixXd copy = {};
    /// 1 where the outcome is 1, else -1.
    std::vector<std::int8_t> sign = {};
    /// Empty: 1 each. Else they sum to n.
    std::vector<double> weights = {};
    /// How often each row was seen; empty: once.
    std::vector<double> times = {};
    std::vector<std::int64_t> clusters = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;

    /// The columns in the model, and (x - centre) * scale, which is within [-1, 1].
    std::vector<std::size_t> kept = {};
    std::vector<double> centre = {};
    std::vector<double> scale = {};
    std::vector<excluded_item> excluded = {};

    [[nodiscard]] std::size_t blocks() const {
        return (rows + logistic_block_rows - 1) / logistic_block_rows;
    }
    [[nodiscard]] std::size_t terms() const { return kept.size() + 1; }
};

/// Whether a number is no whole number in [-128, 127], as 0 or 1, and its byte; without branches, so
/// that it is done many at a time.
template <class T>
[[nodiscard]] std::uint8_t logistic_byte(T value, std::int8_t& byte) {
    if constexpr (std::floating_point<T>) {
        const bool inside = value >= T(-128) && value <= T(127); // NaN fails
        const auto whole = static_cast<std::int32_t>(inside ? value : T(0));
        byte = static_cast<std::int8_t>(whole);
        return static_cast<std::uint8_t>(!(inside & (static_cast<T>(whole) == value)));
    } else {
        byte = static_cast<std::int8_t>(value);
        return static_cast<std::uint8_t>(static_cast<T>(byte) != value ||
                                         (byte < 0) != (value < T(0)));
    }
}

/// Bytes of all items where each is a whole number in [-128, 127]; else false.
template <class Items>
bool logistic_pack(const Eigen::DenseBase<Items>& items, logistic_rows& to) {
    const Eigen::Index rows = items.rows();
    const Eigen::Index p = items.cols();
    to.bytes.resize(static_cast<std::size_t>(rows * p));
    constexpr Eigen::Index step = 256; // so that rows of a row-major matrix stay in the cache
    for (Eigen::Index first = 0; first < rows; first += step) {
        const Eigen::Index count = (std::min)(step, rows - first);
        std::uint8_t odd = 0;
        for (Eigen::Index j = 0; j < p; ++j) {
            std::int8_t* const out = to.bytes.data() + j * rows + first;
            for (Eigen::Index i = 0; i < count; ++i) {
                odd = static_cast<std::uint8_t>(
                    odd | logistic_byte(items.derived().coeff(first + i, j), out[i]));
            }
        }
        if (odd != 0) {
            to.bytes.clear();
            to.bytes.shrink_to_fit();
            return false;
        }
    }
    to.small = to.bytes.data();
    to.stride = to.rows;
    return true;
}

/// Points to the items where they are columns of bytes up to 127 in memory; else false.
template <class Items>
bool logistic_point_bytes(const Eigen::DenseBase<Items>& items, logistic_rows& to) {
    using scalar = typename Items::Scalar;
    if constexpr ((std::same_as<scalar, std::int8_t> ||
                   std::same_as<scalar, std::uint8_t>)&&!bool(Items::IsRowMajor) &&
                  (int(Eigen::internal::traits<Items>::Flags) & Eigen::DirectAccessBit) != 0) {
        const Items& derived = items.derived();
        if (derived.innerStride() != 1) {
            return false;
        }
        std::int8_t odd = 0;
        std::int8_t byte = 0;
        for (Eigen::Index j = 0; j < derived.cols(); ++j) {
            const scalar* const column = derived.data() + j * derived.outerStride();
            for (Eigen::Index i = 0; i < derived.rows(); ++i) {
                odd = static_cast<std::int8_t>(odd | logistic_byte(column[i], byte));
            }
        }
        // A signed char may look at an unsigned one.
        to.small = reinterpret_cast<const std::int8_t*>(derived.data());
        to.stride = static_cast<std::size_t>(derived.outerStride());
        return odd == 0;
    } else {
        static_cast<void>(items);
        static_cast<void>(to);
        return false;
    }
}

/// Points to the items where they are columns of finite doubles in memory; else false.
template <class Items>
bool logistic_point(const Eigen::DenseBase<Items>& items, logistic_rows& to) {
    if constexpr (std::same_as<typename Items::Scalar, double> && !bool(Items::IsRowMajor) &&
                  (int(Eigen::internal::traits<Items>::Flags) & Eigen::DirectAccessBit) != 0) {
        const Items& derived = items.derived();
        if (derived.innerStride() != 1) {
            return false;
        }
        for (Eigen::Index j = 0; j < derived.cols(); ++j) {
            const double* const column = derived.data() + j * derived.outerStride();
            bool finite = true;
            for (Eigen::Index i = 0; i < derived.rows(); ++i) {
                finite = finite & (std::abs(column[i]) <= (std::numeric_limits<double>::max)());
            }
            if (!finite) {
                return false;
            }
        }
        to.small = nullptr;
        to.columns = derived.data();
        to.stride = static_cast<std::size_t>(derived.outerStride());
        return true;
    } else {
        static_cast<void>(items);
        static_cast<void>(to);
        return false;
    }
}

/// The signs of an outcome of zeros and ones; else false.
template <class Outcome>
bool logistic_signs(const Eigen::DenseBase<Outcome>& outcome, std::vector<std::int8_t>& sign) {
    using scalar = typename Outcome::Scalar;
    const Eigen::Index rows = outcome.size();
    sign.resize(static_cast<std::size_t>(rows));
    std::uint8_t odd = 0;
    for (Eigen::Index i = 0; i < rows; ++i) {
        const scalar value = outcome.derived().coeff(i);
        const bool one = value == scalar(1);
        odd = static_cast<std::uint8_t>(odd |
                                        static_cast<std::uint8_t>(!(one | (value == scalar(0)))));
        sign[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(2 * one - 1);
    }
    return odd == 0;
}

/// Scales the weights so that they sum to n, which changes neither the fit nor robust errors.
inline void logistic_scale_weights(logistic_rows& to, std::string_view function) {
    double sum = 0;
    for (const double w : to.weights) {
        sum += w;
    }
    require(std::isfinite(sum), function, "sum of the weights", sum, "must be finite");
    const double factor = static_cast<double>(to.n) / sum;
    if (factor != 1) {
        for (double& w : to.weights) {
            w *= factor;
        }
    }
}

/// All rows without a copy, where nothing is missing and every weight is positive; else false, and
/// complete_rows finds out why.
template <class Items, class Outcome, class Options>
bool logistic_take_all(const Eigen::DenseBase<Items>& items,
                       const Eigen::DenseBase<Outcome>& outcome, const Options& options,
                       logistic_rows& to) {
    to.rows = static_cast<std::size_t>(items.rows());
    const auto fits = [&](std::size_t size) { return size == 0 || size == to.rows; };
    if (to.rows == 0 || outcome.size() != items.rows() || !fits(options.frequency_weights.size()) ||
        !fits(options.sampling_weights.size()) || !fits(options.clusters.size()) ||
        !(options.names.empty() || std::ssize(options.names) == items.cols()) ||
        !logistic_signs(outcome, to.sign)) {
        return false;
    }
    to.n = static_cast<std::int64_t>(to.rows);
    if (!options.frequency_weights.empty()) {
        to.n = 0;
        for (const std::int64_t times : options.frequency_weights) {
            if (!(times > 0 && times <= largest_count && to.n <= largest_count - times)) {
                return false;
            }
            to.n += times;
            to.times.push_back(static_cast<double>(times));
        }
        to.weights = to.times;
    }
    for (std::size_t i = 0; i < options.sampling_weights.size(); ++i) {
        const double w = options.sampling_weights[i];
        if (!(w > 0 && std::isfinite(w))) {
            return false;
        }
        to.times.empty() ? to.weights.push_back(w) : void(to.weights[i] *= w);
    }
    return logistic_point_bytes(items, to) || logistic_pack(items, to) || logistic_point(items, to);
}

template <class Items, class Outcome, class Options>
[[nodiscard]] logistic_rows logistic_take(const Eigen::DenseBase<Items>& items,
                                          const Eigen::DenseBase<Outcome>& outcome,
                                          const Options& options, std::string_view function) {
    logistic_rows result;
    if (logistic_take_all(items, outcome, options, result)) {
        result.names = item_names(options.names, items.cols(), function);
        result.clusters = options.clusters;
    } else {
        model_rows rows = complete_rows(items, outcome, options, function);
        result = {};
        result.rows = rows.positions.size();
        for (std::size_t i = 0; i < result.rows; ++i) {
            const double y = rows.outcome[static_cast<Eigen::Index>(i)];
            require(y == 0 || y == 1, function,
                    "outcome of row " + std::to_string(rows.positions[i]), y, "must be 0 or 1");
            result.sign.push_back(static_cast<std::int8_t>(y > 0 ? 1 : -1));
            if (!options.frequency_weights.empty()) {
                result.times.push_back(static_cast<double>(
                    options.frequency_weights[static_cast<std::size_t>(rows.positions[i])]));
            }
        }
        if (!options.frequency_weights.empty() || !options.sampling_weights.empty()) {
            result.weights.assign(rows.weights.data(), rows.weights.data() + rows.weights.size());
        }
        result.copy = std::move(rows.items);
        result.columns = result.copy.data();
        result.stride = result.rows;
        result.clusters = std::move(rows.clusters);
        result.names = std::move(rows.names);
        result.n = rows.n;
        result.dropped = rows.dropped;
    }
    if (result.rows == 0) {
        throw_undefined(function, "no complete rows");
    }
    if (!options.sampling_weights.empty()) {
        logistic_scale_weights(result, function);
    }
    return result;
}

/// The least and the largest value of a column and about its mean.
struct logistic_range {
    double low = 0;
    double high = 0;
    double mean = 0;
};

[[nodiscard]] inline logistic_range logistic_measure(const std::int8_t* column, std::size_t rows) {
    std::int8_t low = column[0];
    std::int8_t high = column[0];
    std::int64_t sum = 0;
    for (std::size_t first = 0; first < rows; first += 4096) {
        std::int32_t part = 0;
        const std::size_t last = (std::min)(rows, first + 4096);
        for (std::size_t i = first; i < last; ++i) {
            low = column[i] < low ? column[i] : low;
            high = column[i] > high ? column[i] : high;
            part += column[i];
        }
        sum += part;
    }
    // A whole number, so that the centred rating is exact.
    return {static_cast<double>(low), static_cast<double>(high),
            std::round(static_cast<double>(sum) / static_cast<double>(rows))};
}

[[nodiscard]] inline logistic_range logistic_measure(const double* column, std::size_t rows) {
    // Four of each, so that they run side by side.
    std::array<double, 4> low{column[0], column[0], column[0], column[0]};
    std::array<double, 4> high = low;
    std::array<double, 4> sum{};
    const auto take = [&](std::size_t l, double value) {
        low[l] = value < low[l] ? value : low[l];
        high[l] = value > high[l] ? value : high[l];
        sum[l] += value;
    };
    std::size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        for (std::size_t l = 0; l < 4; ++l) {
            take(l, column[i + l]);
        }
    }
    for (; i < rows; ++i) {
        take(0, column[i]);
    }
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end()),
            ((sum[0] + sum[1]) + (sum[2] + sum[3])) / static_cast<double>(rows)};
}

/// Centre and scale of every item; constant items are excluded.
inline void logistic_standardise(logistic_rows& data) {
    const std::size_t p = data.names.size();
    data.centre.assign(p, 0);
    data.scale.assign(p, 1);
    for (std::size_t j = 0; j < p; ++j) {
        const auto [low, high, mean] =
            data.small != nullptr ? logistic_measure(data.small + j * data.stride, data.rows)
                                  : logistic_measure(data.columns + j * data.stride, data.rows);
        if (low == high) {
            data.excluded.push_back({data.names[j], exclusion::constant});
            continue;
        }
        // A mean that overflowed, or was rounded out of the range.
        const double centre = mean > low && mean < high ? mean : low / 2 + high / 2;
        int exponent = 0;
        static_cast<void>(
            std::frexp((std::max)(high / 2 - centre / 2, centre / 2 - low / 2), &exponent));
        data.centre[j] = centre;
        data.scale[j] = std::ldexp(1.0, (std::min)(-exponent - 1, 1000));
        data.kept.push_back(j);
    }
}

/// Fills x, sign and weight of a block; returns how many of its rows are data.
inline std::size_t logistic_load(const logistic_rows& data, std::size_t block, logistic_block& to,
                                 instruction_set instructions) {
    const std::size_t first = block * logistic_block_rows;
    const std::size_t count = (std::min)(logistic_block_rows, data.rows - first);
    to.x[0].fill(1);
    for (std::size_t j = 0; j < data.kept.size(); ++j) {
        const std::size_t at = data.kept[j];
        if (data.small != nullptr) {
            logistic_load_column(data.small + at * data.stride + first, count, data.centre[at],
                                 data.scale[at], to.x[j + 1], instructions);
        } else {
            logistic_load_column(data.columns + at * data.stride + first, count, data.centre[at],
                                 data.scale[at], to.x[j + 1], instructions);
        }
    }
    logistic_load_column(data.sign.data() + first, count, 0, 1, to.sign, instructions);
    to.alike = data.weights.empty();
    if (to.alike) {
        to.weight.fill(1);
        std::fill(to.weight.begin() + static_cast<std::ptrdiff_t>(count), to.weight.end(), 0.0);
    } else {
        logistic_load_column(data.weights.data() + first, count, 0, 1, to.weight, instructions);
    }
    return count;
}

/// Chunks of blocks: at most 256, their size a matter of the number of rows alone, so that sums are
/// made in one order for any number of threads.
[[nodiscard]] inline std::size_t logistic_chunk(std::size_t blocks) {
    return (std::max)(std::size_t{32}, (blocks + 255) / 256);
}

/// What a pass needs to know beside the rows.
struct logistic_pass {
    unsigned threads = 1;
    /// Every so manieth block only.
    std::size_t every = 1;
    /// Whether second derivatives are asked for.
    bool second = true;
    instruction_set instructions = best_instruction_set();
};

/// Calls `body(block buffer, rows in it, first row, chunk)` for every block, chunks over threads.
template <class Body>
void logistic_each_block(const logistic_rows& data, const logistic_pass& pass, Body&& body) {
    const std::size_t blocks = data.blocks();
    const std::size_t chunk = logistic_chunk(blocks);
    const auto chunks = static_cast<std::int64_t>((blocks + chunk - 1) / chunk);
    for_each_block(chunks, pass.threads, [&](std::int64_t at) {
        logistic_block buffer(data.terms());
        const std::size_t first = static_cast<std::size_t>(at) * chunk;
        for (std::size_t block = first; block < (std::min)(blocks, first + chunk); ++block) {
            if (block % pass.every == 0) {
                const std::size_t count = logistic_load(data, block, buffer, pass.instructions);
                body(buffer, count, block * logistic_block_rows, static_cast<std::size_t>(at));
            }
        }
    });
}

[[nodiscard]] inline std::size_t logistic_chunks(const logistic_rows& data) {
    const std::size_t chunk = logistic_chunk(data.blocks());
    return (data.blocks() + chunk - 1) / chunk;
}

/// Log-likelihood, gradient and information, and the sum of |residuals|.
struct logistic_point_sums {
    newton_point point = {};
    double misfit = 0;
};

[[nodiscard]] inline logistic_point_sums
logistic_evaluate(const logistic_rows& data, const Eigen::VectorXd& at, const logistic_pass& pass) {
    const auto k = static_cast<Eigen::Index>(data.terms());
    std::vector<logistic_sums> parts(logistic_chunks(data), logistic_sums(data.terms()));
    logistic_each_block(data, pass,
                        [&](logistic_block& b, std::size_t, std::size_t, std::size_t chunk) {
                            logistic_terms(b, at.data(), pass.instructions);
                            logistic_add(b, pass.second, parts[chunk], pass.instructions);
                        });
    logistic_sums all(data.terms());
    for (const logistic_sums& part : parts) {
        all += part;
    }
    logistic_point_sums result;
    result.misfit = all.misfit;
    result.point.value = all.value;
    result.point.gradient =
        Eigen::Map<const Eigen::VectorXd>(all.products.data() + data.terms() * all.stride, k);
    result.point.information.resize(k, k);
    for (Eigen::Index i = 0; i < k; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            result.point.information(i, j) = result.point.information(j, i) =
                all.products[static_cast<std::size_t>(i) * all.stride +
                             static_cast<std::size_t>(j)];
        }
    }
    return result;
}

} // namespace nps::inline v0::detail
