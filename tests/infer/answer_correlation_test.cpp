// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/answer_correlation.hpp>

#include "support/close.hpp"

#include <cstdint>

namespace {

using nps::answer_correlation;
using nps::transition_counts;
using nps_test::close;

} // namespace

TEST_CASE("answer_correlation equals R's cor, of either sign") {
    CHECK(
        close(answer_correlation({{60, 25, 15}, {10, 50, 20}, {5, 12, 103}}), 0.66409932525804938));
    CHECK(close(answer_correlation({{3, 9, 4}, {2, 0, 1}, {7, 1, 1}}), -0.43118489273960342));
}

TEST_CASE("answer_correlation: the same answer and the opposite one") {
    CHECK(close(answer_correlation({{5, 0, 0}, {0, 7, 0}, {0, 0, 9}}), 1));
    CHECK(answer_correlation({{5, 0, 0}, {0, 7, 0}, {0, 0, 9}}) <= 1);
    CHECK(close(answer_correlation({{0, 0, 5}, {0, 7, 0}, {9, 0, 0}}), -1));
    CHECK(answer_correlation({{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}) == 0);
}

TEST_CASE("1 - r keeps its digits where one person of 2^53 changed") {
    constexpr std::int64_t half = std::int64_t{1} << 52;
    // Of x = -1 and 1, half of 2^53 each, one moved: 1 - r = 2 / 2^53 to first order, by hand.
    const auto found = nps::detail::correlate({{half - 1, 0, 1}, {}, {0, 0, half}});
    REQUIRE(found.has_value());
    CHECK(close(found->one_minus_r, 1.0 / static_cast<double>(half)));
    CHECK(close(found->r, 1));
    const auto same = nps::detail::correlate({{7, 0, 0}, {0, 3, 0}, {0, 0, half}});
    CHECK(same->one_minus_r == 0);
}

TEST_CASE("answer_correlation has no answer where one wave is unanimous") {
    CHECK_THROWS_WITH_AS((void)answer_correlation({{0, 0, 5}, {0, 0, 7}, {}}),
                         "nps::answer_correlation: everybody gave the same answer in one wave",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)answer_correlation({{1, 0, 0}, {}, {}}), nps::undefined_result);
    CHECK_THROWS_AS((void)answer_correlation({}), nps::undefined_result);
    CHECK_THROWS_AS((void)answer_correlation({{-1, 0, 5}, {}, {}}), nps::invalid_input);
}
