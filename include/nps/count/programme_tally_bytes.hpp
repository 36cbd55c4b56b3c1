// SPDX-License-Identifier: Apache-2.0
/// @file
/// A programme tally as bytes, to be kept in files or sent between machines.
///
/// Layout, version 1; integers of fixed width, lowest byte first, negative ones in two's
/// complement. A "short" is a whole number in groups of 7 bits, lowest first, the top bit of a byte
/// says that more follow, no needless byte at its end. A "text" is its length in 4 bytes and its
/// bytes.
///
///     bytes    content
///      4       "NPSp"
///      4       version, 1
///     16       lowest, highest, last detractor, first promoter, 4 bytes each, signed
///      4 each  unit (0 day to 3 quarter), utc_offset, late rule, first open period or -1
///      8 each  unreadable times, late, duplicates
///      4       attributes; for each its name (text), the number of its values (4 bytes), and the
///              values (texts) in ascending order, each of them in use
///      8       cells, in ascending order of values and period; for each the place of each value
///              and the period (shorts), missing, invalid, and a count for each score (shorts)
///      8       ids, in ascending order; for each 8 bytes and its period (short)
///      4       CRC-32C of all bytes before
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/programme_tally.hpp>
#include <nps/numeric/byte_format.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

namespace detail {

template <class T>
inline constexpr bool is_programme_tally = false;
template <scale S>
inline constexpr bool is_programme_tally<basic_programme_tally<S>> = true;

/// Reads and writes what the layout says; a friend of the tally.
struct programme_bytes {
    static constexpr std::uint32_t magic = 0x7053504E; // "NPSp", lowest byte first
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t least_size = 88;

