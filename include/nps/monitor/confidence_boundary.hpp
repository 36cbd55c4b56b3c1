// SPDX-License-Identifier: Apache-2.0
/// @file
/// Curves that a sum of centred answers crosses at any time only with probability alpha.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/monitor/detail/mixture_tails.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>

namespace nps::inline v0 {

/// Where a sum stands: the sum s of centred answers, and its intrinsic time v, the variance that it
/// has gathered.
///
/// Checked:    tests/monitor/confidence_boundary_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct sum_at {
    required<double> s;
    required<double> v;
};

/// Options of normal_mixture.
///
/// Checked:    tests/monitor/confidence_boundary_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct normal_mixture_options {
    /// The intrinsic time at which the boundary is tightest.
    required<double> best_at;
    double alpha = 0.05;
    /// two_sided: on |s|. lower and upper are the same one-sided boundary, on s.
    bounds sides = bounds::two_sided;
};

/// Options of gamma_exponential_mixture and gamma_poisson_mixture.
///
/// Checked:    tests/monitor/confidence_boundary_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct gamma_mixture_options {
    required<double> best_at;
    /// The scale of the tail: for empirical Bernstein the range of an answer.
    required<double> scale;
    double alpha = 0.05;
};

/// Options of beta_binomial_mixture.
///
/// Checked:    tests/monitor/confidence_boundary_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct beta_binomial_mixture_options {
    required<double> best_at;
    /// A centred answer lies between -below and above: for a share p, p and 1 - p.
    required<double> below;
    required<double> above;
    double alpha = 0.05;
    bounds sides = bounds::two_sided;
};

/// Options of stitched_boundary.
///
/// Checked:    tests/monitor/confidence_boundary_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct stitched_boundary_options {
    /// The intrinsic time from which on it is tight; earlier it is what it is there.
    required<double> from;
    double alpha = 0.05;
    /// The scale of a sub-gamma tail; 0 is sub-Gaussian, below 0 is lighter still.
    double scale = 0;
    /// Exponent of the sum over epochs, above 1.
    double power = 1.4;
    /// Ratio of the lengths of epochs, above 1.
    double ratio = 2;
};

namespace detail {

inline void require_mixture(double best_at, double alpha, std::string_view function) {
    require(best_at > 0 && std::isfinite(best_at), function, "best_at", best_at,
            "must be positive and finite");
    require(alpha > 0 && alpha < 0.5, function, "alpha", alpha, "must be in (0, 0.5)");
}

inline void require_intrinsic_time(double v, std::string_view function) {
    require(v >= 0 && std::isfinite(v), function, "v", v, "must be in [0, infinity)");
}

/// The precision of the mixing distribution that makes the two-sided boundary tightest at v, nearly.
[[nodiscard]] inline double best_mixture_rho(double v, double alpha) {
    const double twice = -2 * std::log(alpha);
    return v / (twice + std::log1p(twice));
}

/// Where `log_e(s)` reaches log(1 / alpha), s in [0, highest]; `highest` where it does not.
template <class LogE>
[[nodiscard]] double mixture_boundary(LogE log_e, double alpha, double start, double highest) {
    const auto excess = [&](double s) { return log_e(s) + std::log(alpha); };
    double upper = (std::min)(start, highest);
    while (excess(upper) < 0) {
        if (upper >= highest) {
            return highest;
        }
        upper = (std::min)(2 * upper, highest);
    }
    return find_root(excess, 0.0, upper);
}

/// (1 + u) log(1 + u) - u
[[nodiscard]] inline double mixture_divergence(double u) {
    return u > -1 ? u * u + (1 + u) * log1p_minus(u) : 1;
}

/// The Riemann zeta function by Euler and Maclaurin, s > 1.
[[nodiscard]] inline double mixture_zeta(double s) {
    constexpr int cut = 20;
    double sum = 0;
    for (int k = 1; k < cut; ++k) {
        sum += std::pow(k, -s);
    }
    const double last = std::pow(cut, -s);
    return sum + last * cut / (s - 1) + last / 2 +
           s * last / (12 * cut) *
               (1 - (s + 1) * (s + 2) / (60.0 * cut * cut) *
                        (1 - (s + 3) * (s + 4) / (42.0 * cut * cut)));
}

} // namespace detail

