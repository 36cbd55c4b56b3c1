// SPDX-License-Identifier: Apache-2.0
/// @file
/// A resample of a survey from its three counts: two binomial draws.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cstdint>

namespace nps::inline v0::detail {

/// The score of a resample and the variance that the resample gives it.
struct drawn_score {
    double value;
    double variance;
};

class score_draw {
public:
    explicit score_draw(const category_counts& counts)
        : people_(counts.n()), n_(static_cast<double>(counts.n())),
          passives_(counts.n(), static_cast<double>(counts.passives) / n_) {
        // Of the others, the fewer are drawn: swapping the ends then mirrors every resample.
        const std::int64_t others = counts.promoters + counts.detractors;
        const std::int64_t fewer = (std::min)(counts.promoters, counts.detractors);
        share_ = others > 0 ? static_cast<double>(fewer) / static_cast<double>(others) : 0.0;
        sign_ = fewer == counts.promoters ? 1 : -1;
    }

    [[nodiscard]] drawn_score operator()(random_stream& stream) const {
        const std::int64_t q = passives_(stream);
        const std::int64_t rest = people_ - q;
        const std::int64_t few = binomial_draw(rest, share_)(stream);
        const double p = static_cast<double>(few) / n_;
        const double d = static_cast<double>(rest - few) / n_;
        // p + d - (p - d)^2 without its cancellation
        return {static_cast<double>(sign_ * (2 * few - rest)) / n_,
                (static_cast<double>(q) / n_ * (p + d) + 4 * p * d) / n_};
    }

private:
    std::int64_t people_;
    double n_;
    binomial_draw passives_;
    double share_ = 0;
    std::int64_t sign_ = 1;
};

/// Calls `replicate(r)` for r = 0 ... replicates - 1, in blocks over threads.
template <class Replicate>
void for_each_replicate(std::int64_t replicates, unsigned threads, Replicate replicate) {
    constexpr std::int64_t block_size = 1024;
    for_each_block((replicates + block_size - 1) / block_size, threads, [&](std::int64_t block) {
        const std::int64_t last = (std::min)((block + 1) * block_size, replicates);
        for (std::int64_t r = block * block_size; r < last; ++r) {
            replicate(r);
        }
    });
}

} // namespace nps::inline v0::detail
