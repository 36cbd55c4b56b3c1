# SPDX-License-Identifier: Apache-2.0
"""Writes logistic.csv: logistic regression of logistic_data.csv by Newton's method in 40 digits.

weights: none, times (frequency), weight (sampling, scaled to sum to n), both.
errors:  classical; hc0-hc4 and clustered (factor G / (G - 1)) are I^-1 M I^-1; firth: classical errors.
effects: derivative and one-point change averaged over rows, their errors by the delta method with
         derivatives taken numerically.
Usage: python3 logistic.py > ../logistic.csv
"""
import csv
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 40
here = pathlib.Path(__file__).resolve().parent
with open(here.parent / "logistic_data.csv", encoding="utf-8") as file:
    next(file)
    table = list(csv.DictReader(file))
print(f"# mpmath {mpmath.__version__} (40 digits), script generate/logistic.py, date 2026-11-25")
print("data,weights,errors,quantity,index,value")
ITEMS = {"ratings": 4, "numbers": 3, "quasi": 2}


def probability(eta):
    return 1 / (1 + mp.exp(-eta))


def products(x, w):
    k = len(x[0])
    m = mp.matrix(k, k)
    for row, weight in zip(x, w):
        for i in range(k):
            for j in range(k):
                m[i, j] += weight * row[i] * row[j]
    return m


def eta_of(x, b):
    return [mp.fsum(v * c for v, c in zip(row, b)) for row in x]


class Fit:
    def __init__(self, x, y, w, firth=False):
        self.x, self.y, self.w = x, y, w
        k = len(x[0])
        b = mp.matrix(k, 1)
        for _ in range(400):
            p = [probability(e) for e in eta_of(x, b)]
            self.weights = [a * q * (1 - q) for a, q in zip(w, p)]
            information = products(x, self.weights)
            self.inverse = information ** -1
            self.residual = [a * (t - q) for a, t, q in zip(w, y, p)]
            self.leverage = [a * (mp.matrix([row]) * self.inverse * mp.matrix(row))[0] for row, a in zip(x, self.weights)]
            u = self.residual
            if firth:
                u = [r + h * (mpf(1) / 2 - q) for r, h, q in zip(u, self.leverage, p)]
            gradient = mp.matrix([mp.fsum(r * row[j] for r, row in zip(u, x)) for j in range(k)])
            step = self.inverse * gradient
            self.b, self.p = b, p
            if mp.sqrt(abs((gradient.T * step)[0])) < mpf(10) ** -30:
                break
            size = max(abs(e) for e in eta_of(x, step))
            b = b + step * (1 if size < 5 else 5 / size)
        else:
            raise ValueError("no convergence")
        self.value = mp.fsum(a * mp.log(q if t else 1 - q) for a, t, q in zip(w, y, p))
        self.penalised = self.value + mp.log(mp.det(information)) / 2


def report(data, weights, errors, quantity, index, value):
    print(f"{data},{weights},{errors},{quantity},{index},{mpmath.nstr(value, 17, strip_zeros=False)}")


def effects(name, weights, fit, covariance):
    """Average derivative and average change for one point more, for each item."""
    total = mp.fsum(fit.w)
    k = len(fit.x[0])

    def derivative(b, j):
        p = [probability(e) for e in eta_of(fit.x, b)]
        return b[j] * mp.fsum(a * q * (1 - q) for a, q in zip(fit.w, p)) / total

    def change(b, j):
        e = eta_of(fit.x, b)
        return mp.fsum(a * (probability(t + b[j]) - probability(t)) for a, t in zip(fit.w, e)) / total

    for what, f in (("derivative", derivative), ("change", change)):
        for j in range(1, k):
            report(name, weights, "classical", what, j, f(fit.b, j))
            gradient = mp.matrix(k, 1)
            for i in range(k):
                # A step that matters on the scale of the item; error of order h^2 = 1e-24 relative.
                h = mp.mpf(10) ** -12 * mp.sqrt(covariance[i, i])
                up, down = fit.b.copy(), fit.b.copy()
                up[i] += h
                down[i] -= h
                gradient[i] = (f(up, j) - f(down, j)) / (2 * h)
            report(name, weights, "classical", what + "_error", j, mp.sqrt((gradient.T * covariance * gradient)[0]))


