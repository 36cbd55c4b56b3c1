// SPDX-License-Identifier: Apache-2.0
/// @file
/// Is it moving, why, and where to act? Series, charts, sequential tests, changes and their reasons.
#pragma once

#include <nps/monitor/chance_rise.hpp>
#include <nps/monitor/change_point.hpp>
#include <nps/monitor/change_points.hpp>
#include <nps/monitor/chart_design.hpp>
#include <nps/monitor/chart_result.hpp>
#include <nps/monitor/closed_loop.hpp>
#include <nps/monitor/confidence_boundary.hpp>
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/cusum.hpp>
#include <nps/monitor/difference_confidence_sequence.hpp>
#include <nps/monitor/e_value.hpp>
#include <nps/monitor/ewma.hpp>
#include <nps/monitor/false_discovery.hpp>
#include <nps/monitor/group_sequential.hpp>
#include <nps/monitor/local_level.hpp>
#include <nps/monitor/local_level_result.hpp>
#include <nps/monitor/mix_attribution.hpp>
#include <nps/monitor/potential_gain.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/monitor/run_rule.hpp>
#include <nps/monitor/run_rules.hpp>
#include <nps/monitor/sampling_schedule.hpp>
#include <nps/monitor/score_decomposition.hpp>
#include <nps/monitor/score_run_length.hpp>
#include <nps/monitor/shifted_shares.hpp>
#include <nps/monitor/simulated_run_length.hpp>
#include <nps/monitor/standardised_score.hpp>
#include <nps/monitor/variance_components.hpp>
