// SPDX-License-Identifier: Apache-2.0
/// @file
/// A tally as bytes, to be kept in files or sent between machines.
///
/// Layout, version 1; integers of fixed width, lowest byte first, negative ones in two's
/// complement; k is the number of scores on the scale:
///
///     offset  bytes  content
///          0      4  "NPSt"
///          4      4  version, 1
///          8     16  lowest, highest, last detractor, first promoter, 4 bytes each, signed
///         24      8  missing
///         32      8  invalid
///         40     8k  a count for each score, from the lowest upwards
///      40+8k      4  CRC-32C of all bytes before
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>
#include <nps/numeric/byte_format.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nps::inline v0 {

namespace detail {

inline constexpr std::uint32_t tally_magic = 0x7453504E; // "NPSt", lowest byte first
inline constexpr std::uint32_t tally_version = 1;
inline constexpr std::size_t tally_frame = 44; // all but the counts

template <class Tally>
[[nodiscard]] std::vector<std::byte> tally_to_bytes(const Tally& t) {
    byte_writer out;
    out.put(tally_magic);
    out.put(tally_version);
    const scale s = t.score_scale();
    for (const int point : {s.lowest, s.highest, s.last_detractor, s.first_promoter}) {
        out.put(static_cast<std::int32_t>(point));
    }
    out.put(t.missing());
    out.put(t.invalid());
    for (const std::int64_t count : t.counts()) {
        out.put(count);
    }
    return std::move(out).finish();
}

[[nodiscard]] inline dynamic_tally tally_from_bytes(std::span<const std::byte> bytes) {
    byte_reader in(bytes, "from_bytes");
    const auto magic = in.take<std::uint32_t>();
    require(magic == tally_magic, "from_bytes", "first four bytes", magic,
            "must be 1951617102, which is \"NPSt\": this is no tally");
    const auto version = in.take<std::uint32_t>();
    require(version == tally_version, "from_bytes", "version", version, "must be 1");
    require(bytes.size() >= tally_frame, "from_bytes", "bytes", bytes.size(),
            "must be at least " + to_text(tally_frame) + ": the bytes are cut short");
    // Before anything is made of the rest: damage is called damage.
    const std::size_t body = bytes.size() - 4;
    const auto checksum = byte_reader(bytes.subspan(body), "from_bytes").take<std::uint32_t>();
    require(checksum == crc32c(bytes.first(body)), "from_bytes", "checksum", checksum,
            "must be that of the bytes: they are damaged, cut short or too many");
    const auto lowest = in.take<std::int32_t>();
    const auto highest = in.take<std::int32_t>();
    const auto last_detractor = in.take<std::int32_t>();
    const auto first_promoter = in.take<std::int32_t>();
    require(-1000 <= lowest && lowest <= last_detractor && last_detractor < first_promoter &&
                first_promoter <= highest && highest <= 1000,
            "from_bytes", "scale",
            to_text(lowest) + " to " + to_text(highest) + ", detractors to " +
                to_text(last_detractor) + ", promoters from " + to_text(first_promoter),
            "must be within -1000 to 1000, detractors below promoters");
    const scale s{.lowest = lowest,
                  .highest = highest,
                  .last_detractor = last_detractor,
                  .first_promoter = first_promoter};
    require(bytes.size() == tally_frame + 8 * s.size(), "from_bytes", "bytes", bytes.size(),
            "must be " + to_text(tally_frame + 8 * s.size()) + " for a scale of " +
                to_text(s.size()) + " scores");
    dynamic_tally t(s);
    const auto take_count = [&] {
        const auto count = in.take<std::int64_t>();
        require(count >= 0 && count <= largest_count - t.responses(), "from_bytes", "count", count,
                "must be at least 0 and leave at most 2^53 responses in all");
        return count;
    };
    t.add_missing(take_count());
    t.add_invalid(take_count());
    for (int score = s.lowest; score <= s.highest; ++score) {
        t.add(score, take_count());
    }
    return t;
}

template <class T>
inline constexpr bool is_basic_tally = false;
template <scale S>
inline constexpr bool is_basic_tally<basic_tally<S>> = true;

} // namespace detail

/// The bytes of a tally: the same on every platform (layout: top of this header).
///
/// Throws:     nothing but std::bad_alloc.
/// Cost:       44 bytes and 8 for each score.
/// Checked:    tests/count/tally_bytes_test.cpp
/// Example:    examples/counting.cpp
template <scale S>
[[nodiscard]] std::vector<std::byte> to_bytes(const basic_tally<S>& t) {
    return detail::tally_to_bytes(t);
}
/// The same, for a scale known only at run time; equal tallies have equal bytes.
///
/// Throws:     nothing but std::bad_alloc.
/// Cost:       as above.
/// Checked:    tests/count/tally_bytes_test.cpp
/// Example:    examples/counting.cpp
[[nodiscard]] inline std::vector<std::byte> to_bytes(const dynamic_tally& t) {
    return detail::tally_to_bytes(t);
}

/// The tally that the bytes were made from: `from_bytes<tally>(bytes)`, or
/// `from_bytes<dynamic_tally>(bytes)` for whatever scale they are on.
///
/// Assumes:    nothing of the bytes: they may come from anywhere. The checksum finds damage, not
///             malice.
/// Throws:     invalid_input, for bytes that are cut short, too many, damaged, of another kind or
///             version, on another scale, or with counts that no survey can have.
/// Cost:       O(bytes).
/// Source:     checksum: CRC-32C, https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
/// Checked:    tests/count/tally_bytes_test.cpp
/// Example:    examples/counting.cpp
template <class Tally>
requires std::same_as<Tally, dynamic_tally> || detail::is_basic_tally<Tally>
[[nodiscard]] Tally from_bytes(std::span<const std::byte> bytes) {
    const dynamic_tally read = detail::tally_from_bytes(bytes);
    if constexpr (std::same_as<Tally, dynamic_tally>) {
        return read;
    } else {
        const scale wanted = Tally::score_scale();
        const scale& found = read.score_scale();
        detail::require(found == wanted, "from_bytes", "scale",
                        detail::to_text(found.lowest) + " to " + detail::to_text(found.highest),
                        "must have the cut points of the tally asked for, " +
                            detail::on_the_scale(wanted));
        Tally t;
        for (int score = wanted.lowest; score <= wanted.highest; ++score) {
            t.add(score, read.count(score));
        }
        t.add_missing(read.missing());
        t.add_invalid(read.invalid());
        return t;
    }
}

} // namespace nps::inline v0
