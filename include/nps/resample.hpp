// SPDX-License-Identifier: Apache-2.0
/// @file
/// The same questions by resampling: bootstrap, ideal bootstrap and permutation tests.
#pragma once

#include <nps/resample/abc_interval.hpp>
#include <nps/resample/bootstrap.hpp>
#include <nps/resample/bootstrap_method.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/bootstrap_weighted.hpp>
#include <nps/resample/ideal_bootstrap.hpp>
#include <nps/resample/ideal_difference_bootstrap.hpp>
#include <nps/resample/permutation_result.hpp>
#include <nps/resample/permutation_test.hpp>
#include <nps/resample/resample_plan.hpp>
#include <nps/resample/score_bootstrap.hpp>
#include <nps/resample/score_difference_bootstrap.hpp>
#include <nps/resample/score_permutation_replicates.hpp>
#include <nps/resample/score_permutation_test.hpp>
