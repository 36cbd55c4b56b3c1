# SPDX-License-Identifier: Apache-2.0
"""Sums and products of deviations of made-up columns, in whole numbers and exact fractions of the
doubles, rounded once.

python3 cross_products.py > ../cross_products.csv
"""
import platform
from fractions import Fraction

ROWS = 5003
VARIABLES = 4
WEIGHTS = [1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6]


class Words:
    def __init__(self):
        self.state = 1

    def next(self):
        self.state = (1103515245 * self.state + 12345) % 2**31
        return self.state >> 8


def value(kind, variable, u):
    if kind == "ratings":
        return u % 11
    if kind == "percent":
        return u % 101
    if kind == "signed":
        return u % 300 - 150
    if kind == "million":
        return u - 2**22
    if kind == "large":
        return u * 256 - 2**30
    if kind == "offset":
        return 1e9 + u / 2.0**23
    return (u - 4194304.0) * [1e-9, 1.0, 1e9, 1.0][variable]


print(f"# Python {platform.python_version()} int and fractions, script generate/cross_products.py, "
      "date 2026-11-25")
print("kind,weights,i,j,n,weight,sum,product,mean,centred")
for kind in ("ratings", "percent", "signed", "million", "large", "offset", "scales"):
    for weighting in ("none", "frequency", "sampling"):
        words = Words()
        columns = [[] for _ in range(VARIABLES)]
        weights = []
        for _ in range(ROWS):
            for variable in range(VARIABLES):
                columns[variable].append(value(kind, variable, words.next()))
            u = words.next()
            weights.append({"none": 1, "frequency": u % 4, "sampling": WEIGHTS[u % 7]}[weighting])
        n = sum(weights) if weighting == "frequency" else ROWS
        exact = [[Fraction(x) for x in column] for column in columns]
        w = [Fraction(x) for x in weights]
        total = sum(w)
        weighted = [[a * b for a, b in zip(w, column)] for column in exact]
        sums = [sum(column) for column in weighted]
        for i in range(VARIABLES):
            for j in range(i, VARIABLES):
                product = sum(a * b for a, b in zip(weighted[i], exact[j]))
                whole = kind not in ("offset", "scales") and weighting != "sampling"
                print(",".join([kind, weighting, str(i), str(j), str(n), f"{float(total):.17g}",
                                str(sums[i]) if whole else "0", str(product) if whole else "0",
                                f"{float(sums[i] / total):.17g}",
                                f"{float(product - sums[i] * sums[j] / total):.17g}"]))
