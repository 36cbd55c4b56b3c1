// SPDX-License-Identifier: Apache-2.0
/// @file
/// Exact unconditional limits for a score: one-sided score tests whose p value is the largest over
/// the nuisance p + d.
#pragma once

#include <nps/infer/detail/restricted_shares.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace nps::inline v0::detail {

/// Largest survey for which exact limits are made; the cost grows about as n^1.5.
inline constexpr std::int64_t largest_exact_n = 1000;

/// How far exact limits are followed.
inline constexpr double exact_limit_tolerance = 1e-10;

/// Tests p - d <= x against p - d > x by the score statistic T_x, for every x.
class exact_score_test {
public:
    /// `gamma`: the error spent on a confidence set for p + d (Berger and Boos).
    exact_score_test(const category_counts& observed, double gamma)
        : n_(observed.n()), b_(observed.promoters), c_(observed.detractors), gamma_(gamma),
          log_factorial_(static_cast<std::size_t>(n_) + 1),
          reciprocal_(static_cast<std::size_t>(n_) + 2), weight_(static_cast<std::size_t>(n_) + 1) {
        for (std::size_t i = 1; i < reciprocal_.size(); ++i) {
            reciprocal_[i] = 1 / static_cast<double>(i);
        }
        for (std::size_t i = 1; i < log_factorial_.size(); ++i) {
            log_factorial_[i] = log_factorial_[i - 1] + std::log(static_cast<double>(i));
        }
        if (gamma > 0) {
            const double m = static_cast<double>(b_ + c_);
            const double n = static_cast<double>(n_);
            if (b_ + c_ > 0) {
                least_nuisance_ = beta_quantile(gamma / 2, m, n - m + 1);
            }
            if (b_ + c_ < n_) {
                largest_nuisance_ = beta_upper_quantile(gamma / 2, m + 1, n - m);
            }
        }
    }

    /// The largest P(T_x >= T_x(observed)) over p + d, given p - d = x in (-1, 1).
    [[nodiscard]] double p_value(double x) {
        find_region(x, region_);
        return largest_probability(x);
    }

    /// A bound on p_value(x) for all x in [low, high]: a table counts that is in the region at
    /// either end. For one region the probability grows with x as far as the confidence set for
    /// p + d reaches, so that is its worst place; beyond, p_value is gamma.
    [[nodiscard]] double p_value_bound(double low, double high) {
        find_region(low, other_region_);
        find_region(high, region_);
        for (std::size_t m = 0; m < region_.size(); ++m) {
            region_[m] = (std::min)(region_[m], other_region_[m]);
        }
        return largest_probability(low < largest_nuisance_ ? (std::min)(high, largest_nuisance_)
                                                           : high);
    }

private:
    /// p + d = |x| + (1 - |x|) sin(angle)^2: in the angle, one step of 0.15 / sqrt(n) moves the
    /// outcome by at most 0.15 of its standard deviation, so the grid shows every maximum; each
    /// that could be the largest is then followed by parabolas.
    [[nodiscard]] double largest_probability(double x) {
        double low = 0;
        double high = std::numbers::pi / 2;
        if (gamma_ > 0) {
            const double reach = 1 - std::abs(x);
            if (largest_nuisance_ < std::abs(x)) {
                return gamma_;
            }
            const auto angle = [&](double s) {
                return std::asin(std::sqrt(std::clamp((s - std::abs(x)) / reach, 0.0, 1.0)));
            };
            low = angle(least_nuisance_);
            high = angle(largest_nuisance_);
        }
        const double spread = std::sqrt(static_cast<double>(n_) * (1 - std::abs(x)));
        const auto steps =
            static_cast<std::size_t>((std::max)(4.0, std::ceil((high - low) * spread / 0.15)));
        const double h = (high - low) / static_cast<double>(steps);
        grid_.resize(steps + 1);
        double best = 0;
        for (std::size_t j = 0; j <= steps; ++j) {
            grid_[j] = probability(x, low + static_cast<double>(j) * h);
            best = (std::max)(best, grid_[j]);
        }
        const double worth_following = 0.9 * best;
        for (std::size_t j = 0; j <= steps; ++j) {
            if (grid_[j] >= worth_following && (j == 0 || grid_[j] >= grid_[j - 1]) &&
                (j == steps || grid_[j] >= grid_[j + 1])) {
                best = (std::max)(
                    best, follow(x, low + static_cast<double>(j) * h, h, grid_[j], low, high));
            }
        }
        return (std::min)(best + gamma_, 1.0);
    }

