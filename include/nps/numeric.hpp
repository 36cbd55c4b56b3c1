// SPDX-License-Identifier: Apache-2.0
/// @file
/// How it is computed: distributions, fixed-order sums, random streams, blocks over threads.
#pragma once

#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/byte_format.hpp>
#include <nps/numeric/column_products.hpp>
#include <nps/numeric/cpu.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/hypergeometric.hpp>
#include <nps/numeric/hypergeometric_draw.hpp>
#include <nps/numeric/hypergeometric_tail.hpp>
#include <nps/numeric/lattice.hpp>
#include <nps/numeric/noncentral.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/quadrature.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/row_draws.hpp>
#include <nps/numeric/sums.hpp>
