// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/category_fit.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/dominance.hpp>
#include <nps/model/fit_status.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/logistic_fit.hpp>
#include <nps/model/logistic_regression.hpp>
#include <nps/model/model_dominance.hpp>
#include <nps/model/model_importance.hpp>
#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/shapley_values.hpp>
