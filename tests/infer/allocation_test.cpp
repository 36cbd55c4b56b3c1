// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/allocation.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::allocate;
using nps::allocation_method;
using nps::population_variance;
using nps::stratum;

std::vector<std::int64_t> completes_of(const nps::allocation& made) {
    std::vector<std::int64_t> n;
    for (const auto& one : made.strata) {
        n.push_back(one.completes);
    }
    return n;
}

using counts = std::vector<std::int64_t>;

// The numbers of a cell that holds several.
std::vector<double> numbers_of(const nps_test::reference_row& row, const std::string& column) {
    std::istringstream in(row.text(column));
    return {std::istream_iterator<double>(in), {}};
}

std::int64_t sum_of(const counts& n) {
    std::int64_t sum = 0;
    for (const std::int64_t value : n) {
        sum += value;
    }
    return sum;
}

std::int64_t most_of(const stratum& one) {
    return std::min<std::int64_t>(one.population, one.maximum.value_or(one.population));
}

double sd_of(const stratum& one) {
    return one.respondent_sd.value_or(1);
}

// The loss of a method, written out as in the sources: q = 1 is the variance of the score of all.
double loss(const std::vector<stratum>& strata, const counts& n, double q, bool divisor_n) {
    double all = 0;
    for (const stratum& one : strata) {
        all += static_cast<double>(one.population);
    }
    long double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const double people = static_cast<double>(strata[h].population);
        const double asked = static_cast<double>(n[h]);
        if (people > 1) {
            sum += std::pow(people / all, 2 * q) * sd_of(strata[h]) * sd_of(strata[h]) / asked *
                   (people - asked) / (divisor_n ? people - 1 : people);
        }
    }
    return static_cast<double>(sum);
}

// Calls `look` for every allocation within the bounds that adds up to the total.
void every(const std::vector<stratum>& strata, std::int64_t total,
           const std::function<void(const counts&)>& look) {
    counts n(strata.size());
    const std::function<void(std::size_t, std::int64_t)> fill = [&](std::size_t h,
                                                                    std::int64_t left) {
        if (h + 1 == strata.size()) {
            if (left >= strata[h].minimum && left <= most_of(strata[h])) {
                n[h] = left;
                look(n);
            }
            return;
        }
        for (n[h] = strata[h].minimum; n[h] <= std::min(left, most_of(strata[h])); ++n[h]) {
            fill(h + 1, left - n[h]);
        }
    };
    fill(0, total);
}

// Wright's algorithm as it is told, one answer at a time.
counts plain_greedy(const std::vector<stratum>& strata, std::int64_t total, double q) {
    counts n;
    double all = 0;
    for (const stratum& one : strata) {
        n.push_back(one.minimum);
        all += static_cast<double>(one.population);
    }
    for (std::int64_t left = total - sum_of(n); left > 0; --left) {
        std::size_t best = strata.size();
        double largest = 0;
        for (std::size_t h = 0; h < strata.size(); ++h) {
            const double people = static_cast<double>(strata[h].population);
            const double k = static_cast<double>(n[h]);
            const double gain = std::pow(people / all, 2 * q) *
                                (sd_of(strata[h]) * sd_of(strata[h])) * (people / (people - 1)) /
                                (k * (k + 1));
            if (n[h] < most_of(strata[h]) && gain > largest) {
                best = h;
                largest = gain;
            }
        }
        REQUIRE(best < strata.size());
        ++n[best];
    }
    return n;
}

// Strata of all kinds: tiny and large, S of 0 and 1, bounds that hold and bounds that do not.
std::vector<stratum> some_strata(std::uint64_t seed, std::size_t size, std::int64_t largest,
                                 bool bounded) {
    nps::random_stream draws(seed, 0, nps::random_purpose::simulation);
    const auto below = [&](std::int64_t n) {
        return static_cast<std::int64_t>(draws.below(static_cast<std::uint64_t>(n)));
    };
    std::vector<stratum> strata;
    for (std::size_t h = 0; h < size; ++h) {
        stratum one{.population = 1 + below(largest)};
        one.respondent_sd = static_cast<double>(below(11)) / 10;
        if (bounded) {
            one.minimum = 1 + below(std::min<std::int64_t>(3, one.population));
            if (below(2) == 0) {
                one.maximum = one.minimum + below(largest);
            }
        }
        strata.push_back(one);
    }
    return strata;
}

