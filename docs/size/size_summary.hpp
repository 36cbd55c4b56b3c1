// SPDX-License-Identifier: Apache-2.0
// What the size studies say of a test over many truths.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace size_study {

constexpr std::uint64_t seed = 20261125;
// A p value or a size that equals a bound but for rounding.
constexpr double rounding = 1e-9;

// Whether a test of 5 % rejects, and whether it has an answer at all.
struct verdict {
    bool rejects;
    bool answers;
};

// A comparison without an answer has a difference and no standard error: an infinite statistic,
// which rejects where the difference lies on the side that is looked at.
template <class Compare>
verdict ask(Compare compare, nps::alternative side, bool difference_is_positive) {
    try {
        return {compare(side).p_value <= 0.05 + rounding, true};
    } catch (const nps::undefined_result&) {
        return {side == nps::alternative::two_sided || difference_is_positive, false};
    }
}

// Chances at one truth.
struct outcome {
    double rejected = 0;
    double unanswered = 0;
    bool core = false;
};

struct summary {
    std::size_t at = 0; // where the size is largest
    double largest = 0, mean = 0, core_largest = 0, core_mean = 0, unanswered = 0;
    std::array<double, 3> over{}; // share of the truths above 0.05, 0.055, 0.06

    explicit summary(const std::vector<outcome>& outcomes) {
        double core = 0;
        const auto number = static_cast<double>(outcomes.size());
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            const outcome& o = outcomes[i];
            // Sizes that differ by rounding are equal: the first counts.
            if (o.rejected > largest + rounding) {
                largest = o.rejected;
                at = i;
            }
            mean += o.rejected / number;
            unanswered = (std::max)(unanswered, o.unanswered);
            for (std::size_t k = 0; k < over.size(); ++k) {
                over[k] +=
                    o.rejected > std::array{0.05, 0.055, 0.06}[k] + rounding ? 1 / number : 0;
            }
            if (o.core) {
                core += 1;
                core_mean += o.rejected;
                core_largest = (std::max)(core_largest, o.rejected);
            }
        }
        core_mean /= core;
    }

    static constexpr const char* columns =
        "mean,over_050,over_055,over_060,core_largest,core_mean,unanswered";
    void print(std::FILE* file) const {
        std::fprintf(file, "%.6f,%.4f,%.4f,%.4f,%.6f,%.6f,%.6f\n", mean, over[0], over[1], over[2],
                     core_largest, core_mean, unanswered);
    }
};

inline const char* word(nps::alternative side) {
    return side == nps::alternative::two_sided ? "two_sided" : "greater";
}

// Opens a table and writes where it comes from.
inline std::FILE* open_table(const char* name, const char* program) {
    std::FILE* const file = std::fopen(name, "w");
    if (file == nullptr) {
        std::fprintf(stderr, "%s: cannot write %s\n", program, name);
        std::exit(2);
    }
    std::fprintf(file, "# nps, docs/size/%s.cpp, seed %llu, date 2026-11-25\n", program,
                 static_cast<unsigned long long>(seed));
    return file;
}

} // namespace size_study
