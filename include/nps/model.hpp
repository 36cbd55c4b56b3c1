// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/importance_method.hpp>
#include <nps/model/least_squares.hpp>
