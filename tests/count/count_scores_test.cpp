// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/count/count_scores.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <forward_list>
#include <limits>
#include <list>
#include <optional>
#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr nps::scale five_stars{
    .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class R>
concept countable = requires(R r) {
    nps::count_scores(r);
};

static_assert(countable<std::vector<std::uint8_t>>);
static_assert(countable<const std::vector<signed char>>);
static_assert(countable<std::span<const double>>);
static_assert(countable<std::list<long double>>);
static_assert(countable<std::vector<std::optional<int>>>);
static_assert(countable<std::vector<std::optional<float>>>);
static_assert(!countable<std::string>);
static_assert(!countable<std::vector<bool>>);
static_assert(!countable<std::vector<char>>);
static_assert(!countable<std::vector<std::string>>);
static_assert(!countable<std::vector<std::optional<bool>>>);
static_assert(!countable<std::vector<std::byte>>);
static_assert(!countable<int>);

template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

template <class T>
std::string refusal(std::vector<T> answers, const nps::count_options& options = {}) {
    return error_of([&] { (void)nps::count_scores(answers, options); });
}

nps::tally tally_of(std::initializer_list<int> scores, std::int64_t missing = 0,
                    std::int64_t invalid = 0) {
    nps::tally t;
    for (const int score : scores) {
        t.add(score);
    }
    t.add_missing(missing);
    t.add_invalid(invalid);
    return t;
}

} // namespace

