// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows that checks of a classifier use: a score, what came true, and weights.
#pragma once

#include <nps/core/error.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// Rows of positive weight.
struct scored_rows {
    std::vector<double> score = {};
    std::vector<bool> positive = {};
    std::vector<double> times = {};
    std::vector<double> sampling = {};
    /// Rows as often as they were seen.
    std::int64_t n = 0;
    std::int64_t positives = 0;

    [[nodiscard]] double weight(std::size_t i) const { return times[i] * sampling[i]; }
    [[nodiscard]] double weight_of(bool outcome) const {
        double sum = 0;
        for (std::size_t i = 0; i < score.size(); ++i) {
            sum += positive[i] == outcome ? weight(i) : 0;
        }
        return sum;
    }
    void add(double value, bool one, std::int64_t often, double stands_for) {
        score.push_back(value);
        positive.push_back(one);
        times.push_back(static_cast<double>(often));
        sampling.push_back(stands_for);
        n += often;
        positives += one ? often : 0;
    }
};

[[nodiscard]] inline scored_rows scored_rows_of(std::span<const double> scores,
                                                std::span<const std::uint8_t> outcome,
                                                const std::vector<std::int64_t>& frequency_weights,
                                                const std::vector<double>& sampling_weights,
                                                std::string_view function) {
    const std::size_t rows = scores.size();
    const std::string allowed = "must be the number of rows, " + to_text(rows);
    require(outcome.size() == rows, function, "outcome.size()", outcome.size(), allowed);
    require(frequency_weights.empty() || frequency_weights.size() == rows, function,
            "frequency_weights.size()", frequency_weights.size(), allowed + ", or 0");
    require(sampling_weights.empty() || sampling_weights.size() == rows, function,
            "sampling_weights.size()", sampling_weights.size(), allowed + ", or 0");
    scored_rows result;
    double largest = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::int64_t times = frequency_weights.empty() ? 1 : frequency_weights[i];
        const double stands_for = sampling_weights.empty() ? 1 : sampling_weights[i];
        const std::string at = "[" + to_text(i) + "]";
        require(std::isfinite(scores[i]), function, "scores" + at, scores[i], "must be finite");
        require(outcome[i] <= 1, function, "outcome" + at, outcome[i], "must be 0 or 1");
        require(times >= 0 && times <= largest_count, function, "frequency_weights" + at, times,
                "must be in [0, 2^53]");
        require(stands_for >= 0 && std::isfinite(stands_for), function, "sampling_weights" + at,
                stands_for, "must be finite and not negative");
        largest = stands_for > largest ? stands_for : largest;
        if (times > 0 && stands_for > 0) {
            result.add(scores[i], outcome[i] == 1, times, stands_for);
            require_count(result.n, function, "n");
        }
    }
    for (double& w : result.sampling) {
        w /= largest; // no sum or square overflows
    }
    return result;
}

} // namespace nps::inline v0::detail
