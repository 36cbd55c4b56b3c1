// SPDX-License-Identifier: Apache-2.0
/// @file
/// Days, weeks, months and quarters, and the times of answers that fall into them.
///
/// The time zone rule. A period is one of local time, and a local day is all that is ever asked of a
/// time. A text without an offset is local as it stands. One with an offset ("Z", "+02:00") is an
/// instant, and falls into the local day of one fixed offset, an option in minutes east of UTC. A
/// zone that changes its clocks in summer is not handled: convert its times before (SQL: AT TIME
/// ZONE, pandas: tz_convert) and write them without an offset.
#pragma once

#include <nps/core/error.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nps::inline v0 {

/// How long a period is.
enum class period_unit : std::uint8_t { day, week, month, quarter };

namespace detail {

/// 1970-01-01 to 9999-12-31 as days since the first of them.
inline constexpr std::int32_t last_period_day = 2'932'896;

constexpr void require_period_unit(period_unit unit, std::string_view function) {
    require(unit == period_unit::day || unit == period_unit::week || unit == period_unit::month ||
                unit == period_unit::quarter,
            function, "unit", static_cast<int>(unit), "must be day, week, month or quarter");
}

/// Days since 1970-01-01; year, month and day are those of a date that exists.
[[nodiscard]] constexpr std::int32_t period_day_of(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    return static_cast<std::int32_t>(std::chrono::local_days{date}.time_since_epoch().count());
}

[[nodiscard]] constexpr std::chrono::year_month_day period_date(std::int32_t day) {
    return std::chrono::year_month_day{std::chrono::local_days{std::chrono::days{day}}};
}

/// `day` lies in 1970 to 9999. Week 0 began on Monday, 1969-12-29.
[[nodiscard]] constexpr std::int32_t period_index(period_unit unit, std::int32_t day) {
    if (unit == period_unit::day) {
        return day;
    }
    if (unit == period_unit::week) {
        return (day + 3) / 7;
    }
    const std::chrono::year_month_day date = period_date(day);
    const std::int32_t months = 12 * (static_cast<int>(date.year()) - 1970) +
                                static_cast<std::int32_t>(static_cast<unsigned>(date.month())) - 1;
    return unit == period_unit::month ? months : months / 3;
}

/// The first day of a period.
[[nodiscard]] constexpr std::int32_t period_begin(period_unit unit, std::int32_t index) {
    if (unit == period_unit::day) {
        return index;
    }
    if (unit == period_unit::week) {
        return 7 * index - 3;
    }
    const std::int32_t months = unit == period_unit::month ? index : 3 * index;
    return period_day_of(1970 + months / 12, static_cast<unsigned>(months % 12) + 1, 1);
}

/// Reads fixed texts from the front; `ok` stays false once something else was found.
struct period_reader {
    const char* at;
    const char* end;
    bool ok = true;

    explicit constexpr period_reader(std::string_view text)
        : at(text.data()), end(text.data() + text.size()) {}

    [[nodiscard]] constexpr bool done() const { return at == end; }
    [[nodiscard]] constexpr char peek() const { return at == end ? '\0' : *at; }
    /// `count` digits, as a number in [least, most].
    constexpr int number(int count, int least, int most) {
        if (end - at < count) {
            ok = false;
            return least;
        }
        int value = 0;
        for (int i = 0; i < count; ++i) {
            const int digit = *at++ - '0';
            ok = ok && digit >= 0 && digit <= 9;
            value = 10 * value + digit;
        }
        ok = ok && value >= least && value <= most;
        return ok ? value : least;
    }
    constexpr void one(char wanted) {
        ok = ok && at != end && *at == wanted;
        at += at != end ? 1 : 0;
    }
    constexpr std::int32_t date() {
        const int year = number(4, 1970, 9999);
        one('-');
        const auto month = static_cast<unsigned>(number(2, 1, 12));
        one('-');
        const auto day = static_cast<unsigned>(number(2, 1, 31));
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const unsigned days = month == 2 ? (leap ? 29 : 28) : 30 + (month + month / 8) % 2;
        ok = ok && day <= days;
        return ok ? period_day_of(year, month, day) : 0;
    }
};

inline void append_digits(std::string& text, int value, int width) {
    const std::string digits = to_text(value);
    text.append(static_cast<std::size_t>(width) - digits.size(), '0');
    text += digits;
}

} // namespace detail

