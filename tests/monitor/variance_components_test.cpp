// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/variance_components.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::variance_components;
using nps_test::close;
using by_segment = std::vector<std::vector<category_counts>>;

by_segment segments_of(const std::string& cell) {
    by_segment segments;
    std::istringstream in(cell);
    for (std::string one; std::getline(in, one, '|');) {
        segments.push_back(nps_test::surveys_of(one));
    }
    return segments;
}

// Parts are differences of variances of about this size.
nps_test::tolerance part_tolerance(const nps_test::reference_row& row) {
    return {.absolute = 1e-13 * (row.number("observed") + row.number("sampling")),
            .reason = "differences of larger variances"};
}

TEST_CASE("parts and the variance between periods, by R and metafor") {
    for (const auto& row : nps_test::reference_table("variance_components.csv")) {
        CAPTURE(row.text("counts"));
        const by_segment segments = segments_of(row.text("counts"));
        const auto made = variance_components(segments, {.replicates = 0});
        const auto t = part_tolerance(row);
        CHECK(close(made.observed, row.number("observed")));
        CHECK(close(made.sampling.variance, row.number("sampling")));
        CHECK(close(made.mix.variance, row.number("mix"), t));
        CHECK(close(made.real.variance, row.number("real"), t));
        CHECK(close(made.mix_with_real.variance, row.number("mix_with_real"), t));
        CHECK(close(made.sampling.variance + made.mix.variance + made.real.variance +
                        made.mix_with_real.variance,
                    made.observed, t));
        for (const auto* part : {&made.sampling, &made.mix, &made.real, &made.mix_with_real}) {
            CHECK(part->truncated == (part->variance < 0));
            CHECK(part->sd == std::sqrt(std::max(part->variance, 0.0)));
            CHECK_FALSE(part->interval.has_value());
        }
        const nps_test::tolerance searched{
            .relative = 1e-9, .absolute = 1e-13, .reason = "metafor searches to a fixed tolerance"};
        CHECK(close(made.between.q, row.number("q")));
        CHECK(close(made.between.p_value, row.number("p_value")));
        CHECK(close(made.between.paule_mandel, row.number("paule_mandel"), searched));
        CHECK(close(made.between.dersimonian_laird, row.number("dersimonian_laird"), t));
        CHECK(close(made.between.hedges, row.number("hedges"), t));
        CHECK(close(made.between.interval.lower, std::min(row.number("lower"), 1.0), searched));
        CHECK(close(made.between.interval.upper, std::min(row.number("upper"), 1.0), searched));
    }
}

TEST_CASE("one segment is the same as none; order and empty segments and periods change nothing") {
    for (const auto& row : nps_test::reference_table("variance_components.csv")) {
        const by_segment segments = segments_of(row.text("counts"));
        const nps::variance_components_options few{.replicates = 100};
        const auto made = variance_components(segments, few);
        if (segments.size() == 1) {
            const auto single = variance_components(segments.front(), few);
            CHECK(single.real.variance == made.real.variance);
            CHECK(single.real.interval->upper == made.real.interval->upper);
            CHECK(single.mix.variance == 0);
        }
        by_segment other(segments.rbegin(), segments.rend());
        other.emplace_back(segments.front().size());
        for (auto& series : other) {
            series.emplace_back();
            std::reverse(series.begin(), series.end());
        }
        const auto moved = variance_components(other, {.replicates = 0});
        const auto t = part_tolerance(row);
        CHECK(close(moved.mix.variance, made.mix.variance, t));
        CHECK(close(moved.real.variance, made.real.variance, t));
        // Promoters and detractors swapped: the same variances.
        for (auto& series : other) {
            for (auto& c : series) {
                std::swap(c.promoters, c.detractors);
            }
        }
        const auto swapped = variance_components(other, {.replicates = 0});
        CHECK(close(swapped.mix.variance, moved.mix.variance, t));
        CHECK(close(swapped.mix_with_real.variance, moved.mix_with_real.variance, t));
    }
}

