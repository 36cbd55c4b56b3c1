# SPDX-License-Identifier: Apache-2.0
# P(s_a - s_b > x), the shares of each group Dirichlet. Whole weights, small: the density of each
# score is a polynomial on either side of 0, found by exact rational integration, and so is the
# probability. Other weights: nested integrals of a hypergeometric function; large ones: sums over
# lattices (both by mpmath), or dense grids (NumPy, SciPy).
# Usage: /usr/bin/python3 compare_scores_bayesian.py > ../compare_scores_bayesian.csv
from fractions import Fraction as F
from math import comb, factorial

import mpmath as mp

mp.mp.dps = 40


def multiply(a, b):
    c = [F(0)] * (len(a) + len(b) - 1)
    for i, u in enumerate(a):
        for j, v in enumerate(b):
            c[i + j] += u * v
    return c


def power(base, k):
    r = [F(1)]
    for _ in range(k):
        r = multiply(r, base)
    return r


def positive_density(d, q, p):
    """Coefficients in s of the density on s > 0, whole weights: with m = (1 - s) / 2 t, the integral of
    (s + m)^(p-1) m^(d-1) (1 - s - 2 m)^(q-1)."""
    constant = F(factorial(d + q + p - 1), factorial(d - 1) * factorial(q - 1) * factorial(p - 1))
    y = [F(1), F(-1)]
    total = [F(0)]
    for j in range(p):  # (s + m)^(p-1) = sum comb s^(p-1-j) m^j
        # integral over t of t^(d-1+j) (1-t)^(q-1), beta function
        beta = F(factorial(d - 1 + j) * factorial(q - 1), factorial(d + j + q - 1))
        term = multiply([F(0)] * (p - 1 - j) + [F(1)], power(y, d + j + q - 1))
        scale = constant * comb(p - 1, j) * beta / F(2) ** (d + j)
        term = [scale * c for c in term]
        if len(term) > len(total):
            total += [F(0)] * (len(term) - len(total))
        for i, c in enumerate(term):
            total[i] += c
    return total


def integral(c):
    return [F(0)] + [v / (i + 1) for i, v in enumerate(c)]


def value(c, x):
    r = F(0)
    for v in reversed(c):
        r = r * x + v
    return r


def compose(c, a0, a1):
    """c(a0 + a1 s)"""
    r = [F(0)]
    for v in reversed(c):
        r = multiply(r, [a0, a1])
        r[0] += v
    return r


class Score:
    """Pieces of the density and of the upper tail, polynomials in s."""

    def __init__(self, d, q, p):
        plus = positive_density(d, q, p)
        minus = compose(positive_density(p, q, d), F(0), F(-1))
        self.density = [(F(-1), F(0), minus), (F(0), F(1), plus)]
        up = integral(plus)
        mass = value(up, F(1))
        upper_plus = [-v for v in up]
        upper_plus[0] += mass
        low = integral(minus)
        upper_minus = [-v for v in low]
        upper_minus[0] += mass  # low(0) = 0
        assert value(upper_minus, F(-1)) == 1
        self.upper = [(F(-9), F(-1), [F(1)]), (F(-1), F(0), upper_minus), (F(0), F(1), upper_plus)]


def probability(a, b, x):
    total = F(0)
    for lo, hi, f in b.density:
        for left, right, u in a.upper:
            start, end = max(lo, left - x), min(hi, right - x)
            if start < end:
                g = integral(multiply(f, compose(u, x, F(1))))
                total += value(g, end) - value(g, start)
    return total


def log_constant(d, q, p):
    return mp.loggamma(d + q + p) - mp.loggamma(d) - mp.loggamma(q) - mp.loggamma(p)


def density(w, s, y):
    """Any weights, s > 0, y = 1 - s; s < 0 by swapping."""
    d, q, p = w
    return (mp.exp(log_constant(d, q, p)) * s ** (p - 1) * y ** (d + q - 1) / 2 ** d * mp.beta(d, q) *
            mp.hyp2f1(1 - p, d, d + q, -y / (2 * s)))


def nested(a, b, x):
    """Two integrals, each cut at 0 and at the ends."""
    def f(w, s):
        return density(w, s, 1 - s) if s > 0 else density(w[::-1], -s, 1 + s)

    def upper(y):
        if y >= 1:
            return mp.mpf(0)
        if y <= -1:
            return mp.mpf(1)
        return mp.quad(lambda t: f(a, t), [y, 0, 1] if y < 0 else [y, 1])

    cuts = sorted({mp.mpf(-1), mp.mpf(0), mp.mpf(1)} | {c - x for c in (-1, 0, 1) if -1 < c - x < 1})
    return mp.quad(lambda s: f(b, s) * upper(x + s), cuts)


def dense(a, b, x):
    """Gauss-Legendre on dense grids, NumPy and SciPy: good to 1e-13 for a hundred answers."""
    import numpy as np
    from numpy.polynomial.legendre import leggauss
    from scipy.special import gammaln
    node, weight = leggauss(100)

    def f(w, s):
        d, q, p = w
        c = gammaln(d + q + p) - gammaln(d) - gammaln(q) - gammaln(p)
        size = np.abs(s)
        plus = np.where(s > 0, p, d)[..., None]
        minus = np.where(s > 0, d, p)[..., None]
        half = ((1 - size) / 2)[..., None]
        m = half * (1 + node) / 2
        with np.errstate(divide="ignore"):
            log = (c + (plus - 1) * np.log(size[..., None] + m) + (minus - 1) * np.log(m) +
                   (q - 1) * np.log(1 - size[..., None] - 2 * m))
        return (np.exp(log) * weight).sum(-1) * half[..., 0] / 2

    total = 0
    at, share = leggauss(120)
    for low, high in ((-1, -0.5), (-0.5, 0), (0, 0.5), (0.5, 1)):
        s = low + (high - low) * (1 + at) / 2
        y = np.clip(x + s, -1, 1)
        upper = sum((f(a, (y + (1 - y) * k / 4)[:, None] + ((1 - y) / 4)[:, None] * (1 + at) / 2) * share).sum(-1) *
                    (1 - y) / 8 for k in range(4))
        total += (f(b, s) * upper * share).sum() * (high - low) / 2
    return float(total)