/// Robbins' mixture for a sum that is sub-Gaussian with variance v: of n answers on [-1, 1], v = n.
///
/// Formula:    two-sided: e = sqrt(rho / (v + rho)) exp(s^2 / (2 (v + rho))), so that the boundary is
///             sqrt((v + rho) (log(1 + v / rho) - 2 log alpha)); one-sided: 2 e Phi(s / sqrt(v + rho)).
/// Assumes:    exp(x s - x^2 v / 2) is a supermartingale for each x (for each x > 0 one-sided).
/// Throws:     invalid_input.
/// Cost:       O(1); the one-sided boundary some 10 evaluations.
/// Source:     Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991, propositions 5, 6
/// Checked:    tests/reference/confidence_boundary.csv (confseq)
/// Example:    examples/monitor_sequential.cpp
class normal_mixture {
public:
    explicit normal_mixture(const normal_mixture_options& options)
        : alpha_(options.alpha), two_sided_(options.sides == bounds::two_sided) {
        detail::require_sides(options.sides, "normal_mixture");
        detail::require_mixture(options.best_at, alpha_, "normal_mixture");
        rho_ = detail::best_mixture_rho(options.best_at, two_sided_ ? alpha_ : 2 * alpha_);
    }

    /// Precision of the mixing distribution.
    [[nodiscard]] double rho() const { return rho_; }

    /// Logarithm of the e-value: a supermartingale that starts at 0.
    [[nodiscard]] double log_e(const sum_at& at) const {
        const double s = at.s;
        const double v = at.v;
        detail::require_intrinsic_time(v, "normal_mixture::log_e");
        detail::require(std::isfinite(s), "normal_mixture::log_e", "s", s, "must be finite");
        const double spread = std::sqrt(v + rho_);
        const double z = s / spread;
        const double two_sided = z * z / 2 - std::log1p(v / rho_) / 2;
        if (two_sided_) {
            return two_sided;
        }
        return std::numbers::ln2 - std::log1p(v / rho_) / 2 + detail::log_mills_ratio(z);
    }

    /// The boundary at time v.
    [[nodiscard]] double boundary(double v) const {
        detail::require_intrinsic_time(v, "normal_mixture::boundary");
        const double two_sided =
            std::sqrt((v + rho_) * (std::log1p(v / rho_) - 2 * std::log(alpha_)));
        if (two_sided_) {
            return two_sided;
        }
        return detail::mixture_boundary([&](double s) { return log_e({.s = s, .v = v}); }, alpha_,
                                        two_sided, (std::numeric_limits<double>::max)());
    }

private:
    double alpha_;
    bool two_sided_;
    double rho_ = 1;
};

/// The gamma-exponential mixture, one-sided, for a sum with the tail of a centred exponential
/// variable of this scale: what empirical Bernstein bounds rest on.
///
/// Formula:    the average of exp(x s - psi(x) v), psi(x) = (-log(1 - c x) - c x) / c^2, over x in
///             [0, 1 / c) with density proportional to (1 - c x)^(rho / c^2 - 1) exp(rho x / c)
/// Assumes:    that is a supermartingale for each x.
/// Throws:     invalid_input.
/// Cost:       O(1); the boundary some 10 evaluations.
/// Source:     Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991, proposition 9
/// Checked:    tests/reference/confidence_boundary.csv (confseq)
/// Example:    examples/monitor_sequential.cpp
class gamma_exponential_mixture {
public:
    explicit gamma_exponential_mixture(const gamma_mixture_options& options)
        : alpha_(options.alpha), scale_(options.scale) {
        constexpr std::string_view self = "gamma_exponential_mixture";
        detail::require_mixture(options.best_at, alpha_, self);
        detail::require(scale_ > 0 && std::isfinite(scale_), self, "scale", scale_,
                        "must be positive and finite");
        start_ = detail::best_mixture_rho(options.best_at, 2 * alpha_) / (scale_ * scale_);
    }