/// A day, an ISO week (from Monday), a month or a quarter of the calendar, from `begin()` to just
/// before `end()`. Ordered by unit and then by time.
///
/// Scale:      1970 to 9999: `index` counts periods since the one that holds 1970-01-01.
/// Assumes:    the Gregorian calendar and local days; see the top of this header.
/// Throws:     invalid_input, where made, or asked for the next, outside these years.
/// Cost:       O(1).
/// Source:     ISO 8601-1:2019, https://www.iso.org/standard/70907.html (weeks)
/// Checked:    tests/count/period_test.cpp (Python datetime, each day of 1970 to 2400)
/// Example:    examples/monitor_programme.cpp
class period {
public:
    constexpr period() = default;
    constexpr period(period_unit unit, std::int32_t index) : unit_(unit), index_(index) {
        detail::require_period_unit(unit, "period");
        const std::int32_t most = detail::period_index(unit, detail::last_period_day);
        detail::require(index >= 0 && index <= most, "period", "index", index,
                        "must be in 1970 to 9999");
    }

    [[nodiscard]] constexpr period_unit unit() const { return unit_; }
    [[nodiscard]] constexpr std::int32_t index() const { return index_; }
    /// Its first day.
    [[nodiscard]] constexpr std::chrono::local_days begin() const {
        return std::chrono::local_days{std::chrono::days{detail::period_begin(unit_, index_)}};
    }
    /// The first day that is no longer in it.
    [[nodiscard]] constexpr std::chrono::local_days end() const {
        return std::chrono::local_days{std::chrono::days{detail::period_begin(unit_, index_ + 1)}};
    }
    [[nodiscard]] constexpr period next() const { return {unit_, index_ + 1}; }
    [[nodiscard]] constexpr period previous() const { return {unit_, index_ - 1}; }

    friend constexpr auto operator<=>(const period&, const period&) = default;

private:
    period_unit unit_ = period_unit::day;
    std::int32_t index_ = 0;
};

/// The period of this unit that holds a local day.
///
/// Throws:     invalid_input, for a day outside 1970 to 9999.
/// Cost:       O(1).
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] constexpr period period_of(std::chrono::local_days day, period_unit unit) {
    detail::require_period_unit(unit, "period_of");
    const auto days = day.time_since_epoch().count();
    detail::require(days >= 0 && days <= detail::last_period_day, "period_of",
                    "days since 1970-01-01", days, "must be in 1970 to 9999");
    return {unit, detail::period_index(unit, static_cast<std::int32_t>(days))};
}
/// The period that holds a local time.
///
/// Throws:     invalid_input, as above.
/// Cost:       O(1).
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] constexpr period period_of(std::chrono::local_seconds time, period_unit unit) {
    return period_of(std::chrono::floor<std::chrono::days>(time), unit);
}

