// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/count/grouped_tally.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

enum class touchpoint { call, app, shop };

template <class... Keys>
concept can_group = requires {
    typename nps::grouped_tally<Keys...>;
};
static_assert(can_group<std::string> && can_group<std::string, int, touchpoint>);
static_assert(!can_group<double> && !can_group<const char*> && !can_group<>);

template <class Groups, class... Arguments>
concept can_add = requires(Groups g, Arguments... arguments) {
    g.add(arguments...);
};
using by_name = nps::grouped_tally<std::string>;
static_assert(can_add<by_name, const char*, int>);
static_assert(can_add<by_name, std::string_view, std::uint8_t, std::int64_t>);
static_assert(!can_add<by_name, const char*, bool>);
static_assert(!can_add<by_name, const char*, double>);
static_assert(!can_add<by_name, int>);
static_assert(!can_add<by_name, int, int>);
static_assert(can_add<nps::grouped_tally<std::string, int>, const char*, int, int>);
static_assert(!can_add<nps::grouped_tally<std::string, int>, const char*, int>);

template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

std::uint32_t next(std::uint64_t& state, std::uint32_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state >> 33) % below;
}

nps::tally of(std::initializer_list<int> scores) {
    nps::tally t;
    for (const int score : scores) {
        t.add(score);
    }
    return t;
}

} // namespace

TEST_CASE("groups are counted and come in the order of their keys") {
    by_name by;
    CHECK(by.empty());
    by.add("shop", 3);
    by.add("app", 9);
    by.add(std::string("app"), 10, 2);
    by.add(std::string_view("call"), std::uint8_t{0});
    by.add_missing("call");
    by.add_invalid("call", 2);
    by.add_missing("zoo", 4);
    CHECK(by.size() == 4);
    std::vector<std::string> keys;
    for (const auto& [channel, tally] : by) {
        keys.push_back(channel);
        CHECK(tally.responses() > 0);
    }
    CHECK(keys == std::vector<std::string>{"app", "call", "shop", "zoo"});
    CHECK(by.at("app") == of({9, 10, 10}));
    CHECK(by.at("call").missing() == 1);
    CHECK(by.at("call").invalid() == 2);
    CHECK(by.at("zoo").missing() == 4);
    CHECK(by.find("app")->n() == 3);
    CHECK(by.find("") == nullptr);
    CHECK(by.contains("shop"));
    CHECK(!by.contains("sho"));
    nps::tally total = of({3, 9, 10, 10, 0});
    total.add_missing(5);
    total.add_invalid(2);
    CHECK(by.total() == total);
    CHECK(error_of([&] { (void)by.at("mail"); }) ==
          "nps::grouped_tally::at: key = mail, must be one of the groups");
}

TEST_CASE("what is refused changes nothing") {
    by_name by;
    CHECK(error_of([&] { by.add("app", 11); }) ==
          "nps::tally::add: score = 11, must be on the scale 0 to 10");
    CHECK(error_of([&] { by.add("app", 1, -1); }) != "no error");
    CHECK(by.empty());
    by.add("app", 9, 0); // nobody
    CHECK(by.empty());
    by.add("app", 9);
    const by_name before = by;
    CHECK(error_of([&] { by.add("app", -1); }) != "no error");
    CHECK(by == before);
}

TEST_CASE("several attributes, and marginals over each of them") {
    nps::grouped_tally<std::string, int, touchpoint> by;
    by.add("app", 2, touchpoint::shop, 9);
    by.add("app", 1, touchpoint::call, 8);
    by.add("app", 1, touchpoint::call, 7, 3);
    by.add("web", 1, touchpoint::call, 0);
    by.add_missing("web", 2, touchpoint::app, 2);
    CHECK(by.size() == 4);
    CHECK(std::get<1>(by.begin()->first) == 1);
    CHECK(by.at("app", 1, touchpoint::call) == of({8, 7, 7, 7}));
    const auto by_channel = by.marginal<0>();
    CHECK(by_channel.size() == 2);
    CHECK(by_channel.at("app") == of({9, 8, 7, 7, 7}));
    const auto by_wave = by.marginal<1>();
    CHECK(by_wave.at(1) == of({8, 7, 7, 7, 0}));
    CHECK(by_wave.at(2).missing() == 2);
    const nps::grouped_tally<touchpoint, std::string> turned = by.marginal<2, 0>();
    CHECK(turned.at(touchpoint::shop, "app") == of({9}));
    CHECK(by.marginal<0, 1, 2>() == by);
    CHECK(by.marginal<1, 0>().marginal<1>() == by_channel);
    CHECK(by_channel.total() == by.total());
    CHECK(error_of([&] { (void)by.at("app", 9, touchpoint::app); }) ==
          "nps::grouped_tally::at: key = app, 9, 1, must be one of the groups");
}

