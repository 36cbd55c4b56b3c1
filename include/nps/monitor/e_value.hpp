// SPDX-License-Identifier: Apache-2.0
/// @file
/// E-values: evidence about a score that may be looked at after every answer.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/monitor/detail/score_bets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace nps::inline v0 {

/// Evidence against a hypothesis: under it the expected e-value is at most 1, at any time, also at
/// one chosen by looking at the answers.
///
/// Checked:    tests/monitor/e_value_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct e_value_result {
    /// Natural logarithm of the e-value: e-values may be larger than a double can hold.
    double log_e = 0;
    /// The e-value; the largest double where it is larger.
    double e_value = 1;
    /// min(1, 1 / e): a valid p value at any time; conservative beside that of a planned test.
    double p_value = 1;
    nps::alternative alternative = alternative::two_sided;
    /// Valid answers: of both groups, where there are two.
    std::int64_t n = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

/// Options of score_e_value and score_e_process.
///
/// Checked:    tests/monitor/e_value_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct score_e_value_options {
    /// The hypothesis: the score is this one (two_sided), has not fallen below it (less), does not
    /// lie above it (greater).
    required<double> score;
    nps::alternative alternative = alternative::two_sided;
};

/// Options of score_difference_e_value.
///
/// Checked:    tests/monitor/e_value_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct score_difference_e_value_options {
    /// The hypothesis: a - b is this one (two_sided), is not below it (less), not above it (greater).
    double difference = 0;
    nps::alternative alternative = alternative::two_sided;
};

namespace detail {

[[nodiscard]] inline e_value_result e_value_of(double log_e, alternative side, std::int64_t n) {
    return {.log_e = log_e,
            .e_value = log_e < std::log((std::numeric_limits<double>::max)())
                           ? std::exp(log_e)
                           : (std::numeric_limits<double>::max)(),
            .p_value = (std::min)(1.0, std::exp(-log_e)),
            .alternative = side,
            .n = n,
            .method = "betting"};
}

inline void require_log_e(std::span<const double> log_e, std::string_view function) {
    for (std::size_t i = 0; i < log_e.size(); ++i) {
        if (!std::isfinite(log_e[i])) {
            throw_invalid(function, "log_e[" + to_text(i) + "]", log_e[i], "must be finite");
        }
    }
}

} // namespace detail

/// The e-value of one group against "the score is s", from counts alone.
///
/// Formula:    less: the average over c ~ Beta(1/2, 1/2) of the product over all answers x of
///             1 - c (x - s) / (1 - s), the wealth of who bets the part c of the largest allowed bet
///             that x falls below s. greater: the same of answers with their signs changed, and of -s.
///             two_sided: the mean of the two.
/// Assumes:    the expected next answer, given all before, is s (less: s or more; greater: s or
///             less). Nothing else: the shares may move as long as the score does not, and the
///             order of answers does not matter, so that a tally of any period is enough. Answers
///             of the same person twice are not new evidence.
/// Not for:    a score whose target moves; weighted answers.
/// Degenerate: no answers give 1.
/// Throws:     invalid_input: a score outside (-1, 1).
/// Cost:       10 us, for any n.
/// Source:     Waudby-Smith, Ramdas (2024), doi:10.1093/jrsssb/qkad009 (betting);
///             Cover, Ordentlich (1996), doi:10.1109/18.485708 (the average over bets)
/// Checked:    tests/reference/score_e_value.csv (mpmath); false alarms by simulation under
///             continuous peeking: tests/monitor/sequential_simulation_test.cpp
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline e_value_result score_e_value(const category_counts& counts,
                                                  const score_e_value_options& options) {
    constexpr std::string_view self = "score_e_value";
    detail::require_counts(counts, self);
    detail::require_alternative(options.alternative, self);
    const double s = options.score;
    detail::require(s > -1 && s < 1, self, "score", s, "must be in (-1, 1)");
    return detail::e_value_of(detail::score_wealth(counts, s, options.alternative).log,
                              options.alternative, counts.n());
}

