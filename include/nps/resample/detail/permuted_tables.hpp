// SPDX-License-Identifier: Apache-2.0
/// @file
/// The tables that a group can have when everybody keeps the answer and the groups are dealt anew,
/// and the exact probability of those beyond a boundary.
///
/// Given the pooled counts, the passives of a group are hypergeometric, and given those so are its
/// promoters. The tables beyond a boundary are, for each number of passives, the tail of the
/// promoters from some count on; the boundaries of neighbouring numbers of passives are near each
/// other, so a tail follows from its neighbour's by adding and taking away single probabilities.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/hypergeometric.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nps::inline v0::detail {

/// For one number of passives: the fewest promoters that a table beyond the boundary has, and
/// whether a table with just so many lies on it.
struct boundary_point {
    std::int64_t least;
    bool on_boundary;
};

/// Probability of the tables on or beyond a boundary, and of those on it, over a reference.
struct tail_mass {
    double beyond = 0;
    double on = 0;
};

class permuted_tables {
public:
    /// `pooled` are the counts of both groups, `drawn` the size of the one that is looked at.
    permuted_tables(const category_counts& pooled, std::int64_t drawn)
        : counts_(pooled), drawn_(drawn), fewest_((std::max)(std::int64_t{0}, drawn - others())),
          most_((std::min)(pooled.passives, drawn)) {}

    [[nodiscard]] const category_counts& pooled() const { return counts_; }
    [[nodiscard]] std::int64_t drawn() const { return drawn_; }
    /// Promoters that can come with so many passives.
    [[nodiscard]] std::int64_t fewest_promoters(std::int64_t passives) const {
        return (std::max)(std::int64_t{0}, drawn_ - passives - counts_.detractors);
    }
    [[nodiscard]] std::int64_t most_promoters(std::int64_t passives) const {
        return (std::min)(counts_.promoters, drawn_ - passives);
    }

    /// Log probability of the likeliest table beyond the boundary, or of one nearly so: a number
    /// that the probability of all of them is not below. A table with `passives` must be beyond.
    template <class Boundary>
    [[nodiscard]] double log_reference(const Boundary& boundary, std::int64_t passives) const;

    /// The tables beyond the boundary, in units of exp(log_reference).
    ///
    /// The sum over passives runs from their mode outwards until the probability of such passives,
    /// whatever the promoters, is 1e-24 units: what is left out is below 1e-16 of the result.
    template <class Boundary>
    [[nodiscard]] tail_mass beyond(const Boundary& boundary, double log_reference) const;

private:
    /// Where the sum is. Probabilities of promoters are those given the passives times cap.
    struct position {
        std::int64_t passives;
        std::int64_t promoters; // the boundary, or the last one known
        double weight;          // P(passives) / P(mode)
        double at = 0;          // P(promoters), where inside
        double tail = 0;        // P(promoters or more)
        double peak = 0;        // largest tail since it was summed
        bool inside = false;    // the boundary runs between promoters that can come
        bool on_boundary = false;
    };
    struct scale {
        double log_cap;
        double cap;
    };

    [[nodiscard]] std::int64_t others() const { return counts_.detractors + counts_.promoters; }
    [[nodiscard]] double log_passives(std::int64_t passives) const {
        return log_hypergeometric(passives, counts_.passives, others(), drawn_);
    }
    [[nodiscard]] double log_promoters(std::int64_t passives, std::int64_t promoters) const {
        return log_hypergeometric(promoters, counts_.promoters, counts_.detractors,
                                  drawn_ - passives);
    }
    /// The likeliest number of promoters among the others of the group.
    [[nodiscard]] std::int64_t mode_given(std::int64_t passives) const {
        const double m = static_cast<double>(drawn_ - passives);
        const double mode = std::floor((m + 1) * ((static_cast<double>(counts_.promoters) + 1) /
                                                  (static_cast<double>(others()) + 2)));
        return std::clamp(static_cast<std::int64_t>(mode), fewest_promoters(passives),
                          most_promoters(passives));
    }

