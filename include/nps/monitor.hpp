// SPDX-License-Identifier: Apache-2.0
/// @file
/// Is it moving: charts, alarms, series, sequential tests, what changed and why.
#pragma once

#include <nps/monitor/chart_design.hpp>
#include <nps/monitor/chart_result.hpp>
#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/cusum.hpp>
#include <nps/monitor/ewma.hpp>
#include <nps/monitor/run_length.hpp>
#include <nps/monitor/run_rule.hpp>
#include <nps/monitor/run_rules.hpp>
#include <nps/monitor/score_run_length.hpp>
#include <nps/monitor/shifted_shares.hpp>
#include <nps/monitor/simulated_run_length.hpp>
