// SPDX-License-Identifier: Apache-2.0
/// @file
/// Segments by periods: the split of the score's variance over periods, and series drawn like it.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0::detail {

/// Counts of segments by periods that have answers.
class segment_periods {
public:
    segment_periods(std::span<const std::vector<category_counts>> segments,
                    std::string_view function)
        : segments_(segments.size()) {
        if (segments.empty()) {
            throw_undefined(function, "no segments");
        }
        const std::size_t given = segments.front().size();
        for (std::size_t s = 0; s < segments_; ++s) {
            require(segments[s].size() == given, function, "periods of segment " + to_text(s),
                    segments[s].size(), "must be as many as those of segment 0");
        }
        for (std::size_t t = 0; t < given; ++t) {
            std::int64_t answers = 0;
            for (std::size_t s = 0; s < segments_; ++s) {
                const std::string place =
                    std::string(function) + ": segment " + to_text(s) + ", period " + to_text(t);
                require_counts(segments[s][t], place);
                answers += segments[s][t].n();
                n_ += segments[s][t].n();
                require_count(n_, place, "answers up to here");
            }
            if (answers > 0) {
                sizes_.push_back(answers);
                for (std::size_t s = 0; s < segments_; ++s) {
                    cells_.push_back(segments[s][t]);
                }
            }
        }
    }

    /// The same sizes, with cells to be filled.
    [[nodiscard]] segment_periods emptied() const {
        segment_periods result = *this;
        std::fill(result.cells_.begin(), result.cells_.end(), category_counts{});
        return result;
    }

    [[nodiscard]] std::size_t periods() const { return sizes_.size(); }
    [[nodiscard]] std::size_t segments() const { return segments_; }
    [[nodiscard]] std::int64_t n() const { return n_; }
    [[nodiscard]] std::int64_t size(std::size_t t) const { return sizes_[t]; }
    [[nodiscard]] const category_counts& at(std::size_t s, std::size_t t) const {
        return cells_[t * segments_ + s];
    }
    [[nodiscard]] category_counts& at(std::size_t s, std::size_t t) {
        return cells_[t * segments_ + s];
    }
    [[nodiscard]] double share(std::size_t s, std::size_t t) const {
        return static_cast<double>(at(s, t).n()) / static_cast<double>(sizes_[t]);
    }

private:
    std::size_t segments_;
    std::int64_t n_ = 0;
    std::vector<std::int64_t> sizes_;
    std::vector<category_counts> cells_; // by period, then segment
};

struct segment_split {
    double observed = 0;
    /// sampling, mix, real, twice their covariance
    std::array<double, 4> parts{};
    double mix_variance = 0; // var(M), var(R)
    double rate_variance = 0;
    std::vector<double> rates;
    std::vector<double> rate_variances;
    std::vector<category_counts> totals; // of segments
};

[[nodiscard]] inline segment_split split_of(const segment_periods& data) {
    const std::size_t periods = data.periods();
    const double count = static_cast<double>(periods);
    segment_split result;
    std::vector<double> scores(data.segments());
    std::vector<double> spreads(data.segments()); // V
    std::vector<double> mixes(periods);
    result.rates.resize(periods);
    result.rate_variances.resize(periods);
    running_sum share_error;
    std::vector<double> shares(periods);
    for (std::size_t s = 0; s < data.segments(); ++s) {
        category_counts total;
        running_sum squares;
        double freedom = 1;
        for (std::size_t t = 0; t < periods; ++t) {
            const category_counts& cell = data.at(s, t);
            shares[t] = data.share(s, t);
            if (cell.n() > 0) {
                const category_weights weights(cell);
                squares.add(weights.n() * weights.variance());
                freedom += weights.n() - 1;
                total += cell;
            }
        }
        result.totals.push_back(total);
        if (total.n() > 0) {
            scores[s] = category_weights(total).score();
            spreads[s] = (squares.value() + 0.5) / freedom;
            share_error.add(squared_deviations_of(shares) / (count - 1) * spreads[s] /
                            static_cast<double>(total.n()));
        }
    }
    running_sum between;
    double freedom = 0;
    running_sum inverse_sizes;
    for (std::size_t t = 0; t < periods; ++t) {
        const double n = static_cast<double>(data.size(t));
        running_sum mix;
        running_sum rate;
        running_sum variance;
        for (std::size_t s = 0; s < data.segments(); ++s) {
            const category_counts& cell = data.at(s, t);
            if (cell.n() > 0) {
                const double share = data.share(s, t);
                mix.add(share * scores[s]);
                rate.add(share * (category_weights(cell).score() - scores[s]));
                variance.add(share * spreads[s] / n);
            }
        }
        mixes[t] = mix.value();
        result.rates[t] = rate.value();
        result.rate_variances[t] = variance.value();
        for (std::size_t s = 0; s < data.segments(); ++s) {
            const double apart = scores[s] - mixes[t];
            between.add(static_cast<double>(data.at(s, t).n()) * apart * apart);
        }
        freedom += n - 1;
        inverse_sizes.add(1 / n);
    }
    const double mix_sampling =
        freedom > 0 ? between.value() / freedom * inverse_sizes.value() / count : 0;
    const double rate_sampling = mean_of(result.rate_variances);
    const double mix_mean = mean_of(mixes);
    const double rate_mean = mean_of(result.rates);
    running_sum products;
    std::vector<double> all(periods);
    for (std::size_t t = 0; t < periods; ++t) {
        products.add((mixes[t] - mix_mean) * (result.rates[t] - rate_mean));
        all[t] = mixes[t] + result.rates[t];
    }
    result.observed = squared_deviations_of(all) / (count - 1);
    result.mix_variance = squared_deviations_of(mixes) / (count - 1);
    result.rate_variance = squared_deviations_of(result.rates) / (count - 1);
    result.parts = {rate_sampling + mix_sampling,
                    result.mix_variance - mix_sampling - share_error.value(),
                    result.rate_variance - rate_sampling + share_error.value(),
                    2 * products.value() / (count - 1)};
    return result;
}

