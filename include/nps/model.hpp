// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/category_prediction.hpp>
#include <nps/model/category_score_model.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/driver_map.hpp>
#include <nps/model/driver_priorities.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/linear_diagnostics.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/model/linear_prediction.hpp>
#include <nps/model/low_high_coding.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/penalty_reward.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/rating_change.hpp>
#include <nps/model/regression_bootstrap.hpp>
#include <nps/model/score_effects.hpp>
#include <nps/model/score_model.hpp>
#include <nps/model/score_simulation.hpp>
#include <nps/model/segment_differences.hpp>