    static void put_short(byte_writer& out, std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) {
            out.put(static_cast<std::uint8_t>(value | 0x80));
        }
        out.put(static_cast<std::uint8_t>(value));
    }
    static void put_text(byte_writer& out, std::string_view text) {
        require(text.size() <= (std::numeric_limits<std::uint32_t>::max)(), "to_bytes",
                "length of a text", text.size(), "must be below 2^32");
        out.put(static_cast<std::uint32_t>(text.size()));
        for (const char c : text) {
            out.put(c);
        }
    }
    [[nodiscard]] static std::int64_t take_short(byte_reader& in, std::int64_t most,
                                                 std::string_view what) {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const auto byte = in.take<std::uint8_t>();
            require(shift < 56 && (byte != 0 || shift == 0), "from_bytes", what, byte,
                    "must be the last byte of a number below 2^56 without needless bytes");
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) {
                break;
            }
        }
        const auto number = static_cast<std::int64_t>(value);
        require(number <= most, "from_bytes", what, number,
                "must be at most " + detail::to_text(most));
        return number;
    }
    [[nodiscard]] static std::string take_text(byte_reader& in) {
        const auto size = in.take<std::uint32_t>();
        require(size <= in.left(), "from_bytes", "length of a text", size,
                "must be at most the bytes left");
        std::string text(size, '\0');
        for (char& c : text) {
            c = in.take<char>();
        }
        return text;
    }
    [[nodiscard]] static std::int64_t take_count(byte_reader& in, std::string_view what) {
        const auto count = in.take<std::int64_t>();
        require_count(count, "from_bytes", what);
        return count;
    }

    template <scale S>
    [[nodiscard]] static std::vector<std::byte> write(const basic_programme_tally<S>& t) {
        byte_writer out;
        out.put(magic);
        out.put(version);
        for (const int point : {S.lowest, S.highest, S.last_detractor, S.first_promoter}) {
            out.put(static_cast<std::int32_t>(point));
        }
        const programme_tally_options& options = t.options_;
        out.put(static_cast<std::uint32_t>(options.unit));
        out.put(static_cast<std::int32_t>(options.utc_offset));
        out.put(static_cast<std::uint32_t>(options.late));
        out.put(t.closed_before_);
        out.put(t.invalid_times_);
        out.put(t.late_);
        out.put(t.duplicates_);
        out.put(static_cast<std::uint32_t>(options.attributes.size()));
        std::vector<std::vector<std::uint32_t>> ranks;
        for (std::size_t a = 0; a < options.attributes.size(); ++a) {
            const std::vector<std::string> values = t.values(options.attributes[a]);
            put_text(out, options.attributes[a]);
            out.put(static_cast<std::uint32_t>(values.size()));
            for (const std::string& value : values) {
                put_text(out, value);
            }
            ranks.push_back(t.cells_.ranks(a));
        }
        out.put(std::uint64_t{t.size()});
        for (const std::uint32_t c : t.cells_.sorted()) {
            const auto& one = t.cells_.cells()[c];
            for (std::size_t a = 0; a < ranks.size(); ++a) {
                put_short(out, ranks[a][t.cells_.code(one.row, a)]);
            }
            put_short(out, static_cast<std::uint64_t>(one.period));
            put_short(out, static_cast<std::uint64_t>(one.tally.missing()));
            put_short(out, static_cast<std::uint64_t>(one.tally.invalid()));
            for (const std::int64_t count : one.tally.counts()) {
                put_short(out, static_cast<std::uint64_t>(count));
            }
        }
        auto ids = t.ids_.entries();
        std::ranges::sort(ids);
        out.put(std::uint64_t{ids.size()});
        for (const auto& one : ids) {
            out.put(one.id);
            put_short(out, static_cast<std::uint64_t>(one.period));
        }
        return std::move(out).finish();
    }

    template <scale S>
    [[nodiscard]] static basic_programme_tally<S> read(std::span<const std::byte> bytes) {
        constexpr std::string_view self = "from_bytes";
        byte_reader in(bytes, self);
        const auto first = in.take<std::uint32_t>();
        require(first == magic, self, "first four bytes", first,
                "must be 1884508238, which is \"NPSp\": this is no programme tally");
        const auto found = in.take<std::uint32_t>();
        require(found == version, self, "version", found, "must be 1");
        require(bytes.size() >= least_size, self, "bytes", bytes.size(),
                "must be at least 88: the bytes are cut short");
        const std::size_t body = bytes.size() - 4;
        const auto checksum = byte_reader(bytes.subspan(body), self).take<std::uint32_t>();
        require(checksum == crc32c(bytes.first(body)), self, "checksum", checksum,
                "must be that of the bytes: they are damaged, cut short or too many");
        for (const int point : {S.lowest, S.highest, S.last_detractor, S.first_promoter}) {
            const auto theirs = in.take<std::int32_t>();
            require(theirs == point, self, "cut point of the scale", theirs,
                    "must be that of the tally asked for, " + detail::to_text(point));
        }
        programme_tally_options options;
        const auto unit = in.take<std::uint32_t>();
        require(unit <= 3, self, "unit", unit, "must be 0 to 3");
        options.unit = static_cast<period_unit>(unit);
        options.utc_offset = in.take<std::int32_t>();
        const auto rule = in.take<std::uint32_t>();
        require(rule <= 1, self, "late rule", rule, "must be 0 or 1");
        options.late = static_cast<late_answers>(rule);
        const std::int32_t last_period = period_index(options.unit, last_period_day);
        const auto closed = in.take<std::int32_t>();
        require(closed >= -1 && closed <= last_period, self, "first open period", closed,
                "must be in 1970 to 9999, or -1");
        const std::int64_t unreadable = take_count(in, "unreadable times");
        const std::int64_t late = take_count(in, "late");
        const std::int64_t duplicates = take_count(in, "duplicates");

        const auto width = in.take<std::uint32_t>();
        require(width <= in.left() / 8, self, "attributes", width, "must fit into the bytes left");
        std::vector<std::vector<std::string>> names(width);
        for (std::vector<std::string>& values : names) {
            options.attributes.push_back(take_text(in));
            const auto size = in.take<std::uint32_t>();
            require(size <= in.left() / 4, self, "values", size, "must fit into the bytes left");
            for (std::uint32_t v = 0; v < size; ++v) {
                values.push_back(take_text(in));
                require(v == 0 || values[v - 1] < values[v], self, "value", values[v],
                        "must come after the one before it");
            }
        }
        basic_programme_tally<S> t(options);
        const auto cells = in.take<std::uint64_t>();
        std::vector<std::int64_t> before;
        for (std::uint64_t c = 0; c < cells; ++c) {
            std::vector<std::int64_t> place;
            std::vector<std::string_view> values;
            for (const std::vector<std::string>& all : names) {
                place.push_back(take_short(in, static_cast<std::int64_t>(all.size()) - 1, "value"));
                values.push_back(all[static_cast<std::size_t>(place.back())]);
            }
            place.push_back(take_short(in, last_period, "period"));
            require(before < place, self, "cell", c, "must come after the one before it");
            t.cells_.change(values, static_cast<std::int32_t>(place.back()), [&](auto& tally) {
                const auto take = [&] {
                    return take_short(in, largest_count - tally.responses(), "count");
                };
                tally.add_missing(take());
                tally.add_invalid(take());
                for (int score = S.lowest; score <= S.highest; ++score) {
                    tally.add(score, take());
                }
                require(tally.responses() > 0, self, "responses of a cell", tally.responses(),
                        "must be at least 1");
            });
            before = std::move(place);
        }
        for (std::size_t a = 0; a < names.size(); ++a) {
            require(t.cells_.names(a).size() == names[a].size(), self, "values in use",
                    t.cells_.names(a).size(), "must be all of them");
        }
        const auto ids = in.take<std::uint64_t>();
        std::optional<std::uint64_t> last;
        for (std::uint64_t i = 0; i < ids; ++i) {
            const auto id = in.take<std::uint64_t>();
            const std::int64_t period = take_short(in, last_period, "period of an id");
            require((!last || *last < id) && period >= closed, self, "id", id,
                    "must come after the one before it, in an open period");
            t.ids_.insert(id, static_cast<std::int32_t>(period));
            last = id;
        }
        require(in.left() == 4, self, "bytes left", in.left(),
                "must be the 4 of the checksum: there are too many");
        t.closed_before_ = closed;
        t.invalid_times_ = unreadable;
        t.late_ = late;
        t.duplicates_ = duplicates;
        return t;
    }
};

} // namespace detail

