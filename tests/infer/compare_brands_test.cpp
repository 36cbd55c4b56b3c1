// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_brands.hpp>

#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::brand_ratings;
using nps::category;
using nps::category_counts;
using nps::comparison_method;
using nps_test::close;

// "pq- 12 ddd 3": twelve people who promote the first brand, are passive about the second ...
brand_ratings ratings_of(const std::string& text, std::size_t brands) {
    brand_ratings ratings(brands);
    std::istringstream in(text);
    std::string pattern;
    for (std::int64_t count = 0; in >> pattern >> count;) {
        std::vector<std::optional<category>> answers;
        for (const char c : pattern) {
            answers.push_back(c == 'd'   ? std::optional(category::detractor)
                              : c == 'q' ? std::optional(category::passive)
                              : c == 'p' ? std::optional(category::promoter)
                                         : std::nullopt);
        }
        ratings.add(answers, count);
    }
    return ratings;
}

std::vector<double> numbers(const std::string& text) {
    std::vector<double> values;
    std::istringstream in(text);
    for (double value = 0; in >> value;) {
        values.push_back(value);
    }
    return values;
}

comparison_method method_of(const std::string& name) {
    return name == "wald" ? comparison_method::wald : comparison_method::adjusted_wald;
}

constexpr std::array methods{comparison_method::wald, comparison_method::adjusted_wald};
const std::string people = "ppp 20 pqd 9 p-p 12 -dq 8 dd- 10 --d 15 q-- 11 -p- 25 ddd 3 qqp 7";

} // namespace

TEST_CASE("compare_brands equals R") {
    for (const auto& row : nps_test::reference_table("compare_brands.csv")) {
        const auto brands = static_cast<std::size_t>(row.integer("brands"));
        const auto found = nps::compare_brands(ratings_of(row.text("data"), brands),
                                               {.method = method_of(row.text("method")),
                                                .market_shares = numbers(row.text("shares"))});
        const std::string kind = row.text("kind");
        const auto a = static_cast<std::size_t>(row.integer("a"));
        INFO(row.text("scenario"), " ", row.text("method"), " ", kind, " ", a);
        // tukey_kramer's critical value has the digits of ptukey.
        const nps_test::tolerance wide_digits =
            found.simultaneous_method == "sidak"
                ? nps_test::tolerance{}
                : nps_test::tolerance{.absolute = 1e-9, .reason = "the digits of ptukey"};
        if (kind == "leader") {
            const auto& one = found.brands.at(a);
            CHECK(one.to_leader.rival == static_cast<std::size_t>(row.integer("b")));
            CHECK(close(one.to_leader.difference, row.number("difference")));
            CHECK(one.rank.best == static_cast<std::size_t>(row.integer("standard_error")));
            CHECK(one.rank.worst == static_cast<std::size_t>(row.integer("p_value")));
            CHECK(one.rank.estimated == static_cast<std::size_t>(row.integer("holm")));
            CHECK(close(one.to_leader.interval.lower, row.number("wide_lower"), wide_digits));
            CHECK(close(one.to_leader.interval.upper, row.number("wide_upper"), wide_digits));
            continue;
        }
        const bool is_pair = kind == "pair";
        const auto pair = std::find_if(found.pairs.begin(), found.pairs.end(), [&](const auto& p) {
            return p.a == a && static_cast<std::int64_t>(*p.b) == row.integer("b");
        });
        REQUIRE((!is_pair || pair != found.pairs.end()));
        const nps::group_comparison& one = is_pair ? *pair : found.brands.at(a).to_average;
        CHECK(one.b.has_value() == is_pair);
        CHECK(close(one.comparison.difference, row.number("difference")));
        CHECK(close(one.comparison.standard_error, row.number("standard_error")));
        const double z = one.comparison.statistic;
        const nps_test::tolerance tail{
            .relative = 1e-12 * (1 + z * z),
            .reason = "the tail turns an error of z into one z^2 times as large"};
        CHECK(close(one.comparison.p_value, row.number("p_value"), tail));
        CHECK(close(one.adjusted_p_value, row.number("holm"), tail));
        CHECK(close(one.comparison.interval.lower, row.number("lower")));
        CHECK(close(one.comparison.interval.upper, row.number("upper")));
        const auto digits = is_pair ? wide_digits : nps_test::tolerance{};
        CHECK(close(one.simultaneous_interval.lower, row.number("wide_lower"), digits));
        CHECK(close(one.simultaneous_interval.upper, row.number("wide_upper"), digits));
        CHECK(one.comparison.method == row.text("method"));
    }
}

