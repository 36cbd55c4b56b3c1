# SPDX-License-Identifier: Apache-2.0
# One change in a series of trinomial counts: statistics at 50 digits, p values by enumeration of every
# deal of the answers, or of every order of the periods.
# Usage: python3 change_point.py > ../change_point.csv
import itertools
from fractions import Fraction
from functools import lru_cache
from math import comb

import mpmath as mp

mp.mp.dps = 50
N = mp.mpf
T = 10**12
CASES = [  # series, fewest periods on a side, whether p values are enumerated
    (((3, 1, 0), (2, 1, 1), (0, 1, 3), (0, 0, 4)), 1, True),
    (((1, 1, 2), (2, 0, 1), (0, 3, 1), (1, 1, 1), (2, 2, 0)), 2, True),
    (((4, 0, 0), (0, 0, 0), (3, 0, 1), (0, 0, 5)), 1, True),
    (((0, 0, 3), (0, 0, 2), (0, 0, 4)), 1, True),
    (((30, 30, 40), (33, 28, 39), (31, 33, 36), (45, 25, 30), (44, 29, 27), (50, 20, 30), (47, 22, 31)), 2, False),
    (((3 * T, 3 * T, 4 * T), (3 * T, 3 * T, 4 * T + 10**7), (3 * T + 10**7, 3 * T, 4 * T)), 1, False),
]


def add(*parts):
    return tuple(map(sum, zip(*parts)))


@lru_cache(maxsize=None)
def loglik(c):
    n = sum(c)
    return sum(k * mp.log(N(k) / n) for k in c if k)


def value(measure, before, after):
    pool = add(before, after)
    if measure == "categories":
        return 2 * (loglik(before) + loglik(after) - loglik(pool))
    n = sum(pool)
    s = N(pool[2] - pool[0]) / n
    v = N(pool[0] + pool[2]) / n - s * s
    d = N(after[2] - after[0]) / sum(after) - N(before[2] - before[0]) / sum(before)
    return d * d / (v * (N(1) / sum(before) + N(1) / sum(after))) if v else N(0)


def best(measure, series, least):
    found = [(value(measure, add(*series[:k]), add(*series[k:])), -k) for k in range(least, len(series) - least + 1)]
    top = max(found)[0]
    return top, min(-k for x, k in found if x > top - N(10)**-30)


def deals(sizes, left):
    """Every table of the periods with the number of ways to deal it."""
    if len(sizes) == 1:
        yield [left], 1
        return
    for d in range(min(sizes[0], left[0]) + 1):
        for q in range(min(sizes[0] - d, left[1]) + 1):
            p = sizes[0] - d - q
            if p <= left[2]:
                ways = comb(left[0], d) * comb(left[1], q) * comb(left[2], p)
                for rest, more in deals(sizes[1:], (left[0] - d, left[1] - q, left[2] - p)):
                    yield [(d, q, p)] + rest, ways * more


print(f"# mpmath {mp.__version__}, script generate/change_point.py, date 2026-11-25")
print("series,measure,min_length,place,statistic,p_answers,p_periods")
for series, least, enumerated in CASES:
    kept = [t for t, c in enumerate(series) if sum(c)]
    known = [series[t] for t in kept]
    for measure in ("categories", "score"):
        top, place = best(measure, known, least)
        p = ["-1", "-1"]
        if enumerated:
            hits = total = 0
            for deal, ways in deals([sum(c) for c in known], add(*known)):
                total += ways
                hits += ways if best(measure, deal, least)[0] >= top - N(10)**-30 else 0
            orders = [best(measure, order, least)[0] >= top - N(10)**-30 for order in itertools.permutations(known)]
            p = [mp.nstr(N(hits) / total, 17), mp.nstr(N(sum(orders)) / len(orders), 17)]
        print(",".join([";".join(" ".join(map(str, c)) for c in series), measure, str(least), str(kept[place]),
                        mp.nstr(top, 17)] + p))
