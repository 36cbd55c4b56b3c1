// SPDX-License-Identifier: Apache-2.0
/// @file
/// The score scale and the three categories: which answers are detractors, passives, promoters.
#pragma once

#include <nps/core/error.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace nps::inline v0 {

/// The three classes of a likelihood-to-recommend answer.
enum class category : std::uint8_t { detractor, passive, promoter };

/// A whole-number answer. Not bool, and not a character: '9' is 57. `unsigned char` and
/// `signed char` are numbers.
template <class T>
concept integral_score = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                         !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                         !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

namespace detail {

/// Checks four cut points where it is made; holds nothing.
struct scale_check {
    constexpr scale_check(int lowest, int highest, int last_detractor, int first_promoter) {
        require(lowest >= -1000, "scale", "lowest", lowest, "must be in [-1000, highest)");
        require(highest > lowest && highest <= 1000, "scale", "highest", highest,
                "must be in (lowest, 1000]");
        require(last_detractor >= lowest && last_detractor < highest, "scale", "last_detractor",
                last_detractor, "must be in [lowest, highest)");
        require(first_promoter > last_detractor && first_promoter <= highest, "scale",
                "first_promoter", first_promoter, "must be in (last_detractor, highest]");
    }
    friend constexpr bool operator==(scale_check, scale_check) = default;
};

} // namespace detail

/// A score scale: whole answers from `lowest` to `highest`; detractors up to `last_detractor`,
/// promoters from `first_promoter`, passives between (there may be none).
///
/// A structural type, so that types can be templated on it. An impossible scale does not compile
/// where it is constexpr, and throws elsewhere. Leave `check` alone: its initialiser is the check.
/// Functions that take a scale at run time check it again, as its members may have been changed.
///
/// Scale:      whole answers within [-1000, 1000].
/// Throws:     invalid_input, when made with impossible cut points.
/// Cost:       O(1).
/// Source:     Reichheld (2003), The one number you need to grow, Harvard Business Review 81(12),
///             https://hbr.org/2003/12/the-one-number-you-need-to-grow
/// Checked:    tests/core/scale_test.cpp
/// Example:    examples/usage.cpp
struct scale {
    int lowest;
    int highest;
    int last_detractor;
    int first_promoter;
    detail::scale_check check =
        detail::scale_check(lowest, highest, last_detractor, first_promoter);

    /// How many different answers there are.
    [[nodiscard]] constexpr std::size_t size() const {
        return static_cast<std::size_t>(highest - lowest) + 1;
    }

    /// Whether `score` is an answer on this scale.
    template <integral_score T>
    [[nodiscard]] constexpr bool contains(T score) const {
        return std::in_range<int>(score) && static_cast<int>(score) >= lowest &&
               static_cast<int>(score) <= highest;
    }

    friend constexpr bool operator==(const scale&, const scale&) = default;
};

namespace detail {

/// `s`, once its members, which may have been changed since it was made, have passed the check.
constexpr const scale& checked(const scale& s) {
    (void)scale_check(s.lowest, s.highest, s.last_detractor, s.first_promoter);
    return s;
}

} // namespace detail

/// 0 to 10: detractors 0-6, passives 7-8, promoters 9-10. The standard scale.
inline constexpr scale zero_to_ten{
    .lowest = 0, .highest = 10, .last_detractor = 6, .first_promoter = 9};
/// 1 to 10: detractors 1-6, passives 7-8, promoters 9-10.
inline constexpr scale one_to_ten{
    .lowest = 1, .highest = 10, .last_detractor = 6, .first_promoter = 9};
/// 1 to 5: detractors 1-3, passives 4, promoters 5.
inline constexpr scale one_to_five{
    .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};
/// 1 to 7: detractors 1-5, passives 6, promoters 7.
inline constexpr scale one_to_seven{
    .lowest = 1, .highest = 7, .last_detractor = 5, .first_promoter = 7};

/// The category of one answer. Whole answers only: 8.5 falls between the classes, so
/// `classify(8.5)` does not compile.
///
/// Throws:     invalid_input, for an answer that is not on the scale and for an impossible scale.
/// Cost:       O(1).
/// Checked:    tests/core/scale_test.cpp
/// Example:    examples/usage.cpp
template <integral_score T>
[[nodiscard]] constexpr category classify(T score, const scale& s = zero_to_ten) {
    if (!detail::checked(s).contains(score)) {
        detail::throw_invalid("classify", "score", score,
                              "must be on the scale " + detail::to_text(s.lowest) + " to " +
                                  detail::to_text(s.highest));
    }
    const int answer = static_cast<int>(score);
    return answer <= s.last_detractor   ? category::detractor
           : answer >= s.first_promoter ? category::promoter
                                        : category::passive;
}

} // namespace nps::inline v0
