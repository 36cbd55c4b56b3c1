// SPDX-License-Identifier: Apache-2.0
/// @file
/// Many tests at once: p values adjusted for their number.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// How p values are adjusted for their number. The first group bounds the chance of any false claim
/// (family-wise error), the last two the expected share of false claims (false discovery rate).
enum class multiplicity : std::uint8_t {
    none,                ///< as they are
    bonferroni,          ///< family-wise, whatever the tests have to do with each other
    holm,                ///< the same, and never larger than bonferroni
    hochberg,            ///< family-wise for independent or positively dependent tests
    hommel,              ///< the same, and never larger than hochberg
    sidak,               ///< family-wise for independent tests and for two-sided normal ones
    benjamini_hochberg,  ///< false discoveries, for independent or positively dependent tests
    benjamini_yekutieli, ///< false discoveries, whatever the tests have to do with each other
};

namespace detail {

/// Refuses what is no named method.
[[nodiscard]] constexpr std::string_view method_name(multiplicity method,
                                                     std::string_view function) {
    switch (method) {
    case multiplicity::none:
        return "none";
    case multiplicity::bonferroni:
        return "bonferroni";
    case multiplicity::holm:
        return "holm";
    case multiplicity::hochberg:
        return "hochberg";
    case multiplicity::hommel:
        return "hommel";
    case multiplicity::sidak:
        return "sidak";
    case multiplicity::benjamini_hochberg:
        return "benjamini_hochberg";
    case multiplicity::benjamini_yekutieli:
        return "benjamini_yekutieli";
    }
    throw_invalid(function, "multiplicity", static_cast<int>(method), "must be a named method");
}

/// p times a factor of its rank, from the smallest p upwards, never falling.
template <class Factor>
void step_down(std::span<double> ascending, Factor factor) {
    double reached = 0;
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        reached = (std::max)(reached, (std::min)(1.0, factor(i) * ascending[i]));
        ascending[i] = reached;
    }
}

/// p times a factor of its rank, from the largest p downwards, never rising.
template <class Factor>
void step_up(std::span<double> ascending, Factor factor) {
    double reached = 1;
    for (std::size_t i = ascending.size(); i-- > 0;) {
        reached = (std::min)(reached, factor(i) * ascending[i]);
        ascending[i] = reached;
    }
}

/// Closed testing by Simes: the largest Simes p value of any set that holds the test. Of the sets of
/// one size the worst is the test itself with the largest p values.
inline void hommel(std::span<double> ascending) {
    const std::size_t m = ascending.size();
    const std::vector<double> p(ascending.begin(), ascending.end());
    for (std::size_t size = 2; size <= m; ++size) {
        const auto members = static_cast<double>(size);
        double rest = 1; // Simes of the size - 1 largest, which have the ranks from 2 on
        for (std::size_t rank = 2; rank <= size; ++rank) {
            rest = (std::min)(rest, members * p[m - size + rank - 1] / static_cast<double>(rank));
        }
        for (std::size_t i = 0; i < m; ++i) {
            // From the lowest of the largest on the set is the same one.
            const double own = i < m - size ? p[i] : p[m - size];
            ascending[i] = (std::max)(ascending[i], (std::min)(rest, members * own));
        }
    }
}

} // namespace detail

/// P values adjusted for their number, in the order given: a claim with adjusted p <= alpha holds
/// where all tests together are allowed the error alpha.
///
/// Formula:    of m p values, p_(i) the i-th smallest:
///             bonferroni m p;  sidak 1 - (1 - p)^m;  holm max_{j <= i} (m - j + 1) p_(j);
///             hochberg min_{j >= i} (m - j + 1) p_(j);
///             benjamini_hochberg min_{j >= i} m p_(j) / j;
///             benjamini_yekutieli the same times 1 + 1/2 + ... + 1/m;
///             hommel the largest Simes p value of any set that holds the test; each at most 1
/// Assumes:    each p value is valid by itself; what each method asks of their dependence is said
///             at its name.
/// Degenerate: no p values give none; one is its own adjusted value.
/// Throws:     invalid_input, which names the position of a p value outside [0, 1] or NaN.
/// Cost:       O(m log m); hommel O(m^2), 0.2 s for 10,000.
/// Source:     Holm (1979), https://www.jstor.org/stable/4615733;
///             Hochberg (1988), doi:10.1093/biomet/75.4.800;
///             Hommel (1988), doi:10.1093/biomet/75.2.383;
///             Sidak (1967), doi:10.1080/01621459.1967.10482935;
///             Benjamini, Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x;
///             Benjamini, Yekutieli (2001), doi:10.1214/aos/1013699998
/// Checked:    tests/reference/multiplicity.csv (R p.adjust, statsmodels)
/// Example:    examples/competitive.cpp
[[nodiscard]] inline std::vector<double> adjust_p_values(std::span<const double> p,
                                                         multiplicity method) {
    constexpr std::string_view self = "adjust_p_values";
    static_cast<void>(detail::method_name(method, self));
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (!(p[i] >= 0 && p[i] <= 1)) {
            detail::throw_invalid(self, "p[" + detail::to_text(i) + "]", p[i], "must be in [0, 1]");
        }
    }
    const auto m = static_cast<double>(p.size());
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> sorted(p.size());
    std::transform(order.begin(), order.end(), sorted.begin(),
                   [&](std::size_t place) { return p[place]; });
    const auto left = [m](std::size_t i) { return m - static_cast<double>(i); };
    const auto share = [m](std::size_t i) { return m / static_cast<double>(i + 1); };
    switch (method) {
    case multiplicity::none:
        break;
    case multiplicity::bonferroni:
        detail::step_down(sorted, [m](std::size_t) { return m; });
        break;
    case multiplicity::holm:
        detail::step_down(sorted, left);
        break;
    case multiplicity::hochberg:
        detail::step_up(sorted, left);
        break;
    case multiplicity::hommel:
        detail::hommel(sorted);
        break;
    case multiplicity::sidak:
        if (p.size() > 1) {
            for (double& value : sorted) {
                value = -std::expm1(m * std::log1p(-value));
            }
        }
        break;
    case multiplicity::benjamini_hochberg:
        detail::step_up(sorted, share);
        break;
    case multiplicity::benjamini_yekutieli: {
        double harmonic = 0;
        for (std::size_t i = p.size(); i > 0; --i) {
            harmonic += 1 / static_cast<double>(i);
        }
        detail::step_up(sorted, [&](std::size_t i) { return harmonic * share(i); });
        break;
    }
    }
    std::vector<double> adjusted(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
        adjusted[order[i]] = sorted[i];
    }
    return adjusted;
}

} // namespace nps::inline v0
