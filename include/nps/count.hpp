// SPDX-License-Identifier: Apache-2.0
/// @file
/// What people said: tallies of one survey, of segments and waves, and their bytes.
#pragma once

#include <nps/count/answers_by_respondent.hpp>
#include <nps/count/brand_ratings.hpp>
#include <nps/count/count_scores.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/grouped_tally.hpp>
#include <nps/count/measures.hpp>
#include <nps/count/period.hpp>
#include <nps/count/programme_answer.hpp>
#include <nps/count/programme_tally.hpp>
#include <nps/count/programme_tally_bytes.hpp>
#include <nps/count/rating_pairs.hpp>
#include <nps/count/rolling_series.hpp>
#include <nps/count/tally.hpp>
#include <nps/count/tally_bytes.hpp>
