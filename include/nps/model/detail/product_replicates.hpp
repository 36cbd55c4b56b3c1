// SPDX-License-Identifier: Apache-2.0
/// @file
/// Bootstrap replicates, and the jackknife, of any function of cross-products: rows are counted,
/// never copied.
#pragma once

#include <nps/core/error.hpp>
#include <nps/model/detail/model_rows.hpp>
#include <nps/model/detail/product_rows.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/resample_plan.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// The rows of a bootstrap with the plan that says which are drawn together.
struct product_sample {
    product_rows rows;
    resample_plan plan;
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    std::vector<std::string> names = {};
    /// Frequency weights without clusters: single copies are drawn, counted by binomial draws.
    bool by_copies = false;

    /// How many copies the unit stands for, each of which the jackknife leaves out by itself.
    [[nodiscard]] std::int64_t copies(std::size_t unit) const {
        return by_copies ? rows.frequencies()[plan.row(unit)] : 1;
    }
    /// The copies in each stratum.
    [[nodiscard]] std::int64_t copies_of(std::size_t stratum) const {
        std::int64_t sum = 0;
        const std::size_t first = plan.first_unit(stratum);
        for (std::size_t unit = first; unit < first + plan.units_of(stratum); ++unit) {
            sum += copies(unit);
        }
        return sum;
    }
    [[nodiscard]] bool wants_jackknife(jackknife wanted, std::int64_t replicates) const {
        return wanted == jackknife::always ||
               (wanted == jackknife::automatic && std::cmp_less_equal(plan.units(), replicates));
    }

    /// Sums of the data themselves.
    [[nodiscard]] product_sums original() const {
        product_counts counts(rows.rows(), rows.padded());
        counts.change([&](std::span<std::int64_t> all) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                all[i] = rows.frequencies().empty() ? 1 : rows.frequencies()[i];
            }
        });
        product_sums sums;
        rows.add_up(counts, sums);
        return sums;
    }
    [[nodiscard]] centred_products original_products() const {
        centred_products products;
        rows.centre(original(), products);
        return products;
    }

    /// Resample `replicate` under `seed`: that of nps::bootstrap; with copies a multinomial draw in
    /// each stratum, from the same stream.
    void draw(std::uint64_t seed, std::uint32_t replicate, std::vector<std::size_t>& drawn,
              product_counts& counts) const {
        if (!by_copies) {
            plan.draw(seed, replicate, drawn);
            counts.count(drawn);
            if (!rows.frequencies().empty()) {
                counts.change([&](std::span<std::int64_t> all) {
                    for (std::size_t i = 0; i < all.size(); ++i) {
                        all[i] *= rows.frequencies()[i];
                    }
                });
            }
            return;
        }
        counts.change([&](std::span<std::int64_t> all) {
            random_stream stream(seed, replicate, random_purpose::resample);
            for (std::size_t stratum = 0; stratum < plan.strata(); ++stratum) {
                const std::size_t first = plan.first_unit(stratum);
                std::int64_t copies_left = copies_of(stratum);
                std::int64_t draws_left = copies_left;
                for (std::size_t unit = first; unit < first + plan.units_of(stratum); ++unit) {
                    const double share =
                        static_cast<double>(copies(unit)) / static_cast<double>(copies_left);
                    all[plan.row(unit)] = binomial_draw(draws_left, share)(stream);
                    draws_left -= all[plan.row(unit)];
                    copies_left -= copies(unit);
                }
            }
        });
    }
};

/// How often rows can be in one resample, all together: each stratum's heaviest cluster may be drawn
/// every time.
[[nodiscard]] inline double heaviest_resample(const resample_plan& plan,
                                              const Eigen::VectorXd& frequencies) {
    double sum = 0;
    for (std::size_t stratum = 0; stratum < plan.strata(); ++stratum) {
        double heaviest = 0;
        const std::size_t first = plan.first_unit(stratum);
        for (std::size_t unit = first; unit < first + plan.units_of(stratum); ++unit) {
            double weight = 0;
            for (std::size_t place = plan.first_place(unit); place < plan.first_place(unit + 1);
                 ++place) {
                weight += frequencies.data()[plan.row(place)];
            }
            heaviest = (std::max)(heaviest, weight);
        }
        sum += heaviest * static_cast<double>(plan.units_of(stratum));
    }
    return sum;
}

