// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whole numbers of 512 bits, for sums of products of counts in which nearly everything cancels.
#pragma once

#include <nps/core/cluster_totals.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace nps::inline v0::detail {

/// Two's complement: sums and products are those of unsigned numbers, modulo 2^512.
class exact_integer {
public:
    exact_integer(int128 value) // NOLINT(google-explicit-constructor): a number is a number
        : limbs_{} {
        limbs_.fill(value < 0 ? ~std::uint64_t{0} : 0);
        limbs_[0] = static_cast<std::uint64_t>(value);
        limbs_[1] = static_cast<std::uint64_t>(value >> 64);
    }

    friend exact_integer operator+(const exact_integer& a, const exact_integer& b) {
        exact_integer sum(0);
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const uint128 part = uint128{a.limbs_[i]} + b.limbs_[i] + carry;
            sum.limbs_[i] = static_cast<std::uint64_t>(part);
            carry = static_cast<std::uint64_t>(part >> 64);
        }
        return sum;
    }
    friend exact_integer operator-(const exact_integer& a, const exact_integer& b) {
        exact_integer complement = b;
        for (std::uint64_t& limb : complement.limbs_) {
            limb = ~limb;
        }
        return a + complement + exact_integer(1);
    }
    friend exact_integer operator*(const exact_integer& a, const exact_integer& b) {
        exact_integer product(0);
        for (std::size_t i = 0; i < size; ++i) {
            std::uint64_t carry = 0;
            for (std::size_t j = 0; i + j < size; ++j) {
                const uint128 part =
                    uint128{a.limbs_[i]} * b.limbs_[j] + product.limbs_[i + j] + carry;
                product.limbs_[i + j] = static_cast<std::uint64_t>(part);
                carry = static_cast<std::uint64_t>(part >> 64);
            }
        }
        return product;
    }

    [[nodiscard]] bool negative() const { return limbs_[size - 1] >> 63 != 0; }

    /// The nearest double but for some units in its last place; the number must not be negative.
    [[nodiscard]] double to_double() const {
        double value = 0;
        for (std::size_t i = size; i-- > 0;) {
            value = std::ldexp(value, 64) + static_cast<double>(limbs_[i]);
        }
        return value;
    }

private:
    __extension__ using uint128 = unsigned __int128;
    static constexpr std::size_t size = 8;
    std::array<std::uint64_t, size> limbs_;
};

} // namespace nps::inline v0::detail
