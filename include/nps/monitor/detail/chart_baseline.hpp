// SPDX-License-Identifier: Apache-2.0
/// @file
/// Centre and spread that the charts of a score share.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>

#include <string_view>

namespace nps::inline v0::detail {

inline void require_overdispersion(double overdispersion, std::string_view function) {
    require(overdispersion > 0 && overdispersion <= 1e6, function, "overdispersion", overdispersion,
            "must be in (0, 1e6]");
}

struct chart_baseline {
    chart_baseline(const category_shares& shares, double overdispersion,
                   std::string_view function) {
        require_shares(shares, function);
        require_overdispersion(overdispersion, function);
        centre = shares.promoters - shares.detractors;
        sd = respondent_sd(shares);
        if (!(sd > 0)) {
            throw_undefined(function, "a baseline of one category alone has no spread");
        }
        sd *= overdispersion;
    }

    double centre = 0;
    double sd = 1; // of one answer, overdispersion included
};

} // namespace nps::inline v0::detail