TEST_CASE("published allocations") {
    const std::vector<stratum> thirds{
        {.population = 500}, {.population = 300}, {.population = 200}};
    // samplics.
    CHECK(
        completes_of(allocate(thirds, {.total = 100, .method = allocation_method::proportional})) ==
        counts{50, 30, 20});

    // Wright (2017): S^2 100, 36, 16, here over 100.
    const std::vector<stratum> wright{{.population = 47, .respondent_sd = 1.0},
                                      {.population = 61, .respondent_sd = 0.6},
                                      {.population = 41, .respondent_sd = 0.4}};
    CHECK(completes_of(allocate(
              wright, {.total = 10, .population_form = population_variance::divisor_n_minus_1})) ==
          counts{4, 4, 2});
    auto bounded = wright;
    bounded[0].maximum = 5;
    bounded[1].minimum = 2;
    bounded[1].maximum = 6;
    bounded[2].minimum = 3;
    bounded[2].maximum = 4;
    const auto made =
        allocate(bounded, {.total = 10, .population_form = population_variance::divisor_n_minus_1});
    CHECK(completes_of(made) == counts{4, 3, 3});
    // The variance of the total that is printed there, 101290.3333, over (149 * 10)^2.
    CHECK(std::abs(made.standard_error * made.standard_error * 149 * 149 * 100 - 101290.3333) <
          5e-5);
}

TEST_CASE("the same as R allocation and R stratallo, strata by strata") {
    for (const auto& row : nps_test::reference_table("allocation.csv")) {
        std::vector<stratum> strata;
        const auto population = numbers_of(row, "population");
        const auto sd = numbers_of(row, "respondent_sd");
        const auto least = numbers_of(row, "minimum");
        const auto most = numbers_of(row, "maximum");
        for (std::size_t h = 0; h < sd.size(); ++h) {
            strata.push_back({.population = static_cast<std::int64_t>(population[h]),
                              .respondent_sd = sd[h],
                              .minimum = static_cast<std::int64_t>(least[h]),
                              .maximum = static_cast<std::int64_t>(most[h])});
        }
        const auto made =
            allocate(strata, {.total = row.integer("total"),
                              .population_form = population_variance::divisor_n_minus_1});
        counts wanted;
        for (const double n : numbers_of(row, "completes")) {
            wanted.push_back(static_cast<std::int64_t>(n));
        }
        CHECK(completes_of(made) == wanted);
        CHECK(nps_test::close(made.standard_error * made.standard_error, row.number("variance")));
    }
}

TEST_CASE("no allocation is better: all of them, for small cases") {
    std::size_t looked = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const auto strata = some_strata(seed, 1 + seed % 4, 12, seed % 3 != 0);
        counts least;
        counts most;
        for (const stratum& one : strata) {
            least.push_back(one.minimum);
            most.push_back(most_of(one));
        }
        for (std::int64_t total = sum_of(least); total <= sum_of(most);
             total += 1 + static_cast<std::int64_t>(seed % 5)) {
            for (const double q : {1.0, 0.5, 0.0}) {
                const auto made = allocate(strata, {.total = total,
                                                    .method = q == 1 ? allocation_method::neyman
                                                                     : allocation_method::power,
                                                    .exponent = q});
                const counts n = completes_of(made);
                REQUIRE(sum_of(n) == total);
                const double got = loss(strata, n, q, true);
                double best = std::numeric_limits<double>::infinity();
                every(strata, total, [&](const counts& other) {
                    best = std::min(best, loss(strata, other, q, true));
                    ++looked;
                });
                CHECK(got <= best * (1 + 1e-13) + 1e-18);
                if (q == 1) {
                    CHECK(nps_test::close(made.standard_error, std::sqrt(got)));
                }
            }
        }
    }
    CHECK(looked > 100'000);
}

