// SPDX-License-Identifier: Apache-2.0
// The expected counts are those of a std::map that counts one answer after the other.
#include <nps/count/programme_tally.hpp>
#include <nps/count/rolling_series.hpp>
#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

struct answer {
    std::string touchpoint;
    std::string channel;
    std::int32_t day = 0;
    int score = 0;
};

nps::period day(std::int32_t index) {
    return {nps::period_unit::day, index};
}

std::vector<answer> answers_of(std::size_t size, std::uint64_t seed) {
    nps::random_stream draw(seed, 0, nps::random_purpose::simulation);
    const auto below = [&](int n) { return static_cast<int>(draw.uniform() * n); };
    std::vector<answer> all;
    for (std::size_t i = 0; i < size; ++i) {
        all.push_back({"t" + std::to_string(below(7)), below(3) == 0 ? "app" : "shop, \"old\"",
                       20'000 + below(30) * 3, below(11)});
    }
    return all;
}

nps::programme_tally tally_of(const std::vector<answer>& answers) {
    nps::programme_tally t({.attributes = {"touchpoint", "channel"}});
    for (const answer& a : answers) {
        t.add({a.touchpoint, a.channel}, day(a.day), a.score);
    }
    return t;
}

void count(nps::category_counts& c, int score) {
    ++(score <= 6 ? c.detractors : score <= 8 ? c.passives : c.promoters);
}

std::string message(const auto& work) {
    try {
        work();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("Each answer is in its cell, and cells are in order") {
    const auto answers = answers_of(5'000, 1);
    const nps::programme_tally t = tally_of(answers);
    std::map<std::tuple<std::string, std::string, std::int32_t>, std::array<std::int64_t, 11>>
        cells;
    for (const answer& a : answers) {
        ++cells[{a.touchpoint, a.channel, a.day}][static_cast<std::size_t>(a.score)];
    }
    REQUIRE(t.size() == cells.size());
    auto expected = cells.begin();
    for (const auto& one : t.cells()) {
        CHECK(one.values[0] == std::get<0>(expected->first));
        CHECK(one.values[1] == std::get<1>(expected->first));
        CHECK(one.period == day(std::get<2>(expected->first)));
        CHECK(std::ranges::equal(one.tally->counts(), expected->second));
        CHECK(t.find({one.values[0], one.values[1]}, one.period) == one.tally);
        CHECK(&t.at(one.values, one.period) == one.tally);
        ++expected;
    }
    CHECK(t.total().n() == 5'000);
    CHECK(t.responses() == 5'000);
    CHECK(t.values("channel") == std::vector<std::string>{"app", "shop, \"old\""});
    CHECK(t.values("touchpoint").size() == 7);
    CHECK(t.periods().size() == 88); // every third day, and those between
    CHECK(t.periods().front() == day(20'000));
}

TEST_CASE("The order of the answers and of merging never matters") {
    auto answers = answers_of(3'000, 2);
    const nps::programme_tally t = tally_of(answers);
    std::ranges::reverse(answers);
    CHECK(tally_of(answers) == t);
    const auto middle = answers.begin() + 1'234;
    const nps::programme_tally a = tally_of({answers.begin(), middle});
    const nps::programme_tally b = tally_of({middle, answers.end()});
    CHECK(a + b == t);
    CHECK(b + a == t);
    CHECK(t - b == a);
    CHECK(t - a == b);
    CHECK((t - t).empty());
    CHECK((t - t).values("channel").empty());
    nps::programme_tally twice = t;
    twice += twice;
    CHECK(twice.total() == t.total() + t.total());
    CHECK(twice - t == t);
    const nps::programme_tally kept = a;
    CHECK_THROWS_AS(static_cast<void>(a - b), nps::invalid_input);
    nps::programme_tally changed = a;
    CHECK_THROWS_AS(changed -= b, nps::invalid_input);
    CHECK(changed == kept);
    CHECK(!(a == t));
}

TEST_CASE("Series, windows and roll-ups are sums of the answers") {
    const auto answers = answers_of(4'000, 3);
    const nps::programme_tally t = tally_of(answers);
    const std::size_t length = t.periods().size();
    std::vector<nps::category_counts> all(length);
    std::vector<nps::category_counts> app(length);
    std::map<std::string, std::vector<nps::category_counts>, std::less<>> each;
    for (const answer& a : answers) {
        const auto at = static_cast<std::size_t>(a.day - 20'000);
        count(all[at], a.score);
        each[a.touchpoint].resize(length);
        count(each[a.touchpoint][at], a.score);
        if (a.channel == "app" && a.touchpoint == "t3") {
            count(app[at], a.score);
        }
    }
    CHECK(t.series() == all);
    CHECK(t.series({.where = {{"channel", "app"}, {"touchpoint", "t3"}}}) == app);
    CHECK(t.series_by("touchpoint") == each);
    CHECK(t.marginal({"touchpoint"}).series_by("touchpoint") == each);
    CHECK(t.series_by("channel", {.where = {{"touchpoint", "t3"}}}).at("app") == app);
    const auto part = t.series({.first = day(20'010), .last = day(20'020)});
    CHECK(std::ranges::equal(part, std::span(all).subspan(10, 11)));
    CHECK(t.series({.first = day(30'000), .last = day(30'001)}) ==
          std::vector<nps::category_counts>(2));

    for (const std::size_t window : {1U, 2U, 7U, 28U, 500U}) {
        const auto rolling = nps::rolling_series(all, window);
        REQUIRE(rolling.size() == length);
        for (std::size_t i = 0; i < length; ++i) {
            nps::category_counts sum;
            for (std::size_t j = i + 1 > window ? i + 1 - window : 0; j <= i; ++j) {
                sum += all[j];
            }
            CHECK(rolling[i] == sum);
        }
    }
    CHECK_THROWS_AS(static_cast<void>(nps::rolling_series(all, 0)), nps::invalid_input);
    CHECK(nps::rolling_series({}, 3).empty());

    // touchpoint -> line -> enterprise
    std::map<std::string, std::string> line_of;
    for (int i = 0; i < 7; ++i) {
        line_of["t" + std::to_string(i)] = i < 4 ? "retail" : "online";
    }
    const nps::programme_tally lines = t.roll_up("touchpoint", "line", line_of);
    CHECK(lines.attributes() == std::vector<std::string>{"line", "channel"});
    std::vector<nps::category_counts> retail(length);
    for (const auto& [name, series] : each) {
        for (std::size_t i = 0; line_of[name] == "retail" && i < length; ++i) {
            retail[i] += series[i];
        }
    }
    CHECK(lines.series({.where = {{"line", "retail"}}}) == retail);
    CHECK(lines.marginal({}).series() == all);
    CHECK(lines.marginal({}).size() == 30);
    CHECK(t.marginal({"channel", "touchpoint"}).marginal({"touchpoint", "channel"}) == t);
    line_of.erase("t2");
    CHECK(message([&] { static_cast<void>(t.roll_up("touchpoint", "line", line_of)); }) ==
          "nps::programme_tally::roll_up: touchpoint = t2, must have a parent");

    // Longer periods.
    const nps::programme_tally months = t.by_unit(nps::period_unit::month);
    std::map<std::string, std::int64_t> per_month;
    for (const answer& a : answers) {
        ++per_month[to_text(day(a.day)).substr(0, 7)];
    }
    for (const auto& [text, n] : per_month) {
        const nps::period p = nps::parse_period(text);
        CHECK(months.series({.first = p, .last = p})[0].n() == n);
    }
    CHECK(months.by_unit(nps::period_unit::quarter) == t.by_unit(nps::period_unit::quarter));
    CHECK(months.total() == t.total());
    CHECK_THROWS_AS(static_cast<void>(months.by_unit(nps::period_unit::week)), nps::invalid_input);
}

TEST_CASE("A period is corrected by taking it away and adding it anew") {
    auto answers = answers_of(2'000, 4);
    nps::programme_tally t = tally_of(answers);
    for (answer& a : answers) {
        a.score = a.day == 20'030 ? 10 - a.score : a.score;
    }
    const nps::programme_tally right = tally_of(answers);
    CHECK(!(t == right));
    t -= t.slice(day(20'030), day(20'030));
    CHECK(t.series({.first = day(20'030), .last = day(20'030)})[0].n() == 0);
    t += right.slice(day(20'030), day(20'030));
    CHECK(t == right);
}

TEST_CASE("Answers of a stream: what is wrong with one is counted") {
    using enum nps::answer_outcome;
    nps::programme_tally t({.attributes = {"touchpoint"}, .utc_offset = 60});
    CHECK(t.take({"shop"}, "2026-11-25T23:30Z", 9) == counted);
    CHECK(t.take({"shop"}, "2026-11-26 08:00", 3) == counted);
    CHECK(t.take({"shop"}, "2026-11-26", std::nullopt) == missing);
    CHECK(t.take({"shop"}, "2026-11-26", 11) == invalid_score);
    CHECK(t.take({"shop"}, "2026-11-26", -1) == invalid_score);
    CHECK(t.take({"shop"}, "2026-02-30", 9) == invalid_time);
    CHECK(t.take({"shop"}, std::chrono::local_seconds{std::chrono::seconds{-1}}, 9) ==
          invalid_time);
    const nps::period p = nps::parse_period("2026-11-26");
    const nps::tally& cell = t.at({"shop"}, p);
    CHECK(cell.count(9) == 1);
    CHECK(cell.count(3) == 1);
    CHECK(cell.missing() == 1);
    CHECK(cell.invalid() == 2);
    CHECK(t.invalid_times() == 2);
    CHECK(t.responses() == 7);
}

TEST_CASE("An id that comes again is a duplicate, and the first answer counts") {
    using enum nps::answer_outcome;
    nps::programme_tally t({.attributes = {"touchpoint"}});
    const std::uint64_t id = nps::answer_id("survey 1");
    CHECK(t.take({"shop"}, "2026-11-25", 9, id) == counted);
    CHECK(t.take({"shop"}, "2026-11-25", 2, id) == duplicate);
    CHECK(t.take({"app"}, "2026-11-27", 2, id) == duplicate);
    CHECK(t.take({"shop"}, "no time", 2, id) == invalid_time);
    CHECK(t.take({"shop"}, "2026-11-25", 2) == counted); // no id, no duplicate
    CHECK(t.duplicates() == 2);
    CHECK(static_cast<nps::category_counts>(t.total()) == nps::category_counts{1, 0, 1});
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        CHECK(t.take({"shop"}, "2026-11-26", 8, i) == counted);
    }
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        CHECK(t.take({"shop"}, "2026-11-26", 8, i) == duplicate);
    }
    CHECK(t.open_ids() == 10'001);
    t.close_before(nps::parse_period("2026-11-26"));
    CHECK(t.open_ids() == 10'000);
    t.close_before(nps::parse_period("2026-11-27"));
    CHECK(t.open_ids() == 0);
    CHECK(t.responses() == 20'005);

    // Merged: the ids of both are known, and go with what they came with.
    nps::programme_tally a({.attributes = {"touchpoint"}});
    nps::programme_tally b = a;
    a.take({"shop"}, "2026-11-25", 9, 1);
    b.take({"shop"}, "2026-11-26", 9, 2);
    const nps::programme_tally both = a + b;
    CHECK(nps::programme_tally(both).take({"x"}, "2026-11-26", 1, 2) == duplicate);
    CHECK(nps::programme_tally(both - b).take({"x"}, "2026-11-26", 1, 2) == counted);
    CHECK(both - b == a);
    CHECK(b + a == both);
    CHECK(
        !(a + b == a + b.slice(nps::parse_period("2026-11-26"), nps::parse_period("2026-11-26"))));
}

TEST_CASE("Late answers are counted, and set aside or taken as the option says") {
    using enum nps::answer_outcome;
    for (const auto rule : {nps::late_answers::set_aside, nps::late_answers::counted}) {
        nps::programme_tally t({.attributes = {"touchpoint"}, .late = rule});
        CHECK(!t.closed_before());
        t.take({"shop"}, "2026-11-25", 9, 1);
        t.close_before(nps::parse_period("2026-11-26"));
        t.close_before(nps::parse_period("2026-11-20")); // opens nothing
        CHECK(t.closed_before() == nps::parse_period("2026-11-26"));
        const bool taken = rule == nps::late_answers::counted;
        CHECK(t.take({"shop"}, "2026-11-25T23:59:59", 3, 2) == (taken ? counted : late));
        CHECK(t.take({"shop"}, "2026-11-26", 3, 3) == counted);
        CHECK(t.late() == 1);
        CHECK(t.total().n() == (taken ? 3 : 2));
        CHECK(t.responses() == 3);
        // A correction goes where it says.
        t.add({"shop"}, nps::parse_period("2026-11-25"), 10);
        CHECK(t.at({"shop"}, nps::parse_period("2026-11-25")).count(10) == 1);
        const nps::programme_tally twice = t + t;
        CHECK(twice.late() == 2);
        CHECK((twice - t).late() == 1);
        CHECK((twice - t).total() == t.total());
        CHECK((twice - t).open_ids() == 0); // the id of both went with the one
        CHECK_THROWS_AS(static_cast<void>(t - twice), nps::invalid_input);
    }
}

TEST_CASE("Empty tallies, no attributes, odd texts, large counts") {
    nps::programme_tally none;
    CHECK(none.empty());
    CHECK(none.periods().empty());
    CHECK(none.series().empty());
    CHECK(none.cells().empty());
    CHECK(none.responses() == 0);
    none.add({}, day(5), 9);
    none.add({}, day(7), 0, std::int64_t{1'000'000'000'000});
    CHECK(none.series() ==
          std::vector<nps::category_counts>{{0, 0, 1}, {}, {1'000'000'000'000, 0, 0}});
    none.add({}, day(6), 5, 0); // no response makes no cell
    CHECK(none.size() == 2);
    CHECK_THROWS_AS(none.add({}, day(7), 0, nps::detail::largest_count), nps::invalid_input);
    CHECK_THROWS_AS(none.add({}, day(8), 11), nps::invalid_input);
    CHECK(none.size() == 2);

    nps::programme_tally odd({.attributes = {"", "a,b"}});
    const std::string zero("\0", 1);
    odd.add({"", zero}, day(1), 1);
    odd.add({zero, ""}, day(1), 2);
    odd.add({"", ""}, day(1), 3);
    CHECK(odd.size() == 3);
    CHECK(odd.at({zero, ""}, day(1)).count(2) == 1);
    CHECK(odd.find({"x", ""}, day(1)) == nullptr);
    CHECK(odd.find({"", ""}, day(2)) == nullptr);

    // The two ends of time make a series that is too long to be a mistake, 1,150 times.
    nps::programme_tally wide({.attributes = {"touchpoint"}});
    for (int i = 0; i < 1'150; ++i) {
        wide.add({std::to_string(i)}, day(i == 0 ? 0 : 2'932'896), 9);
    }
    CHECK(wide.series().size() == 2'932'897);
    CHECK_THROWS_AS(static_cast<void>(wide.series_by("touchpoint")), nps::invalid_input);
    CHECK(wide.series_by("touchpoint", {.first = day(2'932'890)}).size() == 1'149);
    nps::basic_programme_tally<nps::one_to_five> stars({.attributes = {"shop"}});
    stars.add({"x"}, day(1), 5);
    CHECK(stars.series()[0].promoters == 1);
}

TEST_CASE("Errors name the member, the argument and what is allowed") {
    using nps::programme_tally;
    programme_tally t({.attributes = {"touchpoint", "channel"}});
    t.add({"shop", "app"}, day(1), 9);
    const nps::period month = nps::parse_period("2026-11");
    CHECK(message([&] { t.add({"shop"}, day(1), 9); }) ==
          "nps::programme_tally::add: number of values = 1, must be that of the attributes, 2");
    CHECK(message([&] { t.take({"shop"}, "2026-11-25", 9); }) ==
          "nps::programme_tally::take: number of values = 1, must be that of the attributes, 2");
    CHECK(message([&] {
              t.add({"shop", "app"}, month, 9);
          }) == "nps::programme_tally::add: period = 2026-11, must be of the unit of the tally");
    CHECK(message([&] {
              static_cast<void>(t.at({"shop", "web"}, day(1)));
          }) == "nps::programme_tally::at: cell = shop, web, 1970-01-02, must be one of the cells");
    CHECK(message([&] {
              static_cast<void>(t.series({.where = {{"touchpoint", "shp"}}}));
          }) == "nps::programme_tally::series: touchpoint = shp, must be one of its values");
    CHECK(message([&] {
              static_cast<void>(t.series({.where = {{"region", "x"}}}));
          }) == "nps::programme_tally::series: attribute = region, must be one of the attributes");
    CHECK(message([&] { static_cast<void>(t.series({.first = day(3), .last = day(2)})); }) ==
          "nps::programme_tally::series: last = 1970-01-03, must not be before the first");
    CHECK_THROWS_AS(static_cast<void>(t.series({.first = month})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(t.series_by("x")), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(t.marginal({"x"})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(t.marginal({"channel", "channel"})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(t.values("x")), nps::invalid_input);
    CHECK_THROWS_AS(t.close_before(month), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(t.slice(month, month)), nps::invalid_input);
    CHECK_THROWS_AS(t += programme_tally({.attributes = {"touchpoint"}}), nps::invalid_input);
    CHECK(message([] {
              programme_tally({.attributes = {"a", "b", "a"}});
          }) == "nps::programme_tally: attribute = a, must be there only once");
    CHECK_THROWS_AS(programme_tally({.utc_offset = -1440}), nps::invalid_input);
    CHECK_THROWS_AS(programme_tally({.unit = static_cast<nps::period_unit>(7)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(programme_tally({.late = static_cast<nps::late_answers>(7)}),
                    nps::invalid_input);
    CHECK(t.total().n() == 1);
}

TEST_CASE("answer_id is FNV-1a and the finaliser of SplitMix64") {
    // By Python: ((0xcbf29ce484222325 ^ byte) * 0x100000001b3) mod 2^64 for each byte, then mixed.
    CHECK(nps::answer_id("") == 0xF52A15E9A9B5E89B);
    CHECK(nps::answer_id("a") == 0x02C0BDBF481420F8);
    CHECK(nps::answer_id("foobar") == 0x404DA9E3B74078C2);
}
