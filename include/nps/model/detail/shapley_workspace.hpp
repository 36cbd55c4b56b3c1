// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shapley shares of R^2 from a matrix of correlations, over all subsets or over drawn orders, in
/// memory that is kept from call to call.
#pragma once

#include <nps/model/detail/shapley_elimination.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Who plays: items are the 0-based rows of the correlation matrix, the outcome is its last.
struct shapley_players {
    /// The items of each player; every player has at least one.
    std::vector<std::vector<std::size_t>> items = {};
    /// Items that are in every model.
    std::vector<std::size_t> controls = {};
    /// Items and outcome.
    std::size_t variables = 0;
};

/// Each item is a player, and there are no controls.
[[nodiscard]] inline shapley_players single_items(std::size_t items) {
    shapley_players players;
    players.variables = items + 1;
    for (std::size_t j = 0; j < items; ++j) {
        players.items.push_back({j});
    }
    return players;
}

/// R^2 of the controls, and of all items.
struct shapley_totals {
    double controls = 0;
    double all = 0;
};

/// All subsets, or drawn orders of entry.
enum class shapley_mode : std::uint8_t { exact, sampled };

/// More players are not walked through: 2^30 subsets take a second.
inline constexpr std::size_t most_exact_players = 30;

/// Made once for a set of players and a mode; `exact` or `sampled` may then be called for many
/// matrices. On one thread `exact` allocates nothing.
///
/// The matrix is square and symmetric, one row for each variable; a variable that does not vary has
/// zeros in its row and adds nothing, nor does an item in the span of those that are in.
class shapley_workspace {
public:
    explicit shapley_workspace(const shapley_players& players,
                               shapley_mode mode = shapley_mode::exact,
                               instruction_set instructions = best_instruction_set());
    // Its memory points into itself.
    shapley_workspace(const shapley_workspace&) = delete;
    shapley_workspace& operator=(const shapley_workspace&) = delete;
    shapley_workspace(shapley_workspace&&) = default;
    shapley_workspace& operator=(shapley_workspace&&) = default;
    ~shapley_workspace() = default;

    [[nodiscard]] std::size_t players() const { return places_.size(); }

    /// Writes each player's mean gain of R^2 over all orders of entry.
    shapley_totals exact(std::span<const double> correlations, std::span<double> out,
                         unsigned threads = 1);

    /// The same over `pairs` drawn orders and their reverses, with the standard error of each.
    shapley_totals sampled(std::span<const double> correlations, std::span<double> out,
                           std::span<double> standard_error, std::int64_t pairs, std::uint64_t seed,
                           unsigned threads = 1);

private:
    static constexpr std::size_t lanes = shapley_lanes;
    /// Levels below a block; sums of a block stay short, and blocks are what threads share.
    static constexpr std::size_t most_levels = 15;
    static constexpr std::size_t lane_players = 3;

    /// Pairs of orders that one thread draws at once; each batch of lanes holds four.
    static constexpr std::size_t pairs_of_block = 64;

    /// The memory of one thread.
    struct memory {
        std::vector<double> doubles;
        std::vector<shapley_level> levels; ///< controls, then all players; for `exact`
        double* root = nullptr;
        double* other = nullptr; ///< for `sampled`
        double* in = nullptr;
        double* later = nullptr;
    };

    [[nodiscard]] memory make_memory() const;
    const double* load(memory& m, std::span<const double> correlations) const;
    [[nodiscard]] const double* weight(std::size_t undecided, std::size_t taken) const {
        return weights_.data() + undecided * weight_stride_ + taken * lanes;
    }
    void prepare_exact();
    void run_block(memory& m, const double* state, const double* lane_gain, std::size_t block,
                   double* result) const;
    shapley_totals run_orders(memory& m, std::span<const double> correlations,
                              std::span<const std::vector<std::size_t>> orders,
                              double* gains) const;

    std::size_t variables_ = 0;
    shapley_mode mode_;
    shapley_path path_;
    std::vector<std::size_t> order_;  ///< items: controls, larger players, single items
    std::vector<std::size_t> widths_; ///< of the players in this order
    std::vector<std::size_t> places_; ///< of each player in the caller's order
    std::size_t controls_ = 0;
    std::size_t all_players_ = 0; ///< with players without items that fill the lanes
    std::size_t prefix_ = 0;      ///< players decided before a block
    std::size_t blocks_ = 1;
    std::vector<double> weights_;
    std::size_t weight_stride_ = 0;
    std::vector<double> thresholds_; ///< all lanes; then the lanes in which player 0, 1, 2 is in
    std::vector<memory> memories_;
    std::vector<double> results_;
};