// Segments of given shares and scores, a quarter passives.
by_segment drawn(const std::vector<std::vector<double>>& shares,
                 const std::vector<std::vector<double>>& scores, std::int64_t n,
                 std::uint32_t number) {
    nps::random_stream random(20261125, number, nps::random_purpose::simulation);
    by_segment result(scores.size());
    for (std::size_t t = 0; t < scores.front().size(); ++t) {
        std::int64_t left = n;
        double rest = 1;
        for (std::size_t s = 0; s < scores.size(); ++s) {
            const bool last = s + 1 == scores.size();
            const std::int64_t size =
                last ? left : nps::binomial_draw(left, shares[s][t] / rest)(random);
            category_counts c{};
            c.passives = nps::binomial_draw(size, 0.25)(random);
            c.promoters =
                nps::binomial_draw(size - c.passives, (1 + scores[s][t] / 0.75) / 2)(random);
            c.detractors = size - c.passives - c.promoters;
            result[s].push_back(c);
            left -= size;
            rest -= shares[s][t];
        }
    }
    return result;
}

TEST_CASE("known parts: unbiased, and intervals hold them") {
    // Two segments; shares swing by 0.2 around 1/2, scores by 0.1, not at the same time.
    std::vector<std::vector<double>> shares(2);
    std::vector<std::vector<double>> scores(2);
    const int periods = 24;
    for (int t = 0; t < periods; ++t) {
        const double share = 0.5 + (t % 2 == 0 ? 0.2 : -0.2);
        shares[0].push_back(share);
        shares[1].push_back(1 - share);
        const double move = t % 4 < 2 ? 0.1 : -0.1;
        scores[0].push_back(0.5 + move);
        scores[1].push_back(-0.1 + move);
    }
    const double unbiased = 24.0 / 23;
    const double mix = std::pow(0.2 * 0.6, 2) * unbiased; // M = 0.2 + 0.6 (share - 1/2)
    const double real = 0.01 * unbiased;
    double mean_mix = 0;
    double mean_real = 0;
    double mean_both = 0;
    double mean_sampling = 0;
    int held_mix = 0;
    int held_real = 0;
    const int surveys = 200;
    for (int i = 0; i < surveys; ++i) {
        const auto made =
            variance_components(drawn(shares, scores, 150, static_cast<std::uint32_t>(i)),
                                {.replicates = 200, .seed = static_cast<std::uint64_t>(i)});
        mean_mix += made.mix.variance / surveys;
        mean_real += made.real.variance / surveys;
        mean_both += made.mix_with_real.variance / surveys;
        mean_sampling += made.sampling.variance / surveys;
        held_mix += made.mix.interval->lower <= mix && mix <= made.mix.interval->upper;
        held_real += made.real.interval->lower <= real && real <= made.real.interval->upper;
    }
    // Four standard errors of these means, and of a share of 0.95.
    CHECK(std::abs(mean_mix - mix) < 0.0006);
    CHECK(std::abs(mean_real - real) < 0.0012);
    CHECK(std::abs(mean_both) < 0.0016);
    CHECK(std::abs(mean_sampling - 0.0044) < 0.0003);
    CHECK(held_mix > 0.95 * surveys - 13);
    CHECK(held_real > 0.95 * surveys - 13);
}

TEST_CASE("intervals: the same for any number of threads, another for another seed") {
    const by_segment segments{{{3, 4, 9}, {8, 4, 20}, {9, 2, 14}}, {{1, 1, 3}, {6, 2, 1}, {}}};
    const auto one = variance_components(segments, {.seed = 5, .threads = 1});
    const auto many = variance_components(segments, {.seed = 5, .threads = 3});
    const auto other = variance_components(segments, {.seed = 6});
    CHECK(one.real.interval->upper == many.real.interval->upper);
    CHECK(one.mix.interval->lower == many.mix.interval->lower);
    CHECK(one.real.interval->upper != other.real.interval->upper);
    const auto narrow = variance_components(segments, {.level = 0.5, .seed = 5});
    CHECK(narrow.real.interval->upper < one.real.interval->upper);
}

TEST_CASE("two estimates, one of them almost exact") {
    // Of two, all three are ((y - y')^2 - (v + v')) / 2; the limits are (y - y')^2 / x / 2 less
    // nearly as much, x the quantiles of chi-squared with 1 degree of freedom (mpmath).
    const std::vector<nps::known_estimate> two{{.value = 0, .variance = 1e-20},
                                               {.value = 1000, .variance = 1}};
    const auto made = nps::between_variance(two);
    CHECK(close(made.dersimonian_laird, 499999.5));
    CHECK(close(made.hedges, 499999.5));
    CHECK(close(made.paule_mandel, 499999.5));
    CHECK(close(made.interval.lower, 0.5e6 / 5.0238861873148874 - 0.5));
    CHECK(close(made.interval.upper, 0.5e6 / 0.00098206911717525757 - 0.5));
    const auto wide = nps::between_variance(two, {.level = 1 - 1e-15});
    CHECK(close(wide.interval.upper, 0.5e6 / 3.9207158122708694e-31 - 0.5));
}