    /// Logarithm of the e-value: a supermartingale that starts at 0; s above -(v + rho) / scale.
    [[nodiscard]] double log_e(const sum_at& at) const {
        constexpr std::string_view self = "gamma_exponential_mixture::log_e";
        detail::require_intrinsic_time(at.v, self);
        const double a = at.v / (scale_ * scale_) + start_;
        const double d = at.s / scale_;
        detail::require(std::isfinite(d) && a + d > 0, self, "s", double{at.s},
                        "must be finite and above -(v + rho) / scale");
        const double log_tail = detail::log_mixture_gamma(a, a + d, false);
        const double start = -std::log(a / start_) / 2 - detail::stirling_error(start_) -
                             detail::log_mixture_gamma(start_, start_, false);
        if (log_tail < detail::log_far_tail) { // the large terms below cancel: left out
            return start - std::log(2 * std::numbers::pi * a) / 2 +
                   std::log(detail::far_lower_gamma(a, a + d));
        }
        return start + detail::stirling_error(a) - a * detail::log1p_minus(d / a) + log_tail;
    }

    /// The boundary at time v.
    [[nodiscard]] double boundary(double v) const {
        detail::require_intrinsic_time(v, "gamma_exponential_mixture::boundary");
        return detail::mixture_boundary([&](double s) { return log_e({.s = s, .v = v}); }, alpha_,
                                        std::sqrt(v) + scale_,
                                        (std::numeric_limits<double>::max)());
    }

private:
    double alpha_;
    double scale_;
    double start_ = 1; // rho / scale^2
};

/// The gamma-Poisson mixture, one-sided, for a sum with the tail of a centred Poisson variable of
/// this scale: of answers that lie at most `scale` above their mean.
///
/// Formula:    as gamma_exponential_mixture, with psi(x) = (exp(c x) - c x - 1) / c^2 and x >= 0
/// Assumes:    exp(x s - psi(x) v) is a supermartingale for each x >= 0.
/// Throws:     invalid_input.
/// Cost:       O(1); the boundary some 10 evaluations.
/// Source:     Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991, proposition 10
/// Checked:    tests/reference/confidence_boundary.csv (confseq)
/// Example:    examples/monitor_sequential.cpp
class gamma_poisson_mixture {
public:
    explicit gamma_poisson_mixture(const gamma_mixture_options& options)
        : alpha_(options.alpha), scale_(options.scale) {
        constexpr std::string_view self = "gamma_poisson_mixture";
        detail::require_mixture(options.best_at, alpha_, self);
        detail::require(scale_ > 0 && std::isfinite(scale_), self, "scale", scale_,
                        "must be positive and finite");
        start_ = detail::best_mixture_rho(options.best_at, 2 * alpha_) / (scale_ * scale_);
    }

    /// Logarithm of the e-value: a supermartingale that starts at 0; s above -(v + rho) / scale.
    [[nodiscard]] double log_e(const sum_at& at) const {
        constexpr std::string_view self = "gamma_poisson_mixture::log_e";
        detail::require_intrinsic_time(at.v, self);
        const double a = at.v / (scale_ * scale_) + start_;
        const double b = a + at.s / scale_;
        detail::require(std::isfinite(b) && b > 0, self, "s", double{at.s},
                        "must be finite and above -(v + rho) / scale");
        const double log_tail = detail::log_mixture_gamma(b, a, true);
        const double start = -std::log(b / start_) / 2 - detail::stirling_error(start_) -
                             detail::log_mixture_gamma(start_, start_, true);
        if (log_tail < detail::log_far_tail) { // the large terms below cancel: left out
            return start + std::log(b / (2 * std::numbers::pi)) / 2 +
                   std::log(detail::far_upper_gamma(b, a));
        }
        return start + detail::stirling_error(b) + a * detail::mixture_divergence((b - a) / a) +
               log_tail;
    }

