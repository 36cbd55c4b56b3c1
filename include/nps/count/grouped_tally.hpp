// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tallies by segment, touchpoint, channel, wave, or several of these at once.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/grouped_base.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>

#include <cstddef>
#include <tuple>

namespace nps::inline v0 {

/// A tally of scale `S` for each value of one attribute, or for each combination of several, that
/// occurs: `grouped_tally<std::string> by_channel; by_channel.add("app", 9);`, and
/// `grouped_tally<std::string, int> by; by.add("app", 3, 9);`.
///
/// Members: `add(keys..., score, count = 1)`, `add_missing(keys..., count = 1)`,
/// `add_invalid(keys..., count = 1)`, `add_tally(keys..., tally)`; `find(keys...)` (a pointer, null
/// where there is no such group), `at(keys...)`, `contains(keys...)`; `size()` (groups), `empty()`;
/// `begin()` and `end()` over pairs of key (a std::tuple where there are several) and tally, in
/// ascending order of the keys; `total()`; `marginal<I...>()`, the groups by the attributes I
/// alone; `score_scale()`; `+=`, `-=`, `+`, `-`, `==`. A std::string key is looked up with a
/// std::string_view, without a copy. Keys own what they compare, so a std::string_view is no key.
/// A whole-number key takes whole numbers, not fractions, bool or characters.
///
/// Assumes:    each respondent counted once; <, == and std::hash of a key agree. No response is
///             lost where they do not: `total().responses()` is always the number of those added.
/// Degenerate: no group is empty: one is made by its first response, and goes when -= takes its
///             last one, so that `(a + b) - b == a`.
/// Throws:     invalid_input, as basic_tally; for a number that does not fit into the type of a key
///             (300 as std::uint8_t), also where it is only looked up; from at() where there is no
///             such group; from -= where a group would go below zero. Nothing changes then.
/// Cost:       O(1) a response on average; O(log groups) for a new group; a merge is
///             O(groups of both).
/// Checked:    tests/count/grouped_tally_test.cpp
/// Example:    examples/counting.cpp
template <scale S, group_key... Keys>
requires(sizeof...(Keys) > 0) class basic_grouped_tally
    : public detail::grouped_base<basic_grouped_tally<S, Keys...>, basic_tally<S>, Keys...> {
    using base = detail::grouped_base<basic_grouped_tally<S, Keys...>, basic_tally<S>, Keys...>;

public:
    basic_grouped_tally() : base(basic_tally<S>()) {}

    /// Groups by the attributes with these places alone, in this order: `marginal<0>()`.
    template <std::size_t... I>
    requires(sizeof...(I) > 0 && ((I < sizeof...(Keys)) && ...))
        [[nodiscard]] auto marginal() const {
        return this->template fold_into<I...>(
            basic_grouped_tally<S, std::tuple_element_t<I, std::tuple<Keys...>>...>());
    }
};

/// Groups on the standard scale, 0 to 10.
template <group_key... Keys>
using grouped_tally = basic_grouped_tally<zero_to_ten, Keys...>;

/// The same on a scale known only at run time: `dynamic_grouped_tally<std::string> by(s);`.
///
/// Degenerate: as basic_grouped_tally; a default-made one is on the scale 0 to 10.
/// Throws:     as basic_grouped_tally; also invalid_input where the scales of two differ.
/// Cost:       as basic_grouped_tally, and one allocation a group.
/// Checked:    tests/count/grouped_tally_test.cpp
/// Example:    examples/counting.cpp
template <group_key... Keys>
requires(sizeof...(Keys) > 0) class dynamic_grouped_tally
    : public detail::grouped_base<dynamic_grouped_tally<Keys...>, dynamic_tally, Keys...> {
    using base = detail::grouped_base<dynamic_grouped_tally<Keys...>, dynamic_tally, Keys...>;

public:
    dynamic_grouped_tally() : dynamic_grouped_tally(zero_to_ten) {}
    explicit dynamic_grouped_tally(const scale& s) : base(dynamic_tally(s)) {}

    /// Groups by the attributes with these places alone, in this order: `marginal<0>()`.
    template <std::size_t... I>
    requires(sizeof...(I) > 0 && ((I < sizeof...(Keys)) && ...))
        [[nodiscard]] auto marginal() const {
        return this->template fold_into<I...>(
            dynamic_grouped_tally<std::tuple_element_t<I, std::tuple<Keys...>>...>(
                this->score_scale()));
    }
};

} // namespace nps::inline v0
