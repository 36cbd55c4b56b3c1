// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/permutation_test.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using rows_span = std::span<const std::size_t>;

// Two groups of 8 and 7 answers, and eight pairs.
const std::vector<double> answers{0, 0, 1, 3, 7, 2, 9, 10, 2, 8, 9, 10, 10, 7, 9};
const std::vector<double> outcome{2, 7, 1, 3, 4, 9, 6, 9};

double difference(rows_span rows) {
    double first = 0;
    double second = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        (i < 8 ? first : second) += answers[rows[i]];
    }
    return first / 8 - second / 7;
}

double product(rows_span rows) {
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += static_cast<double>(i + 1) * outcome[rows[i]];
    }
    return sum;
}

TEST_CASE("SciPy's exact p values, within Monte Carlo error") {
    struct known {
        alternative side;
        double of_difference;
        double of_product;
    };
    for (const known& k : {known{alternative::two_sided, 0.07490287490287491, 0.09176587301587301},
                           known{alternative::less, 0.037451437451437454, 0.9593253968253969},
                           known{alternative::greater, 0.9762237762237762, 0.045882936507936505}}) {
        const nps::permutation_options options{
            .alternative = k.side, .replicates = 100'000, .seed = 4};
        const nps::permutation_result d = nps::permutation_test(15, difference, options);
        const nps::permutation_result p = nps::permutation_test(8, product, options);
        CAPTURE(d.p_value);
        CAPTURE(p.p_value);
        const double tail_of_difference =
            k.side == alternative::two_sided ? k.of_difference / 2 : k.of_difference;
        CHECK(nps_test::close(d.statistic, -3.8571428571428568));
        CHECK(p.statistic == 219);
        CHECK(std::abs(d.p_value - k.of_difference) < 4 * d.p_value_error);
        CHECK(std::abs(p.p_value - k.of_product) < 4 * p.p_value_error);
        const double sides = k.side == alternative::two_sided ? 2 : 1;
        CHECK(std::abs(d.p_value_error / (sides * std::sqrt(tail_of_difference *
                                                            (1 - tail_of_difference) / 100'000)) -
                       1) < 0.05);
        CHECK(d.alternative == k.side);
        CHECK(d.n == 15);
        CHECK(d.method == "permutation_test");
        CHECK(!d.cancelled);
    }
}

TEST_CASE("every order is as likely as another, within strata where there are any") {
    const auto code = [](rows_span rows) {
        double number = 0;
        for (const std::size_t row : rows) {
            number = 10 * number + static_cast<double>(row);
        }
        return number;
    };
    const auto check = [&](std::size_t n, const std::vector<std::int64_t>& strata,
                           std::size_t orders) {
        const auto r =
            nps::permutation_test(n, code, {.replicates = 120'000, .seed = 9, .strata = strata});
        std::map<double, double> seen;
        for (const double value : r.replicates()) {
            ++seen[value];
        }
        REQUIRE(seen.size() == orders);
        const double expected = 120'000 / static_cast<double>(orders);
        double statistic = 0;
        for (const auto& [order, count] : seen) {
            statistic += (count - expected) * (count - expected) / expected;
            if (!strata.empty()) {
                std::string digits = std::to_string(static_cast<std::int64_t>(order));
                digits.insert(0, n - digits.size(), '0');
                for (std::size_t i = 0; i < n; ++i) {
                    REQUIRE(strata[static_cast<std::size_t>(digits[i] - '0')] == strata[i]);
                }
            }
        }
        // Wilson and Hilferty: the 1e-4 point of chi-squared, a little above it.
        const double df = static_cast<double>(orders - 1);
        const double h = 2 / (9 * df);
        CHECK(statistic < df * std::pow(1 - h + 3.8 * std::sqrt(h), 3));
    };
    check(4, {}, 24);
    check(6, {}, 720);
    check(7, {2, 1, 2, 1, 1, 2, 0}, 36);
    check(8, {1, 1, 1, 1, 0, 0, 5, 0}, 144);
}

TEST_CASE("an exact p value with strata, by enumeration of the orders within them") {
    const std::vector<std::int64_t> strata{0, 0, 1, 1, 0, 1, 0, 1};
    std::array<std::size_t, 4> zero{0, 1, 4, 6};
    std::array<std::size_t, 4> one{2, 3, 5, 7};
    const auto of_zero = zero;
    const auto of_one = one;
    const double observed = product(std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7});
    int as_large = 0;
    int as_small = 0;
    do {
        do {
            std::vector<std::size_t> rows(8);
            for (std::size_t i = 0; i < 4; ++i) {
                rows[of_zero[i]] = zero[i];
                rows[of_one[i]] = one[i];
            }
            const double value = product(rows);
            as_large += value >= observed;
            as_small += value <= observed;
        } while (std::next_permutation(one.begin(), one.end()));
    } while (std::next_permutation(zero.begin(), zero.end()));
    CHECK(as_large > 20);
    CHECK(as_large < 200);
    const auto run = [&](alternative side) {
        return nps::permutation_test(
            8, product, {.alternative = side, .replicates = 100'000, .seed = 2, .strata = strata});
    };
    const auto greater = run(alternative::greater);
    CHECK(std::abs(greater.p_value - as_large / 576.0) < 4 * greater.p_value_error);
    const auto less = run(alternative::less);
    CHECK(std::abs(less.p_value - as_small / 576.0) < 4 * less.p_value_error);
    const auto both = run(alternative::two_sided);
    CHECK(std::abs(both.p_value - 2 * as_large / 576.0) < 4 * both.p_value_error);
}

TEST_CASE("the p value counts the data themselves, and ties up to rounding") {
    const auto constant = [](rows_span) { return 3; };
    for (const alternative side :
         {alternative::two_sided, alternative::less, alternative::greater}) {
        const auto r = nps::permutation_test(5, constant, {.alternative = side, .replicates = 10});
        CHECK(r.p_value == 1);
        CHECK(r.p_value_error == 0);
    }
    // The sum of all rows does not change but for the order in which it is rounded.
    const auto whole = [](rows_span rows) {
        double sum = 0;
        for (const std::size_t row : rows) {
            sum += 0.1 * static_cast<double>(row * row + 1);
        }
        return sum;
    };
    const auto r =
        nps::permutation_test(30, whole, {.alternative = alternative::greater, .replicates = 500});
    CHECK(std::ranges::adjacent_find(r.values, std::not_equal_to<>()) != r.values.end());
    CHECK(r.p_value == 1);
    // Means that are equal but for rounding count on both sides.
    const std::vector<double> tenths{.1, .4, .2, .3, .3, .2, .1, .4};
    const auto of_means = [&](rows_span rows) {
        double first = 0;
        double second = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            (i < 4 ? first : second) += tenths[rows[i]];
        }
        return first / 4 - second / 4;
    };
    const auto above = nps::permutation_test(
        8, of_means, {.alternative = alternative::greater, .replicates = 20'000, .seed = 8});
    const auto below = nps::permutation_test(
        8, of_means, {.alternative = alternative::less, .replicates = 20'000, .seed = 8});
    // Of the 70 ways to choose 4 of 1, 1, 2, 2, 3, 3, 4, 4, 18 have the sum 10.
    const double tied = 18.0 / 70;
    CHECK(std::abs(above.p_value - (1 + tied) / 2) < 4 * above.p_value_error);
    CHECK(std::abs(below.p_value - (1 + tied) / 2) < 4 * below.p_value_error);
    // No replicate is as far out: 1 / (1 + R), twice that for both sides.
    const auto ordered = [](rows_span rows) { return std::ranges::is_sorted(rows) ? 1.0 : 0.0; };
    CHECK(
        nps::permutation_test(20, ordered, {.alternative = alternative::greater, .replicates = 99})
            .p_value == 0.01);
    CHECK(nps::permutation_test(20, ordered, {.replicates = 99}).p_value == 0.02);
    CHECK(nps::permutation_test(20, ordered, {.alternative = alternative::less, .replicates = 99})
              .p_value == 1);
}

TEST_CASE("the same replicates for any number of threads and any length") {
    const std::vector<std::int64_t> strata{0, 0, 0, 1, 1, 1, 1, 0, 2, 2, 2, 1, 0, 2, 2};
    nps::permutation_options options{.replicates = 3000, .seed = 12, .strata = strata};
    const auto one = nps::permutation_test(15, difference, options);
    for (const unsigned threads : {0U, 2U, 5U}) {
        options.threads = threads;
        CHECK(nps::permutation_test(15, difference, options).values == one.values);
    }
    options.replicates = 700;
    const auto fewer = nps::permutation_test(15, difference, options);
    CHECK(std::equal(fewer.values.begin(), fewer.values.end(), one.values.begin()));
    options.seed = 13;
    CHECK(nps::permutation_test(15, difference, options).values != fewer.values);
    // One stratum of all rows is no strata, to the bit.
    const std::vector<std::int64_t> all(15, -4);
    CHECK(nps::permutation_test(15, difference, {.replicates = 500, .strata = all}).values ==
          nps::permutation_test(15, difference, {.replicates = 500}).values);
    // Fisher and Yates from the end, by hand.
    const auto codes = nps::permutation_test(
        5, [](rows_span rows) { return std::vector<double>(rows.begin(), rows.end()); },
        {.replicates = 50, .seed = 3});
    REQUIRE(codes.size() == 5);
    for (std::uint32_t r = 0; r < 50; ++r) {
        nps::random_stream stream(3, r, nps::random_purpose::permutation);
        std::array<double, 5> order{0, 1, 2, 3, 4};
        for (std::size_t left = 5; left > 1; --left) {
            std::swap(order[left - 1], order[static_cast<std::size_t>(stream.below(left))]);
        }
        for (std::size_t k = 0; k < 5; ++k) {
            CHECK(codes[k].values[r] == order[k]);
        }
    }
}

TEST_CASE("several outputs are several results of the same orders") {
    const auto both = [](rows_span rows) { return std::array{product(rows), -product(rows)}; };
    const auto results = nps::permutation_test(8, both, {.replicates = 400, .seed = 6});
    REQUIRE(results.size() == 2);
    CHECK(results[0].values ==
          nps::permutation_test(8, product, {.replicates = 400, .seed = 6}).values);
    for (std::size_t r = 0; r < 400; ++r) {
        CHECK(results[0].values[r] == -results[1].values[r]);
    }
    CHECK(results[0].p_value == results[1].p_value);
}

TEST_CASE("progress is told, and can end the work") {
    std::int64_t last = 0;
    nps::permutation_options options{.replicates = 1000, .seed = 6};
    options.progress = [&](std::int64_t done, std::int64_t total) {
        CHECK(done > last);
        CHECK(total == 1000);
        last = done;
        return true;
    };
    const auto whole = nps::permutation_test(8, product, options);
    CHECK(last == 1000);
    CHECK(!whole.cancelled);
    options.progress = [](std::int64_t done, std::int64_t) { return done < 500; };
    const auto half = nps::permutation_test(8, product, options);
    CHECK(half.cancelled);
    CHECK(half.values.size() >= 500);
    CHECK(half.values.size() < 600);
    CHECK(std::equal(half.values.begin(), half.values.end(), whole.values.begin()));
    CHECK(half.p_value > 0);
}

TEST_CASE("errors of the permutation test") {
    const auto run = [](std::size_t n, const nps::permutation_options& options) {
        (void)nps::permutation_test(n, product, options);
    };
    CHECK_THROWS_WITH_AS(run(0, {}), "nps::permutation_test: no rows", nps::undefined_result);
    CHECK_THROWS_WITH_AS(run(8, {.replicates = 0}),
                         "nps::permutation_test: replicates = 0, must be in [1, 2^32)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(8, {.strata = {1, 2}}),
                         "nps::permutation_test: labels of strata = 2, must be one label for each "
                         "row, or none",
                         nps::invalid_input);
    CHECK_THROWS_AS(run(8, {.alternative = static_cast<alternative>(5)}), nps::invalid_input);
    CHECK_THROWS_AS(run(static_cast<std::size_t>(-1), {}), nps::invalid_input);
    const auto fragile = [](rows_span rows) {
        return rows[0] == 3 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
    };
    std::string text;
    for (const unsigned threads : {1U, 4U}) {
        try {
            (void)nps::permutation_test(8, fragile, {.replicates = 500, .threads = threads});
            FAIL("no error");
        } catch (const nps::invalid_input& error) {
            CHECK(std::string(error.what())
                      .starts_with("nps::permutation_test: statistic of replicate "));
            CHECK((text.empty() || text == error.what()));
            text = error.what();
        }
    }
    CHECK_THROWS_WITH_AS((void)nps::permutation_test(
                             8, [](rows_span) -> double { throw std::length_error("mine"); }),
                         "mine", std::length_error);
}

} // namespace
