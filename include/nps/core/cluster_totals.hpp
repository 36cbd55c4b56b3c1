// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind every comparison of people who answer more than once: how many they are, and
/// sums and products of what each of them gave.
#pragma once

#include <nps/core/error.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// All that one respondent gave: how many answers in each of the two groups, and their sums. For a
/// score answers are coded -1, 0, 1, for a share 0 and 1, for a mean they are the ratings.
///
/// Checked:    tests/core/cluster_totals_test.cpp
/// Example:    examples/panel.cpp
struct respondent_totals {
    std::int64_t n_a = 0;
    std::int64_t sum_a = 0;
    std::int64_t n_b = 0;
    std::int64_t sum_b = 0;

    friend constexpr bool operator==(const respondent_totals&, const respondent_totals&) = default;
};

namespace detail {

__extension__ using int128 = __int128;

/// Sums over respondents of products of two of n_a, sum_a, n_b, sum_b.
struct cluster_products {
    int128 nn_a = 0;
    int128 ns_a = 0;
    int128 ss_a = 0;
    int128 nn_b = 0;
    int128 ns_b = 0;
    int128 ss_b = 0;
    int128 na_nb = 0;
    int128 na_sb = 0;
    int128 sa_nb = 0;
    int128 sa_sb = 0;

    /// `sign` is 1 or -1.
    constexpr void add(const cluster_products& other, int sign) {
        nn_a += sign * other.nn_a;
        ns_a += sign * other.ns_a;
        ss_a += sign * other.ss_a;
        nn_b += sign * other.nn_b;
        ns_b += sign * other.ns_b;
        ss_b += sign * other.ss_b;
        na_nb += sign * other.na_nb;
        na_sb += sign * other.na_sb;
        sa_nb += sign * other.sa_nb;
        sa_sb += sign * other.sa_sb;
    }
    friend constexpr bool operator==(const cluster_products&, const cluster_products&) = default;
};

} // namespace detail

/// Respondents who may answer several times, in a wave, over touchpoints, in both groups of a
/// comparison: each is a cluster. One group alone is group a.
///
/// Assumes:    each respondent added once, with all answers: adding one person twice makes two of
///             them. answers_by_respondent collects a stream of answers.
/// Throws:     invalid_input: a respondent without answers, a sum without answers, numbers of
///             answers, sums and numbers of respondents beyond 2^53, squares of sums that add up to
///             over 2^120; from -= where a count would go below zero. Nothing changes then. Others
///             taken away than were added show in the end, if at all, as a sum of squares below 0,
///             which is refused where a variance is made of it.
/// Cost:       O(1), exact in whole numbers: the order of respondents and merges does not matter.
/// Checked:    tests/core/cluster_totals_test.cpp
/// Example:    examples/panel.cpp
class cluster_totals {
public:
    /// How many respondents.
    [[nodiscard]] constexpr std::int64_t clusters() const { return clusters_; }
    /// Answers and their sums.
    [[nodiscard]] constexpr std::int64_t n_a() const { return totals_.n_a; }
    [[nodiscard]] constexpr std::int64_t sum_a() const { return totals_.sum_a; }
    [[nodiscard]] constexpr std::int64_t n_b() const { return totals_.n_b; }
    [[nodiscard]] constexpr std::int64_t sum_b() const { return totals_.sum_b; }
    /// Sums over respondents of products of two.
    [[nodiscard]] constexpr const detail::cluster_products& products() const { return products_; }

    /// One respondent more.
    constexpr void add(const respondent_totals& one);

    constexpr cluster_totals& operator+=(const cluster_totals& other) {
        return merge(other, 1, "cluster_totals::operator+=");
    }
    constexpr cluster_totals& operator-=(const cluster_totals& other) {
        return merge(other, -1, "cluster_totals::operator-=");
    }
    friend constexpr cluster_totals operator+(cluster_totals a, const cluster_totals& b) {
        return a += b;
    }
    friend constexpr cluster_totals operator-(cluster_totals a, const cluster_totals& b) {
        return a -= b;
    }
    friend constexpr bool operator==(const cluster_totals&, const cluster_totals&) = default;

private:
    constexpr cluster_totals& merge(const cluster_totals& other, int sign,
                                    std::string_view function);

