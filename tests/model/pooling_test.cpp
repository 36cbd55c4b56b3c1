// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/between_variance.hpp>
#include <nps/model/funnel_limits.hpp>
#include <nps/model/pooled_ranks.hpp>
#include <nps/model/pooling.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::known_estimate;
using nps::pool_estimates;
using nps::pool_scores;
using nps_test::close;

std::vector<double> list_of(const std::string& cell) {
    std::vector<double> numbers;
    std::istringstream in(cell);
    for (std::string word; in >> word;) {
        numbers.push_back(std::stod(word));
    }
    return numbers;
}

std::vector<known_estimate> estimates_of(const nps_test::reference_row& row) {
    const auto values = list_of(row.text("values"));
    const auto variances = list_of(row.text("variances"));
    std::vector<known_estimate> estimates;
    for (std::size_t i = 0; i < values.size(); ++i) {
        estimates.push_back({values[i], variances[i]});
    }
    return estimates;
}

TEST_CASE("restricted likelihood and shrunken values, by metafor") {
    for (const auto& row : nps_test::reference_table("pooling.csv")) {
        const auto estimates = estimates_of(row);
        const double tau2 = row.number("tau2");
        const auto made = pool_estimates(estimates, {.between_sd_as_known = true});
        CHECK(made.method == "as_known");
        CHECK(made.likely.size() == 1);
        CHECK(close(made.between_variance, tau2,
                    {.relative = 1e-8,
                     .absolute = 1e-12 * estimates.front().variance,
                     .reason = "R's root search ends there"}));
        // The rest with R's own variance between.
        const auto given = pool_estimates(estimates, {.between_sd = std::sqrt(tau2)});
        CHECK(given.method == "given");
        const nps_test::tolerance rounding{.relative = 1e-11, .reason = "metafor inverts matrices"};
        CHECK(close(given.log_likelihood, row.number("log_likelihood"), rounding));
        CHECK(close(given.mean.value, row.number("mean"), rounding));
        CHECK(close(given.mean.standard_error, row.number("mean_se"), rounding));
        const auto shrunken = list_of(row.text("shrunken"));
        const auto errors = list_of(row.text("shrunken_se"));
        for (std::size_t i = 0; i < estimates.size(); ++i) {
            CHECK(close(given.units[i].shrunken.value, shrunken[i], rounding));
            CHECK(close(given.units[i].shrunken.standard_error, errors[i], rounding));
            CHECK(close(given.units[i].own_weight, tau2 / (tau2 + estimates[i].variance)));
            const auto& ci = given.units[i].shrunken.interval;
            CHECK(close(ci.upper - ci.lower, 2 * 1.959963984540054 * errors[i], rounding));
        }
    }
}

TEST_CASE("averages over the variance between, by Gauss-Legendre rules in R") {
    const nps_test::tolerance quadrature{.relative = 1e-8, .reason = "R's quadrature"};
    for (const auto& row : nps_test::reference_table("pooling.csv")) {
        const auto estimates = estimates_of(row);
        const auto made = pool_estimates(estimates);
        CHECK(made.method == "averaged");
        const auto means = list_of(row.text("average"));
        const auto errors = list_of(row.text("average_se"));
        const auto lower = list_of(row.text("average_lower"));
        const auto upper = list_of(row.text("average_upper"));
        const double scale = std::sqrt(estimates.front().variance);
        for (std::size_t i = 0; i < estimates.size(); ++i) {
            CHECK(close(made.units[i].shrunken.value, means[i], quadrature));
            CHECK(close(made.units[i].shrunken.standard_error, errors[i], quadrature));
        }
        const nps_test::tolerance searched{
            .relative = 1e-7, .absolute = 1e-8 * scale, .reason = "R's root of its quadrature"};
        for (const bool last : {false, true}) {
            const auto& ci = (last ? made.units.back() : made.units.front()).shrunken.interval;
            CHECK(close(ci.lower, lower[last], searched));
            CHECK(close(ci.upper, upper[last], searched));
        }
        CHECK(close(made.mean.value, row.number("average_mean"),
                    {.relative = 1e-6, .reason = "a heavy tail is cut"}));
        CHECK(close(made.mean.standard_error, row.number("average_mean_se"),
                    {.relative = 1e-3, .reason = "with 7 units its tail is heavy, and is cut"}));
        // Averaging adds doubt.
        const auto known = pool_estimates(estimates, {.between_sd_as_known = true});
        CHECK(known.mean.standard_error < made.mean.standard_error);
    }
}

