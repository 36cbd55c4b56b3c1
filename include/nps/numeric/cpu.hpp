// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which vector instructions this machine has; kernels choose by it when they run.
#pragma once

#include <nps/version.hpp>

#include <cstdint>

namespace nps::inline v0 {

/// A set of vector instructions that kernels are written for, each holding those before it.
enum class instruction_set : std::uint8_t {
    plain, ///< whatever the compiler was told to use; always there
    avx2,  ///< with fused multiplication (FMA)
    avx512 ///< the F, BW, DQ and VL parts
};

/// The best set that this processor has and the operating system lets programs use; plain where
/// the compiler or the processor is another.
///
/// Cost:       one question to the processor, the first time.
/// Checked:    tests/numeric/cpu_test.cpp
/// Example:    examples/numeric.cpp
[[nodiscard]] inline instruction_set best_instruction_set() {
#if defined(__x86_64__) && defined(__GNUC__)
    static const instruction_set best = [] {
        // These answers include the operating system's consent (XGETBV).
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("fma")) {
            return instruction_set::avx512;
        }
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                   ? instruction_set::avx2
                   : instruction_set::plain;
    }();
    return best;
#else
    return instruction_set::plain;
#endif
}

} // namespace nps::inline v0
