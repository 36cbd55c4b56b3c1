// SPDX-License-Identifier: Apache-2.0
/// @file
/// The words of the library: errors, results, the score scale, the three small summaries.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/cluster_totals.hpp>
#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/moments.hpp>
#include <nps/core/result.hpp>
#include <nps/core/scale.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/core/transition_counts.hpp>
