// SPDX-License-Identifier: Apache-2.0
// Rows of docs/size/size.csv for compare_scores, made again from scratch, and the rule that chooses
// its default.
#include <nps/infer/compare_scores.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"
#include "support/size_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using nps::category_counts;
using nps_test::check_size;
using nps_test::size_row;
using nps_test::size_rows;
using nps_test::size_test;
using nps_test::size_verdict;

constexpr double infinity = std::numeric_limits<double>::infinity();

// A statistic against the normal quantile; infinite where there is no answer.
using statistic = double (*)(const category_counts& a, const category_counts& b);

size_test two_sided(statistic z) {
    return [=](const category_counts& a, const category_counts& b) -> size_verdict {
        const double value = std::abs(z(a, b));
        return {value >= 1.9599639845400542, value < infinity};
    };
}

size_test greater(statistic z) {
    return [=](const category_counts& a, const category_counts& b) -> size_verdict {
        const double value = z(a, b);
        return {value >= 1.6448536269514722, std::abs(value) < infinity};
    };
}

double ratio(double difference, double variance) {
    if (std::abs(difference) < 1e-12) {
        return 0;
    }
    return variance > 1e-12 ? difference / std::sqrt(variance)
                            : std::copysign(infinity, difference);
}

struct moments_of {
    double n, score, variance;
    explicit moments_of(const category_counts& c, double extremes = 0, double passives = 0) {
        const double p = static_cast<double>(c.promoters) + extremes;
        const double d = static_cast<double>(c.detractors) + extremes;
        n = p + d + static_cast<double>(c.passives) + passives;
        score = (p - d) / n;
        variance = (p + d) / n - score * score;
    }
};

double wald_of(const moments_of& a, const moments_of& b) {
    return ratio(a.score - b.score, a.variance / a.n + b.variance / b.n);
}

double wald(const category_counts& a, const category_counts& b) {
    return wald_of(moments_of(a), moments_of(b));
}

double adjusted_wald(const category_counts& a, const category_counts& b) {
    return wald_of(moments_of(a, 0.75, 1.5), moments_of(b, 0.75, 1.5));
}

double wald_pooled(const category_counts& a, const category_counts& b) {
    const moments_of one(a);
    const moments_of two(b);
    const moments_of all(a + b);
    return ratio(one.score - two.score, all.variance * (1 / one.n + 1 / two.n));
}

// The largest value of a concave function, by golden section.
template <class F>
double top(F f, double low, double high) {
    const double part = (std::sqrt(5.0) - 1) / 2;
    double one = high - part * (high - low);
    double two = low + part * (high - low);
    double at_one = f(one);
    double at_two = f(two);
    while (high - low > 1e-9) {
        if (at_one < at_two) {
            low = one;
            one = two;
            at_one = at_two;
            at_two = f(two = low + part * (high - low));
        } else {
            high = two;
            two = one;
            at_two = at_one;
            at_one = f(one = high - part * (high - low));
        }
    }
    return (low + high) / 2;
}

double log_likelihood(const category_counts& c, double score, double passives) {
    const auto term = [](std::int64_t count, double share) {
        return count == 0 ? 0 : static_cast<double>(count) * std::log((std::max)(share, 1e-300));
    };
    return term(c.passives, passives) + term(c.promoters, (1 - passives + score) / 2) +
           term(c.detractors, (1 - passives - score) / 2);
}

double best_passives(const category_counts& c, double score) {
    return top([&](double q) { return log_likelihood(c, score, q); }, 0, 1 - std::abs(score));
}

double profile(const category_counts& c, double score) {
    return log_likelihood(c, score, best_passives(c, score));
}

double common_score(const category_counts& a, const category_counts& b) {
    const double low = (std::min)(moments_of(a).score, moments_of(b).score);
    const double high = (std::max)(moments_of(a).score, moments_of(b).score);
    return top([&](double s) { return profile(a, s) + profile(b, s); }, low, high);
}

