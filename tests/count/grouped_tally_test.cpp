// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/count/grouped_tally.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace odd_keys {

/// Text whose letters compare without their case, hash included.
struct caseless : std::string {
    using std::string::string;
    [[nodiscard]] std::string lower() const {
        std::string text = *this;
        std::ranges::transform(text, text.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    }
    friend bool operator==(const caseless& a, const caseless& b) { return a.lower() == b.lower(); }
    friend bool operator!=(const caseless& a, const caseless& b) { return !(a == b); }
    friend bool operator<(const caseless& a, const caseless& b) { return a.lower() < b.lower(); }
    friend bool operator>(const caseless& a, const caseless& b) { return b < a; }
    friend bool operator<=(const caseless& a, const caseless& b) { return !(b < a); }
    friend bool operator>=(const caseless& a, const caseless& b) { return !(a < b); }
};

/// Ordered without case, but told apart by == and the hash: a careless key.
struct careless {
    caseless text;
    friend bool operator==(const careless& a, const careless& b) {
        return static_cast<const std::string&>(a.text) == static_cast<const std::string&>(b.text);
    }
    friend bool operator<(const careless& a, const careless& b) { return a.text < b.text; }
    friend bool operator>(const careless& a, const careless& b) { return b < a; }
    friend bool operator<=(const careless& a, const careless& b) { return !(b < a); }
    friend bool operator>=(const careless& a, const careless& b) { return !(a < b); }
};

/// No order at all where there is a NaN.
struct measured {
    double value;
    friend bool operator==(const measured& a, const measured& b) { return a.value == b.value; }
    friend bool operator<(const measured& a, const measured& b) { return a.value < b.value; }
    friend bool operator>(const measured& a, const measured& b) { return a.value > b.value; }
    friend bool operator<=(const measured& a, const measured& b) { return a.value <= b.value; }
    friend bool operator>=(const measured& a, const measured& b) { return a.value >= b.value; }
};

struct compared {
    double value;
    friend auto operator<=>(const compared&, const compared&) = default;
};

} // namespace odd_keys

template <>
struct std::hash<odd_keys::caseless> {
    std::size_t operator()(const odd_keys::caseless& key) const {
        return std::hash<std::string>{}(key.lower());
    }
};
template <>
struct std::hash<odd_keys::careless> {
    std::size_t operator()(const odd_keys::careless& key) const {
        return std::hash<std::string>{}(key.text);
    }
};
template <>
struct std::hash<odd_keys::measured> {
    std::size_t operator()(const odd_keys::measured& key) const {
        return std::hash<double>{}(key.value);
    }
};
template <>
struct std::hash<odd_keys::compared> {
    std::size_t operator()(const odd_keys::compared& key) const {
        return std::hash<double>{}(key.value);
    }
};

