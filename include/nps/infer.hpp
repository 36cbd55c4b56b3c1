// SPDX-License-Identifier: Apache-2.0
/// @file
/// How high, how sure, how many: scores, intervals, sample sizes.
#pragma once

