# SPDX-License-Identifier: Apache-2.0
# Writes assurance.csv: the chance that a margin is met, (1) by a sum over the beta-binomial number of
# answers of adaptive quadratures over w = p / (p + d), the share inside which the library does not
# integrate, and (2) by simulation of shares, response rate and answers, with its standard error.
# Usage: python3 assurance.py > ../assurance.csv
import mpmath as mp
import numpy as np
import scipy
from scipy import integrate, stats

rng = np.random.default_rng(20261122)
draws = 4_000_000


def z_of(level):
    return stats.norm.isf((1 - level) / 2)


def singular_variance_cdf(v, d, q, p):
    v = mp.mpf(float(v))
    below = lambda x: mp.betainc(p + d, q, 0, x, regularized=True)

    def given(x):
        c = (2 * x - 1) ** 2
        if 4 * c * v >= 1:
            return mp.mpf(1)
        root = mp.sqrt(1 - 4 * c * v)
        high = (1 + root) / (2 * c) if c > 0 else mp.inf
        return below(2 * v / (1 + root)) + (1 - below(high) if high < 1 else 0)

    density = lambda x: x ** (p - 1) * (1 - x) ** (d - 1) / mp.beta(p, d)
    cuts = {mp.mpf(0), mp.mpf(1) / 2, mp.mpf(1)}
    for c in ([1 / (4 * v)] if 4 * v > 1 else []) + [1 - v]:
        cuts |= {(1 - mp.sqrt(c)) / 2, (1 + mp.sqrt(c)) / 2}
    return float(mp.re(mp.quad(lambda x: density(x) * given(x), sorted(cuts))))


def variance_cdf(v, d, q, p):
    """P(e - e^2 (2w - 1)^2 <= v), e ~ Beta(p + d, q), w ~ Beta(p, d)."""
    if v >= 1:
        return 1.0
    if min(d, q, p) < 1:  # QUADPACK loses digits on a density that is infinite at an end
        return singular_variance_cdf(v, d, q, p)
    e, w = stats.beta(p + d, q), stats.beta(p, d)

    def given(x):
        c = (2 * x - 1) ** 2
        if 4 * c * v >= 1:
            return 1.0
        root = np.sqrt(1 - 4 * c * v)
        low = 2 * v / (1 + root)  # the smaller e with V = v
        return e.cdf(low) + (e.sf((1 + root) / (2 * c)) if c > 0 and (1 + root) / (2 * c) < 1 else 0.0)

    cuts = {0.0, 0.5, 1.0, *(w.ppf(t) for t in (1e-12, 1e-4, 0.5)), *(w.isf(t) for t in (1e-12, 1e-4))}
    for c in ([1 / (4 * v)] if 4 * v > 1 else []) + [1 - v]:  # r2 = 1 where c = 1 - v
        cuts |= {(1 - np.sqrt(c)) / 2, (1 + np.sqrt(c)) / 2}
    cuts = sorted(x for x in cuts if 0 <= x <= 1)
    return sum(integrate.quad(lambda x: w.pdf(x) * given(x), a, b, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
               for a, b in zip(cuts, cuts[1:]) if b > a)


def effective(c, N, form, deff):
    if N == 0:
        return c / deff
    divisor = N - 1 if form == "divisor_n" else N
    with np.errstate(divide="ignore"):
        return np.where(c == N, np.inf, c / deff * divisor / np.where(c == N, 1, N - c))


print(f"# scipy {scipy.__version__} and mpmath {mp.__version__}, script generate/assurance.py, date 2026-11-22")
print("detractors,passives,promoters,prior_d,prior_q,prior_p,successes,trials,margin,level,population,form,"
      "design_effect,invitations,assurance,simulated,standard_error")
cases = [
    ((20, 30, 50), (1, 1, 1), (40, 200), 0.1, 0.95, 0, "divisor_n", 1.0, 1200),
    ((20, 30, 50), (1, 1, 1), (40, 200), 0.1, 0.95, 0, "divisor_n", 1.0, 1500),
    ((0, 0, 0), (1, 1, 1), (0, 0), 0.2, 0.95, 0, "divisor_n", 1.0, 100),
    ((0, 1, 4), (0.5, 0.5, 0.5), (3, 4), 0.15, 0.9, 0, "divisor_n", 1.3, 90),
    ((2, 0, 98), (1, 1, 1), (40, 200), 0.1, 0.95, 0, "divisor_n", 1.0, 350),
    ((36, 18, 46), (1, 1, 1), (100, 400), 0.08, 0.95, 900, "divisor_n", 1.0, 900),
    ((36, 18, 46), (1, 2, 3), (300, 400), 0.08, 0.95, 900, "divisor_n_minus_1", 1.5, 500),
    ((362, 176, 462), (1, 1, 1), (400, 2000), 0.1, 0.99, 0, "divisor_n", 1.0, 2750),
    ((5, 90, 5), (1, 1, 1), (50, 100), 0.08, 0.95, 0, "divisor_n", 1.0, 150),
]
for (d, q, p), prior, (k, m0), margin, level, N, form, deff, m in cases:
    a = np.array([d, q, p]) + np.array(prior)
    scale = (margin / z_of(level)) ** 2
    c = np.arange(m + 1)
    weight = stats.betabinom(m, k + 1, m0 - k + 1).pmf(c)
    v = effective(c, N, form, deff) * scale
    chance = np.array([variance_cdf(x, *a) if x > 0 and w > 1e-18 else 0.0 for x, w in zip(v, weight)])
    exact = float(np.sum(weight * chance))
    shares = rng.dirichlet(a, draws)
    answers = rng.binomial(m, rng.beta(k + 1, m0 - k + 1, draws))
    variance = shares[:, 2] + shares[:, 0] - (shares[:, 2] - shares[:, 0]) ** 2
    met = variance <= effective(answers, N, form, deff) * scale
    met &= answers > 0
    rate = met.mean()
    print(",".join(map(str, [d, q, p, *prior, k, m0, margin, level, N, form, deff, m])) +
          f",{exact:.17g},{rate:.17g},{np.sqrt(rate * (1 - rate) / draws):.3g}")
