// SPDX-License-Identifier: Apache-2.0
// Makes rows of docs/power/power.csv again, from formulas written here: every table of both groups,
// its probability, and whether the Wald test rejects.
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/share_comparison_sample_size.hpp>
#include <nps/infer/target_sample_size.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps_test::close;

const std::vector<nps_test::reference_row>& committed() {
    static const auto rows = nps_test::reference_table("../../docs/power/power.csv");
    return rows;
}

// Detractors, passives, promoters from "0.2/0.3/0.5".
nps::category_shares shares_in(const std::string& text) {
    std::istringstream in(text);
    std::array<double, 3> shares{};
    for (double& share : shares) {
        in >> share;
        in.ignore();
    }
    return {shares[0], shares[1], shares[2]};
}

struct table {
    double score, variance, probability; // of one answer
};

// Multinomial probabilities one answer at a time: P_n(d, p) from P_{n-1}, nothing but sums.
std::vector<table> tables(int n, const nps::category_shares& s, double extremes, double passives) {
    const auto side = static_cast<std::size_t>(n) + 1;
    std::vector<std::vector<double>> probability(side, std::vector<double>(side, 0.0));
    probability[0][0] = 1;
    for (int answer = 0; answer < n; ++answer) {
        for (std::size_t d = side; d-- > 0;) {
            for (std::size_t p = side; p-- > 0;) {
                probability[d][p] = probability[d][p] * s.passives +
                                    (d > 0 ? probability[d - 1][p] * s.detractors : 0) +
                                    (p > 0 ? probability[d][p - 1] * s.promoters : 0);
            }
        }
    }
    std::vector<table> result;
    const double size = n + 2 * extremes + passives;
    for (std::size_t d = 0; d < side; ++d) {
        for (std::size_t p = 0; d + p < side; ++p) {
            const double a = (static_cast<double>(p) + extremes) / size;
            const double b = (static_cast<double>(d) + extremes) / size;
            result.push_back(
                {a - b, (std::max)(a + b - (a - b) * (a - b), 0.0) / size, probability[d][p]});
        }
    }
    return result;
}

// The probability that the difference lies more than z standard errors beyond the hypothesis.
double power_of(const std::vector<table>& a, const std::vector<table>& b, const std::string& what,
                double margin, double z) {
    double power = 0;
    for (const table& one : a) {
        for (const table& two : b) {
            const double difference = one.score - two.score;
            const double reach = z * std::sqrt(one.variance + two.variance) + 1e-12;
            const bool above = difference + margin > reach;
            const bool below = margin - difference > reach;
            const bool rejects = what == "difference"        ? std::abs(difference) > reach
                                 : what == "non_inferiority" ? above
                                                             : above && below;
            power += rejects ? one.probability * two.probability : 0;
        }
    }
    return power;
}

TEST_CASE("the power table of the Wald family, from formulas written here") {
    int made = 0;
    for (const auto& r : committed()) {
        const std::string& method = r.text("method");
        if (!r.text("design").starts_with("two") || r.text("source") != "enumeration" ||
            (method != "wald" && method != "adjusted_wald") ||
            r.text("claim").starts_with("superiority") ||
            r.text("claim").starts_with("difference_of")) {
            continue;
        }
        const std::string claim = r.text("claim").substr(0, r.text("claim").rfind('_'));
        const bool differs = r.text("claim") == "difference";
        const double margin = differs ? 0 : std::stod(r.text("claim").substr(claim.size() + 1));
        INFO(r.text("a"), " ", r.text("b"), " ", r.text("n_a"), " ", r.text("n_b"), " ",
             r.text("claim"), " ", method);
        const bool adjusted = method == "adjusted_wald";
        const auto group = [&](const std::string& which) {
            return tables(static_cast<int>(r.integer("n_" + which)), shares_in(r.text(which)),
                          adjusted ? 0.75 : 0, adjusted ? 1.5 : 0);
        };
        const double power = power_of(group("a"), group("b"), differs ? "difference" : claim,
                                      margin, differs ? 1.9599639845400542 : 1.6448536269514729);
        CHECK(
            close(power, r.number("achieved"),
                  {.absolute = 2e-6, .reason = "the table has six decimals and leaves out 1e-6"}));
        ++made;
    }
    CHECK(made >= 20);
}

