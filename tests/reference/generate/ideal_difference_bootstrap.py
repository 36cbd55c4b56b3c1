# SPDX-License-Identifier: Apache-2.0
# Exact bootstrap of the difference of two scores: the sums of resampled answers by convolution in whole
# numbers, every pair of them, quantiles by exact comparison, normal deviates by mpmath. Differences are whole
# numbers over `units`.
# usage: /usr/bin/python3 ideal_difference_bootstrap.py > ../ideal_difference_bootstrap.csv
from fractions import Fraction
from math import lcm

import mpmath
from mpmath import erfinv, mp, mpf, ncdf, nstr, sqrt

mp.dps = 50


def convolution(d, q, p):
    """Coefficients of (d + q x + p x^2)^n; that of x^(S + n) is n^n P(S)."""
    coefficients = [1]
    for _ in range(d + q + p):
        longer = [0] * (len(coefficients) + 2)
        for i, c in enumerate(coefficients):
            longer[i] += c * d
            longer[i + 1] += c * q
            longer[i + 2] += c * p
        coefficients = longer
    return coefficients


def differences(a, b):
    """Pairs (whole number over units, weight) in ascending order; the sum of all weights; units."""
    n_a, n_b = sum(a), sum(b)
    units = lcm(n_a, n_b)
    found = {}
    for i, x in enumerate(convolution(*a)):
        for j, y in enumerate(convolution(*b)):
            if x and y:
                k = (i - n_a) * (units // n_a) - (j - n_b) * (units // n_b)
                found[k] = found.get(k, 0) + x * y
    return sorted(found.items()), n_a**n_a * n_b**n_b, units


def low_quantile(points, whole, p):
    """Smallest k with P(D <= k) >= p."""
    total = 0
    for k, weight in points:
        total += weight
        if total * p.denominator >= p.numerator * whole:
            return k


def high_quantile(points, whole, p):
    """Largest k with P(D >= k) >= p."""
    return -low_quantile([(-k, weight) for k, weight in reversed(points)], whole, p)


def to_mpf(f):
    return mpf(f.numerator) / mpf(f.denominator)


def z_of(p):
    return sqrt(mpf(2)) * erfinv(2 * p - 1)


def bca(points, whole, p0, acceleration, alpha):
    z0 = z_of(to_mpf(p0))
    ends = []
    for sign in (-1, 1):
        w = z0 - sign * z_of(to_mpf(alpha))
        level = ncdf(z0 + w / (1 - acceleration * w))
        exact = Fraction(int(mpmath.nint(level * mpf(10) ** 40)), 10**40)
        # Levels above 1/2 by the mirror image, so that ties are symmetric too.
        ends.append(low_quantile(points, whole, exact) if exact <= Fraction(1, 2)
                    else high_quantile(points, whole, 1 - exact))
    return ends


def moments(counts):
    """n^-2 sum u^2 and n^-3 sum u^3 of the answers about their mean."""
    n = sum(counts)
    score = Fraction(counts[2] - counts[0], n)
    influence = [(w, x - score) for w, x in zip(counts, (-1, 0, 1))]
    return [sum(w * u**k for w, u in influence) / n**k for k in (2, 3)]


pairs = [
    ((20, 30, 50), (40, 30, 30)), ((3, 7, 10), (5, 6, 4)), ((1, 0, 1), (0, 1, 2)), ((1, 1, 1), (2, 0, 3)),
    ((0, 0, 1), (1, 0, 0)), ((0, 0, 5), (3, 2, 4)), ((0, 7, 0), (1, 1, 5)), ((0, 1, 19), (2, 3, 31)),
    ((12, 0, 18), (9, 0, 4)), ((5, 0, 7), (0, 9, 6)), ((10, 40, 10), (10, 1, 8)), ((30, 50, 45), (20, 20, 37)),
    ((2, 3, 92), (1, 0, 52)), ((1, 60, 2), (0, 13, 1)), ((40, 2, 58), (38, 5, 57)), ((4, 4, 4), (8, 8, 8)),
]
print(f"# exact fractions and mpmath {mpmath.__version__}, script generate/ideal_difference_bootstrap.py, date 2026-11-25")
print("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,level,units,standard_error,acceleration,"
      "below,at_or_below,percentile_lower,percentile_upper,basic_lower,basic_upper,bca_lower,bca_upper,strict_lower,"
      "strict_upper")
for a, b in pairs:
    points, whole, units = differences(a, b)
    observed = (a[2] - a[0]) * (units // sum(a)) - (b[2] - b[0]) * (units // sum(b))
    below = Fraction(sum(w for k, w in points if k < observed), whole)
    at = Fraction(sum(w for k, w in points if k == observed), whole)
    of_a, of_b = moments(a), moments(b)
    variance = of_a[0] + of_b[0]
    acceleration = to_mpf(of_a[1] - of_b[1]) / (6 * to_mpf(variance) ** mpf(1.5)) if variance else mpf(0)
    for level in ("0.5", "0.9", "0.95", "0.999"):
        alpha = (1 - Fraction(level)) / 2
        if variance:
            low, high = low_quantile(points, whole, alpha), high_quantile(points, whole, alpha)
            ends = [low, high, max(2 * observed - high, -2 * units), min(2 * observed - low, 2 * units)]
            ends += bca(points, whole, below + at / 2, acceleration, alpha)
            ends += bca(points, whole, below, acceleration, alpha) if below else ["none", "none"]
        else:
            ends = [observed] * 8
        cells = [nstr(sqrt(to_mpf(variance)), 17), nstr(acceleration, 17), nstr(to_mpf(below), 17),
                 nstr(to_mpf(below + at), 17)]
        print(",".join([str(x) for x in a + b] + [level, str(units)] + cells + [str(x) for x in ends]), flush=True)
