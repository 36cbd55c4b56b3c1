# SPDX-License-Identifier: Apache-2.0
# Limits of a sum of n answers by exact convolution in rational numbers (Python integers), and
# with a variance between units by mpmath.
# Usage: python3 funnel_limits.py > ../funnel_limits.csv
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 40
print("# Python fractions and mpmath %s, script generate/funnel_limits.py, date 2026-11-25" % mp.__version__)
print("counts,n,level,between_sd,lower,upper")


def text(x):
    return mp.nstr(mp.mpf(x), 17)


def exact(counts, n, level):
    weights = [1]
    for _ in range(n):
        new = [0] * (len(weights) + 2)
        for i, w in enumerate(weights):
            for j, c in enumerate(counts):
                new[i + j] += w * c
        weights = new
    total = sum(counts)**n
    tail = (1 - Fraction(level)) / 2
    below, low = 0, None
    for i, w in enumerate(weights):
        below += w
        if Fraction(below, total) >= tail:
            low = i
            break
    above, high = 0, None
    for i in range(len(weights) - 1, -1, -1):
        above += weights[i]
        if Fraction(above, total) >= tail:
            high = i
            break
    return Fraction(low - n, n), Fraction(high - n, n)


for counts in [(120, 300, 580), (30, 10, 5), (1, 0, 9), (0, 0, 7), (5, 90, 5)]:
    for n in (1, 2, 20, 97):
        for level in ("0.95", "0.998"):
            low, high = exact(counts, n, level)
            row = " ".join(map(str, counts))
            print(",".join([row, str(n), level, "0", text(mp.mpf(low.numerator) / low.denominator),
                            text(mp.mpf(high.numerator) / high.denominator)]))
            all_n = sum(counts)
            score = mp.mpf(counts[2] - counts[0]) / all_n
            squares = mp.mpf(counts[2] + counts[0]) - all_n * score**2 + mp.mpf(1) / 2
            z = mp.sqrt(2) * mp.erfinv(mp.mpf(level))
            reach = z * mp.sqrt(mp.mpf("0.08")**2 + squares / all_n / n)
            print(",".join([row, str(n), level, "0.08", text(max(score - reach, -1)), text(min(score + reach, 1))]))
