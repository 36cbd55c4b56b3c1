// SPDX-License-Identifier: Apache-2.0
#include <nps/count/tally.hpp>
#include <nps/infer/multiple_comparisons.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::claim;
using nps::comparison_method;
using nps::multiple_comparisons_options;
using nps::multiplicity;
using nps::simultaneous_method;
using nps_test::close;

const std::vector<category_counts> segments{
    {20, 30, 50}, {40, 30, 30}, {83, 47, 120}, {91, 49, 110}, {5, 9, 6}};

nps::multiple_comparisons compare(const std::string& family,
                                  const std::vector<category_counts>& groups,
                                  const multiple_comparisons_options& options) {
    return family == "pairs"       ? nps::compare_all_pairs(groups, options)
           : family == "reference" ? nps::compare_with_reference(groups, 2, options)
           : family == "rest"      ? nps::compare_with_rest(groups, options)
                                   : nps::compare_waves(groups, options);
}

constexpr std::array families{"pairs", "reference", "rest", "waves"};

alternative side_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

} // namespace

TEST_CASE("families of comparisons equal R") {
    const auto rows = nps_test::reference_table("multiple_comparisons.csv");
    for (std::size_t first = 0; first < rows.size();) {
        const std::string family = rows[first].text("family");
        const std::string side = rows[first].text("side");
        const auto ask = [&](multiplicity adjustment, simultaneous_method simultaneous) {
            return compare(family, segments,
                           {.comparison = {.method = comparison_method::wald,
                                           .alternative = side_of(side),
                                           .level = 0.9},
                            .adjustment = adjustment,
                            .simultaneous = simultaneous});
        };
        const bool two_sided = side == "two_sided";
        const auto holm = ask(multiplicity::holm, simultaneous_method::joint);
        const auto hommel = ask(multiplicity::hommel, simultaneous_method::bonferroni);
        const auto by = ask(multiplicity::benjamini_yekutieli,
                            two_sided ? simultaneous_method::sidak : simultaneous_method::joint);
        CHECK(holm.adjustment == "holm");
        CHECK(holm.simultaneous_method == (family == "reference" ? "dunnett"
                                           : !two_sided          ? "bonferroni"
                                           : family == "pairs"   ? "tukey_kramer"
                                                                 : "sidak"));
        CHECK(hommel.simultaneous_method == "bonferroni");
        const std::size_t m = holm.comparisons.size();
        for (std::size_t i = 0; i < m; ++i) {
            const auto& row = rows.at(first + i);
            const auto& one = holm.comparisons[i];
            INFO(family, " ", side, " ", i);
            CHECK(row.text("family") == family);
            CHECK(one.a == static_cast<std::size_t>(row.integer("a")));
            CHECK(one.b.has_value() == (row.integer("b") >= 0));
            if (one.b) {
                CHECK(*one.b == static_cast<std::size_t>(row.integer("b")));
            }
            CHECK(close(one.comparison.difference, row.number("difference")));
            CHECK(close(one.comparison.statistic, row.number("statistic")));
            CHECK(close(one.comparison.p_value, row.number("p_value")));
            CHECK(close(one.adjusted_p_value, row.number("holm")));
            CHECK(close(hommel.comparisons[i].adjusted_p_value, row.number("hommel")));
            CHECK(close(by.comparisons[i].adjusted_p_value, row.number("benjamini_yekutieli")));
            const auto& narrow = one.simultaneous_interval;
            const nps_test::tolerance r_digits{
                .absolute = 1e-9, .reason = "the digits of ptukey and of R's integrate"};
            CHECK(close(narrow.lower, row.number("joint_lower"), r_digits));
            CHECK(close(narrow.upper, row.number("joint_upper"), r_digits));
            CHECK(narrow.level == 0.9);
            CHECK(narrow.method == "wald");
            const auto& wide = hommel.comparisons[i].simultaneous_interval;
            CHECK(close(wide.lower, row.number("bonferroni_lower")));
            CHECK(close(wide.upper, row.number("bonferroni_upper")));
            if (two_sided) {
                CHECK(close(by.comparisons[i].simultaneous_interval.lower,
                            row.number("sidak_lower")));
                CHECK(close(by.comparisons[i].simultaneous_interval.upper,
                            row.number("sidak_upper")));
            }
            CHECK(narrow.lower >= wide.lower);
            CHECK(narrow.upper <= wide.upper);
            CHECK(narrow.lower <= one.comparison.interval.lower);
            CHECK(narrow.upper >= one.comparison.interval.upper);
        }
        first += m;
    }
}

