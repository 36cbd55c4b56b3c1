# SPDX-License-Identifier: Apache-2.0
# Two shares at 60 digits. The restricted fit of Miettinen and Nurminen: the slope of the log
# likelihood of both groups, by bisection in the share of group a; Newcombe's z and all limits by
# bracketed root search; Fisher by whole binomial coefficients, R's rule for two sides.
# Usage: /usr/bin/python3 compare_shares.py > ../compare_shares.csv
import sys
from math import comb

import mpmath as mp

mp.mp.dps = 60
N = mp.mpf
T = 10**12
PAIRS = [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((6, 7), (2, 7)), ((5, 56), (0, 29)), ((0, 10), (0, 20)),
         ((10, 10), (0, 20)), ((1, 1), (0, 1)), ((0, 1), (1, 3)), ((7, 7), (9, 9)), ((50, 100), (30, 100)),
         ((2, 1000), (9, 1500)), ((990, 1000), (1500, 1500)), ((462, 1000), (1436, 2746)), ((1, 2000), (0, 3)),
         ((500000, 10**6), (501500, 10**6)), ((3, T), (11, 2 * T)), ((T // 2, T), (T // 2 + 10**6, T))]
CASES = [("0", "two_sided", "0.95"), ("0", "less", "0.9"), ("0", "greater", "0.99"), ("0.25", "greater", "0.99"),
         ("0.03125", "less", "0.8"), ("-0.6", "two_sided", "0.5")]


def normal_tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def upper_z(tail):
    return mp.sqrt(2) * mp.erfinv(1 - 2 * tail)


def bisect(f, lo, hi):  # f(lo) > 0 > f(hi)
    for _ in range(230):
        mid = (lo + hi) / 2
        if f(mid) > 0:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def wilson(k, n, z):
    c, r = k + z * z / 2, z * mp.sqrt(k * N(n - k) / n + z * z / 4)
    return (c - r) / (n + z * z), (c + r) / (n + z * z)


def restricted_error(a, b, delta):
    (ka, na), (kb, nb) = a, b
    lo, hi = max(N(0), delta), min(N(1), 1 + delta)

    def slope(p):
        def one(k, n, x):
            s = N(0)
            if k:
                s += k / x if x > 0 else mp.inf
            if n - k:
                s -= (n - k) / (1 - x) if x < 1 else mp.inf
            return s
        return one(ka, na, p) + one(kb, nb, p - delta)

    e = (hi - lo) * N(10) ** -55
    if slope(lo + e) <= 0:
        p = lo
    elif slope(hi - e) >= 0:
        p = hi
    else:
        p = bisect(slope, lo + e, hi - e)
    q = p - delta
    n = na + nb
    return mp.sqrt((p * (1 - p) / na + q * (1 - q) / nb) * n / (n - 1))


def wald_error(a, b):
    return mp.sqrt(sum(N(k) * (n - k) / N(n) ** 3 for k, n in (a, b)))


def difference(a, b):
    return N(a[0]) / a[1] - N(b[0]) / b[1]


def newcombe_reach(a, b, z, upper):
    up, down = (a, b) if upper else (b, a)
    return mp.hypot(wilson(*up, z)[1] - N(up[0]) / up[1], N(down[0]) / down[1] - wilson(*down, z)[0])


def statistic(method, a, b, delta):
    d = difference(a, b)
    excess = d - delta
    wald = wald_error(a, b)
    if method == "newcombe":
        if excess == 0:
            return N(0), wald
        upper = excess < 0
        if newcombe_reach(a, b, N(10) ** 20, upper) <= abs(excess) * (1 + N(10) ** -30):
            return None
        hi = N(1)
        while newcombe_reach(a, b, hi, upper) < abs(excess):
            hi *= 2
        z = bisect(lambda t: abs(excess) - newcombe_reach(a, b, t, upper), N(0), hi)
        return mp.sign(excess) * z, wald
    if method == "wald":
        se = wald
    elif method == "wald_pooled":
        n, k = a[1] + b[1], a[0] + b[0]
        se = mp.sqrt(N(k) * (n - k) / N(n) ** 2 * (N(1) / a[1] + N(1) / b[1]))
    else:
        se = restricted_error(a, b, delta)
    if se == 0:
        return (N(0), se) if excess == 0 else None
    return excess / se, se


def limit(method, a, b, z, upper):
    """z > 0 below a half"""
    d = difference(a, b)
    if method in ("wald", "wald_pooled"):
        x = d + (z if upper else -z) * wald_error(a, b)
        return min(max(x, N(-1)), N(1))
    if method == "newcombe":
        out = newcombe_reach(a, b, abs(z), upper == (z >= 0))
        return d + out if upper == (z >= 0) else d - out
    end = N(1) if upper else N(-1)
    if d == end:
        return end
    f = lambda x: abs(statistic("miettinen_nurminen", a, b, x)[0]) - z
    u = bisect(lambda u: -f(d + (end - d) * u), N(10) ** -40, 1 - N(10) ** -40)
    return d + (end - d) * u


def fisher(a, b, alternative):
    (ka, na), (kb, nb) = a, b
    k, n = ka + kb, na + nb
    support = range(max(0, k - nb), min(na, k) + 1)
    w = {j: comb(na, j) * comb(nb, k - j) for j in support}
    total = sum(w.values())
    if alternative == "less":
        s = sum(w[j] for j in support if j <= ka)
    elif alternative == "greater":
        s = sum(w[j] for j in support if j >= ka)
    else:
        s = sum(v for v in w.values() if 10**7 * v <= w[ka] * (10**7 + 1))
    return N(s) / total


out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/compare_shares.py, date 2026-11-25\n")
out.write("method,k_a,n_a,k_b,n_b,null_difference,alternative,level,difference,standard_error,statistic,"
          "p_value,lower,upper\n")
for method in ("wald", "wald_pooled", "newcombe", "miettinen_nurminen", "fisher"):
    for a, b in PAIRS:
        for null, alternative, level in CASES:
            delta = N(float(null))  # the doubles that a program passes
            if method in ("wald_pooled", "fisher") and delta != 0:
                continue
            if method == "fisher" and a[1] + b[1] > 10**4:
                continue
            found = statistic(method, a, b, delta)
            if found is None:
                continue
            z, se = found
            tail = 1 - N(float(level))
            if alternative == "two_sided":
                tail /= 2
            c = upper_z(tail)
            lower = N(-1) if alternative == "less" else limit(method, a, b, c, False)
            upper = N(1) if alternative == "greater" else limit(method, a, b, c, True)
            outer = normal_tail(abs(z))
            if method == "fisher":
                p = fisher(a, b, alternative)
            elif alternative == "two_sided":
                p = 2 * outer
            else:
                p = outer if (z > 0) == (alternative == "greater") else 1 - outer
            out.write(",".join([method, *map(str, a + b), null, alternative, level] +
                               [mp.nstr(v, 17) for v in (difference(a, b), se, z, p, lower, upper)]) + "\n")
            out.flush()
