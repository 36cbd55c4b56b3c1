// SPDX-License-Identifier: Apache-2.0
/// @file
/// The elimination behind Shapley shares of R^2: eight subsets of items side by side, from one
/// state to the next by taking in an item (a Schur complement) or leaving it out (dropping a row).
///
/// A state holds, for the items not yet decided, their partial covariances and those with the
/// outcome, given the items taken in: row i has the entries (i, i) ... (i, last) and (i, outcome),
/// each of them eight lanes wide. Leaving out the first item is a step of the pointer.
#pragma once

#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace nps::inline v0::detail {

inline constexpr std::size_t shapley_lanes = 8;

/// An item whose variance, given the items taken in, is not above this part of its own variance
/// lies in their span: it adds nothing.
inline constexpr double collinear_tolerance = 1e-10;

/// Doubles of a state of so many items.
[[nodiscard]] constexpr std::size_t shapley_state_size(std::size_t items) {
    return (items * (items + 1) / 2 + items) * shapley_lanes;
}

[[gnu::always_inline]] inline void shapley_add(double* __restrict to,
                                               const double* __restrict term) {
    for (std::size_t l = 0; l < shapley_lanes; ++l) {
        to[l] += term[l];
    }
}

/// When an item is taken in, in each lane.
struct shapley_limits {
    /// Its variance has to be above this; infinity: it is left out.
    double least[shapley_lanes];
    /// Stands for a variance that is not: infinity, and not known to the compiler, which would make
    /// a branch of it.
    double instead[shapley_lanes];
};

/// 1 / variance; 0 where the variance is not above `least`.
[[gnu::always_inline]] inline double shapley_inverse(double variance, double least,
                                                     double instead) {
    return 1 / (variance > least ? variance : instead);
}

/// Takes in the first of `items` items, in those lanes that the limits allow: writes the state
/// of the others and how much R^2 grew.
[[gnu::always_inline]] inline void shapley_take(const double* __restrict state, std::size_t items,
                                                const shapley_limits& limits,
                                                double* __restrict out, double* __restrict gain) {
    constexpr std::size_t lanes = shapley_lanes;
    const double* __restrict first = state;
    const double* __restrict in = state + (items + 1) * lanes;
    double inverse[lanes];
    for (std::size_t l = 0; l < lanes; ++l) {
        const double with_outcome = first[items * lanes + l];
        inverse[l] = shapley_inverse(first[l], limits.least[l], limits.instead[l]);
        gain[l] = with_outcome * with_outcome * inverse[l];
    }
    for (std::size_t i = 1; i < items; ++i) {
        double factor[lanes];
        for (std::size_t l = 0; l < lanes; ++l) {
            factor[l] = first[i * lanes + l] * inverse[l];
        }
        for (std::size_t k = i; k <= items; ++k) {
            for (std::size_t l = 0; l < lanes; ++l) {
                out[l] = in[l] - factor[l] * first[k * lanes + l];
            }
            in += lanes;
            out += lanes;
        }
    }
}

/// One player (an item, or a group of items that count as one) of the walk.
struct shapley_level {
    std::size_t items = 0; ///< not yet decided, before this player is
    std::size_t width = 1; ///< items of this player
    double* taken = nullptr;
    double* scratch = nullptr; ///< for players of more than one item
};

/// What a walk needs and what it adds up. The weights of subtrees are those of
/// shapley_workspace::weights.
struct shapley_walk {
    const shapley_level* levels = nullptr;
    std::size_t players = 0;
    const double* weights = nullptr;
    std::size_t weight_stride = 0;
    const shapley_limits* limits = nullptr;
    double* in = nullptr;    ///< for each player: weighted sums over its "in" branches
    double* later = nullptr; ///< for each player: its gains, weighted for the players after it

    [[nodiscard]] const double* weight(std::size_t undecided, std::size_t taken) const {
        return weights + undecided * weight_stride + taken * shapley_lanes;
    }
};

