// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/auc.hpp>
#include <nps/model/calibration_table.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/logistic_cross_validation.hpp>
#include <nps/model/logistic_fit.hpp>
#include <nps/model/logistic_prediction.hpp>
#include <nps/model/logistic_regression.hpp>
