// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>

#include <doctest/doctest.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr nps::scale five_stars{
    .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};
constexpr std::int64_t most = std::int64_t{1} << 53;

template <class Tally, class... Arguments>
concept can_add = requires(Tally t, Arguments... arguments) {
    t.add(arguments...);
};
template <class Tally, class Argument>
concept can_add_missing = requires(Tally t, Argument k) {
    t.add_missing(k);
};

static_assert(can_add<nps::tally, int>);
static_assert(can_add<nps::tally, std::uint8_t, std::size_t>);
static_assert(can_add<nps::tally, signed char, std::int64_t>);
static_assert(!can_add<nps::tally, bool>);
static_assert(!can_add<nps::tally, double>);
static_assert(!can_add<nps::tally, char>);
static_assert(!can_add<nps::tally, int, double>);
static_assert(!can_add<nps::tally, int, bool>);
static_assert(!can_add<nps::dynamic_tally, bool>);
static_assert(!can_add<nps::dynamic_tally, double>);
static_assert(!can_add_missing<nps::tally, double>);
static_assert(std::regular<nps::tally> && std::regular<nps::dynamic_tally>);
static_assert(std::is_trivially_copyable_v<nps::tally>);
static_assert(std::convertible_to<nps::tally, nps::category_counts>);
static_assert(std::convertible_to<nps::dynamic_tally, nps::category_counts>);
// Scales do not mix.
static_assert(!std::convertible_to<nps::basic_tally<five_stars>, nps::tally>);

constexpr nps::tally made_when_compiling = [] {
    nps::tally t;
    t.add(9);
    t.add(3, 4);
    t.add_missing();
    return t;
}();
static_assert(made_when_compiling.n() == 5 && made_when_compiling.count(3) == 4);

template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

// The same tests for the tally that knows its scale and the one that is told it.
template <class Tally>
struct on_five_stars {
    static Tally empty() {
        if constexpr (std::same_as<Tally, nps::dynamic_tally>) {
            return nps::dynamic_tally(five_stars);
        } else {
            return {};
        }
    }
    static Tally with(std::array<std::int64_t, 5> counts, std::int64_t missing,
                      std::int64_t invalid) {
        Tally t = empty();
        for (int score = 1; score <= 5; ++score) {
            t.add(score, counts[static_cast<std::size_t>(score - 1)]);
        }
        t.add_missing(missing);
        t.add_invalid(invalid);
        return t;
    }
};

} // namespace

TEST_CASE_TEMPLATE("a tally counts, and nothing is lost", Tally, nps::basic_tally<five_stars>,
                   nps::dynamic_tally) {
    using make = on_five_stars<Tally>;
    Tally t = make::empty();
    CHECK(t.n() == 0);
    CHECK(t.responses() == 0);
    CHECK(t.score_scale() == five_stars);
    t.add(5);
    t.add(std::int8_t{1});
    t.add(std::uint64_t{3}, std::size_t{7});
    t.add_missing();
    t.add_missing(2U);
    t.add_invalid();
    t.add_invalid(4);
    CHECK(t.n() == 9);
    CHECK(t.missing() == 3);
    CHECK(t.invalid() == 5);
    CHECK(t.responses() == 17);
    CHECK(t.count(1) == 1);
    CHECK(t.count(2) == 0);
    CHECK(t.count(3U) == 7);
    CHECK(t.count(5) == 1);
    CHECK(std::vector<std::int64_t>(t.counts().begin(), t.counts().end()) ==
          std::vector<std::int64_t>{1, 0, 7, 0, 1});
}

