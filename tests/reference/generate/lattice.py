# SPDX-License-Identifier: Apache-2.0
# Distribution of a sum of n answers -1, 0, 1: cdf, upper tail and pmf by mpmath, three ways:
#   recurrence   coefficients of (minus + zero x + plus x^2)^n, at 80 + 3 n digits, n <= 2000
#   beta         two answers only: the incomplete beta function by its continued fraction
#   rare         double sum over the two rare answers, counts up to 400
#   inversion    Fourier sum at 80 digits on a window of 40 standard deviations, plain phases
# usage: /usr/bin/python3 lattice.py > ../lattice.csv
from mpmath import mp, mpf, mpc, exp, log, loggamma, pi, sqrt, floor, nstr
import mpmath

mp.dps = 80


def points(n, d, q, p, zs):
    """Lattice points at about z standard deviations from the mean, and the ends of the range."""
    t = mpf(d + q + p)
    mean = n * (p - d) / t
    sd = sqrt(n * ((p + d) / t - ((p - d) / t) ** 2))
    low = -n if d else 0 if q else n
    high = n if p else 0 if q else -n
    ks = {int(floor(mean + z * sd)) for z in zs}
    if q == 0:
        ks = {k + (k + n) % 2 for k in ks}
    return sorted({min(max(k, low), high) for k in ks})


def recurrence(n, d, q, p, zs):
    with mp.workdps(80 + 3 * n):  # the recurrence loses digits past the middle
        return list(recurrence_at(n, d, q, p, zs))


def recurrence_at(n, d, q, p, zs):
    t = mpf(d + q + p)
    a0, a1, a2 = d / t, q / t, p / t
    if d == 0:  # shift: (zero + plus x)^n
        coefficients = [a1 ** n]
        for k in range(1, n + 1):
            coefficients.append(coefficients[-1] * (n - k + 1) * a2 / (k * a1))
        shift = 0
    else:
        coefficients = [a0 ** n]
        for k in range(1, 2 * n + 1):
            s = (n - k + 1) * a1 * coefficients[k - 1]
            if k > 1:
                s += (2 * n - k + 2) * a2 * coefficients[k - 2]
            coefficients.append(s / (k * a0))
        shift = -n
    assert abs(sum(coefficients) - 1) < mpf(10) ** -40
    for k in points(n, d, q, p, zs):
        i = k - shift
        yield k, sum(coefficients[: i + 1]), sum(coefficients[i + 1 :]), coefficients[i]


def beta_tail(x, a, b):
    """I_x(a, b) by the continued fraction (Lentz), for x below (a + 1) / (a + b + 2)."""
    front = exp(a * log(x) + b * log(1 - x) + loggamma(a + b) - loggamma(a) - loggamma(b)) / a
    tiny = mpf(10) ** -300
    c = mpf(1)
    dd = 1 - (a + b) * x / (a + 1)
    dd = 1 / (dd if dd else tiny)
    h = dd
    m = 0
    while True:
        m += 1
        num = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        dd = 1 / (1 + num * dd)
        c = 1 + num / c
        h *= dd * c
        num = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        dd = 1 / (1 + num * dd)
        c = 1 + num / c
        step = dd * c
        h *= step
        if abs(step - 1) < mpf(10) ** -25:
            return front * h


def binomial(n, prob, j):
    """P(B <= j), P(B > j), P(B = j)"""
    x = mpf(prob)
    pmf = exp(loggamma(mpf(n + 1)) - loggamma(mpf(j + 1)) - loggamma(mpf(n - j + 1)) + j * log(x) + (n - j) * log(1 - x))
    if j == n:
        return mpf(1), mpf(0), pmf
    a, b = mpf(j + 1), mpf(n - j)
    if x < (a + 1) / (a + b + 2):
        upper = beta_tail(x, a, b)
        return 1 - upper, upper, pmf
    lower = beta_tail(1 - x, b, a)
    return lower, 1 - lower, pmf


def beta(n, d, q, p, zs):
    with mp.workdps(40):
        return list(beta_at(n, d, q, p, zs))


