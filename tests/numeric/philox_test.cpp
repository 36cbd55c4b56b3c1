// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/philox.hpp>

#include "numeric/goodness_of_fit.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace {

using words = std::array<std::uint32_t, 4>;

// The block function is usable at compile time.
static_assert(nps::philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
              words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});

nps::random_stream stream(std::uint64_t seed, std::uint32_t replicate = 0) {
    return {seed, replicate, nps::random_purpose::simulation};
}

TEST_CASE("Philox4x32-10 gives the known answers of Random123") {
    const std::uint32_t ones = 0xffffffff;
    CHECK(nps::philox4x32_10({ones, ones, ones, ones}, {ones, ones}) ==
          words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(nps::philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                             {0xa4093822, 0x299f31d0}) ==
          words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the 10,000th word of key 20111115 is what C++26 asks of std::philox4x32") {
    nps::random_stream words_of_the_standard(20111115, 0, nps::random_purpose{0});
    std::uint32_t last = 0;
    for (int i = 0; i < 10'000; ++i) {
        last = words_of_the_standard.bits32();
    }
    CHECK(last == 1955073260U);
}

TEST_CASE("a stream is its counter: seed, replicate and purpose each make another") {
    const auto first = [](nps::random_stream s) { return s.bits64(); };
    std::set<std::uint64_t> seen;
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32}) {
        for (const std::uint32_t replicate : {0U, 1U, 0xffffffffU}) {
            for (const auto purpose :
                 {nps::random_purpose::simulation, nps::random_purpose::resample,
                  nps::random_purpose::score, nps::random_purpose::permutation,
                  nps::random_purpose::score_difference, nps::random_purpose::score_permutation}) {
                seen.insert(first({seed, replicate, purpose}));
            }
        }
    }
    CHECK(seen.size() == 54);
    const words block = nps::philox4x32_10(
        {0, 0, 17, static_cast<std::uint32_t>(nps::random_purpose::score)}, {5, 3});
    nps::random_stream s((std::uint64_t{3} << 32) + 5, 17, nps::random_purpose::score);
    CHECK(s.bits32() == block[0]);
    CHECK(s.bits64() == (std::uint64_t{block[2]} << 32 | block[1]));
}

TEST_CASE("the same numbers everywhere: committed hashes") {
    nps_test::number_hash bits;
    nps_test::number_hash bounded;
    nps_test::number_hash uniform;
    for (std::uint32_t replicate = 0; replicate < 100; ++replicate) {
        nps::random_stream s = stream(7, replicate);
        for (std::uint64_t i = 1; i <= 100; ++i) {
            bits.add(s.bits64());
            bounded.add(s.below(i * i * i));
            bounded.add(s.below(i << 50));
            uniform.add(static_cast<std::uint64_t>(s.uniform() * 0x1p53));
        }
    }
    CHECK(bits.value() == 0x29e0250b112a279bU);
    CHECK(bounded.value() == 0x78f65461e050d2e7U);
    CHECK(uniform.value() == 0x6a2a71ae2c70e029U);
}

TEST_CASE("uniform numbers lie inside (0, 1), on odd multiples of 2^-53, and fill it evenly") {
    nps::random_stream s = stream(3);
    std::array<double, 64> bins{};
    const int draws = 200'000;
    double sum = 0;
    for (int i = 0; i < draws; ++i) {
        const double u = s.uniform();
        REQUIRE(u > 0);
        REQUIRE(u < 1);
        REQUIRE(std::fmod(u * 0x1p53, 2) == 1);
        ++bins[static_cast<std::size_t>(u * 64)];
        sum += u;
    }
    double statistic = 0;
    for (const double count : bins) {
        const double mean = draws / 64.0;
        statistic += (count - mean) * (count - mean) / mean;
    }
    CHECK(statistic < 113.5); // R: qchisq(1e-4, 63, lower.tail = FALSE)
    CHECK(std::abs(sum / draws - 0.5) < 4 * std::sqrt(1.0 / 12 / draws));
}

TEST_CASE("bounded numbers are each equally likely") {
    SUBCASE("small bounds") {
        // R: qchisq(1e-4, n - 1, lower.tail = FALSE)
        for (const auto& [n, critical] :
             {std::pair{std::uint64_t{2}, 15.13}, {3, 18.42}, {7, 27.85}, {10, 33.71}}) {
            nps::random_stream s = stream(n);
            std::vector<double> counts(n);
            const int draws = 100'000;
            for (int i = 0; i < draws; ++i) {
                ++counts.at(s.below(n));
            }
            double statistic = 0;
            const double mean = draws / static_cast<double>(n);
            for (const double count : counts) {
                statistic += (count - mean) * (count - mean) / mean;
            }
            CHECK(statistic < critical);
        }
    }
    SUBCASE("bounds that divide 2^32 and 2^64 badly: remainders by 3 are equally likely") {
        // Without the second draw half of all would be divisible by 3.
        for (const std::uint64_t n : {std::uint64_t{3} << 30, std::uint64_t{3} << 62}) {
            nps::random_stream s = stream(n);
            std::array<double, 3> remainders{};
            double largest = 0;
            for (int i = 0; i < 30'000; ++i) {
                const std::uint64_t k = s.below(n);
                REQUIRE(k < n);
                ++remainders[k % 3];
                largest = (std::max)(largest, static_cast<double>(k) / static_cast<double>(n));
            }
            for (const double count : remainders) {
                CHECK(std::abs(count - 10'000) < 4 * std::sqrt(30'000.0 * 2 / 9));
            }
            CHECK(largest > 0.999);
        }
    }
    SUBCASE("the ends of the range") {
        nps::random_stream s = stream(1);
        CHECK(s.below(1) == 0);
        nps::random_stream same = stream(2);
        nps::random_stream again = stream(2);
        CHECK(same.below(std::uint64_t{1} << 32) == again.bits32());
        CHECK_THROWS_WITH_AS(static_cast<void>(s.below(0)),
                             "nps::random_stream::below: n = 0, must be above 0",
                             nps::invalid_input);
    }
}

TEST_CASE("128-bit products agree with long multiplication") {
    // (2^64 - 1)^2 = 2^128 - 2^65 + 1
    const auto square = nps::detail::multiply_wide(~std::uint64_t{0}, ~std::uint64_t{0});
    CHECK(square.high == ~std::uint64_t{0} - 1);
    CHECK(square.low == 1);
    // Python: divmod(0x123456789ABCDEF0 * 0xFEDCBA9876543210, 1 << 64)
    const auto product = nps::detail::multiply_wide(0x123456789ABCDEF0, 0xFEDCBA9876543210);
    CHECK(product.high == 0x121FA00AD77D7422U);
    CHECK(product.low == 0x236D88FE5618CF00U);
}

} // namespace
