// SPDX-License-Identifier: Apache-2.0
#include <nps/count/cross_products_bytes.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

nps::cross_products example(double step = 1) {
    Eigen::MatrixXd x(3, 2);
    x << 1, -2, 3, 4, 0, 5;
    return {step * x, Eigen::Vector3d(-1, 0, 1), {.names = {"price", "a,\"b"}}};
}

std::string error_of(std::span<const std::byte> bytes) {
    try {
        (void)nps::from_bytes<nps::cross_products>(bytes);
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

// Other content, with the checksum that belongs to it.
std::vector<std::byte> edited(std::vector<std::byte> whole, std::size_t place,
                              const std::vector<int>& values) {
    whole.resize(whole.size() - 4);
    for (const int value : values) {
        whole.at(place++) = static_cast<std::byte>(value);
    }
    const std::uint32_t crc = nps::detail::crc32c(whole);
    for (int shift = 0; shift < 32; shift += 8) {
        whole.push_back(static_cast<std::byte>((crc >> shift) & 0xFFU));
    }
    return whole;
}

// The number of 8 bytes at a place, by the layout at the top of the header.
std::int64_t whole_at(const std::vector<std::byte>& bytes, std::size_t place) {
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < 8; ++k) {
        value |= std::to_integer<std::uint64_t>(bytes[place + k]) << (8 * k);
    }
    return static_cast<std::int64_t>(value);
}

} // namespace

TEST_CASE("the bytes are those of the documented layout") {
    const std::vector<std::byte> bytes = nps::to_bytes(example());
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    CHECK(text.substr(0, 4) == "NPSx");
    CHECK(text.substr(36, 5) == "price");
    REQUIRE(bytes.size() == 36 + 4 + 5 + 4 + 4 + 3 * 8 + 6 * 8);
    CHECK(whole_at(bytes, 16) == 3);  // n
    CHECK(whole_at(bytes, 24) == 0);  // dropped
    CHECK(whole_at(bytes, 49) == 4);  // sum of the first item
    CHECK(whole_at(bytes, 57) == 7);  // of the second
    CHECK(whole_at(bytes, 65) == 0);  // of the outcome
    CHECK(whole_at(bytes, 73) == 10); // first with first
    CHECK(whole_at(bytes, 81) == 10); // first with second
    CHECK(whole_at(bytes, 89) == -1); // first with the outcome
    CHECK(whole_at(bytes, 113) == 2); // outcome with outcome
}

TEST_CASE("cross-products come back, exact or not") {
    for (const nps::cross_products& xy :
         {nps::cross_products(), example(), example(0.3), example() + example(),
          nps::cross_products(
              {.n = 9, .means = {}, .covariance = Eigen::MatrixXd::Identity(4, 4)})}) {
        const std::vector<std::byte> bytes = nps::to_bytes(xy);
        CHECK(nps::from_bytes<nps::cross_products>(bytes) == xy);
        CHECK(nps::to_bytes(nps::from_bytes<nps::cross_products>(bytes)) == bytes);
    }
}

TEST_CASE("bytes cut short, too many or damaged throw") {
    for (const double step : {1.0, 0.3}) {
        const std::vector<std::byte> whole = nps::to_bytes(example(step));
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CHECK(error_of(std::span(whole).first(length)) != "no error");
            if (length > 36) {
                // With the checksum of the wrong length.
                CHECK(error_of(edited(
                          {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}, 0,
                          {})) != "no error");
            }
        }
        std::vector<std::byte> longer = whole;
        longer.resize(whole.size() + 8);
        CHECK(error_of(longer).find("damaged, cut short or too many") != std::string::npos);
        CHECK(error_of(edited(longer, 0, {})).starts_with("nps::from_bytes: bytes left ="));
        for (std::size_t place = 0; place < whole.size(); ++place) {
            std::vector<std::byte> wrong = whole;
            wrong[place] ^= std::byte{4};
            CHECK(error_of(wrong) != "no error");
        }
    }
}

TEST_CASE("hostile bytes throw, also with a right checksum, before memory is taken") {
    const std::vector<std::byte> whole = nps::to_bytes(example());
    CHECK(error_of(edited(whole, 0, {'N', 'P', 'S', 't'}))
              .starts_with("nps::from_bytes: first four"));
    CHECK(error_of(edited(whole, 4, {2})) == "nps::from_bytes: version = 2, must be 1");
    CHECK(error_of(edited(whole, 8, {2})) == "nps::from_bytes: exact = 2, must be 0 or 1");
    // 2^32 - 1 items; a name of 2^32 - 1 bytes.
    CHECK(error_of(edited(whole, 12, {255, 255, 255, 255})) ==
          "nps::from_bytes: items = 4294967295, must be fewer: the bytes do not hold their sums");
    CHECK(error_of(edited(whole, 12, {3})).starts_with("nps::from_bytes: "));
    CHECK(error_of(edited(whole, 32, {255, 255, 255, 255})) ==
          "nps::from_bytes: length of name 0 = 4294967295, must be less: the bytes are cut short");
    // n below 0 or above 2^53, dropped below 0, a variance below 0, a correlation above 1, n = 0.
    const std::string impossible = "nps::from_bytes: sums = impossible, must be those of some rows";
    CHECK(error_of(edited(whole, 23, {0x80})) == impossible);
    CHECK(error_of(edited(whole, 22, {0x21})) == impossible);
    CHECK(error_of(edited(whole, 31, {0x80})) == impossible);
    CHECK(error_of(edited(whole, 16, {0})) == impossible);
    CHECK(error_of(edited(whole, 73, {1})) == impossible);
    CHECK(error_of(edited(whole, 80, {0x80})) == impossible);
    CHECK(error_of(edited(whole, 88, {0x80})) == impossible);
    CHECK(error_of(edited(whole, 82, {1})) == impossible);
    CHECK(error_of(edited(whole, 81, {11})) == "no error");
    // 21^2 < 10 45, but of deviations (3 21 - 4 7)^2 > (3 10 - 4^2) (3 45 - 7^2).
    CHECK(error_of(edited(whole, 81, {20})) == "no error");
    CHECK(error_of(edited(whole, 81, {21})) == impossible);
    // NaN and infinity among doubles.
    const std::vector<std::byte> real = nps::to_bytes(example(0.3));
    for (std::size_t place = 49; place + 8 <= real.size() - 4; place += 8) {
        CHECK(error_of(edited(real, place, {0, 0, 0, 0, 0, 0, 0xF8, 0x7F})) == impossible);
        CHECK(error_of(edited(real, place, {0, 0, 0, 0, 0, 0, 0xF0, 0xFF})) == impossible);
    }
}
