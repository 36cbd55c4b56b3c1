// SPDX-License-Identifier: Apache-2.0
/// @file
/// What people said: tallies of one survey, of segments and waves, and their bytes.
#pragma once

