// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/mix_attribution.hpp>
#include <nps/monitor/score_decomposition.hpp>

#include <nps/model/shapley_values.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::segment_counts;
using nps_test::close;
using nps_test::surveys_of;

std::vector<segment_counts> segments_of(const nps_test::reference_row& row) {
    const auto before = surveys_of(row.text("before"));
    const auto after = surveys_of(row.text("after"));
    std::vector<segment_counts> segments;
    for (std::size_t k = 0; k < before.size(); ++k) {
        segments.push_back({std::to_string(k), before[k], after[k]});
    }
    return segments;
}

nps::score_decomposition_options weights_of(const nps_test::reference_row& row) {
    nps::score_decomposition_options options;
    std::istringstream before(row.text("weights_before"));
    std::istringstream after(row.text("weights_after"));
    for (double w = 0; before >> w;) {
        options.weights_before.push_back(w);
    }
    for (double w = 0; after >> w;) {
        options.weights_after.push_back(w);
    }
    return options;
}

const std::vector<segment_counts> channels{{"app", {20, 30, 50}, {18, 30, 62}},
                                           {"shop", {40, 30, 30}, {45, 25, 20}},
                                           {"phone", {5, 5, 10}, {1, 9, 20}}};

// Counts of cells, each a category of a segment, drawn with these probabilities.
std::vector<category_counts> draw(const std::vector<double>& p, std::int64_t n,
                                  nps::random_stream& stream) {
    std::vector<std::int64_t> counts;
    double left = 1;
    for (const double share : p) {
        const std::int64_t k = nps::binomial_draw(n, std::fmin(share / left, 1.0))(stream);
        counts.push_back(counts.size() + 1 == p.size() ? n : k);
        n -= counts.back();
        left = std::fmax(left - share, 1e-300);
    }
    std::vector<category_counts> cells;
    for (std::size_t k = 0; k < counts.size(); k += 3) {
        cells.push_back({counts[k], counts[k + 1], counts[k + 2]});
    }
    return cells;
}

} // namespace

TEST_CASE("score_decomposition equals exact fractions and derivatives at 50 digits") {
    for (const auto& row : nps_test::reference_table("score_decomposition.csv")) {
        const auto result = nps::score_decomposition(segments_of(row), weights_of(row));
        const std::string measure = row.text("measure");
        const nps::decomposed_change& all = measure == "score"           ? result.score
                                            : measure == "promoters_won" ? result.promoters_won
                                                                         : result.detractors_lost;
        const std::string part = row.text("part");
        const auto place = [&](std::size_t word) {
            return static_cast<std::size_t>(std::stoi(part.substr(word)));
        };
        const nps::change_part& found = part == "change"          ? all.change
                                        : part == "mix"           ? all.mix
                                        : part == "rate"          ? all.rate
                                        : part.starts_with("mix") ? all.segments.at(place(3)).mix
                                                                  : all.segments.at(place(4)).rate;
        INFO(row.text("before"), " ", measure, " ", part);
        CHECK(close(found.value, row.number("value"),
                    {.absolute = 1e-15, .reason = "differences of scores of order 1"}));
        CHECK(close(found.standard_error, row.number("standard_error"),
                    {.relative = 1e-11, .reason = "variances are sums with a cancellation"}));
        CHECK(found.interval.level == .95);
        CHECK(found.interval.lower <= found.value);
        CHECK(found.interval.upper >= found.value);
    }
}