inline shapley_workspace::shapley_workspace(const shapley_players& players, shapley_mode mode,
                                            instruction_set instructions)
    : variables_(players.variables), mode_(mode), path_(shapley_path_for(instructions)) {
    order_ = players.controls;
    controls_ = order_.size();
    const std::size_t count = players.items.size();
    std::size_t singles = 0;
    for (const bool larger : {true, false}) {
        for (std::size_t k = 0; k < count; ++k) {
            if ((players.items[k].size() > 1) == larger) {
                order_.insert(order_.end(), players.items[k].begin(), players.items[k].end());
                widths_.push_back(players.items[k].size());
                places_.push_back(k);
                singles += larger ? 0U : 1U;
            }
        }
    }
    thresholds_.assign(4 * lanes, collinear_tolerance);
    for (std::size_t j = 0; j < lane_players; ++j) {
        for (std::size_t l = 0; l < lanes; ++l) {
            if ((l >> j & 1U) == 0) {
                thresholds_[(j + 1) * lanes + l] = std::numeric_limits<double>::infinity();
            }
        }
    }
    all_players_ = count;
    if (mode == shapley_mode::exact) {
        // Players without items change no share: they fill the last three places and the lanes.
        all_players_ =
            (std::max)(count + (3 - (std::min)(singles, std::size_t{3})), 2 * lane_players);
        widths_.resize(all_players_, 1);
        order_.resize(order_.size() + (all_players_ - count), variables_);
        prepare_exact();
    }
    memories_.push_back(make_memory());
}

inline void shapley_workspace::prepare_exact() {
    const std::size_t after_lanes = all_players_ - lane_players;
    prefix_ = lane_players + (after_lanes > most_levels ? after_lanes - most_levels : 0);
    blocks_ = std::size_t{1} << (prefix_ - lane_players);

    // (t - 1)! (p - t - 1)! / (p - 1)!, by size t: what R^2 of a set of this size counts for each
    // of its members, less what it counts against the others.
    const std::size_t p = all_players_;
    std::vector<double> by_size(p + 1, 0.0);
    by_size[1] = 1 / static_cast<double>(p - 1);
    for (std::size_t t = 2; t < p; ++t) {
        by_size[t] = by_size[t - 1] * static_cast<double>(t - 1) / static_cast<double>(p - t);
    }
    by_size[p] = 1 / static_cast<double>(p);
    const std::size_t levels = p - prefix_;
    weight_stride_ = (p + 1) * lanes;
    weights_.assign((levels + 1) * weight_stride_, 0.0);
    for (std::size_t undecided = 0; undecided <= levels; ++undecided) {
        for (std::size_t taken = 0; taken + undecided <= p; ++taken) {
            for (unsigned l = 0; l < lanes; ++l) {
                const std::size_t size = taken + static_cast<std::size_t>(std::popcount(l));
                if (size + undecided <= p) {
                    weights_[undecided * weight_stride_ + taken * lanes + l] = by_size[size];
                }
            }
        }
        for (std::size_t t = 0; t < p; ++t) {
            by_size[t] += by_size[t + 1];
        }
    }
    results_.resize(blocks_ * all_players_);
}

inline shapley_workspace::memory shapley_workspace::make_memory() const {
    memory m;
    const std::size_t items = order_.size();
    std::vector<std::size_t> widths(controls_, 1);
    widths.insert(widths.end(), widths_.begin(), widths_.end());
    if (mode_ == shapley_mode::sampled) {
        widths.clear(); // orders differ from lane to lane
    }
    std::size_t size = 2 * shapley_state_size(items) + 2 * all_players_ * lanes;
    std::size_t left = items;
    for (const std::size_t width : widths) {
        size += shapley_state_size(left - 1) * (width > 1 ? 2 : 1);
        left -= width;
    }
    m.doubles.assign(size + lanes, 0.0);
    // Vectors that do not cross a line of the cache.
    auto address = reinterpret_cast<std::uintptr_t>(m.doubles.data());
    double* next = m.doubles.data() + (64 - address % 64) % 64 / sizeof(double);
    const auto take = [&next](std::size_t doubles) { return std::exchange(next, next + doubles); };
    m.root = take(shapley_state_size(items));
    m.other = take(shapley_state_size(items));
    m.in = take(all_players_ * lanes);
    m.later = take(all_players_ * lanes);
    left = items;
    for (const std::size_t width : widths) {
        shapley_level level;
        level.items = left;
        level.width = width;
        level.taken = take(shapley_state_size(left - 1));
        level.scratch = width > 1 ? take(shapley_state_size(left - 1)) : nullptr;
        m.levels.push_back(level);
        left -= width;
    }
    return m;
}