TEST_CASE("equal and proportional: as near to the quotas as whole numbers get") {
    for (std::uint64_t seed = 200; seed < 300; ++seed) {
        const auto strata = some_strata(seed, 1 + seed % 4, 12, seed % 3 != 0);
        counts least;
        counts most;
        for (const stratum& one : strata) {
            least.push_back(one.minimum);
            most.push_back(most_of(one));
        }
        for (std::int64_t total = sum_of(least); total <= sum_of(most); total += 2) {
            for (const auto method : {allocation_method::proportional, allocation_method::equal}) {
                const auto weight = [&](std::size_t h) {
                    return method == allocation_method::equal
                               ? 1.0
                               : static_cast<double>(strata[h].population);
                };
                // The quotas by bisection for c.
                const auto quota = [&](double c, std::size_t h) {
                    return std::clamp(c * weight(h), static_cast<double>(least[h]),
                                      static_cast<double>(most[h]));
                };
                double low = 0;
                double high = 20;
                for (int i = 0; i < 100; ++i) {
                    const double c = (low + high) / 2;
                    double sum = 0;
                    for (std::size_t h = 0; h < strata.size(); ++h) {
                        sum += quota(c, h);
                    }
                    (sum < static_cast<double>(total) ? low : high) = c;
                }
                const auto distance = [&](const counts& n) {
                    double sum = 0;
                    for (std::size_t h = 0; h < n.size(); ++h) {
                        sum += std::pow(static_cast<double>(n[h]) - quota(high, h), 2);
                    }
                    return sum;
                };
                const counts n = completes_of(allocate(strata, {.total = total, .method = method}));
                REQUIRE(sum_of(n) == total);
                double best = std::numeric_limits<double>::infinity();
                every(strata, total,
                      [&](const counts& other) { best = std::min(best, distance(other)); });
                CHECK(distance(n) <= best + 1e-9);
                for (std::size_t h = 0; h < n.size(); ++h) {
                    CHECK(n[h] >= least[h]);
                    CHECK(n[h] <= most[h]);
                }
            }
        }
    }
    // 10 over three equal strata, and remainders of one half: to the earlier.
    const std::vector<stratum> even{{.population = 100}, {.population = 100}, {.population = 100}};
    CHECK(completes_of(allocate(even, {.total = 10, .method = allocation_method::equal})) ==
          counts{4, 3, 3});
    CHECK(completes_of(allocate({{.population = 10}, {.population = 30}, {.population = 10}},
                                {.total = 5, .method = allocation_method::proportional})) ==
          counts{1, 3, 1});
    CHECK(completes_of(allocate({{.population = 500}, {.population = 500}},
                                {.total = 5, .method = allocation_method::proportional})) ==
          counts{3, 2});
    // A bound moves the others in proportion, not evenly: 60 more to 300 and 100 is 45 and 15.
    CHECK(completes_of(allocate(
              {{.population = 600, .maximum = 60}, {.population = 300}, {.population = 100}},
              {.total = 160, .method = allocation_method::proportional})) == counts{60, 75, 25});
}

