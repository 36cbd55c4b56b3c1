// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/difference_confidence_sequence.hpp>

#include <nps/monitor/e_value.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using nps::bounds;
using nps::category_counts;
using nps::score_confidence_sequence;
using nps::sequence_method;
using nps::sequence_target;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::array methods{sequence_method::betting, sequence_method::empirical_bernstein,
                             sequence_method::empirical_bernstein_mixture,
                             sequence_method::normal_mixture, sequence_method::asymptotic};

category_counts one_answer(char letter) {
    return {letter == 'd', letter == 'n', letter == 'p'};
}

category_counts tally_of(const std::string& answers, std::int64_t repeats) {
    category_counts sum;
    for (const char letter : answers) {
        const category_counts one = one_answer(letter);
        sum += {one.detractors * repeats, one.passives * repeats, one.promoters * repeats};
    }
    return sum;
}

sequence_method method_of(const std::string& name) {
    for (const sequence_method method : methods) {
        if (nps::detail::method_name(method) == name) {
            return method;
        }
    }
    FAIL("no method ", name);
    return sequence_method::betting;
}

} // namespace

TEST_CASE("Confidence sequences equal confseq's and quadrature at many digits") {
    const nps_test::tolerance bisected{
        .relative = 1e-12, .absolute = 5e-11, .reason = "the other tool bisects that far"};
    for (const auto& row : nps_test::reference_table("confidence_sequence.csv")) {
        const std::string& sides = row.text("sides");
        const nps::bounds asked = sides == "lower"   ? bounds::lower
                                  : sides == "upper" ? bounds::upper
                                                     : bounds::two_sided;
        INFO(row.text("method"), " ", row.text("answers"), " x ", row.text("repeats"), " ", sides);
        nps::interval interval;
        if (!row.text("other").empty()) {
            nps::score_difference_confidence_sequence sequence({.level = row.number("level")});
            sequence.add_a(tally_of(row.text("answers"), row.integer("repeats")));
            sequence.add_b(tally_of(row.text("other"), row.integer("repeats")));
            interval = sequence.interval();
        } else {
            score_confidence_sequence sequence({.method = method_of(row.text("method")),
                                                .level = row.number("level"),
                                                .sides = asked,
                                                .best_at = row.number("best_at")});
            for (std::int64_t k = 0; k < row.integer("repeats"); ++k) {
                for (const char letter : row.text("answers")) {
                    sequence.add_without_interval(one_answer(letter));
                }
            }
            interval = sequence.interval();
            CHECK(interval.method == row.text("method"));
        }
        CHECK(nps_test::close(interval.lower, row.number("lower"), bisected));
        CHECK(nps_test::close(interval.upper, row.number("upper"), bisected));
        CHECK(interval.sides == asked);
    }
}

TEST_CASE("Published values of predictably mixed empirical Bernstein") {
    score_confidence_sequence sequence({.method = sequence_method::empirical_bernstein});
    const auto check = [&](double lower, double upper) {
        const nps::interval interval = sequence.interval();
        CHECK(std::abs(interval.lower - lower) < 1e-12);
        CHECK(std::abs(interval.upper - upper) < 1e-12);
    };
    for (int k = 1; k <= 100; ++k) {
        for (const char letter : std::string("ppnpdnppdp")) {
            sequence.add_without_interval(one_answer(letter));
        }
        if (k == 10) {
            check(.112640200191, .679720609106);
        } else if (k == 50) {
            check(.267926639902, .529583642651);
        } else if (k == 100) {
            check(.302009110699, .496292288846);
        }
    }
}

TEST_CASE("A betting interval holds the scores whose e-value is below 1 / alpha") {
    for (const category_counts& c : {category_counts{20, 30, 50}, category_counts{0, 2, 7},
                                     category_counts{300, 0, 1}, category_counts{0, 0, 60}}) {
        for (const bounds sides : {bounds::two_sided, bounds::lower, bounds::upper}) {
            const nps::interval interval =
                score_confidence_sequence({.level = 0.9, .sides = sides}).add(c);
            const auto p = [&](double s, nps::alternative side) {
                return nps::score_e_value(c, {.score = s,
                                              .alternative = sides == bounds::two_sided
                                                                 ? nps::alternative::two_sided
                                                                 : side})
                    .p_value;
            };
            if (interval.lower > -1) {
                CHECK(p(interval.lower - 1e-9, nps::alternative::greater) < 0.1);
                CHECK(p(interval.lower + 1e-9, nps::alternative::greater) > 0.1);
            }
            if (interval.upper < 1) {
                CHECK(p(interval.upper + 1e-9, nps::alternative::less) < 0.1);
                CHECK(p(interval.upper - 1e-9, nps::alternative::less) > 0.1);
            }
        }
    }
    nps::score_difference_confidence_sequence two({.level = 0.9});
    two.add_a({20, 30, 50});
    two.add_b({40, 30, 30});
    const nps::interval interval = two.interval();
    for (const double limit : {interval.lower, interval.upper}) {
        CHECK(nps_test::close(
            nps::score_difference_e_value({20, 30, 50}, {40, 30, 30}, {.difference = limit})
                .p_value,
            0.1, {.relative = 1e-9, .reason = "steep at the limit"}));
    }
    // Jointly is narrower than each alone at alpha / 2.
    const auto each = [](const category_counts& c) {
        return score_confidence_sequence({.level = 0.95}).add(c);
    };
    CHECK(interval.upper - interval.lower < each({20, 30, 50}).upper - each({20, 30, 50}).lower +
                                                each({40, 30, 30}).upper -
                                                each({40, 30, 30}).lower);
}

