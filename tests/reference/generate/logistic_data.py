# SPDX-License-Identifier: Apache-2.0
"""Writes logistic_data.csv: small made-up surveys for logistic regression.

ratings:  four whole ratings 0-10, 25 clusters, frequency weights 1-4, sampling weights 1e-6 to 1e6
numbers:  three real items on very different scales (a year, a small share, a large amount)
quasi:    two items; whoever has a complaint (the first) is never a promoter
Usage: python3 logistic_data.py > ../logistic_data.csv
"""
import math
import sys

import numpy

g = numpy.random.default_rng(20261125)
print(f"# Python {sys.version.split()[0]}, NumPy {numpy.__version__}, script generate/logistic_data.py, date 2026-11-25")
print("data,x1,x2,x3,x4,y,times,weight,cluster")


def logistic(eta):
    return 1 / (1 + math.exp(-eta))


shift = g.normal(size=25) * 0.6
for i in range(150):
    level = g.integers(2, 9)
    x = numpy.clip(level + g.integers(-3, 4, size=4), 0, 10)
    y = int(g.random() < logistic(-4 + x @ [0.35, 0.2, 0.1, 0.0] + shift[i % 25]))
    weight = math.exp(g.uniform(math.log(1e-6), math.log(1e6)))
    print(f"ratings,{x[0]},{x[1]},{x[2]},{x[3]},{y},{g.integers(1, 5)},{weight!r},{i % 25}")
for i in range(80):
    z = g.normal(size=3)
    x = [2020 + 3 * z[0], 0.001 * math.exp(z[1] / 2), 1e6 * (5 + z[2] + z[0])]
    y = int(g.random() < logistic(0.5 * z[0] - z[1] + 0.8 * z[2]))
    print(f"numbers,{x[0]!r},{x[1]!r},{x[2]!r},0,{y},{g.integers(1, 3)},{g.uniform(0.2, 3)!r},{i // 8}")
for i in range(40):
    complaint = int(g.random() < 0.2)
    rating = g.integers(0, 11)
    y = 0 if complaint else int(g.random() < logistic(-1.5 + 0.3 * rating))
    print(f"quasi,{complaint},{rating},0,0,{y},1,1.0,{i % 10}")