    /// The boundary at time v.
    [[nodiscard]] double boundary(double v) const {
        detail::require_intrinsic_time(v, "gamma_poisson_mixture::boundary");
        return detail::mixture_boundary([&](double s) { return log_e({.s = s, .v = v}); }, alpha_,
                                        std::sqrt(v) + scale_,
                                        (std::numeric_limits<double>::max)());
    }

private:
    double alpha_;
    double scale_;
    double start_ = 1; // rho / scale^2
};

/// The beta-binomial mixture for a sum of centred answers of two values, such as shares: v is their
/// variance below x above each.
///
/// Formula:    with g = below, h = above, r = max(rho - g h, g h / 1000), A = (r + v - g s) /
///             (g (g + h)), B = (r + v + h s) / (h (g + h)): e = B(A, B) ((g + h) / h)^(A - A_0)
///             ((g + h) / g)^(B - B_0) / B(A_0, B_0), A_0 and B_0 being A and B at s = v = 0; one-sided
///             with incomplete beta functions up to h / (g + h).
/// Assumes:    answers between -g and h with mean 0, so that the sum stays in [-v / h, v / g].
/// Throws:     invalid_input.
/// Cost:       O(1); the boundary some 10 evaluations.
/// Source:     Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991, propositions 7, 8
/// Checked:    tests/reference/confidence_boundary.csv (confseq)
/// Example:    examples/monitor_sequential.cpp
class beta_binomial_mixture {
public:
    explicit beta_binomial_mixture(const beta_binomial_mixture_options& options)
        : alpha_(options.alpha), below_(options.below), above_(options.above),
          two_sided_(options.sides == bounds::two_sided) {
        constexpr std::string_view self = "beta_binomial_mixture";
        detail::require_sides(options.sides, self);
        detail::require_mixture(options.best_at, alpha_, self);
        detail::require(below_ > 0 && std::isfinite(below_), self, "below", below_,
                        "must be positive and finite");
        detail::require(above_ > 0 && std::isfinite(above_), self, "above", above_,
                        "must be positive and finite");
        const double product = below_ * above_;
        detail::require(std::isnormal(product), self, "below * above", product,
                        "must not be rounded to 0 or infinity");
        const double rho =
            detail::best_mixture_rho(options.best_at, two_sided_ ? alpha_ : 2 * alpha_);
        start_ = (std::max)(rho - product, 1e-3 * product);
        share_below_ = above_ / (below_ + above_);
    }

    /// Logarithm of the e-value: a supermartingale that starts at 0; s in [-v / above, v / below].
    [[nodiscard]] double log_e(const sum_at& at) const {
        constexpr std::string_view self = "beta_binomial_mixture::log_e";
        const double s = at.s;
        const double v = at.v;
        detail::require_intrinsic_time(v, self);
        const double slack = 1 + 1e-12;
        detail::require(s <= v / below_ * slack && s >= -v / above_ * slack, self, "s", s,
                        "must be in [-v / above, v / below]");
        const double n = (start_ + v) / (below_ * above_);
        const double n_start = start_ / (below_ * above_);
        const double share_above = 1 - share_below_;
        const double shift = s / (below_ + above_);
        const double a = n * share_below_ - shift;
        const double b = n * share_above + shift;
        const double a_start = n_start * share_below_;
        const double b_start = n_start * share_above;
        using detail::stirling_error;
        const double start_error =
            stirling_error(a_start) + stirling_error(b_start) - stirling_error(n_start);
        const double log_start_tail =
            two_sided_ ? 0 : std::log(beta_cdf(share_below_, a_start, b_start));
        const double tail = two_sided_ ? 1 : beta_cdf(share_below_, a, b);
        if (std::log(tail) < detail::log_far_tail) { // the large terms below cancel: left out
            return std::log(a_start * (b_start / n_start) / (2 * std::numbers::pi)) / 2 -
                   start_error - std::log(a) + std::log(detail::far_beta(a, b, share_below_)) -
                   log_start_tail;
        }
        const double rest = std::log(a / a_start) + std::log(b / b_start) - std::log(n / n_start);
        return n * (share_below_ * detail::mixture_divergence(-shift / (n * share_below_)) +
                    share_above * detail::mixture_divergence(shift / (n * share_above))) -
               rest / 2 + (stirling_error(a) + stirling_error(b) - stirling_error(n)) -
               start_error + std::log(tail) - log_start_tail;
    }

