// SPDX-License-Identifier: Apache-2.0
/// @file
/// The tests and limits of a difference of two shares.
#pragma once

#include <nps/core/share_counts.hpp>
#include <nps/infer/detail/closed_comparison.hpp>
#include <nps/infer/detail/closed_limits.hpp>
#include <nps/infer/detail/restricted_pair.hpp>
#include <nps/numeric/hypergeometric_tail.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0::detail {

inline constexpr std::string_view share_advice = "; method miettinen_nurminen has an answer";

/// Successes and failures of one group as doubles.
struct share_group {
    double successes;
    double failures;

    explicit share_group(const share_counts& counts)
        : successes(static_cast<double>(counts.successes)),
          failures(static_cast<double>(counts.trials - counts.successes)) {}

    [[nodiscard]] double n() const { return successes + failures; }
    /// Variance of the share.
    [[nodiscard]] double variance() const { return successes / n() * (failures / n()) / n(); }
};

[[nodiscard]] inline double share_difference(const share_group& a, const share_group& b) {
    return ratio_difference(a.successes, a.n(), b.successes, b.n());
}

/// wald and wald_pooled.
[[nodiscard]] inline normal_comparison wald_share_comparison(const share_group& a,
                                                             const share_group& b, bool pooled) {
    const double error = std::sqrt(a.variance() + b.variance());
    double null_error = error;
    if (pooled) {
        const double n = a.n() + b.n();
        null_error = std::sqrt((a.successes + b.successes) / n * ((a.failures + b.failures) / n) *
                               (1 / a.n() + 1 / b.n()));
    }
    return {"compare_shares", share_difference(a, b), error, null_error, share_advice};
}

/// Newcombe's hybrid of two Wilson intervals. A hypothesis is tested by the z whose limit it is.
class newcombe_comparison {
public:
    newcombe_comparison(const share_group& a, const share_group& b)
        : difference(share_difference(a, b)), a_(a), b_(b) {}

    double difference;

    [[nodiscard]] comparison_test test(double delta) const {
        const double excess = difference - delta;
        const double size = std::abs(excess);
        const bool upper = excess < 0;
        double z = 0;
        if (size > 0) {
            double high = 1;
            // Each Wilson limit goes to 0 or 1 as z grows, and no further.
            while (high < 1e60 && reach(high, upper) <= size) {
                high *= 2;
            }
            if (!(high < 1e60)) {
                throw_undefined("compare_shares",
                                "no level has a Newcombe interval that reaches the hypothesised "
                                "difference" +
                                    std::string(share_advice));
            }
            z = find_root([&](double at) { return reach(at, upper) - size; }, 0.0, high);
        }
        return normal_test(std::copysign(z, excess),
                           wald_share_comparison(a_, b_, false).standard_error);
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double z = normal_upper_quantile(tail);
        // A tail above 1/2 puts the limit on the other side of the difference.
        const double distance = reach(std::abs(z), upper == (z >= 0));
        return upper == (z >= 0) ? difference + distance : difference - distance;
    }

private:
    /// From the difference to its limit at z, z >= 0.
    [[nodiscard]] double reach(double z, bool upper) const {
        const share_group& up = upper ? a_ : b_;
        const share_group& down = upper ? b_ : a_;
        return std::hypot(wilson_distance(up.successes, up.n(), z),
                          wilson_distance(down.failures, down.n(), z));
    }

    share_group a_;
    share_group b_;
};

/// Miettinen and Nurminen's score test. A share is (s + 1) / 2 of the net score s of a group without
/// passives, so that the restricted fit is that of two scores.
class miettinen_nurminen_comparison {
public:
    miettinen_nurminen_comparison(const share_group& a, const share_group& b)
        : difference(share_difference(a, b)), a_(category_weights(a.failures, 0, a.successes)),
          b_(category_weights(b.failures, 0, b.successes)),
          correction_((a.n() + b.n()) / (a.n() + b.n() - 1)) {}

    double difference;

    [[nodiscard]] comparison_test test(double delta) const {
        const double error = score_error(2 * delta) / 2;
        return normal_test(standardised(difference - delta, error, "compare_shares"), error);
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double z = normal_upper_quantile(tail);
        const auto statistic = [this](double delta) {
            return (2 * difference - delta) / score_error(delta);
        };
        return invert_statistic(statistic, upper ? -z : z, 2 * difference) / 2;
    }

private:
    [[nodiscard]] double score_error(double delta) const {
        return std::sqrt(restricted_variance(a_, b_, delta) * correction_);
    }

    held_score_group a_;
    held_score_group b_;
    double correction_;
};

/// Fisher's exact test: the successes of a, given those of both groups, are hypergeometric.
class fisher_comparison : public miettinen_nurminen_comparison {
public:
    fisher_comparison(const share_counts& a, const share_counts& b)
        : miettinen_nurminen_comparison(share_group(a), share_group(b)), observed_(a.successes),
          marked_(a.successes + b.successes), unmarked_(a.trials + b.trials - marked_),
          drawn_(a.trials) {}

    /// At a hypothesis of 0 alone. The statistic of Miettinen and Nurminen is then the excess of
    /// the successes of a over their mean in standard deviations of the hypergeometric distribution.
    [[nodiscard]] comparison_test test(double delta) const {
        comparison_test result = miettinen_nurminen_comparison::test(delta);
        result.below = cdf(observed_);
        result.above = upper_tail(observed_ - 1);
        result.two_sided = two_sided();
        return result;
    }

private:
    [[nodiscard]] double cdf(std::int64_t k) const {
        return hypergeometric_cdf(k, marked_, unmarked_, drawn_);
    }
    [[nodiscard]] double upper_tail(std::int64_t k) const {
        return hypergeometric_upper_tail(k, marked_, unmarked_, drawn_);
    }

    /// All tables that are not more probable than the one observed, up to 1e-7 relative, as R counts
    /// them: they lie outside of a first one on either side of the mode.
    [[nodiscard]] double two_sided() const {
        const hypergeometric_support support(marked_, unmarked_, drawn_);
        const auto log_pmf = [this](std::int64_t k) {
            return log_hypergeometric(k, marked_, unmarked_, drawn_);
        };
        const double most = log_pmf(observed_) + std::log1p(1e-7);
        if (log_pmf(support.mode) <= most) {
            return 1;
        }
        // The first table outside, from the mode, which is inside, to an end.
        const auto first_outside = [&](std::int64_t end, std::int64_t beyond) {
            if (!(log_pmf(end) <= most)) {
                return beyond;
            }
            std::int64_t inside = support.mode;
            std::int64_t outside = end;
            while (outside - inside > 1 || inside - outside > 1) {
                const std::int64_t middle = inside + (outside - inside) / 2;
                (log_pmf(middle) <= most ? outside : inside) = middle;
            }
            return outside;
        };
        const std::int64_t left = first_outside(support.lowest, support.lowest - 1);
        const std::int64_t right = first_outside(support.highest, support.highest + 1);
        return (std::min)(cdf(left) + upper_tail(right - 1), 1.0);
    }

    std::int64_t observed_;
    std::int64_t marked_;
    std::int64_t unmarked_;
    std::int64_t drawn_;
};

} // namespace nps::inline v0::detail
