// SPDX-License-Identifier: Apache-2.0
/// @file
/// The words of a programme: its attributes, what becomes of an answer, and the id of one.
#pragma once

#include <nps/count/period.hpp>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// What becomes of an answer whose period has been closed.
enum class late_answers : std::uint8_t {
    set_aside, ///< counted as late, in no tally
    counted    ///< counted as late, and in the tally of its period
};

/// What became of an answer.
enum class answer_outcome : std::uint8_t {
    counted,       ///< in the tally of its attributes and period
    missing,       ///< there too, as a response without an answer
    invalid_score, ///< there too, as one that is off the scale
    invalid_time,  ///< in no tally: its time cannot be read
    late,          ///< in no tally: its period is closed, and late answers are set aside
    duplicate      ///< in no tally: its id was there before
};

/// What a programme tally is of: fixed when it is made.
///
/// Checked:    tests/count/programme_tally_test.cpp
/// Example:    examples/monitor_programme.cpp
struct programme_tally_options {
    /// Names, such as {"touchpoint", "channel"}; each once.
    std::vector<std::string> attributes{};
    period_unit unit = period_unit::day;
    /// Of local time, in minutes east of UTC: see count/period.hpp.
    int utc_offset = 0;
    late_answers late = late_answers::set_aside;
    friend bool operator==(const programme_tally_options&,
                           const programme_tally_options&) = default;
};

/// Which cells are asked for.
///
/// Checked:    tests/count/programme_tally_test.cpp
/// Example:    examples/monitor_programme.cpp
struct programme_selection {
    /// Attributes that are fixed: {{"touchpoint", "shop"}}; all others are added up.
    std::map<std::string, std::string> where{};
    /// The first and the last period; those of the whole tally where they are not given.
    std::optional<period> first{};
    std::optional<period> last{};
};

/// The values of the attributes of one answer, in their order: {"shop", "app"}. A view.
///
/// Checked:    tests/count/programme_tally_test.cpp
/// Example:    examples/monitor_programme.cpp
class attribute_values {
public:
    // NOLINTBEGIN(google-explicit-constructor)
    constexpr attribute_values(std::initializer_list<std::string_view> values)
        : values_(values.begin(), values.size()) {}
    constexpr attribute_values(std::span<const std::string_view> values) : values_(values) {}
    constexpr attribute_values(const std::vector<std::string_view>& values) : values_(values) {}
    // NOLINTEND(google-explicit-constructor)
    [[nodiscard]] constexpr std::span<const std::string_view> span() const { return values_; }

private:
    std::span<const std::string_view> values_;
};

/// The id of an answer from its text, such as a survey number: the same everywhere. Two of n open
/// texts share one with probability n^2 / 2^65: 3e-6 for ten millions.
///
/// Formula:    FNV-1a of 64 bits, its bits mixed by the finaliser of SplitMix64
/// Cost:       about 1 ns a byte.
/// Source:     https://datatracker.ietf.org/doc/draft-eastlake-fnv/; Steele, Lea and Flood (2014),
///             doi:10.1145/2660193.2660195
/// Checked:    tests/count/programme_tally_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] constexpr std::uint64_t answer_id(std::string_view text) {
    std::uint64_t h = 0xCBF29CE484222325;
    for (const char c : text) {
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
    return h ^ (h >> 31);
}

} // namespace nps::inline v0
