// SPDX-License-Identifier: Apache-2.0
#include <nps/count/programme_tally.hpp>
#include <nps/count/programme_tally_bytes.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace {

nps::programme_tally small() {
    nps::programme_tally t({.attributes = {"touchpoint", "channel"}, .utc_offset = 60});
    t.take({"shop", "app"}, "2026-11-25", 9, 77);
    t.take({"shop", "app"}, "2026-11-25", 9, 77);
    t.take({"hotline", "web"}, "2026-11-24", 0);
    t.take({"hotline", "web"}, "2026-11-24", 12);
    t.take({"hotline", "app"}, "2026-11-24T10:00Z", {});
    t.take({"hotline", "app"}, "yesterday", 3);
    t.close_before(nps::parse_period("2026-11-25"));
    t.take({"hotline", "app"}, "2026-11-24", 3);
    return t;
}

std::vector<std::byte> sealed(std::vector<std::byte> bytes) {
    const std::size_t body = bytes.size() - 4;
    const std::uint32_t sum = nps::detail::crc32c(std::span(bytes).first(body));
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[body + i] = static_cast<std::byte>(sum >> (8 * i));
    }
    return bytes;
}

nps::programme_tally read(std::span<const std::byte> bytes) {
    return nps::from_bytes<nps::programme_tally>(bytes);
}

} // namespace

TEST_CASE("A programme tally comes back from its bytes whole") {
    const nps::programme_tally t = small();
    const auto bytes = to_bytes(t);
    nps::programme_tally again = read(bytes);
    CHECK(again == t);
    CHECK(again.duplicates() == 1);
    CHECK(again.late() == 1);
    CHECK(again.invalid_times() == 1);
    CHECK(again.open_ids() == 1);
    CHECK(again.closed_before() == t.closed_before());
    CHECK(again.options() == t.options());
    CHECK(again.take({"new", "app"}, "2026-11-26", 4, 77) == nps::answer_outcome::duplicate);
    CHECK(read(to_bytes(nps::programme_tally())) == nps::programme_tally());

    // Large counts and many cells, and equal tallies made in another order.
    nps::programme_tally large({.attributes = {"a"}, .unit = nps::period_unit::week});
    nps::programme_tally other = large;
    for (int i = 0; i < 500; ++i) {
        large.add({std::to_string(i)}, {nps::period_unit::week, 10 * i}, i % 11,
                  std::int64_t{1} << (i % 53));
        other.add({std::to_string(499 - i)}, {nps::period_unit::week, 10 * (499 - i)},
                  (499 - i) % 11, std::int64_t{1} << ((499 - i) % 53));
    }
    CHECK(to_bytes(large) == to_bytes(other));
    CHECK(read(to_bytes(large)) == large);
}

TEST_CASE("The bytes are those of the layout") {
    nps::programme_tally t({.attributes = {"a"}});
    t.add({"x"}, nps::period(nps::period_unit::day, 300), 2, 200);
    const std::vector<int> expected{
        'N', 'P', 'S', 'p', 1,  0, 0, 0,                             // magic, version
        0,   0,   0,   0,   10, 0, 0, 0,   6,   0, 0, 0, 9, 0, 0, 0, // scale
        0,   0,   0,   0,   0,  0, 0, 0,   0,   0, 0, 0,             // unit, offset, late rule
        255, 255, 255, 255,                                          // all open
        0,   0,   0,   0,   0,  0, 0, 0,   0,   0, 0, 0, 0, 0, 0, 0,   0,
        0,   0,   0,   0,   0,  0, 0, 1,   0,   0, 0, 1, 0, 0, 0, 'a',    // one attribute
        1,   0,   0,   0,   1,  0, 0, 0,   'x',                           // one value
        1,   0,   0,   0,   0,  0, 0, 0,                                  // one cell
        0,   172, 2,   0,   0,  0, 0, 200, 1,   0, 0, 0, 0, 0, 0, 0,   0, // x, 300, counts
        0,   0,   0,   0,   0,  0, 0, 0};                                 // no ids
    const auto bytes = to_bytes(t);
    REQUIRE(bytes.size() == expected.size() + 4);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        CHECK(std::to_integer<int>(bytes[i]) == expected[i]);
    }
}

TEST_CASE("Damage is refused: every cut, every changed byte, another scale or kind") {
    const nps::programme_tally t = small();
    const auto bytes = to_bytes(t);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CHECK_THROWS_AS(static_cast<void>(read(std::span(bytes).first(length))),
                        nps::invalid_input);
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] ^= std::byte{0x10};
        CHECK_THROWS_AS(static_cast<void>(read(changed)), nps::invalid_input);
    }
    auto longer = bytes;
    longer.push_back(std::byte{0});
    CHECK_THROWS_AS(static_cast<void>(read(longer)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(read(sealed(longer))), nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::from_bytes<nps::basic_programme_tally<nps::one_to_ten>>(bytes)),
        nps::invalid_input);
}

TEST_CASE("With a mended checksum a changed byte is refused, or is another tally of these bytes") {
    const auto bytes = to_bytes(small());
    int refused = 0;
    for (std::size_t at = 0; at + 4 < bytes.size(); ++at) {
        for (const int flip : {0x01, 0x02, 0x40, 0x80, 0xFF}) {
            auto changed = bytes;
            changed[at] ^= static_cast<std::byte>(flip);
            changed = sealed(changed);
            try {
                CHECK(to_bytes(read(changed)) == changed);
            } catch (const nps::invalid_input&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 300);
}
