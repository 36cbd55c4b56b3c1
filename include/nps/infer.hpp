// SPDX-License-Identifier: Apache-2.0
/// @file
/// How high, how sure, how many: scores, intervals, sample sizes.
#pragma once

#include <nps/infer/answer_correlation.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/infer/clustered_estimate.hpp>
#include <nps/infer/compare_clustered.hpp>
#include <nps/infer/compare_overlapping_scores.hpp>
#include <nps/infer/compare_paired_scores.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/marginal_homogeneity.hpp>
#include <nps/infer/mean_interval.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/sample_size.hpp>
#include <nps/infer/sample_size_assurance.hpp>
#include <nps/infer/sample_size_subgroups.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/infer/share_interval.hpp>
#include <nps/infer/transition_table.hpp>
