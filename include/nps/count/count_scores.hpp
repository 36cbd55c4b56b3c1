// SPDX-License-Identifier: Apache-2.0
/// @file
/// From raw answers to a tally, in one pass.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/count_block.hpp>
#include <nps/count/detail/response.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/parallel.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
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
    /// Whole numbers that stand for "no answer", such as 99; none may be on the scale, nor beyond
    /// +-2^53 where the answers are floating numbers.
    std::vector<std::int64_t> missing_codes = {};
    /// Used where the answers lie side by side in memory; 0: all that the machine has.
    unsigned threads = 1;
};

namespace detail {

/// One answer after the other, for ranges that are read once.
template <class R>
partial_count count_in_order(R&& responses, const response_reader& read, on_invalid invalid) {
    partial_count sum{.counts = std::vector<std::int64_t>(read.score_scale().size())};
    std::int64_t position = 0;
    for (auto&& response : responses) {
        const std::remove_cv_t<std::ranges::range_value_t<R>> value = response;
        const response_meaning meaning = read(value);
        if (meaning.kind == response_kind::invalid && invalid == on_invalid::throws) {
            read.refuse(position, value, "count_scores");
        }
        sum.add(meaning);
        ++position;
    }
    return sum;
}

/// Answers side by side in memory, in blocks that do not depend on the number of threads.
template <class T>
partial_count count_in_blocks(std::span<const T> responses, const response_reader& read,
                              const count_options& options, instruction_set instructions) {
    constexpr std::size_t least = std::size_t{1} << 20;
    constexpr std::size_t most_blocks = 256;
    const std::size_t block = (std::max)(least, responses.size() / most_blocks + 1);
    const std::size_t blocks = responses.size() / block + 1;
    const partial_count empty{.counts = std::vector<std::int64_t>(read.score_scale().size())};
    std::vector<partial_count> parts(blocks, empty);
    for_each_block(static_cast<std::int64_t>(blocks), options.threads, [&](std::int64_t index) {
        const auto b = static_cast<std::size_t>(index);
        const auto mine =
            responses.subspan(b * block, (std::min)(block, responses.size() - b * block));
        count_block(mine, read, instructions, parts[b]);
        if (parts[b].invalid > 0 && options.invalid == on_invalid::throws) {
            const auto first = std::ranges::find_if(
                mine, [&](const T& value) { return read(value).kind == response_kind::invalid; });
            read.refuse(static_cast<std::int64_t>(b * block) + (first - mine.begin()), *first,
                        "count_scores");
        }
    });
    partial_count sum = empty;
    for (const partial_count& part : parts) {
        for (std::size_t slot = 0; slot < sum.counts.size(); ++slot) {
            sum.counts[slot] += part.counts[slot];
        }
        sum.missing += part.missing;
        sum.invalid += part.invalid;
    }
    return sum;
}

/// `result` comes empty, with its scale.
template <class Tally, class R>
Tally count_responses(R&& responses, Tally result, const count_options& options,
                      instruction_set instructions = best_instruction_set()) {
    require(options.invalid == on_invalid::throws || options.invalid == on_invalid::set_aside,
            "count_scores", "invalid", static_cast<int>(options.invalid),
            "must be throws or set_aside");
    using value = std::remove_cv_t<std::ranges::range_value_t<R>>;
    const response_reader read(result.score_scale(), options.missing_codes, is_floating<value>,
                               "count_scores");
    const partial_count sum = [&] {
        if constexpr (std::ranges::contiguous_range<R> && std::ranges::sized_range<R>) {
            return count_in_blocks(
                std::span<const value>(std::ranges::data(responses), std::ranges::size(responses)),
                read, options, instructions);
        } else {
            return count_in_order(responses, read, options.invalid);
        }
    }();
    for (std::size_t slot = 0; slot < sum.counts.size(); ++slot) {
        result.add(result.score_scale().lowest + static_cast<int>(slot), sum.counts[slot]);
    }
    result.add_missing(sum.missing);
    result.add_invalid(sum.invalid);
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
/// Cost:       O(n), one pass, memory that does not grow with n. Bytes side by side in memory on a
///             scale of at most 16 scores are counted as fast as memory is read (AVX2, AVX-512);
///             then double, float and int; then everything else.
/// Checked:    tests/count/count_scores_test.cpp, tests/count/count_paths_test.cpp
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