TEST_CASE("what a survey can bring") {
    const std::int64_t many = 1'000'000'000'000;
    const std::vector<by_segment> all{{{{0, 0, 1}, {0, 0, 1}}},
                                      {{{0, 0, many}, {many, 0, 0}}},
                                      {{{0, 0, 5}, {0, 0, 5}, {}}, {{}, {0, 0, many}, {0, 0, 1}}},
                                      {{{0, 0, 5}, {}}, {{}, {5, 0, 0}}},
                                      {{{0, 3, 0}, {0, 1, 0}, {0, 1, 0}}},
                                      {{{1, 1, 1}, {many, many, many}, {0, 0, 1}}, {{}, {}, {}}}};
    for (const auto& segments : all) {
        const auto made = variance_components(segments, {.replicates = 100});
        CHECK(std::isfinite(made.observed));
        CHECK(made.observed >= 0);
        for (const auto* part : {&made.sampling, &made.mix, &made.real, &made.mix_with_real}) {
            CHECK(std::isfinite(part->variance));
            CHECK(std::isfinite(part->interval->lower));
            CHECK(part->interval->lower <= part->interval->upper);
        }
        CHECK(made.between.interval.upper <= 1);
        CHECK(made.between.p_value >= 0);
    }
    CHECK(variance_components(all[0], {.replicates = 0}).observed == 0);
    // All of it is mix.
    const auto mix = variance_components(all[3], {.replicates = 0});
    CHECK(mix.observed == 2);
    CHECK(mix.mix.variance > 1.5);
    CHECK(close(mix.real.variance, 0)); // each segment is asked once: it has no rate
}

std::string text_of(auto&& call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing thrown";
}

TEST_CASE("errors") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto of = [](const by_segment& segments,
                       const nps::variance_components_options& options = {}) {
        return text_of([&] { static_cast<void>(variance_components(segments, options)); });
    };
    const by_segment good{{{1, 2, 3}, {3, 2, 1}}};
    CHECK(of({}) == "nps::variance_components: no segments");
    CHECK(of({{}}) == "nps::variance_components: fewer than two periods with answers");
    CHECK(of({{{1, 2, 3}, {}}}) == "nps::variance_components: fewer than two periods with answers");
    CHECK(of({{{1, 2, 3}, {}}, {{}}}) == "nps::variance_components: periods of segment 1 = 1, must "
                                         "be as many as those of segment 0");
    CHECK(of({{{1, 2, 3}, {-1, 2, 3}}}) == "nps::variance_components: segment 0, period 1: "
                                           "detractors = -1, must be in [0, 2^53]");
    CHECK(of(good, {.level = nan}) == "nps::variance_components: level = nan, must be in (0, 1)");
    CHECK(of(good, {.replicates = 99}) ==
          "nps::variance_components: replicates = 99, must be 0 or in [100, 2^32)");
    // The outermost of 100 draws bound 0.98, and no more.
    CHECK(of(good, {.level = 0.99, .replicates = 100}) ==
          "nps::variance_components: replicates = 100, must be at least 2 / (1 - level) - 1");
    CHECK(of(good, {.level = 0.99, .replicates = 199}) == "nothing thrown");
    const auto between = [](const std::vector<nps::known_estimate>& estimates,
                            double level = 0.95) {
        return text_of(
            [&] { static_cast<void>(nps::between_variance(estimates, {.level = level})); });
    };
    CHECK(between({{0.1, 0.1}}) == "nps::between_variance: fewer than two estimates");
    CHECK(between({{0.1, 0.1}, {0.2, 0}})
              .starts_with("nps::between_variance: estimates[1].variance = 0, must be in"));
    CHECK(between({{nan, 0.1}, {0.2, 1}})
              .starts_with("nps::between_variance: estimates[0].value = nan"));
    CHECK(between({{0.1, 0.1}, {0.2, 1}}, 1).starts_with("nps::between_variance: level = 1"));
    CHECK(between({{0.1, 0.1}, {0.1, 0.1}}) == "nothing thrown");
}

} // namespace