/// Checks the options that every bootstrap of cross-products has: replicates, seed, threads,
/// strata, clusters, jackknife and those of complete_rows.
template <class Items, class Outcome, class Options>
[[nodiscard]] product_sample
make_product_sample(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                    const Options& options, std::string_view function) {
    require(options.replicates >= 2 && options.replicates < std::int64_t{1} << 32, function,
            "replicates", options.replicates, "must be in [2, 2^32)");
    require(options.jackknife <= jackknife::never, function, "jackknife",
            static_cast<int>(options.jackknife), "must be automatic, always or never");
    require(options.strata.empty() || std::cmp_equal(options.strata.size(), items.rows()), function,
            "strata.size()", options.strata.size(),
            "must be the number of rows, " + std::to_string(items.rows()) + ", or 0");
    model_rows rows = complete_rows(items, outcome, options, function);
    if (rows.n < 2) {
        throw_undefined(function, "fewer than two complete rows");
    }
    const auto kept = [&](const auto& all) {
        std::remove_cvref_t<decltype(all)> some;
        for (const Eigen::Index position : rows.positions) {
            if (!all.empty()) {
                some.push_back(all[static_cast<std::size_t>(position)]);
            }
        }
        return some;
    };
    bootstrap_options labels;
    labels.strata = kept(options.strata);
    labels.clusters = rows.clusters;
    resample_plan plan(function, static_cast<std::size_t>(rows.outcome.size()), labels);
    const double heaviest = options.clusters.empty() ? static_cast<double>(rows.n)
                                                     : heaviest_resample(plan, rows.frequencies);
    require(heaviest < 0x1p62, function, "frequency weights of the largest cluster times clusters",
            heaviest, "must be below 2^62");
    return {.rows = product_rows(rows, kept(options.frequency_weights),
                                 kept(options.sampling_weights), heaviest),
            .plan = std::move(plan),
            .n = rows.n,
            .dropped = rows.dropped,
            .names = std::move(rows.names),
            .by_copies = !options.frequency_weights.empty() && options.clusters.empty()};
}

/// Values of a function of cross-products, and whether there were any: false for a sample for
/// which they are not defined.
struct replicate_table {
    std::size_t outputs = 0;
    /// Row by row.
    std::vector<double> values = {};
    std::vector<std::uint8_t> usable = {};

    [[nodiscard]] std::span<const double> row(std::size_t r) const {
        return std::span(values).subspan(r * outputs, outputs);
    }
};

/// Whom to tell, between rounds, how many rows of all tables are done, and whether to go on.
struct product_progress {
    std::function<bool(std::int64_t done, std::int64_t total)> call = {};
    std::int64_t total = 0;
    std::int64_t done = 0;
    bool stopped = false;

    /// Whether the callback ended the work while some was left.
    [[nodiscard]] bool cancelled() const { return call && done < total; }
};

/// Fills a table of `count` rows, in blocks of `block_size`; fewer where `progress` ends the work.
/// `buffers` is a prototype that is copied for each worker; fill(r, buffers, values) says whether
/// the values are defined.
template <class Buffers, class Fill>
[[nodiscard]] replicate_table
fill_replicates(std::size_t count, std::size_t block_size, std::size_t outputs, unsigned threads,
                const Buffers& buffers, product_progress& progress, Fill fill) {
    const auto blocks = static_cast<std::int64_t>((count + block_size - 1) / block_size);
    std::vector<Buffers> workers(worker_count(blocks, threads), buffers);
    replicate_table table{outputs, std::vector<double>(count * outputs),
                          std::vector<std::uint8_t>(count)};
    const std::int64_t round = progress.call ? (blocks + 49) / 50 : blocks;
    std::size_t made = 0;
    for (std::int64_t from = 0; from < blocks && !progress.stopped; from += round) {
        const std::int64_t to = (std::min)(from + round, blocks);
        for_each_block(
            to - from, static_cast<unsigned>(workers.size()),
            [&](std::int64_t block, std::size_t worker) {
                const std::size_t first = static_cast<std::size_t>(from + block) * block_size;
                for (std::size_t r = first; r < (std::min)(first + block_size, count); ++r) {
                    const std::span values = std::span(table.values).subspan(r * outputs, outputs);
                    table.usable[r] = fill(r, workers[worker], values) ? 1 : 0;
                }
            });
        const std::size_t now = (std::min)(static_cast<std::size_t>(to) * block_size, count);
        progress.done += static_cast<std::int64_t>(now - made);
        made = now;
        progress.stopped = progress.call && !progress.call(progress.done, progress.total);
    }
    table.values.resize(made * outputs);
    table.usable.resize(made);
    return table;
}

