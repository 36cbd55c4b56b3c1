// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/allocation_cost.hpp>

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

using nps::allocate_budget;
using nps::allocate_margin;
using nps::population_variance;
using nps::stratum;

using counts = std::vector<std::int64_t>;

constexpr double z95 = 1.9599639845400542;

counts completes_of(const nps::allocation& made) {
    counts n;
    for (const auto& one : made.strata) {
        n.push_back(one.completes);
    }
    return n;
}

std::vector<double> numbers_of(const nps_test::reference_row& row, const std::string& column) {
    std::istringstream in(row.text(column));
    return {std::istream_iterator<double>(in), {}};
}

double variance_of(const std::vector<stratum>& strata, const counts& n) {
    double all = 0;
    for (const stratum& one : strata) {
        all += static_cast<double>(one.population);
    }
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const double people = static_cast<double>(strata[h].population);
        const double asked = static_cast<double>(n[h]);
        const double sd = strata[h].respondent_sd.value_or(1);
        if (people > 1) {
            sum +=
                people / all * (people / all) * sd * sd / asked * (people - asked) / (people - 1);
        }
    }
    return sum;
}

double cost_of(const std::vector<stratum>& strata, const counts& n) {
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        sum += strata[h].cost * static_cast<double>(n[h]);
    }
    return sum;
}

// Calls `look` for every allocation within the bounds.
void every(const std::vector<stratum>& strata, const std::function<void(const counts&)>& look) {
    counts n(strata.size());
    const std::function<void(std::size_t)> fill = [&](std::size_t h) {
        if (h == strata.size()) {
            look(n);
            return;
        }
        const std::int64_t most = std::min<std::int64_t>(
            strata[h].population, strata[h].maximum.value_or(strata[h].population));
        for (n[h] = strata[h].minimum; n[h] <= most; ++n[h]) {
            fill(h + 1);
        }
    };
    fill(0);
}

// Costs are quarters, so that sums of them are exact.
std::vector<stratum> some_strata(std::uint64_t seed, bool equal_costs) {
    nps::random_stream draws(seed, 0, nps::random_purpose::simulation);
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(draws.below(n)); };
    std::vector<stratum> strata;
    for (std::size_t h = 0; h < 1 + seed % 4; ++h) {
        stratum one{.population = 1 + below(11)};
        one.respondent_sd = static_cast<double>(below(11)) / 10;
        one.cost = equal_costs ? 1.5 : 0.25 * static_cast<double>(1 + below(20));
        one.minimum =
            1 + below(static_cast<std::uint64_t>(std::min<std::int64_t>(2, one.population)));
        if (below(2) == 0) {
            one.maximum = one.minimum + below(9);
        }
        strata.push_back(one);
    }
    return strata;
}

TEST_CASE("Wright's algorithm for a wanted variance, and PracTools' sizes that are not whole") {
    for (const auto& row : nps_test::reference_table("allocation_cost.csv")) {
        std::vector<stratum> strata;
        const auto population = numbers_of(row, "population");
        const auto sd = numbers_of(row, "respondent_sd");
        const auto cost = numbers_of(row, "cost");
        const auto least = numbers_of(row, "minimum");
        for (std::size_t h = 0; h < sd.size(); ++h) {
            strata.push_back({.population = static_cast<std::int64_t>(population[h]),
                              .respondent_sd = sd[h],
                              .cost = cost[h],
                              .minimum = static_cast<std::int64_t>(least[h])});
        }
        const auto form = population_variance::divisor_n_minus_1;
        const auto made =
            row.text("goal") == "margin"
                ? allocate_margin(strata, {.margin = row.number("margin"), .population_form = form})
                : allocate_budget(strata,
                                  {.budget = row.number("budget"), .population_form = form});
        const auto wanted = numbers_of(row, "completes");
        if (row.text("tool") == "allocation") {
            for (std::size_t h = 0; h < sd.size(); ++h) {
                CHECK(made.strata[h].completes == static_cast<std::int64_t>(wanted[h]));
            }
            CHECK(made.margin <= row.number("margin"));
            CHECK(made.least_cost.value() <= made.cost);
            CHECK(made.least_cost.value() > made.cost - 1);
            continue;
        }
        // The best without whole numbers is a bound, and whole numbers are near it.
        for (std::size_t h = 0; h < sd.size(); ++h) {
            CHECK(std::abs(static_cast<double>(made.strata[h].completes) - wanted[h]) < 2.5);
        }
        const double dearest = *std::ranges::max_element(cost);
        if (row.text("goal") == "margin") {
            CHECK(made.margin <= row.number("margin"));
            CHECK(made.cost >= row.number("budget"));
            CHECK(made.cost < row.number("budget") + 2 * dearest);
            CHECK(made.least_cost.value() >= row.number("budget") * (1 - 1e-12));
        } else {
            CHECK(made.cost <= row.number("budget"));
            CHECK(made.margin >= row.number("margin"));
            CHECK(made.margin < row.number("margin") * 1.02);
            CHECK(made.least_margin.value() >= row.number("margin") * (1 - 1e-12));
        }
    }
}