TEST_CASE("compare_brands: separate samples are compare_scores") {
    const std::vector<category_counts> tallies{
        {20, 30, 50}, {40, 30, 30}, {83, 47, 120}, {91, 49, 110}, {0, 0, 6}};
    for (const auto method : methods) {
        const auto found = nps::compare_brands(tallies, {.method = method, .level = .9});
        CHECK(found.simultaneous_method == "tukey_kramer");
        CHECK(found.adjustment == "holm");
        REQUIRE(found.pairs.size() == 10);
        const auto family =
            nps::compare_all_pairs(tallies, {.comparison = {.method = method, .level = .9}});
        for (std::size_t i = 0; i < 10; ++i) {
            const auto& one = found.pairs[i];
            const auto& other = family.comparisons[i];
            CHECK(one.a == other.a);
            CHECK(one.b == other.b);
            CHECK(close(one.comparison.difference, other.comparison.difference));
            CHECK(close(one.comparison.standard_error, other.comparison.standard_error));
            CHECK(close(one.comparison.p_value, other.comparison.p_value));
            CHECK(close(one.adjusted_p_value, other.adjusted_p_value));
            CHECK(close(one.comparison.interval.lower, other.comparison.interval.lower));
            const nps_test::tolerance level{.relative = 1e-11, .reason = "1 - tail loses digits"};
            CHECK(close(one.simultaneous_interval.lower, other.simultaneous_interval.lower, level));
            CHECK(close(one.simultaneous_interval.upper, other.simultaneous_interval.upper, level));
            CHECK(one.comparison.n_a == other.comparison.n_a);
            CHECK(one.comparison.n_b == other.comparison.n_b);
            CHECK(one.comparison.method == other.comparison.method);
        }
        CHECK(found.brands[0].score.value == doctest::Approx(.3));
        CHECK(found.brands[4].score.value == 1);
    }
}

TEST_CASE("compare_brands: complete ratings are the paired Wald test") {
    // Differences -1, 0, 1, 2 of 5, 55, 35 and 5 people: mean .4, mean square .6.
    const auto found =
        nps::compare_brands(ratings_of("qp 5 pp 20 qq 10 dd 20 dq 0 pd 5 pq 20 qd 15 dp 0 pp 5", 2),
                            {.method = comparison_method::wald});
    const auto& one = found.pairs.at(0).comparison;
    CHECK(close(one.difference, .4));
    CHECK(close(one.standard_error, std::sqrt((.6 - .16) / 100)));
    CHECK(close(one.p_value, 1.637296450296846e-09)); // R: 2 * pnorm(-mean(d) / sqrt(v / n))
    CHECK(found.simultaneous_method == "sidak");
    // Two brands: their differences to the average are the same comparison, turned around.
    for (const std::size_t i : {0U, 1U}) {
        const auto& average = found.brands[i].to_average;
        CHECK(close(average.comparison.difference, i == 0 ? .2 : -.2));
        CHECK(close(average.comparison.p_value, one.p_value));
        CHECK(average.adjusted_p_value == average.comparison.p_value);
        CHECK(close(average.simultaneous_interval.lower, average.comparison.interval.lower));
        CHECK(close(average.simultaneous_interval.upper, average.comparison.interval.upper));
    }
}

TEST_CASE("compare_brands: the order of brands and the direction of the scale") {
    std::string turned = people;
    for (char& c : turned) {
        c = c == 'p' ? 'd' : c == 'd' ? 'p' : c;
    }
    std::string mirrored; // brands from the last to the first
    std::istringstream in(people);
    std::string pattern;
    for (std::string count; in >> pattern >> count;) {
        mirrored += std::string(pattern.rbegin(), pattern.rend()) + " " + count + " ";
    }
    for (const auto method : methods) {
        const auto one = nps::compare_brands(ratings_of(people, 3), {.method = method});
        const auto other = nps::compare_brands(ratings_of(turned, 3), {.method = method});
        const auto back = nps::compare_brands(ratings_of(mirrored, 3), {.method = method});
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(close(one.pairs[i].comparison.statistic, -other.pairs[i].comparison.statistic));
            CHECK(close(one.pairs[i].adjusted_p_value, other.pairs[i].adjusted_p_value));
            const auto& x = one.brands[i];
            const auto& y = other.brands[i];
            CHECK(x.rank.best == 4 - y.rank.worst);
            CHECK(x.rank.worst == 4 - y.rank.best);
            CHECK(close(x.to_average.comparison.difference, -y.to_average.comparison.difference));
            const auto& z = back.brands[2 - i];
            CHECK(x.rank.best == z.rank.best);
            CHECK(x.rank.worst == z.rank.worst);
            CHECK(close(x.to_leader.difference, z.to_leader.difference));
            CHECK(close(x.to_leader.interval.lower, z.to_leader.interval.lower));
            CHECK(x.to_leader.rival == 2 - z.to_leader.rival);
            CHECK(close(x.to_average.comparison.p_value, z.to_average.comparison.p_value));
        }
        CHECK(close(one.pairs[0].comparison.statistic, -back.pairs[2].comparison.statistic));
    }
}

