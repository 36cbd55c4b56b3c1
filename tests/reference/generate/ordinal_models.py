# SPDX-License-Identifier: Apache-2.0
"""Writes ordinal_models.csv: proportional-odds and multinomial fits of ordinal_data.csv by Newton's method with
40 digits, on probabilities as they are defined; errors, predictions and marginal effects by numerical
differentiation of them.
Usage: /usr/bin/python3 ordinal_models.py > ../ordinal_models.csv"""
import csv
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 40
FOLDER = pathlib.Path(__file__).resolve().parent.parent
SCALES = {"housing": (1, 3), "wine": (3, 5), "ratings": (6, 9), "categories": (-1, 1), "extreme": (-1, 1)}


def read():
    lines = (FOLDER / "ordinal_data.csv").read_text().splitlines()[1:]
    data = {}
    for row in csv.DictReader(lines):
        data.setdefault(row["data"], []).append(row)
    return data


def logistic(z):
    return 1 / (1 + mpmath.exp(-z))


class Ordinal:
    """Cut-points, then coefficients."""

    def __init__(self, classes, p):
        self.cuts, self.p = classes - 1, p
        self.size = self.cuts + p

    def edges(self, theta, x):
        eta = mpmath.fsum(theta[self.cuts + j] * x[j] for j in range(self.p))
        return [theta[k] - eta for k in range(self.cuts)]

    def probabilities(self, theta, x):
        f = [mpf(0)] + [logistic(z) for z in self.edges(theta, x)] + [mpf(1)]
        return [f[k + 1] - f[k] for k in range(self.cuts + 1)]

    def derivatives(self, theta, x, k):
        """Gradient and matrix of second derivatives of log P(class k)."""
        z = self.edges(theta, x)
        probability = self.probabilities(theta, x)[k]
        first = mpmath.zeros(self.size, 1)
        second = mpmath.zeros(self.size, self.size)
        for cut, sign in ((k, 1), (k - 1, -1)):
            if not 0 <= cut < self.cuts:
                continue
            f = logistic(z[cut])
            direction = [mpf(int(i == cut)) for i in range(self.cuts)] + [-v for v in x]
            slope, bend = f * (1 - f), f * (1 - f) * (1 - 2 * f)
            for a in range(self.size):
                first[a] += sign * slope * direction[a]
                for b in range(self.size):
                    second[a, b] += sign * bend * direction[a] * direction[b]
        first /= probability
        return first, second / probability - first * first.T

    def start(self, shares):
        theta, below = [mpf(0)] * self.size, mpf(0)
        for k in range(self.cuts):
            below += shares[k]
            theta[k] = mpmath.log(below / (1 - below))
        return theta

    def feasible(self, theta):
        return all(theta[k] < theta[k + 1] for k in range(self.cuts - 1))


class Multinomial:
    """For each class but the lowest intercept and coefficients."""

    def __init__(self, classes, p):
        self.cuts, self.p = classes - 1, p
        self.size = self.cuts * (p + 1)

    def probabilities(self, theta, x):
        row = [mpf(1)] + list(x)
        e = [mpf(1)] + [mpmath.exp(mpmath.fsum(theta[k * (self.p + 1) + j] * row[j] for j in range(self.p + 1)))
                        for k in range(self.cuts)]
        total = mpmath.fsum(e)
        return [v / total for v in e]

    def derivatives(self, theta, x, k):
        row = [mpf(1)] + list(x)
        pi = self.probabilities(theta, x)[1:]
        first = mpmath.zeros(self.size, 1)
        second = mpmath.zeros(self.size, self.size)
        for a in range(self.cuts):
            for i in range(self.p + 1):
                first[a * (self.p + 1) + i] = (int(a + 1 == k) - pi[a]) * row[i]
                for b in range(self.cuts):
                    for j in range(self.p + 1):
                        second[a * (self.p + 1) + i, b * (self.p + 1) + j] = \
                            -pi[a] * (int(a == b) - pi[b]) * row[i] * row[j]
        return first, second

    def start(self, shares):
        return [mpmath.log(shares[k + 1] / shares[0]) if j == 0 else mpf(0)
                for k in range(self.cuts) for j in range(self.p + 1)]

    def feasible(self, theta):
        return True


