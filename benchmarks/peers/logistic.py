# SPDX-License-Identifier: Apache-2.0
"""Logistic regression, n = 10^6, ten ratings: median of three runs; tab-separated: job, tool, n, seconds."""
import statistics
import time

import numpy
import statsmodels
import statsmodels.api as sm

g = numpy.random.default_rng(1)
n, p = 10 ** 6, 10
x = g.integers(0, 11, size=(n, p)).astype(float)
y = (g.random(n) < 1 / (1 + numpy.exp(4 - x @ (0.014 * numpy.arange(1, p + 1))))).astype(float)
design = sm.add_constant(x)
times = []
for _ in range(3):
    start = time.perf_counter()
    sm.Logit(y, design).fit(disp=0)
    times.append(time.perf_counter() - start)
print(f"logistic\tstatsmodels {statsmodels.__version__} Logit\t{n}\t{statistics.median(times)}")