TEST_CASE("expected ranks, by normal probabilities of pairs") {
    for (const auto& row : nps_test::reference_table("pooling.csv")) {
        const auto estimates = estimates_of(row);
        const auto pooled = pool_estimates(estimates);
        const auto made = nps::pooled_ranks(pooled, {.share = 0.25, .threads = 2});
        const auto expected = list_of(row.text("expected_rank"));
        const auto count = static_cast<double>(estimates.size());
        double top = 0;
        double bottom = 0;
        double sum = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto& unit = made.units[i];
            // Four standard errors; the standard deviation of a rank is below that of all ranks.
            CHECK(std::abs(unit.expected - expected[i]) < 4 * count / std::sqrt(12 * 4000.0));
            CHECK(unit.best >= 1);
            // A quantile may lie on the other side of the mean, but by less than a rank.
            CHECK(unit.best < unit.expected + 1);
            CHECK(unit.worst > unit.expected - 1);
            CHECK(unit.best <= unit.worst);
            CHECK(unit.worst <= std::ssize(expected));
            top += unit.top_probability;
            bottom += unit.bottom_probability;
            sum += unit.expected;
        }
        CHECK(made.places == static_cast<std::int64_t>(count / 4));
        CHECK(close(top, static_cast<double>(made.places)));
        CHECK(close(bottom, static_cast<double>(made.places)));
        CHECK(close(sum, count * (count + 1) / 2));
    }
}

TEST_CASE("ranks: any number of threads, seeds, units without differences, the sure ones") {
    const std::vector<category_counts> units{{5, 5, 10}, {50, 50, 100}, {0, 0, 4},   {9, 1, 2},
                                             {20, 9, 9}, {1, 8, 30},    {12, 3, 14}, {}};
    const auto pooled = pool_scores(units);
    const auto one = nps::pooled_ranks(pooled, {.seed = 3, .threads = 1});
    const auto many = nps::pooled_ranks(pooled, {.seed = 3, .threads = 4});
    const auto other = nps::pooled_ranks(pooled, {.seed = 4});
    bool same = true;
    for (std::size_t i = 0; i < units.size(); ++i) {
        CHECK(one.units[i].expected == many.units[i].expected);
        CHECK(one.units[i].best == many.units[i].best);
        CHECK(one.units[i].top_probability == many.units[i].top_probability);
        same = same && one.units[i].expected == other.units[i].expected;
    }
    CHECK_FALSE(same);
    CHECK(one.places == 1);
    // No difference at all: ranks are ties in random order.
    const auto none = nps::pooled_ranks(pool_scores(units, {.between_sd = 0}));
    for (const auto& unit : none.units) {
        CHECK(std::abs(unit.expected - 4.5) < 4 * 2.3 / std::sqrt(4000.0));
        CHECK(std::abs(unit.top_probability - 0.125) < 4 * 0.33 / std::sqrt(4000.0));
        CHECK(unit.best == 1);
        CHECK(unit.worst == 8);
    }
    // Scores so far apart that each rank is certain.
    std::vector<category_counts> apart;
    for (std::int64_t i = 0; i < 10; ++i) {
        apart.push_back({1'000'000 * i, 1'000'000, 1'000'000 * (9 - i)});
    }
    const auto certain = nps::pooled_ranks(pool_scores(apart));
    for (std::int64_t i = 0; i < 10; ++i) {
        const auto& unit = certain.units[static_cast<std::size_t>(i)];
        CHECK(unit.expected == i + 1);
        CHECK(unit.best == i + 1);
        CHECK(unit.worst == i + 1);
        CHECK(unit.top_probability == (i == 0));
        CHECK(unit.bottom_probability == (i == 9));
    }
}

TEST_CASE("funnel limits, by exact convolution") {
    for (const auto& row : nps_test::reference_table("funnel_limits.csv")) {
        const category_counts all = nps_test::surveys_of(row.text("counts")).front();
        const double level = row.number("level");
        const double between = row.number("between_sd");
        const auto made =
            nps::funnel_limits(all, row.integer("n"), {.level = level, .between_sd = between});
        CAPTURE(row.text("counts"));
        CAPTURE(row.integer("n"));
        CHECK(close(made.lower, row.number("lower")));
        CHECK(close(made.upper, row.number("upper")));
        CHECK(made.method == (between > 0 ? "normal" : "exact"));
        CHECK(made.n == row.integer("n"));
        // Promoters and detractors swapped.
        const auto mirrored =
            nps::funnel_limits({all.promoters, all.passives, all.detractors}, row.integer("n"),
                               {.level = level, .between_sd = between});
        CHECK(close(mirrored.lower, -made.upper));
        CHECK(close(mirrored.upper, -made.lower));
    }
    const auto large = nps::funnel_limits({1, 1, 2}, 1'000'000'000'000);
    CHECK(large.upper - large.lower < 4e-6);
    CHECK(large.lower < 0.25);
    CHECK(large.upper > 0.25);
}

