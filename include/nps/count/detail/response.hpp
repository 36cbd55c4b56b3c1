// SPDX-License-Identifier: Apache-2.0
/// @file
/// What one response means: an answer on the scale, no answer, or one that cannot be.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/detail/tally_base.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

template <class T>
inline constexpr bool is_optional_number = false;
template <class T>
inline constexpr bool is_optional_number<std::optional<T>> =
    integral_score<T> || std::floating_point<T>;

template <class T>
inline constexpr bool is_floating = std::floating_point<T>;
template <class T>
inline constexpr bool is_floating<std::optional<T>> = std::floating_point<T>;

enum class response_kind : std::uint8_t { valid, missing, invalid };

struct response_meaning {
    response_kind kind;
    /// Place on the scale, from the lowest score; 0 unless valid.
    std::size_t slot;
};

/// A scale, and the codes that stand for "no answer".
class response_reader {
public:
    /// `floating`: whether the responses are floating numbers, which know no code beyond 2^53.
    response_reader(const scale& s, const std::vector<std::int64_t>& missing_codes, bool floating,
                    std::string_view function)
        : scale_(s), codes_(missing_codes) {
        for (const std::int64_t code : codes_) {
            if (s.contains(code)) {
                throw_invalid(function, "missing_codes", code, "must not be " + on_the_scale(s));
            }
            require(!floating || (code >= -largest_count && code <= largest_count), function,
                    "missing_codes", code, "must be in [-2^53, 2^53] for floating responses");
        }
    }

    [[nodiscard]] const scale& score_scale() const { return scale_; }

    template <integral_score T>
    [[nodiscard]] response_meaning operator()(T value) const {
        if (scale_.contains(value)) {
            return {response_kind::valid,
                    static_cast<std::size_t>(static_cast<int>(value) - scale_.lowest)};
        }
        const bool missing = std::ranges::any_of(
            codes_, [value](std::int64_t code) { return std::cmp_equal(code, value); });
        return {missing ? response_kind::missing : response_kind::invalid, 0};
    }

    template <std::floating_point T>
    [[nodiscard]] response_meaning operator()(T value) const {
        if (std::isnan(value)) {
            return {response_kind::missing, 0};
        }
        // Beyond 2^53 there is neither a scale nor a code, and infinity must not be converted.
        constexpr auto bound = static_cast<T>(largest_count);
        if (!(value >= -bound && value <= bound) || std::trunc(value) != value) {
            return {response_kind::invalid, 0};
        }
        return (*this)(static_cast<std::int64_t>(value));
    }

    template <class T>
    [[nodiscard]] response_meaning operator()(const std::optional<T>& value) const {
        return value ? (*this)(*value) : response_meaning{response_kind::missing, 0};
    }

    /// Names the 0-based position and the value of a response that is invalid.
    template <class T>
    [[noreturn]] void refuse(std::int64_t position, T value, std::string_view function) const {
        throw_invalid(function, "response " + to_text(position), value,
                      (integral_score<T> ? "must be " : "must be a whole number ") +
                          on_the_scale(scale_));
    }
    template <class T>
    [[noreturn]] void refuse(std::int64_t position, const std::optional<T>& value,
                             std::string_view function) const {
        refuse(position, value.value(), function);
    }

private:
    scale scale_;
    std::vector<std::int64_t> codes_;
};

} // namespace nps::inline v0::detail
