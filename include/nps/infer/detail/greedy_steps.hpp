// SPDX-License-Identifier: Apache-2.0
/// @file
/// Units bought one at a time, the most valuable first, without walking through them one at a time.
#pragma once

#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// A sum that misses a limit by a few units in the last place meets it.
inline constexpr double within_rounding = 1 + 16 * std::numeric_limits<double>::epsilon();

/// The greedy solution of a separable problem with diminishing returns (Fox 1966,
/// doi:10.1287/mnsc.13.3.210).
///
/// Stratum h has units[h] and may have up to most[h]; its next unit costs price[h] and is worth
/// worth(h, units[h]) a unit of price, which never rises with the units. All steps are in one order:
/// worth more first, then the step after which the next is worth less, then the earlier stratum. So
/// whatever takes the first steps of that order, by any way, arrives where the greedy algorithm
/// does. leap() takes all worth more than a threshold at once and halves the threshold's range; only
/// steps of equal worth and those behind a step that was too dear are walked one by one.
///
/// `Steps` has worth(h, k), and guess(h, threshold): about how many units stratum h has when all of
/// its steps worth more than the threshold are taken (mended here, so a few units off are harmless).
template <class Steps>
class greedy_steps {
public:
    greedy_steps(const Steps& steps, std::vector<std::int64_t> units,
                 std::vector<std::int64_t> most, std::vector<double> price)
        : steps_(steps), units_(std::move(units)), most_(std::move(most)),
          price_(std::move(price)) {}

    [[nodiscard]] const std::vector<std::int64_t>& units() const { return units_; }

    [[nodiscard]] double cost(const std::vector<std::int64_t>& units) const {
        running_sum sum;
        for (std::size_t h = 0; h < units.size(); ++h) {
            sum.add(price_[h] * static_cast<double>(units[h]));
        }
        return sum.value();
    }

    /// Takes every step that is worth more than some threshold, the lowest for which `before(units)`
    /// still holds; `before` holds now, and once it fails it fails for more units too.
    template <class Before>
    void leap(const Before& before) {
        std::vector<std::int64_t> over = most_;
        double highest = 0;
        for (std::size_t h = 0; h < units_.size(); ++h) {
            if (units_[h] < most_[h]) {
                highest = (std::max)(highest, steps_.worth(h, units_[h]));
            }
            over[h] = taken(h, 0, units_[h], most_[h]);
        }
        if (before(over)) {
            units_ = std::move(over);
            rebuild();
            return;
        }
        // Positive doubles are in the order of their bits: halving these ends after 64 rounds.
        std::uint64_t low = 0;
        auto high = std::bit_cast<std::uint64_t>(highest);
        std::vector<std::int64_t> middle(units_.size());
        while (high - low > 1) {
            const std::uint64_t bits = low + (high - low) / 2;
            const auto threshold = std::bit_cast<double>(bits);
            for (std::size_t h = 0; h < units_.size(); ++h) {
                middle[h] = taken(h, threshold, units_[h], over[h]);
            }
            if (before(middle)) {
                high = bits;
                units_.swap(middle);
            } else {
                low = bits;
                over.swap(middle);
            }
        }
        rebuild();
    }

    /// The stratum whose step is next; none where no step is left that is worth anything.
    [[nodiscard]] std::optional<std::size_t> next() const {
        return queue_.empty() ? std::nullopt : std::optional(queue_.front().stratum);
    }

    void take() {
        const std::size_t h = pop();
        ++units_[h];
        push(h);
    }

    /// Gives the stratum up that is next, and its later steps.
    void drop() {
        const std::size_t h = pop();
        most_[h] = units_[h];
    }

    /// Takes steps as long as their sum of prices stays within `limit`, leaving out strata whose
    /// step does not fit. `refused(h)` is called before the first of these is left out.
    template <class Refused>
    void spend(double limit, const Refused& refused) {
        const auto fits = [&](const std::vector<std::int64_t>& units) {
            return cost(units) <= limit;
        };
        leap(fits);
        running_sum spent;
        spent.add(cost(units_));
        std::vector<std::size_t> by_price(units_.size());
        for (std::size_t h = 0; h < by_price.size(); ++h) {
            by_price[h] = h;
        }
        std::ranges::stable_sort(
            by_price, [&](std::size_t a, std::size_t b) { return price_[a] < price_[b]; });
        auto cheapest = by_price.begin();
        bool first = true;
        while (const auto h = next()) {
            running_sum after = spent;
            after.add(price_[*h]);
            if (after.value() <= limit) {
                take();
                spent = after;
                continue;
            }
            if (first) {
                refused(*h);
                first = false;
            }
            drop();
            while (cheapest != by_price.end() && units_[*cheapest] == most_[*cheapest]) {
                ++cheapest;
            }
            if (cheapest == by_price.end()) {
                return;
            }
            // What is left may go a long way with cheap strata, or nowhere.
            const double left = limit - spent.value();
            const double least = price_[*cheapest];
            if (left < least / 2) {
                return;
            }
            if (left > 8 * least * static_cast<double>(queue_.size())) {
                leap(fits);
                spent = {};
                spent.add(cost(units_));
            }
        }
    }

private:
    struct step {
        double worth;
        double next_worth;
        std::size_t stratum;
        /// For the heap, whose front is the step that nothing is before.
        friend bool operator<(const step& a, const step& b) {
            if (a.worth != b.worth) {
                return a.worth < b.worth;
            }
            if (a.next_worth != b.next_worth) {
                return a.next_worth > b.next_worth;
            }
            return a.stratum > b.stratum;
        }
    };

    [[nodiscard]] std::int64_t taken(std::size_t h, double threshold, std::int64_t least,
                                     std::int64_t most) const {
        if (least == most) {
            return least;
        }
        const double near = steps_.guess(h, threshold);
        std::int64_t k = near >= static_cast<double>(most)      ? most
                         : !(near > static_cast<double>(least)) ? least
                                                                : static_cast<std::int64_t>(near);
        while (k < most && steps_.worth(h, k) > threshold) {
            ++k;
        }
        while (k > least && !(steps_.worth(h, k - 1) > threshold)) {
            --k;
        }
        return k;
    }

    void push(std::size_t h) {
        if (units_[h] == most_[h]) {
            return;
        }
        const double worth = steps_.worth(h, units_[h]);
        if (!(worth > 0)) {
            most_[h] = units_[h];
            return;
        }
        const bool last = units_[h] + 1 == most_[h];
        queue_.push_back({worth, last ? 0 : steps_.worth(h, units_[h] + 1), h});
        std::ranges::push_heap(queue_, std::less<>{});
    }

    [[nodiscard]] std::size_t pop() {
        std::ranges::pop_heap(queue_, std::less<>{});
        const std::size_t h = queue_.back().stratum;
        queue_.pop_back();
        return h;
    }

    void rebuild() {
        queue_.clear();
        for (std::size_t h = 0; h < units_.size(); ++h) {
            push(h);
        }
    }

    Steps steps_;
    std::vector<std::int64_t> units_;
    std::vector<std::int64_t> most_;
    std::vector<double> price_;
    std::vector<step> queue_;
};

} // namespace nps::inline v0::detail