// Scores of `k` units around 0.4, a fifth passives.
std::vector<category_counts> drawn(std::size_t k, std::int64_t n, double sd, std::uint32_t number) {
    nps::random_stream random(20261125, number, nps::random_purpose::simulation);
    std::vector<category_counts> units;
    for (std::size_t i = 0; i < k; ++i) {
        const double score =
            std::clamp(0.4 + sd * nps::normal_quantile(random.uniform()), -0.8, 0.8);
        category_counts c{};
        const std::int64_t size = i % 2 == 0 ? n : 4 * n;
        c.passives = nps::binomial_draw(size, 0.2)(random);
        c.promoters = nps::binomial_draw(size - c.passives, (1 + score / 0.8) / 2)(random);
        c.detractors = size - c.passives - c.promoters;
        units.push_back(c);
    }
    return units;
}

TEST_CASE("properties of pooled scores") {
    for (std::uint32_t number = 0; number < 12; ++number) {
        const auto units = drawn(6 + 5 * number, 20, 0.04 * (number % 4), number);
        for (const auto variance : {nps::unit_variance::pooled, nps::unit_variance::shrunken}) {
            const auto made = pool_scores(units, {.variance = variance});
            double total = 0;
            for (const auto& one : made.likely) {
                total += one.probability;
            }
            CHECK(close(total, 1));
            auto mirrored = units;
            for (category_counts& unit : mirrored) {
                std::swap(unit.promoters, unit.detractors);
            }
            std::reverse(mirrored.begin(), mirrored.end());
            const auto other = pool_scores(mirrored, {.variance = variance});
            const nps_test::tolerance t{.relative = 1e-9,
                                        .absolute = 1e-11,
                                        .reason = "the points of the average move with rounding"};
            const auto wide = pool_scores(units, {.level = 0.99, .variance = variance});
            for (std::size_t i = 0; i < units.size(); ++i) {
                const auto& unit = made.units[i];
                const auto& mirror = other.units[units.size() - 1 - i];
                CHECK(close(mirror.shrunken.value, -unit.shrunken.value, t));
                CHECK(close(mirror.shrunken.interval.lower, -unit.shrunken.interval.upper, t));
                // Between the mean and its own.
                const double own = unit.observed->value;
                const double slack = 0.02; // the mean itself is averaged
                CHECK(unit.shrunken.value >= std::min(own, made.mean.value) - slack);
                CHECK(unit.shrunken.value <= std::max(own, made.mean.value) + slack);
                CHECK(wide.units[i].shrunken.interval.lower < unit.shrunken.interval.lower);
                CHECK(wide.units[i].shrunken.interval.upper > unit.shrunken.interval.upper);
                if (i % 2 == 0) {
                    CHECK((variance == nps::unit_variance::shrunken ||
                           unit.own_weight <
                               made.units[i + 1 < units.size() ? i + 1 : 1].own_weight));
                }
            }
        }
    }
}

TEST_CASE("intervals hold the true scores") {
    // 60 surveys of 20 units of 20 and 80 answers; the large study is docs/pooling_study.
    int held = 0;
    int known = 0;
    int all = 0;
    for (std::uint32_t survey = 0; survey < 60; ++survey) {
        nps::random_stream random(7, survey, nps::random_purpose::simulation);
        std::vector<double> truth;
        std::vector<category_counts> units;
        for (std::size_t i = 0; i < 20; ++i) {
            truth.push_back(0.4 + 0.06 * nps::normal_quantile(random.uniform()));
            category_counts c{};
            const std::int64_t size = i % 2 == 0 ? 20 : 80;
            c.passives = nps::binomial_draw(size, 0.2)(random);
            c.promoters =
                nps::binomial_draw(size - c.passives, (1 + truth.back() / 0.8) / 2)(random);
            c.detractors = size - c.passives - c.promoters;
            units.push_back(c);
        }
        const auto made = pool_scores(units);
        const auto plug_in = pool_scores(units, {.between_sd_as_known = true});
        for (std::size_t i = 0; i < units.size(); ++i) {
            const auto& ci = made.units[i].shrunken.interval;
            const auto& short_ci = plug_in.units[i].shrunken.interval;
            held += ci.lower <= truth[i] && truth[i] <= ci.upper;
            known += short_ci.lower <= truth[i] && truth[i] <= short_ci.upper;
            ++all;
        }
    }
    CHECK(held > 0.94 * all);
    CHECK(known < 0.92 * all); // what averaging is for
}

