// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/row_draws.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr auto purpose = nps::random_purpose::resample;

TEST_CASE("rows are those that the stream gives one by one, on every path") {
    const std::uint64_t two_32 = std::uint64_t{1} << 32;
    for (const std::uint64_t n :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{1000}, std::uint64_t{1'000'003},
          std::uint64_t{1} << 31, (std::uint64_t{1} << 31) + 1, std::uint64_t{3} << 30, two_32 - 1,
          two_32, two_32 + 1, std::uint64_t{3} << 62}) {
        for (const std::size_t count : {0U, 1U, 3U, 4U, 31U, 32U, 33U, 1000U}) {
            CAPTURE(n);
            CAPTURE(count);
            const std::uint64_t seed = n * 0x9E3779B97F4A7C15U;
            nps::random_stream stream(seed, 5, purpose);
            std::vector<std::size_t> expected(count);
            for (std::size_t& row : expected) {
                row = static_cast<std::size_t>(stream.below(n));
            }
            std::vector<std::size_t> plain(count);
            nps::draw_rows(seed, 5, purpose, n, plain, nps::instruction_set::plain);
            CHECK(plain == expected);
            if (nps::best_instruction_set() != nps::instruction_set::plain) {
                std::vector<std::size_t> fast(count);
                nps::draw_rows(seed, 5, purpose, n, fast, nps::instruction_set::avx2);
                CHECK(fast == expected);
            }
        }
    }
}

TEST_CASE("no rows to draw from") {
    std::vector<std::size_t> rows(3);
    CHECK_THROWS_WITH_AS(nps::draw_rows(1, 0, purpose, 0, rows),
                         "nps::draw_rows: n = 0, must be above 0", nps::invalid_input);
}

} // namespace
