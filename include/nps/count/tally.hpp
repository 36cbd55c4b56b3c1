// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary that everything is answered from: how many gave each score.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/tally_base.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// How many gave each score of scale `S`, how many gave no answer, and how many answers are not on
/// the scale. Merges, and can be taken away again; converts to category_counts, so it goes wherever
/// a published table goes.
///
/// Members: `add(score)`, `add(score, count)`, `add_missing(count = 1)`, `add_invalid(count = 1)`;
/// `count(score)`, `counts()` (from the lowest score upwards), `n()` (valid answers), `missing()`,
/// `invalid()`, `responses()` (all three), `score_scale()`; `+=`, `-=`, `+`, `-`, `==`.
///
/// Assumes:    each respondent counted once; at most 2^53 responses.
/// Not for:    answers that carry weights; a scale known only at run time, see dynamic_tally.
/// Degenerate: an empty tally is a valid one.
/// Throws:     invalid_input, for a score off the scale (with its value and the scale), a count
///             that is negative or takes the responses past 2^53, and from -= where a count would
///             go below zero; nothing changes then. `add(8.5)` and `add(true)` do not compile.
/// Cost:       O(1) a response; O(size of the scale) a merge. No allocation.
/// Checked:    tests/count/tally_test.cpp
/// Example:    examples/counting.cpp
template <scale S>
class basic_tally : public detail::tally_base<basic_tally<S>, std::array<std::int64_t, S.size()>> {
public:
    constexpr basic_tally() = default;

    /// The scale the scores are on.
    [[nodiscard]] static constexpr scale score_scale() { return S; }

    friend constexpr bool operator==(const basic_tally&, const basic_tally&) = default;

private:
    friend detail::tally_base<basic_tally<S>, std::array<std::int64_t, S.size()>>;
    static constexpr std::string_view type_name = "tally";
};

/// The tally of the standard scale, 0 to 10.
using tally = basic_tally<zero_to_ten>;

} // namespace nps::inline v0
