// SPDX-License-Identifier: Apache-2.0
/// @file
/// Cross-products as bytes, to be kept in files or sent between machines.
///
/// Layout, version 1; integers of fixed width, lowest byte first, negative ones in two's
/// complement; doubles by their IEEE 754 bits; p is the number of items, q = p + 1:
///
///     bytes  content
///         4  "NPSx"
///         4  version, 1
///         4  1 where the sums are exact, else 0
///         4  p
///         8  n
///         8  dropped
///            for each item: 4 bytes, the length of its name; the name
///            exact: 8q, the sums; else 8, the weight, and 16q, the means and
///            what rounding took from each
///  4q(q + 1)  sums of products (exact) or of products of deviations: (0, 0), (0, 1), ... (q, q)
///         4  CRC-32C of all bytes before
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/numeric/byte_format.hpp>

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {
namespace detail {

inline constexpr std::uint32_t cross_magic = 0x7853504E; // "NPSx", lowest byte first
inline constexpr std::size_t cross_frame = 36;           // all but names and sums

struct cross_products_access {
    static const cross_sums& sums(const cross_products& xy) { return xy.sums_; }
    static cross_products make(std::vector<std::string> names, cross_sums sums) {
        cross_products xy;
        xy.names_ = std::move(names);
        xy.sums_ = std::move(sums);
        return xy;
    }
};

/// As to_bytes would have it: 0 is written one way.
[[nodiscard]] inline bool deviations_can_be(const cross_sums& s) {
    bool ok = s.n >= 0 && s.n <= largest_count && s.dropped >= 0 && s.dropped <= largest_count &&
              s.weight >= 0 && std::isfinite(s.weight) && (s.n > 0) == (s.weight > 0);
    const std::size_t q = s.variables;
    for (std::size_t i = 0; i < q; ++i) {
        ok = ok && std::isfinite(s.means[i]) && std::isfinite(s.mean_rests[i]) &&
             std::isfinite(s.means[i] + s.mean_rests[i]) && s.centred[i * q + i] >= 0 &&
             (s.n > 0 || (s.means[i] == 0 && s.centred[i * q + i] == 0));
    }
    for (std::size_t i = 0; i < q && ok; ++i) {
        for (std::size_t j = 0; j < q; ++j) {
            // With room for the rounding of sums.
            const double a = s.centred[i * q + i];
            const double b = s.centred[j * q + j];
            const double most = std::sqrt(a) * std::sqrt(b) * (1 + 1e-8) + 1e-12 * (a + b);
            ok = ok && std::isfinite(s.centred[i * q + j]) && std::isfinite(most) &&
                 std::abs(s.centred[i * q + j]) <= most;
        }
    }
    return ok;
}

[[nodiscard]] inline cross_products cross_products_from_bytes(std::span<const std::byte> bytes) {
    constexpr std::string_view self = "from_bytes";
    byte_reader in(bytes, self);
    const auto magic = in.take<std::uint32_t>();
    require(magic == cross_magic, self, "first four bytes", magic,
            "must be 2018725966, which is \"NPSx\": these are no cross-products");
    const auto version = in.take<std::uint32_t>();
    require(version == 1, self, "version", version, "must be 1");
    require(bytes.size() >= cross_frame, self, "bytes", bytes.size(),
            "must be at least " + to_text(cross_frame) + ": the bytes are cut short");
    // Before anything is made of the rest: damage is called damage.
    const std::size_t body = bytes.size() - 4;
    const auto checksum = byte_reader(bytes.subspan(body), self).take<std::uint32_t>();
    require(checksum == crc32c(bytes.first(body)), self, "checksum", checksum,
            "must be that of the bytes: they are damaged, cut short or too many");
    const auto exact = in.take<std::uint32_t>();
    require(exact <= 1, self, "exact", exact, "must be 0 or 1");
    const std::uint64_t p = in.take<std::uint32_t>();
    const std::uint64_t q = p + 1;
    const auto n = in.take<std::int64_t>();
    const auto dropped = in.take<std::int64_t>();
    // Lengths and sums alone take so much; p is below 2^32, so that nothing overflows. Memory is
    // taken after this, and no more than some times the bytes that are there.
    const std::uint64_t numbers = (exact == 1 ? q : 2 * q + 1) + q * (q + 1) / 2;
    require(p < bytes.size() && 4 * p + 8 * numbers <= in.left() - 4, self, "items", p,
            "must be fewer: the bytes do not hold their sums");
    std::vector<std::string> names;
    for (std::uint64_t j = 0; j < p; ++j) {
        const std::uint64_t length = in.take<std::uint32_t>();
        require(length + 4 * (p - j - 1) + 8 * numbers <= in.left() - 4, self,
                "length of name " + to_text(j), length, "must be less: the bytes are cut short");
        std::string name;
        for (std::uint64_t k = 0; k < length; ++k) {
            name.push_back(static_cast<char>(in.take<std::uint8_t>()));
        }
        names.push_back(std::move(name));
    }
    require(in.left() == 8 * numbers + 4, self, "bytes left", in.left(),
            "must be " + to_text(8 * numbers + 4) + ", for the sums");
    const auto size = static_cast<std::size_t>(q);
    const auto take_double = [&] { return std::bit_cast<double>(in.take<std::uint64_t>()); };
    cross_sums s = exact == 1 ? no_whole_sums(size) : no_real_sums(size);
    s.n = n;
    s.dropped = dropped;
    s.weight = exact == 1 ? 0 : take_double();
    for (std::size_t i = 0; i < size; ++i) {
        if (exact == 1) {
            s.sums[i] = in.take<std::int64_t>();
        } else {
            s.means[i] = take_double();
            s.mean_rests[i] = take_double();
        }
    }
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = i; j < size; ++j) {
            if (exact == 1) {
                s.products[i * size + j] = s.products[j * size + i] = in.take<std::int64_t>();
            } else {
                s.centred[i * size + j] = s.centred[j * size + i] = take_double();
            }
        }
    }
    require(exact == 1 ? sums_can_be(wide_sums(s)) : deviations_can_be(s), self, "sums",
            "impossible", "must be those of some rows");
    return cross_products_access::make(std::move(names), std::move(s));
}

} // namespace detail