TEST_CASE("parts sum to the change, promoters won and detractors lost to the parts") {
    const auto result = nps::score_decomposition(channels);
    double sum = 0;
    for (std::size_t k = 0; k < channels.size(); ++k) {
        const auto& all = result.score.segments[k];
        const auto& p = result.promoters_won.segments[k];
        const auto& d = result.detractors_lost.segments[k];
        CHECK(all.name == channels[k].name);
        CHECK(close(p.mix.value + d.mix.value, all.mix.value));
        CHECK(close(p.rate.value + d.rate.value, all.rate.value));
        CHECK(all.total == all.mix.value + all.rate.value);
        sum += all.total;
    }
    CHECK(close(sum, result.score.change.value));
    CHECK(close(result.score.mix.value + result.score.rate.value, result.score.change.value));
    CHECK(close(result.promoters_won.change.value + result.detractors_lost.change.value,
                result.score.change.value));
    CHECK(result.n_before == 220);
    CHECK(result.n_after == 230);
    CHECK(result.method == "sample_weights");
}

TEST_CASE(
    "score_decomposition: time turned, promoters and detractors swapped, a segment cut in two") {
    const auto result = nps::score_decomposition(channels).score;
    auto turned = channels;
    auto swapped = channels;
    for (std::size_t k = 0; k < channels.size(); ++k) {
        std::swap(turned[k].before, turned[k].after);
        std::swap(swapped[k].before.detractors, swapped[k].before.promoters);
        std::swap(swapped[k].after.detractors, swapped[k].after.promoters);
    }
    const auto back = nps::score_decomposition(turned).score;
    const auto mirror = nps::score_decomposition(swapped).score;
    for (std::size_t k = 0; k < channels.size(); ++k) {
        CHECK(close(back.segments[k].mix.value, -result.segments[k].mix.value));
        CHECK(close(back.segments[k].rate.value, -result.segments[k].rate.value));
        CHECK(close(mirror.segments[k].mix.value, -result.segments[k].mix.value));
        CHECK(close(mirror.segments[k].mix.standard_error, result.segments[k].mix.standard_error));
        CHECK(
            close(mirror.segments[k].rate.interval.lower, -result.segments[k].rate.interval.upper));
    }
    // Two halves with the same answers have half of each part.
    std::vector<segment_counts> halves{{"a", {20, 30, 50}, {18, 30, 62}},
                                       {"b", {20, 30, 50}, {18, 30, 62}}};
    std::vector<segment_counts> whole{{"ab", {40, 60, 100}, {36, 60, 124}}};
    halves.push_back(channels[1]);
    whole.push_back(channels[1]);
    const auto cut = nps::score_decomposition(halves).score;
    const auto one = nps::score_decomposition(whole).score;
    CHECK(close(cut.segments[0].mix.value + cut.segments[1].mix.value, one.segments[0].mix.value));
    CHECK(close(cut.segments[0].rate.value * 2, one.segments[0].rate.value));
}

TEST_CASE("a segment absent in one period is pure mix; one alone is pure rate") {
    const auto result =
        nps::score_decomposition({{"old", {10, 20, 70}, {10, 20, 70}}, {"new", {}, {50, 30, 20}}});
    const auto& fresh = result.score.segments[1];
    CHECK(fresh.rate.value == 0);
    CHECK(fresh.rate.standard_error == 0);
    CHECK(!fresh.before.has_value());
    CHECK(*fresh.after == -0.3);
    // (1/2 - 0) (-.3 - (.6 + .15) / 2), by hand
    CHECK(close(fresh.mix.value, 0.5 * (-0.3 - 0.375)));
    CHECK(close(result.score.change.value, -0.45));
    const auto alone = nps::score_decomposition({{"all", {1, 0, 0}, {0, 0, 1}}});
    CHECK(alone.score.rate.value == 2);
    CHECK(alone.score.mix.value == 0);
    CHECK(alone.score.rate.interval.clipped);
    CHECK(alone.score.rate.interval.upper == 2);
    const std::int64_t trillion = 1'000'000'000'000;
    const auto large = nps::score_decomposition(
        {{"a", {0, 0, trillion}, {0, 0, trillion}}, {"b", {trillion, 0, 0}, {0, 0, 1}}});
    CHECK(std::isfinite(large.score.mix.standard_error));
    CHECK(close(large.score.change.value, 1));
}