def lattice(a, b, x):
    """Large weights: both densities are smooth and fall like a normal one, so that trapezoidal sums
    are right to all digits; the detractors' share is summed over in the same way."""
    def parts(w):
        n = sum(w)
        mean = (w[2] - w[0]) / n
        sd = mp.sqrt(((w[2] + w[0]) / n - mean ** 2) / (n + 1))
        return n, mean, sd

    def f(w, s):
        n, mean, sd = parts(w)
        d0 = w[0] / n - (s - mean) / 2
        width = mp.sqrt(w[0] / n / n)
        c = log_constant(*w)
        total = mp.mpf(0)
        for k in range(-60, 61):
            m = d0 + k * width / 4
            if m > 0 and s + m > 0 and 1 - s - 2 * m > 0:
                total += mp.exp(c + (w[2] - 1) * mp.log(s + m) + (w[0] - 1) * mp.log(m) +
                                (w[1] - 1) * mp.log(1 - s - 2 * m))
        return total * width / 4

    _, mean_a, sd_a = parts(a)
    _, mean_b, sd_b = parts(b)
    h = sd_b / 2
    nodes = [(mean_b + k * h, h * f(b, mean_b + k * h)) for k in range(-22, 23)]
    sd = mp.sqrt(sd_a ** 2 + sd_b ** 2)
    g = lambda t: sum(weight * f(a, t + s) for s, weight in nodes)
    top = mean_a - mean_b + 11 * sd
    step = (top - x) / 4
    from numpy.polynomial.legendre import leggauss
    node, weight = leggauss(16)
    total = mp.mpf(0)
    for piece in range(4):
        for u, v in zip(node, weight):
            total += mp.mpf(v) * step / 2 * g(x + step * piece + step * (1 + mp.mpf(u)) / 2)
    return total


print(f"# exact rationals (Python), mpmath {mp.__version__}, NumPy 1.24.2 and SciPy 1.10.1, script "
      "generate/compare_scores_bayesian.py, date 2026-11-25")
print("prior,d_a,q_a,p_a,d_b,q_b,p_b,x,upper_tail,lower_tail,method")


def show(prior, ta, tb, x, one, two, method):
    print(f"{prior}," + ",".join(map(str, ta + tb)) + f",{x!r},{mp.nstr(one, 17)},{mp.nstr(two, 17)},{method}",
          flush=True)


SMALL = [((0, 0, 1), (1, 0, 0)), ((0, 0, 1), (0, 0, 1)), ((0, 1, 0), (0, 0, 1)), ((1, 2, 3), (3, 7, 10)),
         ((20, 30, 50), (40, 30, 30)), ((0, 20, 0), (3, 7, 10)), ((0, 0, 20), (1, 3, 16)), ((5, 0, 5), (0, 10, 0)),
         ((0, 40, 0), (0, 30, 1))]
for ta, tb in SMALL:
    a = Score(*(k + 1 for k in ta))
    b = Score(*(k + 1 for k in tb))
    for x in (0.0, 0.125, -0.6, 0.9375, -1.5, 1.9375):
        p = probability(a, b, F(x))
        show(1, ta, tb, x, mp.mpf(p.numerator) / p.denominator, mp.mpf((1 - p).numerator) / (1 - p).denominator,
             "exact")
# Two groups that agree in passives, a uniform prior: f = (q + 1) / 2 (1 - |s|)^q for weights (1, q, 1)
# and the like for (1, q, 2); at x = 0, N = q: (N + 2) / (8 (2 N + 3)) + 1 / 4.
for n in (10**3, 10**6, 10**9, 10**12):
    N = mp.mpf(n + 1)
    p = (N + 2) / (8 * (2 * N + 3)) + mp.mpf(1) / 4
    show(1, (0, n, 0), (0, n, 1), 0.0, p, 1 - p, "closed")
mp.mp.dps = 20
for ta, tb, x in (((0, 0, 1), (1, 0, 0), 0.25),):
    a, b = (tuple(mp.mpf(k) + mp.mpf("0.5") for k in t) for t in (ta, tb))
    p = nested(a, b, mp.mpf(x))
    show("0.5", ta, tb, x, p, 1 - p, "nested")
mp.mp.dps = 40
w, v = (20.5, 30.5, 50.5), (40.5, 30.5, 30.5)
show("0.5", (20, 30, 50), (40, 30, 30), 0.1, mp.mpf(dense(w, v, 0.1)), mp.mpf(dense(v, w, -0.1)), "dense")
for prior, ta, tb, x in (("0.5", (2 * 10**8, 3 * 10**8, 5 * 10**8), (200005000, 3 * 10**8, 499995000), 2.5e-5),):
    a, b = (tuple(mp.mpf(k) + mp.mpf(prior) for k in t) for t in (ta, tb))
    p = lattice(a, b, mp.mpf(x))
    show(prior, ta, tb, x, p, 1 - p, "lattice")