TEST_CASE_TEMPLATE("tallies merge and are taken away again", Tally, nps::basic_tally<five_stars>,
                   nps::dynamic_tally) {
    using make = on_five_stars<Tally>;
    const Tally a = make::with({1, 2, 3, 4, 5}, 6, 7);
    const Tally b = make::with({10, 20, 30, 40, 50}, 60, 70);
    const Tally sum = make::with({11, 22, 33, 44, 55}, 66, 77);
    CHECK(a + b == sum);
    CHECK(b + a == sum);
    CHECK(sum - b == a);
    CHECK(sum - sum == make::empty());
    CHECK(a != b);
    Tally doubled = a;
    const Tally& same = doubled;
    doubled += same;
    CHECK(doubled == a + a);
    doubled -= same;
    CHECK(doubled == make::empty());
    // Equality sees each part.
    CHECK(make::with({1, 0, 0, 0, 0}, 0, 0) != make::with({0, 1, 0, 0, 0}, 0, 0));
    CHECK(make::with({0, 0, 0, 0, 0}, 1, 0) != make::with({0, 0, 0, 0, 0}, 0, 1));
}

TEST_CASE_TEMPLATE("going below zero throws and changes nothing", Tally,
                   nps::basic_tally<five_stars>, nps::dynamic_tally) {
    using make = on_five_stars<Tally>;
    const Tally before = make::with({5, 5, 5, 5, 5}, 5, 5);
    Tally t = before;
    CHECK(error_of([&] {
              t -= make::with({1, 1, 1, 7, 1}, 1, 1);
          }).ends_with("tally::operator-=: count of 4 = -2, must not go below 0"));
    CHECK(t == before);
    CHECK(error_of([&] {
              t -= make::with({1, 1, 1, 1, 1}, 6, 1);
          }).ends_with("tally::operator-=: missing = -1, must not go below 0"));
    CHECK(t == before);
    CHECK(error_of([&] {
              t -= make::with({1, 1, 1, 1, 1}, 1, 8);
          }).ends_with("tally::operator-=: invalid = -3, must not go below 0"));
    CHECK(t == before);
}

TEST_CASE_TEMPLATE("errors name the value and what is allowed", Tally, nps::basic_tally<five_stars>,
                   nps::dynamic_tally) {
    Tally t = on_five_stars<Tally>::empty();
    CHECK(error_of([&] {
              t.add(0);
          }).ends_with("tally::add: score = 0, must be on the scale 1 to 5"));
    CHECK(error_of([&] {
              t.add(6, 3);
          }).ends_with("tally::add: score = 6, must be on the scale 1 to 5"));
    CHECK(error_of([&] {
              t.add(-1);
          }).ends_with("tally::add: score = -1, must be on the scale 1 to 5"));
    CHECK(error_of([&] {
              t.add((std::numeric_limits<std::uint64_t>::max)());
          }).ends_with("score = 18446744073709551615, must be on the scale 1 to 5"));
    // 2^32 + 1 would be 1 if it were cut to 32 bits.
    CHECK(error_of([&] {
              t.add((std::int64_t{1} << 32) + 1);
          }).ends_with("score = 4294967297, must be on the scale 1 to 5"));
    CHECK(error_of([&] {
              (void)t.count(6);
          }).ends_with("tally::count: score = 6, must be on the scale 1 to 5"));
    CHECK(error_of([&] { t.add(3, -1); })
              .ends_with("tally::add: count = -1, must be at least 0 and leave at most 2^53 "
                         "responses in all"));
    CHECK(error_of([&] { t.add_missing(-1); }).find("add_missing: count = -1") !=
          std::string::npos);
    CHECK(error_of([&] { t.add_invalid(-1); }).find("add_invalid: count = -1") !=
          std::string::npos);
    CHECK(t.responses() == 0);
}

TEST_CASE_TEMPLATE("counts up to 2^53 are exact, larger ones refused", Tally,
                   nps::basic_tally<five_stars>, nps::dynamic_tally) {
    using make = on_five_stars<Tally>;
    Tally t = make::empty();
    t.add(5, most - 2);
    t.add_missing();
    t.add_invalid();
    CHECK(t.responses() == most);
    CHECK(t.count(5) == 9007199254740990);
    const Tally full = t;
    CHECK(error_of([&] { t.add(1); }) != "no error");
    CHECK(error_of([&] { t.add_missing(); }) != "no error");
    CHECK(error_of([&] { t.add_invalid(); }) != "no error");
    CHECK(error_of([&] { t += make::with({1, 0, 0, 0, 0}, 0, 0); }) != "no error");
    CHECK(error_of([&] { t += full; }) != "no error");
    CHECK(error_of([&] { t.add(1, (std::numeric_limits<std::uint64_t>::max)()); }) != "no error");
    CHECK(t == full);
    t.add(1, 0);
    CHECK(t == full);
    CHECK((full - full).responses() == 0);
    const auto trillion = make::with({1'000'000'000'000, 0, 0, 0, 1'000'000'000'000}, 0, 0);
    CHECK((trillion + trillion).n() == 4'000'000'000'000);
}

