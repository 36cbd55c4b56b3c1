// SPDX-License-Identifier: Apache-2.0
/// @file
/// From raw answers to a tally, in one pass.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/response.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>

#include <concepts>
#include <cstdint>
#include <ranges>
#include <type_traits>
#include <vector>

namespace nps::inline v0 {

/// One response: a whole or floating number, or an optional of one.
template <class T>
concept response = integral_score<T> || std::floating_point<T> || detail::is_optional_number<T>;

/// Responses, in any range that can be read once.
template <class R>
concept response_range =
    std::ranges::input_range<R> && response<std::remove_cv_t<std::ranges::range_value_t<R>>>;

/// What becomes of an answer that is off the scale, fractional or infinite.
enum class on_invalid : std::uint8_t {
    throws,   ///< invalid_input, naming its 0-based position and value
    set_aside ///< counted as invalid
};

/// Options of count_scores.
struct count_options {
    on_invalid invalid = on_invalid::throws;
    /// Whole numbers that stand for "no answer", such as 99; none may be on the scale.
    std::vector<std::int64_t> missing_codes = {};
    /// Used where the answers lie side by side in memory; 0: all that the machine has.
    unsigned threads = 1;
};

namespace detail {

template <class Tally, class R>
Tally count_responses(R&& responses, Tally result, const count_options& options) {
    require(options.invalid == on_invalid::throws || options.invalid == on_invalid::set_aside,
            "count_scores", "invalid", static_cast<int>(options.invalid),
            "must be throws or set_aside");
    const response_reader read(result.score_scale(), options.missing_codes, "count_scores");
    std::vector<std::int64_t> counts(result.score_scale().size());
    std::int64_t missing = 0;
    std::int64_t invalid = 0;
    std::int64_t position = 0;
    for (auto&& response : responses) {
        const std::remove_cv_t<std::ranges::range_value_t<R>> value = response;
        const response_meaning meaning = read(value);
        if (meaning.kind == response_kind::valid) {
            ++counts[meaning.slot];
        } else if (meaning.kind == response_kind::missing) {
            ++missing;
        } else if (options.invalid == on_invalid::throws) {
            read.refuse(position, value, "count_scores");
        } else {
            ++invalid;
        }
        ++position;
    }
    for (std::size_t slot = 0; slot < counts.size(); ++slot) {
        result.add(result.score_scale().lowest + static_cast<int>(slot), counts[slot]);
    }
    result.add_missing(missing);
    result.add_invalid(invalid);
    return result;
}

} // namespace detail

/// Counts the answers: `count_scores(answers)`, `count_scores<one_to_ten>(answers)`,
/// `count_scores(raw, {.invalid = on_invalid::set_aside, .missing_codes = {99}})`.
///
/// NaN, an empty optional and a missing code are missing; an infinite or fractional answer and one
/// off the scale are invalid. Nothing is dropped: `responses()` of the result is the length of the
/// range.
///
/// Assumes:    each respondent appears once. Characters are not answers: '9' is 57.
/// Not for:    answers that carry weights.
/// Degenerate: an empty range gives an empty tally.
/// Throws:     invalid_input, for the first invalid answer (`response 3 = 11, must be on the scale
///             0 to 10`; positions from 0, the lowest one with any number of threads) unless they
///             are set aside, and for a missing code that is on the scale.
/// Cost:       O(n), one pass, memory that does not grow with n.
/// Checked:    tests/count/count_scores_test.cpp
/// Example:    examples/counting.cpp
template <scale S = zero_to_ten, response_range R>
[[nodiscard]] basic_tally<S> count_scores(R&& responses, const count_options& options = {}) {
    return detail::count_responses(responses, basic_tally<S>(), options);
}

/// The same, on a scale known only at run time: `count_scores(answers, s)`.
///
/// Throws:     invalid_input, as above.
/// Cost:       as above.
/// Checked:    tests/count/count_scores_test.cpp
/// Example:    examples/counting.cpp
template <response_range R>
[[nodiscard]] dynamic_tally count_scores(R&& responses, const std::same_as<scale> auto& s,
                                         const count_options& options = {}) {
    return detail::count_responses(responses, dynamic_tally(s), options);
}

} // namespace nps::inline v0