/// The bytes of cross-products: the same on every platform (layout: top of this header).
///
/// Throws:     nothing but std::bad_alloc.
/// Cost:       O(items^2) bytes.
/// Checked:    tests/count/cross_products_bytes_test.cpp
/// Example:    examples/drivers.cpp
[[nodiscard]] inline std::vector<std::byte> to_bytes(const cross_products& xy) {
    const detail::cross_sums& s = detail::cross_products_access::sums(xy);
    detail::byte_writer out;
    out.put(detail::cross_magic);
    out.put(std::uint32_t{1});
    out.put(s.exact ? std::uint32_t{1} : std::uint32_t{0});
    out.put(static_cast<std::uint32_t>(xy.names().size()));
    out.put(s.n);
    out.put(s.dropped);
    for (const std::string& name : xy.names()) {
        out.put(static_cast<std::uint32_t>(name.size()));
        for (const char c : name) {
            out.put(static_cast<std::uint8_t>(c));
        }
    }
    if (!s.exact) {
        out.put(std::bit_cast<std::uint64_t>(s.weight));
    }
    for (std::size_t i = 0; i < s.variables; ++i) {
        if (s.exact) {
            out.put(s.sums[i]);
        } else {
            out.put(std::bit_cast<std::uint64_t>(s.means[i]));
            out.put(std::bit_cast<std::uint64_t>(s.mean_rests[i]));
        }
    }
    for (std::size_t i = 0; i < s.variables; ++i) {
        for (std::size_t j = i; j < s.variables; ++j) {
            const std::size_t at = i * s.variables + j;
            out.put(s.exact ? static_cast<std::uint64_t>(s.products[at])
                            : std::bit_cast<std::uint64_t>(s.centred[at]));
        }
    }
    return std::move(out).finish();
}

/// The cross-products that the bytes were made from: `from_bytes<cross_products>(bytes)`.
///
/// Assumes:    nothing of the bytes: they may come from anywhere. The checksum finds damage, not
///             malice; sums that no rows can have are refused as far as pairs of variables show it.
/// Throws:     invalid_input, for bytes that are cut short, too many, damaged, of another kind or
///             version, or with impossible sums.
/// Cost:       O(bytes), and so much memory.
/// Source:     checksum: CRC-32C, https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
/// Checked:    tests/count/cross_products_bytes_test.cpp
/// Example:    examples/drivers.cpp
template <class Summary>
requires std::same_as<Summary, cross_products>
[[nodiscard]] Summary from_bytes(std::span<const std::byte> bytes) {
    return detail::cross_products_from_bytes(bytes);
}

} // namespace nps::inline v0