TEST_CASE("standard errors and intervals of the parts hold under sampling") {
    // A segment grows and another falls; 300 answers before and 400 after.
    const std::vector<double> before{.08, .12, .20, .15, .15, .10, .05, .05, .10};
    const std::vector<double> after{.05, .10, .25, .10, .10, .10, .10, .12, .08};
    const auto exact = [](const std::vector<double>& p) {
        std::vector<category_counts> cells;
        for (std::size_t k = 0; k < p.size(); k += 3) {
            cells.push_back({std::llround(100 * p[k]), std::llround(100 * p[k + 1]),
                             std::llround(100 * p[k + 2])});
        }
        return cells;
    };
    const auto join = [](const std::vector<category_counts>& a,
                         const std::vector<category_counts>& b) {
        std::vector<segment_counts> segments;
        for (std::size_t k = 0; k < a.size(); ++k) {
            segments.push_back({"", a[k], b[k]});
        }
        return segments;
    };
    const auto truth = nps::score_decomposition(join(exact(before), exact(after))).score;
    const auto parts = [](const nps::decomposed_change& all) {
        return std::vector<nps::change_part>{all.change,
                                             all.mix,
                                             all.rate,
                                             all.segments[0].mix,
                                             all.segments[0].rate,
                                             all.segments[2].mix,
                                             all.segments[2].rate};
    };
    const auto target = parts(truth);
    const int surveys = 2000;
    std::vector<double> held(target.size()), sum(target.size()), squares(target.size()),
        variance(target.size());
    for (int r = 0; r < surveys; ++r) {
        nps::random_stream stream(5, static_cast<std::uint32_t>(r),
                                  nps::random_purpose::simulation);
        const auto x = draw(before, 300, stream);
        const auto y = draw(after, 400, stream);
        const auto found = parts(nps::score_decomposition(join(x, y)).score);
        for (std::size_t i = 0; i < target.size(); ++i) {
            held[i] += found[i].interval.lower <= target[i].value &&
                       target[i].value <= found[i].interval.upper;
            sum[i] += found[i].value;
            squares[i] += found[i].value * found[i].value;
            variance[i] += found[i].standard_error * found[i].standard_error;
        }
    }
    for (std::size_t i = 0; i < target.size(); ++i) {
        INFO("part ", i, " held ", held[i]);
        // Monte Carlo error of the coverage .005, of the ratio of variances .03.
        CHECK(held[i] / surveys > .935);
        CHECK(held[i] / surveys < .97);
        const double spread = squares[i] / surveys - sum[i] * sum[i] / surveys / surveys;
        CHECK(variance[i] / surveys / spread > .9);
        CHECK(variance[i] / surveys / spread < 1.15);
    }
}

TEST_CASE("mix_attribution equals all orders of entry at 50 digits") {
    for (const auto& row : nps_test::reference_table("mix_attribution.csv")) {
        const auto before = surveys_of(row.text("before"));
        const auto after = surveys_of(row.text("after"));
        const auto values = nps_test::counts_of(row.text("values"));
        std::vector<nps::attribute_cell> cells;
        for (std::size_t j = 0; j < before.size(); ++j) {
            cells.push_back({{}, before[j], after[j]});
            for (const std::int64_t value : values[j]) {
                cells.back().values.push_back(std::to_string(value));
            }
        }
        const std::vector<std::string> names(values[0].size(), "attribute");
        const auto result = nps::mix_attribution(names, cells, weights_of(row));
        const std::string part = row.text("part");
        INFO(row.text("case"), " ", part);
        if (part.starts_with("alone")) {
            CHECK(
                close(result.attributes.at(std::stoul(part.substr(5))).alone, row.number("value")));
            continue;
        }
        const auto& found = result.attributes.at(std::stoul(part.substr(3))).mix;
        CHECK(close(found.value, row.number("value")));
        CHECK(close(found.standard_error, row.number("standard_error"),
                    {.relative = 1e-11, .reason = "variances are sums with a cancellation"}));
    }
}

