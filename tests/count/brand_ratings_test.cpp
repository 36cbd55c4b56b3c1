// SPDX-License-Identifier: Apache-2.0
#include <nps/count/brand_ratings.hpp>

#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace {

using nps::brand_ratings;
using nps::category;
using nps::category_counts;
using answers = std::vector<std::optional<category>>;

constexpr std::optional<category> none{};
constexpr category d = category::detractor;
constexpr category q = category::passive;
constexpr category p = category::promoter;

std::vector<answers> any_people(std::uint64_t seed, std::size_t brands, int n) {
    nps::random_stream random(seed, 0, nps::random_purpose::simulation);
    std::vector<answers> people;
    for (int i = 0; i < n; ++i) {
        answers one;
        for (std::size_t b = 0; b < brands; ++b) {
            const auto draw = random.below(5);
            one.push_back(draw < 2 ? none : std::optional(static_cast<category>(draw - 2)));
        }
        people.push_back(one);
    }
    return people;
}

brand_ratings of(const std::vector<answers>& people, std::size_t brands) {
    brand_ratings r(brands);
    for (const auto& one : people) {
        r.add(one);
    }
    return r;
}

} // namespace

TEST_CASE("brand_ratings counts what each respondent says of each pair") {
    brand_ratings r(3);
    r.add(answers{p, q, none});
    r.add(answers{p, d, none}, 4);
    r.add(answers{none, none, d});
    r.add(answers{d, p, p});
    r.add(answers{none, none, none});
    r.add_separate(2, {.detractors = 1, .passives = 2, .promoters = 3});
    CHECK(r.brands() == 3);
    CHECK(r.respondents() == 14);
    CHECK(r.counts(0) == category_counts{1, 0, 5});
    CHECK(r.counts(1) == category_counts{4, 1, 1});
    CHECK(r.counts(2) == category_counts{2, 2, 4});
    CHECK(r.counts_of_both(0, 1) == std::array<category_counts, 3>{{{0, 0, 1}, {}, {4, 1, 0}}});
    CHECK(r.counts_of_both(1, 0) ==
          std::array<category_counts, 3>{{{0, 0, 4}, {0, 0, 1}, {1, 0, 0}}});
    CHECK(r.counts_of_both(0, 2) == std::array<category_counts, 3>{{{0, 0, 1}, {}, {}}});
    CHECK(r.counts_of_both(2, 1) == std::array<category_counts, 3>{{{}, {}, {0, 0, 1}}});
}

TEST_CASE("brand_ratings equals a recount of the rows, for every pair") {
    const auto people = any_people(7, 5, 300);
    const auto r = of(people, 5);
    for (std::size_t a = 0; a < 5; ++a) {
        for (std::size_t b = 0; b < 5; ++b) {
            if (a == b) {
                continue;
            }
            const auto both = r.counts_of_both(a, b);
            for (const category x : {d, q, p}) {
                for (const category y : {d, q, p}) {
                    std::int64_t n = 0;
                    for (const auto& one : people) {
                        n += one[a] == x && one[b] == y ? 1 : 0;
                    }
                    const auto& row = both[static_cast<std::size_t>(x)];
                    CHECK((y == d ? row.detractors : y == q ? row.passives : row.promoters) == n);
                }
            }
        }
    }
}

TEST_CASE("brand_ratings merge in any order and can be taken away again") {
    const auto first = of(any_people(1, 4, 50), 4);
    const auto second = of(any_people(2, 4, 70), 4);
    const auto third = of(any_people(3, 4, 20), 4);
    CHECK(first + second + third == third + (second + first));
    CHECK(first + second - second == first);
    CHECK((first + second) - first == second);
    brand_ratings none_yet;
    none_yet += brand_ratings();
    CHECK(none_yet == brand_ratings(0));
}

TEST_CASE("brand_ratings refuses what cannot be, and nothing changes") {
    brand_ratings r(2);
    r.add(answers{p, d});
    const brand_ratings before = r;
    constexpr std::int64_t most = std::int64_t{1} << 53;
    CHECK_THROWS_WITH_AS(
        r.add(answers{p}),
        "nps::brand_ratings::add: answers.size() = 1, must be the number of brands, 2",
        nps::invalid_input);
    CHECK_THROWS_AS(r.add(answers{p, static_cast<category>(3)}), nps::invalid_input);
    CHECK_THROWS_AS(r.add(answers{p, d}, -1), nps::invalid_input);
    CHECK_THROWS_AS(r.add(answers{p, d}, most), nps::invalid_input);
    CHECK_THROWS_AS(r.add_separate(2, {1, 1, 1}), nps::invalid_input);
    CHECK_THROWS_AS(r.add_separate(1, {-1, 1, 1}), nps::invalid_input);
    CHECK_THROWS_AS(r.add_separate(1, {most, 0, 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)r.counts(2), nps::invalid_input);
    CHECK_THROWS_AS((void)r.counts_of_both(0, 0), nps::invalid_input);
    CHECK_THROWS_AS((void)r.counts_of_both(0, 2), nps::invalid_input);
    CHECK_THROWS_AS((void)r.counts_of_both(2, 0), nps::invalid_input);
    CHECK_THROWS_AS(r += brand_ratings(3), nps::invalid_input);
    CHECK_THROWS_AS(r -= brand_ratings(3), nps::invalid_input);
    brand_ratings other(2);
    other.add(answers{p, q});
    CHECK_THROWS_AS(r -= other, nps::invalid_input);
    // As many ratings of each brand, but not by the same people.
    brand_ratings apart(2);
    apart.add_separate(0, {0, 0, 1});
    CHECK_THROWS_AS(r -= apart, nps::invalid_input);
    brand_ratings full(2);
    full.add(answers{p, p}, most);
    CHECK_THROWS_AS(full += r, nps::invalid_input);
    CHECK(r == before);
    CHECK(full.counts(1) == category_counts{0, 0, most});
}
