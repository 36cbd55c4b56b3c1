# SPDX-License-Identifier: Apache-2.0
"""Writes logistic_profile.csv: profile intervals of logistic_data.csv, plain and with Firth's penalty, in 30 digits.

A limit solves l(b) = l - quantile / 2 together with the scores of the other coefficients, all at once (Venzon and
Moolgavkar); the statistic is from the fit with the coefficient at 0.
Usage: python3 logistic_profile.py > ../logistic_profile.csv
"""
import csv
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 30
here = pathlib.Path(__file__).resolve().parent
with open(here.parent / "logistic_data.csv", encoding="utf-8") as file:
    next(file)
    table = list(csv.DictReader(file))
print(f"# mpmath {mpmath.__version__} (30 digits), script generate/logistic_profile.py, date 2026-11-25")
print("data,weights,penalty,level,position,estimate,lower,upper,likelihood_ratio,p_value")
ITEMS = {"ratings": 4, "numbers": 3, "quasi": 2}


class Likelihood:
    def __init__(self, x, y, w, firth):
        self.x, self.y, self.w, self.firth = x, y, w, firth
        self.k = len(x[0])

    def at(self, b):
        """Value, score, information."""
        eta = [mp.fsum(v * c for v, c in zip(row, b)) for row in self.x]
        p = [1 / (1 + mp.exp(-e)) for e in eta]
        value = mp.fsum(a * (e * t - mp.log1p(mp.exp(e))) for a, e, t in zip(self.w, eta, self.y))
        v = [a * q * (1 - q) for a, q in zip(self.w, p)]
        information = mp.matrix(self.k, self.k)
        for i in range(self.k):
            for j in range(i + 1):
                information[i, j] = information[j, i] = mp.fsum(a * row[i] * row[j] for a, row in zip(v, self.x))
        u = [a * (t - q) for a, t, q in zip(self.w, self.y, p)]
        if self.firth:
            value += mp.log(mp.det(information)) / 2
            inverse = information ** -1
            for r, row in enumerate(self.x):
                h = v[r] * mp.fsum(row[i] * inverse[i, j] * row[j] for i in range(self.k) for j in range(self.k))
                u[r] += h * (mpf(1) / 2 - p[r])
        return value, mp.matrix([mp.fsum(a * row[j] for a, row in zip(u, self.x)) for j in range(self.k)]), information

    def curvature(self, b, information):
        """Minus the derivatives of the score; with the penalty from differences, good to 16 digits."""
        if not self.firth:
            return information
        result = mp.matrix(self.k, self.k)
        for j in range(self.k):
            h = mpf(10) ** -9 * (1 + abs(b[j]))
            up, down = b.copy(), b.copy()
            up[j] += h
            down[j] -= h
            difference = self.at(down)[1] - self.at(up)[1]
            for i in range(self.k):
                result[i, j] = difference[i] / (2 * h)
        return result

    def maximum(self, held=None):
        """With coefficient `held` at 0."""
        free = [j for j in range(self.k) if j != held]
        b = mp.matrix(self.k, 1)
        late = False
        for _ in range(100):
            _, score, information = self.at(b)
            information = self.curvature(b, information) if late else information
            part = mp.matrix([[information[i, j] for j in free] for i in free])
            step = mp.lu_solve(part, mp.matrix([score[j] for j in free]))
            size = max(abs(s) for s in step)
            late = late or size < mpf(10) ** -2 * (1 + max(abs(v) for v in b))
            for s, j in zip(step, free):
                b[j] += s
            if size < mpf(10) ** -18 * (1 + max(abs(v) for v in b)):
                return b
        raise ArithmeticError("no convergence")

    def limit(self, best, top, j, side, quantile):
        target = top - quantile / 2
        b = best.copy()
        _, _, information = self.at(b)
        inverse = information ** -1
        start = side * mp.sqrt(quantile / inverse[j, j])
        for i in range(self.k):
            b[i] += inverse[i, j] * start
        for _ in range(100):
            value, score, information = self.at(b)
            jacobian = -self.curvature(b, information)
            right = -score
            for i in range(self.k):
                jacobian[j, i] = score[i]
            right[j] = target - value
            step = mp.lu_solve(jacobian, right)
            size = max(abs(s) for s in step)
            b += step
            if size < mpf(10) ** -18 * (1 + abs(b[j])):
                return b[j]
        raise ArithmeticError("no convergence")


for data, weights, penalty, level in [("ratings", "none", "none", "0.95"), ("ratings", "times", "none", "0.9"),
                                      ("numbers", "none", "none", "0.95"), ("ratings", "none", "firth", "0.95"),
                                      ("numbers", "times", "firth", "0.99"), ("quasi", "none", "firth", "0.95")]:
    rows = [r for r in table if r["data"] == data]
    x = [[mpf(1)] + [mpf(r[f"x{j + 1}"]) for j in range(ITEMS[data])] for r in rows]
    model = Likelihood(x, [int(r["y"]) for r in rows], [int(r["times"]) if weights == "times" else 1 for r in rows],
                       penalty == "firth")
    best = model.maximum()
    top = model.at(best)[0]
    quantile = 2 * mp.erfinv(mpf(level)) ** 2
    for j in range(model.k):
        ratio = 2 * (top - model.at(model.maximum(j))[0])
        numbers = [best[j], model.limit(best, top, j, -1, quantile), model.limit(best, top, j, 1, quantile), ratio,
                   mp.erfc(mp.sqrt(ratio / 2))]
        print(",".join([data, weights, penalty, level, str(j)] + [mp.nstr(v, 17) for v in numbers]), flush=True)