    void start(position& p, const scale& s) const;
    void sum_tail(position& p, const scale& s) const;
    void step_up(position& p) const;
    void step_down(position& p) const;
    template <class Boundary>
    void settle(position& p, const Boundary& boundary, const scale& s) const;

    category_counts counts_;
    std::int64_t drawn_;
    std::int64_t fewest_; // passives
    std::int64_t most_;
};

template <class Boundary>
double permuted_tables::log_reference(const Boundary& boundary, std::int64_t passives) const {
    std::int64_t hint = 0;
    const auto log_best = [&](std::int64_t q) {
        if (q < fewest_ || q > most_) {
            return -std::numeric_limits<double>::infinity();
        }
        hint = boundary(q, hint).least;
        if (hint > most_promoters(q)) {
            return -std::numeric_limits<double>::infinity();
        }
        return log_passives(q) + log_promoters(q, (std::max)(hint, mode_given(q)));
    };
    // Climbs by steps that grow while they help. Even ones: the boundary may go in steps of two.
    double best = log_best(passives);
    for (std::int64_t step = 2; step >= 2;) {
        const double up = log_best(passives + step);
        const double down = up > best ? up : log_best(passives - step);
        if (up > best || down > best) {
            passives += up > best ? step : -step;
            best = (std::max)(up, down);
            step *= 2;
        } else {
            step /= 2;
        }
    }
    return best;
}

/// The probability at the boundary and the tail from there, from nothing.
inline void permuted_tables::start(position& p, const scale& s) const {
    p.at = std::exp(log_promoters(p.passives, p.promoters) + s.log_cap);
    sum_tail(p, s);
}

/// The tail by its terms, or where it holds the mode from those of the other side.
inline void permuted_tables::sum_tail(position& p, const scale& s) const {
    constexpr double negligible = 1e-17;
    const double m = static_cast<double>(drawn_ - p.passives);
    const double detractors = static_cast<double>(counts_.detractors);
    const double promoters = static_cast<double>(counts_.promoters);
    double k = static_cast<double>(p.promoters);
    double term = p.at;
    double sum = 0;
    // Ratios fall from term to term, so a geometric series bounds the rest.
    const auto add_all = [&](auto ratio) {
        for (;;) {
            const double r = ratio();
            if (!(term * r > negligible * (1 - r) * sum)) {
                return;
            }
            term *= r;
            sum += term;
        }
    };
    if (p.promoters > mode_given(p.passives)) {
        sum = term;
        add_all([&] {
            const double r = (promoters - k) * (m - k) / ((k + 1) * (detractors - m + k + 1));
            ++k;
            return r;
        });
        p.tail = sum;
    } else {
        add_all([&] {
            const double r = k * (detractors - m + k) / ((promoters - k + 1) * (m - k + 1));
            --k;
            return r;
        });
        p.tail = s.cap - sum;
    }
    p.peak = p.tail;
}

/// One passive more, and one other less: had it been left out, a table with just enough promoters
/// would have lost one of them with probability k / m.
inline void permuted_tables::step_up(position& p) const {
    const double q = static_cast<double>(p.passives);
    const double m = static_cast<double>(drawn_ - p.passives);
    const double left = static_cast<double>(others() - (drawn_ - p.passives)) + 1;
    p.weight *= (static_cast<double>(counts_.passives) - q) * m / ((q + 1) * left);
    if (p.inside) {
        const double k = static_cast<double>(p.promoters);
        p.tail -= p.at * (k / m);
        p.at *= (m - k) * left / ((static_cast<double>(counts_.detractors) - m + k + 1) * m);
    }
    ++p.passives;
}