// The scores are held equal where both groups fit best, and that by brute force.
double score(const category_counts& a, const category_counts& b) {
    const double s = common_score(a, b);
    const double difference = moments_of(a).score - moments_of(b).score;
    return ratio(difference, (1 - best_passives(a, s) - s * s) / static_cast<double>(a.n()) +
                                 (1 - best_passives(b, s) - s * s) / static_cast<double>(b.n()));
}

double likelihood_ratio(const category_counts& a, const category_counts& b) {
    const double s = common_score(a, b);
    const double free = profile(a, moments_of(a).score) + profile(b, moments_of(b).score);
    const double lost = 2 * (free - profile(a, s) - profile(b, s));
    return std::copysign(std::sqrt((std::max)(lost, 0.0)),
                         moments_of(a).score - moments_of(b).score);
}

TEST_CASE("size of the Wald family, from formulas written here") {
    check_size("wald", "two_sided", 5, 5, two_sided(wald));
    check_size("wald", "greater", 5, 10, greater(wald));
    check_size("wald", "two_sided", 5, 30, two_sided(wald));
    check_size("wald_pooled", "two_sided", 5, 10, two_sided(wald_pooled));
    check_size("wald_pooled", "greater", 5, 30, greater(wald_pooled));
    check_size("adjusted_wald", "two_sided", 10, 10, two_sided(adjusted_wald));
    check_size("adjusted_wald", "greater", 5, 10, greater(adjusted_wald));
}

TEST_CASE("size of score and likelihood_ratio, maximised here by brute force") {
    check_size("score", "two_sided", 5, 5, two_sided(score));
    check_size("score", "greater", 5, 5, greater(score));
    check_size("likelihood_ratio", "two_sided", 5, 5, two_sided(likelihood_ratio));
    check_size("likelihood_ratio", "greater", 5, 5, greater(likelihood_ratio));
}

size_test of(nps::comparison_method method, nps::alternative side) {
    return [=](const category_counts& a, const category_counts& b) -> size_verdict {
        try {
            return {nps::compare_scores(a, b, {.method = method, .alternative = side}).p_value <=
                    0.05 + 1e-9};
        } catch (const nps::undefined_result&) {
            const double apart = moments_of(a).score - moments_of(b).score;
            return {side == nps::alternative::two_sided || apart > 0, false};
        }
    };
}

TEST_CASE("size of the library's methods") {
    using enum nps::comparison_method;
    check_size("welch", "two_sided", 5, 10, of(welch, nps::alternative::two_sided));
    check_size("welch", "greater", 5, 5, of(welch, nps::alternative::greater));
    check_size("score", "two_sided", 5, 10, of(score, nps::alternative::two_sided));
    check_size("likelihood_ratio", "greater", 5, 10,
               of(likelihood_ratio, nps::alternative::greater));
}

// The study leaves out what symmetry gives: groups in the other order, and the alternative less.
TEST_CASE("less is greater with the groups, or with promoters and detractors, swapped") {
    using enum nps::comparison_method;
    const auto swapped = [](const category_counts& c) {
        return category_counts{c.promoters, c.passives, c.detractors};
    };
    for (const auto method : {wald, wald_pooled, adjusted_wald, score, likelihood_ratio, welch}) {
        const auto less = of(method, nps::alternative::less);
        const auto more = of(method, nps::alternative::greater);
        for (const auto& a : nps_test::size_tables(4)) {
            for (const auto& b : nps_test::size_tables(6)) {
                const auto expected = less(a.counts, b.counts);
                if (!expected.answers) {
                    continue;
                }
                CHECK(more(b.counts, a.counts).rejects == expected.rejects);
                CHECK(more(swapped(a.counts), swapped(b.counts)).rejects == expected.rejects);
            }
        }
    }
}

