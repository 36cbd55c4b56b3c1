# SPDX-License-Identifier: Apache-2.0
# Size of the two-sided 5 % tests of no change in a panel, by enumeration of every table of n people
# with changes -2, ..., 2, in plain NumPy: the fit under no change by bisection of its multiplier. For each n
# some shares, and those of the largest size of either test among all shares in steps of 0.05
# that have mean 0.
# Usage: python3 paired_size.py > ../paired_size.csv
import math
import numpy as np

X = np.array([-2, -1, 0, 1, 2])
Z = 1.959963984540054


def score_statistic(a):
    n, total = sum(a), int(np.dot(a, X))
    if total == 0:
        return 0.0
    if total < 0:
        return score_statistic(a[::-1])
    pull = lambda t: sum(k * x / (1 + t * x) for k, x in zip(a, X) if k)
    if a[0] == 0 and pull(0.5) >= 0:  # the unseen change by -2 is filled
        weights = [k / (x + 2) if k else 0.0 for k, x in zip(a, X)]
        mean = np.dot(weights, X) / sum(weights)
        rest = 2 / (mean + 2)
        variance = 4 * (1 - rest) + rest * np.dot(weights, X * X) / sum(weights)
    else:
        low, high = 0.0, 0.5
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if middle < 0.5 and pull(middle) > 0 else (low, middle)
        variance = sum(k / (n * (1 + low * x)) * x * x for k, x in zip(a, X))
    return total / n / math.sqrt(variance / n)


def wald_statistic(a):
    n, m = sum(a), np.dot(a, X) / sum(a)
    variance = np.dot(a, (X - m) ** 2) / n
    return 0.0 if m == 0 else m / math.sqrt(variance / n) if variance > 1e-12 else math.inf


def sizes(n, some):
    tables = [(a, b, n - a - b - d - e, d, e) for a in range(n + 1) for b in range(n + 1 - a)
              for d in range(n + 1 - a - b) for e in range(n + 1 - a - b - d)]
    rejected = np.array([[abs(score_statistic(t)) >= Z, abs(wald_statistic(t)) >= Z] for t in tables])
    k = np.array(tables, float)
    log_ways = math.lgamma(n + 1) - np.vectorize(math.lgamma)(k + 1).sum(axis=1)

    def of(p):
        with np.errstate(divide="ignore"):
            logs = np.where(np.array(p) > 0, np.log(np.array(p)), -1e9)
        return np.exp(log_ways + k @ logs) @ rejected

    grid = [np.array(p) / 20 for p in np.ndindex(21, 21, 21, 21)
            if sum(p) <= 20 and -2 * p[0] - p[1] + p[2] + 2 * p[3] == 0]
    grid = [(p[0], p[1], 1 - p.sum(), p[2], p[3]) for p in grid if p.sum() > 0]
    found = np.array([of(p) for p in grid])
    largest = [tuple(round(float(v), 2) for v in grid[i]) for i in found.argmax(axis=0)]
    return [(p, *of(p)) for p in dict.fromkeys(some + largest)]


print(f"# NumPy {np.__version__}, script generate/paired_size.py, date 2026-11-25")
print("n,down_2,down_1,none,up_1,up_2,score,wald")
for n in (5, 10, 20):
    some = [(0.0, 0.05, 0.9, 0.05, 0.0), (0.02, 0.1, 0.76, 0.1, 0.02), (0.05, 0.1, 0.7, 0.1, 0.05),
            (0.2, 0.1, 0.4, 0.1, 0.2), (0.25, 0.25, 0.0, 0.25, 0.25), (0.1, 0.0, 0.7, 0.2, 0.0)]
    for p, score, wald in sizes(n, some):
        print(",".join(map(str, [n, *p])) + f",{score:.17g},{wald:.17g}")
