# SPDX-License-Identifier: Apache-2.0
# The plain permutation test of two scores with many answers, another way than by summing tables: if each
# answer falls into the first group with probability n1 / N, independently, then the size M of that group and
# its sum S have a characteristic function in closed form; given M = n1, S has its permutation distribution.
# Inverted in two dimensions on lattices that wrap `reach` standard deviations away.
# usage: /usr/bin/python3 score_permutation_large.py > ../score_permutation_large.csv
import mpmath
from mpmath import exp, expj, log, mp, mpc, mpf, nstr, pi, sqrt

mp.dps = 110


def inverted(a, b, reach):
    """The function (low, high) -> P(low <= S <= high)."""
    detractors, passives, promoters = (x + y for x, y in zip(a, b))
    n, n1, total = sum(a) + sum(b), sum(a), promoters - detractors
    share = mpf(n1) / n
    size_sd = sqrt(n * share * (1 - share))
    sum_sd = sqrt((mpf(promoters + detractors) / n - (mpf(total) / n) ** 2) * n1 * (n - n1) / (n - 1))
    half = int(reach * sum_sd) + 40
    period, size_period = 2 * half + 1, 2 * (int(reach * size_sd) + 40) + 1
    centre = int(mpmath.nint(mpf(n1) * total / n))

    def transform(t, u):
        value = mpc(0, -(u * n1 + t * centre))
        for count, answer in ((promoters, 1), (passives, 0), (detractors, -1)):
            value += count * log(1 - share + share * expj(u + answer * t))
        return exp(value)

    def frequencies(period, sd):
        most = min(int(reach * period / (2 * pi * sd)) + 1, (period - 1) // 2)
        return range(-most, most + 1)

    by_sum = []
    for j in frequencies(period, sum_sd):
        if j >= 0:
            t = 2 * pi * mpf(j) / period
            by_sum.append((j, sum(transform(t, 2 * pi * mpf(k) / size_period)
                                  for k in frequencies(size_period, size_sd))))

    def mass(low, high):
        low, high = max(low - centre, -half), min(high - centre, half)
        if low > high:
            return mpf(0)
        total = by_sum[0][1].real * (high - low + 1)
        for j, value in by_sum[1:]:
            step = expj(-2 * pi * mpf(j) / period)
            total += 2 * (value * (step**low - step**(high + 1)) / (1 - step)).real
        return total / period

    every = mass(centre - half, centre + half)
    return lambda low, high: mass(low, high) / every


groups = [  # with how many standard deviations the sum may need
    ((20, 30, 50), (40, 30, 30), 13), ((83, 47, 120), (91, 49, 110), 13), ((5, 70, 25), (25, 100, 35), 14),
    ((300_000, 380_000, 320_000), (301_000, 380_100, 318_900), 13),
    ((250_300, 500_000, 249_700), (100_500, 199_000, 100_500), 13),
    ((300_000_000, 380_000_000, 320_000_000), (300_060_000, 380_010_000, 319_930_000), 14),
    ((300_000_000, 380_000_000, 320_000_000), (90_010_000, 114_000_000, 95_990_000), 13),
    ((100_000_000, 899_990_000, 10_000), (99_990_000, 899_999_000, 11_000), 13),
    ((300_000_000, 380_000_000, 320_000_000), (300_300_000, 380_010_000, 319_690_000), 25),
    ((300_000_000_000, 380_000_000_000, 320_000_000_000), (300_002_000_000, 380_000_000_000, 319_998_000_000), 14),
]
print(f"# mpmath {mpmath.__version__}, script generate/score_permutation_large.py, date 2026-11-25")
print("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,two_sided,less,greater")
for a, b, reach in groups:
    n, n1 = sum(a) + sum(b), sum(a)
    total, s = a[2] + b[2] - a[0] - b[0], a[2] - a[0]
    away = abs(n * s - n1 * total)
    assert away > 0
    mass, far = inverted(a, b, reach), 10 * n
    high, low = -((-(n1 * total + away)) // n), (n1 * total - away) // n
    cells = [mass(high, far) + mass(-far, low), mass(-far, s), mass(s, far)]
    print(",".join([str(x) for x in a + b] + [nstr(x, 17) for x in cells]), flush=True)
