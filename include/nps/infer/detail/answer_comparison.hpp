// SPDX-License-Identifier: Apache-2.0
/// @file
/// From a method's tails and limits to the answer of a comparison: which hypothesis, which side,
/// which interval. The same for scores, shares and means.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace nps::inline v0::detail {

/// What is asked, as the options of each comparison hold it.
struct comparison_question {
    nps::alternative alternative;
    nps::claim claim;
    double null_difference;
    double equivalence_margin;
    double level;
};

/// A test of one hypothesised difference. `below` is the p value of the alternative less, `above`
/// that of greater.
struct comparison_test {
    double statistic = 0;
    double standard_error = 0;
    double below = 1;
    double above = 1;
    double two_sided = 1;
};

/// Ends of the range of the difference.
struct difference_range {
    double lowest;
    double highest;
};

/// For a method that tests only equality, since its statistic is made as if the groups were one.
inline void require_equality(const comparison_question& ask, std::string_view function,
                             std::string_view method) {
    require(ask.claim == claim::difference, function, "claim", static_cast<int>(ask.claim),
            "must be difference for method " + std::string(method));
    require(ask.null_difference == 0, function, "null_difference", ask.null_difference,
            "must be 0 for method " + std::string(method));
}

inline void require_question(const comparison_question& ask, const difference_range& range,
                             std::string_view function) {
    require_level(ask.level, function);
    require_alternative(ask.alternative, function);
    require(std::isfinite(ask.null_difference) && ask.null_difference > range.lowest &&
                ask.null_difference < range.highest,
            function, "null_difference", ask.null_difference,
            "must be a number inside the range of a difference");
    require(ask.claim == claim::difference || ask.claim == claim::equivalence ||
                ask.claim == claim::non_inferiority || ask.claim == claim::superiority,
            function, "claim", static_cast<int>(ask.claim), "must be a named claim");
    if (ask.claim == claim::difference) {
        require(ask.equivalence_margin == 0, function, "equivalence_margin", ask.equivalence_margin,
                "needs a claim: equivalence, non_inferiority or superiority");
        return;
    }
    // The interval of equivalence has level 1 - 2 alpha.
    require(ask.claim != claim::equivalence || ask.level > 0.5, function, "level", ask.level,
            "must be above 0.5 for the claim equivalence");
    require(std::isfinite(ask.equivalence_margin) && ask.equivalence_margin > 0 &&
                ask.equivalence_margin < range.highest,
            function, "equivalence_margin", ask.equivalence_margin,
            "must be positive and inside the range of a difference");
    require(ask.null_difference == 0, function, "null_difference", ask.null_difference,
            "must be 0 with a claim, whose margin is the hypothesis");
    require(ask.alternative == alternative::two_sided, function, "alternative",
            static_cast<int>(ask.alternative), "must be left alone with a claim, which has a side");
}

/// `method.test(delta)` gives a comparison_test, `method.limit(tail, upper)` the limit that leaves
/// a nominal `tail` beyond it. `result` brings the difference, the sizes and the names.
template <class Method>
[[nodiscard]] comparison answer_comparison(const Method& method, const comparison_question& ask,
                                           const difference_range& range, comparison result) {
    comparison_test test;
    bounds sides = bounds::two_sided;
    double level = ask.level;
    const auto at_least = [&](double hypothesis) {
        result.alternative = alternative::greater;
        result.null_difference = hypothesis;
        sides = bounds::lower;
        test = method.test(hypothesis);
        result.p_value = test.above;
    };
    switch (ask.claim) {
    case claim::difference:
        result.alternative = ask.alternative;
        result.null_difference = ask.null_difference;
        test = method.test(ask.null_difference);
        if (ask.alternative == alternative::two_sided) {
            result.p_value = test.two_sided;
        } else {
            const bool greater = ask.alternative == alternative::greater;
            result.p_value = greater ? test.above : test.below;
            sides = greater ? bounds::lower : bounds::upper;
        }
        break;
    case claim::equivalence: {
        const comparison_test upper = method.test(ask.equivalence_margin);
        at_least(-ask.equivalence_margin);
        if (upper.below > test.above) {
            test = upper;
            result.alternative = alternative::less;
            result.null_difference = ask.equivalence_margin;
            result.p_value = test.below;
        }
        sides = bounds::two_sided;
        level = 2 * ask.level - 1;
        break;
    }
    case claim::non_inferiority:
        at_least(-ask.equivalence_margin);
        break;
    case claim::superiority:
        at_least(ask.equivalence_margin);
        break;
    }
    result.claim = ask.claim;
    result.statistic = test.statistic;
    result.standard_error = test.standard_error;
    const double tail =
        ask.claim == claim::equivalence ? 1 - ask.level : tail_probability(level, sides);
    double lower = sides == bounds::upper ? range.lowest : method.limit(tail, false);
    double upper = sides == bounds::lower ? range.highest : method.limit(tail, true);
    if (lower > upper && sides == bounds::two_sided) {
        std::swap(lower, upper); // rounding, where next to nothing lies between them
    }
    result.interval.lower = std::clamp(lower, range.lowest, range.highest);
    result.interval.upper = std::clamp(upper, range.lowest, range.highest);
    result.interval.level = level;
    result.interval.sides = sides;
    result.interval.n = result.n_a + result.n_b;
    result.interval.clipped = result.interval.lower != lower || result.interval.upper != upper;
    if (result.interval.method.empty()) {
        result.interval.method = result.method;
    }
    return result;
}

} // namespace nps::inline v0::detail
