// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nps/infer.hpp>

nps::interval score_of_everybody(const nps::category_counts& counts);
