// SPDX-License-Identifier: Apache-2.0
#include <nps/count/period.hpp>

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

std::string message(const auto& work) {
    try {
        work();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "";
}

nps::period of(std::int32_t day, nps::period_unit unit) {
    return nps::period_of(std::chrono::local_days{std::chrono::days{day}}, unit);
}

std::int64_t begin(const nps::period& p) {
    return p.begin().time_since_epoch().count();
}

// A line of tests/reference/generate/period.py.
std::string line_of(std::int32_t day) {
    std::string line = to_text(of(day, nps::period_unit::day)) + "," + std::to_string(day);
    for (const auto unit :
         {nps::period_unit::week, nps::period_unit::month, nps::period_unit::quarter}) {
        line += "," + std::to_string(of(day, unit).index());
    }
    line += "," + to_text(of(day, nps::period_unit::week));
    for (const auto unit :
         {nps::period_unit::week, nps::period_unit::month, nps::period_unit::quarter}) {
        line += "," + std::to_string(begin(of(day, unit)));
    }
    return line + "\n";
}

// CRC-32 of IEEE 802.3, as zlib has it.
std::uint32_t crc32(std::uint32_t crc, const std::string& text) {
    crc = ~crc;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

constexpr nps::period_unit units[] = {nps::period_unit::day, nps::period_unit::week,
                                      nps::period_unit::month, nps::period_unit::quarter};

} // namespace

TEST_CASE("Periods are those of Python's datetime") {
    for (const auto& row : nps_test::reference_table("period.csv")) {
        if (row.text("date") == "all") {
            std::uint32_t crc = 0;
            for (std::int32_t day = 0; day < 157'054; ++day) { // 1970 to 2399
                crc = crc32(crc, line_of(day));
            }
            CHECK(crc == row.integer("day"));
            continue;
        }
        const auto day = static_cast<std::int32_t>(row.integer("day"));
        const nps::period_unit* unit = units;
        for (const char* column : {"day", "week", "month", "quarter"}) {
            CHECK(of(day, *unit++).index() == row.integer(column));
        }
        CHECK(to_text(of(day, nps::period_unit::day)) == row.text("date"));
        CHECK(to_text(of(day, nps::period_unit::week)) == row.text("week_text"));
        CHECK(to_text(of(day, nps::period_unit::month)) == row.text("date").substr(0, 7));
        CHECK(begin(of(day, nps::period_unit::week)) == row.integer("week_begin"));
        CHECK(begin(of(day, nps::period_unit::month)) == row.integer("month_begin"));
        CHECK(begin(of(day, nps::period_unit::quarter)) == row.integer("quarter_begin"));
    }
}

TEST_CASE("A period has its days, its neighbours and its text") {
    for (const nps::period_unit unit : units) {
        for (std::int32_t day = 0; day < 30'000; day += 13) {
            const nps::period p = of(day, unit);
            CHECK(begin(p) <= day);
            CHECK(day < p.end().time_since_epoch().count());
            CHECK(p.next().begin() == p.end());
            CHECK(p.next().previous() == p);
            CHECK(p < p.next());
            CHECK(nps::parse_period(to_text(p)) == p);
        }
        const nps::period last = of(nps::detail::last_period_day, unit);
        CHECK(nps::parse_period(to_text(last)) == last);
        CHECK_THROWS_AS(static_cast<void>(last.next()), nps::invalid_input);
        CHECK_THROWS_AS(static_cast<void>(nps::period(unit, -1)), nps::invalid_input);
    }
    CHECK(to_text(nps::parse_period("2026-Q4")) == "2026-Q4");
    CHECK(nps::parse_period("2026-Q4").begin() ==
          std::chrono::local_days{std::chrono::year{2026} / 10 / 1});
    static_assert(nps::period(nps::period_unit::month, 682).index() == 682);
    CHECK_THROWS_AS(static_cast<void>(of(-1, nps::period_unit::day)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(of(2'932'897, nps::period_unit::week)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::period(static_cast<nps::period_unit>(9), 0)),
                    nps::invalid_input);
}

TEST_CASE("What is no period is refused with its text") {
    for (const char* text : {"",
                             "2026",
                             "2026-",
                             "2026-13",
                             "2026-00",
                             "2026-1",
                             "2026-W54",
                             "2026-W00",
                             "2025-W53",
                             "2026-Q5",
                             "2026-Q0",
                             "2026-Q10",
                             "2026-11-31",
                             "2026-02-29",
                             "1969-12",
                             "1969-12-31",
                             "2026-W5",
                             "2026-W481",
                             " 2026-11",
                             "2026-11 ",
                             "2026/11",
                             "2026-q4",
                             "2026-w48",
                             "20261125",
                             "2026-1-1-1-",
                             "9999-W53",
                             "\xff\xff\xff\xff-11",
                             "-026-11"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(static_cast<void>(nps::parse_period(text)), nps::invalid_input);
    }
    CHECK(nps::parse_period("2026-W53").index() == nps::parse_period("2026-W52").index() + 1);
    CHECK(message([] { static_cast<void>(nps::parse_period("2026-13")); }) ==
          "nps::parse_period: text = \"2026-13\", must be like 2026-11-25, 2026-W48, 2026-11 or "
          "2026-Q4, in 1970 to 9999");
}

TEST_CASE("Times of RFC 3339 are read as the local time of the offset") {
    const auto seconds = [](const char* text, int offset = 0) {
        return nps::parse_time(text, {.utc_offset = offset}).time_since_epoch().count();
    };
    CHECK(seconds("1970-01-01") == 0);
    CHECK(seconds("2026-11-25") == 1'795'564'800); // date -u -d 2026-11-25 +%s
    CHECK(seconds("2026-11-25T10:30") == 1'795'602'600);
    CHECK(seconds("2026-11-25 10:30:07") == 1'795'602'607);
    CHECK(seconds("2026-11-25t10:30:07.999999999") == 1'795'602'607);
    CHECK(seconds("2026-11-25T10:30:07,5z") == 1'795'602'607);
    // The examples of RFC 3339, 5.8, as instants; without an offset nothing is moved.
    CHECK(seconds("1985-04-12T23:20:50.52Z") == 482'196'050);
    CHECK(seconds("1996-12-19T16:39:57-08:00") == 851'042'397);
    CHECK(seconds("1996-12-20T00:39:57Z") == 851'042'397);
    CHECK(seconds("2026-11-25T10:30", 60) == seconds("2026-11-25T10:30"));
    CHECK(seconds("2026-11-25", -300) == seconds("2026-11-25"));
    CHECK(seconds("2026-11-25T23:30Z", 60) == seconds("2026-11-26T00:30"));
    CHECK(seconds("2026-11-25T23:30+01:00", 60) == seconds("2026-11-25T23:30"));
    CHECK(seconds("2026-03-01T00:10+05:30") == seconds("2026-02-28T18:40"));
    CHECK(seconds("9999-12-31T23:59:59") == 253'402'300'799);
    CHECK(to_text(nps::period_of(nps::parse_time("2026-11-25T23:30Z", {.utc_offset = 60}),
                                 nps::period_unit::day)) == "2026-11-26");
}

TEST_CASE("What is no time is nothing, or an error that shows it") {
    for (const char* text : {"",
                             " ",
                             "2026",
                             "2026-11",
                             "2026-02-30",
                             "2025-02-29",
                             "2100-02-29",
                             "2026-04-31",
                             "2026-13-01",
                             "2026-00-10",
                             "2026-01-00",
                             "2026-1-1",
                             "20261125",
                             "25.11.2026",
                             "2026-11-25T",
                             "2026-11-25T10",
                             "2026-11-25Z",
                             "2026-11-25T24:00",
                             "2026-11-25T24:00:00",
                             "2026-11-25T10:60",
                             "2026-12-31T23:59:60Z",
                             "2026-11-25T10:30:",
                             "2026-11-25T10:30:7",
                             "2026-11-25T10:30:07.",
                             "2026-11-25T10:30:07.Z",
                             "2026-11-25T10:30+1:00",
                             "2026-11-25T10:30+0100",
                             "2026-11-25T10:30+24:00",
                             "2026-11-25T10:30+01:60",
                             "2026-11-25T10:30 Z",
                             " 2026-11-25",
                             "2026-11-25 ",
                             "2026-11-25T10:30Zz",
                             "2026-11-25X10:30",
                             "1969-12-31",
                             "1970-01-01T00:30+01:00",
                             "9999-12-31T23:30-01:00",
                             "10000-01-01",
                             "2026-11-25T-1:00",
                             "nan",
                             "\xe2\x88\x92"
                             "026-11-25"}) {
        CAPTURE(text);
        CHECK(!nps::read_time(text));
        CHECK_THROWS_AS(static_cast<void>(nps::parse_time(text)), nps::invalid_input);
    }
    CHECK(!nps::read_time(std::string_view("2026-11-25\0", 11)));
    // Each cut of a whole text is either refused or ends where a shorter form does.
    const std::string whole = "2026-11-25T10:30:07.25+01:00";
    std::vector<std::size_t> taken;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        if (nps::read_time(whole.substr(0, length))) {
            taken.push_back(length);
        }
    }
    CHECK(taken == std::vector<std::size_t>{10, 16, 19, 21, 22, 28});
    CHECK(
        message([] { static_cast<void>(nps::parse_time("2026-02-30")); }) ==
        "nps::parse_time: text = \"2026-02-30\", must be a date or a date and time of RFC 3339 in "
        "1970 to 9999");
    CHECK_THROWS_AS(static_cast<void>(nps::read_time("2026-11-25", {.utc_offset = 1440})),
                    nps::invalid_input);
}
