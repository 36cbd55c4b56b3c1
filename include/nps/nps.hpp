// SPDX-License-Identifier: Apache-2.0
/// @file
/// Everything. A program that counts and no more compiles faster with the umbrella of its floor.
#pragma once

#include <nps/core.hpp>
#include <nps/count.hpp>
#include <nps/infer.hpp>
#include <nps/model.hpp>
#include <nps/monitor.hpp>
#include <nps/numeric.hpp>
#include <nps/resample.hpp>