/// A period as text: 2026-11-25, 2026-W48, 2026-11, 2026-Q4. A week bears the year of its Thursday.
///
/// Throws:     nothing but std::bad_alloc.
/// Cost:       O(1).
/// Source:     ISO 8601-1:2019, https://www.iso.org/standard/70907.html (days, weeks, months)
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline std::string to_text(const period& p) {
    const std::int32_t first = detail::period_begin(p.unit(), p.index());
    const auto date =
        detail::period_date(p.unit() == period_unit::week ? first + 3 : first); // its Thursday
    const int year = static_cast<int>(date.year());
    const int month = static_cast<int>(static_cast<unsigned>(date.month()));
    std::string text;
    detail::append_digits(text, year, 4);
    switch (p.unit()) {
    case period_unit::week:
        text += "-W";
        detail::append_digits(text, (first + 3 - detail::period_day_of(year, 1, 1)) / 7 + 1, 2);
        return text;
    case period_unit::quarter:
        text += "-Q";
        detail::append_digits(text, (month - 1) / 3 + 1, 1);
        return text;
    case period_unit::day:
    case period_unit::month:
        break;
    }
    text += '-';
    detail::append_digits(text, month, 2);
    if (p.unit() == period_unit::day) {
        text += '-';
        detail::append_digits(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    }
    return text;
}

/// The period of a text in the form of to_text, and nothing else.
///
/// Throws:     invalid_input, which shows the text; also for week 53 of a year that has 52.
/// Cost:       O(1).
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline period parse_period(std::string_view text) {
    const auto read = [&]() -> std::optional<period> {
        detail::period_reader in(text);
        if (text.size() == 10) {
            const std::int32_t day = in.date();
            return in.ok ? std::optional(period(period_unit::day, day)) : std::nullopt;
        }
        const int year = in.number(4, 1970, 9999);
        in.one('-');
        std::optional<period> found;
        if (in.peek() == 'W') {
            in.one('W');
            const int week = in.number(2, 1, 53);
            // 4 January is always in week 1; week 53 of a short year is week 1 of the next.
            const std::int32_t first =
                detail::period_index(period_unit::week, detail::period_day_of(year, 1, 4));
            const std::int32_t thursday =
                detail::period_begin(period_unit::week, first + week - 1) + 3;
            in.ok = in.ok && thursday <= detail::last_period_day &&
                    static_cast<int>(detail::period_date(thursday).year()) == year;
            found = in.ok ? std::optional(period(period_unit::week, first + week - 1)) : found;
        } else if (in.peek() == 'Q') {
            in.one('Q');
            found = period(period_unit::quarter, 4 * (year - 1970) + in.number(1, 1, 4) - 1);
        } else {
            found = period(period_unit::month, 12 * (year - 1970) + in.number(2, 1, 12) - 1);
        }
        return in.ok && in.done() ? found : std::nullopt;
    };
    const std::optional<period> found = read();
    if (!found) {
        detail::throw_invalid("parse_period", "text", "\"" + std::string(text) + "\"",
                              "must be like 2026-11-25, 2026-W48, 2026-11 or 2026-Q4, in 1970 to "
                              "9999");
    }
    return *found;
}

/// Options of parse_time and read_time.
struct time_options {
    /// Of local time, in minutes east of UTC, in [-1439, 1439]: 60 is central European winter.
    int utc_offset = 0;
};

/// The local time that a text means, or nothing where it means none. The form is strict:
/// 2026-11-25, or 2026-11-25T10:30 with seconds, a fraction of these (with a point or a comma, cut
/// off), and Z, +hh:mm or -hh:mm if wanted; a blank may stand for the T, t and z for T and Z.
///
/// Assumes:    without an offset the text is local time; see the top of this header.
/// Degenerate: no time: 24:00, a second of 60 (leap seconds are not in the time of computers), days
///             that do not exist, blanks around the text, years before 1970 in local time.
/// Throws:     invalid_input, for an offset out of range.
/// Cost:       O(1), about 20 ns.
/// Source:     RFC 3339, https://www.rfc-editor.org/rfc/rfc3339
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] constexpr std::optional<std::chrono::local_seconds>
read_time(std::string_view text, const time_options& options = {}) {
    detail::require(options.utc_offset > -1440 && options.utc_offset < 1440, "read_time",
                    "utc_offset", options.utc_offset, "must be in [-1439, 1439] minutes");
    detail::period_reader in(text);
    std::int64_t seconds = std::int64_t{86'400} * in.date();
    if (in.ok && !in.done()) {
        const char mark = *in.at++;
        in.ok = mark == 'T' || mark == ' ' || mark == 't';
        seconds += 3600 * in.number(2, 0, 23);
        in.one(':');
        seconds += 60 * in.number(2, 0, 59);
        if (in.peek() == ':') {
            in.one(':');
            seconds += in.number(2, 0, 59);
            if (in.peek() == '.' || in.peek() == ',') {
                ++in.at;
                in.ok = in.ok && in.peek() >= '0' && in.peek() <= '9';
                while (in.peek() >= '0' && in.peek() <= '9') {
                    ++in.at;
                }
            }
        }
        const char zone = in.peek();
        if (zone == 'Z' || zone == 'z') {
            ++in.at;
            seconds += 60 * options.utc_offset;
        } else if (zone == '+' || zone == '-') {
            ++in.at;
            int minutes = 60 * in.number(2, 0, 23);
            in.one(':');
            minutes += in.number(2, 0, 59);
            seconds += 60 * (options.utc_offset - (zone == '+' ? minutes : -minutes));
        }
    }
    const bool inside =
        seconds >= 0 && seconds < std::int64_t{86'400} * (detail::last_period_day + 1);
    if (!(in.ok && in.done() && inside)) {
        return std::nullopt;
    }
    return std::chrono::local_seconds{std::chrono::seconds{seconds}};
}

/// The same, where a text that means no time is an error.
///
/// Throws:     invalid_input, which shows the text.
/// Cost:       as above.
/// Checked:    tests/count/period_test.cpp
/// Example:    examples/monitor_programme.cpp
[[nodiscard]] inline std::chrono::local_seconds parse_time(std::string_view text,
                                                           const time_options& options = {}) {
    const auto time = read_time(text, options);
    if (!time) {
        detail::throw_invalid("parse_time", "text", "\"" + std::string(text) + "\"",
                              "must be a date or a date and time of RFC 3339 in 1970 to 9999");
    }
    return *time;
}

} // namespace nps::inline v0