/// The state before any decision, the same in all lanes.
inline const double* shapley_workspace::load(memory& m,
                                             std::span<const double> correlations) const {
    double* out = m.root;
    const auto at = [&](std::size_t i, std::size_t k) {
        return i < variables_ && k < variables_ ? correlations[i * variables_ + k] : 0.0;
    };
    for (std::size_t i = 0; i < order_.size(); ++i) {
        for (std::size_t k = i; k <= order_.size(); ++k) {
            const double value = at(order_[i], k < order_.size() ? order_[k] : variables_ - 1);
            for (std::size_t l = 0; l < lanes; ++l) {
                *out++ = value;
            }
        }
    }
    return m.root;
}

inline shapley_totals shapley_workspace::exact(std::span<const double> correlations,
                                               std::span<double> out, unsigned threads) {
    memory& m = memories_.front();
    const double* state = load(m, correlations);
    const double* const every = thresholds_.data();
    shapley_totals totals;
    double gain[lanes];
    for (std::size_t c = 0; c < controls_; ++c) {
        state = path_.take(m.levels[c], state, every, gain);
        totals.controls += gain[0];
    }
    totals.all = totals.controls;
    const double* full = state;
    for (std::size_t k = 0; k < all_players_; ++k) {
        full = path_.take(m.levels[controls_ + k], full, every, gain);
        totals.all += gain[0];
    }
    double lane_gain[lanes] = {};
    for (std::size_t j = 0; j < lane_players; ++j) {
        state = path_.take(m.levels[controls_ + j], state, every + (j + 1) * lanes, gain);
        for (std::size_t l = 0; l < lanes; ++l) {
            lane_gain[l] += gain[l];
        }
    }
    if (blocks_ == 1) {
        run_block(m, state, lane_gain, 0, results_.data());
    } else {
        const auto blocks = static_cast<std::int64_t>(blocks_);
        const std::size_t workers = worker_count(blocks, threads);
        while (memories_.size() < workers) {
            memories_.push_back(make_memory());
        }
        for_each_block(blocks, threads, [&](std::int64_t block, std::size_t worker) {
            const auto b = static_cast<std::size_t>(block);
            run_block(memories_[worker], state, lane_gain, b, &results_[b * all_players_]);
        });
    }
    double sum = 0;
    for (std::size_t k = 0; k < all_players_; ++k) {
        running_sum total;
        for (std::size_t b = 0; b < blocks_; ++b) {
            total.add(results_[b * all_players_ + k]);
        }
        results_[k] = total.value();
        sum += results_[k];
    }
    // What counts against each player is the same for all: the shares sum to the gain of R^2.
    const double against =
        (sum - (totals.all - totals.controls)) / static_cast<double>(all_players_);
    for (std::size_t k = 0; k < places_.size(); ++k) {
        out[places_[k]] = results_[k] - against;
    }
    return totals;
}