    [[nodiscard]] double statistic(std::int64_t b, std::int64_t c, double x) const {
        const auto promoters = static_cast<double>(b);
        const auto detractors = static_cast<double>(c);
        const auto n = static_cast<double>(n_);
        const double distance = promoters - detractors - n * x;
        const double variance =
            restrict_shares({detractors, n - promoters - detractors, promoters}, x).variance;
        return distance == 0 ? 0 : distance / std::sqrt(n * variance);
    }

    /// T_x grows with b and falls with c, so that given m = b + c the region is b >= k(m), and
    /// k(m + 1) is k(m) or k(m) + 1: a staircase, walked in n steps.
    void find_region(double x, std::vector<std::int64_t>& region) const {
        const double observed = statistic(b_, c_, x);
        // Tables that tie in exact arithmetic must not be told apart by rounding.
        const double least = observed - 1e-10 * (1 + std::abs(observed));
        region.resize(static_cast<std::size_t>(n_) + 1);
        std::int64_t k = 0;
        for (std::int64_t m = 0; m <= n_; ++m) {
            k += statistic(k, m - k, x) >= least ? 0 : 1;
            region[static_cast<std::size_t>(m)] = k;
        }
    }

    /// Binomial weights of m = b + c, outwards from their mode; [from, to) holds all but 1e-20.
    struct window {
        std::int64_t from;
        std::int64_t to;
    };

    [[nodiscard]] window find_weights(double s, double q) {
        const auto at = [&](std::int64_t m) -> double& {
            return weight_[static_cast<std::size_t>(m)];
        };
        const auto inverse = [&](std::int64_t i) {
            return reciprocal_[static_cast<std::size_t>(i)];
        };
        const auto log_factorial = [&](std::int64_t i) {
            return log_factorial_[static_cast<std::size_t>(i)];
        };
        if (s <= 0 || q <= 0) {
            const std::int64_t only = s <= 0 ? 0 : n_;
            at(only) = 1;
            return {only, only + 1};
        }
        const std::int64_t mode =
            (std::min)(n_, static_cast<std::int64_t>(s * static_cast<double>(n_ + 1)));
        at(mode) = std::exp(log_factorial(n_) - log_factorial(mode) - log_factorial(n_ - mode) +
                            static_cast<double>(mode) * std::log(s) +
                            static_cast<double>(n_ - mode) * std::log(q));
        constexpr double negligible = 1e-20;
        const double up = s / q;
        std::int64_t to = mode + 1;
        for (; to <= n_; ++to) {
            at(to) = at(to - 1) * static_cast<double>(n_ - to + 1) * inverse(to) * up;
            if (at(to) < negligible) {
                break;
            }
        }
        const double down = q / s;
        std::int64_t from = mode;
        for (; from > 0; --from) {
            at(from - 1) = at(from) * static_cast<double>(from) * inverse(n_ - from + 1) * down;
            if (at(from - 1) < negligible) {
                break;
            }
        }
        return {from, to};
    }

    /// P(region) with p - d = x and the nuisance at `angle`.
    [[nodiscard]] double probability(double x, double angle) {
        const double reach = 1 - std::abs(x);
        const double sine = std::sin(angle);
        const double cosine = std::cos(angle);
        const double s = std::abs(x) + reach * sine * sine;
        const double rarer = s > 0 ? reach * sine * sine / (2 * s) : 0.5;
        // A respondent who is not passive is a promoter with probability share.
        const double share = x < 0 ? rarer : 1 - rarer;
        const double other = x < 0 ? 1 - rarer : rarer;
        const window w = find_weights(s, reach * cosine * cosine);
        std::int64_t m = 0;
        while (m < w.to && region_[static_cast<std::size_t>(m)] > m) {
            ++m;
        }
        if (m == w.to) {
            return 0;
        }
        // tail = P(B >= k), mass = P(B = k), B ~ Bin(m, share); k = m at the first m.
        double tail = std::pow(share, static_cast<double>(m));
        double mass = tail;
        double total = m >= w.from ? tail * weight_[static_cast<std::size_t>(m)] : 0;
        for (++m; m < w.to; ++m) {
            const auto next = static_cast<std::size_t>(m);
            const std::int64_t k = region_[next - 1];
            if (region_[next] == k) {
                const double r = mass * other * reciprocal_[static_cast<std::size_t>(m - k)];
                tail += static_cast<double>(k) * r;
                mass = static_cast<double>(m) * r;
            } else {
                tail -= other * mass;
                mass *=
                    share * static_cast<double>(m) * reciprocal_[static_cast<std::size_t>(k) + 1];
            }
            if (m >= w.from) {
                total += tail * weight_[next];
            }
        }
        return total;
    }

