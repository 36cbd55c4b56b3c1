// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"

#include <nps/numeric/cpu.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

TEST_CASE("the best instruction set is one that the operating system reports") {
    std::ifstream file("/proc/cpuinfo");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto has = [&](const std::string& flag) {
        return text.find(" " + flag + " ") != std::string::npos;
    };
    if (text.empty() || !has("sse2")) {
        MESSAGE("no /proc/cpuinfo of an x86 processor to compare with");
        return;
    }
    const auto expected =
        has("avx512f") && has("avx512bw") && has("avx512dq") && has("avx512vl") && has("fma")
            ? nps::instruction_set::avx512
        : has("avx2") && has("fma") ? nps::instruction_set::avx2
                                    : nps::instruction_set::plain;
    CHECK(nps::best_instruction_set() == expected);
}
