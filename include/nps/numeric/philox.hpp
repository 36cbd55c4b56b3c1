// SPDX-License-Identifier: Apache-2.0
/// @file
/// Random streams by counter: Philox4x32-10. A seed gives the same numbers on every compiler,
/// platform, flag set and number of threads, and any replicate can be made without the ones before.
#pragma once

#include <nps/core/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace nps::inline v0 {

/// One block of Philox4x32-10: four words from a counter of four words and a key of two.
///
/// Not for:    secrets; it is not a cipher.
/// Cost:       20 multiplications.
/// Source:     Salmon, Moraes, Dror, Shaw (2011), doi:10.1145/2063384.2063405
/// Checked:    the known answers of Random123 and the 10,000th value that C++26 asks of
///             std::philox4x32 (tests/numeric/philox_test.cpp)
/// Example:    examples/numeric.cpp
[[nodiscard]] constexpr std::array<std::uint32_t, 4>
philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(a)};
        key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
    }
    return counter;
}

/// What a stream is for, so that two functions with one seed do not share their numbers. The values
/// are part of the promise that a seed keeps its numbers: never change one, only add.
enum class random_purpose : std::uint32_t {
    simulation = 0,        ///< free for programs of the user
    resample = 1,          ///< bootstrap, bootstrap_weighted
    score = 2,             ///< score_bootstrap
    permutation = 3,       ///< permutation_test
    score_difference = 4,  ///< score_difference_bootstrap
    score_permutation = 5, ///< score_permutation_replicates
    cross_validation = 6,  ///< folds of cross-validation
    importance_order = 12, ///< orders of entry of relative_importance
    control_chart = 20,    ///< run lengths of control charts
    change_point = 30,     ///< change_point, change_points: series without a change
    change_place = 31,     ///< change_point: series that change where the fit says
    series_parts = 40,     ///< intervals of variance_components
    pooled_ranks = 50,     ///< pooled_ranks
};

/// The random numbers of one replicate of one purpose under one seed.
///
/// Formula:    key = seed; counter = (block in 64 bits, replicate, purpose); the words of a block
///             are used in order.
/// Assumes:    fewer than 2^66 words are taken.
/// Not for:    secrets.
/// Cost:       a block of Philox4x32-10 for every four words.
/// Source:     Salmon, Moraes, Dror, Shaw (2011), doi:10.1145/2063384.2063405
/// Checked:    committed hashes in tests/numeric/philox_test.cpp
/// Example:    examples/resampling.cpp
class random_stream {
public:
    constexpr random_stream(std::uint64_t seed, std::uint32_t replicate, random_purpose purpose)
        : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
          counter_{0, 0, replicate, static_cast<std::uint32_t>(purpose)} {}

    /// The next 32 bits.
    [[nodiscard]] constexpr std::uint32_t bits32() {
        if (used_ == 4) {
            words_ = philox4x32_10(counter_, key_);
            used_ = 0;
            if (++counter_[0] == 0) {
                ++counter_[1];
            }
        }
        return words_[used_++];
    }

    /// The next 64 bits: two words, the low one first.
    [[nodiscard]] constexpr std::uint64_t bits64() {
        const std::uint64_t low = bits32();
        return low | std::uint64_t{bits32()} << 32;
    }

    /// A uniform number in (0, 1), never 0 or 1: an odd multiple of 2^-53, so that u and 1 - u are
    /// both exact and equally likely.
    [[nodiscard]] constexpr double uniform() {
        return (static_cast<double>(bits64() >> 12) + 0.5) * 0x1p-52;
    }

    /// A whole number in [0, n), each equally likely.
    ///
    /// Throws:     invalid_input for n = 0.
    /// Cost:       32 bits for n up to 2^32, 64 above; now and then as much again.
    /// Source:     Lemire (2019), doi:10.1145/3230636
    /// Checked:    tests/numeric/philox_test.cpp
    /// Example:    examples/numeric.cpp
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t n);

private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> words_{};
    std::size_t used_ = 4;
};

namespace detail {

struct wide_product {
    std::uint64_t high;
    std::uint64_t low;
};

/// 64 x 64 -> 128 bits in plain C++.
[[nodiscard]] constexpr wide_product multiply_wide(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t mask = 0xFFFFFFFF;
    const std::uint64_t low = (a & mask) * (b & mask);
    const std::uint64_t middle = (a >> 32) * (b & mask) + (low >> 32);
    const std::uint64_t other = (a & mask) * (b >> 32) + (middle & mask);
    return {(a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32), a * b};
}

} // namespace detail

constexpr std::uint64_t random_stream::below(std::uint64_t n) {
    detail::require(n > 0, "random_stream::below", "n", n, "must be above 0");
    if (n <= std::uint64_t{1} << 32) {
        // The part of 2^32 that n does not divide would favour some values: it is drawn again. It
        // is below n, so most draws need no division.
        std::uint64_t product = bits32() * n;
        if ((product & 0xFFFFFFFF) < n) {
            const std::uint64_t excess = (std::uint64_t{1} << 32) % n;
            while ((product & 0xFFFFFFFF) < excess) {
                product = bits32() * n;
            }
        }
        return product >> 32;
    }
    const std::uint64_t excess = (0 - n) % n;
    for (;;) {
        const detail::wide_product product = detail::multiply_wide(bits64(), n);
        if (product.low >= excess) {
            return product.high;
        }
    }
}

} // namespace nps::inline v0