    /// The top of the maximum around `angle`, from parabolas over ever shorter steps.
    [[nodiscard]] double follow(double x, double angle, double h, double best, double low,
                                double high) {
        double centre = best;
        for (int round = 0; round < 6; ++round) {
            // Beyond 0 and pi / 2 the probability is that of the mirrored angle.
            const double left = probability(x, angle - h);
            const double right = probability(x, angle + h);
            const double bend = left - 2 * centre + right;
            if (!(bend < 0)) {
                break;
            }
            angle =
                std::clamp(angle + std::clamp(h * (left - right) / (2 * bend), -h, h), low, high);
            centre = probability(x, angle);
            const double gain = centre - best;
            best = (std::max)(best, centre);
            if (round > 1 && !(gain > 1e-13 * best)) {
                break;
            }
            h /= 4;
        }
        return best;
    }

    std::int64_t n_;
    std::int64_t b_;
    std::int64_t c_;
    double gamma_;
    double least_nuisance_ = 0;
    double largest_nuisance_ = 1;
    std::vector<double> log_factorial_;
    std::vector<double> reciprocal_;
    std::vector<std::int64_t> region_;
    std::vector<std::int64_t> other_region_;
    std::vector<double> weight_;
    std::vector<double> grid_;
};

/// The lowest x up to `root` at which the p value may be above alpha.
[[nodiscard]] inline double first_above(exact_score_test& test, double alpha, double root) {
    struct piece {
        double low;
        double high;
    };
    // The next piece on the scale is on top.
    std::vector<piece> open;
    if (root - exact_limit_tolerance > -1 + exact_limit_tolerance) {
        open.push_back({-1 + exact_limit_tolerance, root - exact_limit_tolerance});
    }
    while (!open.empty()) {
        const piece next = open.back();
        open.pop_back();
        if (test.p_value_bound(next.low, next.high) <= alpha) {
            continue;
        }
        if (next.high - next.low < exact_limit_tolerance) {
            return next.low;
        }
        const double middle = (next.low + next.high) / 2;
        open.push_back({middle, next.high});
        open.push_back({next.low, middle});
    }
    return root;
}

/// Lower limit with at most `alpha` below it, whatever p + d is.
[[nodiscard]] inline double exact_lower(const category_counts& counts, double alpha, double gamma) {
    if (counts.detractors == counts.n()) {
        return -1;
    }
    exact_score_test test(counts, gamma);
    const auto excess = [&](double x) {
        // At -1 only a unanimous survey of detractors can come about, at 1 only one of promoters.
        return x <= -1 ? -1.0 : x >= 1 ? 1.0 : std::log(test.p_value(x) / alpha);
    };
    const category_weights weights(counts);
    const double z = normal_upper_quantile(alpha);
    const double guess =
        z < 0 ? score_test_upper(weights, -z) : -score_test_upper(weights.swapped(), z);
    double low = guess;
    double high = guess;
    double step = 0.1 / std::sqrt(weights.n());
    if (excess(guess) > 0) {
        while (low > -1 && excess(low) > 0) {
            high = low;
            low = (std::max)(-1.0, low - step);
            step *= 2;
        }
    } else {
        while (high < 1 && !(excess(high) > 0)) {
            low = high;
            high = (std::min)(1.0, high + step);
            step *= 2;
        }
    }
    const double root =
        find_root(excess, low, high, {.relative = 0, .absolute = exact_limit_tolerance});
    // The p value may pass alpha, fall below it where a table leaves the region, and pass it
    // again; only the first place keeps the coverage.
    const double first = first_above(test, alpha, root);
    // Outwards by the tolerance, so that rounding never costs coverage.
    return (std::max)(-1.0, first - exact_limit_tolerance);
}

} // namespace nps::inline v0::detail
