// SPDX-License-Identifier: Apache-2.0
/// @file
/// What tally and dynamic_tally share: the counts, and everything that is done with them.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace nps::inline v0::detail {

[[nodiscard]] inline std::string on_the_scale(const scale& s) {
    return "on the scale " + to_text(s.lowest) + " to " + to_text(s.highest);
}

/// `Derived` knows its scale, `Counts` holds one count for each score of it. Responses never pass
/// 2^53 together, so no sum of counts can overflow.
template <class Derived, class Counts>
class tally_base {
public:
    /// One response, or `count` equal ones. Whole scores on the scale only.
    template <integral_score T, integral_score Count = int>
    constexpr void add(T score, Count count = 1) {
        const std::size_t slot = slot_of(score, "add");
        const std::int64_t more = room_for(count, "add", "count");
        counts_[slot] += more;
        n_ += more;
    }

    /// `count` responses without an answer.
    template <integral_score Count = int>
    constexpr void add_missing(Count count = 1) {
        missing_ += room_for(count, "add_missing", "count");
    }

    /// `count` responses that are no answers on the scale.
    template <integral_score Count = int>
    constexpr void add_invalid(Count count = 1) {
        invalid_ += room_for(count, "add_invalid", "count");
    }

    /// How many gave this score.
    template <integral_score T>
    [[nodiscard]] constexpr std::int64_t count(T score) const {
        return counts_[slot_of(score, "count")];
    }

    /// How many gave each score, from the lowest upwards: a view into this tally.
    [[nodiscard]] constexpr std::span<const std::int64_t> counts() const { return counts_; }

    /// Valid answers.
    [[nodiscard]] constexpr std::int64_t n() const { return n_; }
    [[nodiscard]] constexpr std::int64_t missing() const { return missing_; }
    [[nodiscard]] constexpr std::int64_t invalid() const { return invalid_; }
    /// Valid, missing and invalid together.
    [[nodiscard]] constexpr std::int64_t responses() const { return n_ + missing_ + invalid_; }

    constexpr Derived& operator+=(const Derived& other) {
        require_same_scale(other, "operator+=");
        room_for(other.responses(), "operator+=", "added responses");
        for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
            counts_[slot] += other.counts_[slot];
        }
        n_ += other.n_;
        missing_ += other.missing_;
        invalid_ += other.invalid_;
        return self();
    }

    constexpr Derived& operator-=(const Derived& other) {
        require_same_scale(other, "operator-=");
        for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
            if (counts_[slot] < other.counts_[slot]) {
                fail("operator-=",
                     "count of " + to_text(self().score_scale().lowest + static_cast<int>(slot)),
                     counts_[slot] - other.counts_[slot], "must not go below 0");
            }
        }
        if (missing_ < other.missing_) {
            fail("operator-=", "missing", missing_ - other.missing_, "must not go below 0");
        }
        if (invalid_ < other.invalid_) {
            fail("operator-=", "invalid", invalid_ - other.invalid_, "must not go below 0");
        }
        for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
            counts_[slot] -= other.counts_[slot];
        }
        n_ -= other.n_;
        missing_ -= other.missing_;
        invalid_ -= other.invalid_;
        return self();
    }

    friend constexpr Derived operator+(Derived a, const Derived& b) {
        a += b;
        return a;
    }
    friend constexpr Derived operator-(Derived a, const Derived& b) {
        a -= b;
        return a;
    }

    constexpr operator category_counts() const { // NOLINT(google-explicit-constructor)
        const scale s = self().score_scale();
        category_counts sums;
        for (int score = s.lowest; score <= s.highest; ++score) {
            const std::int64_t count = counts_[static_cast<std::size_t>(score - s.lowest)];
            (score <= s.last_detractor   ? sums.detractors
             : score >= s.first_promoter ? sums.promoters
                                         : sums.passives) += count;
        }
        return sums;
    }

protected:
    constexpr tally_base() = default;
    constexpr explicit tally_base(Counts zeros) : counts_(std::move(zeros)) {}
    friend constexpr bool operator==(const tally_base&, const tally_base&) = default;

private:
    [[nodiscard]] constexpr Derived& self() { return static_cast<Derived&>(*this); }
    [[nodiscard]] constexpr const Derived& self() const {
        return static_cast<const Derived&>(*this);
    }

    template <class T>
    [[noreturn]] static void fail(std::string_view member, std::string_view argument,
                                  const T& value, std::string_view allowed) {
        throw_invalid(std::string(Derived::type_name) + "::" + std::string(member), argument, value,
                      allowed);
    }

    template <integral_score T>
    [[nodiscard]] constexpr std::size_t slot_of(T score, std::string_view member) const {
        const scale s = self().score_scale();
        if (!s.contains(score)) {
            fail(member, "score", score, "must be " + on_the_scale(s));
        }
        return static_cast<std::size_t>(static_cast<int>(score) - s.lowest);
    }

    /// `count`, once it is known that so many more keep all sums within 2^53.
    template <integral_score Count>
    constexpr std::int64_t room_for(Count count, std::string_view member,
                                    std::string_view argument) const {
        if (std::cmp_less(count, 0) || std::cmp_greater(count, largest_count - responses())) {
            fail(member, argument, count,
                 "must be at least 0 and leave at most 2^53 responses in all");
        }
        return static_cast<std::int64_t>(count);
    }

    constexpr void require_same_scale(const Derived& other, std::string_view member) const {
        if (self().score_scale() != other.score_scale()) {
            fail(
                member, "other scale",
                to_text(other.score_scale().lowest) + " to " + to_text(other.score_scale().highest),
                "must have the same cut points as this one, " + on_the_scale(self().score_scale()));
        }
    }

    Counts counts_{};
    std::int64_t n_ = 0;
    std::int64_t missing_ = 0;
    std::int64_t invalid_ = 0;
};

} // namespace nps::inline v0::detail
