# SPDX-License-Identifier: Apache-2.0
# The exact permutation test of two scores: every table of the first group with its number of
# permutations in whole numbers, statistics compared as fractions. The large ones (marked in
# `large`) by log factorials with 60 digits and term ratios, boundaries in whole numbers.
# usage: /usr/bin/python3 score_permutation.py > ../score_permutation.csv
from fractions import Fraction
from math import comb

import mpmath
from mpmath import loggamma, mp, mpf, nstr

mp.dps = 60


def order(hypothesis, table, pooled, n1):
    """A number that orders tables as the statistic does: the square with its sign."""
    d, q, p = table
    D, Q, P = pooled
    n, n2 = D + Q + P, D + Q + P - n1
    x = n * (p - d) - n1 * (P - D)
    if hypothesis == "equal_distributions":
        return x
    if x == 0:
        return Fraction(0)
    # n^2 times the variance of an answer
    v1 = n1 * (p + d) - (p - d) ** 2
    v2 = n2 * (P + D - p - d) - (P - D - p + d) ** 2
    below = n2**3 * v1 + n1**3 * v2
    sign = 1 if x > 0 else -1
    return sign * Fraction(x * x, below) if below else sign * Fraction(10**400)


def sides(alternative, value, observed):
    """Whether a table is at least as far out, and whether just as far."""
    if alternative == "greater":
        return value >= observed, value == observed
    if alternative == "less":
        return value <= observed, value == observed
    return abs(value) >= abs(observed), abs(value) == abs(observed)


def enumerated(hypothesis, alternative, a, b):
    pooled, n1 = tuple(x + y for x, y in zip(a, b)), sum(a)
    D, Q, P = pooled
    observed = order(hypothesis, a, pooled, n1)
    beyond = on = 0
    for q in range(min(Q, n1) + 1):
        for p in range(min(P, n1 - q) + 1):
            d = n1 - q - p
            if d > D:
                continue
            is_beyond, is_on = sides(alternative, order(hypothesis, (d, q, p), pooled, n1), observed)
            if is_beyond:
                ways = comb(D, d) * comb(Q, q) * comb(P, p)
                beyond += ways
                on += ways if is_on else 0
    every = comb(sum(pooled), n1)
    mp_of = lambda f: mpf(f.numerator) / f.denominator
    return mp_of(Fraction(beyond, every)), mp_of(Fraction(2 * beyond - on, 2 * every))


def log_comb(n, k):
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)


def tail(hypothesis, a, b, mirrored, threshold):
    """P(order >= threshold) and P(=), by passives; the order rises with the promoters."""
    pooled, n1 = tuple(x + y for x, y in zip(a, b)), sum(a)
    if mirrored:
        pooled = pooled[::-1]
    D, Q, P = pooled
    log_every = log_comb(D + Q + P, n1)
    beyond = on = mpf(0)
    middle = n1 * Q // (D + Q + P)

    def add(q):
        nonlocal beyond, on
        m = n1 - q
        lo, hi = max(0, m - D), min(P, m)
        no, yes = lo - 1, hi + 1
        while no < yes - 1:
            at = (no + yes) // 2
            if order(hypothesis, (m - at, q, at), pooled, n1) >= threshold:
                yes = at
            else:
                no = at
        log_q = log_comb(Q, q) + log_comb(D + P, m) - log_every
        if yes > hi:
            return log_q
        term = mpmath.exp(log_comb(D, m - yes) + log_comb(Q, q) + log_comb(P, yes) - log_every)
        if order(hypothesis, (m - yes, q, yes), pooled, n1) == threshold:
            on += term
        k, total = yes, mpf(0)
        mode = (m + 1) * (P + 1) // (D + P + 2)
        if yes > mode:
            while term > total * mpf(10) ** -30:
                total += term
                term = term * ((P - k) * (m - k)) / ((k + 1) * (D - m + k + 1))
                k += 1
        else:
            total = mpmath.exp(log_q)
            while True:
                term = term * (k * (D - m + k)) / ((P - k + 1) * (m - k + 1))
                k -= 1
                if term <= total * mpf(10) ** -30:
                    break
                total -= term
        beyond += total
        return log_q

    for span in (range(middle, min(Q, n1) + 1), range(middle - 1, max(0, n1 - D - P) - 1, -1)):
        for q in span:
            log_q = add(q)
            if beyond > 0 and log_q < mpmath.log(beyond) - 75:
                break
            if beyond == 0 and log_q < -2500:
                break
    return beyond, on


