// SPDX-License-Identifier: Apache-2.0
/// @file
/// The run rules, and the newest periods that they look at.
#pragma once

#include <nps/core/error.hpp>
#include <nps/monitor/run_rule.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nps::inline v0::detail {

struct rule_state {
    bool holds = false;
    int side = 0;
};

inline void require_rules(std::span<const run_rule> rules, std::string_view function) {
    for (const run_rule rule : rules) {
        require(rule <= run_rule::eight_beyond_one, function, "rules", static_cast<int>(rule),
                "must be named rules");
    }
}

/// The last 15 points.
class run_rule_window {
public:
    void add(double z) {
        newest_ = (newest_ + 1) % size;
        values_[newest_] = z;
        seen_ += 1;
    }

    [[nodiscard]] rule_state holds(run_rule rule) const {
        switch (rule) {
        case run_rule::beyond_three:
            return of(1, 1, 3);
        case run_rule::two_of_three_beyond_two:
            return of(2, 3, 2);
        case run_rule::four_of_five_beyond_one:
            return of(4, 5, 1);
        case run_rule::eight_on_one_side:
            return of(8, 8, 0);
        case run_rule::nine_on_one_side:
            return of(9, 9, 0);
        case run_rule::six_trending:
            return steps(6, false);
        case run_rule::fourteen_alternating:
            return {steps(14, true).holds, 0};
        case run_rule::fifteen_within_one:
            return all(15, true);
        case run_rule::eight_beyond_one:
            return all(8, false);
        }
        return {};
    }

private:
    static constexpr std::size_t size = 15;

    /// `back` periods ago.
    [[nodiscard]] double past(std::size_t back) const {
        return values_[(newest_ + size - back) % size];
    }

    /// The newest and `wanted` of the last `points` beyond a line on one side.
    [[nodiscard]] rule_state of(int wanted, std::size_t points, double line) const {
        for (const int side : {1, -1}) {
            int found = 0;
            for (std::size_t back = 0; back < points && back < seen_; ++back) {
                found += past(back) * side > line ? 1 : 0;
            }
            if (past(0) * side > line && found >= wanted) {
                return {true, side};
            }
        }
        return {};
    }

    [[nodiscard]] rule_state steps(std::size_t points, bool by_turns) const {
        if (seen_ < points) {
            return {};
        }
        const int last = past(0) > past(1) ? 1 : -1;
        int direction = last;
        for (std::size_t back = 0; back + 1 < points; ++back) {
            if (!((past(back) - past(back + 1)) * direction > 0)) {
                return {};
            }
            direction = by_turns ? -direction : direction;
        }
        return {true, last};
    }

    [[nodiscard]] rule_state all(std::size_t points, bool within) const {
        if (seen_ < points) {
            return {};
        }
        for (std::size_t back = 0; back < points; ++back) {
            const double distance = std::abs(past(back));
            if (!(within ? distance < 1 : distance > 1)) {
                return {};
            }
        }
        return {true, 0};
    }

    std::array<double, size> values_ = {};
    std::size_t newest_ = 0;
    std::size_t seen_ = 0;
};

} // namespace nps::inline v0::detail
