// SPDX-License-Identifier: Apache-2.0
/// @file
/// How high, how sure, how many: scores, intervals, sample sizes.
#pragma once

#include <nps/infer/allocation.hpp>
#include <nps/infer/allocation_cost.hpp>
#include <nps/infer/category_homogeneity_test.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/infer/compare_brands.hpp>
#include <nps/infer/compare_means.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/compare_shares.hpp>
#include <nps/infer/contrast_result.hpp>
#include <nps/infer/equal_scores_test.hpp>
#include <nps/infer/kruskal_wallis_test.hpp>
#include <nps/infer/mann_whitney_test.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/mean_interval.hpp>
#include <nps/infer/multiple_comparisons.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/omnibus_result.hpp>
#include <nps/infer/programme_plan.hpp>
#include <nps/infer/sample_size.hpp>
#include <nps/infer/sample_size_assurance.hpp>
#include <nps/infer/sample_size_subgroups.hpp>
#include <nps/infer/score_contrast.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/infer/share_interval.hpp>
#include <nps/infer/share_trend_test.hpp>
#include <nps/infer/shrunken_sd.hpp>