namespace {

using odd_keys::careless, odd_keys::caseless, odd_keys::compared, odd_keys::measured;

enum class touchpoint { call, app, shop };

template <class... Keys>
concept can_group = requires {
    typename nps::grouped_tally<Keys...>;
};
static_assert(can_group<std::string> && can_group<std::string, int, touchpoint>);
static_assert(!can_group<double> && !can_group<const char*> && !can_group<>);
static_assert(can_group<bool> && can_group<char> && can_group<std::optional<int>> &&
              can_group<std::optional<std::string>> && can_group<caseless> &&
              can_group<std::variant<int, std::string>>);
// NaN has no place in an order, also not inside other types.
static_assert(!can_group<float> && !can_group<std::optional<double>> &&
              !can_group<std::variant<int, double>> && !can_group<compared>);
// Keys own what they compare.
static_assert(!can_group<std::string_view> && !can_group<std::wstring_view> &&
              !can_group<std::span<const char>> && !can_group<std::optional<std::string_view>> &&
              !can_group<std::variant<int, std::string_view>> &&
              !can_group<std::optional<const char*>>);
static_assert(!can_group<std::shared_ptr<int>> && !can_group<std::unique_ptr<int>> &&
              !can_group<int, std::string_view>);

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
// 0 and nullptr are no text.
template <class Groups>
concept takes_null = requires(Groups g) {
    g.add(0, 9);
}
|| requires(Groups g) {
    g.add(nullptr, 9);
}
|| requires(const Groups g) {
    g.find(nullptr);
};
static_assert(!takes_null<by_name>);
static_assert(can_add<by_name, caseless, int> && can_add<by_name, char*, int>);
// A whole number is not made from anything else.
using by_number = nps::grouped_tally<int>;
static_assert(can_add<by_number, int, int> && can_add<by_number, std::uint8_t, int> &&
              can_add<by_number, std::size_t, int> && can_add<by_number, long long, int, long>);
static_assert(!can_add<by_number, double, int> && !can_add<by_number, float, int>);
static_assert(!can_add<by_number, bool, int> && !can_add<by_number, char, int> &&
              !can_add<by_number, char16_t, int> && !can_add<by_number, const char*, int>);
static_assert(!can_add<by_number, std::optional<int>, int> && !can_add<by_number, touchpoint, int>);
static_assert(can_add<nps::grouped_tally<bool>, bool, int> &&
              !can_add<nps::grouped_tally<bool>, int, int> &&
              !can_add<nps::grouped_tally<bool>, const char*, int>);
static_assert(can_add<nps::grouped_tally<char>, char, int> &&
              !can_add<nps::grouped_tally<char>, int, int>);
using by_perhaps = nps::grouped_tally<std::optional<int>>;
static_assert(can_add<by_perhaps, int, int> && can_add<by_perhaps, std::nullopt_t, int> &&
              can_add<by_perhaps, std::optional<int>, int> &&
              can_add<by_perhaps, std::optional<std::int8_t>, int>);
static_assert(!can_add<by_perhaps, double, int> && !can_add<by_perhaps, bool, int> &&
              !can_add<by_perhaps, std::optional<double>, int>);

template <class Groups, std::size_t... I>
concept has_marginal = requires(const Groups& g) {
    g.template marginal<I...>();
};
static_assert(has_marginal<by_number, 0> && !has_marginal<by_number, 1> &&
              !has_marginal<by_number> && !has_marginal<by_number, 0, 5>);
static_assert(has_marginal<nps::dynamic_grouped_tally<int, int>, 1, 0> &&
              !has_marginal<nps::dynamic_grouped_tally<int, int>, 2> &&
              !has_marginal<nps::dynamic_grouped_tally<int, int>>);

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
    by_name& itself = taken;
    taken = std::move(itself);
    CHECK(taken.size() == 101);
    CHECK(taken.at("new").n() == 2);
}

TEST_CASE("the order, == and hash of a key are the user's") {
    nps::grouped_tally<caseless> by;
    by.add("App", 9);
    by.add("app", 10);
    by.add("APP", 0);
    by.add("web", 0);
    CHECK(by.size() == 2);
    CHECK(by.at("aPP") == of({9, 10, 0}));
    CHECK(by.total().responses() == 4);
    const auto copy = by;
    CHECK(copy.at("apP") == of({9, 10, 0}));
    CHECK((by + copy).total().responses() == 8);
    CHECK((by + copy) - copy == by);
    nps::grouped_tally<caseless, int> two;
    two.add("App", 1, 9);
    two.add("app", 1, 10);
    CHECK(two.size() == 1);
    CHECK(two.at("APP", 1) == of({9, 10}));
    CHECK(two.marginal<0>().at("app") == of({9, 10}));
}