    /// The boundary at time v; v / below, the end of the range, where no sum is evidence enough.
    [[nodiscard]] double boundary(double v) const {
        detail::require_intrinsic_time(v, "beta_binomial_mixture::boundary");
        if (v == 0) {
            return 0;
        }
        return detail::mixture_boundary([&](double s) { return log_e({.s = s, .v = v}); }, alpha_,
                                        std::sqrt(v), v / below_);
    }

private:
    double alpha_;
    double below_;
    double above_;
    bool two_sided_;
    double start_ = 1;
    double share_below_ = 0.5;
};

/// The polynomial stitched boundary, one-sided, for sub-gamma sums: a closed form that grows like
/// the law of the iterated logarithm.
///
/// Formula:    sqrt(k1^2 v l + (k2 c l)^2) + k2 c l, l = p log log(r v / v_0) + log(zeta(p) /
///             (alpha log^p r)), k1 = (r^(1/4) + r^(-1/4)) / sqrt 2, k2 = (sqrt r + 1) / 2; p is power,
///             r ratio, c scale, v_0 from, v at least v_0
/// Assumes:    exp(x s - x^2 v / (2 (1 - c x))) is a supermartingale for each x in [0, 1 / c).
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Howard, Ramdas, McAuliffe, Sekhon (2021), doi:10.1214/20-AOS1991, theorem 1
/// Checked:    tests/reference/confidence_boundary.csv (confseq)
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline double stitched_boundary(double v, const stitched_boundary_options& options) {
    constexpr std::string_view self = "stitched_boundary";
    const double from = options.from;
    const double r = options.ratio;
    const double p = options.power;
    const double c = options.scale;
    detail::require_intrinsic_time(v, self);
    detail::require(from > 0 && std::isfinite(from), self, "from", from,
                    "must be positive and finite");
    detail::require(options.alpha > 0 && options.alpha < 1, self, "alpha", options.alpha,
                    "must be in (0, 1)");
    detail::require(std::isfinite(c), self, "scale", c, "must be finite");
    detail::require(p > 1 && p <= 10, self, "power", p, "must be in (1, 10]");
    detail::require(r > 1 && r <= 100, self, "ratio", r, "must be in (1, 100]");
    const double time = (std::max)(v, from);
    const double l = p * (std::log(std::log(r) + std::log(time / from)) - std::log(std::log(r))) +
                     std::log(detail::mixture_zeta(p) / options.alpha);
    const double k1 = (std::pow(r, 0.25) + std::pow(r, -0.25)) / std::numbers::sqrt2;
    const double term = (std::sqrt(r) + 1) / 2 * c * l;
    const double root = std::hypot(k1 * std::sqrt(time * l), term);
    const double boundary = term < 0 ? k1 * k1 * time * l / (root - term) : root + term;
    detail::require(std::isfinite(boundary), self, "boundary", boundary,
                    "must be finite: v, from and scale are too far apart");
    return boundary;
}

} // namespace nps::inline v0
