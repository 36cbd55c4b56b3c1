// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sums of doubles in one fixed order, with what rounding loses carried along.
#pragma once

#include <nps/version.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace nps::inline v0 {

/// A running sum whose error does not grow with the number of terms.
///
/// Formula:    each addition's rounding error is kept in a second double (Neumaier).
/// Assumes:    terms whose sum is finite. One order of terms is one result; add in the same order.
/// Cost:       six additions a term.
/// Source:     Neumaier (1974), doi:10.1002/zamm.19740540106
/// Checked:    tests/numeric/sums_test.cpp
/// Example:    examples/numeric.cpp
class running_sum {
public:
    void add(double term) {
        const double next = sum_ + term;
        lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
        sum_ = next;
    }
    [[nodiscard]] double value() const { return sum_ + lost_; }

private:
    double sum_ = 0;
    double lost_ = 0;
};

/// The mean of the values; 0 for none. Never outside their range: the mean of equal values is that
/// value, to the bit.
///
/// Assumes:    finite values whose sum is finite.
/// Cost:       O(values).
/// Checked:    tests/numeric/sums_test.cpp
/// Example:    examples/numeric.cpp
[[nodiscard]] inline double mean_of(std::span<const double> values) {
    if (values.empty()) {
        return 0;
    }
    running_sum sum;
    double least = values.front();
    double largest = values.front();
    for (const double value : values) {
        sum.add(value);
        least = (std::min)(least, value);
        largest = (std::max)(largest, value);
    }
    const double mean = sum.value() / static_cast<double>(values.size());
    return (std::min)((std::max)(mean, least), largest);
}

/// The sum of squared deviations of the values from their mean.
///
/// Assumes:    finite values whose squares and sums are finite.
/// Cost:       O(values), two passes.
/// Checked:    tests/numeric/sums_test.cpp
/// Example:    examples/resampling.cpp
[[nodiscard]] inline double squared_deviations_of(std::span<const double> values) {
    const double mean = mean_of(values);
    running_sum sum;
    for (const double value : values) {
        sum.add((value - mean) * (value - mean));
    }
    return sum.value();
}

} // namespace nps::inline v0
