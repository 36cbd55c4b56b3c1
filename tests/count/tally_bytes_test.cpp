// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/count/tally_bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace {

constexpr nps::scale plus_minus{
    .lowest = -1, .highest = 1, .last_detractor = -1, .first_promoter = 1};

// Made with Python's struct and a bit-by-bit CRC-32C: scale -1..1, missing 3, invalid 4,
// counts 258, 0 and 10^12.
constexpr std::uint8_t example[] = {
    0x4E, 0x50, 0x53, 0x74, 0x01, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00,
    0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x10, 0xA5, 0xD4, 0xE8, 0x00, 0x00, 0x00, 0x5B, 0x8E, 0x20, 0x7A};

std::vector<std::byte> example_bytes() {
    const auto bytes = std::as_bytes(std::span(example));
    return {bytes.begin(), bytes.end()};
}

nps::basic_tally<plus_minus> example_tally() {
    nps::basic_tally<plus_minus> t;
    t.add(-1, 258);
    t.add(1, 1'000'000'000'000);
    t.add_missing(3);
    t.add_invalid(4);
    return t;
}

// Other content, with the checksum that belongs to it.
std::vector<std::byte> with_checksum(std::vector<std::byte> body) {
    const std::uint32_t crc = nps::detail::crc32c(body);
    for (int shift = 0; shift < 32; shift += 8) {
        body.push_back(static_cast<std::byte>((crc >> shift) & 0xFFU));
    }
    return body;
}

std::vector<std::byte> edited(std::size_t place, std::vector<int> values) {
    std::vector<std::byte> body = example_bytes();
    body.resize(body.size() - 4);
    for (const int value : values) {
        body.at(place++) = static_cast<std::byte>(value);
    }
    return with_checksum(body);
}

std::string error_of(const std::vector<std::byte>& bytes) {
    try {
        (void)nps::from_bytes<nps::dynamic_tally>(bytes);
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

template <class T>
concept readable = requires(std::vector<std::byte> bytes) {
    nps::from_bytes<T>(bytes);
};
static_assert(readable<nps::tally> && readable<nps::dynamic_tally>);
static_assert(!readable<int>);

} // namespace

TEST_CASE("the bytes are those of the documented layout") {
    CHECK(nps::to_bytes(example_tally()) == example_bytes());
    CHECK(nps::to_bytes(nps::dynamic_tally(example_tally())) == example_bytes());
    CHECK(nps::from_bytes<nps::basic_tally<plus_minus>>(example_bytes()) == example_tally());
    CHECK(nps::from_bytes<nps::dynamic_tally>(example_bytes()) ==
          nps::dynamic_tally(example_tally()));
    CHECK(nps::to_bytes(nps::tally()).size() == 44 + 8 * 11);
}

TEST_CASE("every tally comes back") {
    nps::tally t;
    CHECK(nps::from_bytes<nps::tally>(nps::to_bytes(t)) == t);
    for (int score = 0; score <= 10; ++score) {
        t.add(score, std::int64_t{1} << (4 * score));
    }
    t.add_missing(5);
    t.add_invalid(6);
    CHECK(nps::from_bytes<nps::tally>(nps::to_bytes(t)) == t);
    t.add(10, (std::int64_t{1} << 53) - t.responses()); // full
    CHECK(nps::from_bytes<nps::tally>(nps::to_bytes(t)) == t);
    nps::dynamic_tally wide(
        {.lowest = -1000, .highest = 1000, .last_detractor = 0, .first_promoter = 500});
    wide.add(-1000, 3);
    wide.add(1000);
    CHECK(nps::from_bytes<nps::dynamic_tally>(nps::to_bytes(wide)) == wide);
}

TEST_CASE("bytes cut short or with more behind them throw") {
    const std::vector<std::byte> whole = example_bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_THROWS_AS((void)nps::from_bytes<nps::dynamic_tally>(std::span(whole).first(length)),
                        nps::invalid_input);
    }
    std::vector<std::byte> longer = whole;
    longer.push_back(std::byte{0});
    CHECK(error_of(longer).find("damaged, cut short or too many") != std::string::npos);
    CHECK(error_of({whole.begin(), whole.end() - 8}).find("damaged, cut short or too many") !=
          std::string::npos);
    CHECK(error_of({whole.begin(), whole.begin() + 43}) ==
          "nps::from_bytes: bytes = 43, must be at least 44: the bytes are cut short");
    // With the checksum of the wrong length.
    std::vector<std::byte> body(whole.begin(), whole.end() - 4);
    body.push_back(std::byte{0});
    CHECK(error_of(with_checksum(body)) ==
          "nps::from_bytes: bytes = 69, must be 68 for a scale of 3 scores");
    body.resize(body.size() - 9);
    CHECK(error_of(with_checksum(body)) ==
          "nps::from_bytes: bytes = 60, must be 68 for a scale of 3 scores");
    CHECK(error_of({}) == "nps::from_bytes: bytes left = 0, must be more: the bytes are cut short");
}

