# SPDX-License-Identifier: Apache-2.0
# The difference of the two scores of one panel. The fit under a held mean change comes from the nine
# cells of the table by a bracketed search on their Lagrange multiplier at 50 digits, with the empty
# extreme cell filled where the multiplier alone cannot reach the mean; for small panels the fit is
# found a second time by direct constrained maximisation (SciPy SLSQP on all nine cells) and compared.
# Limits by the same search on the statistic.
# Usage: python3 compare_paired_scores.py > ../compare_paired_scores.csv
import sys
import mpmath as mp
import numpy as np
import scipy
from scipy.optimize import minimize

mp.mp.dps = 50
N = mp.mpf
X = [0, 1, 2, -1, 0, 1, -2, -1, 0]  # the change of each cell, rows from detractors to promoters
PANELS = [
    (60, 25, 15, 10, 50, 20, 5, 12, 103), (3, 2, 1, 1, 4, 2, 0, 1, 6), (10, 4, 0, 9, 20, 2, 0, 3, 50),
    (10, 0, 7, 0, 6, 0, 1, 0, 7), (20, 6, 0, 0, 30, 0, 0, 3, 40), (0, 0, 0, 0, 0, 0, 0, 0, 9),
    (4, 0, 0, 0, 5, 0, 0, 0, 6), (0, 0, 5, 0, 0, 0, 0, 0, 0), (0, 7, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 3, 0, 0), (0, 0, 0, 0, 0, 0, 1, 2, 4), (0, 3, 2, 0, 0, 4, 0, 0, 0),
    (1, 0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0, 1, 0, 0), (0, 0, 1, 0, 10**12, 0, 0, 0, 0),
    (200000, 30000, 10000, 25000, 300000, 40000, 9000, 31000, 400000),
    (10**11, 10**10, 10**9, 10**10, 10**11, 10**10, 10**9, 10**10 + 100000, 10**11),
]
CASES = [("0", "two_sided", "0.95"), ("0", "less", "0.9"), ("0.25", "greater", "0.99"),
         ("-0.6", "two_sided", "0.5"), ("0.125", "less", "0.999"), ("1.9375", "two_sided", "0.3")]


def observed(panel):
    n = N(sum(panel))
    m = sum(x * a for x, a in zip(X, panel)) / n
    return n, m, sum(a * (x - m) ** 2 for x, a in zip(X, panel)) / n


def fit(panel, held):
    """Shares of the nine cells with the largest likelihood whose mean change is `held`."""
    n, m, _ = observed(panel)
    if held == m:
        return [a / n for a in panel]
    end = 2 if held > m else -2
    free = [(x, N(a)) for x, a in zip(X, panel) if a > 0]
    # p = a / (n (1 + t (x - held))): the multiplier t has the sign of m - held.
    mean = lambda t: sum(a * (x - held) / (1 + t * (x - held)) for x, a in free) / n
    # The denominator of the end itself may fall to 0: there, if nobody is at the end, it is filled.
    pole = -1 / (N(end) - held)
    if not any(x == end for x, _ in free) and mean(pole) * (m - held) >= 0:
        return filled(panel, held, end)
    # Falls as t grows; at the pole itself it may be infinite.
    t = root(lambda t: mean(t) * (m - held), N(0), pole * (1 - N("1e-40")))
    return [a / (n * (1 + t * (x - held))) for x, a in zip(X, panel)]


def root(f, inner, outer):
    """Where f, positive at inner and not so at outer, changes sign: bisection, then the Illinois
    form of the secant method, until the step is below 1e-36 of the value and the sign changes within 1e-25 of the bracket."""
    for _ in range(8):
        middle = (inner + outer) / 2
        inner, outer = (middle, outer) if f(middle) > 0 else (inner, middle)
    a, b, fa, fb = inner, outer, f(inner), f(outer)
    assert fa > 0 >= fb
    last, side, near = a, 0, (b - a) * N("1e-25")
    for _ in range(200):
        x = b - fb * (b - a) / (fb - fa)
        fx = f(x)
        if fx == 0:
            return x
        if abs(x - last) < N("1e-36") * abs(x):
            if f(x - near) >= 0 >= f(x + near):
                return x
            x = (a + b) / 2  # a step that is small without the root being near
            fx = f(x)
        last = x
        if fx > 0:
            a, fa, fb, side = x, fx, (fb / 2 if side > 0 else fb), 1
        else:
            b, fb, fa, side = x, fx, (fa / 2 if side < 0 else fa), -1
    raise AssertionError("no root")


