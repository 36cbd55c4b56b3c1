// SPDX-License-Identifier: Apache-2.0
/// @file
/// A comparison without any standard error, where no other method has an answer.
#pragma once

#include <nps/infer/detail/answer_comparison.hpp>

#include <string_view>

namespace nps::inline v0::detail {

/// A standard error of 0 answers only if the difference is the hypothesised one.
inline void require_spread(double standard_error, double difference, const comparison_question& ask,
                           std::string_view function) {
    if (!(standard_error > 0) &&
        (ask.claim != claim::difference || difference != ask.null_difference)) {
        throw_undefined(function,
                        "the standard error is 0 and the difference is not the hypothesised one");
    }
}

} // namespace nps::inline v0::detail
