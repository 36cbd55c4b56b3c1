// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shares and means of the segments of two periods, and what sampling does to a function of them.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// What an answer counts for: 1 for a promoter and -1 for a detractor, or one of these alone.
struct mix_coding {
    double promoter;
    double detractor;

    [[nodiscard]] double mean(const category_counts& c) const {
        const category_weights w(c);
        return (promoter * w.promoters + detractor * w.detractors) / w.n();
    }
    /// Variance of that mean, never 0: of the score after 3/4, 1 1/2, 3/4 answers more, of a share
    /// after one more on each side.
    [[nodiscard]] double error(const category_counts& c) const {
        const category_weights plain(c);
        if (promoter != 0 && detractor != 0) {
            const category_weights w = plain.plus(0.75, 1.5, 0.75);
            return w.variance() / w.n();
        }
        const double n = plain.n() + 2;
        const double p = ((promoter != 0 ? plain.promoters : plain.detractors) + 1) / n;
        return p * (1 - p) / n;
    }
};

inline constexpr mix_coding mix_score{1, -1};
inline constexpr mix_coding mix_promoters{1, 0};
inline constexpr mix_coding mix_detractors{0, -1};

/// The segments of one period.
struct mix_period {
    std::vector<double> weight;
    std::vector<double> mean;  ///< 0 where nobody answered
    std::vector<double> error; ///< variance of the mean
    double overall = 0;
    double between = 0;  ///< variance of the means over the segments
    double answers = 0;  ///< 0 where the weights are known
    double mean_sum = 0; ///< sum of weight^2 error

    mix_period(const std::vector<category_counts>& cells, const std::vector<double>& known,
               const mix_coding& coding, std::int64_t n) {
        const std::size_t size = cells.size();
        running_sum sum;
        for (std::size_t k = 0; k < size; ++k) {
            const bool any = cells[k].n() > 0;
            weight.push_back(known.empty()
                                 ? static_cast<double>(cells[k].n()) / static_cast<double>(n)
                                 : known[k]);
            mean.push_back(any ? coding.mean(cells[k]) : 0);
            error.push_back(any ? coding.error(cells[k]) : 0);
            sum.add(weight[k] * mean[k]);
        }
        overall = sum.value();
        running_sum spread;
        running_sum errors;
        for (std::size_t k = 0; k < size; ++k) {
            spread.add(weight[k] * (mean[k] - overall) * (mean[k] - overall));
            errors.add(weight[k] * weight[k] * error[k]);
        }
        between = spread.value();
        mean_sum = errors.value();
        answers = known.empty() ? static_cast<double>(n) : 0;
    }

    /// Variance of a function with these derivatives by the weights and by the means.
    [[nodiscard]] double variance(const std::vector<double>& by_weight,
                                  const std::vector<double>& by_mean) const {
        running_sum centre;
        running_sum sum;
        for (std::size_t k = 0; k < weight.size(); ++k) {
            centre.add(weight[k] * by_weight[k]);
            sum.add(by_mean[k] * by_mean[k] * error[k]);
        }
        if (answers > 0) {
            const double middle = centre.value();
            for (std::size_t k = 0; k < weight.size(); ++k) {
                const double apart = by_weight[k] - middle;
                sum.add(weight[k] * apart * apart / answers);
            }
        }
        return sum.value();
    }
};

/// Known shares of a period: as many as segments, none where nobody answered, 1 in all.
inline std::vector<double> mix_weights(const std::vector<double>& known,
                                       const std::vector<category_counts>& cells,
                                       std::string_view argument, std::string_view function) {
    if (known.empty()) {
        return {};
    }
    require(known.size() == cells.size(), function, std::string(argument) + ".size()", known.size(),
            "must be one for each segment, or none");
    running_sum sum;
    for (std::size_t k = 0; k < known.size(); ++k) {
        const std::string name = std::string(argument) + "[" + to_text(k) + "]";
        require(known[k] >= 0 && known[k] <= 1, function, name, known[k], "must be in [0, 1]");
        require(known[k] == 0 || cells[k].n() > 0, function, name, known[k],
                "must be 0 where nobody answered");
        sum.add(known[k]);
    }
    require(std::abs(sum.value() - 1) <= 1e-9, function, "sum of " + std::string(argument),
            sum.value(), "must be 1");
    std::vector<double> scaled = known;
    for (double& share : scaled) {
        share /= sum.value();
    }
    return scaled;
}

/// Answers of all segments of a period.
[[nodiscard]] inline std::int64_t mix_answers(const std::vector<category_counts>& cells,
                                              std::string_view argument, std::string_view period,
                                              std::string_view function) {
    category_counts all;
    for (std::size_t k = 0; k < cells.size(); ++k) {
        const std::string name =
            std::string(argument) + "[" + to_text(k) + "]." + std::string(period);
        require_count(cells[k].detractors, function, name + ".detractors");
        require_count(cells[k].passives, function, name + ".passives");
        require_count(cells[k].promoters, function, name + ".promoters");
        require_count(cells[k].n(), function, name + ".n()");
        require_count(all.n() + cells[k].n(), function,
                      "answers " + std::string(period) + " up to " + std::string(argument) + "[" +
                          to_text(k) + "]");
        all += cells[k];
    }
    if (all.n() == 0) {
        throw_undefined(function, "no valid answers " + std::string(period));
    }
    return all.n();
}

/// Whether each segment is in the period, and how much of the mean of both periods' means is of
/// either: half, or all where the other has nobody.
struct mix_pair {
    mix_period before;
    mix_period after;

    [[nodiscard]] bool both(std::size_t k) const {
        return before.weight[k] > 0 && after.weight[k] > 0;
    }
    [[nodiscard]] double part_before(std::size_t k) const {
        return both(k) ? 0.5 : before.weight[k] > 0 ? 1 : 0;
    }
    [[nodiscard]] double part_after(std::size_t k) const {
        return both(k) ? 0.5 : after.weight[k] > 0 ? 1 : 0;
    }
    [[nodiscard]] double middle(std::size_t k) const {
        return part_before(k) * before.mean[k] + part_after(k) * after.mean[k];
    }
    [[nodiscard]] double moved(std::size_t k) const { return after.weight[k] - before.weight[k]; }
    [[nodiscard]] double changed(std::size_t k) const {
        return both(k) ? after.mean[k] - before.mean[k] : 0;
    }
};

} // namespace nps::inline v0::detail
