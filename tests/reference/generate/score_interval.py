# SPDX-License-Identifier: Apache-2.0
# Limits for the score p - d at 60 digits, from the textbook formulas: the counts held at a
# difference x have d from Tango's quadratic, checked here against its neighbours; limits by
# bisection.
import sys
import mpmath as mp

mp.mp.dps = 60
T = 10**12
TABLES = [
    (1, 2, 3), (20, 30, 50), (3, 7, 10), (362, 176, 462), (0, 0, 20), (0, 20, 0), (20, 0, 0),
    (10, 80, 10), (7, 13, 1), (0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (0, 1, 1), (5, 0, 5),
    (1, 0, 99), (0, 1, 99), (0, 99, 1), (50, 49, 1), (2, 0, 1), (342, 968, 1436),
    (0, 0, T), (0, T, 0), (1, T, 0), (0, T, 1), (1, 0, T), (0, 1, T), (1, 1, T), (T, 3, 2),
    (3 * 10**11, 2 * 10**11, 5 * 10**11), (10**6, 1, 2 * 10**6), (1, 10**6, 10**6),
    (10**7, 10**9, 3), (5 * 10**11, 0, 5 * 10**11),
]
CASES = [("0.95", "two_sided"), ("0.5", "two_sided"), ("0.999999", "two_sided"),
         ("0.9", "lower"), ("0.9", "upper")]


def loglik(d, q, p, s):
    total = mp.mpf(0)
    for k, share in ((d, s[0]), (q, s[1]), (p, s[2])):
        if k > 0:
            if share <= 0:
                return -mp.inf
            total += k * mp.log(share)
    return total


def restricted(d, q, p, x):
    n = d + q + p
    a, b, c = 2 * n, -p - d + (2 * n - p + d) * x, -d * x * (1 - x)
    root = (mp.sqrt(b * b - 4 * a * c) - b) / (2 * a)
    sd = max(root, -x, mp.mpf(0))
    return sd, 1 - 2 * sd - x, sd + x


def check_restricted():
    for d, q, p in TABLES[:21]:
        for x in (mp.mpf("-0.7"), mp.mpf("-0.01"), mp.mpf("0.3"), mp.mpf("0.99")):
            s = restricted(d, q, p, x)
            best = loglik(d, q, p, s)
            for step in (mp.mpf("1e-9"), mp.mpf("-1e-9"), mp.mpf("1e-3"), mp.mpf("-1e-3")):
                t = (s[0] + step, s[1] - 2 * step, s[2] + step)
                if min(t) >= 0:
                    assert loglik(d, q, p, t) <= best, (d, q, p, x)


def bisect(f, low, high):
    # f(low) < 0 < f(high)
    while high - low > mp.mpf(10) ** -45:
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def wald(d, q, p, z):
    n = d + q + p
    e = (p - d) / n
    return e + z * mp.sqrt(((p + d) / n - e * e) / n)


def adjusted_wald(d, q, p, z):
    return wald(d + mp.mpf(3) / 4, q + mp.mpf(3) / 2, p + mp.mpf(3) / 4, z)


def bonett_price(d, q, p, z):
    return wald(d + 1, q, p + 1, z)


def score(d, q, p, z):
    n = d + q + p
    e = (p - d) / n
    if p == n:
        return mp.mpf(1)

    def f(x):
        s = restricted(d, q, p, x)
        return n * (x - e) ** 2 - z * z * (s[0] + s[2] - x * x)

    # f vanishes at the estimate too where all answers agree: start just above it.
    return bisect(f, e + mp.mpf(10) ** -30, mp.mpf(1))


def likelihood_ratio(d, q, p, z):
    n = d + q + p
    e = (p - d) / n
    if p == n:
        return mp.mpf(1)
    top = loglik(d, q, p, (d / n, q / n, p / n))

    def f(x):
        return 2 * (top - loglik(d, q, p, restricted(d, q, p, x))) - z * z

    return bisect(f, e, mp.mpf(1))


def wilson(k, n, z):
    s = k / n
    centre = s + z * z / (2 * n)
    reach = z * mp.sqrt(s * (1 - s) / n + z * z / (4 * n * n))
    return (centre - reach) / (1 + z * z / n), (centre + reach) / (1 + z * z / n)


def newcombe(d, q, p, z):
    n = d + q + p
    up = wilson(p, n, z)[1] - p / n
    down = d / n - wilson(d, n, z)[0]
    den = (n - p) * (n - d)
    r = -mp.sqrt(p * d / den) if den > 0 else mp.mpf(0)
    return (p - d) / n + mp.sqrt(up * up - 2 * r * up * down + down * down)


check_restricted()
out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/score_interval.py, date 2026-11-22\n")
out.write("method,detractors,passives,promoters,level,sides,lower,upper\n")
for method in (wald, adjusted_wald, score, bonett_price, newcombe, likelihood_ratio):
    for table in TABLES:
        d, q, p = map(mp.mpf, table)
        for level, sides in CASES:
            alpha = 1 - mp.mpf(float(level))  # the level as the double that a program passes
            if sides == "two_sided":
                alpha /= 2
            z = mp.sqrt(2) * mp.erfinv(1 - 2 * alpha)
            lower = mp.mpf(-1) if sides == "upper" else -method(p, q, d, z)
            upper = mp.mpf(1) if sides == "lower" else method(d, q, p, z)
            out.write(f"{method.__name__},{table[0]},{table[1]},{table[2]},{level},{sides},"
                      f"{mp.nstr(lower, 17)},{mp.nstr(upper, 17)}\n")
