// SPDX-License-Identifier: Apache-2.0
/// @file
/// Ratings of several brands by people who may rate more than one: who answered what together.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// For each brand its detractors, passives and promoters, and for each pair of brands the 3 x 3
/// table of those who rated both: all that a comparison of the brands' scores needs, whoever rated
/// which of them.
///
/// Assumes:    each respondent added once, with all brands that they rated.
/// Degenerate: a respondent who rated no brand is counted in respondents() alone; a default-made one
///             has no brands.
/// Throws:     invalid_input: answers for another number of brands, a value that is no category, a
///             position where there is no brand, other brands in += and -=, more than 2^53
///             respondents, a count below zero from -=. Nothing changes then.
/// Cost:       O(brands rated^2) a respondent; 36 brands^2 bytes.
/// Checked:    tests/count/brand_ratings_test.cpp
/// Example:    examples/competitive.cpp
class brand_ratings {
public:
    brand_ratings() = default;
    explicit brand_ratings(std::size_t brands)
        : counts_(brands), pairs_(brands < 2 ? 0 : brands * (brands - 1) / 2) {}

    /// One respondent, or `respondents` who answered alike: what they say of each brand, nothing
    /// where they did not rate it.
    void add(std::span<const std::optional<category>> answers, std::int64_t respondents = 1);

    /// People who rated this brand and no other: a rival's tally from a survey of its own.
    void add_separate(std::size_t brand, const category_counts& counts);

    [[nodiscard]] std::size_t brands() const { return counts_.size(); }
    /// People added, also those who rated no brand.
    [[nodiscard]] std::int64_t respondents() const { return respondents_; }

    /// All who rated the brand.
    [[nodiscard]] const category_counts& counts(std::size_t brand) const {
        require_brand(brand, "counts", "brand");
        return counts_[brand];
    }

    /// Those who rated both `a` and `b`: for each category of a, in the order of the enumeration,
    /// what they say of b.
    [[nodiscard]] std::array<category_counts, 3> counts_of_both(std::size_t a, std::size_t b) const;

    brand_ratings& operator+=(const brand_ratings& other);
    brand_ratings& operator-=(const brand_ratings& other);

    friend brand_ratings operator+(brand_ratings a, const brand_ratings& b) { return a += b; }
    friend brand_ratings operator-(brand_ratings a, const brand_ratings& b) { return a -= b; }
    friend bool operator==(const brand_ratings&, const brand_ratings&) = default;

private:
    using pair_table = std::array<category_counts, 3>;

    [[nodiscard]] static std::size_t slot_of(category c) { return static_cast<std::size_t>(c); }
    [[nodiscard]] static std::int64_t& cell(category_counts& counts, category c) {
        return c == category::detractor ? counts.detractors
               : c == category::passive ? counts.passives
                                        : counts.promoters;
    }
    /// Of a < b.
    [[nodiscard]] std::size_t pair_slot(std::size_t a, std::size_t b) const {
        return a * (2 * brands() - a - 1) / 2 + (b - a - 1);
    }
    void require_brand(std::size_t brand, std::string_view function,
                       std::string_view argument) const {
        detail::require(brand < brands(), "brand_ratings::" + std::string(function), argument,
                        brand,
                        "must be the position of a brand, below " + detail::to_text(brands()));
    }
    void require_room(std::int64_t more, std::string_view function,
                      std::string_view argument) const {
        detail::require(more >= 0 && more <= detail::largest_count - respondents_,
                        "brand_ratings::" + std::string(function), argument, more,
                        "must be at least 0 and leave at most 2^53 respondents in all");
    }
    void require_same_brands(const brand_ratings& other, std::string_view function) const {
        detail::require(other.brands() == brands(), "brand_ratings::" + std::string(function),
                        "brands", other.brands(), "must be " + detail::to_text(brands()));
    }
    /// Nobody can have rated two brands and not each of them.
    void require_consistent(std::string_view function) const;

    std::vector<category_counts> counts_;
    std::vector<pair_table> pairs_;
    std::int64_t respondents_ = 0;
};

