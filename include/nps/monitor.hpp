// SPDX-License-Identifier: Apache-2.0
/// @file
/// The monitor floor: is it moving?
#pragma once

#include <nps/monitor/confidence_boundary.hpp>
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/difference_confidence_sequence.hpp>
#include <nps/monitor/e_value.hpp>
#include <nps/monitor/false_discovery.hpp>
#include <nps/monitor/group_sequential.hpp>