TEST_CASE("no response is lost where order, == and hash of a key disagree") {
    nps::grouped_tally<careless> by;
    for (const char* const text : {"App", "app", "APP", "web", "Web", "app"}) {
        by.add(careless{text}, 9);
    }
    by.add_missing(careless{"WEB"}, 2);
    CHECK(by.size() == 2); // the order decides
    CHECK(by.total().responses() == 8);
    CHECK(by.at(careless{"aPp"}).n() == 4);
    CHECK(by.contains(careless{"wEB"}));
    nps::grouped_tally<careless> other;
    other.add(careless{"APP"}, 9, 4);
    const auto both = by + other;
    CHECK(both.total().responses() == 12);
    CHECK(both.size() == 2);
    CHECK(both - other == by);
    const auto rest = by - other; // a group goes, though it is called otherwise
    CHECK(rest.size() == 1);
    CHECK(!rest.contains(careless{"app"}));

    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    nps::grouped_tally<measured> measures;
    for (const double value : {nan, nan, 3.0, 1.0, nan, 2.0, 0.5, nan, 7.0, nan}) {
        measures.add(measured{value}, 9);
    }
    CHECK(measures.total().responses() == 10);
    const auto copy = measures;
    CHECK((measures + copy).total().responses() == 20);
}

TEST_CASE("a whole number is a key if the type of the key can hold it") {
    nps::grouped_tally<std::uint8_t> small;
    small.add(255, 9);
    small.add(std::int64_t{0}, 9);
    const auto before = small;
    CHECK(error_of([&] { small.add(300, 9); }) ==
          "nps::grouped_tally: key = 300, must be in [0, 255]");
    CHECK(error_of([&] { small.add(-1, 9); }) ==
          "nps::grouped_tally: key = -1, must be in [0, 255]");
    CHECK(error_of([&] { (void)small.contains(256); }) ==
          "nps::grouped_tally: key = 256, must be in [0, 255]");
    CHECK(small == before);
    CHECK(small.at(255U).n() == 1);
    nps::grouped_tally<std::string, int> by;
    by.add("app", std::uint64_t{7}, 9);
    CHECK(by.at("app", std::int8_t{7}).n() == 1);
    CHECK(error_of([&] { by.add("app", std::uint64_t{1} << 63, 9); }) ==
          "nps::grouped_tally: key = 9223372036854775808, must be in [-2147483648, 2147483647]");
    nps::grouped_tally<std::optional<std::int8_t>> perhaps;
    perhaps.add(std::nullopt, 9);
    perhaps.add(5, 9, 2);
    perhaps.add(std::optional<int>(), 8);
    perhaps.add(std::optional<int>(5), 8);
    CHECK(perhaps.size() == 2);
    CHECK(perhaps.at(std::nullopt) == of({9, 8}));
    CHECK(perhaps.at(5) == of({9, 9, 8}));
    CHECK(error_of([&] { perhaps.add(128, 9); }) ==
          "nps::grouped_tally: key = 128, must be in [-128, 127]");
    CHECK(error_of([&] { perhaps.add(std::optional<int>(-129), 9); }) != "no error");
    CHECK(perhaps.total().responses() == 5);
    nps::grouped_tally<bool> yes_no;
    yes_no.add(true, 9);
    yes_no.add(false, 3);
    CHECK(yes_no.at(true) == of({9}));
    CHECK(error_of([&] { (void)nps::grouped_tally<bool>().at(true); }) ==
          "nps::grouped_tally::at: key = true, must be one of the groups");
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
    CHECK(by.total().responses() == 20'000);
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

TEST_CASE("keys that differ in any few of their bits are spread over the table") {
    // By chance a thousand keys would take some 790 of 2,048 places; over 500 keep searches short.
    for (int shift = 0; shift <= 54; ++shift) {
        CAPTURE(shift);
        std::set<std::uint64_t> alone;
        std::set<std::uint64_t> first;
        std::set<std::uint64_t> second;
        for (std::uint64_t key = 0; key < 1000; ++key) {
            alone.insert(nps::detail::hash_keys(key << shift) % 2048);
            first.insert(nps::detail::hash_keys(key << shift, 7) % 2048);
            second.insert(nps::detail::hash_keys(std::string("app"), key << shift) % 2048);
        }
        CHECK(alone.size() > 500);
        CHECK(first.size() > 500);
        CHECK(second.size() > 500);
    }
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
