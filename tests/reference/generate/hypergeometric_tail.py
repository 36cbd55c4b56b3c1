# SPDX-License-Identifier: Apache-2.0
# Both tails of hypergeometric distributions: whole binomial coefficients for populations below
# 10^5; beyond, term by term at 40 digits from log gamma.
# usage: /usr/bin/python3 hypergeometric_tail.py > ../hypergeometric_tail.csv
from fractions import Fraction
from math import comb

from mpmath import exp, loggamma, mp, mpf, nstr, sqrt
import mpmath

mp.dps = 40


def log_comb(n, k):
    return loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n) - k + 1)


def upper(k, marked, unmarked, drawn):  # P(X >= k)
    low, high = max(0, drawn - unmarked), min(marked, drawn)
    n = marked + unmarked
    if n < 10**5:
        total = sum(comb(marked, j) * comb(unmarked, drawn - j) for j in range(max(k, low), high + 1))
        return mpf(total) / comb(n, drawn)
    if k > high or k <= low:
        return mpf(k <= low)
    if k * n < marked * drawn:
        return 1 - upper(drawn - k + 1, unmarked, marked, drawn)
    term = exp(log_comb(marked, k) + log_comb(unmarked, drawn - k) - log_comb(n, drawn))
    total = mpf(0)
    while k <= high and (total == 0 or term > total * mpf(10) ** -28):
        total += term
        term = term * ((marked - k) * (drawn - k)) / ((k + 1) * (unmarked - drawn + k + 1))
        k += 1
    return total


print(f"# mpmath {mpmath.__version__}, script generate/hypergeometric_tail.py, date 2026-11-25")
print("k,marked,unmarked,drawn,cdf,upper_tail")
for marked, unmarked, drawn in (
    (0, 5, 3), (5, 0, 3), (1, 1, 1), (3, 4, 5), (10, 90, 7), (50, 60, 55), (1000, 20, 900), (80, 120, 100),
    (2000, 3000, 900), (6, 10**7, 5 * 10**6), (60_000, 140_000, 100_000), (10**9, 10**9, 10**9),
    (3 * 10**11, 7 * 10**11, 10**6),
):
    n = marked + unmarked
    low, high = max(0, drawn - unmarked), min(marked, drawn)
    mean = drawn * marked // n
    sd = sqrt(mpf(drawn) * marked / n * unmarked / n * (n - drawn) / max(n - 1, 1))
    points = {min(max(mean + int(z * sd), low), high) for z in (-30, -9, -3, -1, 0, 1, 4, 12, 36)}
    points |= {min(mean + 1, high)}
    if n < 300:
        points |= {low - 1, low, high - 1, high}
    for k in sorted(points):
        above = upper(k + 1, marked, unmarked, drawn)
        below = upper(drawn - k, unmarked, marked, drawn)
        print(f"{k},{marked},{unmarked},{drawn},{nstr(below, 17)},{nstr(above, 17)}", flush=True)
