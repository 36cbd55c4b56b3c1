// SPDX-License-Identifier: Apache-2.0
/// @file
/// Is it moving? Series, charts, sequential tests, decomposition.
#pragma once

#include <nps/monitor/between_variance.hpp>
#include <nps/monitor/chance_rise.hpp>
#include <nps/monitor/change_point.hpp>
#include <nps/monitor/change_points.hpp>
#include <nps/monitor/closed_loop.hpp>
#include <nps/monitor/known_estimate.hpp>
#include <nps/monitor/local_level.hpp>
#include <nps/monitor/local_level_result.hpp>
#include <nps/monitor/mix_attribution.hpp>
#include <nps/monitor/potential_gain.hpp>
#include <nps/monitor/score_decomposition.hpp>
#include <nps/monitor/variance_components.hpp>