def fit(model, x, y, w):
    total = mpmath.fsum(w)
    shares = [mpmath.fsum(v for v, k in zip(w, y) if k == c) / total for c in range(model.cuts + 1)]
    theta = mpmath.matrix(model.start(shares))

    def likelihood(t):
        return mpmath.fsum(v * mpmath.log(model.probabilities(t, r)[k]) for r, k, v in zip(x, y, w))

    at = likelihood(theta)
    for _ in range(60):
        gradient, information = mpmath.zeros(model.size, 1), mpmath.zeros(model.size, model.size)
        for r, k, v in zip(x, y, w):
            first, second = model.derivatives(theta, r, k)
            gradient += v * first
            information -= v * second
        step = mpmath.lu_solve(information, gradient)
        while not model.feasible(theta + step) or likelihood(theta + step) < at - mpf(10) ** -30:
            step /= 2
        theta += step
        at = likelihood(theta)
        if max(abs(s) for s in step) < mpf(10) ** -28:
            return theta, information, at, mpmath.fsum(s * total * mpmath.log(s) for s in shares)
    raise SystemExit("no maximum")


def gradient_of(function, theta):
    step, result = mpf(10) ** -12, mpmath.zeros(len(theta), 1)
    for j in range(len(theta)):
        high, low = theta.copy(), theta.copy()
        high[j] += step
        low[j] -= step
        result[j] = (function(high) - function(low)) / (2 * step)
    return result


def brant(x, y, w, classes):
    """Binary logits of answers above each cut-point, their joint covariance, and the Wald tests."""
    p, cuts = len(x[0]), classes - 1
    q = p + 1
    binary = Multinomial(2, p)
    thetas, parts, above = [], [], []
    for k in range(cuts):
        theta, information, _, _ = fit(binary, x, [int(v > k) for v in y], w)
        thetas.append(theta)
        parts.append(information ** -1)
        above.append([binary.probabilities(theta, r)[1] for r in x])
    covariance = mpmath.zeros(cuts * p, cuts * p)
    for a in range(cuts):
        for b in range(a, cuts):
            middle = mpmath.zeros(q, q)
            for i, r in enumerate(x):
                row = [mpf(1)] + list(r)
                v = w[i] * (above[b][i] - above[a][i] * above[b][i])
                for s in range(q):
                    for t in range(q):
                        middle[s, t] += v * row[s] * row[t]
            block = parts[a] * middle * parts[b]
            for s in range(p):
                for t in range(p):
                    covariance[a * p + s, b * p + t] = block[s + 1, t + 1]
                    covariance[b * p + t, a * p + s] = block[s + 1, t + 1]
    slopes = mpmath.matrix([thetas[k][j + 1] for k in range(cuts) for j in range(p)])

    def wald(contrast):
        d = contrast * slopes
        return (d.T * mpmath.lu_solve(contrast * covariance * contrast.T, d))[0]

    def contrast(items):
        rows = mpmath.zeros((cuts - 1) * len(items), cuts * p)
        for k in range(1, cuts):
            for i, j in enumerate(items):
                rows[(k - 1) * len(items) + i, j] = 1
                rows[(k - 1) * len(items) + i, k * p + j] = -1
        return rows

    return [wald(contrast(range(p)))] + [wald(contrast([j])) for j in range(p)]


def write(data, model, quantity, values):
    for i, v in enumerate(values):
        print(f"{data},{model},{quantity},{i},{mpmath.nstr(v, 17)}", flush=True)