/// `prepare(row, buffers)` makes the sums of a sample, `statistic` is a prototype that is copied for
/// each worker, with its buffers, and called as statistic(products, values): whether they are
/// defined.
template <class Statistic, class Prepare>
[[nodiscard]] replicate_table product_table(const product_sample& sample, std::size_t count,
                                            std::size_t outputs, unsigned threads,
                                            const Statistic& statistic, product_progress& progress,
                                            Prepare prepare) {
    struct buffers {
        Statistic statistic;
        std::vector<std::size_t> drawn;
        product_counts counts;
        product_sums sums;
        centred_products products;
    };
    const product_counts counts(sample.rows.rows(), sample.rows.padded());
    return fill_replicates(count, 16, outputs, threads, buffers{statistic, {}, counts, {}, {}},
                           progress, [&](std::size_t r, buffers& own, std::span<double> values) {
                               prepare(r, own);
                               sample.rows.centre(own.sums, own.products);
                               return own.statistic(own.products, values);
                           });
}

template <class Statistic>
[[nodiscard]] replicate_table
product_replicates(const product_sample& sample, std::int64_t replicates, std::uint64_t seed,
                   unsigned threads, std::size_t outputs, const Statistic& statistic,
                   product_progress& progress) {
    return product_table(sample, static_cast<std::size_t>(replicates), outputs, threads, statistic,
                         progress, [&](std::size_t r, auto& own) {
                             sample.draw(seed, static_cast<std::uint32_t>(r), own.drawn,
                                         own.counts);
                             sample.rows.add_up(own.counts, own.sums);
                         });
}

/// The values with each unit left out (a row; with frequency weights one copy of it; a cluster).
template <class Statistic>
[[nodiscard]] replicate_table product_jackknife(const product_sample& sample, unsigned threads,
                                                std::size_t outputs, const Statistic& statistic,
                                                product_progress& progress) {
    const product_sums all = sample.original();
    return product_table(sample, sample.plan.units(), outputs, threads, statistic, progress,
                         [&](std::size_t unit, auto& own) {
                             own.sums = all;
                             own.drawn.clear();
                             for (std::size_t place = sample.plan.first_place(unit);
                                  place < sample.plan.first_place(unit + 1); ++place) {
                                 own.drawn.push_back(sample.plan.row(place));
                             }
                             sample.rows.take_away(own.drawn, !sample.by_copies, own.sums);
                         });
}

/// The acceleration of BCa from a value with each unit left out.
///
/// Source:     Efron and Tibshirani (1993), equation 14.15, ISBN 9780412042317; Davison and Hinkley
///             (1997), section 5.3, ISBN 9780521574716
[[nodiscard]] inline double product_acceleration(const product_sample& sample,
                                                 std::span<const double> left_out) {
    double squares = 0;
    double cubes = 0;
    for (std::size_t stratum = 0; stratum < sample.plan.strata(); ++stratum) {
        const std::size_t first = sample.plan.first_unit(stratum);
        const std::size_t last = first + sample.plan.units_of(stratum);
        const auto copies = static_cast<double>(sample.copies_of(stratum));
        const auto [least, largest] = std::ranges::minmax(left_out.subspan(first, last - first));
        // The skewness of rounding says nothing.
        if (copies < 2 ||
            largest - least <= 1e-12 * (std::max)(std::abs(least), std::abs(largest))) {
            continue;
        }
        double mean = 0;
        for (std::size_t unit = first; unit < last; ++unit) {
            mean += left_out[unit] * (static_cast<double>(sample.copies(unit)) / copies);
        }
        for (std::size_t unit = first; unit < last; ++unit) {
            const double l = (copies - 1) / copies * (mean - left_out[unit]);
            squares += static_cast<double>(sample.copies(unit)) * l * l;
            cubes += static_cast<double>(sample.copies(unit)) * l * l * l;
        }
    }
    return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
}

} // namespace nps::inline v0::detail
