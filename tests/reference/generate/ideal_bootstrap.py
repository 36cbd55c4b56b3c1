# SPDX-License-Identifier: Apache-2.0
# Exact bootstrap of the score: the sum of n resampled answers by convolution in whole numbers, quantiles by
# exact comparison, normal deviates and the studentised distribution (enumerated) by mpmath.
# usage: /usr/bin/python3 ideal_bootstrap.py > ../ideal_bootstrap.csv
from fractions import Fraction
from math import comb

import mpmath
from mpmath import erfinv, mp, mpf, ncdf, nstr, sqrt

mp.dps = 50


def convolution(d, q, p):
    """Coefficients of (d + q x + p x^2)^n, by squaring; P(S = k - n) = c[k] / n^n. Returns c."""
    n = d + q + p

    def times(a, b):
        out = [0] * (len(a) + len(b) - 1)
        for i, x in enumerate(a):
            if x:
                for j, y in enumerate(b):
                    out[i + j] += x * y
        return out

    result, base, power = [1], [d, q, p], n
    while power:
        if power & 1:
            result = times(result, base)
        power >>= 1
        if power:
            base = times(base, base)
    return result


def fraction(x):
    """Of a decimal level: what is meant, not the nearest double."""
    return Fraction(str(x))


def low_quantile(pmf, p):
    """Smallest k with P(S <= k) >= p."""
    n, total, whole = (len(pmf) - 1) // 2, 0, sum(pmf)
    for i, c in enumerate(pmf):
        total += c
        if total * p.denominator >= p.numerator * whole:
            return i - n


def high_quantile(pmf, p):
    """Largest k with P(S >= k) >= p."""
    return -low_quantile(pmf[::-1], p)


def z_of(p):
    return sqrt(mpf(2)) * erfinv(2 * p - 1)


def to_mpf(f):
    return mpf(f.numerator) / mpf(f.denominator)


def bca(pmf, n, total, p0, a, alpha):
    z0 = z_of(to_mpf(p0))
    out = []
    for sign in (-1, 1):
        w = z0 + sign * -z_of(to_mpf(alpha))
        level = ncdf(z0 + w / (1 - a * w))
        exact = Fraction(int(mpmath.nint(level * mpf(10) ** 40)), 10**40)
        # Levels above 1/2 by the mirror image, so that ties are symmetric too.
        out.append(low_quantile(pmf, exact) if exact <= Fraction(1, 2) else high_quantile(pmf, 1 - exact))
    return out


def studentised(d, q, p):
    """The values of T* and their probabilities times n^n, in ascending order."""
    n = d + q + p
    found = {}
    for i in range(n + 1):
        for j in range(n + 1 - i):
            plus = n - i - j
            weight = comb(n, i) * comb(n - i, j) * d**i * q**j * p**plus
            if not weight:
                continue
            distance = (plus - i) - (p - d)  # n (score* - score)
            variance = n * (plus + i) - (plus - i) ** 2  # n^2 times that of one answer
            if variance == 0:
                t = mpf("inf") if distance > 0 else mpf("-inf") if distance < 0 else mpf(0)
            else:
                t = mpf(distance) * sqrt(mpf(n) / variance)
            key = t if mpmath.isinf(t) else mpf(nstr(t, 40))
            found[key] = found.get(key, 0) + weight
    assert sum(found.values()) == n**n
    return sorted(found.items())


def studentised_limits(values, n, total, se, alpha):
    """By the smallest t with P(T* <= t) >= alpha, and its mirror image for the other end."""
    ends = []
    for ordered in (values, values[::-1]):
        mass = 0
        for t, weight in ordered:
            mass += weight
            if mass * alpha.denominator >= alpha.numerator * n**n:
                ends.append(t)
                break
    low, high = ends
    score = mpf(total) / n
    return [max(mpf(-1), score - high * se), min(mpf(1), score - low * se)]


tables = [(3, 7, 10), (20, 30, 50), (362, 176, 462), (1, 0, 1), (0, 1, 2), (1, 1, 1), (0, 1, 19), (1, 0, 29), (12, 0, 18),
          (10, 80, 10), (1, 60, 2), (7, 13, 1), (0, 35, 5), (40, 2, 58), (11, 1, 0), (2, 0, 0), (30, 50, 120), (5, 200, 95)]
print(f"# exact fractions and mpmath {mpmath.__version__}, script generate/ideal_bootstrap.py, date 2026-11-22")
print("detractors,passives,promoters,level,standard_error,acceleration,below,at_or_below,percentile_lower,percentile_upper,"
      "basic_lower,basic_upper,bca_lower,bca_upper,strict_lower,strict_upper,studentised_lower,studentised_upper")
for d, q, p in tables:
    n, total = d + q + p, p - d
    pmf = convolution(d, q, p)
    below = Fraction(sum(pmf[: n + total]), n**n)
    at = Fraction(pmf[n + total], n**n)
    values = studentised(d, q, p) if n <= 100 else None
    score = Fraction(total, n)
    influence = [(d, -1 - score), (q, -score), (p, 1 - score)]
    squares = sum(w * u * u for w, u in influence)
    cubes = sum(w * u**3 for w, u in influence)
    for level in (0.5, 0.9, 0.95, 0.999):
        alpha = (1 - fraction(level)) / 2
        se = sqrt(to_mpf(squares)) / n
        if squares == 0:
            acceleration = mpf(0)
            k = [total] * 8
            student = [to_mpf(score)] * 2
        else:
            acceleration = to_mpf(cubes) / (6 * to_mpf(squares) ** mpf(1.5))
            low, high = low_quantile(pmf, alpha), high_quantile(pmf, alpha)
            k = [low, high, max(2 * total - high, -n), min(2 * total - low, n)]
            k += bca(pmf, n, total, below + at / 2, acceleration, alpha)
            k += bca(pmf, n, total, below, acceleration, alpha)
            student = studentised_limits(values, n, total, se, alpha) if values else ["none", "none"]
        cells = [nstr(se, 17), nstr(acceleration, 17), nstr(to_mpf(below), 17), nstr(to_mpf(below + at), 17)]
        cells += [str(x) for x in k] + [x if x == "none" else nstr(x, 17) for x in student]
        print(",".join([str(d), str(q), str(p), str(level)] + cells), flush=True)
