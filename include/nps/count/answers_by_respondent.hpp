// SPDX-License-Identifier: Apache-2.0
/// @file
/// From a stream of answers, some by the same people, to one line for each respondent.
#pragma once

#include <nps/core/cluster_totals.hpp>
#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace nps::inline v0 {

/// The two sides of a comparison; one group alone is a.
enum class comparison_group : std::uint8_t { a, b };

/// Collects the answers of each respondent, whatever their order and wherever they were counted:
/// `answers_by_respondent<std::string> by; by.add("r17", comparison_group::a, category::promoter);`
/// `by.totals()` is then the summary that compare_clustered_scores and clustered_score answer from.
///
/// Assumes:    == and std::hash of an id agree. An answer is a category (for a score) or a whole
///             number (0 and 1 for a share, ratings for a mean); one measure to a collection.
/// Throws:     invalid_input: a group or category without name, numbers of answers or sums of one
///             respondent beyond 2^53. Nothing changes then, but that += stops in the middle.
/// Cost:       O(1) an answer on average; totals O(respondents); exact in whole numbers.
/// Checked:    tests/count/answers_by_respondent_test.cpp
/// Example:    examples/panel.cpp
template <class Id>
class answers_by_respondent {
public:
    template <integral_score Answer>
    void add(const Id& id, comparison_group group, Answer answer) {
        constexpr std::string_view self = "answers_by_respondent::add";
        detail::require(group == comparison_group::a || group == comparison_group::b, self, "group",
                        static_cast<int>(group), "must be a or b");
        detail::require(std::cmp_greater_equal(answer, -detail::largest_count) &&
                            std::cmp_less_equal(answer, detail::largest_count),
                        self, "answer", answer, "must be in [-2^53, 2^53]");
        const auto sum = static_cast<std::int64_t>(answer);
        join(id,
             group == comparison_group::a ? respondent_totals{.n_a = 1, .sum_a = sum}
                                          : respondent_totals{.n_b = 1, .sum_b = sum},
             self);
    }
    void add(const Id& id, comparison_group group, category answer) {
        detail::require(answer == category::detractor || answer == category::passive ||
                            answer == category::promoter,
                        "answers_by_respondent::add", "answer", static_cast<int>(answer),
                        "must be detractor, passive or promoter");
        add(id, group, static_cast<std::int64_t>(answer) - 1);
    }

    /// How many respondents.
    [[nodiscard]] std::size_t size() const { return respondents_.size(); }

    [[nodiscard]] cluster_totals totals() const {
        cluster_totals result;
        for (const auto& [id, one] : respondents_) {
            result.add(one);
        }
        return result;
    }

    /// Respondents with the same id are the same person.
    answers_by_respondent& operator+=(const answers_by_respondent& other) {
        const auto copy = other.respondents_; // other may be *this
        for (const auto& [id, one] : copy) {
            join(id, one, "answers_by_respondent::operator+=");
        }
        return *this;
    }
    friend bool operator==(const answers_by_respondent&, const answers_by_respondent&) = default;

private:
    void join(const Id& id, const respondent_totals& more, std::string_view function) {
        const auto found = respondents_.find(id);
        const respondent_totals before =
            found == respondents_.end() ? respondent_totals{} : found->second;
        const respondent_totals sum{before.n_a + more.n_a, before.sum_a + more.sum_a,
                                    before.n_b + more.n_b, before.sum_b + more.sum_b};
        const auto check_sum = [&](std::int64_t value, std::string_view name) {
            detail::require(value >= -detail::largest_count && value <= detail::largest_count,
                            function, name, value, "must be in [-2^53, 2^53]");
        };
        detail::require_count(sum.n_a, function, "n_a");
        detail::require_count(sum.n_b, function, "n_b");
        check_sum(sum.sum_a, "sum_a");
        check_sum(sum.sum_b, "sum_b");
        respondents_.insert_or_assign(id, sum);
    }

    std::unordered_map<Id, respondent_totals> respondents_;
};

} // namespace nps::inline v0
