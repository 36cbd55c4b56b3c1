# SPDX-License-Identifier: Apache-2.0
"""Writes importance_subsets.csv: every measure by its definition. Shapley, first and last from R^2 of
every subset in exact fractions, collinear and constant items included; the measures of eigenvectors
with mpmath at 60 digits and the inverse of Moore and Penrose.

Usage: importance_subsets.py > ../importance_subsets.csv
"""
import random
from fractions import Fraction
from itertools import combinations
from math import factorial

import mpmath
from mpmath import mp, mpf

mp.dps = 60


def covariances(rows):
    n = len(rows)
    means = [Fraction(sum(column), n) for column in zip(*rows)]
    centred = [[Fraction(x) - m for x, m in zip(row, means)] for row in rows]
    size = len(means)
    return [[sum(row[i] * row[j] for row in centred) for j in range(size)] for i in range(size)]


def given(c, items):
    """Partial covariances given the items, exactly; items in the span of others change nothing."""
    c = [row[:] for row in c]
    size = len(c)
    for k in items:
        pivot = c[k][k]
        if pivot == 0:
            continue
        column = [c[i][k] for i in range(size)]
        for i in range(size):
            for j in range(size):
                c[i][j] -= column[i] * column[j] / pivot
    return c


def real(x):
    return mpf(x.numerator) / mpf(x.denominator)


def r_squared(c, items):
    return 1 - given(c, items)[0][0] / c[0][0]


def of_drivers(c, method, drivers, controls):
    flat = [i for driver in drivers for i in driver]
    p = len(drivers)
    if method == "shapley":
        worth = {}
        for size in range(p + 1):
            for subset in combinations(range(p), size):
                worth[subset] = r_squared(c, controls + [i for k in subset for i in drivers[k]])
        values = []
        for k in range(p):
            value = Fraction(0)
            for subset, worth_of_it in worth.items():
                if k not in subset:
                    weight = Fraction(factorial(len(subset)) * factorial(p - len(subset) - 1), factorial(p))
                    value += weight * (worth[tuple(sorted(subset + (k,)))] - worth_of_it)
            values.append(real(value))
        return values
    if method in ("first", "last"):
        everything = controls + flat
        return [real(r_squared(c, controls + driver) - r_squared(c, controls)) if method == "first" else
                real(r_squared(c, everything) - r_squared(c, [i for i in everything if i not in driver]))
                for driver in drivers]
    partial = given(c, controls)
    scale = [1 / mpmath.sqrt(real(partial[i][i])) if partial[i][i] > 0 else mpf(0) for i in flat]
    outcome = 1 / mpmath.sqrt(real(c[0][0]))
    size = len(flat)
    R = mpmath.matrix(size, size)
    r = mpmath.matrix(size, 1)
    for a in range(size):
        r[a] = real(partial[flat[a]][0]) * scale[a] * outcome
        for b in range(size):
            R[a, b] = real(partial[flat[a]][flat[b]]) * scale[a] * scale[b]
    eigenvalues, vectors = mpmath.eigsy(R)

    def power(exponent):
        result = mpmath.matrix(size, size)
        for k in range(size):
            if eigenvalues[k] > mpf(10) ** -40:
                for a in range(size):
                    for b in range(size):
                        result[a, b] += vectors[a, k] * eigenvalues[k] ** exponent * vectors[b, k]
        return result

    if method == "johnson":
        z = power(mpf(-1) / 2) * r
        root = power(mpf(1) / 2)
        by_item = [sum(root[a, b] ** 2 * z[b] ** 2 for b in range(size)) for a in range(size)]
    elif method == "car":
        z = power(mpf(-1) / 2) * r
        by_item = [z[a] ** 2 for a in range(size)]
    else:
        beta = power(mpf(-1)) * r
        by_item = [beta[a] * (r[a] if method == "pratt" else beta[a]) for a in range(size)]
    value = dict(zip(flat, by_item))
    return [sum(value[i] for i in driver) for driver in drivers]