TEST_CASE("a budget is never exceeded; with equal costs nothing is better") {
    std::size_t looked = 0;
    for (std::uint64_t seed = 1; seed <= 240; ++seed) {
        const bool equal = seed % 2 == 0;
        const auto strata = some_strata(seed, equal);
        counts least;
        for (const stratum& one : strata) {
            least.push_back(one.minimum);
        }
        for (double more : {0.0, 0.25, 1.5, 4.75, 11.0, 40.0}) {
            const double budget = cost_of(strata, least) + more;
            const auto made = allocate_budget(strata, {.budget = budget});
            const counts n = completes_of(made);
            CHECK(made.cost == cost_of(strata, n));
            CHECK(made.cost <= budget);
            CHECK(nps_test::close(made.standard_error, std::sqrt(variance_of(strata, n))));
            double best = std::numeric_limits<double>::infinity();
            every(strata, [&](const counts& other) {
                ++looked;
                if (cost_of(strata, other) <= budget) {
                    best = std::min(best, variance_of(strata, other));
                }
            });
            const double bound = std::pow(made.least_margin.value() / z95, 2);
            CHECK(bound <= best * (1 + 1e-12) + 1e-18);
            CHECK(made.least_margin.value() <= made.margin);
            if (equal) {
                CHECK(variance_of(strata, n) <= best * (1 + 1e-12) + 1e-18);
            }
            // Nothing that is worth anything is left affordable.
            for (std::size_t h = 0; h < n.size(); ++h) {
                counts other = n;
                ++other[h];
                if (other[h] <=
                        std::min<std::int64_t>(strata[h].population,
                                               strata[h].maximum.value_or(strata[h].population)) &&
                    strata[h].respondent_sd != 0) {
                    CHECK(cost_of(strata, other) > budget);
                }
            }
        }
    }
    CHECK(looked > 100'000);
}

TEST_CASE("a margin is never missed, for less than one answer above the least cost") {
    for (std::uint64_t seed = 1; seed <= 240; ++seed) {
        const bool equal = seed % 2 == 0;
        const auto strata = some_strata(seed, equal);
        double dearest = 0;
        counts most;
        for (const stratum& one : strata) {
            dearest = std::max(dearest, one.cost);
            most.push_back(
                std::min<std::int64_t>(one.population, one.maximum.value_or(one.population)));
        }
        for (const double margin : {0.05, 0.2, 0.33, 0.5, 0.8}) {
            const double wanted = std::pow(margin / z95, 2);
            if (variance_of(strata, most) > wanted) {
                CHECK_THROWS_AS((void)allocate_margin(strata, {.margin = margin}),
                                nps::invalid_input);
                continue;
            }
            const auto made = allocate_margin(strata, {.margin = margin});
            CHECK(made.margin <= margin);
            CHECK(made.cost == cost_of(strata, completes_of(made)));
            double best = std::numeric_limits<double>::infinity();
            every(strata, [&](const counts& other) {
                if (variance_of(strata, other) <= wanted) {
                    best = std::min(best, cost_of(strata, other));
                }
            });
            CHECK(made.least_cost.value() <= best * (1 + 1e-12));
            CHECK(made.cost < made.least_cost.value() + dearest);
            if (equal) {
                CHECK(made.cost == best);
            }
        }
    }
}

TEST_CASE("there and back: what a budget buys costs that budget") {
    const std::vector<stratum> strata{{.population = 50'000, .respondent_sd = 0.7, .cost = 1},
                                      {.population = 30'000, .respondent_sd = 0.8, .cost = 2.5},
                                      {.population = 2'000, .cost = 12}};
    for (const double budget : {60.0, 100.0, 999.5, 12'345.5, 140'000.0}) {
        const auto bought = allocate_budget(strata, {.budget = budget});
        const auto back = allocate_margin(strata, {.margin = bought.margin});
        CHECK(back.margin <= bought.margin * (1 + 1e-14));
        CHECK(back.cost <= bought.cost);
        CHECK(back.least_cost.value() <= bought.cost);
        CHECK(bought.method == "budget");
        CHECK(back.method == "margin");
    }
    // Everybody, and money left.
    const auto all = allocate_budget(strata, {.budget = 1e9});
    CHECK(completes_of(all) == counts{50'000, 30'000, 2'000});
    CHECK(all.margin == 0);
    CHECK(all.least_margin.value() == 0);
    CHECK(all.cost == 50'000 + 75'000 + 24'000);
    const auto careful = allocate_margin(strata, {.margin = 1e-80});
    CHECK(careful.margin <= 1e-80);
    // Tenths that add up: 3 * 0.1 is not 0.3 in binary, and is affordable.
    CHECK(completes_of(allocate_budget({{.population = 100, .cost = 0.1}}, {.budget = 0.3})) ==
          counts{3});
}

TEST_CASE("costs of very different size, and sizes without end") {
    // What a dear stratum leaves buys millions of cheap answers, not one by one.
    const std::vector<stratum> strata{{.population = 4'000'000'000'000, .cost = 1e-9},
                                      {.population = 4'000'000'000'000, .cost = 1e9},
                                      {.population = 4'000'000'000'000, .cost = 1}};
    const auto made = allocate_budget(strata, {.budget = 3.5e9});
    CHECK(made.cost <= 3.5e9 * (1 + 1e-14));
    CHECK(made.strata[0].completes == 4'000'000'000'000);
    CHECK(made.cost > 3.5e9 - 1.1);
    CHECK(made.least_margin.value() <= made.margin);

    std::vector<stratum> many;
    for (int h = 0; h < 1'000; ++h) {
        many.push_back({.population = 1'000'000'000 + h * 1'000'003,
                        .respondent_sd = 0.3 + 0.0007 * h,
                        .cost = 1 + 0.01 * (h % 77)});
    }
    const auto large = allocate_margin(many, {.margin = 1e-4});
    CHECK(large.margin <= 1e-4);
    CHECK(large.least_cost.value() > large.cost - 2);
    CHECK(large.completes > 100'000'000);
}

TEST_CASE("without spread only the minimums are bought") {
    const std::vector<stratum> none{{.population = 10, .respondent_sd = 0, .minimum = 2},
                                    {.population = 20, .respondent_sd = 0}};
    CHECK(completes_of(allocate_budget(none, {.budget = 1'000})) == counts{2, 1});
    CHECK(completes_of(allocate_margin(none, {.margin = 0.01})) == counts{2, 1});
    CHECK(allocate_margin(none, {.margin = 0.01}).least_cost.value() == 3);
}

TEST_CASE("budgets and margins that cannot be") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<stratum> two{{.name = "app", .population = 100, .cost = 2, .maximum = 10},
                                   {.name = "shop", .population = 20, .cost = 3, .minimum = 4}};
    CHECK_THROWS_WITH_AS(
        (void)allocate_budget(two, {.budget = 13}),
        "nps::allocate_budget: budget = 13, must be at least 14, the cost of the minimums",
        nps::invalid_input);
    CHECK(completes_of(allocate_budget(two, {.budget = 14})) == counts{1, 4});
    for (const double bad : {nan, 0.0, -3.0, std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS((void)allocate_budget(two, {.budget = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)allocate_margin(two, {.margin = bad}), nps::invalid_input);
        CHECK_THROWS_AS((void)allocate_margin(two, {.margin = 0.4, .level = bad}),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)allocate_budget(two, {.budget = 50, .level = bad}),
                        nps::invalid_input);
    }
    try {
        (void)allocate_margin(two, {.margin = 0.2});
        FAIL("must be refused");
    } catch (const nps::invalid_input& error) {
        const std::string text = error.what();
        CHECK(text.starts_with("nps::allocate_margin: margin = 0.2, must be at least 0.49"));
        CHECK(text.ends_with(", the margin with every stratum at its maximum"));
    }
    CHECK_THROWS_WITH_AS(
        (void)allocate_margin({{.name = "app", .population = 0}}, {.margin = 0.2}),
        "nps::allocate_margin: population = 0, must be in [1, 2^53] (stratum 0, \"app\")",
        nps::invalid_input);
}

} // namespace