def filled(panel, held, end):
    # The share left for the other cells is theirs in proportion to a / |x - end|.
    weights = [N(a) / abs(x - end) if a > 0 else N(0) for x, a in zip(X, panel)]
    scale = abs(held - end) / sum(w * abs(x - end) for x, w in zip(X, weights))
    shares = [w * scale for w in weights]
    shares[X.index(end)] = 1 - sum(shares)
    assert shares[X.index(end)] >= 0
    return shares


def variance(shares, held):
    return sum(p * (x - held) ** 2 for x, p in zip(X, shares))


def check_by_slsqp(panel, held):
    n, m, _ = observed(panel)
    a = np.array(panel, float)
    x = np.array(X, float)
    keep = (a > 0) | (np.abs(x) == 2)
    a, x = a[keep], x[keep]

    def loss(p):
        used = a > 0
        return -np.sum(a[used] * np.log(np.maximum(p[used], 1e-300))) / float(n)

    start = np.full(len(a), 1 / len(a))
    best = None
    for _ in range(4):
        found = minimize(loss, start, method="SLSQP", bounds=[(1e-12, 1)] * len(a),
                         constraints=[{"type": "eq", "fun": lambda p: p.sum() - 1},
                                      {"type": "eq", "fun": lambda p: p @ x - float(held)}],
                         options={"ftol": 1e-14, "maxiter": 2000})
        if best is None or found.fun < best.fun:
            best = found
        start = np.random.default_rng(1).dirichlet(np.ones(len(a)))
    shares = fit(panel, held)
    mine = -sum(N(k) * mp.log(p) for k, p in zip(panel, shares) if k) / n
    assert abs(sum(shares) - 1) < N("1e-30") and min(shares) >= 0
    assert abs(sum(p * x for p, x in zip(shares, X)) - held) < N("1e-30")
    assert float(mine) <= best.fun + 1e-7, (panel, held, float(mine), best.fun)
    var = float(best.x @ (x - float(held)) ** 2)
    assert abs(var - float(variance(shares, held))) < 2e-3, (panel, held, var)


def statistic(panel, delta, method):
    n, m, v = observed(panel)
    if method == "score":
        v = variance(fit(panel, delta), delta)
    se = mp.sqrt(v / n)
    return (N(0) if m == delta else (m - delta) / se), se


def limit(panel, z, method):  # the delta with statistic -z: upper for z > 0
    n, m, v = observed(panel)
    if method == "wald":
        return m + z * mp.sqrt(v / n)
    end = N(2) if z > 0 else N(-2)
    if m == end:
        return end
    # In parts of the way from the estimate to the end, where the statistic is infinite.
    part = root(lambda u: abs(z) - abs(statistic(panel, m + u * (end - m), method)[0]), N(0), 1 - N("1e-30"))
    return m + part * (end - m)


def tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def upper_z(p):
    return mp.sqrt(2) * mp.erfinv(1 - 2 * p)


print(f"# mpmath {mp.__version__} and SciPy {scipy.__version__}, script generate/compare_paired_scores.py,"
      " date 2026-11-25")
print("method,dd,dq,dp,qd,qq,qp,pd,pq,pp,null_difference,alternative,level,difference,standard_error,"
      "statistic,p_value,lower,upper")
for panel in PANELS:
    for null, alternative, level in CASES:
        delta = N(null)
        if sum(panel) < 10**4 and observed(panel)[1] != delta:
            check_by_slsqp(panel, delta)
        for method in ("wald", "score"):
            n, m, v = observed(panel)
            if method == "wald" and v == 0:
                continue
            z, se = statistic(panel, delta, method)
            p = {"two_sided": 2 * tail(abs(z)), "less": tail(-z), "greater": tail(z)}[alternative]
            alpha = (1 - N(level)) / (2 if alternative == "two_sided" else 1)
            lower = N(-2) if alternative == "less" else limit(panel, -upper_z(alpha), method)
            upper = N(2) if alternative == "greater" else limit(panel, upper_z(alpha), method)
            print(",".join([method, *map(str, panel), null, alternative, level]
                           + [mp.nstr(value, 17) for value in
                              (m, se, z, p, max(lower, N(-2)), min(upper, N(2)))]))
            sys.stdout.flush()