def show(x):
    return mpmath.nstr(x, 20) if x else "0"


METHODS = ["shapley", "first", "last", "johnson", "car", "pratt", "standardized_coefficient"]


def case(data, rows, groups=None, controls=()):
    """Rows of integers, the outcome first. groups: name -> items (1, 2, ...). Rows
    that are those of the line before are not written again."""
    c = covariances(rows)
    items = len(rows[0]) - 1
    groups = groups or {}
    drivers, names = [], []
    for i in range(1, items + 1):
        group = next((name for name in groups if i in groups[name]), None)
        if i in controls or (group and i != min(groups[group])):
            continue
        drivers.append(sorted(groups[group]) if group else [i])
        names.append(group or f"x{i}")
    shown = ";".join(" ".join(map(str, row)) for row in rows)
    for method in METHODS:
        if groups and method == "standardized_coefficient":
            continue
        values = of_drivers(c, method, drivers, list(controls))
        print(",".join([
            data, " ".join(f"x{i}" for i in range(1, items + 1)), shown,
            method, ";".join(f"{name}=" + "+".join(f"x{i}" for i in groups[name]) for name in groups),
            " ".join(f"x{i}" for i in controls), " ".join(names), " ".join(map(show, values)),
            show(real(r_squared(c, range(1, items + 1)))), show(real(r_squared(c, controls)))]))
        shown = "="


def ratings(seed, n, items, noise=2):
    draw = random.Random(seed)
    rows = []
    for _ in range(n):
        halo = draw.randint(-2, 3)
        x = [min(10, max(0, 5 + halo + draw.randint(-2, 2))) for _ in range(items)]
        y = min(10, max(0, round(sum((i + 1) * v for i, v in enumerate(x)) / (items * (items + 1) / 2)
                                 + draw.randint(-noise, noise))))
        rows.append([y] + x)
    return rows


def with_column(rows, make):
    return [row + [make(row)] for row in rows]


print(f"# Python fractions and mpmath {mpmath.__version__}, script generate/importance_subsets.py, date 2026-11-25")
print("data,names,rows,method,groups,controls,drivers,values,r_squared,controls_r_squared")
case("one item", ratings(1, 12, 1))
case("two items", ratings(2, 12, 2))
case("three items", ratings(3, 15, 3))
case("eight items", ratings(8, 30, 8))
case("more items than rows", ratings(9, 6, 7))
four = ratings(4, 20, 4)
case("equal items", with_column(four, lambda row: row[2]))
case("equal items thrice", with_column(with_column(four, lambda row: row[2]), lambda row: 10 - row[2]))
case("a sum of items", with_column(four, lambda row: row[1] + row[3]))
case("a constant item", with_column(four, lambda row: 7))
case("a copy of the outcome", with_column(four, lambda row: row[0]))
case("orthogonal items", [[y] + x for y, x in zip(
    [3, 1, 4, 1, 5, 9, 2, 6], [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])])
case("orthogonal to the outcome", [[y] + x for y, x in zip(
    [1, 0, 0, 1, 0, 1, 1, 0], [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])])
case("a sum without noise", [[2 * row[1] + row[2]] + row[1:3] for row in four])
# x2 is nearly uncorrelated with y, but takes out of x1 what does not belong to y.
case("a suppressor", [[a] + [a + b, b, (a * b) % 3] for a, b in zip(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8])])
case("groups", ratings(5, 25, 6), groups={"a": [2, 5], "b": [1, 3, 6]})
case("one group", ratings(6, 20, 4), groups={"all": [1, 2, 3, 4]})
case("controls", ratings(7, 25, 6), controls=(2, 4))
case("groups and controls", ratings(10, 30, 8), groups={"a": [2, 5], "b": [1, 3, 6]}, controls=(4,))
case("a copy of a control", with_column(four, lambda row: row[1]), controls=(1,))
case("a group with a copy", with_column(four, lambda row: row[1]), groups={"a": [1, 2]})
