# SPDX-License-Identifier: Apache-2.0
# Local level models averaged over the standard deviation of the level: weights are the restricted
# likelihood (flat prior from 0 on). Dense covariance matrices, SciPy's adaptive quadrature, no
# truncation. Series and their variances are those of local_level.csv without overdispersion.
# Usage: python3 local_level_average.py > ../local_level_average.csv
import csv
from pathlib import Path

import numpy as np
import scipy
from scipy import integrate


def design(times, cycle):
    z = np.ones((len(times), max(cycle, 1)))
    for i, t in enumerate(times):
        for k in range(cycle - 1 if cycle else 0):
            z[i, k + 1] = 1 if t % cycle == k else -1 if t % cycle == cycle - 1 else 0
    return z


def model(y, h, times, cycle, q, size):
    s = q * np.minimum.outer(times, times) + np.diag(h)
    z = design(times, cycle)
    w = np.linalg.solve(s, z)
    a = z.T @ w
    gamma = np.linalg.solve(a, w.T @ y)
    r = y - z @ gamma
    log_likelihood = -(np.linalg.slogdet(s)[1] + np.linalg.slogdet(a)[1] + r @ np.linalg.solve(s, r)) / 2
    out = []
    for t in range(size + 1):
        c = q * np.minimum(t, times)
        z0 = np.eye(z.shape[1])[0]
        left = z0 - w.T @ c
        out.append((z0 @ gamma + c @ np.linalg.solve(s, r),
                    q * t - c @ np.linalg.solve(s, c) + left @ np.linalg.solve(a, left)))
    return log_likelihood, np.array(out)


def variance(c):
    d, q, p = c[0] + 0.75, c[1] + 1.5, c[2] + 0.75
    n = d + q + p
    return (p + d) / n - ((p - d) / n) ** 2


here = Path(__file__).resolve().parent.parent
print(f"# SciPy {scipy.__version__}, script generate/local_level_average.py, date 2026-11-25")
print("variance,cycle,counts,smoothed,smoothed_se,next,next_se")
with open(here / "local_level.csv") as file:
    next(file)
    for row in csv.DictReader(file):
        if row["level_sd_given"] != "NA" or row["overdispersion"] == "1":
            continue
        counts = np.array([[int(c) for c in g.split()] for g in row["counts"].split(";")])
        cycle = int(row["cycle"])
        times = np.array([t for t, c in enumerate(counts) if c.sum() > 0])
        seen = counts[times]
        n = seen.sum(1)
        y = (seen[:, 2] - seen[:, 0]) / n
        h = (variance(counts.sum(0)) if row["variance"] == "pooled" else variance(seen.T)) / n
        top = float(row["log_likelihood"])
        shift = model(y, h, times, cycle, float(row["level_sd"]) ** 2, 0)[0]

        def terms(u):  # the sd from 0 to infinity, as u / (1 - u) tenths
            sd = 0.1 * u / (1 - u)
            l, out = model(y, h, times, cycle, sd * sd, len(counts))
            weight = np.exp(l - shift) / (1 - u) ** 2
            return weight * np.concatenate([[1], out[:, 0], out[:, 1], out[:, 0] ** 2])

        points = np.linspace(0, 1 - 1e-6, 41)
        total = sum(integrate.quad_vec(terms, a, b, epsabs=1e-13, epsrel=1e-11)[0]
                    for a, b in zip(points[:-1], points[1:]))
        size = len(counts) + 1
        mean = total[1:1 + size] / total[0]
        var = (total[1 + size:1 + 2 * size] + total[1 + 2 * size:]) / total[0] - mean ** 2
        cells = lambda x: " ".join(f"{v:.12g}" for v in x)
        print(row["variance"], cycle, row["counts"], cells(mean[:-1]), cells(np.sqrt(var[:-1])),
              f"{mean[-1]:.12g}", f"{np.sqrt(var[-1]):.12g}", sep=",")
