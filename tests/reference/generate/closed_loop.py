# SPDX-License-Identifier: Apache-2.0
# Stratified differences of contacted and not contacted detractors, with the bounds, in exact fractions;
# the bounds by trying every way the silent ones could have answered at the ends.
# Usage: python3 closed_loop.py > ../closed_loop.csv
from fractions import Fraction as F

import mpmath as mp

mp.mp.dps = 40
T = 10**12
CASES = [  # contacted, not contacted: detractors passives promoters silent, a rating each
    ([(10, 12, 8, 20), (6, 9, 15, 10), (20, 5, 5, 3)], [(30, 10, 5, 40), (12, 9, 9, 20), (9, 3, 1, 7)]),
    ([(3, 0, 0, 1), (0, 0, 4, 0), (0, 0, 0, 6), (2, 2, 2, 2)], [(5, 0, 0, 0), (0, 0, 7, 2), (4, 3, 1, 1), (0, 0, 0, 3)]),
    ([(5, 6, 7, 0)], [(8, 5, 2, 0)]),
    ([(T, T, T, T), (3, 4, 5, 6)], [(2 * T, T, 5, 7), (T, 1, 1, T)]),
]
MEASURES = {"score": (-1, 0, 1), "recovered": (0, 1, 1), "promoters": (0, 0, 1)}


def error(measure, c):
    d, q, p = c
    if measure == "score":
        d, q, p = d + F(3, 4), q + F(3, 2), p + F(3, 4)
        n = d + q + p
        return ((p + d) / n - ((p - d) / n) ** 2) / n
    k = p if measure == "promoters" else p + q
    n = d + q + p + 2
    share = F(k + 1, n)
    return share * (1 - share) / n


def number(x):
    return mp.nstr(mp.mpf(x.numerator) / x.denominator, 17)


print(f"# mpmath {mp.__version__}, script generate/closed_loop.py, date 2026-11-25")
print("contacted,not_contacted,weights,measure,treated,untreated,standard_error,worst_case,best_case,p_value")
for contacted, others in CASES:
    for scheme in ("contacted", "everybody", "mantel_haenszel"):
        def weigh(a, b):
            return {"contacted": F(a), "everybody": F(a + b), "mantel_haenszel": F(a * b, max(a + b, 1))}[scheme]
        for measure, worth in MEASURES.items():
            weights, bound_weights, rows = [], [], []
            for c, u in zip(contacted, others):
                both = sum(c[:3]) > 0 and sum(u[:3]) > 0
                last = 3 if scheme == "mantel_haenszel" else 4
                weights.append(weigh(sum(c[:last]), sum(u[:last])) if both else F(0))
                bound_weights.append(weigh(sum(c), sum(u)) if sum(c) and sum(u) else F(0))
            total = [F(0)] * 2
            variance = F(0)
            ends = {}
            for w, b, c, u in zip(weights, bound_weights, contacted, others):
                for t, g in enumerate((c, u)):
                    if w:
                        w_h = w / sum(weights)
                        total[t] += w_h * F(sum(x * k for x, k in zip(worth, g)), sum(g[:3]))
                        variance += w_h**2 * error(measure, g[:3])
            for c_end in (worth[0], worth[2]):
                for u_end in (worth[0], worth[2]):
                    x = F(0)
                    for b, c, u in zip(bound_weights, contacted, others):
                        if b:
                            for sign, g, end in ((1, c, c_end), (-1, u, u_end)):
                                x += sign * b / sum(bound_weights) * F(sum(y * k for y, k in zip(worth, g)) + end * g[3], sum(g))
                    ends[c_end, u_end] = x
            se = mp.sqrt(mp.mpf(variance.numerator) / variance.denominator)
            d = total[0] - total[1]
            p = mp.erfc(abs(mp.mpf(d.numerator) / d.denominator) / se / mp.sqrt(2))
            text = [";".join(" ".join(map(str, g)) for g in rows) for rows in (contacted, others)]
            print(",".join(text + [scheme, measure, number(total[0]), number(total[1]), mp.nstr(se, 17),
                                   number(min(ends.values())), number(max(ends.values())), mp.nstr(p, 17) if p > 1e-300 else "0"]))
