// SPDX-License-Identifier: Apache-2.0
/// @file
/// Shapley shares of R^2 from a matrix of correlations, exactly, in memory that is kept from call to
/// call.
#pragma once

#include <nps/model/detail/shapley_elimination.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <array>
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

/// More players are not walked through: 2^30 subsets take two seconds.
inline constexpr std::size_t most_exact_players = 30;

/// Made once for a set of players; `exact` may then be called for many matrices, and on one thread
/// allocates nothing.
///
/// The matrix is square and symmetric, one row for each variable; a variable that does not vary has
/// zeros in its row and adds nothing, nor does an item in the span of those that are in.
class shapley_workspace {
public:
    explicit shapley_workspace(const shapley_players& players,
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

private:
    static constexpr std::size_t lanes = shapley_lanes;
    static constexpr double infinity = std::numeric_limits<double>::infinity();
    /// Levels below a block; sums of a block stay short, and blocks are what threads share.
    static constexpr std::size_t most_levels = 15;
    static constexpr std::size_t lane_players = 3;

    /// The memory of one thread.
    struct memory {
        std::vector<double> doubles;
        std::vector<shapley_level> levels; ///< controls, then all players
        double* root = nullptr;
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

    std::size_t variables_ = 0;
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
    /// All lanes; then the lanes in which player 0, 1, 2 is in.
    std::array<shapley_limits, 1 + lane_players> limits_;
    std::vector<memory> memories_;
    std::vector<double> results_;
};

inline shapley_workspace::shapley_workspace(const shapley_players& players,
                                            instruction_set instructions)
    : variables_(players.variables), path_(shapley_path_for(instructions)) {
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
    for (std::size_t j = 0; j <= lane_players; ++j) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const bool in = j == 0 || (l >> (j - 1) & 1U) != 0;
            limits_[j].least[l] = in ? collinear_tolerance : infinity;
            limits_[j].instead[l] = infinity;
        }
    }
    // Players without items change no share: they fill the last three places and the lanes.
    all_players_ = (std::max)(count + (3 - (std::min)(singles, std::size_t{3})), 2 * lane_players);
    widths_.resize(all_players_, 1);
    order_.resize(order_.size() + (all_players_ - count), variables_);
    prepare_exact();
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
    std::size_t size = shapley_state_size(items) + 2 * all_players_ * lanes;
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
    const shapley_limits& every = limits_[0];
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
        state = path_.take(m.levels[controls_ + j], state, limits_[j + 1], gain);
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
            state = path_.take(level, state, limits_[0], gain);
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
    walk.limits = limits_.data();
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

} // namespace nps::inline v0::detail