/// Takes in all items of a player; adds to `gain` where that is asked for.
[[gnu::always_inline]] inline const double* shapley_take_player(const shapley_level& level,
                                                                const double* state,
                                                                const shapley_limits& limits,
                                                                double* gain) {
    double* out = level.width % 2 == 1 ? level.taken : level.scratch;
    double* other = level.width % 2 == 1 ? level.scratch : level.taken;
    shapley_take(state, level.items, limits, out, gain);
    for (std::size_t j = 1; j < level.width; ++j) {
        double more[shapley_lanes];
        shapley_take(out, level.items - j, limits, other, more);
        for (std::size_t l = 0; l < shapley_lanes; ++l) {
            gain[l] += more[l];
        }
        double* const next = other;
        other = out;
        out = next;
    }
    return out;
}

/// All subsets of the last three items at once. Writes the sum over these subsets of weight times
/// how much they add to R^2.
[[gnu::always_inline]] inline void shapley_last_three(const shapley_walk& walk, const double* state,
                                                      std::size_t taken, double* __restrict value) {
    constexpr std::size_t lanes = shapley_lanes;
    const double* __restrict a = state;
    const double* __restrict least_of = walk.limits->least;
    const double* __restrict instead_of = walk.limits->instead;
    const double* __restrict w01 = walk.weight(0, taken + 1);
    const double* __restrict w02 = walk.weight(0, taken + 2);
    const double* __restrict w03 = walk.weight(0, taken + 3);
    const double* __restrict w11 = walk.weight(1, taken + 1);
    const double* __restrict w12 = walk.weight(1, taken + 2);
    const double* __restrict w21 = walk.weight(2, taken + 1);
    // Written to arrays of this function first: nothing that is read can be one of them, and the
    // loop becomes vectors without a question.
    double in_u[lanes];
    double in_v[lanes];
    double in_w[lanes];
    double later_u[lanes];
    double later_v[lanes];
    double sum[lanes];
    for (std::size_t l = 0; l < lanes; ++l) {
        const double least = least_of[l];
        const double instead = instead_of[l];
        const double uu = a[l];
        const double uv = a[lanes + l];
        const double uw = a[2 * lanes + l];
        const double uy = a[3 * lanes + l];
        const double vv = a[4 * lanes + l];
        const double vw = a[5 * lanes + l];
        const double vy = a[6 * lanes + l];
        const double ww = a[7 * lanes + l];
        const double wy = a[8 * lanes + l];
        // Without u: {w}, {v}, {v, w}.
        const double w_alone = wy * wy * shapley_inverse(ww, least, instead) * w01[l];
        const double v_inverse = shapley_inverse(vv, least, instead);
        const double v_gain = vy * vy * v_inverse;
        const double vw_factor = vw * v_inverse;
        const double wy_v = wy - vw_factor * vy;
        const double w_with_v =
            wy_v * wy_v * shapley_inverse(ww - vw_factor * vw, least, instead) * w02[l];
        const double v_alone = v_gain * w11[l] + w_with_v;
        // With u: {u}, {u, w}, {u, v}, {u, v, w}.
        const double u_inverse = shapley_inverse(uu, least, instead);
        const double u_gain = uy * uy * u_inverse;
        const double uv_factor = uv * u_inverse;
        const double uw_factor = uw * u_inverse;
        const double vv_u = vv - uv_factor * uv;
        const double vw_u = vw - uv_factor * uw;
        const double vy_u = vy - uv_factor * uy;
        const double ww_u = ww - uw_factor * uw;
        const double wy_u = wy - uw_factor * uy;
        const double w_with_u = wy_u * wy_u * shapley_inverse(ww_u, least, instead) * w02[l];
        const double v_u_inverse = shapley_inverse(vv_u, least, instead);
        const double v_u_gain = vy_u * vy_u * v_u_inverse;
        const double vw_u_factor = vw_u * v_u_inverse;
        const double wy_uv = wy_u - vw_u_factor * vy_u;
        const double w_with_uv =
            wy_uv * wy_uv * shapley_inverse(ww_u - vw_u_factor * vw_u, least, instead) * w03[l];
        const double v_with_u = v_u_gain * w12[l] + w_with_uv;
        const double with_u = u_gain * w21[l] + (w_with_u + v_with_u);
        in_u[l] = with_u;
        in_v[l] = v_alone + v_with_u;
        in_w[l] = (w_alone + w_with_v) + (w_with_u + w_with_uv);
        later_u[l] = u_gain * w12[l];
        later_v[l] = v_gain * w02[l] + v_u_gain * w03[l];
        sum[l] = (w_alone + v_alone) + with_u;
    }
    double* const in = walk.in + (walk.players - 3) * lanes;
    double* const later = walk.later + (walk.players - 3) * lanes;
    shapley_add(in, in_u);
    shapley_add(in + lanes, in_v);
    shapley_add(in + 2 * lanes, in_w);
    shapley_add(later, later_u);
    shapley_add(later + lanes, later_v);
    std::copy(sum, sum + lanes, value);
}