for name, p in ITEMS.items():
    rows = [row for row in table if row["data"] == name]
    x = [[mpf(1)] + [mpf(row[f"x{j + 1}"]) for j in range(p)] for row in rows]
    y = [int(row["y"]) for row in rows]
    clusters = [row["cluster"] for row in rows]
    for weights in ("none", "times", "weight", "both"):
        if name == "quasi" and weights != "none":
            continue
        times = [mpf(row["times"]) if weights in ("times", "both") else mpf(1) for row in rows]
        sampling = [mpf(row["weight"]) if weights in ("weight", "both") else mpf(1) for row in rows]
        n = mp.fsum(times)
        w = [a * b for a, b in zip(times, sampling)]
        scale = n / mp.fsum(w)
        w = [a * scale for a in w]
        ones = mp.fsum(a for a, t in zip(w, y) if t)
        null = ones * mp.log(ones / n) + (n - ones) * mp.log(1 - ones / n)
        k = p + 1

        def give(errors, quantity, index, value):
            report(name, weights, errors, quantity, index, value)

        firth = Fit(x, y, w, firth=True)
        for j in range(k):
            give("firth", "estimate", j, firth.b[j])
            give("firth", "error", j, mp.sqrt(firth.inverse[j, j]))
        give("firth", "log_likelihood", 0, firth.value)
        # Of the items as they are; a change of their units adds a constant.
        give("firth", "penalised_log_likelihood", 0, firth.penalised)
        if name == "quasi":
            continue
        fit = Fit(x, y, w)
        for j in range(k):
            give("classical", "estimate", j, fit.b[j])
        give("classical", "log_likelihood", 0, fit.value)
        give("classical", "null_log_likelihood", 0, null)
        give("classical", "aic", 0, 2 * k - 2 * fit.value)
        give("classical", "bic", 0, k * mp.log(n) - 2 * fit.value)
        give("classical", "mcfadden", 0, 1 - fit.value / null)
        give("classical", "nagelkerke", 0, (1 - mp.exp(2 * (null - fit.value) / n)) / (1 - mp.exp(2 * null / n)))
        of_ones = mp.fsum(a * q for a, t, q in zip(w, y, fit.p) if t) / ones
        of_zeros = mp.fsum(a * q for a, t, q in zip(w, y, fit.p) if not t) / (n - ones)
        give("classical", "tjur", 0, of_ones - of_zeros)
        for errors in ("classical", "hc0", "hc1", "hc2", "hc3", "hc4", "clustered"):
            if errors == "classical":
                covariance = fit.inverse
            else:
                if errors == "clustered":
                    meat = mp.matrix(k, k)
                    labels = sorted(set(clusters))
                    for label in labels:
                        u = mp.matrix([mp.fsum(r * row[j] for r, row, c in zip(fit.residual, x, clusters) if c == label)
                                       for j in range(k)])
                        meat += u * u.T
                    meat *= mpf(len(labels)) / (len(labels) - 1)
                else:
                    # Each copy of a row is a row.
                    h = [a / t for a, t in zip(fit.leverage, times)]
                    power = {"hc2": lambda v: 1, "hc3": lambda v: 2, "hc4": lambda v: min(mpf(4), n * v / k)}.get(
                        errors, lambda v: 0)
                    meat = products(x, [r * r / t / (1 - v) ** power(v) for r, t, v in zip(fit.residual, times, h)])
                    if errors == "hc1":
                        meat *= n / (n - k)
                covariance = fit.inverse * meat * fit.inverse
            for j in range(k):
                give(errors, "error", j, mp.sqrt(covariance[j, j]))
            if errors in ("classical", "hc0"):
                give(errors, "covariance_01", 0, covariance[0, 1])
        if weights in ("none", "both"):
            effects(name, weights, fit, fit.inverse)