def large(hypothesis, alternative, a, b):
    pooled, n1 = tuple(x + y for x, y in zip(a, b)), sum(a)
    observed = order(hypothesis, a, pooled, n1)
    assert observed > 0 and alternative == "two_sided" or alternative == "greater"
    beyond, on = tail(hypothesis, a, b, False, observed)
    if alternative == "two_sided":
        more, more_on = tail(hypothesis, a, b, True, observed)
        beyond, on = beyond + more, on + more_on
    return beyond, beyond - on / 2


small = [
    ((1, 2, 3), (3, 0, 2)), ((0, 0, 1), (1, 0, 0)), ((0, 0, 1), (0, 0, 1)), ((0, 1, 0), (0, 0, 1)),
    ((0, 0, 10), (0, 10, 0)), ((0, 0, 10), (10, 0, 0)), ((5, 0, 7), (9, 0, 4)), ((0, 3, 9), (0, 8, 5)),
    ((4, 6, 0), (9, 2, 0)), ((2, 5, 4), (2, 5, 4)), ((1, 1, 1), (30, 4, 6)), ((0, 0, 1), (20, 30, 50)),
    ((10, 1, 12), (20, 2, 11)), ((7, 13, 1), (1, 13, 7)), ((0, 20, 1), (1, 20, 0)), ((2, 36, 2), (5, 0, 5)),
    ((0, 0, 5), (12, 0, 0)), ((3, 0, 5), (0, 9, 0)), ((0, 4, 0), (6, 0, 5)), ((20, 30, 50), (40, 30, 30)),
    ((40, 30, 30), (20, 30, 50)), ((83, 47, 120), (91, 49, 110)), ((2, 1, 57), (40, 1, 3)), ((5, 70, 25), (25, 100, 35)),
    ((1, 90, 2), (3, 60, 9)), ((60, 1, 62), (40, 0, 45)), ((12, 100, 4), (2, 3, 1)), ((0, 0, 60), (1, 1, 58)),
    ((6, 0, 6), (0, 12, 0)), ((0, 12, 0), (5, 0, 7)), ((3, 4, 5), (6, 8, 10)), ((15, 0, 0), (14, 0, 1)),
]
big = [
    ((300, 380, 320), (342, 380, 278)), ((100, 350, 550), (300, 350, 350)), ((250, 500, 250), (500, 0, 500)),
    ((30, 3900, 70), (60, 3880, 60)), ((1985, 2, 2013), (2030, 1, 1969)),
    ((29_700, 37_900, 32_400), (30_100, 38_100, 31_800)), ((28_000, 38_000, 34_000), (30_000, 38_000, 32_000)),
    ((90, 120, 190), (32_000, 38_000, 30_000)), ((10_300, 2_000, 37_700), (11_000, 3_500, 35_500)), ((90, 150, 760), (560, 260, 180)),
]
print(f"# exact fractions and mpmath {mpmath.__version__}, script generate/score_permutation.py, date 2026-11-25")
print("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,hypothesis,alternative,p_value,mid_p")
for tables, compute, alternatives in ((small, enumerated, ("two_sided", "less", "greater")), (big, large, ("two_sided", "greater"))):
    for a, b in tables:
        for hypothesis in ("equal_distributions", "equal_scores"):
            for alternative in alternatives:
                if compute is large and order(hypothesis, a, tuple(x + y for x, y in zip(a, b)), sum(a)) <= 0:
                    continue
                p, mid = compute(hypothesis, alternative, a, b)
                cells = [str(x) for x in a + b] + [hypothesis, alternative, nstr(p, 17), nstr(mid, 17)]
                print(",".join(cells), flush=True)
