// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sums over any stretch of a series of counts, how well two stretches fit, and series made by chance.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/hypergeometric_draw.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// The periods that have answers.
struct change_series {
    std::vector<std::size_t> period;     ///< where each lies in the series given
    std::vector<category_counts> counts; ///< of each
    category_counts all;
};

/// Refuses impossible counts, and names their period.
[[nodiscard]] inline change_series change_series_of(std::span<const category_counts> given,
                                                    std::string_view function) {
    change_series series;
    std::int64_t n = 0;
    for (std::size_t t = 0; t < given.size(); ++t) {
        const std::string name = "series[" + to_text(t) + "]";
        require_count(given[t].detractors, function, name + ".detractors");
        require_count(given[t].passives, function, name + ".passives");
        require_count(given[t].promoters, function, name + ".promoters");
        require_count(given[t].n(), function, name + ".n()");
        n += given[t].n();
        require_count(n, function, "answers up to " + name);
        if (given[t].n() > 0) {
            series.period.push_back(t);
            series.counts.push_back(given[t]);
            series.all += given[t];
        }
    }
    return series;
}

/// x log(x / m) - x + m, with the digits of a small difference.
[[nodiscard]] inline double change_term(double x, double m) {
    return x > 0 ? x * std::log1p((x - m) / m) - (x - m) : m;
}

/// How far above a value another must lie to be larger, whatever rounding does to equal tables.
[[nodiscard]] inline double change_tie(double value) {
    return 1e-9 * value + 1e-12;
}

/// Shares of all answers together.
struct change_pool {
    double n;
    double detractors;
    double passives;
    double promoters;
    double score;
    double variance;

    explicit change_pool(const category_counts& all) : n(static_cast<double>(all.n())) {
        detractors = static_cast<double>(all.detractors) / n;
        passives = static_cast<double>(all.passives) / n;
        promoters = static_cast<double>(all.promoters) / n;
        score = static_cast<double>(all.promoters - all.detractors) / n;
        variance = passives * (promoters + detractors) + 4 * promoters * detractors;
    }

    /// Twice the log-likelihood that a stretch gains by shares of its own.
    [[nodiscard]] double gain(const category_counts& c) const {
        const auto size = static_cast<double>(c.n());
        return 2 * (change_term(static_cast<double>(c.detractors), size * detractors) +
                    change_term(static_cast<double>(c.passives), size * passives) +
                    change_term(static_cast<double>(c.promoters), size * promoters));
    }
    /// Squared score test of the mean of a stretch against that of the rest.
    [[nodiscard]] double distance(const category_counts& c) const {
        const auto size = static_cast<double>(c.n());
        const double excess = static_cast<double>(c.promoters - c.detractors) - size * score;
        return variance > 0 ? excess * excess / (variance * size * ((n - size) / n)) : 0;
    }
};

/// The best place to cut a series in two, and how good it and another place are.
struct change_fit {
    std::size_t place = 0; ///< the first of the second part, among periods with answers
    double best = -1;
    double at = 0; ///< at the place that was asked for
};

[[nodiscard]] inline change_fit best_change(std::span<const category_counts> counts,
                                            const change_pool& pool, const category_counts& all,
                                            bool by_score, std::size_t least, std::size_t asked,
                                            std::vector<double>* values = nullptr) {
    change_fit fit;
    category_counts before;
    for (std::size_t k = 1; k + least <= counts.size(); ++k) {
        before.detractors += counts[k - 1].detractors;
        before.passives += counts[k - 1].passives;
        before.promoters += counts[k - 1].promoters;
        if (k < least) {
            continue;
        }
        const category_counts after{all.detractors - before.detractors,
                                    all.passives - before.passives,
                                    all.promoters - before.promoters};
        const double value =
            by_score ? pool.distance(before) : pool.gain(before) + pool.gain(after);
        if (values != nullptr) {
            values->push_back(value);
        }
        if (value > fit.best) {
            fit.best = value;
            fit.place = k;
        }
        if (k == asked) {
            fit.at = value;
        }
    }
    return fit;
}

/// All answers dealt anew over the periods, each keeping its number of answers.
inline void deal_answers(const change_series& series, random_stream& stream,
                         std::vector<category_counts>& dealt) {
    category_counts left = series.all;
    for (std::size_t i = 0; i < series.counts.size(); ++i) {
        const std::int64_t n = series.counts[i].n();
        if (i + 1 == series.counts.size()) {
            dealt[i] = left;
            break;
        }
        category_counts& now = dealt[i];
        now.passives = hypergeometric_draw(left.passives, left.n() - left.passives, n)(stream);
        const std::int64_t others = n - now.passives;
        now.promoters = hypergeometric_draw(left.promoters, left.detractors, others)(stream);
        now.detractors = others - now.promoters;
        left.detractors -= now.detractors;
        left.passives -= now.passives;
        left.promoters -= now.promoters;
    }
}

/// Whole periods in a random order.
inline void deal_periods(const change_series& series, random_stream& stream,
                         std::vector<category_counts>& dealt) {
    dealt = series.counts;
    for (std::size_t left = dealt.size(); left > 1; --left) {
        std::swap(dealt[left - 1], dealt[static_cast<std::size_t>(stream.below(left))]);
    }
}

/// n answers with the shares of `like`.
[[nodiscard]] inline category_counts draw_like(const category_counts& like, std::int64_t n,
                                               random_stream& stream) {
    const auto share = [](std::int64_t some, std::int64_t of) {
        return of > 0 ? static_cast<double>(some) / static_cast<double>(of) : 0;
    };
    category_counts drawn;
    drawn.passives = binomial_draw(n, share(like.passives, like.n()))(stream);
    drawn.promoters = binomial_draw(
        n - drawn.passives, share(like.promoters, like.promoters + like.detractors))(stream);
    drawn.detractors = n - drawn.passives - drawn.promoters;
    return drawn;
}

/// Calls make(stream, buffer) and then keeps value(buffer) for each replicate.
template <class Make, class Value>
[[nodiscard]] std::vector<double> change_replicates(std::int64_t replicates, unsigned threads,
                                                    std::uint64_t seed, random_purpose purpose,
                                                    std::size_t periods, Make make, Value value) {
    std::vector<double> values(static_cast<std::size_t>(replicates));
    constexpr std::int64_t block_size = 16;
    for_each_block((replicates + block_size - 1) / block_size, threads, [&](std::int64_t block) {
        std::vector<category_counts> buffer(periods);
        const std::int64_t last = (std::min)((block + 1) * block_size, replicates);
        for (std::int64_t r = block * block_size; r < last; ++r) {
            random_stream stream(seed, static_cast<std::uint32_t>(r), purpose);
            make(stream, buffer);
            values[static_cast<std::size_t>(r)] = value(buffer);
        }
    });
    return values;
}

/// The smallest of the replicates that at least `level` of them do not pass, for one draw more.
[[nodiscard]] inline double change_quantile(std::vector<double> values, double level,
                                            std::string_view function) {
    const double rank = std::ceil(level * static_cast<double>(values.size() + 1));
    require(rank <= static_cast<double>(values.size()), function, "replicates", values.size(),
            "must be at least level / (1 - level)");
    const auto at = values.begin() + (static_cast<std::ptrdiff_t>(rank) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

} // namespace nps::inline v0::detail