TEST_CASE(
    "mix_attribution: the parts sum; Shapley values of the measure; one attribute is Kitagawa") {
    const std::vector<std::string> names{"channel", "region"};
    const std::vector<nps::attribute_cell> cells{{{"app", "north"}, {5, 10, 30}, {9, 20, 70}},
                                                 {{"app", "south"}, {10, 10, 20}, {9, 10, 25}},
                                                 {{"shop", "north"}, {20, 20, 20}, {9, 10, 9}},
                                                 {{"shop", "south"}, {30, 10, 10}, {5, 4, 3}}};
    const auto result = nps::mix_attribution(names, cells);
    CHECK(close(result.attributes[0].mix.value + result.attributes[1].mix.value, result.mix.value));
    CHECK(close(result.mix.value + result.rate.value, result.change.value));
    const auto folded = [&](std::uint64_t set) {
        std::vector<segment_counts> segments;
        for (const auto& cell : cells) {
            const std::string key =
                (set & 1 ? cell.values[0] : "") + "/" + (set & 2 ? cell.values[1] : "");
            bool found = false;
            for (auto& segment : segments) {
                if (segment.name == key) {
                    segment.before += cell.before;
                    segment.after += cell.after;
                    found = true;
                }
            }
            if (!found) {
                segments.push_back({key, cell.before, cell.after});
            }
        }
        return nps::score_decomposition(segments).score;
    };
    const auto shapley =
        nps::shapley_values(2, [&](std::uint64_t set) { return folded(set).mix.value; });
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(close(result.attributes[i].mix.value, shapley.value[i]));
        CHECK(close(result.attributes[i].alone, folded(std::uint64_t{1} << i).mix.value));
    }
    // Cells of one attribute alone, in pieces.
    std::vector<nps::attribute_cell> channel = cells;
    for (auto& cell : channel) {
        cell.values.pop_back();
    }
    const auto single = nps::mix_attribution({"channel"}, channel);
    CHECK(single.cells == 2);
    CHECK(close(single.attributes[0].mix.value, folded(1).mix.value));
    CHECK(close(single.attributes[0].mix.standard_error, folded(1).mix.standard_error));
}

TEST_CASE("score_decomposition and mix_attribution refuse what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::score_decomposition({}),
                         "nps::score_decomposition: no valid answers before",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::score_decomposition({{"a", {1, 0, 0}, {}}}),
                         "nps::score_decomposition: no valid answers after", nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::score_decomposition({{"a", {1, -2, 0}, {1, 0, 0}}}),
        "nps::score_decomposition: segments[0].before.passives = -2, must be in [0, 2^53]",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_decomposition(channels, {.level = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_decomposition(channels, {.weights_before = {.5, .25, .25}}),
                    nps::invalid_input);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const std::vector<double>& bad :
         {std::vector<double>{.5, .5}, {.5, .25, nan}, {.5, .25, .5}, {1.5, -.25, -.25}}) {
        CHECK_THROWS_AS((void)nps::score_decomposition(
                            channels, {.weights_before = bad, .weights_after = {.5, .25, .25}}),
                        nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS(
        (void)nps::score_decomposition({{"a", {1, 2, 3}, {1, 2, 3}}, {"b", {}, {1, 1, 1}}},
                                       {.weights_before = {.5, .5}, .weights_after = {.5, .5}}),
        "nps::score_decomposition: weights_before[1] = 0.5, must be 0 where nobody "
        "answered",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mix_attribution({}, {{{}, {1, 0, 0}, {1, 0, 0}}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mix_attribution({"a"}, {{{}, {1, 0, 0}, {1, 0, 0}}}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::mix_attribution({"a"}, {{{"x"}, {-1, 0, 0}, {1, 0, 0}}}),
        "nps::mix_attribution: cells[0].before.detractors = -1, must be in [0, 2^53]",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::mix_attribution({"a"}, {}), nps::undefined_result);
}
