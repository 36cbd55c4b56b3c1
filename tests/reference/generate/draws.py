# SPDX-License-Identifier: Apache-2.0
# Probabilities of binomial and hypergeometric outcomes in bins, for the goodness of fit of draws.
# usage: python3 draws.py > ../draws.csv
#
# Each case has up to 40 bins of about equal probability; the last column is the point that the
# chi-squared statistic of a true sampler passes with probability 1e-4.
import numpy
import scipy
from scipy import stats

bins = 40
print(f"# SciPy {scipy.__version__}, script generate/draws.py, date 2026-11-22")
print("kind,a,b,c,lowest,highest,probability,critical")


def write(kind, a, b, c, distribution, first, last):
    edges = sorted({int(q) for q in distribution.ppf(numpy.arange(1, bins) / bins)} - {last})
    lows = [first] + [e + 1 for e in edges]
    highs = edges + [last]
    critical = stats.chi2.isf(1e-4, len(lows) - 1)
    for low, high in zip(lows, highs):
        below = distribution.cdf(low - 1) if low > first else 0.0
        above = distribution.sf(high) if high < last else 0.0
        if high - low < 1000:
            p = float(numpy.sum(distribution.pmf(numpy.arange(low, high + 1))))
        elif below > 0.5:
            p = float(distribution.sf(low - 1) - above)
        else:
            p = float(distribution.cdf(high) - below)
        print(f"{kind},{a},{b},{c:.17g},{low},{high},{p:.17g},{critical:.17g}")


for n, p in [(1, 0.5), (5, 0.3), (7, 0.9), (19, 0.5), (20, 0.5), (21, 0.5), (25, 0.4), (40, 0.25),
             (100, 0.099), (100, 0.1), (100, 0.11), (100, 0.5), (100, 0.93), (1000, 0.0099),
             (1000, 0.0101), (1000, 0.3), (1000, 0.999), (10**4, 0.0012), (10**4, 0.002),
             (10**4, 0.6), (10**6, 1e-6), (10**6, 9.9e-6), (10**6, 1.01e-5), (10**6, 3e-5),
             (10**6, 0.21), (10**9, 0.75), (10**12, 0.3), (10**12, 2e-11)]:
    write("binomial", n, 0, p, stats.binom(n, p), 0, n)

for marked, unmarked, drawn in [
        (1, 1, 1), (3, 5, 4), (5, 3, 4), (5, 3, 7), (20, 20, 19), (20, 20, 20), (20, 20, 21),
        (21, 19, 20), (40, 60, 24), (40, 60, 26), (60, 40, 76), (100, 50, 80), (50, 100, 70),
        (1000, 3000, 39), (1000, 3000, 41), (3000, 1000, 2000), (1000, 3000, 3950),
        (30, 10**6, 333333), (30, 10**6, 340000), (10**6, 30, 700000), (10**5, 9 * 10**4, 95000),
        (250000, 750000, 500000)]:
    write("hypergeometric", marked, unmarked, drawn,
          stats.hypergeom(marked + unmarked, marked, drawn), max(0, drawn - unmarked),
          min(drawn, marked))
