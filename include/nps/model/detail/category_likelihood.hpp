// SPDX-License-Identifier: Apache-2.0
/// @file
/// The likelihood of a Dirichlet-multinomial distribution of detractors, passives and promoters.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/model/detail/rising_product.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// Shares of all units together and theta = 1 / concentration: 0 where units do not differ.
struct category_population {
    std::array<double, 3> shares{};
    double theta = 0;
    double log_likelihood = 0;
};

/// Of the answers in order: the product over j < x of (share + j theta) for each category, over the
/// product over j < n of (1 + j theta).
class category_likelihood {
public:
    /// Units of valid counts, one answer at least.
    explicit category_likelihood(std::span<const category_counts> units) {
        std::array<std::map<std::int64_t, std::int64_t>, 4> times;
        for (const category_counts& unit : units) {
            ++times[0][unit.detractors];
            ++times[1][unit.passives];
            ++times[2][unit.promoters];
            ++times[3][unit.n()];
        }
        for (std::size_t c = 0; c < 4; ++c) {
            for (const auto& [count, often] : times[c]) {
                if (count > 0) {
                    counts_[c].push_back({static_cast<double>(count), static_cast<double>(often)});
                    totals_[c] += static_cast<double>(count) * static_cast<double>(often);
                    largest_ = (std::max)(largest_, static_cast<double>(count));
                }
            }
        }
        for (std::size_t c = 0; c < 3; ++c) {
            common_[c] = totals_[c] / totals_[3];
        }
    }

    /// No unit differs: the shares of all answers.
    [[nodiscard]] category_population no_difference() const {
        return {common_, 0, log_likelihood(common_, 0)};
    }

    /// The best of all peaks. Not for units that are all unanimous: they have none.
    [[nodiscard]] category_population most_likely() const {
        category_population best = no_difference();
        std::array<double, 3> shares = common_;
        const auto slope = [&](double theta) { return slope_at(theta, shares); };
        double before = 0;
        double before_slope = slope(0);
        double rarest = 1;
        for (const double share : common_) {
            rarest = share > 0 ? (std::min)(rarest, share) : rarest;
        }
        constexpr double wide = 1e3;
        double now = 1e-3 * rarest / largest_;
        while (before < wide || before_slope > 0) {
            const double now_slope = slope(now);
            if (before_slope > 0 && now_slope <= 0) {
                category_population peak;
                peak.theta = find_root(slope, before, now);
                static_cast<void>(slope(peak.theta)); // its shares
                peak.shares = shares;
                peak.log_likelihood = log_likelihood(shares, peak.theta);
                if (peak.log_likelihood > best.log_likelihood) {
                    best = peak;
                }
            }
            before = now;
            before_slope = now_slope;
            now *= 4;
        }
        return best;
    }

private:
    struct repeated_count {
        double count;
        double often;
    };

    /// Slope in theta where the shares are best for it; `shares` are where to start, and become them.
    [[nodiscard]] double slope_at(double theta, std::array<double, 3>& shares) const {
        running_sum slope;
        if (theta == 0) {
            for (std::size_t c = 0; c < 4; ++c) {
                for (const auto& [x, often] : counts_[c]) {
                    const double pairs = often * x * (x - 1) / 2;
                    slope.add(c < 3 ? pairs / common_[c] : -pairs);
                }
            }
            return slope.value();
        }
        // Newton's steps under sum of shares = 1. The likelihood is self-concordant, so steps
        // shortened by 1 / (1 + decrement) always arrive, and shares stay above 0.
        constexpr int most_steps = 500;
        for (int step = 0; step < most_steps; ++step) {
            std::array<double, 3> gradient{};
            std::array<double, 3> bend{};
            double above = 0;
            double below = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                if (totals_[c] == 0) {
                    continue;
                }
                running_sum first;
                running_sum second;
                for (const auto& [x, often] : counts_[c]) {
                    const rising_sums sums = rising_sums_of(shares[c] / theta, x);
                    first.add(often * sums.first);
                    second.add(often * sums.second);
                }
                gradient[c] = first.value() / shares[c];
                bend[c] = second.value() / (shares[c] * shares[c]);
                above += gradient[c] / bend[c];
                below += 1 / bend[c];
            }
            double decrement = 0;
            std::array<double, 3> change{};
            for (std::size_t c = 0; c < 3; ++c) {
                if (totals_[c] > 0) {
                    change[c] = (gradient[c] - above / below) / bend[c];
                    decrement += bend[c] * change[c] * change[c];
                }
            }
            decrement = std::sqrt(decrement);
            const double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
            double sum = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                shares[c] += length * change[c];
                sum += shares[c];
            }
            for (double& share : shares) {
                share /= sum;
            }
            if (decrement < 1e-7) { // the next would be its square
                break;
            }
        }
        // Sums of x - first, where x cancels between categories and all answers: left out where
        // first is the smaller part, and added as a whole number.
        running_sum left_out;
        for (std::size_t c = 0; c < 4; ++c) {
            const double sign = c < 3 ? 1 : -1;
            for (const auto& [x, often] : counts_[c]) {
                const double a = (c < 3 ? shares[c] : 1) / theta;
                const rising_sums sums = rising_sums_of(a, x);
                slope.add(sign * often * (x > a ? -sums.first : sums.rest));
                left_out.add(x > a ? sign * often * x : 0);
            }
        }
        slope.add(left_out.value());
        return slope.value() / theta;
    }

    [[nodiscard]] double log_likelihood(const std::array<double, 3>& shares, double theta) const {
        running_sum sum;
        for (std::size_t c = 0; c < 4; ++c) {
            if (c < 3 && totals_[c] > 0) {
                sum.add(totals_[c] * std::log(shares[c]));
            }
            for (const auto& [x, often] : counts_[c]) {
                if (theta > 0) {
                    const double log = often * log_rising((c < 3 ? shares[c] : 1) / theta, x);
                    sum.add(c < 3 ? log : -log);
                }
            }
        }
        return sum.value();
    }

    std::array<std::vector<repeated_count>, 4> counts_; // of three categories, and of all answers
    std::array<double, 4> totals_{};
    std::array<double, 3> common_{};
    double largest_ = 1;
};

} // namespace nps::inline v0::detail