/// The subsets whose players between the lanes' and the block's own are those of the bits of
/// `block`.
inline void shapley_workspace::run_block(memory& m, const double* state, const double* lane_gain,
                                         std::size_t block, double* result) const {
    double before[lanes]; // R^2 of what is decided, in each lane
    std::copy(lane_gain, lane_gain + lanes, before);
    for (std::size_t k = lane_players; k < prefix_; ++k) {
        const shapley_level& level = m.levels[controls_ + k];
        if ((block >> (k - lane_players) & 1U) != 0) {
            double gain[lanes];
            state = path_.take(level, state, thresholds_.data(), gain);
            for (std::size_t l = 0; l < lanes; ++l) {
                before[l] += gain[l];
            }
        } else {
            state +=
                shapley_state_size(level.items) - shapley_state_size(level.items - level.width);
        }
    }
    const std::size_t players = all_players_ - prefix_;
    std::fill(m.in, m.in + players * lanes, 0.0);
    std::fill(m.later, m.later + players * lanes, 0.0);
    shapley_walk walk;
    walk.levels = m.levels.data() + controls_ + prefix_;
    walk.players = players;
    walk.weights = weights_.data();
    walk.weight_stride = weight_stride_;
    walk.threshold = thresholds_.data();
    walk.in = m.in;
    walk.later = m.later;
    const auto taken = static_cast<std::size_t>(std::popcount(block));
    double value[lanes];
    path_.step(walk, 0, state, taken, value);

    const auto sum_lanes = [](const double* v) {
        return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
    };
    double later[lanes];
    for (std::size_t l = 0; l < lanes; ++l) {
        value[l] += before[l] * weight(players, taken)[l];
        later[l] = before[l] * weight(players - 1, taken + 1)[l];
    }
    for (std::size_t k = 0; k < prefix_; ++k) {
        double in[lanes];
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t bits = block << lane_players | l;
            in[l] = (bits >> k & 1U) != 0 ? value[l] : 0;
        }
        result[k] = sum_lanes(in);
    }
    double earlier = sum_lanes(later);
    for (std::size_t k = 0; k < players; ++k) {
        result[prefix_ + k] = sum_lanes(m.in + k * lanes) + earlier;
        earlier += sum_lanes(m.later + k * lanes);
    }
}

/// Eight orders of the items side by side; gains[i * lanes + l] is that of item i of order l.
inline shapley_totals
shapley_workspace::run_orders(memory& m, std::span<const double> correlations,
                              std::span<const std::vector<std::size_t>> orders,
                              double* gains) const {
    const std::size_t items = order_.size();
    double* out = m.root;
    for (std::size_t i = 0; i < items; ++i) {
        for (std::size_t k = i; k <= items; ++k) {
            for (std::size_t l = 0; l < lanes; ++l) {
                const std::size_t column = k < items ? orders[l][k] : variables_ - 1;
                *out++ = correlations[orders[l][i] * variables_ + column];
            }
        }
    }
    shapley_totals totals;
    const double* state = m.root;
    for (std::size_t i = 0; i < items; ++i) {
        shapley_level level;
        level.items = items - i;
        level.taken = i % 2 == 0 ? m.other : m.root;
        state = path_.take(level, state, thresholds_.data(), gains + i * lanes);
        totals.all += gains[i * lanes];
        totals.controls += i < controls_ ? gains[i * lanes] : 0;
    }
    return totals;
}

