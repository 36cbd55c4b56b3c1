// SPDX-License-Identifier: Apache-2.0
/// @file
/// How high, how sure, how many: scores, intervals, sample sizes.
#pragma once

#include <nps/infer/category_shares.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/mean_comparison_sample_size.hpp>
#include <nps/infer/mean_interval.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/omnibus_sample_size.hpp>
#include <nps/infer/paired_sample_size.hpp>
#include <nps/infer/planned_group.hpp>
#include <nps/infer/sample_size.hpp>
#include <nps/infer/sample_size_assurance.hpp>
#include <nps/infer/sample_size_subgroups.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/infer/share_comparison_sample_size.hpp>
#include <nps/infer/share_interval.hpp>
#include <nps/infer/target_sample_size.hpp>
