// SPDX-License-Identifier: Apache-2.0
// Compares draws with the bin probabilities of tests/reference/draws.csv.
#pragma once

#include "support/reference.hpp"

#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nps_test {

struct draw_case {
    std::int64_t a = 0;
    std::int64_t b = 0;
    double c = 0;
    double critical = 0;
    std::vector<std::int64_t> highest;
    std::vector<double> probability;
};

// The cases of one kind; neighbouring rows with the same parameters are the bins of one case.
[[nodiscard]] inline std::vector<draw_case> draw_cases(const std::string& kind) {
    std::vector<draw_case> cases;
    for (const reference_row& row : reference_table("draws.csv")) {
        if (row.text("kind") != kind) {
            continue;
        }
        const std::int64_t a = row.integer("a");
        const std::int64_t b = row.integer("b");
        const double c = row.number("c");
        if (cases.empty() || cases.back().a != a || cases.back().b != b || cases.back().c != c) {
            cases.push_back({a, b, c, row.number("critical"), {}, {}});
        }
        cases.back().highest.push_back(row.integer("highest"));
        cases.back().probability.push_back(row.number("probability"));
    }
    REQUIRE(cases.size() >= 20);
    return cases;
}

// The chi-squared statistic of `draws` seeded draws.
template <class Draw>
[[nodiscard]] double misfit(const Draw& draw, const draw_case& expected, int draws,
                            std::uint64_t seed) {
    std::vector<double> observed(expected.highest.size());
    nps::random_stream stream(seed, 0, nps::random_purpose::simulation);
    std::int64_t outside = 0;
    for (int i = 0; i < draws; ++i) {
        const std::int64_t k = draw(stream);
        const auto bin = std::ranges::lower_bound(expected.highest, k);
        if (bin == expected.highest.end()) {
            ++outside;
        } else {
            ++observed[static_cast<std::size_t>(bin - expected.highest.begin())];
        }
    }
    CHECK(outside == 0);
    double statistic = 0;
    for (std::size_t i = 0; i < observed.size(); ++i) {
        const double mean = expected.probability[i] * draws;
        statistic += (observed[i] - mean) * (observed[i] - mean) / mean;
    }
    return statistic;
}

// Order-sensitive hash of whole numbers (FNV-1a over their bytes, low byte first).
class number_hash {
public:
    void add(std::uint64_t value) {
        for (int byte = 0; byte < 8; ++byte) {
            hash_ = (hash_ ^ (value >> (8 * byte) & 0xFF)) * 1099511628211U;
        }
    }
    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 14695981039346656037U;
};

} // namespace nps_test