def beta_at(n, d, q, p, zs):
    t = mpf(d + q + p)
    for k in points(n, d, q, p, zs):
        if q == 0:
            yield (k, *binomial(n, p / t, (k + n) // 2))
        elif d == 0:
            yield (k, *binomial(n, p / t, k))
        else:
            raise ValueError


def rare(n, d, q, p, zs):
    """p is nearly all: S = n - zeros - 2 minuses."""
    t = mpf(d + q + p)
    a0, a1, a2 = d / t, q / t, p / t
    limit = 400
    zeros = [mpf(1)]
    for i in range(1, limit):
        zeros.append(zeros[-1] * a1 / a2 / i)
    # n! / (i! j! (n-i-j)!) with falling factorials
    falling = [mpf(1)]
    for i in range(2 * limit):
        falling.append(falling[-1] * (n - i))
    pmf = {}
    all_plus = exp(n * log(a2))
    minus = mpf(1)
    for j in range(limit):
        if j:
            minus = minus * a0 / a2 / j
        for i in range(limit):
            loss = i + 2 * j
            pmf[loss] = pmf.get(loss, mpf(0)) + zeros[i] * minus * falling[i + j] * all_plus
    assert abs(sum(pmf.values()) - 1) < mpf(10) ** -40
    for k in points(n, d, q, p, zs):
        loss = n - k
        yield (k, sum(v for x, v in pmf.items() if x >= loss), sum(v for x, v in pmf.items() if x < loss), pmf[loss])


def inversion(n, d, q, p, zs):
    t = mpf(d + q + p)
    a0, a1, a2 = d / t, q / t, p / t
    mean = n * (a2 - a0)
    sd = sqrt(n * (a2 + a0 - (a2 - a0) ** 2))
    half = int(mpmath.ceil(20 * sd)) + 200
    centre = int(floor(mean))
    low, size = centre - half, 2 * half + 1
    ks = points(n, d, q, p, zs)
    below = {k: mpf(k - low + 1) / size for k in ks}
    at = {k: mpf(1) / size for k in ks}
    terms = list(range(1, min(half, 400) + 1))
    if half > 600 and a1 < mpf(200) / n:
        terms += list(range(half - 200, half + 1))
    for j in terms:
        angle = 2 * pi * j / size
        phi = a1 + (a2 + a0) * mpmath.cos(angle) + mpc(0, 1) * (a2 - a0) * mpmath.sin(angle)
        power = exp(n * log(phi))
        for k in ks:
            at[k] += 2 * (power * mpmath.expj(-angle * k)).real / size
            geometric = (mpmath.expj(-angle * low) - mpmath.expj(-angle * (k + 1))) / (1 - mpmath.expj(-angle))
            below[k] += 2 * (power * geometric).real / size
    for k in ks:
        yield k, below[k], 1 - below[k], at[k]


wide = [-30, -12, -8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8, 12, 30]
near = [-8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8]
cases = []
for w in [(3, 7, 10), (20, 30, 50), (1, 1, 1), (1, 0, 3), (0, 2, 3), (1, 1, 0), (1, 100, 1), (1, 1, 998)]:
    for n in [1, 2, 3, 10, 100, 2000]:
        cases.append((recurrence, n, *w, wide))
for n in [100, 2000]:  # few passives: parity
    for q in [1, 10]:
        cases.append((recurrence, n, (2 * (n - q)) // 5, q, n - q - (2 * (n - q)) // 5, wide))
for w in [(20, 30, 50), (40000, 2, 59998), (3, 99990, 7), (99991, 5, 4)]:
    cases.append((inversion, 100000, *w, near))
for n in [10**6, 10**9, 10**12]:
    for w in [(1, 0, 3), (0, 3, 2), (n // 2, 0, n - n // 2), (0, n - 30, 30)]:
        cases.append((beta, n, *w, [-3, 0, 2] if n == 10**12 else near if n == 10**9 else wide))
    for w in [(1, 3, n - 4), (10, 1, n - 11), (40, 100, n - 140)]:
        cases.append((rare, n, *w, near))
    for w in [(n // 5, 3 * (n // 10), n // 2), (1, 1, 1), (362, 176, 462), (n // 2, 1, n - n // 2 - 1), (n // 3, 20, n - n // 3 - 20), (n // 1000, n // 1000, n - 2 * (n // 1000))]:
        cases.append((inversion, n, *w, near))
largest = 2**53
cases.append((inversion, largest, largest // 4, largest // 4, largest // 2, near))
cases.append((rare, largest, 2, 3, largest - 5, near))

# The ways agree where they can be compared.
for w in [(3, 7, 10), (4, 1, 5), (1, 1, 998)]:
    for one, other in zip(recurrence(1000, *w, near), inversion(1000, *w, near)):
        assert all(abs(x - y) < mpf(10) ** -60 for x, y in zip(one, other)), (w, one, other)

print(f"# mpmath {mpmath.__version__} (80 digits), script generate/lattice.py, date 2026-11-22")
print("n,minus,zero,plus,k,cdf,upper_tail,pmf,way")
for way, n, d, q, p, zs in cases:
    for k, cdf, upper, pmf in way(n, d, q, p, zs):
        cell = lambda v: "0" if abs(v) < mpf(10) ** -40 and way is inversion else nstr(v, 17)
        print(",".join([str(n), str(d), str(q), str(p), str(k), cell(cdf), cell(upper), cell(pmf), way.__name__]), flush=True)