/// The bytes of a programme tally: the same on every platform (layout: top of this header), and the
/// same for equal tallies.
///
/// Throws:     invalid_input, for a text of 2^32 bytes or more; std::bad_alloc.
/// Cost:       O(cells log cells); about 15 bytes and one for each attribute a cell while counts are
///             below 128, and 9 to 11 for each id.
/// Checked:    tests/count/programme_tally_bytes_test.cpp
/// Example:    examples/monitor_programme.cpp
template <scale S>
[[nodiscard]] std::vector<std::byte> to_bytes(const basic_programme_tally<S>& t) {
    return detail::programme_bytes::write(t);
}

/// The programme tally that the bytes were made from: `from_bytes<programme_tally>(bytes)`.
///
/// Assumes:    nothing of the bytes: they may come from anywhere. The checksum finds damage, not
///             malice.
/// Throws:     invalid_input, for bytes that are cut short, too many, damaged, of another kind,
///             version or scale, and for what no programme tally writes.
/// Cost:       O(bytes).
/// Source:     checksum: CRC-32C, https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
/// Checked:    tests/count/programme_tally_bytes_test.cpp
/// Example:    examples/monitor_programme.cpp
template <class Tally>
requires detail::is_programme_tally<Tally>
[[nodiscard]] Tally from_bytes(std::span<const std::byte> bytes) {
    return detail::programme_bytes::read<Tally::score_scale()>(bytes);
}

} // namespace nps::inline v0
