// SPDX-License-Identifier: Apache-2.0
/// @file
/// What drives the score: regression, relative importance, and where to act.
#pragma once

#include <nps/count/cross_products.hpp>
#include <nps/count/cross_products_bytes.hpp>
#include <nps/count/grouped_cross_products.hpp>
#include <nps/count/missing_indicators.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/importance.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/pairwise_cross_products.hpp>