/// The e-value against "the scores of a and b differ by `difference`", from two independent groups
/// whose answers arrive in any order.
///
/// Formula:    greater: the least over m of (evidence that a lies above m + difference) x (evidence
///             that b lies below m), each as in score_e_value; less: the mirror image; two_sided:
///             the least over m of the mean of the two products.
/// Assumes:    as score_e_value, in each group.
/// Degenerate: a group without answers gives an e-value of at most 1.
/// Throws:     invalid_input: a difference outside (-2, 2).
/// Cost:       0.5 ms, for any n.
/// Source:     Waudby-Smith, Ramdas (2024), doi:10.1093/jrsssb/qkad009;
///             Turner, Ly, Grunwald (2024), doi:10.1016/j.jspi.2023.106116 (two streams)
/// Checked:    tests/reference/score_e_value.csv (mpmath); tests/monitor/e_value_test.cpp
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline e_value_result
score_difference_e_value(const category_counts& a, const category_counts& b,
                         const score_difference_e_value_options& options = {}) {
    constexpr std::string_view self = "score_difference_e_value";
    detail::require_counts(a, self);
    detail::require_counts(b, self);
    detail::require_count(a.n() + b.n(), self, "n of a and b");
    detail::require_alternative(options.alternative, self);
    detail::require(options.difference > -2 && options.difference < 2, self, "difference",
                    options.difference, "must be in (-2, 2)");
    return detail::e_value_of(
        detail::difference_wealth(a, b, options.difference, options.alternative).log,
        options.alternative, a.n() + b.n());
}

/// An e-value that grows with the answers, and the largest that it has been. To stop an alarm at
/// level alpha: raise it when `evidence().p_value <= alpha`, whenever that is.
///
/// Assumes:    as score_e_value; each answer is added once.
/// Throws:     invalid_input, from the constructor and from add; nothing changes then.
/// Cost:       10 us a batch, 32 bytes.
/// Source:     Ramdas, Grunwald, Vovk, Shafer (2023), doi:10.1214/23-STS894
/// Checked:    tests/monitor/e_value_test.cpp, tests/monitor/sequential_simulation_test.cpp
/// Example:    examples/monitor_sequential.cpp
class score_e_process {
public:
    explicit score_e_process(const score_e_value_options& options) : options_(options) {
        static_cast<void>(score_e_value({}, options));
    }

    /// Takes a batch of answers and gives the evidence now; inside a batch order does not matter.
    e_value_result add(const category_counts& batch) {
        const category_counts sum = counts_ + batch;
        const e_value_result now = score_e_value(sum, options_);
        counts_ = sum;
        largest_log_e_ = (std::max)(largest_log_e_, now.log_e);
        return now;
    }

    /// All answers so far.
    [[nodiscard]] const category_counts& counts() const { return counts_; }
    /// The largest e-value after any batch, with its p value min(1, 1 / e), valid at any time. It is
    /// a p value: no e-value, and not to be merged as one.
    [[nodiscard]] e_value_result evidence() const {
        return detail::e_value_of(largest_log_e_, options_.alternative, counts_.n());
    }

private:
    score_e_value_options options_;
    category_counts counts_{};
    double largest_log_e_ = 0;
};

/// How e-values of one hypothesis are merged.
enum class e_value_merge : std::uint8_t {
    average, ///< whatever they have to do with each other
    product  ///< independent ones, or each made from answers after those of the one before
};

/// One e-value from several of the same hypothesis, as logarithms: of its segments, its methods, or
/// its periods.
///
/// Formula:    average: log of the mean of exp(log_e); product: the sum of log_e.
/// Assumes:    product: independent, or sequential on disjoint answers.
/// Degenerate: none give 0, an e-value of 1.
/// Throws:     invalid_input, which names the position of a value that is not finite, and for a sum
///             that is not.
/// Cost:       O(values).
/// Source:     Vovk, Wang (2021), doi:10.1214/20-AOS2020
/// Checked:    tests/monitor/e_value_test.cpp
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline double merge_log_e_values(std::span<const double> log_e,
                                               e_value_merge how = e_value_merge::average) {
    constexpr std::string_view self = "merge_log_e_values";
    detail::require(how == e_value_merge::average || how == e_value_merge::product, self, "how",
                    static_cast<int>(how), "must be average or product");
    detail::require_log_e(log_e, self);
    if (log_e.empty()) {
        return 0;
    }
    double sum = 0;
    if (how == e_value_merge::product) {
        for (const double value : log_e) {
            sum += value;
        }
        detail::require(std::isfinite(sum), self, "sum of log_e", sum, "must be finite");
        return sum;
    }
    const double largest = *std::max_element(log_e.begin(), log_e.end());
    for (const double value : log_e) {
        sum += std::exp(value - largest);
    }
    return largest + std::log(sum / static_cast<double>(log_e.size()));
}

} // namespace nps::inline v0
