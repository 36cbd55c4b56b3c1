# SPDX-License-Identifier: Apache-2.0
# Two net promoter scores at 70 digits. The restricted fit is found by brute force: golden section
# on the log likelihood of both groups over the score that group a is held at; each group's shares
# at a held score come from the quadratic, and the whole fit is checked against its neighbours.
# Limits by bracketed root search on the statistic. Wald forms and Welch from the textbook.
# Usage: python3 compare_scores.py > ../compare_scores.csv
import sys
import mpmath as mp

mp.mp.dps = 70
N = mp.mpf
T = 10**12
PAIRS = [
    ((83, 47, 120), (91, 49, 110)), ((20, 30, 50), (40, 30, 30)), ((3, 7, 10), (1, 2, 3)),
    ((362, 176, 462), (342, 968, 1436)), ((0, 0, 20), (1, 3, 16)), ((0, 20, 0), (3, 7, 10)),
    ((0, 0, 5), (0, 5, 0)), ((0, 0, 5), (0, 3, 0)), ((0, 0, 4), (7, 0, 0)), ((0, 0, 6), (0, 0, 9)),
    ((0, 9, 0), (0, 4, 0)), ((1, 0, 0), (0, 0, 1)), ((0, 1, 0), (0, 0, 1)), ((1, 0, 1), (0, 1, 0)),
    ((5, 0, 5), (0, 10, 0)), ((10, 80, 10), (5, 0, 95)), ((1, 0, 99), (0, 1, 99)),
    ((50, 49, 1), (2, 0, 1)), ((20, 360, 20), (25, 50, 25)), ((0, 12, 3), (9, 1, 0)),
    ((20000, 30000, 50000), (20500, 30000, 49500)), ((1000, 0, T), (1300, 0, T)),
    ((3 * 10**11, 2 * 10**11, 5 * 10**11), (300000500000, 2 * 10**11, 499999500000)),
]
# null difference, alternative, level
CASES = [("0", "two_sided", "0.95"), ("0", "less", "0.9"), ("0.25", "greater", "0.99"),
         ("-0.6", "two_sided", "0.5")]


def shares(t, x):
    d, q, p = t
    n = d + q + p
    b = -p - d + (2 * n - p + d) * x
    c = -d * x * (1 - x)
    root = (mp.sqrt(max(b * b - 8 * n * c, N(0))) - b) / (4 * n)  # x may pass an end by rounding
    sd = max(root, -x, N(0))
    return sd, 1 - 2 * sd - x, sd + x


def loglik(t, s):
    total = N(0)
    for k, share in zip(t, s):
        if k > 0:
            if share <= 0:
                return -mp.inf
            total += k * mp.log(share)
    return total


def fit(a, b, delta):
    lo, hi = max(N(-1), delta - 1), min(N(1), 1 + delta)
    sa, sb = score(a), score(b) + delta
    lo, hi = max(lo, min(sa, sb)), min(hi, max(sa, sb))
    f = lambda x: loglik(a, shares(a, x)) + loglik(b, shares(b, x - delta))
    g = (mp.sqrt(5) - 1) / 2
    left, right = lo, hi
    x1, x2 = right - g * (right - left), left + g * (right - left)
    f1, f2 = f(x1), f(x2)
    while right - left > N(10) ** -33 * (hi - lo):
        if f1 < f2:
            left, x1, f1 = x1, x2, f2
            x2 = left + g * (right - left)
            f2 = f(x2)
        else:
            right, x2, f2 = x2, x1, f1
            x1 = right - g * (right - left)
            f1 = f(x1)
    x = (left + right) / 2
    # A kink or an end of the range may be the maximum itself.
    x = max([x, lo, hi] + [k for k in (N(0), delta) if lo <= k <= hi], key=f)
    return x, shares(a, x), shares(b, x - delta)


def check_neighbours(a, b, delta):
    x, u, v = fit(a, b, delta)
    best = loglik(a, u) + loglik(b, v)
    for step in (N("1e-7"), N("-1e-7"), N("1e-3"), N("-1e-3")):
        for i, j, k in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
            # Each triangle along its line of equal score, and both together along x.
            w = (u[0] + step * i, u[1] - 2 * step * i - step * k, u[2] + step * (i + k))
            z = (v[0] + step * j, v[1] - 2 * step * j - step * k, v[2] + step * (j + k))
            if min(w + z) >= 0:
                assert loglik(a, w) + loglik(b, z) <= best, (a, b, delta)


def score(t):
    return N(t[2] - t[0]) / sum(t)


def variance(s):
    return s[0] + s[2] - (s[2] - s[0]) ** 2


def observed(t):
    return tuple(N(k) / sum(t) for k in t)


def restricted(a, b, delta, method):
    excess = score(a) - score(b) - delta
    x, u, v = fit(a, b, delta)
    if method == "score":
        var = variance(u) / sum(a) + variance(v) / sum(b)
        se = mp.sqrt(var)
        return (excess / se if excess != 0 else N(0)), se
    top = loglik(a, observed(a)) + loglik(b, observed(b))
    lost = 2 * (top - loglik(a, u) - loglik(b, v))
    se = mp.sqrt(variance(observed(a)) / sum(a) + variance(observed(b)) / sum(b))
    return mp.sign(excess) * mp.sqrt(max(lost, N(0))), se


