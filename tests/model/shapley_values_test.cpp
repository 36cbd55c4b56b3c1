// SPDX-License-Identifier: Apache-2.0
#include <nps/model/shapley_values.hpp>

#include "support/close.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using nps_test::close;

namespace {

// A voting game: does the coalition reach the quota?
struct voting {
    std::vector<int> votes;
    int quota;
    double operator()(std::uint64_t set) const {
        int sum = 0;
        for (std::size_t i = 0; i < votes.size(); ++i) {
            sum += (set >> i & 1U) != 0 ? votes[i] : 0;
        }
        return sum >= quota ? 1 : 0;
    }
};

std::string message(auto&& call) {
    try {
        call();
    } catch (const nps::invalid_input& e) {
        return e.what();
    }
    return "";
}

} // namespace

TEST_CASE("Shapley values of games with known answers") {
    // Shapley and Shubik (1954): 1 vote of 3 with a quota of 3 of 4.
    const auto committee = nps::shapley_values(3, voting{{2, 1, 1}, 3});
    CHECK(close(committee.value[0], 2.0 / 3));
    CHECK(close(committee.value[1], 1.0 / 6));
    CHECK(close(committee.value[2], 1.0 / 6));
    CHECK(committee.method == "exact");
    CHECK(committee.subsets == 8);
    CHECK(committee.permutations == 0);
    CHECK(committee.standard_error.empty());

    // The Security Council (Shapley and Shubik's index, published: a veto 421/2145, else 4/2145).
    std::vector<int> council(15, 1);
    for (std::size_t i = 0; i < 5; ++i) {
        council[i] = 7;
    }
    const auto index = nps::shapley_values(15, voting{council, 39});
    for (std::size_t i = 0; i < 15; ++i) {
        CHECK(close(index.value[i], i < 5 ? 421.0 / 2145 : 4.0 / 2145,
                    {.relative = 1e-11, .reason = "ratio of sums of up to 3,432 terms"}));
    }

    // An airport: the cost of the longest runway that is needed (Littlechild and Owen 1973).
    const std::vector<double> cost{3, 8, 10, 10, 20};
    const auto longest = [&](std::uint64_t set) {
        double result = 0;
        for (std::size_t i = 0; i < cost.size(); ++i) {
            result = (set >> i & 1U) != 0 ? std::max(result, cost[i]) : result;
        }
        return result;
    };
    const auto fees = nps::shapley_values(5, longest);
    const double first = 3.0 / 5, second = first + 5.0 / 4, third = second + 2.0 / 3;
    const std::vector<double> expected{first, second, third, third, third + 10};
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(close(fees.value[i], expected[i]));
    }
    CHECK(fees.full == 20);
    CHECK(fees.empty == 0);
}

TEST_CASE("sampled orders lie within their stated error of all orders") {
    // Smooth, with drivers that help and that hinder each other.
    const auto game = [](std::uint64_t set) {
        double sum = 0;
        for (std::size_t i = 0; i < 14; ++i) {
            sum += (set >> i & 1U) != 0 ? 1.0 + static_cast<double>(i) : 0;
        }
        return std::sqrt(sum) + 0.01 * sum * std::popcount(set & 0x2A5U);
    };
    const auto exact = nps::shapley_values(14, game);
    double chi = 0;
    int seeds = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        const auto sampled = nps::shapley_values(14, game, {.permutations = 400, .seed = seed});
        CHECK(sampled.method == "permutations");
        CHECK(sampled.permutations == 400);
        CHECK(sampled.subsets <= 400 * 13 + 2);
        double sum = 0;
        for (std::size_t i = 0; i < 14; ++i) {
            sum += sampled.value[i];
            REQUIRE(sampled.standard_error[i] > 0);
            const double z = (sampled.value[i] - exact.value[i]) / sampled.standard_error[i];
            CHECK(std::abs(z) < 4.5);
            chi += z * z;
            ++seeds;
        }
        CHECK(close(sum, sampled.full - sampled.empty));
    }
    // The mean of z^2 over 112 values, about 1.
    CHECK(chi / seeds > 0.7);
    CHECK(chi / seeds < 1.4);
}

TEST_CASE("two drivers: an order and its reverse are all orders") {
    const auto measure = [](std::uint64_t set) {
        return std::array{0.5, 1.0, 4.0, 7.0}[static_cast<std::size_t>(set)];
    };
    const auto sampled = nps::shapley_values(2, measure, {.permutations = 4});
    CHECK(close(sampled.value[0], 1.75));
    CHECK(close(sampled.value[1], 4.75));
    CHECK(sampled.standard_error == std::vector<double>{0, 0});
}

TEST_CASE("each subset is measured once, and threads change nothing") {
    std::mutex lock;
    std::multiset<std::uint64_t> seen;
    const auto measure = [&](std::uint64_t set) {
        const std::lock_guard guard(lock);
        seen.insert(set);
        return std::sqrt(static_cast<double>(set)) / (1 + std::popcount(set));
    };
    const auto one = nps::shapley_values(9, measure);
    CHECK(seen.size() == 512);
    CHECK(seen.count(77) == 1);
    CHECK(nps::shapley_values(9, measure, {.threads = 3}).value == one.value);
    seen.clear();
    const nps::shapley_options sampled{.permutations = 60, .seed = 3};
    const auto few = nps::shapley_values(40, measure, sampled);
    CHECK(static_cast<std::int64_t>(seen.size()) == few.subsets);
    CHECK(std::set<std::uint64_t>(seen.begin(), seen.end()).size() == seen.size());
    auto threaded = sampled;
    threaded.threads = 3;
    CHECK(nps::shapley_values(40, measure, threaded).value == few.value);
    threaded.seed = 4;
    CHECK(nps::shapley_values(40, measure, threaded).value != few.value);
}

TEST_CASE("no drivers, one driver, sixty-three drivers") {
    const auto size = [](std::uint64_t set) { return 2.0 * std::popcount(set) + 1; };
    const auto none = nps::shapley_values(0, size);
    CHECK(none.value.empty());
    CHECK(none.full == 1);
    const auto one = nps::shapley_values(1, size);
    CHECK(one.value == std::vector<double>{2});
    CHECK(one.empty == 1);
    CHECK(one.full == 3);
    const auto most = nps::shapley_values(63, size, {.permutations = 4});
    CHECK(most.value == std::vector<double>(63, 2.0));
    CHECK(most.full == 127);
}

TEST_CASE("errors name what is wrong") {
    const auto zero = [](std::uint64_t) { return 0.0; };
    CHECK(message([&] { static_cast<void>(nps::shapley_values(64, zero)); }) ==
          "nps::shapley_values: drivers = 64, must be at most 63");
    for (const std::int64_t permutations : {-2, 1, 2, 3}) {
        CHECK_THROWS_AS(
            static_cast<void>(nps::shapley_values(30, zero, {.permutations = permutations})),
            nps::invalid_input);
    }
    const auto broken = [](std::uint64_t set) {
        return set == 5 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
    };
    CHECK(message([&] { static_cast<void>(nps::shapley_values(3, broken)); }) ==
          "nps::shapley_values: measure(5) = nan, must be finite");
    const auto thrower = [](std::uint64_t set) -> double {
        if (set == 6) {
            throw std::runtime_error("mine");
        }
        return 0;
    };
    CHECK_THROWS_AS(static_cast<void>(nps::shapley_values(3, thrower, {.threads = 2})),
                    std::runtime_error);
}
