# SPDX-License-Identifier: Apache-2.0
# Dirichlet-multinomial maximum likelihood in mpmath by digammas of 60 digits, Newton's method on
# log parameters; distributions with no finite maximum are told apart by the slope at 1 / M = 0.
# Usage: python3 category_pooling.py > ../category_pooling.csv
import mpmath as mp
import numpy as np
from scipy import optimize, special

mp.mp.dps = 60
rng = np.random.default_rng(20261125)


def text(x):
    return mp.nstr(mp.mpf(x), 17)


def log_likelihood(units, alpha):
    m = mp.fsum(alpha)
    total = mp.mpf(0)
    for unit in units:
        for a, x in zip(alpha, unit):
            total += mp.loggamma(a + int(x)) - mp.loggamma(a)
        total -= mp.loggamma(m + int(sum(unit))) - mp.loggamma(m)
    return total


def fit(units):
    """Alphas of the categories that occur."""
    def negative(z):
        a = np.exp(z)
        return -(np.sum(special.gammaln(a + units) - special.gammaln(a)) -
                 np.sum(special.gammaln(a.sum() + units.sum(1)) - special.gammaln(a.sum())))
    shares = units.sum(0) / units.sum()
    starts = [np.log(shares * m) for m in (0.3, 3.0, 30.0, 300.0)]
    best = min((optimize.minimize(negative, z, method="Nelder-Mead",
                                  options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 20000, "maxfev": 20000})
                for z in starts), key=lambda r: r.fun)

    def slopes(*z):
        alpha = [mp.exp(x) for x in z]
        m = mp.fsum(alpha)
        common = mp.fsum(mp.psi(0, m + int(sum(u))) - mp.psi(0, m) for u in units)
        return [a * (mp.fsum(mp.psi(0, a + int(u[c])) - mp.psi(0, a) for u in units) - common)
                for c, a in enumerate(alpha)]
    root = mp.findroot(slopes, [mp.mpf(x) for x in best.x], tol=1e-70)
    return [mp.exp(x) for x in root]


print("# mpmath %s, script generate/category_pooling.py, date 2026-11-25" % mp.__version__)
print("counts,detractors,passives,promoters,concentration,log_likelihood,log_likelihood_no_difference,scores,standard_errors")


def one(units):
    units = np.asarray(units, dtype=np.int64)
    cell = ";".join(" ".join(str(int(x)) for x in u) for u in units)
    total = int(units.sum())
    common = [mp.mpf(int(t)) / total for t in units.sum(0)]
    none = mp.fsum(int(t) * mp.log(p) for t, p in zip(units.sum(0), common) if p > 0)
    slope = (mp.fsum(mp.mpf(int(x) * (int(x) - 1)) / (2 * common[c]) for u in units for c, x in enumerate(u) if x) -
             mp.fsum(mp.mpf(int(sum(u)) * (int(sum(u)) - 1)) / 2 for u in units))
    seen = [c for c in range(3) if common[c] > 0]
    if slope <= 0:
        shares, m, best = common, None, none
    else:
        alpha = [mp.mpf(0)] * 3
        for c, a in zip(seen, fit(units[:, seen])):
            alpha[c] = a
        m = mp.fsum(alpha)
        shares = [a / m for a in alpha]
        best = log_likelihood(units[:, seen], [alpha[c] for c in seen])
    scores, errors = [], []
    for u in units:
        n = int(sum(u))
        post = shares if m is None else [(m * p + int(x)) / (m + n) for p, x in zip(shares, u)]
        score = post[2] - post[0]
        scores.append(text(score))
        errors.append("0" if m is None else text(mp.sqrt((post[2] + post[0] - score**2) / (m + n + 1))))
    print(",".join([cell] + [text(p) for p in shares] + ["" if m is None else text(m), text(best), text(none),
                                                         " ".join(scores), " ".join(errors)]))


def draw(k, low, high, m, shares=(0.2, 0.3, 0.5)):
    units = []
    for _ in range(k):
        n = int(np.exp(rng.uniform(np.log(low), np.log(high))))
        p = rng.dirichlet(np.array(shares) * m) if m else shares
        units.append(rng.multinomial(n, p))
    return units


one(draw(12, 5, 60, 5))
one(draw(30, 5, 200, 30))
one(draw(40, 20, 2000, 200))
one(draw(40, 20, 200, 0))
one(draw(20, 5, 50, 0))
one(draw(15, 1, 12, 0.5))
one(draw(15, 100, 100000, 2, (0.02, 0.08, 0.9)))
one([[0, 3, 9], [0, 8, 2], [0, 0, 0], [0, 1, 0], [0, 5, 5]])       # no detractors
one([[0, 0, 5], [0, 4, 0], [3, 0, 0], [1, 0, 1]])                  # nearly unanimous units
one([[10**9, 2 * 10**9, 3 * 10**9], [11 * 10**8, 2 * 10**9, 3 * 10**9], [10**9, 10**9, 5 * 10**9]])
one([[5, 5, 10], [20, 21, 40], [11, 10, 19]])                      # less than by chance