/// Series like the observed one: shares of segments and scores within them are drawn towards their
/// means until mix and rate vary as much as they are estimated to do without sampling.
class segment_draw {
public:
    segment_draw(const segment_periods& data, const segment_split& split)
        : empty_(data.emptied()), cells_(data.periods() * data.segments()), last_(data.periods()) {
        const auto kept = [](double part, double variance) {
            return part > 0 && variance > 0 ? std::sqrt((std::min)(part / variance, 1.0)) : 0.0;
        };
        const double mix = kept(split.parts[1], split.mix_variance);
        const double rate = kept(split.parts[2], split.rate_variance);
        std::vector<double> shares(data.periods());
        for (std::size_t s = 0; s < data.segments(); ++s) {
            const category_counts& total = split.totals[s];
            if (total.n() == 0) {
                continue;
            }
            for (std::size_t t = 0; t < data.periods(); ++t) {
                shares[t] = data.share(s, t);
            }
            const double mean = mean_of(shares);
            const auto part = [](std::int64_t k, const category_counts& of) {
                return static_cast<double>(k) / static_cast<double>(of.n());
            };
            for (std::size_t t = 0; t < data.periods(); ++t) {
                const category_counts& own = data.at(s, t);
                const auto towards = [&](std::int64_t category_counts::*which) {
                    const double all = part(total.*which, total);
                    return own.n() == 0 ? all : all + rate * (part(own.*which, own) - all);
                };
                cells_[t * data.segments() + s] = {
                    mean + mix * (shares[t] - mean), towards(&category_counts::detractors),
                    towards(&category_counts::passives), towards(&category_counts::promoters)};
                last_[t] = cells_[t * data.segments() + s].share > 0 ? s : last_[t];
            }
        }
    }

    [[nodiscard]] segment_periods operator()(random_stream& stream) const {
        segment_periods drawn = empty_;
        for (std::size_t t = 0; t < drawn.periods(); ++t) {
            std::int64_t left = drawn.size(t);
            double rest = 0;
            for (std::size_t s = 0; s < drawn.segments(); ++s) {
                rest += cells_[t * drawn.segments() + s].share;
            }
            // Rounding of the shares leaves no answer for a segment that has none.
            for (std::size_t s = 0; s <= last_[t] && left > 0; ++s) {
                const cell& from = cells_[t * drawn.segments() + s];
                const std::int64_t n =
                    s == last_[t] ? left : one_of(left, from.share, rest, stream);
                category_counts& to = drawn.at(s, t);
                to.passives = one_of(n, from.passives, 1, stream);
                to.promoters = one_of(n - to.passives, from.promoters,
                                      from.promoters + from.detractors, stream);
                to.detractors = n - to.passives - to.promoters;
                left -= n;
                rest -= from.share;
            }
        }
        return drawn;
    }

private:
    struct cell {
        double share = 0;
        double detractors = 0;
        double passives = 0;
        double promoters = 0;
    };

    [[nodiscard]] static std::int64_t one_of(std::int64_t n, double part, double whole,
                                             random_stream& stream) {
        return part > 0 ? binomial_draw(n, (std::min)(part / whole, 1.0))(stream) : 0;
    }

    segment_periods empty_;
    std::vector<cell> cells_;
    std::vector<std::size_t> last_;
};

} // namespace nps::inline v0::detail