TEST_CASE("families by each method: what is in them is compare_scores") {
    for (const auto method :
         {comparison_method::score, comparison_method::adjusted_wald, comparison_method::welch}) {
        const multiple_comparisons_options options{.comparison = {.method = method}};
        for (const auto& one : nps::compare_all_pairs(segments, options).comparisons) {
            const auto alone =
                nps::compare_scores(segments[one.a], segments[*one.b], options.comparison);
            CHECK(one.comparison.p_value == alone.p_value);
            CHECK(one.comparison.interval.lower == alone.interval.lower);
            CHECK(one.simultaneous_interval.lower < alone.interval.lower);
            CHECK(one.simultaneous_interval.upper > alone.interval.upper);
            // A tail of normal_upper_tail(2.7277743825) on each side: R's qtukey(.95, 5, Inf).
            const auto wide = nps::compare_scores(
                segments[one.a], segments[*one.b],
                {.method = method, .level = 1 - 2 * nps::normal_upper_tail(2.7277743825185543)});
            const nps_test::tolerance r_digits{.absolute = 2e-5, .reason = "the digits of qtukey"};
            CHECK(close(one.simultaneous_interval.lower, wide.interval.lower, r_digits));
            CHECK(close(one.simultaneous_interval.upper, wide.interval.upper, r_digits));
        }
    }
    const auto rest = nps::compare_with_rest(segments);
    REQUIRE(rest.comparisons.size() == 5);
    const auto last = nps::compare_scores({5, 9, 6}, {234, 156, 310});
    CHECK(rest.comparisons[4].comparison.difference == last.difference);
    CHECK(rest.comparisons[4].comparison.p_value == last.p_value);
    CHECK(rest.comparisons[4].comparison.n_b == 700);
}

TEST_CASE("families: two groups are one comparison") {
    const std::vector<category_counts> two{segments[0], segments[1]};
    const auto alone = nps::compare_scores(two[0], two[1]);
    const nps_test::tolerance root{.relative = 1e-11, .reason = "two roots, at levels 1e-16 apart"};
    for (const auto& found : {nps::compare_all_pairs(two), nps::compare_with_reference(two, 1)}) {
        REQUIRE(found.comparisons.size() == 1);
        CHECK(found.comparisons[0].adjusted_p_value == alone.p_value);
        CHECK(close(found.comparisons[0].simultaneous_interval.lower, alone.interval.lower, root));
        CHECK(close(found.comparisons[0].simultaneous_interval.upper, alone.interval.upper, root));
    }
    for (const auto claimed : {claim::difference, claim::equivalence}) {
        const nps::compare_scores_options each{
            .claim = claimed, .equivalence_margin = claimed == claim::difference ? 0 : .4};
        for (const auto adjustment : {multiplicity::holm, multiplicity::bonferroni,
                                      multiplicity::sidak, multiplicity::benjamini_yekutieli}) {
            for (const auto simultaneous :
                 {simultaneous_method::joint, simultaneous_method::bonferroni}) {
                const auto rest = nps::compare_with_rest(
                    two,
                    {.comparison = each, .adjustment = adjustment, .simultaneous = simultaneous});
                CHECK(rest.adjustment == nps::detail::method_name(adjustment, ""));
                REQUIRE(rest.comparisons.size() == 2);
                for (const std::size_t i : {0U, 1U}) {
                    const auto& one = rest.comparisons[i];
                    const auto single = nps::compare_scores(two[i], two[1 - i], each);
                    CHECK(one.a == i);
                    CHECK(!one.b);
                    CHECK(one.comparison.p_value == single.p_value);
                    CHECK(one.adjusted_p_value == single.p_value);
                    CHECK(close(one.simultaneous_interval.lower, single.interval.lower, root));
                    CHECK(close(one.simultaneous_interval.upper, single.interval.upper, root));
                }
            }
        }
    }
    // One-sided they are two: with equal scores either may be claimed.
    const auto sides =
        nps::compare_with_rest(two, {.comparison = {.alternative = alternative::greater}});
    CHECK(
        close(sides.comparisons[0].adjusted_p_value, 2 * sides.comparisons[0].comparison.p_value));
    CHECK(sides.comparisons[0].simultaneous_interval.lower <
          sides.comparisons[0].comparison.interval.lower);
    const auto wave = nps::compare_waves(two).comparisons.at(0);
    CHECK(wave.a == 1);
    CHECK(wave.b == 0);
    CHECK(close(wave.comparison.difference, -alone.difference));
}

TEST_CASE("families: claims keep their sides and levels") {
    for (const auto* family : families) {
        CAPTURE(family);
        const auto same = compare(family, segments,
                                  {.comparison = {.method = comparison_method::wald,
                                                  .claim = claim::equivalence,
                                                  .equivalence_margin = .3}});
        const auto better = compare(family, segments,
                                    {.comparison = {.method = comparison_method::wald,
                                                    .claim = claim::superiority,
                                                    .equivalence_margin = .1}});
        for (const auto& one : same.comparisons) {
            CHECK(close(one.simultaneous_interval.level, .9));
            CHECK(one.simultaneous_interval.lower <= one.comparison.interval.lower);
            CHECK(one.adjusted_p_value >= one.comparison.p_value);
        }
        for (const auto& one : better.comparisons) {
            CHECK(one.simultaneous_interval.level == .95);
            CHECK(one.simultaneous_interval.sides == nps::bounds::lower);
            CHECK(one.simultaneous_interval.upper == 2);
            CHECK(one.simultaneous_interval.lower <= one.comparison.interval.lower);
        }
    }
}

