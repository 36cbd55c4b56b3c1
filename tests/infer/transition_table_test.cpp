// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/transition_table.hpp>

#include "support/close.hpp"

#include <cstdint>
#include <limits>

namespace {

using nps::share_counts;
using nps::transition_counts;
using nps::transition_share;
using nps_test::close;

constexpr transition_counts panel{
    .from_detractors = {60, 25, 15}, .from_passives = {10, 50, 20}, .from_promoters = {5, 12, 103}};

void check_share(const transition_share& s, share_counts counts, double lower, double upper) {
    CHECK(s.counts == counts);
    REQUIRE(s.share.has_value());
    CHECK(close(*s.share,
                static_cast<double>(counts.successes) / static_cast<double>(counts.trials)));
    REQUIRE(s.interval.has_value());
    CHECK(close(s.interval->lower, lower));
    CHECK(close(s.interval->upper, upper));
}

} // namespace

TEST_CASE("transition_table: shares of those who started there, with R's intervals") {
    // R 4.2.2: prop.test(k, n, correct = FALSE)$conf.int
    const auto t = nps::transition_table(panel);
    check_share(t.won_back, {40, 100}, 0.3094012864324589, 0.4979974132089382);
    check_share(t.lost, {17, 120}, 0.090368791034832349, 0.215194944898571772);
    check_share(t.from_detractors.to_promoters, {15, 100}, 0.093059852836566315,
                0.232835595908323589);
    check_share(t.from_promoters.to_passives, {12, 120}, 0.058133592026010802,
                0.166681741108952008);
    check_share(t.improved, {60, 300}, 0.15865685896694132, 0.24892892376778628);
    CHECK(t.worsened.counts == share_counts{27, 300});
    CHECK(t.from_detractors.to_detractors.counts == share_counts{60, 100});
    CHECK(t.from_detractors.to_passives.counts == share_counts{25, 100});
    CHECK(t.from_passives.to_detractors.counts == share_counts{10, 80});
    CHECK(t.from_passives.to_passives.counts == share_counts{50, 80});
    CHECK(t.from_passives.to_promoters.counts == share_counts{20, 80});
    CHECK(t.from_promoters.to_detractors.counts == share_counts{5, 120});
    CHECK(t.from_promoters.to_promoters.counts == share_counts{103, 120});
    CHECK(t.n == 300);
    CHECK(t.level == .95);
    CHECK(t.method == "wilson");
}

TEST_CASE("transition_table: another level and another method") {
    // R 4.2.2: binom.test(40, 100, conf.level = .9)$conf.int
    const auto t =
        nps::transition_table(panel, {.method = nps::share_method::clopper_pearson, .level = .9});
    check_share(t.won_back, {40, 100}, 0.31752601523649948, 0.48702417974610568);
    CHECK(t.won_back.interval->method == "clopper_pearson");
    CHECK(t.won_back.interval->level == .9);
}

TEST_CASE("transition_table: turning time turns who came up and who went down") {
    const auto t = nps::transition_table(panel);
    const auto back = nps::transition_table(panel.reversed());
    CHECK(back.improved.counts == t.worsened.counts);
    CHECK(back.worsened.counts == t.improved.counts);
}

TEST_CASE("transition_table: a category that nobody came from has no share") {
    const auto t = nps::transition_table({{0, 0, 1}, {}, {}});
    CHECK(t.won_back.share == 1.0);
    CHECK(t.won_back.interval->upper == 1);
    CHECK(t.won_back.interval->lower > 0);
    CHECK(t.from_detractors.to_passives.share == 0.0);
    CHECK_FALSE(t.lost.share.has_value());
    CHECK_FALSE(t.lost.interval.has_value());
    CHECK(t.lost.counts == share_counts{});
    CHECK_FALSE(t.from_passives.to_passives.share.has_value());
    constexpr std::int64_t most = std::int64_t{1} << 53;
    CHECK(nps::transition_table({{0, 0, most}, {}, {}}).improved.share == 1.0);
}

TEST_CASE("transition_table refuses what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::transition_table({}),
                         "nps::transition_table: nobody answered twice", nps::undefined_result);
    CHECK_THROWS_AS((void)nps::transition_table({{}, {0, -1, 0}, {}}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::transition_table(panel, {.level = std::numeric_limits<double>::quiet_NaN()}),
        "nps::transition_table: level = nan, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::transition_table(panel, {.method = static_cast<nps::share_method>(50)}),
        "nps::transition_table: method = 50, must be a named method", nps::invalid_input);
}