def limit(a, b, z, method):  # the delta with statistic z
    d = score(a) - score(b)
    end = N(2) if z < 0 else N(-2)
    if d == end:
        return end
    f = lambda delta: restricted(a, b, delta, method)[0] - z
    # In parts u of the way from the estimate to the end: out until past z, then bracketed steps.
    at = lambda u: d + u * (end - d)
    near, far = N(0), N("1e-13")
    while f(at(far)) * mp.sign(z) < 0:
        near, far = far, (2 * far if far < N("0.25") else (1 + 3 * far) / 4)
    root = mp.findroot(lambda u: f(at(u)), (near, far), solver="anderson", tol=N("1e-48"),
                       maxsteps=300)
    assert abs(f(at(root))) < N("1e-22")
    return at(root)


def normal_tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def upper_z(tail):
    return mp.sqrt(2) * mp.erfinv(1 - 2 * tail)


def t_tail(t, df):  # upper tail, t >= 0
    if df > 100000:
        c = mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2)) / mp.sqrt(df * mp.pi)
        return mp.quad(lambda s: c * mp.exp(-(df + 1) / 2 * mp.log1p(s * s / df)),
                       mp.linspace(t, t + 30, 61))
    half = mp.betainc(N(1) / 2, df / 2, 0, t * t / (df + t * t), regularized=True) / 2
    return N(1) / 2 - half


def t_quantile(tail, df):
    if tail > N(1) / 2:
        return -t_quantile(1 - tail, df)
    if tail == N(1) / 2:
        return N(0)
    with mp.workdps(40):
        return mp.findroot(lambda t: mp.log(t_tail(t, df) / tail), upper_z(tail))


def closed(a, b, method):
    """difference, its error, the error of the test, degrees of freedom"""
    if method == "adjusted_wald":
        a, b = [tuple(N(k) + e for k, e in zip(t, (N("0.75"), N("1.5"), N("0.75")))) for t in (a, b)]
    na, nb = sum(a), sum(b)
    d = score(a) - score(b)
    va, vb = variance(observed(a)), variance(observed(b))
    if method == "welch":
        if min(na, nb) < 2:
            return None
        ua, ub = va / (na - 1), vb / (nb - 1)
        if ua + ub == 0:
            return None
        df = (ua + ub) ** 2 / (ua * ua / (na - 1) + ub * ub / (nb - 1))
        return d, mp.sqrt(ua + ub), mp.sqrt(ua + ub), df
    se = mp.sqrt(va / na + vb / nb)
    null = se
    if method == "wald_pooled":
        both = tuple(x + y for x, y in zip(a, b))
        null = mp.sqrt(variance(observed(both)) * (N(1) / na + N(1) / nb))
    return None if null == 0 else (d, se, null, None)


out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/compare_scores.py, date 2026-11-25\n")
out.write("method,d_a,q_a,p_a,d_b,q_b,p_b,null_difference,alternative,level,difference,"
          "standard_error,statistic,df,p_value,lower,upper\n")
for method in ("wald", "wald_pooled", "adjusted_wald", "score", "likelihood_ratio", "welch"):
    for index, (a, b) in enumerate(PAIRS):
        for null, alternative, level in CASES:
            delta = N(float(null))  # the doubles that a program passes
            if method == "wald_pooled" and delta != 0:
                continue
            iterated = method in ("score", "likelihood_ratio")
            if iterated and level == "0.5" and index > 12:
                continue
            tail = 1 - N(float(level))
            if alternative == "two_sided":
                tail /= 2
            df = None
            if iterated:
                check_neighbours(a, b, delta)
                difference = score(a) - score(b)
                statistic, se = restricted(a, b, delta, method)
                z = upper_z(tail)
                lower = N(-2) if alternative == "less" else limit(a, b, z, method)
                upper = N(2) if alternative == "greater" else limit(a, b, -z, method)
            else:
                parts = closed(a, b, method)
                if parts is None:
                    continue
                difference, error, se, df = parts
                statistic = (difference - delta) / se
                z = upper_z(tail) if df is None else t_quantile(tail, df)
                lower = N(-2) if alternative == "less" else max(difference - z * error, N(-2))
                upper = N(2) if alternative == "greater" else min(difference + z * error, N(2))
            size = normal_tail if df is None else (lambda t: t_tail(t, df))
            outer = size(abs(statistic))
            if alternative == "two_sided":
                p = 2 * outer
            else:
                p = outer if (statistic > 0) == (alternative == "greater") else 1 - outer
            out.write(",".join([method, *map(str, a + b), null, alternative, level] +
                               [mp.nstr(v, 17) if v is not None else "0" for v in
                                (difference, se, statistic, df, p, lower, upper)]) + "\n")
            out.flush()