TEST_CASE("families: turning the scale turns the signs") {
    std::vector<category_counts> turned;
    for (const auto& c : segments) {
        turned.push_back({c.promoters, c.passives, c.detractors});
    }
    for (const auto* family : families) {
        const auto one = compare(family, segments, {});
        const auto other = compare(family, turned, {});
        for (std::size_t i = 0; i < one.comparisons.size(); ++i) {
            const auto& x = one.comparisons[i];
            const auto& y = other.comparisons[i];
            CHECK(close(x.comparison.difference, -y.comparison.difference));
            CHECK(close(x.adjusted_p_value, y.adjusted_p_value));
            CHECK(close(x.simultaneous_interval.lower, -y.simultaneous_interval.upper));
        }
    }
}

TEST_CASE("families: unanimous, tiny and huge groups") {
    constexpr std::int64_t most = std::int64_t{1} << 50;
    const std::vector<category_counts> groups{{0, 0, 1}, {1, 0, 0},       {0, 0, 9},
                                              {0, 7, 0}, {most, 0, most}, {0, most, most}};
    for (const auto method : {comparison_method::score, comparison_method::adjusted_wald}) {
        for (const auto* family : families) {
            for (const auto& one :
                 compare(family, groups, {.comparison = {.method = method}}).comparisons) {
                CHECK(one.adjusted_p_value >= one.comparison.p_value);
                CHECK(one.adjusted_p_value <= 1);
                CHECK(one.simultaneous_interval.lower >= -2);
                CHECK(one.simultaneous_interval.upper <= 2);
                CHECK(one.simultaneous_interval.lower <= one.simultaneous_interval.upper);
            }
        }
    }
}

TEST_CASE("families refuse what has no answer") {
    std::vector<category_counts> groups = segments;
    groups[3] = {};
    for (const auto* family : families) {
        CHECK_THROWS_AS((void)compare(family, groups, {}), nps::undefined_result);
        CHECK_THROWS_AS((void)compare(family, {}, {}), nps::invalid_input);
        CHECK_THROWS_AS((void)compare(family, {segments[0]}, {}), nps::invalid_input);
        CHECK_THROWS_AS(
            (void)compare(family, segments, {.adjustment = static_cast<multiplicity>(99)}),
            nps::invalid_input);
        CHECK_THROWS_AS(
            (void)compare(family, segments, {.simultaneous = static_cast<simultaneous_method>(99)}),
            nps::invalid_input);
        CHECK_THROWS_AS((void)compare(family, segments, {.comparison = {.level = 95}}),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)compare(family, segments,
                                      {.comparison = {.alternative = alternative::less},
                                       .simultaneous = simultaneous_method::sidak}),
                        nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)nps::compare_all_pairs(groups),
                         "nps::compare_all_pairs: no valid answers in groups[3]",
                         nps::undefined_result);
    groups[3] = {1, -2, 3};
    CHECK_THROWS_WITH_AS((void)nps::compare_waves(groups),
                         "nps::compare_waves: waves[3].passives = -2, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_with_reference(segments, 5),
        "nps::compare_with_reference: reference = 5, must be the position of a group, below 5",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_all_pairs(segments, {.comparison = {.level = 1 - 1e-16}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::compare_with_rest(
                             std::vector<category_counts>(3, {0, std::int64_t{1} << 52, 0})),
                         "nps::compare_with_rest: answers up to groups[2] = 13510798882111488, "
                         "must be in [0, 2^53]",
                         nps::invalid_input);
}

TEST_CASE("any range of what converts to counts") {
    const std::vector<nps::category_counts> counts{{20, 30, 50}, {40, 30, 30}, {10, 60, 30}};
    std::vector<nps::tally> tallies(3);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        tallies[i].add(0, counts[i].detractors);
        tallies[i].add(7, counts[i].passives);
        tallies[i].add(10, counts[i].promoters);
    }
    const auto same = [](const nps::multiple_comparisons& x, const nps::multiple_comparisons& y) {
        REQUIRE(x.comparisons.size() == y.comparisons.size());
        for (std::size_t i = 0; i < x.comparisons.size(); ++i) {
            CHECK(x.comparisons[i].adjusted_p_value == y.comparisons[i].adjusted_p_value);
        }
    };
    same(nps::compare_all_pairs(tallies), nps::compare_all_pairs(counts));
    same(nps::compare_with_reference(tallies, 1), nps::compare_with_reference(counts, 1));
    same(nps::compare_with_rest(tallies), nps::compare_with_rest(counts));
    same(nps::compare_waves(tallies), nps::compare_waves(counts));
}

TEST_CASE("posterior probabilities are not adjusted") {
    const std::vector<nps::category_counts> counts{{20, 30, 50}, {40, 30, 30}};
    CHECK_THROWS_WITH_AS((void)nps::compare_all_pairs(
                             counts, {.comparison = {.method = nps::comparison_method::bayesian}}),
                         doctest::Contains("must be another than bayesian"), nps::invalid_input);
}
