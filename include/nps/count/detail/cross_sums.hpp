// SPDX-License-Identifier: Apache-2.0
/// @file
/// What cross_products holds: whole-number sums, or means and sums of products of deviations.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

__extension__ using cross_int = __int128;

/// A sum of squares of whole numbers up to this is held exactly. Sums of products are then no
/// larger (Cauchy and Schwarz), nor are sums, since |x| <= x^2: nothing overflows in any order.
inline constexpr std::int64_t largest_square_sum = std::int64_t{1} << 62;
/// Whole numbers up to this, and minus this, take part in exact sums.
inline constexpr double largest_whole = 2147483648.0; // 2^31

/// Sizes and sums of `variables` variables; matrices are whole and symmetric.
struct cross_sums {
    std::size_t variables = 0;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    bool exact = true;
    /// Of the sums in whole numbers: empty where they are not exact.
    std::vector<std::int64_t> sums = {};
    std::vector<std::int64_t> products = {};
    /// Of the others: empty where the sums are exact.
    double weight = 0;
    std::vector<double> means = {};
    /// What rounding takes from the means: without it a merge of rows near 10^9 loses 8 digits.
    std::vector<double> mean_rests = {};
    std::vector<double> centred = {};

    friend bool operator==(const cross_sums&, const cross_sums&) = default;
};

[[nodiscard]] inline cross_sums no_whole_sums(std::size_t variables) {
    return {.variables = variables,
            .sums = std::vector<std::int64_t>(variables),
            .products = std::vector<std::int64_t>(variables * variables)};
}

[[nodiscard]] inline cross_sums no_real_sums(std::size_t variables) {
    return {.variables = variables,
            .exact = false,
            .means = std::vector<double>(variables),
            .mean_rests = std::vector<double>(variables),
            .centred = std::vector<double>(variables * variables)};
}

/// Exact sums of products of deviations, rounded twice.
[[nodiscard]] inline double centred_product(const cross_sums& s, std::size_t i, std::size_t j) {
    if (s.n == 0) {
        return 0;
    }
    const cross_int whole =
        cross_int{s.n} * s.products[i * s.variables + j] - cross_int{s.sums[i]} * s.sums[j];
    return static_cast<double>(whole) / static_cast<double>(s.n);
}

/// Adds `more` to `value`, and to `rest` what rounding takes from the sum.
inline void add_exactly(double& value, double& rest, double more) {
    const double sum = value + more;
    const double part = sum - value;
    rest += (value - (sum - part)) + (more - part);
    value = sum;
}

[[nodiscard]] inline cross_sums as_real(const cross_sums& s) {
    if (!s.exact) {
        return s;
    }
    cross_sums result = no_real_sums(s.variables);
    result.n = s.n;
    result.dropped = s.dropped;
    result.weight = static_cast<double>(s.n);
    for (std::size_t i = 0; i < s.variables && s.n > 0; ++i) {
        result.means[i] = static_cast<double>(s.sums[i] / s.n);
        add_exactly(result.means[i], result.mean_rests[i],
                    static_cast<double>(s.sums[i] % s.n) / static_cast<double>(s.n));
        for (std::size_t j = 0; j < s.variables; ++j) {
            result.centred[i * s.variables + j] = centred_product(s, i, j);
        }
    }
    return result;
}