TEST_CASE("Symmetry, nesting, order and growth") {
    for (const sequence_method method : methods) {
        INFO(nps::detail::method_name(method));
        const auto sequence = [&](double level, bounds sides) {
            return score_confidence_sequence({.method = method, .level = level, .sides = sides});
        };
        auto plain = sequence(0.95, bounds::two_sided);
        auto swapped = plain;
        auto wider = sequence(0.99, bounds::two_sided);
        auto one_sided = sequence(0.95, bounds::lower);
        const std::array batches{category_counts{2, 3, 5}, category_counts{},
                                 category_counts{11, 25, 40}, category_counts{100, 150, 300}};
        double width = 2;
        for (const category_counts& b : batches) {
            const nps::interval now = plain.add(b);
            const nps::interval other = swapped.add({b.promoters, b.passives, b.detractors});
            const nps::interval outer = wider.add(b);
            const nps::interval lower = one_sided.add(b);
            CHECK(nps_test::close(now.lower, -other.upper));
            CHECK(nps_test::close(now.upper, -other.lower));
            CHECK(outer.lower <= now.lower);
            CHECK(outer.upper >= now.upper);
            CHECK(lower.lower >= now.lower - 1e-12);
            CHECK(lower.upper == 1);
            CHECK(now.upper - now.lower <= width);
            width = now.upper - now.lower;
        }
        // Carried over.
        score_confidence_sequence resumed({.method = method}, plain.state());
        CHECK(resumed.add({1, 1, 1}).lower == plain.add({1, 1, 1}).lower);
        // From the sum alone, where the text says so.
        if (method != sequence_method::empirical_bernstein &&
            method != sequence_method::empirical_bernstein_mixture) {
            auto sum = sequence(0.95, bounds::two_sided);
            const nps::interval at_once = sum.add(plain.state().counts);
            CHECK(at_once.lower == plain.interval().lower);
            CHECK(at_once.upper == plain.interval().upper);
        }
    }
}

TEST_CASE("Extreme surveys give finite intervals inside the scale") {
    constexpr std::int64_t trillion = 1'000'000'000'000;
    for (const sequence_method method : methods) {
        for (const bounds sides : {bounds::two_sided, bounds::lower, bounds::upper}) {
            CHECK(score_confidence_sequence({.method = method, .sides = sides}).interval().lower ==
                  -1);
            for (const category_counts& c :
                 {category_counts{0, 0, 1}, category_counts{1, 0, 0}, category_counts{0, 1, 0},
                  category_counts{0, 0, trillion}, category_counts{0, trillion, 0},
                  category_counts{trillion, 0, 0}, category_counts{1, 0, trillion},
                  category_counts{trillion, trillion, trillion}}) {
                INFO(nps::detail::method_name(method), " ", c.detractors, " ", c.passives, " ",
                     c.promoters);
                score_confidence_sequence sequence({.method = method, .sides = sides});
                const nps::interval interval = sequence.add(c);
                CHECK((interval.lower >= -1 && interval.lower <= interval.upper &&
                       interval.upper <= 1));
                CHECK(sequence.add(c).n == 2 * c.n());
            }
        }
        nps::score_difference_confidence_sequence two({.method = method});
        CHECK(two.interval().lower == -2);
        two.add_a({0, 0, 100});
        CHECK(two.interval().upper == 2);
        CHECK(two.interval().lower < 0);
        two.add_b({100, 0, 0});
        CHECK(two.interval().lower > 0.6);
        CHECK(two.interval().upper == 2);
        // a - b, and the other way round.
        nps::score_difference_confidence_sequence back({.method = method, .sides = bounds::upper});
        back.add_a({100, 0, 0});
        back.add_b({0, 0, 100});
        CHECK(back.interval().upper < -0.6);
        CHECK(back.interval().upper <= -two.interval().lower + 1e-12);
        CHECK(back.interval().lower == -2);
    }
}

TEST_CASE("The running intersection shrinks, and says when it is empty") {
    score_confidence_sequence sequence({.running_intersection = true});
    const nps::interval first = sequence.add({20, 30, 150});
    const nps::interval second = sequence.add({10, 10, 5});
    CHECK(second.lower == first.lower);
    CHECK(second.upper <= first.upper);
    CHECK(!sequence.contradicted());
    // The score falls: in the end no score is in all of them.
    const nps::interval last = sequence.add({2000, 0, 0});
    CHECK(sequence.contradicted());
    CHECK(last.upper < first.lower);
    CHECK(last.lower < last.upper);
}

TEST_CASE("Bad options of confidence sequences are named") {
    CHECK_THROWS_WITH_AS(
        score_confidence_sequence({.target = sequence_target::running_average}),
        "nps::score_confidence_sequence: method = betting, must be empirical_bernstein_mixture, "
        "normal_mixture or asymptotic for the running average",
        nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({.method = sequence_method::normal_mixture,
                                               .target = sequence_target::running_average,
                                               .running_intersection = true}),
                    nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({.level = 1}), nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({.level = not_a_number}), nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({.best_at = 0}), nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({.method = static_cast<sequence_method>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(score_confidence_sequence({}, {.spread = not_a_number}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        score_confidence_sequence({.method = sequence_method::empirical_bernstein},
                                  {.counts = {1, 2, 3}}),
        "nps::score_confidence_sequence: state.bets = 0, must be above 0 where there are answers, "
        "and only there",
        nps::invalid_input);
    CHECK_THROWS_AS(nps::score_difference_confidence_sequence({.level = 0}), nps::invalid_input);
    score_confidence_sequence sequence;
    static_cast<void>(sequence.add({1, 2, 3}));
    CHECK_THROWS_AS(sequence.add({0, -1, 0}), nps::invalid_input);
    CHECK(sequence.state().counts == category_counts{1, 2, 3});
}
