// SPDX-License-Identifier: Apache-2.0
/// @file
/// How it is computed: distributions, fixed-order sums, random streams, blocks over threads.
#pragma once

#include <nps/numeric/distributions.hpp>
#include <nps/numeric/parallel.hpp>
