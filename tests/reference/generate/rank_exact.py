# SPDX-License-Identifier: Apache-2.0
# The exact rank sum test with ties: all ways to deal the answers to two groups, counted in whole
# numbers by the table of group a (itertools) and its number of ways (products of binomials).
# Usage: python3 rank_exact.py > ../rank_exact.csv
import itertools
from fractions import Fraction
from math import comb

CASES = [
    ((3, 7, 10), (1, 2, 3)), ((2, 3, 5), (4, 3, 3)), ((20, 30, 50), (40, 30, 30)), ((0, 0, 5), (7, 0, 0)),
    ((1, 0), (0, 1)), ((0, 1, 0), (1, 1, 1)), ((0, 0, 1), (2, 0, 1)), ((0, 0, 4), (0, 0, 3)), ((5, 5), (5, 5)),
    ((1, 2, 97), (0, 9, 91)), ((3, 1, 0, 2), (0, 2, 2, 1)), ((0, 2, 0, 2, 1), (2, 0, 3, 0, 0)),
    ((0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0), (1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1)), ((4, 0, 46), (20, 10, 20)),
    ((2, 0, 3), (100, 200, 300)), ((100, 200, 300), (5, 0, 0)), ((1, 0, 0, 0, 1), (0, 900, 0, 1000, 0)),
]


def excess(a, pooled):
    total, below, n = 0, 0, sum(pooled)
    for x, t in zip(a, pooled):
        total += x * (2 * below + t - n)
        below += t
    return total


print("# Python integers, script generate/rank_exact.py, date 2026-11-25")
print("a,b,alternative,p_value")
for a, b in CASES:
    pooled = [x + y for x, y in zip(a, b)]
    n = sum(a)
    seen = excess(a, pooled)
    ways = {"two_sided": 0, "less": 0, "greater": 0}
    # The last class follows from the others.
    for head in itertools.product(*(range(min(t, n) + 1) for t in pooled[:-1])):
        last = n - sum(head)
        if not 0 <= last <= pooled[-1]:
            continue
        table = head + (last,)
        count = 1
        for x, t in zip(table, pooled):
            count *= comb(t, x)
        e = excess(table, pooled)
        ways["two_sided"] += count * (abs(e) >= abs(seen))
        ways["less"] += count * (e <= seen)
        ways["greater"] += count * (e >= seen)
    for side, count in ways.items():
        p = Fraction(count, comb(sum(pooled), n))
        print(",".join([" ".join(map(str, a)), " ".join(map(str, b)), side,
                        f"{p.numerator / p.denominator:.17g}"]))