inline shapley_totals shapley_workspace::sampled(std::span<const double> correlations,
                                                 std::span<double> out,
                                                 std::span<double> standard_error,
                                                 std::int64_t pairs, std::uint64_t seed,
                                                 unsigned threads) {
    const std::size_t count = places_.size();
    const std::size_t items = order_.size();
    std::vector<std::size_t> starts(count, controls_); // of each player in order_
    for (std::size_t k = 1; k < count; ++k) {
        starts[k] = starts[k - 1] + widths_[k - 1];
    }
    const std::int64_t size = pairs_of_block;
    const std::int64_t blocks = (pairs + size - 1) / size;
    const std::size_t workers = worker_count(blocks, threads);
    while (memories_.size() < workers) {
        memories_.push_back(make_memory());
    }
    // Of each block: the mean of each player's values over pairs, and their squared deviations.
    std::vector<double> means(static_cast<std::size_t>(blocks) * count);
    std::vector<double> squares(means.size());
    shapley_totals totals;
    for_each_block(blocks, threads, [&](std::int64_t block, std::size_t worker) {
        const std::int64_t first = block * size;
        const auto here = static_cast<std::size_t>((std::min)(size, pairs - first));
        std::vector<std::vector<std::size_t>> orders(lanes, order_);
        std::vector<std::vector<std::size_t>> turns(lanes, std::vector<std::size_t>(count));
        std::vector<double> gains(items * lanes);
        std::vector<double> values(pairs_of_block * count, 0.0);
        for (std::size_t batch = 0; batch < here; batch += lanes / 2) {
            for (std::size_t l = 0; l < lanes; ++l) {
                std::vector<std::size_t>& turn = turns[l];
                if (l % 2 == 0) {
                    const auto pair = static_cast<std::uint32_t>(
                        first + static_cast<std::int64_t>(batch + l / 2));
                    random_stream random(seed, pair, random_purpose::importance_order);
                    for (std::size_t k = 0; k < count; ++k) {
                        const auto to = static_cast<std::size_t>(random.below(k + 1));
                        turn[k] = turn[to];
                        turn[to] = k;
                    }
                } else {
                    std::reverse_copy(turns[l - 1].begin(), turns[l - 1].end(), turn.begin());
                }
                std::size_t place = controls_;
                for (const std::size_t player : turn) {
                    for (std::size_t j = 0; j < widths_[player]; ++j) {
                        orders[l][place++] = order_[starts[player] + j];
                    }
                }
            }
            const shapley_totals found =
                run_orders(memories_[worker], correlations, orders, gains.data());
            if (block == 0 && batch == 0) {
                totals = found;
            }
            for (std::size_t l = 0; l < lanes && batch + l / 2 < here; ++l) {
                std::size_t place = controls_;
                for (const std::size_t player : turns[l]) {
                    double& value = values[(batch + l / 2) * count + player];
                    for (std::size_t j = 0; j < widths_[player]; ++j) {
                        value += gains[place++ * lanes + l] / 2;
                    }
                }
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            double mean = 0;
            for (std::size_t i = 0; i < here; ++i) {
                mean += values[i * count + k];
            }
            mean /= static_cast<double>(here);
            double square = 0;
            for (std::size_t i = 0; i < here; ++i) {
                const double deviation = values[i * count + k] - mean;
                square += deviation * deviation;
            }
            means[static_cast<std::size_t>(block) * count + k] = mean;
            squares[static_cast<std::size_t>(block) * count + k] = square;
        }
    });
    const auto n = static_cast<double>(pairs);
    for (std::size_t k = 0; k < count; ++k) {
        running_sum sum;
        for (std::int64_t b = 0; b < blocks; ++b) {
            const auto here = static_cast<double>((std::min)(size, pairs - b * size));
            sum.add(here * means[static_cast<std::size_t>(b) * count + k]);
        }
        const double mean = sum.value() / n;
        running_sum square;
        for (std::int64_t b = 0; b < blocks; ++b) {
            const auto here = static_cast<double>((std::min)(size, pairs - b * size));
            const auto at = static_cast<std::size_t>(b) * count + k;
            square.add(squares[at]);
            square.add(here * (means[at] - mean) * (means[at] - mean));
        }
        out[places_[k]] = mean;
        standard_error[places_[k]] = std::sqrt(square.value() / (n * (n - 1)));
    }
    return totals;
}

/// R^2 of each subset of the items; bit j of the index says whether item j is in.
///
/// Assumes:    `items` of at most 20; `correlations` of items + 1 rows, the outcome last.
inline std::vector<double> all_subset_r_squared(std::span<const double> correlations,
                                                std::size_t items) {
    std::vector<double> result(std::size_t{1} << items, 0.0);
    // From the last item down, so that what is written lies side by side. States are packed as
    // those of the lanes, one wide, with the items in falling order.
    std::vector<std::vector<double>> states(items + 1);
    for (std::size_t j = 0; j <= items; ++j) {
        states[j].resize(shapley_state_size(j) / shapley_lanes);
    }
    double* out = states[items].data();
    for (std::size_t i = items; i-- > 0;) {
        for (std::size_t k = i + 1; k-- > 0;) {
            *out++ = correlations[i * (items + 1) + k];
        }
        *out++ = correlations[i * (items + 1) + items];
    }
    const auto walk = [&states, &result](auto& self, const double* state, std::size_t left,
                                         std::size_t set, double r_squared) -> void {
        if (left == 0) {
            result[set] = r_squared;
            return;
        }
        const double* in = state + left + 1;
        self(self, in, left - 1, set, r_squared);
        const double inverse = shapley_inverse(state[0], collinear_tolerance);
        double* next = states[left - 1].data();
        for (std::size_t i = 1; i < left; ++i) {
            const double factor = state[i] * inverse;
            for (std::size_t k = i; k <= left; ++k) {
                *next++ = *in++ - factor * state[k];
            }
        }
        self(self, states[left - 1].data(), left - 1, set | std::size_t{1} << (left - 1),
             r_squared + state[left] * state[left] * inverse);
    };
    walk(walk, states[items].data(), items, 0, 0);
    return result;
}

} // namespace nps::inline v0::detail