TEST_CASE("a tally is as good as its three categories") {
    // The counts of 0..10 in the data set of R's NPS package; conformance section 1.
    const std::array<std::int64_t, 11> counts{74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235};
    nps::tally t;
    nps::dynamic_tally d;
    for (int score = 0; score <= 10; ++score) {
        t.add(score, counts[static_cast<std::size_t>(score)]);
        d.add(score, counts[static_cast<std::size_t>(score)]);
    }
    const nps::category_counts expected{.detractors = 362, .passives = 176, .promoters = 462};
    CHECK(static_cast<nps::category_counts>(t) == expected);
    CHECK(static_cast<nps::category_counts>(d) == expected);
    CHECK(nps::dynamic_tally(t) == d);

    // 1 to 5 is not classified with the cut points of 0 to 10.
    nps::basic_tally<nps::one_to_five> five;
    five.add(3, 2);
    five.add(4, 3);
    five.add(5, 4);
    CHECK(static_cast<nps::category_counts>(five) ==
          nps::category_counts{.detractors = 2, .passives = 3, .promoters = 4});

    // Missing and invalid answers are no passives.
    t.add_missing(10);
    t.add_invalid(10);
    CHECK(static_cast<nps::category_counts>(t) == expected);

    // A scale without passives and with scores below zero.
    constexpr nps::scale pm{.lowest = -2, .highest = 2, .last_detractor = 0, .first_promoter = 1};
    nps::basic_tally<pm> signed_scores;
    signed_scores.add(-2, 3);
    signed_scores.add(0, 4);
    signed_scores.add(1, 5);
    signed_scores.add(2, 6);
    CHECK(static_cast<nps::category_counts>(signed_scores) ==
          nps::category_counts{.detractors = 7, .passives = 0, .promoters = 11});
}

TEST_CASE("two scales do not add") {
    nps::dynamic_tally a(five_stars);
    a.add(5);
    const nps::dynamic_tally b(nps::one_to_seven);
    const nps::dynamic_tally before = a;
    CHECK(error_of([&] { a += b; }) ==
          "nps::dynamic_tally::operator+=: other scale = 1 to 7, must have the same cut points as "
          "this one, on the scale 1 to 5");
    CHECK(error_of([&] { a -= b; }) != "no error");
    CHECK(error_of([&] { (void)(a + b); }) != "no error");
    CHECK(a == before);
    // The same scores with other cut points are another scale.
    constexpr nps::scale strict{
        .lowest = 1, .highest = 5, .last_detractor = 4, .first_promoter = 5};
    CHECK(error_of([&] { a += nps::dynamic_tally(strict); }) != "no error");
    CHECK(nps::dynamic_tally(strict) != nps::dynamic_tally(five_stars));
    CHECK(nps::dynamic_tally().score_scale() == nps::zero_to_ten);
}

TEST_CASE("a dynamic_tally of a scale whose members were changed is refused") {
    nps::scale s = five_stars;
    s.lowest = 7;
    CHECK(error_of([&] { (void)nps::dynamic_tally(s); }) ==
          "nps::scale: highest = 5, must be in (lowest, 1000]");
}

TEST_CASE("a dynamic_tally that was moved from is still whole") {
    nps::dynamic_tally a(five_stars);
    a.add(5);
    const nps::dynamic_tally b = std::move(a);
    a.add(5); // NOLINT(bugprone-use-after-move): that is the question
    CHECK(a.count(5) == 2);
    CHECK(b.count(5) == 1);
}
