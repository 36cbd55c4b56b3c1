// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/numeric/byte_format.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> bytes;
    for (const char c : text) {
        bytes.push_back(static_cast<std::byte>(c));
    }
    return bytes;
}

} // namespace

TEST_CASE("the checksum has the published values") {
    using nps::detail::crc32c;
    // Check value of the catalogue of CRC algorithms; examples of RFC 3720, appendix B.4.
    CHECK(crc32c(bytes_of("123456789")) == 0xE3069283U);
    CHECK(crc32c(std::vector<std::byte>(32)) == 0x8A9136AAU);
    CHECK(crc32c(std::vector<std::byte>(32, std::byte{0xFF})) == 0x62A8AB43U);
    std::vector<std::byte> rising;
    std::vector<std::byte> falling;
    for (int i = 0; i < 32; ++i) {
        rising.push_back(static_cast<std::byte>(i));
        falling.push_back(static_cast<std::byte>(31 - i));
    }
    CHECK(crc32c(rising) == 0x46DD794EU);
    CHECK(crc32c(falling) == 0x113FDB5CU);
    CHECK(crc32c({}) == 0);
}

TEST_CASE("integers are written lowest byte first") {
    nps::detail::byte_writer out;
    out.put(std::uint8_t{0xAB});
    out.put(std::uint16_t{0x0102});
    out.put(std::int32_t{-2});
    out.put(std::int64_t{0x0102030405060708});
    const std::vector<std::byte> bytes = std::move(out).finish();
    const std::vector<int> expected{0xAB, 0x02, 0x01, 0xFE, 0xFF, 0xFF, 0xFF, 0x08,
                                    0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01};
    REQUIRE(bytes.size() == expected.size() + 4);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(std::to_integer<int>(bytes[i]) == expected[i]);
    }
}

TEST_CASE("what is written is read again") {
    nps::detail::byte_writer out;
    out.put((std::numeric_limits<std::int64_t>::min)());
    out.put((std::numeric_limits<std::int64_t>::max)());
    out.put((std::numeric_limits<std::uint64_t>::max)());
    out.put((std::numeric_limits<std::int32_t>::min)());
    out.put(std::int8_t{-7});
    const std::vector<std::byte> bytes = std::move(out).finish();
    nps::detail::byte_reader in(bytes, "a_test");
    CHECK(in.take<std::int64_t>() == (std::numeric_limits<std::int64_t>::min)());
    CHECK(in.take<std::int64_t>() == (std::numeric_limits<std::int64_t>::max)());
    CHECK(in.take<std::uint64_t>() == (std::numeric_limits<std::uint64_t>::max)());
    CHECK(in.take<std::int32_t>() == (std::numeric_limits<std::int32_t>::min)());
    CHECK(in.take<std::int8_t>() == -7);
    CHECK(in.left() == 4);
    CHECK_THROWS_WITH_AS((void)in.take<std::int64_t>(),
                         "nps::a_test: bytes left = 4, must be more: the bytes are cut short",
                         nps::invalid_input);
    CHECK(in.left() == 4);
}