TEST_CASE("the power table of one score against a target") {
    int made = 0;
    for (const auto& r : committed()) {
        if (r.text("design") != "target" || r.text("method") != "wald" || r.integer("n_a") > 150) {
            continue;
        }
        const nps::category_shares s = shares_in(r.text("a"));
        const double goal = r.number("b");
        double power = 0;
        for (const table& t : tables(static_cast<int>(r.integer("n_a")), s, 0, 0)) {
            power += std::abs(t.score - goal) > 1.9599639845400542 * std::sqrt(t.variance) + 1e-12
                         ? t.probability
                         : 0;
        }
        CHECK(close(power, r.number("achieved"),
                    {.absolute = 2e-6, .reason = "the table has six decimals"}));
        const double planned = nps::target_power({.completes = r.integer("n_a"),
                                                  .difference = s.promoters - s.detractors - goal,
                                                  .group = {.shares = s}});
        CHECK(close(planned, r.number("planned"), {.absolute = 6e-7, .reason = "six decimals"}));
        ++made;
    }
    CHECK(made >= 3);
}

TEST_CASE("the power table of two shares") {
    int made = 0;
    for (const auto& r : committed()) {
        if (r.text("design") != "share" || r.text("method") != "wald" || r.integer("n_a") > 70) {
            continue;
        }
        // Without passives a score is twice a share less 1, and the test is the same.
        const auto group = [&](const std::string& which) {
            const double share = r.number(which);
            return tables(static_cast<int>(r.integer("n_a")), {1 - share, 0, share}, 0, 0);
        };
        CHECK(close(power_of(group("a"), group("b"), "difference", 0, 1.9599639845400542),
                    r.number("achieved"), {.absolute = 2e-6, .reason = "six decimals"}));
        const auto plan = nps::share_comparison_sample_size(
            {.a = {.share = r.number("a")}, .b = {.share = r.number("b")}});
        CHECK(plan.a.completes == r.integer("n_a"));
        ++made;
    }
    CHECK(made == 2);
}

TEST_CASE("with usual shares and more than 100 a group every test has what the plan says") {
    int rows = 0;
    for (const auto& r : committed()) {
        if (r.text("design") != "two" || !r.text("a").starts_with("0.2/0.3/0.5") ||
            r.integer("n_a") <= 100 || r.integer("n_a") != r.integer("n_b")) {
            continue;
        }
        INFO(r.text("method"), " ", r.text("n_a"), " ", r.text("claim"));
        CHECK(std::abs(r.number("achieved") - r.number("planned")) <
              0.01 + 3 * r.number("simulation_error"));
        ++rows;
    }
    CHECK(rows >= 20);
}

TEST_CASE("every two-sample row has the size and the planned power of its plan") {
    int plans = 0;
    for (const auto& r : committed()) {
        if (r.text("design") != "two" || r.text("claim") != "difference") {
            continue;
        }
        const nps::category_shares a = shares_in(r.text("a"));
        const nps::category_shares b = shares_in(r.text("b"));
        const double difference = a.promoters - a.detractors - b.promoters + b.detractors;
        CHECK(close(nps::comparison_power({.completes_a = r.integer("n_a"),
                                           .completes_b = r.integer("n_b"),
                                           .difference = difference,
                                           .a = {.shares = a},
                                           .b = {.shares = b}}),
                    r.number("planned"), {.absolute = 6e-7, .reason = "six decimals"}));
        const std::int64_t ratio = r.integer("n_b") / r.integer("n_a");
        CHECK(r.number("planned") >= r.number("asked") - 1e-6);
        if (ratio == 1) {
            CHECK(nps::comparison_power({.completes_a = r.integer("n_a") - 1,
                                         .completes_b = r.integer("n_b") - 1,
                                         .difference = difference,
                                         .a = {.shares = a},
                                         .b = {.shares = b}}) < r.number("asked"));
        }
        ++plans;
    }
    CHECK(plans >= 100);
}

} // namespace
