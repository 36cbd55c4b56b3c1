// SPDX-License-Identifier: Apache-2.0
/// @file
/// The version of the library, and the settings under which it refuses to compile.
#pragma once

#define NPS_VERSION_MAJOR 0
#define NPS_VERSION_MINOR 1
#define NPS_VERSION_PATCH 0
#define NPS_VERSION_STRING "0.1.0"

#if __cplusplus < 202002L
#error "nps needs C++20: compile with -std=c++20"
#endif

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "nps checks its arguments for NaN and needs exact sums: compile without -ffast-math"
#endif
