// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/linear_diagnostics.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/model/linear_prediction.hpp>
#include <nps/model/regression_bootstrap.hpp>