TEST_CASE("the leap arrives where Wright's algorithm does, one answer at a time") {
    for (std::uint64_t seed = 400; seed < 440; ++seed) {
        auto strata = some_strata(seed, 2 + seed % 60, 5'000, seed % 2 == 0);
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (stratum& one : strata) {
            one.respondent_sd = 0.05 + *one.respondent_sd;
            one.respondent_sd = std::min(*one.respondent_sd, 1.0);
            least += one.minimum;
            most += most_of(one);
        }
        for (const double part : {0.0, 0.01, 0.3, 0.9, 1.0}) {
            const auto total =
                least + static_cast<std::int64_t>(part * static_cast<double>(std::min<std::int64_t>(
                                                             most - least, 3'000)));
            const auto made = allocate(strata, {.total = total});
            const counts one_by_one = plain_greedy(strata, total, 1);
            // Where two steps gain the same, either may be taken.
            CHECK(nps_test::close(loss(strata, completes_of(made), 1, true),
                                  loss(strata, one_by_one, 1, true)));
            std::int64_t apart = 0;
            for (std::size_t h = 0; h < strata.size(); ++h) {
                apart = std::max(apart, std::abs(made.strata[h].completes - one_by_one[h]));
            }
            CHECK(apart <= 1);
        }
    }
}

TEST_CASE("a billion answers over a thousand strata") {
    auto strata = some_strata(77, 1'000, 4'000'000, true);
    for (stratum& one : strata) {
        one.population = one.population + 1'000'000;
        one.respondent_sd = 0.1 + 0.9 * *one.respondent_sd;
        one.maximum.reset();
    }
    const std::int64_t total = 1'000'000'000;
    const auto made = allocate(strata, {.total = total});
    CHECK(made.completes == total);
    CHECK(sum_of(completes_of(made)) == total);
    // Optimal: no answer does better elsewhere.
    double least_gain = std::numeric_limits<double>::infinity();
    double most_gain = 0;
    for (const auto& one : made.strata) {
        const double n = static_cast<double>(one.completes);
        const double people = static_cast<double>(one.population);
        const double a = one.weight * one.weight * one.respondent_sd * one.respondent_sd *
                         (people / (people - 1));
        least_gain = std::min(least_gain, a / (n * (n - 1)));
        most_gain =
            one.completes < one.population ? std::max(most_gain, a / (n * (n + 1))) : most_gain;
    }
    CHECK(least_gain >= most_gain * (1 - 1e-14));
}

TEST_CASE("margins are those of the strata, and of their weighted sum") {
    const std::vector<stratum> strata{
        {.name = "app", .population = 50'000, .respondent_sd = 0.7},
        {.name = "shop", .population = 30'000, .shares = nps::category_shares{0.2, 0.3, 0.5}},
        {.name = "phone", .population = 2'000, .cost = 3, .minimum = 100}};
    for (const auto form :
         {population_variance::divisor_n, population_variance::divisor_n_minus_1}) {
        const auto made = allocate(strata, {.total = 2'000, .level = 0.9, .population_form = form});
        double variance = 0;
        for (std::size_t h = 0; h < strata.size(); ++h) {
            const auto& one = made.strata[h];
            CHECK(one.name == strata[h].name);
            const double margin = nps::margin_of_error({.completes = one.completes,
                                                        .level = 0.9,
                                                        .respondent_sd = strata[h].respondent_sd,
                                                        .shares = strata[h].shares,
                                                        .population = one.population,
                                                        .population_form = form});
            CHECK(nps_test::close(one.margin, margin));
            CHECK(nps_test::close(one.weight, static_cast<double>(one.population) / 82'000));
            variance += one.weight * one.weight * one.standard_error * one.standard_error;
            CHECK(nps_test::close(one.margin / one.standard_error, 1.6448536269514722));
        }
        CHECK(nps_test::close(made.standard_error, std::sqrt(variance)));
        CHECK(nps_test::close(made.margin, 1.6448536269514722 * std::sqrt(variance)));
        CHECK(made.strata[2].completes == 100);
        CHECK(made.strata[2].cost == 300);
        CHECK(made.cost == 1'900 + 300);
        CHECK(nps_test::close(made.strata[1].respondent_sd, std::sqrt(0.61)));
        CHECK(made.level == 0.9);
        CHECK(made.method == "neyman");
        CHECK_FALSE(made.least_margin.has_value());
    }
    // One stratum is a simple random sample.
    const auto one = allocate({{.population = 80'000}}, {.total = 2'000});
    CHECK(nps_test::close(one.margin,
                          nps::margin_of_error({.completes = 2'000, .population = 80'000})));
}

TEST_CASE("power lies between equal margins and Neyman") {
    const std::vector<stratum> strata{{.population = 1'000'000}, {.population = 10'000}};
    const auto at = [&](double q) {
        return allocate(strata,
                        {.total = 1'100, .method = allocation_method::power, .exponent = q});
    };
    // Shares 100 : 1, 10 : 1 and 1 : 1, but for the correction sqrt(N / (N - 1)).
    CHECK(completes_of(at(1)) == counts{1'089, 11});
    CHECK(completes_of(at(0.5)) == counts{1'000, 100});
    CHECK(completes_of(at(0)) == counts{550, 550});
    CHECK(completes_of(at(1)) == completes_of(allocate(strata, {.total = 1'100})));
    CHECK(at(0.5).method == "power");
}

TEST_CASE("strata without spread, and censuses") {
    const std::vector<stratum> strata{{.population = 100, .respondent_sd = 0},
                                      {.population = 50},
                                      {.population = 300, .respondent_sd = 0}};
    CHECK(completes_of(allocate(strata, {.total = 40})) == counts{1, 38, 1});
    // Beyond what the second has room for: in proportion to the customers.
    CHECK(completes_of(allocate(strata, {.total = 90})) == counts{10, 50, 30});
    const auto census = allocate(strata, {.total = 450});
    CHECK(completes_of(census) == counts{100, 50, 300});
    CHECK(census.margin == 0);
    CHECK(allocate(strata, {.total = 90}).margin == 0);
    CHECK(completes_of(allocate({{.population = 1}}, {.total = 1})) == counts{1});
    CHECK(allocate({{.population = 1}}, {.total = 1}).margin == 0);
    for (const auto method : {allocation_method::neyman, allocation_method::power,
                              allocation_method::proportional, allocation_method::equal}) {
        CHECK(completes_of(allocate({{.population = 1}, {.population = 2}, {.population = 7}},
                                    {.total = 10, .method = method})) == counts{1, 2, 7});
        CHECK(completes_of(allocate({{.population = 1}, {.population = 2}, {.population = 7}},
                                    {.total = 3, .method = method})) == counts{1, 1, 1});
        // Up to 2^53 customers and answers.
        const std::int64_t half = std::int64_t{1} << 52;
        const auto vast = allocate({{.population = half}, {.population = half}},
                                   {.total = half + 3, .method = method});
        CHECK(completes_of(vast) == counts{half / 2 + 2, half / 2 + 1});
        CHECK(completes_of(allocate({{.population = half}, {.population = half}},
                                    {.total = 2 * half, .method = method})) == counts{half, half});
    }
    // An S too small to matter.
    CHECK(completes_of(allocate({{.population = 1'000'000, .respondent_sd = 1e-160},
                                 {.population = 1'000'000, .respondent_sd = 1e-99}},
                                {.total = 1'000})) == counts{1, 999});
}

TEST_CASE("allocate refuses what cannot be") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<stratum> two{{.name = "app", .population = 10, .minimum = 3},
                                   {.name = "shop", .population = 20, .maximum = 5}};
    CHECK_THROWS_WITH_AS((void)allocate(two, {.total = 3}),
                         "nps::allocate: total = 3, must be at least 4, the sum of the minimums",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)allocate(two, {.total = 16}),
        "nps::allocate: total = 16, must be at most 15, the sum of the maximums and populations",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)allocate({}, {.total = 16}),
                         "nps::allocate: strata.size() = 0, must be at least 1",
                         nps::invalid_input);
    const auto refuses = [](const stratum& one, const std::string& text) {
        CHECK_THROWS_WITH_AS((void)allocate({{.population = 9}, one}, {.total = 5}),
                             ("nps::allocate: " + text + " (stratum 1, \"x\")").c_str(),
                             nps::invalid_input);
    };
    refuses({.name = "x", .population = 0}, "population = 0, must be in [1, 2^53]");
    refuses({.name = "x", .population = -4}, "population = -4, must be in [1, 2^53]");
    refuses({.name = "x", .population = std::int64_t{1} << 53},
            "population of all strata so far = 9007199254741001, must be in [0, 2^53]");
    refuses({.name = "x", .population = 9, .respondent_sd = nan},
            "respondent_sd = nan, must be in [0, 1]: it is the standard deviation of one answer "
            "coded -1, 0, 1");
    refuses({.name = "x", .population = 9, .minimum = 0},
            "minimum = 0, must be in [1, population]");
    refuses({.name = "x", .population = 9, .minimum = 10},
            "minimum = 10, must be in [1, population]");
    refuses({.name = "x", .population = 9, .minimum = 4, .maximum = 3},
            "maximum = 3, must not be below the minimum");
    refuses({.name = "x", .population = 9, .cost = nan}, "cost = nan, must be in [1e-30, 1e30]");
    refuses({.name = "x", .population = 9, .cost = 0}, "cost = 0, must be in [1e-30, 1e30]");
    CHECK_THROWS_AS((void)allocate(two, {.total = 8, .level = nan}), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)allocate(two, {.total = 8, .method = allocation_method::power, .exponent = nan}),
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)allocate(two, {.total = 8, .method = allocation_method::power, .exponent = 1.5}),
        "nps::allocate: exponent = 1.5, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_AS((void)allocate(two, {.total = 8, .method = static_cast<allocation_method>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)allocate(two, {.total = 8, .population_form = static_cast<population_variance>(9)}),
        nps::invalid_input);
}

} // namespace