def study(name, rows, kind):
    values = sorted({int(r["answer"]) for r in rows})
    y = [values.index(int(r["answer"])) for r in rows]
    x = [[mpf(float(v)) for v in r["items"].split()] for r in rows]
    f = [mpf(r["frequency"]) for r in rows]
    sampling = [mpf(float(r["sampling"])) for r in rows]
    n = mpmath.fsum(f)
    scaled = n / mpmath.fsum(a * b for a, b in zip(f, sampling))
    w = [a * b * scaled for a, b in zip(f, sampling)]
    model = (Ordinal if kind == "ordinal" else Multinomial)(len(values), len(x[0]))
    theta, information, likelihood, null = fit(model, x, y, w)
    write(name, kind, "parameter", theta)
    write(name, kind, "likelihood", [likelihood, null])
    inverse = information ** -1
    scores = [model.derivatives(theta, r, k)[0] for r, k in zip(x, y)]
    meat = mpmath.zeros(model.size, model.size)
    for s, weight, times in zip(scores, w, f):
        meat += weight ** 2 / times * (s * s.T)
    sums = {}
    for s, weight, row in zip(scores, w, rows):
        sums[row["cluster"]] = sums.get(row["cluster"], mpmath.zeros(model.size, 1)) + weight * s
    clustered = mpmath.zeros(model.size, model.size)
    for s in sums.values():
        clustered += s * s.T
    clustered *= mpf(len(sums)) / (len(sums) - 1)
    for label, covariance in (("classical", inverse), ("hc0", inverse * meat * inverse),
                              ("clustered", inverse * clustered * inverse)):
        write(name, kind, label, [mpmath.sqrt(covariance[i, i]) for i in range(model.size)])

    last_detractor, first_promoter = SCALES[name]
    code = [-1 if v <= last_detractor else 1 if v >= first_promoter else 0 for v in values]

    def error(function):
        g = gradient_of(function, theta)
        return mpmath.sqrt((g.T * inverse * g)[0])

    at = [v + mpf(1) / 2 for v in x[0]]
    functions = [lambda t, k=k: model.probabilities(t, at)[k] for k in range(len(values))]
    functions.append(lambda t: mpmath.fsum(a * b for a, b in zip(values, model.probabilities(t, at))))
    functions.append(lambda t: mpmath.fsum(a * b for a, b in zip(code, model.probabilities(t, at))))
    write(name, kind, "prediction", [g(theta) for g in functions])
    write(name, kind, "prediction_error", [error(g) for g in functions])

    def score(t, r):
        return mpmath.fsum(a * b for a, b in zip(code, model.probabilities(t, r)))

    def mean(function):
        return mpmath.fsum(v * function(r) for v, r in zip(w, x)) / n

    def moved(r, j, by):
        return [v + (by if i == j else 0) for i, v in enumerate(r)]

    write(name, kind, "mean_score", [mean(lambda r: score(theta, r))])
    step = mpf(10) ** -12
    for label, effect in (
            ("derivative", lambda t, r, j: (score(t, moved(r, j, step)) - score(t, moved(r, j, -step))) / (2 * step)),
            ("one_point", lambda t, r, j: score(t, moved(r, j, 1)) - score(t, r))):
        functions = [lambda t, j=j: mean(lambda r: effect(t, r, j)) for j in range(model.p)]
        write(name, kind, label, [g(theta) for g in functions])
        mp.dps = 60
        write(name, kind, label + "_error", [error(g) for g in functions])
        mp.dps = 40


def main():
    print(f"# mpmath {mpmath.__version__} with 40 digits, script generate/ordinal_models.py, date 2026-11-25")
    print("data,model,quantity,index,value")
    data = read()
    for name, kind in (("housing", "ordinal"), ("wine", "ordinal"), ("ratings", "ordinal"), ("categories", "ordinal"),
                       ("extreme", "ordinal"), ("housing", "multinomial"), ("categories", "multinomial"),
                       ("extreme", "multinomial")):
        study(name, data[name], kind)
    for name in ("housing", "categories"):
        rows = data[name]
        values = sorted({int(r["answer"]) for r in rows})
        tests = brant([[mpf(float(v)) for v in r["items"].split()] for r in rows],
                      [values.index(int(r["answer"])) for r in rows], [mpf(r["frequency"]) for r in rows], len(values))
        write(name, "brant", "statistic", tests)


main()