    std::int64_t clusters_ = 0;
    respondent_totals totals_{};
    detail::cluster_products products_{};
};

constexpr void cluster_totals::add(const respondent_totals& one) {
    constexpr std::string_view self = "cluster_totals::add";
    const auto check = [&](std::int64_t n, std::int64_t sum, std::string_view n_name,
                           std::string_view sum_name) {
        detail::require_count(n, self, n_name);
        detail::require(sum >= -detail::largest_count && sum <= detail::largest_count, self,
                        sum_name, sum, "must be in [-2^53, 2^53]");
        detail::require(n > 0 || sum == 0, self, sum_name, sum, "must be 0 without answers");
    };
    check(one.n_a, one.sum_a, "n_a", "sum_a");
    check(one.n_b, one.sum_b, "n_b", "sum_b");
    detail::require(one.n_a + one.n_b > 0, self, "n_a + n_b", one.n_a + one.n_b,
                    "must be positive: a respondent has an answer");
    using detail::int128;
    const int128 n_a = one.n_a;
    const int128 s_a = one.sum_a;
    const int128 n_b = one.n_b;
    const int128 s_b = one.sum_b;
    cluster_totals other;
    other.clusters_ = 1;
    other.totals_ = one;
    other.products_ = {n_a * n_a, n_a * s_a, s_a * s_a, n_b * n_b, n_b * s_b,
                       s_b * s_b, n_a * n_b, n_a * s_b, s_a * n_b, s_a * s_b};
    merge(other, 1, self);
}

constexpr cluster_totals& cluster_totals::merge(const cluster_totals& other, int sign,
                                                std::string_view function) {
    // Each number is at most 2^53 and each product at most 2^120, so that no sum of two overflows.
    // By Cauchy and Schwarz the mixed products follow the squares, but not in what is left when
    // others were taken away than were added.
    cluster_totals sum = *this;
    sum.clusters_ += sign * other.clusters_;
    sum.totals_.n_a += sign * other.totals_.n_a;
    sum.totals_.sum_a += sign * other.totals_.sum_a;
    sum.totals_.n_b += sign * other.totals_.n_b;
    sum.totals_.sum_b += sign * other.totals_.sum_b;
    sum.products_.add(other.products_, sign);
    const auto check_sum = [&](std::int64_t value, std::string_view name) {
        detail::require(value >= -detail::largest_count && value <= detail::largest_count, function,
                        name, value, "must be in [-2^53, 2^53]");
    };
    detail::require_count(sum.clusters_, function, "clusters");
    detail::require_count(sum.totals_.n_a, function, "n_a");
    detail::require_count(sum.totals_.n_b, function, "n_b");
    check_sum(sum.totals_.sum_a, "sum_a");
    check_sum(sum.totals_.sum_b, "sum_b");
    constexpr detail::int128 largest = detail::int128{1} << 120;
    for (const detail::int128 square :
         {sum.products_.nn_a, sum.products_.ss_a, sum.products_.nn_b, sum.products_.ss_b}) {
        detail::require(square >= 0 && square <= largest, function, "sum of squares",
                        static_cast<double>(square), "must be in [0, 2^120]");
    }
    for (const detail::int128 product :
         {sum.products_.ns_a, sum.products_.ns_b, sum.products_.na_nb, sum.products_.na_sb,
          sum.products_.sa_nb, sum.products_.sa_sb}) {
        detail::require(product >= -largest && product <= largest, function, "sum of products",
                        static_cast<double>(product), "must be in [-2^120, 2^120]");
    }
    return *this = sum;
}

} // namespace nps::inline v0