/// All subsets of the players from `at` on, given a state and how many players were taken in.
template <class Path>
[[gnu::always_inline]] inline void shapley_step(const shapley_walk& walk, std::size_t at,
                                                const double* state, std::size_t taken,
                                                double* __restrict value) {
    constexpr std::size_t lanes = shapley_lanes;
    const std::size_t undecided = walk.players - at;
    if (undecided == 3) {
        shapley_last_three(walk, state, taken, value);
        return;
    }
    const shapley_level& level = walk.levels[at];
    std::size_t rows = 0;
    for (std::size_t j = 0; j < level.width; ++j) {
        rows += level.items - j + 1;
    }
    double without[lanes];
    Path::step(walk, at + 1, state + rows * lanes, taken, without);
    double gain[lanes];
    double with[lanes];
    const double* const next = shapley_take_player(level, state, *walk.limits, gain);
    Path::step(walk, at + 1, next, taken + 1, with);
    const double* __restrict all = walk.weight(undecided - 1, taken + 1);
    const double* __restrict one_more = walk.weight(undecided - 2, taken + 2);
    double* __restrict in = walk.in + at * lanes;
    double* __restrict later = walk.later + at * lanes;
    for (std::size_t l = 0; l < lanes; ++l) {
        const double branch = with[l] + gain[l] * all[l];
        in[l] += branch;
        later[l] += gain[l] * one_more[l];
        value[l] = without[l] + branch;
    }
}

/// One body for each instruction set; none contracts, so that all give the same bits.
struct shapley_plain {
    static void step(const shapley_walk& walk, std::size_t at, const double* state,
                     std::size_t taken, double* value) {
        shapley_step<shapley_plain>(walk, at, state, taken, value);
    }
    static const double* take(const shapley_level& level, const double* state,
                              const shapley_limits& limits, double* gain) {
        return shapley_take_player(level, state, limits, gain);
    }
};

#if defined(__x86_64__) && defined(__GNUC__)
struct shapley_avx2 {
    [[gnu::target("avx2")]] static void step(const shapley_walk& walk, std::size_t at,
                                             const double* state, std::size_t taken,
                                             double* value) {
        shapley_step<shapley_avx2>(walk, at, state, taken, value);
    }
    [[gnu::target("avx2")]] static const double* take(const shapley_level& level,
                                                      const double* state,
                                                      const shapley_limits& limits, double* gain) {
        return shapley_take_player(level, state, limits, gain);
    }
};
#endif

/// Which body a walk runs.
struct shapley_path {
    void (*step)(const shapley_walk&, std::size_t, const double*, std::size_t,
                 double*) = &shapley_plain::step;
    const double* (*take)(const shapley_level&, const double*, const shapley_limits&,
                          double*) = &shapley_plain::take;
};

[[nodiscard]] inline shapley_path
shapley_path_for(instruction_set instructions = best_instruction_set()) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain) {
        return {&shapley_avx2::step, &shapley_avx2::take};
    }
#else
    static_cast<void>(instructions);
#endif
    return {};
}

} // namespace nps::inline v0::detail
