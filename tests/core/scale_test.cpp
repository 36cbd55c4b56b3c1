// SPDX-License-Identifier: Apache-2.0
#include <nps/core/scale.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace {

constexpr nps::scale five_stars{
    .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};

template <nps::scale S>
struct on_scale {
    static constexpr int top = S.highest;
};

template <class T>
concept classifiable = requires(T score) {
    nps::classify(score);
};

} // namespace

// Reichheld's cut points, and a type for each scale.
static_assert(nps::classify(9) == nps::category::promoter);
static_assert(nps::classify(6) == nps::category::detractor);
static_assert(on_scale<five_stars>::top == 5);
static_assert(std::is_same_v<on_scale<five_stars>, on_scale<nps::one_to_five>>);
static_assert(!std::is_same_v<on_scale<nps::zero_to_ten>, on_scale<nps::one_to_ten>>);

// Fractions, truth values and characters are no answers.
static_assert(classifiable<int> && classifiable<std::uint8_t> && classifiable<std::int8_t> &&
              classifiable<std::uint64_t>);
static_assert(!classifiable<double> && !classifiable<bool> && !classifiable<char> &&
              !classifiable<char8_t> && !classifiable<const char*>);

TEST_CASE("each answer of each ready scale has its class") {
    using enum nps::category;
    const auto classes = [](const nps::scale& s) {
        std::vector<int> sizes(3);
        for (int score = s.lowest; score <= s.highest; ++score) {
            ++sizes[static_cast<std::size_t>(nps::classify(score, s))];
        }
        return sizes;
    };
    CHECK(classes(nps::zero_to_ten) == std::vector{7, 2, 2});
    CHECK(classes(nps::one_to_ten) == std::vector{6, 2, 2});
    CHECK(classes(nps::one_to_five) == std::vector{3, 1, 1});
    CHECK(classes(nps::one_to_seven) == std::vector{5, 1, 1});
    // A 1-5 scale is not classified with the 0-10 cut points.
    CHECK(nps::classify(5, nps::one_to_five) == promoter);
    CHECK(nps::classify(4, nps::one_to_five) == passive);
    CHECK(nps::classify(3, nps::one_to_five) == detractor);
    CHECK(nps::classify(6, nps::one_to_seven) == passive);
    CHECK(nps::classify(7) == passive);
    CHECK(nps::classify(8) == passive);
    CHECK(nps::classify(10) == promoter);
    CHECK(nps::classify(0) == detractor);
}

TEST_CASE("cut points of the caller are used, not those of the standard scale") {
    const nps::scale slider{
        .lowest = -50, .highest = 50, .last_detractor = -10, .first_promoter = 30};
    CHECK(slider.size() == 101);
    CHECK(nps::classify(-10, slider) == nps::category::detractor);
    CHECK(nps::classify(-9, slider) == nps::category::passive);
    CHECK(nps::classify(30, slider) == nps::category::promoter);
    const nps::scale no_passives{
        .lowest = 0, .highest = 1, .last_detractor = 0, .first_promoter = 1};
    CHECK(nps::classify(0, no_passives) == nps::category::detractor);
    CHECK(nps::classify(1, no_passives) == nps::category::promoter);
}

TEST_CASE("an answer off the scale throws and says what is allowed") {
    CHECK_THROWS_WITH_AS((void)nps::classify(11),
                         "nps::classify: score = 11, must be on the scale 0 to 10",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::classify(std::uint8_t{0}, nps::one_to_five),
                         "nps::classify: score = 0, must be on the scale 1 to 5",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::classify(-1), nps::invalid_input);
    // Values that would wrap when narrowed to int.
    CHECK_THROWS_AS((void)nps::classify(std::int64_t{1} << 32), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::classify(std::numeric_limits<std::uint64_t>::max()),
                    nps::invalid_input);
    CHECK_FALSE(nps::zero_to_ten.contains((std::int64_t{1} << 32) + 5));
    CHECK(nps::zero_to_ten.contains(5U));
}

TEST_CASE("an impossible scale known only at run time throws and names the cut point") {
    const auto make = [](int lowest, int highest, int last_detractor, int first_promoter) {
        return nps::scale{lowest, highest, last_detractor, first_promoter};
    };
    CHECK_THROWS_WITH_AS(make(0, 10, 6, 6),
                         "nps::scale: first_promoter = 6, must be in (last_detractor, highest]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(5, 5, 5, 5), "nps::scale: highest = 5, must be in (lowest, 1000]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(0, 10, -1, 9),
                         "nps::scale: last_detractor = -1, must be in [lowest, highest)",
                         nps::invalid_input);
    CHECK_THROWS_AS(make(0, 10, 10, 11), nps::invalid_input);
    CHECK_THROWS_AS(make(0, 10, 6, 11), nps::invalid_input);
    CHECK_THROWS_AS(make(10, 0, 6, 9), nps::invalid_input);
    CHECK_THROWS_AS(make(-1001, 10, 6, 9), nps::invalid_input);
    CHECK_THROWS_AS(make(0, 1001, 6, 9), nps::invalid_input);
    CHECK_THROWS_AS(make(std::numeric_limits<int>::min(), std::numeric_limits<int>::max(), 6, 9),
                    nps::invalid_input);
    CHECK_NOTHROW(make(-1000, 1000, -1000, 1000));
}

TEST_CASE("a scale whose members were changed is checked again where it is used") {
    nps::scale s = nps::one_to_five;
    s.first_promoter = 4;
    CHECK(nps::classify(4, s) == nps::category::promoter);
    s.first_promoter = 3;
    CHECK_THROWS_WITH_AS((void)nps::classify(5, s),
                         "nps::scale: first_promoter = 3, must be in (last_detractor, highest]",
                         nps::invalid_input);
}