inline void brand_ratings::add(std::span<const std::optional<category>> answers,
                               std::int64_t respondents) {
    detail::require(answers.size() == brands(), "brand_ratings::add", "answers.size()",
                    answers.size(), "must be the number of brands, " + detail::to_text(brands()));
    require_room(respondents, "add", "respondents");
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i]) {
            detail::require(slot_of(*answers[i]) < 3, "brand_ratings::add",
                            "answers[" + detail::to_text(i) + "]", static_cast<int>(*answers[i]),
                            "must be detractor, passive or promoter");
        }
    }
    for (std::size_t a = 0; a < answers.size(); ++a) {
        if (!answers[a]) {
            continue;
        }
        cell(counts_[a], *answers[a]) += respondents;
        for (std::size_t b = a + 1; b < answers.size(); ++b) {
            if (answers[b]) {
                cell(pairs_[pair_slot(a, b)][slot_of(*answers[a])], *answers[b]) += respondents;
            }
        }
    }
    respondents_ += respondents;
}

inline void brand_ratings::add_separate(std::size_t brand, const category_counts& counts) {
    require_brand(brand, "add_separate", "brand");
    detail::require_counts(counts, "brand_ratings::add_separate");
    require_room(counts.n(), "add_separate", "counts.n()");
    counts_[brand] += counts;
    respondents_ += counts.n();
}

inline std::array<category_counts, 3> brand_ratings::counts_of_both(std::size_t a,
                                                                    std::size_t b) const {
    require_brand(a, "counts_of_both", "a");
    require_brand(b, "counts_of_both", "b");
    detail::require(a != b, "brand_ratings::counts_of_both", "b", b,
                    "must be another brand than a");
    if (a < b) {
        return pairs_[pair_slot(a, b)];
    }
    const pair_table& t = pairs_[pair_slot(b, a)];
    return {{{t[0].detractors, t[1].detractors, t[2].detractors},
             {t[0].passives, t[1].passives, t[2].passives},
             {t[0].promoters, t[1].promoters, t[2].promoters}}};
}

inline void brand_ratings::require_consistent(std::string_view function) const {
    for (std::size_t a = 0; a < brands(); ++a) {
        for (std::size_t b = 0; b < brands(); ++b) {
            if (a == b) {
                continue;
            }
            const pair_table both = counts_of_both(a, b);
            const category_counts& all = counts_[a];
            const bool fits = both[0].n() <= all.detractors && both[1].n() <= all.passives &&
                              both[2].n() <= all.promoters;
            detail::require(fits, "brand_ratings::" + std::string(function),
                            "ratings of brand " + detail::to_text(a), all.n(),
                            "must hold those who also rated brand " + detail::to_text(b));
        }
        detail::require(counts_[a].n() <= respondents_, "brand_ratings::" + std::string(function),
                        "respondents", respondents_,
                        "must be at least the raters of brand " + detail::to_text(a));
    }
}

inline brand_ratings& brand_ratings::operator+=(const brand_ratings& other) {
    require_same_brands(other, "operator+=");
    require_room(other.respondents_, "operator+=", "respondents");
    // Every count is at most the respondents, so that none of these sums can pass 2^53.
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_[i] += other.counts_[i];
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            pairs_[i][c] += other.pairs_[i][c];
        }
    }
    respondents_ += other.respondents_;
    return *this;
}

inline brand_ratings& brand_ratings::operator-=(const brand_ratings& other) {
    require_same_brands(other, "operator-=");
    detail::require(other.respondents_ <= respondents_, "brand_ratings::operator-=", "respondents",
                    other.respondents_, "must be at most " + detail::to_text(respondents_));
    brand_ratings rest = *this;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        rest.counts_[i] -= other.counts_[i];
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            rest.pairs_[i][c] -= other.pairs_[i][c];
        }
    }
    rest.respondents_ -= other.respondents_;
    rest.require_consistent("operator-=");
    return *this = std::move(rest);
}

} // namespace nps::inline v0