TEST_CASE("every wrong bit is found") {
    const std::vector<std::byte> whole = example_bytes();
    for (std::size_t place = 0; place < whole.size(); ++place) {
        for (int bit = 0; bit < 8; ++bit) {
            std::vector<std::byte> wrong = whole;
            wrong[place] ^= static_cast<std::byte>(1 << bit);
            const std::string error = error_of(wrong);
            // Damage is called so, and not taken for an impossible scale or length.
            CHECK(error.find(place < 4   ? "first four bytes"
                             : place < 8 ? "version"
                                         : "they are damaged") != std::string::npos);
        }
    }
    std::vector<std::byte> wrong = whole;
    wrong[40] = std::byte{3};
    CHECK(error_of(wrong) == "nps::from_bytes: checksum = 2048953947, must be that of the bytes: "
                             "they are damaged, cut short or too many");
}

TEST_CASE("foreign bytes throw, also with a right checksum") {
    CHECK(error_of(edited(0, {'P', 'K', 3, 4})) ==
          "nps::from_bytes: first four bytes = 67324752, must be 1951617102, which is \"NPSt\": "
          "this is no tally");
    CHECK(error_of(edited(4, {2})) == "nps::from_bytes: version = 2, must be 1");
    // Impossible scales: highest below lowest, lowest beyond the bound, no room for promoters.
    CHECK(error_of(edited(12, {0xFE, 0xFF, 0xFF, 0xFF})) ==
          "nps::from_bytes: scale = -1 to -2, detractors to -1, promoters from 1, must be within "
          "-1000 to 1000, detractors below promoters");
    CHECK(error_of(edited(8, {0, 0, 0, 0x80})).starts_with("nps::from_bytes: scale = -2147483648"));
    CHECK(error_of(edited(8, {0x17, 0xFC, 0xFF, 0xFF}))
              .starts_with("nps::from_bytes: scale = -1001 to"));
    CHECK(error_of(edited(12, {0xE9, 0x03, 0, 0}))
              .starts_with("nps::from_bytes: scale = -1 to 1001"));
    CHECK(error_of(edited(16, {1, 0, 0, 0})).starts_with("nps::from_bytes: scale ="));
    CHECK(error_of(edited(16, {0xFE, 0xFF, 0xFF, 0xFF})).starts_with("nps::from_bytes: scale ="));
    CHECK(error_of(edited(20, {0xFF, 0xFF, 0xFF, 0xFF})).starts_with("nps::from_bytes: scale ="));
    CHECK(error_of(edited(20, {2, 0, 0, 0})).starts_with("nps::from_bytes: scale ="));
    // Absurd counts: negative, over 2^53, together over 2^53.
    CHECK(error_of(edited(40, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})) ==
          "nps::from_bytes: count = -1, must be at least 0 and leave at most 2^53 responses in "
          "all");
    CHECK(error_of(edited(24, {0, 0, 0, 0, 0, 0, 0, 0x7F})) != "no error");
    CHECK(error_of(edited(32, {0, 0, 0, 0, 0, 0, 0x20, 0})) != "no error");
    CHECK(error_of(edited(32, {0, 0, 0, 0, 0, 0, 0x10, 0})) == "no error");
}

TEST_CASE("another scale than the one asked for throws") {
    CHECK_THROWS_WITH_AS((void)nps::from_bytes<nps::tally>(example_bytes()),
                         "nps::from_bytes: scale = -1 to 1, must have the cut points of the tally "
                         "asked for, on the scale 0 to 10",
                         nps::invalid_input);
    // The same scores with other cut points.
    constexpr nps::scale other{
        .lowest = -1, .highest = 1, .last_detractor = 0, .first_promoter = 1};
    CHECK_THROWS_AS((void)nps::from_bytes<nps::basic_tally<other>>(example_bytes()),
                    nps::invalid_input);
}
