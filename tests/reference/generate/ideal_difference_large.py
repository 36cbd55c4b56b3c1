# SPDX-License-Identifier: Apache-2.0
# P(difference of two resampled scores <= point / units) and the upper tail, with many answers. `tables`: the
# distribution of each sum by inversion of its characteristic function at every point, then the sum over both.
# `inversion`: that of the difference itself where its lattice is as coarse as those of the sums.
# usage: /usr/bin/python3 ideal_difference_large.py > ../ideal_difference_large.csv
from itertools import accumulate
from math import gcd

import mpmath
from mpmath import exp, expj, log, mp, mpc, mpf, nstr, pi, sqrt

mp.dps = 50
REACH = 13  # standard deviations: e^-84 at the edge


def log_transform(counts, t):
    n = sum(counts)
    return n * log((counts[0] * expj(-t) + counts[1] + counts[2] * expj(t)) / mpf(n))


def variance(counts):
    n = sum(counts)
    return mpf(counts[0] + counts[2]) / n - (mpf(counts[2] - counts[0]) / n) ** 2


def table(counts):
    """Probabilities from `low` on."""
    n, total = sum(counts), counts[2] - counts[0]
    sd = sqrt(n * variance(counts))
    half = int(REACH * sd) + 60
    period = 2 * half + 1
    most = min(int(REACH * period / (2 * pi * sd)) + 1, half)
    mass = [mpf(1)] * period
    # Around 0, and where passives are rare around pi.
    for j in sorted(set(range(1, most + 1)) | set(range(half - most + 1, half + 1))):
        t = 2 * pi * mpf(j) / period
        logarithm = log_transform(counts, t)
        if logarithm.real < -250:
            continue
        value = 2 * exp(logarithm - mpc(0, t * (total - half)))
        turn = expj(-t)
        for i in range(period):
            mass[i] += value.real
            value *= turn
    return total - half, [m / period for m in mass]


def by_tables(a, b, points, step_a, step_b):
    low_a, mass_a = table(a)
    low_b, mass_b = table(b)
    below_a = list(accumulate(mass_a))
    above_a = list(accumulate(reversed(mass_a)))[::-1] + [mpf(0)]
    for k in points:
        below = above = mpf(0)
        for i, mass in enumerate(mass_b):
            at = (k + (low_b + i) * step_b) // step_a - low_a
            if at >= 0:
                below += mass * (below_a[at] if at < len(below_a) else 1)
            above += mass * (above_a[at + 1] if 0 <= at + 1 < len(above_a) else 1 if at < 0 else 0)
        yield below, above


def by_inversion(a, b, points, step_a, step_b):
    units = sum(a) * step_a
    sd = units * sqrt(variance(a) / sum(a) + variance(b) / sum(b))
    observed = (a[2] - a[0]) * step_a - (b[2] - b[0]) * step_b
    half = int(REACH * sd) + 60
    period = 2 * half + 1
    # Nothing else than around 0: where one of the two is whole again the other is not.
    for step, other, counts in ((step_a, step_b, b), (step_b, step_a, a)):
        for m in range(1, step):
            assert log_transform(counts, 2 * pi * mpf(m) * other / step).real < -200
    most = int(REACH * period / (2 * pi * sd)) + 1
    values = []
    for j in range(1, most + 1):
        t = 2 * pi * mpf(j) / period
        values.append((t, exp(log_transform(a, t * step_a) + log_transform(b, -t * step_b) - mpc(0, t * observed))))

    def mass(low, high):
        total = mpf(high - low + 1)
        for t, value in values:
            step = expj(-t)
            total += 2 * (value * (step**low - step ** (high + 1)) / (1 - step)).real
        return total / period

    for k in points:
        yield mass(-half, k - observed), mass(k - observed + 1, half)


pairs = [
    ((700, 900, 1400), (300, 350, 373), by_tables), ((20_011, 29_992, 50_000), (15_000, 20_001, 35_000), by_tables),
    ((30, 99_900, 73), (12, 70_000, 9), by_tables), ((4_000, 0, 6_001), (3_100, 2, 3_901), by_tables),
    ((9, 30, 60), (200_000, 300_000, 500_001), by_tables),
    ((300_000, 380_000, 320_000), (301_000, 380_100, 318_900), by_inversion),
    ((200_000_000, 300_000_000, 500_000_000), (100_010_000, 149_990_000, 250_000_000), by_inversion),
    ((200_000_000, 300_000_000, 500_000_000), (199_990_000, 300_000_000, 500_010_000), by_inversion),
]
print(f"# mpmath {mpmath.__version__}, script generate/ideal_difference_large.py, date 2026-11-25")
print("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,units,point,below,above")
for a, b, way in pairs:
    common = gcd(sum(a), sum(b))
    step_a, step_b = sum(b) // common, sum(a) // common
    units = sum(a) * step_a
    observed = (a[2] - a[0]) * step_a - (b[2] - b[0]) * step_b
    sd = units * sqrt(variance(a) / sum(a) + variance(b) / sum(b))
    points = [observed + int(z * sd) for z in (-7, -3, -1, 0, mpf(1) / 2, 2, 5, 8)]
    for k, (below, above) in zip(points, way(a, b, points, step_a, step_b)):
        print(",".join([str(x) for x in a + b] + [str(units), str(k), nstr(below, 17), nstr(above, 17)]), flush=True)