TEST_CASE("compare_brands: ranks and leader follow from the pairs") {
    const std::vector<category_counts> tallies{
        {300, 300, 400}, {100, 200, 700}, {310, 300, 390}, {700, 200, 100}};
    const auto found = nps::compare_brands(tallies);
    const std::array<std::array<std::size_t, 3>, 4> expected{
        {{2, 3, 2}, {1, 1, 1}, {2, 3, 3}, {4, 4, 4}}};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(found.brands[i].rank.best == expected[i][0]);
        CHECK(found.brands[i].rank.worst == expected[i][1]);
        CHECK(found.brands[i].rank.estimated == expected[i][2]);
        CHECK(found.brands[i].to_leader.rival == (i == 1 ? 0 : 1));
        CHECK((found.brands[i].to_leader.interval.lower > 0) == (i == 1));
        CHECK((found.brands[i].to_leader.interval.upper < 0) == (i != 1));
    }
    // Market shares move the average, not the pairs.
    const auto by_size = nps::compare_brands(tallies, {.market_shares = {0, 1e300, 0, 1e300}});
    CHECK(by_size.pairs[0].comparison.p_value == found.pairs[0].comparison.p_value);
    CHECK(std::abs(by_size.brands[0].to_average.comparison.difference - .1) < 2e-3);
    const auto alone = nps::compare_brands(tallies, {.market_shares = {0, 7, 0, 0}});
    CHECK(alone.brands[1].to_average.comparison.difference == 0);
    CHECK(alone.brands[1].to_average.comparison.p_value == 1);
    CHECK(alone.brands[1].to_average.comparison.interval.upper == 0);
    CHECK(close(alone.brands[0].to_average.comparison.statistic,
                found.pairs[0].comparison.statistic));
}

TEST_CASE("compare_brands: ranks go by what the method estimates") {
    // Scores .9 and .8; with the answers added 9 / 13 and 80 / 103.
    const std::vector<category_counts> tallies{{0, 1, 9}, {5, 10, 85}};
    const auto shrunken = nps::compare_brands(tallies);
    const auto wald = nps::compare_brands(tallies, {.method = comparison_method::wald});
    CHECK(shrunken.brands[0].score.value > shrunken.brands[1].score.value);
    CHECK(shrunken.brands[0].rank.estimated == 2);
    CHECK(wald.brands[0].rank.estimated == 1);
    CHECK(close(shrunken.brands[0].to_leader.difference, 9.0 / 13 - 80.0 / 103));
    CHECK(close(wald.brands[0].to_leader.difference, .1));
}

TEST_CASE("compare_brands: no rating differs, one person, 2^53 ratings") {
    const auto alike = ratings_of("ppp 40 qqq 30 ddd 30", 3);
    const auto wald = nps::compare_brands(alike, {.method = comparison_method::wald});
    const auto adjusted = nps::compare_brands(alike);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(wald.pairs[i].comparison.standard_error == 0);
        CHECK(wald.pairs[i].comparison.p_value == 1);
        CHECK(wald.pairs[i].simultaneous_interval.upper == 0);
        CHECK(wald.brands[i].to_average.comparison.p_value == 1);
        CHECK(wald.brands[i].rank.best == 1);
        CHECK(wald.brands[i].rank.worst == 3);
        CHECK(wald.brands[i].rank.estimated == 1);
        CHECK(adjusted.pairs[i].comparison.standard_error > 0);
        CHECK(adjusted.pairs[i].comparison.p_value == 1);
    }
    const auto one = nps::compare_brands(ratings_of("pd 1", 2)).pairs.at(0);
    CHECK(one.comparison.difference == .5); // (1.75 - .75) / 4, and its negative
    CHECK(one.comparison.p_value > .1);
    CHECK(one.comparison.p_value < 1);
    CHECK_THROWS_AS(
        (void)nps::compare_brands(ratings_of("pd 1", 2), {.method = comparison_method::wald}),
        nps::undefined_result);
    constexpr std::int64_t most = std::int64_t{1} << 51;
    brand_ratings many(2);
    many.add(std::vector<std::optional<category>>{category::promoter, category::passive}, most);
    many.add(std::vector<std::optional<category>>{category::passive, category::promoter}, most);
    for (const auto method : methods) {
        const auto found = nps::compare_brands(many, {.method = method}).pairs.at(0);
        CHECK(found.comparison.difference == 0);
        CHECK(found.comparison.p_value == 1);
        // Steps of 1 and -1 for each of 2^52 people.
        CHECK(close(found.comparison.standard_error, std::ldexp(1.0, -26)));
    }
}