TEST_CASE("simulated sizes agree with enumerated ones within their standard error") {
    int compared = 0;
    for (const auto& r : size_rows()) {
        if (r.text("source") != "enumeration_listed") {
            continue;
        }
        const auto& s =
            size_row(r.text("method"), r.text("alternative"), static_cast<int>(r.integer("n_a")),
                     static_cast<int>(r.integer("n_b")), "simulation", r.text("family"));
        CAPTURE(r.text("method"));
        CAPTURE(r.text("alternative"));
        CAPTURE(r.text("n_b"));
        CHECK(r.integer("truths") == s.integer("truths"));
        // 10,000 surveys a truth; the variance of a mean is at most that of one probability.
        const double p = r.number("mean");
        const auto draws = 1e4 * static_cast<double>(r.integer("truths"));
        CHECK(std::abs(s.number("mean") - p) < 4.5 * std::sqrt(p * (1 - p) / draws) + 1e-6);
        ++compared;
    }
    CHECK(compared >= 80);
}

TEST_CASE("the figures in the doc comment of compare_scores are those of the table") {
    for (const auto& [method, two, one] :
         {std::tuple{"score", 0.079, 0.120}, std::tuple{"adjusted_wald", 0.088, 0.150},
          std::tuple{"likelihood_ratio", 0.129, 0.165}, std::tuple{"wald_pooled", 0.547, 0.322},
          std::tuple{"wald", 0.595, 0.685}, std::tuple{"welch", 0.594, 0.685}}) {
        CAPTURE(method);
        for (const bool two_sided : {true, false}) {
            double largest = 0;
            for (const auto& r : size_rows()) {
                if (r.text("method") == method && r.text("source") == "enumeration" &&
                    r.text("alternative") == (two_sided ? "two_sided" : "greater")) {
                    largest = (std::max)(largest, r.number("largest"));
                }
            }
            CHECK(nps_test::close(largest, two_sided ? two : one,
                                  {.absolute = 0.00051, .reason = "three decimals"}));
        }
    }
}

TEST_CASE("the default method is the one that the table gives by the rule") {
    // The rule of docs/size/README.md. The candidates are the methods of compare_scores that take
    // less than a millisecond whatever n is.
    struct totals {
        double largest = 0, core_mean = 0, unanswered = 0, power = 0;
        int rows = 0, powers = 0;
    };
    const std::vector<std::string> candidates{"wald",  "wald_pooled",      "adjusted_wald",
                                              "score", "likelihood_ratio", "welch"};
    std::map<std::string, totals> found;
    for (const auto& r : size_rows()) {
        if (r.text("source") != "enumeration" ||
            std::ranges::find(candidates, r.text("method")) == candidates.end()) {
            continue;
        }
        totals& t = found[r.text("method")];
        t.largest = (std::max)(t.largest, r.number("largest"));
        t.unanswered = (std::max)(t.unanswered, r.number("unanswered"));
        t.core_mean += r.number("core_mean");
        ++t.rows;
    }
    for (const auto& r : nps_test::reference_table("../../docs/size/power.csv")) {
        if (r.text("source") == "enumeration" && found.contains(r.text("method"))) {
            found[r.text("method")].power += r.number("mean");
            ++found[r.text("method")].powers;
        }
    }
    REQUIRE(found.size() == candidates.size());
    std::erase_if(found, [](const auto& f) { return f.second.unanswered > 0; });
    std::erase_if(found, [](const auto& f) { return f.second.core_mean < 0.03 * f.second.rows; });
    REQUIRE(!found.empty());
    const auto keep = [&](auto value, double tie) { // the smallest value wins
        double best = infinity;
        for (const auto& [name, t] : found) {
            best = (std::min)(best, value(t));
        }
        std::erase_if(found, [&](const auto& f) { return value(f.second) > best + tie; });
    };
    keep([](const totals& t) { return t.largest; }, 0.005);
    keep([](const totals& t) { return -t.power / t.powers; }, 0);
    REQUIRE(found.size() == 1);
    CHECK(found.begin()->first == nps::compare_scores({1, 2, 3}, {3, 2, 1}).method);
}

} // namespace