TEST_CASE("any range of scores is counted") {
    const nps::tally expected = tally_of({0, 7, 7, 10});
    CHECK(nps::count_scores(std::vector<int>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<std::uint8_t>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<signed char>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<std::int16_t>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<std::uint64_t>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<float>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<double>{-0.0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<long double>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::list<int>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::deque<double>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::forward_list<std::optional<int>>{0, 7, 7, 10}) == expected);
    CHECK(nps::count_scores(std::vector<std::optional<double>>{0.0, 7.0, 7.0, 10.0}) == expected);
    std::istringstream text("0 7 7 10");
    CHECK(nps::count_scores(std::views::istream<int>(text)) == expected);
    CHECK(nps::count_scores(std::views::iota(0, 4) | std::views::transform([](int i) {
                                return i == 0 ? 0 : i == 3 ? 10 : 7;
                            })) == expected);
    const int raw[] = {0, 7, 7, 10};
    CHECK(nps::count_scores(raw) == expected);
    CHECK(nps::count_scores(std::span(raw).subspan(4)) == nps::tally());
    CHECK(nps::count_scores(std::vector<double>()) == nps::tally());
}

TEST_CASE("what is missing and what is invalid") {
    const nps::count_options aside{.invalid = nps::on_invalid::set_aside};
    CHECK(nps::count_scores(std::vector{9.0, not_a_number, 3.0, not_a_number}) ==
          tally_of({9, 3}, 2));
    CHECK(nps::count_scores(std::vector<std::optional<int>>{9, {}, 3}) == tally_of({9, 3}, 1));
    CHECK(nps::count_scores(std::vector<std::optional<double>>{9.0, {}, not_a_number, 3.0}) ==
          tally_of({9, 3}, 2));
    CHECK(nps::count_scores(std::vector{9.0, 6.5, 8.5, 11.0, -1.0, infinity, -infinity, 1e300},
                            aside) == tally_of({9}, 0, 7));
    CHECK(nps::count_scores(std::vector{9, 11, -1, 99}, aside) == tally_of({9}, 0, 3));
    CHECK(nps::count_scores(std::vector<std::int8_t>{9, -128, -1, 127}, aside) ==
          tally_of({9}, 0, 3));
    CHECK(nps::count_scores(std::vector<std::uint8_t>{9, 255, 128, 127}, aside) ==
          tally_of({9}, 0, 3));
    // 2^32 + 9 and 2^64 - 1 are not 9 and -1.
    CHECK(nps::count_scores(std::vector<std::uint64_t>{9, (std::uint64_t{1} << 32) + 9,
                                                       (std::numeric_limits<std::uint64_t>::max)()},
                            {.invalid = nps::on_invalid::set_aside, .missing_codes = {-1}}) ==
          tally_of({9}, 0, 2));
    CHECK(nps::count_scores(std::vector<std::int64_t>{9, (std::numeric_limits<std::int64_t>::min)(),
                                                      (std::numeric_limits<std::int64_t>::max)()},
                            aside) == tally_of({9}, 0, 2));
    // Next to a whole number is not a whole number.
    CHECK(nps::count_scores(std::vector{std::nextafter(9.0, 10.0), std::nextafter(0.0, -1.0)},
                            aside) == tally_of({}, 0, 2));
    CHECK(nps::count_scores(std::vector<long double>{std::nextafter(9.0L, 10.0L), 9.0L}, aside) ==
          tally_of({9}, 0, 1));
}

TEST_CASE("missing codes") {
    const nps::count_options codes{.missing_codes = {99, -1, 11}};
    CHECK(nps::count_scores(std::vector{9, 99, -1, 11, 3}, codes) == tally_of({9, 3}, 3));
    CHECK(nps::count_scores(std::vector{9.0, 99.0, -1.0, 11.0, not_a_number}, codes) ==
          tally_of({9}, 4));
    CHECK(nps::count_scores(std::vector<std::uint8_t>{9, 99, 11}, codes) == tally_of({9}, 2));
    CHECK(nps::count_scores(std::vector<std::int8_t>{9, 99, -1}, codes) == tally_of({9}, 2));
    CHECK(nps::count_scores(std::vector<std::optional<int>>{9, 99, {}}, codes) == tally_of({9}, 2));
    // 255 as an unsigned byte is not the code -1.
    CHECK(refusal(std::vector<std::uint8_t>{9, 255}, codes) ==
          "nps::count_scores: response 1 = 255, must be on the scale 0 to 10");
    CHECK(refusal(std::vector{9, 98}, codes) ==
          "nps::count_scores: response 1 = 98, must be on the scale 0 to 10");
    CHECK(refusal(std::vector{9}, {.missing_codes = {99, 10}}) ==
          "nps::count_scores: missing_codes = 10, must not be on the scale 0 to 10");
    CHECK(refusal(std::vector<int>(), {.missing_codes = {0}}) != "no error");
    // Whole-number answers know every code, floating ones those they can hold.
    constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    const nps::count_options far{.missing_codes = {least, most}};
    CHECK(nps::count_scores(std::vector<std::int64_t>{9, least, 3, most, least}, far).missing() ==
          3);
    CHECK(nps::count_scores(std::list<std::int64_t>{9, least, most}, far).missing() == 2);
    CHECK(
        nps::count_scores(std::vector<std::optional<std::int64_t>>{9, least, {}}, far).missing() ==
        2);
    CHECK(nps::count_scores(std::vector{9, -1}, {.missing_codes = {least, -1}}).missing() == 1);
    CHECK(nps::count_scores(std::vector<std::uint64_t>{9, std::uint64_t{1} << 63},
                            {.invalid = nps::on_invalid::set_aside, .missing_codes = {least}})
              .invalid() == 1);
    CHECK(refusal(std::vector{9.0}, far) ==
          "nps::count_scores: missing_codes = -9223372036854775808, must be in [-2^53, 2^53] for "
          "floating responses");
    CHECK(refusal(std::vector<std::optional<float>>{9.0F}, far) != "no error");
    CHECK(nps::count_scores(std::vector{9.0, -9007199254740992.0},
                            {.missing_codes = {-(std::int64_t{1} << 53)}})
              .missing() == 1);
    CHECK(
        nps::count_scores<five_stars>(std::vector{0, 5, 9}, {.missing_codes = {0, 9}}).missing() ==
        2);
}

TEST_CASE("an invalid answer is named with its position") {
    CHECK(refusal(std::vector{9, 10, 3, 11, 12}) ==
          "nps::count_scores: response 3 = 11, must be on the scale 0 to 10");
    CHECK(refusal(std::vector<std::uint8_t>{9, 10, 3, 200}) ==
          "nps::count_scores: response 3 = 200, must be on the scale 0 to 10");
    CHECK(refusal(std::vector<std::int8_t>{-7}) ==
          "nps::count_scores: response 0 = -7, must be on the scale 0 to 10");
    CHECK(refusal(std::vector{9.0, 8.5}) ==
          "nps::count_scores: response 1 = 8.5, must be a whole number on the scale 0 to 10");
    CHECK(refusal(std::vector{9.0, infinity}) ==
          "nps::count_scores: response 1 = inf, must be a whole number on the scale 0 to 10");
    CHECK(refusal(std::vector<std::optional<int>>{9, {}, 11}) ==
          "nps::count_scores: response 2 = 11, must be on the scale 0 to 10");
    CHECK(error_of([] {
              (void)nps::count_scores(std::list<double>{1, 2, -3});
          }) == "nps::count_scores: response 2 = -3, must be a whole number on the scale 0 to 10");
    CHECK(error_of([] {
              (void)nps::count_scores(std::vector{3, 6}, nps::scale(five_stars));
          }) == "nps::count_scores: response 1 = 6, must be on the scale 1 to 5");
    CHECK(refusal(std::vector{1}, {.invalid = static_cast<nps::on_invalid>(7)}) ==
          "nps::count_scores: invalid = 7, must be throws or set_aside");
}

TEST_CASE("other scales, when compiling and at run time") {
    const std::vector<int> stars{1, 5, 5, 3, 4};
    const nps::basic_tally<five_stars> t = nps::count_scores<five_stars>(stars);
    CHECK(t.count(5) == 2);
    const nps::scale chosen = five_stars;
    const nps::dynamic_tally d = nps::count_scores(stars, chosen);
    CHECK(d == nps::dynamic_tally(t));
    CHECK(nps::count_scores(stars, chosen, {.missing_codes = {99}}) == d);
    constexpr nps::scale wide{
        .lowest = -1000, .highest = 1000, .last_detractor = 0, .first_promoter = 1};
    const nps::dynamic_tally w =
        nps::count_scores(std::vector{-1000.0, 1000.0, 0.0, not_a_number}, wide);
    CHECK(w.count(-1000) == 1);
    CHECK(w.count(1000) == 1);
    CHECK(w.count(0) == 1);
    CHECK(w.missing() == 1);
    nps::scale changed = five_stars;
    changed.first_promoter = 3;
    CHECK(error_of([&] { (void)nps::count_scores(stars, changed); }) ==
          "nps::scale: first_promoter = 3, must be in (last_detractor, highest]");
}