TEST_CASE("compare_brands: any ratings give variances that no difference makes negative") {
    // Few people, much left out: correlations from the pairs alone need not fit together.
    nps::random_stream random(3, 0, nps::random_purpose::simulation);
    for (int round = 0; round < 300; ++round) {
        const std::size_t k = 2 + random.below(4);
        brand_ratings ratings(k);
        for (std::size_t b = 0; b < k; ++b) {
            ratings.add_separate(b, {1, 0, 1});
        }
        for (int person = 0; person < 12; ++person) {
            std::vector<std::optional<category>> answers(k);
            for (auto& answer : answers) {
                const auto draw = random.below(5);
                if (draw < 3) {
                    answer = static_cast<category>(draw);
                }
            }
            ratings.add(answers);
        }
        for (const auto method : methods) {
            const auto found = nps::compare_brands(ratings, {.method = method});
            for (const auto& pair : found.pairs) {
                CHECK(pair.comparison.standard_error > 0);
                CHECK(pair.simultaneous_interval.lower <= pair.comparison.interval.lower);
                CHECK(pair.adjusted_p_value >= pair.comparison.p_value);
            }
            for (const auto& brand : found.brands) {
                CHECK(brand.to_average.comparison.standard_error > 0);
                CHECK(brand.rank.best <= brand.rank.estimated);
                CHECK(brand.rank.estimated <= brand.rank.worst);
                CHECK(brand.to_leader.interval.lower <= brand.to_leader.difference);
                CHECK(brand.to_leader.interval.upper >= brand.to_leader.difference);
            }
        }
    }
}

TEST_CASE("compare_brands refuses what has no answer") {
    const auto ratings = ratings_of(people, 3);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [&](const nps::compare_brands_options& options) {
        CHECK_THROWS_AS((void)nps::compare_brands(ratings, options), nps::invalid_input);
    };
    refuses({.method = comparison_method::score});
    refuses({.method = static_cast<comparison_method>(99)});
    refuses({.adjustment = static_cast<nps::multiplicity>(99)});
    refuses({.market_shares = {1, 2}});
    refuses({.market_shares = {0, 0, 0}});
    refuses({.market_shares = {1, -1, 3}});
    refuses({.market_shares = {1, nan, 3}});
    refuses({.level = nan});
    refuses({.level = 95});
    CHECK_THROWS_WITH_AS((void)nps::compare_brands(ratings, {.market_shares = {1, nan, 3}}),
                         "nps::compare_brands: market_shares[1] = nan, must be finite and not "
                         "negative",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::compare_brands(ratings_of("p-d 3", 3)),
                         "nps::compare_brands: no valid answers for brand 1",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_brands(ratings_of("p 3", 1)), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_brands(std::vector<category_counts>{{1, 2, 3}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::compare_brands(std::vector<category_counts>{{1, 2, 3}, {}}),
                         "nps::compare_brands: no valid answers in tallies[1]",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::compare_brands(std::vector<category_counts>{
                             {0, std::int64_t{1} << 53, 0}, {1, 0, 0}}),
                         "nps::compare_brands: answers up to tallies[1] = 9007199254740993, must "
                         "be in [0, 2^53]",
                         nps::invalid_input);
}

TEST_CASE("compare_brands: any level") {
    for (const double level : {1e-300, 1e-10, .5, 1 - 1e-12, 1 - 1.2e-16}) {
        for (const auto& found :
             {nps::compare_brands(ratings_of(people, 3), {.level = level}),
              nps::compare_brands(std::vector<category_counts>{{1, 2, 3}, {4, 0, 9}},
                                  {.level = level})}) {
            for (const auto& pair : found.pairs) {
                CHECK(pair.simultaneous_interval.level == level);
                CHECK(pair.simultaneous_interval.lower <= pair.comparison.difference);
                CHECK(pair.simultaneous_interval.upper >= pair.comparison.difference);
                CHECK(pair.simultaneous_interval.upper <= 2);
            }
        }
    }
}

TEST_CASE("the error of unanimous brands names a method that answers") {
    const std::vector<nps::category_counts> tallies{{1, 0, 0}, {4, 0, 0}, {0, 3, 0}};
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_brands(tallies, {.method = nps::comparison_method::wald}),
        doctest::Contains("method adjusted_wald has an answer"), nps::undefined_result);
}
