// SPDX-License-Identifier: Apache-2.0
// Rows of docs/size/size.csv for score_permutation_test, made again from scratch: every way to deal
// the answers is counted here, in whole numbers.
#include <nps/resample/score_permutation_test.hpp>

#include "support/reference.hpp"
#include "support/size_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps_test::check_size;
using nps_test::size_row;
using nps_test::size_rows;
using nps_test::size_test;
using nps_test::size_verdict;

std::int64_t choose(std::int64_t n, std::int64_t k) {
    std::int64_t ways = 1;
    for (std::int64_t i = 1; i <= k; ++i) {
        ways = ways * (n - k + i) / i;
    }
    return ways;
}

// n^2 times the variance of one answer.
std::int64_t spread(const category_counts& c) {
    return (c.promoters + c.detractors) * c.n() -
           (c.promoters - c.detractors) * (c.promoters - c.detractors);
}

double plain(const category_counts& a, const category_counts& b) {
    return static_cast<double>((a.promoters - a.detractors) * b.n() -
                               (b.promoters - b.detractors) * a.n());
}

double studentised(const category_counts& a, const category_counts& b) {
    const double difference = plain(a, b);
    const auto n_a = static_cast<double>(a.n());
    const auto n_b = static_cast<double>(b.n());
    const double variance = static_cast<double>(spread(a)) * n_b * n_b * n_b +
                            static_cast<double>(spread(b)) * n_a * n_a * n_a;
    return difference == 0 ? 0
           : variance == 0 ? std::copysign(std::numeric_limits<double>::infinity(), difference)
                           : difference / std::sqrt(variance);
}

using statistic = double (*)(const category_counts&, const category_counts&);

size_test dealt(statistic of, bool two_sided, bool mid_p) {
    return [=](const category_counts& a, const category_counts& b) -> size_verdict {
        const category_counts all = a + b;
        const auto side = [=](double value) { return two_sided ? std::abs(value) : value; };
        const double observed = side(of(a, b));
        double beyond = 0;
        double on = 0;
        for (std::int64_t p = 0; p <= (std::min)(all.promoters, a.n()); ++p) {
            for (std::int64_t d = 0; d <= (std::min)(all.detractors, a.n() - p); ++d) {
                const std::int64_t q = a.n() - p - d;
                if (q > all.passives) {
                    continue;
                }
                const auto ways = static_cast<double>(
                    choose(all.promoters, p) * choose(all.detractors, d) * choose(all.passives, q));
                const double value = side(of({d, q, p}, all - category_counts{d, q, p}));
                const bool tie =
                    value == observed || (std::isfinite(observed) &&
                                          std::abs(value - observed) <= 1e-12 * std::abs(observed));
                beyond += tie || value > observed ? ways : 0;
                on += tie ? ways : 0;
            }
        }
        const double p_value =
            (beyond - (mid_p ? on / 2 : 0)) / static_cast<double>(choose(all.n(), a.n()));
        return {p_value <= 0.05 + 1e-9};
    };
}

TEST_CASE("size of the permutation tests, every deal counted here") {
    check_size("permutation", "two_sided", 5, 5, dealt(plain, true, false));
    check_size("permutation", "greater", 5, 10, dealt(plain, false, false));
    check_size("permutation_mid_p", "two_sided", 5, 10, dealt(plain, true, true));
    check_size("permutation_mid_p", "greater", 10, 10, dealt(plain, false, true));
    check_size("studentised_permutation", "two_sided", 5, 10, dealt(studentised, true, false));
    check_size("studentised_permutation", "greater", 5, 10, dealt(studentised, false, false));
    check_size("studentised_permutation_mid_p", "two_sided", 10, 10,
               dealt(studentised, true, true));
    check_size("studentised_permutation_mid_p", "greater", 5, 10, dealt(studentised, false, true));
}

TEST_CASE("where all shares are equal a permutation test never exceeds its level") {
    int rows = 0;
    for (const auto& r : size_rows()) {
        if ((r.text("method") == "permutation" || r.text("method") == "studentised_permutation") &&
            r.text("family") == "equal_shares" && r.text("source") == "enumeration") {
            CHECK(r.number("largest") <= 0.05);
            ++rows;
        }
    }
    CHECK(rows == 40);
}

TEST_CASE("with groups of one size both forms are the same test") {
    int rows = 0;
    for (const auto& r : size_rows()) {
        if (!r.text("method").starts_with("studentised") || r.integer("n_a") != r.integer("n_b")) {
            continue;
        }
        const auto n = static_cast<int>(r.integer("n_a"));
        const auto& other = size_row(r.text("method").substr(12), r.text("alternative"), n, n,
                                     r.text("source"), r.text("family"));
        for (const char* column : {"largest", "mean", "core_mean"}) {
            CHECK(r.text(column) == other.text(column));
        }
        ++rows;
    }
    CHECK(rows >= 40);
}

TEST_CASE("the default form is the one that the table gives by the rule") {
    // The rule of docs/size/README.md.
    std::map<std::string, double> found;
    for (const std::string name : {"permutation", "permutation_mid_p", "studentised_permutation",
                                   "studentised_permutation_mid_p"}) {
        double equal_shares = 0;
        double equal_scores = 0;
        for (const auto& r : size_rows()) {
            if (r.text("method") == name && r.text("source") == "enumeration") {
                double& largest = r.text("family") == "equal_shares" ? equal_shares : equal_scores;
                largest = (std::max)(largest, r.number("largest"));
            }
        }
        REQUIRE(equal_scores > 0);
        if (equal_shares <= 0.05) {
            found[name] = equal_scores;
        }
    }
    const auto best = std::ranges::min_element(
        found, [](const auto& one, const auto& two) { return one.second < two.second; });
    REQUIRE(best != found.end());
    CHECK(best->first == nps::score_permutation_test({1, 2, 3}, {3, 2, 1}).method);
}

} // namespace