/// Adds real-valued sums (the update of means and deviations of Chan, Golub and LeVeque).
inline void add_real_sums(cross_sums& to, const cross_sums& from) {
    to.n += from.n;
    to.dropped += from.dropped;
    if (!(from.weight > 0)) {
        return;
    }
    const double weight = to.weight + from.weight;
    const double share = from.weight / weight;
    const std::size_t q = to.variables;
    std::vector<double> step(q);
    for (std::size_t i = 0; i < q; ++i) {
        step[i] = (from.means[i] - to.means[i]) + (from.mean_rests[i] - to.mean_rests[i]);
    }
    for (std::size_t i = 0; i < q; ++i) {
        for (std::size_t j = i; j < q; ++j) {
            const double sum = to.centred[i * q + j] + from.centred[i * q + j] +
                               step[i] * step[j] * (to.weight * share);
            to.centred[i * q + j] = sum;
            to.centred[j * q + i] = sum;
        }
    }
    for (std::size_t i = 0; i < q; ++i) {
        if (share < 1) {
            add_exactly(to.means[i], to.mean_rests[i], step[i] * share);
        } else {
            to.means[i] = from.means[i];
            to.mean_rests[i] = from.mean_rests[i];
        }
    }
    to.weight = weight;
}

/// Sums in 128 bits, in which no survey can overflow.
struct wide_sums {
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    std::vector<cross_int> sums = {};
    std::vector<cross_int> products = {}; // i <= j only

    explicit wide_sums(std::size_t variables) : sums(variables), products(variables * variables) {}
    explicit wide_sums(const cross_sums& s)
        : n(s.n), dropped(s.dropped), sums(s.sums.begin(), s.sums.end()),
          products(s.products.begin(), s.products.end()) {}

    void add(const wide_sums& other, int sign = 1) {
        n += sign * other.n;
        dropped += sign * other.dropped;
        for (std::size_t k = 0; k < sums.size(); ++k) {
            sums[k] += sign * other.sums[k];
        }
        for (std::size_t k = 0; k < products.size(); ++k) {
            products[k] += sign * other.products[k];
        }
    }

    /// Whether every sum of squares is within the bound, so that everything fits into 64 bits.
    [[nodiscard]] bool fit() const {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (products[i * sums.size() + i] > largest_square_sum) {
                return false;
            }
        }
        return true;
    }

    /// After fit().
    [[nodiscard]] cross_sums narrowed() const {
        cross_sums result = no_whole_sums(sums.size());
        result.n = n;
        result.dropped = dropped;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            result.sums[i] = static_cast<std::int64_t>(sums[i]);
            for (std::size_t j = i; j < sums.size(); ++j) {
                const auto product = static_cast<std::int64_t>(products[i * sums.size() + j]);
                result.products[i * sums.size() + j] = product;
                result.products[j * sums.size() + i] = product;
            }
        }
        return result;
    }
};

/// Whether whole-number sums can be those of any rows: variances and correlations in their ranges.
[[nodiscard]] inline bool sums_can_be(const wide_sums& s) {
    const std::size_t q = s.sums.size();
    if (s.n < 0 || s.n > largest_count || s.dropped < 0 || s.dropped > largest_count) {
        return false;
    }
    for (std::size_t i = 0; i < q; ++i) {
        const cross_int square = s.products[i * q + i];
        if (square < 0 || square > largest_square_sum || (s.n == 0 && square != 0) ||
            s.sums[i] > square || s.sums[i] < -square || s.n * square < s.sums[i] * s.sums[i]) {
            return false;
        }
    }
    for (std::size_t i = 0; i < q; ++i) {
        for (std::size_t j = i + 1; j < q; ++j) {
            const cross_int product = s.products[i * q + j];
            // Before it is squared: the square has to fit.
            if (product > largest_square_sum || product < -largest_square_sum ||
                product * product > s.products[i * q + i] * s.products[j * q + j]) {
                return false;
            }
            // The same of deviations, times n, whose squares have no integer to hold them.
            const auto deviations = [&](std::size_t a, std::size_t b) {
                return static_cast<double>(s.n * s.products[a * q + b] - s.sums[a] * s.sums[b]);
            };
            const double most = std::sqrt(deviations(i, i)) * std::sqrt(deviations(j, j));
            if (!(std::abs(deviations(i, j)) <= most * (1 + 1e-14))) {
                return false;
            }
        }
    }
    return true;
}

} // namespace nps::inline v0::detail