TEST_CASE("what units can bring") {
    const std::int64_t many = 1'000'000'000'000;
    const std::vector<std::vector<category_counts>> all{
        {{0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}},
        {{0, 0, many}, {many, 0, 0}, {0, many, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 5}, {}},
        {{0, 0, 20}, {0, 0, 20}, {0, 0, 20}, {0, 0, 30}, {0, 0, many}, {0, 0, 2}},
        {{1, 0, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 1}},
        {{many, many, many}, {many, many, many + 1}, {1, 1, 1}, {2, 0, 2}, {3, 0, 3}, {0, 7, 0}},
        {{2, 0, 2}, {2, 0, 2}, {2, 0, 2}, {2, 0, 2}, {0, 0, 4}, {0, 0, 4}, {4, 0, 0}, {}, {}}};
    for (const auto& units : all) {
        for (const auto variance : {nps::unit_variance::pooled, nps::unit_variance::shrunken}) {
            for (const bool as_known : {false, true}) {
                const auto made =
                    pool_scores(units, {.variance = variance, .between_sd_as_known = as_known});
                CHECK(made.between_sd >= 0);
                CHECK(std::isfinite(made.mean.standard_error));
                CHECK(std::isfinite(made.log_likelihood));
                for (const auto& unit : made.units) {
                    CHECK(std::isfinite(unit.shrunken.value));
                    CHECK(std::isfinite(unit.shrunken.standard_error));
                    CHECK(unit.shrunken.interval.lower >= -1);
                    CHECK(unit.shrunken.interval.upper <= 1);
                    CHECK(unit.shrunken.interval.lower <= unit.shrunken.interval.upper);
                    CHECK(unit.own_weight >= 0);
                    CHECK(unit.own_weight <= 1);
                    CHECK(unit.observed.has_value() == (unit.n > 0));
                }
                const auto ranks = nps::pooled_ranks(made, {.replicates = 100});
                CHECK(ranks.units.size() == units.size());
            }
        }
    }
    // A unanimous unit of 20 is drawn in, and its interval has a length.
    const auto units = drawn(30, 40, 0.1, 99);
    auto more = units;
    more.push_back({0, 0, 20});
    const auto made = pool_scores(more);
    CHECK(made.units.back().shrunken.value < 0.8);
    CHECK(made.units.back().shrunken.standard_error > 0.03);
    // A unit without answers is a new unit.
    more.push_back({});
    const auto with_new = pool_scores(more);
    CHECK(close(with_new.units.back().shrunken.value, with_new.mean.value));
    CHECK(with_new.units.back().shrunken.standard_error > with_new.mean.standard_error);
    CHECK(with_new.units.back().own_weight == 0);
    CHECK(close(with_new.units.front().shrunken.value, made.units.front().shrunken.value));
    // Estimates of any size.
    for (const double scale : {1e-45, 1.0, 1e45}) {
        std::vector<known_estimate> estimates;
        for (int i = 0; i < 8; ++i) {
            estimates.push_back({scale * (i % 3), scale * scale * (0.1 + i)});
        }
        const auto scaled = pool_estimates(estimates);
        CHECK(close(
            scaled.units[3].shrunken.standard_error / scale,
            pool_estimates(
                std::vector<known_estimate>{
                    {0, 0.1}, {1, 1.1}, {2, 2.1}, {0, 3.1}, {1, 4.1}, {2, 5.1}, {0, 6.1}, {1, 7.1}})
                .units[3]
                .shrunken.standard_error,
            {.relative = 1e-9, .reason = "the points of the average move with rounding"}));
    }
    // Another estimator of the variance between.
    const std::vector<known_estimate> three{{0.1, 0.01}, {0.4, 0.01}, {0.6, 0.02}};
    const double other = nps::between_variance(three).paule_mandel;
    const auto by_other = pool_estimates(three, {.between_sd = std::sqrt(other)});
    CHECK(close(by_other.between_variance, other));
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
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<category_counts> six(6, {1, 2, 3});
    const auto scores = [](const std::vector<category_counts>& units,
                           const nps::pool_scores_options& options = {}) {
        return text_of([&] { static_cast<void>(pool_scores(units, options)); });
    };
    CHECK(scores(six) == "nothing thrown");
    CHECK(scores({}) == "nps::pool_scores: no unit with an estimate");
    CHECK(scores({{}, {}}, {.between_sd = 0.1}) == "nps::pool_scores: no unit with an estimate");
    CHECK(scores({{1, 2, 3}, {1, 2, 3}, {}, {}, {}, {}}) ==
          "nps::pool_scores: fewer than 6 units tell no variance between them: give between_sd");
    CHECK(scores({{1, 2, 3}}, {.between_sd = 0.1}) == "nothing thrown");
    CHECK(scores({{1, 2, 3}, {1, -2, 3}}) ==
          "nps::pool_scores: unit 1: passives = -2, must be in [0, 2^53]");
    CHECK(scores(six, {.level = nan}) == "nps::pool_scores: level = nan, must be in (0, 1)");
    CHECK(scores(six, {.between_sd = nan}) ==
          "nps::pool_scores: between_sd = nan, must be in [0, 1]");
    CHECK(scores(six, {.between_sd = 1.5}) ==
          "nps::pool_scores: between_sd = 1.5, must be in [0, 1]");
    CHECK(scores(six, {.variance = static_cast<nps::unit_variance>(7)}) ==
          "nps::pool_scores: variance = 7, must be pooled or shrunken");
    const auto estimates = [](const std::vector<known_estimate>& units,
                              const nps::pool_estimates_options& options = {}) {
        return text_of([&] { static_cast<void>(pool_estimates(units, options)); });
    };
    CHECK(estimates({{0, 1}, {0, 0}}).starts_with("nps::pool_estimates: units[1].variance = 0"));
    CHECK(estimates({{nan, 1}}).starts_with("nps::pool_estimates: units[0].value = nan"));
    CHECK(estimates({{0, infinite}}).starts_with("nps::pool_estimates: units[0].variance = inf"));
    CHECK(estimates({{0, 1}}, {.between_sd = -1}).starts_with("nps::pool_estimates: between_sd"));
    CHECK(estimates({{0, 1}}, {.level = 1}).starts_with("nps::pool_estimates: level = 1"));
    auto pooled = pool_scores(six);
    const auto ranks = [](const nps::pooling_result& result,
                          const nps::pooled_ranks_options& options = {}) {
        return text_of([&] { static_cast<void>(nps::pooled_ranks(result, options)); });
    };
    CHECK(ranks(pooled, {.share = 0}) == "nps::pooled_ranks: share = 0, must be in (0, 1/2]");
    CHECK(ranks(pooled, {.share = 0.6}) == "nps::pooled_ranks: share = 0.6, must be in (0, 1/2]");
    CHECK(ranks(pooled, {.level = nan}) == "nps::pooled_ranks: level = nan, must be in (0, 1)");
    CHECK(ranks(pooled, {.replicates = 99}) ==
          "nps::pooled_ranks: replicates = 99, must be in [100, 2^32)");
    CHECK(ranks({}) == "nps::pooled_ranks: units with an estimate = 0, must be above 0");
    pooled.likely.front().probability = nan;
    CHECK(ranks(pooled).starts_with("nps::pooled_ranks: pooled.likely.probability = nan"));
    pooled.likely.clear();
    CHECK(ranks(pooled).starts_with("nps::pooled_ranks: sum of pooled.likely.probability = 0"));
    const auto funnel = [](const category_counts& all_answers, std::int64_t n,
                           const nps::funnel_limits_options& options = {}) {
        return text_of([&] { static_cast<void>(nps::funnel_limits(all_answers, n, options)); });
    };
    CHECK(funnel({}, 5) == "nps::funnel_limits: no valid answers");
    CHECK(funnel({1, 1, 1}, 0) == "nps::funnel_limits: n = 0, must be above 0");
    CHECK(funnel({1, 1, 1}, 5, {.between_sd = nan}) ==
          "nps::funnel_limits: between_sd = nan, must be in [0, 1]");
    CHECK(funnel({1, 1, 1}, 5, {.level = 0}) == "nps::funnel_limits: level = 0, must be in (0, 1)");
}

} // namespace
