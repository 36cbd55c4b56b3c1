// SPDX-License-Identifier: Apache-2.0
/// @file
/// The same questions by resampling: bootstrap and ideal bootstrap.
#pragma once

#include <nps/resample/bootstrap_method.hpp>
