// SPDX-License-Identifier: Apache-2.0
// Rows of docs/size/size.csv made again, with probabilities and summaries written here and not
// taken from the study.
#pragma once

#include <nps/core/category_counts.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace nps_test {

// How a test of 5 % takes a pair of tables: whether it rejects, and whether it has an answer at all.
struct size_verdict {
    bool rejects;
    bool answers = true;
};

using size_test =
    std::function<size_verdict(const nps::category_counts&, const nps::category_counts&)>;

inline const std::vector<reference_row>& size_rows() {
    static const auto rows = reference_table("../../docs/size/size.csv");
    return rows;
}

inline const reference_row& size_row(const std::string& method, const std::string& alternative,
                                     int n_a, int n_b, const std::string& source,
                                     const std::string& family) {
    for (const auto& r : size_rows()) {
        if (r.text("method") == method && r.text("alternative") == alternative &&
            r.integer("n_a") == n_a && r.integer("n_b") == n_b && r.text("source") == source &&
            r.text("family") == family) {
            return r;
        }
    }
    FAIL("no row for ", method, " ", alternative, " ", n_a, "/", n_b, " ", source, " ", family);
    std::abort();
}

// The shares of a truth in fortieths.
struct size_truth {
    int p, d;
    [[nodiscard]] int q() const { return 40 - p - d; }
    [[nodiscard]] bool core() const { return (std::min)({p, d, q()}) >= 2; }
};

inline std::vector<size_truth> size_truths() {
    std::vector<size_truth> truths;
    for (int p = 0; p < 40; ++p) {
        for (int d = 0; d < 40 && p + d <= 40; ++d) {
            if (p + d > 0) {
                truths.push_back({p, d});
            }
        }
    }
    return truths;
}

inline double size_power(double share, std::int64_t count) {
    double result = 1;
    for (std::int64_t i = 0; i < count; ++i) {
        result *= share;
    }
    return result;
}

// All tables of n answers with their number of ways.
struct size_table {
    nps::category_counts counts;
    double ways = 1; // n! / (d! q! p!)

    [[nodiscard]] double probability(const size_truth& t) const {
        return ways * size_power(t.p / 40.0, counts.promoters) *
               size_power(t.d / 40.0, counts.detractors) *
               size_power(t.q() / 40.0, counts.passives);
    }
};

inline std::vector<size_table> size_tables(int n) {
    std::vector<size_table> tables;
    for (int d = 0; d <= n; ++d) {
        for (int q = 0; d + q <= n; ++q) {
            size_table t{.counts = {d, q, n - d - q}};
            for (int i = 1; i <= q; ++i) {
                t.ways *= static_cast<double>(n - d - q + i) / i;
            }
            for (int i = 1; i <= d; ++i) {
                t.ways *= static_cast<double>(n - d + i) / i;
            }
            tables.push_back(t);
        }
    }
    return tables;
}

// Both families of one test and pair of sizes against the committed rows.
inline void check_size(const std::string& method, const std::string& alternative, int n_a, int n_b,
                       const size_test& test) {
    CAPTURE(method);
    CAPTURE(alternative);
    CAPTURE(n_a);
    CAPTURE(n_b);
    const std::vector<size_truth> truths = size_truths();
    REQUIRE(truths.size() == 858);
    const std::vector<size_table> tables_a = size_tables(n_a);
    const std::vector<size_table> tables_b = size_tables(n_b);
    std::vector<std::vector<double>> rejected; // by truth of b, then table of a
    std::vector<std::vector<double>> silent;
    std::vector<size_verdict> verdicts;
    for (const size_table& a : tables_a) {
        for (const size_table& b : tables_b) {
            verdicts.push_back(test(a.counts, b.counts));
        }
    }
    for (const size_truth& t : truths) {
        std::vector<double> chances;
        for (const size_table& b : tables_b) {
            chances.push_back(b.probability(t));
        }
        std::vector<double> rejecting;
        std::vector<double> unanswered;
        for (std::size_t i = 0; i < tables_a.size(); ++i) {
            double rejects = 0;
            double none = 0;
            for (std::size_t j = 0; j < chances.size(); ++j) {
                const size_verdict& v = verdicts[i * chances.size() + j];
                rejects += v.rejects ? chances[j] : 0;
                none += v.answers ? 0 : chances[j];
            }
            rejecting.push_back(rejects);
            unanswered.push_back(none);
        }
        rejected.push_back(rejecting);
        silent.push_back(unanswered);
    }
    for (const bool equal : {true, false}) {
        double largest = 0;
        double core_largest = 0;
        double mean = 0;
        double core_mean = 0;
        double unanswered = 0;
        double over_050 = 0;
        double over_055 = 0;
        double over_060 = 0;
        int pairs = 0;
        int core = 0;
        const auto& kept = size_row(method, alternative, n_a, n_b, "enumeration",
                                    equal ? "equal_shares" : "equal_scores");
        double there = -1;
        for (std::size_t a = 0; a < truths.size(); ++a) {
            std::vector<double> chances;
            for (const size_table& table : tables_a) {
                chances.push_back(table.probability(truths[a]));
            }
            for (std::size_t b = 0; b < truths.size(); ++b) {
                if (truths[a].p - truths[a].d != truths[b].p - truths[b].d || (a == b) != equal) {
                    continue;
                }
                double size = 0;
                double none = 0;
                for (std::size_t i = 0; i < chances.size(); ++i) {
                    size += chances[i] * rejected[b][i];
                    none += chances[i] * silent[b][i];
                }
                ++pairs;
                mean += size;
                largest = (std::max)(largest, size);
                unanswered = (std::max)(unanswered, none);
                over_050 += size > 0.050 + 1e-9 ? 1 : 0;
                over_055 += size > 0.055 + 1e-9 ? 1 : 0;
                over_060 += size > 0.060 + 1e-9 ? 1 : 0;
                if (truths[a].core() && truths[b].core()) {
                    ++core;
                    core_mean += size;
                    core_largest = (std::max)(core_largest, size);
                }
                const auto is = [&](int share, const std::string& column) {
                    return std::abs(share / 40.0 - kept.number(column)) < 1e-9;
                };
                if (is(truths[a].p, "promoters_a") && is(truths[a].d, "detractors_a") &&
                    is(truths[b].p, "promoters_b") && is(truths[b].d, "detractors_b")) {
                    there = size;
                }
            }
        }
        const auto same = [&](double value, const std::string& column, double digits) {
            CAPTURE(column);
            CHECK(close(value, kept.number(column),
                        {.absolute = 0.55 * digits, .reason = "decimals of the table"}));
        };
        CHECK(kept.integer("truths") == pairs);
        same(largest, "largest", 1e-6);
        same(there, "largest", 1e-6);
        same(mean / pairs, "mean", 1e-6);
        same(over_050 / pairs, "over_050", 1e-4);
        same(over_055 / pairs, "over_055", 1e-4);
        same(over_060 / pairs, "over_060", 1e-4);
        same(core_largest, "core_largest", 1e-6);
        same(core_mean / core, "core_mean", 1e-6);
        same(unanswered, "unanswered", 1e-6);
    }
}

} // namespace nps_test