TEST_CASE("groups merge in any order and are taken away again") {
    std::uint64_t state = 7;
    nps::grouped_tally<int> a;
    nps::grouped_tally<int> b;
    nps::grouped_tally<int> both;
    for (int i = 0; i < 5000; ++i) {
        // Keys 0..399 in one, 200..599 in the other.
        const int key = static_cast<int>(next(state, 400)) + (i % 2 == 0 ? 0 : 200);
        const auto score = next(state, 11);
        (i % 2 == 0 ? a : b).add(key, score);
        both.add(key, score);
    }
    CHECK(a + b == both);
    CHECK(b + a == both);
    CHECK(both - b == a);
    CHECK(both - a == b);
    CHECK((both - both).empty());
    nps::grouped_tally<int> twice = a;
    const auto& same = twice;
    twice += same;
    CHECK(twice == a + a);
    twice -= same;
    CHECK(twice.empty());
    // Groups that went are no longer found, and can come again.
    nps::grouped_tally<int> left = both - b;
    CHECK(!left.contains(599));
    left += b;
    CHECK(left == both);
}

TEST_CASE("taking away what is not there throws and changes nothing") {
    by_name a;
    a.add("app", 9, 5);
    a.add("web", 3, 5);
    const by_name before = a;
    by_name b;
    b.add("app", 9, 2);
    b.add("web", 3, 6);
    CHECK(error_of([&] { a -= b; }).find("count of 3 = -1, must not go below 0") !=
          std::string::npos);
    CHECK(a == before);
    by_name c;
    c.add("app", 9);
    c.add("mail", 9);
    CHECK(error_of([&] { a -= c; }) != "no error");
    CHECK(a == before);
    by_name full;
    full.add("app", 9);
    full.add("web", 3, std::int64_t{1} << 53);
    CHECK(error_of([&] { a += full; }) != "no error");
    CHECK(a == before);
}

TEST_CASE("copies and moves are whole") {
    by_name a;
    for (int i = 0; i < 100; ++i) {
        a.add("group " + std::to_string(i), i % 11);
    }
    by_name copy = a;
    copy.add("group 5", 10);
    copy.add("new", 10);
    CHECK(a.size() == 100);
    CHECK(a.at("group 5").n() == 1);
    CHECK(copy.at("group 5").n() == 2);
    by_name moved = std::move(copy);
    CHECK(moved.size() == 101);
    CHECK(moved.at("new").n() == 1);
    copy.add("again", 3); // NOLINT(bugprone-use-after-move): that is the question
    CHECK(copy.size() == 1);
    CHECK(copy.at("again").n() == 1);
    a = moved;
    CHECK(a == moved);
    a.add("new", 1);
    CHECK(moved.at("new").n() == 1);
    const by_name& alias = a;
    a = alias;
    CHECK(a.at("new").n() == 2);
    by_name taken;
    taken = std::move(a);
    CHECK(taken.at("new").n() == 2);
}

TEST_CASE("many groups agree with a plain map") {
    std::uint64_t state = 11;
    nps::grouped_tally<std::string, std::int64_t> by;
    std::map<std::pair<std::string, std::int64_t>, std::vector<std::int64_t>> expected;
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = "n" + std::to_string(next(state, 50));
        // Keys that agree in their low bits.
        const std::int64_t wave = static_cast<std::int64_t>(next(state, 60)) << 40;
        const auto score = next(state, 11);
        by.add(name, wave, score);
        auto& counts = expected[{name, wave}];
        counts.resize(11);
        ++counts[score];
    }
    REQUIRE(by.size() == expected.size());
    auto other = expected.begin();
    bool same = true;
    for (const auto& [key, tally] : by) {
        same = same && std::get<0>(key) == other->first.first &&
               std::get<1>(key) == other->first.second &&
               std::vector<std::int64_t>(tally.counts().begin(), tally.counts().end()) ==
                   other->second;
        ++other;
    }
    CHECK(same);
}

TEST_CASE("groups on a scale known at run time") {
    const nps::scale stars = nps::one_to_five;
    nps::dynamic_grouped_tally<std::string, int> by(stars);
    by.add("app", 1, 5);
    by.add("app", 2, 4, 2);
    by.add_missing("web", 1);
    CHECK(error_of([&] { by.add("web", 1, 6); }) ==
          "nps::dynamic_tally::add: score = 6, must be on the scale 1 to 5");
    CHECK(by.score_scale() == stars);
    const auto by_channel = by.marginal<0>();
    CHECK(by_channel.score_scale() == stars);
    CHECK(by_channel.at("app").n() == 3);
    CHECK(by.total().responses() == 4);
    CHECK((by + by - by) == by);
    nps::dynamic_grouped_tally<std::string, int> other; // 0 to 10
    CHECK(other.score_scale() == nps::zero_to_ten);
    CHECK(error_of([&] { by += other; }) != "no error");
    CHECK(error_of([&] { by -= other; }) != "no error");
    CHECK(other != nps::dynamic_grouped_tally<std::string, int>(stars));
    nps::basic_grouped_tally<nps::one_to_five, int> fixed;
    fixed.add(3, 5);
    CHECK(fixed.at(3).count(5) == 1);
}
