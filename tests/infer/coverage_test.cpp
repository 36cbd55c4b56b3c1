// SPDX-License-Identifier: Apache-2.0
// Rows of docs/coverage/coverage.csv made again, with probabilities, limits and summaries written
// here and not taken from the study.
#include <nps/infer/score_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using interval_of = std::function<std::pair<double, double>(int d, int q, int p)>;

struct row {
    double mean = 0, minimum = 1, core_mean = 0, core_minimum = 1, core_left = 0, core_right = 0,
           core_imbalance = 0, core_width = 0;
};

double power(double share, int count) {
    double result = 1;
    for (int i = 0; i < count; ++i) {
        result *= share;
    }
    return result;
}

row study(int n, const interval_of& limits) {
    // Intervals and multinomial coefficients of every table.
    struct table {
        int d, q, p;
        double ways, lower, upper;
    };
    std::vector<table> tables;
    for (int d = 0; d <= n; ++d) {
        for (int p = 0; d + p <= n; ++p) {
            const int q = n - d - p;
            double ways = 1; // n! / (d! q! p!)
            for (int i = 1; i <= p; ++i) {
                ways *= static_cast<double>(q + i) / i;
            }
            for (int i = 1; i <= d; ++i) {
                ways *= static_cast<double>(q + p + i) / i;
            }
            const auto [lower, upper] = limits(d, q, p);
            tables.push_back({d, q, p, ways, lower, upper});
        }
    }
    row r;
    int points = 0;
    int core = 0;
    int above_zero = 0;
    for (int i = 0; i <= 40; ++i) {
        for (int j = 0; i + j <= 40; ++j) {
            const int k = 40 - i - j;
            if ((std::max)({i, j, k}) == 40) {
                continue;
            }
            std::array<std::vector<double>, 3> powers; // of d, q, p
            const std::array shares{j / 40.0, k / 40.0, i / 40.0};
            for (std::size_t c = 0; c < 3; ++c) {
                for (int e = 0; e <= n; ++e) {
                    powers[c].push_back(power(shares[c], e));
                }
            }
            const double score = (i - j) / 40.0;
            double left = 0;
            double right = 0;
            double width = 0;
            for (const table& t : tables) {
                const double probability = t.ways * powers[0][static_cast<std::size_t>(t.d)] *
                                           powers[1][static_cast<std::size_t>(t.q)] *
                                           powers[2][static_cast<std::size_t>(t.p)];
                left += score < t.lower - 1e-9 ? probability : 0;
                right += score > t.upper + 1e-9 ? probability : 0;
                width += probability * (t.upper - t.lower);
            }
            const double coverage = 1 - left - right;
            ++points;
            r.mean += coverage;
            r.minimum = (std::min)(r.minimum, coverage);
            if ((std::min)({i, j, k}) < 2) {
                continue;
            }
            ++core;
            r.core_mean += coverage;
            r.core_minimum = (std::min)(r.core_minimum, coverage);
            r.core_imbalance += std::abs(left - right);
            r.core_width += width;
            if (i > j) {
                ++above_zero;
                r.core_left += left;
                r.core_right += right;
            }
        }
    }
    r.mean /= points;
    r.core_mean /= core;
    r.core_imbalance /= core;
    r.core_width /= core;
    r.core_left /= above_zero;
    r.core_right /= above_zero;
    CHECK(points == 858);
    CHECK(core == 630);
    return r;
}

const std::vector<nps_test::reference_row>& committed() {
    static const auto rows = nps_test::reference_table("../../docs/coverage/coverage.csv");
    return rows;
}

const nps_test::reference_row& committed(const std::string& method, int n,
                                         const std::string& source) {
    for (const auto& r : committed()) {
        if (r.text("method") == method && r.integer("n") == n && r.text("source") == source) {
            return r;
        }
    }
    FAIL("no row for ", method, " ", n, " ", source);
    std::abort();
}

void check(const std::string& method, int n, const interval_of& limits) {
    const row made = study(n, limits);
    const auto& kept = committed(method, n, "enumeration");
    CAPTURE(method);
    CAPTURE(n);
    const auto same = [&](double value, const std::string& column) {
        CAPTURE(column);
        CHECK(nps_test::close(value, kept.number(column),
                              {.absolute = 1.1e-6, .reason = "the table has six decimals"}));
    };
    same(made.mean, "mean");
    same(made.minimum, "minimum");
    same(made.core_mean, "core_mean");
    same(made.core_minimum, "core_minimum");
    same(made.core_left, "core_left");
    same(made.core_right, "core_right");
    same(made.core_imbalance, "core_imbalance");
    same(made.core_width, "core_width");
}