/// One passive less, and one other more, which lifts a table that lacks one promoter.
inline void permuted_tables::step_down(position& p) const {
    const double q = static_cast<double>(p.passives);
    const double m = static_cast<double>(drawn_ - p.passives);
    const double left = static_cast<double>(others() - (drawn_ - p.passives));
    p.weight *= q * left / ((static_cast<double>(counts_.passives) - q + 1) * (m + 1));
    if (p.inside) {
        const double k = static_cast<double>(p.promoters);
        const double spare = static_cast<double>(counts_.detractors) - m + k;
        const double r = spare / ((m - k + 1) * left);
        p.tail += p.at * k * r;
        p.at *= (m + 1) * r;
    }
    --p.passives;
}

/// Follows the boundary to the promoters that belong to the passives.
template <class Boundary>
void permuted_tables::settle(position& p, const Boundary& boundary, const scale& s) const {
    const auto [least, on_boundary] = boundary(p.passives, p.promoters);
    const std::int64_t fewest = fewest_promoters(p.passives);
    const bool none = least > most_promoters(p.passives);
    const bool all = least < fewest || (least == fewest && !on_boundary);
    p.on_boundary = on_boundary && !none && !all;
    if (none || all) {
        p.inside = false;
        p.promoters = least;
        p.tail = none ? 0 : s.cap;
        return;
    }
    constexpr double too_small = 1e-280; // next to where products underflow
    if (!p.inside || !(p.at > too_small)) {
        p.inside = true;
        p.promoters = least;
        start(p, s);
        return;
    }
    const double m = static_cast<double>(drawn_ - p.passives);
    const double spare = static_cast<double>(counts_.detractors) - m;
    const double promoters = static_cast<double>(counts_.promoters);
    for (; p.promoters > least; --p.promoters) {
        const double k = static_cast<double>(p.promoters);
        p.at *= k * (spare + k) / ((promoters - k + 1) * (m - k + 1));
        p.tail += p.at;
    }
    for (; p.promoters < least; ++p.promoters) {
        const double k = static_cast<double>(p.promoters);
        p.tail -= p.at;
        p.at *= (promoters - k) * (m - k) / ((k + 1) * (spare + k + 1));
    }
    // A tail that has fallen far below where it came from has lost digits.
    if (p.tail < p.peak / 16) {
        sum_tail(p, s);
    }
    p.peak = (std::max)(p.peak, p.tail);
}

template <class Boundary>
tail_mass permuted_tables::beyond(const Boundary& boundary, double log_reference) const {
    const double people = static_cast<double>(counts_.n());
    const double mode = std::floor((static_cast<double>(drawn_) + 1) *
                                   ((static_cast<double>(counts_.passives) + 1) / (people + 2)));
    const std::int64_t middle = std::clamp(static_cast<std::int64_t>(mode), fewest_, most_);
    const double log_middle = log_passives(middle);
    const scale s{log_middle - log_reference, std::exp(log_middle - log_reference)};
    constexpr double negligible = 1e-24;
    constexpr std::int64_t refresh = 1024; // products of ratios drift

    position first{.passives = middle, .promoters = 0, .weight = 1};
    settle(first, boundary, s);
    running_sum beyond;
    running_sum on;
    const auto add = [&](const position& p) {
        beyond.add(p.weight * p.tail);
        if (p.on_boundary) {
            on.add(p.weight * p.at);
        }
    };
    const auto walk = [&](std::int64_t last, auto step) {
        position p = first;
        while (p.passives != last) {
            step(p);
            if (p.passives % refresh == 0) {
                p.weight = std::exp(log_passives(p.passives) - log_middle);
                p.inside = p.inside && p.promoters >= fewest_promoters(p.passives) &&
                           p.promoters <= most_promoters(p.passives);
                if (p.inside) {
                    p.at = std::exp(log_promoters(p.passives, p.promoters) + s.log_cap);
                }
            }
            if (p.weight * s.cap < negligible) {
                return;
            }
            settle(p, boundary, s);
            add(p);
        }
    };
    add(first);
    walk(most_, [&](position& p) { step_up(p); });
    walk(fewest_, [&](position& p) { step_down(p); });
    return {beyond.value(), on.value()};
}

} // namespace nps::inline v0::detail
