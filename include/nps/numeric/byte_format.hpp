// SPDX-License-Identifier: Apache-2.0
/// @file
/// Pieces of the serialised forms: fixed-width little-endian integers and a checksum, the same
/// bytes on every platform.
#pragma once

#include <nps/core/error.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// CRC-32C (Castagnoli): reflected polynomial 0x82F63B78, start and end inverted; finds every burst
/// of up to 32 wrong bits. Check value of "123456789": 0xE3069283.
[[nodiscard]] constexpr std::uint32_t crc32c(std::span<const std::byte> bytes) {
    constexpr auto table = [] {
        std::array<std::uint32_t, 256> remainders{};
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            std::uint32_t r = byte;
            for (int bit = 0; bit < 8; ++bit) {
                r = (r >> 1) ^ ((r & 1U) != 0 ? 0x82F63B78U : 0U);
            }
            remainders[byte] = r;
        }
        return remainders;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::byte b : bytes) {
        crc = (crc >> 8) ^ table[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFFU];
    }
    return ~crc;
}

/// Appends integers, lowest byte first.
class byte_writer {
public:
    template <std::integral T>
    void put(T value) {
        auto rest = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes_.push_back(static_cast<std::byte>(rest & 0xFFU));
            rest >>= 8;
        }
    }

    /// The bytes so far, followed by their checksum.
    [[nodiscard]] std::vector<std::byte> finish() && {
        put(crc32c(bytes_));
        return std::move(bytes_);
    }

private:
    std::vector<std::byte> bytes_;
};

/// Takes integers from the front; throws where the bytes end too early.
class byte_reader {
public:
    byte_reader(std::span<const std::byte> bytes, std::string_view function)
        : rest_(bytes), function_(function) {}

    template <std::integral T>
    [[nodiscard]] T take() {
        require(rest_.size() >= sizeof(T), function_, "bytes left", rest_.size(),
                "must be more: the bytes are cut short");
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value |= std::to_integer<std::uint64_t>(rest_[i]) << (8 * i);
        }
        rest_ = rest_.subspan(sizeof(T));
        return static_cast<T>(static_cast<std::make_unsigned_t<T>>(value));
    }

    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    std::span<const std::byte> rest_;
    std::string_view function_;
};

} // namespace nps::inline v0::detail