// Wald after adding `extremes` detractors and promoters and `passives` passives.
interval_of wald_after(double extremes, double passives) {
    return [=](int d, int q, int p) {
        const double n = d + q + p + 2 * extremes + passives;
        const double a = (p + extremes) / n;
        const double b = (d + extremes) / n;
        const double reach =
            1.9599639845400542 * std::sqrt((std::max)(a + b - (a - b) * (a - b), 0.0) / n);
        return std::pair{(std::max)(-1.0, a - b - reach), (std::min)(1.0, a - b + reach)};
    };
}

TEST_CASE("the coverage table of the Wald family, from formulas written here") {
    check("wald", 5, wald_after(0, 0));
    check("wald", 13, wald_after(0, 0));
    check("adjusted_wald", 7, wald_after(0.75, 1.5));
    check("adjusted_wald", 16, wald_after(0.75, 1.5));
    check("bonett_price", 12, wald_after(1, 0));
}

TEST_CASE("the coverage table of the library's other methods") {
    const auto of = [](nps::score_method method) -> interval_of {
        return [=](int d, int q, int p) {
            const auto i = nps::score_interval({d, q, p}, {.method = method});
            return std::pair{i.lower, i.upper};
        };
    };
    check("score", 10, of(nps::score_method::score));
    check("newcombe", 11, of(nps::score_method::newcombe));
    check("likelihood_ratio", 9, of(nps::score_method::likelihood_ratio));
    check("exact", 6, of(nps::score_method::exact));
}

TEST_CASE("exact never falls below its level") {
    for (const auto& r : committed()) {
        if (r.text("method") == "exact") {
            CHECK(r.number("minimum") >= 0.95);
        }
    }
}

TEST_CASE("simulated coverage agrees with enumeration within its standard error") {
    int compared = 0;
    for (const auto& r : committed()) {
        if (r.text("source") != "enumeration_coarse") {
            continue;
        }
        const auto& s = committed(r.text("method"), static_cast<int>(r.integer("n")), "simulation");
        CAPTURE(r.text("method"));
        CAPTURE(r.text("n"));
        // 27 points of two mirrored ones and 9 others; the Bayesian one has a tenth of the draws.
        const double draws = r.text("method") == "bayesian" ? 1e3 : 1e4;
        const double p = r.number("mean");
        CHECK(std::abs(s.number("mean") - p) < 4.5 * std::sqrt(p * (1 - p) / (32 * draws)) + 1e-6);
        const double core = r.number("core_mean");
        CHECK(std::abs(s.number("core_mean") - core) <
              4.5 * std::sqrt(core * (1 - core) / (18 * draws)) + 1e-6);
        ++compared;
    }
    CHECK(compared > 30);
}

TEST_CASE("the default method is the one that the table gives by the rule") {
    struct totals {
        double minimum = 1, imbalance = 0, width = 0;
        int sizes = 0;
        bool honest = true, useful = true;
    };
    // The rule of docs/coverage/README.md. The candidates are those whose cost does not grow
    // with n.
    const std::vector<std::string> candidates{"wald",         "adjusted_wald", "score",
                                              "bonett_price", "newcombe",      "likelihood_ratio",
                                              "bayesian"};
    std::map<std::string, totals> found;
    for (const double widening : {0.0, 0.005, 0.01, 0.015}) {
        found.clear();
        for (const auto& r : committed()) {
            if (r.text("source") != "enumeration" || r.integer("n") < 10 ||
                std::ranges::find(candidates, r.text("method")) == candidates.end()) {
                continue;
            }
            totals& t = found[r.text("method")];
            t.minimum = (std::min)(t.minimum, r.number("core_minimum"));
            t.imbalance += r.number("core_imbalance");
            t.width += r.number("core_width");
            ++t.sizes;
            const double mean = r.number("core_mean");
            t.honest = t.honest && mean >= 0.945 - widening && mean <= 0.965 + widening;
            t.useful = t.useful && r.number("minimum") >= 0.80;
        }
        std::erase_if(found, [](const auto& f) { return !f.second.honest; });
        if (!found.empty()) {
            break;
        }
    }
    std::erase_if(found, [](const auto& f) { return !f.second.useful; });
    REQUIRE(!found.empty());
    const auto keep = [&](auto value, double tie) { // the smallest value wins
        double best = 1e9;
        for (const auto& [name, t] : found) {
            best = (std::min)(best, value(t));
        }
        std::erase_if(found, [&](const auto& f) { return value(f.second) > best + tie; });
    };
    keep([](const totals& t) { return -t.minimum; }, 0.005);
    keep([](const totals& t) { return t.imbalance / t.sizes; }, 0.001);
    keep([](const totals& t) { return std::log(t.width / t.sizes); }, std::log(1.005));
    REQUIRE(found.size() == 1);
    CHECK(found.begin()->first == nps::score_interval({20, 30, 50}).method);
}

} // namespace
