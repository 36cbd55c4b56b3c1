# SPDX-License-Identifier: Apache-2.0
# Confidence sequences: predictably mixed empirical Bernstein by confseq's predmix.py; betting,
# mixtures and the asymptotic one from their definitions in mpmath, roots by bisection.
# usage: PYTHONPATH=confseq/src python3 confidence_sequence.py > ../confidence_sequence.csv
# (confseq: github.com/gostevehoward/confseq, commit 70b1ef3)
import mpmath as mp
import numpy as np

from confseq.predmix import predmix_empbern_lower_cs, predmix_empbern_twosided_cs

import score_e_value as e

mp.mp.dps = 25
VALUE = {"d": -1, "n": 0, "p": 1}


def tally(answers):
    return tuple(answers.count(c) for c in "dnp")


def bisect(f, low, high):
    """f < 0 at low, > 0 at high."""
    low, high = mp.mpf(low), mp.mpf(high)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return low


def betting(answers, level, sides):
    c = tally(answers)
    estimate = mp.mpf(c[2] - c[0]) / sum(c)
    threshold = -mp.log(1 - mp.mpf(level))
    tiny = mp.mpf(10) ** -12
    names = ("two_sided", "two_sided") if sides == "two_sided" else ("greater", "less")
    lower, upper = mp.mpf(-1), mp.mpf(1)
    if sides != "upper" and estimate > -1:
        lower = -bisect(lambda s: e.one(c, -s, names[0]) - threshold, -estimate, 1 - tiny)
    if sides != "lower" and estimate < 1:
        upper = bisect(lambda s: e.one(c, s, names[1]) - threshold, estimate, 1 - tiny)
    return lower, upper


def difference(a, b, level):
    c, d = tally(a), tally(b)
    threshold = -mp.log(1 - mp.mpf(level))
    estimate = mp.mpf(c[2] - c[0]) / sum(c) - mp.mpf(d[2] - d[0]) / sum(d)
    out = []
    for sign in (-1, 1):
        low, high = estimate, mp.mpf("1.9") * sign
        f = lambda x: e.two(c, d, x, "two_sided") - threshold
        # 1e-11: bisection from both ends of a short bracket
        for _ in range(37):
            middle = (low + high) / 2
            low, high = (middle, high) if f(middle) < 0 else (low, middle)
        out.append(low)
    return out


def rho(v, alpha):
    return v / (2 * mp.log(1 / alpha) + mp.log(1 + 2 * mp.log(1 / alpha)))


def normal(answers, level, sides, best_at, sd=1):
    c = tally(answers)
    n = sum(c)
    estimate = mp.mpf(c[2] - c[0]) / n
    alpha = 1 - mp.mpf(level)
    if sides == "two_sided":
        r = rho(best_at, alpha)
        bound = mp.sqrt((n + r) * (mp.log(1 + n / r) + 2 * mp.log(1 / alpha)))
    else:
        r = rho(best_at, 2 * alpha)
        bound = bisect(lambda s: mp.log(2) + mp.log(r / (n + r)) / 2 + s * s / (2 * (n + r)) + mp.log(
            mp.ncdf(s / mp.sqrt(n + r))) - mp.log(1 / alpha), 0, 10 * mp.sqrt(n + r))
    half = bound * sd / n
    return (max(estimate - half, -1) if sides != "upper" else mp.mpf(-1),
            min(estimate + half, 1) if sides != "lower" else mp.mpf(1))


def asymptotic(answers, level, sides, best_at):
    d, q, p = (mp.mpf(x) + y for x, y in zip(tally(answers), (0.75, 1.5, 0.75)))
    n = d + q + p
    return normal(answers, level, sides, best_at, mp.sqrt((d + p) / n - ((p - d) / n) ** 2))


def bernstein_mixture(answers, level, best_at):
    """The mixture by quadrature over its density."""
    v, total = mp.mpf(0), 0
    for i, a in enumerate(answers):
        v += (VALUE[a] - mp.mpf(total) / (i + 1)) ** 2
        total += VALUE[a]
    alpha = (1 - mp.mpf(level)) / 2
    c = mp.mpf(2)
    r = rho(mp.mpf(best_at) / 2, 2 * alpha)
    cuts = [0, *(mp.mpf(x) / 100 for x in (1, 2, 4, 8, 16, 32)), 1 / c]
    log_density = lambda x: (r / c**2 - 1) * mp.log(1 - c * x) + r * x / c
    norm = mp.quad(lambda x: mp.exp(log_density(x)), cuts)
    psi = lambda x: (-mp.log(1 - c * x) - c * x) / c**2

    def excess(s):
        return mp.log(mp.quad(lambda x: mp.exp(x * s - psi(x) * v + log_density(x)), cuts) / norm) - mp.log(1 / alpha)

    half = bisect(excess, 0, 20 * mp.sqrt(v) + 20) / len(answers)
    estimate = mp.mpf(total) / len(answers)
    return max(estimate - half, -1), min(estimate + half, 1)


def predictable(answers, level, sides):
    x = np.array([(VALUE[a] + 1) / 2 for a in answers])
    alpha = 1 - level
    if sides == "two_sided":
        lower, upper = predmix_empbern_twosided_cs(x, alpha=alpha)
        return 2 * lower[-1] - 1, 2 * upper[-1] - 1
    if sides == "lower":
        return 2 * predmix_empbern_lower_cs(x, alpha=alpha)[-1] - 1, 1.0
    return -1.0, 1 - 2 * predmix_empbern_lower_cs(1 - x, alpha=alpha)[-1]


TEN = "ppnpdnppdp"
print(f"# mpmath {mp.__version__} and confseq 70b1ef3, script generate/confidence_sequence.py, date 2026-11-25")
print("method,answers,repeats,other,level,sides,best_at,lower,upper")


def row(method, answers, repeats, other, level, sides, best_at, limits):
    print(f"{method},{answers},{repeats},{other},{level},{sides},{best_at}," + ",".join(mp.nstr(mp.mpf(x), 17) for x in limits))


for repeats in (1, 10, 50, 100):
    a = TEN * repeats
    for sides in ("two_sided", "lower", "upper"):
        for level in (0.95, 0.9):
            row("empirical_bernstein", TEN, repeats, "", level, sides, 1000, predictable(a, level, sides))
            row("normal_mixture", TEN, repeats, "", level, sides, 300, normal(a, level, sides, 300))
            row("asymptotic", TEN, repeats, "", level, sides, 300, asymptotic(a, level, sides, 300))
    if repeats < 100:
        row("empirical_bernstein_mixture", TEN, repeats, "", 0.95, "two_sided", 200, bernstein_mixture(a, 0.95, 200))
        for sides in ("two_sided", "lower", "upper"):
            row("betting", TEN, repeats, "", 0.95, sides, 1000, betting(a, 0.95, sides))
for a in ("p" * 30, "d" * 30, "n" * 30, "p" * 29 + "d", "np"):
    row("betting", a, 1, "", 0.9, "two_sided", 1000, betting(a, 0.9, "two_sided"))
row("betting", TEN, 3, "ddnpdnnpdp", 0.95, "two_sided", 1000, difference(TEN * 3, "ddnpdnnpdp" * 3, 0.95))
