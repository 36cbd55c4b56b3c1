# SPDX-License-Identifier: Apache-2.0
"""Run lengths of charts of a score with a constant n, from exact outcomes of n answers: Markov chains
in rational numbers of increments, solved with 50 digits; two sums as one chain of both.
usage: score_run_length.py > ../score_run_length.csv"""
from fractions import Fraction as F
from math import comb

import mpmath as mp

mp.mp.dps = 50


def total(n, shares):
    """P(S = s) for s = -n ... n, exactly."""
    result = {}
    d, q, p = shares
    for i in range(n + 1):
        for j in range(n + 1 - i):
            k = n - i - j
            result[j - i] = result.get(j - i, 0) + comb(n, i) * comb(n - i, j) * d**i * p**j * q**k
    return result


def average(start, step, outcomes):
    """step(state, outcome) -> state or None for the alarm."""
    states, index = [start], {start: 0}
    rows = []
    for state in states:
        row = {}
        for outcome, probability in outcomes.items():
            to = step(state, outcome)
            if to is not None:
                if to not in index:
                    index[to] = len(states)
                    states.append(to)
                row[index[to]] = row.get(index[to], 0) + probability
        rows.append(row)
    size = len(states)
    a = mp.eye(size)
    for i, row in enumerate(rows):
        for j, probability in row.items():
            a[i, j] -= mp.mpf(probability.numerator) / probability.denominator
    lengths = mp.lu_solve(a, mp.ones(size, 1))
    second = mp.lu_solve(a, lengths)
    mean = lengths[0]
    return mean, mp.sqrt(2 * second[0] - mean - mean**2)


def cusum(k, h):
    def step(state, s):
        to = max(F(0), state + s - k)
        return None if to > h else to
    return step


def both(centre, k, h):
    def step(state, s):
        rise = max(F(0), state[0] + s - centre - k)
        fall = max(F(0), state[1] - (s - centre) - k)
        return None if rise > h or fall > h else (rise, fall)
    return step


def text(x):
    return mp.nstr(x, 17)


print(f"# mpmath {mp.__version__}, script generate/score_run_length.py, date 2026-11-25")
print("chart,n,d,q,p,actual_d,actual_q,actual_p,reference,limit,head_start,average,sd")


def row(chart, n, shares, actual, k, h, head, values):
    cells = [chart, n] + [float(x) for x in (*shares, *actual)] + [repr(float(x)) for x in (k, h, head)]
    print(",".join(str(c) for c in cells + [text(v) for v in values]))


# S sqrt(n) is whole: (shares, n, S sqrt(n))
settings = [((F(1, 4), F(1, 2), F(1, 4)), 2, 1), ((F(1, 4), F(1, 2), F(1, 4)), 8, 2),
            ((F(1, 10), F(3, 10), F(3, 5)), 20, 3)]
for shares, n, unit in settings:
    centre = n * (shares[2] - shares[0])
    for actual in (shares, (F(3, 10), F(3, 10), F(2, 5)), (F(1, 20), F(1, 5), F(3, 4))):
        outcomes = total(n, actual)
        for k, h, head in ((F(1, 2), 4, 0), (F(1, 4), 3, F(3, 2))):
            row("rise", n, shares, actual, k, h, head,
                average(F(head) * unit, cusum(centre + k * unit, h * unit), outcomes))
            fall = {-s: probability for s, probability in outcomes.items()}
            row("fall", n, shares, actual, k, h, head,
                average(F(head) * unit, cusum(-centre + k * unit, h * unit), fall))
        row("both", n, shares, actual, F(1, 2), 4, 0,
            average((F(0), F(0)), both(centre, F(1, 2) * unit, F(4) * unit), outcomes))

# Log ratios that are whole multiples of log 2: (1, 0, -1), and (2, 0, -1) for detractors, passives,
# promoters; limits between multiples.
for name, shares, weights in (("likelihood_even", (F(1, 5), F(2, 5), F(2, 5)), (1, 0, -1)),
                              ("likelihood", (F(1, 10), F(3, 10), F(3, 5)), (2, 0, -1))):
    alternative = tuple(s * F(2) ** w for s, w in zip(shares, weights))
    assert sum(alternative) == 1
    for n in (1, 3, 8):
        for actual in (shares, alternative):
            outcomes = {}
            d, q, p = actual
            for i in range(n + 1):
                for j in range(n + 1 - i):
                    s = weights[0] * i + weights[2] * j
                    outcomes[s] = outcomes.get(s, 0) + (comb(n, i) * comb(n - i, j) * d**i * p**j
                                                        * q**(n - i - j))
            values = average(F(0), cusum(F(0), F(7, 2)), outcomes)
            row(name, n, shares, actual, 0, mp.mpf(7) / 2 * mp.log(2), 0, values)

# Shewhart: limits at 3 standard errors, and the narrowest with at most half the rate outside.
rate = F(27, 10000)
for shares, n in (((F(1, 5), F(3, 10), F(1, 2)), 5), ((F(1, 5), F(3, 10), F(1, 2)), 40),
                  ((F(1, 10), F(3, 10), F(3, 5)), 20)):
    pmf = total(n, shares)
    centre = float(n * (shares[2] - shares[0]))
    score = shares[2] - shares[0]
    variance = n * (shares[2] + shares[0] - score**2)
    z2 = (mp.sqrt(2) * mp.erfinv(1 - mp.mpf(27) / 10000)) ** 2
    for actual in (shares, (F(3, 10), F(3, 10), F(2, 5))):
        now = total(n, actual)
        out = sum(v for s, v in now.items() if mp.mpf(((s - n * score)**2).numerator)
                  / ((s - n * score)**2).denominator > z2 * mp.mpf(variance.numerator) / variance.denominator)
        lower = min(s for s in pmf if sum(v for u, v in pmf.items() if u <= s) > rate / 2)
        upper = max(s for s in pmf if sum(v for u, v in pmf.items() if u >= s) > rate / 2)
        beyond = sum(v for s, v in now.items() if s < lower or s > upper)
        for name, p in (("shewhart_normal", out), ("shewhart_exact", beyond)):
            if p > 0:
                p = mp.mpf(p.numerator) / p.denominator
                row(name, n, shares, actual, 0, 0, 0, (1 / p, mp.sqrt(1 - p) / p))
